// A cohort whose learners have addresses, and a mail server that takes what they are sent.
import { startMailServer } from '../../scripts/practice-mail-server.ts';
import type { MailServer } from '../../scripts/practice-mail-server.ts';
import { inTransaction } from '../../server/database.ts';
import { sendMail } from '../../server/features/mail/actions.ts';
import type { SendingTools } from '../../server/features/mail/actions.ts';
import { queueMail } from '../../server/mail-outbox.ts';
import type { NewMail } from '../../server/mail-outbox.ts';
import { createMailer } from '../../server/smtp.ts';
import { publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { startCohort } from '../support/browser-session.ts';

export type Office = TestApp & {
  server: MailServer;
  tools: SendingTools;
  cohortId: string;
  faculty: Awaited<ReturnType<typeof startCohort>>;
  /** Made-up learners with addresses, without launches; their ids. */
  addLearners: (count: number) => Promise<string[]>;
  /** No mail, and so many new learners, at the hour at which every test begins. */
  startAfresh: (learners: number) => Promise<string[]>;
  queue: (personIds: readonly string[], change?: Partial<NewMail>) => Promise<string[]>;
  row: (mailId: string | undefined) => Promise<{ state: string; reason: string | null; status: number | null; attempts: number; message_id: string | null; address: string | null }>;
};

/** @param realTime for tests that run real processes; the cohort is then in its fifth week today. Close it at the end. */
export async function openOffice({ realTime = false }: { realTime?: boolean } = {}): Promise<Office> {
  const now = Temporal.Now.instant();
  const test = await startTestApp(realTime ? { now: String(now) } : {});
  const server = await startMailServer();
  const startsOn = now.toZonedDateTimeISO('UTC').toPlainDate().subtract({ days: 30 }).toString();
  const faculty = await startCohort(test, realTime ? { startsOn, timeZone: 'UTC' } : {});
  const { sql, queues, clock, sealing } = test;
  const { rows: [cohort] } = await sql.query<{ id: string }>('select id from cohort');
  const cohortId = cohort?.id ?? '';
  const mailer = createMailer({ url: server.url, from: 'Coachline <coachline@example.org>' });
  const begun = clock.now;
  const addLearners = async (count: number) => (await sql.query<{ id: string }>(addStatement, [count, String(clock.now)])).rows.map(({ id }) => id);
  const tools: SendingTools = { sql, mailer, sealing, clock: () => clock.now, publicUrl, weekCounts: new Map() };
  return {
    ...test, server, tools, cohortId, faculty,
    addLearners,
    startAfresh: async (learners) => {
      for (const table of ['mail', 'mail_preference', 'mail_setting', 'section_completion', 'knowledge_check_attempt', 'assignment_report', 'submission', 'coaching_plan', 'learner_standing', 'pgboss.job']) await sql.query(`delete from ${table}`);
      await sql.query(`delete from enrolment where role = 'learner'`);
      await sql.query(`delete from person where id not in (select person_id from enrolment) and id not in (select person_id from sign_in where person_id is not null)`);
      clock.now = begun;
      server.behaviour = 'takes';
      server.arrivals.length = 0;
      return addLearners(learners);
    },
    queue: (personIds, change = {}) => inTransaction(sql, (inside) => queueMail({ sql: inside, queues }, {
      kind: 'nudge', cohortId, personIds, subject: 'A message from Eleanor', paragraphs: ['How is the team?'], link: { path: '/weeks/5', label: 'Open week 5' }, ...change,
    }, clock.now)),
    row: async (mailId) => (await sql.query('select state, reason, status, attempts, message_id, address from mail where id = $1', [mailId])).rows[0],
    close: async () => {
      mailer.close();
      await server.close();
      await test.close();
    },
  };
}

const addStatement = `
    with who as (
      insert into person (registration_id, organisation_id, sub, name, given_name, email, created_at)
      select d.registration_id, d.organisation_id, 'made-up-' || n, 'Learner ' || n, 'Learner', 'learner-' || n || '@example.org', $2 from deployment d, generate_series(1, $1::int) as n returning id
    ), enrolled as (
      insert into enrolment (context_id, person_id, role, active, created_at, last_seen_at) select c.id, who.id, 'learner', true, $2, $2 from who, context c where c.context_id = 'course-spring'
    )
    select id from who`;

/** Works on one mail as a job does. */
export const work = ({ tools }: Pick<Office, 'tools'>, mailId: string | undefined) => sendMail(tools, mailId ?? '');
