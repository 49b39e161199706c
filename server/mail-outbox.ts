// Where mail begins: whoever has something to say leaves a row a person here, in the transaction that makes it true, and a
// job that sends it goes into the queue with it. When and whether it goes is features/mail's.
import { run } from './database.ts';
import type { Sql } from './database.ts';
import { oneLine } from './domain/typed-text.ts';
import type { MailKind } from './domain/mail-timing.ts';
import type { NewJob, Queues } from './queues.ts';

/** What people of a cohort are to be told. The letter greets them by name and adds who writes and how to stop it. */
export type NewMail = {
  kind: MailKind;
  cohortId: string;
  personIds: readonly string[];
  /** Who wrote it, where a person did. */
  senderId?: string | null;
  /** Says it once: a second mail of the same key to the same person is not queued. At most 150 characters. */
  onceKey?: string;
  /** Plain text. Line breaks and control characters are taken out. */
  subject: string;
  /** Plain text, a paragraph each. */
  paragraphs: readonly string[];
  /** The page that it leads to, as a path without a sign-in's prefix such as `/weeks/3`, and what its button says. */
  link: { path: string; label: string };
  /** From when on it would be old news. */
  goodUntil?: Temporal.Instant;
};

/** How a mail `m` stands, as MailState. @param unknownFrom an SQL moment: what was handed over by then without an answer is not known */
export const mailStateColumn = (unknownFrom: string): string =>
  `case when m.state <> 'handed-over' then m.state when m.handed_over_at <= ${unknownFrom} then 'unknown' else 'under-way' end`;

// Only to those whom the LMS still names in a course of the cohort and whose address it gave. Test users have no enrolment.
const insertMail = {
  name: 'insert-mail',
  text: `
    insert into mail (organisation_id, cohort_id, person_id, sender_id, kind, once_key, subject, paragraphs, path, link_label, good_until, queued_at)
    select h.organisation_id, h.id, p.id, $3, $4, $5::text || ' ' || p.id, $6, $7::text[], $8, $9, $10, $11
      from cohort h join person p on p.id = any($2::uuid[]) and p.email is not null
     where h.id = $1
       and exists (select 1 from enrolment e join context c on c.id = e.context_id where c.cohort_id = h.id and e.person_id = p.id and e.active)
    on conflict do nothing
    returning id as "mailId", organisation_id as "organisationId"`,
};

/**
 * Notes mail and that it has to be sent. Belongs inside the transaction of `sql` that gives reason to it: both happen or
 * neither.
 * @returns the ids of the mails that were queued; none for people without an address or a live enrolment, or told already
 */
export async function queueMail({ sql, queues }: { sql: Sql; queues: Pick<Queues, 'add'> }, mail: NewMail, now: Temporal.Instant): Promise<string[]> {
  const { kind, cohortId, personIds, senderId = null, onceKey = null, subject, paragraphs, link, goodUntil } = mail;
  const rows = await run<WaitingMail>(sql, insertMail, [
    cohortId, personIds, senderId, kind, onceKey, shorten(oneLine(subject), 200), paragraphs.map(oneLine).filter((text) => text !== ''),
    link.path, shorten(oneLine(link.label), 100), goodUntil === undefined ? null : String(goodUntil), String(now),
  ]);
  await queues.add(sql, 'send-mail', rows.map((row) => mailJob(row)));
  return rows.map(({ mailId }) => mailId);
}

function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;
}

/** A mail that waits, and whose it is. */
export type WaitingMail = { mailId: string; organisationId: string };

/**
 * The job that sends a mail. No organisation's mail waits for another's.
 * @param urgent goes at once, beside a job of the same mail that waits for the morning
 */
export function mailJob({ mailId, organisationId }: WaitingMail, { urgent = false }: { urgent?: boolean } = {}): NewJob<'send-mail'> {
  return { key: urgent ? `${mailId} again` : mailId, data: { mailId }, lane: { id: organisationId, oneByOne: false } };
}
