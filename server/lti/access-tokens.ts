// Access tokens for a platform's services: client credentials, proven by a JWT that we sign
// (1EdTech Security Framework 1.0, section 4.1; RFC 6749, 4.4; RFC 7523).
import { randomUUID } from 'node:crypto';
import { isForeignAudience } from './dynamic-registration.ts';
import { profileOf } from './lms-profiles.ts';
import type { Outbound, OutboundAnswer, OutboundFailure } from './outbound.ts';
import { readableAnswer } from './service-problem.ts';
import type { ServiceProblem, ServiceProblemCode } from './service-problem.ts';
import { signJwt } from './tool-keys.ts';
import type { SigningKey } from './tool-keys.ts';

/** What of a registration a token request needs; a row of platform_registration has it all. */
export type TokenRegistration = {
  id: string;
  issuer: string;
  clientId: string;
  tokenUrl: string;
  tokenAudience: string | null;
  productFamilyCode: string | null;
};

/** `scopes` are those that the platform granted, which may be fewer than were asked for. */
export type AccessToken = { outcome: 'done'; token: string; scopes: readonly string[] };

export type AccessTokens = {
  /** A token for these scopes: the one that we have while it lasts, else a new one. Callers that ask at once share one request. */
  get(registration: TokenRegistration, scopes: readonly string[]): Promise<AccessToken | ServiceProblem>;
  /** A platform did not accept this token: it is not given again. */
  forget(token: string): void;
};

const assertionSeconds = 300;    // the longest life of an assertion that platforms accept
const marginSeconds = 60;        // a token is not used in its last minute
const unsaidSeconds = 300;       // how long a token is good when the platform does not say
const longestSeconds = 3600;     // what a platform withdraws should not work here for longer than an hour
const longestToken = 16 * 1024;
const mostTokens = 2000;
const jwtBearer = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

type Kept = AccessToken & { until: number };

/**
 * One per process.
 * @param signingKey gives the key that signs now; what it throws goes to the caller of `get`
 */
export function createAccessTokens({ outbound, signingKey, now }: { outbound: Outbound; signingKey: () => Promise<SigningKey>; now: () => Temporal.Instant }): AccessTokens {
  const kept = new Map<string, Kept>();
  const underWay = new Map<string, Promise<AccessToken | ServiceProblem>>();
  return { get, forget };

  async function get(registration: TokenRegistration, scopes: readonly string[]): Promise<AccessToken | ServiceProblem> {
    const asked = [...new Set(scopes)].toSorted();
    // With all that the request holds, so that a changed registration does not go on with the token of the old one.
    const key = JSON.stringify([registration.id, registration.clientId, registration.tokenUrl, audienceOf(registration), ...asked]);
    const known = kept.get(key);
    if (known && seconds() < known.until) return { outcome: 'done', token: known.token, scopes: known.scopes };

    const running = underWay.get(key);
    if (running) return running;
    const request = fetchToken(registration, asked, key).finally(() => underWay.delete(key));
    underWay.set(key, request);
    return request;
  }

  function forget(token: string): void {
    for (const [key, known] of kept) if (known.token === token) kept.delete(key);
  }

  async function fetchToken(registration: TokenRegistration, scopes: readonly string[], key: string): Promise<AccessToken | ServiceProblem> {
    const asked = Math.floor(seconds());
    const answer = await outbound.request({
      method: 'POST',
      url: registration.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: jwtBearer,
        client_assertion: signJwt(assertion(registration, asked), await signingKey()),
        scope: scopes.join(' '),
      }).toString(),
    });
    const token = answer.ok ? readTokenAnswer(answer, scopes) : problemOfFailure(answer);
    if (token.outcome !== 'done') return token;
    keep(key, token, asked);
    return { outcome: 'done', token: token.token, scopes: token.scopes };
  }

  function keep(key: string, { token, scopes, lifeSeconds }: ReadToken, asked: number): void {
    const until = asked + Math.min(lifeSeconds, longestSeconds) - marginSeconds;
    if (until <= seconds()) return;
    for (const [other, { until: end }] of kept) if (end <= seconds() || kept.size >= mostTokens) kept.delete(other);
    kept.set(key, { outcome: 'done', token, scopes, until });
  }

  function seconds(): number {
    return now().epochMilliseconds / 1000;
  }
}

/**
 * One text, never a list: Brightspace takes no other. What kind of LMS it is it says itself, in any launch: the audience
 * of its kind counts only where the request goes to its kind's own hosts.
 */
function audienceOf({ tokenAudience, tokenUrl, issuer, productFamilyCode }: TokenRegistration): string {
  const usual = profileOf({ productFamilyCode, issuer }).tokenAudience;
  return tokenAudience ?? (isForeignAudience(usual, tokenUrl) ? tokenUrl : usual ?? tokenUrl);
}

function assertion(registration: TokenRegistration, issuedAt: number): Record<string, unknown> {
  return {
    iss: registration.clientId,
    sub: registration.clientId,
    aud: audienceOf(registration),
    iat: issuedAt,
    exp: issuedAt + assertionSeconds,
    jti: randomUUID(),
  };
}

type ReadToken = AccessToken & { lifeSeconds: number };

/** RFC 6749, 5.1 and 5.2. The content type is not looked at: Moodle serves its JSON as text/html. */
function readTokenAnswer({ status, headers, body }: OutboundAnswer, asked: readonly string[]): ReadToken | ServiceProblem {
  const json = parseObject(body);
  if (status === 429 || status === 408 || status >= 500) {
    return { outcome: 'retry', code: status === 429 ? 'platform.throttled' : 'platform.failed', status, ...retryAfter(headers['retry-after']) };
  }
  if (status < 200 || status > 299) return { outcome: 'refused', code: refusalCode(status, json?.['error']), status, ...readableAnswer(body) };
  // A wrong address, or a page that says that the LMS is being looked after.
  if (!json) return { outcome: 'retry', code: 'token.not_json', status };

  const { access_token: token, token_type: type, expires_in: expires, scope } = json;
  // It goes into a header, so what could not stand there is no token.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token) || token.length > longestToken) return { outcome: 'refused', code: 'token.unusable', status, detail: 'access_token' };
  if (type !== undefined && !(typeof type === 'string' && type.toLowerCase() === 'bearer')) return { outcome: 'refused', code: 'token.unusable', status, detail: 'token_type' };
  const life = typeof expires === 'string' ? Number.parseInt(expires, 10) : expires;
  return {
    outcome: 'done',
    token,
    // Not said means as asked (RFC 6749, 5.1).
    scopes: typeof scope === 'string' && scope.trim() !== '' ? scope.trim().split(/\s+/) : asked,
    lifeSeconds: typeof life === 'number' && Number.isFinite(life) ? life : unsaidSeconds,
  };
}

function refusalCode(status: number, error: unknown): ServiceProblemCode {
  if (error === 'invalid_scope') return 'token.scope_refused';
  if (error === 'invalid_client' || error === 'unauthorized_client' || status === 401) return 'token.client_refused';
  return 'token.refused';
}

/** A failure of `outbound` as a problem, for the token and for the services alike. */
export function problemOfFailure({ reason, detail, status }: OutboundFailure): ServiceProblem {
  return { ...failures[reason], ...(detail !== undefined && { detail }), ...(status !== undefined && { status }) };
}

const failures: Record<OutboundFailure['reason'], Exclude<ServiceProblem, { outcome: 'stale' }>> = {
  'bad-url': { outcome: 'refused', code: 'address.bad' },
  'private-address': { outcome: 'refused', code: 'address.private' },
  'timeout': { outcome: 'retry', code: 'platform.timeout' },
  'network': { outcome: 'retry', code: 'platform.unreachable' },
  'redirect': { outcome: 'retry', code: 'platform.redirect' },
  'too-large': { outcome: 'refused', code: 'answer.too_large' },
  'status': { outcome: 'refused', code: 'call.invalid' },
  'not-json': { outcome: 'refused', code: 'answer.not_json' },
};

const longestPause = 24 * 3600;

/** `Retry-After` in seconds where it says so (RFC 9110, 10.2.3). A date is left out: it needs the platform's clock to be right. */
export function retryAfter(header: string | undefined): { retryAfterSeconds?: number } {
  return header !== undefined && /^\s*\d{1,9}\s*$/.test(header) ? { retryAfterSeconds: Math.min(Number(header), longestPause) } : {};
}

function parseObject(body: Uint8Array): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}
