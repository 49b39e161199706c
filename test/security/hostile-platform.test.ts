// What a platform may say of itself when it registers, whoever holds a link may do with it, and what neither can.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { approveDeployment, approvePendingDeployment, ensureOrganisation } from '../../server/features/platforms/actions.ts';
import { makeRegistrationLink } from '../../server/features/registration/actions.ts';
import { parseLaunch } from '../../server/lti/claims.ts';
import { readPlatformConfiguration } from '../../server/lti/dynamic-registration.ts';
import type { Outbound, OutboundAnswer, OutboundRequest } from '../../server/lti/outbound.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import type { Viewer } from '../../server/plugins/sign-in.ts';
import { openBrowser } from '../support/browser-session.ts';

const platformClaim = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
const toolClaim = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
const good = {
  issuer: 'https://lms.example',
  authorization_endpoint: 'https://lms.example/auth',
  token_endpoint: 'https://lms.example/token',
  jwks_uri: 'https://lms.example/keys',
  registration_endpoint: 'https://lms.example/register',
};
const configurationUrl = 'https://lms.example/configuration';

/** A platform without HTTP, whose answers are JSON texts of any kind. */
class HostilePlatform implements Outbound {
  configuration = '';
  answer = '{}';
  asked = 0;

  async request({ method }: OutboundRequest): Promise<OutboundAnswer> {
    this.asked += 1;
    return { ok: true, status: 200, headers: {}, body: Buffer.from(method === 'GET' ? this.configuration : this.answer) };
  }

  fetchJson(): never {
    throw new Error('registration does not fetch this way');
  }
}

describe('hostile registration', () => {
  const platform = new HostilePlatform();
  let test: TestApp;
  before(async () => { test = await startTestApp({ outbound: platform, env: { ALLOW_LOCAL_PLATFORMS: 'false' } }); });
  after(() => test.close());

  const newLink = async (organisation = 'default') => `/lti/register/${await makeRegistrationLink(test.sql, { organisationId: await ensureOrganisation(test.sql, organisation, test.clock.now) }, test.clock.now)}`;
  const register = async (link: string, url = configurationUrl) => openBrowser(test).post(link, { openid_configuration: url });
  const isConnected = async (clientId: string) => (await test.sql.query('select 1 from platform_registration where client_id = $1', [clientId])).rows.length > 0;

  const sayings: Record<string, object> = {
    'a scope with NUL': { scopes_supported: ['a\u0000b', 'openid'] },
    'a scope that is half a character': { scopes_supported: ['\ud800'] },
    'twenty thousand scopes': { scopes_supported: Array.from({ length: 20_000 }, (_, n) => `scope-${n}`) },
    'scopes that are no text': { scopes_supported: [null, 1, { a: 1 }] },
    'a name with NUL': { [platformClaim]: { 'https://canvas.instructure.com/lti/account_name': 'a\u0000b' } },
    'a name that is half a character': { [platformClaim]: { product_family_code: '\udc00' } },
    'an authorisation server with half a character': { authorization_server: '\ud800' },
    'a product that every object knows': { [platformClaim]: { product_family_code: 'constructor' } },
    'a prototype': { ['__proto__']: { issuer: 'https://evil.example' } },
  };
  for (const [what, saying] of Object.entries(sayings)) {
    it(`a configuration that holds ${what} connects without it`, async () => {
      platform.configuration = JSON.stringify({ ...good, ...saying });
      platform.answer = JSON.stringify({ client_id: what });
      expect((await register(await newLink())).statusCode).to.equal(200);
      expect(await isConnected(what)).to.equal(true);
    });
  }

  for (const [name, value] of Object.entries({ NUL: 'a\u0000b', 'half a character': '\ud800', nothing: '', 'a number': 7, 'a long text': 'x'.repeat(256) })) {
    it(`a client id that is ${name} is 424, not a 5xx`, async () => {
      platform.configuration = JSON.stringify(good);
      platform.answer = JSON.stringify({ client_id: value });
      expect((await register(await newLink())).statusCode).to.equal(424);
    });

    it(`a deployment that is ${name} breaks nothing`, async () => {
      platform.configuration = JSON.stringify(good);
      platform.answer = JSON.stringify({ client_id: `deployment ${name}`, [toolClaim]: { deployment_id: value } });
      expect((await register(await newLink())).statusCode).to.equal(200);
    });
  }

  for (const [field, value] of [['issuer', 'https://lms.example/\ud800'], ['token_endpoint', 'https://lms.example/\udc00'], ['jwks_uri', 'https://u:p@lms.example/'], ['authorization_endpoint', 'javascript:alert(1)'], ['jwks_uri', 'https://[::ffff:10.0.0.1]/'], ['registration_endpoint', 'https://2130706433/']] as const) {
    it(`${field} ${JSON.stringify(value)} is refused`, async () => {
      platform.configuration = JSON.stringify({ ...good, [field]: value });
      const answer = await register(await newLink());
      expect(answer.statusCode).to.be.oneOf([400, 403]);
    });
  }

  it('names reach a terminal and a page without what they would obey', () => {
    const read = readPlatformConfiguration({ ...good, [platformClaim]: { product_family_code: '\u001b[2J\u202emoodle', 'https://canvas.instructure.com/lti/account_name': 'North\r\n\u0007 Trust' } }, { url: configurationUrl, allowLocal: false });
    expect(read.ok && [read.value.productFamily, read.value.accountName]).to.deep.equal(['[2J moodle', 'North  Trust']);
  });

  it('whoever speaks for Canvas’s shared issuer from a host of their own gets no deployment by saying so', async () => {
    platform.configuration = JSON.stringify({
      issuer: 'https://canvas.instructure.com', authorization_endpoint: 'https://sso.canvaslms.com/auth', token_endpoint: 'https://sso.canvaslms.com/token',
      jwks_uri: 'https://sso.canvaslms.com/keys', registration_endpoint: 'https://evil.example/register',
    });
    platform.answer = JSON.stringify({ client_id: '10000000000042', [toolClaim]: { deployment_id: '7:of-a-college' } });
    expect((await register(await newLink('evil'), 'https://evil.example/configuration')).statusCode).to.equal(200);
    expect((await test.sql.query(`select 1 from deployment where deployment_id = '7:of-a-college'`)).rows).to.deep.equal([]);
  });

  it('a link pressed five times at once connects once', async () => {
    platform.configuration = JSON.stringify(good);
    platform.answer = JSON.stringify({ client_id: 'pressed at once' });
    const link = await newLink();
    const answers = await Promise.all(Array.from({ length: 5 }, () => register(link)));
    expect(answers.filter(({ statusCode }) => statusCode === 200)).to.have.length(1);
    for (const { statusCode } of answers) expect(statusCode).to.be.oneOf([200, 403, 409]);
  });

  it('two links of two organisations that name one client at once: one gets it, and it stays that one’s', async () => {
    platform.configuration = JSON.stringify(good);
    platform.answer = JSON.stringify({ client_id: 'wanted by two', [toolClaim]: { deployment_id: '1' } });
    const links = [await newLink('north'), await newLink('south')];
    const answers = await Promise.all(links.map((link) => register(link)));
    expect(answers.map(({ statusCode }) => statusCode)).to.have.members([200, 409]);
    const { rows } = await test.sql.query<{ owner: string; deployment: string }>(`
      select r.organisation_id as owner, d.organisation_id as deployment from platform_registration r join deployment d on d.registration_id = r.id where r.client_id = 'wanted by two'`);
    expect(rows).to.have.length(1);
    expect(rows[0]?.deployment).to.equal(rows[0]?.owner);
  });

  it('an old link that somebody keeps cannot fill the audit, nor make us ask anybody', async () => {
    const link = await newLink('west');
    test.clock.advance({ hours: 1 });
    const organisationId = await ensureOrganisation(test.sql, 'west', test.clock.now);
    await test.sql.query(`insert into audit_event (at, action, organisation_id) select $1, 'registration.refused', $2 from generate_series(1, 999)`, [String(test.clock.now), organisationId]);
    platform.asked = 0;
    for (let press = 0; press < 3; press += 1) expect((await register(link)).statusCode).to.equal(403);
    const { rows: [row] } = await test.sql.query<{ rows: number }>(`select count(*)::int as rows from audit_event where action = 'registration.refused' and organisation_id = $1`, [organisationId]);
    expect(row?.rows).to.equal(1_000);
    expect(platform.asked).to.equal(0);
  });
});

describe('a deployment that two organisations want at the same moment', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  it('goes to one of them, and the audit tells of that one alone', async () => {
    const organisationId = await ensureOrganisation(test.sql, 'default', test.clock.now);
    const trust = await ensureOrganisation(test.sql, 'trust', test.clock.now);
    const operator = { role: 'operator', organisation: null, personId: null, administratorId: null } as Viewer;
    for (let round = 0; round < 12; round += 1) {
      const deploymentId = `wanted ${round}`;
      const { rows: [waiting] } = await test.sql.query<{ id: string }>(`insert into deployment (registration_id, deployment_id, created_at) values ($1, $2, $3) returning id`, [test.registrationId, deploymentId, String(test.clock.now)]);
      const [byPage, byCommand] = await Promise.all([
        approvePendingDeployment(test.sql, operator, { id: waiting?.id ?? '', organisationId }, test.clock.now),
        approveDeployment(test.sql, { registrationId: test.registrationId, deploymentId, organisation: 'trust' }, test.clock.now),
      ]);
      expect([byPage !== null, byCommand.approved], 'exactly one is told yes').to.have.members([true, false]);
      const { rows: told } = await test.sql.query<{ organisation_id: string }>(`select organisation_id from audit_event where action = 'deployment.approved' and detail ->> 'deploymentId' = $1`, [deploymentId]);
      const { rows: [kept] } = await test.sql.query<{ organisation_id: string }>('select organisation_id from deployment where deployment_id = $1', [deploymentId]);
      expect(told).to.deep.equal([kept]);
      expect(kept?.organisation_id).to.equal(byPage === null ? trust : organisationId);
    }
  });
});

describe('a name that a platform sends', () => {
  const lti = 'https://purl.imsglobal.org/spec/lti/claim/';
  const nameOf = (name: string) => {
    const launch = parseLaunch({
      sub: 'u', name, [`${lti}version`]: '1.3.0', [`${lti}message_type`]: 'LtiResourceLinkRequest', [`${lti}deployment_id`]: 'd', [`${lti}roles`]: [],
      [`${lti}target_link_uri`]: 'https://coachline.example/', [`${lti}resource_link`]: { id: '1' },
    });
    return launch.ok ? launch.value.person.name : launch.refusal.code;
  };

  it('cannot turn the words beside it around', () => {
    expect(nameOf('Amara \u202e,ytlucaf')).to.equal('Amara ,ytlucaf');
    expect(nameOf('\u2066\u2067Amara\u2069')).to.equal('Amara');
  });

  it('that nobody can see counts as withheld', () => {
    for (const name of ['\u200b\u200b', '\u2060', '\u00ad \ufeff', '\u202e', '\u0007']) expect(nameOf(name), JSON.stringify(name)).to.equal(undefined);
  });

  it('keeps the marks that real names need', () => {
    for (const name of ['نور\u200cالله', 'O’Brien', 'דוד\u200f', '👩\u200d⚕️ Ada', 'Ngô Thị Hương']) expect(nameOf(name)).to.equal(name);
  });
});
