// How long a body may take to arrive: short, so that nobody holds connections by dripping bytes, but where files are taken.
import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Seconds that the whole request may take to arrive, where it is more than the usual. */
    bodySeconds?: number;
  }
}

const usualBodySeconds = 30;
/** What Node itself allows any request; 25 MB over a poor connection take minutes. */
export const longestBodySeconds = 15 * 60;

/** Ends a request whose body is late, with the page that Node's own limit would have led to (plugins/raw-errors.ts). */
export function bodyTime(app: FastifyInstance): void {
  app.addHook('onRequest', async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD' || request.raw.complete) return;
    const late = Object.assign(new Error('the body did not arrive in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' });
    const timer = setTimeout(() => {
      if (!request.raw.complete) app.server.emit('clientError', late, request.raw.socket);
    }, (request.routeOptions.config?.bodySeconds ?? usualBodySeconds) * 1000);
    timer.unref();
    request.raw.once('close', () => clearTimeout(timer));
  });
}
