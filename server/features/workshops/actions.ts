// Schedules workshops, changes and cancels their days, and puts them back. Nobody overwrites what they have not seen.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { isSameDay, isSameSetting } from '../../domain/workshop-schedule.ts';
import type { WorkshopSetting } from '../../domain/workshop-schedule.ts';
import { findDisorder, revisionMark } from '../../domain/workshop-sessions.ts';
import type { DayDisorder } from '../../domain/workshop-sessions.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import { lockSessions } from './queries.ts';

/** A workshop of a cohort, by its key in the content. */
export type WorkshopSubject = { cohortId: string; key: string };

/** already: somebody else scheduled those in the meantime, and nothing was done. */
export type ScheduleOutcome = { scheduled: true } | { scheduled: false; reason: 'already'; keys: string[] };

// Of two who schedule at once the second waits, and then finds what the first has done.
const lockCohort = { name: 'lock-cohort-for-workshops', text: 'select id from cohort where id = $1 for no key update' };
const findScheduled = { name: 'find-scheduled-workshops', text: 'select key from workshop where cohort_id = $1 and key = any($2::text[])' };
const insertWorkshop = { name: 'insert-workshop', text: 'insert into workshop (cohort_id, key, created_at) values ($1, $2, $3) returning id' };
const insertSessions = {
  name: 'insert-workshop-sessions',
  text: `
    insert into workshop_session (workshop_id, day, starts_at, ends_at, time_zone, meeting_url, venue, address, created_at)
    select $1, d.day, d.starts_at, d.ends_at, $5, $6, $7, $8, $9 from unnest($2::smallint[], $3::timestamptz[], $4::timestamptz[]) as d (day, starts_at, ends_at)`,
};

/** Puts workshops on a cohort's calendar: all of them or, when one is there already, none. */
export async function scheduleWorkshops(pool: Pool, viewer: Viewer, cohortId: string, wanted: readonly { key: string; setting: WorkshopSetting }[], now: Temporal.Instant): Promise<ScheduleOutcome> {
  return inTransaction(pool, async (sql) => {
    await run(sql, lockCohort, [cohortId]);
    const there = await run<{ key: string }>(sql, findScheduled, [cohortId, wanted.map(({ key }) => key)]);
    if (there.length > 0) return { scheduled: false, reason: 'already', keys: there.map(({ key }) => key) };
    for (const { key, setting: { days, timeZone, meetingUrl, venue, address } } of wanted) {
      const [row] = await run<{ id: string }>(sql, insertWorkshop, [cohortId, key, String(now)]);
      await run(sql, insertSessions, [
        row?.id, days.map(({ day }) => day), days.map(({ startsAt }) => String(startsAt)), days.map(({ endsAt }) => String(endsAt)), timeZone, meetingUrl, venue, address, String(now),
      ]);
    }
    await note(sql, viewer, 'workshops.scheduled', { cohortId, workshops: wanted.map(({ key, setting }) => ({ key, days: setting.days.map(({ startsAt }) => String(startsAt)) })) }, now);
    return { scheduled: true };
  });
}

/** conflict: the days are no longer those that the form was made with. unknown: the workshop is not scheduled. */
export type ChangeOutcome = { changed: true } | { changed: false; reason: 'conflict' | 'unknown' };

const updateSession = {
  name: 'change-workshop-session',
  text: `
    update workshop_session
       set starts_at = $2, ends_at = $3, time_zone = $4, meeting_url = $5, venue = $6, address = $7, revision = revision + 1,
           moved_from = case when $8 then starts_at else moved_from end, move_reason = case when $8 then $9 else move_reason end,
           cancel_reason = case when $8 then null else cancel_reason end, changed_at = case when $8 then $10 else changed_at end
     where id = $1`,
};

/**
 * Changes times and place of the days of a workshop that take place. A day that begins at another moment has moved, and
 * carries `reason`.
 * @param mark the `revisionMark` of the days that the form was made with
 */
export async function changeWorkshop(pool: Pool, viewer: Viewer, subject: WorkshopSubject, { setting, reason, mark }: { setting: WorkshopSetting; reason: string | null; mark: string }, now: Temporal.Instant): Promise<ChangeOutcome> {
  return inTransaction(pool, async (sql) => {
    const sessions = await lockSessions(sql, subject);
    if (sessions.length === 0) return { changed: false, reason: 'unknown' };
    if (isSameSetting(sessions, setting)) return { changed: true };   // somebody saved the very same, or a form came twice
    if (revisionMark(sessions) !== mark) return { changed: false, reason: 'conflict' };
    const { timeZone, meetingUrl, venue, address } = setting;
    const changed = setting.days.flatMap((wanted) => {
      const session = sessions.find(({ day, cancelledAt }) => day === wanted.day && cancelledAt === null);
      return session && !isSameDay(session, wanted, setting) ? [{ session, wanted, hasMoved: !session.startsAt.equals(wanted.startsAt) }] : [];
    });
    for (const { session, wanted, hasMoved } of changed) {
      await run(sql, updateSession, [session.id, String(wanted.startsAt), String(wanted.endsAt), timeZone, meetingUrl, venue, address, hasMoved, reason, String(now)]);
    }
    await note(sql, viewer, 'workshop.changed', {
      ...subject, reason,
      days: changed.map(({ session, wanted }) => ({ day: session.day, before: placeAndTime(session, session), after: placeAndTime(wanted, setting) })),
    }, now);
    return { changed: true };
  });
}

const cancelSession = {
  name: 'cancel-workshop-session',
  text: 'update workshop_session set cancelled_at = $2, cancel_reason = $3, changed_at = $2, revision = revision + 1 where id = $1',
};

/** Cancels days of a workshop. `unknown` where a day is not there. Rows stay: links and calendars still find them. */
export async function cancelSessions(pool: Pool, viewer: Viewer, subject: WorkshopSubject, { days, reason, mark }: { days: readonly number[]; reason: string; mark: string }, now: Temporal.Instant): Promise<ChangeOutcome> {
  return inTransaction(pool, async (sql) => {
    const sessions = await lockSessions(sql, subject);
    const chosen = sessions.filter(({ day }) => days.includes(day));
    if (chosen.length === 0 || chosen.length < new Set(days).size) return { changed: false, reason: 'unknown' };
    if (chosen.every(({ cancelledAt, cancelReason }) => cancelledAt !== null && cancelReason === reason)) return { changed: true };
    if (revisionMark(sessions) !== mark) return { changed: false, reason: 'conflict' };
    const living = chosen.filter(({ cancelledAt }) => cancelledAt === null);
    for (const { id } of living) await run(sql, cancelSession, [id, String(now), reason]);
    await note(sql, viewer, 'workshop.cancelled', { ...subject, days: living.map(({ day }) => day), reason }, now);
    return { changed: true };
  });
}

const putBackSession = {
  name: 'put-back-workshop-session',
  text: 'update workshop_session set cancelled_at = null, changed_at = $2, revision = revision + 1 where id = $1',
};

/** disorder: the days would no longer follow one another; another must be moved first. */
export type PutBackOutcome = ChangeOutcome | { changed: false; reason: 'disorder'; disorder: DayDisorder };

/** Puts cancelled days back, at the time and place that they had. */
export async function putBackSessions(pool: Pool, viewer: Viewer, subject: WorkshopSubject, { days, mark }: { days: readonly number[]; mark: string }, now: Temporal.Instant): Promise<PutBackOutcome> {
  return inTransaction(pool, async (sql) => {
    const sessions = await lockSessions(sql, subject);
    const chosen = sessions.filter(({ day }) => days.includes(day));
    if (chosen.length === 0 || chosen.length < new Set(days).size) return { changed: false, reason: 'unknown' };
    if (chosen.every(({ cancelledAt }) => cancelledAt === null)) return { changed: true };
    if (revisionMark(sessions) !== mark) return { changed: false, reason: 'conflict' };
    const disorder = findDisorder(sessions.filter((session) => session.cancelledAt === null || chosen.includes(session)));
    if (disorder) return { changed: false, reason: 'disorder', disorder };
    const cancelled = chosen.filter(({ cancelledAt }) => cancelledAt !== null);
    for (const { id } of cancelled) await run(sql, putBackSession, [id, String(now)]);
    await note(sql, viewer, 'workshop.put_back', { ...subject, days: cancelled.map(({ day }) => day) }, now);
    return { changed: true };
  });
}

function placeAndTime({ startsAt, endsAt }: { startsAt: Temporal.Instant; endsAt: Temporal.Instant }, { timeZone, meetingUrl, venue, address }: Omit<WorkshopSetting, 'days'>) {
  return { startsAt: String(startsAt), endsAt: String(endsAt), timeZone, meetingUrl, venue, address };
}

const audit = { name: 'audit-workshop', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

async function note(sql: Sql, viewer: Viewer, action: string, detail: Record<string, unknown>, now: Temporal.Instant): Promise<void> {
  await run(sql, audit, [String(now), action, viewer.organisation?.id ?? null, viewer.personId ?? viewer.administratorId, JSON.stringify(detail)]);
}
