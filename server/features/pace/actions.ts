// Moves what is not yet past: a holiday of the cohort, and the pace of one learner.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { breakOfPause, weekStartsOn } from '../../domain/calendar.ts';
import type { CalendarBreak, CohortCalendar } from '../../domain/calendar.ts';
import { mayTakeBack } from '../../domain/pace.ts';
import type { Viewer, ViewerCohort } from '../../plugins/sign-in.ts';

/** elsewhere: the breaks are no longer those that the form was made with. late: too late to take it back. */
export type ShiftOutcome = { moved: true; sessions: number } | { moved: false; reason: 'elsewhere' | 'late' };

const lockBreaks = { name: 'lock-cohort-breaks', text: 'select breaks from cohort where id = $1 for update' };
const updateBreaks = { name: 'update-cohort-breaks', text: 'update cohort set breaks = $2 where id = $1' };
const audit = { name: 'audit-pace', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };
// By the clock on the wall, so that 14:00 stays 14:00 over a change of clocks. Days of workshops that were cancelled stay where they were.
const moveSessions = {
  name: 'move-sessions-with-cohort',
  text: `
    update workshop_session s
       set starts_at = ((s.starts_at at time zone s.time_zone) + make_interval(days => $3)) at time zone s.time_zone,
           ends_at = ((s.ends_at at time zone s.time_zone) + make_interval(days => $3)) at time zone s.time_zone,
           moved_from = s.starts_at, move_reason = $4, revision = s.revision + 1, changed_at = $5
      from workshop w
     where w.id = s.workshop_id and w.cohort_id = $1 and s.cancelled_at is null and s.starts_at > $5
       and (s.starts_at at time zone s.time_zone)::date >= $2::date
    returning s.id`,
};

/** Puts a break before a week: it and all after it begin later, and so do the workshop days from then on. */
export async function addBreak(pool: Pool, viewer: Viewer, cohort: ViewerCohort, { added, reason, loaded }: { added: CalendarBreak; reason: string; loaded: number }, now: Temporal.Instant): Promise<ShiftOutcome> {
  return inTransaction(pool, async (sql) => {
    const breaks = await lockedBreaks(sql, cohort.id);
    if (breaks.length !== loaded) return { moved: false, reason: 'elsewhere' };
    const from = weekStartsOn({ ...cohort, breaks }, added.beforeWeek);
    await run(sql, updateBreaks, [cohort.id, JSON.stringify([...breaks, added])]);
    const moved = await run(sql, moveSessions, [cohort.id, String(from), added.days, reason === '' ? 'The cohort has a break.' : reason, String(now)]);
    await note(sql, viewer, 'cohort.break-added', { cohortId: cohort.id, ...added, reason, sessions: moved.length }, now);
    return { moved: true, sessions: moved.length };
  });
}

/** Takes a break back while the week after it would not begin in the past. */
export async function removeBreak(pool: Pool, viewer: Viewer, cohort: ViewerCohort, { index, loaded }: { index: number; loaded: number }, now: Temporal.Instant): Promise<ShiftOutcome> {
  return inTransaction(pool, async (sql) => {
    const breaks = await lockedBreaks(sql, cohort.id);
    const removed = breaks[index];
    if (breaks.length !== loaded || !removed) return { moved: false, reason: 'elsewhere' };
    const calendar = { ...cohort, breaks };
    if (!mayTakeBack(calendar, index, now)) return { moved: false, reason: 'late' };
    await run(sql, updateBreaks, [cohort.id, JSON.stringify(breaks.toSpliced(index, 1))]);
    const moved = await run(sql, moveSessions, [cohort.id, String(weekStartsOn(calendar, removed.beforeWeek)), -removed.days, 'A break was taken back.', String(now)]);
    await note(sql, viewer, 'cohort.break-removed', { cohortId: cohort.id, ...removed, sessions: moved.length }, now);
    return { moved: true, sessions: moved.length };
  });
}

async function lockedBreaks(sql: Sql, cohortId: string): Promise<CalendarBreak[]> {
  const [row] = await run<{ breaks: CalendarBreak[] }>(sql, lockBreaks, [cohortId]);
  return row?.breaks ?? [];
}

const upsertPace = {
  name: 'upsert-learner-pace',
  text: `
    insert into learner_pace (cohort_id, person_id, breaks, paused_on, extension_days, reason, changed_at, changed_by) values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (cohort_id, person_id) do update
      set breaks = excluded.breaks, paused_on = excluded.paused_on, extension_days = excluded.extension_days, reason = excluded.reason, changed_at = excluded.changed_at, changed_by = excluded.changed_by`,
};
const ensurePace = { name: 'ensure-learner-pace', text: 'insert into learner_pace (cohort_id, person_id, changed_at) values ($1, $2, $3) on conflict do nothing' };
const lockPace = { name: 'lock-learner-pace', text: 'select breaks, paused_on, extension_days, reason from learner_pace where cohort_id = $1 and person_id = $2 for update' };

/** What is asked for one learner. */
export type PaceChange = { kind: 'more-time'; extensionDays: number; reason: string } | { kind: 'pause'; reason: string } | { kind: 'resume' };

/**
 * Gives a learner more time, stops their calendar, or lets it run again: a pause leaves a break of whole weeks. Pausing
 * twice, or resuming what runs, changes nothing.
 */
export async function changePace(pool: Pool, viewer: Viewer, cohort: ViewerCohort, personId: string, change: PaceChange, now: Temporal.Instant): Promise<void> {
  const today = now.toZonedDateTimeISO(cohort.timeZone).toPlainDate();
  await inTransaction(pool, async (sql) => {
    // There must be a row to lock, or of two first changes one would be lost.
    await run(sql, ensurePace, [cohort.id, personId, String(now)]);
    const [row] = await run<{ breaks: CalendarBreak[]; paused_on: string | null; extension_days: number; reason: string | null }>(sql, lockPace, [cohort.id, personId]);
    const breaks = row?.breaks ?? [];
    const pausedOn = row?.paused_on ? Temporal.PlainDate.from(row.paused_on) : null;
    const before = { breaks, pausedOn, extensionDays: row?.extension_days ?? 0, reason: row?.reason ?? null };
    const after = changed(before, { ...cohort, breaks: [...cohort.breaks, ...breaks] }, change, today);
    await run(sql, upsertPace, [cohort.id, personId, JSON.stringify(after.breaks), after.pausedOn && String(after.pausedOn), after.extensionDays, after.reason, String(now), viewer.personId ?? viewer.administratorId]);
    await note(sql, viewer, `learner.pace-${change.kind}`, { cohortId: cohort.id, personId, ...after }, now);
  });
}

type Pace = { breaks: CalendarBreak[]; pausedOn: Temporal.PlainDate | null; extensionDays: number; reason: string | null };

function changed(pace: Pace, calendar: CohortCalendar, change: PaceChange, today: Temporal.PlainDate): Pace {
  switch (change.kind) {
    case 'more-time': return { ...pace, extensionDays: change.extensionDays, reason: change.reason || null };
    case 'pause': return { ...pace, pausedOn: pace.pausedOn ?? today, reason: change.reason || pace.reason };
    case 'resume': {
      const left = pace.pausedOn && breakOfPause(calendar, pace.pausedOn, today);
      return { ...pace, pausedOn: null, breaks: left ? [...pace.breaks, left] : pace.breaks };
    }
  }
}

async function note(sql: Sql, viewer: Viewer, action: string, detail: object, now: Temporal.Instant): Promise<void> {
  await run(sql, audit, [String(now), action, viewer.organisation?.id ?? null, viewer.personId ?? viewer.administratorId, JSON.stringify(detail)]);
}
