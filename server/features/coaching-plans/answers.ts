// What stands in a field of a plan, and how a page remembers what it showed.
import { hash } from 'node:crypto';

/** What is kept for a field. A field that nobody wrote in has none, and counts as version 0. */
export type StoredAnswer = { text: string; version: number; savedAt: Temporal.Instant };

/** A short mark of a text: a form sends it back, so that a field which nobody touched is told from one that was changed. */
export function fingerprint(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}
