// A try of which nothing is kept (staff who look, an LMS's test learner): its answers travel in the address.
import { markAnswer, readAnswer } from '../../domain/check-answers.ts';
import type { Given, Question } from '../../domain/check-answers.ts';
import type { GivenAnswers } from '../../domain/knowledge-check.ts';

/** The answers as one word for an address. They are marked anew when they come back, so nobody gains by changing them. */
export function writeTrial(given: GivenAnswers): string {
  const answers = Object.fromEntries([...given].map(([key, { answer }]) => [key, answer]));
  return Buffer.from(JSON.stringify(answers)).toString('base64url');
}

/** Reads what `writeTrial` wrote. What cannot be read, or answers no question of this check, is left out. */
export function readTrial(questions: readonly Question[], word: string | undefined): Map<string, Given> {
  const given = new Map<string, Given>();
  const answers = parse(word ?? '');
  for (const question of questions) {
    const fields = answers[question.key];
    const answer = typeof fields === 'object' && fields !== null ? readAnswer(question, fields) : null;
    if (answer) given.set(question.key, markAnswer(question, answer));
  }
  return given;
}

function parse(word: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(word, 'base64url').toString());
    return typeof value === 'object' && value !== null ? value as Record<string, unknown> : {};
  } catch {
    return {};
  }
}
