// What completing the programme asks, how far the learner is, and what to do next.
import { completionHeading, completionWords } from '../../completion-words.ts';
import type { TitledRubric } from '../../completion-words.ts';
import type { Completion, CompletionFacts } from '../../domain/completion.ts';
import { plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type ProgressInput = {
  at: (path: string) => string;
  cohortName: string;
  programmeTitle: string;
  /** Whether the cohort's material has a coaching plan to fill in. */
  hasPlanForm: boolean;
  /** What the plan is graded by; absent where the cohort's material has none. */
  rubric?: TitledRubric | undefined;
  /** What holds weeks back whose day has come, from `heldBackLines`; absent for nothing. */
  heldBack?: { href: string; label: string; detail: string }[];
  counted: Pick<CompletionFacts, 'weeks' | 'sectionsDone'>;
  /** Null where the cohort's material says nothing of completing. */
  completion: Completion | null;
};

/** `GET /progress` */
export function progressPage({ at, cohortName, programmeTitle, hasPlanForm, rubric, heldBack = [], counted: { weeks, sectionsDone }, completion }: ProgressInput) {
  const read = weeks.filter(({ sectionsTotal }) => sectionsTotal > 0);
  const done = read.filter(({ number, sectionsTotal }) => (sectionsDone.get(number) ?? 0) >= sectionsTotal).length;
  return {
    template: 'progress/progress',
    data: {
      title: 'Your progress',
      kicker: `${cohortName}: your progress`,
      heading: completion ? completionHeading(completion) : 'How far you are',
      line: completion ? lineOf(completion, programmeTitle) : 'When this cohort began, Coachline did not yet keep what completing the programme asks. Your faculty know, and tell you. What you have done stands here.',
      heldBack,
      parts: completion ? completionWords(completion, { at, reader: 'learner', hasPlanForm, rubric }) : [],
      without: completion ? null : {
        counts: `${sentence(plural(done, 'week'))} of ${read.length} done`,
        links: [{ href: at('/'), label: 'Your weeks' }, { href: at('/attendance'), label: 'Your attendance' }],
      },
    },
  } satisfies Page;
}

function lineOf({ outcome, parts }: Completion, programmeTitle: string): string {
  switch (outcome) {
    case 'met': return parts.length === 0 ? `Completing ${programmeTitle} asks for nothing that Coachline counts. Your faculty tell you more.` : `Nothing is missing to complete ${programmeTitle}.`;
    case 'open': return `To complete ${programmeTitle}, each part below must be met. All that is missing can still be done.`;
    case 'not-met': return `To complete ${programmeTitle}, each part below must be met. One that is not met is a matter to talk over with your faculty; go on with the others meanwhile.`;
  }
}
