import { createHmac, generateKeyPairSync } from 'node:crypto';
import { before, describe, it } from 'mocha';
import { expect } from 'chai';
import { SignJWT, exportJWK, exportSPKI, generateKeyPair } from 'jose';
import type { CryptoKey, JWTHeaderParameters } from 'jose';
import { readUnproven, verifyIdToken, verifyUnmatchedToken } from '../../server/lti/id-token.ts';
import { hashSecret } from '../../server/lti/login.ts';
import { accept, refuse } from '../../server/lti/refusal.ts';

const now = Temporal.Instant.from('2026-03-02T09:00:00Z');
const seconds = now.epochMilliseconds / 1000;
const nonce = 'the-nonce';
const valid = { iss: 'https://lms.example', aud: 'client-1', sub: 'u1', nonce, iat: seconds, exp: seconds + 60 };

describe('lti id_token', () => {
  let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
  let otherKeys: { publicKey: CryptoKey; privateKey: CryptoKey };
  let keysLooked = 0;

  before(async () => {
    keys = await generateKeyPair('RS256', { extractable: true });
    otherKeys = await generateKeyPair('RS256', { extractable: true });
  });

  async function findKey(kid: string) {
    keysLooked += 1;
    return kid === 'k1' ? accept(keys.publicKey) : refuse('token.unknown_key');
  }

  async function sign(claims: Record<string, unknown>, header: Partial<JWTHeaderParameters> = {}, key = keys.privateKey): Promise<string> {
    return new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: 'k1', ...header }).sign(key);
  }

  /** What becomes of a token; with its key at hand, before its login is read, it is good in the same cases. */
  async function outcome(token: unknown): Promise<string> {
    const expected = { issuer: 'https://lms.example', clientId: 'client-1', now };
    const result = await verifyIdToken(token, { ...expected, nonceHash: hashSecret(nonce), findKey });
    const unproven = typeof token === 'string' ? readUnproven(token) : null;
    const unmatched = unproven && verifyUnmatchedToken(unproven, { ...expected, freshKey: (kid) => (kid === 'k1' ? keys.publicKey : null) });
    const isOfLogin = unmatched?.nonceHash.equals(hashSecret(nonce)) ?? false;
    expect(isOfLogin, 'before its login is read').to.equal(result.ok);
    if (result.ok) expect(unmatched).to.deep.include({ sub: result.value.sub, claims: result.value.claims });
    return result.ok ? 'ok' : `${result.refusal.status} ${result.refusal.code}`;
  }

  function raw(header: unknown, payload: unknown, signature = 'AAAA'): string {
    const part = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
    return `${part(header)}.${part(payload)}.${signature}`;
  }

  it('accepts a valid token and gives its claims, also those it does not know', async () => {
    const result = await verifyIdToken(await sign({ ...valid, extra: { a: 1 } }), { issuer: 'https://lms.example', clientId: 'client-1', nonceHash: hashSecret(nonce), findKey, now });
    expect(result.ok && result.value).to.deep.equal({ sub: 'u1', claims: { ...valid, extra: { a: 1 } } });
  });

  const claimCases: [string, Record<string, unknown>, string][] = [
    ['aud is a list of one', { aud: ['client-1'] }, 'ok'],
    ['aud is a list of one, with azp', { aud: ['client-1'], azp: 'client-1' }, 'ok'],
    ['rule 32: iss with a slash at its end', { iss: 'https://lms.example/' }, '401 token.wrong_issuer'],
    ['rule 32: no iss', { iss: undefined }, '401 token.wrong_issuer'],
    ['rule 33: another aud', { aud: 'client-2' }, '401 token.wrong_audience'],
    ['rule 33: no aud', { aud: undefined }, '401 token.wrong_audience'],
    ['rule 33: aud is an empty list', { aud: [] }, '401 token.wrong_audience'],
    ['rule 33: aud is an object', { aud: { 0: 'client-1' } }, '401 token.wrong_audience'],
    ['rule 34: a list without us', { aud: ['client-2', 'client-3'], azp: 'client-1' }, '401 token.wrong_audience'],
    ['rule 34: a second unknown audience', { aud: ['client-1', 'client-2'], azp: 'client-1' }, '401 token.wrong_audience'],
    ['rule 35: several audiences without azp', { aud: ['client-1', 'client-2'] }, '401 token.missing_azp'],
    ['rule 36: azp of another', { azp: 'client-2' }, '401 token.wrong_azp'],
    ['rule 36: azp null', { azp: null }, '401 token.wrong_azp'],
    ['rule 37: exp past', { exp: seconds - 60 }, '401 token.expired'],
    ['exp past, within the leeway', { exp: seconds - 59 }, 'ok'],
    ['rule 38: no exp', { exp: undefined }, '401 token.missing_exp'],
    ['rule 38: exp is text', { exp: String(seconds + 60) }, '401 token.missing_exp'],
    ['rule 39: iat a day ago', { iat: seconds - 24 * 3600 - 1 }, '401 token.too_old'],
    ['iat a little less than a day ago', { iat: seconds - 24 * 3600 + 1 }, 'ok'],
    ['rule 40: iat in the future', { iat: seconds + 61 }, '401 token.from_future'],
    ['iat in the future, within the leeway', { iat: seconds + 0.15 }, 'ok'],
    ['rule 40: no iat', { iat: undefined }, '401 token.missing_iat'],
    ['rule 40: iat is null', { iat: null }, '401 token.missing_iat'],
    ['rule 41: nbf in the future', { nbf: seconds + 61 }, '401 token.not_yet_valid'],
    ['nbf in the future, within the leeway', { nbf: seconds + 60 }, 'ok'],
    ['rule 41: nbf is text', { nbf: 'soon' }, '401 token.not_yet_valid'],
    ['rule 42: no nonce', { nonce: undefined }, '401 nonce.missing'],
    ['rule 42: nonce is a number', { nonce: 5 }, '401 nonce.missing'],
    ['rule 43: another nonce', { nonce: 'other' }, '401 nonce.mismatch'],
    ['rule 45: no sub', { sub: undefined }, '400 sub.missing'],
    ['rule 46: sub empty', { sub: '' }, '400 sub.malformed'],
    ['rule 46: sub of 256 characters', { sub: 'x'.repeat(256) }, '400 sub.malformed'],
    ['sub of 255 characters', { sub: 'x'.repeat(255) }, 'ok'],
    ['rule 46: sub is a number', { sub: 7 }, '400 sub.malformed'],
    ['rule 60: NUL in sub', { sub: 'a\0b' }, '400 sub.malformed'],
    ['half a character in sub', { sub: 'a\ud800' }, '400 sub.malformed'],
  ];
  for (const [name, change, expected] of claimCases) {
    it(`${name}: ${expected}`, async () => expect(await outcome(await sign({ ...valid, ...change }))).to.equal(expected));
  }

  it('rule 18: no token at all', async () => {
    for (const nothing of [undefined, null, '']) expect(await outcome(nothing)).to.equal('400 token.missing');
  });

  it('rule 22: not a compact JWS', async () => {
    const good = await sign(valid);
    const malformed: unknown[] = [
      'a', 'a.b', 'a.b.c', 'a.b.c.d', `${good}.x`, `${good}=`, ` ${good}`, `${good}\n`, good.replace('.', '.*'), [good, good], { token: good }, 5,
      raw('not json', valid), raw([], valid), raw('null', valid), raw('"RS256"', valid), raw({ alg: 'RS256', kid: 'k1', crit: ['b64'], b64: false }, valid),
    ];
    for (const token of malformed) expect(await outcome(token), JSON.stringify(token).slice(0, 60)).to.equal('400 token.malformed');
  });

  it('rule 22: a signed payload that is not a JSON object', async () => {
    const { CompactSign } = await import('jose');
    for (const payload of ['[]', 'null', '"x"', '5', '{', '', '{"a":"\xff"}']) {
      const token = await new CompactSign(Buffer.from(payload, 'latin1')).setProtectedHeader({ alg: 'RS256', kid: 'k1' }).sign(keys.privateKey);
      expect(await outcome(token), payload).to.equal('400 token.malformed');
    }
  });

  it('rule 23: unsigned, in any spelling', async () => {
    for (const alg of ['none', 'None', 'NONE']) {
      expect(await outcome(raw({ alg, kid: 'k1' }, valid, ''))).to.equal('401 token.unsigned');
      expect(await outcome(raw({ alg, kid: 'k1' }, valid))).to.equal('401 token.unsigned');
    }
  });

  it('rule 24: HS256 made with the public key as secret', async () => {
    const input = raw({ alg: 'HS256', kid: 'k1' }, valid).replace(/\.[^.]*$/, '');
    const signature = createHmac('sha256', await exportSPKI(keys.publicKey)).update(input).digest('base64url');
    expect(await outcome(`${input}.${signature}`)).to.equal('401 token.bad_algorithm');
  });

  it('rule 25: any other algorithm', async () => {
    const rs512 = await generateKeyPair('RS512');
    const ps256 = await generateKeyPair('PS256');
    const es256 = await generateKeyPair('ES256');
    expect(await outcome(await sign(valid, { alg: 'RS512' }, rs512.privateKey))).to.equal('401 token.bad_algorithm');
    expect(await outcome(await sign(valid, { alg: 'PS256' }, ps256.privateKey))).to.equal('401 token.bad_algorithm');
    expect(await outcome(await sign(valid, { alg: 'ES256' }, es256.privateKey))).to.equal('401 token.bad_algorithm');
    for (const alg of [undefined, '', 'rs256', 5, ['RS256'], null]) expect(await outcome(raw({ alg, kid: 'k1' }, valid))).to.equal('401 token.bad_algorithm');
  });

  it('rule 26: no kid, even if the set holds one key only', async () => {
    for (const kid of [undefined, '', 5, null]) expect(await outcome(raw({ alg: 'RS256', kid }, valid))).to.equal('401 token.no_kid');
    const withoutKid = await new SignJWT(valid).setProtectedHeader({ alg: 'RS256' }).sign(keys.privateKey);
    expect(await outcome(withoutKid)).to.equal('401 token.no_kid');
  });

  it('rule 27: another kid', async () => expect(await outcome(await sign(valid, { kid: 'k2' }))).to.equal('401 token.unknown_key'));

  it('rule 28: right kid, another key, or a changed payload or signature', async () => {
    expect(await outcome(await sign(valid, {}, otherKeys.privateKey))).to.equal('401 token.bad_signature');
    const [header, , signature] = (await sign(valid)).split('.');
    const payload = Buffer.from(JSON.stringify({ ...valid, sub: 'admin' })).toString('base64url');
    expect(await outcome(`${header}.${payload}.${signature}`)).to.equal('401 token.bad_signature');
    expect(await outcome(`${header}.${payload}.`)).to.equal('401 token.bad_signature');
    expect(await outcome(raw({ alg: 'RS256', kid: 'k1' }, valid))).to.equal('401 token.bad_signature');
  });

  it('rule 29: a key that the token brings along is not looked at', async () => {
    const jwk = await exportJWK(otherKeys.publicKey);
    const header = { jwk: { ...jwk, kty: 'RSA' }, jku: 'https://evil.example/jwks', x5u: 'https://evil.example/cert' };
    expect(await outcome(await sign(valid, header, otherKeys.privateKey))).to.equal('401 token.bad_signature');
    expect(await outcome(await sign(valid, header))).to.equal('ok');
  });

  it('rule 31: over 64 kB, before any key is looked for', async () => {
    keysLooked = 0;
    expect(await outcome(await sign({ ...valid, filler: 'x'.repeat(50_000) }))).to.equal('413 token.too_large');
    expect(keysLooked).to.equal(0);
  });

  it('passes on that the key set could not be reached', async () => {
    const result = await verifyIdToken(await sign(valid), { issuer: '', clientId: '', nonceHash: hashSecret(nonce), findKey: async () => refuse('keyset.unreachable'), now });
    expect(result).to.deep.equal({ ok: false, refusal: { code: 'keyset.unreachable', status: 424 } });
  });

  it('gives a refusal and no exception for a key that cannot verify', async () => {
    const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
    const weak = await crypto.subtle.importKey('jwk', small.publicKey.export({ format: 'jwk' }), { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }, true, ['verify']);
    const result = await verifyIdToken(await sign(valid), { issuer: '', clientId: '', nonceHash: hashSecret(nonce), findKey: async () => accept(weak), now });
    expect(result.ok ? 'ok' : result.refusal.code).to.equal('token.bad_signature');
  });
});
