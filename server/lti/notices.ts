// Platform Notification Service 1.0: what platforms tell us outside of any launch, and how we ask them to.
import { asObject, readId, readName } from './claim-values.ts';
import { readUnproven, verifyMessage } from './id-token.ts';
import type { TokenExpectation } from './id-token.ts';
import { accept, refuse } from './refusal.ts';
import type { Result } from './refusal.ts';
import type { ServiceProblem } from './service-problem.ts';
import type { PlatformServices, ServiceRegistration } from './services-http.ts';

export const noticeHandlersScope = 'https://purl.imsglobal.org/spec/lti/scope/noticehandlers';

/** The kinds of notice that we ask for. */
export const noticeTypes = ['LtiContextCopyNotice', 'LtiHelloWorldNotice'] as const;
export type NoticeType = (typeof noticeTypes)[number];

const lti = 'https://purl.imsglobal.org/spec/lti/claim/';
const mostNotices = 100;
const mostOrigins = 50;
const longestIssuer = 2048;

/** What a notice says of itself before anything is proven: enough to find out whose it would be. */
export type NoticeAddress = { issuer: string; clientIds: string[] };

/** `nonce` and `id` are given for seeing that none is taken twice (rule 91); platforms may send one notice more than once. */
export type Notice = {
  id: string;
  type: string;
  sentAt: Temporal.Instant | null;
  deploymentId: string;
  nonce: string;
  content:
    /** A course was copied: `context` is the new one, `origins` are the ids of those it came from, at the same deployment or not. */
    | { kind: 'context-copy'; context: { id: string; title?: string; label?: string }; origins: string[] }
    | { kind: 'hello-world' }
    /** A kind that we did not ask for: nothing is to be done. */
    | { kind: 'other' };
};

/** The signed notices in a body, `{ "notices": [{ "jwt": … }] }`; null when it is no such body. Lines without a JWT are left out. */
export function readNoticeBody(body: unknown): string[] | null {
  const { notices } = asObject(body);
  if (!Array.isArray(notices) || notices.length > mostNotices) return null;
  return notices.map((notice) => asObject(notice)['jwt']).filter((jwt): jwt is string => typeof jwt === 'string' && jwt !== '');
}

/** Whose a notice says it is, unproven; null when it cannot be read. Good for finding the registration, for nothing else. */
export function readNoticeAddress(jwt: string): NoticeAddress | null {
  const { iss, aud, azp } = readUnproven(jwt)?.claims ?? {};
  const clientIds = [azp, ...(Array.isArray(aud) ? aud as unknown[] : [aud])].map(readId).filter((id) => id !== undefined);
  if (typeof iss !== 'string' || iss === '' || iss.length > longestIssuer || iss.includes('\0') || !iss.isWellFormed() || clientIds.length === 0) return null;
  return { issuer: iss, clientIds: [...new Set(clientIds)].slice(0, 5) };
}

/**
 * Checks a notice as an id_token is checked, and reads it. It has no login: its own `id` and `nonce` tell a repeated one.
 * Refusals: those of the token's envelope, `version.unsupported`, `nonce.missing`, `claim.missing`, `claim.malformed`.
 */
export async function verifyNotice(jwt: string, expected: Omit<TokenExpectation, 'nonceHash'>): Promise<Result<Notice>> {
  const verified = await verifyMessage(jwt, expected);
  return verified.ok ? readNotice(verified.value) : verified;
}

/** The notice in verified claims. */
export function readNotice(claims: Record<string, unknown>): Result<Notice> {
  const { id, timestamp, type } = asObject(claims[`${lti}notice`]);
  const nonce = readId(claims['nonce']);
  const notice = { id: readId(id), type: readId(type), deploymentId: readId(claims[`${lti}deployment_id`]) };
  const version = claims[`${lti}version`];
  if (version !== undefined && version !== '1.3.0') return refuse('version.unsupported');
  if (nonce === undefined) return refuse('nonce.missing');
  const missing = [notice.id === undefined && 'notice.id', notice.type === undefined && 'notice.type', notice.deploymentId === undefined && 'deployment_id'].filter((name) => name !== false);
  if (notice.id === undefined || notice.type === undefined || notice.deploymentId === undefined) return refuse('claim.missing', missing.join(', '));
  const content = readContent(notice.type, claims);
  if (!content) return refuse('claim.missing', 'context.id, origin_contexts');
  return accept({ id: notice.id, type: notice.type, deploymentId: notice.deploymentId, nonce, sentAt: readInstant(timestamp), content });
}

function readContent(type: string, claims: Record<string, unknown>): Notice['content'] | null {
  if (type === 'LtiHelloWorldNotice') return { kind: 'hello-world' };
  if (type !== 'LtiContextCopyNotice') return { kind: 'other' };
  const context = asObject(claims[`${lti}context`]);
  const id = readId(context['id']);
  const given = claims[`${lti}origin_contexts`];
  if (id === undefined || !Array.isArray(given)) return null;
  const [title, label] = [readName(context['title']), readName(context['label'])];
  const origins = (given as unknown[]).map(readId).filter((origin) => origin !== undefined).slice(0, mostOrigins);
  return { kind: 'context-copy', context: { id, ...(title !== undefined && { title }), ...(label !== undefined && { label }) }, origins };
}

/**
 * Asks a deployment's platform to send one kind of notice to `handler`, a whole address of ours; an empty text takes the
 * handler away. There is one for each kind: asking again replaces it. Only where a launch offered it (its claim names the scope).
 */
export async function putNoticeHandler(services: PlatformServices, registration: ServiceRegistration, serviceUrl: string, { type, handler }: { type: NoticeType; handler: string }): Promise<{ outcome: 'done' } | ServiceProblem> {
  const answer = await services.call(registration, {
    scopes: [noticeHandlersScope], namedByLaunch: true, method: 'PUT', url: serviceUrl, accept: 'application/json', contentType: 'application/json', json: { notice_type: type, handler },
  });
  return answer.outcome === 'done' ? { outcome: 'done' } : answer;
}

/** Which handlers a deployment's platform has of ours, by kind. */
export async function readNoticeHandlers(services: PlatformServices, registration: ServiceRegistration, serviceUrl: string): Promise<{ outcome: 'done'; handlers: Record<string, string> } | ServiceProblem> {
  const answer = await services.call(registration, { scopes: [noticeHandlersScope], namedByLaunch: true, method: 'GET', url: serviceUrl, accept: 'application/json' });
  if (answer.outcome !== 'done') return answer;
  const { notice_handlers: list } = asObject(answer.json);
  if (!Array.isArray(list)) return { outcome: 'refused', code: 'answer.not_json', status: answer.status };
  const handlers = list.map(asObject).flatMap(({ notice_type: type, handler }) => typeof type === 'string' && typeof handler === 'string' && handler !== '' ? [[type, handler] as const] : []);
  return { outcome: 'done', handlers: Object.fromEntries(handlers) };
}

function readInstant(value: unknown): Temporal.Instant | null {
  try {
    return typeof value === 'string' ? Temporal.Instant.from(value) : null;
  } catch {
    return null;
  }
}
