// What every call of a service must bring before anything is looked at: a good token, its scope, the right media types.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Platform, RegisteredTool } from './platform.ts';

/** What a call needs. With several scopes, any one of them is enough. */
export type Entry = {
  scopes: readonly string[];
  /** What the Accept header must be, exactly. */
  accept?: string;
  /** What the Content-Type must be; parameters such as charset are let pass. */
  contentType?: string;
};

/**
 * The tool that calls, when it may; null when it may not, and then the reply is sent: 401 without a good token, 403
 * without the scope (RFC 6750, 3.1), and what the LMS of the profile says to a wrong media type.
 */
export function enter(platform: Platform, request: FastifyRequest, reply: FastifyReply, { scopes, accept, contentType }: Entry): RegisteredTool | null {
  const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const token = given === undefined ? undefined : platform.tokens.find(given);
  const tool = token && platform.tools.find(({ clientId }) => clientId === token.clientId);
  if (!token || !tool) {
    void reply.code(401).header('www-authenticate', given === undefined ? 'Bearer' : 'Bearer error="invalid_token"').send({ error: 'invalid_token', error_description: 'The access token is missing, unknown, ended or revoked.' });
    return null;
  }
  if (!scopes.some((scope) => token.scopes.includes(scope))) {
    void reply.code(403).header('www-authenticate', `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"`).send({ error: 'insufficient_scope', error_description: `This needs ${scopes.join(' or ')}.` });
    return null;
  }
  const { wrongAccept, wrongContentType } = platform.profile.mediaTypes;
  if (accept !== undefined && request.headers.accept !== accept) {
    void reply.code(wrongAccept).send({ error: 'not_acceptable', error_description: `Accept must be ${accept}.` });
    return null;
  }
  if (contentType !== undefined && mediaTypeOf(request.headers['content-type']) !== contentType) {
    void reply.code(wrongContentType).send({ error: 'unsupported_media_type', error_description: `Content-Type must be ${contentType}.` });
    return null;
  }
  return tool;
}

/** JSON under exactly this media type: Fastify would add a charset to a text. */
export function sendJson(reply: FastifyReply, type: string, value: unknown): FastifyReply {
  return reply.type(type).send(Buffer.from(JSON.stringify(value)));
}

/** The JSON object of a body; null when it is none. */
export function jsonObjectIn(body: unknown): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(String(body));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null;
  } catch {
    return null;
  }
}

/** A page's place in a list: `from` counts from 0, `size` is null for all the rest. */
export type Page = { from: number; size: number | null };

/** Reads `limit` and `from`; null when either is no number. A limit above `longest` is cut to it. */
export function pageIn(query: URLSearchParams, { usual, longest = Infinity }: { usual: number | null; longest?: number }): Page | null {
  const from = Number(query.get('from') ?? 0);
  const limit = query.has('limit') ? Number(query.get('limit')) : usual;
  if (!Number.isInteger(from) || from < 0 || (limit !== null && (!Number.isInteger(limit) || limit < 1))) return null;
  return { from, size: limit === null ? null : Math.min(limit, longest) };
}

/** The address of the page after this one, by the one that was asked for; null when this is the last. */
export function nextPageUrl(url: URL, { from, size }: Page, total: number): URL | null {
  if (size === null || from + size >= total) return null;
  const next = new URL(url);
  next.searchParams.set('limit', String(size));
  next.searchParams.set('from', String(from + size));
  return next;
}

function mediaTypeOf(header: string | undefined): string {
  return (header ?? '').split(';')[0]!.trim().toLowerCase();
}
