/**
 * One owner per data folder. The lock is the operating system's own, on `owner.lock`, taken through SQLite, which Node
 * brings along and Node's file functions have no equal for: it dies with the process, however that ends.
 * Nothing else may open `owner.lock`, backups included: closing any other descriptor of it would free the lock
 * (https://www.sqlite.org/howtocorrupt.html#_posix_advisory_locks_canceled_by_a_separate_thread_doing_close_).
 */
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { isAlive } from './cluster.ts';
import { giveToOwner, nameOf, writeFileFor } from './settings.ts';

/** `server`: the web server. `command`: an administrator's command that works while no server runs. */
export type OwnerRole = 'server' | 'command';

export interface Ownership {
  /** Lets others join at this address. */
  announce(url: string): void;
  /** Nobody new may join. */
  withdraw(): void;
  release(): void;
}

interface Owner {
  pid: number;
  role: OwnerRole;
  url?: string;
}

/** Another process owns the data folder; the message is the one line to show. */
export class DataDirInUse extends Error {
  override name = 'DataDirInUse';
}

const sqliteBusy = 5;   // https://www.sqlite.org/rescode.html#busy

/**
 * Takes the data folder for this process.
 * @throws {DataDirInUse} when another process, or this one, has it already.
 */
export function claimDataDir(dataDir: string, role: OwnerRole): Ownership {
  const lock = takeLock(dataDir);
  if (!lock) throw new DataDirInUse(refusal(dataDir));

  const file = ownerFile(dataDir);
  const write = (url?: string) => writeFileFor(dataDir, file, JSON.stringify({ pid: process.pid, role, url } satisfies Owner));
  const withdraw = () => rmSync(file, { force: true });
  write();
  return {
    announce: write,
    withdraw,
    release() {
      if (!lock.isOpen) return;
      withdraw();
      lock.close();
    },
  };
}

/** Whether any living process owns the data folder at this moment. */
export function ownerPresent(dataDir: string): boolean {
  if (!existsSync(lockFile(dataDir))) return false;
  const lock = new DatabaseSync(lockFile(dataDir), { timeout: 0 });
  try {
    lock.exec('begin; select 1 from sqlite_schema');   // takes the shared lock, for a moment
    return false;
  } catch (error) {
    if (isBusy(error)) return true;
    throw error;
  } finally {
    lock.close();
  }
}

/** What the owner says of itself; null while it says nothing, or when those are the words of one that has died. */
export function findOwner(dataDir: string): Owner | null {
  try {
    const owner = JSON.parse(readFileSync(ownerFile(dataDir), 'utf8')) as Owner;
    return isAlive(owner.pid) ? owner : null;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

function takeLock(dataDir: string): DatabaseSync | null {
  const file = lockFile(dataDir);
  // Made by hand once, for its mode; never opened again by this way, as the header says.
  if (!existsSync(file)) {
    try {
      closeSync(openSync(file, 'ax', 0o600));
      giveToOwner(dataDir, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;   // another start was quicker
    }
  }
  // Someone who only looks holds the lock for a moment: wait that long.
  const lock = new DatabaseSync(file, { timeout: 300 });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (error) {
    lock.close();
    if (isBusy(error)) return null;
    throw error;
  }
}

function refusal(dataDir: string): string {
  const owner = findOwner(dataDir);
  const where = nameOf(dataDir);
  if (!owner) return `Another Coachline is just starting or stopping on ${where}. Try again in a moment, or give this one its own DATA_DIR.`;
  const since = statSync(ownerFile(dataDir)).mtime.toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'short' });
  const who = `(process ${owner.pid}, since ${since})`;
  return owner.role === 'command'
    ? `A Coachline command is at work on ${where} ${who}. Wait until it has ended, or give this one its own DATA_DIR.`
    : `Another Coachline already runs on ${where} ${who}. Stop it first, or give this one its own DATA_DIR.`;
}

function isBusy(error: unknown): boolean {
  return (error as { errcode?: number }).errcode === sqliteBusy;
}

const lockFile = (dataDir: string) => join(dataDir, 'owner.lock');
const ownerFile = (dataDir: string) => join(dataDir, 'owner.json');
