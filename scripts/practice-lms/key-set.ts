// GET /keys: the platform's public keys, and what can go wrong when a tool fetches them.
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { Platform } from './platform.ts';

/** A switch for tests: set `fault` and the next fetches fail so; `fetches` counts every one. */
export type KeySet = {
  fault: 'none' | 'slow' | 'error' | 'huge' | 'redirect' | 'garbage';
  fetches: number;
  /** How long `slow` takes: by default longer than any tool should wait. */
  slowMilliseconds: number;
};

/** Serves the key set on `app`; a slow answer ends when `closing` is aborted. */
export function serveKeySet(app: FastifyInstance, platform: Platform, closing: AbortSignal): KeySet {
  const keySet: KeySet = { fault: 'none', fetches: 0, slowMilliseconds: 30_000 };

  app.get('/keys', async (_request, reply) => {
    keySet.fetches += 1;
    switch (keySet.fault) {
      case 'none': return platform.jwks();
      case 'slow':
        await sleep(keySet.slowMilliseconds, undefined, { signal: closing }).catch(() => undefined);
        return platform.jwks();
      case 'error': return reply.code(500).type('text/html').send('<h1>Internal error</h1>');
      case 'huge': return { ...platform.jwks(), padding: 'x'.repeat(1_000_000) };
      case 'redirect': return reply.redirect('/keys/elsewhere', 302);
      case 'garbage': return reply.type('application/json').send('{"keys": [{"kty": "RS');
    }
  });

  // Where `redirect` leads: the good keys, so that a tool which follows it is caught by its launch succeeding.
  app.get('/keys/elsewhere', async () => platform.jwks());

  return keySet;
}
