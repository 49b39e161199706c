// lti.md, section 2, rule 11: floods of logins that nobody finishes.
import { expect } from 'chai';
import { afterEach, after, before, describe, it } from 'mocha';
import { purgeLoginAttempts } from '../../server/features/launch/actions.ts';
import { issuer, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { launch, openBrowser } from '../support/browser-session.ts';
import { expectRefused } from './expected-refusal.ts';
import { addRegistration, anotherPlatform } from './more-platforms.ts';

describe('lti login: floods (rule 11)', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());
  afterEach(() => test.sql.query('delete from login_attempt'));

  const login = (remoteAddress = '127.0.0.1', platform = test.platform) =>
    test.app.inject({ url: `/lti/login?${new URLSearchParams(platform.launchParameters()).toString()}`, remoteAddress });

  /** Attempts as rows; `address` is SQL of the number n. */
  const attempts = (count: number, address: string, { finished = false, expires = '5 minutes' } = {}) => test.sql.query(`
    insert into login_attempt (state_hash, nonce_hash, browser_hash, registration_id, target, address, expires_at, consumed_at)
    select sha256(('state ' || n)::bytea), '', '', $1, '/', ${address}, $2::timestamptz + $4::interval, case when $3 then $2::timestamptz end
      from generate_series(1, $5::int) n`, [test.registrationId, String(test.clock.now), finished, expires, count]);

  it('the 1,000th unfinished attempt of one address goes on, the 1,001st → 429 login.flood', async () => {
    await attempts(999, `'127.0.0.1'`);
    expect((await login()).statusCode, 'the 1,000th').to.equal(302);
    const refused = await expectRefused(test, '429 login.flood', () => login());
    expect(refused.cookies).to.deep.equal([]);
    expect((await login('127.0.0.2')).statusCode, 'another address').to.equal(302);
  });

  it('ten minutes later the address may begin again', async () => {
    for (let number = 0; number < 3; number += 1) expect((await login()).statusCode).to.equal(302);
    await attempts(997, `'127.0.0.1'`);
    expect((await login()).statusCode).to.equal(429);
    test.clock.advance({ minutes: 5 });
    expect((await login()).statusCode).to.equal(302);
  });

  it('finished launches do not count: a whole hospital may stand behind one address', async () => {
    await attempts(5_000, `'127.0.0.1'`, { finished: true });
    expect((await launch(openBrowser(test), test.platform)).statusCode).to.equal(303);
  });

  it('expired attempts do not count', async () => {
    await attempts(1_000, `'127.0.0.1'`, { expires: '-1 second' });
    expect((await login()).statusCode).to.equal(302);
  });

  it('the 20,001st unfinished attempt of one registration, from any address → 429 login.flood', async () => {
    await attempts(19_999, `'10.0.' || n / 250 || '.' || n % 250`);
    expect((await login()).statusCode, 'the 20,000th').to.equal(302);
    await expectRefused(test, '429 login.flood', () => login('192.0.2.1'));

    const other = await anotherPlatform(test, 'http://127.0.0.1:4001');
    await addRegistration(test, { issuer: other.issuer, tool: other.tools[0]! });
    expect((await login('192.0.2.1', other)).statusCode, 'another registration').to.equal(302);
  });

  const networks: [words: string, one: string, another: string, counted: 'together' | 'apart'][] = [
    ['one /64, written short', '2001:db8::1', '2001:db8::2', 'together'],
    ['one /64, short and long', '2001:db8:0:0:1:2:3:4', '2001:db8::ffff', 'together'],
    ['two /64 of one provider', '2001:db8:0:1::1', '2001:db8:0:2::1', 'apart'],
    ['two IPv4 addresses on an IPv6 socket', '::ffff:192.0.2.1', '::ffff:192.0.2.2', 'apart'],
    ['two IPv4 addresses', '192.0.2.1', '192.0.2.2', 'apart'],
  ];
  for (const [words, one, another, counted] of networks) {
    it(`${words} are counted ${counted}`, async () => {
      await login(one);
      await login(another);
      const { rows } = await test.sql.query('select distinct address from login_attempt');
      expect(rows).to.have.length(counted === 'together' ? 1 : 2);
    });
  }

  it('an address of a proxy that is not trusted cannot be made up', async () => {
    await attempts(1_000, `'127.0.0.1'`);
    const url = `/lti/login?${new URLSearchParams(test.platform.launchParameters()).toString()}`;
    expect((await test.app.inject({ url, headers: { 'x-forwarded-for': '192.0.2.77', forwarded: 'for=192.0.2.77' } })).statusCode).to.equal(429);
  });

  it('expired attempts are purged, and those that can still be explained are kept', async () => {
    await attempts(10, `'127.0.0.1'`, { expires: '-61 minutes' });
    await login();
    expect(await purgeLoginAttempts(test.sql, test.clock.now)).to.equal(10);
    expect((await test.sql.query('select 1 from login_attempt')).rows).to.have.length(1);
  });

  it(`a flood from ${issuer} does not stop a launch that is under way`, async () => {
    const browser = openBrowser(test);
    const begun = await browser.get(`/lti/login?${new URLSearchParams(test.platform.launchParameters()).toString()}`);
    await attempts(1_000, `'127.0.0.1'`);
    const answer = test.platform.authenticate(new URL(String(begun.headers.location)).searchParams);
    if (answer.outcome !== 'id-token') throw new Error(answer.outcome);
    expect((await browser.postFrom(issuer, '/lti/launch', { state: answer.state, id_token: answer.idToken })).statusCode).to.equal(303);
  });
});
