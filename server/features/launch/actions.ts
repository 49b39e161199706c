// What login and launch write: a few prepared statements each, because this is the hot path.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { CourseRole } from '../../domain/roles.ts';
import type { Launch } from '../../lti/claims.ts';
import { hashSecret, newSecret } from '../../lti/login.ts';
import { newSignInId } from '../../plugins/sign-in.ts';
import type { AttemptRow, KnownRow } from './queries.ts';

/** How long somebody may take to sign in at the LMS before the launch arrives (rule 14). */
const attemptLasts = Temporal.Duration.from({ minutes: 10 });
const ticketLasts = Temporal.Duration.from({ seconds: 60 });

/** Unfinished attempts in ten minutes after which a login is refused (rule 11). */
const openAttemptsLimit = { address: 1_000, registration: 20_000 };

export type NewAttempt = {
  registrationId: string;
  target: string;
  deploymentHint: string | null;
  storageTarget: string | null;
  address: string;
};

/** The secrets of a login attempt; the database keeps their hashes only. */
export type AttemptSecrets = { state: string; nonce: string; browser: string; storage: string };

// The counts stop at their limit, so that a flood makes no statement slower than that.
const insertAttempt = {
  name: 'insert-attempt',
  text: `
    insert into login_attempt (state_hash, nonce_hash, browser_hash, storage_hash, storage_target, registration_id, target, deployment_hint, address, expires_at)
    select $1::bytea, $2::bytea, $3::bytea, $4::bytea, $5, $6::uuid, $7, $8, $9::varchar, $10::timestamptz
     where (select count(*) from (select 1 from login_attempt where address = $9::varchar and consumed_at is null and expires_at > $11::timestamptz limit ${openAttemptsLimit.address}) a) < ${openAttemptsLimit.address}
       and (select count(*) from (select 1 from login_attempt where registration_id = $6::uuid and consumed_at is null and expires_at > $11::timestamptz limit ${openAttemptsLimit.registration}) r) < ${openAttemptsLimit.registration}
    returning 1`,
};

/** Begins a login attempt. Returns its secrets, or null when too many of this address or registration are unfinished. */
export async function startLogin(sql: Sql, attempt: NewAttempt, now: Temporal.Instant): Promise<AttemptSecrets | null> {
  const secrets = { state: newSecret(), nonce: newSecret(), browser: newSecret(), storage: newSecret() };
  const inserted = await run(sql, insertAttempt, [
    hashSecret(secrets.state), hashSecret(secrets.nonce), hashSecret(secrets.browser),
    attempt.storageTarget === null ? null : hashSecret(secrets.storage), attempt.storageTarget,
    attempt.registrationId, attempt.target, attempt.deploymentHint, attempt.address,
    String(now.add(attemptLasts)), String(now),
  ]);
  return inserted.length > 0 ? secrets : null;
}

const consumeAttempt = {
  name: 'consume-attempt',
  text: `update login_attempt set consumed_at = $2, sign_in_id = $3
          where state_hash = $1 and consumed_at is null and expires_at > $2 returning 1`,
};

/** Spends an attempt that leads nowhere (the platform answered with an error, or its deployment waits for approval). */
export async function spendAttempt(sql: Sql, stateHash: Buffer, now: Temporal.Instant): Promise<boolean> {
  return (await run(sql, consumeAttempt, [stateHash, String(now), null])).length > 0;
}

export type VerifiedLaunch = {
  attempt: AttemptRow;
  stateHash: Buffer;
  launch: Launch;
  role: CourseRole;
  testUser: boolean;
  known: KnownRow & { organisation: string };
  frameOrigins: readonly string[];
  /** Whether to make a ticket for a window, because platform storage and not a cookie proved the browser. */
  withTicket: boolean;
};

export type NewSignIn = { id: string; secret: string; ticket: string | null };

/**
 * Consumes the attempt, keeps what the launch tells of person, course, link and enrolment, and begins a sign-in, all
 * in one transaction. Returns null when another request consumed the attempt first (rule 44): then nothing was written.
 */
export async function completeLaunch(sql: Pool, verified: VerifiedLaunch, now: Temporal.Instant): Promise<NewSignIn | null> {
  const signIn = { id: newSignInId(), secret: newSecret(), ticket: verified.withTicket ? newSecret() : null };
  if (tellsNothingNew(verified)) {
    const begun = await run(sql, consumeAndSignIn, [
      ...signInValues(signIn, verified, { person: verified.known.person, context: verified.known.context }, now),
      verified.stateHash, keepsPerson(verified) ? verified.known.enrolment : null,
    ]);
    return begun.length > 0 ? signIn : null;
  }
  return inTransaction(sql, async (transaction) => {
    const consumed = await run(transaction, consumeAttempt, [verified.stateHash, String(now), signIn.id]);
    if (consumed.length === 0) return null;
    const provisioned = await provision(transaction, verified, now);
    await run(transaction, insertSignIn, signInValues(signIn, verified, provisioned, now));
    return signIn;
  });
}

const signInColumns = 'id, secret_hash, role, test_user, deployment_id, person_id, context_id, frame_origins, return_url, ticket_hash, ticket_expires_at, created_at, last_seen_at';
const signInParameters = '$1::varchar, $2::bytea, $3, $4::boolean, $5::uuid, $6::uuid, $7::uuid, $8::text[], $9, $10::bytea, $11::timestamptz, $12::timestamptz, $12::timestamptz';

const insertSignIn = { name: 'insert-sign-in', text: `insert into sign_in (${signInColumns}) values (${signInParameters})` };

// The whole of a launch that tells nothing new, in one atomic statement.
const consumeAndSignIn = {
  name: 'consume-and-sign-in',
  text: `
    with consumed as (
      update login_attempt set consumed_at = $12::timestamptz, sign_in_id = $1::varchar
       where state_hash = $13::bytea and consumed_at is null and expires_at > $12::timestamptz returning 1
    ), seen as (
      update enrolment set last_seen_at = $12::timestamptz
       where id = $14::uuid and last_seen_at < $12::timestamptz - interval '1 hour' and exists (select from consumed)
    )
    insert into sign_in (${signInColumns}) select ${signInParameters} from consumed returning id`,
};

function signInValues(signIn: NewSignIn, verified: VerifiedLaunch, ids: Provisioned, now: Temporal.Instant): unknown[] {
  return [
    signIn.id, hashSecret(signIn.secret), verified.role, verified.testUser, verified.known.deployment,
    keepsPerson(verified) ? ids.person : null, keepsContext(verified) ? ids.context : null,
    verified.frameOrigins, verified.launch.presentation.returnUrl ?? null,
    signIn.ticket === null ? null : hashSecret(signIn.ticket), signIn.ticket === null ? null : String(now.add(ticketLasts)), String(now),
  ];
}

/** Guests see nothing of a course, so none is kept with their sign-in. */
const keepsContext = ({ role, launch }: VerifiedLaunch): boolean => role !== 'guest' && launch.context !== null;
/** Of guests and test students nothing is recorded. */
const keepsPerson = (verified: VerifiedLaunch): boolean => keepsContext(verified) && !verified.testUser;

function tellsNothingNew(verified: VerifiedLaunch): boolean {
  const { launch, known, role } = verified;
  if (!keepsContext(verified)) return true;
  const { context, resourceLink, person } = launch;
  const placeKnown = known.context !== null && known.resource_link !== null
    && same(context?.title, known.context_title) && same(context?.label, known.context_label) && same(resourceLink.title, known.resource_link_title);
  if (!placeKnown || !keepsPerson(verified)) return placeKnown;
  return known.person !== null && known.enrolment !== null && known.enrolment_role === role && known.enrolment_active === true
    && same(person.name, known.name) && same(person.givenName, known.given_name)
    && same(person.familyName, known.family_name) && same(person.email, known.email);
}

/** What a launch leaves out stays as it was. */
const same = (told: string | undefined, kept: string | null): boolean => told === undefined || told === kept;

type Provisioned = { person: string | null; context: string | null };

async function provision(sql: Sql, verified: VerifiedLaunch, now: Temporal.Instant): Promise<Provisioned> {
  const { launch, known, role, attempt } = verified;
  if (!launch.context) return { person: null, context: null };
  const at = String(now);
  const context = await idOf(sql, upsertContext, [known.deployment, launch.context.id, launch.context.title ?? null, launch.context.label ?? null, at]);
  await idOf(sql, upsertResourceLink, [context, launch.resourceLink.id, launch.resourceLink.title ?? null, at]);
  if (!keepsPerson(verified)) return { person: null, context };
  const { name, givenName, familyName, email } = launch.person;
  const person = await idOf(sql, upsertPerson, [attempt.registration_id, known.organisation, launch.sub, name ?? null, givenName ?? null, familyName ?? null, email ?? null, at]);
  await idOf(sql, upsertEnrolment, [context, person, role, at]);
  return { person, context };
}

async function idOf(sql: Sql, statement: { name: string; text: string }, values: unknown[]): Promise<string> {
  const [row] = await run<{ id: string }>(sql, statement, values);
  if (!row) throw new Error(`${statement.name} returned no row`);
  return row.id;
}

const upsertContext = {
  name: 'upsert-context',
  text: `insert into context as c (deployment_id, context_id, title, label, created_at) values ($1, $2, $3, $4, $5)
         on conflict (deployment_id, context_id) do update
           set title = coalesce(excluded.title, c.title), label = coalesce(excluded.label, c.label) returning id`,
};
const upsertResourceLink = {
  name: 'upsert-resource-link',
  text: `insert into resource_link as k (context_id, resource_link_id, title, created_at) values ($1, $2, $3, $4)
         on conflict (context_id, resource_link_id) do update set title = coalesce(excluded.title, k.title) returning id`,
};
const upsertPerson = {
  name: 'upsert-person',
  text: `insert into person as p (registration_id, organisation_id, sub, name, given_name, family_name, email, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8)
         on conflict (registration_id, organisation_id, sub) do update
           set name = coalesce(excluded.name, p.name), given_name = coalesce(excluded.given_name, p.given_name),
               family_name = coalesce(excluded.family_name, p.family_name), email = coalesce(excluded.email, p.email)
         returning id`,
};
const upsertEnrolment = {
  name: 'upsert-enrolment',
  text: `insert into enrolment (context_id, person_id, role, active, created_at, last_seen_at) values ($1, $2, $3, true, $4, $4)
         on conflict (context_id, person_id) do update set role = excluded.role, active = true, last_seen_at = excluded.last_seen_at
         returning id`,
};

const insertPendingDeployment = {
  name: 'insert-pending-deployment',
  text: `insert into deployment (registration_id, deployment_id, first_seen_as, created_at) values ($1, $2, $3, $4)
         on conflict (registration_id, deployment_id) do nothing`,
};

/** Notes a deployment that nobody approved yet, with what it called itself, for the administrators' page. */
export async function noteUnknownDeployment(sql: Sql, registrationId: string, launch: Launch, now: Temporal.Instant): Promise<void> {
  const firstSeenAs = [launch.platform.name, launch.context?.title].filter(Boolean).join(', ') || null;
  await run(sql, insertPendingDeployment, [registrationId, launch.deploymentId, firstSeenAs, String(now)]);
}

const redeemTicketStatement = {
  name: 'redeem-ticket',
  text: `update sign_in set secret_hash = $3, ticket_hash = null, ticket_expires_at = null
          where id = $1 and ticket_hash = $2 and ticket_expires_at > $4 and ended_at is null returning id`,
};

/** Spends the ticket of a sign-in: its secret becomes a new one, given to the window. Null when it is spent or late. */
export async function redeemTicket(sql: Sql, signInId: string, ticket: string, now: Temporal.Instant): Promise<string | null> {
  const secret = newSecret();
  const redeemed = await run(sql, redeemTicketStatement, [signInId, hashSecret(ticket), hashSecret(secret), String(now)]);
  return redeemed.length > 0 ? secret : null;
}

const endSignIns = { name: 'end-sign-ins', text: 'update sign_in set ended_at = $2 where id = any($1) and ended_at is null' };

/** Ends the sign-ins that a browser holds beyond its limit. */
export async function endOldSignIns(sql: Sql, ids: readonly string[], now: Temporal.Instant): Promise<void> {
  await run(sql, endSignIns, [ids, String(now)]);
}

export type Refused = {
  reason: string;
  reference: string;
  registrationId: string | null;
  detail: Record<string, unknown>;
};

const insertRefusal = {
  name: 'insert-refusal',
  text: `insert into audit_event (at, action, reason, reference, registration_id, detail) values ($1, 'launch.refused', $2, $3, $4, $5)`,
};

/** The audit row that every refused login or launch leaves. */
export async function auditRefusal(sql: Sql, refused: Refused, now: Temporal.Instant): Promise<void> {
  await run(sql, insertRefusal, [String(now), refused.reason, refused.reference, refused.registrationId, JSON.stringify(refused.detail)]);
}

const purgeAttemptsStatement = { name: 'purge-attempts', text: `delete from login_attempt where expires_at < $1::timestamptz - interval '1 hour'` };

/** Removes attempts an hour past their time: until then a second press of an old link can still be explained. Returns how many. */
export async function purgeLoginAttempts(sql: Pool, now: Temporal.Instant): Promise<number> {
  return (await sql.query({ ...purgeAttemptsStatement, values: [String(now)] })).rowCount ?? 0;
}
