// Notices that platforms send, and copied courses (lti.md, rules 91 and 92).
import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { createNotices } from '../../scripts/practice-lms/notices.ts';
import type { NoticeChoice, Notices } from '../../scripts/practice-lms/notices.ts';
import { newSigningKey } from '../../scripts/practice-lms/platform.ts';
import type { Platform } from '../../scripts/practice-lms/platform.ts';
import { registerNoticeHandlers } from '../../server/features/notices/actions.ts';
import { openSchool } from '../scores/school.ts';
import type { School } from '../scores/school.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';
import { approve, anotherPlatform, addRegistration } from '../launch/more-platforms.ts';

const spring = 'course-spring';

describe('notices', () => {
  let test: TestApp;
  let notices: Notices;
  let other: Platform | undefined;
  before(async () => {
    test = await startTestApp({ fetchKeySet: async (url) => ({ ok: true, json: (url.startsWith(test.platform.issuer) ? test.platform : other!).jwks() }) });
    await startCohort(test);
    notices = createNotices(test.platform);
  });
  after(() => test.close());
  beforeEach(() => test.sql.query('delete from notice'));

  const post = (body: unknown) => test.app.inject({ method: 'POST', url: '/lti/notices', headers: { 'content-type': 'application/json' }, payload: typeof body === 'string' ? body : JSON.stringify(body) });
  const send = (...jwts: string[]) => post({ notices: jwts.map((jwt) => ({ jwt })) });
  const heard = async () => (await test.sql.query<{ type: string; outcome: string }>('select type, outcome from notice order by received_at, notice_id')).rows;
  const lastRefusal = async () => (await test.sql.query<{ reason: string }>(`select reason from audit_event where action = 'notice.refused' order by id desc limit 1`)).rows[0]?.reason;
  const hello = (more: Partial<NoticeChoice> = {}) => notices.notice({ type: 'LtiHelloWorldNotice', ...more }).jwt;

  it('a good one is heard, once, however often it comes', async () => {
    const jwt = hello();
    for (const answer of [await send(jwt), await send(jwt), await send(jwt, jwt)]) expect(answer.statusCode).to.equal(204);
    expect(await heard()).to.deep.equal([{ type: 'LtiHelloWorldNotice', outcome: 'noted' }]);
  });

  it('two at the same moment are heard once', async () => {
    const jwt = hello();
    const answers = await Promise.all([send(jwt), send(jwt), send(jwt)]);
    expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal([204, 204, 204]);
    expect(await heard()).to.have.length(1);
  });

  it('the same id in another envelope, or the same nonce with another id, is a repeated one', async () => {
    await send(hello({ id: 'one', change: (claims) => { claims['nonce'] = 'n1'; } }));
    await send(hello({ id: 'one', change: (claims) => { claims['nonce'] = 'n2'; } }));
    await send(hello({ id: 'two', change: (claims) => { claims['nonce'] = 'n1'; } }));
    expect(await heard()).to.have.length(1);
  });

  it('a type that we do not know is ignored', async () => {
    expect((await send(hello({ change: (claims) => { (claims['https://purl.imsglobal.org/spec/lti/claim/notice'] as { type: string }).type = 'LtiSomethingNotice'; } }))).statusCode).to.equal(204);
    expect((await heard()).map(({ outcome }) => outcome)).to.deep.equal(['ignored']);
  });

  const refused: [string, () => Promise<Parameters<typeof post>[0]>, string][] = [
    ['not JSON', async () => 'hello', '400'],
    ['JSON without notices', async () => ({}), '400'],
    ['no notice in it', async () => ({ notices: [] }), '400 launch.malformed'],
    ['notices without a JWT', async () => ({ notices: [{ jwt: 5 }, {}, null] }), '400 launch.malformed'],
    ['more than anybody has to tell', async () => ({ notices: Array.from({ length: 21 }, () => ({ jwt: hello() })) }), '400 launch.malformed'],
    ['a JWT that is none', async () => ({ notices: [{ jwt: 'a.b.c' }] }), '400 token.malformed'],
    ['another issuer', async () => ({ notices: [{ jwt: hello({ change: (claims) => { claims['iss'] = 'https://evil.example'; } }) }] }), '403 registration.unknown'],
    ['another audience', async () => ({ notices: [{ jwt: hello({ change: (claims) => { claims['aud'] = 'other'; claims['azp'] = 'other'; } }) }] }), '403 registration.unknown'],
    ['ours and another audience', async () => ({ notices: [{ jwt: hello({ change: (claims) => { claims['aud'] = ['practice-client-1', 'other']; } }) }] }), '401 token.wrong_audience'],
    ['a deployment that nobody approved', async () => ({ notices: [{ jwt: hello({ deploymentId: 'nowhere' }) }] }), '403 deployment.unknown'],
    ['bad signature', async () => ({ notices: [{ jwt: hello({ key: { ...(await newSigningKey()), kid: test.platform.keys.current().kid } }) }] }), '401 token.bad_signature'],
    ['unsigned', async () => ({ notices: [{ jwt: hello({ alg: 'none' }) }] }), '401 token.unsigned'],
    ['run out', async () => ({ notices: [{ jwt: hello({ change: (claims) => { claims['exp'] = Number(claims['iat']) - 100; } }) }] }), '401 token.expired'],
    ['no nonce', async () => ({ notices: [{ jwt: hello({ change: (claims) => { delete claims['nonce']; } }) }] }), '401 nonce.missing'],
    ['no id', async () => ({ notices: [{ jwt: hello({ change: (claims) => { claims['https://purl.imsglobal.org/spec/lti/claim/notice'] = { type: 'LtiHelloWorldNotice' }; } }) }] }), '400 claim.missing'],
  ];
  for (const [name, body, expected] of refused) {
    it(`rule 91: ${name} → ${expected}`, async () => {
      const answer = await post(await body());
      const [status, reason] = expected.split(' ');
      expect(String(answer.statusCode)).to.equal(status);
      if (reason !== undefined) expect(await lastRefusal()).to.equal(reason);
      expect(await heard()).to.deep.equal([]);
    });
  }

  it('of several in one body the good ones are heard all the same', async () => {
    expect((await send(hello({ alg: 'none' }), hello(), 'x')).statusCode).to.equal(401);
    expect(await heard()).to.have.length(1);
  });

  it('rows of refusals are counted by network, and the last of a thousand says that no more follow', async () => {
    await test.sql.query(`delete from audit_event where action = 'notice.refused'`);
    const garbage = JSON.stringify({ notices: Array.from({ length: 20 }, () => ({ jwt: 'a.b.c' })) });
    for (let host = 1; host <= 51; host += 1) {
      await test.app.inject({ method: 'POST', url: '/lti/notices', remoteAddress: `2001:db8:1:2::${host.toString(16)}`, headers: { 'content-type': 'application/json' }, payload: garbage });
    }
    const { rows } = await test.sql.query<{ detail: { note?: string } }>(`select detail from audit_event where action = 'notice.refused' order by id`);
    expect(rows).to.have.length(1_000);
    expect(rows.map(({ detail }) => 'note' in detail).indexOf(true)).to.equal(999);
  });

  describe('a copied course', () => {
    const copy = () => test.platform.notices.copyCourse('spring', { tell: false });
    const tell = async (course: Awaited<ReturnType<typeof copy>>, originContexts: string[] = [spring], more: Partial<NoticeChoice> = {}) => {
      const answer = await send(notices.notice({ type: 'LtiContextCopyNotice', course, originContexts, ...more }).jwt);
      expect(answer.statusCode).to.equal(204);
      return (await heard())[0]?.outcome;
    };

    it('faculty are asked once; a new cohort starts with nothing of the old one', async () => {
      const course = await copy();
      expect(await tell(course)).to.equal('copy-noted');
      const faculty = await signIn(test, { person: 'eleanor', course: course.id, link: 'home' });
      const asked = await faculty.page('/cohort/start');
      expect(heading(asked)).to.equal('Is this a new cohort?');
      expect(asked.body).to.contain('Improvement coaching, spring').and.contain('The same cohort, Spring 2026');
      const nothing = await faculty.submit('/cohort/copy', {});
      expect(nothing.statusCode).to.equal(422);
      expect(nothing.body).to.contain('Choose what this course is.');
      const after = await faculty.follow(await faculty.submit('/cohort/copy', { decision: 'new' }));
      expect(heading(after)).to.equal('Start a cohort here');
      expect(heading(await faculty.page('/cohort/start')), 'not asked again').to.equal('Start a cohort here');
      const { rows } = await test.sql.query('select e.id from enrolment e join context c on c.id = e.context_id where c.context_id = $1 and e.role = $2', [course.contextId, 'learner']);
      expect(rows, 'nobody came along').to.deep.equal([]);
    });

    it('or it is one more course of the same cohort', async () => {
      const course = await copy();
      await tell(course);
      const faculty = await signIn(test, { person: 'eleanor', course: course.id, link: 'home' });
      const page = await faculty.follow(await faculty.submit('/cohort/copy', { decision: 'same' }));
      expect(page.body).to.contain('Spring 2026');
      const { rows } = await test.sql.query('select count(distinct cohort_id)::int as cohorts, count(*)::int as courses from context where cohort_id is not null');
      expect(rows).to.deep.equal([{ cohorts: 1, courses: 2 }]);
    });

    it('somebody who teaches nothing there cannot join without the code', async () => {
      const course = await copy();
      await tell(course);
      course.members['ngozi'] = 'faculty';
      const faculty = await signIn(test, { person: 'ngozi', course: course.id, link: 'home' });
      expect((await faculty.page('/cohort/start')).body).not.to.contain('value="same"');
      expect((await faculty.submit('/cohort/copy', { decision: 'same' })).statusCode).to.equal(404);
      expect((await test.sql.query('select cohort_id from context where context_id = $1', [course.contextId])).rows).to.deep.equal([{ cohort_id: null }]);
    });

    it('a learner is never asked', async () => {
      const course = await copy();
      await tell(course);
      course.members['amara'] = 'learner';
      const learner = await signIn(test, { person: 'amara', course: course.id, link: 'home' });
      expect((await learner.page('/cohort/start')).statusCode).to.equal(403);
      expect((await learner.submit('/cohort/copy', { decision: 'same' })).statusCode).to.equal(403);
    });

    it('a copy of a copy about which nobody has decided comes from the first course', async () => {
      const first = await copy();
      await tell(first);
      await test.sql.query('delete from notice');
      const second = await test.platform.notices.copyCourse(first.id, { tell: false });
      expect(await tell(second, [first.contextId])).to.equal('copy-noted');
      const { rows } = await test.sql.query<{ context_id: string }>('select o.context_id from context_copy y join context c on c.id = y.context_id join context o on o.id = y.origin_id where c.context_id = $1', [second.contextId]);
      expect(rows).to.deep.equal([{ context_id: spring }]);
    });

    it('a course that has its cohort already stays with it', async () => {
      const course = await copy();
      const faculty = await signIn(test, { person: 'eleanor', course: course.id, link: 'home' });
      await faculty.submit('/cohort', { name: 'Its own', startsOn: '2026-09-07', timeZone: 'Europe/London' });
      expect(await tell(course)).to.equal('ignored');
    });

    it('rule 92: an origin that is not ours is ignored', async () => {
      expect(await tell(await copy(), ['elsewhere'])).to.equal('copy-unknown-origin');
    });

    it('rule 92: an origin of another organisation is ignored, at the same platform too', async () => {
      await approve(test, test.registrationId, 'their-deployment', 'others');
      const course = await copy();
      expect(await tell(course, [spring], { deploymentId: 'their-deployment' })).to.equal('copy-unknown-origin');
      expect((await test.sql.query('select 1 from context where context_id = $1', [course.contextId])).rows).to.deep.equal([]);
    });

    it('rule 92: so is one of another platform', async () => {
      other = await anotherPlatform(test, 'http://127.0.0.1:4003', { clientId: 'other-client', deploymentIds: ['d'] });
      await addRegistration(test, { issuer: other.issuer, tool: other.tools[0]! });
      const course = await copy();
      const { jwt } = createNotices(other).notice({ type: 'LtiContextCopyNotice', course, originContexts: [spring], clientId: 'other-client' });
      expect((await send(jwt)).statusCode).to.equal(204);
      expect(await heard()).to.deep.equal([{ type: 'LtiContextCopyNotice', outcome: 'copy-unknown-origin' }]);
      expect((await test.sql.query('select 1 from context_copy y join context c on c.id = y.context_id where c.context_id = $1', [course.contextId])).rows).to.deep.equal([]);
    });
  });
});

describe('notice handlers', () => {
  let school: School;
  before(async () => { school = await openSchool({ timeoutMs: 300 }); });
  after(() => school.close());

  const handler = 'http://localhost:3000/lti/notices';
  const deployment = async () => (await school.sql.query<{ id: string; notices_url: string; notices_registered_at: string | null; notices_problem: string | null }>(
    'select id, notices_url, notices_registered_at, notices_problem from deployment where registration_id = $1', [school.registrationId])).rows[0]!;
  const register = async () => registerNoticeHandlers(school.tools, (await deployment()).id, handler, school.clock.now);
  const jobs = async () => (await school.sql.query(`select 1 from pgboss.job where name = 'register-notices'`)).rowCount;

  it('are asked for after the first launch by staff, once', async () => {
    expect((await deployment()).notices_url).to.match(/^http/);
    expect(await jobs(), 'faculty began a cohort').to.equal(1);
    await signIn(school, { person: 'ngozi', course: 'autumn', link: 'home' });
    expect(await jobs()).to.equal(1);
  });

  it('a platform that is away is asked again later, and faculty see nothing of it', async () => {
    school.lms.faults.at['notice-handlers'] = 'unavailable';
    expect((await register()).outcome).to.equal('again');
    expect(await deployment()).to.include({ notices_registered_at: null, notices_problem: 'platform.failed' });
    school.lms.faults.clear();
  });

  it('one that refuses for good is not asked again', async () => {
    school.lms.faults.at['notice-handlers'] = 'forbidden';
    expect((await register()).outcome).to.equal('done');
    expect((await deployment()).notices_problem).to.equal('call.forbidden');
    school.lms.faults.clear();
  });

  it('stand at the platform then, for both kinds that we understand', async () => {
    expect((await register()).outcome).to.equal('done');
    expect(school.platform.notices.handlers.map(({ type, url }) => `${type} ${url}`)).to.have.members([`LtiContextCopyNotice ${handler}`, `LtiHelloWorldNotice ${handler}`]);
    expect(await deployment()).to.include({ notices_problem: null }).and.not.to.include({ notices_registered_at: null });
  });
});
