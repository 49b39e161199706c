// How a learner's eligibility form and tools self-assessment stand, for pages that only mention them. Reads only; features/eligibility writes.
import { run } from './database.ts';
import type { Sql } from './database.ts';
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

type StandingRow = { required: boolean; state: EligibilityState | null; tools_before: number; tools_after: number };

const tools = (moment: 'before' | 'after') => `(select count(*)::int from tools_assessment t cross join lateral jsonb_object_keys(t.answers) where t.cohort_id = h.id and t.person_id = $2 and t.moment = '${moment}') as tools_${moment}`;
const findStandingStatement = {
  name: 'find-eligibility-standing',
  quick: true,
  text: `
    select h.eligibility_required as required, (select state from eligibility where cohort_id = h.id and person_id = $2) as state, ${tools('before')}, ${tools('after')}
      from cohort h where h.id = $1`,
};

/** The standing of one learner in one cohort. */
export async function findEligibilityStanding(sql: Sql, { cohortId, personId }: { cohortId: string; personId: string }): Promise<EligibilityStanding> {
  const [row] = await run<StandingRow>(sql, findStandingStatement, [cohortId, personId]);
  return { required: row?.required ?? false, state: row?.state ?? 'draft', toolsBefore: row?.tools_before ?? 0, toolsAfter: row?.tools_after ?? 0 };
}
