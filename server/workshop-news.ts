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

/**
 * The news of a cohort as one value of JSON: the next session that takes place (`is_next`), and sessions
 * still to come that were moved, cancelled or put back in the last seven days. Both arguments are SQL: columns or
 * parameters. As a text, so that it can stand as a column of another statement.
 */
export const workshopNewsColumn = (cohort: string, now: string): string => `
  (select json_agg(row_to_json(n) order by n.starts_at, n.day) from (
     select ${sessionColumns}, coalesce(s.id = (
              select f.id from workshop v join workshop_session f on f.workshop_id = v.id
               where v.cohort_id = ${cohort} and f.cancelled_at is null and f.ends_at > ${now} order by f.starts_at, f.day limit 1), false) as is_next,
            coalesce(s.changed_at > ${now} - interval '7 days', false) and s.ends_at > ${now} as is_news
       from workshop w join workshop_session s on s.workshop_id = w.id where w.cohort_id = ${cohort}) n
    where n.is_next or n.is_news)`;

/** What `workshopNewsColumn` gives, read. */
export function workshopNewsOf(rows: (SessionRow & { is_next: boolean; is_news: boolean })[] | null): WorkshopNews {
  const next = rows?.find(({ is_next: isNext }) => isNext);
  return { next: next ? sessionOf(next) : null, changes: (rows ?? []).filter(({ is_news: isNews }) => isNews).map(sessionOf) };
}

const findNewsStatement = { name: 'find-workshop-news', text: `select ${workshopNewsColumn('$1::uuid', '$2::timestamptz')} as news` };

/** The next session of a cohort, and what was moved, cancelled or put back in the last seven days; one statement. */
export async function findWorkshopNews(sql: Sql, cohortId: string, now: Temporal.Instant): Promise<WorkshopNews> {
  const [row] = await run<{ news: Parameters<typeof workshopNewsOf>[0] }>(sql, findNewsStatement, [cohortId, String(now)]);
  return workshopNewsOf(row?.news ?? null);
}
