// The practice LMS's deep linking: asks, judges the answer strictly, and makes links that can be launched.
import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { decodeJwt } from 'jose';
import { after, afterEach, before, describe, it } from 'mocha';
import type { DeepLinkingSettings } from '../../scripts/practice-lms/deep-linking.ts';
import { ltiClaim, newSigningKey } from '../../scripts/practice-lms/platform.ts';
import { gradesClaim, rosterClaim } from '../../scripts/practice-lms/service-claims.ts';
import { startWithTool } from './practice-tool.ts';
import type { AssertionChanges, PracticeTool } from './practice-tool.ts';

const dl = (name: string) => `https://purl.imsglobal.org/spec/lti-dl/claim/${name}`;
const workshop = {
  type: 'ltiResourceLink', title: 'Workshop: run charts', text: 'Two hours', url: 'http://localhost:3000/workshops/run-charts',
  custom: { origin: '$ResourceLink.id.history', closes: '$ResourceLink.submission.endDateTime' },
  lineItem: { label: 'Run charts', scoreMaximum: 20, resourceId: 'run-charts', tag: 'workshop' },
  available: { startDateTime: '2026-05-01T08:00:00Z' }, submission: { endDateTime: '2026-05-20T16:00:00Z' }, window: { targetName: '_blank' },
};

describe('practice LMS: deep linking', () => {
  let tool: PracticeTool;
  type Settings = { deep_link_return_url: string; data?: string; accept_types: string[] };
  const request = (settings: Partial<DeepLinkingSettings> = {}, editing?: string) => {
    const token = tool.lms.platform.idToken({ person: 'eleanor', nonce: 'n', message: { type: 'LtiDeepLinkingRequest', settings, ...(editing !== undefined && { editing }) } });
    const claims = decodeJwt(token);
    return { claims, settings: claims[dl('deep_linking_settings')] as Settings };
  };
  const answerTo = ({ data }: Settings, items: unknown, changes: AssertionChanges = {}) => {
    const { platform } = tool.lms;
    const iat = Math.floor(platform.clock().epochMilliseconds / 1000);
    return tool.sign({
      iss: 'practice-client-1', aud: platform.issuer, iat, exp: iat + 60, nonce: randomUUID(),
      [ltiClaim('message_type')]: 'LtiDeepLinkingResponse', [ltiClaim('version')]: '1.3.0', [ltiClaim('deployment_id')]: 'practice-deployment-1',
      [dl('content_items')]: items, ...(data !== undefined && { [dl('data')]: data }),
    }, changes);
  };
  const post = async (url: string, jwt: string) => {
    const answer = await fetch(url, { method: 'POST', body: new URLSearchParams({ JWT: jwt }) });
    return { status: answer.status, page: await answer.text(), response: tool.lms.deepLinking.responses.at(-1)! };
  };
  const choose = (items: unknown, { settings = {}, editing, ...changes }: AssertionChanges & { settings?: Partial<DeepLinkingSettings>; editing?: string } = {}) => {
    const asked = request(settings, editing).settings;
    return post(asked.deep_link_return_url, answerTo(asked, items, changes));
  };
  const linksOf = () => tool.lms.platform.courses[0]!.links;

  before(async () => { tool = await startWithTool(); });
  afterEach(() => { tool.lms.playAs('generic'); tool.lms.deepLinking.settings = {}; });
  after(() => tool.lms.close());

  it('asks with settings, services and no link', () => {
    const { claims, settings } = request();
    expect(claims[ltiClaim('message_type')]).to.equal('LtiDeepLinkingRequest');
    expect(claims).not.to.have.property(ltiClaim('resource_link'));
    expect(claims).to.have.property(gradesClaim).that.has.property('lineitems');
    expect(claims).to.have.property(rosterClaim);
    expect(settings).to.deep.include({ accept_types: ['ltiResourceLink', 'link', 'html', 'file', 'image'], accept_multiple: true, accept_lineitem: true, auto_create: false });
    expect(settings.data).to.be.a('string');
  });

  it('every setting can be another', () => {
    tool.lms.deepLinking.settings = { accept_types: ['link'] };
    expect(request({ accept_multiple: false, title: 'Week 3', data: null }).settings).to.deep.include({ accept_types: ['link'], accept_multiple: false, title: 'Week 3' }).and.not.to.have.property('data');
  });

  it('makes a link that is launched as it was chosen, with its column', async () => {
    const { status, page, response } = await choose([workshop]);
    expect(status, page).to.equal(200);
    expect(page).to.include('<h1>One link is in the course</h1>');
    const [link] = response.links;
    const claims = decodeJwt(tool.lms.platform.idToken({ person: 'amara', link: link!.id, nonce: 'n' }));
    expect(claims).to.deep.include({
      [ltiClaim('target_link_uri')]: workshop.url,
      [ltiClaim('resource_link')]: { id: link!.resourceLinkId, title: workshop.title, description: 'Two hours' },
      [ltiClaim('custom')]: { origin: '', closes: '2026-05-20T16:00:00Z' },
    });
    const column = tool.lms.gradeBook.columns('spring').find(({ facts }) => facts.label === 'Run charts')!;
    expect(column.facts).to.include({ scoreMaximum: 20, resourceId: 'run-charts', tag: 'workshop', resourceLinkId: link!.resourceLinkId });
    expect(claims[gradesClaim]).to.include({ lineitem: tool.lms.gradeBook.urlOf(column) });
    const page2 = await (await fetch(`${tool.lms.url}/as/amara/courses/spring/links/${link!.id}`)).text();
    expect(page2).to.include('in a new window');
  });

  it('choosing a link anew changes it and keeps its id and column', async () => {
    const { response: { links: [link] } } = await choose([workshop]);
    const count = linksOf().length;
    const columns = tool.lms.gradeBook.columns('spring').length;
    const id = link!.resourceLinkId;
    const { response } = await choose([{ type: 'ltiResourceLink', title: 'Another', lineItem: { scoreMaximum: 5 } }], { editing: link!.id });
    expect(response.links[0]).to.include({ resourceLinkId: id, title: 'Another', url: 'http://localhost:3000/' }).and.not.to.have.property('custom');
    expect(linksOf()).to.have.length(count);
    expect(tool.lms.gradeBook.columns('spring')).to.have.length(columns);
  });

  it('choosing a link anew says what it is now, and takes one thing', async () => {
    const { response: { links: [link] } } = await choose([workshop]);
    expect(request({}, link!.id).settings).to.include({ accept_multiple: false, title: link!.title });
  });

  it('takes an empty answer, and shows what the tool says', async () => {
    const { response, page } = await choose([], { change: (claims) => { claims[dl('msg')] = '<b>Nothing</b> chosen'; claims[dl('errormsg')] = 'No workshop fits'; } });
    expect(response).to.deep.include({ problem: null, message: '<b>Nothing</b> chosen', errorMessage: 'No workshop fits', links: [] });
    expect(page).to.include('&#60;b&#62;Nothing').and.include('No workshop fits');
  });

  const now = () => Date.now() / 1000;
  const broken: [what: string, changes: AssertionChanges, problem: RegExp][] = [
    ['another issuer', { change: (claims) => { claims['iss'] = 'stranger'; } }, /iss/],
    ['another audience', { change: (claims) => { claims['aud'] = 'https://elsewhere.example'; } }, /aud/],
    ['a second audience', { change: (claims) => { claims['aud'] = [claims['aud'], 'https://elsewhere.example']; } }, /aud/],
    ['an end that has passed', { change: (claims) => { claims['exp'] = now() - 1; } }, /exp/],
    ['no end', { change: (claims) => { delete claims['exp']; } }, /exp/],
    ['no time of issue', { change: (claims) => { delete claims['iat']; } }, /iat/],
    ['no nonce', { change: (claims) => { delete claims['nonce']; } }, /nonce/],
    ['another message type', { change: (claims) => { claims[ltiClaim('message_type')] = 'LtiDeepLinkingRequest'; } }, /message_type/],
    ['another version', { change: (claims) => { claims[ltiClaim('version')] = '2.0'; } }, /version/],
    ['another deployment', { change: (claims) => { claims[ltiClaim('deployment_id')] = '2'; } }, /deployment_id/],
    ['data that lost a blank', { change: (claims) => { claims[dl('data')] = String(claims[dl('data')]).trim(); } }, /data/],
    ['no data', { change: (claims) => { delete claims[dl('data')]; } }, /data/],
    ['a message that is no text', { change: (claims) => { claims[dl('msg')] = 7; } }, /msg/],
    ['alg none', { alg: 'none' }, /alg/],
    ['RS512', { alg: 'RS512' }, /alg/],
    ['no kid', { change: (_claims, header) => { delete header['kid']; } }, /kid/],
  ];
  for (const [what, changes, problem] of broken) {
    it(`refuses ${what}`, async () => {
      const count = linksOf().length;
      const { status, response } = await choose([workshop], changes);
      expect(status).to.equal(400);
      expect(response.problem).to.match(problem);
      expect(linksOf()).to.have.length(count);
    });
  }

  it('refuses a stranger’s key', async () => {
    expect((await choose([workshop], { key: await newSigningKey(tool.key.kid) })).response.problem).to.match(/signature/);
  });

  it('refuses an answer that comes twice, by its return address and by its nonce', async () => {
    const first = request().settings;
    const jwt = answerTo(first, []);
    expect((await post(first.deep_link_return_url, jwt)).status).to.equal(200);
    expect((await post(first.deep_link_return_url, jwt)).response.problem).to.match(/used already/);
    const second = request({ data: 'same' }).settings;
    const third = request({ data: 'same' }).settings;
    const both = answerTo(second, []);
    expect((await post(second.deep_link_return_url, both)).status).to.equal(200);
    expect((await post(third.deep_link_return_url, both)).response.problem).to.match(/nonce/);
    expect((await post(`${tool.lms.url}/deep-linking-returns/nowhere`, both)).status).to.equal(404);
  });

  const badItems: [what: string, items: unknown, settings: Partial<DeepLinkingSettings>, problem: RegExp][] = [
    ['items that are no list', {}, {}, /no list/],
    ['several where one was asked for', [workshop, workshop], { accept_multiple: false }, /one was asked/],
    ['a type that was not asked for', [{ type: 'html', html: '<p>' }], { accept_types: ['ltiResourceLink'] }, /html was not asked for/],
    ['an unknown type', [{ type: 'hologram' }], {}, /hologram/],
    ['a line item where none is accepted', [workshop], { accept_lineitem: false }, /lineItem/],
    ['a line item without a maximum', [{ type: 'ltiResourceLink', lineItem: { label: 'a' } }], {}, /scoreMaximum/],
    ['half an address', [{ type: 'ltiResourceLink', url: '/workshops/1' }], {}, /url/],
    ['an address of script', [{ type: 'ltiResourceLink', url: 'javascript:alert(1)' }], {}, /url/],
    ['a link without an address', [{ type: 'link', title: 'a' }], {}, /url is missing/],
    ['custom that is not of texts', [{ type: 'ltiResourceLink', custom: { week: 3 } }], {}, /custom/],
    ['a date without a zone', [{ type: 'ltiResourceLink', available: { startDateTime: '2026-05-01T08:00:00' } }], {}, /available/],
    ['an end before the start', [{ type: 'ltiResourceLink', submission: { startDateTime: '2026-05-02T08:00:00Z', endDateTime: '2026-05-01T08:00:00Z' } }], {}, /ends before/],
  ];
  for (const [what, items, settings, problem] of badItems) {
    it(`refuses ${what}`, async () => {
      expect((await choose(items, { settings })).response.problem).to.match(problem);
    });
  }

  it('moodle sends no data, forgets dates, and lacks the roster on a course’s first deep link', async () => {
    const other = await startWithTool({ profile: 'moodle' });
    const first = decodeJwt(other.lms.platform.idToken({ person: 'eleanor', nonce: 'n', message: { type: 'LtiDeepLinkingRequest' } }));
    await other.lms.close();
    expect(first).not.to.have.property(rosterClaim);
    expect(first[dl('deep_linking_settings')]).to.deep.include({ accept_types: ['ltiResourceLink'] }).and.not.to.have.property('data');
    tool.lms.playAs('moodle');
    expect((await choose([workshop])).response.links[0]).to.not.have.any.keys('available', 'window');
  });

  it('canvas does not bring custom parameters back', async () => {
    tool.lms.playAs('canvas');
    expect((await choose([workshop])).response.links[0]).to.not.have.property('custom');
  });

  it('has a page for faculty and none for learners', async () => {
    const page = await fetch(`${tool.lms.url}/as/eleanor/courses/spring/deep-linking?asked=yes&accept_types=link`);
    const text = await page.text();
    expect(text.match(/<h1>/g)).to.have.length(1);
    expect(text).to.include('value="link" checked').and.include('/deep-linking/launch?asked=yes');
    expect((await fetch(`${tool.lms.url}/as/amara/courses/spring/deep-linking`)).status).to.equal(404);
    const login = await fetch(`${tool.lms.url}/as/eleanor/courses/spring/deep-linking/launch?asked=yes&accept_types=link`, { redirect: 'manual' });
    expect(login.headers.get('location')).to.include('/lti/login?').and.include(encodeURIComponent('http://localhost:3000/'));
  });
});
