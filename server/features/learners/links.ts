// Where a learner's page leads: to pages of other features, by their addresses alone.
import type { PlanState } from '../../domain/completion.ts';
import { weekList } from '../../learner-words.ts';

/** Whether faculty can write a nudge: `/mail/nudges/PERSON` is there when the mail feature is. */
const hasNudges: boolean = false;

export type LinksInput = {
  at: (path: string) => string;
  personId: string;
  /** Whether the reader decides about pace, which assistants do not. */
  decides: boolean;
  /** Weeks whose check the learner has finished at least once, in order. */
  checkedWeeks: readonly number[];
  plan: PlanState;
};

/** The links, and what each is for; what the reader may not do or what is not there yet is left out. */
export function linksOf({ at, personId, decides, checkedWeeks, plan }: LinksInput): { href: string; label: string; detail: string | null }[] {
  const handedIn = plan !== 'none' && plan !== 'begun';
  return [
    ...nudgeLink(at, personId),
    ...(handedIn ? [{ href: at(`/grading/of/${personId}`), label: 'Coaching plan', detail: 'The version that was handed in last' }] : []),
    ...checkedWeeks.map((week) => ({ href: at(`/weeks/${week}/check/of/${personId}`), label: `Check of ${weekList([week])}`, detail: 'Every try with its answers' })),
    ...(decides ? [{ href: at(`/cohort/pace/learners/${personId}`), label: 'Pace', detail: 'More time, or a pause' }] : []),
  ];
}

function nudgeLink(at: LinksInput['at'], personId: string) {
  return hasNudges ? [{ href: at(`/mail/nudges/${personId}`), label: 'Write a nudge', detail: 'A friendly word by e-mail' }] : [];
}
