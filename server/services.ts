// Everything the web application is given: the whole "container". Tests pass a fixed clock and their own platform.
import type { FastifyBaseLogger } from 'fastify';
import type { Pool } from 'pg';
import type { Config } from './config.ts';
import type { Orm } from './orm.ts';
import type { KeySets } from './lti/key-set.ts';
import type { Outbound } from './lti/outbound.ts';
import type { PlatformServices } from './lti/services-http.ts';
import type { Preview } from './plugins/preview.ts';
import type { Programmes } from './plugins/programmes.ts';
import type { Queues } from './queues.ts';
import type { Sealing } from './sealing.ts';

export type Services = {
  config: Readonly<Config>;
  orm: Orm;
  /** The pool behind the ORM, for the prepared statements of the hot path. */
  sql: Pool;
  /** Takes durable work, in the transaction that causes it. */
  queues: Queues;
  programmes: Programmes;
  /** Only under `npm run dev`. */
  preview?: Preview;
  /** The key sets of platforms, cached. */
  keySets: KeySets;
  /** Calls platforms; nothing else may. */
  outbound: Outbound;
  /** The LTI Advantage services of platforms, with their access tokens. */
  platformServices: PlatformServices;
  /** Opens what is encrypted at rest: our own private keys. */
  sealing: Sealing;
  clock: () => Temporal.Instant;
  log: FastifyBaseLogger;
};
