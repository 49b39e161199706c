// The platforms' public keys, kept in memory: a known key never waits, a rotated one works at its first launch,
// and nobody can make us ask a platform more than five times a minute.
import { importJWK } from 'jose';
import type { CryptoKey } from 'jose';
import { accept, refuse } from './refusal.ts';
import type { Result } from './refusal.ts';

/** Fetches a JSON document; `createOutbound(…).fetchJson` is one. Must not throw, and must end by itself. */
export type FetchKeySet = (url: string) => Promise<{ ok: true; json: unknown } | { ok: false; reason: string }>;

export type KeySets = {
  /**
   * The key `kid` of a registration's platform, ready for RS256.
   * Refusals: `token.unknown_key` when the platform does not publish it, `keyset.unreachable` when that cannot be found out.
   */
  findKey(registrationId: string, keysetUrl: string, kid: string): Promise<Result<CryptoKey>>;
  /** The same key when it is in memory and fresh, else null. Never asks a platform, so it may be called for anybody. */
  freshKey(registrationId: string, keysetUrl: string, kid: string): CryptoKey | null;
};

const minute = 60_000;
const freshFor = 60 * minute;         // after that a known key is still used, while the set is fetched again behind it
const retryAfter = 5 * minute;        // when that failed
const unknownFor = 5 * minute;        // how long the same unknown kid is not asked for again
const fetchesPerMinute = 5;
const mostUnknownKids = 200;
const mostKeys = 50;
const longestKid = 500;

type KeySet = {
  url: string;
  keys: ReadonlyMap<string, CryptoKey>;
  /** From when on a known key causes a fetch in the background, in epoch milliseconds. */
  refreshAt: number;
  lastFetchFailed: boolean;
  /** Starts of the last fetches, at most five. */
  fetchStarts: number[];
  /** kid → when the platform was last seen not to publish it, oldest first. */
  unknownKids: Map<string, number>;
  fetching: Promise<boolean> | null;
};

/** One per process. `now` is the clock. */
export function createKeySets({ fetchKeySet, now }: { fetchKeySet: FetchKeySet; now: () => Temporal.Instant }): KeySets {
  const sets = new Map<string, KeySet>();
  return { findKey, freshKey };

  function freshKey(registrationId: string, keysetUrl: string, kid: string): CryptoKey | null {
    const set = sets.get(registrationId);
    return set?.url === keysetUrl && milliseconds() < set.refreshAt ? set.keys.get(kid) ?? null : null;
  }

  async function findKey(registrationId: string, keysetUrl: string, kid: string): Promise<Result<CryptoKey>> {
    const set = setFor(registrationId, keysetUrl);
    const known = set.keys.get(kid);
    if (known) {
      if (milliseconds() >= set.refreshAt) void fetchAtMostFiveTimesAMinute(set);
      return accept(known);
    }
    if (kid.length > longestKid || isRememberedAsUnknown(set, kid)) return refuse('token.unknown_key');

    const fetched = await fetchAtMostFiveTimesAMinute(set);
    const found = set.keys.get(kid);
    if (found) return accept(found);
    if (fetched === 'done') rememberAsUnknown(set, kid);
    return set.lastFetchFailed ? refuse('keyset.unreachable') : refuse('token.unknown_key');
  }

  function setFor(registrationId: string, url: string): KeySet {
    const existing = sets.get(registrationId);
    if (existing?.url === url) return existing;
    // A new address means that an administrator changed it: keys of the old one no longer count.
    const set: KeySet = { url, keys: new Map(), refreshAt: 0, lastFetchFailed: false, fetchStarts: [], unknownKids: new Map(), fetching: null };
    sets.set(registrationId, set);
    return set;
  }

  /** Launches that come while a fetch is under way share it. */
  async function fetchAtMostFiveTimesAMinute(set: KeySet): Promise<'done' | 'failed' | 'not-now'> {
    if (!set.fetching) {
      const started = milliseconds();
      set.fetchStarts = set.fetchStarts.filter((start) => started - start < minute);
      if (set.fetchStarts.length >= fetchesPerMinute) return 'not-now';
      set.fetchStarts.push(started);
      set.fetching = fetchInto(set).finally(() => { set.fetching = null; });
    }
    return await set.fetching ? 'done' : 'failed';
  }

  /** Replaces the keys when the platform answers with a key set, and keeps the old ones when it does not. */
  async function fetchInto(set: KeySet): Promise<boolean> {
    const answer = await fetchKeySet(set.url).catch(() => ({ ok: false as const }));
    const keys = answer.ok ? await importKeys(answer.json) : null;
    set.lastFetchFailed = keys === null;
    set.refreshAt = milliseconds() + (keys ? freshFor : retryAfter);
    if (keys) set.keys = keys;
    return keys !== null;
  }

  function isRememberedAsUnknown(set: KeySet, kid: string): boolean {
    const since = set.unknownKids.get(kid);
    if (since === undefined) return false;
    if (milliseconds() - since < unknownFor) return true;
    set.unknownKids.delete(kid);
    return false;
  }

  function rememberAsUnknown(set: KeySet, kid: string): void {
    set.unknownKids.delete(kid);
    set.unknownKids.set(kid, milliseconds());
    const [oldest] = set.unknownKids.keys();
    if (set.unknownKids.size > mostUnknownKids && oldest !== undefined) set.unknownKids.delete(oldest);
  }

  function milliseconds(): number {
    return now().epochMilliseconds;
  }
}

/** The usable keys of a JWK set by kid, or null when it is no key set. An unusable key does not spoil the others. */
async function importKeys(json: unknown): Promise<Map<string, CryptoKey> | null> {
  const list = asObject(json)?.['keys'];
  if (!Array.isArray(list)) return null;
  const keys = new Map<string, CryptoKey>();
  for (const item of list.slice(0, mostKeys) as unknown[]) {
    const jwk = asObject(item);
    const kid = jwk?.['kid'];
    if (!jwk || typeof kid !== 'string' || kid === '' || keys.has(kid)) continue;
    const key = await importKey(jwk);
    if (key) keys.set(kid, key);
  }
  return keys;
}

/** An RSA key for verifying RS256 signatures, or null. D2L and others leave out `alg`; what is there must fit. */
async function importKey({ kty, alg, use, key_ops: operations, n, e }: Record<string, unknown>): Promise<CryptoKey | null> {
  if (kty !== 'RSA' || typeof n !== 'string' || typeof e !== 'string') return null;
  if ((alg ?? 'RS256') !== 'RS256' || (use ?? 'sig') !== 'sig') return null;
  if (Array.isArray(operations) && !operations.includes('verify')) return null;
  try {
    // Only the public members are taken over, so that a private key published by mistake is still a public one here.
    const key = await importJWK({ kty, n, e, alg: 'RS256' }, 'RS256');
    const { modulusLength } = key.algorithm as unknown as { modulusLength: number };
    return modulusLength >= 2048 && modulusLength <= 8192 ? key : null;
  } catch {
    return null;
  }
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null;
}
