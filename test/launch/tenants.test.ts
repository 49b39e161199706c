// lti.md, section 2, rules 62 and 77: organisations are tenants, and nothing joins two people by itself.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ltiClaim, toolAt } from '../../scripts/practice-lms/platform.ts';
import type { Platform } from '../../scripts/practice-lms/platform.ts';
import { issuer, publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { launch, openBrowser, signIn, startCohort } from '../support/browser-session.ts';
import type { LaunchOptions } from '../support/browser-session.ts';
import { expectRefused, launchBroken } from './expected-refusal.ts';
import { addRegistration, anotherPlatform, approve } from './more-platforms.ts';

describe('lti launch: organisations are tenants', () => {
  let test: TestApp;
  let other: Platform;
  before(async () => {
    test = await startTestApp({ fetchKeySet: async (url) => ({ ok: true, json: url === other.jwksUrl ? other.jwks() : test.platform.jwks() }) });
    other = await anotherPlatform(test, 'http://127.0.0.1:4001');
    await addRegistration(test, { issuer: other.issuer, tool: other.tools[0]! });
    // One registration that carries several deployments: two of the default organisation, two of a trust.
    await approve(test, test.registrationId, 'ward');
    await approve(test, test.registrationId, 'trust', 'trust');
    await approve(test, test.registrationId, 'trust-2', 'trust');
  });
  after(() => test.close());

  /** A launch from a course of its own, so that only the person is the same. */
  const from = (deploymentId: string, contextId: string, choice: LaunchOptions = {}): LaunchOptions => ({
    deploymentId, ...choice,
    change: (claims) => { claims[ltiClaim('context')] = { id: contextId, title: `Course ${contextId}` }; },
  });
  const personOf = async (choice: LaunchOptions, platform = test.platform): Promise<string> => {
    const { base } = await signIn({ app: test.app, platform }, choice);
    const { rows: [row] } = await test.sql.query<{ person_id: string }>('select person_id from sign_in where id = $1', [base.slice('/in/'.length)]);
    return row?.person_id ?? 'nobody';
  };

  describe('rule 77: who is one person', () => {
    it('two launches, two courses, two deployments of one organisation: one person', async () => {
      const amara = await personOf({});
      expect(await personOf({ course: 'autumn' })).to.equal(amara);
      expect(await personOf(from('ward', 'ward-course'))).to.equal(amara);
    });

    it('the same sub from two registrations: two people', async () => {
      expect(await personOf({}, other)).not.to.equal(await personOf({}));
    });

    it('the same sub from two organisations of one registration: two people', async () => {
      const atTrust = await personOf(from('trust', 'trust-course'));
      expect(atTrust).not.to.equal(await personOf({}));
      expect(await personOf(from('trust-2', 'trust-course-2')), 'two deployments of the trust').to.equal(atTrust);
    });

    it('e-mail and name never join two', async () => {
      const twin: LaunchOptions = { change: (claims) => { claims['sub'] = 'lms-user-twin'; } };
      expect(await personOf(twin)).not.to.equal(await personOf({}));
      const { rows } = await test.sql.query(`select 1 from person where email = 'amara@lms.example' and sub in ('lms-user-1001', 'lms-user-twin') and registration_id = $1`, [test.registrationId]);
      expect(rows).to.have.length(3);
    });

    it('a sub is compared letter by letter', async () => {
      const shouting: LaunchOptions = { change: (claims) => { claims['sub'] = 'LMS-USER-1001'; } };
      expect(await personOf(shouting)).not.to.equal(await personOf({}));
    });
  });

  describe('rule 62: links and courses', () => {
    const small = (contextId: string, deploymentId = 'practice-deployment-1'): LaunchOptions => ({
      deploymentId,
      change: (claims) => {
        claims[ltiClaim('context')] = { id: contextId, title: `Course ${contextId}` };
        claims[ltiClaim('resource_link')] = { id: '7', title: 'A small number' };
      },
    });

    it('resource_link ids are per context: the same small number in two courses is two links', async () => {
      await signIn(test, small('2'));
      await signIn(test, small('3'));
      const { rows } = await test.sql.query(`select 1 from resource_link where resource_link_id = '7'`);
      expect(rows).to.have.length(2);
    });

    it('and per registration: another LMS repeats both ids', async () => {
      await signIn({ app: test.app, platform: other }, small('2'));
      const { rows } = await test.sql.query(`select 1 from resource_link where resource_link_id = '7'`);
      expect(rows).to.have.length(3);
    });

    it('bound to another tenant’s deployment → 403 resource_link.other_tenant, not shared', async () => {
      await expectRefused(test, '403 resource_link.other_tenant', () => launchBroken(test, small('2', 'trust')));
      await expectRefused(test, '403 resource_link.other_tenant', () => launchBroken(test, { ...small('3', 'trust-2'), person: 'priya' }));
    });

    it('in another deployment of the same organisation it may come again', async () => {
      expect((await launch(openBrowser(test), test.platform, small('2', 'ward'))).statusCode).to.equal(303);
    });
  });

  it('a cohort of one organisation is nowhere to be seen in the other', async () => {
    const faculty = await startCohort(test);
    const { rows: [cohort] } = await test.sql.query<{ id: string; join_code: string }>('select id, join_code from cohort');
    expect(cohort?.id).to.be.a('string');

    const ours = await signIn(test, { person: 'ruth', link: 'home' });
    expect((await ours.page(`/cohorts/${cohort?.id}`)).statusCode, 'the organisation’s administrator').to.equal(200);
    expect((await faculty.page(`/cohorts/${cohort?.id}`)).statusCode, 'rule 81: a page that faculty never has').to.equal(403);

    const theirs = await signIn(test, from('trust', 'trust-course', { person: 'ruth', link: 'home' }));
    expect((await theirs.page(`/cohorts/${cohort?.id}`)).statusCode, 'rule 81: a row outside the organisation').to.equal(404);
    expect((await theirs.page('/cohorts')).body).not.to.contain('Spring 2026');
    const linked = await theirs.submit('/cohort/link', { code: cohort?.join_code ?? '' });
    expect(linked.statusCode).to.equal(422);
    const byId = await theirs.submit('/cohort/link', { cohort: cohort?.id ?? '' });
    expect(byId.statusCode).to.equal(422);
  });

  it('one client id at two issuers, and two clients at one issuer, are four registrations that never mix', async () => {
    const second = toolAt(publicUrl, { clientId: 'practice-client-2' });
    const id = await addRegistration(test, { issuer, tool: second, organisation: 'school' });
    await expectRefused(test, '401 token.wrong_audience', () => launchBroken(test, { change: (claims) => { claims['aud'] = 'practice-client-2'; } }));
    const { rows } = await test.sql.query('select 1 from person where registration_id = $1', [id]);
    expect(rows).to.deep.equal([]);
  });

  it('two courses in two tabs never mix: each sign-in sees its own', async () => {
    const browser = openBrowser(test);
    const bases = [];
    for (const course of ['spring', 'autumn'] as const) {
      const answer = await launch(browser, test.platform, { course, link: 'home', person: 'ngozi' });
      bases.push(/^\/in\/[\w-]+/.exec(String(answer.headers.location))?.[0] ?? '');
    }
    const [spring = '', autumn = ''] = bases;
    expect(spring).not.to.equal(autumn);
    // The spring course has its cohort, the autumn course has none yet. Asked in turns, from one jar of cookies.
    for (let turn = 0; turn < 2; turn += 1) {
      const inSpring = await browser.follow(await browser.get(`${spring}/cohort`));
      expect(inSpring.body).to.contain('Spring 2026').and.not.to.contain('autumn');
      const inAutumn = await browser.follow(await browser.get(`${autumn}/cohort`));
      expect(inAutumn.body).to.contain('Improvement coaching, autumn').and.not.to.contain('Spring 2026');
    }
    // One tab signs out, the other goes on.
    await browser.post(`${autumn}/sign-out`);
    expect((await browser.get(`${autumn}/cohort`)).statusCode).to.equal(401);
    expect((await browser.get(`${spring}/cohort`)).statusCode).to.equal(200);
  });
});
