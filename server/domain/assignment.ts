// A week's assignment: what a learner's account of it may hold, and when there is enough of one to count.
import { manyLines } from './typed-text.ts';

/** The most characters (UTF-16 units, as browsers count) of an account. */
export const longestAccount = 4_000;

/** Accounts on one page of faculty's. */
export const accountsPerPage = 20;

/** `version` counts the changes, from 1. `doneAt` is null after it was taken back: the words are then the learner's alone. */
export type Report = { account: string; version: number; writtenAt: Temporal.Instant; doneAt: Temporal.Instant | null };

/** empty: an assignment is done when something is told of it. */
export type AccountProblem = 'empty' | 'too-long';

/** The words of an account as they are kept, and why they do not make an assignment done. */
export function readAccount(typed: string | undefined): { account: string; problem: AccountProblem | null } {
  const account = manyLines(typed);
  return { account, problem: account === '' ? 'empty' : account.length > longestAccount ? 'too-long' : null };
}
