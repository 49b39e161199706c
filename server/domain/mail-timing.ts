// When somebody is written to, and when not: their choices by kind, quiet hours, the daily digest, and what is old news.

/** What people choose about, one by one, in the order in which they are shown. A sign-in link is asked for and is none of them. */
export const mailKinds = ['week-opened', 'due', 'nudge', 'reply'] as const;
export type MailKind = (typeof mailKinds)[number];

/** Times are minutes after midnight on the wall. `timeZone` null: the cohort's. */
export type MailPreference = { timeZone: string | null; quietFrom: number; quietUntil: number; pace: 'each' | 'daily'; off: readonly MailKind[] };

/** What holds until somebody chooses: nothing between eight in the evening and seven in the morning. */
export const usualPreference: MailPreference = { timeZone: null, quietFrom: 20 * 60, quietUntil: 7 * 60, pace: 'each', off: [] };

/** When those who want one message a day get it. */
const digestAt = Temporal.PlainTime.from('07:30');

/**
 * The moment from which a mail may go: after the next 07:30 for those who want one message a day, and never in quiet hours.
 * @param zone the reader's own, or where they chose none the cohort's
 * @returns `now` when it may go at once
 */
export function mailGoesAt({ queuedAt, preference, zone }: { queuedAt: Temporal.Instant; preference: MailPreference; zone: string }, now: Temporal.Instant): Temporal.Instant {
  const earliest = preference.pace === 'daily' ? later(now, nextAt(queuedAt.toZonedDateTimeISO(zone), digestAt)) : now;
  return endOfQuiet(earliest.toZonedDateTimeISO(zone), preference);
}

/** The first such time on the wall that is later than `moment`. Where a clock change removes it, the moment after the gap. */
function nextAt(moment: Temporal.ZonedDateTime, time: Temporal.PlainTime): Temporal.Instant {
  const today = moment.withPlainTime(time);
  const next = Temporal.ZonedDateTime.compare(today, moment) > 0 ? today : moment.add({ days: 1 }).withPlainTime(time);
  return next.toInstant();
}

/** `moment` itself, or the end of the quiet hours that it lies in; they may span midnight. */
function endOfQuiet(moment: Temporal.ZonedDateTime, { quietFrom, quietUntil }: MailPreference): Temporal.Instant {
  const minute = moment.hour * 60 + moment.minute;
  const isQuiet = quietFrom < quietUntil ? minute >= quietFrom && minute < quietUntil : quietFrom > quietUntil && (minute >= quietFrom || minute < quietUntil);
  if (!isQuiet) return moment.toInstant();
  return nextAt(moment, new Temporal.PlainTime(Math.floor(quietUntil / 60), quietUntil % 60));
}

function later(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) >= 0 ? a : b;
}

/** What decides whether a mail is sent at all, as it stands when it is about to go. */
export type MailFacts = {
  kind: MailKind | 'sign-in';
  /** The address that the LMS gave, if it gave one. */
  address: string | null;
  /** Whether the LMS still names them in a course of the cohort. */
  isEnrolled: boolean;
  /** Whether the cohort's last week is over. */
  isOver: boolean;
  goodUntil: Temporal.Instant | null;
  off: readonly MailKind[];
};

/** Why a mail is kept back; `no-server` is found by whoever would send it. */
export type Suppression = 'no-address' | 'left' | 'over' | 'old-news' | 'unwanted' | 'no-server';

/** Why this mail is not to be sent, or null. */
export function whyNotSent({ kind, address, isEnrolled, isOver, goodUntil, off }: MailFacts, now: Temporal.Instant): Suppression | null {
  if (address === null || !isMailAddress(address)) return 'no-address';
  if (!isEnrolled) return 'left';
  if (isOver && kind !== 'sign-in') return 'over';
  if (goodUntil !== null && Temporal.Instant.compare(goodUntil, now) <= 0) return 'old-news';
  return kind !== 'sign-in' && off.includes(kind) ? 'unwanted' : null;
}

/** One plain address: nothing that could be read as two, or as the beginning of another line of the message. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && /^[^\s\p{Cc}@<>()[\]\\,;:"]+@[^\s\p{Cc}@<>()[\]\\,;:"]+$/u.test(text);
}
