// The practice LMS's other messages: submission review, data privacy, notices, and the copy of a course.
import { expect } from 'chai';
import { createLocalJWKSet, decodeJwt, jwtVerify } from 'jose';
import type { JWTPayload } from 'jose';
import { after, afterEach, before, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import type { LaunchChoice } from '../../scripts/practice-lms/platform.ts';
import { gradesClaim, noticesClaim, rosterClaim } from '../../scripts/practice-lms/service-claims.ts';
import { scopes } from '../../scripts/practice-lms/services.ts';
import { startWithTool } from './practice-tool.ts';
import type { PracticeTool } from './practice-tool.ts';

describe('practice LMS: messages', () => {
  let tool: PracticeTool;
  const delivered: { url: string; body: string }[] = [];
  let handlerStatus: number | null = 202;
  const claimsOf = (choice: LaunchChoice) => decodeJwt(tool.lms.platform.idToken({ ...choice, nonce: 'n' }));
  before(async () => {
    tool = await startWithTool({ deliverNotice: async (url, body) => { delivered.push({ url, body }); return handlerStatus; } });
  });
  afterEach(() => { tool.lms.playAs('generic'); delivered.length = 0; });
  after(() => tool.lms.close());

  it('a launch names the services, and the link’s own column when it has one', () => {
    const claims = claimsOf({});
    expect(claims[gradesClaim]).to.deep.equal({ scope: [scopes.lineItem, scopes.lineItemRead, scopes.score, scopes.resultRead], lineitems: `${tool.lms.url}/ags/spring/line-items` });
    expect(claims[rosterClaim]).to.deep.equal({ context_memberships_url: `${tool.lms.url}/courses/spring/memberships`, service_versions: ['2.0'] });
    expect(claims[noticesClaim]).to.deep.include({ platform_notification_service_url: `${tool.lms.url}/notice-handlers/practice-deployment-1` });
    const column = tool.lms.gradeBook.addColumn('spring', { label: 'Own', scoreMaximum: 1, resourceLinkId: 'spring-week-3' }, { coupled: true });
    expect(claimsOf({ link: 'week-3' })[gradesClaim]).to.include({ lineitem: tool.lms.gradeBook.urlOf(column) });
    tool.lms.gradeBook.deleteColumn(column);
    expect(claimsOf({ link: 'week-3' })[gradesClaim]).to.not.have.property('lineitem');
    tool.lms.playAs('moodle');
    expect(claimsOf({ link: 'week-3' })[gradesClaim]).to.include({ lineitem: '' });
    expect(claimsOf({})).to.not.have.property(noticesClaim);
  });

  it('each LMS says what it is, as it says it', () => {
    const familyOf = () => (claimsOf({})[ltiClaim('tool_platform')] as { product_family_code: string } | undefined)?.product_family_code;
    const families = (['generic', 'moodle', 'canvas', 'blackboard', 'd2l', 'sakai', 'schoology', 'openedx'] as const).map((name) => { tool.lms.playAs(name); return familyOf(); });
    expect(families).to.deep.equal(['practice-lms', 'moodle', 'canvas', 'BlackboardLearn', 'desire2learn', 'sakai', 'schoology', undefined]);
    expect(claimsOf({})).to.not.have.any.keys('name', 'email');
    tool.lms.playAs('schoology');
    expect(claimsOf({}).aud).to.deep.equal(['practice-client-1']);
    tool.lms.playAs('d2l');
    expect(claimsOf({})).to.have.property('http://www.brightspace.com');
    tool.lms.playAs('canvas');
    expect(tool.lms.platform.launchParameters()).to.include({ canvas_environment: 'prod' });
  });

  it('a submission review names whose, and the column', async () => {
    const column = tool.lms.gradeBook.addColumn('spring', {
      label: 'Charter', scoreMaximum: 10, resourceLinkId: 'spring-week-2', submissionReview: { reviewableStatus: ['Completed'], url: 'http://localhost:3000/assignments/charter', custom: { view: 'review' } },
    });
    const claims = claimsOf({ person: 'eleanor', message: { type: 'LtiSubmissionReviewRequest', forPerson: 'zsofia', column: column.number } });
    expect(claims).to.deep.include({
      [ltiClaim('message_type')]: 'LtiSubmissionReviewRequest', [ltiClaim('target_link_uri')]: 'http://localhost:3000/assignments/charter',
      [ltiClaim('resource_link')]: { id: 'spring-week-2', title: 'Week 2' }, [ltiClaim('custom')]: { view: 'review' },
    });
    expect(claims[ltiClaim('for_user')]).to.include({ user_id: 'lms-user-1002', email: 'zsofia@lms.example' });
    expect(claims[gradesClaim]).to.include({ lineitem: tool.lms.gradeBook.urlOf(column) });

    const now = tool.lms.platform.clock();
    column.cells.set('lms-user-1002', { score: 8, comment: 'Clear <aim>', activityProgress: 'Completed', gradingProgress: 'FullyGraded', timestamp: now, arrivedAt: now });
    const book = await (await fetch(`${tool.lms.url}/as/eleanor/courses/spring/grade-book`)).text();
    expect(book).to.include('Clear &#60;aim&#62;').and.include(`/grade-book/${column.number}/zsofia"`).and.not.include(`/grade-book/${column.number}/amara"`);
    const page = (person: string, learner: string) => fetch(`${tool.lms.url}/as/${person}/courses/spring/grade-book/${column.number}/${learner}`);
    expect(await (await page('eleanor', 'zsofia')).text()).to.include('<h1>Review a submission</h1>');
    expect((await page('zsofia', 'zsofia')).status).to.equal(200);
    expect((await page('amara', 'zsofia')).status).to.equal(404);
    const own = await (await fetch(`${tool.lms.url}/as/amara/courses/spring/grade-book`)).text();
    expect(own).to.include('Amara').and.not.include('Zsófia');
  });

  it('a data privacy launch has no course, by either name', () => {
    for (const type of ['DataPrivacyLaunchRequest', 'LtiDataPrivacyLaunchRequest'] as const) {
      const claims = claimsOf({ person: 'ruth', message: { type, forPerson: 'amara' } });
      expect(claims[ltiClaim('message_type')]).to.equal(type);
      expect(claims[ltiClaim('for_user')]).to.deep.equal({ user_id: 'lms-user-1001' });
      expect(claims).to.not.have.any.keys(ltiClaim('context'), ltiClaim('resource_link'), gradesClaim, rosterClaim);
    }
  });

  for (const path of ['/', '/faults', '/administration/tools', '/administration/notices', '/administration/data-privacy', '/administration/data-privacy?name=long&person=amara', '/as/eleanor/courses/spring', '/as/eleanor/courses/spring/grade-book']) {
    it(`${path} is a page with one heading`, async () => {
      const answer = await fetch(`${tool.lms.url}${path}`);
      const text = await answer.text();
      expect(answer.status).to.equal(200);
      expect(text.match(/<h1>/g)).to.have.length(1);
      expect(text).not.to.match(/undefined|\[object|\son\w+=/);
    });
  }

  it('people choose the LMS that is played', async () => {
    const page = await (await fetch(`${tool.lms.url}/?profile=canvas`)).text();
    expect(page).to.include('value="canvas" selected');
    expect(tool.lms.platform.profile.name).to.equal('canvas');
    await fetch(`${tool.lms.url}/?profile=nonsense`);
    expect(tool.lms.platform.profile.name).to.equal('canvas');
  });

  describe('notices', () => {
    const url = () => `${tool.lms.url}/notice-handlers/practice-deployment-1`;
    const put = (body: unknown, at = url(), asked: string = scopes.noticeHandlers) => tool.call('PUT', at, { scopes: [asked], contentType: 'application/json', body });
    const handler = 'http://localhost:3000/lti/notices';

    it('go nowhere until a tool says where, and nowhere once it took that back', async () => {
      expect(await tool.lms.notices.send({ type: 'LtiHelloWorldNotice' })).to.deep.equal([]);
      const answer = await put({ notice_type: 'LtiHelloWorldNotice', handler });
      expect(answer.status).to.equal(200);
      expect(await answer.json()).to.deep.equal({ notice_type: 'LtiHelloWorldNotice', handler });
      const list = await (await tool.call('GET', url(), { scopes: [scopes.noticeHandlers] })).json();
      expect(list).to.deep.equal({
        client_id: 'practice-client-1', deployment_id: 'practice-deployment-1',
        notice_handlers: [{ notice_type: 'LtiHelloWorldNotice', handler }, { notice_type: 'LtiContextCopyNotice', handler: '' }],
      });
      const [sent] = await tool.lms.notices.send({ type: 'LtiHelloWorldNotice' });
      expect(sent).to.include({ url: handler, status: 202 });
      const { notices: [{ jwt }] } = JSON.parse(delivered[0]!.body) as { notices: [{ jwt: string }] };
      const { payload } = await jwtVerify(jwt, createLocalJWKSet(tool.lms.platform.jwks()), { issuer: tool.lms.url, audience: 'practice-client-1' });
      expect(payload[ltiClaim('notice')]).to.include({ type: 'LtiHelloWorldNotice', id: sent!.id });
      await put({ notice_type: 'LtiHelloWorldNotice', handler: '' });
      expect(await tool.lms.notices.send({ type: 'LtiHelloWorldNotice' })).to.deep.equal([]);
    });

    const refused: [what: string, act: () => Promise<Response>, status: number][] = [
      ['another type', () => put({ notice_type: 'LtiOtherNotice', handler }), 400],
      ['a handler elsewhere', () => put({ notice_type: 'LtiHelloWorldNotice', handler: 'https://elsewhere.example/lti/notices' }), 400],
      ['another deployment', () => put({ notice_type: 'LtiHelloWorldNotice', handler }, url().replace(/1$/, '2')), 404],
      ['a token without the scope', () => put({ notice_type: 'LtiHelloWorldNotice', handler }, url(), scopes.score), 403],
    ];
    for (const [what, act, status] of refused) {
      it(`refuses ${what}`, async () => { expect((await act()).status).to.equal(status); });
    }

    it('a copied course has new ids that know where they came from, and the tool is told', async () => {
      await put({ notice_type: 'LtiContextCopyNotice', handler });
      tool.lms.gradeBook.addColumn('spring', { label: 'Week 4', scoreMaximum: 10, resourceLinkId: 'spring-week-4' }, { coupled: true });
      handlerStatus = null;
      const copy = await tool.lms.notices.copyCourse('spring');
      const again = await tool.lms.notices.copyCourse(copy.id);
      expect(delivered).to.have.length(2);
      const notice: JWTPayload = decodeJwt((JSON.parse(delivered[0]!.body) as { notices: [{ jwt: string }] }).notices[0].jwt);
      expect(notice[ltiClaim('context')]).to.include({ id: copy.contextId, title: copy.title });
      expect(notice[ltiClaim('origin_contexts')]).to.deep.equal(['course-spring']);
      expect(tool.lms.notices.sent.at(-1)).to.include({ status: null });

      again.links.find(({ id }) => id === 'week-4')!.custom = { courses: '$Context.id.history', links: '$ResourceLink.id.history', other: '$Unknown.variable' };
      const claims = claimsOf({ person: 'eleanor', course: again.id, link: 'week-4' });
      expect(claims[ltiClaim('custom')]).to.deep.equal({
        courses: `${copy.contextId},course-spring`, links: `${copy.links.find(({ id }) => id === 'week-4')!.resourceLinkId},spring-week-4`, other: '$Unknown.variable',
      });
      expect(claims[gradesClaim]).to.have.property('lineitem').that.includes(`/ags/${again.id}/`);
      expect(Object.values(again.members)).to.not.include('learner');
    });

    it('people copy a course by a button', async () => {
      const answer = await fetch(`${tool.lms.url}/as/eleanor/courses/autumn/copies`, { method: 'POST', redirect: 'manual' });
      expect(answer.status).to.equal(404);
      const copied = await fetch(`${tool.lms.url}/as/ngozi/courses/autumn/copies`, { method: 'POST' });
      expect(await copied.text()).to.include('(copy').and.include('This is the copy.');
    });
  });
});
