// Knowledge checks: what an answer is worth, which try it belongs to, and which try counts.

/**
 * What marking needs to know of a question. The kinds still to come (several choices, ordering, matching, a short
 * number, a run chart) join this union, `Answer`, `readAnswer` and `isRight`; everything else here knows no kind.
 */
export type Question = SingleChoice;
export type SingleChoice = { kind: 'single-choice'; key: string; points: number; choices: readonly { key: string; right: boolean }[] };

/** What somebody answered, in the form in which it is kept. */
export type Answer = { choice: string };

/** The fields of a form, by name, as the browser sent them. */
export type AnswerFields = { choice?: string | undefined };

/** One question of a try, answered. */
export type Given = { answer: Answer; points: number };

/** Answers by the question's key. */
export type GivenAnswers = ReadonlyMap<string, Given>;

export type Result = { points: number; maximum: number };

/** One go at a check. `result` is null while questions are open. */
export type Try = { given: GivenAnswers; result: Result | null };

/** The answer that a form holds, or that was kept; null where it is none to this question. */
export function readAnswer(question: Question, { choice }: AnswerFields): Answer | null {
  return question.choices.some(({ key }) => key === choice) && choice !== undefined ? { choice } : null;
}

/** Gives an answer its points: all of the question's or none. */
export function markAnswer(question: Question, answer: Answer): Given {
  return { answer, points: isRight(question, answer) ? question.points : 0 };
}

function isRight(question: Question, answer: Answer): boolean {
  return question.choices.some(({ key, right }) => right && key === answer.choice);
}

/** Whether two answers say the same. */
export function isSameAnswer(one: Answer, other: Answer): boolean {
  return one.choice === other.choice;
}

/** The points that a check has in all. */
export function maximumOf(questions: readonly Question[]): number {
  return questions.reduce((sum, { points }) => sum + points, 0);
}

/** The result of a try, or null while a question has no answer. Answers to questions that are no longer asked do not count. */
export function resultOf(questions: readonly Question[], given: GivenAnswers): Result | null {
  let points = 0;
  for (const { key } of questions) {
    const here = given.get(key);
    if (!here) return null;
    points += here.points;
  }
  return { points, maximum: maximumOf(questions) };
}

/** The question to go on with after `key`: the next without an answer, from the beginning again after the last. Null when all have one. */
export function openQuestionAfter(questions: readonly Question[], given: GivenAnswers, key: string | null = null): string | null {
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
