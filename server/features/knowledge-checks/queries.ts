// Tries at a check with their answers, and the learner whose tries they are.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Given } from '../../domain/check-answers.ts';
import type { Try } from '../../domain/knowledge-check.ts';
import { shownName } from '../../person-name.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

/** One learner's check of one week in one cohort. */
export type CheckOfLearner = { cohortId: string; personId: string; week: number };

export type KeptTry = Try & { id: string; begunAt: Temporal.Instant; finishedAt: Temporal.Instant | null };

type TryRow = { id: string; begun_at: string; finished_at: string | null; points: string | null; maximum: string | null; answers: Record<string, Given> | null };

const listTriesStatement = {
  name: 'list-knowledge-check-tries',
  text: `
    select t.id, t.begun_at, t.finished_at, t.points, t.maximum,
           (select json_object_agg(a.question, json_build_object('answer', a.answer, 'points', a.points))
              from knowledge_check_answer a where a.attempt_id = t.id) as answers
      from knowledge_check_attempt t
     where t.cohort_id = $1 and t.person_id = $2 and t.week = $3
     order by t.finished_at is null, t.begun_at, t.id`,
};

/** All tries, in order; only the last may be unfinished. */
export async function listTries(sql: Sql, { cohortId, personId, week }: CheckOfLearner): Promise<KeptTry[]> {
  return (await run<TryRow>(sql, listTriesStatement, [cohortId, personId, week])).map((row) => ({
    id: row.id,
    begunAt: toInstant(row.begun_at),
    finishedAt: row.finished_at === null ? null : toInstant(row.finished_at),
    result: row.points === null || row.maximum === null ? null : { points: Number(row.points), maximum: Number(row.maximum) },
    given: new Map(Object.entries(row.answers ?? {})),
  }));
}

export type Learner = { personId: string; name: string | null };

// $2: staff see the learners of their cohort and nobody else, not even in the same organisation.
const findLearnerStatement = {
  name: 'find-learner-of-cohort',
  text: `
    select p.id as "personId", ${shownName('p')} as name
      from person p
     where p.id = $1
       and exists (select 1 from enrolment e join context c on c.id = e.context_id
                    where e.person_id = p.id and e.role = 'learner' and c.cohort_id = $2)`,
};

/** A learner of the viewer's cohort, also one who has left the course: what was handed in stays readable. Throws NotFound for anybody else. */
export async function findLearnerFor(sql: Sql, viewer: Viewer, personId: string): Promise<Learner> {
  const [row] = await run<Learner>(sql, findLearnerStatement, [personId, viewer.cohort?.id ?? null]);
  if (!row) throw new NotFound();
  return row;
}
