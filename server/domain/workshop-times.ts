// From what people type (a day, a time, a zone) to moments, and when the door of an online workshop is open.
import { readDay } from './typed-text.ts';

/** skipped: the clocks jump over that time on that day (spring). */
export type MomentReading =
  | { good: true; instant: Temporal.Instant }
  | { good: false; reason: 'no-day' | 'no-time' | 'skipped' };

/**
 * The moment of a day (`2026-03-29`) and a time of day (`14:00`) in an IANA zone. A time that comes twice, on the
 * night the clocks go back, is taken as the first of the two: `comesTwice` tells, so that the page can say so.
 */
export function readMoment(date: string | undefined, time: string | undefined, timeZone: string): MomentReading {
  const day = readDay(date);
  if (day === null) return { good: false, reason: 'no-day' };
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::00)?$/.exec(time?.trim() ?? '');
  if (!clock) return { good: false, reason: 'no-time' };
  const local = day.toPlainDateTime({ hour: Number(clock[1]), minute: Number(clock[2]) });
  const earlier = local.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  // A time that is skipped becomes another one, before the gap or after it.
  if (!earlier.toPlainDateTime().equals(local)) return { good: false, reason: 'skipped' };
  return { good: true, instant: earlier.toInstant() };
}

/** Whether the clocks of a zone show this moment's time twice on that day, because they go back. */
export function comesTwice(moment: Temporal.Instant, timeZone: string): boolean {
  const local = moment.toZonedDateTimeISO(timeZone).toPlainDateTime();
  const [first, second] = (['earlier', 'later'] as const).map((disambiguation) => local.toZonedDateTime(timeZone, { disambiguation }));
  return first !== undefined && second !== undefined && first.epochMilliseconds !== second.epochMilliseconds;
}

/** When a session begins and ends. */
export type Period = { startsAt: Temporal.Instant; endsAt: Temporal.Instant };

/** How long before its start an online session can be joined. */
export const joinsBefore = { ms: 10 * 60_000 };

/** before: the door opens at `opensAt`. open: from then to the end. over: it has ended. */
export type JoinWindow = { state: JoinState; opensAt: Temporal.Instant };
export type JoinState = 'before' | 'open' | 'over';

export function joinWindow(session: Period, now: Temporal.Instant): JoinWindow {
  return { state: joinState(session, now), opensAt: Temporal.Instant.fromEpochMilliseconds(session.startsAt.epochMilliseconds - joinsBefore.ms) };
}

/** The state alone. */
export function joinState({ startsAt, endsAt }: Period, { epochMilliseconds: now }: Temporal.Instant): JoinState {
  if (now >= endsAt.epochMilliseconds) return 'over';
  return now < startsAt.epochMilliseconds - joinsBefore.ms ? 'before' : 'open';
}
