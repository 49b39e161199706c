// Reads rosters (NRPS 2.0). The row of roster_sync is the truth: its lease says who is at it, its version which reading a
// mark on an enrolment is of. So a process may be killed anywhere, and only a whole reading says that somebody has left.
import type { Pool } from 'pg';
import { inTransaction, run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { lastNightlyReading, pauseBeforeRetry, rosterPlace } from '../../domain/roster.ts';
import type { RolePolicy, RosterRole } from '../../domain/roster.ts';
import { readRoster as readMembers } from '../../lti/names-roles.ts';
import type { Member, RosterEnd } from '../../lti/names-roles.ts';
import type { Patience, PlatformServices, ServiceRegistration } from '../../lti/services-http.ts';
import type { Queues, Worked } from '../../queues.ts';
import { requestRoster, rosterJob } from '../../roster-requests.ts';

export type RosterTools = {
  sql: Sql;
  services: PlatformServices;
  clock: () => Temporal.Instant;
  /** Tests do not wait. */
  patience?: Patience;
  /** Ends a reading between two pages, to be begun again by the next process. */
  stopping?: AbortSignal;
};

export type Reading =
  | { outcome: 'complete'; members: number; left: number }
  /** Nobody was taken for gone. `againInSeconds`: it is tried again by itself. */
  | { outcome: 'incomplete' | 'refused'; reason: string; againInSeconds: number | null; isThrottled: boolean }
  /** nothing-to-do: no reading is wanted. overtaken: it took so long that somebody else has begun another. stopped: this process ends. */
  | { outcome: 'nothing-to-do' | 'overtaken' | 'stopped' }
  /** Somebody else is at it, or has died at it. */
  | { outcome: 'busy'; untilInSeconds: number };

/** Longer than a page can take: a token and the call, both once more after a 401, and all of it for as often as it is tried. */
const leaseSeconds = 120;
/** How a page is tried again that an LMS answers with an error: half a second later, and after that two. */
const usualPatience: Patience = [500, 2_000];
/** Rows of one statement: its locks are held for so few that a launch beside it does not notice. */
const chunk = 500;
/** What an LMS says at a launch is newer than its roster for so long: a reading takes minutes, and some LMSs keep rosters for a while. */
const launchIsNewer = Temporal.Duration.from({ minutes: 10 });

/** Works on a course's roster as one job does. */
export async function workOnRoster(tools: RosterTools, contextId: string): Promise<Worked> {
  const reading = await readRoster(tools, contextId);
  switch (reading.outcome) {
    case 'complete': case 'nothing-to-do': case 'overtaken': return { outcome: 'done' };
    case 'busy': return { outcome: 'again', inSeconds: reading.untilInSeconds };
    case 'stopped': return { outcome: 'again', inSeconds: 1 };
    case 'incomplete': case 'refused':
      return reading.againInSeconds === null ? { outcome: 'done' } : { outcome: 'again', inSeconds: reading.againInSeconds, askedToPause: reading.isThrottled };
  }
}

/**
 * Reads the whole roster of a course, if a reading is wanted and nobody else is at it: who is on it becomes known page by
 * page, and who is no longer on it becomes inactive when everything was read. What an LMS does is an outcome.
 *
 * Asked for the course and not for one of its links (`rlid`): Canvas and Moodle then leave out whoever may not open that
 * link, and nobody has left a course because one activity is hidden from them.
 * @throws what the database throws
 */
export async function readRoster(tools: RosterTools, contextId: string): Promise<Reading> {
  const begun = await beginReading(tools, contextId);
  if ('outcome' in begun) return begun;
  const { registration, membershipsUrl, isConnected } = begun;
  if (!isConnected) return endWithout(tools, begun, { outcome: 'refused', code: 'connection.off' });
  if (membershipsUrl === null) return endWithout(tools, begun, { outcome: 'refused', code: 'service.absent' });

  let members = 0;
  let somebodyIsHere = false;
  let isBegun = false;
  for await (const step of readMembers(tools.services, registration, membershipsUrl, { patience: tools.patience ?? usualPatience })) {
    if (step.kind === 'end') return endReading(tools, begun, step.end, { members, somebodyIsHere, isBegun });
    isBegun = true;
    // An inactive or deleted member is one whom this reading does not see: rule 82 comes at the end, if it is a whole one.
    const here = step.members.filter(({ status }) => status === 'Active').flatMap((member) => placeOf(member, begun.policy));
    somebodyIsHere ||= here.length > 0;
    for (let from = 0; from === 0 || from < here.length; from += chunk) {
      const noted = await noteMembers(tools, begun, here.slice(from, from + chunk));
      if (noted === null) return { outcome: 'overtaken' };
      members += noted;
    }
    if (tools.stopping?.aborted) {
      await run(tools.sql, releaseStatement, [contextId, begun.version]);
      return { outcome: 'stopped' };
    }
  }
  throw new Error('a roster had no end');
}

/** A reading that is ours for `leaseSeconds`, with all that it needs. */
type Begun = {
  contextId: string;
  version: number;
  attempts: number;
  startedAt: Temporal.Instant;
  membershipsUrl: string | null;
  organisationId: string | null;
  isConnected: boolean;
  policy: RolePolicy;
  registration: ServiceRegistration;
};

const beginStatement = {
  name: 'begin-roster',
  text: `
    with begun as (
      update roster_sync set version = version + 1, attempts = attempts + 1, started_at = $2, lease_until = $3
       where context_id = $1 and waiting and (lease_until is null or lease_until <= $2)
      returning version, attempts
    )
    select b.version, b.attempts, s.waiting, s.lease_until, c.memberships_url, d.organisation_id,
           r.active and r.held_reason is null and d.organisation_id is not null as is_connected, r.institution_administrators,
           r.id as registration_id, r.issuer, r.client_id, r.token_url, r.token_audience, r.product_family_code, r.authentication_url, r.keyset_url, r.granted_scopes
      from roster_sync s left join begun b on true
      join context c on c.id = s.context_id join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id
     where s.context_id = $1`,
};

type BegunRow = {
  version: number | null; attempts: number | null; waiting: boolean; lease_until: string | null; memberships_url: string | null; organisation_id: string | null;
  is_connected: boolean; institution_administrators: boolean;
  registration_id: string; issuer: string; client_id: string; token_url: string; token_audience: string | null; product_family_code: string | null;
  authentication_url: string; keyset_url: string; granted_scopes: string[] | null;
};

async function beginReading({ sql, clock }: RosterTools, contextId: string): Promise<Begun | Reading> {
  const now = clock();
  const [row] = await run<BegunRow>(sql, beginStatement, [contextId, String(now), String(now.add({ seconds: leaseSeconds }))]);
  if (!row || (row.version === null && !row.waiting)) return { outcome: 'nothing-to-do' };
  if (row.version === null) {
    const until = row.lease_until === null ? now : toInstant(row.lease_until);
    return { outcome: 'busy', untilInSeconds: Math.max(1, Math.ceil(now.until(until).total('seconds'))) };
  }
  return {
    contextId, version: row.version, attempts: row.attempts ?? 1, startedAt: now,
    membershipsUrl: row.memberships_url, organisationId: row.organisation_id, isConnected: row.is_connected,
    policy: { institutionAdministrators: row.institution_administrators },
    registration: {
      id: row.registration_id, issuer: row.issuer, clientId: row.client_id, tokenUrl: row.token_url, tokenAudience: row.token_audience,
      productFamilyCode: row.product_family_code, authenticationUrl: row.authentication_url, keysetUrl: row.keyset_url, grantedScopes: row.granted_scopes,
    },
  };
}

/** Somebody who is in the course; without a role where theirs means nothing to us. */
type Here = Member & { role: RosterRole | null };

function placeOf(member: Member, policy: RolePolicy): Here[] {
  const place = rosterPlace(member.roles, policy);
  if (!place.on && !place.here) return [];
  return [{ ...member, role: place.on ? place.role : null }];
}

// Whoever has launched a moment ago is what that launch said. Otherwise the roster's role counts, with two exceptions,
// because rosters say less than launches: they leave out roles of the institution, and Moodle's the assistant's sub-role.
// In the order of sub and of person, so that two readings of courses with the same people cannot lock each other out.
const noteMembersStatement = {
  name: 'note-roster-members',
  text: `
    with held as (
      update roster_sync set lease_until = $3 where context_id = $1 and version = $2 and waiting returning context_id
    ), told as (
      select t.*, p.id as person_id,
             (p.id is null and t.role is not null) or coalesce(t.name, p.name) is distinct from p.name or coalesce(t.given_name, p.given_name) is distinct from p.given_name
               or coalesce(t.family_name, p.family_name) is distinct from p.family_name or coalesce(t.email, p.email) is distinct from p.email as tells_person
        from held, unnest($8::varchar[], $9::varchar[], $10::varchar[], $11::varchar[], $12::varchar[], $13::varchar[]) as t (sub, role, name, given_name, family_name, email)
        left join person p on p.registration_id = $4 and p.organisation_id = $5 and p.sub = t.sub
    ), told_person as (
      insert into person as p (registration_id, organisation_id, sub, name, given_name, family_name, email, created_at)
      select $4, $5, sub, name, given_name, family_name, email, $6::timestamptz from told where tells_person and (person_id is not null or role is not null) order by sub
      on conflict (registration_id, organisation_id, sub) do update
        set name = coalesce(excluded.name, p.name), given_name = coalesce(excluded.given_name, p.given_name),
            family_name = coalesce(excluded.family_name, p.family_name), email = coalesce(excluded.email, p.email)
      returning id, sub
    ), member as (
      select m.person_id, e.role as known_role, m.role as told_role,
             case when e.role is null or m.role is null or e.role = m.role then m.role
                  when exists (select 1 from sign_in s where s.person_id = m.person_id and s.context_id = $1 and s.created_at >= $7) then e.role
                  when e.last_seen_at is not null and (e.role = 'administrator' or (e.role = 'assistant' and m.role = 'faculty')) then e.role
                  else m.role end as role
        from (select coalesce(n.id, t.person_id) as person_id, t.role from told t left join told_person n on n.sub = t.sub) m
        left join enrolment e on e.context_id = $1 and e.person_id = m.person_id
       where m.person_id is not null
    ), enrolled as (
      insert into enrolment as e (context_id, person_id, role, active, created_at, last_seen_at, roster_version)
      select $1, person_id, role, true, $6::timestamptz, null, $2 from member where role is not null order by person_id
      on conflict (context_id, person_id) do update set role = excluded.role, active = true, roster_version = excluded.roster_version
      returning 1
    ), seen as (
      update enrolment e set roster_version = $2 from member m where m.role is null and e.context_id = $1 and e.person_id = m.person_id
    ), ended as (
      -- what somebody still holds of a role that the LMS has since taken from them
      update sign_in s set ended_at = $6::timestamptz from member m
       where m.known_role in ('faculty', 'assistant') and m.role in ('assistant', 'learner') and m.known_role <> m.role
         and s.person_id = m.person_id and s.context_id = $1 and s.ended_at is null and s.role in ('faculty', 'assistant') and s.role <> m.role
    )
    select (select count(*)::int from held) as held, (select count(*)::int from enrolled) as members`,
};

/** Notes some members and renews the lease; gives how many are on the roster. Null when the reading is no longer ours: then nothing was written. */
async function noteMembers({ sql, clock }: RosterTools, { contextId, version, registration, organisationId, startedAt }: Begun, here: readonly Here[]): Promise<number | null> {
  const now = clock();
  const [noted] = await run<{ held: number; members: number }>(sql, noteMembersStatement, [
    contextId, version, String(now.add({ seconds: leaseSeconds })), registration.id, organisationId, String(now), String(startedAt.subtract(launchIsNewer)),
    here.map(({ userId }) => userId), here.map(({ role }) => role), here.map(({ name }) => name), here.map(({ givenName }) => givenName), here.map(({ familyName }) => familyName), here.map(({ email }) => email),
  ]);
  return noted?.held === 1 ? noted.members : null;
}

/** What the reading has come to, by how it ended and whom it saw. */
async function endReading(tools: RosterTools, begun: Begun, end: RosterEnd, { members, somebodyIsHere, isBegun }: { members: number; somebodyIsHere: boolean; isBegun: boolean }): Promise<Reading> {
  if (end.outcome === 'incomplete') return endWithout(tools, begun, end.problem.outcome === 'refused' && isBegun ? { ...end.problem, outcome: 'incomplete' } : end.problem);
  // A line without an id may be about anybody; and a course in which nobody is, not even whoever teaches it, is a mistake of the service's.
  if (end.unreadable > 0) return endWithout(tools, begun, { outcome: 'incomplete', code: 'roster.line_unreadable' });
  if (!somebodyIsHere) return endWithout(tools, begun, { outcome: 'incomplete', code: 'roster.empty' });
  const { contextId, version, organisationId, registration, startedAt } = begun;
  const [ended] = await run<{ held: number; left: number }>(tools.sql, completeStatement, [
    contextId, version, String(tools.clock()), members, String(startedAt.subtract(launchIsNewer)), organisationId, registration.id,
  ]);
  return ended?.held === 1 ? { outcome: 'complete', members, left: ended.left } : { outcome: 'overtaken' };
}

// Who has left: learners whom this reading did not see, and staff whom an earlier one saw. Staff whom only launches named
// are left alone (Moodle's roster holds the enrolled alone, and who runs a faculty's courses is often not enrolled in
// them), and administrators always. Their work stays; what they have open of the course shows them guests' pages (rule 82).
const completeStatement = {
  name: 'complete-roster',
  text: `
    with held as (
      update roster_sync set waiting = false, attempts = 0, lease_until = null, finished_at = $3, completed_at = $3, outcome = 'complete', reason = null, members = $4
       where context_id = $1 and version = $2 and waiting returning context_id
    ), gone as (
      update enrolment e set active = false from held
       where e.context_id = held.context_id and e.active and e.roster_version is distinct from $2
         and (e.role = 'learner' or (e.role in ('faculty', 'assistant') and e.roster_version is not null))
         and not exists (select 1 from sign_in s where s.person_id = e.person_id and s.context_id = e.context_id and s.created_at >= $5)
      returning e.person_id
    ), barred as (
      update sign_in s set role = 'guest' from gone where s.person_id = gone.person_id and s.context_id = $1 and s.ended_at is null
    ), noted as (
      insert into audit_event (at, action, organisation_id, registration_id, detail)
      select $3::timestamptz, 'roster.left', $6::uuid, $7::uuid, jsonb_build_object('contextId', $1::uuid, 'people', jsonb_agg(person_id)) from gone having count(*) > 0
    )
    select (select count(*)::int from held) as held, (select count(*)::int from gone) as left`,
};

const failStatement = {
  name: 'fail-roster',
  text: `update roster_sync set waiting = $4, attempts = case when $4 then attempts else 0 end, lease_until = null, finished_at = $3, outcome = $5, reason = $6
          where context_id = $1 and version = $2 and waiting returning 1`,
};

/** Nobody is removed; what was read stays known. */
async function endWithout({ sql, clock }: RosterTools, { contextId, version, attempts }: Begun, problem: { outcome: 'retry' | 'stale' | 'refused' | 'incomplete'; code: string; retryAfterSeconds?: number }): Promise<Reading> {
  const { code: reason } = problem;
  const againInSeconds = problem.outcome === 'retry' ? pauseBeforeRetry(attempts, problem.retryAfterSeconds) : null;
  const outcome = problem.outcome === 'refused' ? 'refused' : 'incomplete';
  const [ended] = await run(sql, failStatement, [contextId, version, String(clock()), againInSeconds !== null, outcome, reason]);
  return ended ? { outcome, reason, againInSeconds, isThrottled: reason === 'platform.throttled' } : { outcome: 'overtaken' };
}

const releaseStatement = {
  name: 'release-roster',
  text: 'update roster_sync set lease_until = null, attempts = attempts - 1 where context_id = $1 and version = $2 and waiting',
};

/** asked: it is read soon. under-way: it is being read. just-now: it was asked for less than a minute ago. absent: this course's LMS offers no roster. */
export type AskedFor = 'asked' | 'under-way' | 'just-now' | 'absent';

/** People press twice; an LMS is not asked for a course more often than this. */
const leastBetween = Temporal.Duration.from({ minutes: 1 });

// Apart, because a statement that waited for the lock still sees the row beside it as it was before.
const lockCourseStatement = { name: 'lock-course-for-roster', text: 'select 1 from context where id = $1 for no key update' };
const findAskedStatement = {
  name: 'find-asked-roster',
  text: `select c.memberships_url is not null as offered, s.requested_at, s.lease_until from context c left join roster_sync s on s.context_id = c.id where c.id = $1`,
};

/** Somebody asks for the roster of their course to be read now. */
export async function askForRoster(pool: Pool, queues: Pick<Queues, 'add'>, contextId: string, now: Temporal.Instant): Promise<AskedFor> {
  return inTransaction(pool, async (sql) => {
    await run(sql, lockCourseStatement, [contextId]);
    const [row] = await run<{ offered: boolean; requested_at: string | null; lease_until: string | null }>(sql, findAskedStatement, [contextId]);
    if (!row?.offered) return 'absent';
    if (row.lease_until !== null && Temporal.Instant.compare(toInstant(row.lease_until), now) > 0) return 'under-way';
    if (row.requested_at !== null && Temporal.Instant.compare(toInstant(row.requested_at).add(leastBetween), now) > 0) return 'just-now';
    return (await requestRoster({ sql, queues }, contextId, now)) ? 'asked' : 'under-way';
  });
}

// Courses in which somebody was in the last sixty days; a course that is over is left in peace.
const listNightlyStatement = {
  name: 'list-rosters-for-the-night',
  text: `
    select c.id as "contextId", d.registration_id as "registrationId", coalesce(h.time_zone, 'UTC') as "timeZone", s.requested_at as "requestedAt"
      from context c join deployment d on d.id = c.deployment_id and d.organisation_id is not null
      join platform_registration r on r.id = d.registration_id and r.active and r.held_reason is null
      left join cohort h on h.id = c.cohort_id left join roster_sync s on s.context_id = c.id
     where c.memberships_url is not null
       and exists (select 1 from enrolment e where e.context_id = c.id and e.last_seen_at > $1::timestamptz - interval '60 days')`,
};

// Of two processes that run the timetable the second finds the row changed by the first, and nothing due.
const takeSlotsStatement = {
  name: 'take-roster-slots',
  text: `
    insert into roster_sync as s (context_id, requested_at)
    select context_id, $1 from unnest($2::uuid[], $3::timestamptz[]) as due (context_id, slot) order by context_id
    on conflict (context_id) do update set waiting = true, attempts = 0, requested_at = excluded.requested_at
      where s.requested_at < (select d.slot from unnest($2::uuid[], $3::timestamptz[]) as d (context_id, slot) where d.context_id = s.context_id)
    returning context_id`,
};

const listForgottenStatement = {
  name: 'list-forgotten-rosters',
  text: `select s.context_id as "contextId", d.registration_id as "registrationId"
           from roster_sync s join context c on c.id = s.context_id join deployment d on d.id = c.deployment_id
          where s.waiting and (s.lease_until is null or s.lease_until <= $1) and s.requested_at < $1::timestamptz - interval '2 minutes'`,
};

/**
 * Asks for the rosters whose hour has come this night or since, and wakes readings that wait without a job (one whose
 * process died between the two). Any number of processes may do it at any time. Gives how many were asked for.
 */
export async function requestNightlyRosters(pool: Pool, queues: Pick<Queues, 'add'>, now: Temporal.Instant): Promise<number> {
  type Candidate = { contextId: string; registrationId: string; timeZone: string; requestedAt: string | null };
  const due = (await run<Candidate>(pool, listNightlyStatement, [String(now)])).flatMap((course) => {
    const slot = lastNightlyReading(course.contextId, course.timeZone, now);
    return course.requestedAt === null || Temporal.Instant.compare(toInstant(course.requestedAt), slot) < 0 ? [{ ...course, slot }] : [];
  });
  return inTransaction(pool, async (sql) => {
    const taken = await run<{ context_id: string }>(sql, takeSlotsStatement, [String(now), due.map(({ contextId }) => contextId), due.map(({ slot }) => String(slot))]);
    const ids = new Set(taken.map(({ context_id: id }) => id));
    const forgotten = await run<{ contextId: string; registrationId: string }>(sql, listForgottenStatement, [String(now)]);
    const wanted = [...due.filter(({ contextId }) => ids.has(contextId)), ...forgotten.filter(({ contextId }) => !ids.has(contextId))];
    for (let from = 0; from < wanted.length; from += chunk) await queues.add(sql, 'read-roster', wanted.slice(from, from + chunk).map((course) => rosterJob(course)));
    return ids.size;
  });
}
