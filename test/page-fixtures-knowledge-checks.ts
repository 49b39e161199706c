// Examples of the pages of a knowledge check; page-fixtures.ts shows them beside all others.
import type { KnowledgeCheck, Programme } from '../server/content/programme.ts';
import { markAnswer, resultOf } from '../server/domain/knowledge-check.ts';
import type { Given } from '../server/domain/knowledge-check.ts';
import { questionPage, resultPage, reviewPage, startPage } from '../server/features/knowledge-checks/pages.ts';
import type { CheckFacts, CheckReader, ShownTry } from '../server/features/knowledge-checks/pages.ts';
import { writeTrial } from '../server/features/knowledge-checks/trial.ts';
import type { Page, Role } from '../server/plugins/views.ts';

type Input = {
  at: (path: string) => string;
  now: Temporal.Instant;
  programme: Programme;
  cohort: { name: string; startsOn: Temporal.PlainDate; timeZone: string };
  longName: string;
};

/** Every page of a check by a name for it. `programme` must have one in week 1. */
export function checkExamples({ at, now, programme, cohort, longName }: Input): Record<string, { path: string; role: Role; page: Page }> {
  const week = programme.weeks[0];
  const check = week?.check;
  const [first, second] = check?.questions ?? [];
  if (!week || !check || !first || !second) throw new Error('week 1 has no check of two questions');
  const facts = (reader: CheckReader): CheckFacts => ({ programme, cohort: { ...cohort, id: 'c1', programmeVersionId: 'v1' }, week, check, reader });
  /** Answers the first `count` questions, the first `right` of them rightly. */
  const tryOf = (count: number, right: number, minutes = 0): ShownTry => {
    const given = new Map(check.questions.slice(0, count).map((question, index): [string, Given] => {
      const choice = question.choices.find((one) => one.right === (index < right));
      return [question.key, markAnswer(question, { choice: choice?.key ?? '' })];
    }));
    const result = resultOf(check.questions, given);
    const begunAt = now.add({ minutes });
    return { given, result, begunAt, finishedAt: result && begunAt.add({ minutes: 9 }) };
  };
  const all = check.questions.length;
  const learner = { at, facts: facts('learner'), trial: null };
  const one = [tryOf(all, all - 1)];
  const three = [...one, tryOf(all, 0, 30), tryOf(all, all, 60)];
  const sent = { points: all - 1, maximum: all, comment: `First try: ${all - 1} of ${all}`, sentAt: now, seen: null };
  const trial = writeTrial(tryOf(1, 0).given);
  const shown = (role: Role, page: Page, path = '/weeks/1/check') => ({ path, role, page });

  return {
    'check-start': shown('learner', startPage({ ...learner, tries: [] })),
    'check-carry-on': shown('learner', startPage({ ...learner, tries: [tryOf(1, 1)] })),
    'check-question': shown('learner', questionPage({ ...learner, tries: [tryOf(1, 1)], number: 1, question: second, notice: null })),
    'check-unanswered': shown('learner', questionPage({ ...learner, tries: [], number: 1, question: first, notice: 'unanswered' })),
    'check-right': shown('learner', questionPage({ ...learner, tries: [tryOf(1, 1)], number: 1, question: first, notice: null })),
    'check-wrong': shown('learner', questionPage({ ...learner, tries: [tryOf(2, 1)], number: 1, question: second, notice: null })),
    'check-earlier': shown('learner', questionPage({ ...learner, tries: [tryOf(1, 0)], number: 1, question: first, notice: 'earlier' })),
    'check-trial': shown('faculty', questionPage({ at, facts: facts('staff'), tries: [tryOf(1, 0)], trial, number: 1, question: first, notice: null })),
    'check-result': shown('learner', resultPage({ ...learner, tries: one, number: 1, score: { ...sent, state: 'waiting', sentAt: null } })),
    'check-result-best': shown('learner', resultPage({ ...learner, tries: three, number: 3, score: { ...sent, state: 'sent', points: all } })),
    'check-result-worse': shown('learner', resultPage({ ...learner, tries: [...three, tryOf(1, 1, 90)], number: 2, score: { ...sent, state: 'refused' } })),
    'check-result-changed': shown('learner', resultPage({ ...learner, tries: one, number: 1, score: { ...sent, state: 'sent', seen: { points: 1, maximum: all, at: now } } })),
    'check-result-trial': shown('mentor', resultPage({ at, facts: facts('mentor'), tries: one, trial, number: 1, score: null })),
    'check-review': shown('faculty', reviewPage({ at, facts: facts('staff'), learner: { name: longName }, tries: [...three.slice(0, 2), tryOf(1, 1, 90)], score: { ...sent, state: 'sent' } })),
    'check-review-none': shown('assistant', reviewPage({ at, facts: facts('staff'), learner: { name: null }, tries: [], score: null })),
    'check-review-refused': shown('administrator', reviewPage({ at, facts: facts('staff'), learner: { name: 'Amara Okafor' }, tries: one, score: { ...sent, state: 'refused' } })),
  };
}

/** A check of three questions about sections `part-1` to `part-3`. */
export const smallCheck: KnowledgeCheck = {
  minutes: 5, introduction: 'Three questions.',
  questions: [1, 2, 3].map((number) => ({
    kind: 'single-choice', key: `question-${number}`, points: number === 3 ? 2 : 1, section: `part-${number}`, promptHtml: `Prompt ${number}?`,
    choices: ['one', 'two', 'three'].map((key, index) => ({ key, textHtml: `Text ${number} ${key}`, right: index === number % 3, explanationHtml: `Explanation ${number} <em>${key}</em>` })),
  })),
};
