// Whose a notice is, and where handlers are registered.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { NoticeAddress } from '../../lti/notices.ts';
import type { ServiceRegistration } from '../../lti/services-http.ts';

export type NoticeRegistration = { id: string; issuer: string; clientId: string; keysetUrl: string };

const registrationStatement = {
  name: 'registration-of-notice',
  text: `select id, issuer, client_id as "clientId", keyset_url as "keysetUrl" from platform_registration
          where issuer = $1 and client_id = any($2) and active and held_reason is null order by array_position($2::varchar[], client_id) limit 1`,
};

/** The registration that a notice, still unproven, says it is for. */
export async function findOptionalRegistration(sql: Sql, { issuer, clientIds }: NoticeAddress): Promise<NoticeRegistration | null> {
  const [row] = await run<NoticeRegistration>(sql, registrationStatement, [issuer, clientIds]);
  return row ?? null;
}

export type NoticeService = { serviceUrl: string; types: string[]; registration: ServiceRegistration };

const serviceStatement = {
  name: 'notice-service',
  text: `
    select d.notices_url as "serviceUrl", d.notice_types as types,
           r.id, r.issuer, r.client_id as "clientId", r.token_url as "tokenUrl", r.token_audience as "tokenAudience", r.product_family_code as "productFamilyCode",
           r.authentication_url as "authenticationUrl", r.keyset_url as "keysetUrl", r.granted_scopes as "grantedScopes"
      from deployment d join platform_registration r on r.id = d.registration_id
     where d.id = $1 and d.notices_url is not null and d.organisation_id is not null and r.active and r.held_reason is null`,
};

/** Where a deployment takes our handlers; null where it takes none. */
export async function findOptionalNoticeService(sql: Sql, deploymentId: string): Promise<NoticeService | null> {
  const [row] = await run<Omit<NoticeService, 'registration'> & ServiceRegistration>(sql, serviceStatement, [deploymentId]);
  if (!row) return null;
  const { serviceUrl, types, ...registration } = row;
  return { serviceUrl, types, registration };
}
