// What people decide about mail: their own choices, a message to a learner, sending one again, an organisation's setting.
import { hash } from 'node:crypto';
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { unknownAfterSeconds } from '../../domain/mail-log.ts';
import { mailKinds, usualPreference } from '../../domain/mail-timing.ts';
import type { MailPreference } from '../../domain/mail-timing.ts';
import { mailJob, queueMail } from '../../mail-outbox.ts';
import type { WaitingMail } from '../../mail-outbox.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Queues } from '../../queues.ts';
import type { NudgedLearner } from './letter.ts';
import type { Stoppable } from './links.ts';

const audit = { name: 'audit-mail', text: `insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)` };

const upsertPreference = {
  name: 'upsert-mail-preference',
  text: `
    insert into mail_preference (person_id, time_zone, quiet_from, quiet_until, pace, off, changed_at) values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (person_id) do update set time_zone = excluded.time_zone, quiet_from = excluded.quiet_from, quiet_until = excluded.quiet_until, pace = excluded.pace, off = excluded.off, changed_at = excluded.changed_at`,
};

/** Keeps what somebody chose. They hold for mail that waits already, too. */
export async function choosePreference(sql: Sql, personId: string, { timeZone, quietFrom, quietUntil, pace, off }: MailPreference, now: Temporal.Instant): Promise<void> {
  await run(sql, upsertPreference, [personId, timeZone, quietFrom, quietUntil, pace, off, String(now)]);
}

const stopStatement = {
  name: 'stop-mail',
  text: `
    insert into mail_preference (person_id, quiet_from, quiet_until, pace, off, changed_at)
    select p.id, $3, $4, $5, $2::text[], $6 from person p where p.id = $1
    on conflict (person_id) do update set off = (select array_agg(distinct kind) from unnest(mail_preference.off || excluded.off) as kind), changed_at = excluded.changed_at
    returning (select organisation_id from person where id = $1) as "organisationId"`,
};

/** Stops one kind of mail to a person, or all of it, by the link that stands in each. Pressing it twice changes nothing. */
export async function stopMail(pool: Pool, { personId, what }: { personId: string; what: Stoppable }, now: Temporal.Instant): Promise<void> {
  const { quietFrom, quietUntil, pace } = usualPreference;
  await inTransaction(pool, async (sql) => {
    const [row] = await run<{ organisationId: string }>(sql, stopStatement, [personId, what === 'all' ? mailKinds : [what], quietFrom, quietUntil, pace, String(now)]);
    if (row) await run(sql, audit, [String(now), 'mail.stopped', row.organisationId, personId, JSON.stringify({ what })]);
  });
}

/**
 * Queues a message of the viewer's to a learner of their cohort. The same words on the same day are queued once, so that a
 * double click is one mail.
 */
export async function nudge({ pool, queues }: { pool: Pool; queues: Pick<Queues, 'add'> }, viewer: Viewer, learner: NudgedLearner, paragraphs: readonly string[], now: Temporal.Instant): Promise<void> {
  const { cohort, organisation, personId } = viewer;
  if (!cohort || !organisation) throw new Error('a nudge outside of a cohort');
  const words = hash('sha256', paragraphs.join('\n'), 'base64url').slice(0, 22);
  await inTransaction(pool, async (sql) => {
    const [mailId] = await queueMail({ sql, queues }, {
      kind: 'nudge', cohortId: cohort.id, personIds: [learner.personId], senderId: personId, onceKey: `nudge ${personId ?? ''} ${now.toZonedDateTimeISO('UTC').toPlainDate().toString()} ${words}`,
      subject: viewer.name === null ? `A message from your faculty` : `A message from ${viewer.name}`,
      paragraphs, link: { path: '/', label: 'Open Coachline' },
    }, now);
    if (mailId !== undefined) await run(sql, audit, [String(now), 'mail.nudged', organisation.id, personId, JSON.stringify({ mailId, cohortId: cohort.id, personId: learner.personId })]);
  });
}

// One whose end is not known yet may still be under way, and what is waiting goes by itself.
const againStatement = {
  name: 'send-mail-again',
  text: `
    update mail set state = 'waiting', reason = null, status = null, attempts = 0, good_until = null, handed_over_at = null, settled_at = null, queued_at = $4
     where id = $3 and ($1 or organisation_id = $2) and kind <> 'sign-in'
       and (state in ('failed', 'suppressed') or (state = 'handed-over' and handed_over_at <= $5))
    returning id as "mailId", organisation_id as "organisationId"`,
};

/** Sends again what failed, was kept back, or was handed over and never heard of. False when there is no such mail for this viewer. */
export async function sendAgain({ pool, queues }: { pool: Pool; queues: Pick<Queues, 'add'> }, viewer: Viewer, mailId: string, now: Temporal.Instant): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const rows = await run<WaitingMail>(sql, againStatement, [viewer.role === 'operator', viewer.organisation?.id ?? null, mailId, String(now), String(now.subtract({ seconds: unknownAfterSeconds }))]);
    const [row] = rows;
    if (!row) return false;
    await queues.add(sql, 'send-mail', [mailJob(row, { urgent: true })]);
    await run(sql, audit, [String(now), 'mail.sent_again', row.organisationId, viewer.personId ?? viewer.administratorId, JSON.stringify({ mailId })]);
    return true;
  });
}

const upsertSetting = {
  name: 'upsert-mail-setting',
  text: `insert into mail_setting (organisation_id, sign_in_links, changed_at) values ($1, $2, $3) on conflict (organisation_id) do update set sign_in_links = excluded.sign_in_links, changed_at = excluded.changed_at`,
};

/** Whether learners of the viewer's organisation may be mailed a link that signs them in. */
export async function changeMailSetting(pool: Pool, viewer: Viewer, signInLinks: boolean, now: Temporal.Instant): Promise<void> {
  const { organisation } = viewer;
  if (!organisation) throw new Error('a mail setting without an organisation');
  await inTransaction(pool, async (sql) => {
    await run(sql, upsertSetting, [organisation.id, signInLinks, String(now)]);
    await run(sql, audit, [String(now), 'mail.setting_changed', organisation.id, viewer.personId ?? viewer.administratorId, JSON.stringify({ signInLinks })]);
  });
}
