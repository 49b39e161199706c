// Alive, ready, and numbers for Prometheus.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import { run } from '../database.ts';
import { NotFound } from './errors.ts';

const anyMigration = { name: 'ready', text: 'select 1 from migration limit 1' };

/** `GET /healthz` answers while the process lives, `GET /readyz` while the database does, `GET /metrics` to those who may. */
export function health(app: FastifyInstance, { sql, metricsToken }: { sql: Pool; metricsToken: string | null }): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const durations = new Histogram({
    name: 'http_request_duration_seconds', help: 'Time from request to answer, by route',
    labelNames: ['method', 'route', 'status'], buckets: [0.005, 0.02, 0.1, 0.5, 2, 10], registers: [registry],
  });
  app.addHook('onResponse', (request, reply, done) => {
    durations.observe({ method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode }, reply.elapsedTime / 1000);
    done();
  });

  app.get('/healthz', { config: { access: 'public' } }, async () => ({ status: 'alive' }));

  // Migrations are done before the server listens; their table is asked, in case somebody put another database in its place.
  app.get('/readyz', { config: { access: 'public' } }, async (request, reply) => {
    try {
      await run(sql, anyMigration, []);
      return { status: 'ready' };
    } catch (error) {
      request.log.warn({ err: error }, 'not ready');
      return reply.code(503).send({ status: 'database away' });
    }
  });

  app.get('/metrics', { config: { access: 'public' } }, async (request, reply) => {
    if (!mayReadMetrics(request, metricsToken)) throw new NotFound();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

/** The loopback socket itself (a proxy on this machine adds X-Forwarded-For), or the bearer token. */
function mayReadMetrics(request: FastifyRequest, metricsToken: string | null): boolean {
  const socket = request.socket.remoteAddress ?? '';
  const loopback = socket === '::1' || /^(::ffff:)?127\./.test(socket);
  if (loopback && request.headers['x-forwarded-for'] === undefined) return true;
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${metricsToken}`);
  return metricsToken !== null && given.length === wanted.length && timingSafeEqual(given, wanted);
}
