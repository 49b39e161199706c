// Takes a roll, and tells the grade books when the cohort has a column for it.
import type { Pool } from 'pg';
import { daysOf, daysOfLearner, listMarks, listSessions } from '../../attendance-standing.ts';
import type { AttendanceProgramme } from '../../attendance-standing.ts';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { attendanceScore, dayPhase, decideMark } from '../../domain/attendance.ts';
import type { AttendanceMark, KeptMark, RollLearner } from '../../domain/attendance.ts';
import type { Programmes } from '../../plugins/programmes.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Queues } from '../../queues.ts';
import { setScores } from '../../score-outbox.ts';
import { hasColumn, listRoll } from './queries.ts';
import type { RollWishes } from './schemas.ts';

type Outbox = Pick<Queues, 'add'>;
/** A day of a workshop as its address names it. */
type Place = { key: string; day: number };

/** closed: nothing may be said of that day now. unknown: there is no such day, or none of these people is on its roll. */
export type RollOutcome =
  | { taken: true; saved: number; /** Whom somebody else marked differently in the meantime, with the mark that stands. */ conflicts: ReadonlyMap<string, KeptMark> }
  | { taken: false; reason: 'closed' | 'unknown' };

// One at a time in a cohort: two rolls at once would each count a learner's days without the other's mark.
const lockAttendance = { name: 'lock-attendance', text: `select pg_advisory_xact_lock(hashtextextended('attendance ' || $1, 0))` };
const upsertMarks = {
  name: 'upsert-attendance',
  text: `
    insert into attendance (session_id, person_id, status, recorded_at, recorded_by)
    select $1, m.person_id, m.status, $3, $4 from jsonb_to_recordset($2::jsonb) as m(person_id uuid, status text) order by m.person_id
    on conflict (session_id, person_id) do update set status = excluded.status, recorded_at = excluded.recorded_at, recorded_by = excluded.recorded_by`,
};
const audit = { name: 'audit-attendance', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

/**
 * Keeps the marks of a roll, those that nobody else has changed in the meantime, and the scores that follow from them,
 * in one transaction. A first mark says for itself who gave it and when; a changed one leaves an audit row with what
 * stood there before.
 */
export async function takeRoll(pool: Pool, queues: Outbox, viewer: Viewer, { programme, place, wishes }: { programme: AttendanceProgramme; place: Place; wishes: RollWishes }, now: Temporal.Instant): Promise<RollOutcome> {
  const cohortId = viewer.cohort?.id ?? '';
  return inTransaction(pool, async (sql) => {
    await run(sql, lockAttendance, [cohortId]);
    const session = daysOf(programme, await listSessions(sql, cohortId)).find(({ key, day }) => key === place.key && day === place.day)?.session;
    if (!session) return { taken: false, reason: 'unknown' };
    const phase = dayPhase(session, now);
    if (phase !== 'open' && phase !== 'ended') return { taken: false, reason: 'closed' };

    const roll = await listRoll(sql, cohortId, session.id);
    if (wishes.marks.size > 0 && !roll.some(({ personId }) => wishes.marks.has(personId))) return { taken: false, reason: 'unknown' };
    const { written, conflicts } = decideRoll(roll, wishes);
    if (written.length === 0) return { taken: true, saved: 0, conflicts };

    await run(sql, upsertMarks, [session.id, JSON.stringify(written.map(({ learner, mark }) => ({ person_id: learner.personId, status: mark }))), String(now), viewer.personId ?? viewer.administratorId]);
    const changes = written.flatMap(({ learner: { personId, kept }, mark }) => (kept ? [{ personId, before: kept.mark, recordedAt: String(kept.at), after: mark }] : []));
    if (changes.length > 0) await run(sql, audit, [String(now), 'attendance.changed', viewer.organisation?.id ?? null, viewer.personId ?? viewer.administratorId, JSON.stringify({ cohortId, ...place, sessionId: session.id, changes })]);
    if (await hasColumn(sql, cohortId)) await tellCourses(sql, queues, { cohortId, programme, personIds: written.map(({ learner }) => learner.personId) }, now);
    return { taken: true, saved: written.length, conflicts };
  });
}

/** What is to be written, and what somebody else has changed since the reader looked. */
function decideRoll(roll: readonly RollLearner[], { marks, allPresent }: RollWishes) {
  const written: { learner: RollLearner; mark: AttendanceMark }[] = [];
  const conflicts = new Map<string, KeptMark>();
  for (const learner of roll) {
    const wish = marks.get(learner.personId);
    const current = learner.kept?.mark ?? null;
    const decision = wish ? decideMark({ ...wish, current }) : 'same';
    if (wish && decision === 'write') written.push({ learner, mark: wish.wanted });
    else if (decision === 'conflict' && learner.kept) conflicts.set(learner.personId, learner.kept);
    else if (!wish && allPresent && current === null) written.push({ learner, mark: 'present' });
  }
  return { written, conflicts };
}

/**
 * Sets the scores of these learners, everybody's who was ever marked when `personIds` is null: five statements however
 * many they are (sessions, marks, and the three of `setScores`).
 */
async function tellCourses(sql: Sql, queues: Outbox, { cohortId, programme, personIds }: { cohortId: string; programme: AttendanceProgramme; personIds: readonly string[] | null }, now: Temporal.Instant): Promise<void> {
  const days = daysOf(programme, await listSessions(sql, cohortId));
  const marks = await listMarks(sql, cohortId, personIds);
  const scores = [...marks].map(([personId, own]) => {
    const score = attendanceScore(daysOfLearner(days, own, now).map((day) => ({ ...day, title: dayTitle(day) })));
    return { personId, score: score && { given: score.given, maximum: score.maximum, comment: score.comment, activityProgress: score.isComplete ? 'Completed' as const : 'InProgress' as const } };
  });
  if (scores.length === 0) return;
  await setScores({ sql, queues }, { course: { cohortId }, resourceId: 'attendance', tag: 'attendance', target: '/attendance', label: 'Attendance', columnMaximum: Math.max(1, days.length), scores }, now);
}

const dayTitle = ({ title, day, days }: { title: string; day: number; days: number }): string => (days > 1 ? `${title}, day ${day}` : title);

// Faculty change the cohort of their course; administrators those of their organisation, operators any.
const findCohort = {
  name: 'lock-cohort-for-attendance-column',
  text: `
    select id, organisation_id as "organisationId", programme_version_id as "programmeVersionId", attendance_column as "before" from cohort
     where id = $1 and (id = $2 or $3 or ($4 and organisation_id = $5)) for update`,
};
const updateColumn = { name: 'update-attendance-column', text: 'update cohort set attendance_column = $2 where id = $1' };

/**
 * Gives a cohort's attendance a column of its own in the grade books, or leaves the column alone from now on. Whoever was
 * marked before gets a score at once. False where there is no such cohort for this viewer.
 */
export async function switchColumn(pool: Pool, queues: Outbox, viewer: Viewer, { cohortId, wanted, findProgramme }: { cohortId: string; wanted: boolean; findProgramme: Programmes['find'] }, now: Temporal.Instant): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    await run(sql, lockAttendance, [cohortId]);
    const [cohort] = await run<{ id: string; organisationId: string; programmeVersionId: string; before: boolean }>(sql, findCohort, [
      cohortId, viewer.cohort?.id ?? null, viewer.role === 'operator', viewer.role === 'administrator', viewer.organisation?.id ?? null,
    ]);
    if (!cohort) return false;
    if (cohort.before === wanted) return true;
    await run(sql, updateColumn, [cohort.id, wanted]);
    await run(sql, audit, [String(now), wanted ? 'attendance.column_on' : 'attendance.column_off', cohort.organisationId, viewer.personId ?? viewer.administratorId, JSON.stringify({ cohortId: cohort.id })]);
    if (wanted) await tellCourses(sql, queues, { cohortId: cohort.id, programme: await findProgramme(cohort.programmeVersionId), personIds: null }, now);
    return true;
  });
}
