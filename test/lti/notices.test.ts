import { before, describe, it } from 'mocha';
import { expect } from 'chai';
import { generateKeyPair } from 'jose';
import type { CryptoKey } from 'jose';
import { KeyObject } from 'node:crypto';
import { putNoticeHandler, readNoticeAddress, readNoticeBody, readNoticeHandlers, verifyNotice } from '../../server/lti/notices.ts';
import { accept, refuse } from '../../server/lti/refusal.ts';
import { signJwt } from '../../server/lti/tool-keys.ts';
import { answer, fakePlatform, registration } from './fake-platform.ts';

const lti = 'https://purl.imsglobal.org/spec/lti/claim/';
const now = Temporal.Instant.from('2026-03-02T09:00:00Z');
const seconds = now.epochMilliseconds / 1000;
const envelope = { iss: 'https://lms.example', aud: 'client-1', azp: 'client-1', nonce: 'n1', iat: seconds, exp: seconds + 3600, [`${lti}version`]: '1.3.0', [`${lti}deployment_id`]: 'd1' };
const copy = {
  ...envelope,
  [`${lti}notice`]: { id: 'notice-1', timestamp: '2026-03-02T08:59:00Z', type: 'LtiContextCopyNotice' },
  [`${lti}context`]: { id: 'new', title: 'Spring', label: 'S', type: ['CourseSection'] },
  [`${lti}origin_contexts`]: ['old'],
};

describe('lti notices', () => {
  let keys: { publicKey: CryptoKey; privateKey: CryptoKey };
  before(async () => { keys = await generateKeyPair('RS256', { extractable: true }); });

  const sign = (claims: Record<string, unknown>, kid = 'k1', key = keys.privateKey) => signJwt(claims, { kid, privateKey: KeyObject.from(key) });
  const verify = async (jwt: string) => verifyNotice(jwt, { issuer: 'https://lms.example', clientId: 'client-1', now, findKey: async (kid) => (kid === 'k1' ? accept(keys.publicKey) : refuse('token.unknown_key')) });
  const outcome = async (claims: Record<string, unknown>, kid?: string, key?: CryptoKey) => {
    const result = await verify(sign(claims, kid, key));
    return result.ok ? result.value.content.kind : `${result.refusal.status} ${result.refusal.code}`;
  };

  it('a copied course', async () => {
    expect(await verify(sign(copy))).to.deep.equal({
      ok: true,
      value: {
        id: 'notice-1', type: 'LtiContextCopyNotice', deploymentId: 'd1', nonce: 'n1', sentAt: Temporal.Instant.from('2026-03-02T08:59:00Z'),
        content: { kind: 'context-copy', context: { id: 'new', title: 'Spring', label: 'S' }, origins: ['old'] },
      },
    });
  });

  const notice = (change: object) => ({ ...copy, [`${lti}notice`]: { id: 'notice-1', type: 'LtiContextCopyNotice', ...change } });
  const cases: [string, Record<string, unknown>, string][] = [
    ['hello', { ...envelope, [`${lti}notice`]: { id: 'n', type: 'LtiHelloWorldNotice' } }, 'hello-world'],
    ['a kind that we did not ask for', notice({ type: 'LtiAssetProcessorSubmissionNotice' }), 'other'],
    ['no sub', { ...copy, sub: undefined }, 'context-copy'],
    ['no timestamp', notice({ timestamp: undefined }), 'context-copy'],
    ['a timestamp that is none', notice({ timestamp: 'yesterday' }), 'context-copy'],
    ['aud is a list of one', { ...copy, aud: ['client-1'] }, 'context-copy'],
    ['another issuer', { ...copy, iss: 'https://evil.example' }, '401 token.wrong_issuer'],
    ['another client', { ...copy, aud: 'client-2' }, '401 token.wrong_audience'],
    ['another azp', { ...copy, azp: 'client-2' }, '401 token.wrong_azp'],
    ['expired', { ...copy, exp: seconds - 61 }, '401 token.expired'],
    ['no exp', { ...copy, exp: undefined }, '401 token.missing_exp'],
    ['another version', { ...copy, [`${lti}version`]: '1.1' }, '400 version.unsupported'],
    ['no nonce', { ...copy, nonce: undefined }, '401 nonce.missing'],
    ['no notice', { ...copy, [`${lti}notice`]: undefined }, '400 claim.missing'],
    ['no id', notice({ id: undefined }), '400 claim.missing'],
    ['an id that is a number', notice({ id: 5 }), '400 claim.missing'],
    ['no type', notice({ type: '' }), '400 claim.missing'],
    ['no deployment', { ...copy, [`${lti}deployment_id`]: undefined }, '400 claim.missing'],
    ['no context', { ...copy, [`${lti}context`]: undefined }, '400 claim.missing'],
    ['no origins', { ...copy, [`${lti}origin_contexts`]: undefined }, '400 claim.missing'],
    ['origins is a text', { ...copy, [`${lti}origin_contexts`]: 'old' }, '400 claim.missing'],
  ];
  for (const [name, claims, expected] of cases) it(`rule 91: ${name}: ${expected}`, async () => expect(await outcome(claims)).to.equal(expected));

  it('rule 91: a bad signature, an unknown key, no JWT', async () => {
    expect(await outcome(copy, 'k1', (await generateKeyPair('RS256', { extractable: true })).privateKey)).to.equal('401 token.bad_signature');
    expect(await outcome(copy, 'k2')).to.equal('401 token.unknown_key');
    const nonsense = await verify('x.y.z');
    expect(!nonsense.ok && nonsense.refusal.code).to.equal('token.malformed');
  });

  it('leaves out origins that cannot be ids', async () => {
    const result = await verify(sign({ ...copy, [`${lti}origin_contexts`]: ['old', 5, '', 'older'] }));
    expect(result.ok && result.value.content).to.deep.include({ origins: ['old', 'older'] });
  });

  it('reads a body, and nothing that is none', () => {
    expect(readNoticeBody({ notices: [{ jwt: 'a' }, { jwt: 5 }, {}, null, { jwt: 'b' }] })).to.deep.equal(['a', 'b']);
    expect(readNoticeBody({ notices: [] })).to.deep.equal([]);
    for (const body of [undefined, null, [], 'x', {}, { notices: {} }, { notices: Array.from({ length: 101 }, () => ({ jwt: 'a' })) }]) expect(readNoticeBody(body)).to.equal(null);
  });

  it('says whose a notice would be', () => {
    expect(readNoticeAddress(sign(copy))).to.deep.equal({ issuer: 'https://lms.example', clientIds: ['client-1'] });
    expect(readNoticeAddress(sign({ ...copy, aud: ['other', 'client-1'], azp: undefined }))).to.deep.equal({ issuer: 'https://lms.example', clientIds: ['other', 'client-1'] });
    for (const claims of [{ ...copy, iss: undefined }, { ...copy, iss: 'a\0' }, { ...copy, aud: undefined, azp: undefined }, { ...copy, aud: {}, azp: 5 }]) expect(readNoticeAddress(sign(claims))).to.equal(null);
    for (const jwt of ['', 'x', 'a.b.c', `a.${Buffer.from('[]').toString('base64url')}.c`]) expect(readNoticeAddress(jwt)).to.equal(null);
  });

  it('asks for notices, and asks what was asked for', async () => {
    const serviceUrl = 'https://lms.example/notice-handlers/d1';
    const handler = 'https://coachline.example/lti/notices';
    const { services, calls } = fakePlatform(({ method }) => answer(200, method === 'GET' ? { notice_handlers: [{ notice_type: 'LtiContextCopyNotice', handler }, { notice_type: 'LtiHelloWorldNotice', handler: '' }, null] } : {}));
    expect(await putNoticeHandler(services, registration, serviceUrl, { type: 'LtiContextCopyNotice', handler })).to.deep.equal({ outcome: 'done' });
    expect(calls[0]).to.deep.include({ method: 'PUT', url: serviceUrl, body: JSON.stringify({ notice_type: 'LtiContextCopyNotice', handler }) });
    expect(calls[0]?.headers).to.include({ 'content-type': 'application/json' });
    expect(await readNoticeHandlers(services, registration, serviceUrl)).to.deep.equal({ outcome: 'done', handlers: { LtiContextCopyNotice: handler } });
    expect(await putNoticeHandler(fakePlatform(() => answer(404)).services, registration, serviceUrl, { type: 'LtiHelloWorldNotice', handler: '' })).to.include({ outcome: 'refused', code: 'call.not_found' });
  });
});
