// Examples of the pages of a knowledge check; page-fixtures.ts shows them beside all others.
import type { CheckQuestion, KnowledgeCheck, Programme } from '../server/content/programme.ts';
import { markAnswer } from '../server/domain/check-answers.ts';
import { resultOf } from '../server/domain/knowledge-check.ts';
import type { Answer, Given } from '../server/domain/check-answers.ts';
import { questionPage, resultPage, reviewPage, startPage } from '../server/features/knowledge-checks/pages.ts';
import type { CheckFacts, CheckReader, ShownTry } from '../server/features/knowledge-checks/pages.ts';
import { writeTrial } from '../server/features/knowledge-checks/trial.ts';
import type { Page, Role } from '../server/plugins/views.ts';
import { choicesOf } from './support/questions.ts';

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
      const choice = choicesOf(question).find((one) => one.right === (index < right));
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

  /** A question of each other kind: asked, refused, and answered wrongly. */
  const kinds = Object.fromEntries(otherKinds.flatMap(({ question, sent, wrong }) => {
    const facts = { ...learner.facts, check: { ...check, questions: [question, ...check.questions.slice(1)] } };
    const answered: ShownTry = { given: new Map([[question.key, markAnswer(question, wrong)]]), result: null, begunAt: now, finishedAt: null };
    const input = { ...learner, facts, number: 1, question };
    return [
      [`check-${question.kind}`, shown('learner', questionPage({ ...input, tries: [], notice: 'unanswered', sent }))],
      [`check-${question.kind}-explained`, shown('learner', questionPage({ ...input, tries: [answered], notice: null }))],
    ];
  }));

  return {
    ...kinds,
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

const about = { points: 1, section: 'part-1', explanationHtml: 'Because <em>that</em> is how it is done.' };
/** With a form that was not whole, and with a wrong answer. */
export const otherKinds: { question: CheckQuestion; sent: Record<string, string | string[]>; wrong: Answer }[] = [
  {
    question: { ...about, kind: 'several-choices', key: 'several', promptHtml: 'Which of these are <em>measures</em>?', choices: ['one', 'two', 'three', 'four'].map((key, index) => ({ key, textHtml: `Choice ${key}`, right: index % 2 === 0, explanationHtml: `Why ${key}.` })) },
    sent: {}, wrong: { choices: ['one', 'two'] },
  },
  {
    question: { ...about, kind: 'ordering', key: 'ordering', promptHtml: 'In which order does a team go about it?', items: [{ key: 'plan', text: 'Plan the test, with a prediction, on the smallest scale that can teach anything' }, { key: 'do', text: 'Do it' }, { key: 'study', text: 'Study what happened' }] },
    sent: { order: ['plan:1', 'do:1'] }, wrong: { order: ['do:1', 'plan:2', 'study:3'] },
  },
  {
    question: { ...about, kind: 'matching', key: 'matching', promptHtml: 'Which measure is of which kind?', pairs: [{ key: 'falls', leftHtml: 'Falls for every thousand bed days', right: 'option-2' }, { key: 'rounds', leftHtml: 'Rounds done <em>on time</em>', right: 'option-3' }, { key: 'overtime', leftHtml: 'Hours of overtime', right: 'option-1' }], options: [{ key: 'option-1', text: 'Balancing' }, { key: 'option-2', text: 'Outcome' }, { key: 'option-3', text: 'Process' }] },
    sent: { match: ['falls:option-2'] }, wrong: { match: ['falls:option-2', 'rounds:option-1', 'overtime:option-3'] },
  },
  { question: { ...about, kind: 'number', key: 'number', promptHtml: 'What is the median of 3, 9 and 7?', answer: 7, tolerance: 0.5, unit: 'days' }, sent: { number: 'seven' }, wrong: { number: '9' } },
  {
    question: { ...about, kind: 'run-chart', key: 'chart', promptHtml: 'Which points signal?', title: 'Medicines ready by noon, per cent', labels: Array.from({ length: 24 }, (_none, index) => `Wk ${index + 1}`), values: [31, 38, 29, 35, 33, 40, 30, null, 36, 34, 28, 37, 35, 44, 47, 46, 49, 52, 50, 55, 54, 53, 56, 58], baseline: 12, better: 'up' },
    sent: { points: ['3', 'none'] }, wrong: { points: ['14', '15'] },
  },
];
