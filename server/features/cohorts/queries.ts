// What faculty and administrators see of cohorts.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

export type LearnerProgress = {
  personId: string;
  /** Null where the LMS withholds it. */
  name: string | null;
  email: string | null;
  /** Null for those whom only the roster named. */
  lastSeenAt: Temporal.Instant | null;
  /** Sections done by week number; weeks in which nothing was done are absent. */
  sectionsDone: ReadonlyMap<number, number>;
};

type LearnerRow = { person_id: string; name: string | null; email: string | null; last_seen_at: string | null; weeks: Record<string, number> | null };

const listLearnersStatement = {
  name: 'list-learners',
  text: `
    with learner as (
      select e.person_id, max(e.last_seen_at) as last_seen_at
        from enrolment e join context c on c.id = e.context_id
       where c.cohort_id = $1 and e.role = 'learner' and e.active
       group by e.person_id
    ), progress as (
      select person_id, jsonb_object_agg(week, sections) as weeks
        from (select person_id, week, count(*)::int as sections from section_completion where cohort_id = $1 group by person_id, week) counted
       group by person_id
    )
    select l.person_id, coalesce(p.name, nullif(concat_ws(' ', p.given_name, p.family_name), '')) as name, p.email, l.last_seen_at, g.weeks
      from learner l join person p on p.id = l.person_id left join progress g on g.person_id = l.person_id
     order by name nulls last, l.person_id`,
};

/** Every active learner of a cohort with what they did, in one statement whatever the size of the cohort. */
export async function listLearners(sql: Sql, cohortId: string): Promise<LearnerProgress[]> {
  return (await run<LearnerRow>(sql, listLearnersStatement, [cohortId])).map((row) => ({
    personId: row.person_id,
    name: row.name,
    email: row.email,
    lastSeenAt: row.last_seen_at === null ? null : toInstant(row.last_seen_at),
    sectionsDone: new Map(Object.entries(row.weeks ?? {}).map(([week, sections]) => [Number(week), sections])),
  }));
}

export type CohortSetting = { joinCode: string; courses: { title: string; platform: string }[] };

const findSettingStatement = {
  name: 'find-cohort-setting',
  text: `
    select h.join_code, coalesce(c.title, c.label, c.context_id) as course, r.name as platform
      from cohort h
      left join context c on c.cohort_id = h.id
      left join deployment d on d.id = c.deployment_id
      left join platform_registration r on r.id = d.registration_id
     where h.id = $1 order by c.created_at, c.id`,
};

/** The join code and the linked courses of a cohort that the viewer was already shown to be entitled to. */
export async function findCohortSetting(sql: Sql, cohortId: string): Promise<CohortSetting> {
  const rows = await run<{ join_code: string; course: string | null; platform: string }>(sql, findSettingStatement, [cohortId]);
  return { joinCode: rows[0]?.join_code ?? '', courses: rows.flatMap(({ course, platform }) => (course === null ? [] : [{ title: course, platform }])) };
}

export type CohortRow = { id: string; name: string; startsOn: Temporal.PlainDate; timeZone: string; programmeVersionId: string; learners: number };

const cohortColumns = `h.id, h.name, h.starts_on, h.time_zone, h.programme_version_id,
  (select count(distinct e.person_id)::int from enrolment e join context c on c.id = e.context_id
    where c.cohort_id = h.id and e.role = 'learner' and e.active) as learners`;
const listCohortsStatement = {
  name: 'list-cohorts',
  text: `select ${cohortColumns} from cohort h where $1 or h.organisation_id = $2 order by h.starts_on desc, h.name, h.id limit 500`,
};
const findCohortStatement = {
  name: 'find-cohort',
  text: `select ${cohortColumns} from cohort h where h.id = $3 and ($1 or h.organisation_id = $2)`,
};

/** The cohorts of an administrator's organisation, newest first; an operator sees all. */
export async function listCohortsFor(sql: Sql, viewer: Viewer): Promise<CohortRow[]> {
  return (await run<CohortSqlRow>(sql, listCohortsStatement, reach(viewer))).map(toCohort);
}

/** One cohort of an administrator's organisation; null where it is not there for this viewer. */
export async function findOptionalCohortFor(sql: Sql, viewer: Viewer, id: string): Promise<CohortRow | null> {
  const [row] = await run<CohortSqlRow>(sql, findCohortStatement, [...reach(viewer), id]);
  return row ? toCohort(row) : null;
}

const lastZoneStatement = { name: 'last-zone', text: 'select time_zone from cohort where organisation_id = $1 order by created_at desc limit 1' };

/** The zone of the organisation's newest cohort: the likely one for the next. */
export async function findOptionalLastZone(sql: Sql, viewer: Viewer): Promise<string | null> {
  const [row] = await run<{ time_zone: string }>(sql, lastZoneStatement, [viewer.organisation?.id ?? null]);
  return row?.time_zone ?? null;
}

type CohortSqlRow = { id: string; name: string; starts_on: string; time_zone: string; programme_version_id: string; learners: number };

function toCohort(row: CohortSqlRow): CohortRow {
  return { id: row.id, name: row.name, startsOn: Temporal.PlainDate.from(row.starts_on), timeZone: row.time_zone, programmeVersionId: row.programme_version_id, learners: row.learners };
}

function reach(viewer: Viewer): [boolean, string | null] {
  return [viewer.role === 'operator', viewer.organisation?.id ?? null];
}
