// Files that people hand over: in DATA_DIR/uploads, each under the id of its row; in a folder beside them until it is whole.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { chown, lstat, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileTypeFromFile } from 'file-type';
import type { Content } from './domain/evidence.ts';

/** A file that has arrived and is not kept yet. `sha256` is of all its bytes. */
export type ReceivedFile = { bytes: number; sha256: Buffer; content: Content };

export type Uploads = {
  /**
   * Writes a stream to the disk, for good, among what is still arriving. What fails on the way leaves nothing.
   * @throws BrokenUpload when the stream breaks off; anything else is the disk's
   */
  receive: (id: string, stream: Readable, now: Temporal.Instant) => Promise<ReceivedFile>;
  /** Puts a received file where `read` finds it. */
  keep: (id: string) => Promise<void>;
  /** The stream of a kept file, which closes it; null where there is none. */
  read: (id: string) => Promise<Readable | null>;
  /** Takes a file away, received or kept. */
  remove: (id: string) => Promise<void>;
  /** Takes away what has been arriving for over an hour: a server that was killed left it. Says how many. */
  sweep: (now: Temporal.Instant) => Promise<number>;
};

/** Whoever sent the file went away before its end. */
export class BrokenUpload extends Error {}

const staleAfter = Temporal.Duration.from({ hours: 1 });
const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @param dataDir where `uploads` is made when the first file comes */
export function createUploads(dataDir: string): Uploads {
  const folder = join(dataDir, 'uploads');
  const arriving = join(folder, 'arriving');
  const place = (inFolder: string, id: string): string => {
    if (!idPattern.test(id)) throw new Error('this is no id of an upload');
    return join(inFolder, id);
  };
  const sweep = async (now: Temporal.Instant): Promise<number> => {
    const before = now.subtract(staleAfter).epochMilliseconds;
    let count = 0;
    for (const name of await namesIn(arriving)) {
      const changedAt = await lstat(join(arriving, name)).then(({ mtimeMs }) => mtimeMs, () => Infinity);
      if (changedAt > before) continue;
      await rm(join(arriving, name), { force: true });
      count += 1;
    }
    return count;
  };
  return {
    sweep,
    receive: async (id, stream, now) => {
      await makeFolders(dataDir, folder, arriving);
      await sweep(now);
      const path = place(arriving, id);
      try {
        return { ...(await writeDurably(path, stream)), content: await contentOf(path) };
      } catch (error) {
        await rm(path, { force: true });
        throw error;
      }
    },
    keep: async (id) => {
      await rename(place(arriving, id), place(folder, id));
      await syncFolder(folder);
    },
    read: async (id) => {
      try {
        return (await open(place(folder, id), constants.O_RDONLY | constants.O_NOFOLLOW)).createReadStream();
      } catch (error) {
        if (isMissing(error)) return null;
        throw error;
      }
    },
    remove: async (id) => {
      await rm(place(arriving, id), { force: true });
      await rm(place(folder, id), { force: true });
    },
  };
}

async function writeDurably(path: string, stream: Readable): Promise<{ bytes: number; sha256: Buffer }> {
  const file = await open(path, 'wx', 0o600);
  try {
    const digest = createHash('sha256');
    let bytes = 0;
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      digest.update(chunk);
      bytes += chunk.length;
      await writeAll(file, chunk);
    }
    await file.sync();
    return { bytes, sha256: digest.digest() };
  } catch (error) {
    throw stream.errored ? new BrokenUpload('the upload broke off', { cause: error }) : error;
  } finally {
    await file.close();
  }
}

/** A disk that fills up may take a part only. */
async function writeAll(file: FileHandle, chunk: Buffer): Promise<void> {
  for (let written = 0; written < chunk.length;) written += (await file.write(chunk, written)).bytesWritten;
}

async function contentOf(path: string): Promise<Content> {
  const found = await fileTypeFromFile(path).catch(() => undefined);   // a broken file has no type
  return { mediaType: found?.mime ?? null, isText: await isText(path) };
}

async function isText(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of file.createReadStream({ autoClose: false }) as AsyncIterable<Buffer>) {
      if (chunk.includes(0)) return false;
      decoder.decode(chunk, { stream: true });
    }
    decoder.decode();
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  } finally {
    await file.close();
  }
}

async function makeFolders(dataDir: string, ...folders: string[]): Promise<void> {
  for (const folder of folders) {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (made === undefined || process.getuid?.() !== 0) continue;
    // Made by root in somebody's folder, it is theirs: they could not take uploads otherwise.
    const { uid, gid } = await stat(dataDir);
    await chown(folder, uid, gid);
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } catch (error) {
    // Windows cannot; there the rename is as durable as it gets.
    if (!(error instanceof Error && 'code' in error && (error.code === 'EPERM' || error.code === 'EINVAL'))) throw error;
  } finally {
    await handle.close();
  }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
