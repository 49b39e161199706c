// How a learner's eligibility form and tools self-assessment stand, and what was decided about the form of late, for pages
// that only mention them; features/eligibility writes.
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

/** What faculty decided about the form, while it is news: returned until it is handed in again, accepted until it was looked at. */
export type EligibilityNews = { state: 'returned' | 'accepted'; word: string | null };

/** As `eligibilityNewsColumns` arrive; null where nothing is new. */
export type EligibilityNewsRow = { eligibility_news: EligibilityNews | null };

/** The most characters of a word that a page which only mentions it shows. */
const longestMention = 300;

/**
 * Columns for a statement in which `s` is the sign-in and `h` its cohort (as `progressColumns` of plugins/progress.ts). A
 * cohort that does not require the form is not looked at any further.
 */
export const eligibilityNewsColumns = `
  case when h.eligibility_required and s.role = 'learner' then (
    select json_build_object('state', state, 'word', left(word, ${longestMention + 1})) from eligibility
     where cohort_id = h.id and person_id = s.person_id and (state = 'returned' or (state = 'accepted' and acceptance_read_at is null))) end as eligibility_news`;

/** What a home says of it, and where it leads. */
export function eligibilityNewsWords({ state, word }: EligibilityNews): { point: 'attention' | 'done'; words: string; label: string; path: string } {
  const said = word === null ? '' : `“${mentionOf(word)}”`;
  return state === 'returned'
    ? { point: 'attention', words: `Your form about your team and project came back.${said && ` Your faculty wrote: ${said}`}`, label: 'Change it and hand it in again', path: '/eligibility' }
    : { point: 'done', words: `Your faculty have accepted your form about your team and project.${said && ` They wrote: ${said}`}`, label: 'See your form', path: '/eligibility' };
}

/** A long word is cut between two words of it; the form has all of it. */
function mentionOf(word: string): string {
  const whole = word.replaceAll(/\s+/g, ' ').trim();
  if (word.length <= longestMention) return whole;
  return `${whole.slice(0, longestMention).replace(/\s\S{0,40}$/, '')} …`;
}
