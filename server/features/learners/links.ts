// Where a learner's page leads: to pages of other features, by their addresses alone.
import type { PlanState } from '../../domain/completion.ts';
import { weekList } from '../../learner-words.ts';

export type LinksInput = {
  at: (path: string) => string;
  personId: string;
  /** Who has left keeps what they did; nobody writes to them or changes their pace. */
  isHere: boolean;
  /** Whether the reader decides about pace, which assistants do not. */
  decides: boolean;
  /** Whether learners share entries of their journal with the reader. */
  readsJournals: boolean;
  /** Weeks whose check the learner has finished at least once, in order. */
  checkedWeeks: readonly number[];
  /** Whether they have told of any assignment. */
  hasTold: boolean;
  plan: PlanState;
};

/** The links, and what each is for; what the reader may not do, or what was not done yet, is left out. */
export function linksOf({ at, personId, isHere, decides, readsJournals, checkedWeeks, hasTold, plan }: LinksInput): { href: string; label: string; detail: string | null }[] {
  const handedIn = plan !== 'none' && plan !== 'begun';
  return [
    ...(isHere ? [{ href: at(`/mail/nudges/${personId}`), label: 'Write to them', detail: 'By e-mail' }] : []),
    ...(handedIn ? [{ href: at(`/grading/of/${personId}`), label: 'Coaching plan', detail: 'The version that was handed in last' }] : []),
    ...(hasTold ? [{ href: at(`/assignments/of/${personId}`), label: 'Assignments', detail: 'What they told of each' }] : []),
    ...checkedWeeks.map((week) => ({ href: at(`/weeks/${week}/check/of/${personId}`), label: `Check of ${weekList([week])}`, detail: 'Every try with its answers' })),
    { href: at(`/eligibility/forms/${personId}`), label: 'Eligibility form', detail: 'And the tools self-assessments' },
    ...(readsJournals ? [{ href: at(`/journal/shared?learner=${personId}`), label: 'Journal', detail: 'The entries that they share' }] : []),
    ...(isHere && decides ? [{ href: at(`/cohort/pace/learners/${personId}`), label: 'Pace', detail: 'More time, or a pause' }] : []),
  ];
}
