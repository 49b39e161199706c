// The days of workshops as they stand on a cohort's calendar: which comes next, and what became of each.
import type { Period } from './workshop-times.ts';

/** One day of a workshop. `key` is the workshop's in the content. */
export type SessionFacts = Period & {
  key: string;
  /** 1 for the first. */
  day: number;
  timeZone: string;
  meetingUrl: string | null;
  venue: string | null;
  address: string | null;
  movedFrom: Temporal.Instant | null;
  moveReason: string | null;
  cancelledAt: Temporal.Instant | null;
  cancelReason: string | null;
};

/** A day as its row keeps it. Calendars know it by `id`, whatever becomes of it; `revision` counts its changes. */
export type Session = SessionFacts & { id: string; revision: number };

/**
 * What last happened to a day, for people to be told. A day that was put back keeps the reason for which it had been
 * cancelled; moving it afterwards takes that away.
 */
export type SessionChange = 'none' | 'moved' | 'cancelled' | 'put-back';

export function changeOf({ cancelledAt, cancelReason, movedFrom }: Pick<SessionFacts, 'cancelledAt' | 'cancelReason' | 'movedFrom'>): SessionChange {
  if (cancelledAt !== null) return 'cancelled';
  if (cancelReason !== null) return 'put-back';
  return movedFrom === null ? 'none' : 'moved';
}

/** The next session to take part in: the first that takes place and has not ended; null for none. */
export function nextSession<Session extends Pick<SessionFacts, 'startsAt' | 'endsAt' | 'cancelledAt'>>(sessions: readonly Session[], now: Temporal.Instant): Session | null {
  return sessions
    .filter(({ cancelledAt, endsAt }) => cancelledAt === null && Temporal.Instant.compare(endsAt, now) > 0)
    .toSorted(byStart)[0] ?? null;
}

/** Earliest first. */
export function byStart(one: Pick<Period, 'startsAt'>, other: Pick<Period, 'startsAt'>): number {
  return Temporal.Instant.compare(one.startsAt, other.startsAt);
}

/**
 * The revisions of a workshop's days as a form carries them, such as `1:0 2:3`. Two that are the same speak of the same
 * rows: a form made before anything changed has another one.
 */
export function revisionMark(sessions: readonly { day: number; revision: number }[]): string {
  return sessions.toSorted((one, other) => one.day - other.day).map(({ day, revision }) => `${day}:${revision}`).join(' ');
}

/** outOfOrder: a later day begins before an earlier one. overlap: a day begins before the one before it has ended. */
export type DayDisorder = { day: number; problem: 'outOfOrder' | 'overlap' };

/** The first day of a workshop that does not come after the one before it; null when all do. Cancelled days do not count: leave them out. */
export function findDisorder(days: readonly (Period & { day: number })[]): DayDisorder | null {
  const inOrder = days.toSorted((one, other) => one.day - other.day);
  for (const [index, current] of inOrder.entries()) {
    const before = inOrder[index - 1];
    if (!before || Temporal.Instant.compare(current.startsAt, before.endsAt) >= 0) continue;
    return { day: current.day, problem: byStart(current, before) <= 0 ? 'outOfOrder' : 'overlap' };
  }
  return null;
}
