// The tools self-assessment: its form, and what changed between the two.
import { changesOf, improvementTools, levelName, levels, unansweredTools } from '../../domain/tools-assessment.ts';
import type { AssessmentAnswers, AssessmentMoment, ToolChange } from '../../domain/tools-assessment.ts';
import { inWords, plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import { versionOf } from './answers.ts';
import { refusedProblems } from './pages.ts';
import type { Facts, RefusedField } from './pages.ts';

/** `week`: that of the later assessment. `isOpen`: whether it may be written yet. */
export type Later = { week: number; isOpen: boolean };

export type AssessInput = {
  facts: Facts;
  moment: AssessmentMoment;
  answers: AssessmentAnswers;
  mark: string | null;
  later: Later;
  /** What could not be kept of a form (send with 409 or 422). */
  refused?: ReadonlyMap<string, RefusedField<string>>;
};

/** `GET /eligibility/tools` and `…/tools/after` while the learner may answer. Posts to `/eligibility/tools/MOMENT/answers`; with scripts each tool by itself. */
export function assessPage({ facts, moment, answers, mark, later, refused = new Map() }: AssessInput) {
  const { at, cohort } = facts;
  const path = `/eligibility/tools/${moment}`;
  const unanswered = unansweredTools(answers).length;
  const answered = improvementTools.length - unanswered;
  return {
    template: 'eligibility/assess',
    data: {
      title: 'Tools self-assessment',
      kicker: moment === 'after' ? `${cohort.name}, week ${later.week}` : cohort.name,
      heading: moment === 'after' ? 'How well do you know these tools now?' : 'How well do you know these tools?',
      lede: moment === 'after'
        ? 'The same questions as at the beginning. Answer by what you have done with your team, then see what changed.'
        : `There is no right answer, and it is not graded. It tells your faculty what to bring, and in week ${later.week} you answer again and see what changed.`,
      progress: unanswered === 0 ? 'Every tool has an answer' : `${sentence(answered === 0 ? 'none' : inWords(answered))} of ${inWords(improvementTools.length)} tools ${answered === 1 ? 'has' : 'have'} an answer`,
      point: unanswered === 0 ? 'done' : unanswered < improvementTools.length ? 'part' : 'open',
      problems: refusedProblems(improvementTools.map(({ key, name }) => ({ key, label: name })), refused),
      mark: refused.size > 0 ? null : mark,
      action: at(`${path}/answers`),
      fieldsAddress: at(`${path}/fields`),
      tools: improvementTools.map(({ key, name, what }) => {
        const stored = levelName(answers[key]) ?? '';
        const one = refused.get(key);
        const value = one?.typed ?? stored;
        return {
          key, name, what,
          version: versionOf(one?.stored ?? stored),
          options: levels.map((level) => ({ words: level, selected: level === value })),
          other: one?.stored === undefined ? null : { text: one.stored === '' ? 'No answer' : one.stored },
          error: one?.problem ? 'Choose one of the levels.' : null,
        };
      }),
      links: moment === 'after'
        ? [{ href: at('/eligibility/tools'), label: 'See what changed' }]
        : [{ href: at('/eligibility'), label: 'Back to your form' }, ...(later.isOpen ? [{ href: at('/eligibility/tools/after'), label: `Answer again for week ${later.week}` }] : [])],
    },
  } satisfies Page;
}

/** `GET /eligibility/tools` once the first is closed: the answers, and what changed. */
export function toolsPage({ facts, before, after, later }: { facts: Facts; before: AssessmentAnswers; after: AssessmentAnswers | null; later: Later }) {
  const { at } = facts;
  return {
    template: 'eligibility/tools',
    data: {
      title: 'Tools self-assessment',
      kicker: facts.cohort.name,
      heading: after ? 'What changed' : 'How well you knew these tools at the beginning',
      again: after ? { words: null, href: at('/eligibility/tools/after'), label: `Change your answers for week ${later.week}`, isMain: false }
        : later.isOpen ? { words: `It is time to answer again, for week ${later.week}.`, href: at('/eligibility/tools/after'), label: 'Answer again', isMain: true }
        : { words: `In week ${later.week} you answer again, and see here what changed.`, href: null, label: '', isMain: false },
      assessment: assessmentOf({ before, after, week: later.week }),
      back: at('/eligibility'),
    },
  } satisfies Page;
}

/** Both self-assessments as a table; the learner and their faculty see the same. */
export function assessmentOf({ before, after, week }: { before: AssessmentAnswers; after: AssessmentAnswers | null; week: number }) {
  const changes = changesOf(before, after ?? {});
  return {
    summary: after ? summary(changes) : null,
    week,
    hasAfter: after !== null,
    tools: changes.map(({ tool, before: from, after: to, by }) => ({
      name: tool.name,
      before: levelName(from ?? undefined) ?? 'No answer',
      after: levelName(to ?? undefined) ?? 'No answer',
      change: byWords(by),
      line: { from: from === null ? null : placeOf(from), to: to === null ? null : placeOf(to) },
    })),
    ticks: levels.map((_level, index) => placeOf(index + 1)),
  };
}

/** Where a level stands on its line, in the units of the drawing. */
const placeOf = (level: number): number => 10 + (level - 1) * 25;

function byWords(by: number | null): string {
  if (by === null) return 'Cannot be told';
  if (by === 0) return 'As before';
  return `${sentence(plural(Math.abs(by), 'level'))} ${by > 0 ? 'up' : 'down'}`;
}

function summary(changes: readonly ToolChange[]): string {
  const count = (test: (by: number) => boolean) => changes.filter(({ by }) => by !== null && test(by)).length;
  const [up, same, down, open] = [count((by) => by > 0), count((by) => by === 0), count((by) => by < 0), changes.filter(({ by }) => by === null).length];
  const words = [`${plural(up, 'tool')} higher than at the beginning`, `${same === 0 ? 'none' : inWords(same)} the same`, `${down === 0 ? 'none' : inWords(down)} lower`, ...(open > 0 ? [`${inWords(open)} without both answers`] : [])];
  return `${sentence(words.join(', '))}.`;
}
