import { expect } from 'chai';
import { describe, it } from 'mocha';
import { courseGrade } from '../../server/domain/course-grade.ts';
import type { ScoreStanding } from '../../server/domain/course-grade.ts';
import { markAnswer } from '../../server/domain/check-answers.ts';
import type { Given, Question } from '../../server/domain/check-answers.ts';
import { bestResult, decideAnswer, isBetter, newestTry, openQuestionAfter, resultOf } from '../../server/domain/knowledge-check.ts';
import type { AnswerDecision, Result, Try } from '../../server/domain/knowledge-check.ts';

const question = (key: string, points = 1): Question => ({ kind: 'single-choice', key, points, choices: [{ key: 'bad', right: false }, { key: 'good', right: true }, { key: 'other', right: false }] });
const [a, b, c] = [question('a'), question('b'), question('c', 3)] as const;
const questions = [a, b, c];

/** 'a+ b-' is a answered rightly and b wrongly. */
function given(marks: string): Map<string, Given> {
  return new Map(marks.split(' ').filter(Boolean).map((mark): [string, Given] => {
    const asked = questions.find(({ key }) => key === mark[0]) ?? question(mark[0] ?? '');
    return [asked.key, markAnswer(asked, { choice: mark[1] === '+' ? 'good' : 'bad' })];
  }));
}
const one = (marks: string): Try => ({ given: given(marks), result: resultOf(questions, given(marks)) });

describe('knowledge check: a try', () => {
  const results: [marks: string, result: Result | null][] = [
    ['', null], ['a+ b+', null], ['a+ b- c+', { points: 4, maximum: 5 }], ['a- b- c-', { points: 0, maximum: 5 }], ['a+ b+ c+ x+', { points: 5, maximum: 5 }],
  ];
  for (const [marks, result] of results) it(`with ${marks || 'nothing'} answered is ${result ? `${result.points} of ${result.maximum}` : 'not finished'}`, () => expect(resultOf(questions, given(marks))).to.deep.equal(result));

  const nexts: [marks: string, after: string | null, next: string | null][] = [
    ['', null, 'a'], ['', 'a', 'b'], ['a+', 'a', 'b'], ['a+ b+', 'a', 'c'], ['b+ c+', 'c', 'a'], ['a+ b+ c-', 'b', null], ['a+ c+', null, 'b'], ['', 'c', 'a'], ['b+', 'gone', 'a'],
  ];
  for (const [marks, after, next] of nexts) it(`with ${marks || 'nothing'} answered goes on after ${after} with ${next}`, () => expect(openQuestionAfter(questions, given(marks), after)).to.equal(next));
});

describe('knowledge check: the first answer to a question of a try stands', () => {
  const full = one('a+ b- c+');
  const cases: [what: string, tries: Try[], number: number, key: string, choice: string, decision: AnswerDecision][] = [
    ['the first answer of all begins the first try', [], 1, 'a', 'good', 'stored'],
    ['a second question joins the unfinished try', [one('a+')], 1, 'b', 'bad', 'stored'],
    ['the same answer again is the second press of a button', [one('a+')], 1, 'a', 'good', 'same'],
    ['another answer comes too late', [one('a+')], 1, 'a', 'bad', 'earlier'],
    ['even in a finished try it is shown what stands', [full], 1, 'b', 'good', 'earlier'],
    ['after a finished try the next may begin', [full], 2, 'a', 'bad', 'stored'],
    ['a finished try takes no question that came later', [{ ...one('a+ b+'), result: { points: 2, maximum: 2 } }], 1, 'c', 'good', 'over'],
    ['no try is left out', [], 2, 'a', 'good', 'none'],
    ['nor while one is unfinished', [full, one('a+')], 3, 'a', 'good', 'none'],
    ['there is no try before the first', [], 0, 'a', 'good', 'none'],
  ];
  for (const [what, tries, number, key, choice, decision] of cases) it(what, () => expect(decideAnswer(tries, number, key, { choice })).to.equal(decision));

  it('the newest try is the unfinished one, or the one to begin', () => {
    expect([[], [one('a+')], [full], [full, one('a+')], [full, full]].map((tries) => newestTry(tries))).to.deep.equal([1, 1, 2, 2, 3]);
  });
});

describe('knowledge check: the best result counts', () => {
  const result = (text: string): Result => { const [points = 0, maximum = 0] = text.split('/').map(Number); return { points, maximum }; };
  const cases: [what: string, results: string[], best: number | null][] = [
    ['there is none of none', [], null],
    ['one is the best', ['0/10'], 0],
    ['the highest, wherever it stands', ['6/10', '9/10', '8/10'], 1],
    ['of equal ones the first', ['8/10', '8/10'], 0],
    ['by the share, should the check have grown', ['8/10', '9/12'], 0],
    ['and by nothing but the share', ['4/5', '8/10', '9/11'], 2],
  ];
  for (const [what, results, best] of cases) it(what, () => {
    const all = results.map(result);
    expect(bestResult(all)).to.equal(best === null ? null : all[best]);
  });

  it('an equal result is no better', () => expect(isBetter(result('8/10'), result('4/5'))).to.equal(false));
});

describe('what the course shows', () => {
  const sentAt = Temporal.Instant.from('2026-05-11T08:00:00Z');
  const sent: ScoreStanding = { state: 'sent', points: 8, maximum: 10, sentAt, seen: null };
  const seen = (points: number, maximum: number, minutes: number): ScoreStanding => ({ ...sent, seen: { points, maximum, at: sentAt.add({ minutes }) } });
  const cases: [what: string, score: ScoreStanding | null, grade: ReturnType<typeof courseGrade>][] = [
    ['nothing, where no grade goes', null, { kind: 'none' }],
    ['nothing yet, while it waits', { ...sent, state: 'waiting' }, { kind: 'on-its-way' }],
    ['nothing, when it was refused', { ...sent, state: 'refused' }, { kind: 'refused' }],
    ['what was sent', sent, { kind: 'shown', points: 8, maximum: 10 }],
    ['the same, read back in hundredths', seen(80, 100, 1), { kind: 'shown', points: 8, maximum: 10 }],
    ['another, when somebody changed it there', seen(5, 10, 1), { kind: 'changed', points: 5, maximum: 10 }],
    ['what was sent since it was read back', seen(5, 10, -1), { kind: 'shown', points: 8, maximum: 10 }],
    ['what was sent, where the LMS counts to nothing', seen(5, 0, 1), { kind: 'shown', points: 8, maximum: 10 }],
  ];
  for (const [what, score, grade] of cases) it(what, () => expect(courseGrade(score)).to.deep.equal(grade));
});
