// How long a body may take to arrive: short, so that nobody holds connections by dripping bytes, but where files are taken.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Socket } from 'node:net';

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
  app.addHook('onRequest', (request, _reply, done) => {
    watch(request);
    done();
  });

  function watch(request: FastifyRequest): void {
    const { raw } = request;
    if (request.method === 'GET' || request.method === 'HEAD' || raw.complete || !(raw.socket instanceof Socket)) return;   // without a socket, made by a test
    const timer = setTimeout(() => {
      if (!raw.complete) app.server.emit('clientError', Object.assign(new Error('the body did not arrive in time'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), raw.socket);
    }, (request.routeOptions.config?.bodySeconds ?? usualBodySeconds) * 1000);
    timer.unref();
    // Not when it is answered: a refusal may come before the body, and the rest of that would hold the connection.
    raw.once('end', () => clearTimeout(timer)).once('close', () => clearTimeout(timer));
  }
}
