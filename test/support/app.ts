// The application as tests use it: on the run's database, emptied before, with a clock that stands still and a
// practice platform whose keys are served without HTTP.
import type { FastifyInstance } from 'fastify';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Pool } from 'pg';
import { createPlatform, toolAt } from '../../scripts/practice-lms/platform.ts';
import type { Platform } from '../../scripts/practice-lms/platform.ts';
import { buildApp } from '../../server/app.ts';
import { loadConfig } from '../../server/config.ts';
import { loadProgramme, programmeHash } from '../../server/content/library.ts';
import type { Programme } from '../../server/content/programme.ts';
import { openOrm, sqlPool } from '../../server/orm.ts';
import type { Orm } from '../../server/orm.ts';
import { addPlatform } from '../../server/features/platforms/actions.ts';
import { createAccessTokens } from '../../server/lti/access-tokens.ts';
import { createKeySets } from '../../server/lti/key-set.ts';
import type { FetchKeySet } from '../../server/lti/key-set.ts';
import { createOutbound } from '../../server/lti/outbound.ts';
import type { Outbound } from '../../server/lti/outbound.ts';
import { createPlatformServices } from '../../server/lti/services-http.ts';
import type { PlatformServices } from '../../server/lti/services-http.ts';
import type { Preview } from '../../server/plugins/preview.ts';
import { createProgrammes } from '../../server/plugins/programmes.ts';
import type { Programmes } from '../../server/plugins/programmes.ts';
import { openQueues } from '../../server/queues.ts';
import type { Queues } from '../../server/queues.ts';
import { createSealing } from '../../server/sealing.ts';
import type { Sealing } from '../../server/sealing.ts';
import { signingKey } from '../../server/tool-signing-key.ts';
import { emptyDatabase, expectTrueStandings, testDataDir, testOrm } from './database.ts';

export type TestClock = { now: Temporal.Instant; advance: (by: Temporal.DurationLike) => void };

export type TestApp = {
  app: FastifyInstance;
  orm: Orm;
  sql: Pool;
  /** What is left for later; nothing works on it unless a test does. */
  queues: Queues;
  platformServices: PlatformServices;
  /** Seals the tool's own keys; there are none until a test makes one. */
  sealing: Sealing;
  clock: TestClock;
  /** The real one, shared by every test: clone it before changing it. */
  programme: Programme;
  /** The LMS that is registered as `default`'s, with its deployment approved. */
  platform: Platform;
  registrationId: string;
  /** SQL statements sent since the last `countStatements()` began. */
  countStatements: (work: () => Promise<unknown>) => Promise<number>;
  close: () => Promise<void>;
};

/** A Monday morning in the middle of nowhere special. */
export const testNow = '2026-05-11T08:00:00Z';
export const publicUrl = 'http://localhost:3000';
export const issuer = 'http://127.0.0.1:3001';

/** What tests seal private keys with. */
export const testSecretKey = 'a secret key for tests, as long as one';
const sealing = createSealing(testSecretKey);
const programmeFolder = join(import.meta.dirname, '../../content/improvement-coach');
let currentOnce: Promise<Programmes['current']> | undefined;

/** Reaches platforms that a test starts on this machine. */
const localOutbound = createOutbound({ allowLocal: true, userAgent: 'Coachline tests', maxBytes: 256 * 1024 });

export type TestAppOptions = {
  now?: string;
  fetchKeySet?: FetchKeySet;
  outbound?: Outbound;
  env?: Record<string, string>;
  /** A migrated database other than the run's, for a test that takes its database away. */
  databaseUrl?: string;
};

/** Builds the application on an empty database. Close it at the end of the suite. */
export async function startTestApp({ now = testNow, fetchKeySet, outbound = localOutbound, env = {}, databaseUrl }: TestAppOptions = {}): Promise<TestApp> {
  const orm = databaseUrl === undefined ? testOrm() : openOrm(databaseUrl, { poolSize: 5 });
  const sql = await sqlPool(orm);
  await emptyDatabase(sql);
  await sql.query('delete from pgboss.job');
  const queues = await openQueues(sql);
  const clock: TestClock = { now: Temporal.Instant.from(now), advance: (by) => { clock.now = clock.now.add(by); } };
  const fetchToolKeys = async (): Promise<unknown> => (await app.inject('/lti/jwks')).json();   // called once there is an application
  const platform = await createPlatform({ issuer, tools: [toolAt(publicUrl)], clock: () => clock.now, fetchToolKeys });
  const platformServices = createPlatformServices({
    outbound, allowLocal: true,
    tokens: createAccessTokens({ outbound, signingKey: () => signingKey(sql, sealing, clock.now), now: () => clock.now }),
  });
  const current = await (currentOnce ??= loadProgramme(programmeFolder).then((programme) => ({ id: programmeHash(programme), programme })));
  const app = buildApp({
    config: loadConfig({ PUBLIC_URL: publicUrl, DATA_DIR: testDataDir, ...env }),
    orm, sql, outbound, platformServices, queues, sealing,
    clock: () => clock.now,
    log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    programmes: createProgrammes(sql, current),
    keySets: createKeySets({ now: () => clock.now, fetchKeySet: fetchKeySet ?? (async () => ({ ok: true, json: platform.jwks() })) }),
  });
  await app.ready();
  const registrationId = await register(sql, platform, clock.now);
  return {
    app, orm, sql, platformServices, queues, sealing, clock, programme: current.programme, platform, registrationId,
    countStatements: (work) => countStatements(sql, work),
    close: async () => {
      try {
        if (databaseUrl === undefined) await expectTrueStandings(sql);
      } finally {
        await app.close();
        await queues.close();
        if (databaseUrl !== undefined) await orm.close();
      }
    },
  };
}

/**
 * A second server on the database of the first, such as one that was upgraded to newer material. It has the clock and
 * the platform of the first; close it before the first.
 */
export async function startSecondApp(first: TestApp, { programme = first.programme, folder = null, preview }: { programme?: Programme; folder?: string | null; preview?: Preview } = {}): Promise<Pick<TestApp, 'app' | 'platform' | 'programme'> & { close: () => Promise<void> }> {
  const { clock, orm, platform, platformServices, queues, sql } = first;
  const app = buildApp({
    config: loadConfig({ PUBLIC_URL: publicUrl, DATA_DIR: testDataDir }),
    orm, sql, platformServices, queues, sealing, outbound: localOutbound,
    clock: () => clock.now,
    log: pino({ level: process.env['TEST_LOG'] ?? 'silent' }),
    programmes: createProgrammes(sql, { id: programmeHash(programme), programme }, folder),
    ...(preview && { preview }),
    keySets: createKeySets({ now: () => clock.now, fetchKeySet: async () => ({ ok: true, json: platform.jwks() }) }),
  });
  await app.ready();
  return { app, platform, programme, close: () => app.close() };
}

/** Registers a practice platform the way `cli platform:add` does. Returns the registration's id. */
export async function register(sql: Pool, platform: Platform, now: Temporal.Instant, { organisation = 'default' } = {}): Promise<string> {
  const [tool] = platform.tools;
  if (!tool) throw new Error('the platform has no tool');
  const outcome = await addPlatform(sql, {
    name: 'Practice LMS', issuer: platform.issuer, clientId: tool.clientId, deploymentId: tool.deploymentIds[0] ?? '', organisation,
    authenticationUrl: platform.authorizationUrl, tokenUrl: `${platform.issuer}/token`, keysetUrl: platform.jwksUrl,
  }, now);
  if (!outcome.added) throw new Error(outcome.reason);
  return outcome.id;
}

async function countStatements(sql: Pool, work: () => Promise<unknown>): Promise<number> {
  return (await recordStatements(sql, work)).length;
}

/** The texts of the statements that a server sends through its pool while something is done. */
export async function recordStatements(sql: Pool, work: () => Promise<unknown>): Promise<string[]> {
  const query = sql.query.bind(sql);
  const texts: string[] = [];
  sql.query = function recorded(...args: unknown[]) {
    const [statement] = args as [string | { text: string }];
    texts.push(typeof statement === 'string' ? statement : statement.text);
    return (query as (...given: unknown[]) => unknown)(...args);
  } as typeof sql.query;
  try {
    await work();
  } finally {
    sql.query = query;
  }
  return texts;
}
