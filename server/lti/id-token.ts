// The envelope of a launch: a signed id_token, checked from outside in before anything in it is believed.
// Source: 1EdTech Security Framework 1.0, section 5.1.3; OpenID Connect Core, section 3.1.3.7.
import { hash, KeyObject, timingSafeEqual, verify } from 'node:crypto';
import type { CryptoKey } from 'jose';
import { accept, refuse } from './refusal.ts';
import type { Result } from './refusal.ts';

export type TokenExpectation = {
  issuer: string;
  clientId: string;
  /** SHA-256 of the nonce that was sent with the state of this login. */
  nonceHash: Uint8Array;
  /** The platform's public key of that id; see key-set.ts. */
  findKey: (kid: string) => Promise<Result<CryptoKey>>;
  now: Temporal.Instant;
};

export type UnmatchedExpectation = Pick<TokenExpectation, 'issuer' | 'clientId' | 'now'> & { freshKey: (kid: string) => CryptoKey | null };

/** A verified token's claims. LTI's own among them are still unread; claims.ts does that. */
export type VerifiedToken = { sub: string; claims: Record<string, unknown> };

const longestToken = 64 * 1024;
const longestSub = 255;   // OpenID Connect Core, section 2
const leewaySeconds = 60;
const oldestSeconds = 24 * 60 * 60;

/**
 * Checks an id_token against the registration and the login that asked for it.
 * At most one signature is verified. Keys that the token brings along itself (jwk, jku, x5u) are never looked at.
 */
export async function verifyIdToken(token: unknown, { nonceHash, ...expected }: TokenExpectation): Promise<Result<VerifiedToken>> {
  // An order that people who connect an LMS can follow: whose message, for whom, when, for which login, about whom.
  const claims = await verifyMessage(token, expected);
  if (!claims.ok) return claims;
  return checkNonce(claims.value, nonceHash) ?? readSubject(claims.value);
}

/**
 * Checks a signed message that no login asked for, such as a notice: whose it is, for whom, and when. What its nonce is
 * worth, and whom it is about, is for the caller.
 */
export async function verifyMessage(token: unknown, { findKey, ...expected }: Omit<TokenExpectation, 'nonceHash'>): Promise<Result<Claims>> {
  if (token === undefined || token === null || token === '') return refuse('token.missing');
  if (typeof token !== 'string') return refuse('token.malformed', 'not one string');
  if (token.length > longestToken) return refuse('token.too_large');

  const kid = readKeyId(token);
  if (!kid.ok) return kid;
  const key = await findKey(kid.value);
  if (!key.ok) return key;
  const claims = verifiedClaims(token, key.value);
  return claims.ok ? checkAddressing(claims.value, expected) ?? claims : claims;
}

declare const readTogether: unique symbol;

/** A token of which nothing is proven, and what it says. Only `readUnproven` makes one, so that no claims stand beside another token. */
export type UnprovenToken = { readonly token: string; readonly claims: Claims; readonly [readTogether]: true };

/**
 * Reads a token before anything of it is proven; null when it cannot be read. What it says is good for finding out whose
 * it may be and what will be needed once it is proven; for nothing else.
 */
export function readUnproven(token: string): UnprovenToken | null {
  const claims = token.length > longestToken ? null : parseObject(Buffer.from(token.split('.', 3)[1] ?? '', 'base64url'));
  return claims && ({ token, claims } as UnprovenToken);
}

/**
 * The same for a caller who has not read the login: gives the hash of the nonce that the token holds, which must still
 * be compared with that of its login. Null when anything is wrong, or when `freshKey` does not have its key at hand.
 * The claims were read out of the token itself, so with its signature they are proven.
 */
export function verifyUnmatchedToken({ token, claims }: UnprovenToken, { freshKey, ...expected }: UnmatchedExpectation): (VerifiedToken & { nonceHash: Buffer }) | null {
  const kid = readKeyId(token);
  const key = kid.ok ? freshKey(kid.value) : null;
  if (!key || !isSignedBy(key, token) || checkAddressing(claims, expected)) return null;
  const { nonce } = claims;
  const verified = readSubject(claims);
  return verified.ok && typeof nonce === 'string' && nonce !== '' ? { ...verified.value, nonceHash: hash('sha256', nonce, 'buffer') } : null;
}

type Claims = Record<string, unknown>;
type Refused = ReturnType<typeof refuse>;

/** The header says which key, and nothing else that we believe. */
function readKeyId(token: string): Result<string> {
  // The third part may be empty here, so that an unsigned token is told what it is.
  const parts = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/.exec(token);
  if (!parts) return refuse('token.malformed', 'not three base64url parts');
  const header = parseObject(Buffer.from(parts[1] ?? '', 'base64url'));
  if (!header) return refuse('token.malformed', 'header is not a JSON object');

  const { alg, kid } = header;
  if (typeof alg === 'string' && alg.toLowerCase() === 'none') return refuse('token.unsigned');
  if (alg !== 'RS256') return refuse('token.bad_algorithm');
  // Extensions that a receiver must understand: LTI has none.
  if (header['crit'] !== undefined) return refuse('token.malformed', 'crit header');
  // jose would choose a key by itself when the set holds only one that suits.
  if (typeof kid !== 'string' || kid === '') return refuse('token.no_kid');
  return accept(kid);
}

/** The claims of a token that is signed by the key. */
function verifiedClaims(token: string, key: CryptoKey): Result<Claims> {
  if (!isSignedBy(key, token)) return refuse('token.bad_signature');
  const claims = readUnproven(token)?.claims;
  return claims ? accept(claims) : refuse('token.malformed', 'payload is not a JSON object');
}

/**
 * Whether a token's RS256 signature (RFC 7515, 5.2; RFC 7518, 3.3) is the key's. Checked by OpenSSL at once, not through
 * WebCrypto, which hands each signature to another thread: that costs three times the check itself.
 */
function isSignedBy(key: CryptoKey, token: string): boolean {
  const end = token.lastIndexOf('.');
  return verify('sha256', Buffer.from(token.slice(0, end)), keyObjectOf(key), Buffer.from(token.slice(end + 1), 'base64url'));
}

const keyObjects = new WeakMap<CryptoKey, KeyObject>();

/** A key as node:crypto takes it; making one anew is a sixth of a check. */
function keyObjectOf(key: CryptoKey): KeyObject {
  return keyObjects.getOrInsertComputed(key, () => KeyObject.from(key));
}

/** Whose message, for whom, when. */
function checkAddressing(claims: Claims, { issuer, clientId, now }: Pick<TokenExpectation, 'issuer' | 'clientId' | 'now'>): Refused | null {
  return checkIssuer(claims, issuer) ?? checkAudience(claims, clientId) ?? checkTimes(claims, now);
}

function checkIssuer({ iss }: Claims, issuer: string): Refused | null {
  return iss === issuer ? null : refuse('token.wrong_issuer');
}

/** jose is content when any audience fits; a second one that we do not know, or another `azp`, is refused here. */
function checkAudience({ aud, azp }: Claims, clientId: string): Refused | null {
  const audiences: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!audiences.includes(clientId)) return refuse('token.wrong_audience');
  if (audiences.length > 1 && azp === undefined) return refuse('token.missing_azp');
  if (azp !== undefined && azp !== clientId) return refuse('token.wrong_azp');
  return audiences.every((audience) => audience === clientId) ? null : refuse('token.wrong_audience', 'a second audience');
}

/** One minute of leeway each way, because the clocks of platforms are not ours. */
function checkTimes({ exp, iat, nbf }: Claims, now: Temporal.Instant): Refused | null {
  const seconds = now.epochMilliseconds / 1000;
  if (!isTime(exp)) return refuse('token.missing_exp', exp === undefined ? undefined : 'not a number');
  if (!isTime(iat)) return refuse('token.missing_iat', iat === undefined ? undefined : 'not a number');
  if (exp + leewaySeconds <= seconds) return refuse('token.expired');
  if (iat > seconds + leewaySeconds) return refuse('token.from_future');
  if (iat < seconds - oldestSeconds) return refuse('token.too_old');
  if (nbf !== undefined && (!isTime(nbf) || nbf > seconds + leewaySeconds)) return refuse('token.not_yet_valid');
  return null;
}

function checkNonce({ nonce }: Claims, nonceHash: Uint8Array): Refused | null {
  if (typeof nonce !== 'string' || nonce === '') return refuse('nonce.missing');
  const given = hash('sha256', nonce, 'buffer');
  return given.length === nonceHash.length && timingSafeEqual(given, nonceHash) ? null : refuse('nonce.mismatch');
}

/** LTI allows anonymous launches; a programme that records attendance cannot use one. */
function readSubject(claims: Claims): Result<VerifiedToken> {
  const { sub } = claims;
  if (sub === undefined || sub === null) return refuse('sub.missing');
  if (typeof sub !== 'string' || sub === '' || sub.length > longestSub || sub.includes('\0') || !sub.isWellFormed()) return refuse('sub.malformed');
  return accept({ sub, claims });
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}

const strictly = new TextDecoder('utf-8', { fatal: true });

function parseObject(bytes: Uint8Array): Claims | null {
  try {
    const value: unknown = JSON.parse(strictly.decode(bytes));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Claims : null;
  } catch {
    return null;
  }
}
