// How a learner's coaching plan stands, for pages that only mention it: columns for a statement that reads more.
import type { PlanStanding } from '../domain/coaching-plan.ts';

/** As `planStandingColumns` arrive; both null where there is no plan yet. */
export type PlanStandingRow = { plan_filled: number | null; plan_submission: PlanStanding['submission'] };

/** Columns for a statement in which `s` is the sign-in and `h` its cohort (as `progressColumns` of plugins/progress.ts). */
export const planStandingColumns = `
  (select count(*)::int from coaching_plan p join coaching_plan_answer a on a.plan_id = p.id and a.text <> ''
    where p.cohort_id = h.id and p.person_id = s.person_id and s.role = 'learner') as plan_filled,
  (select json_build_object('number', u.number, 'state', u.state, 'isRead', g.read_at is not null)
     from coaching_plan p join submission u on u.plan_id = p.id and u.state <> 'withdrawn' left join grade g on g.submission_id = u.id
    where p.cohort_id = h.id and p.person_id = s.person_id and s.role = 'learner' order by u.number desc limit 1) as plan_submission`;

/** For `planNews` of domain/coaching-plan.ts. */
export function planStandingOf({ plan_filled: filled, plan_submission: submission }: PlanStandingRow): PlanStanding {
  return { filled: filled ?? 0, submission };
}
