// Reads the files that a programme is made of.
import { readFile, readdir } from 'node:fs/promises';
import type { Report } from './problems.ts';

/**
 * The text of a file, with line ends as \n so that a checkout on Windows has the same content hash.
 * Gives null, and reports why, when it is missing or is not plain UTF-8.
 */
export async function readText(path: string, report: Report): Promise<string | null> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') report(1, 'there is no such file: write it, or correct the name');
    else if (code === 'EISDIR') report(1, 'this is a folder and not a file: correct the name');
    else report(1, `the file cannot be read (${code}): let the user who runs Coachline read it`);
    return null;
  }
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) {
    report(1, 'the file begins with a byte order mark: save it as UTF-8 without BOM');
    return null;
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replaceAll('\r\n', '\n');
  } catch {
    report(firstInvalidLine(bytes), 'this line is not UTF-8: save the file in the encoding UTF-8');
    return null;
  }
}

function firstInvalidLine(bytes: Buffer): number {
  // A byte that cannot be read becomes U+FFFD; lines are counted the same in both readings.
  const lines = bytes.toString('latin1').split('\n');
  const index = lines.findIndex((line) => Buffer.from(line, 'latin1').toString('utf8').includes('\uFFFD'));
  return index < 0 ? 1 : index + 1;
}

/** The names of the files in a folder, in order, without hidden ones; a folder that is not there is empty. */
export async function listFiles(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => entry.name).toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
