// The practice LMS's dynamic registration: what a tool registered is what it gets.
import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { after, afterEach, before, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import type { RegisteredTool } from '../../scripts/practice-lms/platform.ts';
import { gradesClaim, rosterClaim } from '../../scripts/practice-lms/service-claims.ts';
import { scopes } from '../../scripts/practice-lms/services.ts';
import { startWithTool } from './practice-tool.ts';
import type { PracticeTool } from './practice-tool.ts';

const toolClaim = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
const platformClaim = 'https://purl.imsglobal.org/spec/lti-platform-configuration';

describe('practice LMS: registration', () => {
  let tool: PracticeTool;
  before(async () => { tool = await startWithTool(); });
  afterEach(() => { tool.lms.playAs('generic'); });
  after(() => tool.lms.close());

  const tokenIn = (url: string) => new URL(url).searchParams.get('registration_token');
  const configuration = async () => {
    const token = tokenIn(tool.lms.registration.begin('http://tool.example/register'));
    const answer = await fetch(`${tool.lms.url}/.well-known/openid-configuration`, { headers: token === null ? {} : { authorization: `Bearer ${token}` } });
    return await answer.json() as Record<string, unknown>;
  };
  /** Registers a tool and gives it as the LMS has it, with what it was answered. */
  async function registerTool(configured: Record<string, unknown>, scope: string): Promise<{ tool: RegisteredTool; answer: Record<string, unknown> }> {
    const token = tokenIn(tool.lms.registration.begin('http://tool.example/register'));
    const answer = await fetch(`${tool.lms.url}/registrations`, {
      method: 'POST', headers: { 'content-type': 'application/json', ...(token !== null && { authorization: `Bearer ${token}` }) },
      body: JSON.stringify({
        application_type: 'web', token_endpoint_auth_method: 'private_key_jwt', response_types: ['id_token'], grant_types: ['implicit', 'client_credentials'],
        client_name: 'Another tool', initiate_login_uri: 'http://tool.example/login', redirect_uris: ['http://tool.example/launch'], jwks_uri: 'http://tool.example/my-keys', scope,
        [toolClaim]: { domain: 'tool.example', target_link_uri: 'http://tool.example/', ...configured },
      }),
    });
    expect(answer.status).to.equal(201);
    return { tool: tool.lms.platform.tools.at(-1)!, answer: await answer.json() as Record<string, unknown> };
  }
  const claimsOf = (of: RegisteredTool, message?: 'LtiDeepLinkingRequest') => decodeJwt(tool.lms.platform.idToken({ clientId: of.clientId, nonce: 'n', ...(message && { person: 'eleanor', message: { type: message } }) }));

  it('keys, scopes, messages, claims and custom parameters are those that the tool registered', async () => {
    const { tool: registered, answer } = await registerTool({
      claims: ['sub', 'iss', 'name'], custom_parameters: { history: '$Context.id.history', week: '3' },
      messages: [{ type: 'LtiDeepLinkingRequest', target_link_uri: 'http://tool.example/choose' }, { type: 'LtiDeepLinkingRequest', target_link_uri: 'http://tool.example/choose-last' }],
    }, `${scopes.roster} https://example.org/other`);
    expect(answer['scope']).to.equal(scopes.roster);
    expect(registered).to.include({ jwksUrl: 'http://tool.example/my-keys' });
    const claims = claimsOf(registered);
    expect(claims).to.include({ name: 'Amara Okonkwo' }).and.not.to.have.any.keys('email', 'given_name', gradesClaim);
    expect(claims).to.have.property(rosterClaim);
    expect(claims[ltiClaim('custom')]).to.deep.equal({ history: '', week: '3' });
    expect(claimsOf(registered, 'LtiDeepLinkingRequest')[ltiClaim('target_link_uri')]).to.equal('http://tool.example/choose');
  });

  it('moodle takes the last message of a type, canvas sends no names unless told so', async () => {
    tool.lms.playAs('moodle');
    const messages = [{ type: 'LtiDeepLinkingRequest', target_link_uri: 'http://tool.example/choose' }, { type: 'LtiDeepLinkingRequest', target_link_uri: 'http://tool.example/choose-last' }];
    const { tool: atMoodle } = await registerTool({ messages }, scopes.roster);
    expect(claimsOf(atMoodle, 'LtiDeepLinkingRequest')[ltiClaim('target_link_uri')]).to.equal('http://tool.example/choose-last');
    tool.lms.playAs('canvas');
    const { tool: anonymous, answer } = await registerTool({}, scopes.roster);
    expect(claimsOf(anonymous)).to.not.have.any.keys('name', 'email');
    expect(answer[toolClaim]).to.not.have.property('deployment_id');
    const { tool: known } = await registerTool({ 'https://canvas.instructure.com/lti/privacy_level': 'public' }, scopes.roster);
    expect(claimsOf(known)).to.include({ email: 'amara@lms.example' });
  });

  it('says of itself what the LMS that is played says', async () => {
    expect((await configuration())[platformClaim]).to.deep.include({
      product_family_code: 'practice-lms', notice_types_supported: ['LtiHelloWorldNotice', 'LtiContextCopyNotice'],
    });
    tool.lms.playAs('moodle');
    const moodle = await configuration();
    expect(moodle[platformClaim]).to.deep.include({ product_family_code: 'moodle' }).and.not.to.have.property('notice_types_supported');
    expect((moodle[platformClaim] as { messages_supported: unknown }).messages_supported).to.include('LtiDeepLinkingRequest');
    tool.lms.playAs('d2l');
    expect(await configuration()).to.include({ authorization_server: 'https://api.brightspace.com/auth/token' });
    expect(tokenIn(tool.lms.registration.begin('http://tool.example/register'))).to.equal(null);
  });
});
