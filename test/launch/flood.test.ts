// lti.md, section 2, rule 11: floods of logins that nobody finishes.
import { expect } from 'chai';
import { afterEach, after, before, describe, it } from 'mocha';
import { purgeLoginAttempts } from '../../server/features/launch/actions.ts';
import { createFloodGate } from '../../server/features/launch/flood-gate.ts';
import type { FloodGate } from '../../server/features/launch/flood-gate.ts';
import { issuer, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser-session.ts';
import { expectRefused } from './expected-refusal.ts';

describe('lti login: floods (rule 11)', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());
  afterEach(() => test.sql.query('delete from login_attempt'));

  const login = (remoteAddress = '127.0.0.1') =>
    test.app.inject({ url: `/lti/login?${new URLSearchParams(test.platform.launchParameters()).toString()}`, remoteAddress });

  /** Attempts as rows; `address` is SQL of the number n. */
  const attempts = (count: number, address: string, { finished = false, expires = '5 minutes', salt = 'state' } = {}) => test.sql.query(`
    insert into login_attempt (state_hash, nonce_hash, browser_hash, registration_id, target, address, expires_at, consumed_at)
    select sha256(($6 || n)::bytea), '', '', $1, '/', ${address}, $2::timestamptz + $4::interval, case when $3 then $2::timestamptz end
      from generate_series(1, $5::int) n`, [test.registrationId, String(test.clock.now), finished, expires, count, salt]);

  it('the 1,000th unfinished attempt of one address goes on, the 1,001st → 429 login.flood', async () => {
    for (let number = 1; number < 1_000; number += 1) await login('192.0.2.10');
    expect((await login('192.0.2.10')).statusCode, 'the 1,000th').to.equal(302);
    const refused = await expectRefused(test, '429 login.flood', () => login('192.0.2.10'));
    expect(refused.cookies).to.deep.equal([]);
    expect((await login('192.0.2.11')).statusCode, 'another address').to.equal(302);

    // Those that finish do not count: a whole hospital may stand behind one address.
    test.clock.advance({ seconds: 1 });
    await test.sql.query(`update login_attempt set consumed_at = $1 where state_hash in (select state_hash from login_attempt where address = '192.0.2.10' limit 400)`, [String(test.clock.now)]);
    expect((await login('192.0.2.10')).statusCode, 'after 400 have finished').to.equal(302);

    // Nor do those that are over.
    await attempts(1_000, `'192.0.2.10'`);
    for (let number = 0; number < 101; number += 1) await login('192.0.2.10');
    expect((await login('192.0.2.10')).statusCode, 'too many again').to.equal(429);
    test.clock.advance({ minutes: 11 });
    expect((await login('192.0.2.10')).statusCode, 'eleven minutes later').to.equal(302);
  });

  describe('the gate', () => {
    const source = { address: '192.0.2.20', registrationId: null, issuer, clientId: 'practice-client-1' };
    const begin = (gate: FloodGate, count: number, of = source) => { for (let number = 0; number < count; number += 1) gate.began(of); };

    it('notices what other servers began by the time a tenth of the limit began here', async () => {
      const gate = createFloodGate(test.sql);
      await attempts(1_000, `'192.0.2.20'`);
      begin(gate, 99);
      expect(await gate.isOpen(source, test.clock.now)).to.equal(true);
      begin(gate, 1);
      expect(await gate.isOpen(source, test.clock.now)).to.equal(false);
    });

    it('closes at the 20,001st unfinished attempt of one registration, from any address', async () => {
      const gate = createFloodGate(test.sql);
      await attempts(19_999, `'10.0.' || n / 250 || '.' || n % 250`);
      for (let number = 0; number < 2_000; number += 1) gate.began({ ...source, address: `10.1.${number % 250}.${number / 250}` });
      expect(await gate.isOpen(source, test.clock.now), 'the 20,000th').to.equal(true);
      begin(gate, 1);
      await attempts(20_000, `'10.2.' || n / 250 || '.' || n % 250`, { salt: 'more' });
      expect(await gate.isOpen(source, test.clock.now), 'the 20,001st').to.equal(false);
      expect(await gate.isOpen({ ...source, issuer: 'http://127.0.0.1:4001' }, test.clock.now), 'another registration').to.equal(true);
    });

    it('asks nothing for an address where everybody finishes, and does not miss those who stop doing so', async () => {
      const gate = createFloodGate(test.sql);
      const asked = await test.countStatements(async () => {
        for (let number = 0; number < 3_000; number += 1) {
          expect(await gate.isOpen(source, test.clock.now)).to.equal(true);
          begin(gate, 1, { ...source, issuer: `${issuer}/${number}` });
          gate.finished(source.address);
        }
      });
      expect(asked).to.equal(0);
      // What finishes without having begun here opens no door for later.
      for (let number = 0; number < 500; number += 1) gate.finished(source.address);
      await attempts(1_000, `'192.0.2.20'`);
      begin(gate, 100);
      expect(await gate.isOpen(source, test.clock.now)).to.equal(false);
    });

    it('asks the database at most once a second while it is closed', async () => {
      const gate = createFloodGate(test.sql);
      await attempts(1_000, `'192.0.2.20'`);
      begin(gate, 1_000);
      const asked = await test.countStatements(async () => {
        const answers = await Promise.all(Array.from({ length: 50 }, () => gate.isOpen(source, test.clock.now)));
        expect(answers, 'all at once').to.not.include(true);
        for (let number = 0; number < 50; number += 1) expect(await gate.isOpen(source, test.clock.now)).to.equal(false);
      });
      expect(asked).to.equal(1);
    });

    it('keeps the registrations of one issuer apart where the login address names one', async () => {
      const gate = createFloodGate(test.sql);
      await attempts(20_000, `'10.0.' || n / 250 || '.' || n % 250`);
      const other = { ...source, clientId: null, registrationId: '00000000-0000-4000-8000-000000000000' };
      for (let number = 0; number < 2_000; number += 1) gate.began({ ...other, address: `10.1.${number % 250}.${number / 250}` });
      expect(await gate.isOpen(other, test.clock.now)).to.equal(true);
    });

    it('asks nothing for one learner', async () => {
      const gate = createFloodGate(test.sql);
      begin(gate, 5);
      expect(await test.countStatements(() => gate.isOpen(source, test.clock.now))).to.equal(0);
    });
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
    const url = `/lti/login?${new URLSearchParams(test.platform.launchParameters()).toString()}`;
    await test.app.inject({ url, remoteAddress: '192.0.2.30', headers: { 'x-forwarded-for': '192.0.2.77', forwarded: 'for=192.0.2.77' } });
    const { rows } = await test.sql.query('select address from login_attempt');
    expect(rows).to.deep.equal([{ address: '192.0.2.30' }]);
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
