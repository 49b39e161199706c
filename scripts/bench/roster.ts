// What reading a roster of ten thousand takes, from the button's row to the last enrolment, and what it takes of memory:
// an LMS that gives pages as it likes, one that gives fifty at a time, and once more when everybody is known.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { sqlPool } from '../../server/orm.ts';
import { addPlatform } from '../../server/features/platforms/actions.ts';
import { ensureToolKey } from '../../server/features/tool-keys/actions.ts';
import { openMigratedOrm } from '../../server/open-database.ts';
import { openQueues } from '../../server/queues.ts';
import { requestRoster } from '../../server/roster-requests.ts';
import { createSealing } from '../../server/sealing.ts';
import { startPracticeLms } from '../practice-lms/server.ts';
import type { Client } from './browser.ts';
import { processCpuMs, residentMb } from './processes.ts';
import { judge, tell } from './report.ts';
import { startServer } from './servers.ts';
import type { BenchPostgres } from './servers.ts';

const members = 10_000;

export async function measureRoster(client: Client, postgres: BenchPostgres): Promise<void> {
  const house = await openHouse(await postgres.create('bench_roster'));
  const { lms, secretKey, url } = house;
  try {
    const server = await startServer(client, url, { jobs: 'on', secretKey });
    await sleep(4_000);
    const idle = residentMb(server.pid);
    const readings: { name: string; seconds: number; requests: number; serverMs: number; mostMb: number }[] = [];
    for (const [name, profile] of [['first', 'generic'], ['everybody known', 'generic'], ['everybody known, fifty a page', 'canvas']] as const) {
      lms.playAs(profile);
      await house.setFamily(profile);
      readings.push({ name, ...(await measureReading(house, server.pid)) });
    }
    await server.stop();

    const missing = members - await house.countEnrolled();
    for (const { name, mostMb, ...reading } of readings) tell('roster', { name, members, ...reading, moreMb: mostMb - idle });
    judge({ figure: `roster of ${members.toLocaleString('en')}, the slowest reading`, value: Math.max(...readings.map(({ seconds }) => seconds)), unit: ' s', atMost: 20 });
    judge({ figure: 'memory while it is read, beyond the idle server', value: Math.max(...readings.map(({ mostMb }) => mostMb)) - idle, unit: ' MB', atMost: 150 });
    judge({ figure: 'members who are missing', value: missing, unit: '', atMost: 0 });
  } finally {
    await house.close();
  }
}

type House = Awaited<ReturnType<typeof openHouse>>;

async function measureReading({ sql, queues, lms, contextId }: House, pid: number): Promise<{ seconds: number; requests: number; serverMs: number; mostMb: number }> {
  lms.roster.requests.length = 0;
  const cpu = processCpuMs(pid);
  const begun = performance.now();
  let mostMb = 0;
  await requestRoster({ sql, queues }, contextId, Temporal.Now.instant());
  for (;;) {
    mostMb = Math.max(mostMb, residentMb(pid));
    const { rows: [row] } = await sql.query<{ waiting: boolean; outcome: string | null }>('select waiting, outcome from roster_sync');
    if (row?.waiting === false) {
      if (row.outcome !== 'complete') throw new Error(`The roster was ${row.outcome}.`);
      break;
    }
    if (performance.now() - begun > 120_000) throw new Error('The roster was not read in two minutes.');
    await sleep(100);
  }
  return { seconds: (performance.now() - begun) / 1000, requests: lms.roster.requests.length, serverMs: processCpuMs(pid) - cpu, mostMb };
}

/** A course with ten thousand members in a practice LMS, of whom its tool knows nobody yet. */
async function openHouse(url: string) {
  const secretKey = randomBytes(32).toString('hex');
  const orm = await openMigratedOrm(url, { poolSize: 4 });
  const sql = await sqlPool(orm);
  const queues = await openQueues(sql);
  const now = Temporal.Now.instant();
  await ensureToolKey(sql, createSealing(secretKey), now);
  const { rows: [key] } = await sql.query<{ public_jwk: object }>('select public_jwk from tool_key');
  const lms = await startPracticeLms({ toolUrl: 'http://coachline.test', fetchToolKeys: async () => ({ keys: [key?.public_jwk] }) });
  const { platform } = lms;
  const [tool] = platform.tools;
  const added = await addPlatform(sql, {
    name: 'Bench LMS', issuer: platform.issuer, clientId: tool?.clientId ?? '', deploymentId: tool?.deploymentIds[0] ?? '', organisation: 'default',
    authenticationUrl: platform.authorizationUrl, tokenUrl: platform.tokenUrl, keysetUrl: platform.jwksUrl,
  }, now);
  if (!added.added) throw new Error('The bench database was not new.');
  platform.addCourse({ id: 'big', contextId: 'course-big', label: 'BIG', title: 'A big course', members: {}, links: [] });
  lms.roster.fill('big', members);
  const { rows: [course] } = await sql.query<{ id: string }>(`
    insert into context (deployment_id, context_id, memberships_url, created_at) select id, 'course-big', $1, $2 from deployment returning id`, [lms.roster.url('big'), String(now)]);
  return {
    url, secretKey, sql, queues, lms, contextId: course?.id ?? '',
    setFamily: async (family: string) => { await sql.query('update platform_registration set product_family_code = $1', [family]); },
    countEnrolled: async () => (await sql.query<{ count: number }>('select count(*)::int as count from enrolment where active')).rows[0]?.count ?? 0,
    close: async () => {
      await queues.close();
      await orm.close();
      await lms.close();
    },
  };
}
