// What faculty and administrators see of cohorts.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { CalendarBreak } from '../../domain/calendar.ts';
import type { RosterSyncFacts } from '../../domain/roster.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

export type CohortSetting = { joinCode: string; attendanceColumn: boolean; courses: CohortCourse[] };
/** `roster`: what became of the last reading of its LMS's list of people; null before the first. */
export type CohortCourse = {
  id: string; title: string; platform: string; lms: { productFamilyCode: string | null; issuer: string };
  offersRoster: boolean; roster: (RosterSyncFacts & { completedAt: Temporal.Instant | null; reason: string | null; members: number | null }) | null;
};

const findSettingStatement = {
  name: 'find-cohort-setting',
  text: `
    select h.join_code, h.attendance_column, c.id, coalesce(c.title, c.label, c.context_id) as title, r.name as platform, r.product_family_code, r.issuer, c.memberships_url is not null as offers_roster,
           s.context_id is not null as synced, s.waiting, s.lease_until, s.outcome, s.completed_at, s.reason, s.members
      from cohort h
      left join context c on c.cohort_id = h.id
      left join deployment d on d.id = c.deployment_id
      left join platform_registration r on r.id = d.registration_id
      left join roster_sync s on s.context_id = c.id
     where h.id = $1 order by c.created_at, c.id`,
};

type SettingRow = {
  join_code: string; attendance_column: boolean; id: string | null; title: string; platform: string; product_family_code: string | null; issuer: string; offers_roster: boolean;
  synced: boolean; waiting: boolean; lease_until: string | null; outcome: RosterSyncFacts['outcome']; completed_at: string | null; reason: string | null; members: number | null;
};

/** The join code and the linked courses of a cohort that the viewer was already shown to be entitled to. */
export async function findCohortSetting(sql: Sql, cohortId: string): Promise<CohortSetting> {
  const rows = await run<SettingRow>(sql, findSettingStatement, [cohortId]);
  return { joinCode: rows[0]?.join_code ?? '', attendanceColumn: rows[0]?.attendance_column ?? false, courses: rows.flatMap((row) => (row.id === null ? [] : [toCourse(row.id, row)])) };
}

function toCourse(id: string, { title, platform, product_family_code: productFamilyCode, issuer, offers_roster: offersRoster, synced, waiting, outcome, reason, members, ...row }: SettingRow): CohortCourse {
  const instantOf = (value: string | null) => (value === null ? null : toInstant(value));
  const roster = synced ? { waiting, outcome, reason, members, leaseUntil: instantOf(row.lease_until), completedAt: instantOf(row.completed_at) } : null;
  return { id, title, platform, lms: { productFamilyCode, issuer }, offersRoster, roster };
}

/** `scores`: how far those of a cohort have come on their way to the grade books. `formsWaiting`: eligibility forms that wait for a decision, `plansWaiting`: coaching plans that wait for a grade; the features of their names list them. */
export type CohortCounts = { scores: { total: number; waiting: number; refused: number }; formsWaiting: number; plansWaiting: number };

const countsStatement = {
  name: 'counts-of-cohort',
  text: `
    select count(*)::int as total, count(*) filter (where s.state = 'waiting')::int as waiting, count(*) filter (where s.state = 'refused')::int as refused,
           (select count(*)::int from eligibility f
             where f.cohort_id = $1 and f.state = 'submitted'
               and exists (select 1 from enrolment e join context c on c.id = e.context_id where e.person_id = f.person_id and c.cohort_id = $1 and e.role = 'learner' and e.active)) as "formsWaiting",
           (select count(*)::int from submission u join coaching_plan l on l.id = u.plan_id where l.cohort_id = $1 and u.state = 'submitted') as "plansWaiting"
      from context c join line_item l on l.context_id = c.id join score s on s.line_item_id = l.id where c.cohort_id = $1`,
};

export async function countForCohort(sql: Sql, cohortId: string): Promise<CohortCounts> {
  const [row] = await run<CohortCounts['scores'] & { formsWaiting: number; plansWaiting: number }>(sql, countsStatement, [cohortId]);
  const { formsWaiting = 0, plansWaiting = 0, ...scores } = row ?? { total: 0, waiting: 0, refused: 0 };
  return { scores, formsWaiting, plansWaiting };
}

export type CohortRow = { id: string; name: string; startsOn: Temporal.PlainDate; timeZone: string; breaks: CalendarBreak[]; programmeVersionId: string; learners: number };

const cohortColumns = `h.id, h.name, h.starts_on, h.time_zone, h.breaks, h.programme_version_id,
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

export type CourseCopy = {
  originTitle: string | null;
  cohort: { name: string; startsOn: Temporal.PlainDate };
  /** Whether the viewer may say that it is the same cohort: an administrator, or somebody who teaches in that cohort already. */
  mayJoin: boolean;
};

/** Who teaches in the cohort of the course that this one was copied from. */
export const teachesInOrigin = (cohort: string, person: string): string => `
  exists (select 1 from enrolment e join context t on t.id = e.context_id
           where t.cohort_id = ${cohort} and e.person_id = ${person} and e.role in ('faculty', 'administrator') and e.active)`;

const findCopyStatement = {
  name: 'find-course-copy',
  text: `
    select coalesce(o.title, o.label) as origin_title, h.name, h.starts_on, $2 or ${teachesInOrigin('h.id', '$3')} as may_join
      from context_copy y join context o on o.id = y.origin_id join cohort h on h.id = o.cohort_id
     where y.context_id = $1 and y.decision is null`,
};

/** What the viewer's course was copied from, as long as nobody has said whether it is a new cohort. */
export async function findOptionalCourseCopy(sql: Sql, viewer: Viewer): Promise<CourseCopy | null> {
  const [row] = await run<{ origin_title: string | null; name: string; starts_on: string; may_join: boolean }>(sql, findCopyStatement, [viewer.context?.id, viewer.role === 'administrator', viewer.personId]);
  return row ? { originTitle: row.origin_title, cohort: { name: row.name, startsOn: Temporal.PlainDate.from(row.starts_on) }, mayJoin: row.may_join } : null;
}

const waitingChoiceStatement = {
  name: 'waiting-deep-linking-request',
  text: `select id from deep_linking_request where sign_in_id = $1 and answered_at is null and created_at > $2::timestamptz - interval '2 hours' order by created_at desc limit 1`,
};

/** The deep-linking request with which this visit began, while the LMS still waits for what it should put into the course. */
export async function findOptionalWaitingChoice(sql: Sql, viewer: Viewer, now: Temporal.Instant): Promise<string | null> {
  const [row] = await run<{ id: string }>(sql, waitingChoiceStatement, [viewer.signInId, String(now)]);
  return row?.id ?? null;
}

type CohortSqlRow = { id: string; name: string; starts_on: string; time_zone: string; breaks: CalendarBreak[]; programme_version_id: string; learners: number };

function toCohort(row: CohortSqlRow): CohortRow {
  return { id: row.id, name: row.name, startsOn: Temporal.PlainDate.from(row.starts_on), timeZone: row.time_zone, breaks: row.breaks, programmeVersionId: row.programme_version_id, learners: row.learners };
}

function reach(viewer: Viewer): [boolean, string | null] {
  return [viewer.role === 'operator', viewer.organisation?.id ?? null];
}
