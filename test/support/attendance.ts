// Workshops on a calendar and learners in a course, as tests of attendance need them: written as rows, because other
// features own them.
import type { Pool } from 'pg';

type Place = { sql: Pool; now: Temporal.Instant };
type NewSession = { key: string; day?: number; inHours: number; lasts?: number; timeZone?: string };

/** Puts a day of a workshop on the calendar of the spring course's cohort; gives the session's id. */
export async function schedule({ sql, now }: Place, { key, day = 1, inHours, lasts = 2, timeZone = 'Europe/London' }: NewSession): Promise<string> {
  const startsAt = now.add({ minutes: Math.round(inHours * 60) });
  const { rows } = await sql.query<{ id: string }>(`
    with place as (
      insert into workshop (cohort_id, key, created_at) select cohort_id, $1, $2 from context where context_id = 'course-spring'
      on conflict (cohort_id, key) do update set key = excluded.key returning id
    )
    insert into workshop_session (workshop_id, day, starts_at, ends_at, time_zone, created_at) select id, $3, $4, $5, $6, $2 from place returning id`,
  [key, String(now), day, String(startsAt), String(startsAt.add({ hours: lasts })), timeZone]);
  return rows[0]?.id ?? '';
}

/** Learners of the spring course who were never launched; their ids in the order of their names. */
export async function addLearners({ sql, now }: Place, registrationId: string, count: number): Promise<string[]> {
  const { rows } = await sql.query<{ id: string; name: string }>(`
    with who as (
      insert into person (registration_id, organisation_id, sub, name, created_at)
      select $1, d.organisation_id, 'roll-' || n, 'Learner ' || lpad(n::text, 2, '0'), $3 from deployment d, generate_series(1, $2::int) as n where d.registration_id = $1
      returning id, name
    ), enrolled as (
      insert into enrolment (context_id, person_id, role, active, created_at, last_seen_at) select c.id, who.id, 'learner', true, $3, $3 from who, context c where c.context_id = 'course-spring'
    )
    select id, name from who`, [registrationId, count, String(now)]);
  return rows.toSorted((one, other) => (one.name < other.name ? -1 : 1)).map(({ id }) => id);
}
