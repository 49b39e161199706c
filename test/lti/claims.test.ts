import { describe, it } from 'mocha';
import { expect } from 'chai';
import { parseLaunch } from '../../server/lti/claims.ts';
import type { Launch } from '../../server/lti/claims.ts';

const lti = 'https://purl.imsglobal.org/spec/lti/claim/';
const learner = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner';
const required: Record<string, unknown> = {
  sub: 'u1',
  [`${lti}message_type`]: 'LtiResourceLinkRequest',
  [`${lti}version`]: '1.3.0',
  [`${lti}deployment_id`]: 'd1',
  [`${lti}target_link_uri`]: 'https://coach.example/weeks/3',
  [`${lti}roles`]: [learner],
  [`${lti}resource_link`]: { id: 'rl1' },
};

/** A launch with some claims changed; names without a scheme are LTI's. */
function changed(changes: Record<string, unknown>): Record<string, unknown> {
  const own = ['sub', 'name', 'given_name', 'family_name', 'email', 'locale', 'iss', 'picture'];
  return { ...required, ...Object.fromEntries(Object.entries(changes).map(([name, value]) => [name.includes(':') || own.includes(name) ? name : lti + name, value])) };
}

const settingsClaim = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
const agsClaim = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';

/** A good request to choose content, with some claims changed. */
function deepLinking(changes: Record<string, unknown>): Record<string, unknown> {
  const settings = { accept_types: ['ltiResourceLink'], accept_presentation_document_targets: ['iframe'], deep_link_return_url: 'https://lms.example/return' };
  return changed({ message_type: 'LtiDeepLinkingRequest', resource_link: undefined, context: { id: 'c1' }, [settingsClaim]: settings, ...changes });
}

/** A good request to review a submission, with some claims changed. */
function review(changes: Record<string, unknown>): Record<string, unknown> {
  return changed({ message_type: 'LtiSubmissionReviewRequest', resource_link: undefined, context: { id: 'c1' }, for_user: { user_id: 'u2' }, [agsClaim]: { scope: [], lineitem: 'https://lms.example/items/1' }, ...changes });
}

function outcome(payload: Record<string, unknown>): string {
  const result = parseLaunch(payload);
  return result.ok ? 'ok' : [result.refusal.status, result.refusal.code, result.refusal.detail].filter((part) => part !== undefined).join(' ');
}

function launch(changes: Record<string, unknown>): Launch {
  const result = parseLaunch(changed(changes));
  if (!result.ok) throw new Error(JSON.stringify(result.refusal));
  return result.value;
}

describe('lti claims: reading a launch', () => {
  it('needs no more than what LTI requires', () => {
    expect(parseLaunch(required)).to.deep.equal({
      ok: true,
      value: {
        messageType: 'LtiResourceLinkRequest', deploymentId: 'd1', targetLinkUri: 'https://coach.example/weeks/3', sub: 'u1', roles: [learner],
        person: {}, context: null, resourceLink: { id: 'rl1' }, presentation: {}, platform: {}, custom: {}, history: { contexts: [], resourceLinks: [] },
      },
    });
  });

  it('reads everything that is used, and ignores what is not', () => {
    const full = launch({
      name: 'Ada Lovelace', given_name: 'Ada', family_name: 'Lovelace', email: 'ada@lms.example', locale: 'en-GB', picture: 5, 'https://other.example/x': [1],
      context: { id: 'c1', label: 'QI', title: 'Improvement', type: ['CourseSection'] },
      resource_link: { id: 'rl1', title: 'Week 3', description: 'Read this' },
      launch_presentation: { document_target: 'iframe', return_url: 'https://lms.example/back', locale: 'en', width: 'wide' },
      tool_platform: { guid: 'g1', name: 'LMS', url: 'https://lms.example', product_family_code: 'moodle', version: '4.5' },
      custom: { cohort: '7', context_id_history: 'c0, c00,', resource_link_id_history: 'rl0' },
      'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': { scope: ['s1'], lineitems: 'https://lms.example/items?type_id=2', lineitem: 'https://lms.example/items/1' },
      'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': { context_memberships_url: 'https://lms.example/members', service_versions: ['2.0'] },
      platformnotificationservice: { platform_notification_service_url: 'https://lms.example/notices', notice_types_supported: ['LtiContextCopyNotice'], scope: ['s2'], service_versions: ['1.0'] },
    });
    expect(full).to.deep.equal({
      messageType: 'LtiResourceLinkRequest', deploymentId: 'd1', targetLinkUri: 'https://coach.example/weeks/3', sub: 'u1', roles: [learner],
      person: { name: 'Ada Lovelace', givenName: 'Ada', familyName: 'Lovelace', email: 'ada@lms.example', locale: 'en-GB' },
      context: { id: 'c1', label: 'QI', title: 'Improvement', type: ['CourseSection'] },
      resourceLink: { id: 'rl1', title: 'Week 3', description: 'Read this' },
      presentation: { documentTarget: 'iframe', returnUrl: 'https://lms.example/back', locale: 'en' },
      platform: { guid: 'g1', name: 'LMS', url: 'https://lms.example/', productFamilyCode: 'moodle', version: '4.5' },
      custom: { cohort: '7', context_id_history: 'c0, c00,', resource_link_id_history: 'rl0' },
      history: { contexts: ['c0', 'c00'], resourceLinks: ['rl0'] },
      notices: { serviceUrl: 'https://lms.example/notices', types: ['LtiContextCopyNotice'], scopes: ['s2'] },
      ags: { scopes: ['s1'], lineItemsUrl: 'https://lms.example/items?type_id=2', lineItemUrl: 'https://lms.example/items/1' },
      nrps: { membershipsUrl: 'https://lms.example/members', versions: ['2.0'] },
    });
  });

  const accepted: [string, Record<string, unknown>][] = [
    ['many roles', { roles: [learner, 'Instructor', 'urn:x'] }],
    ['short role', { roles: ['Instructor'] }],
    ['unknown role', { roles: ['http://example.org/role#Dreamer'] }],
    ['a list of one empty role', { roles: [''] }],
    ['no roles in the list', { roles: [] }],
    ['only an e-mail address', { email: 'a@b.example' }],
    ['only names', { given_name: 'A', family_name: 'B' }],
    ['an e-mail address without a context', { email: 'a@b.example', context: undefined }],
    ['a context without label and type', { context: { id: 'c1' } }],
    ['a context with an empty list of types', { context: { id: 'c1', type: [] } }],
    ['null for what is optional', { name: null, context: null, custom: null, launch_presentation: null, tool_platform: null }],
    ['an id of 255 characters', { deployment_id: 'd'.repeat(255) }],
    ['an empty custom object as PHP writes it', { custom: [] }],
    ['deep linking', deepLinking({})],
    ['submission review without a resource link', review({})],
    ['submission review with one', review({ resource_link: { id: 'rl1' } })],
    ['data privacy', changed({ message_type: 'DataPrivacyLaunchRequest', resource_link: undefined })],
    ['data privacy by its other name', changed({ message_type: 'LtiDataPrivacyLaunchRequest', resource_link: undefined })],
    ['a platform version that is a number', { tool_platform: { guid: 'g', version: 2024 } }],
  ];
  for (const [name, changes] of accepted) it(`accepts ${name}`, () => expect(outcome(changed(changes))).to.equal('ok'));

  const refused: [string, Record<string, unknown>, string][] = [
    ['rule 47: nothing of LTI', { name: 'badltilaunch' }, '400 claim.not_lti'],
    ['rule 47: an empty payload', {}, '400 claim.not_lti'],
    ['rule 48: no version', changed({ version: undefined }), '400 claim.missing version'],
    ['rule 49: version 11.3', changed({ version: '11.3' }), '400 version.unsupported'],
    ['rule 49: version 1.3', changed({ version: '1.3' }), '400 version.unsupported'],
    ['rule 49: version 2.0', changed({ version: '2.0' }), '400 version.unsupported'],
    ['rule 49: version as a number', changed({ version: 1.3 }), '400 claim.wrong_type version'],
    ['rule 50: no message type', changed({ message_type: undefined }), '400 claim.missing message_type'],
    ['rule 51: unknown message type', changed({ message_type: 'LtiStartProctoring' }), '400 message_type.unsupported a type that Coachline does not know'],
    ['rule 51: a name every object has', changed({ message_type: 'constructor' }), '400 message_type.unsupported a type that Coachline does not know'],
    ['rule 63: deep linking without settings', deepLinking({ [settingsClaim]: undefined }), '400 deep_linking.malformed deep_linking_settings'],
    ['rule 63: settings a list', deepLinking({ [settingsClaim]: [] }), '400 deep_linking.malformed deep_linking_settings'],
    ['rule 63: no return address', deepLinking({ [settingsClaim]: { accept_types: ['ltiResourceLink'] } }), '400 deep_linking.malformed deep_link_return_url'],
    ['rule 63: return address of another scheme', deepLinking({ [settingsClaim]: { accept_types: ['ltiResourceLink'], deep_link_return_url: 'javascript:alert(1)' } }), '400 deep_linking.malformed deep_link_return_url'],
    ['rule 63: return address with a password', deepLinking({ [settingsClaim]: { accept_types: ['ltiResourceLink'], deep_link_return_url: 'https://a:b@lms.example/' } }), '400 deep_linking.malformed deep_link_return_url'],
    ['deep linking outside a course', deepLinking({ context: undefined }), '400 claim.missing context.id'],
    ['rule 67: submission review without for_user', review({ for_user: undefined }), '400 claim.missing for_user.user_id'],
    ['rule 67: for_user without an id', review({ for_user: { name: 'A' } }), '400 claim.missing for_user.user_id'],
    ['rule 67: for_user a string', review({ for_user: 'u2' }), '400 claim.wrong_type for_user'],
    ['rule 68: submission review without a line item', review({ [agsClaim]: { scope: [] } }), '400 claim.missing ags.lineitem'],
    ['rule 68: submission review without grade services', review({ [agsClaim]: undefined }), '400 claim.missing ags.lineitem'],
    ['rule 70: data privacy inside a course', changed({ message_type: 'DataPrivacyLaunchRequest', resource_link: undefined, context: { id: 'c1' } }), '400 privacy.in_course'],
    ['rule 70: data privacy from a link, by its other name', changed({ message_type: 'LtiDataPrivacyLaunchRequest' }), '400 privacy.in_course'],
    ['rule 52: no roles', changed({ roles: undefined }), '400 claim.missing roles'],
    ['rule 52: roles null', changed({ roles: null }), '400 claim.missing roles'],
    ['rule 52: roles a string', changed({ roles: 'Learner' }), '400 claim.wrong_type roles'],
    ['rule 52: a role that is a number', changed({ roles: [5] }), '400 claim.wrong_type roles'],
    ['rule 53: no deployment', changed({ deployment_id: undefined }), '400 claim.missing deployment_id'],
    ['rule 54: deployment empty', changed({ deployment_id: '' }), '400 claim.missing deployment_id'],
    ['rule 54: deployment of 256 characters', changed({ deployment_id: 'd'.repeat(256) }), '400 claim.malformed deployment_id'],
    ['rule 54: deployment a number', changed({ deployment_id: 1 }), '400 claim.wrong_type deployment_id'],
    ['rule 57: no resource link', changed({ resource_link: undefined }), '400 claim.missing resource_link.id'],
    ['rule 57: no id of the resource link', changed({ resource_link: {} }), '400 claim.missing resource_link.id'],
    ['rule 57: id of the resource link empty', changed({ resource_link: { id: '' } }), '400 claim.missing resource_link.id'],
    ['rule 57: id of the resource link a number', changed({ resource_link: { id: 3 } }), '400 claim.wrong_type resource_link.id'],
    ['rule 58: no target', changed({ target_link_uri: undefined }), '401 target.missing'],
    ['rule 58: target a list', changed({ target_link_uri: ['x'] }), '400 claim.wrong_type target_link_uri'],
    ['rule 59: several claims missing', { [`${lti}version`]: '1.3.0' }, '400 claim.missing message_type, deployment_id, roles, sub, resource_link.id'],
    ['rule 60: context a list', changed({ context: ['c1'] }), '400 claim.wrong_type context'],
    ['rule 60: context a string', changed({ context: 'c1' }), '400 claim.wrong_type context'],
    ['rule 60: context without id', changed({ context: { title: 'x' } }), '400 claim.missing context.id'],
    ['rule 60: context id a number', changed({ context: { id: 4 } }), '400 claim.wrong_type context.id'],
    ['rule 60: context type a string', changed({ context: { id: 'c', type: 'CourseSection' } }), '400 claim.wrong_type context.type'],
    ['rule 60: context title an object', changed({ context: { id: 'c', title: {} } }), '400 claim.wrong_type title'],
    ['rule 60: custom a string', changed({ custom: 'a=b' }), '400 claim.wrong_type custom'],
    ['rule 60: custom a list', changed({ custom: ['a'] }), '400 claim.wrong_type custom'],
    ['rule 60: resource link a string', changed({ resource_link: 'rl1' }), '400 claim.wrong_type resource_link'],
    ['rule 60: presentation a number', changed({ launch_presentation: 5 }), '400 claim.wrong_type launch_presentation'],
    ['rule 60: platform a boolean', changed({ tool_platform: true }), '400 claim.wrong_type tool_platform'],
    ['rule 60: return address a list', changed({ launch_presentation: { return_url: [] } }), '400 claim.wrong_type return_url'],
    ['rule 60: name an object', changed({ name: { first: 'A' } }), '400 claim.wrong_type name'],
    ['rule 60: e-mail address a boolean', changed({ email: false }), '400 claim.wrong_type email'],
    ['rule 60: grade services a string', changed({ 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': 'x' }), '400 claim.wrong_type endpoint'],
    ['rule 60: scopes a string', changed({ 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': { scope: 'a b' } }), '400 claim.wrong_type ags.scope'],
    ['rule 60: NUL in the deployment', changed({ deployment_id: 'd\0' }), '400 claim.malformed deployment_id'],
    ['rule 60: NUL in the context id', changed({ context: { id: 'c\0' } }), '400 claim.malformed context.id'],
    ['rule 60: NUL in the id of the resource link', changed({ resource_link: { id: '\0' } }), '400 claim.malformed resource_link.id'],
    ['rule 60: NUL in the platform’s id', changed({ tool_platform: { guid: 'g\0' } }), '400 claim.malformed tool_platform.guid'],
    ['half a character in an id', changed({ context: { id: 'c\udc00' } }), '400 claim.malformed context.id'],
  ];
  for (const [name, payload, expected] of refused) it(`${name}: ${expected}`, () => expect(outcome(payload)).to.equal(expected));

  it('never throws, whatever stands in a claim', () => {
    const oddities: unknown[] = [undefined, null, true, 0, -1, Infinity, '', '\0', '\ud800', 'x'.repeat(70_000), [], [[]], [null], {}, { id: {} }, { id: 'x', type: [{}] }, Object.create(null)];
    const names = [...Object.keys(required), `${lti}context`, `${lti}custom`, `${lti}launch_presentation`, `${lti}tool_platform`, 'name', 'email', 'locale',
      'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint', 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice'];
    for (const name of names) for (const oddity of oddities) expect(() => outcome({ ...required, [name]: oddity }), name).not.to.throw();
  });
});

describe('lti claims: values', () => {
  it('rule 60: NUL is taken out of names and titles, and control characters become a space', () => {
    const { person, context, resourceLink } = launch({ name: ' A\0da\r\nBcc: x ', context: { id: 'c', title: 'T\0' }, resource_link: { id: 'r', title: '\0', description: 'a\nb' } });
    expect(person.name).to.equal('Ada Bcc: x');
    expect(context?.title).to.equal('T');
    expect(resourceLink).to.deep.equal({ id: 'r', description: 'a b' });
  });

  it('rule 79: an unsubstituted variable counts as absent', () => {
    const { person, custom } = launch({
      name: '$Person.name.given $Person.name.family', given_name: '$Person.name.given', email: '$Person.email.primary', family_name: '$ign',
      custom: { a: '$Canvas.course.id', b: '$5.00 off', c: 'costs $Person.name.full', d: '$Context.id.history' },
    });
    expect(person).to.deep.equal({ familyName: '$ign' });
    expect(custom).to.deep.equal({ b: '$5.00 off', c: 'costs $Person.name.full' });
  });

  it('rule 80: markup stays as it is, to be escaped where it is shown', () => {
    expect(launch({ name: '<script>alert(1)</script>' }).person.name).to.equal('<script>alert(1)</script>');
  });

  it('cuts names at 255 without leaving half a character, and drops an e-mail address that is too long', () => {
    const { person } = launch({ name: 'x'.repeat(254) + '😀😀', given_name: 'y'.repeat(300), email: `${'z'.repeat(260)}@x.example` });
    expect(person.name).to.equal('x'.repeat(254));
    expect(person.givenName).to.have.length(255);
    expect(person).not.to.have.property('email');
  });

  it('keeps only web addresses for people and services', () => {
    for (const url of ['javascript:alert(1)', 'data:text/html,x', '//evil.example', 'nonsense', '', `https://x.example/${'x'.repeat(3000)}`]) {
      const { presentation, platform, ags, nrps } = launch({
        launch_presentation: { return_url: url }, tool_platform: { url },
        'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': { scope: [], lineitems: url, lineitem: url },
        'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': { context_memberships_url: url },
      });
      expect({ presentation, platform, ags, nrps }, url).to.deep.equal({ presentation: {}, platform: {}, ags: { scopes: [] }, nrps: undefined });
    }
  });

  it('takes simple custom values as text and leaves out the rest', () => {
    const { custom } = launch({ custom: { text: 'a', number: 5, yes: true, nothing: null, list: [1], object: {}, long: 'x'.repeat(9000), nul: 'a\0b' } });
    expect(Object.entries(custom)).to.deep.equal([['text', 'a'], ['number', '5'], ['yes', 'true'], ['nul', 'ab']]);
    const fromJson = launch({ custom: JSON.parse('{"__proto__":"kept"}') as unknown }).custom;
    expect(Object.entries(fromJson)).to.deep.equal([['__proto__', 'kept']]);
  });

  it('bounds lists', () => {
    expect(launch({ roles: ['', learner, 'x'.repeat(256), 'a\0', ...Array<string>(500).fill('Learner')] }).roles).to.have.length(200);
    expect(Object.keys(launch({ custom: Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`k${index}`, 'v'])) }).custom)).to.have.length(200);
  });
});
