// What delivering ten thousand changed scores takes, to a platform that fails one request in five, with the server killed
// three times on the way; and whether every learner's newest score is there at the end.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openQueues } from '../../server/queues.ts';
import { inTransaction } from '../../server/database.ts';
import { sqlPool } from '../../server/orm.ts';
import { ensureToolKey } from '../../server/features/tool-keys/actions.ts';
import { addPlatform } from '../../server/features/platforms/actions.ts';
import { openMigratedOrm } from '../../server/open-database.ts';
import { setScore } from '../../server/score-outbox.ts';
import { createSealing } from '../../server/sealing.ts';
import { startPracticeLms } from '../practice-lms/server.ts';
import type { PracticeLms } from '../practice-lms/server.ts';
import type { Client } from './browser.ts';
import { inParallel } from './browser.ts';
import { processCpuMs } from './processes.ts';
import { judge, tell } from './report.ts';
import { startServer } from './servers.ts';
import type { BenchPostgres } from './servers.ts';

const learners = 2_500;
const weeks = [1, 2, 3, 4];
/** Changed once more, while the rest is on its way. */
const changedAgain = 1_000;
const kills = 3;

type House = Awaited<ReturnType<typeof openHouse>>;

export async function measureScores(client: Client, postgres: BenchPostgres): Promise<void> {
  const house = await openHouse(await postgres.create('bench_scores'));
  const { lms, secretKey, url, sql } = house;
  try {
    const queued = performance.now();
    await changeAll(house, house.people.flatMap((person) => weeks.map((week) => ({ ...person, week, points: 1 }))));
    const queuedSeconds = (performance.now() - queued) / 1000;

    lms.faults.at.scores = 'flaky';
    const total = learners * weeks.length;
    const begun = performance.now();
    let cpuMs = 0;
    for (let kill = 1; kill <= kills; kill += 1) {
      const server = await startServer(client, url, { jobs: 'on', secretKey });
      await until(() => lms.gradeBook.arrivals.length >= (total * kill) / (kills + 1));
      if (kill === 2) await changeAll(house, house.people.slice(0, changedAgain).map((person) => ({ ...person, week: 1, points: 2 })));
      cpuMs += processCpuMs(server.pid);
      await server.kill();
    }
    const server = await startServer(client, url, { jobs: 'on', secretKey });
    await until(async () => (await sql.query(`select 1 from score where state = 'waiting' limit 1`)).rowCount === 0);
    const seconds = (performance.now() - begun) / 1000;
    cpuMs += processCpuMs(server.pid);
    await server.stop();

    const { missing, outOfOrder } = check(house);
    tell('scores', { changes: total + changedAgain, queuedSeconds, seconds, posts: lms.gradeBook.arrivals.length, failed: lms.faults.struck.length, serverMsPerPost: cpuMs / lms.gradeBook.arrivals.length, missing, outOfOrder });
    judge({ figure: '10,000 scores, one request in five fails, three kills', value: seconds, unit: ' s', atMost: 120 });
    judge({ figure: 'learners whose newest score is not there', value: missing, unit: '', atMost: 0 });
    judge({ figure: 'scores that arrived out of order', value: outOfOrder, unit: '', atMost: 0 });
  } finally {
    await house.close();
  }
}

/** A cohort in one course of a practice LMS, and a connection to its database. */
async function openHouse(url: string) {
  const secretKey = randomBytes(32).toString('hex');
  const orm = await openMigratedOrm(url, { poolSize: 8 });
  const sql = await sqlPool(orm);
  const queues = await openQueues(sql);
  const now = Temporal.Now.instant();
  await ensureToolKey(sql, createSealing(secretKey), now);
  const { rows: [key] } = await sql.query<{ public_jwk: object }>('select public_jwk from tool_key');
  const lms = await startPracticeLms({ toolUrl: 'http://coachline.test', fetchToolKeys: async () => ({ keys: [key?.public_jwk] }) });
  const { platform, gradeBook } = lms;
  const [tool] = platform.tools;
  const added = await addPlatform(sql, {
    name: 'Bench LMS', issuer: platform.issuer, clientId: tool?.clientId ?? '', deploymentId: tool?.deploymentIds[0] ?? '', organisation: 'default',
    authenticationUrl: platform.authorizationUrl, tokenUrl: platform.tokenUrl, keysetUrl: platform.jwksUrl,
  }, now);
  if (!added.added) throw new Error('The bench database was not new.');

  lms.roster.fill('spring', learners);
  const subs = platform.people.slice(-learners).map(({ sub }) => sub);
  const { rows: people } = await sql.query<{ id: string; sub: string; cohortId: string }>(`
    with version as (
      insert into programme_version (id, programme_key, content, created_at) values (repeat('0', 64), 'bench', '{}', $3) returning id
    ), cohort_ as (
      insert into cohort (organisation_id, programme_version_id, name, starts_on, time_zone, join_code, created_at)
      select d.organisation_id, version.id, 'Bench', '2026-01-05', 'UTC', 'BENCHBENCH', $3 from deployment d, version returning id
    ), course as (
      insert into context (deployment_id, context_id, cohort_id, line_items_url, grade_scopes, created_at)
      select d.id, 'course-spring', cohort_.id, $4, $5, $3 from deployment d, cohort_ returning id
    ), who as (
      insert into person (registration_id, organisation_id, sub, created_at) select $1, d.organisation_id, sub, $3 from deployment d, unnest($2::text[]) as sub returning id, sub
    ), enrolled as (
      insert into enrolment (context_id, person_id, role, active, created_at) select course.id, who.id, 'learner', true, $3 from course, who
    )
    select who.id, who.sub, cohort_.id as "cohortId" from who, cohort_`, [added.id, subs, String(now), gradeBook.containerUrl('spring'), platform.scopesOf(tool!)]);

  const newest = new Map<string, number>();
  const close = async () => {
    await queues.close();
    await orm.close();
    await lms.close();
  };
  return { url, secretKey, sql, queues, lms, people, newest, close };
}

type Change = { id: string; sub: string; cohortId: string; week: number; points: number };

/** Each in a transaction of its own, as learners finish what they do. */
async function changeAll({ sql, queues, newest }: House, changes: readonly Change[]): Promise<void> {
  await inParallel([...changes], async ({ id, sub, cohortId, week, points }) => {
    const now = Temporal.Now.instant();
    await inTransaction(sql, (inside) => setScore({ sql: inside, queues }, {
      course: { cohortId }, personId: id, resourceId: `week-${week}`, tag: 'knowledge-check', target: `/weeks/${week}`, label: labelOf(week),
      scoreMaximum: 10, scoreGiven: points, comment: null, activityProgress: 'Completed', gradingProgress: 'FullyGraded', submittedAt: now,
    }, now));
    newest.set(`${labelOf(week)} ${sub}`, points);
  });
}

const labelOf = (week: number): string => `Week ${week}`;

function check({ lms, newest }: Pick<House, 'lms' | 'newest'>): { missing: number; outOfOrder: number } {
  const shown = new Map(lms.gradeBook.columns('spring').flatMap(({ facts, cells }) => [...cells].map(([sub, { score }]) => [`${facts.label} ${sub}`, score])));
  const missing = [...newest].filter(([cell, points]) => shown.get(cell) !== points).length;
  return { missing, outOfOrder: countOutOfOrder(lms) };
}

/** Accepted scores that are older than one before them, of the same learner and column. */
function countOutOfOrder({ gradeBook }: PracticeLms): number {
  const last = new Map<string, { points: number; timestamp: string }>();
  let count = 0;
  for (const { label, userId, score, timestamp, status } of gradeBook.arrivals) {
    if (status === null || status > 299) continue;
    const cell = `${label} ${String(userId)}`;
    const before = last.get(cell);
    const now = { points: Number(score?.['scoreGiven']), timestamp: String(timestamp) };
    if (before && (now.points < before.points || now.timestamp <= before.timestamp)) count += 1;
    last.set(cell, now);
  }
  return count;
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += 100) {
    if (waited > 600_000) throw new Error('Scores were still waiting after ten minutes.');
    await sleep(100);
  }
}
