// Everything the web application is given: the whole "container". Tests pass a fixed clock and their own platform.
import type { FastifyBaseLogger } from 'fastify';
import type { Pool } from 'pg';
import type { Config } from './config.ts';
import type { Orm } from './database.ts';
import type { KeySets } from './lti/key-set.ts';
import type { Outbound } from './lti/outbound.ts';
import type { Programmes } from './plugins/programmes.ts';

export type Services = {
  config: Readonly<Config>;
  orm: Orm;
  /** The pool behind the ORM, for the prepared statements of the hot path. */
  sql: Pool;
  programmes: Programmes;
  /** The key sets of platforms, cached. */
  keySets: KeySets;
  /** Calls platforms; nothing else may. */
  outbound: Outbound;
  clock: () => Temporal.Instant;
  log: FastifyBaseLogger;
};
