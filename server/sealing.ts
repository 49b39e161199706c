// Keeps secrets encrypted at rest: AES-256-GCM under SECRET_KEY, or under one made once and kept in DATA_DIR.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { lchownSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shortestSecretKey } from './config.ts';
import type { Config } from './config.ts';

export type Sealing = {
  /** Encrypts `secret`; `purpose` names what it is, and only the same purpose opens it again. */
  seal: (secret: string, purpose: string) => Buffer;
  /** @throws Error when the key, the purpose or a single bit differs. */
  open: (sealed: Uint8Array, purpose: string) => string;
};

const ivBytes = 12;
const tagBytes = 16;

/** @param secretKey any text of 32 characters or more */
export function createSealing(secretKey: string): Sealing {
  const key = Buffer.from(hkdfSync('sha256', secretKey, '', 'coachline sealing v1', 32));
  return {
    seal: (secret, purpose) => {
      const iv = randomBytes(ivBytes);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(purpose));
      const body = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return Buffer.concat([iv, cipher.getAuthTag(), body]);
    },
    open: (sealed, purpose) => {
      const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, ivBytes)).setAAD(Buffer.from(purpose));
      decipher.setAuthTag(sealed.subarray(ivBytes, ivBytes + tagBytes));
      return Buffer.concat([decipher.update(sealed.subarray(ivBytes + tagBytes)), decipher.final()]).toString('utf8');
    },
  };
}

/**
 * SECRET_KEY, or the one in DATA_DIR, made on first use and readable by its owner only.
 * @throws {Error} with one plain line when the file there holds less than a secret
 */
export function readSecretKey({ secretKey, dataDir }: Pick<Config, 'secretKey' | 'dataDir'>): string {
  if (secretKey !== null) return secretKey;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = join(dataDir, 'secret-key');
  const fresh = `${file}.${process.pid}`;
  try {
    // Written whole under another name first, then linked, which fails when somebody was quicker.
    rmSync(fresh, { force: true });   // never through a link that the folder's owner put there
    writeFileSync(fresh, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' });
    // Made by root in somebody's folder, it is theirs: they could not start Coachline again otherwise.
    const { uid, gid } = statSync(dataDir);
    if (process.getuid?.() === 0) lchownSync(fresh, uid, gid);
    linkSync(fresh, file);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  } finally {
    rmSync(fresh, { force: true });
  }
  const kept = readFileSync(file, 'utf8').trim();
  if (kept.length < shortestSecretKey) throw new Error(`Coachline cannot start: the file secret-key in DATA_DIR holds fewer than ${shortestSecretKey} characters. Put back the one that was there.`);
  return kept;
}
