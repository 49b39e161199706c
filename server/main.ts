// The web process: configuration, content, database, application, jobs; and an end with grace.
// `npm start` gives V8 two options. --max-semi-space-size: what a request makes is garbage at its end, and need not be
// copied before. --no-memory-reducer: after seconds of quiet V8 would throw away compiled code with its garbage, and the
// class that comes next pay half as much again for each launch, to save memory that it takes again at once.
import type { FastifyInstance } from 'fastify';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { pino } from 'pino';
import { buildApp } from './app.ts';
import { ConfigError, loadConfig, smtpSettings } from './config.ts';
import { loadProgramme, programmeHash } from './content/library.ts';
import { ContentError } from './content/problems.ts';
import { isDatabaseAway } from './database.ts';
import { sqlPool } from './orm.ts';
import type { LivePreview } from './live-preview.ts';
import type { Orm } from './orm.ts';
import { DataDirInUse } from './embedded-postgres.ts';
import { ensureToolKey } from './features/tool-keys/actions.ts';
import { startJobs } from './jobs/schedule.ts';
import { createAccessTokens } from './lti/access-tokens.ts';
import { createKeySets } from './lti/key-set.ts';
import { createOutbound } from './lti/outbound.ts';
import { createPlatformServices } from './lti/services-http.ts';
import { openDatabase, openMigratedOrm } from './open-database.ts';
import { previewPath } from './plugins/preview.ts';
import { createProgrammes } from './plugins/programmes.ts';
import { openQueues } from './queues.ts';
import type { Queues } from './queues.ts';
import { createSealing, readSecretKey } from './sealing.ts';
import { stopWithGrace } from './stopping.ts';
import { signingKey } from './tool-signing-key.ts';

if (import.meta.main) await begin();

/** @param preview of server/dev.ts alone: follows the course material while it is written */
export async function begin(preview: LivePreview | null = null): Promise<void> {
  try {
    await start(preview);
  } catch (error) {
    process.stderr.write(`${sayWhy(error)}\n`);
    process.exitCode = 1;
    preview?.close();   // or it would wait for the next change
  }
}

/** What an operator can mend is said plainly; anything else is a bug of ours and shows its stack. */
function sayWhy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // PostgreSQL's class 28 is a wrong user or password, 3D a database that does not exist. Its words hold no password.
  if ('code' in error && /^(28|3D)/.test(String(error.code))) return `Coachline cannot start: the database of DATABASE_URL lets nobody in (${error.message}).`;
  if (isDatabaseAway(error)) return `Coachline cannot start: the database does not answer (${error.message}).`;
  // Our own errors are plain Errors and their like; a TypeError and a database error are not meant for operators.
  const isOurs = error instanceof ConfigError || error instanceof ContentError || error instanceof DataDirInUse || error.constructor === Error;
  return isOurs ? error.message : (error.stack ?? error.message);
}

async function start(preview: LivePreview | null): Promise<void> {
  const config = loadConfig(process.env);
  if (preview && config.production) throw new Error('Coachline cannot start: npm run dev is for writing and trying out, and NODE_ENV is production. Use npm start.');
  const clock = () => Temporal.Now.instant();
  // Lines are written together, four times a second or whenever there are four kilobytes: a write for each would be a tenth
  // of a launch, and more take longer to put together than to write. What is left is written at the end of the process,
  // however it ends.
  const lines = pino.destination({ sync: false, minLength: 4096 });
  const log = pino({ level: config.logLevel }, lines);
  setInterval(() => lines.flush(), 250).unref();
  const folder = preview?.folder ?? join(import.meta.dirname, '../content/improvement-coach');
  const programme = preview ? await preview.load() : await loadProgramme(folder);

  const database = await openDatabase(config, 'server', (line) => log.warn(line));
  let orm: Orm | undefined;
  let queues: Queues | undefined;
  try {
    orm = await openMigratedOrm(database.url);
    const sql = await sqlPool(orm);
    const secretKey = readSecretKey(config);
    const sealing = createSealing(secretKey);
    await ensureToolKey(sql, sealing, clock());
    queues = await openQueues(sql);
    const outbound = createOutbound({ allowLocal: config.allowLocalPlatforms, userAgent: 'Coachline (LTI 1.3 tool)', maxBytes: 256 * 1024 });
    const tokens = createAccessTokens({ outbound, signingKey: () => signingKey(sql, sealing, clock()), now: clock });
    const platformServices = createPlatformServices({ outbound, tokens, allowLocal: config.allowLocalPlatforms });
    const programmes = createProgrammes(sql, { id: programmeHash(programme), programme }, folder);
    preview?.follow(programmes);
    const app = buildApp({
      config, orm, sql, clock, log, outbound, platformServices, queues, sealing, programmes, ...(preview && { preview }),
      keySets: createKeySets({ fetchKeySet: (url) => outbound.fetchJson(url), now: clock }),
    });
    app.addHook('onClose', async () => {
      await queues?.close();
      await orm?.close();
    });
    await listen(app, config);
    preview?.say(`Live preview of the course material: ${config.publicUrl}${previewPath}`);
    const starting = config.jobs ? startJobs({ databaseUrl: database.url, secretKey, allowLocalPlatforms: config.allowLocalPlatforms, publicUrl: config.publicUrl, smtp: smtpSettings(config), log }) : null;
    // Before anything is waited for: whoever sees that it listens may stop it.
    stopWithGrace(log, async ({ err }) => {
      if (err) log.error({ err }, 'stopping after an error');
      preview?.close();
      await (await starting)?.stop();
      await app.close();
      await database.stop();
    });
    await starting;
    forgetTheStart();
  } catch (error) {
    await queues?.close();
    await orm?.close();   // or its idle connections would keep this process for ten seconds
    await database.stop();
    throw error;
  }
}

/** @throws Error with one plain line for an operator, whatever is wrong with HOST or PORT */
async function listen(app: FastifyInstance, { host, port }: { host: string; port: number }): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? 'the port is taken' : (error as Error).message;
    throw new Error(`Coachline cannot start on ${host}, port ${port}: ${why}. Stop what uses it, or set HOST and PORT to where it may listen.`, { cause: error });
  }
}

/**
 * A start leaves sixty megabytes behind (course material read, entities discovered), which V8 would hold on to for hours
 * while little happens. Once, when nobody waits yet.
 */
function forgetTheStart(): void {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as (options: { type: 'major'; execution: 'sync'; flavor: 'last-resort' }) => void;
  collect({ type: 'major', execution: 'sync', flavor: 'last-resort' });
}
