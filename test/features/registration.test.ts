import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { setTimeout as sleep } from 'node:timers/promises';
import { startPracticeLms } from '../../scripts/practice-lms/server.ts';
import type { PracticeLms } from '../../scripts/practice-lms/server.ts';
import type { Registration } from '../../scripts/practice-lms/registration.ts';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { ensureOrganisation } from '../../server/features/platforms/actions.ts';
import { makeRegistrationLink } from '../../server/features/registration/actions.ts';
import { areRelated } from '../../server/lti/dynamic-registration.ts';
import { createOutbound } from '../../server/lti/outbound.ts';
import type { Outbound, OutboundAnswer, OutboundRequest } from '../../server/lti/outbound.ts';
import { publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, openBrowser } from '../support/browser-session.ts';

const toolClaim = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
const platformClaim = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
const rosterScope = 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly';
const noticesScope = 'https://purl.imsglobal.org/spec/lti/scope/noticehandlers';
const scoreScope = 'https://purl.imsglobal.org/spec/lti-ags/scope/score';
const gradeScopes = ['lineitem', 'lineitem.readonly', 'score', 'result.readonly'].map((name) => `https://purl.imsglobal.org/spec/lti-ags/scope/${name}`);

type Asked = { openid_configuration?: string; registration_token?: string };

/** A new link's path, for an organisation. */
async function newLink({ sql, clock }: TestApp, organisation = 'default'): Promise<string> {
  return `/lti/register/${await makeRegistrationLink(sql, { organisationId: await ensureOrganisation(sql, organisation, clock.now) }, clock.now)}`;
}

/** The LMS opens the link, and somebody presses the button of the page that comes. */
async function register(test: TestApp, link: string, asked: Asked) {
  const browser = openBrowser(test);
  const question = await browser.get(`${link}?${new URLSearchParams(asked).toString()}`);
  const fields = Object.fromEntries([...question.body.matchAll(/name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]));
  const press = () => browser.post(link, fields);
  return { question, press };
}

const registrations = async ({ sql }: TestApp) => (await sql.query(`
  select r.id, r.name, r.issuer, r.client_id, r.authentication_url, r.token_url, r.keyset_url, o.short_name as organisation,
         r.active, r.held_reason, r.product_family_code, r.token_audience, r.granted_scopes,
         (select array_agg(d.deployment_id || ':' || coalesce(d2.short_name, '')) from deployment d left join organisation d2 on d2.id = d.organisation_id where d.registration_id = r.id and d.approved_at is not null) as approved
    from platform_registration r join organisation o on o.id = r.organisation_id where r.name <> 'Practice LMS' order by r.created_at, r.name`)).rows as Record<string, unknown>[];
const reasons = async ({ sql }: TestApp) => (await sql.query(`select reason from audit_event where action = 'registration.refused' order by id`)).rows.map(({ reason }) => reason as string);
const lastReason = async (test: TestApp) => (await reasons(test)).at(-1);

/** A platform out in the world, without HTTP: answers by address, and what was asked of it. */
class FarPlatform implements Outbound {
  asked: OutboundRequest[] = [];
  answers: Record<string, unknown> = {};
  status = 200;
  delay = 0;

  async request(request: OutboundRequest): Promise<OutboundAnswer> {
    this.asked.push(request);
    await sleep(this.delay);
    const answer = this.answers[`${request.method} ${request.url}`];
    if (answer === undefined) return { ok: true, status: 404, headers: {}, body: Buffer.from('not here') };
    const body = typeof answer === 'function' ? (answer as (body: Record<string, unknown>) => unknown)(JSON.parse(request.body ?? '{}') as Record<string, unknown>) : answer;
    return { ok: true, status: request.method === 'POST' ? this.status : 200, headers: {}, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) };
  }

  fetchJson(): never {
    throw new Error('registration does not fetch this way');
  }

  get posted(): Record<string, unknown>[] {
    return this.asked.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body ?? '') as Record<string, unknown>);
  }
}

const moodle = {
  issuer: 'https://moodle.school.edu',
  token_endpoint: 'https://moodle.school.edu/mod/lti/token.php',
  jwks_uri: 'https://moodle.school.edu/mod/lti/certs.php',
  authorization_endpoint: 'https://moodle.school.edu/mod/lti/auth.php',
  registration_endpoint: 'https://moodle.school.edu/mod/lti/openid-registration.php',
  scopes_supported: [rosterScope, ...gradeScopes, 'openid'],
  [platformClaim]: { product_family_code: 'moodle', version: '4.5', messages_supported: ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest'] },
};
const moodleUrl = 'https://moodle.school.edu/mod/lti/openid-configuration.php';

const canvas = {
  issuer: 'https://canvas.instructure.com',
  authorization_endpoint: 'https://sso.canvaslms.com/api/lti/authorize_redirect',
  registration_endpoint: 'https://learn.university.edu/api/lti/registrations',
  jwks_uri: 'https://sso.canvaslms.com/api/lti/security/jwks',
  token_endpoint: 'https://sso.canvaslms.com/login/oauth2/token',
  authorization_server: 'sso.canvaslms.com',
  scopes_supported: [rosterScope, ...gradeScopes, 'https://canvas.instructure.com/lti/public_jwk/scope/update'],
  [platformClaim]: {
    product_family_code: 'canvas', version: 'vCloud', messages_supported: [{ type: 'LtiResourceLinkRequest', placements: ['account_navigation', 'course_navigation'] }, { type: 'LtiDeepLinkingRequest', placements: ['assignment_selection', 'editor_button', 'link_selection'] }],
    'https://canvas.instructure.com/lti/account_name': 'Test University',
  },
};
const canvasUrl = 'https://learn.university.edu/api/lti/security/openid-configuration';

const brightspace = {
  issuer: 'https://learn.college.ca',
  authorization_endpoint: 'https://learn.college.ca/d2l/lti/authenticate',
  token_endpoint: 'https://auth.brightspace.com/core/connect/token',
  jwks_uri: 'https://learn.college.ca/d2l/.well-known/jwks',
  registration_endpoint: 'https://learn.college.ca/d2l/api/ext/1.0/lti/register?token=once',
  authorization_server: 'https://api.brightspace.com/auth/token',
  [platformClaim]: { product_family_code: 'desire2learn' },
};
const brightspaceUrl = 'https://learn.college.ca/d2l/.well-known/openid-configuration?token=once';

describe('dynamic registration of platforms in the world', () => {
  const far = new FarPlatform();
  let test: TestApp;
  before(async () => { test = await startTestApp({ outbound: far, env: { ALLOW_LOCAL_PLATFORMS: 'false' } }); });
  after(() => test.close());
  afterEach(async () => {
    Object.assign(far, { asked: [], answers: {}, status: 200, delay: 0 });
    await test.sql.query(`delete from deployment where registration_id <> $1`, [test.registrationId]);
    await test.sql.query(`delete from platform_registration where id <> $1`, [test.registrationId]);
  });

  it('Moodle: its token on both calls, port and claims as it wants them, its deployment approved', async () => {
    far.answers = {
      [`GET ${moodleUrl}`]: moodle,
      [`POST ${moodle.registration_endpoint}`]: (given: Record<string, unknown>) => ({ ...given, client_id: 'x8sKq2mPz1vTtL0', [toolClaim]: { ...(given[toolClaim] as object), deployment_id: '7' } }),
    };
    const { question, press } = await register(test, await newLink(test, 'north'), { openid_configuration: moodleUrl, registration_token: 'moodle.jwt' });
    expect(question.statusCode).to.equal(200);
    expect(question.body).to.contain('Moodle, moodle.school.edu').and.contain('north').and.contain('read who takes part in a course');
    expect(await registrations(test), 'asking changes nothing').to.deep.equal([]);
    expect(far.asked.map(({ method }) => method)).to.deep.equal(['GET']);

    const done = await press();
    expect(done.statusCode).to.equal(200);
    expect(heading(done)).to.equal('Your LMS is connected');
    expect(done.headers['content-security-policy']).to.contain('frame-ancestors *');
    const [{ id, ...kept } = {}] = await registrations(test);
    expect(kept).to.deep.equal({
      name: 'Moodle, moodle.school.edu', issuer: moodle.issuer, client_id: 'x8sKq2mPz1vTtL0', organisation: 'north', approved: ['7:north'],
      authentication_url: moodle.authorization_endpoint, token_url: moodle.token_endpoint, keyset_url: moodle.jwks_uri,
      active: true, held_reason: null, product_family_code: 'moodle', token_audience: null, granted_scopes: [rosterScope, ...gradeScopes],
    });

    expect(far.asked.map(({ headers }) => headers?.['authorization'])).to.deep.equal(['Bearer moodle.jwt', 'Bearer moodle.jwt']);
    expect(far.posted[0]).to.deep.include({
      application_type: 'web', response_types: ['id_token'], grant_types: ['implicit', 'client_credentials'], token_endpoint_auth_method: 'private_key_jwt',
      initiate_login_uri: `${publicUrl}/lti/login/${String(id)}`, redirect_uris: [`${publicUrl}/lti/launch`], jwks_uri: `${publicUrl}/lti/jwks`,
      client_name: 'Coachline', logo_uri: `${publicUrl}/assets/mark.svg`,
    });
    expect(String(far.posted[0]?.['scope']).split(' ')).to.have.members([rosterScope, ...gradeScopes]);
    expect(far.posted[0]?.[toolClaim]).to.deep.include({
      domain: 'localhost:3000', target_link_uri: `${publicUrl}/`, claims: ['sub', 'iss', 'name', 'given_name', 'family_name', 'email', 'locale'],
      messages: [
        { type: 'LtiResourceLinkRequest', target_link_uri: `${publicUrl}/`, label: 'Coachline' },
        { type: 'LtiDeepLinkingRequest', target_link_uri: `${publicUrl}/`, label: 'Coachline', icon_uri: `${publicUrl}/assets/mark.svg` },
      ],
      custom_parameters: { context_id_history: '$Context.id.history', resource_link_id_history: '$ResourceLink.id.history' },
    });
    expect((await test.app.inject('/assets/mark.svg')).statusCode, 'the logo is there').to.equal(200);

    const { rows } = await test.sql.query(`select action, detail from audit_event where registration_id = $1 order by id`, [id]);
    expect(rows).to.deep.equal([
      { action: 'platform.registered', detail: { name: 'Moodle, moodle.school.edu', issuer: moodle.issuer, clientId: 'x8sKq2mPz1vTtL0', dynamic: true, scopesMissing: [], tokenAudience: null, heldReason: null } },
      { action: 'deployment.approved', detail: { deploymentId: '7' } },
    ]);
  });

  it('Canvas: one issuer for everybody, each institution’s own login address, names and a place in the course', async () => {
    const institutions = [['university.instructure.com', 'Test University', '10000000000001'], ['college.instructure.com', 'Other College', '10000000000002']] as const;
    for (const [host, account, clientId] of institutions) {
      const configuration = { ...canvas, registration_endpoint: `https://${host}/api/lti/registrations`, [platformClaim]: { ...canvas[platformClaim], 'https://canvas.instructure.com/lti/account_name': account } };
      const url = `https://${host}/api/lti/security/openid-configuration`;
      Object.assign(far.answers, { [`GET ${url}`]: configuration, [`POST https://${host}/api/lti/registrations`]: (given: Record<string, unknown>) => ({ ...given, client_id: clientId }) });
      const { press } = await register(test, await newLink(test), { openid_configuration: url, registration_token: 'canvas.jwt' });
      const done = await press();
      expect(done.statusCode).to.equal(200);
      expect(done.body).to.contain('an administrator of Coachline has to approve').and.contain(clientId);
    }
    const kept = await registrations(test);
    expect(kept.map(({ name, client_id, approved }) => [name, client_id, approved])).to.deep.equal([['Canvas, Other College', '10000000000002', null], ['Canvas, Test University', '10000000000001', null]]);
    const logins = far.posted.map((posted) => posted['initiate_login_uri']);
    expect(logins).to.have.members(kept.map(({ id }) => `${publicUrl}/lti/login/${String(id)}`));
    expect(far.posted[0]?.[toolClaim]).to.deep.include({
      'https://canvas.instructure.com/lti/privacy_level': 'public',
      messages: [{
        type: 'LtiResourceLinkRequest', target_link_uri: `${publicUrl}/`, label: 'Coachline', icon_uri: `${publicUrl}/assets/mark.svg`, placements: ['course_navigation'],
        'https://canvas.instructure.com/lti/course_navigation/default_enabled': true, 'https://canvas.instructure.com/lti/visibility': 'members',
      }, {
        type: 'LtiDeepLinkingRequest', target_link_uri: `${publicUrl}/`, label: 'Coachline', icon_uri: `${publicUrl}/assets/mark.svg`, placements: ['assignment_selection', 'link_selection'],
      }],
    });
    expect(kept.map(({ token_audience, product_family_code }) => [token_audience, product_family_code]), 'a bare host is no audience').to.deep.equal([[null, 'canvas'], [null, 'canvas']]);
    // Without a client id the common login address cannot know which of them is meant; each one's own can.
    const login = new URLSearchParams({ iss: canvas.issuer, login_hint: 'u', target_link_uri: `${publicUrl}/` }).toString();
    expect((await test.app.inject(`/lti/login?${login}`)).statusCode).to.equal(400);
    const own = await test.app.inject(`/lti/login/${String(kept[0]?.['id'])}?${login}`);
    expect(own.statusCode).to.equal(302);
    expect(new URL(String(own.headers.location)).searchParams.get('client_id')).to.equal('10000000000002');
  });

  it('Brightspace: no token, an address that answers once, tokens from a host of its makers', async () => {
    far.answers = {
      [`GET ${brightspaceUrl}`]: brightspace,
      [`POST ${brightspace.registration_endpoint}`]: (given: Record<string, unknown>) => ({ ...given, client_id: 'd2l-client', [toolClaim]: { deployment_id: 'd2l-deployment' } }),
    };
    const { press } = await register(test, await newLink(test), { openid_configuration: brightspaceUrl });
    expect((await press()).statusCode).to.equal(200);
    expect(far.asked.map(({ method, headers }) => [method, headers?.['authorization']])).to.deep.equal([['GET', undefined], ['POST', undefined]]);
    const [kept] = await registrations(test);
    expect(kept).to.include({ name: 'Brightspace, learn.college.ca', client_id: 'd2l-client', token_url: 'https://auth.brightspace.com/core/connect/token', token_audience: 'https://api.brightspace.com/auth/token', product_family_code: 'desire2learn' });
    expect(String(far.posted[0]?.['scope']).split(' '), 'one that does not say which scopes it has is asked for all').to.have.length(5);
  });

  it('asks again for the configuration where the LMS names another address', async () => {
    const link = await newLink(test);
    far.answers = { [`GET ${moodleUrl}`]: moodle, [`GET ${brightspaceUrl}`]: brightspace };
    await register(test, link, { openid_configuration: moodleUrl });
    await register(test, link, { openid_configuration: moodleUrl });
    expect((await register(test, link, { openid_configuration: brightspaceUrl })).question.body).to.contain('Brightspace');
    expect(far.asked.map(({ url }) => url)).to.deep.equal([moodleUrl, brightspaceUrl]);
  });

  const lessScopes: [what: string, supported: string[] | undefined, granted: string | undefined, asked: string[], missing: string[]][] = [
    ['a platform without grades', [rosterScope], undefined, [rosterScope], gradeScopes],
    ['a platform that grants less than was asked', undefined, rosterScope, [rosterScope, ...gradeScopes], gradeScopes],
    ['a platform that grants nothing', undefined, '', [rosterScope, ...gradeScopes], [rosterScope, ...gradeScopes]],
    ['a platform that grants more than was asked', [scoreScope], `${scoreScope} openid ${rosterScope}`, [scoreScope], [rosterScope, ...gradeScopes.filter((scope) => scope !== scoreScope)]],
  ];
  for (const [what, supported, granted, asked, missing] of lessScopes) {
    it(`rule 86: ${what}: what is missing is shown and recorded`, async () => {
      far.answers = {
        [`GET ${moodleUrl}`]: { ...moodle, scopes_supported: supported },
        [`POST ${moodle.registration_endpoint}`]: (given: Record<string, unknown>) => ({ ...given, client_id: 'c', ...(granted !== undefined && { scope: granted }) }),
      };
      const { press } = await register(test, await newLink(test), { openid_configuration: moodleUrl });
      const done = await press();
      expect(done.statusCode).to.equal(200);
      expect(String(far.posted[0]?.['scope']).split(' ')).to.have.members(asked);
      expect(done.body).to.contain('What your LMS did not grant').and.contain('&quot;closesByItself&quot;:false');
      const { rows: [row] } = await test.sql.query(`select detail->'scopesMissing' as missing from audit_event where action = 'platform.registered' order by id desc limit 1`);
      expect(row.missing).to.have.members(missing);
      expect((await registrations(test))[0]?.['granted_scopes']).to.have.members(asked.filter((scope) => !missing.includes(scope)));
    });
  }

  const refusedAnswers: [what: string, status: number, answer: unknown, reason: string, shown: RegExp][] = [
    ['422 with Canvas’s list of errors', 422, { errors: ['<b>domain</b> is wrong', { message: 'so is scope' }] }, 'platform.refused', /&lt;b&gt;domain&lt;\/b&gt; is wrong: so is scope/],
    ['400 as RFC 7591 says it', 400, { error: 'invalid_redirect_uri', error_description: 'Not "ours"' }, 'platform.refused', /invalid_redirect_uri: Not &quot;ours&quot;/],
    ['400 with Moodle’s plain text', 400, 'missing required attribute domain', 'platform.refused', /missing required attribute domain/],
    ['401 for a spent token', 401, 'token_already_used', 'platform.refused', /token_already_used/],
    ['403 with a page of HTML, which is not shown', 403, '<h1>Forbidden</h1>', 'platform.refused', /^(?!.*Forbidden)/s],
    ['500', 500, '<h1>Oops</h1>', 'platform.unreachable', /^(?!.*Oops)/s],
    ['200 with HTML', 200, '<h1>Registered!</h1>', 'platform.no_client_id', /without the client ID/],
    ['200 with a list', 200, [], 'platform.no_client_id', /without the client ID/],
    ['200 without a client id', 200, { client_name: 'Coachline' }, 'platform.no_client_id', /without the client ID/],
    ['200 with an empty client id', 200, { client_id: '' }, 'platform.no_client_id', /without the client ID/],
    ['200 with a number for a client id', 200, { client_id: 7 }, 'platform.no_client_id', /without the client ID/],
    ['200 with NUL in its client id', 200, { client_id: 'a\0b' }, 'platform.no_client_id', /without the client ID/],
    ['200 with a client id too long to keep', 200, { client_id: 'c'.repeat(256) }, 'platform.no_client_id', /without the client ID/],
  ];
  for (const [what, status, answer, reason, shown] of refusedAnswers) {
    it(`rule 86: a platform that answers ${what}: nothing is kept, and the link stays good`, async () => {
      far.answers = { [`GET ${moodleUrl}`]: moodle, [`POST ${moodle.registration_endpoint}`]: answer };
      far.status = status;
      const { press } = await register(test, await newLink(test), { openid_configuration: moodleUrl });
      const page = await press();
      expect(page.statusCode).to.equal(424);
      expect(page.body).to.match(shown).and.to.match(/Reference <code class="id">\w+/);
      expect(await lastReason(test)).to.equal(reason);
      expect(await registrations(test)).to.deep.equal([]);
      far.answers[`POST ${moodle.registration_endpoint}`] = { client_id: 'second-try' };
      far.status = 200;
      expect((await press()).statusCode).to.equal(200);
    });
  }

  it('rule 86: what the platform wrote is not kept', async () => {
    far.answers = { [`GET ${moodleUrl}`]: moodle, [`POST ${moodle.registration_endpoint}`]: { errors: ['secret of the platform'] } };
    far.status = 422;
    const { press } = await register(test, await newLink(test), { openid_configuration: moodleUrl, registration_token: 'secret-token' });
    await press();
    const { rows } = await test.sql.query(`select row_to_json(a)::text as row from audit_event a union all select row_to_json(l)::text from registration_link l`);
    for (const { row } of rows) expect(row).not.to.contain('secret of').and.not.contain('secret-token');
  });

  it('rule 87: an issuer and client id that exist are not overwritten, by anybody', async () => {
    const answer = (deploymentId: string) => ({ client_id: 'the-same', [toolClaim]: { deployment_id: deploymentId } });
    far.answers = { [`GET ${moodleUrl}`]: moodle, [`POST ${moodle.registration_endpoint}`]: answer('1') };
    await (await register(test, await newLink(test), { openid_configuration: moodleUrl })).press();
    const before = await registrations(test);

    far.answers = { [`GET ${moodleUrl}`]: { ...moodle, jwks_uri: 'https://moodle.school.edu/other' }, [`POST ${moodle.registration_endpoint}`]: answer('2') };
    for (const organisation of ['default', 'elsewhere']) {
      const { question, press } = await register(test, await newLink(test, organisation), { openid_configuration: moodleUrl });
      if (organisation === 'default') expect(question.body).to.contain('connected already, under client ID the-same');
      else expect(question.body, 'another organisation’s are not told').not.to.contain('the-same');
      const page = await press();
      expect(page.statusCode).to.equal(409);
      expect(heading(page)).to.equal('This LMS is connected already');
      expect(await lastReason(test)).to.equal('platform.exists');
    }
    expect(await registrations(test)).to.deep.equal(before);
  });

  const strange: [what: string, change: Record<string, unknown>, reason: string, detail?: string][] = [
    ['an issuer of another host', { issuer: 'https://evil.example' }, 'configuration.foreign_issuer'],
    ['an issuer on another port', { issuer: 'https://moodle.school.edu:8443' }, 'configuration.foreign_issuer'],
    ['an issuer beside it', { issuer: 'https://other.school.edu' }, 'configuration.foreign_issuer'],
    ['Canvas’s issuer with keys of its own', { issuer: 'https://canvas.instructure.com' }, 'configuration.foreign_endpoint'],
    ['an http address', { jwks_uri: 'http://moodle.school.edu/keys' }, 'configuration.incomplete', 'jwks_uri'],
    ['an address in a private network', { token_endpoint: 'https://10.0.0.1/token' }, 'configuration.incomplete', 'token_endpoint'],
    ['an address with a user name', { jwks_uri: 'https://u@moodle.school.edu/keys' }, 'configuration.incomplete', 'jwks_uri'],
    ['an address that is none', { authorization_endpoint: 'auth.php' }, 'configuration.incomplete', 'authorization_endpoint'],
    ['an address longer than can be kept', { jwks_uri: `https://moodle.school.edu/${'k'.repeat(2048)}` }, 'configuration.incomplete', 'jwks_uri'],
    ...['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri', 'registration_endpoint'].map((name): [string, Record<string, unknown>, string, string] => [`no ${name}`, { [name]: undefined }, 'configuration.incomplete', name]),
    ['a list for an issuer', { issuer: ['https://moodle.school.edu'] }, 'configuration.incomplete', 'issuer'],
  ];
  for (const [what, change, reason, detail] of strange) {
    it(`rule 84: a configuration with ${what} is refused, and the platform not asked further`, async () => {
      far.answers = { [`GET ${moodleUrl}`]: { ...moodle, ...change } };
      const { question } = await register(test, await newLink(test), { openid_configuration: moodleUrl });
      expect(question.statusCode).to.equal(reason === 'configuration.incomplete' ? 400 : 403);
      const { rows: [row] } = await test.sql.query(`select reason, detail->>'detail' as detail from audit_event order by id desc limit 1`);
      expect(row.reason).to.equal(reason);
      if (detail !== undefined) expect(row.detail).to.equal(detail);
      expect(far.asked).to.have.length(1);
      expect(question.body).not.to.contain('evil.example');
    });
  }

  const unusual: [what: string, change: Record<string, unknown>, url?: string][] = [
    ['a key set elsewhere', { jwks_uri: 'https://evil.example/keys' }],
    ['a sign-in elsewhere', { authorization_endpoint: 'https://moodle.school.edu.evil.example/auth' }],
    ['a token address elsewhere', { token_endpoint: 'https://evil.example/token' }],
    ['a registration address elsewhere', { registration_endpoint: 'https://evil.example/register' }],
    ['Canvas’s shared issuer from a host of its own', {}, canvasUrl],
  ];
  for (const [what, change, url = moodleUrl] of unusual) {
    it(`rule 84: a registration with ${what} is held, switched off, until an operator approves it`, async () => {
      const configuration = url === canvasUrl ? canvas : { ...moodle, ...change };
      far.answers = { [`GET ${url}`]: configuration, [`POST ${configuration.registration_endpoint}`]: { client_id: 'held', [toolClaim]: { deployment_id: '1' } } };
      const { question, press } = await register(test, await newLink(test), { openid_configuration: url });
      expect(question.statusCode).to.equal(200);
      expect(question.body).to.contain('It will wait for approval');
      const done = await press();
      expect(done.statusCode).to.equal(200);
      expect(done.body).to.contain('It waits for approval').and.contain('&quot;closesByItself&quot;:false');
      const [kept] = await registrations(test);
      expect(kept).to.include({ active: false, held_reason: url === canvasUrl ? 'shared-issuer' : 'foreign-endpoint' });

      const login = `/lti/login/${String(kept?.['id'])}?${new URLSearchParams({ iss: configuration.issuer, login_hint: 'u', target_link_uri: `${publicUrl}/` }).toString()}`;
      expect((await test.app.inject(login)).statusCode).to.equal(403);
      const operator = await byLink(test, null);
      const path = `/admin/platforms/${String(kept?.['id'])}`;
      expect((await operator.page(path)).body).to.contain('Waits for an operator');
      expect((await operator.submit(path, { name: 'Held', active: 'true' })).statusCode).to.equal(303);
      expect((await registrations(test))[0], 'not by the box that switches others on').to.include({ active: false });
      expect((await (await byLink(test, 'default')).submit(`${path}/approval`)).statusCode, 'nor by an administrator').to.equal(403);
      expect((await operator.follow(await operator.submit(`${path}/approval`))).body).to.contain('People can come in');
      expect((await registrations(test))[0]).to.include({ active: true, held_reason: null });
      expect((await test.app.inject(login)).statusCode).to.equal(302);
      for (const again of ['approval', 'rejection']) expect((await operator.submit(`${path}/${again}`)).statusCode, again).to.equal(404);
      const { rows } = await test.sql.query(`select action from audit_event where registration_id = $1 and action like 'registration.a%'`, [kept?.['id']]);
      expect(rows).to.deep.equal([{ action: 'registration.approved' }]);
    });
  }

  it('rule 84: a held registration that is rejected is gone, and its client ID free', async () => {
    far.answers = { [`GET ${moodleUrl}`]: { ...moodle, jwks_uri: 'https://evil.example/keys' }, [`POST ${moodle.registration_endpoint}`]: { client_id: 'held', [toolClaim]: { deployment_id: '1' } } };
    await (await register(test, await newLink(test), { openid_configuration: moodleUrl })).press();
    const [kept] = await registrations(test);
    const operator = await byLink(test, null);
    const path = `/admin/platforms/${String(kept?.['id'])}`;
    expect((await (await byLink(test, 'default')).submit(`${path}/rejection`)).statusCode).to.equal(403);
    expect((await operator.follow(await operator.submit(`${path}/rejection`))).body).to.contain('Moodle, moodle.school.edu is gone from here');
    expect(await registrations(test)).to.deep.equal([]);
    expect((await operator.page(path)).statusCode).to.equal(404);
    const { rows } = await test.sql.query(`select detail->>'clientId' as client from audit_event where action = 'registration.rejected'`);
    expect(rows).to.deep.equal([{ client: 'held' }]);
    far.answers[`GET ${moodleUrl}`] = moodle;
    expect((await (await register(test, await newLink(test), { openid_configuration: moodleUrl })).press()).statusCode).to.equal(200);
  });

  it('rule 86: what the LMS cut stands on the registration’s page, until somebody says that it is allowed now', async () => {
    far.answers = { [`GET ${moodleUrl}`]: moodle, [`POST ${moodle.registration_endpoint}`]: { client_id: 'cut', scope: gradeScopes.join(' ') } };
    await (await register(test, await newLink(test), { openid_configuration: moodleUrl })).press();
    const [kept] = await registrations(test);
    const path = `/admin/platforms/${String(kept?.['id'])}`;
    const administrator = await byLink(test, 'default');
    expect((await administrator.page(path)).body).to.contain('What the LMS did not grant').and.contain('read who takes part in a course').and.not.contain('send results to the gradebook');
    expect((await (await byLink(test, 'elsewhere')).submit(`${path}/permissions`)).statusCode).to.equal(404);
    expect((await registrations(test))[0]?.['granted_scopes']).to.deep.equal(gradeScopes);
    expect((await administrator.follow(await administrator.submit(`${path}/permissions`))).body).to.contain('asks for everything from now on').and.not.contain('What the LMS did not grant');
    expect((await registrations(test))[0]?.['granted_scopes']).to.equal(null);
  });

  it('rule 84: Canvas’s shared issuer stands on Instructure’s hosts alone, and registers where it spoke', async () => {
    const open = async (url: string, change: Record<string, unknown>) => {
      far.answers = { [`GET ${url}`]: { ...canvas, ...change } };
      return (await register(test, await newLink(test), { openid_configuration: url })).question.statusCode;
    };
    expect(await open(canvasUrl, {})).to.equal(200);
    expect(await open('https://canvas.instructure.com/api/lti/security/openid-configuration', {}), 'the shared host may name the institution').to.equal(200);
    expect(await open('https://university.instructure.com/api/lti/security/openid-configuration', { registration_endpoint: 'https://university.instructure.com/api/lti/registrations' }), 'as may one of Instructure’s own hosts').to.equal(200);
    expect(await open(canvasUrl, { registration_endpoint: 'https://evil.example/register' })).to.equal(403);
    for (const name of ['jwks_uri', 'token_endpoint', 'authorization_endpoint']) {
      expect(await open(canvasUrl, { [name]: 'https://learn.university.edu/own' }), name).to.equal(403);
      expect(await open(canvasUrl, { [name]: 'https://sso.canvaslms.com.evil.example/' }), name).to.equal(403);
    }
    expect(await open(canvasUrl, { issuer: 'https://canvas.beta.instructure.com' }), 'not those of another environment').to.equal(403);
  });

  it('rule 84: hosts of one owner are related, neighbours under a country are not', () => {
    for (const [one, other] of [['lms.school.edu', 'lms.school.edu'], ['auth.school.edu', 'lms.school.edu'], ['auth.lms.abc.de', 'lms.abc.de'], ['auth.school.ac.uk', 'lms.school.ac.uk'], ['127.0.0.1', '127.0.0.1']] as const) expect(areRelated(one, other), `${one} ${other}`).to.equal(true);
    for (const [one, other] of [['evil.ac.uk', 'school.ac.uk'], ['evil.com', 'school.com'], ['school.edu.evil.com', 'school.edu'], ['notschool.edu', 'school.edu'], ['10.0.0.1', '11.0.0.1'], ['com', 'school.com']] as const) expect(areRelated(one, other), `${one} ${other}`).to.equal(false);
  });

  it('rule 85: a link is good once', async () => {
    far.answers = { [`GET ${moodleUrl}`]: moodle, [`POST ${moodle.registration_endpoint}`]: { client_id: 'once' } };
    const link = await newLink(test);
    const { press } = await register(test, link, { openid_configuration: moodleUrl });
    expect((await press()).statusCode).to.equal(200);
    const calls = far.asked.length;
    for (const again of [await press(), (await register(test, link, { openid_configuration: moodleUrl })).question]) {
      expect(again.statusCode).to.equal(403);
      expect(heading(again)).to.equal('This registration link was already used');
      expect(await lastReason(test)).to.equal('link.used');
    }
    expect(far.asked, 'nobody was called').to.have.length(calls);
  });

  it('rule 85: pressed four times at once, the platform is told once', async () => {
    far.answers = { [`GET ${moodleUrl}`]: moodle, [`POST ${moodle.registration_endpoint}`]: { client_id: 'one-of-four' } };
    far.delay = 30;
    const { press } = await register(test, await newLink(test), { openid_configuration: moodleUrl });
    const answers = await Promise.all([press(), press(), press(), press()]);
    const statuses = answers.map(({ statusCode }) => statusCode).toSorted((one, other) => one - other);
    expect(statuses[0]).to.equal(200);
    for (const status of statuses.slice(1)) expect(status).to.be.oneOf([403, 409]);
    expect(far.posted).to.have.length(1);
    expect(await registrations(test)).to.have.length(1);
  });

  it('rule 85: a link is good for an hour, also on the page that waits for the press', async () => {
    far.answers = { [`GET ${moodleUrl}`]: moodle, [`POST ${moodle.registration_endpoint}`]: { client_id: 'late' } };
    const link = await newLink(test);
    test.clock.advance({ minutes: 59, seconds: 59 });
    const { question, press } = await register(test, link, { openid_configuration: moodleUrl });
    expect(question.statusCode).to.equal(200);
    test.clock.advance({ seconds: 1 });
    for (const late of [await press(), (await register(test, link, { openid_configuration: moodleUrl })).question]) {
      expect(late.statusCode).to.equal(403);
      expect(await lastReason(test)).to.equal('link.expired');
    }
    expect(far.posted).to.have.length(0);
  });

  for (const token of ['x', 'x'.repeat(43), 'x'.repeat(190), '%00', "'%20or%201=1", '%3Cscript%3E']) {
    it(`rule 85: a token that nobody made is 403 and calls nobody: ${token.slice(0, 20)}`, async () => {
      const answer = await openBrowser(test).get(`/lti/register/${token}?openid_configuration=${encodeURIComponent(moodleUrl)}`);
      expect(answer.statusCode).to.equal(403);
      expect(await lastReason(test)).to.equal('link.unknown');
      expect(answer.body).not.to.contain('<script>');
      expect(far.asked).to.deep.equal([]);
    });
  }

  it('strangers cannot fill the audit: after a thousand rows in ten minutes the page comes without one', async () => {
    await test.sql.query(`insert into audit_event (at, action) select $1, 'registration.refused' from generate_series(1, 1000)`, [String(test.clock.now)]);
    const count = async () => (await reasons(test)).length;
    const before = await count();
    expect((await openBrowser(test).get('/lti/register/nobody-made-this')).statusCode).to.equal(403);
    expect(await count()).to.equal(before);
    expect((await openBrowser(test).get(await newLink(test))).statusCode, 'those with a link still leave one').to.equal(400);
    expect(await count()).to.equal(before + 1);
    test.clock.advance({ minutes: 10, seconds: 1 });
    await openBrowser(test).get('/lti/register/nobody-made-this');
    expect(await count()).to.equal(before + 2);
  });

  const malformed: [what: string, query: string, reason: string][] = [
    ['opened by hand', '', 'request.no_configuration'],
    ['an empty configuration', 'openid_configuration=', 'request.no_configuration'],
    ['the configuration twice', `openid_configuration=${moodleUrl}&openid_configuration=https://evil.example`, 'request.malformed'],
    ['the token twice', `openid_configuration=${moodleUrl}&registration_token=a&registration_token=b`, 'request.malformed'],
    ['NUL in the configuration', 'openid_configuration=https://a%00b', 'request.malformed'],
    ['a line end in the token', `openid_configuration=${moodleUrl}&registration_token=a%0d%0ax-evil:1`, 'request.malformed'],
    ['a token that is no ASCII', `openid_configuration=${moodleUrl}&registration_token=%C3%A9`, 'request.malformed'],
    ['a configuration address of 3 kB', `openid_configuration=https://lms.example/${'a'.repeat(3000)}`, 'request.malformed'],
  ];
  for (const [what, query, reason] of malformed) {
    it(`a request that is wrong is 400 with words: ${what}`, async () => {
      const answer = await openBrowser(test).get(`${await newLink(test)}?${query}`);
      expect(answer.statusCode).to.equal(400);
      expect(answer.body.match(/<h1/g)).to.have.length(1);
      expect(await lastReason(test)).to.equal(reason);
      expect(far.asked).to.deep.equal([]);
    });
  }

  it('is confirmed from our own page alone, and a link checker calls nobody', async () => {
    const link = await newLink(test);
    far.answers = { [`GET ${moodleUrl}`]: moodle, [`POST ${moodle.registration_endpoint}`]: { client_id: 'c' } };
    const forged = await openBrowser(test).postFrom('https://moodle.school.edu', link, { openid_configuration: moodleUrl });
    expect(forged.statusCode).to.equal(403);
    expect((await test.app.inject({ method: 'HEAD', url: `${link}?openid_configuration=${moodleUrl}` })).statusCode).to.equal(404);
    expect(far.asked).to.deep.equal([]);
    expect((await (await register(test, link, { openid_configuration: moodleUrl })).press()).statusCode).to.equal(200);
  });

  it('keeps a hash of the link, and prints what a platform calls itself as text', async () => {
    const link = await newLink(test);
    far.answers = { [`GET ${moodleUrl}`]: { ...moodle, [platformClaim]: { product_family_code: '<script>alert(1)</script>' } } };
    const { question } = await register(test, link, { openid_configuration: moodleUrl, registration_token: '"><script>' });
    expect(question.statusCode).to.equal(200);
    expect(question.body).to.contain('&lt;script&gt;alert(1)').and.not.contain('<script>');
    const { rows } = await test.sql.query('select row_to_json(l)::text as row from registration_link l union all select row_to_json(a)::text from audit_event a');
    for (const { row } of rows) expect(row).not.to.contain(link.slice('/lti/register/'.length));
  });

  it('closes by a message to the exact origins of the platform', async () => {
    const url = 'https://university.instructure.com/api/lti/security/openid-configuration';
    const registrationUrl = 'https://university.instructure.com/api/lti/registrations';
    far.answers = { [`GET ${url}`]: { ...canvas, scopes_supported: undefined, registration_endpoint: registrationUrl }, [`POST ${registrationUrl}`]: { client_id: 'c' } };
    const done = await (await register(test, await newLink(test), { openid_configuration: url })).press();
    const settings = JSON.parse((/data-registration="([^"]*)"/.exec(done.body)?.[1] ?? '').replaceAll('&quot;', '"')) as unknown;
    expect(settings).to.deep.equal({ origins: ['https://university.instructure.com', 'https://canvas.instructure.com', 'https://sso.canvaslms.com'], closesByItself: true });
  });
});

describe('dynamic registration: which addresses are called (rule 83)', () => {
  let test: TestApp;
  before(async () => {
    const resolve = (_host: string, _options: unknown, answer: (error: null, addresses: { address: string; family: number }[]) => void) => answer(null, [{ address: '10.1.2.3', family: 4 }]);
    test = await startTestApp({ env: { ALLOW_LOCAL_PLATFORMS: 'false' }, outbound: createOutbound({ allowLocal: false, userAgent: 'tests', maxBytes: 1024, timeoutMs: 500, resolve }) });
  });
  after(() => test.close());

  const addresses: [address: string, reason: string][] = [
    ['http://lms.example/configuration', 'configuration.bad_address'],
    ['ftp://lms.example/configuration', 'configuration.bad_address'],
    ['javascript:alert(1)', 'configuration.bad_address'],
    ['file:///etc/passwd', 'configuration.bad_address'],
    ['/configuration', 'configuration.bad_address'],
    ['https://user:password@lms.example/', 'configuration.bad_address'],
    ['https://127.0.0.1/', 'configuration.private_address'],
    ['https://2130706433/', 'configuration.private_address'],
    ['https://[::1]/', 'configuration.private_address'],
    ['https://[::ffff:10.0.0.1]/', 'configuration.private_address'],
    ['https://192.168.1.1/', 'configuration.private_address'],
    ['https://169.254.169.254/latest/meta-data', 'configuration.private_address'],
    ['https://inside.example/', 'configuration.private_address'],
  ];
  for (const [address, reason] of addresses) {
    it(`${address} is refused`, async () => {
      const { question } = await register(test, await newLink(test), { openid_configuration: address });
      expect(question.statusCode).to.equal(400);
      expect(await lastReason(test)).to.equal(reason);
    });
  }
});

describe('dynamic registration with the practice LMS', () => {
  let test: TestApp;
  let lms: PracticeLms;
  before(async () => {
    const outbound = createOutbound({ allowLocal: true, userAgent: 'tests', maxBytes: 256 * 1024 });
    test = await startTestApp({ outbound, fetchKeySet: (url) => outbound.fetchJson(url) });
    lms = await startPracticeLms({ toolUrl: publicUrl, clock: () => test.clock.now });
  });
  after(async () => {
    await lms.close();
    await test.close();
  });
  afterEach(() => { lms.registration.fault = 'none'; });

  /** What the LMS opens for a fresh link. */
  const open = async (organisation = 'default') => {
    const opened = new URL(lms.registration.begin(`${publicUrl}${await newLink(test, organisation)}`));
    return register(test, opened.pathname, Object.fromEntries(opened.searchParams));
  };
  /** Login by the address that the tool registered, and launch. */
  const launchNewest = async (person: string) => {
    const tool = lms.platform.tools.at(-1)!;
    const browser = openBrowser(test);
    const parameters = lms.platform.launchParameters({ person, link: 'home', clientId: tool.clientId });
    const login = await browser.get(`${new URL(tool.loginUrl).pathname}?${new URLSearchParams(parameters).toString()}`);
    expect(login.statusCode).to.equal(302);
    const token = lms.platform.authenticate(new URL(String(login.headers.location)).searchParams);
    if (token.outcome !== 'id-token') throw new Error(JSON.stringify(token));
    return browser.postFrom(lms.url, new URL(token.redirectUri).pathname, { state: token.state, id_token: token.idToken });
  };

  it('connects, and launches at once', async () => {
    const { question, press } = await open('north');
    expect(question.statusCode).to.equal(200);
    expect((await press()).statusCode).to.equal(200);
    expect(lms.platform.tools).to.have.length(2);
    expect((await launchNewest('eleanor')).statusCode).to.equal(303);
    const { rows } = await test.sql.query(`select o.short_name from person p join organisation o on o.id = p.organisation_id where p.name like '%Whitfield'`);
    expect(rows, 'in the organisation of the link').to.deep.equal([{ short_name: 'north' }]);
  });

  it('where the LMS names no deployment, the first launch asks for its approval', async () => {
    lms.registration.fault = 'no-deployment';
    expect((await (await open()).press()).body).to.contain('has to approve');
    const launched = await launchNewest('eleanor');
    expect(launched.statusCode).to.equal(403);
    expect(launched.body).to.contain(lms.platform.tools.at(-1)!.deploymentIds[0]);
  });

  it('works without a registration token, and says which scopes were cut', async () => {
    lms.registration.fault = 'no-token';
    expect((await (await open()).press()).statusCode).to.equal(200);
    lms.registration.fault = 'fewer-scopes';
    expect((await (await open()).press()).body).to.contain('send results to the gradebook').and.not.contain('read who takes part');
  });

  const atQuestion: [fault: Registration['fault'], status: number, reason: string][] = [
    ['configuration-redirect', 424, 'configuration.redirect'],
    ['configuration-html', 424, 'configuration.not_json'],
    ['configuration-error', 424, 'configuration.status'],
    ['foreign-issuer', 403, 'configuration.foreign_issuer'],
    ['no-endpoints', 400, 'configuration.incomplete'],
  ];
  for (const [fault, status, reason] of atQuestion) {
    it(`a configuration at fault is refused before anybody is asked: ${fault}`, async () => {
      lms.registration.fault = fault;
      const { question } = await open();
      expect(question.statusCode).to.equal(status);
      expect(await lastReason(test)).to.equal(reason);
    });
  }

  it('a configuration that names strange hosts is held', async () => {
    lms.registration.fault = 'foreign-endpoints';
    const { press } = await open();
    expect((await press()).body).to.contain('It waits for approval');
    expect((await registrations(test)).filter(({ active }) => active === false).map(({ held_reason }) => held_reason)).to.deep.equal(['foreign-endpoint']);
  });

  const atPress: [fault: Registration['fault'], status: number, reason: string][] = [
    ['refuse', 424, 'platform.refused'],
    ['html', 424, 'platform.no_client_id'],
    ['no-client-id', 424, 'platform.no_client_id'],
    ['redirect', 424, 'platform.unreachable'],
    ['error', 424, 'platform.unreachable'],
  ];
  for (const [fault, status, reason] of atPress) {
    it(`an answer at fault keeps nothing: ${fault}`, async () => {
      const before = await registrations(test);
      const { press } = await open();
      lms.registration.fault = fault;
      const page = await press();
      expect(page.statusCode).to.equal(status);
      expect(page.body).not.to.contain('<b>initiate_login_uri');
      expect(await lastReason(test)).to.equal(reason);
      expect(await registrations(test)).to.deep.equal(before);
    });
  }

  it('a client id that is taken stays as it is', async () => {
    lms.registration.fault = 'taken-client-id';
    expect((await (await open()).press()).statusCode).to.equal(200);
    expect((await (await open('elsewhere')).press()).statusCode).to.equal(409);
  });

  it('an LMS that cannot be reached is 424', async () => {
    const gone = await startPracticeLms({ toolUrl: publicUrl });
    await gone.close();
    const { question } = await register(test, await newLink(test), { openid_configuration: `${gone.url}/.well-known/openid-configuration` });
    expect(question.statusCode).to.equal(424);
    expect(await lastReason(test)).to.equal('configuration.unreachable');
  });

  it('the practice LMS’s token is good for one registration, and for an hour', async () => {
    const first = await open();
    await first.press();
    const opened = new URL(lms.registration.begin(`${publicUrl}${await newLink(test)}`));
    const late = await register(test, opened.pathname, Object.fromEntries(opened.searchParams));
    test.clock.advance({ minutes: 59 });
    expect((await late.press()).statusCode).to.equal(200);
    const token = opened.searchParams.get('registration_token') ?? '';
    expect((await fetch(`${lms.url}/.well-known/openid-configuration`, { headers: { authorization: `Bearer ${token}` } })).status, 'spent').to.equal(401);
    expect((await fetch(`${lms.url}/.well-known/openid-configuration`)).status, 'none').to.equal(401);
  });

  it('the practice LMS’s administration opens a link in a frame and lists the tools', async () => {
    const page = await (await fetch(`${lms.url}/administration/tools/registration?link=${encodeURIComponent(`${publicUrl}/lti/register/abc`)}`)).text();
    expect(page).to.contain('data-tool-origin="http://localhost:3000"').and.match(/src="http:\/\/localhost:3000\/lti\/register\/abc\?openid_configuration=/);
    expect((await fetch(`${lms.url}/administration/tools/registration?link=javascript:alert(1)`)).status).to.equal(400);
    const tools = await (await fetch(`${lms.url}/administration/tools`)).text();
    for (const { clientId } of lms.platform.tools) expect(tools).to.contain(clientId);
    const { clientId } = lms.platform.tools.at(-1)!;
    const login = await fetch(`${lms.url}/as/amara/courses/spring/links/week-1/launch?tool=${clientId}`, { redirect: 'manual' });
    expect(new URL(login.headers.get('location') ?? '').searchParams.get('client_id')).to.equal(clientId);
  });
});

describe('GET /lti/canvas.json', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp({ env: { PUBLIC_URL: 'https://coachline.example.org' } }); });
  after(() => test.close());

  it('is a developer key’s configuration, of our own addresses and of what works today', async () => {
    const answer = await test.app.inject('/lti/canvas.json');
    expect(answer.statusCode).to.equal(200);
    expect(answer.headers['content-type']).to.contain('application/json');
    const { extensions, ...configuration } = answer.json<Record<string, unknown> & { extensions: Record<string, unknown>[] }>();
    expect(configuration).to.deep.equal({
      title: 'Coachline', description: 'A twelve-week programme for people who coach improvement teams.',
      target_link_uri: 'https://coachline.example.org/lti/launch', oidc_initiation_url: 'https://coachline.example.org/lti/login',
      public_jwk_url: 'https://coachline.example.org/lti/jwks', scopes: [rosterScope, ...gradeScopes, noticesScope],
      custom_fields: { context_id_history: '$Context.id.history', resource_link_id_history: '$ResourceLink.id.history' },
    });
    expect(extensions).to.have.length(1);
    expect(extensions[0]).to.deep.include({ platform: 'canvas.instructure.com', domain: 'coachline.example.org', privacy_level: 'public' });
    const shown = { text: 'Coachline', icon_url: 'https://coachline.example.org/assets/mark.svg', target_link_uri: 'https://coachline.example.org/', enabled: true };
    const chooser = { ...shown, message_type: 'LtiDeepLinkingRequest', selection_width: 900, selection_height: 700 };
    expect(extensions[0]).to.have.deep.nested.property('settings.placements', [
      { ...shown, placement: 'course_navigation', message_type: 'LtiResourceLinkRequest', default: 'enabled', visibility: 'members' },
      { ...chooser, placement: 'assignment_selection' },
      { ...chooser, placement: 'link_selection' },
    ]);
  });
});

/** A browser signed in by an administrator's link; null is the operator. */
async function byLink(test: TestApp, organisation: string | null) {
  const organisationId = organisation === null ? null : await ensureOrganisation(test.sql, organisation, test.clock.now);
  const browser = openBrowser(test);
  const answer = await browser.get(`/sign-in/${await makeAdministratorLink(test.sql, { email: 'ada@example.org', organisationId }, test.clock.now)}`);
  const base = /^\/in\/[\w-]+/.exec(String(answer.headers.location))?.[0] ?? '';
  return { base, page: (at: string) => browser.get(`${base}${at}`), submit: (at: string, form: Record<string, string> = {}) => browser.post(`${base}${at}`, form), follow: browser.follow };
}
