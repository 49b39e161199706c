import { before, beforeEach, describe, it } from 'mocha';
import { expect } from 'chai';
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import { createKeySets } from '../../server/lti/key-set.ts';
import type { FetchKeySet, KeySets } from '../../server/lti/key-set.ts';

const url = 'https://lms.example/jwks';

describe('lti key sets', () => {
  let jwk: JWK;
  let privateJwk: JWK;
  let smallJwk: JWK;
  let published: unknown[];
  let answer: Awaited<ReturnType<FetchKeySet>> | null;
  let fetches: number;
  let now: Temporal.Instant;
  let sets: KeySets;

  before(async () => {
    const keys = await generateKeyPair('RS256', { extractable: true });
    jwk = await exportJWK(keys.publicKey);
    privateJwk = await exportJWK(keys.privateKey);
    const small = await crypto.subtle.generateKey({ name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]) }, true, ['sign', 'verify']);
    smallJwk = await exportJWK(small.publicKey);
  });

  beforeEach(() => {
    published = [{ ...jwk, kid: 'a', alg: 'RS256', use: 'sig' }];
    answer = null;
    fetches = 0;
    now = Temporal.Instant.from('2026-03-02T09:00:00Z');
    sets = createKeySets({
      now: () => now,
      fetchKeySet: async (asked) => {
        expect(asked).to.equal(url);
        fetches += 1;
        const keys = published;
        await settled();
        return answer ?? { ok: true, json: { keys } };
      },
    });
  });

  async function look(kid: string, registration = 'r1'): Promise<string> {
    const result = await sets.findKey(registration, url, kid);
    return result.ok ? 'found' : result.refusal.code;
  }
  const settled = () => new Promise((done) => setTimeout(done, 2));
  const later = (duration: Temporal.DurationLike) => { now = now.add(duration); };

  it('fetches once and then answers from memory', async () => {
    expect(await look('a')).to.equal('found');
    expect(await look('a')).to.equal('found');
    expect(fetches).to.equal(1);
    const [first, second] = [await sets.findKey('r1', url, 'a'), await sets.findKey('r1', url, 'a')];
    expect(first.ok && second.ok && first.value === second.value).to.equal(true);
  });

  it('keeps registrations apart', async () => {
    await look('a', 'r1');
    await look('a', 'r2');
    expect(fetches).to.equal(2);
  });

  it('concurrent launches share one fetch', async () => {
    expect(await Promise.all([look('a'), look('a'), look('b'), look('a')])).to.deep.equal(['found', 'found', 'token.unknown_key', 'found']);
    expect(fetches).to.equal(1);
  });

  it('a key rotated just now works at its first launch', async () => {
    await look('a');
    published = [{ ...jwk, kid: 'b' }];
    expect(await look('b')).to.equal('found');
    expect(await look('a')).to.equal('token.unknown_key');   // withdrawn
  });

  it('the same unknown kid is not fetched for again within five minutes', async () => {
    await look('a');
    expect(await look('x')).to.equal('token.unknown_key');
    later({ minutes: 4, seconds: 59 });
    expect(await look('x')).to.equal('token.unknown_key');
    expect(fetches).to.equal(2);
    published = [{ ...jwk, kid: 'x' }];
    later({ seconds: 1 });
    expect(await look('x')).to.equal('found');
    expect(fetches).to.equal(3);
  });

  it('thirty launches with unknown kids fetch at most five times a minute, one after another or at once', async () => {
    for (let index = 0; index < 30; index += 1) expect(await look(`x${index}`)).to.equal('token.unknown_key');
    expect(fetches).to.equal(5);
    await Promise.all(Array.from({ length: 30 }, (_, index) => look(`y${index}`)));
    expect(fetches).to.equal(5);
    expect(await look('a')).to.equal('found');

    later({ seconds: 61 });
    published = [{ ...jwk, kid: 'y3' }];
    expect(await look('y3')).to.equal('found');   // it was never looked for, so it is not remembered as unknown
    expect(fetches).to.equal(6);
  });

  it('fetches again after an hour, behind a known key that does not wait', async () => {
    await look('a');
    published = [{ ...jwk, kid: 'b' }];
    later({ minutes: 59 });
    await look('a');
    expect(fetches).to.equal(1);
    later({ minutes: 1 });
    expect(await look('a')).to.equal('found');
    expect(await look('a')).to.equal('found');
    expect(fetches).to.equal(2);
    await settled();
    await settled();
    expect(await look('b')).to.equal('found');
    expect(fetches).to.equal(2);
  });

  it('a platform that is away does not disturb a known key, and is asked again after five minutes', async () => {
    await look('a');
    answer = { ok: false, reason: 'timeout' };
    later({ hours: 2 });
    for (let index = 0; index < 10; index += 1) {
      expect(await look('a')).to.equal('found');
      await settled();
      await settled();
    }
    expect(fetches).to.equal(2);
    later({ minutes: 5 });
    expect(await look('a')).to.equal('found');
    expect(fetches).to.equal(3);
  });

  it('rule 30: says that the platform is out of reach, and does not hold that against the kid', async () => {
    for (const failure of [{ ok: false as const, reason: 'timeout' }, { ok: true as const, json: { no: 'keys' } }, { ok: true as const, json: [] }, { ok: true as const, json: null }]) {
      answer = failure;
      expect(await look('a')).to.equal('keyset.unreachable');
    }
    answer = null;
    expect(await look('a')).to.equal('found');
    expect(fetches).to.equal(5);
  });

  it('stays unreachable, without asking, once five fetches of a minute have failed', async () => {
    answer = { ok: false, reason: 'network' };
    for (let index = 0; index < 9; index += 1) expect(await look('a')).to.equal('keyset.unreachable');
    expect(fetches).to.equal(5);
  });

  it('a fetch that throws is a platform out of reach', async () => {
    const broken = createKeySets({ now: () => now, fetchKeySet: () => Promise.reject(new Error('bug')) });
    const result = await broken.findKey('r1', url, 'a');
    expect(result.ok ? 'ok' : result.refusal).to.deep.equal({ code: 'keyset.unreachable', status: 424 });
  });

  it('skips keys that cannot be used, one by one', async () => {
    published = [
      null, 5, 'x', [], {}, { kid: 'n' },
      { ...jwk, kid: undefined }, { ...jwk, kid: 7 }, { ...jwk, kid: 'enc', use: 'enc' }, { ...jwk, kid: 'rs512', alg: 'RS512' },
      { ...jwk, kid: 'ops', key_ops: ['encrypt'] }, { kty: 'EC', crv: 'P-256', x: 'AA', y: 'AA', kid: 'ec' }, { kty: 'oct', k: 'AAAA', kid: 'oct' },
      { ...jwk, kid: 'no-n', n: undefined }, { ...jwk, kid: 'bad-n', n: '***' }, { ...smallJwk, kid: 'small' },
      { ...privateJwk, kid: 'private' }, { ...jwk, kid: 'bare' }, { ...jwk, kid: 'verify', key_ops: ['verify'] },
    ];
    for (const kid of ['private', 'bare', 'verify']) expect(await look(kid), kid).to.equal('found');
    expect(fetches).to.equal(1);
    for (const kid of ['n', 'enc', 'rs512', 'ops', 'ec', 'oct', 'no-n', 'bad-n', 'small']) {
      later({ minutes: 1 });
      expect(await look(kid), kid).to.equal('token.unknown_key');
    }
  });

  it('an overlong kid is unknown without a fetch', async () => {
    expect(await look('k'.repeat(501))).to.equal('token.unknown_key');
    expect(fetches).to.equal(0);
  });

  it('forgets the keys of an address that was changed', async () => {
    const other = createKeySets({ now: () => now, fetchKeySet: async (asked) => ({ ok: true, json: { keys: asked === url ? published : [] } }) });
    expect((await other.findKey('r1', url, 'a')).ok).to.equal(true);
    expect((await other.findKey('r1', 'https://lms.example/new', 'a')).ok).to.equal(false);
  });
});
