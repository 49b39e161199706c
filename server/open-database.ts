// Which database this process uses: a server's by DATABASE_URL, or the embedded one; and how it is brought up to date.
import { Client } from 'pg';
import type { Config } from './config.ts';
import { openOrm, sqlPool } from './orm.ts';
import type { Orm } from './orm.ts';
import { joinEmbeddedPostgres, joinOrStartEmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts';
import { installQueues } from './queues.ts';

/**
 * server: owns the embedded database, and a second one is refused. worker: joins a running one. command: joins a
 * running one, or starts it for as long as it needs it.
 */
export type DatabaseUse = 'server' | 'worker' | 'command';

export type OpenDatabase = { url: string; stop: () => Promise<void> };

/**
 * @param log takes one plain line at a time, for an operator
 * @throws Error with one plain line when the database cannot be had
 */
export async function openDatabase(config: Pick<Config, 'databaseUrl' | 'dataDir'>, use: DatabaseUse, log: (line: string) => void): Promise<OpenDatabase> {
  const { databaseUrl, dataDir } = config;
  if (databaseUrl !== null) return { url: databaseUrl, stop: async () => {} };
  if (use === 'server') return startEmbeddedPostgres({ dataDir, log });
  if (use === 'command') return joinOrStartEmbeddedPostgres({ dataDir, log });
  const joined = await joinEmbeddedPostgres({ dataDir });
  if (!joined) throw new Error(`A worker without DATABASE_URL needs a running server, and none runs on ${dataDir}. Start it first, or set DATABASE_URL.`);
  return { url: joined.url, stop: async () => {} };
}

/** Any number: what two processes that start at once agree on, so that only one migrates at a time. */
const migrationLock = 4_218_207;

/** Brings the schema up to date. Safe when several processes start at once: the others wait, then find it done. */
export async function migrate(orm: Orm, url: string): Promise<void> {
  // The lock comes first: even asking what is pending makes the table of migrations.
  const guard = new Client({ connectionString: url });
  await guard.connect();
  try {
    await guard.query('select pg_advisory_lock($1)', [migrationLock]);
    await orm.migrator.up();
    await installQueues(await sqlPool(orm));
  } finally {
    await guard.end();
  }
}

/** Opens the ORM and brings the schema up to date. */
export async function openMigratedOrm(url: string, options?: { poolSize?: number }): Promise<Orm> {
  const orm = openOrm(url, options);
  try {
    await migrate(orm, url);
    return orm;
  } catch (error) {
    await orm.close();
    throw error;
  }
}
