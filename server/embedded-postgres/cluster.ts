/** PostgreSQL's own programs and processes: make the data folder, start, stop, and end what a killed owner left behind. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, constants, existsSync, fstatSync, ftruncateSync, lchownSync, mkdirSync, openSync, readdirSync, readFileSync, readlinkSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainEnvironment, type Place, type RunAs } from './place.ts';
import { giveToOwner, writeNewFile, type Settings } from './settings.ts';

/** Made to fit a laptop and a small server; nobody reaches it but this machine, and only with the password. */
const settingsOfServer = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '100',
  // Taken from the machine as there is data to fill it. With a quarter, the launches of a hundred thousand people wait for pages of their own to be read again.
  shared_buffers: '256MB',
  // Small tables grow, and a plan made while a scan was cheap outlives that: an index is as good as free where everything fits in memory.
  random_page_cost: '1.1',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '256MB',
  min_wal_size: '32MB',
  fsync: 'on',
  synchronous_commit: 'on',
  log_checkpoints: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};
const settingsOfTests = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

const patience = { ready: 120_000, leftover: 15_000, smart: 15_000, fast: 30_000, immediate: 5_000 };

/**
 * Makes the data folder at the first start: UTF-8, sorted the same on every machine, the password required. It gets
 * its name last, so that a first start that was cut short begins anew.
 * @throws {Error} with initdb's last line when it fails.
 */
export function createCluster({ binaries, cluster, runAs }: Place, password: string, durable: boolean): void {
  if (existsSync(join(cluster, 'PG_VERSION'))) return;
  const draft = `${cluster}.new`;
  const passwordFile = `${cluster}.password`;
  rmSync(draft, { recursive: true, force: true, maxRetries: 20 });   // a killed first start's initdb may still be writing
  mkdirSync(draft, { mode: 0o700 });
  writeNewFile(passwordFile, password);
  if (runAs.uid !== undefined && runAs.gid !== undefined) {
    for (const path of [draft, passwordFile]) lchownSync(path, runAs.uid, runAs.gid);
  }
  try {
    const [program, args] = commandFor(runAs, join(binaries, 'bin', 'initdb'), [
      '--pgdata', draft, '--username', 'coachline', '--pwfile', passwordFile, '--auth', 'scram-sha-256',
      '--encoding', 'UTF8', '--locale', 'C', '--locale-provider', 'builtin', '--builtin-locale', 'C.UTF-8',
      '--no-instructions', ...(durable ? [] : ['--no-sync']),
    ]);
    const { status, error, stderr } = spawnSync(program, args, { ...identity(runAs), cwd: '/', env: plainEnvironment, encoding: 'utf8' });
    if (status !== 0) throw new Error(`The embedded PostgreSQL could not make its data folder: ${lastLine(stderr) || error?.message}`);
    renameSync(draft, cluster);
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

export interface Launch {
  settings: Settings;
  durable: boolean;
  logFile: string;
}

/**
 * Starts PostgreSQL and waits until it takes connections, on the port of last time or, when somebody else has that
 * now, on another.
 * @throws {Error} with PostgreSQL's last line when it will not start.
 */
export async function launchPostgres(place: Place, launch: Launch): Promise<ChildProcess> {
  const { settings } = launch;
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(settings.port());
    try {
      const postgres = await launchOnce(place, port, launch);
      settings.keepPort(port);
      return postgres;
    } catch (error) {
      if (!(error instanceof NotStarted && error.mayPass) || attempt === 20) throw error;
      await sleep(500);
    }
  }
}

/**
 * Starts PostgreSQL once more after it has ended by itself: on the port it had, which others hold the address of, and
 * on no other. One try; when `signal` is aborted it is given up, and no process is left.
 * @throws {Error} with one plain line when it did not start.
 */
export async function relaunchPostgres(place: Place, launch: Launch, { log, signal }: { log: (line: string) => void; signal: AbortSignal }): Promise<ChildProcess> {
  const port = launch.settings.port();
  if (port === undefined) throw new Error('The embedded PostgreSQL has not run yet.');
  await stopLeftover(place.cluster, log);
  return launchOnce(place, port, launch, signal);
}

/** PostgreSQL ended before it was ready. */
class NotStarted extends Error {
  override name = 'NotStarted';
  /** A backend of a killed PostgreSQL may live a moment longer than its master; the port may have been taken just now. */
  readonly mayPass: boolean;

  constructor(words: string, logFile: string) {
    super(`The embedded PostgreSQL did not start: ${reasonIn(words) || `see ${logFile}`}`);
    this.mayPass = /pre-existing shared memory block|could not create any TCP\/IP sockets/.test(words);
  }
}

async function launchOnce(place: Place, port: number, { durable, logFile }: Launch, signal?: AbortSignal): Promise<ChildProcess> {
  closeSync(openLog(logFile));
  const before = statSync(logFile).size;
  const postgres = spawnPostgres(place, port, durable, logFile);
  giveToOwner(dirname(logFile), logFile);
  if (!await becomesReady(postgres, place.cluster, signal)) throw new NotStarted(readFileSync(logFile).subarray(before).toString(), logFile);
  postgres.unref();   // who forgets to stop it does not hang; the next start ends what is left
  return postgres;
}

/**
 * Ends PostgreSQL and waits for it. `after its guests` first lets those who are connected finish
 * (https://www.postgresql.org/docs/18/server-shutdown.html).
 */
export async function haltPostgres(postgres: ChildProcess, how: 'fast' | 'after its guests'): Promise<void> {
  const ended = () => postgres.exitCode !== null || postgres.signalCode !== null;
  if (ended()) return;
  postgres.ref();
  const exit = once(postgres, 'exit');
  if (how === 'after its guests') {
    postgres.kill('SIGTERM');
    await Promise.race([exit, sleep(patience.smart, undefined, { ref: false })]);
  }
  for (const [signal, limit] of [['SIGINT', patience.fast], ['SIGQUIT', patience.immediate], ['SIGKILL', patience.immediate]] as const) {
    if (ended()) return;
    postgres.kill(signal);
    await Promise.race([exit, sleep(limit, undefined, { ref: false })]);
  }
}

/**
 * Ends the PostgreSQL that a killed owner left running on this data folder, and what a killed PostgreSQL left of itself.
 * The caller owns the data folder and runs none on it, so nobody else's can be meant. When the process that `postmaster.pid` names is somebody else's by now, the file is
 * changed so that PostgreSQL does not mistake it for its own.
 * @throws {Error} when it does not end.
 */
export async function stopLeftover(cluster: string, log: (line: string) => void): Promise<void> {
  const pid = postmaster(cluster)?.pid;
  if (!pid) return;   // it ended in order
  if (isAlive(pid)) await stopPostmaster(pid, cluster, log);
  await endOrphans(cluster);
}

async function stopPostmaster(pid: number, cluster: string, log: (line: string) => void): Promise<void> {
  const file = join(cluster, 'postmaster.pid');
  if (runsOn(pid, cluster)) {
    log('The last run did not end in order; stopping the database it left behind.');
    for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
      if (!runsOn(pid, cluster)) return;
      signalTo(pid, signal);
      for (let waited = 0; waited < patience.leftover && runsOn(pid, cluster); waited += 50) await sleep(50);
    }
    if (runsOn(pid, cluster)) throw new Error(`The last run left a PostgreSQL behind that does not end (process ${pid}). End it, then start again.`);
  }
  if (!existsSync(file)) return;
  // PostgreSQL takes its parent's number for a stale one, and still checks the shared memory that the file names.
  const lines = readFileSync(file, 'utf8').split('\n');
  writeFileSync(file, [process.pid, ...lines.slice(1)].join('\n'));
}

/**
 * Ends the backends of a PostgreSQL that was killed. Most see it and go; one in the middle of a long computation would
 * hold the shared memory until that is done, and no new PostgreSQL starts before. Only Linux tells whose they are:
 * elsewhere the next try comes later.
 */
async function endOrphans(cluster: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const orphans = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number).filter((pid) => isBackendOn(pid, cluster));
  for (const pid of orphans) signalTo(pid, 'SIGKILL');
  for (let waited = 0; waited < patience.immediate && orphans.some((pid) => isBackendOn(pid, cluster)); waited += 20) await sleep(20);
}

/** Backends call themselves `postgres: …` and work in the data folder; one just born still has its master's command line. */
function isBackendOn(pid: number, cluster: string): boolean {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
    return words.startsWith('postgres: ') ? readlinkSync(`/proc/${pid}/cwd`) === cluster : words.includes(`/bin/postgres -D ${cluster} `);
  } catch {
    return false;   // it has just ended, or is none of ours
  }
}

/** Whether a process of this number exists, whoever owns it. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function spawnPostgres({ binaries, cluster, runAs }: Place, port: number, durable: boolean, logFile: string): ChildProcess {
  const settings = { ...settingsOfServer, ...(durable ? {} : settingsOfTests), port: String(port) };
  const [program, args] = commandFor(runAs, join(binaries, 'bin', 'postgres'), [
    '-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
  ]);
  // A file, not a pipe: PostgreSQL may outlive us. A group of its own: Ctrl-C in the terminal reaches us alone.
  const output = openLog(logFile);
  try {
    const postgres = spawn(program, args, { ...identity(runAs), cwd: '/', env: plainEnvironment, detached: true, stdio: ['ignore', output, output] });
    postgres.on('error', () => {});   // becomesReady sees that there is no process
    return postgres;
  } finally {
    closeSync(output);
  }
}

/** The log, emptied when it has grown too long. Never what a link leads to: see `writeNewFile`. */
function openLog(logFile: string): number {
  const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;
  const log = openSync(logFile, O_APPEND | O_CREAT | O_WRONLY | (O_NOFOLLOW ?? 0), 0o600);   // Windows has no O_NOFOLLOW
  if (fstatSync(log).size > 5_000_000) ftruncateSync(log);
  return log;
}

async function becomesReady(postgres: ChildProcess, cluster: string, signal?: AbortSignal): Promise<boolean> {
  for (let waited = 0; waited < patience.ready; waited += 15) {
    if (signal?.aborted) break;
    if (postgres.pid === undefined || postgres.exitCode !== null || postgres.signalCode !== null) return false;
    const state = postmaster(cluster);
    if (state?.pid === postgres.pid && state.ready) return true;
    await sleep(15);
  }
  await haltPostgres(postgres, 'fast');
  return false;
}

/** What `postmaster.pid` says: its first line is the process, its eighth the state, as pg_ctl reads them. */
function postmaster(cluster: string): { pid: number; ready: boolean } | null {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    return { pid: Number(lines[0]), ready: lines[7]?.trim() === 'ready' };
  } catch {
    return null;
  }
}

/** Process numbers are used again, so the number alone proves nothing: is it a PostgreSQL, and on this folder? */
function runsOn(pid: number, cluster: string): boolean {
  try {
    if (process.platform === 'linux') {
      const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
      return words.includes('postgres') && (words.includes(` -D ${cluster} `) || readlinkSync(`/proc/${pid}/cwd`) === cluster);
    }
    return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout.includes(` -D ${cluster} `);
  } catch {
    return false;
  }
}

function signalTo(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has just ended.
  }
}

/** The wished port when it is free, else any other. */
async function freePort(wished = 0): Promise<number> {
  const server = createServer();
  server.listen(wished, '127.0.0.1');
  try {
    await once(server, 'listening');
    return (server.address() as { port: number }).port;
  } catch (error) {
    if (wished === 0) throw error;
    return freePort();
  } finally {
    server.close();
  }
}

function commandFor({ prefix }: RunAs, program: string, args: string[]): [string, string[]] {
  const [first, ...rest] = [...prefix, program, ...args];
  return [first!, rest];
}

function identity({ uid, gid }: RunAs): { uid?: number; gid?: number } {
  return uid === undefined || gid === undefined ? {} : { uid, gid };
}

/** What PostgreSQL ended for, in its own words; what follows that line says no more than that it ended. */
function reasonIn(words: string): string {
  return /(?:FATAL|PANIC): +(.+)/.exec(words)?.[1]?.trim() ?? lastLine(words);
}

function lastLine(text: string | null | undefined): string {
  return text?.trim().split('\n').at(-1)?.trim() ?? '';
}
