/** What the embedded PostgreSQL keeps in DATA_DIR beside its data: a password, and the port it had last. */
import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, lchownSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute, join, relative } from 'node:path';

export interface Settings {
  password: string;
  port(): number | undefined;
  keepPort(port: number): void;
}

/**
 * Makes the data folder when needed, closed to everyone else, and gives its real path.
 * @throws {Error} with one plain line when this user may not use it.
 */
export function openDataDir(dataDir: string): string {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK);
    return realpathSync(dataDir);
  } catch (error) {
    throw new Error(`The data folder ${nameOf(dataDir)} cannot be used by this user (${(error as NodeJS.ErrnoException).code}). Start Coachline as the user it belongs to, or set another DATA_DIR.`, { cause: error });
  }
}

/**
 * Reads the settings, with a password generated at the first start and kept for the owner's eyes alone.
 * @throws {Error} with one plain line when the data folder of PostgreSQL is there and the password is not, or cannot be read.
 */
export function readSettings(dataDir: string, cluster: string): Settings {
  const file = join(dataDir, 'postgres.json');
  if (!existsSync(file) && existsSync(cluster)) {
    throw new Error(`${nameOf(file)} is missing. It holds the password of the database in ${nameOf(cluster)}: put it back.`);
  }
  const kept = existsSync(file)
    ? readKept(file)
    : { password: randomBytes(24).toString('base64url') };
  const write = () => writeFileFor(dataDir, file, JSON.stringify(kept));
  if (!existsSync(file)) write();
  return {
    password: kept.password,
    port: () => kept.port,
    keepPort(port) {
      if (port === kept.port) return;
      kept.port = port;
      write();
    },
  };
}

function readKept(file: string): { password: string; port?: number } {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as { password: string; port?: number };
  } catch (cause) {
    throw new Error(`${nameOf(file)} cannot be read. It holds the password of the embedded database: put it back as it was.`, { cause });
  }
}

/**
 * Writes a file that only its owner may read, whole or not at all. When root works on somebody's data folder, the
 * file is given to that somebody, who could not start Coachline again otherwise.
 */
export function writeFileFor(dataDir: string, file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  writeNewFile(draft, text);
  giveToOwner(dataDir, draft);
  renameSync(draft, file);
}

/**
 * Writes a file for its owner's eyes that was not there before. Never through a symbolic link: the folder may be
 * somebody's for whom root works, and who could have put one there that leads to a file of the system.
 */
export function writeNewFile(file: string, text: string): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx', flush: true });   // a password must outlive a power cut
}

/** Gives a file that root made to the owner of the data folder, never what a link leads to; does nothing for anybody else. */
export function giveToOwner(dataDir: string, file: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dataDir);
  lchownSync(file, uid, gid);
}

/** The data folder as a person would name it. */
export function nameOf(dataDir: string): string {
  const path = relative(process.cwd(), dataDir);
  return path === '' || path.startsWith('..') || isAbsolute(path) ? dataDir : path;
}
