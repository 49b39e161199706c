// The web process: configuration, content, database, application, jobs; and an end with grace.
import closeWithGrace from 'close-with-grace';
import { join } from 'node:path';
import { pino } from 'pino';
import { buildApp } from './app.ts';
import { ConfigError, loadConfig } from './config.ts';
import { loadProgramme, programmeHash } from './content/library.ts';
import { ContentError } from './content/problems.ts';
import { isDatabaseAway, sqlPool } from './database.ts';
import { DataDirInUse } from './embedded-postgres.ts';
import { ensureToolKey } from './features/tool-keys/actions.ts';
import { startJobs } from './jobs/schedule.ts';
import { createKeySets } from './lti/key-set.ts';
import { createOutbound } from './lti/outbound.ts';
import { openDatabase, openMigratedOrm } from './open-database.ts';
import { createProgrammes } from './plugins/programmes.ts';
import { createSealing, readSecretKey } from './sealing.ts';

try {
  await start();
} catch (error) {
  process.stderr.write(`${sayWhy(error)}\n`);
  process.exitCode = 1;
}

/** What an operator can mend is said plainly; anything else is a bug of ours and shows its stack. */
function sayWhy(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') return `Coachline cannot start: the port is taken (${error.message}). Stop what uses it, or set PORT.`;
  // PostgreSQL's class 28 is a wrong user or password, 3D a database that does not exist. Its words hold no password.
  if ('code' in error && /^(28|3D)/.test(String(error.code))) return `Coachline cannot start: the database of DATABASE_URL lets nobody in (${error.message}).`;
  if ('code' in error && (error.code === 'EADDRNOTAVAIL' || ('syscall' in error && error.syscall === 'getaddrinfo' && 'hostname' in error && error.hostname === process.env['HOST']))) return `Coachline cannot start: HOST is no address of this machine (${error.message}).`;
  if (isDatabaseAway(error)) return `Coachline cannot start: the database does not answer (${error.message}).`;
  // Our own errors are plain Errors and their like; a TypeError and a database error are not meant for operators.
  const isOurs = error instanceof ConfigError || error instanceof ContentError || error instanceof DataDirInUse || error.constructor === Error;
  return isOurs ? error.message : (error.stack ?? error.message);
}

async function start(): Promise<void> {
  const config = loadConfig(process.env);
  const clock = () => Temporal.Now.instant();
  const log = pino({ level: config.logLevel });
  const folder = join(import.meta.dirname, '../content/improvement-coach');
  const programme = await loadProgramme(folder);

  const database = await openDatabase(config, 'server', (line) => log.info(line));
  try {
    const orm = await openMigratedOrm(database.url);
    const sql = await sqlPool(orm);
    await ensureToolKey(sql, createSealing(readSecretKey(config)), clock());
    const outbound = createOutbound({ allowLocal: config.allowLocalPlatforms, userAgent: 'Coachline (LTI 1.3 tool)', maxBytes: 256 * 1024 });
    const app = buildApp({
      config, orm, sql, clock, log,
      programmes: createProgrammes(sql, { id: programmeHash(programme), programme }, folder),
      keySets: createKeySets({ fetchKeySet: (url) => outbound.fetchJson(url), now: clock }),
    });
    app.addHook('onClose', () => orm.close());
    await app.listen({ port: config.port, host: config.host });
    const jobs = config.jobs ? await startJobs({ databaseUrl: database.url, log }) : null;

    closeWithGrace({ delay: 40_000, logger: log }, async ({ err }) => {
      if (err) log.error({ err }, 'stopping after an error');
      await jobs?.stop();
      await app.close();
      await database.stop();
    });
  } catch (error) {
    await database.stop();
    throw error;
  }
}
