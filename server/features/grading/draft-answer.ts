// What the page's script hears when it saves a draft: words that are made here, so that the script makes none.
import type { Rubric } from '../../content/programme.ts';
import type { AssessmentProblem, RubricAssessment } from '../../domain/rubric.ts';
import { since } from './pages.ts';
import type { Place } from './pages.ts';
import { fieldOf, problemWords, standingOf } from './rubric-words.ts';

export type DraftAnswerInput = { place: Place; rubric: Rubric; assessment: RubricAssessment; problems: AssessmentProblem[]; version: number; now: Temporal.Instant };

/** The draft as it is kept now. `problems` name the field by its address within the page. */
export function draftAnswer({ place, rubric, assessment, problems, version, now }: DraftAnswerInput) {
  return {
    version,
    saved: problems.length === 0 ? `Draft saved ${since(now, now, place)}` : `Saved ${since(now, now, place)}, without what is marked below`,
    problems: problems.map((problem) => ({ field: fieldOf(problem), words: problemWords(rubric, problem) })),
    ...standingOf(rubric, assessment),
  };
}

const refusals = {
  conflict: 'You changed this draft in another window. What you write here is not saved.',
  withdrawn: 'The learner withdrew this plan. What you wrote is kept as your draft.',
  already: 'Somebody decided about this plan meanwhile. What you wrote is kept as your draft.',
} as const;

/** Why the draft cannot go on. `page` shows more; of a conflict, posting the form shows both versions. */
export function draftRefusal(because: keyof typeof refusals, page: string) {
  return { because, words: refusals[because], page };
}
