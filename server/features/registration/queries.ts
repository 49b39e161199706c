// What is known of a registration link, of what its organisation has connected already, and for whom somebody may connect.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { hashSecret } from '../../lti/login.ts';
import type { PlatformConfiguration } from '../../lti/dynamic-registration.ts';

export type LinkRow = {
  tokenHash: Buffer;
  organisationId: string;
  organisationName: string;
  expiresAt: Temporal.Instant;
  used: boolean;
  /** The configuration that was last found good, and where. */
  configuration: { url: string; value: PlatformConfiguration } | null;
};

const linkByToken = {
  name: 'registration-link-by-token',
  text: `
    select l.organisation_id, o.name, l.expires_at, l.used_at is not null as used, l.configuration_url, l.configuration
      from registration_link l join organisation o on o.id = l.organisation_id
     where l.token_hash = $1`,
};

/** The link that a token belongs to, used or expired as it may be; null for a token that nobody made. */
export async function findOptionalLink(sql: Sql, token: string): Promise<LinkRow | null> {
  const tokenHash = hashSecret(token);
  const [row] = await run<{ organisation_id: string; name: string; expires_at: string; used: boolean; configuration_url: string | null; configuration: PlatformConfiguration | null }>(sql, linkByToken, [tokenHash]);
  if (!row) return null;
  return {
    tokenHash, organisationId: row.organisation_id, organisationName: row.name, expiresAt: toInstant(row.expires_at), used: row.used,
    // One that an older version kept lacks what this one needs; it is read anew.
    configuration: row.configuration_url === null || row.configuration === null || !('heldReason' in row.configuration) ? null : { url: row.configuration_url, value: row.configuration },
  };
}

const registrationsOfOrganisation = {
  name: 'registrations-of-organisation-and-issuer',
  text: 'select client_id as "clientId" from platform_registration where organisation_id = $1 and issuer = $2 order by created_at, id',
};

/** The client ids under which an organisation has connected this issuer already. Other organisations' are not told. */
export async function listClientIds(sql: Sql, { organisationId, issuer }: { organisationId: string; issuer: string }): Promise<string[]> {
  return (await run<{ clientId: string }>(sql, registrationsOfOrganisation, [organisationId, issuer])).map(({ clientId }) => clientId);
}
