// How a learner stands, for pages that only mention it: one document that PostgreSQL keeps beside the rows it tells of
// (migration learner_standings), read with the sign-in.
import type { CalendarBreak } from './domain/calendar.ts';
import type { PlanStanding } from './domain/coaching-plan.ts';
import type { EligibilityState } from './domain/eligibility.ts';
import type { Result } from './domain/knowledge-check.ts';

/** As `learner_facts` puts it together. What is not there is left out. */
export type LearnerStanding = {
  /** What the learner has marked as done. */
  sections?: [week: number, section: string][];
  /** The section last read in each week, in the order in which they were read. */
  places?: [week: number, section: string][];
  /** What the learner's calendar has of its own. */
  pace?: { breaks: CalendarBreak[]; pausedOn?: string };
  /** The eligibility form; `word` is the beginning of what faculty wrote, `isRead` whether the learner looked at it after it was accepted. */
  eligibility?: { state: EligibilityState; word?: string; isRead: boolean };
  /** How many tools are answered in the first and in the later self-assessment. */
  tools?: { before?: number; after?: number };
  /** The keys of the assignments that are done. */
  assignments?: string[];
  /** Every try at a knowledge check, in the order in which they were begun: how many questions have an answer while it is unfinished, else points and maximum. */
  tries?: [week: number, answered: number | null, points: number | null, maximum: number | null][];
  /** How many fields of the coaching plan hold something. */
  planFilled?: number;
  /** The submission of the plan that counts. */
  submission?: NonNullable<PlanStanding['submission']>;
};

/** SQL for the standing where `s` is the sign-in and `h` its cohort. Only of learners of whom things are kept is there one. */
export const standingOfSignIn = `(select f.facts from learner_standing f where f.cohort_id = h.id and f.person_id = s.person_id and s.role = 'learner')`;

export type CheckStanding = {
  /** Of every finished try, in order. */
  results: Result[];
  /** How many questions of the unfinished try have an answer. */
  answered: number;
};

/** How far a learner is with the check of a week. */
export function checkStandingOf({ tries = [] }: LearnerStanding, week: number): CheckStanding {
  const ofWeek = tries.filter(([of]) => of === week);
  return {
    results: ofWeek.flatMap(([, answered, points, maximum]) => (answered === null ? [{ points: points ?? 0, maximum: maximum ?? 0 }] : [])),
    answered: ofWeek.find(([, answered]) => answered !== null)?.[1] ?? 0,
  };
}

/** For `planNews` of domain/coaching-plan.ts. */
export function planStandingOf({ planFilled, submission }: LearnerStanding): PlanStanding {
  return { filled: planFilled ?? 0, submission: submission ?? null };
}
