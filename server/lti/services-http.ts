// The one door to LTI Advantage services: whose host may be called, with which token, what an answer means, page after page.
// Source: 1EdTech Security Framework 1.0, section 4; AGS 2.0 and NRPS 2.0 share its rules.
import { problemOfFailure, retryAfter } from './access-tokens.ts';
import type { AccessTokens, TokenRegistration } from './access-tokens.ts';
import { areRelated } from './dynamic-registration.ts';
import { isSharedCloud, profileOf } from './lms-profiles.ts';
import type { LmsProfile } from './lms-profiles.ts';
import type { Outbound, OutboundAnswer } from './outbound.ts';
import { readableAnswer } from './service-problem.ts';
import type { ServiceProblem } from './service-problem.ts';

/** What of a registration a call needs; a row of platform_registration has it all. */
export type ServiceRegistration = TokenRegistration & {
  authenticationUrl: string;
  keysetUrl: string;
  /** The scopes that the platform said it granted; null where it did not say. */
  grantedScopes: readonly string[] | null;
};

export type ServiceCall = {
  /** The scopes to ask a token for: any of them opens this call. */
  scopes: readonly string[];
  /** Whether a launch named these scopes: that is newer than what the registration was told. */
  namedByLaunch?: boolean;
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  url: string;
  /** The exact media types of the specification: Moodle takes no other, and no list of them. */
  accept?: string;
  contentType?: string;
  /** What is sent, as JSON. */
  json?: unknown;
  maxBytes?: number;
  /** For what is dated: a 409, or a 400 with this text, means that the platform has something newer. */
  staleBy?: RegExp | null;
};

/** A 2xx answer. `json` is undefined where the body is no JSON: scores are often answered with nothing. */
export type ServiceAnswer = { outcome: 'done'; status: number; json: unknown; link: string | undefined };

/** How the reading of pages ended. Only `complete` means that all was read. */
export type PagesEnd = { outcome: 'complete' } | { outcome: 'incomplete'; problem: ServiceProblem };

export type PlatformServices = {
  /** One call, with a token. Never throws for what a platform does. */
  call(registration: ServiceRegistration, call: ServiceCall): Promise<ServiceAnswer | ServiceProblem>;
  /**
   * GETs a page and those that follow it by `Link: rel="next"`, one at a time. The last step is always the end.
   * A next page on another origin, one seen before, or one too many ends it as incomplete (rules 88 and 89).
   */
  pages(registration: ServiceRegistration, call: Omit<ServiceCall, 'method' | 'json' | 'contentType'> & { patience?: Patience }): AsyncGenerator<{ kind: 'page'; json: unknown } | { kind: 'end'; end: PagesEnd }, void>;
  profileOf(registration: ServiceRegistration): LmsProfile;
};

/**
 * Milliseconds to wait before each further try of a page that failed at once: of two hundred pages one may fail, and
 * beginning anew would meet the next. A platform that does not answer is not waited for.
 */
export type Patience = readonly number[];

const mostPages = 1000;
/** A platform that asks for a longer pause than this, in seconds, gets it between two readings. */
const longestPauseInside = 10;
const longestUrl = 4096;

/** One per process. */
export function createPlatformServices({ outbound, tokens, allowLocal }: { outbound: Outbound; tokens: AccessTokens; allowLocal: boolean }): PlatformServices {
  return { call, pages, profileOf };

  async function call(registration: ServiceRegistration, request: ServiceCall): Promise<ServiceAnswer | ServiceProblem> {
    const wrong = addressProblem(request.url, registration, allowLocal);
    if (wrong) return wrong;
    const scopes = request.scopes.filter((scope) => request.namedByLaunch || (registration.grantedScopes?.includes(scope) ?? true));
    if (scopes.length === 0) return { outcome: 'refused', code: 'scope.missing' };

    const first = await attempt(registration, request, scopes);
    // A token may end before its time: one new one, and only one.
    return first.outcome === 'refused' && first.code === 'call.unauthorised' ? attempt(registration, request, scopes) : first;
  }

  async function attempt(registration: ServiceRegistration, { method, url, accept, contentType, json, maxBytes, staleBy }: ServiceCall, scopes: readonly string[]): Promise<ServiceAnswer | ServiceProblem> {
    const token = await tokens.get(registration, scopes);
    if (token.outcome !== 'done') return token;
    if (!token.scopes.some((scope) => scopes.includes(scope))) return { outcome: 'refused', code: 'scope.missing' };

    const answer = await outbound.request({
      method,
      url,
      headers: {
        authorization: `Bearer ${token.token}`,
        ...(accept !== undefined && { accept }),
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
      ...(maxBytes !== undefined && { maxBytes }),
    });
    if (!answer.ok) return problemOfFailure(answer);
    if (answer.status === 401) tokens.forget(token.token);
    return meaningOf(answer, { staleBy, throttledBy: profileOf(registration).throttledBy, secret: token.token });
  }

  async function* pages(registration: ServiceRegistration, { patience = [], ...request }: Parameters<PlatformServices['pages']>[1]): ReturnType<PlatformServices['pages']> {
    const seen = new Set<string>();
    let url = request.url;
    for (;;) {
      seen.add(url);
      const answer = await callPatiently(registration, { ...request, method: 'GET', url }, patience);
      if (answer.outcome !== 'done') return yield incomplete(answer);
      if (answer.json === undefined) return yield incomplete({ outcome: 'retry', code: 'answer.not_json', status: answer.status });
      yield { kind: 'page', json: answer.json };

      const next = nextLink(answer.link, url);
      if (next === null) return yield { kind: 'end', end: { outcome: 'complete' } };
      if (URL.parse(next)?.origin !== new URL(request.url).origin) return yield incomplete({ outcome: 'refused', code: 'pages.elsewhere' });
      if (seen.has(next)) return yield incomplete({ outcome: 'refused', code: 'pages.loop' });
      if (seen.size >= mostPages || next.length > longestUrl) return yield incomplete({ outcome: 'refused', code: 'pages.too_many' });
      url = next;
    }
  }

  async function callPatiently(registration: ServiceRegistration, request: ServiceCall, [pause, ...more]: Patience): Promise<ServiceAnswer | ServiceProblem> {
    const answer = await call(registration, request);
    if (pause === undefined || answer.outcome !== 'retry' || !failsAtOnce.has(answer.code) || (answer.retryAfterSeconds ?? 0) > longestPauseInside) return answer;
    await new Promise((resolve) => { setTimeout(resolve, Math.max(pause, (answer.retryAfterSeconds ?? 0) * 1000)); });
    return callPatiently(registration, request, more);
  }
}

const failsAtOnce: ReadonlySet<string> = new Set(['platform.failed', 'platform.throttled']);

function incomplete(problem: ServiceProblem): { kind: 'end'; end: PagesEnd } {
  return { kind: 'end', end: { outcome: 'incomplete', problem } };
}

/**
 * Whether a service at this address may be a platform's own (rule 71), by the host and the port:
 *
 * 1. the host of the issuer, or of the authentication, token or key set URL, or one below or beside it under the same
 *    domain. So Canvas's `school.instructure.com` belongs to `canvas.instructure.com`, and a Brightspace customer's own
 *    host, which is its issuer, needs no tie to `auth.brightspace.com`;
 * 2. where the key set is that of a cloud with one key for all its institutions (Canvas, Blackboard), any host: there
 *    schools have host names of their own, such as `canvas.school.edu`, of which nothing in the registration knows. The
 *    address was in a token that the cloud signed, no institution can write it, and what we send there is a token of that
 *    very cloud. What a self-hosted Canvas sends under the cloud's issuer has its own key set, so rule 1 is for it.
 *
 * Private addresses are not judged here: `outbound` looks at what a name resolves to.
 */
export function isOwnHost(serviceUrl: string, { issuer, authenticationUrl, tokenUrl, keysetUrl }: Pick<ServiceRegistration, 'issuer' | 'authenticationUrl' | 'tokenUrl' | 'keysetUrl'>): boolean {
  const url = URL.parse(serviceUrl);
  if (!url) return false;
  if (isSharedCloud(keysetUrl)) return url.protocol === 'https:' && url.port === '';
  return [issuer, authenticationUrl, tokenUrl, keysetUrl].some((address) => {
    const known = URL.parse(address);
    return known !== null && known.hostname !== '' && known.port === url.port && areRelated(url.hostname, known.hostname);
  });
}

/** Rule 71. Null when the address may be called. */
export function addressProblem(address: string, registration: ServiceRegistration, allowLocal: boolean): ServiceProblem | null {
  const url = URL.parse(address);
  const isUsable = url !== null && (url.protocol === 'https:' || (allowLocal && url.protocol === 'http:')) && url.username === '' && url.password === '' && address.length <= longestUrl;
  if (!isUsable) return { outcome: 'refused', code: 'address.bad' };
  return isOwnHost(address, registration) ? null : { outcome: 'refused', code: 'address.foreign' };
}

/** What an answer means for whoever asked. */
function meaningOf({ status, headers, body }: OutboundAnswer, { staleBy, throttledBy, secret }: { staleBy: RegExp | null | undefined; throttledBy: RegExp | null; secret: string }): ServiceAnswer | ServiceProblem {
  if (status >= 200 && status <= 299) {
    // A log-in or maintenance page in place of the service is no success, though it says 200.
    return body.subarray(0, 200).toString('latin1').trimStart().startsWith('<')
      ? { outcome: 'retry', code: 'answer.not_json', status }
      : { outcome: 'done', status, json: parseJson(body), link: oneHeader(headers.link) };
  }
  const said = readableAnswer(body, secret);
  const text = said.said ?? '';
  if (status === 429 || (status === 403 && throttledBy?.test(text))) return { outcome: 'retry', code: 'platform.throttled', status, ...retryAfter(headers['retry-after']) };
  if (staleBy !== undefined && (status === 409 || (status === 400 && staleBy?.test(text)))) return { outcome: 'stale', code: 'score.stale', status, ...said };
  if (status === 408 || status === 425 || status >= 500) return { outcome: 'retry', code: 'platform.failed', status, ...said, ...retryAfter(headers['retry-after']) };
  if (status === 401) return { outcome: 'refused', code: 'call.unauthorised', status, ...said };
  if (status === 403) return { outcome: 'refused', code: 'call.forbidden', status, ...said };
  if (status === 404 || status === 410) return { outcome: 'refused', code: 'call.not_found', status, ...said };
  return { outcome: 'refused', code: 'call.invalid', status, ...said };
}

/**
 * The address of `rel="next"` in a Link header (RFC 8288), or null. Moodle escapes it as if it were HTML (`&amp;`) and
 * puts curly quotes around the relation, which come in as UTF-8 read byte by byte.
 */
export function nextLink(header: string | undefined, base: string): string | null {
  if (header === undefined) return null;
  const text = Buffer.from(header, 'latin1').toString('utf8').replace(/[“”]/g, '"');
  for (const [, target = '', parameters = ''] of text.matchAll(/<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;<]*))*)/g)) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|([^\s",;]*))/i.exec(parameters);
    const names = (relations?.[1] ?? relations?.[2] ?? '').toLowerCase().split(/\s+/);
    // What cannot be read as an address is still a next page: it must not look as if this one were the last.
    if (names.includes('next')) return URL.parse(target.trim().replaceAll('&amp;', '&'), base)?.href ?? target;
  }
  return null;
}

/** An address with further parameters in its query, which Moodle's have already (`?type_id=1`). */
export function withQuery(address: string, parameters: Record<string, string | number | null | undefined>): string {
  const url = new URL(address);
  for (const [name, value] of Object.entries(parameters)) if (value !== null && value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

function oneHeader(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join(', ') : header;
}

function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)) as unknown;
  } catch {
    return undefined;
  }
}
