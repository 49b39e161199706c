// What login and launch write: a few prepared statements each, because this is the hot path.
import type { Pool } from 'pg';
import { run } from '../../database.ts';
import type { Sql, Statement } from '../../database.ts';
import type { CourseRole } from '../../domain/roles.ts';
import type { DeepLinkingLaunch, Launch } from '../../lti/claims.ts';
import type { LaunchReport } from '../../lti/launch-report.ts';
import { hashSecret, newSecret } from '../../lti/login.ts';
import { newSignInId } from '../../plugins/sign-in.ts';
import type { Queues } from '../../queues.ts';
import { requestRoster } from '../../roster-requests.ts';
import type { KnownRegistration } from './known-registrations.ts';
import { isElsewhere } from './queries.ts';

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
export type AttemptSecrets = { state: string; nonce: string; browser: string; /** Where the platform keeps one for us. */ storage: string | null };

export type LoginRegistration = { id: string; client_id: string; authentication_url: string; active: boolean };

/** Begun, with the secrets of the new attempt and what its state is kept as; or the refusal that it ends in. */
export type LoginOutcome =
  | { outcome: 'begun'; registration: LoginRegistration; secrets: AttemptSecrets; stateHash: Buffer }
  | { outcome: 'registration.disabled'; registration: LoginRegistration }
  | { outcome: 'registration.unknown' | 'registration.ambiguous'; registration: null };

/**
 * Logins and launches do not wait for the disk: what a power cut takes away of its last fraction of a second is begun
 * again by one more press of the link, and nobody was told that anything was saved. The setting ends with the statement.
 */
const withoutWaiting = `set_config('synchronous_commit', 'off', true) = 'off'`;

// Finds the registration and begins the attempt in one statement.
const beginLogin = (name: string, isMeant: string): Statement => ({
  name,
  quick: true,
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
// One that waits for an operator is nobody's yet: it must not make another tenant's logins ambiguous.
const beginByIssuer = beginLogin('begin-login-by-issuer', 'issuer = $10 and held_reason is null');
const beginById = beginLogin('begin-login-by-id', 'id = $12 and issuer = $10 and ($11::varchar is null or client_id = $11)');

/** Begins a login attempt at the one registration that its issuer, client id and login address can mean. */
export async function startLogin(sql: Sql, attempt: NewAttempt, now: Temporal.Instant): Promise<LoginOutcome> {
  const { registrationId, issuer, clientId } = attempt;
  const secrets = { state: newSecret(), nonce: newSecret(), browser: newSecret(), storage: attempt.storageTarget === null ? null : newSecret() };
  const stateHash = hashSecret(secrets.state);
  const values = [
    stateHash, hashSecret(secrets.nonce), hashSecret(secrets.browser),
    secrets.storage === null ? null : hashSecret(secrets.storage), attempt.storageTarget,
    attempt.target, attempt.deploymentHint, attempt.address, String(now.add(attemptLasts)), issuer,
  ];
  const [registration, another] = registrationId !== null ? await run<LoginRegistration>(sql, beginById, [...values, clientId, registrationId])
    : clientId !== null ? await run<LoginRegistration>(sql, beginByClient, [...values, clientId])
    : await run<LoginRegistration>(sql, beginByIssuer, values);
  if (!registration) return { outcome: 'registration.unknown', registration: null };
  if (another) return { outcome: 'registration.ambiguous', registration: null };
  if (!registration.active) return { outcome: 'registration.disabled', registration };
  return { outcome: 'begun', registration, secrets, stateHash };
}

const consumeAttempt = {
  name: 'consume-attempt',
  text: `update login_attempt set consumed_at = $2
          where state_hash = $1 and consumed_at is null and expires_at > $2 returning 1`,
};

/** Spends an attempt that leads nowhere (the platform answered with an error, or its deployment waits for approval). */
export async function spendAttempt(sql: Sql, stateHash: Buffer, now: Temporal.Instant): Promise<boolean> {
  return (await run(sql, consumeAttempt, [stateHash, String(now)])).length > 0;
}

/** What a launch is kept with, beyond what it says itself. */
export type LaunchPlace = {
  /** The signed target, as a path on our own host. */
  target: string;
  role: CourseRole;
  testUser: boolean;
  frameOrigins: readonly string[];
  /** For administrators: what came with the launch, for the self-test. */
  report: LaunchReport | null;
};

/** A launch whose token is proven. What must fit the login attempt besides is compared by the statement that spends it. */
export type VerifiedLaunch = LaunchPlace & {
  stateHash: Buffer;
  nonceHash: Buffer;
  /** What this browser proved itself with: the attempt's cookie, or else the secret that the platform kept for us. */
  browser: { cookieHash: Buffer } | { storageHash: Buffer };
  /** What the token was checked against. When it has changed since, nothing is written. */
  registration: Pick<KnownRegistration, 'id' | 'revision'>;
  launch: Launch;
};

/** `ticket` is for a window, and there is one when platform storage and not a cookie proved the browser. */
export type NewSignIn = { id: string; secret: string; ticket: string | null };

/**
 * Consumes the attempt, keeps what the launch tells of person, course, link and enrolment, and begins a sign-in, all
 * in one statement. Returns null when anything does not fit (the attempt is unknown, used, late, of another browser,
 * nonce, target or deployment; the deployment is not approved, or not any more; the link is another organisation's; rule 44: another
 * request consumed the attempt first): then nothing was written, and which of these it was is the caller's to find out.
 */
export async function completeLaunch(sql: Sql, verified: VerifiedLaunch, now: Temporal.Instant): Promise<NewSignIn | null> {
  const { launch: { ags, context, deploymentId, messageType, nrps, person, presentation, sub }, browser, role, testUser } = verified;
  // Only a launch of the link itself says what the link opens.
  const resourceLink = messageType === 'LtiResourceLinkRequest' ? verified.launch.resourceLink : null;
  const signIn = { id: newSignInId(), secret: newSecret(), ticket: 'storageHash' in browser ? newSecret() : null };
  // Guests see nothing of a course, so none is kept with their sign-in; of test students nothing is recorded.
  const keepsCourse = role !== 'guest' && context !== null;
  const keepsPerson = keepsCourse && !testUser;
  const values = [
    verified.stateHash, verified.nonceHash, 'cookieHash' in browser ? browser.cookieHash : null, 'storageHash' in browser ? browser.storageHash : null,
    verified.registration.id, verified.registration.revision, verified.target, deploymentId,
    context?.id, context?.title, context?.label, resourceLink?.id, resourceLink?.title,
    sub, person.name, person.givenName, person.familyName, person.email, role, testUser, String(now),
    signIn.id, hashSecret(signIn.secret), verified.frameOrigins, presentation.returnUrl,
    signIn.ticket === null ? null : hashSecret(signIn.ticket), signIn.ticket === null ? null : String(now.add(ticketLasts)),
    ags !== undefined, ags?.lineItemUrl, ags?.lineItemsUrl, ags?.scopes, nrps?.membershipsUrl,
    (presentation.locale ?? person.locale)?.slice(0, 35), verified.report && JSON.stringify(verified.report),
  ];
  try {
    const begun = (keepsPerson && resourceLink !== null && (await run(sql, enterKnownPlace, values)).length > 0)
      || (await run(sql, consumeAndSignIn, [...values, keepsCourse, keepsPerson, messageType === 'DataPrivacyLaunchRequest'])).length > 0;
    return begun ? signIn : null;
  } catch (error) {
    if (isOutrun(error)) return null;
    throw error;
  }
}

/** Whether a statement found that a row it spoke of was deleted meanwhile, or was the one to yield of two that waited for each other: nothing was written. */
function isOutrun(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === '23503' || error.code === '40P01');
}

// The parts of the two statements that complete a launch. Every part reads from `consumed`, so that nothing is written
// unless the attempt was good in every respect; of two launches with one state the second finds it consumed. Whatever
// the launch tells that is known already is left alone: a whole course that launches at once must not queue for its
// rows. What a launch leaves out stays as it was.
const attemptIsGood = `
             l.state_hash = $1 and l.nonce_hash = $2 and (l.browser_hash = $3 or l.storage_hash = $4)
         and l.consumed_at is null and l.expires_at > $21::timestamptz
         and l.target = $7 and (l.deployment_hint is null or l.deployment_hint = $8)
         and l.registration_id = $5::uuid and r.id = $5::uuid and r.active and r.xmin = $6::xid
         and ${withoutWaiting}`;
const consumeAttemptFor = `update login_attempt l set consumed_at = $21::timestamptz, sign_in_id = $22
        from platform_registration r
        join deployment d on d.registration_id = r.id and d.deployment_id = $8 and d.organisation_id is not null`;
const findPerson = `left join person p on p.registration_id = r.id and p.organisation_id = d.organisation_id and p.sub = $14
        left join enrolment e on e.context_id = c.id and e.person_id = p.id`;
const placeDiffers = `(coalesce($10, c.title) is distinct from c.title or coalesce($11, c.label) is distinct from c.label
          or coalesce($13, k.title) is distinct from k.title or $7 is distinct from k.target or ($28::boolean and $29::varchar is distinct from k.line_item_url)
          or coalesce($30, c.line_items_url) is distinct from c.line_items_url or coalesce($31::text[], c.grade_scopes) is distinct from c.grade_scopes
          or coalesce($32, c.memberships_url) is distinct from c.memberships_url)`;
const personDiffers = `(p.id is null or coalesce($15, p.name) is distinct from p.name or coalesce($16, p.given_name) is distinct from p.given_name
          or coalesce($17, p.family_name) is distinct from p.family_name or coalesce($18, p.email) is distinct from p.email)`;
const enrolmentDiffers = `(e.id is null or e.role <> $19 or not e.active or e.last_seen_at is null or e.last_seen_at < $21::timestamptz - interval '1 hour')`;
const tellPerson = `
      insert into person as p (registration_id, organisation_id, sub, name, given_name, family_name, email, created_at)
      select registration_id, organisation_id, $14, $15, $16, $17, $18, $21::timestamptz from consumed where tells_person
      on conflict (registration_id, organisation_id, sub) do update
        set name = coalesce(excluded.name, p.name), given_name = coalesce(excluded.given_name, p.given_name),
            family_name = coalesce(excluded.family_name, p.family_name), email = coalesce(excluded.email, p.email)
      returning id`;
const tellEnrolment = (contextId: string, personId: string, from: string): string => `
      insert into enrolment (context_id, person_id, role, active, created_at, last_seen_at)
      select ${contextId}, ${personId}, $19, true, $21::timestamptz, $21::timestamptz from ${from} where tells_enrolment
      on conflict (context_id, person_id) do update set role = excluded.role, active = true, last_seen_at = excluded.last_seen_at`;
const beginSignIn = (contextId: string, personId: string, from: string): string => `
    insert into sign_in (id, secret_hash, role, test_user, deployment_id, person_id, context_id, frame_origins, return_url, locale, launch_report, ticket_hash, ticket_expires_at, created_at, last_seen_at)
    select $22, $23, $19, $20, deployment_id, ${personId}, ${contextId}, $24, $25, $33, $34::jsonb, $26, $27::timestamptz, $21::timestamptz, $21::timestamptz
      from ${from} returning id`;

/**
 * A launch of somebody of whom things are kept, in a course and by a link of which it tells nothing new, and in no other
 * role than they had. That is nearly every launch, and a quarter cheaper than the statement for any: PostgreSQL prepares
 * each part of a statement at every execution, whether it will find anything to do or not. Does nothing for any other launch.
 */
const enterKnownPlace: Statement = {
  name: 'enter-known-place',
  quick: true,
  text: `
    with consumed as (
      ${consumeAttemptFor}
        join context c on c.deployment_id = d.id and c.context_id = $9
        join resource_link k on k.context_id = c.id and k.resource_link_id = $12
        ${findPerson}
       where ${attemptIsGood} and not ${placeDiffers} and (e.role is null or e.role = $19)
      returning r.id as registration_id, d.id as deployment_id, d.organisation_id, c.id as context_id, p.id as person_id,
        ${personDiffers} as tells_person, ${enrolmentDiffers} as tells_enrolment
    ), told_person as (${tellPerson}
    ), enrolled as (${tellEnrolment('context_id', 'coalesce(told_person.id, person_id)', 'consumed left join told_person on true')}
    )${beginSignIn('context_id', 'coalesce(told_person.id, person_id)', 'consumed left join told_person on true')}`,
};

/** Any launch. */
const consumeAndSignIn: Statement = {
  name: 'consume-and-sign-in',
  quick: true,
  text: `
    with consumed as (
      ${consumeAttemptFor}
        left join context c on c.deployment_id = d.id and c.context_id = $9
        left join resource_link k on k.context_id = c.id and k.resource_link_id = $12
        ${findPerson}
       where ${attemptIsGood}
         -- a link that is ours already was looked at when it came
         and (k.id is not null or not ${isElsewhere('$9', '$12')})
      returning r.id as registration_id, d.id as deployment_id, d.organisation_id, c.id as context_id, p.id as person_id, e.role as known_role,
        $35::boolean and (c.id is null or (k.id is null and $12::varchar is not null) or ${placeDiffers}) as tells_place,
        $36::boolean and ${personDiffers} as tells_person, $36::boolean and ${enrolmentDiffers} as tells_enrolment
    ), told_context as (
      insert into context as c (deployment_id, context_id, title, label, line_items_url, grade_scopes, memberships_url, created_at)
      select deployment_id, $9, $10, $11, $30, coalesce($31::text[], '{}'), $32, $21::timestamptz from consumed where tells_place
      on conflict (deployment_id, context_id) do update
        set title = coalesce(excluded.title, c.title), label = coalesce(excluded.label, c.label),
            line_items_url = coalesce(excluded.line_items_url, c.line_items_url), grade_scopes = coalesce($31::text[], c.grade_scopes),
            memberships_url = coalesce(excluded.memberships_url, c.memberships_url)
      returning id
    ), told_link as (
      insert into resource_link as k (context_id, resource_link_id, title, target, line_item_url, created_at)
      select id, $12, $13, $7, $29, $21::timestamptz from told_context where $12::varchar is not null
      on conflict (context_id, resource_link_id) do update
        -- a grade claim without a column says that the link's own column is gone
        set title = coalesce(excluded.title, k.title), target = excluded.target, line_item_url = case when $28::boolean then excluded.line_item_url else k.line_item_url end
    ), course as (
      select id from told_context union all select context_id from consumed where $35::boolean and not tells_place
    ), told_person as (${tellPerson}
    ), learner as (
      select id from told_person union all select person_id from consumed where $36::boolean and not tells_person
    ), enrolled as (${tellEnrolment('course.id', 'learner.id', 'consumed, course, learner')}
    ), ended as (
      -- what somebody still holds of a role that the LMS has since taken from them in this course
      update sign_in s set ended_at = $21::timestamptz from consumed
       where consumed.known_role <> $19 and s.person_id = consumed.person_id and s.context_id = consumed.context_id
         and s.role <> $19 and s.ended_at is null
    )${beginSignIn(
      '(select id from course)',
      // the privacy page speaks to somebody outside any course, if we know them
      'coalesce((select id from learner), case when $37::boolean then person_id end)', 'consumed')}`,
};

const noteLandingStatement = { name: 'note-landing', text: 'update login_attempt set landing = $2 where state_hash = $1' };

/** Keeps where a launch led, for a second press of its link (rule 15). */
export async function noteLanding(sql: Sql, stateHash: Buffer, path: string): Promise<void> {
  await run(sql, noteLandingStatement, [stateHash, path]);
}

const insertDeepLinkingRequest = {
  name: 'insert-deep-linking-request',
  text: `insert into deep_linking_request (sign_in_id, context_id, settings, created_at)
         select id, context_id, $2, $3 from sign_in where id = $1 and context_id is not null returning id`,
};

/** Keeps what the platform accepts, for the page on which content is chosen. Gives the request's id. */
export async function keepDeepLinkingRequest(sql: Sql, signInId: string, { settings, targetLinkUri }: DeepLinkingLaunch, now: Temporal.Instant): Promise<string> {
  const [row] = await run<{ id: string }>(sql, insertDeepLinkingRequest, [signInId, JSON.stringify({ ...settings, targetLinkUri }), String(now)]);
  if (!row) throw new Error('the deep-linking request has no course');
  return row.id;
}

const noteProductFamilyStatement = {
  name: 'note-product-family',
  text: 'update platform_registration set product_family_code = $2 where id = $1 and product_family_code is distinct from $2 returning xmin as revision',
};

/** Keeps what kind of LMS it is, which decides by which habits it is served. Gives the registration's new revision, null when it was known. */
export async function noteProductFamily(sql: Sql, registrationId: string, productFamilyCode: string): Promise<string | null> {
  const [row] = await run<{ revision: string }>(sql, noteProductFamilyStatement, [registrationId, productFamilyCode]);
  return row?.revision ?? null;
}

/** What a launch by staff makes worth doing soon: a course whose roster was never read, a deployment that takes notice handlers. */
type StaffErrands = { readRosterOf: string | null; registerNoticesOf: string | null };

// The origin of a copy is looked for in the same organisation at the same platform only (rule 92).
const noteStaffLaunchStatement = {
  name: 'note-staff-launch',
  text: `
    with place as (
      select c.id as context_id, c.cohort_id, c.memberships_url, d.id as deployment_id, d.organisation_id, d.registration_id
        from sign_in s join context c on c.id = s.context_id join deployment d on d.id = c.deployment_id where s.id = $1
    ), told_notices as (
      update deployment d set notices_url = $2, notice_types = $3::text[], notices_registered_at = null, notices_problem = null
        from place where d.id = place.deployment_id and $2::varchar is not null and (d.notices_url is distinct from $2 or d.notice_types is distinct from $3::text[])
      returning d.id
    ), origin as (
      select o.id
        from place
        join deployment d on d.registration_id = place.registration_id and d.organisation_id = place.organisation_id
        join context o on o.deployment_id = d.id and o.cohort_id is not null and o.id <> place.context_id
       where place.cohort_id is null
         and (o.context_id = any($4::varchar[]) or exists (select 1 from resource_link k where k.context_id = o.id and k.resource_link_id = any($5::varchar[])))
       order by array_position($4::varchar[], o.context_id) nulls last, o.created_at limit 1
    ), noted_copy as (
      insert into context_copy (context_id, origin_id, source, noticed_at)
      select place.context_id, origin.id, 'history', $6::timestamptz from place, origin
      on conflict (context_id) do nothing
    )
    select (select id from told_notices) as "registerNoticesOf",
           (select context_id from place where memberships_url is not null and not exists (select 1 from roster_sync r where r.context_id = place.context_id)) as "readRosterOf"`,
};

/**
 * Staff have come: keeps where the platform takes notice handlers and has ours registered there, has the roster read of a
 * course that was never read, and notes when the course says that it is a copy of one of ours.
 */
export async function noteStaffLaunch({ sql, queues }: { sql: Sql; queues: Queues }, registrationId: string, signInId: string, { history, notices }: Launch, now: Temporal.Instant): Promise<void> {
  const [errands] = await run<StaffErrands>(sql, noteStaffLaunchStatement, [signInId, notices?.serviceUrl, notices?.types ?? [], history.contexts, history.resourceLinks, String(now)]);
  const { readRosterOf, registerNoticesOf: deploymentId } = errands ?? { readRosterOf: null, registerNoticesOf: null };
  if (readRosterOf !== null) await requestRoster({ sql, queues }, readRosterOf, now);
  if (deploymentId !== null) await queues.add(sql, 'register-notices', [{ key: deploymentId, data: { deploymentId }, lane: { id: registrationId, oneByOne: true } }]);
}

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

// In portions: after a flood there may be a million, and nobody waits for a statement that long.
const purgedAtOnce = 5_000;
const purgeRefusalsStatement = {
  name: 'purge-refusals',
  text: `delete from audit_event where id in (
           select id from audit_event
            where at < $1::timestamptz - interval '90 days' and action in ('launch.refused', 'request.refused', 'notice.refused', 'registration.refused')
            order by at limit ${purgedAtOnce})`,
};

/**
 * Removes the audit rows of refused requests ninety days later, when nobody reads a reference number out any more; what
 * somebody did stays. Returns how many.
 */
export async function purgeRefusals(sql: Pool, now: Temporal.Instant): Promise<number> {
  let purged = 0;
  for (let more = true; more;) {
    const { rowCount } = await sql.query({ ...purgeRefusalsStatement, values: [String(now)] });
    purged += rowCount ?? 0;
    more = rowCount === purgedAtOnce;
  }
  return purged;
}
