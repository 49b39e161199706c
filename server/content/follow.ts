// A programme's folder while somebody writes in it: read again whenever a file in it has changed.
import { readdir, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { loadProgramme } from './library.ts';
import { ContentError } from './problems.ts';
import type { Problem } from './problems.ts';
import type { Programme } from './programme.ts';

/** What the folder holds now: the programme, or everything that is wrong with its files. */
export type Reading = { programme: Programme } | { problems: readonly Problem[] };

/** Milliseconds: soon enough to seem at once, and the names and times of a hundred files take two of them. */
const lookAgainAfter = 300;

/**
 * Reads at once, and then after each change. Looks for itself instead of waiting to be told, because that works with
 * every editor's way to save and on every kind of disk.
 */
export async function* followProgramme(folder: string, signal: AbortSignal): AsyncGenerator<Reading, void> {
  let seen: string | null = null;
  while (!signal.aborted) {
    const stamp = await stampOf(folder);
    if (stamp !== seen) {
      seen = stamp;
      yield await read(folder);
    }
    await new Promise((resolve) => { setTimeout(resolve, lookAgainAfter); });
  }
}

async function read(folder: string): Promise<Reading> {
  try {
    return { programme: await loadProgramme(folder) };
  } catch (error) {
    // Half a file may be read while it is saved: whatever goes wrong is said, and the next reading tells.
    return { problems: error instanceof ContentError ? error.problems : [{ file: relative(process.cwd(), folder), line: 1, message: String(error) }] };
  }
}

/** Changes with any file that appears, goes or is saved. */
async function stampOf(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const stamps = await Promise.all(names.map(async (name) => {
    const found = await stat(join(folder, name)).catch(() => null);   // gone meanwhile
    return found?.isFile() ? `${name} ${found.mtimeMs} ${found.size}` : '';
  }));
  return stamps.join('\n');
}
