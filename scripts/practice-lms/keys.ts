// The platform's signing keys: made once, kept when a folder is given, rotated on demand.
import { createHmac, createPrivateKey, createPublicKey, constants, generateKeyPair, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { calculateJwkThumbprint, exportJWK } from 'jose';
import type { JSONWebKeySet, JWK } from 'jose';

export type SigningKey = { kid: string; privateKey: KeyObject; publicKey: KeyObject; publicJwk: JWK };

/** The algorithms a token can be signed with. Only RS256 is good (Security Framework 1.0, 6.1); the others are for tests. */
export type TokenAlgorithm = 'RS256' | 'RS384' | 'RS512' | 'PS256' | 'HS256' | 'none';

export type KeyRing = {
  /** The key that signs now. */
  current(): SigningKey;
  /** Every public key that the platform still stands by, as a JWK set. */
  jwks(): JSONWebKeySet;
  /** Signs with a new key from now on. The old ones stay published unless `keepOld` is false. */
  rotate(options?: { keepOld?: boolean }): Promise<SigningKey>;
};

const makeKeyPair = promisify(generateKeyPair);

/**
 * Opens the keys kept in `folder`, or makes the first one. Without a folder the keys live in memory alone.
 * Throws when the folder's file cannot be read or is not what this function wrote.
 */
export async function openKeyRing(folder?: string): Promise<KeyRing> {
  const file = folder && join(folder, 'practice-lms-keys.json');
  let keys = file ? await readKeys(file) : [];
  if (keys.length === 0) await rotate();

  async function rotate({ keepOld = true } = {}) {
    const key = await newSigningKey();
    keys = keepOld ? [...keys, key] : [key];
    if (file) await writeKeys(file, keys);
    return key;
  }

  return {
    current: () => keys.at(-1)!,
    jwks: () => ({ keys: keys.map(({ publicJwk }) => publicJwk) }),
    rotate,
  };
}

/** A fresh 2048-bit RSA key. Its `kid` is its thumbprint (RFC 7638) unless one is given. */
export async function newSigningKey(kid?: string): Promise<SigningKey> {
  const { privateKey } = await makeKeyPair('rsa', { modulusLength: 2048 });
  return signingKeyOf(privateKey, kid);
}

/**
 * A compact JWS over `claims`. By hand because a test needs tokens that lie about themselves,
 * which jose rightly refuses to make: the header is taken as it is, and `algorithm` alone decides how it is signed.
 * HS256 signs with the public key's PEM as the secret, the classic confusion of algorithms.
 */
export function signToken(header: object, claims: object, key: SigningKey, algorithm: TokenAlgorithm): string {
  const signingInput = `${base64urlJson(header)}.${base64urlJson(claims)}`;
  return `${signingInput}.${signatureOf(signingInput, key, algorithm)}`;
}

function signatureOf(input: string, { privateKey, publicKey }: SigningKey, algorithm: TokenAlgorithm): string {
  if (algorithm === 'none') return '';
  if (algorithm === 'HS256') {
    return createHmac('sha256', publicKey.export({ type: 'spki', format: 'pem' })).update(input).digest('base64url');
  }
  const padding = algorithm === 'PS256'
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : { padding: constants.RSA_PKCS1_PADDING };
  return sign(`sha${algorithm.slice(2)}`, Buffer.from(input), { key: privateKey, ...padding }).toString('base64url');
}

function base64urlJson(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

async function signingKeyOf(privateKey: KeyObject, kid?: string): Promise<SigningKey> {
  const publicKey = createPublicKey(privateKey);
  const jwk = await exportJWK(publicKey);
  const id = kid ?? await calculateJwkThumbprint(jwk);
  return { kid: id, privateKey, publicKey, publicJwk: { ...jwk, kid: id, alg: 'RS256', use: 'sig' } };
}

async function readKeys(file: string): Promise<SigningKey[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return [];
  try {
    const { keys } = JSON.parse(text) as { keys: JWK[] };
    return await Promise.all(keys.map((jwk) => signingKeyOf(createPrivateKey({ key: jwk, format: 'jwk' }), jwk.kid)));
  } catch (cause) {
    throw new Error(`${file} does not hold the practice LMS's keys; delete it to have new ones made`, { cause });
  }
}

async function writeKeys(file: string, keys: readonly SigningKey[]) {
  const jwks = keys.map(({ kid, privateKey }) => ({ ...privateKey.export({ format: 'jwk' }), kid }));
  await mkdir(join(file, '..'), { recursive: true });
  await writeFile(file, JSON.stringify({ keys: jwks }, null, 2), { mode: 0o600 });
}
