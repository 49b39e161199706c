// What every answer tells the browser about who may frame it and what it may load.
import type { FastifyInstance, FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyReply {
    /** Origins that may frame this answer, and nobody else; null lets anyone (login and refusal pages hold no data). */
    frameOrigins: readonly string[] | null;
  }
}

/** Everything comes from ourselves: no other host, no inline script or style. */
const contentPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
  "connect-src 'self'", "media-src 'self'", "form-action 'self'", "base-uri 'none'",
].join('; ');

/**
 * Security headers by hand rather than by a package: there are six, one differs by sign-in, and half of a
 * package's defaults (X-Frame-Options, opener policy, upgrade-insecure-requests) would break LTI.
 */
export function securityHeaders(app: FastifyInstance, { publicUrl }: { publicUrl: string }): void {
  const https = publicUrl.startsWith('https:');
  app.decorateReply('frameOrigins', null);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    // same-origin, not no-referrer: see plugins/same-origin.ts
    reply.header('referrer-policy', 'same-origin');
    reply.header('content-security-policy', `${contentPolicy}; frame-ancestors ${frameAncestors(reply)}`);
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=()');
    if (https) reply.header('strict-transport-security', 'max-age=31536000');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
}

function frameAncestors({ frameOrigins }: FastifyReply): string {
  if (frameOrigins === null) return '*';
  return frameOrigins.length === 0 ? "'none'" : frameOrigins.join(' ');
}
