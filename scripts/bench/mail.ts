// What a thousand reminders take, from the job that queues them to the line in the log that says sent, by a server that is
// killed in the middle; and whether any went twice.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { loadProgramme, programmeHash } from '../../server/content/library.ts';
import { queueCalendarMail } from '../../server/features/mail/actions.ts';
import { addPlatform } from '../../server/features/platforms/actions.ts';
import { ensureToolKey } from '../../server/features/tool-keys/actions.ts';
import { openMigratedOrm } from '../../server/open-database.ts';
import { sqlPool } from '../../server/orm.ts';
import { openQueues } from '../../server/queues.ts';
import { createSealing } from '../../server/sealing.ts';
import { startMailServer } from '../practice-mail-server.ts';
import type { Client } from './browser.ts';
import { judge, tell } from './report.ts';
import { startServer } from './servers.ts';
import type { BenchPostgres } from './servers.ts';

const learners = 1_000;

export async function measureMail(client: Client, postgres: BenchPostgres): Promise<void> {
  const house = await openHouse(await postgres.create('bench_mail'));
  const { sql, queues, secretKey, url, server } = house;
  try {
    const env = { SMTP_URL: server.url, MAIL_FROM: 'Coachline <coachline@example.org>' };
    // The restart is part of what is measured: a mail that a dead process held is given back after ten seconds.
    const first = await startServer(client, url, { jobs: 'on', secretKey, env });
    const begun = performance.now();
    const queued = await queueCalendarMail(sql, queues, Temporal.Now.instant());
    const queuedSeconds = (performance.now() - begun) / 1000;
    await until(() => server.arrivals.length >= learners / 2);
    await first.kill();
    const second = await startServer(client, url, { jobs: 'on', secretKey, env });
    await until(async () => (await sql.query(`select 1 from mail where state = 'waiting' limit 1`)).rowCount === 0);
    await until(async () => (await sql.query(`select 1 from mail where state = 'handed-over' and handed_over_at > now() - interval '3 seconds' limit 1`)).rowCount === 0);
    const seconds = (performance.now() - begun) / 1000;
    await second.stop();

    const arrived = server.arrivals.map(({ messageId }) => messageId);
    const { rows: [counted] } = await sql.query<{ sent: number; unknown: number }>(`select count(*) filter (where state = 'sent')::int as sent, count(*) filter (where state = 'handed-over')::int as unknown from mail`);
    const { sent = 0, unknown = 0 } = counted ?? {};
    const twice = arrived.length - new Set(arrived).size;
    tell('mail', { queued, queuedSeconds, seconds, sent, unknown, twice });
    judge({ figure: '1,000 reminders queued, sent and logged, one kill', value: seconds, unit: ' s', atMost: 30 });
    judge({ figure: 'reminders sent twice', value: twice, unit: '', atMost: 0 });
    judge({ figure: 'reminders neither sent nor shown as not known', value: learners - sent - unknown, unit: '', atMost: 0 });
  } finally {
    await house.close();
  }
}

/** A cohort whose fifth week opened today, a thousand learners with addresses, and a mail server. */
async function openHouse(url: string) {
  const secretKey = randomBytes(32).toString('hex');
  const orm = await openMigratedOrm(url, { poolSize: 4 });
  const sql = await sqlPool(orm);
  const queues = await openQueues(sql);
  const server = await startMailServer();
  const now = Temporal.Now.instant();
  await ensureToolKey(sql, createSealing(secretKey), now);
  const added = await addPlatform(sql, {
    name: 'Bench LMS', issuer: 'https://lms.example.org', clientId: 'bench', deploymentId: '1', organisation: 'default',
    authenticationUrl: 'https://lms.example.org/auth', tokenUrl: 'https://lms.example.org/token', keysetUrl: 'https://lms.example.org/keys',
  }, now);
  if (!added.added) throw new Error('The bench database was not new.');
  const programme = await loadProgramme(join(import.meta.dirname, '../../content/improvement-coach'));
  const startsOn = now.toZonedDateTimeISO('UTC').toPlainDate().subtract({ days: 28 });
  await sql.query(`
    with version as (
      insert into programme_version (id, programme_key, content, created_at) values ($1, $2, $3, $4) returning id
    ), cohort_ as (
      insert into cohort (organisation_id, programme_version_id, name, starts_on, time_zone, join_code, created_at)
      select d.organisation_id, version.id, 'Bench', $5, 'UTC', 'BENCHBENCH', $4 from deployment d, version returning id
    ), course as (
      insert into context (deployment_id, context_id, cohort_id, created_at) select d.id, 'course-spring', cohort_.id, $4 from deployment d, cohort_ returning id
    ), who as (
      insert into person (registration_id, organisation_id, sub, given_name, email, created_at)
      select d.registration_id, d.organisation_id, 'learner-' || n, 'Learner', 'learner-' || n || '@example.org', $4 from deployment d, generate_series(1, $6::int) as n returning id
    ), awake as (
      insert into mail_preference (person_id, quiet_from, quiet_until, pace, off, changed_at) select id, 0, 0, 'each', '{}', $4 from who
    )
    insert into enrolment (context_id, person_id, role, active, created_at) select course.id, who.id, 'learner', true, $4 from course, who`,
  [programmeHash(programme), programme.key, JSON.stringify(programme), String(now), startsOn.toString(), learners]);
  return {
    url, secretKey, sql, queues, server,
    close: async () => {
      await queues.close();
      await orm.close();
      await server.close();
    },
  };
}

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += 50) {
    if (waited > 180_000) throw new Error('Mails were still waiting after three minutes.');
    await sleep(50);
  }
}
