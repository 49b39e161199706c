import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { join } from 'node:path';
import { purgeLoginAttempts, purgeRefusals } from '../../server/features/launch/actions.ts';
import { makeAdministratorLink, purgeSignInLinks, purgeSignIns } from '../../server/features/people/actions.ts';
import { makeRegistrationLink, purgeRegistrationLinks } from '../../server/features/registration/actions.ts';
import { startJobs } from '../../server/jobs/schedule.ts';
import type { Timetable } from '../../server/jobs/schedule.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, launch, openBrowser, signIn, startCohort } from '../support/browser-session.ts';
import { testDatabaseUrl } from '../support/database.ts';

describe('purging', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  after(() => test.close());
  beforeEach(() => test.sql.query('delete from login_attempt; delete from sign_in'));

  it('takes away login attempts an hour past their ten minutes, finished or not', async () => {
    await beginLogin(openBrowser(test), test.platform);
    const learner = await signIn(test, { link: 'week-1' });
    expect(await count('login_attempt')).to.equal(2);
    expect(await purgeLoginAttempts(test.sql, test.clock.now.add({ minutes: 70 }))).to.equal(0);
    expect(await purgeLoginAttempts(test.sql, test.clock.now.add({ minutes: 70, seconds: 1 }))).to.equal(2);
    expect(await purgeLoginAttempts(test.sql, test.clock.now.add({ hours: 9 }))).to.equal(0);
    expect((await learner.page('/weeks/1')).statusCode, 'the sign-in is not the attempt').to.equal(200);
  });

  it('takes away one-time links thirty days after their end', async () => {
    const [{ id: organisationId } = { id: '' }] = (await test.sql.query<{ id: string }>(`select id from organisation where short_name = 'default'`)).rows;
    await makeAdministratorLink(test.sql, { email: 'ada@example.org', organisationId: null }, test.clock.now);
    await makeRegistrationLink(test.sql, { organisationId }, test.clock.now);
    const days = (count: number) => test.clock.now.add({ hours: 24 * count });
    expect([await purgeSignInLinks(test.sql, days(30)), await purgeRegistrationLinks(test.sql, days(30))]).to.deep.equal([0, 0]);
    expect([await purgeSignInLinks(test.sql, days(31)), await purgeRegistrationLinks(test.sql, days(31))]).to.deep.equal([1, 1]);
  });

  it('takes away what tells of refusals after ninety days, and nothing that tells what somebody did', async () => {
    await test.sql.query('delete from audit_event');
    await test.sql.query(`insert into audit_event (at, action, reason) select $1::timestamptz, action, 'x' from unnest(array['launch.refused', 'request.refused', 'notice.refused', 'registration.refused', 'deployment.approved']) action`, [String(test.clock.now)]);
    // More than go at once.
    await test.sql.query(`insert into audit_event (at, action, reason) select $1::timestamptz, 'launch.refused', 'x' from generate_series(1, 10000)`, [String(test.clock.now)]);
    expect(await purgeRefusals(test.sql, test.clock.now.add({ hours: 24 * 90 }))).to.equal(0);
    expect(await purgeRefusals(test.sql, test.clock.now.add({ hours: 24 * 90, seconds: 1 }))).to.equal(10_004);
    expect((await test.sql.query(`select action from audit_event`)).rows).to.deep.equal([{ action: 'deployment.approved' }]);
  });

  it('leaves a login that is under way alone', async () => {
    const browser = openBrowser(test);
    const { request } = await beginLogin(browser, test.platform);
    await purgeLoginAttempts(test.sql, test.clock.now.add({ minutes: 9 }));
    const token = test.platform.authenticate(request);
    if (token.outcome !== 'id-token') throw new Error('no token');
    expect((await browser.postFrom(test.platform.issuer, '/lti/launch', { state: token.state, id_token: token.idToken })).statusCode).to.equal(303);
  });

  it('takes away sign-ins thirty days after they were last used, with nothing that somebody did', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    const section = test.programme.weeks[0]?.material?.sections[0]?.key ?? '';
    await learner.submit(`/weeks/1/sections/${section}/completion`);
    expect(await purgeSignIns(test.sql, test.clock.now.add({ hours: 24 * 30 }))).to.equal(0);
    expect(await purgeSignIns(test.sql, test.clock.now.add({ hours: 24 * 30, seconds: 1 }))).to.equal(1);
    expect((await learner.page('/weeks/1')).statusCode).to.equal(401);
    expect(await count('section_completion')).to.equal(1);
    expect((await launch(openBrowser(test), test.platform, { link: 'week-1' })).statusCode).to.equal(303);
  });

  const count = async (table: string): Promise<number> => (await test.sql.query(`select count(*)::int as n from ${table}`)).rows[0].n;
});

describe('the timetable', function () {
  this.timeout(20_000);
  let test: TestApp;
  before(async () => { test = await startTestApp({ now: '2026-01-01T00:00:00Z' }); });   // long ago, for jobs that ask the real clock
  after(() => test.close());

  it('runs each purge in a thread of its own on the real database, and stops in order', async () => {
    await beginLogin(openBrowser(test), test.platform);
    await startCohort(test);
    const jobs = runJobs([{ name: 'purge-login-attempts', interval: 100 }, { name: 'purge-sign-ins', interval: 100 }, { name: 'purge-refusals', interval: 100 }]);
    await jobs.said('login attempts purged');
    await jobs.said('sign-ins purged');
    await jobs.said('refusals purged');
    await jobs.stop();
    expect(jobs.errors).to.deep.equal([]);
    const { rows } = await test.sql.query('select (select count(*)::int from login_attempt) as attempts, (select count(*)::int from sign_in) as sign_ins');
    expect(rows).to.deep.equal([{ attempts: 0, sign_ins: 0 }]);
  });

  it('logs a job that fails and goes on with the others', async () => {
    const jobs = runJobs([{ name: 'purge-sign-ins', interval: 100 }], 'postgresql://nobody@127.0.0.1:1/none');
    while (jobs.errors.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await jobs.stop();
    expect(jobs.errors[0]).to.contain('purge-sign-ins');
  });

  it('ends within its patience although a job does not listen', async () => {
    const jobs = runJobs([{ name: 'stuck-job', interval: 50, path: join(import.meta.dirname, '../support/stuck-job.ts') }]);
    await jobs.said('stuck');
    await jobs.stop();   // would wait for ever, and the test with it
  });

  function runJobs(timetable: Timetable, databaseUrl = testDatabaseUrl()) {
    const lines: string[] = [];
    const errors: string[] = [];
    const keep = (list: string[]) => (...parts: unknown[]) => { list.push(JSON.stringify(parts, (_key, value: unknown) => (value instanceof Error ? value.message : value))); };
    const started = startJobs({ databaseUrl, secretKey: 'x'.repeat(32), allowLocalPlatforms: true, publicUrl: 'http://localhost:3000', log: { info: keep(lines), error: keep(errors) }, timetable, patience: 1_000 });
    return {
      errors,
      said: async (words: string) => {
        await started;
        while (!lines.some((line) => line.includes(words))) await new Promise((resolve) => setTimeout(resolve, 20));
      },
      stop: async () => (await started).stop(),
    };
  }
});
