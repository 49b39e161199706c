import { describe, it } from 'mocha';
import { expect } from 'chai';
import { createLocalJWKSet, exportJWK, jwtVerify } from 'jose';
import { contentItems, mayReturnTo, readDeepLinkingSettings, signDeepLinkingResponse } from '../../server/lti/deep-linking.ts';
import type { DeepLinkingSettings, ResourceLinkItem } from '../../server/lti/deep-linking.ts';
import { profileOf } from '../../server/lti/lms-profiles.ts';
import { keyPair, signingKey } from './fake-platform.ts';

const claim = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
const given = { deep_link_return_url: 'https://lms.example/return', accept_types: ['ltiResourceLink'], accept_presentation_document_targets: ['iframe', 'window'] };
const settings: DeepLinkingSettings = { returnUrl: 'https://lms.example/return', acceptTypes: ['ltiResourceLink'], acceptPresentationDocumentTargets: ['iframe', 'window'], acceptMultiple: true, acceptLineItem: true, autoCreate: false };
const profile = (code: string | null = null) => profileOf({ productFamilyCode: code, issuer: 'https://lms.example' });

describe('lti deep linking settings (rule 63)', () => {
  const read = (value: unknown) => {
    const result = readDeepLinkingSettings({ [claim]: value });
    return result.ok ? result.value : `${result.refusal.code} ${result.refusal.detail}`;
  };

  it('reads what the place accepts', () => {
    expect(read(given)).to.deep.equal(settings);
    expect(read({ ...given, accept_types: ['link', 'ltiResourceLink'], accept_multiple: false, accept_lineitem: false, auto_create: true, title: 'T', text: 'X', data: 'd', unknown: {} }))
      .to.deep.equal({ ...settings, acceptTypes: ['link', 'ltiResourceLink'], acceptMultiple: false, acceptLineItem: false, autoCreate: true, title: 'T', text: 'X', data: 'd' });
  });

  const cases: [string, unknown, string][] = [
    ['no settings', undefined, 'deep_linking_settings'],
    ['a list', [], 'deep_linking_settings'],
    ['no return address', { ...given, deep_link_return_url: undefined }, 'deep_link_return_url'],
    ['a return address that is none', { ...given, deep_link_return_url: '/return' }, 'deep_link_return_url'],
    ['javascript:', { ...given, deep_link_return_url: 'javascript:alert(1)' }, 'deep_link_return_url'],
    ['data:', { ...given, deep_link_return_url: 'data:text/html,x' }, 'deep_link_return_url'],
    ['a user name in it', { ...given, deep_link_return_url: 'https://me@lms.example/' }, 'deep_link_return_url'],
    ['no accept_types', { ...given, accept_types: undefined }, 'accept_types'],
    ['accept_types is a text', { ...given, accept_types: 'ltiResourceLink' }, 'accept_types'],
    ['data is a number', { ...given, data: 5 }, 'data'],
    ['data is endless', { ...given, data: 'x'.repeat(20_000) }, 'data'],
  ];
  for (const [name, value, detail] of cases) it(name, () => expect(read(value)).to.equal(`deep_linking.malformed ${detail}`));

  it('http is for platforms on this machine', () => {
    const http = { returnUrl: 'http://127.0.0.1:3001/return' };
    expect([mayReturnTo(settings, { allowLocal: false }), mayReturnTo(http, { allowLocal: false }), mayReturnTo(http, { allowLocal: true })]).to.deep.equal([true, false, true]);
  });
});

describe('lti deep linking items', () => {
  const item: ResourceLinkItem = {
    title: 'Week 1', text: 'Start here', url: 'https://coachline.example/weeks/1', icon: { url: 'https://coachline.example/icon.png', width: 50, height: 50 }, opening: 'window',
    lineItem: { label: 'Week 1', scoreMaximum: 10, resourceId: 'week-1', tag: 'grade', gradesReleased: false, submissionReview: { reviewableStatus: ['Submitted', 'Completed'] } },
    available: { startDateTime: Temporal.Instant.from('2026-03-02T09:00:00.5Z') }, submission: { endDateTime: Temporal.Instant.from('2026-03-09T09:00:00Z') }, custom: { week: '1' },
  };
  const whole = {
    type: 'ltiResourceLink', title: 'Week 1', text: 'Start here', url: 'https://coachline.example/weeks/1', icon: item.icon, window: { targetName: '_blank' }, lineItem: item.lineItem,
    available: { startDateTime: '2026-03-02T09:00:00Z' }, submission: { endDateTime: '2026-03-09T09:00:00Z' }, custom: { week: '1' },
  };
  const { lineItem, window, ...rest } = whole;

  const cases: [string, Partial<DeepLinkingSettings>, string | null, unknown][] = [
    ['all of it', {}, null, whole],
    ['no line item where none is accepted', { acceptLineItem: false }, null, { ...rest, window }],
    ['no line item where it makes no column', {}, 'openedx', { ...rest, window }],
    ['no window where none is accepted', { acceptPresentationDocumentTargets: ['iframe'] }, null, { ...rest, lineItem }],
    ['Blackboard: with its line item', {}, 'BlackboardLearn', whole],
  ];
  for (const [name, change, code, expected] of cases) {
    it(name, () => expect(contentItems([item], { ...settings, ...change }, profile(code))).to.deep.equal({ outcome: 'built', items: [expected] }));
  }

  it('opens inside the course where that is accepted', () => {
    expect(contentItems([{ title: 'T', url: 'https://coachline.example/', opening: 'iframe' }], settings, profile())).to.deep.equal({ outcome: 'built', items: [{ type: 'ltiResourceLink', title: 'T', url: 'https://coachline.example/', iframe: { height: 800 } }] });
    expect(contentItems([{ title: 'T', url: 'https://coachline.example/', opening: 'iframe' }], { ...settings, acceptPresentationDocumentTargets: [] }, profile())).to.deep.equal({ outcome: 'built', items: [{ type: 'ltiResourceLink', title: 'T', url: 'https://coachline.example/' }] });
  });

  it('a bare item stays bare', () => {
    expect(contentItems([{ title: 'T', url: 'https://coachline.example/', available: {} }], settings, profile())).to.deep.equal({ outcome: 'built', items: [{ type: 'ltiResourceLink', title: 'T', url: 'https://coachline.example/' }] });
  });

  it('rule 65: refuses where no links go, and several where one goes; cancelling is always possible', () => {
    expect(contentItems([item], { ...settings, acceptTypes: ['file'] }, profile())).to.deep.equal({ outcome: 'refused', reason: 'no-links' });
    expect(contentItems([item, item], { ...settings, acceptMultiple: false }, profile())).to.deep.equal({ outcome: 'refused', reason: 'one-only' });
    expect(contentItems([item], { ...settings, acceptMultiple: false }, profile())).to.include({ outcome: 'built' });
    expect(contentItems([], { ...settings, acceptTypes: [] }, profile())).to.deep.equal({ outcome: 'built', items: [] });
  });
});

describe('lti deep linking answer', () => {
  const now = Temporal.Instant.from('2026-03-02T09:00:00.900Z');
  const issuedAt = Math.floor(now.epochMilliseconds / 1000);
  const place = { clientId: 'client-1', issuer: 'https://lms.example', deploymentId: 'd1', settings };
  const verify = async (jwt: string) => {
    const keys = createLocalJWKSet({ keys: [{ ...await exportJWK(keyPair.publicKey), kid: 'our-key', alg: 'RS256' }] });
    return (await jwtVerify(jwt, keys, { currentDate: new Date(now.epochMilliseconds), audience: 'https://lms.example', issuer: 'client-1' })).payload;
  };

  it('is signed, for this platform and deployment', async () => {
    const { nonce, ...claims } = await verify(signDeepLinkingResponse(place, [{ type: 'ltiResourceLink' }], {}, { key: signingKey, now }));
    expect(claims).to.deep.equal({
      'iss': 'client-1', 'aud': 'https://lms.example', 'iat': issuedAt, 'exp': issuedAt + 300,
      'https://purl.imsglobal.org/spec/lti/claim/message_type': 'LtiDeepLinkingResponse',
      'https://purl.imsglobal.org/spec/lti/claim/version': '1.3.0',
      'https://purl.imsglobal.org/spec/lti/claim/deployment_id': 'd1',
      'https://purl.imsglobal.org/spec/lti-dl/claim/content_items': [{ type: 'ltiResourceLink' }],
    });
    expect(nonce).to.match(/^[\w-]{36}$/);
    expect((await verify(signDeepLinkingResponse(place, [], {}, { key: signingKey, now })))['nonce']).not.to.equal(nonce);
  });

  it('rule 66: gives data back as it came', async () => {
    for (const data of ['', ' a=b&c="d" ', 'ünïcödé 🙂', '{"csrf":"x"}']) {
      expect((await verify(signDeepLinkingResponse({ ...place, settings: { ...settings, data } }, [], {}, { key: signingKey, now })))['https://purl.imsglobal.org/spec/lti-dl/claim/data']).to.equal(data);
    }
  });

  it('cancels with no items, and says why', async () => {
    const claims = await verify(signDeepLinkingResponse(place, [], { message: 'Nothing chosen', errorLog: 'cancelled' }, { key: signingKey, now }));
    expect(claims).to.deep.include({ 'https://purl.imsglobal.org/spec/lti-dl/claim/content_items': [], 'https://purl.imsglobal.org/spec/lti-dl/claim/msg': 'Nothing chosen', 'https://purl.imsglobal.org/spec/lti-dl/claim/errorlog': 'cancelled' });
    expect(claims).not.to.have.any.keys('https://purl.imsglobal.org/spec/lti-dl/claim/log', 'https://purl.imsglobal.org/spec/lti-dl/claim/errormsg', 'https://purl.imsglobal.org/spec/lti-dl/claim/data');
  });
});
