// What login and launch read: prepared statements, because this is the hot path.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';

export type RegistrationRow = {
  id: string;
  issuer: string;
  client_id: string;
  authentication_url: string;
  keyset_url: string;
  active: boolean;
};

const registrationColumns = 'id, issuer, client_id, authentication_url, keyset_url, active';
const registrationById = { name: 'registration-by-id', text: `select ${registrationColumns} from platform_registration where id = $1` };
const registrationByClient = { name: 'registration-by-client', text: `select ${registrationColumns} from platform_registration where issuer = $1 and client_id = $2` };
// Two are enough to know that the client id must tell which one.
const registrationsOfIssuer = { name: 'registrations-of-issuer', text: `select ${registrationColumns} from platform_registration where issuer = $1 limit 2` };

/** The registration that a per-registration login address names. */
export async function findOptionalRegistration(sql: Sql, id: string): Promise<RegistrationRow | null> {
  const [row] = await run<RegistrationRow>(sql, registrationById, [id]);
  return row ?? null;
}

/**
 * The registrations that an issuer, and where given its client id, can mean: none, one, or (no client id, a shared
 * issuer) two, which stands for "several". An unknown client id never falls back to another registration.
 */
export async function listRegistrations(sql: Sql, issuer: string, clientId: string | undefined): Promise<RegistrationRow[]> {
  return clientId === undefined
    ? run<RegistrationRow>(sql, registrationsOfIssuer, [issuer])
    : run<RegistrationRow>(sql, registrationByClient, [issuer, clientId]);
}

/** Whether an issuer has any registration: tells "unknown platform" from "unknown client". */
export async function knowsIssuer(sql: Sql, issuer: string): Promise<boolean> {
  return (await run(sql, registrationsOfIssuer, [issuer])).length > 0;
}

/** A login attempt, its registration, and what we already know of whoever and wherever the token speaks of. */
export type AttemptRow = {
  nonce_hash: Buffer;
  browser_hash: Buffer;
  storage_hash: Buffer | null;
  storage_target: string | null;
  target: string;
  deployment_hint: string | null;
  expires_at: string;
  consumed_at: string | null;
  sign_in_id: string | null;
  registration_id: string;
  registration_name: string;
  issuer: string;
  client_id: string;
  authentication_url: string;
  keyset_url: string;
  active: boolean;
  institution_administrators: boolean;
  registration_frame_origins: string[];
};

const attemptByState = {
  name: 'attempt-by-state',
  text: `
    select l.nonce_hash, l.browser_hash, l.storage_hash, l.storage_target, l.target, l.deployment_hint,
           l.expires_at, l.consumed_at, l.sign_in_id,
           r.id as registration_id, r.name as registration_name, r.issuer, r.client_id, r.authentication_url, r.keyset_url,
           r.active, r.institution_administrators, r.frame_origins as registration_frame_origins
      from login_attempt l join platform_registration r on r.id = l.registration_id
     where l.state_hash = $1`,
};

/** The attempt that a state belongs to, consumed or expired as it may be. */
export async function findOptionalAttempt(sql: Sql, stateHash: Buffer): Promise<AttemptRow | null> {
  const [row] = await run<AttemptRow>(sql, attemptByState, [stateHash]);
  return row ?? null;
}

/** What stands in our tables about a verified launch, so that a launch that changes nothing writes next to nothing. */
export type KnownRow = {
  deployment: string;
  organisation: string | null;
  /** The same link is bound to a deployment of another organisation (rule 62). */
  elsewhere: boolean;
  person: string | null;
  name: string | null;
  given_name: string | null;
  family_name: string | null;
  email: string | null;
  context: string | null;
  context_title: string | null;
  context_label: string | null;
  resource_link: string | null;
  resource_link_title: string | null;
  enrolment: string | null;
  enrolment_role: string | null;
  enrolment_active: boolean | null;
};

const knownOfLaunch = {
  name: 'known-of-launch',
  text: `
    select d.id as deployment, d.organisation_id as organisation,
           exists (select 1 from context c2
                     join deployment d2 on d2.id = c2.deployment_id
                     join resource_link k2 on k2.context_id = c2.id
                    where c2.context_id = $4 and k2.resource_link_id = $5 and c2.deployment_id <> d.id
                      and d2.registration_id = d.registration_id and d2.organisation_id <> d.organisation_id) as elsewhere,
           p.id as person, p.name, p.given_name, p.family_name, p.email,
           c.id as context, c.title as context_title, c.label as context_label,
           k.id as resource_link, k.title as resource_link_title,
           e.id as enrolment, e.role as enrolment_role, e.active as enrolment_active
      from deployment d
      left join person p on p.registration_id = d.registration_id and p.organisation_id = d.organisation_id and p.sub = $3
      left join context c on c.deployment_id = d.id and c.context_id = $4
      left join resource_link k on k.context_id = c.id and k.resource_link_id = $5
      left join enrolment e on e.context_id = c.id and e.person_id = p.id
     where d.registration_id = $1 and d.deployment_id = $2`,
};

/** What is known of a deployment, and of the person, course, link and enrolment that a launch from it names. */
export async function findOptionalKnown(sql: Sql, registrationId: string, launch: { deploymentId: string; sub: string; contextId: string | null; resourceLinkId: string }): Promise<KnownRow | null> {
  const [row] = await run<KnownRow>(sql, knownOfLaunch, [registrationId, launch.deploymentId, launch.sub, launch.contextId, launch.resourceLinkId]);
  return row ?? null;
}

const heldSignIns = {
  name: 'held-sign-ins',
  text: `select s.id from unnest($1::varchar[], $2::bytea[]) as shown (id, secret_hash)
           join sign_in s on s.id = shown.id and s.secret_hash = shown.secret_hash
          where s.ended_at is null order by s.created_at desc, s.id`,
};

/** Of the sign-ins whose cookies a browser showed, those that live and whose secret it knows, newest first. */
export async function listHeldSignIns(sql: Sql, ids: readonly string[], secretHashes: readonly Buffer[]): Promise<string[]> {
  return (await run<{ id: string }>(sql, heldSignIns, [ids, secretHashes])).map(({ id }) => id);
}
