// Attacks on what LTI Advantage added: somebody else's tokens, rows and logins by way of services, notices and registrations.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { createNotices } from '../../scripts/practice-lms/notices.ts';
import { addPlatform } from '../../server/features/platforms/actions.ts';
import { makeRegistrationLink } from '../../server/features/registration/actions.ts';
import { ensureToolKey } from '../../server/features/tool-keys/actions.ts';
import { createAccessTokens } from '../../server/lti/access-tokens.ts';
import { gradeScopes, readLineItemAt, readResults } from '../../server/lti/assignment-grades.ts';
import { readPlatformConfiguration } from '../../server/lti/dynamic-registration.ts';
import { decideManualRegistration } from '../../server/lti/manual-registration.ts';
import { readRoster } from '../../server/lti/names-roles.ts';
import { nextLink } from '../../server/lti/services-http.ts';
import { answer, fakePlatform, registration, signingKey } from '../lti/fake-platform.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, openBrowser, signIn, startCohort } from '../support/browser-session.ts';

const victim = 'https://lms.victim.example/token';
const evil = {
  issuer: 'https://evil.example', authorization_endpoint: 'https://evil.example/auth', token_endpoint: 'https://evil.example/token',
  jwks_uri: 'https://evil.example/keys', registration_endpoint: 'https://evil.example/register',
};

// One key signs for every tenant, and the client id is what a platform says: a request for a token that is sent to one
// host and good at another would be another tenant's access to its LMS.
describe('a request for a token that somebody else could hand in elsewhere', () => {
  const heldFor = (authorizationServer: string, tokenUrl = evil.token_endpoint) => {
    const read = readPlatformConfiguration({ ...evil, token_endpoint: tokenUrl, authorization_server: authorizationServer }, { url: 'https://evil.example/configuration', allowLocal: false });
    return read.ok ? read.value.heldReason : read.refusal.code;
  };

  for (const audience of [victim, 'https://api.brightspace.com/auth/token', 'https://evil.example:8443/token', 'https://evil.example.victim.example/', 'https://evil.example@lms.victim.example/token']) {
    it(`a platform that registers itself with the audience ${audience} waits for an operator`, () => {
      expect(heldFor(audience)).to.equal('foreign-audience');
    });
  }

  it('its own host and Brightspace’s two are no reason to wait', () => {
    expect(heldFor('https://evil.example/other')).to.equal(null);
    expect(heldFor('https://api.brightspace.com/auth/token', 'https://auth.brightspace.com/core/connect/token')).to.equal(null);
  });

  it('by hand it waits too, unless an operator typed it', () => {
    const typed = { name: 'Evil', issuer: evil.issuer, clientId: 'of-the-victim', authenticationUrl: evil.authorization_endpoint, tokenUrl: evil.token_endpoint, keysetUrl: evil.jwks_uri, tokenAudience: victim };
    const decide = (trusted: boolean) => decideManualRegistration(typed, { publicUrl: 'https://coachline.example', allowLocal: false, trusted, productFamily: null });
    const [byAdministrator, byOperator] = [decide(false), decide(true)];
    expect(byAdministrator.good && byAdministrator.registration.heldReason).to.equal('foreign-audience');
    expect(byOperator.good && byOperator.registration.heldReason).to.equal(null);
  });

  it('a platform that calls itself Brightspace in a launch gets none that Brightspace would take', async () => {
    const bodies: string[] = [];
    const outbound = { request: async ({ body = '' }: { body?: string }) => { bodies.push(body); return answer(400); }, fetchJson: () => { throw new Error('not asked for'); } };
    const tokens = createAccessTokens({ outbound, signingKey: async () => signingKey, now: () => Temporal.Instant.from('2026-03-02T09:00:00Z') });
    await tokens.get({ ...registration, issuer: evil.issuer, tokenUrl: evil.token_endpoint, productFamilyCode: 'desire2learn' }, [gradeScopes.score]);
    const [, payload = ''] = (new URLSearchParams(bodies[0]).get('client_assertion') ?? '').split('.');
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).to.include({ aud: evil.token_endpoint });
  });
});

describe('services of a hostile platform', () => {
  const endpoint = { registration, scopes: Object.values(gradeScopes) };
  const column = 'https://lms.example/7';

  it('a refusal that repeats our token leaves none in what is kept of it', async () => {
    const platform = fakePlatform(({ headers }) => answer(403, { error: `no: ${headers?.['authorization']}` }));
    const read = await readLineItemAt(platform.services, endpoint, column);
    expect(read).to.include({ outcome: 'refused', code: 'call.forbidden' });
    expect(JSON.stringify(read)).to.include('no: Bearer …').and.not.include('token-1');
  });

  it('a refused request for a token leaves no assertion of ours behind', async () => {
    const platform = fakePlatform(() => answer(200), ({ body }) => answer(400, { error: 'invalid_client', sent: new URLSearchParams(body).get('client_assertion') }));
    const read = await readLineItemAt(platform.services, endpoint, column);
    expect(read).to.include({ code: 'token.client_refused' });
    expect(JSON.stringify(read)).to.include('invalid_client').and.not.match(/eyJ/);
  });

  it('a roster without end comes to an end, and nobody is taken for gone', async () => {
    const platform = fakePlatform((_request, number) => answer(200, { members: Array.from({ length: 30_000 }, (_, n) => ({ user_id: `${number}-${n}` })) }, { link: `<?page=${number + 1}>; rel="next"` }));
    const ends = [];
    for await (const step of readRoster(platform.services, registration, 'https://lms.example/members')) if (step.kind === 'end') ends.push(step.end);
    expect(ends).to.deep.equal([{ outcome: 'incomplete', problem: { outcome: 'refused', code: 'pages.too_many' } }]);
    expect(platform.calls).to.have.length(4);
  });

  it('results with comments without end come to an end', async () => {
    const comment = 'x'.repeat(10_000);
    const page = Array.from({ length: 400 }, (_, n) => ({ userId: `u${n}`, comment }));
    const platform = fakePlatform((_request, number) => answer(200, page, { link: `<?page=${number + 1}>; rel="next"` }));
    expect(await readResults(platform.services, endpoint, column)).to.include({ outcome: 'refused', code: 'pages.too_many' });
    expect(platform.calls).to.have.length(6);
  });

  it('a Link header that is made to be slow is read', () => {
    for (const part of ['<', '<a>;', '; a=', '<a>; a = ', ' ;', '<a>;rel ', '<>;a="']) nextLink(part.repeat(Math.floor(16_000 / part.length)), 'https://lms.example/');
  });
});

describe('another tenant', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await ensureToolKey(test.sql, test.sealing, test.clock.now);
    await startCohort(test);
  });
  after(() => test.close());

  it('that registered our issuer and waits for an operator does not make our logins ambiguous', async () => {
    const { issuer } = test.platform;
    await addPlatform(test.sql, { name: 'Evil', issuer, clientId: 'evil', authenticationUrl: `${issuer}/auth`, tokenUrl: `${issuer}/token`, keysetUrl: `${issuer}/keys`, deploymentId: '1', organisation: 'evil' }, test.clock.now);
    await test.sql.query(`update platform_registration set held_reason = 'foreign-endpoint', active = false where client_id = 'evil'`);
    const { client_id: _left, ...withoutClient } = test.platform.launchParameters({});
    const login = await openBrowser(test).get(`/lti/login?${new URLSearchParams(withoutClient).toString()}`);
    expect(login.statusCode).to.equal(302);
    await test.sql.query(`delete from deployment where registration_id in (select id from platform_registration where client_id = 'evil')`);
  });

  it('a launch’s token is no notice, and a notice is no launch', async () => {
    const browser = openBrowser(test);
    const { request, state, nonce } = await beginLogin(browser, test.platform);
    const token = test.platform.authenticate(request);
    if (token.outcome !== 'id-token') throw new Error('no token');
    const posted = await test.app.inject({ method: 'POST', url: '/lti/notices', headers: { 'content-type': 'application/json' }, payload: JSON.stringify({ notices: [{ jwt: token.idToken }] }) });
    expect(posted.statusCode).to.equal(400);
    const { jwt } = createNotices(test.platform).notice({ type: 'LtiHelloWorldNotice', change: (claims) => { claims['nonce'] = nonce; } });
    const launched = await browser.postFrom(test.platform.issuer, '/lti/launch', { state, id_token: jwt });
    expect(launched.statusCode).to.be.within(400, 499);
    expect(launched.headers.location).to.equal(undefined);
  });

  for (const [what, body] of Object.entries({
    'no list': '{"notices":{}}', 'nothing': '{}', 'null': 'null', 'a prototype': '{"__proto__":{"notices":[]}}', 'deep lists': '['.repeat(50_000) + ']'.repeat(50_000),
    'many': JSON.stringify({ notices: Array.from({ length: 20_000 }, () => ({ jwt: 'x' })) }), 'too long': JSON.stringify({ notices: [{ jwt: 'x'.repeat(300_000) }] }),
    'a token of garbage': JSON.stringify({ notices: [{ jwt: `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"iss":"\\ud800","aud":["\\u0000"]}').toString('base64url')}.` }] }),
  })) {
    it(`notices that are ${what} are 4xx`, async () => {
      expect((await test.app.inject({ method: 'POST', url: '/lti/notices', headers: { 'content-type': 'application/json' }, payload: body })).statusCode).to.be.within(400, 499);
    });
  }

  it('words that an LMS wrote stand on its self-test’s page as text', async () => {
    const administrator = await signIn(test, { person: 'ruth', link: 'home', targetLinkUri: 'http://localhost:3000/self-test' });
    const findings = [{ group: 'grades', name: '<img src=x onerror=alert(1)>', state: 'problem', happened: 'It wrote: “<script>alert(1)</script>”', toDo: '"><i>' }];
    await test.sql.query(`insert into self_test (registration_id, deployment_id, findings, ran_at) select registration_id, id, $1, $2 from deployment where registration_id = $3`, [JSON.stringify(findings), String(test.clock.now), test.registrationId]);
    const { body, statusCode } = await administrator.page('/self-test');
    expect(statusCode).to.equal(200);
    expect(body).to.include('&lt;script&gt;').and.not.match(/<script>alert|<img src=x|"><i>/);
  });

  it('a request to choose content is nobody else’s, and of two answers at once one is signed', async () => {
    const message = { type: 'LtiDeepLinkingRequest', settings: {} } as const;
    const eleanor = await signIn(test, { person: 'eleanor', message });
    const path = String(eleanor.launched.headers.location).slice(eleanor.base.length);
    const again = await signIn(test, { person: 'eleanor', message });
    for (const attempt of [again.page(path), again.submit(`${path}/cancellation`), again.submit(`${path}/choice`, { item: 'week-1' })]) expect((await attempt).statusCode).to.equal(404);
    const cohort = /name="cohort" value="([^"]*)"/.exec((await eleanor.page(path)).body)?.[1] ?? '';
    const answers = await Promise.all(Array.from({ length: 6 }, (_, n) => (n % 2 ? eleanor.submit(`${path}/cancellation`) : eleanor.submit(`${path}/choice`, { item: 'week-1', cohort }))));
    expect(answers.filter(({ body }) => body.includes('name="JWT"'))).to.have.length(1);
    for (const { statusCode } of answers) expect(statusCode).to.be.oneOf([200, 409]);
  });

  it('an old link of registration tells a stranger nothing, whatever stands beside it', async () => {
    const token = await makeRegistrationLink(test.sql, { organisationId: (await test.sql.query<{ id: string }>('select id from organisation limit 1')).rows[0]!.id }, test.clock.now);
    for (const url of ['file:///etc/passwd', 'http://169.254.169.254/latest/meta-data', 'gopher://127.0.0.1:5432/_x', 'http://user:pass@127.0.0.1/', 'javascript:alert(1)', 'http://[fd00:ec2::254]/', 'http://[::ffff:169.254.169.254]/', 'http://0xa9fea9fe/']) {
      const opened = await openBrowser(test).get(`/lti/register/${token}?${new URLSearchParams({ openid_configuration: url }).toString()}`);
      expect(opened.statusCode, url).to.be.within(400, 499);
      expect(opened.body, url).not.to.include('<script>alert');
    }
  });
});
