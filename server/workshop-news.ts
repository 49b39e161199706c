// What a learner's home tells of workshops: the next day, and what changed of late. Rows are written by features/workshops.
import { run, toInstant } from './database.ts';
import type { Sql } from './database.ts';
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
const newsFor = { hours: 7 * 24 };

type NewsRow = SessionRow & { changed_at: string | null };

/**
 * The sessions of a cohort that have not ended, as one value of JSON, so that it can stand as a column of another
 * statement. Both arguments are SQL: columns or parameters. Which is next is found by `workshopNewsOf`: asked for the
 * first alone, PostgreSQL goes through the sessions of all cohorts in the order of their times.
 */
export const workshopNewsColumn = (cohort: string, now: string): string => `
  (select json_agg(row_to_json(n)) from (
     select ${sessionColumns}, s.changed_at from workshop w join workshop_session s on s.workshop_id = w.id
      where w.cohort_id = ${cohort} and s.ends_at > ${now}) n)`;

/** What `workshopNewsColumn` gives, read: the next session that takes place, and those that were moved, cancelled or put back in the last seven days. */
export function workshopNewsOf(rows: NewsRow[] | null, now: Temporal.Instant): WorkshopNews {
  const sessions = (rows ?? []).map((row) => ({ session: sessionOf(row), changedAt: row.changed_at === null ? null : toInstant(row.changed_at) }))
    .toSorted(({ session: one }, { session: other }) => Temporal.Instant.compare(one.startsAt, other.startsAt) || one.day - other.day);
  const since = now.subtract(newsFor);
  return {
    next: sessions.find(({ session }) => session.cancelledAt === null)?.session ?? null,
    changes: sessions.filter(({ changedAt }) => changedAt !== null && Temporal.Instant.compare(changedAt, since) > 0).map(({ session }) => session),
  };
}

const findNewsStatement = { name: 'find-workshop-news', text: `select ${workshopNewsColumn('$1::uuid', '$2::timestamptz')} as news` };

/** The next session of a cohort, and what was moved, cancelled or put back in the last seven days; one statement. */
export async function findWorkshopNews(sql: Sql, cohortId: string, now: Temporal.Instant): Promise<WorkshopNews> {
  const [row] = await run<{ news: NewsRow[] | null }>(sql, findNewsStatement, [cohortId, String(now)]);
  return workshopNewsOf(row?.news ?? null, now);
}
