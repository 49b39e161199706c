// Our own keys: what we sign with, and the key set that platforms fetch (Security Framework 1.0, section 6.3).
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import type { JWK } from 'jose';

export type NewToolKey = { kid: string; publicJwk: JWK; privateKeyPem: string };

/** A fresh RSA key pair for RS256; its `kid` is the thumbprint of RFC 7638. */
export async function generateToolKey(): Promise<NewToolKey> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const { kty, n, e } = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint({ kty, n, e });
  return { kid, publicJwk: { kty, n, e, kid, alg: 'RS256', use: 'sig' }, privateKeyPem: await exportPKCS8(privateKey) };
}
