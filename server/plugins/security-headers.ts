// What every answer tells the browser about who may frame it and what it may load.
import type { FastifyInstance, FastifyReply } from 'fastify';

declare module 'fastify' {
  interface FastifyReply {
    /** Origins that may frame this answer, and nobody else; null lets anyone (login and refusal pages hold no data). */
    frameOrigins: readonly string[] | null;
    /** The other site's origin that a form of this page may be sent to; null for our own alone. */
    formOrigin: string | null;
  }
}

/** Everything comes from ourselves: no other host, no inline script or style. */
const contentPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
  "connect-src 'self'", "media-src 'self'", "base-uri 'none'",
].join('; ');

/**
 * Security headers by hand rather than by a package: there are six, one differs by sign-in, and half of a
 * package's defaults (X-Frame-Options, opener policy, upgrade-insecure-requests) would break LTI.
 */
export function securityHeaders(app: FastifyInstance, { publicUrl }: { publicUrl: string }): void {
  const https = publicUrl.startsWith('https:');
  app.decorateReply('frameOrigins', null);
  app.decorateReply('formOrigin', null);
  app.addHook('onSend', (_request, reply, _payload, done) => {
    reply.header('x-content-type-options', 'nosniff');
    // same-origin, not no-referrer: see plugins/same-origin.ts. A form that goes to another site says which site it came
    // from, and no more: under same-origin it would say `Origin: null`, which some platforms take for an attack.
    reply.header('referrer-policy', reply.formOrigin === null ? 'same-origin' : 'strict-origin');
    // A download brings its own, which lets it do nothing at all.
    if (!reply.hasHeader('content-security-policy')) reply.header('content-security-policy', `${contentPolicy}; form-action ${reply.formOrigin ?? "'self'"}; frame-ancestors ${frameAncestors(reply)}`);
    reply.header('permissions-policy', 'camera=(), microphone=(), geolocation=()');
    if (https) reply.header('strict-transport-security', 'max-age=31536000');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
    done();
  });
}

function frameAncestors({ frameOrigins }: FastifyReply): string {
  if (frameOrigins === null) return '*';
  return frameOrigins.length === 0 ? "'none'" : frameOrigins.join(' ');
}
