// What somebody typed about their mail, or to somebody: checked, and said per field what to do.
import { mailKinds } from './mail-timing.ts';
import type { MailKind, MailPreference } from './mail-timing.ts';

/** `kinds` are those that are wanted; `timeZone` absent means the cohort's. */
export type PreferenceRequest = { kinds?: readonly string[]; pace?: string; timeZone?: string; quietFrom?: string; quietUntil?: string };
export type PreferenceField = 'timeZone' | 'quietFrom' | 'quietUntil';
export type PreferenceDecision =
  | { good: true; preference: MailPreference }
  | { good: false; errors: Partial<Record<PreferenceField, string>> };

/** Checks somebody's choices. @param isZone whether the runtime knows a time zone of that name */
export function decidePreference({ kinds = [], pace, timeZone, quietFrom, quietUntil }: PreferenceRequest, isZone: (name: string) => boolean): PreferenceDecision {
  const errors: Partial<Record<PreferenceField, string>> = {};
  const from = readTime(quietFrom);
  const until = readTime(quietUntil);
  if (from === null) errors.quietFrom = 'Enter a time of day, such as 20:00.';
  if (until === null) errors.quietUntil = 'Enter a time of day, such as 07:00.';
  if (timeZone !== undefined && !isZone(timeZone)) errors.timeZone = 'Choose a time zone from the list.';
  if (from === null || until === null || errors.timeZone) return { good: false, errors };
  const off = mailKinds.filter((kind): kind is MailKind => !kinds.includes(kind));
  return { good: true, preference: { timeZone: timeZone ?? null, quietFrom: from, quietUntil: until, pace: pace === 'daily' ? 'daily' : 'each', off } };
}

/** "20:00" in minutes after midnight; null where it is no time. */
function readTime(text: string | undefined): number | null {
  const [, hour, minute] = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text?.trim() ?? '') ?? [];
  return hour === undefined || minute === undefined ? null : Number(hour) * 60 + Number(minute);
}

/** Minutes after midnight as a form shows them: "07:00". */
export function timeOfDay(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}

export const longestNudge = 2_000;

/** The paragraphs of a message to a learner, or what is wrong with it. */
export function decideNudge(typed: string | undefined): { good: true; paragraphs: string[] } | { good: false; error: string } {
  const text = (typed ?? '').toWellFormed();
  const paragraphs = text.split(/[\r\n]+/).map((line) => line.replace(/[\s\p{Cc}]+/gu, ' ').trim()).filter((line) => line !== '');
  if (paragraphs.length === 0) return { good: false, error: 'Write a message; a sentence or two is enough.' };
  const length = paragraphs.join('\n').length;
  if (length > longestNudge) return { good: false, error: `Shorten the message to ${longestNudge.toLocaleString('en-GB')} letters or fewer; it has ${length.toLocaleString('en-GB')}.` };
  return { good: true, paragraphs };
}
