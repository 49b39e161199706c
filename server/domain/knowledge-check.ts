// Knowledge checks: which try an answer belongs to, and which try counts. What an answer is worth is check-answers.ts's.
import { isSameAnswer } from './check-answers.ts';
import type { Answer, Given, Question } from './check-answers.ts';

/** Answers by the question's key. */
export type GivenAnswers = ReadonlyMap<string, Given>;

export type Result = { points: number; maximum: number };

/** One go at a check. `result` is null while questions are open. */
export type Try = { given: GivenAnswers; result: Result | null };

/** The points that a check has in all. */
export function maximumOf(questions: readonly Pick<Question, 'key' | 'points'>[]): number {
  return questions.reduce((sum, { points }) => sum + points, 0);
}

/** The result of a try, or null while a question has no answer. Answers to questions that are no longer asked do not count. */
export function resultOf(questions: readonly Pick<Question, 'key' | 'points'>[], given: GivenAnswers): Result | null {
  let points = 0;
  for (const { key } of questions) {
    const here = given.get(key);
    if (!here) return null;
    points += here.points;
  }
  return { points, maximum: maximumOf(questions) };
}

/** The question to go on with after `key`: the next without an answer, from the beginning again after the last. Null when all have one. */
export function openQuestionAfter(questions: readonly Pick<Question, 'key' | 'points'>[], given: GivenAnswers, key: string | null = null): string | null {
  const place = questions.findIndex((question) => question.key === key);
  const inTurn = [...questions.slice(place + 1), ...questions.slice(0, place + 1)];
  return inTurn.find((question) => !given.has(question.key))?.key ?? null;
}

/** The best of some results, by their share because a check may grow; of two equal ones the earlier. Null of none. */
export function bestResult(results: readonly Result[]): Result | null {
  let best: Result | null = null;
  for (const result of results) if (best === null || isBetter(result, best)) best = result;
  return best;
}

/** Whether one result beats another; an equal one does not. */
export function isBetter(one: Result, other: Result): boolean {
  return one.points * other.maximum > other.points * one.maximum;
}

/** "8 of 10". */
export function resultWords({ points, maximum }: Result): string {
  return `${points} of ${maximum}`;
}

/**
 * stored: it counts. same: it was given already, as on a second press. earlier: another answer to this question stands
 * in this try. over: the try was finished without this question. none: there is no such try yet.
 */
export type AnswerDecision = 'stored' | 'same' | 'earlier' | 'over' | 'none';

/**
 * What becomes of an answer to a question in a try. The first answer stands, whichever tab it came from: that is what
 * makes a result mean something although tries are unlimited.
 * @param tries all there are, in order; only the last may be unfinished
 * @param number the try, counted from 1; one more than are finished begins a new one
 */
export function decideAnswer(tries: readonly Try[], number: number, key: string, answer: Answer): AnswerDecision {
  const before = tries[number - 1];
  if (!before) return number === newestTry(tries) ? 'stored' : 'none';
  const standing = before.given.get(key);
  if (standing) return isSameAnswer(standing.answer, answer) ? 'same' : 'earlier';
  return before.result ? 'over' : 'stored';
}

/** The number of the try that may be answered in: the unfinished one, or the one to begin. */
export function newestTry(tries: readonly Try[]): number {
  return tries.filter(({ result }) => result !== null).length + 1;
}
