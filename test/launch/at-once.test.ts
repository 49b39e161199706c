// A launch on a platform that this process knows: one statement, and what it knows is never believed longer than it is true.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { issuer, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, openBrowser, signIn } from '../support/browser-session.ts';
import { expectRefused } from './expected-refusal.ts';

describe('lti launch: at once', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await signIn(test, { person: 'amara' });
  });
  after(() => test.close());

  async function underWay(person: string, { nonce: otherNonce }: { nonce?: string } = {}) {
    const browser = openBrowser(test);
    const { state, nonce } = await beginLogin(browser, test.platform, { person });
    const fields = { state, id_token: test.platform.idToken({ nonce: otherNonce ?? nonce, person }) };
    return () => browser.postFrom(issuer, '/lti/launch', fields);
  }

  for (const [who, person] of [['somebody known', 'amara'], ['somebody new', 'zsofia']] as const) {
    it(`${who}: one statement`, async () => {
      const post = await underWay(person);
      expect(await test.countStatements(async () => expect((await post()).statusCode).to.equal(303))).to.equal(1);
    });
  }

  it('a registration changed since it was kept is read afresh, and then known again', async () => {
    await test.sql.query(`update platform_registration set frame_origins = '{https://portal.example}'`);
    const first = await underWay('amara');
    const framed = String((await first()).headers.location);
    const { rows: [row] } = await test.sql.query<{ frame_origins: string[] }>('select frame_origins from sign_in where id = $1', [framed.split('/')[2]]);
    expect(row?.frame_origins).to.include('https://portal.example');
    const second = await underWay('amara');
    expect(await test.countStatements(second)).to.equal(1);
  });

  it('a class that comes while the first of them makes known what kind of LMS it is: nobody is refused', async () => {
    const posts = await Promise.all(['amara', 'zsofia', 'amara', 'zsofia', 'amara', 'zsofia'].map((person) => underWay(person)));
    await test.sql.query('update platform_registration set product_family_code = null');
    const answers = await Promise.all(posts.map((post) => post()));
    expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal(posts.map(() => 303));
  });

  it('one disabled while the browser was away counts at once', async () => {
    const disabled = await underWay('amara');
    await test.sql.query('update platform_registration set active = false');
    await expectRefused(test, '403 registration.disabled', disabled);
    await test.sql.query('update platform_registration set active = true');
    expect((await disabled()).statusCode, 'nothing was spent').to.equal(303);
  });

  it('a proven token of another login spends nothing', async () => {
    const post = await underWay('amara', { nonce: 'of-another-login' });
    await expectRefused(test, '401 nonce.mismatch', post);
    expect((await test.sql.query('select 1 from login_attempt where consumed_at is null')).rows, 'every other one was').to.have.length(1);
  });
});
