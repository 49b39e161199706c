// What the week page says of the week's knowledge check; its tries are written by features/knowledge-checks.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Result } from '../../domain/knowledge-check.ts';

export type CheckStanding = {
  /** Of every finished try, in order. */
  results: Result[];
  /** How many questions of the unfinished try have an answer. */
  answered: number;
};

const findStandingStatement = {
  name: 'find-check-standing',
  text: `
    select (select json_agg(json_build_object('points', points, 'maximum', maximum) order by begun_at)
              from knowledge_check_attempt where cohort_id = $1 and person_id = $2 and week = $3 and finished_at is not null) as results,
           (select count(*)::int from knowledge_check_answer a join knowledge_check_attempt t on t.id = a.attempt_id
             where t.cohort_id = $1 and t.person_id = $2 and t.week = $3 and t.finished_at is null) as answered`,
};

/** How far a learner is with the check of a week. */
export async function findCheckStanding(sql: Sql, { cohortId, personId, week }: { cohortId: string; personId: string; week: number }): Promise<CheckStanding> {
  const [row] = await run<{ results: Result[] | null; answered: number }>(sql, findStandingStatement, [cohortId, personId, week]);
  return { results: row?.results ?? [], answered: row?.answered ?? 0 };
}
