// A learner's reflection journal: what an entry may hold.
import { manyLines } from './typed-text.ts';

/** The most characters (UTF-16 units, as browsers count) of an entry. */
export const longestEntry = 20_000;

/** Shared entries on one page of faculty's. */
export const sharedPerPage = 20;

/** What a learner wrote for a week. `version` counts the changes, from 1; `sharedAt` is null while nobody else may read it. */
export type Entry = { text: string; version: number; savedAt: Temporal.Instant; sharedAt: Temporal.Instant | null };
/** Somebody who may read what is shared. */
export type JournalReader = { name: string | null; role: 'faculty' | 'assistant' };
export type SharedEntry = { week: number; name: string | null; text: string; savedAt: Temporal.Instant };

/** The words of an entry as they are kept; where there are too many, nothing of them may be. */
export function readEntry(typed: string | undefined): { text: string; problem: 'too-long' | null } {
  const text = manyLines(typed);
  return { text, problem: text.length > longestEntry ? 'too-long' : null };
}

/** What the journal asks in a week whose material has no question of its own. */
export const anyWeeksQuestion = 'What did you learn this week about coaching, and what will you try next?';
