/**
 * As whom PostgreSQL runs, and where its data and binaries are. An ordinary user: as that user, in place. PostgreSQL
 * refuses to run as root, so root starts it, in this order of choice:
 * 1. as the ordinary user who owns the data;
 * 2. inside a user namespace, where root's own files belong to somebody with another name: nothing moves or changes owner;
 * 3. as `nobody`, in place, when that account may enter the data folder;
 * 4. as `nobody`, with data and binaries under /var/lib/coachline.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, chownSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PostgresBinaries } from './binaries.ts';
import { nameOf } from './settings.ts';

export interface Place {
  /** The folder with `bin`, `lib` and `share`. */
  binaries: string;
  /** PostgreSQL's data folder. */
  cluster: string;
  runAs: RunAs;
}

/** How to start a program as the right user. */
export interface RunAs {
  /** Words that go before the program. */
  prefix: string[];
  uid?: number;
  gid?: number;
}

export interface RootFallback {
  /** /var/lib/coachline unless said otherwise. */
  folder: string;
  /** `true`: behave as on a machine that refuses user namespaces. */
  withoutNamespaces?: boolean;
}

interface Account {
  name: string;
  uid: number;
  gid: number;
}

/** Programs get a small, fixed environment, so that no PGDATA or LD_LIBRARY_PATH of the operator's leads them astray. */
export const plainEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin', LC_ALL: 'C', TZ: 'UTC' };

const clusterName = 'postgres';
const usualFallback: RootFallback = { folder: '/var/lib/coachline' };

interface PlaceRequest {
  dataDir: string;
  binaries: PostgresBinaries;
  fallback?: RootFallback | undefined;
  log: (line: string) => void;
}

/**
 * Decides, and copies the binaries when it must.
 * @throws {Error} with one plain line when PostgreSQL cannot run here at all.
 */
export function choosePlace(request: PlaceRequest): Place {
  const { dataDir, binaries } = request;
  if (process.getuid?.() === 0) return choosePlaceForRoot(request);
  const runAs = asOurselves(binaries);
  mustRun(runAs, binaries.folder);
  return { binaries: binaries.folder, cluster: join(dataDir, clusterName), runAs };
}

/** As this user; in a container, where that may be a number without a name, under another name if at all possible. */
function asOurselves(binaries: PostgresBinaries): RunAs {
  const accounts = accountsOfMachine();
  const listed = accounts[0] === undefined || accounts.some(({ uid }) => uid === process.getuid?.());
  const renamed = listed ? null : insideNamespace(accounts[0]!);
  return renamed && canRun(renamed, binaries.folder) ? renamed : { prefix: [] };
}

function insideNamespace({ uid, gid }: Account): RunAs {
  return { prefix: ['unshare', '--user', `--map-user=${uid}`, `--map-group=${gid}`] };
}

function choosePlaceForRoot({ dataDir, binaries, fallback = usualFallback, log }: PlaceRequest): Place {
  const inPlace = join(dataDir, clusterName);
  const home = join(fallback.folder, createHash('sha256').update(dataDir).digest('hex').slice(0, 16));
  const away = join(home, clusterName);
  const present = [inPlace, away].find((cluster) => existsSync(join(cluster, 'PG_VERSION')));

  const accounts = accountsOfMachine();
  const owner = statSync(present ?? dataDir);
  if (owner.uid !== 0 && (present || accounts.some(({ uid }) => uid === owner.uid))) {
    const runAs: RunAs = { prefix: [], uid: owner.uid, gid: owner.gid };
    const cluster = present ?? inPlace;
    if (canEnter(runAs, dirname(cluster))) {
      log(`Running as root, so PostgreSQL runs as user ${owner.uid}, who owns ${nameOf(cluster)}.`);
      return { binaries: binariesFor(runAs, binaries, fallback.folder), cluster, runAs };
    }
    if (present) throw new Error(`User ${owner.uid}, who owns the database in ${nameOf(cluster)}, may not enter that folder. Start Coachline as that user, or set DATABASE_URL.`);
  }

  const [nobody] = accounts;
  if (!nobody) throw new Error('PostgreSQL does not run as root, and this machine has no other user. Add one, or set DATABASE_URL.');

  const namespace = insideNamespace(nobody);
  if (!fallback.withoutNamespaces && canEnter(namespace, dataDir) && canRun(namespace, binaries.folder)) {
    return { binaries: binaries.folder, cluster: inPlace, runAs: namespace };
  }
  if (present) throw new Error(`The database in ${nameOf(inPlace)} belongs to root, and this machine does not let PostgreSQL run as root. Give ${nameOf(dataDir)} to an ordinary user (chown -R) and start Coachline as that user.`);

  const runAs: RunAs = { prefix: [], uid: nobody.uid, gid: nobody.gid };
  const folder = binariesFor(runAs, binaries, fallback.folder);
  if (canEnter(runAs, dataDir)) {
    log(`Running as root, so PostgreSQL runs as ${nobody.name}, its data in ${nameOf(inPlace)}.`);
    return { binaries: folder, cluster: inPlace, runAs };
  }
  makeFolder(fallback.folder, 0o755);
  makeFolder(home, 0o700);
  chownSync(home, nobody.uid, nobody.gid);
  log(`Running as root, and ${nobody.name} may not enter ${nameOf(dataDir)}, so PostgreSQL runs as ${nobody.name}, its data in ${away}.`);
  return { binaries: folder, cluster: away, runAs };
}

/** The installed binaries when that user may run them, else a copy where everybody may. */
function binariesFor(runAs: RunAs, { folder, version }: PostgresBinaries, fallbackFolder: string): string {
  if (canRun(runAs, folder)) return folder;
  const copy = join(fallbackFolder, `postgresql-${version}`);
  if (!existsSync(copy)) {
    makeFolder(fallbackFolder, 0o755);
    const draft = `${copy}.${process.pid}`;
    const needed = (path: string) => !path.endsWith('.a') && !path.endsWith('/pkgconfig');
    cpSync(folder, draft, { recursive: true, verbatimSymlinks: true, filter: needed });
    spawnSync('chmod', ['-R', 'a+rX', draft], { env: plainEnvironment });
    try {
      renameSync(draft, copy);
    } catch {
      rmSync(draft, { recursive: true, force: true });   // another start has just put the same copy there
    }
  }
  mustRun(runAs, copy);
  return copy;
}

function canEnter(runAs: RunAs, folder: string): boolean {
  return tryOut(runAs, 'test', ['-x', folder]).status === 0;
}

function canRun(runAs: RunAs, binaries: string): boolean {
  return tryOut(runAs, join(binaries, 'bin', 'postgres'), ['--version']).status === 0;
}

function mustRun(runAs: RunAs, binaries: string): void {
  const { status, error, stderr } = tryOut(runAs, join(binaries, 'bin', 'postgres'), ['--version']);
  if (status === 0) return;
  const reason = stderr?.trim().split('\n').at(-1) || error?.message || `it ended with ${status}`;
  throw new Error(`The embedded PostgreSQL does not run on this machine: ${reason}. Set DATABASE_URL to a PostgreSQL 15 or later.`);
}

function tryOut({ prefix, uid, gid }: RunAs, program: string, args: string[]) {
  const [first, ...rest] = [...prefix, program, ...args];
  return spawnSync(first!, rest, { uid, gid, cwd: '/', env: plainEnvironment, encoding: 'utf8', timeout: 20_000 });
}

/** initdb looks its user up by number, so only an account that the machine lists will do; `nobody` comes first. */
function accountsOfMachine(): Account[] {
  const lines = existsSync('/etc/passwd') ? readFileSync('/etc/passwd', 'utf8').split('\n') : [];
  return lines.map((line) => line.split(':'))
    .map(([name = '', , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }))
    .filter(({ name, uid }) => /^[a-z_]/.test(name) && uid)
    .toSorted((a, b) => Number(b.name === 'nobody') - Number(a.name === 'nobody'));
}

/** By mode, whatever the umask says. */
function makeFolder(folder: string, mode: number): void {
  mkdirSync(folder, { recursive: true });
  chmodSync(folder, mode);
}
