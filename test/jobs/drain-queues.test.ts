import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { startJobs } from '../../server/jobs/schedule.ts';
import { installQueues, openQueues, startQueueWork } from '../../server/queues.ts';
import type { Worked } from '../../server/queues.ts';
import { startTestApp, testSecretKey } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { addLearners, label, openSchool } from '../scores/school.ts';
import type { School } from '../scores/school.ts';

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

describe('the queues', function () {
  this.timeout(30_000);
  let test: TestApp;
  let worker: Awaited<ReturnType<typeof startQueueWork>>;
  const errors: Error[] = [];
  beforeEach(async () => {
    test = await startTestApp();
    worker = await startQueueWork(test.sql, { log: (error) => { errors.push(error); } });
  });
  afterEach(async () => {
    await worker.stop();
    await test.close();
    expect(errors.splice(0).map(String)).to.deep.equal([]);
  });

  const add = (numbers: readonly number[], lane = { id: 'a', oneByOne: false }) =>
    test.queues.add(test.sql, 'deliver-score', numbers.map((number) => ({ key: id(number), data: { scoreId: id(number) }, lane })));
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it('a platform that hangs holds up nobody else', async () => {
    const done: string[] = [];
    let release = () => {};
    const hanging = new Promise<void>((resolve) => { release = resolve; });
    await add(range(1, 100), { id: 'hangs', oneByOne: false });
    await add(range(101, 150), { id: 'works', oneByOne: false });
    worker.drain({ queue: 'deliver-score', pollMs: 50, work: async ({ scoreId }): Promise<Worked> => {
      if (scoreId <= id(100)) await hanging;
      done.push(scoreId);
      return { outcome: 'done' };
    } });
    await until(() => done.length === 50);
    expect(done.every((scoreId) => scoreId > id(100))).to.equal(true);
    release();
    await until(() => done.length === 150);
  });

  it('in a lane that takes one at a time there is never a second', async () => {
    let atWork = 0;
    let most = 0;
    let done = 0;
    await add(range(1, 30), { id: 'canvas', oneByOne: true });
    worker.drain({ queue: 'deliver-score', pollMs: 50, work: async (): Promise<Worked> => {
      most = Math.max(most, atWork += 1);
      await sleep(2);
      atWork -= 1;
      done += 1;
      return { outcome: 'done' };
    } });
    await until(() => done === 30);
    expect(most).to.equal(1);
  });

  it('a job that comes again does so after its time, and a platform that asks twice for a pause has it', async () => {
    const times = new Map<string, number[]>();
    await add(range(1, 20), { id: 'throttles', oneByOne: true });
    let calls = 0;
    worker.drain({ queue: 'deliver-score', pollMs: 50, work: async ({ scoreId }): Promise<Worked> => {
      calls += 1;
      times.set(scoreId, [...(times.get(scoreId) ?? []), performance.now()]);
      return calls <= 2 ? { outcome: 'again', inSeconds: 1.5, askedToPause: true } : { outcome: 'done' };
    } });
    await until(() => times.size >= 2);
    const paused = performance.now();
    await sleep(700);
    expect(calls, 'nothing while it rests').to.equal(2);
    await until(() => times.size === 20 && calls === 22);
    const first = [...times.values()].filter((all) => all.length === 2);
    expect(first).to.have.length(2);
    for (const [begun = 0, again = 0] of first) expect(again - begun).to.be.greaterThan(1_400);
    expect(performance.now() - paused).to.be.greaterThan(1_000);
  });

  it('what throws comes again, and is told', async () => {
    await add([1]);
    let calls = 0;
    worker.drain({ queue: 'deliver-score', pollMs: 50, work: async (): Promise<Worked> => {
      calls += 1;
      throw new Error('a bug of ours');
    } });
    await until(() => calls === 1);
    await until(async () => (await waiting()).length === 1);
    expect(errors.splice(0).map(({ message }) => message)).to.deep.equal(['a bug of ours']);
  });

  it('stopping waits for what is under way and gives the rest back', async () => {
    await add(range(1, 12));
    const begun: string[] = [];
    let release = () => {};
    const held = new Promise<void>((resolve) => { release = resolve; });
    worker.drain({ queue: 'deliver-score', pollMs: 50, work: async ({ scoreId }): Promise<Worked> => {
      begun.push(scoreId);
      await held;
      return { outcome: 'done' };
    } });
    await until(() => begun.length === 4);
    const stopped = worker.stop();
    setTimeout(release, 300);
    await stopped;
    const { rows } = await test.sql.query(`select state, count(*)::int as count from pgboss.job where name = 'deliver-score' group by state order by state`);
    expect(Object.fromEntries(rows.map(({ state, count }) => [state, count]))).to.deep.equal({ retry: 8, completed: 4 });
    worker = await startQueueWork(test.sql, { log: (error) => { errors.push(error); } });
    let done = 0;
    worker.drain({ queue: 'deliver-score', pollMs: 50, work: async (): Promise<Worked> => { done += 1; return { outcome: 'done' }; } });
    await until(() => done === 8);
  });

  it('are installed by several processes at once, and again', async () => {
    await Promise.all([installQueues(test.sql), installQueues(test.sql), installQueues(test.sql)]);
    const more = await openQueues(test.sql);
    await more.close();
  });

  const waiting = async () => (await test.sql.query(`select 1 from pgboss.job where name = 'deliver-score' and state = 'created'`)).rows;
});

describe('the job that drains them', function () {
  this.timeout(60_000);
  let school: School;
  let bad: Server;
  before(async () => {
    school = await openSchool({ realTime: true });
    bad = createServer((request, response) => {
      request.resume();
      if (request.url === '/token') response.setHeader('content-type', 'application/json').end(JSON.stringify({ access_token: 'x', token_type: 'Bearer', expires_in: 3600 }));
      // And else it never answers.
    }).listen(0, '127.0.0.1');
    await once(bad, 'listening');
  });
  after(async () => {
    bad.closeAllConnections();
    bad.close();
    await school.close();
  });

  it('delivers in a thread of its own, also while another platform hangs, and ends when it is told', async () => {
    const { sql, registrationId } = school;
    const people = [...(await addLearners(school, 40)).keys()];
    const origin = `http://127.0.0.1:${(bad.address() as AddressInfo).port}`;
    // The same course once more, at a platform that hangs.
    await sql.query(`
      with r as (insert into platform_registration (organisation_id, name, issuer, client_id, authentication_url, token_url, keyset_url, created_at)
        select organisation_id, 'Hangs', $2::text, 'c', $2::text || '/auth', $2::text || '/token', $2::text || '/keys', now() from platform_registration where id = $1 returning id, organisation_id),
      d as (insert into deployment (registration_id, deployment_id, organisation_id, created_at, approved_at) select id, '1', organisation_id, now(), now() from r returning id),
      c as (insert into context (deployment_id, context_id, cohort_id, line_items_url, grade_scopes, created_at) select d.id, 'slow', h.id, $2::text || '/items', k.grade_scopes, now() from d, cohort h, context k where k.context_id = 'course-spring' returning id)
      insert into enrolment (context_id, person_id, role, active, created_at) select c.id, p.id, 'learner', true, now() from c, person p where p.sub like 'lms-learner-%'`, [registrationId, origin]);
    for (const person of people) await school.grade(person);
    const { rows: [count] } = await sql.query('select count(*)::int as scores from score');
    expect(count.scores).to.equal(80);

    const lines: string[] = [];
    const keep = (details: object, line?: string) => { lines.push(`${JSON.stringify(details)} ${line ?? ''}`); };
    const jobs = await startJobs({
      databaseUrl: testDatabaseUrl(), secretKey: testSecretKey, allowLocalPlatforms: true, publicUrl: 'http://localhost:3000',
      log: { info: () => {}, error: keep } as Parameters<typeof startJobs>[0]['log'], timetable: [{ name: 'drain-queues', interval: '30s', atOnce: true }], patience: 20_000,
    });
    try {
      await until(() => school.lms.gradeBook.columns('spring').find(({ facts }) => facts.label === label)?.cells.size === 40, 9_000);
    } finally {
      const asked = performance.now();
      await jobs.stop();
      // As long as the calls to the platform that hangs, and not as long as our patience.
      expect(performance.now() - asked).to.be.lessThan(15_000);
    }
    expect(lines).to.deep.equal([]);
    const { rows } = await sql.query<{ state: string }>(`select distinct s.state from score s join line_item l on l.id = s.line_item_id join context c on c.id = l.context_id where c.context_id = 'slow'`);
    expect(rows.map(({ state }) => state)).to.deep.equal(['waiting']);
  });
});

describe('the job that drains them, told to end while it begins', function () {
  this.timeout(30_000);
  for (const milliseconds of [0, 200]) {
    it(`ends soon (after ${milliseconds} ms)`, async () => {
      const jobs = await startJobs({
        databaseUrl: testDatabaseUrl(), secretKey: testSecretKey, allowLocalPlatforms: true, publicUrl: 'http://localhost:3000',
        log: { info: () => {}, error: () => {} } as Parameters<typeof startJobs>[0]['log'], timetable: [{ name: 'drain-queues', interval: '30s', atOnce: true }],
      });
      await sleep(milliseconds);
      const asked = performance.now();
      await jobs.stop();
      expect(performance.now() - asked).to.be.lessThan(15_000);
    });
  }
});

async function until(isSo: () => boolean | Promise<boolean>, milliseconds = 20_000): Promise<void> {
  for (const end = performance.now() + milliseconds; !(await isSo());) {
    if (performance.now() > end) throw new Error('it did not come about in time');
    await sleep(20);
  }
}
