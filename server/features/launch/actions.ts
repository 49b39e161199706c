// What login and launch write: a few prepared statements each, because this is the hot path.
import type { Pool } from 'pg';
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { CourseRole } from '../../domain/roles.ts';
import type { Launch } from '../../lti/claims.ts';
import { hashSecret, newSecret } from '../../lti/login.ts';
import { newSignInId } from '../../plugins/sign-in.ts';
import type { AttemptRow, KnownRow } from './queries.ts';

/** How long somebody may take to sign in at the LMS before the launch arrives (rule 14). */
const attemptLasts = Temporal.Duration.from({ minutes: 10 });
const ticketLasts = Temporal.Duration.from({ seconds: 60 });


export type NewAttempt = {
  /** Of the address `/lti/login/REGISTRATION_ID`, null for the common one. */
  registrationId: string | null;
  issuer: string;
  clientId: string | null;
  target: string;
  deploymentHint: string | null;
  storageTarget: string | null;
  address: string;
};

/** The secrets of a login attempt; the database keeps their hashes only. */
export type AttemptSecrets = { state: string; nonce: string; browser: string; storage: string };

export type LoginRegistration = { id: string; client_id: string; authentication_url: string; active: boolean };

/** Begun, with the secrets of the new attempt; or the refusal that it ends in. */
export type LoginOutcome =
  | { outcome: 'begun'; registration: LoginRegistration; secrets: AttemptSecrets }
  | { outcome: 'registration.disabled'; registration: LoginRegistration }
  | { outcome: 'registration.unknown' | 'registration.ambiguous'; registration: null };

/**
 * Logins and launches do not wait for the disk: what a power cut takes away of its last fraction of a second is begun
 * again by one more press of the link, and nobody was told that anything was saved. The setting ends with the statement.
 */
const withoutWaiting = `set_config('synchronous_commit', 'off', true) = 'off'`;

// Finds the registration and begins the attempt in one statement.
const beginLogin = (name: string, isMeant: string) => ({
  name,
  text: `
    with meant as (
      select id, client_id, authentication_url, active from platform_registration where ${isMeant} limit 2
    ), begun as (
      insert into login_attempt (state_hash, nonce_hash, browser_hash, storage_hash, storage_target, registration_id, target, deployment_hint, address, expires_at)
      select $1::bytea, $2::bytea, $3::bytea, $4::bytea, $5, id, $6, $7, $8, $9::timestamptz
        from meant where active and (select count(*) from meant) = 1 and ${withoutWaiting}
    )
    select * from meant`,
});
// Rules 4 to 6: an unknown client id never falls back to another registration of the issuer.
const beginByClient = beginLogin('begin-login-by-client', 'issuer = $10 and client_id = $11');
const beginByIssuer = beginLogin('begin-login-by-issuer', 'issuer = $10');
const beginById = beginLogin('begin-login-by-id', 'id = $12 and issuer = $10 and ($11::varchar is null or client_id = $11)');

/** Begins a login attempt at the one registration that its issuer, client id and login address can mean. */
export async function startLogin(sql: Sql, attempt: NewAttempt, now: Temporal.Instant): Promise<LoginOutcome> {
  const { registrationId, issuer, clientId } = attempt;
  const secrets = { state: newSecret(), nonce: newSecret(), browser: newSecret(), storage: newSecret() };
  const values = [
    hashSecret(secrets.state), hashSecret(secrets.nonce), hashSecret(secrets.browser),
    attempt.storageTarget === null ? null : hashSecret(secrets.storage), attempt.storageTarget,
    attempt.target, attempt.deploymentHint, attempt.address, String(now.add(attemptLasts)), issuer,
  ];
  const [registration, another] = registrationId !== null ? await run<LoginRegistration>(sql, beginById, [...values, clientId, registrationId])
    : clientId !== null ? await run<LoginRegistration>(sql, beginByClient, [...values, clientId])
    : await run<LoginRegistration>(sql, beginByIssuer, values);
  if (!registration) return { outcome: 'registration.unknown', registration: null };
  if (another) return { outcome: 'registration.ambiguous', registration: null };
  if (!registration.active) return { outcome: 'registration.disabled', registration };
  return { outcome: 'begun', registration, secrets };
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
  known: KnownRow & { deployment: string; organisation: string };
  frameOrigins: readonly string[];
  /** Whether to make a ticket for a window, because platform storage and not a cookie proved the browser. */
  withTicket: boolean;
};

export type NewSignIn = { id: string; secret: string; ticket: string | null };

/**
 * Consumes the attempt, keeps what the launch tells of person, course, link and enrolment, and begins a sign-in, all
 * in one statement. Returns null when another request consumed the attempt first (rule 44): then nothing was written.
 */
export async function completeLaunch(sql: Sql, verified: VerifiedLaunch, now: Temporal.Instant): Promise<NewSignIn | null> {
  const signIn = { id: newSignInId(), secret: newSecret(), ticket: verified.withTicket ? newSecret() : null };
  const values = [...signInValues(signIn, verified, now), verified.stateHash];
  const begun = tellsNothingNew(verified)
    ? await run(sql, consumeAndSignIn, [...values, keepsPerson(verified) ? verified.known.enrolment : null])
    : await run(sql, consumeProvisionAndSignIn, [...values, ...toldValues(verified)]);
  return begun.length > 0 ? signIn : null;
}

const signInColumns = 'id, secret_hash, role, test_user, deployment_id, person_id, context_id, frame_origins, return_url, ticket_hash, ticket_expires_at, created_at, last_seen_at';
const signInParameters = '$1::varchar, $2::bytea, $3, $4::boolean, $5::uuid, $6::uuid, $7::uuid, $8::text[], $9, $10::bytea, $11::timestamptz, $12::timestamptz, $12::timestamptz';

const consumed = `
    consumed as (
      update login_attempt set consumed_at = $12::timestamptz, sign_in_id = $1::varchar
       where state_hash = $13::bytea and consumed_at is null and expires_at > $12::timestamptz and ${withoutWaiting} returning registration_id
    )`;

// A launch that tells nothing new writes next to nothing.
const consumeAndSignIn = {
  name: 'consume-and-sign-in',
  text: `
    with ${consumed}, seen as (
      update enrolment set last_seen_at = $12::timestamptz
       where id = $14::uuid and last_seen_at < $12::timestamptz - interval '1 hour' and exists (select from consumed)
    )
    insert into sign_in (${signInColumns}) select ${signInParameters} from consumed returning id`,
};

// Every part reads from the one before it, so that nothing is written unless the attempt was still good. A course and
// link that tell nothing new ($14) are left alone: a whole course that launches at once must not queue for their rows.
const consumeProvisionAndSignIn = {
  name: 'consume-provision-and-sign-in',
  text: `
    with ${consumed}, told_context as (
      insert into context as c (deployment_id, context_id, title, label, created_at)
      select $5::uuid, $15, $16, $17, $12::timestamptz from consumed where $14::boolean
      on conflict (deployment_id, context_id) do update
        set title = coalesce(excluded.title, c.title), label = coalesce(excluded.label, c.label)
      returning id
    ), told_link as (
      insert into resource_link as k (context_id, resource_link_id, title, created_at)
      select id, $18, $19, $12::timestamptz from told_context
      on conflict (context_id, resource_link_id) do update set title = coalesce(excluded.title, k.title)
    ), course as (
      select id from told_context union all select $7::uuid from consumed where not $14::boolean
    ), learner as (
      insert into person as p (registration_id, organisation_id, sub, name, given_name, family_name, email, created_at)
      select registration_id, $21::uuid, $22, $23, $24, $25, $26, $12::timestamptz from consumed where $20::boolean
      on conflict (registration_id, organisation_id, sub) do update
        set name = coalesce(excluded.name, p.name), given_name = coalesce(excluded.given_name, p.given_name),
            family_name = coalesce(excluded.family_name, p.family_name), email = coalesce(excluded.email, p.email)
      returning id
    ), enrolled as (
      insert into enrolment (context_id, person_id, role, active, created_at, last_seen_at)
      select course.id, learner.id, $3, true, $12::timestamptz, $12::timestamptz from course, learner
      on conflict (context_id, person_id) do update set role = excluded.role, active = true, last_seen_at = excluded.last_seen_at
    )
    insert into sign_in (${signInColumns})
    select ${signInParameters.replace('$6::uuid', 'coalesce((select id from learner), $6::uuid)').replace('$7::uuid', '(select id from course)')} from consumed returning id`,
};

function signInValues(signIn: NewSignIn, verified: VerifiedLaunch, now: Temporal.Instant): unknown[] {
  return [
    signIn.id, hashSecret(signIn.secret), verified.role, verified.testUser, verified.known.deployment,
    keepsPerson(verified) ? verified.known.person : null, keepsContext(verified) ? verified.known.context : null,
    verified.frameOrigins, verified.launch.presentation.returnUrl ?? null,
    signIn.ticket === null ? null : hashSecret(signIn.ticket), signIn.ticket === null ? null : String(now.add(ticketLasts)), String(now),
  ];
}

function toldValues(verified: VerifiedLaunch): unknown[] {
  const { launch: { context, resourceLink, sub, person }, known } = verified;
  return [
    !isPlaceKnown(verified), context?.id, context?.title, context?.label, resourceLink.id, resourceLink.title,
    keepsPerson(verified), known.organisation, sub, person.name, person.givenName, person.familyName, person.email,
  ];
}

/** Guests see nothing of a course, so none is kept with their sign-in. */
const keepsContext = ({ role, launch }: VerifiedLaunch): boolean => role !== 'guest' && launch.context !== null;
/** Of guests and test students nothing is recorded. */
const keepsPerson = (verified: VerifiedLaunch): boolean => keepsContext(verified) && !verified.testUser;

function tellsNothingNew(verified: VerifiedLaunch): boolean {
  const { launch: { person }, known, role } = verified;
  if (!keepsContext(verified)) return true;
  if (!isPlaceKnown(verified) || !keepsPerson(verified)) return isPlaceKnown(verified);
  return known.person !== null && known.enrolment !== null && known.enrolment_role === role && known.enrolment_active === true
    && same(person.name, known.name) && same(person.givenName, known.given_name)
    && same(person.familyName, known.family_name) && same(person.email, known.email);
}

function isPlaceKnown({ launch: { context, resourceLink }, known }: VerifiedLaunch): boolean {
  return known.context !== null && known.resource_link !== null
    && same(context?.title, known.context_title) && same(context?.label, known.context_label) && same(resourceLink.title, known.resource_link_title);
}

/** What a launch leaves out stays as it was. */
const same = (told: string | undefined, kept: string | null): boolean => told === undefined || told === kept;

/** More than a person can look through; an LMS that makes up deployments must not fill the page. */
const pendingDeploymentsKept = 200;

const insertPendingDeployment = {
  name: 'insert-pending-deployment',
  text: `insert into deployment (registration_id, deployment_id, first_seen_as, created_at)
         select $1, $2, $3, $4 where (select count(*) from deployment where registration_id = $1 and organisation_id is null) < ${pendingDeploymentsKept}
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

const endOtherRoles = {
  name: 'end-sign-ins-of-other-roles',
  text: 'update sign_in set ended_at = $4 where person_id = $1 and context_id = $2 and role <> $3 and ended_at is null',
};

/** Ends what somebody still holds of a role that the LMS has since taken from them in this course. */
export async function endSignInsOfOtherRoles(sql: Sql, { person, context }: Pick<KnownRow, 'person' | 'context'>, role: CourseRole, now: Temporal.Instant): Promise<void> {
  await run(sql, endOtherRoles, [person, context, role, String(now)]);
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
