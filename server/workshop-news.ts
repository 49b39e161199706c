// What a learner's home tells of workshops: the next day, and what changed of late. Rows are written by features/workshops.
import { toInstant } from './database.ts';
import type { SessionFacts } from './domain/workshop-sessions.ts';
import type { WorkshopNews } from './workshop-words.ts';

/** A `workshop_session s` with its `workshop w`, as the columns of a row that `sessionOf` reads. */
export const sessionColumns = `w.key, s.day, s.starts_at, s.ends_at, s.time_zone, s.meeting_url, s.venue, s.address, s.moved_from, s.move_reason, s.cancelled_at, s.cancel_reason`;

export type SessionRow = {
  key: string; day: number; starts_at: string; ends_at: string; time_zone: string; meeting_url: string | null; venue: string | null; address: string | null;
  moved_from: string | null; move_reason: string | null; cancelled_at: string | null; cancel_reason: string | null;
};

export function sessionOf(row: SessionRow): SessionFacts {
  const instantOf = (value: string | null) => (value === null ? null : toInstant(value));
  return {
    key: row.key, day: row.day, startsAt: toInstant(row.starts_at), endsAt: toInstant(row.ends_at), timeZone: row.time_zone, meetingUrl: row.meeting_url, venue: row.venue, address: row.address,
    movedFrom: instantOf(row.moved_from), moveReason: row.move_reason, cancelledAt: instantOf(row.cancelled_at), cancelReason: row.cancel_reason,
  };
}

/** How long something that was changed is news. */
const newsForMs = 7 * 24 * 3_600_000;

type NewsRow = SessionRow & { changed_at: string | null };

/** Every session of the cohort `$1`, by their times, as one value of JSON; null for none. */
export const sessionsColumn = `
  (select json_agg(row_to_json(n) order by n.starts_at, n.day) from (
     select ${sessionColumns}, s.changed_at from workshop w join workshop_session s on s.workshop_id = w.id where w.cohort_id = $1) n)`;

/** A session, when it ends, and when it was last moved, cancelled or put back, in milliseconds; null for never. */
export type NewsSession = { session: SessionFacts; endsAt: number; changedAt: number | null };

/** Reads what `sessionsColumn` gives. */
export function newsSessionsOf(rows: NewsRow[] | null): NewsSession[] {
  return (rows ?? []).map((row) => {
    const session = sessionOf(row);
    return { session, endsAt: session.endsAt.epochMilliseconds, changedAt: row.changed_at === null ? null : toInstant(row.changed_at).epochMilliseconds };
  });
}

/** Of all sessions of a cohort, in their order, the next that takes place, and those to come that were moved, cancelled or put back in the last seven days. */
export function workshopNewsOf(sessions: readonly NewsSession[], { epochMilliseconds: now }: Temporal.Instant): WorkshopNews {
  const toCome = sessions.filter(({ endsAt }) => endsAt > now);
  return {
    next: toCome.find(({ session }) => session.cancelledAt === null)?.session ?? null,
    changes: toCome.filter(({ changedAt }) => changedAt !== null && changedAt > now - newsForMs).map(({ session }) => session),
  };
}
