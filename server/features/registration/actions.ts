// One-time registration links, the platform that one of them connects, and one that somebody connects by hand.
import { randomUUID } from 'node:crypto';
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { ClientRegistration, PlatformConfiguration } from '../../lti/dynamic-registration.ts';
import { hashSecret, newSecret } from '../../lti/login.ts';
import type { ManualRegistration } from '../../lti/manual-registration.ts';
import type { RegistrationRefusal } from '../../lti/registration-refusal.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { LinkRow } from './queries.ts';

const linkLasts = Temporal.Duration.from({ hours: 1 });
/** Longer than our two calls to a platform may take together. */
const registeringLasts = Temporal.Duration.from({ seconds: 30 });

const insertLink = { name: 'insert-registration-link', text: 'insert into registration_link (token_hash, organisation_id, expires_at) values ($1, $2, $3)' };
const audit = {
  name: 'audit-registration',
  text: 'insert into audit_event (at, action, reason, reference, organisation_id, registration_id, detail, actor_id) values ($1, $2, $3, $4, $5, $6, $7, $8)',
};

/**
 * The token of a link with which one platform may register itself for an organisation (its id): good once, for an hour.
 * @param actorId who asked for it on a page; null on the command line
 */
export async function makeRegistrationLink(pool: Pool, { organisationId, actorId = null }: { organisationId: string; actorId?: string | null }, now: Temporal.Instant): Promise<string> {
  return inTransaction(pool, async (sql) => {
    const token = newSecret();
    await run(sql, insertLink, [hashSecret(token), organisationId, String(now.add(linkLasts))]);
    await run(sql, audit, [String(now), 'registration.link', null, null, organisationId, null, null, actorId]);
    return token;
  });
}

const keepConfigurationStatement = {
  name: 'keep-registration-configuration',
  text: 'update registration_link set configuration_url = $2, configuration = $3 where token_hash = $1 and used_at is null',
};

/** Keeps a good configuration with the link until somebody confirms it. */
export async function keepConfiguration(sql: Sql, { tokenHash }: LinkRow, configuration: { url: string; value: PlatformConfiguration }): Promise<void> {
  await run(sql, keepConfigurationStatement, [tokenHash, configuration.url, JSON.stringify(configuration.value)]);
}

const beginRegisteringStatement = {
  name: 'begin-registering',
  text: `update registration_link set busy_until = $3
          where token_hash = $1 and used_at is null and expires_at > $2 and (busy_until is null or busy_until <= $2) returning 1`,
};
const stopRegisteringStatement = { name: 'stop-registering', text: 'update registration_link set busy_until = null where token_hash = $1' };

/** Takes the link for one try at the platform; false while another try is under way. */
export async function beginRegistering(sql: Sql, { tokenHash }: LinkRow, now: Temporal.Instant): Promise<boolean> {
  return (await run(sql, beginRegisteringStatement, [tokenHash, String(now), String(now.add(registeringLasts))])).length > 0;
}

/** After a try that came to nothing: the link is good for another. */
export async function stopRegistering(sql: Sql, { tokenHash }: LinkRow): Promise<void> {
  await run(sql, stopRegisteringStatement, [tokenHash]);
}

export type RegisteredPlatform = {
  /** Chosen before the platform was asked, because the login address that it was told holds it. */
  registrationId: string;
  name: string;
  platform: PlatformConfiguration;
  client: ClientRegistration;
};

const unspentLink = { name: 'lock-registration-link', text: 'select 1 from registration_link where token_hash = $1 and used_at is null for update' };
const spendLink = {
  name: 'spend-registration-link',
  text: 'update registration_link set used_at = $2, busy_until = null, configuration_url = null, configuration = null where token_hash = $1',
};
const insertRegistration = {
  name: 'insert-connected-registration',
  text: `insert into platform_registration (id, organisation_id, name, issuer, client_id, authentication_url, token_url, keyset_url, created_at,
                                            product_family_code, token_audience, granted_scopes, held_reason, active)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12::text[], $13::varchar, $13::varchar is null)
         on conflict (issuer, client_id) do nothing returning id`,
};
const insertDeployment = {
  name: 'insert-connected-deployment',
  text: 'insert into deployment (registration_id, deployment_id, organisation_id, created_at, approved_at) values ($1, $2, $3, $4, $4)',
};

/**
 * Spends the link and keeps the registration, with its deployment approved where the platform named one: all or
 * nothing. One that an operator must look at (rule 84) is kept switched off. An issuer and client id that are
 * registered already are never overwritten (rule 87).
 */
export async function keepRegistration(pool: Pool, link: LinkRow, { registrationId, name, platform, client }: RegisteredPlatform, now: Temporal.Instant): Promise<'kept' | 'exists' | 'link-used'> {
  return inTransaction(pool, async (sql) => {
    if ((await run(sql, unspentLink, [link.tokenHash])).length === 0) return 'link-used';
    const kept = await connect(sql, {
      ...platform, id: registrationId, organisationId: link.organisationId, actorId: null, name, clientId: client.clientId, deploymentId: client.deploymentId, grantedScopes: client.grantedScopes,
      noted: { dynamic: true, scopesMissing: client.scopesMissing },
    }, now);
    if (!kept) return 'exists';
    await run(sql, spendLink, [link.tokenHash, String(now)]);
    return 'kept';
  });
}

/**
 * Connects a platform by what an administrator or operator typed in; the same promises as `keepRegistration`. Returns
 * the id of the registration; null where issuer and client id are registered already, by whomever.
 * @param registration its organisation has been found to be one that this viewer may connect for
 */
export async function connectByHand(pool: Pool, viewer: Viewer, registration: ManualRegistration & { organisationId: string }, now: Temporal.Instant): Promise<string | null> {
  const id = randomUUID();
  const kept = await inTransaction(pool, (sql) => connect(sql, { ...registration, id, actorId: viewer.personId ?? viewer.administratorId, grantedScopes: null, noted: { byHand: true } }, now));
  return kept ? id : null;
}

type Connection = {
  id: string;
  organisationId: string;
  actorId: string | null;
  name: string;
  issuer: string;
  clientId: string;
  authenticationUrl: string;
  tokenUrl: string;
  keysetUrl: string;
  deploymentId: string | null;
  productFamily: string | null;
  tokenAudience: string | null;
  grantedScopes: readonly string[] | null;
  heldReason: string | null;
  /** More for the audit. */
  noted: Record<string, unknown>;
};

/** Writes a registration and its deployment; false where issuer and client id exist. */
async function connect(sql: Sql, connection: Connection, now: Temporal.Instant): Promise<boolean> {
  const { id, organisationId, actorId, name, issuer, clientId, deploymentId, tokenAudience, heldReason } = connection;
  const kept = await run(sql, insertRegistration, [
    id, organisationId, name, issuer, clientId, connection.authenticationUrl, connection.tokenUrl, connection.keysetUrl, String(now),
    connection.productFamily, tokenAudience, connection.grantedScopes, heldReason,
  ]);
  if (kept.length === 0) return false;
  const note = (action: string, detail: Record<string, unknown>) => run(sql, audit, [String(now), action, null, null, organisationId, id, JSON.stringify(detail), actorId]);
  await note('platform.registered', { name, issuer, clientId, tokenAudience, heldReason, ...connection.noted });
  if (deploymentId !== null) {
    await run(sql, insertDeployment, [id, deploymentId, organisationId, String(now)]);
    await note('deployment.approved', { deploymentId });
  }
  return true;
}

/**
 * Rows that refusals may cause in ten minutes, so that garbage does not fill the audit: a thousand by strangers without a
 * link, and a thousand by the links of one organisation, because whoever keeps an old link can send it for ever.
 */
const refusalsLimit = 1_000;
const auditRefusal = (name: string, isSame: string) => ({
  name,
  text: `
    insert into audit_event (at, action, reason, reference, organisation_id, detail)
    select $1::timestamptz, 'registration.refused', $2::varchar, $3::varchar, $4::uuid, $5::jsonb
     where (select count(*) from (select 1 from audit_event where ${isSame} and action = 'registration.refused' and at > $1::timestamptz - interval '10 minutes' limit ${refusalsLimit}) a) < ${refusalsLimit}`,
});
// Two statements, because an index finds the one and the other, and not "is not distinct from".
const auditStranger = auditRefusal('audit-registration-stranger', 'organisation_id is null');
const auditRefusedLink = auditRefusal('audit-registration-refused', 'organisation_id = $4::uuid');

/** The audit row that a refused registration leaves. What the platform wrote is not kept. */
export async function auditRegistrationRefusal(sql: Sql, { refusal, reference, organisationId }: { refusal: RegistrationRefusal; reference: string; organisationId: string | null }, now: Temporal.Instant): Promise<void> {
  const detail = organisationId === null ? null : JSON.stringify({ detail: refusal.detail ?? null });
  await run(sql, organisationId === null ? auditStranger : auditRefusedLink, [String(now), refusal.code, reference, organisationId, detail]);
}

const purgeLinksStatement = { name: 'purge-registration-links', text: `delete from registration_link where expires_at < $1::timestamptz - interval '30 days'` };

/** Removes registration links thirty days after their end, used or not; the audit keeps that they were. Returns how many. */
export async function purgeRegistrationLinks(sql: Pool, now: Temporal.Instant): Promise<number> {
  return (await sql.query({ ...purgeLinksStatement, values: [String(now)] })).rowCount ?? 0;
}
