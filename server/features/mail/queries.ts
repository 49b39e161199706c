// What is read about mail: somebody's choices, the learner who is written to, the log, and whom a link in a mail is for.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { CalendarBreak } from '../../domain/calendar.ts';
import { mailsAPage, unknownAfterSeconds } from '../../domain/mail-log.ts';
import type { ListedMail, MailGroup } from '../../domain/mail-log.ts';
import { usualPreference } from '../../domain/mail-timing.ts';
import type { MailPreference } from '../../domain/mail-timing.ts';
import { mailStateColumn } from '../../mail-outbox.ts';
import { shownName } from '../../person-name.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { LetterInput, NudgedLearner } from './letter.ts';

const findPreferenceStatement = {
  name: 'find-mail-preference',
  text: `
    select p.email, f.person_id is not null as "hasChosen", f.time_zone as "timeZone", f.quiet_from as "quietFrom", f.quiet_until as "quietUntil", f.pace, f.off
      from person p left join mail_preference f on f.person_id = p.id where p.id = $1`,
};

/** How the viewer wants their mail, and where it goes; null where nothing is kept of them. */
export async function findOptionalPreference(sql: Sql, { personId }: Viewer): Promise<{ email: string | null; preference: MailPreference } | null> {
  if (personId === null) return null;
  const [row] = await run<{ email: string | null; hasChosen: boolean } & MailPreference>(sql, findPreferenceStatement, [personId]);
  if (!row) return null;
  const { email, hasChosen, ...preference } = row;
  return { email, preference: hasChosen ? preference : usualPreference };
}

const findLearnerStatement = {
  name: 'find-learner-to-nudge',
  text: `
    select p.id as "personId", ${shownName('p')} as name, p.email is not null as "hasAddress", coalesce(not 'nudge' = any(f.off), true) as "isWelcome",
           (select json_build_object('breaks', l.breaks, 'pausedOn', l.paused_on, 'extensionDays', l.extension_days) from learner_pace l where l.cohort_id = $1 and l.person_id = p.id) as pace
      from person p left join mail_preference f on f.person_id = p.id
     where p.id = $2 and exists (select 1 from enrolment e join context c on c.id = e.context_id where c.cohort_id = $1 and e.person_id = p.id and e.role = 'learner' and e.active)`,
};
const listNudgesStatement = {
  name: 'list-nudges',
  text: `select m.queued_at as at, ${shownName('p')} as "senderName", m.paragraphs from mail m left join person p on p.id = m.sender_id where m.person_id = $2 and m.cohort_id = $1 and m.kind = 'nudge' order by m.queued_at desc, m.id limit 5`,
};

/** @throws NotFound unless they learn in the viewer's cohort */
export async function findLearnerFor(sql: Sql, { cohort }: Viewer, personId: string): Promise<NudgedLearner> {
  const [[learner], before] = await Promise.all([
    run<Omit<NudgedLearner, 'before' | 'pace'> & { pace: { breaks: CalendarBreak[]; pausedOn: string | null; extensionDays: number } | null }>(sql, findLearnerStatement, [cohort?.id ?? null, personId]),
    run<{ at: string; senderName: string | null; paragraphs: string[] }>(sql, listNudgesStatement, [cohort?.id ?? null, personId]),
  ]);
  if (!learner) throw new NotFound();
  const pace = learner.pace && { ...learner.pace, pausedOn: learner.pace.pausedOn === null ? null : Temporal.PlainDate.from(learner.pace.pausedOn) };
  return { ...learner, pace, before: before.map((nudge) => ({ ...nudge, at: toInstant(nudge.at) })) };
}

const inGroup: Record<MailGroup, string> = {
  all: 'true',
  waiting: `m.state = 'waiting'`,
  sent: `m.state = 'sent'`,
  unknown: `(m.state = 'handed-over' and m.handed_over_at <= $4)`,
  failed: `m.state = 'failed'`,
  kept: `m.state = 'suppressed'`,
};
const listedColumns = `
  m.id, m.kind, m.subject, ${shownName('p')} as recipient, coalesce(m.address, p.email) as address, h.name as "cohortName", o.name as "organisationName",
  ${mailStateColumn('$4')} as state,
  m.reason, m.status, m.queued_at as "queuedAt", m.handed_over_at as "handedOverAt", m.settled_at as "settledAt"`;
const listedFrom = 'from mail m join person p on p.id = m.person_id join cohort h on h.id = m.cohort_id join organisation o on o.id = m.organisation_id';

const listStatement = (group: MailGroup) => ({
  name: `list-mail-${group}`,
  text: `select ${listedColumns}, count(*) over ()::int as total ${listedFrom} where ($1 or m.organisation_id = $2) and ${inGroup[group]} order by m.queued_at desc, m.id limit ${mailsAPage} offset $3`,
});
const countUnknownStatement = { name: 'count-unknown-mail', text: `select count(*)::int as count from mail m where ($1 or m.organisation_id = $2) and m.state = 'handed-over' and m.handed_over_at <= $3` };

type ListedRow = Omit<ListedMail, 'queuedAt' | 'handedOverAt' | 'settledAt'> & { queuedAt: string; handedOverAt: string | null; settledAt: string | null; total?: number };

/** Fifty mails of a group, the newest first, of the viewer's organisation or for operators of all. Those of a page beyond the last are none. */
export async function listMail(sql: Sql, viewer: Viewer, { group, page }: { group: MailGroup; page: number }, now: Temporal.Instant): Promise<{ mails: ListedMail[]; total: number; unknown: number }> {
  const unknownBefore = String(now.subtract({ seconds: unknownAfterSeconds }));
  const mine = [viewer.role === 'operator', viewer.organisation?.id ?? null];
  const [rows, [counted]] = await Promise.all([
    run<ListedRow>(sql, listStatement(group), [...mine, (page - 1) * mailsAPage, unknownBefore]),
    run<{ count: number }>(sql, countUnknownStatement, [...mine, unknownBefore]),
  ]);
  return { mails: rows.map(listedOf), total: rows[0]?.total ?? 0, unknown: counted?.count ?? 0 };
}

export type FoundMail = ListedMail & { letter: Omit<LetterInput, 'publicUrl' | 'sealing'> };

const findStatement = {
  name: 'find-mail',
  text: `
    select ${listedColumns}, m.paragraphs, m.link_label as "linkLabel", p.id as person_id, p.given_name, o.help_telephone, o.help_days, o.help_hours
      ${listedFrom} where m.id = $3 and ($1 or m.organisation_id = $2)`,
};

/** One mail with all that its letter says. @throws NotFound unless it is of the viewer's organisation, or the viewer an operator */
export async function findMailFor(sql: Sql, viewer: Viewer, mailId: string, now: Temporal.Instant): Promise<FoundMail> {
  type Row = ListedRow & { paragraphs: string[]; linkLabel: string; person_id: string; given_name: string | null; help_telephone: string | null; help_days: string | null; help_hours: string | null };
  const [row] = await run<Row>(sql, findStatement, [viewer.role === 'operator', viewer.organisation?.id ?? null, mailId, String(now.subtract({ seconds: unknownAfterSeconds }))]);
  if (!row) throw new NotFound();
  const { help_telephone: telephone, help_days: days, help_hours: hours } = row;
  return {
    ...listedOf(row),
    letter: {
      items: [{ id: row.id, kind: row.kind, subject: row.subject, paragraphs: row.paragraphs, linkLabel: row.linkLabel }],
      person: { id: row.person_id, name: row.recipient, givenName: row.given_name },
      cohortName: row.cohortName,
      organisation: { name: row.organisationName, help: telephone && days && hours ? { telephone, days, hours } : null },
    },
  };
}

function listedOf(row: ListedRow): ListedMail {
  const { id, kind, subject, recipient, address, cohortName, organisationName, state, reason, status } = row;
  return { id, kind, subject, recipient, address, cohortName, organisationName, state, reason, status, queuedAt: toInstant(row.queuedAt), handedOverAt: instantOf(row.handedOverAt), settledAt: instantOf(row.settledAt) };
}

function instantOf(value: string | null): Temporal.Instant | null {
  return value === null ? null : toInstant(value);
}

const settingStatement = { name: 'find-mail-setting', text: `select sign_in_links as "signInLinks" from mail_setting where organisation_id = $1` };

/** Whether the organisation's learners may be mailed a sign-in link. */
export async function allowsSignInLinks(sql: Sql, organisationId: string): Promise<boolean> {
  const [row] = await run<{ signInLinks: boolean }>(sql, settingStatement, [organisationId]);
  return row?.signInLinks ?? false;
}

export type LinkedMail = {
  personId: string;
  cohortId: string;
  path: string;
  subject: string;
  allowsSignInLink: boolean;
  /** Of the reader in this cohort, whose link leads in. */
  courses: { title: string; platform: string }[];
};

const findLinkedStatement = {
  name: 'find-linked-mail',
  text: `
    select m.person_id as "personId", m.cohort_id as "cohortId", m.path, m.subject, coalesce(s.sign_in_links, false) as "allowsSignInLink",
           coalesce((select json_agg(json_build_object('title', coalesce(c.title, c.label, c.context_id), 'platform', r.name) order by c.created_at, c.id)
              from enrolment e join context c on c.id = e.context_id join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id
             where c.cohort_id = m.cohort_id and e.person_id = m.person_id and e.active), '[]') as courses
      from mail m left join mail_setting s on s.organisation_id = m.organisation_id where m.id = $1`,
};

/** Whom the link in a mail is for and where it leads; null where the mail is gone. */
export async function findOptionalLinkedMail(sql: Sql, mailId: string): Promise<LinkedMail | null> {
  const [row] = await run<LinkedMail>(sql, findLinkedStatement, [mailId]);
  return row ?? null;
}
