// Refuses forms that another site posts. Our cookies are SameSite=None (we live in frames), so they do not protect us.
import createError from '@fastify/error';
import type { FastifyInstance, FastifyRequest } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For addresses that other sites post to by design: LTI login, launch, notices. */
    crossSite?: boolean;
  }
}

const OtherSite = createError('COACHLINE_OTHER_SITE', 'This form was sent from another site, so nothing was changed.', 403);

/**
 * Unsafe methods must come from our own origin: by Sec-Fetch-Site where the browser sends it, else by Origin.
 * Referrer-Policy is same-origin, not no-referrer, which would make our own posts say `Origin: null`.
 */
export function sameOrigin(app: FastifyInstance, { publicUrl }: { publicUrl: string }): void {
  app.addHook('onRequest', (request, _reply, done) => {
    done(isAllowed(request) ? undefined : new OtherSite());
  });

  function isAllowed(request: FastifyRequest): boolean {
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return true;
    if (request.routeOptions.config?.crossSite) return true;
    const site = request.headers['sec-fetch-site'];
    return site === undefined ? request.headers.origin === publicUrl : site === 'same-origin';
  }
}
