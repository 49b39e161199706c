// Our own keys: what we sign with, and the key set that platforms fetch (Security Framework 1.0, section 6.3).
import { createPrivateKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import type { JWK } from 'jose';

export type NewToolKey = { kid: string; publicJwk: JWK; privateKeyPem: string };

/** What signs now: the private half of a key that the key set publishes. */
export type SigningKey = { kid: string; privateKey: KeyObject };

/** A fresh RSA key pair for RS256; its `kid` is the thumbprint of RFC 7638. */
export async function generateToolKey(): Promise<NewToolKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const { kty, n, e } = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint({ kty, n, e });
  return { kid, publicJwk: { kty, n, e, kid, alg: 'RS256', use: 'sig' }, privateKeyPem: await exportPKCS8(privateKey) };
}

/**
 * A private key of generateToolKey, ready to sign.
 * @throws Error when it is no private key in PEM.
 */
export function openSigningKey({ kid, privateKeyPem }: Pick<NewToolKey, 'kid' | 'privateKeyPem'>): SigningKey {
  return { kid, privateKey: createPrivateKey(privateKeyPem) };
}

/** Claims as a signed JWT (RFC 7515, 7.1; RS256). Signed by OpenSSL at once, as id-token.ts verifies. */
export function signJwt(claims: Record<string, unknown>, { kid, privateKey }: SigningKey): string {
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const content = `${part({ alg: 'RS256', typ: 'JWT', kid })}.${part(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
}
