// The practice LMS by itself: good tokens, each refusal, platform storage, pages.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { after, before, beforeEach, describe, it } from 'mocha';
import { answerMessage, emptyStorage, storageLimits } from '../scripts/practice-lms/assets/storage-messages.js';
import type { Stored } from '../scripts/practice-lms/assets/storage-messages.js';
import { html } from '../scripts/practice-lms/html.ts';
import { createPlatform, ltiClaim, newSigningKey, toolAt } from '../scripts/practice-lms/platform.ts';
import type { LaunchChoice, Platform, TokenChanges } from '../scripts/practice-lms/platform.ts';
import { startPracticeLms } from '../scripts/practice-lms/server.ts';
import type { PracticeLms } from '../scripts/practice-lms/server.ts';

const issuer = 'http://127.0.0.1:3001';
const tool = toolAt('http://localhost:3000/');

/** The authentication request that a tool makes of launch parameters; `change` breaks it. */
function authenticationRequest(parameters: Record<string, string>, change: Record<string, string | undefined> = {}, at = tool) {
  const request = new URLSearchParams();
  const fields = {
    response_type: 'id_token', scope: 'openid', response_mode: 'form_post', prompt: 'none',
    client_id: at.clientId, redirect_uri: at.redirectUris[0], state: 'state-1', nonce: 'nonce-1',
    login_hint: parameters['login_hint'], lti_message_hint: parameters['lti_message_hint'], ...change,
  };
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) request.append(name, value);
  return request;
}

describe('practice LMS: id tokens', () => {
  let platform: Platform;
  const now = Temporal.Instant.from('2026-05-14T13:00:00Z');
  const verify = (token: string) => jwtVerify(token, createLocalJWKSet(platform.jwks()), {
    issuer, audience: tool.clientId, algorithms: ['RS256'], currentDate: new Date(now.epochMilliseconds),
    requiredClaims: ['exp', 'iat', 'nonce', 'sub'],
  });
  const claimsOf = (choice: LaunchChoice) => decodeJwt(platform.idToken({ ...choice, nonce: 'n' }));
  const rolesOf = (choice: LaunchChoice) => (claimsOf(choice)[ltiClaim('roles')] as string[]).map((uri) => uri.split('/vocab/')[1]);

  before(async () => { platform = await createPlatform({ issuer, tools: [tool], clock: () => now }); });

  it('a good token verifies and carries everything a launch needs', async () => {
    const token = platform.idToken({ person: 'zsofia', link: 'week-5', place: 'window', nonce: 'nonce-1' });
    const { payload } = await verify(token);
    expect(payload).to.deep.include({
      nonce: 'nonce-1', sub: 'lms-user-1002', name: 'Zsófia Þórðardóttir-O\'Brien', email: 'zsofia@lms.example',
      [ltiClaim('version')]: '1.3.0', [ltiClaim('message_type')]: 'LtiResourceLinkRequest',
      [ltiClaim('deployment_id')]: 'practice-deployment-1', [ltiClaim('target_link_uri')]: 'http://localhost:3000/weeks/5',
      [ltiClaim('resource_link')]: { id: 'spring-week-5', title: 'Week 5' },
      [ltiClaim('context')]: {
        id: 'course-spring', label: 'IC-SPRING', title: 'Improvement coaching, spring',
        type: ['http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering'],
      },
      [ltiClaim('launch_presentation')]: {
        document_target: 'window', return_url: `${issuer}/as/zsofia/courses/spring/return`, locale: 'en-GB',
      },
      [ltiClaim('custom')]: {},
    });
    expect(payload[ltiClaim('tool_platform')]).to.include({ guid: 'practice-lms', name: 'Practice LMS', url: issuer, product_family_code: 'practice-lms' });
  });

  it('gives each role its full URIs, by course', () => {
    expect(rolesOf({ person: 'amara' })).to.deep.equal(['lis/v2/membership#Learner', 'lis/v2/institution/person#Student']);
    expect(rolesOf({ person: 'eleanor' })).to.deep.equal(['lis/v2/membership#Instructor']);
    expect(rolesOf({ person: 'jonas' })).to.deep.equal(['lis/v2/membership#Instructor', 'lis/v2/membership/Instructor#TeachingAssistant']);
    expect(rolesOf({ person: 'ruth' })).to.deep.equal(['lis/v2/institution/person#Administrator', 'lis/v2/membership#Administrator']);
    expect(rolesOf({ person: 'jonas', course: 'autumn' })).to.include('lis/v2/membership#Learner');
  });

  it('has the faults a tester can switch on', () => {
    const token = (fault: LaunchChoice['fault']) => platform.idToken({ ...(fault && { fault }), nonce: 'n' });
    expect(decodeJwt(token('unknown-deployment'))[ltiClaim('deployment_id')]).to.equal('deployment-that-nobody-approved');
    expect(decodeProtectedHeader(token('wrong-key-id')).kid).to.equal('key-that-nobody-published');
    expect(decodeJwt(token('no-context'))).not.to.have.property(ltiClaim('context'));
    expect(rolesOf({ fault: 'student-view' })).to.include('lti/system/person#TestUser');
    expect(decodeJwt(token('student-view')).sub).to.equal('student-view-course-spring');
    expect(rolesOf({ fault: 'guest' })).to.deep.equal(['lis/v2/institution/person#Guest']);
    expect(rolesOf({ fault: 'mentor' })).to.deep.equal(['lis/v2/membership#Mentor']);
  });

  const broken: [what: string, changes: (key: Awaited<ReturnType<typeof newSigningKey>>) => TokenChanges][] = [
    ['a claim changed', () => ({ change: (claims) => { delete claims['nonce']; } })],
    ['another audience', () => ({ change: (claims) => { claims['aud'] = 'somebody-else'; } })],
    ['a kid that is not published', () => ({ change: (_claims, header) => { header['kid'] = 'another'; } })],
    ['a stranger\'s key under its own kid', (key) => ({ key })],
    ['a stranger\'s key under the right kid', (key) => ({ key: { ...key, kid: platform.keys.current().kid } })],
    ['alg none', () => ({ alg: 'none' })],
    ['HS256 with the public key', () => ({ alg: 'HS256' })],
    ['RS512', () => ({ alg: 'RS512' })],
    ['PS256', () => ({ alg: 'PS256' })],
    ['a header that lies about its algorithm', () => ({ change: (_claims, header) => { header['alg'] = 'RS384'; } })],
  ];
  for (const [what, changes] of broken) {
    it(`can be broken in one thing: ${what}`, async () => {
      const token = platform.idToken({ nonce: 'n', ...changes(await newSigningKey()) });
      expect(await verify(token).then(() => 'verified', () => 'refused')).to.equal('refused');
    });
  }

  it('leaves out the key id when a test removes it', () => {
    expect(decodeProtectedHeader(platform.idToken({ nonce: 'n', change: (_claims, header) => { delete header['kid']; } }))).not.to.have.property('kid');
  });

  it('an id that is not there is an error, so that a typo in a test is loud', () => {
    expect(() => platform.idToken({ person: 'nobody', nonce: 'n' })).to.throw('no person nobody');
  });
});

describe('practice LMS: keys', () => {
  it('rotating signs with a new key and goes on publishing the old one, unless told not to', async () => {
    const platform = await createPlatform({ issuer, tools: [tool] });
    const first = platform.keys.current().kid;
    const second = await platform.keys.rotate();
    expect(platform.jwks().keys.map(({ kid }) => kid)).to.deep.equal([first, second.kid]);
    expect(decodeProtectedHeader(platform.idToken({ nonce: 'n' })).kid).to.equal(second.kid);
    const third = await platform.keys.rotate({ keepOld: false });
    expect(platform.jwks().keys.map(({ kid }) => kid)).to.deep.equal([third.kid]);
  });

  it('publishes public parts only', async () => {
    const platform = await createPlatform({ issuer, tools: [tool] });
    expect(platform.jwks().keys[0]).to.have.all.keys('kty', 'n', 'e', 'kid', 'alg', 'use');
  });

  it('keeps its keys in the given folder, and says so when they are damaged', async () => {
    const keysFolder = await mkdtemp(join(tmpdir(), 'practice-lms-'));
    try {
      const before = await createPlatform({ issuer, tools: [tool], keysFolder });
      const after = await createPlatform({ issuer, tools: [tool], keysFolder });
      expect(after.jwks()).to.deep.equal(before.jwks());
      await writeFile(join(keysFolder, 'practice-lms-keys.json'), '{');
      const failure = await createPlatform({ issuer, tools: [tool], keysFolder }).catch((error: Error) => error.message);
      expect(failure).to.match(/practice-lms-keys\.json does not hold/);
    } finally {
      await rm(keysFolder, { recursive: true });
    }
  });
});

describe('practice LMS: authentication requests', () => {
  let platform: Platform;
  let now = Temporal.Instant.from('2026-05-14T13:00:00Z');
  before(async () => { platform = await createPlatform({ issuer, tools: [tool, toolAt('http://other.example', { clientId: 'other' })], clock: () => now }); });

  it('answers a good one with the token, by the state', () => {
    const answer = platform.authenticate(authenticationRequest(platform.launchParameters({ person: 'eleanor' })));
    expect(answer).to.include({ outcome: 'id-token', state: 'state-1', redirectUri: 'http://localhost:3000/lti/launch' });
    expect(answer.outcome === 'id-token' && decodeJwt(answer.idToken)).to.include({ nonce: 'nonce-1', sub: 'lms-user-2001' });
  });

  it('offers in the login what was asked for', () => {
    expect(platform.launchParameters({ storageTarget: '_parent', fault: 'unknown-deployment' })).to.include({
      iss: issuer, login_hint: 'lms-user-1001', target_link_uri: 'http://localhost:3000/weeks/1',
      client_id: tool.clientId, lti_deployment_id: 'deployment-that-nobody-approved', lti_storage_target: '_parent',
    });
    expect(platform.launchParameters()).not.to.have.property('lti_storage_target');
  });

  const refused: [what: string, change: Record<string, string | undefined>][] = [
    ['no client_id', { client_id: undefined }],
    ['an unknown client_id', { client_id: 'stranger' }],
    ['no redirect_uri', { redirect_uri: undefined }],
    ['a redirect_uri that is not registered', { redirect_uri: 'http://localhost:3000/lti/launch/' }],
  ];
  for (const [what, change] of refused) {
    it(`posts nothing anywhere for ${what}`, () => {
      expect(platform.authenticate(authenticationRequest(platform.launchParameters(), change)).outcome).to.equal('refused');
    });
  }

  const errors: [what: string, change: Record<string, string | undefined>, error: string][] = [
    ['another response_type', { response_type: 'code' }, 'unsupported_response_type'],
    ['another scope', { scope: 'profile' }, 'invalid_scope'],
    ['another response_mode', { response_mode: 'query' }, 'invalid_request'],
    ['no prompt', { prompt: undefined }, 'invalid_request'],
    ['no login_hint', { login_hint: undefined }, 'invalid_request'],
    ['no nonce', { nonce: undefined }, 'invalid_request'],
    ['no state', { state: undefined }, 'invalid_request'],
    ['another person than the one who launched', { login_hint: 'lms-user-1002' }, 'login_required'],
    ['no message hint', { lti_message_hint: undefined }, 'launch_no_longer_valid'],
    ['a tool that the launch was not for', { client_id: 'other', redirect_uri: 'http://other.example/lti/launch' }, 'unauthorized_client'],
  ];
  for (const [what, change, error] of errors) {
    it(`tells the tool ${error} for ${what}`, () => {
      expect(platform.authenticate(authenticationRequest(platform.launchParameters(), change))).to.include({ outcome: 'error', error });
    });
  }

  it('refuses a parameter that comes twice', () => {
    const twice = authenticationRequest(platform.launchParameters());
    twice.append('nonce', 'nonce-2');
    expect(platform.authenticate(twice)).to.include({ outcome: 'error', error: 'invalid_request' });
    twice.append('redirect_uri', 'http://evil.example');
    expect(platform.authenticate(twice).outcome).to.equal('refused');
  });

  it('a launch is good once, and for ten minutes', () => {
    const spent = authenticationRequest(platform.launchParameters());
    expect(platform.authenticate(spent).outcome).to.equal('id-token');
    expect(platform.authenticate(spent)).to.include({ error: 'launch_no_longer_valid' });
    const old = authenticationRequest(platform.launchParameters());
    now = now.add({ minutes: 10 });
    expect(platform.authenticate(old)).to.include({ error: 'launch_no_longer_valid' });
  });
});

describe('practice LMS: platform storage', () => {
  const origin = 'http://localhost:3000';
  const toolOrigins = [origin, 'http://other.example'];
  let stored: Stored;
  const send = (data: unknown, { from = origin, frame = undefined as string | undefined } = {}) => {
    const answer = answerMessage(stored, { origin: from, data }, { toolOrigins, ...(frame !== undefined && { frame }) });
    stored = answer.stored;
    return answer.reply;
  };
  const put = (key: string, value: unknown, from = origin) => send({ subject: 'lti.put_data', message_id: 'm', key, value }, { from });
  const get = (key: string, from = origin) => send({ subject: 'lti.get_data', message_id: 'm', key }, { from })?.value;
  beforeEach(() => { stored = emptyStorage; });

  it('gives back what was put, under the same message id', () => {
    expect(put('a', '1')).to.deep.equal({ subject: 'lti.put_data.response', message_id: 'm', key: 'a', value: '1' });
    expect(get('a')).to.equal('1');
    expect(get('b')).to.equal(null);
  });

  it('keeps tools apart by origin', () => {
    put('a', '1');
    expect(get('a', 'http://other.example')).to.equal(null);
  });

  it('forgets a key when its value is null', () => {
    put('a', '1');
    put('a', null);
    expect(get('a')).to.equal(null);
  });

  it('says what it can do, and in which frame', () => {
    const ask = { subject: 'lti.capabilities', message_id: 'm' };
    expect(send(ask)?.supported_messages?.map(({ subject }) => subject)).to.deep.equal(['lti.capabilities', 'lti.put_data', 'lti.get_data']);
    expect(send(ask, { frame: 'named' })?.supported_messages?.[1]).to.deep.equal({ subject: 'lti.put_data', frame: 'named' });
    expect(send({ subject: 'lti.put_data', message_id: 'm', key: 'a', value: '1' }, { frame: 'named' })?.error?.code).to.equal('unsupported_subject');
  });

  it('refuses strangers, malformed messages and subjects it does not know', () => {
    expect(put('a', '1', 'http://evil.example')?.error?.code).to.equal('wrong_origin');
    expect(send({ subject: 'lti.get_data', key: 'a' })?.error?.code).to.equal('bad_request');
    expect(put('', '1')?.error?.code).to.equal('bad_request');
    expect(put('a', 7)?.error?.code).to.equal('bad_request');
    expect(send({ subject: 'lti.fly', message_id: 'm' })?.error?.code).to.equal('unsupported_subject');
    expect(stored).to.equal(emptyStorage);
  });

  it('stays silent on what is not an LTI message', () => {
    for (const data of ['lti.get_data', null, 7, {}, { subject: 'resize' }]) expect(send(data)).to.equal(undefined);
  });

  it('limits what one tool may keep, and keeps what was there', () => {
    put('a', '1');
    expect(put('big', 'x'.repeat(storageLimits.characters))?.error?.code).to.equal('storage_exhaustion');
    expect(get('a')).to.equal('1');
    for (let count = 1; count < storageLimits.keys; count += 1) put(`k${count}`, '');
    expect(put('one more', '')?.error?.code).to.equal('storage_exhaustion');
    expect(put('a', '2')?.error).to.equal(undefined);
  });
});

describe('practice LMS: over HTTP', () => {
  let lms: PracticeLms;
  const get = (path: string, init?: RequestInit) => fetch(`${lms.url}${path}`, { redirect: 'manual', ...init });
  const weekOne = '/as/amara/courses/spring/links/week-1';
  before(async () => { lms = await startPracticeLms({ toolUrl: 'http://localhost:3000' }); });
  after(() => lms.close());

  it('is its own issuer', () => {
    expect(lms.platform.issuer).to.equal(lms.url);
    expect(lms.url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
  });

  const good = [
    '/', '/as/zsofia', '/as/jonas/courses/autumn', weekOne, `${weekOne}?place=window`, `${weekOne}?storage=frame&login=post&fault=mentor`,
    `${weekOne}?place=nonsense`, '/as/amara/courses/spring/return?lti_msg=Done', '/storage-frame', `${weekOne}/launch?login=post`,
  ];
  for (const path of good) {
    it(`${path} is a page with one heading`, async () => {
      const response = await get(path);
      const text = await response.text();
      expect(response.status).to.equal(200);
      expect(text.match(/<h1>/g)).to.have.length(1);
      expect(text).not.to.match(/undefined|\[object|\son\w+=/);
    });
  }

  for (const path of ['/nowhere', '/as/nobody', '/as/amara/courses/winter', '/as/eleanor/courses/autumn', '/as/amara/courses/spring/links/week-13', '/as/constructor']) {
    it(`${path} is not there`, async () => {
      const response = await get(path);
      expect(response.status).to.equal(404);
      expect((await response.text()).match(/<h1>/g)).to.have.length(1);
    });
  }

  it('serves every script and style that its pages name', async () => {
    const pages = await Promise.all([weekOne, '/storage-frame', `${weekOne}/launch?login=post`].map(async (path) => (await get(path)).text()));
    const assets = new Set(pages.join('').match(/\/assets\/[\w.-]+/g));
    expect([...assets]).to.include.members(['/assets/launch.js', '/assets/storage-frame.js', '/assets/submit.js', '/assets/practice-lms.css']);
    for (const asset of assets) expect((await get(asset)).status, asset).to.equal(200);
  });

  it('shows what the tool says on return, escaped', async () => {
    const text = await (await get(`/as/amara/courses/spring/return?lti_errormsg=${encodeURIComponent('<script>alert(1)</script>')}`)).text();
    expect(text).to.include('&#60;script&#62;alert(1)').and.not.to.include('<script>alert');
  });

  it('launches by GET from login initiation to a token that its key set verifies', async () => {
    const login = new URL((await get(`${weekOne}/launch?storage=frame`)).headers.get('location')!);
    expect(`${login.origin}${login.pathname}`).to.equal('http://localhost:3000/lti/login');
    const parameters = Object.fromEntries(login.searchParams);
    expect(parameters).to.include({ iss: lms.url, lti_storage_target: 'post_message_forwarding' });
    const form = await (await get(`/auth?${authenticationRequest(parameters, {}, lms.platform.tools[0]).toString()}`)).text();
    expect(form).to.include('method="post" action="http://localhost:3000/lti/launch"');
    expect(fieldOf(form, 'state')).to.equal('state-1');
    const keys = createLocalJWKSet(await (await get('/keys')).json() as JSONWebKeySet);
    const { payload } = await jwtVerify(fieldOf(form, 'id_token')!, keys, { issuer: lms.url, audience: 'practice-client-1' });
    expect(payload[ltiClaim('launch_presentation')]).to.include({ document_target: 'iframe' });
  });

  it('launches by POST, at both ends', async () => {
    const login = await (await get(`${weekOne}/launch?login=post&place=window`)).text();
    expect(login).to.include('method="post" action="http://localhost:3000/lti/login"');
    expect(fieldOf(login, 'lti_storage_target')).to.equal(undefined);
    const hints = { login_hint: fieldOf(login, 'login_hint')!, lti_message_hint: fieldOf(login, 'lti_message_hint')! };
    const form = await (await get('/auth', { method: 'POST', body: authenticationRequest(hints, {}, lms.platform.tools[0]) })).text();
    expect(decodeJwt(fieldOf(form, 'id_token')!)[ltiClaim('launch_presentation')]).to.include({ document_target: 'window' });
  });

  it('posts an error back with the state, and shows its own page when nobody can be answered', async () => {
    const parameters = lms.platform.launchParameters();
    const error = await (await get(`/auth?${authenticationRequest(parameters, { prompt: 'login' }).toString()}`)).text();
    expect(fieldOf(error, 'error')).to.equal('invalid_request');
    expect(fieldOf(error, 'state')).to.equal('state-1');
    const refused = await get(`/auth?${authenticationRequest(parameters, { redirect_uri: 'http://evil.example/' }).toString()}`);
    expect(refused.status).to.equal(400);
    expect(await refused.text()).not.to.include('evil.example');
    expect((await get('/auth', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })).status).to.equal(400);
  });

  it('the key set fails as a test asks, and counts', async () => {
    const { keySet } = lms;
    const fetches = keySet.fetches;
    const fetchWith = async (fault: typeof keySet.fault) => {
      keySet.fault = fault;
      const response = await get('/keys');
      return { status: response.status, text: await response.text() };
    };
    try {
      expect((await fetchWith('error')).status).to.equal(500);
      expect((await fetchWith('huge')).text.length).to.be.greaterThan(256 * 1024);
      expect((await fetchWith('redirect')).status).to.equal(302);
      const { text } = await fetchWith('garbage');
      expect(() => JSON.parse(text) as unknown).to.throw();
      keySet.slowMilliseconds = 30;
      const begun = performance.now();
      expect((await fetchWith('slow')).status).to.equal(200);
      expect(performance.now() - begun).to.be.at.least(29);
      expect(keySet.fetches).to.equal(fetches + 5);
    } finally {
      keySet.fault = 'none';
    }
  });

  it('closes at once, even while a slow key set is being fetched', async () => {
    const other = await startPracticeLms({ toolUrl: 'http://localhost:3000' });
    other.keySet.fault = 'slow';
    const hanging = fetch(`${other.url}/keys`).catch(() => undefined);
    while (other.keySet.fetches === 0) await new Promise((resolve) => { setTimeout(resolve, 5); });
    const begun = performance.now();
    await other.close();
    await hanging;
    expect(performance.now() - begun).to.be.below(2000);
    expect(await fetch(other.url).catch(() => 'closed')).to.equal('closed');
  });

  it('says when its port is taken', async () => {
    const failure = await startPracticeLms({ port: Number(new URL(lms.url).port), toolUrl: 'http://localhost:3000' }).catch((error: Error) => error.message);
    expect(failure).to.include('EADDRINUSE');
  });
});

describe('practice LMS: templates', () => {
  it('escape what they are given, and take pages of their own as they are', () => {
    expect(html`<p title="${'"<&\''}">${html`<b>${1}</b>`}${['a', 'b'].map((word) => html`<i>${word}</i>`)}</p>`.text)
      .to.equal('<p title="&#34;&#60;&#38;&#39;"><b>1</b><i>a</i><i>b</i></p>');
  });
});

function fieldOf(form: string, name: string): string | undefined {
  return form.match(new RegExp(`name="${name}" value="([^"]*)"`))?.[1];
}
