// One-time registration links, and the platform that one of them connects.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { ClientRegistration, PlatformConfiguration } from '../../lti/dynamic-registration.ts';
import { hashSecret, newSecret } from '../../lti/login.ts';
import type { RegistrationRefusal } from '../../lti/registration-refusal.ts';
import type { LinkRow } from './queries.ts';

const linkLasts = Temporal.Duration.from({ hours: 1 });
/** Longer than our two calls to a platform may take together. */
const registeringLasts = Temporal.Duration.from({ seconds: 30 });

const insertLink = { name: 'insert-registration-link', text: 'insert into registration_link (token_hash, organisation_id, expires_at) values ($1, $2, $3)' };
const audit = {
  name: 'audit-registration',
  text: 'insert into audit_event (at, action, reason, reference, organisation_id, registration_id, detail) values ($1, $2, $3, $4, $5, $6, $7)',
};

/** The token of a link with which one platform may register itself for an organisation (its id): good once, for an hour. */
export async function makeRegistrationLink(pool: Pool, { organisationId }: { organisationId: string }, now: Temporal.Instant): Promise<string> {
  return inTransaction(pool, async (sql) => {
    const token = newSecret();
    await run(sql, insertLink, [hashSecret(token), organisationId, String(now.add(linkLasts))]);
    await run(sql, audit, [String(now), 'registration.link', null, null, organisationId, null, null]);
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
  name: 'insert-dynamic-registration',
  text: `insert into platform_registration (id, organisation_id, name, issuer, client_id, authentication_url, token_url, keyset_url, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (issuer, client_id) do nothing returning id`,
};
const insertDeployment = {
  name: 'insert-dynamic-deployment',
  text: 'insert into deployment (registration_id, deployment_id, organisation_id, created_at, approved_at) values ($1, $2, $3, $4, $4)',
};

/**
 * Spends the link and keeps the registration, with its deployment approved where the platform named one: all or
 * nothing. An issuer and client id that are registered already are never overwritten (rule 87).
 */
export async function keepRegistration(pool: Pool, link: LinkRow, { registrationId, name, platform, client }: RegisteredPlatform, now: Temporal.Instant): Promise<'kept' | 'exists' | 'link-used'> {
  return inTransaction(pool, async (sql) => {
    if ((await run(sql, unspentLink, [link.tokenHash])).length === 0) return 'link-used';
    const kept = await run(sql, insertRegistration, [
      registrationId, link.organisationId, name, platform.issuer, client.clientId, platform.authenticationUrl, platform.tokenUrl, platform.keysetUrl, String(now),
    ]);
    if (kept.length === 0) return 'exists';
    await run(sql, spendLink, [link.tokenHash, String(now)]);
    const noted = (action: string, detail: Record<string, unknown>) => run(sql, audit, [String(now), action, null, null, link.organisationId, registrationId, JSON.stringify(detail)]);
    await noted('platform.registered', {
      name, issuer: platform.issuer, clientId: client.clientId, dynamic: true, scopesMissing: client.scopesMissing, authorizationServer: platform.authorizationServer,
    });
    if (client.deploymentId !== null) {
      await run(sql, insertDeployment, [registrationId, client.deploymentId, link.organisationId, String(now)]);
      await noted('deployment.approved', { deploymentId: client.deploymentId, dynamic: true });
    }
    return 'kept';
  });
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
