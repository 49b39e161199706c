// The days of a cohort and the marks of its learners, as every page that speaks of attendance reads them. Reads only;
// features/workshops writes the days, features/attendance the marks.
import { run, toInstant } from './database.ts';
import type { Sql } from './database.ts';
import { attendanceStanding, dayPhase, defaultAttendancePolicy, plannedDays } from './domain/attendance.ts';
import type { AttendanceDay, AttendanceMark, AttendancePolicy, AttendanceStanding, PlannedDay, PlannedWorkshop, SessionTime } from './domain/attendance.ts';

export type Session = SessionTime & { id: string; key: string; day: number; timeZone: string; cancelReason: string | null };

type SessionRow = { id: string; key: string; day: number; starts_at: string; ends_at: string; time_zone: string; is_cancelled: boolean; cancel_reason: string | null };

const listSessionsStatement = {
  name: 'list-attendance-sessions',
  text: `
    select s.id, w.key, s.day, s.starts_at, s.ends_at, s.time_zone, s.cancelled_at is not null as is_cancelled, s.cancel_reason
      from workshop w join workshop_session s on s.workshop_id = w.id
     where w.cohort_id = $1 order by s.starts_at, w.key, s.day`,
};

/** Every day of a cohort's workshops, cancelled ones too, by time. */
export async function listSessions(sql: Sql, cohortId: string): Promise<Session[]> {
  return (await run<SessionRow>(sql, listSessionsStatement, [cohortId])).map((row) => ({
    id: row.id, key: row.key, day: row.day, timeZone: row.time_zone, startsAt: toInstant(row.starts_at), endsAt: toInstant(row.ends_at),
    isCancelled: row.is_cancelled, cancelReason: row.cancel_reason,
  }));
}

/** Marks by session id. */
export type Marks = ReadonlyMap<string, AttendanceMark>;

const listMarksStatement = {
  name: 'list-attendance-marks',
  text: `
    select a.person_id, jsonb_object_agg(a.session_id, a.status) as marks
      from workshop w join workshop_session s on s.workshop_id = w.id join attendance a on a.session_id = s.id
     where w.cohort_id = $1 and ($2::uuid[] is null or a.person_id = any($2))
     group by a.person_id`,
};

/** The marks in a cohort by person id; `personIds` null for everybody's. Who has none is absent. */
export async function listMarks(sql: Sql, cohortId: string, personIds: readonly string[] | null): Promise<ReadonlyMap<string, Marks>> {
  const rows = await run<{ person_id: string; marks: Record<string, AttendanceMark> }>(sql, listMarksStatement, [cohortId, personIds]);
  return new Map(rows.map(({ person_id: personId, marks }) => [personId, new Map(Object.entries(marks))]));
}

/** As much of a cohort's programme as attendance needs. */
export type AttendanceProgramme = { weeks: readonly { workshop: PlannedWorkshop | null }[]; attendance?: AttendancePolicy };

/** Every day on which attendance counts in a cohort. */
export function daysOf({ weeks }: AttendanceProgramme, sessions: readonly Session[]): PlannedDay<Session>[] {
  return plannedDays(weeks.flatMap(({ workshop }) => workshop ?? []), sessions);
}

/** One learner's days, each with its mark. */
export function daysOfLearner(days: readonly PlannedDay<Session>[], marks: Marks | undefined, now: Temporal.Instant): (AttendanceDay & PlannedDay<Session>)[] {
  return days.map((day) => ({ ...day, phase: dayPhase(day.session, now), mark: (day.session && marks?.get(day.session.id)) ?? null }));
}

/** What the programme's policy makes of one learner's attendance: `outcome` is 'met' when nothing is missing any more. */
export async function findAttendanceStanding(sql: Sql, programme: AttendanceProgramme, { cohortId, personId }: { cohortId: string; personId: string }, now: Temporal.Instant): Promise<AttendanceStanding> {
  const [sessions, marks] = await Promise.all([listSessions(sql, cohortId), listMarks(sql, cohortId, [personId])]);
  return attendanceStanding(daysOfLearner(daysOf(programme, sessions), marks.get(personId), now), programme.attendance ?? defaultAttendancePolicy);
}
