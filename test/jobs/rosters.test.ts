// Rosters read by real processes: killed in the middle, and beside an LMS that hangs, floods or talks nonsense.
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { workOnRoster } from '../../server/features/rosters/actions.ts';
import { startQueueWork } from '../../server/queues.ts';
import { requestRoster } from '../../server/roster-requests.ts';
import { signIn } from '../support/browser-session.ts';
import { testSecretKey } from '../support/app.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { newDataDir, startServer } from '../support/server-process.ts';
import { openSchool } from '../scores/school.ts';
import type { School } from '../scores/school.ts';

const contextOf = async ({ sql }: School, id = 'course-spring') => (await sql.query<{ id: string }>('select id from context where context_id = $1', [id])).rows[0]!.id;
const syncOf = async ({ sql }: School, contextId: string) => (await sql.query<{ waiting: boolean; outcome: string | null; reason: string | null; version: number; members: number | null; lease_until: string | null }>('select * from roster_sync where context_id = $1', [contextId])).rows[0]!;

describe('a roster whose reader is killed', function () {
  this.timeout(120_000);
  let school: School;
  let dataDir: string;
  before(async () => {
    school = await openSchool({ realTime: true, profile: 'canvas' });
    dataDir = newDataDir();
  });
  after(async () => {
    await school.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('in the middle of its pages has lost nobody, and is read to the end by the next', async () => {
    const { sql, lms } = school;
    const contextId = await contextOf(school);
    await sql.query(`update platform_registration set product_family_code = 'canvas'`);
    lms.roster.fill('spring', 600);
    // Somebody who was in the course before, has left it, and came long enough ago.
    await signIn(school, { person: 'amara', link: 'week-1' });
    await sql.query(`update sign_in set created_at = created_at - interval '1 hour'`);
    lms.roster.drop('spring', 'amara');
    lms.faults.at.memberships = 'slow';
    lms.faults.slowMilliseconds = 300;

    const environment = { DATABASE_URL: testDatabaseUrl(), DATA_DIR: dataDir, SECRET_KEY: testSecretKey, LOG_LEVEL: 'error' };
    const first = startServer(environment);
    await waitFor(() => lms.roster.requests.length >= 4);
    first.child.kill('SIGKILL');
    await first.ended;
    const halfway = await syncOf(school, contextId);
    expect(halfway).to.include({ waiting: true, outcome: null, version: 1 }).and.to.have.property('lease_until').that.is.not.equal(null);
    expect(await isActive(school, 'lms-user-1001')).to.equal(true);

    // The lease lasts two minutes; nobody waits for that here.
    await sql.query('update roster_sync set lease_until = $1', [String(Temporal.Now.instant())]);
    const second = startServer(environment);
    try {
      await waitFor(async () => !(await syncOf(school, contextId)).waiting);
    } finally {
      second.child.kill('SIGTERM');
      await second.ended;
    }
    expect(await syncOf(school, contextId)).to.include({ outcome: 'complete', members: 613, version: 2 });
    expect(await isActive(school, 'lms-user-1001')).to.equal(false);
    expect(first.output() + second.output()).not.to.include('failed');
  });
});

describe('a platform that does not behave', function () {
  this.timeout(20_000);
  let school: School;
  before(async () => { school = await openSchool({ timeoutMs: 800 }); });
  afterEach(() => { school.lms.faults.clear(); });
  after(async () => { await school.close(); });

  for (const [fault, reason] of [['hang', 'platform.timeout'], ['huge', 'answer.too_large'], ['html', 'answer.not_json'], ['broken-json', 'answer.not_json'], ['redirect', 'platform.redirect']] as const) {
    it(`(${fault}) is cut off, and the rosters of others are read meanwhile`, async () => {
      const { sql, queues, lms, clock, tools } = school;
      await signIn(school, { person: 'ngozi', course: 'autumn', link: 'home' });
      const [bad, good] = [await contextOf(school), await contextOf(school, 'course-autumn')];
      await sql.query('delete from pgboss.job');
      // The second course is at another LMS, as far as lanes go: another registration at the same address.
      await requestRoster({ sql, queues }, bad, clock.now);
      await requestRoster({ sql, queues: { add: (inside, queue, jobs) => queues.add(inside, queue, jobs.map((job) => ({ ...job, lane: { ...job.lane, id: 'another' } }))) } }, good, clock.now);

      const finished: string[] = [];
      lms.faults.at.memberships = fault;
      const work = await startQueueWork(sql, { log: () => {} });
      work.drain({
        queue: 'read-roster', pollMs: 20,
        work: async ({ contextId }) => {
          // The good one is asked for once the bad one hangs.
          if (contextId === good) {
            while (lms.faults.calls.memberships === 0) await sleep(5);
            lms.faults.at.memberships = 'none';
          }
          const worked = await workOnRoster({ ...tools, patience: [] }, contextId);
          finished.push(contextId === good ? 'good' : 'bad');
          return worked;
        },
      });
      await waitFor(() => finished.length >= 2);
      await work.stop();
      if (fault === 'hang') expect(finished).to.deep.equal(['good', 'bad']);
      expect(await syncOf(school, bad)).to.include({ reason });
      expect(await syncOf(school, good)).to.include({ outcome: 'complete' });
      expect(lms.faults.strays).to.deep.equal([]);
    });
  }
});

async function isActive({ sql }: School, sub: string): Promise<boolean | undefined> {
  return (await sql.query<{ active: boolean }>('select e.active from enrolment e join person p on p.id = e.person_id where p.sub = $1', [sub])).rows[0]?.active;
}

async function waitFor(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += 50) {
    if (waited > 90_000) throw new Error('It did not come to pass.');
    await sleep(50);
  }
}
