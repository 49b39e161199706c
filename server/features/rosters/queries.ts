// Who is in a course, as its LMS's roster and the launches said.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { RosterRole, RosterSyncFacts } from '../../domain/roster.ts';
import { shownName } from '../../person-name.ts';
import type { RosterGroup } from './schemas.ts';

export type RosterSetting = {
  platform: { productFamilyCode: string | null; issuer: string };
  /** Whether the course's LMS offers a roster. */
  offered: boolean;
  sync: (RosterSyncFacts & { finishedAt: Temporal.Instant | null; completedAt: Temporal.Instant | null; reason: string | null; members: number | null }) | null;
  counts: RosterCounts;
};

export type RosterCounts = Record<RosterGroup, number> & {
  /** Of those who are here. */
  nameless: number;
};

const findSettingStatement = {
  name: 'find-roster',
  text: `
    select r.product_family_code, r.issuer, c.memberships_url is not null as offered,
           s.context_id is not null as synced, s.waiting, s.lease_until, s.outcome, s.finished_at, s.completed_at, s.reason, s.members, n.*
      from context c join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id
      left join roster_sync s on s.context_id = c.id
      cross join lateral (
        select count(*) filter (where e.active)::int as here, count(*) filter (where e.active and e.role = 'learner')::int as learners,
               count(*) filter (where e.active and e.role <> 'learner')::int as staff, count(*) filter (where e.active and e.last_seen_at is null)::int as never,
               count(*) filter (where not e.active)::int as "left", count(*) filter (where e.active and ${shownName('p')} is null)::int as nameless
          from enrolment e join person p on p.id = e.person_id where e.context_id = c.id and e.role <> 'mentor'
      ) n
     where c.id = $1`,
};

type SettingRow = RosterCounts & {
  product_family_code: string | null; issuer: string; offered: boolean; synced: boolean; waiting: boolean; lease_until: string | null;
  outcome: RosterSyncFacts['outcome']; finished_at: string | null; completed_at: string | null; reason: string | null; members: number | null;
};

/** The roster of a course that the viewer is in. */
export async function findRoster(sql: Sql, contextId: string): Promise<RosterSetting> {
  const [row] = await run<SettingRow>(sql, findSettingStatement, [contextId]);
  if (!row) throw new Error('a sign-in has a course that is not there');
  const { here, learners, staff, never, left, nameless, waiting, outcome, reason, members } = row;
  return {
    platform: { productFamilyCode: row.product_family_code, issuer: row.issuer },
    offered: row.offered,
    sync: row.synced ? { waiting, outcome, reason, members, leaseUntil: instantOf(row.lease_until), finishedAt: instantOf(row.finished_at), completedAt: instantOf(row.completed_at) } : null,
    counts: { here, learners, staff, never, left, nameless },
  };
}

export type RosterPerson = {
  /** Null where the LMS withholds it. */
  name: string | null;
  email: string | null;
  role: RosterRole;
  active: boolean;
  /** Null for those who have never come. */
  lastSeenAt: Temporal.Instant | null;
};

export const peopleAPage = 50;

const inGroup: Record<RosterGroup, string> = {
  here: 'e.active',
  learners: `e.active and e.role = 'learner'`,
  staff: `e.active and e.role <> 'learner'`,
  never: 'e.active and e.last_seen_at is null',
  left: 'not e.active',
};

// Without marks, so that who types "Zsofia" finds Zsófia. As `folded` does it.
const folded = (text: string) => `regexp_replace(normalize(lower(${text}), NFKD), '[\\u0300-\\u036f]', '', 'g')`;

const listPeople = (group: RosterGroup, searches: boolean) => ({
  name: `list-roster-${group}${searches ? '-by-name' : ''}`,
  text: `
    select ${shownName('p')} as name, p.email, e.role, e.active, e.last_seen_at as "lastSeenAt", count(*) over ()::int as total
      from enrolment e join person p on p.id = e.person_id
     where e.context_id = $1 and e.role <> 'mentor' and ${inGroup[group]}
       ${searches ? `and strpos(${folded(`concat_ws(' ', p.name, p.given_name, p.family_name, p.email)`)}, $4) > 0` : ''}
     order by array_position(array['faculty', 'assistant', 'administrator', 'learner'], e.role::text), ${shownName('p')} collate "und-x-icu" nulls last, p.id
     limit $2 offset $3`,
});

/** Fifty people of a group, from page 1, by role and name; and how many there are in all. A page beyond the last is empty. */
export async function listRosterPeople(sql: Sql, contextId: string, { group, search, page }: { group: RosterGroup; search: string; page: number }): Promise<{ people: RosterPerson[]; total: number }> {
  const sought = search === '' ? [] : [withoutMarks(search)];
  const rows = await run<Omit<RosterPerson, 'lastSeenAt'> & { lastSeenAt: string | null; total: number }>(sql, listPeople(group, sought.length > 0), [contextId, peopleAPage, (page - 1) * peopleAPage, ...sought]);
  return { total: rows[0]?.total ?? 0, people: rows.map(({ total: _total, lastSeenAt, ...person }) => ({ ...person, lastSeenAt: instantOf(lastSeenAt) })) };
}

function withoutMarks(text: string): string {
  return text.toLowerCase().normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
}

function instantOf(value: string | null): Temporal.Instant | null {
  return value === null ? null : toInstant(value);
}
