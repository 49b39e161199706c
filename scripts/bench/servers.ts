// What the bench starts: a PostgreSQL of its own with a database for each size and one for the floor, servers on them, the floor.
import { fork, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { loadProgramme, programmeHash } from '../../server/content/library.ts';
import { sqlPool } from '../../server/orm.ts';
import { startEmbeddedPostgres } from '../../server/embedded-postgres.ts';
import { addPlatform } from '../../server/features/platforms/actions.ts';
import { openMigratedOrm } from '../../server/open-database.ts';
import { openKeyRing } from '../practice-lms/keys.ts';
import type { BenchPlatform, Client } from './browser.ts';
import type { FloorSettings } from './floor-server.ts';
import { populate } from './population.ts';
import type { Population } from './population.ts';

const root = join(import.meta.dirname, '../..');

/** Options of Node as `npm start` gives them; the floor has them too, so that none of them makes the difference. */
const nodeOptions = optionsOfStart();

/** A server under measure. `pid` is the one process whose time counts as the server's. */
export type RunningServer = { origin: string; publicUrl: string; pid: number; stop: () => Promise<void> };

/** One that can be killed too, as a power cut does. */
export type KillableServer = RunningServer & { kill: () => Promise<void> };

export type BenchPostgres = {
  pid: number;
  /** Address of a new, empty database. */
  create: (name: string) => Promise<string>;
  /** How many statements PostgreSQL runs while `work` runs. Nothing else may talk to it meanwhile. */
  countStatements: (work: () => Promise<unknown>) => Promise<number>;
  stop: () => Promise<void>;
};

/** An embedded PostgreSQL as operators run it, durable, in `dataDir`. */
export async function startPostgres(dataDir: string): Promise<BenchPostgres> {
  const postgres = await startEmbeddedPostgres({ dataDir, log: () => {} });
  const orm = await openMigratedOrm(postgres.url, { poolSize: 1 });
  const pool = await sqlPool(orm);
  const log = join(dataDir, 'postgres.log');
  const logStatements = async (which: 'all' | 'none') => {
    await pool.query(`alter system set log_statement = '${which}'`);
    await pool.query('select pg_reload_conf()');
    await sleep(200);
  };
  return {
    pid: Number(readFileSync(join(dataDir, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]),
    create: async (name) => {
      await pool.query(`create database ${name}`);
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    countStatements: async (work) => {
      await logStatements('all');
      const before = statSync(log).size;
      await work();
      const lines = readFileSync(log).subarray(before).toString().split('\n');
      await logStatements('none');
      return lines.filter((line) => /LOG:\s+(execute|statement)/.test(line)).length;
    },
    stop: async () => {
      await orm.close();
      await postgres.stop();
    },
  };
}

/** The practice platform's key set over HTTP, and the key that signs. */
export async function serveKeySet(): Promise<{ platform: BenchPlatform; stop: () => void }> {
  const keys = await openKeyRing();
  const server = createServer((_request, answer) => answer.setHeader('content-type', 'application/json').end(JSON.stringify(keys.jwks())));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { platform: { issuer, clientId: 'bench-client', deploymentId: 'bench-deployment', key: keys.current() }, stop: () => server.close() };
}

/** Migrates a new database, registers the platform in it and writes the population. */
export async function prepareDatabase(url: string, population: Population, platform: BenchPlatform): Promise<void> {
  const orm = await openMigratedOrm(url, { poolSize: 2 });
  try {
    const pool = await sqlPool(orm);
    const programme = await loadProgramme(join(root, 'content/improvement-coach'));
    const added = await addPlatform(pool, {
      name: 'Bench LMS', issuer: platform.issuer, clientId: platform.clientId, deploymentId: platform.deploymentId, organisation: 'default',
      authenticationUrl: `${platform.issuer}/auth`, tokenUrl: `${platform.issuer}/token`, keysetUrl: `${platform.issuer}/keys`,
    }, Temporal.Now.instant());
    if (!added.added) throw new Error('The bench database was not new.');
    // Through a connection without the server's time limit: a hundred thousand people take a few seconds.
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await populate(client, population, { registrationId: added.id, programme: { id: programmeHash(programme), programme } });
    await client.end();
  } finally {
    await orm.close();
  }
}

/** `npm start` as production runs it, with its options of Node: logs of every request (to nowhere), its jobs on or off. */
export async function startServer(client: Client, databaseUrl: string, { jobs, options = [], secretKey = randomBytes(32).toString('hex'), env = {} }: { jobs: 'on' | 'off'; options?: string[]; secretKey?: string; env?: Record<string, string> }): Promise<KillableServer> {
  const port = await freePort();
  const publicUrl = `http://localhost:${port}`;
  const child = spawn(process.execPath, [...nodeOptions, ...options, 'server/main.ts'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env['PATH'], NODE_ENV: 'production', LOG_LEVEL: 'info', JOBS: jobs, PORT: String(port), PUBLIC_URL: publicUrl,
      DATABASE_URL: databaseUrl, SECRET_KEY: secretKey, ALLOW_LOCAL_PLATFORMS: 'true', ...env,
    },
  });
  const origin = `http://127.0.0.1:${port}`;
  for (let waited = 0; !(await answers(client, `${origin}/readyz`)); waited += 50) {
    if (child.exitCode !== null || waited > 60_000) throw new Error('The server did not start.');
    await sleep(50);
  }
  return {
    origin, publicUrl, pid: child.pid!,
    stop: () => end(child),
    kill: async () => {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

/** The floor, with the bytes of the real pages. */
export async function startFloor(databaseUrl: string, platform: BenchPlatform, pages: Record<string, string>, folder: string): Promise<RunningServer> {
  const files = Object.entries(pages).map(([address, html], index) => {
    const file = join(folder, `floor-page-${index}.html`);
    writeFileSync(file, html);
    return [address, file];
  });
  const settings: FloorSettings = {
    databaseUrl, authorizationUrl: `${platform.issuer}/auth`, pages: Object.fromEntries(files),
    jwk: platform.key.publicKey.export({ format: 'jwk' }),
  };
  const child = fork(join(import.meta.dirname, 'floor-server.ts'), [JSON.stringify(settings)], { execArgv: nodeOptions, env: { PATH: process.env['PATH'], NODE_ENV: 'production' } });
  const [{ port }] = await once(child, 'message') as [{ port: number }];
  return { origin: `http://127.0.0.1:${port}`, publicUrl: `http://localhost:${port}`, pid: child.pid!, stop: () => end(child) };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

export async function answers(client: Client, url: string): Promise<boolean> {
  return client.get(url).then(({ status }) => status === 200, () => false);
}

/** Asks a process to end, waits until it has. */
export async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await Promise.race([exit, sleep(20_000, undefined, { ref: false }).then(() => child.kill('SIGKILL'))]);
}

function optionsOfStart(): string[] {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const options = /bin\/node ((?:--[\w=-]+ )+)/.exec(scripts.start)?.[1];
  if (options === undefined) throw new Error('The bench does not find the options of Node in `npm start`.');
  return options.trim().split(' ');
}
