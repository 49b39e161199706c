// The practice LMS's token endpoint: gives a token to a good assertion, and to nothing else.
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { newSigningKey } from '../../scripts/practice-lms/platform.ts';
import { scopes } from '../../scripts/practice-lms/services.ts';
import { startWithTool } from './practice-tool.ts';
import type { AssertionChanges, PracticeTool } from './practice-tool.ts';

describe('practice LMS: token endpoint', () => {
  let tool: PracticeTool;
  const problemOf = async (answer: Response) => `${answer.status} ${((await answer.json()) as { error?: string }).error}`;
  before(async () => { tool = await startWithTool(); });
  afterEach(() => { tool.lms.playAs('generic'); tool.lms.tokens.audience = null; });
  after(() => tool.lms.close());

  it('gives a token for the scopes that are asked for and allowed', async () => {
    const answer = await tool.askToken(`${scopes.score} ${scopes.roster} https://example.org/scope/everything`);
    expect(answer.status).to.equal(200);
    expect(answer.headers.get('cache-control')).to.equal('no-store');
    const body = await answer.json() as Record<string, unknown>;
    expect(body).to.include({ token_type: 'Bearer', expires_in: 3600, scope: `${scopes.score} ${scopes.roster}` });
    expect(body['access_token']).to.be.a('string');
    expect(tool.lms.tokens.requests.at(-1)).to.deep.include({ clientId: 'practice-client-1', granted: [scopes.score, scopes.roster], error: null });
  });

  const now = () => Date.now() / 1000;
  const refusedAssertions: [what: string, changes: AssertionChanges][] = [
    ['another issuer', { change: (claims) => { claims['iss'] = 'stranger'; } }],
    ['a subject that is not the issuer', { change: (claims) => { claims['sub'] = 'somebody'; } }],
    ['a list as audience', { change: (claims) => { claims['aud'] = [claims['aud']]; } }],
    ['another audience', { change: (claims) => { claims['aud'] = 'https://elsewhere.example/token'; } }],
    ['no audience', { change: (claims) => { delete claims['aud']; } }],
    ['an end that has passed', { change: (claims) => { claims['exp'] = now() - 1; } }],
    ['an end more than an hour off', { change: (claims) => { claims['exp'] = now() + 4000; } }],
    ['no end', { change: (claims) => { delete claims['exp']; } }],
    ['no time of issue', { change: (claims) => { delete claims['iat']; } }],
    ['a time of issue to come', { change: (claims) => { claims['iat'] = now() + 200; } }],
    ['no jti', { change: (claims) => { delete claims['jti']; } }],
    ['no kid', { change: (_claims, header) => { delete header['kid']; } }],
    ['a kid that is not published', { change: (_claims, header) => { header['kid'] = 'another'; } }],
    ['RS512', { alg: 'RS512' }],
    ['HS256 with the public key', { alg: 'HS256' }],
    ['alg none', { alg: 'none' }],
  ];
  for (const [what, changes] of refusedAssertions) {
    it(`refuses an assertion with ${what}`, async () => {
      expect(await problemOf(await tool.askToken(scopes.score, changes))).to.equal('401 invalid_client');
    });
  }

  it('refuses a stranger’s key under the right kid', async () => {
    const stranger = await newSigningKey(tool.key.kid);
    expect(await problemOf(await tool.askToken(scopes.score, { key: stranger }))).to.equal('401 invalid_client');
  });

  it('refuses an assertion that was used before', async () => {
    const form = { client_assertion: tool.assertion() };
    expect((await tool.askToken(scopes.score, { form })).status).to.equal(200);
    expect(await problemOf(await tool.askToken(scopes.score, { form }))).to.equal('401 invalid_client');
  });

  const refusedForms: [what: string, form: Record<string, string | undefined>, error: string][] = [
    ['another grant type', { grant_type: 'password' }, 'unsupported_grant_type'],
    ['no grant type', { grant_type: undefined }, 'invalid_request'],
    ['another assertion type', { client_assertion_type: 'saml' }, 'invalid_request'],
    ['no assertion', { client_assertion: undefined }, 'invalid_request'],
    ['no scope', { scope: undefined }, 'invalid_scope'],
    ['scopes of which none is allowed', { scope: 'https://example.org/scope/everything' }, 'invalid_scope'],
  ];
  for (const [what, form, error] of refusedForms) {
    it(`refuses ${what}`, async () => {
      expect(await problemOf(await tool.askToken(scopes.score, { form }))).to.equal(`400 ${error}`);
    });
  }

  it('refuses JSON', async () => {
    expect(await problemOf(await tool.askToken(scopes.score, { headers: { 'content-type': 'application/json' } }))).to.equal('400 invalid_request');
  });

  it('fetches the tool’s keys again for a kid that it does not know', async () => {
    const second = await newSigningKey('tool-key-2');
    const fetches = tool.lms.toolKeys.fetches;
    tool.keys.push(second.publicJwk);
    expect((await tool.askToken(scopes.score, { key: second })).status).to.equal(200);
    expect(tool.lms.toolKeys.fetches).to.equal(fetches + 1);
    expect((await tool.askToken(scopes.score, { key: second })).status).to.equal(200);
    expect(tool.lms.toolKeys.fetches).to.equal(fetches + 1);
  });

  it('a test can name another audience, as D2L has', async () => {
    tool.lms.tokens.audience = 'https://api.brightspace.com/auth/token';
    expect(await problemOf(await tool.askToken(scopes.score))).to.equal('401 invalid_client');
    expect((await tool.askToken(scopes.score, { change: (claims) => { claims['aud'] = 'https://api.brightspace.com/auth/token'; } })).status).to.equal(200);
  });

  it('is Moodle: its JSON says that it is HTML', async () => {
    tool.lms.playAs('moodle');
    const answer = await tool.askToken(scopes.score);
    expect(answer.headers.get('content-type')).to.equal('text/html; charset=utf-8');
    expect(await answer.json()).to.have.property('access_token');
  });

  it('is Schoology and D2L: writes bearer small, names no end', async () => {
    tool.lms.playAs('schoology');
    expect(await (await tool.askToken(scopes.score)).json()).to.include({ token_type: 'bearer' });
    tool.lms.playAs('d2l');
    expect(await (await tool.askToken(scopes.score)).json()).not.to.have.property('expires_in');
  });

  it('is Open edX: grants no tool to add columns', async () => {
    tool.lms.playAs('openedx');
    expect(await problemOf(await tool.askToken(scopes.lineItem))).to.equal('400 invalid_scope');
  });
});
