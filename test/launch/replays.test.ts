// lti.md, section 2, rules 15 and 44: each sign-in works once, however it is sent again.
import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import { after, before, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import { issuer, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, launch, openBrowser, signIn } from '../support/browser-session.ts';
import type { Session } from '../support/browser-session.ts';
import { expectRefused } from './expected-refusal.ts';

describe('lti launch: replays', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  /** A browser on its way, and what its LMS lets it post. */
  async function underWay(person = 'amara'): Promise<{ browser: Session; fields: { state: string; id_token: string }; post: () => Promise<LightMyRequestResponse> }> {
    const browser = openBrowser(test);
    const { state, nonce } = await beginLogin(browser, test.platform, { person });
    const fields = { state, id_token: test.platform.idToken({ nonce, person }) };
    return { browser, fields, post: () => browser.postFrom(issuer, '/lti/launch', fields) };
  }

  const refusals = async () => (await test.sql.query<{ reason: string }>(`select reason from audit_event where action = 'launch.refused' order by id`)).rows.map(({ reason }) => reason);
  const signIns = async () => (await test.sql.query(`select 1 from sign_in`)).rows.length;

  for (const words of ['the first launch of a person', 'a launch that tells nothing new'] as const) {
    it(`rule 44: two at the same millisecond, ${words}: exactly one wins, the other 409`, async () => {
      for (let round = 0; round < 5; round += 1) {
        const { browser, post } = await underWay(words === 'the first launch of a person' ? ['zsofia', 'minghua', 'lukasz', 'thao', 'priya'][round] : 'amara');
        if (words === 'a launch that tells nothing new') await signIn(test);
        const [refusedBefore, signInsBefore] = [await refusals(), await signIns()];
        const answers = await Promise.all([post(), post()]);
        expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).to.deep.equal([303, 409]);
        expect((await refusals()).slice(refusedBefore.length)).to.deep.equal(['state.used']);
        expect(await signIns()).to.equal(signInsBefore + 1);
        expect([...browser.cookies.keys()].filter((name) => name.startsWith('__Host-in-'))).to.have.length(1);
      }
    });
  }

  it('rule 44: eight at once: exactly one wins', async () => {
    const { post } = await underWay('siobhan');
    const answers = await Promise.all(Array.from({ length: 8 }, post));
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).to.deep.equal([303, ...Array<number>(7).fill(409)]);
    const { rows } = await test.sql.query(`select 1 from person where sub = 'lms-user-1009'`);
    expect(rows, 'one person').to.have.length(1);
  });

  it('several sign-ins of somebody new, in a course that is new, at the same millisecond: all work, one person', async () => {
    for (const [round, person] of ['muhammad', 'budiman', 'conceicao'].entries()) {
      const change = (claims: Record<string, unknown>) => {
        claims[ltiClaim('context')] = { id: `new-${round}`, title: 'New' };
        claims[ltiClaim('resource_link')] = { id: `new-${round}`, title: 'New' };
      };
      const answers = await Promise.all(Array.from({ length: 6 }, () => launch(openBrowser(test), test.platform, { person, change })));
      expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal(Array<number>(6).fill(303));
      const { rows } = await test.sql.query(`
        select (select count(*)::int from context where context_id = $1) as contexts, (select count(*)::int from resource_link where resource_link_id = $1) as links,
               (select count(*)::int from enrolment e join context c on c.id = e.context_id where c.context_id = $1) as enrolments,
               (select count(distinct person_id)::int from sign_in s join context c on c.id = s.context_id where c.context_id = $1) as people`, [`new-${round}`]);
      expect(rows).to.deep.equal([{ contexts: 1, links: 1, enrolments: 1, people: 1 }]);
    }
  });

  it('rule 15: Back button in the browser that holds the sign-in: 409, and the page links on', async () => {
    const { browser, post } = await underWay();
    const first = await post();
    const again = await expectRefused(test, '409 state.used', post);
    expect(again.body).to.contain(`href="${first.headers.location}"`);
    expect((await browser.follow(first)).statusCode).to.equal(200);
  });

  const elsewhere: [words: string, person: string, link: string, change: (claims: Record<string, unknown>) => void, to: RegExp][] = [
    ['a guest', 'amara', 'week-1', (claims) => { claims[ltiClaim('roles')] = []; }, /\/programme/],
    ['faculty at the front door', 'eleanor', 'home', () => {}, /\/cohort$/],
    ['a privacy launch', 'amara', 'home', (claims) => {
      claims[ltiClaim('message_type')] = 'DataPrivacyLaunchRequest';
      claims[ltiClaim('for_user')] = { user_id: claims['sub'] };
      for (const name of ['resource_link', 'context']) delete claims[ltiClaim(name)];
    }, /\/privacy$/],
  ];
  for (const [words, person, link, change, to] of elsewhere) {
    it(`rule 15: ${words}, twice: the page links to where the first led`, async () => {
      const browser = openBrowser(test);
      const { state, nonce } = await beginLogin(browser, test.platform, { person, link });
      const fields = { state, id_token: test.platform.idToken({ nonce, person, link, change }) };
      const first = await browser.postFrom(issuer, '/lti/launch', fields);
      expect(first.headers.location).to.match(to);
      const again = await expectRefused(test, '409 state.used', () => browser.postFrom(issuer, '/lti/launch', fields));
      expect(again.body).to.contain(`href="${first.headers.location}"`);
    });
  }

  it('rule 15: in another browser the page does not link on', async () => {
    const { fields, post } = await underWay();
    const first = await post();
    const again = await expectRefused(test, '409 state.used', () => openBrowser(test).postFrom(issuer, '/lti/launch', fields));
    expect(again.body).not.to.contain(String(first.headers.location)).and.not.to.contain('/in/');
  });

  it('rule 15: a cookie of the right name and a wrong secret is not holding it', async () => {
    const { fields, post } = await underWay();
    const [, id = ''] = /^\/in\/([\w-]+)/.exec(String((await post()).headers.location)) ?? [];
    const other = openBrowser(test);
    other.cookies.set(`__Host-in-${id}`, 'x'.repeat(43));
    const again = await expectRefused(test, '409 state.used', () => other.postFrom(issuer, '/lti/launch', fields));
    expect(again.body).not.to.contain('/in/');
  });

  it('rule 15: after signing out the page does not link on', async () => {
    const { browser, post } = await underWay();
    const base = /^\/in\/[\w-]+/.exec(String((await post()).headers.location))?.[0] ?? '';
    await browser.post(`${base}/sign-out`);
    const again = await expectRefused(test, '409 state.used', post);
    expect(again.body).not.to.contain('/in/');
  });

  it('rule 44: the token of one login in another login → 401 nonce.mismatch', async () => {
    const [first, second] = [await underWay(), await underWay()];
    await expectRefused(test, '401 nonce.mismatch', () => second.browser.postFrom(issuer, '/lti/launch', { ...second.fields, id_token: first.fields.id_token }));
    expect((await first.post()).statusCode, 'the first still works').to.equal(303);
  });

  it('a refused token does not spend the state: the platform may post a good one after it', async () => {
    const { browser, fields, post } = await underWay();
    await expectRefused(test, '400 token.malformed', () => browser.postFrom(issuer, '/lti/launch', { ...fields, id_token: 'x' }));
    expect((await post()).statusCode).to.equal(303);
  });
});
