// What every request may use: a fork of the entity manager (made only when asked for) and the time it began.
import type { FastifyInstance } from 'fastify';
import type { EntityManager, Orm } from '../orm.ts';

declare module 'fastify' {
  interface FastifyRequest {
    readonly em: EntityManager;
    now: Temporal.Instant;
  }
}

const forks = new WeakMap<object, EntityManager>();

/** Adds `request.em`, one unit of work a request, and `request.now`, fixed once. Closes the ORM with the server. */
export function database(app: FastifyInstance, { orm, clock }: { orm: Orm; clock: () => Temporal.Instant }): void {
  app.decorateRequest('em', {
    getter() {
      const fork = forks.get(this) ?? orm.em.fork();
      forks.set(this, fork);
      return fork;
    },
  });
  app.decorateRequest('now');
  app.addHook('onRequest', (request, _reply, done) => {
    request.now = clock();
    done();
  });
}
