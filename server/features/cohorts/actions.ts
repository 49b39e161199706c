// Starts a cohort from a course, links a course to a cohort that is there, changes what a cohort is called and when it runs.
import { randomInt } from 'node:crypto';
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Programmes } from '../../plugins/programmes.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import { teachesInOrigin } from './queries.ts';

export type NewCohort = { name: string; startsOn: Temporal.PlainDate; timeZone: string };

/** linked: the course now has its cohort. already: somebody else linked it first. unknown: no such cohort for this viewer. */
export type LinkDecision = { linked: true; cohortId: string } | { linked: false; reason: 'already' | 'unknown' };

const insertVersion = {
  name: 'insert-programme-version',
  text: 'insert into programme_version (id, programme_key, content, created_at) values ($1, $2, $3, $4) on conflict (id) do nothing',
};
const insertCohort = {
  name: 'insert-cohort',
  text: `insert into cohort (organisation_id, programme_version_id, name, starts_on, time_zone, join_code, created_at)
         values ($1, $2, $3, $4, $5, $6, $7) returning id`,
};
// Only a course without a cohort can be linked, and of two who press at once the second waits and then finds it linked.
const lockUnlinkedContext = { name: 'lock-unlinked-context', text: 'select id from context where id = $1 and cohort_id is null for update' };
const linkContext = { name: 'link-context', text: 'update context set cohort_id = $2 where id = $1' };
const audit = { name: 'audit-cohort', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

/** Starts a cohort with the current material and links the viewer's course to it, both or neither. */
export async function startCohort(pool: Pool, viewer: Viewer, programme: Programmes['current'], cohort: NewCohort, now: Temporal.Instant): Promise<LinkDecision> {
  if (!viewer.organisation) return { linked: false, reason: 'unknown' };
  const { id: organisationId } = viewer.organisation;
  return inTransaction(pool, async (sql) => {
    if (!(await isUnlinked(sql, viewer))) return { linked: false, reason: 'already' };
    await run(sql, insertVersion, [programme.id, programme.programme.key, JSON.stringify(programme.programme), String(now)]);
    const [row] = await run<{ id: string }>(sql, insertCohort, [organisationId, programme.id, cohort.name, String(cohort.startsOn), cohort.timeZone, newJoinCode(), String(now)]);
    if (!row) throw new Error('the cohort was not made');
    return link(sql, viewer, row.id, 'cohort.started', now);
  });
}

const findByCode = { name: 'find-cohort-by-code', text: 'select id from cohort where join_code = $1 and organisation_id = $2' };
const findById = { name: 'find-cohort-by-id', text: 'select id from cohort where id = $1 and organisation_id = $2' };

/** Links the viewer's course to the cohort whose code faculty were given; codes of other organisations are unknown. */
export async function joinCohortByCode(pool: Pool, viewer: Viewer, code: string, now: Temporal.Instant): Promise<LinkDecision> {
  return join(pool, viewer, findByCode, normaliseJoinCode(code), now);
}

/** Links the viewer's course to any cohort of the organisation: for administrators, who choose from a list. */
export async function joinCohort(pool: Pool, viewer: Viewer, cohortId: string, now: Temporal.Instant): Promise<LinkDecision> {
  // What a list posts back is an id; anything else would be an error of PostgreSQL's.
  if (!uuid.test(cohortId)) return { linked: false, reason: 'unknown' };
  return join(pool, viewer, findById, cohortId, now);
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

async function join(pool: Pool, viewer: Viewer, statement: { name: string; text: string }, key: string, now: Temporal.Instant): Promise<LinkDecision> {
  return inTransaction(pool, async (sql) => {
    if (!(await isUnlinked(sql, viewer))) return { linked: false, reason: 'already' };
    const [cohort] = await run<{ id: string }>(sql, statement, [key, viewer.organisation?.id ?? null]);
    return cohort ? link(sql, viewer, cohort.id, 'cohort.joined', now) : { linked: false, reason: 'unknown' };
  });
}

const noteNewCohort = {
  name: 'note-copy-is-new',
  text: `update context_copy y set decision = 'new', decided_at = $2, decided_by = $3 from context c
          where y.context_id = $1 and y.decision is null and c.id = y.context_id and c.cohort_id is null returning y.context_id`,
};

/** The viewer's course is a copy for a new cohort: nobody is asked again. Nothing of the old one comes along. */
export async function noteCopyIsNew(pool: Pool, viewer: Viewer, now: Temporal.Instant): Promise<void> {
  await inTransaction(pool, async (sql) => {
    const decided = await run(sql, noteNewCohort, [viewer.context?.id ?? null, String(now), viewer.personId]);
    if (decided.length > 0) await run(sql, audit, [String(now), 'copy.new', viewer.organisation?.id ?? null, viewer.personId, JSON.stringify({ contextId: viewer.context?.id })]);
  });
}

const noteSameCohort = {
  name: 'note-copy-is-same',
  text: `
    update context_copy y set decision = 'same', decided_at = $2, decided_by = $3
      from context o join cohort h on h.id = o.cohort_id
     where y.context_id = $1 and y.decision is null and o.id = y.origin_id and h.organisation_id = $4
       and ($5 or ${teachesInOrigin('h.id', '$3')})
    returning h.id`,
};

/** The viewer's course is one more course of the cohort that it was copied from. Unknown where that is not the viewer's to say. */
export async function joinCopiedCohort(pool: Pool, viewer: Viewer, now: Temporal.Instant): Promise<LinkDecision> {
  return inTransaction(pool, async (sql) => {
    if (!(await isUnlinked(sql, viewer))) return { linked: false, reason: 'already' };
    const [cohort] = await run<{ id: string }>(sql, noteSameCohort, [viewer.context?.id ?? null, String(now), viewer.personId, viewer.organisation?.id ?? null, viewer.role === 'administrator']);
    return cohort ? link(sql, viewer, cohort.id, 'copy.same', now) : { linked: false, reason: 'unknown' };
  });
}

async function isUnlinked(sql: Sql, viewer: Viewer): Promise<boolean> {
  return (await run(sql, lockUnlinkedContext, [viewer.context?.id ?? null])).length > 0;
}

async function link(sql: Sql, viewer: Viewer, cohortId: string, action: string, now: Temporal.Instant): Promise<LinkDecision> {
  await run(sql, linkContext, [viewer.context?.id ?? null, cohortId]);
  await run(sql, audit, [String(now), action, viewer.organisation?.id ?? null, viewer.personId ?? viewer.administratorId, JSON.stringify({ cohortId, contextId: viewer.context?.id })]);
  return { linked: true, cohortId };
}

/** conflict: the settings are no longer those that the form was made with; `saved` is what stands now. unknown: no such cohort for this viewer. */
export type ChangeDecision = { changed: true } | { changed: false; reason: 'conflict'; saved: NewCohort } | { changed: false; reason: 'unknown' };

/** The settings as text, the way a form sends them. */
export type CohortText = { name: string; startsOn: string; timeZone: string };

const lockCohort = {
  name: 'lock-cohort',
  text: 'select name, starts_on as "startsOn", time_zone as "timeZone", organisation_id as "organisationId" from cohort where id = $3 and ($1 or organisation_id = $2) for update',
};
const updateCohort = { name: 'update-cohort', text: 'update cohort set name = $2, starts_on = $3, time_zone = $4 where id = $1' };

/**
 * Changes the settings of a cohort. Of two who change them at once the second is told, and overwrites nothing unseen.
 * @param loaded the settings that the form was made with
 */
export async function changeCohort(pool: Pool, viewer: Viewer, cohortId: string, { settings, loaded }: { settings: NewCohort; loaded: Partial<CohortText> }, now: Temporal.Instant): Promise<ChangeDecision> {
  return inTransaction(pool, async (sql) => {
    const [row] = await run<CohortText & { organisationId: string }>(sql, lockCohort, [viewer.role === 'operator', viewer.organisation?.id ?? null, cohortId]);
    if (!row) return { changed: false, reason: 'unknown' };
    const { organisationId, ...saved } = row;
    const wanted = { name: settings.name, startsOn: String(settings.startsOn), timeZone: settings.timeZone };
    // Who wants what stands there already has no quarrel with whoever saved it.
    if (isSame(saved, wanted)) return { changed: true };
    if (!isSame(saved, loaded)) return { changed: false, reason: 'conflict', saved: { ...saved, startsOn: Temporal.PlainDate.from(saved.startsOn) } };
    await run(sql, updateCohort, [cohortId, wanted.name, wanted.startsOn, wanted.timeZone]);
    await run(sql, audit, [String(now), 'cohort.changed', organisationId, viewer.personId ?? viewer.administratorId, JSON.stringify({ cohortId, before: saved, after: wanted })]);
    return { changed: true };
  });
}

function isSame(one: CohortText, other: Partial<CohortText>): boolean {
  return one.name === other.name && one.startsOn === other.startsOn && one.timeZone === other.timeZone;
}

/** Letters and digits that nobody mistakes for one another when they are read aloud. */
const codeAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

function newJoinCode(): string {
  return Array.from({ length: 8 }, () => codeAlphabet[randomInt(codeAlphabet.length)]).join('');
}

/** As people type it: lower case, spaces, hyphens and whatever else no code contains do not matter. */
function normaliseJoinCode(typed: string): string {
  return typed.toUpperCase().replace(/[^A-Z0-9]/g, '');
}
