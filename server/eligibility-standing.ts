// How a learner's eligibility form and tools self-assessment stand, and what was decided about the form of late, for pages
// that only mention them; features/eligibility writes.
import type { EligibilityState } from './domain/eligibility.ts';
import type { LearnerStanding } from './learner-standing.ts';

export type EligibilityStanding = {
  /** Whether the cohort opens weeks after the first only when the form is accepted. */
  required: boolean;
  /** `draft` also where nothing was written yet. */
  state: EligibilityState;
  /** Tools answered in the first and in the later self-assessment. */
  toolsBefore: number;
  toolsAfter: number;
};

/** The standing of a learner in a cohort that requires the form or not. */
export function eligibilityStandingOf({ eligibility, tools }: LearnerStanding, required: boolean): EligibilityStanding {
  return { required, state: eligibility?.state ?? 'draft', toolsBefore: tools?.before ?? 0, toolsAfter: tools?.after ?? 0 };
}

/** What faculty decided about the form, while it is news: returned until it is handed in again, accepted until it was looked at. */
export type EligibilityNews = { state: 'returned' | 'accepted'; word: string | null };

/** The most characters of a word that a page which only mentions it shows; a standing has one more, which tells that there is more (`learner_facts`). */
const longestMention = 300;

/** What is news; null where nothing is, and in a cohort that does not require the form. */
export function eligibilityNewsOf({ eligibility }: LearnerStanding, required: boolean): EligibilityNews | null {
  if (!required || !eligibility) return null;
  const { state, word = null, isRead } = eligibility;
  return state === 'returned' || (state === 'accepted' && !isRead) ? { state, word } : null;
}

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
