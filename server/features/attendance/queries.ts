// Who is on a roll, what was said of them and by whom, and the days of a cohort with how far their rolls are.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { AttendanceMark, RollLearner, RollState } from '../../domain/attendance.ts';
import { shownName } from '../../person-name.ts';

// As in features/cohorts: an active enrolment as learner in any course of the cohort. Test students have no enrolment.
const learnersOfCohort = `
  select distinct e.person_id from enrolment e join context c on c.id = e.context_id
   where c.cohort_id = $1 and e.role = 'learner' and e.active`;

const listRollStatement = {
  name: 'list-roll',
  text: `
    with here as (${learnersOfCohort}), marked as (select * from attendance where session_id = $2)
    select p.id as person_id, ${shownName('p')} as name, h.person_id is not null as is_here,
           m.status, m.recorded_at, coalesce(b.given_name, b.name) as recorded_by
      from here h full join marked m on m.person_id = h.person_id
      join person p on p.id = coalesce(h.person_id, m.person_id)
      left join person b on b.id = m.recorded_by
     order by name nulls last, p.id`,
};

type RollRow = { person_id: string; name: string | null; is_here: boolean; status: AttendanceMark | null; recorded_at: string | null; recorded_by: string | null };

/** Everybody on the roll of one session, by name; `sessionId` null for the list of learners alone. */
export async function listRoll(sql: Sql, cohortId: string, sessionId: string | null): Promise<RollLearner[]> {
  return (await run<RollRow>(sql, listRollStatement, [cohortId, sessionId])).map((row) => ({
    personId: row.person_id,
    name: row.name,
    isHere: row.is_here,
    kept: row.status === null || row.recorded_at === null ? null : { mark: row.status, at: toInstant(row.recorded_at), by: row.recorded_by },
  }));
}

const listRollStatesStatement = {
  name: 'list-roll-states',
  text: `
    with here as (${learnersOfCohort})
    select s.id as session_id, count(h.person_id)::int as marked, array_remove(array_agg(distinct coalesce(b.given_name, b.name)), null) as takers
      from workshop w join workshop_session s on s.workshop_id = w.id join attendance a on a.session_id = s.id
      left join here h on h.person_id = a.person_id
      left join person b on b.id = a.recorded_by
     where w.cohort_id = $1 group by s.id`,
};
const countLearners = { name: 'count-learners-of-cohort', text: `select count(*)::int as learners from (${learnersOfCohort}) here` };

/** The rolls of a cohort that somebody has begun, by session id, and how many learners there are. */
export async function listRollStates(sql: Sql, cohortId: string): Promise<{ learners: number; states: ReadonlyMap<string, RollState> }> {
  const [rows, [count]] = await Promise.all([
    run<{ session_id: string } & RollState>(sql, listRollStatesStatement, [cohortId]),
    run<{ learners: number }>(sql, countLearners, [cohortId]),
  ]);
  return { learners: count?.learners ?? 0, states: new Map(rows.map(({ session_id: id, marked, takers }) => [id, { marked, takers }])) };
}

export type ListedLearner = { personId: string; name: string | null; email: string | null; isHere: boolean };

const listEverybodyStatement = {
  name: 'list-attendance-of-everybody',
  text: `
    with here as (${learnersOfCohort}), marked as (
      select distinct a.person_id from workshop w join workshop_session s on s.workshop_id = w.id join attendance a on a.session_id = s.id where w.cohort_id = $1
    )
    select p.id as "personId", ${shownName('p')} as name, p.email, h.person_id is not null as "isHere"
      from here h full join marked m on m.person_id = h.person_id join person p on p.id = coalesce(h.person_id, m.person_id)
     order by name nulls last, p.id`,
};

/** Everybody who learns in the cohort or was ever marked in it, by name. */
export async function listEverybody(sql: Sql, cohortId: string): Promise<ListedLearner[]> {
  return run<ListedLearner>(sql, listEverybodyStatement, [cohortId]);
}

const findColumnStatement = { name: 'find-attendance-column', text: 'select attendance_column as wanted from cohort where id = $1' };

/** Whether the cohort has a column for attendance in its grade books. */
export async function hasColumn(sql: Sql, cohortId: string): Promise<boolean> {
  return (await run<{ wanted: boolean }>(sql, findColumnStatement, [cohortId]))[0]?.wanted ?? false;
}
