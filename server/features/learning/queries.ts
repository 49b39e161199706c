// What home and the week page say besides the reading, read with the sign-in; each is written by the feature of its name.
import type { Result } from '../../domain/knowledge-check.ts';
import type { PlanStanding } from '../../domain/coaching-plan.ts';
import { discussionNewsColumns } from '../../discussion-news.ts';
import type { DiscussionNews, DiscussionNewsRow } from '../../discussion-news.ts';
import { planStandingColumns, planStandingOf } from '../../plugins/plan-standing.ts';
import type { PlanStandingRow } from '../../plugins/plan-standing.ts';
import { eligibilityNewsColumns, eligibilityStandingColumns, eligibilityStandingOf } from '../../eligibility-standing.ts';
import type { EligibilityNews, EligibilityNewsRow, EligibilityStanding, EligibilityStandingRow } from '../../eligibility-standing.ts';
import type { Facts } from '../../plugins/sign-in.ts';
import { workshopNewsColumn, workshopNewsOf } from '../../workshop-news.ts';
import type { WorkshopNews } from '../../workshop-words.ts';

export type CheckStanding = {
  /** Of every finished try, in order. */
  results: Result[];
  /** How many questions of the unfinished try have an answer. */
  answered: number;
};

/** A try of a learner: its week, then how many questions have an answer while it is unfinished, else points and maximum. */
type Try = [week: number, answered: number | null, points: number | null, maximum: number | null];

/** The assignments that the learner has done, by their keys. */
const assignmentColumn = `
    (select json_agg(r.assignment) from assignment_report r where r.cohort_id = h.id and r.person_id = s.person_id and s.role = 'learner' and r.done_at is not null) as assignments_done`;

/** How eligibility stands, which assignments are done, and every try of the learner, of whatever week, in the order in which they were begun; null where there are none. */
export const weekFacts: Facts = {
  name: 'week',
  columns: `${eligibilityStandingColumns},${assignmentColumn},
    (select json_agg(json_build_array(t.week, case when t.finished_at is null then (select count(*) from knowledge_check_answer where attempt_id = t.id) end, t.points, t.maximum) order by t.begun_at)
       from knowledge_check_attempt t where t.cohort_id = h.id and t.person_id = s.person_id and s.role = 'learner') as tries`,
};

/** How the learner's eligibility form and self-assessments stand, of what `weekFacts` read. */
export const eligibilityOf = (facts: unknown): EligibilityStanding => eligibilityStandingOf(facts as EligibilityStandingRow);

/** The keys of the assignments that are done, of what `weekFacts` or `homeFacts` read. */
export function assignmentsDone(facts: unknown): ReadonlySet<string> {
  return new Set((facts as { assignments_done: string[] | null }).assignments_done);
}

/** How far a learner is with the check of a week, of what `weekFacts` read. */
export function checkStanding(facts: unknown, week: number): CheckStanding {
  const tries = ((facts as { tries: Try[] | null }).tries ?? []).filter(([of]) => of === week);
  return {
    results: tries.flatMap(([, answered, points, maximum]) => (answered === null ? [{ points: points ?? 0, maximum: maximum ?? 0 }] : [])),
    answered: tries.find(([, answered]) => answered !== null)?.[1] ?? 0,
  };
}

/** The next workshop and what changed of late, how the learner's coaching plan stands, what is new in the discussions, and what was decided about the eligibility form. */
export const homeFacts: Facts = {
  name: 'home',
  withNow: true,
  columns: `${planStandingColumns},${assignmentColumn},${discussionNewsColumns},${eligibilityNewsColumns},
    ${workshopNewsColumn('h.id', '$2::timestamptz')} as workshop_news`,
};

/** What `homeFacts` read. */
export function homeNews(facts: unknown): { workshops: WorkshopNews; plan: PlanStanding; discussion: DiscussionNews[]; eligibility: EligibilityNews | null } {
  const row = facts as PlanStandingRow & DiscussionNewsRow & EligibilityNewsRow & { workshop_news: Parameters<typeof workshopNewsOf>[0] };
  return { workshops: workshopNewsOf(row.workshop_news), plan: planStandingOf(row), discussion: row.discussion_news ?? [], eligibility: row.eligibility_news };
}
