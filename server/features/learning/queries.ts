// What the week page says of the week's knowledge check, read with its sign-in; tries are written by features/knowledge-checks.
import type { Result } from '../../domain/knowledge-check.ts';
import type { Facts } from '../../plugins/sign-in.ts';

export type CheckStanding = {
  /** Of every finished try, in order. */
  results: Result[];
  /** How many questions of the unfinished try have an answer. */
  answered: number;
};

/** A try of a learner: its week, then how many questions have an answer while it is unfinished, else points and maximum. */
type Try = [week: number, answered: number | null, points: number | null, maximum: number | null];

/** Every try of the learner, of whatever week, in the order in which they were begun; null where there are none. */
export const checkFacts: Facts = {
  name: 'checks',
  columns: `
    (select json_agg(json_build_array(t.week, case when t.finished_at is null then (select count(*) from knowledge_check_answer where attempt_id = t.id) end, t.points, t.maximum) order by t.begun_at)
       from knowledge_check_attempt t where t.cohort_id = h.id and t.person_id = s.person_id and s.role = 'learner') as tries`,
};

/** How far a learner is with the check of a week, of what `checkFacts` read. */
export function checkStanding(facts: unknown, week: number): CheckStanding {
  const tries = ((facts as { tries: Try[] | null }).tries ?? []).filter(([of]) => of === week);
  return {
    results: tries.flatMap(([, answered, points, maximum]) => (answered === null ? [{ points: points ?? 0, maximum: maximum ?? 0 }] : [])),
    answered: tries.find(([, answered]) => answered !== null)?.[1] ?? 0,
  };
}
