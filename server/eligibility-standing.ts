// How a learner's eligibility form and tools self-assessment stand, for pages that only mention them; features/eligibility writes.
import type { EligibilityState } from './domain/eligibility.ts';

export type EligibilityStanding = {
  /** Whether the cohort opens weeks after the first only when the form is accepted. */
  required: boolean;
  /** `draft` also where nothing was written yet. */
  state: EligibilityState;
  /** Tools answered in the first and in the later self-assessment. */
  toolsBefore: number;
  toolsAfter: number;
};

/** What `eligibilityStandingColumns` read. */
export type EligibilityStandingRow = { eligibility_required: boolean; eligibility_state: EligibilityState | null; tools_answered: { before?: number; after?: number } | null };

/** Columns for a statement in which `s` is the sign-in and `h` its cohort. */
export const eligibilityStandingColumns = `
  h.eligibility_required,
  (select state from eligibility where cohort_id = h.id and person_id = s.person_id) as eligibility_state,
  (select json_object_agg(t.moment, (select count(*) from jsonb_object_keys(t.answers))) from tools_assessment t where t.cohort_id = h.id and t.person_id = s.person_id) as tools_answered`;

/** The standing of the learner whose sign-in was read. */
export function eligibilityStandingOf({ eligibility_required: required, eligibility_state: state, tools_answered: tools }: EligibilityStandingRow): EligibilityStanding {
  return { required, state: state ?? 'draft', toolsBefore: tools?.before ?? 0, toolsAfter: tools?.after ?? 0 };
}
