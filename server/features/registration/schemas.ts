// What an LMS sends along with a registration link, as a query, and our own forms send back.
import { Type } from 'typebox';
import { rowId } from '../../domain/row-id.ts';
import { refuseRegistration } from '../../lti/registration-refusal.ts';
import type { RegistrationResult } from '../../lti/registration-refusal.ts';

export type RegistrationRequest = { configurationUrl: string; registrationToken: string | null };

const longestUrl = 2048;

/** Read by hand and not by a schema, because what is wrong gets a page that says what to do. Whether the address may be called is decided when it is called. */
export function readRegistrationRequest(given: unknown): RegistrationResult<RegistrationRequest> {
  const { openid_configuration: url, registration_token: token } = (given ?? {}) as Record<string, unknown>;
  if (url === undefined || url === '') return refuseRegistration('request.no_configuration');
  if (typeof url !== 'string' || url.length > longestUrl || url.includes('\0')) return refuseRegistration('request.malformed', { detail: 'openid_configuration' });
  if (token === undefined || token === '') return { ok: true, value: { configurationUrl: url, registrationToken: null } };
  // It becomes a header: RFC 6750 allows fewer characters still.
  if (typeof token !== 'string' || !/^[\x21-\x7e]{1,8192}$/.test(token)) return refuseRegistration('request.malformed', { detail: 'registration_token' });
  return { ok: true, value: { configurationUrl: url, registrationToken: token } };
}

export const GuideParams = Type.Object({ lms: Type.String({ maxLength: 40 }) });
export const LinkForm = Type.Object({ organisation: Type.Optional(Type.String({ pattern: rowId })) });
// Everything is optional here because the page says in words what is missing, beside what was typed.
export const ConnectForm = Type.Object({
  organisation: Type.Optional(Type.String({ pattern: rowId })),
  name: Type.Optional(Type.String()),
  issuer: Type.Optional(Type.String()),
  clientId: Type.Optional(Type.String()),
  authenticationUrl: Type.Optional(Type.String()),
  tokenUrl: Type.Optional(Type.String()),
  keysetUrl: Type.Optional(Type.String()),
  tokenAudience: Type.Optional(Type.String()),
  deploymentId: Type.Optional(Type.String()),
});
