// Real processes, killed: what a learner's newest score is must stand in the grade book at the end, whatever happened on the way.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { inTransaction } from '../../server/database.ts';
import { setScore } from '../../server/score-outbox.ts';
import { testSecretKey } from '../support/app.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { newDataDir, startServer } from '../support/server-process.ts';
import { addLearners, openSchool, sevenOfTen } from './school.ts';
import type { School } from './school.ts';

const learners = 50;
const weeks = [1, 2, 3, 4];

describe('scores while the server is killed', function () {
  this.timeout(180_000);
  let school: School;
  let dataDir: string;
  before(async () => {
    school = await openSchool({ realTime: true });
    dataDir = newDataDir();
  });
  after(async () => {
    await school.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('three times, by a platform that fails one request in five: every newest score arrives, none out of order', async () => {
    const { sql, queues, lms, cohortId } = school;
    const people = await addLearners(school, learners);
    const newest = new Map<string, number>();
    const change = async (personId: string, week: number, points: number) => {
      const now = Temporal.Now.instant();
      const score = { ...sevenOfTen(cohortId, personId, now), resourceId: `week-${week}`, target: `/weeks/${week}`, label: `Week ${week}`, scoreGiven: points };
      await inTransaction(sql, (inside) => setScore({ sql: inside, queues }, score, now));
      newest.set(`Week ${week} ${people.get(personId)}`, points);
    };
    lms.faults.at.scores = 'flaky';
    for (const personId of people.keys()) for (const week of weeks) await change(personId, week, 1);

    const environment = { DATABASE_URL: testDatabaseUrl(), DATA_DIR: dataDir, SECRET_KEY: testSecretKey, LOG_LEVEL: 'error' };
    let output = '';
    for (const points of [3, 5, 8]) {
      const server = startServer(environment);
      await waitFor(() => lms.gradeBook.arrivals.length >= (points - 2) * 20);
      // What changes while it is on its way, too.
      for (const personId of [...people.keys()].slice(0, 20)) await change(personId, 1 + (points % weeks.length), points);
      server.child.kill('SIGKILL');
      await server.ended;
      output += server.output();
    }
    const last = startServer(environment);
    try {
      await waitFor(async () => (await sql.query(`select 1 from score where state = 'waiting' limit 1`)).rowCount === 0);
    } finally {
      last.child.kill('SIGTERM');
      await last.ended;
    }
    expect(output).not.to.contain('part of a job failed');

    for (const [cell, points] of newest) {
      const [, name = '', sub = ''] = /^(Week \d) (.*)$/.exec(cell) ?? [];
      expect(lms.gradeBook.scoreOf('spring', name, sub), cell).to.equal(points);
    }
    expect(newest.size).to.equal(learners * weeks.length);
    const { rows: [count] } = await sql.query<{ count: number }>(`select count(*)::int as count from score where state = 'sent' and sent_version = version`);
    expect(count?.count).to.equal(learners * weeks.length);
    // In order: of one learner and column no accepted score is older than one before it, nor of a timestamp that is not later.
    const lastOf = new Map<string, { points: number; at: string }>();
    for (const { label, userId, score, timestamp, status } of lms.gradeBook.arrivals) {
      if (status === null || status > 299) continue;
      const cell = `${label} ${String(userId)}`;
      const before = lastOf.get(cell);
      const now = { points: Number(score?.['scoreGiven']), at: String(timestamp) };
      if (before) {
        expect(now.points, cell).to.be.at.least(before.points);
        expect(now.at > before.at, `${cell}: ${before.at}, then ${now.at}`).to.equal(true);
      }
      lastOf.set(cell, now);
    }
    expect(lms.gradeBook.columns('spring').filter(({ coupled }) => !coupled).map((column) => column.facts.label).toSorted(), 'one column each').to.deep.equal(weeks.map((week) => `Week ${week}`));
  });
});

async function waitFor(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += 100) {
    if (waited > 120_000) throw new Error('waited for two minutes');
    await sleep(100);
  }
}
