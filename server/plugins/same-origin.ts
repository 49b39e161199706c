// Refuses forms that another site posts. Our cookies are SameSite=None (we live in frames), so they do not protect us.
import createError from '@fastify/error';
import type { FastifyInstance } from 'fastify';

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
  app.addHook('onRequest', async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return;
    if (request.routeOptions.config?.crossSite) return;
    const site = request.headers['sec-fetch-site'];
    if (site === undefined ? request.headers.origin !== publicUrl : site !== 'same-origin') throw new OtherSite();
  });
}
