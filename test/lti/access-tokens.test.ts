import { beforeEach, describe, it } from 'mocha';
import { expect } from 'chai';
import { createLocalJWKSet, decodeProtectedHeader, exportJWK, jwtVerify } from 'jose';
import { createAccessTokens } from '../../server/lti/access-tokens.ts';
import type { AccessTokens } from '../../server/lti/access-tokens.ts';
import type { Outbound, OutboundRequest } from '../../server/lti/outbound.ts';
import { answer, keyPair, registration, signingKey } from './fake-platform.ts';

const score = 'https://purl.imsglobal.org/spec/lti-ags/scope/score';
const result = 'https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly';

describe('lti access tokens', () => {
  let now: Temporal.Instant;
  let requests: OutboundRequest[];
  let reply: Awaited<ReturnType<Outbound['request']>>;
  let tokens: AccessTokens;

  beforeEach(() => {
    now = Temporal.Instant.from('2026-03-02T09:00:00.400Z');
    requests = [];
    reply = answer(200, { access_token: 'abc', token_type: 'Bearer', expires_in: 3600, scope: score });
    tokens = createAccessTokens({ outbound: { request: async (request) => { requests.push(request); await new Promise((done) => setTimeout(done, 2)); return reply; }, fetchJson: () => { throw new Error('no'); } }, signingKey: async () => signingKey, now: () => now });
  });
  const later = (duration: Temporal.DurationLike) => { now = now.add(duration); };
  const form = () => new URLSearchParams(requests.at(-1)?.body);
  const outcome = async () => {
    const token = await tokens.get(registration, [score]);
    return token.outcome === 'done' ? 'done' : `${token.outcome} ${token.code}`;
  };

  it('asks as RFC 6749 and the Security Framework say', async () => {
    expect(await tokens.get(registration, [score, result])).to.deep.equal({ outcome: 'done', token: 'abc', scopes: [score] });
    expect(requests[0]).to.include({ method: 'POST', url: 'https://lms.example/token' });
    expect(requests[0]?.headers).to.include({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(Object.fromEntries(form())).to.include({ grant_type: 'client_credentials', client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer', scope: `${result} ${score}` });

    const assertion = form().get('client_assertion') ?? '';
    const keys = createLocalJWKSet({ keys: [{ ...await exportJWK(keyPair.publicKey), kid: 'our-key', alg: 'RS256' }] });
    const { payload } = await jwtVerify(assertion, keys, { currentDate: new Date(now.epochMilliseconds) });
    expect(decodeProtectedHeader(assertion)).to.deep.equal({ alg: 'RS256', typ: 'JWT', kid: 'our-key' });
    const issuedAt = Math.floor(now.epochMilliseconds / 1000);
    expect(payload).to.include({ iss: 'client-1', sub: 'client-1', aud: 'https://lms.example/token', iat: issuedAt, exp: issuedAt + 300 });
    expect(payload.jti).to.have.length.greaterThan(20);
  });

  const audiences: [string, Partial<typeof registration>, string][] = [
    ['the token URL', {}, 'https://lms.example/token'],
    ['what the registration says', { tokenAudience: 'https://lms.example' }, 'https://lms.example'],
    ['one text for Brightspace', { productFamilyCode: 'desire2learn', tokenUrl: 'https://auth.brightspace.com/core/connect/token' }, 'https://api.brightspace.com/auth/token'],
    ['what the registration says, for Brightspace too', { productFamilyCode: 'desire2learn', tokenAudience: 'https://lms.example/token' }, 'https://lms.example/token'],
  ];
  for (const [name, change, expected] of audiences) {
    it(`the assertion’s audience is ${name}`, async () => {
      await tokens.get({ ...registration, ...change }, [score]);
      const [, payload = ''] = (form().get('client_assertion') ?? '').split('.');
      expect((JSON.parse(Buffer.from(payload, 'base64url').toString()) as { aud: unknown }).aud).to.equal(expected);
    });
  }

  it('keeps a token until a minute before its end', async () => {
    await tokens.get(registration, [score, result]);
    await tokens.get(registration, [result, score, score]);
    later({ seconds: 3538 });
    await tokens.get(registration, [score, result]);
    expect(requests).to.have.length(1);
    later({ seconds: 2 });
    await tokens.get(registration, [score, result]);
    expect(requests).to.have.length(2);
  });

  it('keeps one for each set of scopes, and each registration as it is now', async () => {
    await tokens.get(registration, [score]);
    await tokens.get(registration, [result]);
    await tokens.get({ ...registration, id: 'r2' }, [score]);
    await tokens.get({ ...registration, clientId: 'client-2' }, [score]);
    await tokens.get({ ...registration, tokenUrl: 'https://lms.example/token2' }, [score]);
    await tokens.get({ ...registration, tokenAudience: 'https://lms.example/' }, [score]);
    expect(requests).to.have.length(6);
  });

  it('asks once for callers who come at once', async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.get(registration, [score])));
    expect(requests).to.have.length(1);
    expect(new Set(all.map((token) => token.outcome === 'done' && token.token))).to.deep.equal(new Set(['abc']));
  });

  it('forgets a token that was not accepted, and keeps no failure', async () => {
    await tokens.get(registration, [score]);
    tokens.forget('abc');
    reply = answer(503);
    expect(await outcome()).to.equal('retry platform.failed');
    reply = answer(200, { access_token: 'def', token_type: 'Bearer' });
    expect(await tokens.get(registration, [score])).to.include({ token: 'def' });
    expect(requests).to.have.length(3);
  });

  it('takes a key that cannot be had as the caller’s trouble, and tries again next time', async () => {
    let works = false;
    tokens = createAccessTokens({ outbound: { request: async () => reply, fetchJson: () => { throw new Error('no'); } }, now: () => now, signingKey: async () => { if (works) return signingKey; throw new Error('no key'); } });
    expect(await tokens.get(registration, [score]).catch((error: Error) => error.message)).to.equal('no key');
    works = true;
    expect(await outcome()).to.equal('done');
  });

  const lives: [string, unknown, number][] = [
    ['not said', undefined, 300], ['a text', '600', 600], ['a day', 86_400, 3600], ['no number', 'soon', 300], ['below the margin', 30, 60], ['negative', -5, 60],
  ];
  for (const [name, expires, life] of lives) {
    it(`expires_in ${name}: used for ${life - 60} s`, async () => {
      reply = answer(200, { access_token: 'abc', token_type: 'bearer', expires_in: expires });
      await tokens.get(registration, [score]);
      later({ seconds: life - 61 });
      await tokens.get(registration, [score]);
      expect(requests).to.have.length(life > 60 ? 1 : 2);
      later({ seconds: 2 });
      await tokens.get(registration, [score]);
      expect(requests).to.have.length(life > 60 ? 2 : 3);
    });
  }

  const answers: [string, typeof reply, string][] = [
    ['token_type in lower case', answer(200, { access_token: 'abc', token_type: 'bearer' }), 'done'],
    ['no token_type', answer(200, { access_token: 'abc' }), 'done'],
    ['JSON as text/html', answer(200, { access_token: 'abc', token_type: 'Bearer' }, { 'content-type': 'text/html' }), 'done'],
    ['201', answer(201, { access_token: 'abc', token_type: 'Bearer' }), 'done'],
    ['another token_type', answer(200, { access_token: 'abc', token_type: 'mac' }), 'refused token.unusable'],
    ['a page', answer(200, '<html>log in</html>'), 'retry token.not_json'],
    ['a list', answer(200, []), 'retry token.not_json'],
    ['nothing', answer(200), 'retry token.not_json'],
    ['no token', answer(200, { token_type: 'Bearer' }), 'refused token.unusable'],
    ['a token that no header can hold', answer(200, { access_token: 'a\r\nx: y' }), 'refused token.unusable'],
    ['an endless token', answer(200, { access_token: 'a'.repeat(20_000) }), 'refused token.unusable'],
    ['invalid_client', answer(400, { error: 'invalid_client' }), 'refused token.client_refused'],
    ['401 without words', answer(401), 'refused token.client_refused'],
    ['invalid_scope', answer(400, { error: 'invalid_scope' }), 'refused token.scope_refused'],
    ['another refusal', answer(400, { error: 'invalid_request' }), 'refused token.refused'],
    ['404', answer(404, '<h1>'), 'refused token.refused'],
    ['429', answer(429), 'retry platform.throttled'],
    ['500', answer(500), 'retry platform.failed'],
    ['time-out', { ok: false, reason: 'timeout' }, 'retry platform.timeout'],
    ['no network', { ok: false, reason: 'network', detail: 'ECONNREFUSED' }, 'retry platform.unreachable'],
    ['redirect', { ok: false, reason: 'redirect', status: 302 }, 'retry platform.redirect'],
    ['a private address', { ok: false, reason: 'private-address' }, 'refused address.private'],
    ['too much', { ok: false, reason: 'too-large' }, 'refused answer.too_large'],
  ];
  for (const [name, given, expected] of answers) {
    it(`answer: ${name}: ${expected}`, async () => {
      reply = given;
      expect(await outcome()).to.equal(expected);
    });
  }

  it('reports what the platform granted, and what it said', async () => {
    reply = answer(200, { access_token: 'abc', scope: ` ${score}  other ` });
    expect(await tokens.get(registration, [score, result])).to.deep.include({ scopes: [score, 'other'] });
    reply = answer(200, { access_token: 'abc' });
    expect(await tokens.get(registration, [result])).to.deep.include({ scopes: [result] });
    tokens.forget('abc');
    reply = answer(400, { error: 'invalid_scope', error_description: 'no\nsuch scope' });
    expect(await tokens.get(registration, [result])).to.include({ status: 400, said: '{"error":"invalid_scope","error_description":"no\\nsuch scope"}' });
    reply = answer(503, '', { 'retry-after': '17' });
    expect(await tokens.get(registration, [result])).to.include({ retryAfterSeconds: 17 });
  });
});
