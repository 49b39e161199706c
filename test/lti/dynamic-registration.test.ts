import { expect } from 'chai';
import { describe, it } from 'mocha';
import { messagesFor, readPlatformConfiguration, scopesFor } from '../../server/lti/dynamic-registration.ts';
import type { PlatformConfiguration } from '../../server/lti/dynamic-registration.ts';
import { missingPermissions, noticesScope, toolAt } from '../../server/lti/tool.ts';

const tool = toolAt('https://coachline.example.org');
const url = 'https://lms.example.org/configuration';

/** A configuration as we read it: `given` at the top, `platform` in the part that LTI adds. */
function read(platform: Record<string, unknown>, given: Record<string, unknown> = {}): PlatformConfiguration {
  const result = readPlatformConfiguration({
    issuer: 'https://lms.example.org', authorization_endpoint: 'https://lms.example.org/auth', token_endpoint: 'https://lms.example.org/token',
    jwks_uri: 'https://lms.example.org/keys', registration_endpoint: 'https://lms.example.org/register',
    'https://purl.imsglobal.org/spec/lti-platform-configuration': platform, ...given,
  }, { url, allowLocal: false });
  if (!result.ok) throw new Error(result.refusal.code);
  return result.value;
}

describe('what is announced to each kind of platform', () => {
  const platforms: [what: string, platform: Record<string, unknown>, announced: string[]][] = [
    ['Moodle, which lists names', { product_family_code: 'moodle', messages_supported: ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest'] }, ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest']],
    ['Canvas, which lists places too', { product_family_code: 'canvas', messages_supported: [{ type: 'LtiResourceLinkRequest', placements: ['course_navigation', 'wiki_page_menu'] }, { type: 'LtiDeepLinkingRequest', placements: ['link_selection', 'editor_button'] }, { type: 'LtiEulaRequest' }] }, ['LtiResourceLinkRequest course_navigation', 'LtiDeepLinkingRequest link_selection']],
    ['a Canvas that does not say which places it has', { product_family_code: 'Canvas', messages_supported: ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest'] }, ['LtiResourceLinkRequest course_navigation', 'LtiDeepLinkingRequest assignment_selection link_selection']],
    ['Sakai, with submission review and the newer name of the privacy launch', { product_family_code: 'sakai', messages_supported: [{ type: 'LtiResourceLinkRequest' }, { type: 'LtiDeepLinkingRequest' }, { type: 'LtiSubmissionReviewRequest' }, { type: 'LtiDataPrivacyLaunchRequest' }] }, ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest', 'LtiSubmissionReviewRequest', 'LtiDataPrivacyLaunchRequest']],
    ['one with the older name of the privacy launch', { messages_supported: [{ type: 'DataPrivacyLaunchRequest' }] }, ['LtiResourceLinkRequest', 'DataPrivacyLaunchRequest']],
    ['one without deep linking', { messages_supported: [{ type: 'LtiResourceLinkRequest' }] }, ['LtiResourceLinkRequest']],
    ['one that lists nothing', { messages_supported: [] }, ['LtiResourceLinkRequest']],
    ['one that lists garbage', { messages_supported: [null, 7, {}, { type: 7 }, ''] }, ['LtiResourceLinkRequest']],
    ['one that does not say', {}, ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest']],
    ['one that says it wrongly', { messages_supported: 'LtiResourceLinkRequest' }, ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest']],
  ];
  for (const [what, platform, announced] of platforms) {
    it(`${what}: ${announced.join(', ')}`, () => {
      const messages = messagesFor(tool, read(platform));
      expect(messages.map(({ type, placements }) => [type, ...(placements as string[] | undefined ?? [])].join(' '))).to.deep.equal(announced);
      for (const message of messages) expect(message).to.include({ target_link_uri: 'https://coachline.example.org/', label: 'Coachline' });
    });
  }

  it('each kind of message once: of several for deep linking Moodle takes the last and Sakai the first', () => {
    const types = messagesFor(tool, read({ messages_supported: ['LtiDeepLinkingRequest', 'LtiDeepLinkingRequest', 'LtiResourceLinkRequest', 'DataPrivacyLaunchRequest', 'LtiDataPrivacyLaunchRequest'] })).map(({ type }) => type);
    expect(types).to.deep.equal(['LtiResourceLinkRequest', 'LtiDeepLinkingRequest', 'DataPrivacyLaunchRequest']);
  });

  it('custom values are strings, all that Canvas takes', () => {
    for (const value of Object.values(tool.customParameters)) expect(value).to.match(/^\$\w+(\.\w+)+$/);
  });
});

describe('what is asked for', () => {
  const usual = tool.scopes.filter((scope) => scope !== noticesScope);
  const cases: [what: string, platform: Record<string, unknown>, given: Record<string, unknown>, asked: readonly string[]][] = [
    ['one that does not say which scopes it has: the usual ones', {}, {}, usual],
    ['one that names the scope of notices', {}, { scopes_supported: [noticesScope] }, [noticesScope]],
    ['one that sends notices of copied courses', { notice_types_supported: ['LtiHelloWorldNotice', 'LtiContextCopyNotice'] }, { scopes_supported: usual.slice(0, 1) }, [...usual.slice(0, 1), noticesScope]],
    ['one that sends other notices', { notice_types_supported: ['LtiHelloWorldNotice'] }, {}, usual],
    ['one without services', {}, { scopes_supported: ['openid'] }, []],
  ];
  for (const [what, platform, given, asked] of cases) it(what, () => { expect(scopesFor(tool, read(platform, given))).to.deep.equal(asked); });

  it('notices are not missed where an LMS has none', () => {
    expect(missingPermissions(usual)).to.deep.equal([]);
    expect(missingPermissions([noticesScope])).to.have.length(usual.length);
  });
});

describe('the audience of token requests', () => {
  const cases: [given: unknown, audience: string | null][] = [
    [undefined, null], ['canvas.instructure.com', null], ['https://lms.example.org/token', null], ['javascript:alert(1)', null], [7, null], ['', null], ['https://a.example/\0', null],
    ['https://api.brightspace.com/auth/token', 'https://api.brightspace.com/auth/token'],
  ];
  for (const [given, audience] of cases) it(`authorization_server ${JSON.stringify(given)}: ${audience ?? 'the token address'}`, () => { expect(read({}, { authorization_server: given }).tokenAudience).to.equal(audience); });
});
