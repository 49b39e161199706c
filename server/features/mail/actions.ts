// What the jobs do: queue what the calendar says, and send what waits. The row is the truth: it says "handed over" before
// the mail server hears of it, and from there on nobody tries again by themselves. So a process may be killed anywhere, and
// no mail goes twice; one whose end nobody saw is shown to an administrator as not known.
import type { Pool } from 'pg';
import type { Programme, ProgrammeWeek } from '../../content/programme.ts';
import { inTransaction, run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { calendarOf } from '../../domain/attention.ts';
import type { LearnerPace } from '../../domain/attention.ts';
import type { CalendarBreak, CohortCalendar } from '../../domain/calendar.ts';
import { reaches } from '../../domain/completion.ts';
import { calendarMail, isProgrammeOver } from '../../domain/mail-timetable.ts';
import type { CalendarMail } from '../../domain/mail-timetable.ts';
import { mailGoesAt, usualPreference, whyNotSent } from '../../domain/mail-timing.ts';
import type { MailKind, MailPreference } from '../../domain/mail-timing.ts';
import { weekStatuses } from '../../domain/week-schedule.ts';
import { list, longDate, plural } from '../../format.ts';
import { mailJob, queueMail } from '../../mail-outbox.ts';
import type { WaitingMail } from '../../mail-outbox.ts';
import { shownName } from '../../person-name.ts';
import { scheduled } from '../../plugins/open-weeks.ts';
import { progressOf } from '../../plugins/progress.ts';
import type { Queues, Worked } from '../../queues.ts';
import type { Sealing } from '../../sealing.ts';
import type { HandedOver, Mailer } from '../../smtp.ts';
import { writeLetter } from './letter.ts';
import type { LetterItem } from './letter.ts';

export type SendingTools = {
  sql: Sql;
  /** Null where no mail server is set: mail is then kept. */
  mailer: Mailer | null;
  sealing: Sealing;
  clock: () => Temporal.Instant;
  publicUrl: string;
  /** How many weeks a programme version has; filled as they come, and never wrong, since a version does not change. */
  weekCounts: Map<string, number>;
};

const longestPauseSeconds = 30 * 60;
/** A mail server that takes nothing for so long is given up on: what it says would be old news. */
const givenUpAfter = { hours: 3 * 24 };
/** A digest of more is two. */
const mostInDigest = 50;

/**
 * Sends a mail, with all that waits for the same person where they want one message a day. What becomes of it stands in
 * the row; the answer says whether the job is to come again.
 * @throws what the database throws
 */
export async function sendMail(tools: SendingTools, mailId: string): Promise<Worked> {
  const { sql, mailer, clock } = tools;
  const now = clock();
  const facts = await findWaiting(tools, mailId);
  if (!facts) return { outcome: 'done' };
  const suppression = whyNotSent({ ...facts, isOver: facts.isOver(now), off: facts.preference.off }, now) ?? (mailer ? null : 'no-server');
  if (suppression !== null || !mailer) {
    await run(sql, suppress, [mailId, suppression, String(now)]);
    return { outcome: 'done' };
  }
  const isAsked = facts.kind === 'sign-in';
  const goesAt = isAsked ? now : mailGoesAt({ queuedAt: facts.queuedAt, preference: facts.preference, zone: facts.preference.timeZone ?? facts.timeZone }, now);
  const wait = Math.ceil((goesAt.epochMilliseconds - now.epochMilliseconds) / 1000);
  if (wait > 0) return { outcome: 'again', inSeconds: wait };

  const gathers = facts.preference.pace === 'daily' && !isAsked;
  const messageId = `${mailId}@${new URL(tools.publicUrl).hostname}`;
  const [first, ...more] = await run<LetterItem & { attempts: number }>(sql, gathers ? claimForDigest : claim, [
    mailId, facts.address, messageId, String(now), ...(gathers ? [facts.personId, facts.cohortId, facts.preference.off, mostInDigest] : []),
  ]);
  if (!first) return { outcome: 'done' };   // somebody else was quicker, or a digest took it along
  const ids = [first, ...more].map(({ id }) => id);
  let letter;
  try {
    letter = writeLetter({ ...facts, items: [first, ...more], publicUrl: tools.publicUrl, sealing: tools.sealing });
  } catch (error) {
    // A bug of ours, and the one case in which it is certain that nothing was handed over.
    await settle(tools, ids, { outcome: 'refused', reason: 'smtp.unwritable' }, { ...facts, attempts: first.attempts });
    throw error;
  }
  const to = { name: (facts.person.name ?? '').replace(/[\s\p{Cc}]+/gu, ' ').trim(), address: facts.address ?? '' };
  const handed = await mailer.send({ ...letter, to, messageId, date: now });
  return settle(tools, ids, handed, { ...facts, attempts: first.attempts });
}

// A digest holds what waits of the same cohort, which it names. In the order of their ids, so that two never wait for each other.
const claimed = `set state = 'handed-over', address = $2, message_id = $3, handed_over_at = $4, attempts = attempts + 1, reason = null, status = null`;
const itemColumns = 'id, kind, subject, paragraphs, link_label as "linkLabel", attempts';
const claim = { name: 'claim-mail', text: `update mail ${claimed} where id = $1 and state = 'waiting' returning ${itemColumns}` };
const claimForDigest = {
  name: 'claim-mail-for-digest',
  text: `
    with due as (
      select id from mail
       where person_id = $5 and cohort_id = $6 and state = 'waiting' and (id = $1 or (kind <> 'sign-in' and kind <> all($7::text[]) and (good_until is null or good_until > $4)))
       order by id limit $8 for update
    ), handed as (
      update mail ${claimed} where id in (select id from due) and state = 'waiting' returning *
    )
    select ${itemColumns} from handed order by queued_at, id`,
};

const suppress = { name: 'suppress-mail', text: `update mail set state = 'suppressed', reason = $2, settled_at = $3 where id = $1 and state = 'waiting'` };

type PaceRow = { breaks: CalendarBreak[]; pausedOn: string | null; extensionDays: number };
const paceColumn = `json_build_object('breaks', l.breaks, 'pausedOn', l.paused_on, 'extensionDays', l.extension_days)`;

const findWaitingStatement = {
  name: 'find-waiting-mail',
  text: `
    select m.kind, m.good_until, m.queued_at, m.cohort_id, h.name as cohort_name, h.starts_on, h.time_zone, h.breaks, h.programme_version_id,
           (select ${paceColumn} from learner_pace l where l.cohort_id = h.id and l.person_id = p.id) as calendar_pace,
           o.name as organisation_name, o.help_telephone, o.help_days, o.help_hours,
           p.id as person_id, ${shownName('p')} as name, p.given_name, p.email,
           exists (select 1 from enrolment e join context c on c.id = e.context_id where c.cohort_id = m.cohort_id and e.person_id = p.id and e.active) as is_enrolled,
           f.person_id is not null as has_chosen, f.time_zone as own_time_zone, f.quiet_from, f.quiet_until, f.pace, f.off
      from mail m join person p on p.id = m.person_id join cohort h on h.id = m.cohort_id join organisation o on o.id = m.organisation_id
      left join mail_preference f on f.person_id = p.id
     where m.id = $1 and m.state = 'waiting'`,
};

type WaitingRow = {
  kind: MailKind | 'sign-in'; good_until: string | null; queued_at: string; cohort_id: string; cohort_name: string; starts_on: string; time_zone: string; breaks: CalendarBreak[]; programme_version_id: string; calendar_pace: PaceRow | null;
  organisation_name: string; help_telephone: string | null; help_days: string | null; help_hours: string | null;
  person_id: string; name: string | null; given_name: string | null; email: string | null; is_enrolled: boolean;
  has_chosen: boolean; own_time_zone: string | null; quiet_from: number; quiet_until: number; pace: MailPreference['pace']; off: MailKind[];
};

async function findWaiting({ sql, weekCounts }: SendingTools, mailId: string) {
  const [row] = await run<WaitingRow>(sql, findWaitingStatement, [mailId]);
  if (!row) return null;
  const weeks = await countWeeks(sql, weekCounts, row.programme_version_id);
  const pace = paceOf(row.calendar_pace);
  const calendar = calendarOf({ startsOn: Temporal.PlainDate.from(row.starts_on), timeZone: row.time_zone, breaks: row.breaks }, pace);
  const { help_telephone: telephone, help_days: days, help_hours: hours } = row;
  return {
    kind: row.kind, cohortId: row.cohort_id, cohortName: row.cohort_name, timeZone: row.time_zone, personId: row.person_id, address: row.email, isEnrolled: row.is_enrolled,
    goodUntil: row.good_until === null ? null : toInstant(row.good_until),
    queuedAt: toInstant(row.queued_at),
    isOver: (now: Temporal.Instant) => isProgrammeOver(weeks, calendar, now, pace?.extensionDays),
    person: { id: row.person_id, name: row.name, givenName: row.given_name },
    organisation: { name: row.organisation_name, help: telephone && days && hours ? { telephone, days, hours } : null },
    preference: row.has_chosen ? { timeZone: row.own_time_zone, quietFrom: row.quiet_from, quietUntil: row.quiet_until, pace: row.pace, off: row.off } : usualPreference,
  };
}

const countWeeksStatement = { name: 'count-programme-weeks', text: `select jsonb_array_length(content -> 'weeks') as count from programme_version where id = $1` };

async function countWeeks(sql: Sql, counts: Map<string, number>, versionId: string): Promise<number> {
  const known = counts.get(versionId);
  if (known !== undefined) return known;
  const [row] = await run<{ count: number | null }>(sql, countWeeksStatement, [versionId]);
  const count = row?.count ?? 0;
  counts.set(versionId, count);
  return count;
}

const noteOutcome = { name: 'note-mail-outcome', text: `update mail set state = $2, reason = $3, status = $4, settled_at = $5 where id = any($1::uuid[]) and state = 'handed-over'` };

/** Writes down what became of it. Where nobody knows, nothing is written: the rows stay handed over. */
async function settle({ sql, clock }: SendingTools, ids: readonly string[], handed: HandedOver, { queuedAt, attempts }: { queuedAt: Temporal.Instant; attempts: number }): Promise<Worked> {
  const now = clock();
  const note = (state: string, settled: boolean) => run(sql, noteOutcome, [ids, state, 'reason' in handed ? handed.reason : null, 'status' in handed ? (handed.status ?? null) : null, settled ? String(now) : null]);
  switch (handed.outcome) {
    case 'unknown': return { outcome: 'done' };
    case 'sent': await note('sent', true); return { outcome: 'done' };
    case 'refused': await note('failed', true); return { outcome: 'done' };
    case 'later': {
      if (Temporal.Instant.compare(queuedAt.add(givenUpAfter), now) <= 0) {
        await note('failed', true);
        return { outcome: 'done' };
      }
      await note('waiting', false);
      return { outcome: 'again', inSeconds: Math.min(2 ** attempts, longestPauseSeconds) * (0.75 + Math.random() / 2) };
    }
  }
}

const listForgotten = {
  name: 'list-forgotten-mail',
  text: `select id as "mailId", organisation_id as "organisationId" from mail where state = 'waiting' and queued_at <= $1 and id > $2 order by id limit 1000`,
};

/**
 * Gives every mail that has waited for a minute a job, unless one waits already.
 * @returns how many mails wait
 */
export async function wakeForgottenMail({ sql, queues }: { sql: Sql; queues: Pick<Queues, 'add'> }, now: Temporal.Instant): Promise<number> {
  let count = 0;
  let last = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await run<WaitingMail>(sql, listForgotten, [String(now.subtract({ minutes: 1 })), last]);
    await queues.add(sql, 'send-mail', rows.map((row) => mailJob(row)));
    count += rows.length;
    last = rows.at(-1)?.mailId ?? last;
    if (rows.length < 1000) return count;
  }
}

// More days than any programme lasts, with its holidays; how long it lasts is in the content.
const listRunningCohorts = {
  name: 'list-cohorts-for-mail',
  text: `
    select h.id, h.starts_on as "startsOn", h.time_zone as "timeZone", h.breaks, h.programme_version_id as "versionId",
           exists (select 1 from learner_pace l where l.cohort_id = h.id) as "hasPaces"
      from cohort h where h.starts_on between $1::date - 500 and $1::date + 1 order by h.programme_version_id, h.id`,
};
const findContent = { name: 'find-content-for-mail', text: 'select content from programme_version where id = $1' };
// As plugins/progress.ts reads what decides which weeks are open, and learner-facts.ts what was done. A withdrawn plan is one
// that was not handed in; one that was returned is to be handed in again.
const listLearners = {
  name: 'list-learners-for-mail',
  text: `
    select p.id as "personId",
           (select json_agg(json_build_array(s.week, s.section)) from section_completion s where s.cohort_id = h.id and s.person_id = p.id) as done,
           (select json_agg(json_build_array(b.week, b.points, b.maximum))
              from (select distinct on (t.week) t.week, t.points, t.maximum from knowledge_check_attempt t
                     where t.cohort_id = h.id and t.person_id = p.id and t.finished_at is not null and t.maximum > 0
                     order by t.week, t.points / t.maximum desc) b) as checks,
           (select json_agg(a.assignment) from assignment_report a where a.cohort_id = h.id and a.person_id = p.id and a.done_at is not null) as assignments,
           coalesce((select u.state from coaching_plan c join submission u on u.plan_id = c.id
                      where c.cohort_id = h.id and c.person_id = p.id and u.state <> 'withdrawn' order by u.number desc limit 1), 'returned') = 'returned' as "planIsTheirs",
           (select ${paceColumn} from learner_pace l where l.cohort_id = h.id and l.person_id = p.id) as pace,
           h.eligibility_required and not exists (select 1 from eligibility y where y.cohort_id = h.id and y.person_id = p.id and y.state = 'accepted') as held,
           (select json_agg(m.once_key) from mail m where m.person_id = p.id and m.cohort_id = h.id and m.kind in ('week-opened', 'due') and m.queued_at > $2) as told
      from cohort h join person p on p.email is not null
       and exists (select 1 from enrolment e join context c on c.id = e.context_id where c.cohort_id = h.id and e.person_id = p.id and e.role = 'learner' and e.active)
     where h.id = $1 order by p.id`,
};
/** What was told before is not told again; older rows cannot be of a week that is told now. */
const toldWithin = { hours: 60 * 24 };

type RunningCohort = { id: string; startsOn: string; timeZone: string; breaks: CalendarBreak[]; versionId: string; hasPaces: boolean };
type LearnerRow = {
  personId: string;
  done: [number, string][] | null; pace: PaceRow | null; held: boolean; told: string[] | null;
  /** The best finished try of each week. */
  checks: [week: number, points: number, maximum: number][] | null;
  /** The keys of those that are done. */
  assignments: string[] | null;
  /** Whether it is with the learner: not begun, not handed in, or returned. */
  planIsTheirs: boolean;
};

/**
 * Queues what the calendar of every running cohort, and of every learner in it, says now. Once a person and week, whoever
 * runs it and however often.
 * @returns how many mails were queued
 */
export async function queueCalendarMail(pool: Pool, queues: Pick<Queues, 'add'>, now: Temporal.Instant): Promise<number> {
  const cohorts = await run<RunningCohort>(pool, listRunningCohorts, [now.toZonedDateTimeISO('UTC').toPlainDate().toString()]);
  let count = 0;
  let programme: Programme | null = null;
  let version: string | null = null;
  for (const cohort of cohorts) {
    if (cohort.versionId !== version) {
      const [found]: { content: Programme }[] = await run<{ content: Programme }>(pool, findContent, [cohort.versionId]);
      programme = found?.content ?? null;
      version = cohort.versionId;
    }
    if (programme?.weeks) count += await queueCohortMail(pool, queues, cohort, programme, now);
  }
  return count;
}

async function queueCohortMail(pool: Pool, queues: Pick<Queues, 'add'>, cohort: RunningCohort, programme: Programme, now: Temporal.Instant): Promise<number> {
  const { weeks } = programme;
  const shared = { startsOn: Temporal.PlainDate.from(cohort.startsOn), timeZone: cohort.timeZone, breaks: cohort.breaks };
  if (!cohort.hasPaces && calendarMail(weeks.length, shared, now).length === 0) return 0;
  return inTransaction(pool, async (sql) => {
    // Who is told the same is told it by one statement: a few, however many learners there are.
    const groups = new Map<string, { mail: CalendarMail; left: WhatIsLeft; personIds: string[] }>();
    for (const learner of await run<LearnerRow>(sql, listLearners, [cohort.id, String(now.subtract(toldWithin))])) {
      const pace = paceOf(learner.pace);
      const calendar = calendarOf(shared, pace);
      for (const mail of calendarMail(weeks.length, calendar, now, pace?.extensionDays)) {
        if (learner.told?.includes(`${onceKeyOf(mail, cohort.id)} ${learner.personId}`)) continue;
        const left = whatIsLeft(programme, calendar, learner, mail, now);
        if (!left) continue;
        const key = JSON.stringify([mail.kind, mail.week, String(mail.goodUntil), mail.kind === 'due' ? left : null]);
        const group = groups.get(key) ?? { mail, left, personIds: [] };
        group.personIds.push(learner.personId);
        groups.set(key, group);
      }
    }
    let count = 0;
    for (const { mail, left, personIds } of groups.values()) {
      const week = weeks.find(({ number }) => number === mail.week);
      if (!week) continue;
      const { kind, goodUntil } = mail;
      const words = kind === 'due' ? dueWords(week, left, goodUntil.toZonedDateTimeISO(cohort.timeZone).subtract({ days: 1 })) : openedWords(week);
      const link = { path: `/weeks/${week.number}`, label: `Open week ${week.number}` };
      count += (await queueMail({ sql, queues }, { kind, cohortId: cohort.id, personIds, onceKey: onceKeyOf(mail, cohort.id), goodUntil, link, ...words }, now)).length;
    }
    return count;
  });
}

function onceKeyOf({ kind, week }: CalendarMail, cohortId: string): string {
  return `${kind} ${cohortId} ${week}`;
}

/** What a learner has left of the week that a mail is about; null where the week is closed to them, or there is nothing to say. */
function whatIsLeft(programme: Programme, calendar: CohortCalendar, { done, held, checks, assignments, planIsTheirs }: LearnerRow, { kind, week }: CalendarMail, now: Temporal.Instant): WhatIsLeft | null {
  const progress = progressOf({ sections: done ?? [] }, { held });
  const status = weekStatuses(scheduled(programme), calendar, progress.done, now, progress).find(({ number }) => number === week);
  if (!status || status.state === 'locked') return null;
  const { weeks, completion, plan } = programme;
  const { check, assignment } = weeks.find(({ number }) => number === week) ?? {};
  const left: WhatIsLeft = {
    sections: status.sectionsTotal - status.sectionsDone,
    check: check ? checkLeft() : null,
    assignment: assignment && !assignments?.includes(assignment.key) ? assignment.title : null,
    // Where there is none to fill in, nobody can hand it in. The draft is due first, and in the last week the final version.
    plan: plan !== undefined && completion?.plan !== undefined && planIsTheirs && (week === completion.plan.beginsInWeek || week === weeks.length),
  };
  // A week of which only the outline stands leaves nothing to do, and opens all the same.
  const isDone = left.sections === 0 && !left.check && !left.assignment && !left.plan;
  return isDone && (kind === 'due' || status.sectionsTotal > 0) ? null : left;

  // As the page of their progress counts it: a try that is too low is not enough where completing asks for more.
  function checkLeft(): WhatIsLeft['check'] {
    const [, points, maximum] = checks?.find(([number]) => number === week) ?? [];
    if (points === undefined || maximum === undefined) return 'undone';
    const percent = completion?.checks.find((counted) => counted.week === week)?.percent ?? 0;
    return reaches({ points, maximum }, percent) ? null : 'low';
  }
}

function paceOf(row: PaceRow | null): LearnerPace | null {
  return row && { breaks: row.breaks, pausedOn: row.pausedOn === null ? null : Temporal.PlainDate.from(row.pausedOn), extensionDays: row.extensionDays };
}

type WhatIsLeft = {
  sections: number;
  /** undone: no finished try. low: the best one is not enough. Null when nothing is left of it, or there is none. */
  check: 'undone' | 'low' | null;
  /** The title of the week's; null when it is done, or there is none. */
  assignment: string | null;
  /** Whether the plan is due in this week, and with the learner. */
  plan: boolean;
};

function openedWords({ number, title, summary, withYourTeam, workshop }: ProgrammeWeek) {
  return {
    subject: `Week ${number} is open: ${title}`,
    paragraphs: [summary, ...(workshop ? [`This week’s workshop: ${workshop.title}.`] : []), `With your team: ${withYourTeam}`],
  };
}

function dueWords({ number, title }: ProgrammeWeek, { sections, check, assignment, plan }: WhatIsLeft, lastDay: Temporal.ZonedDateTime) {
  const left = [
    ...(sections > 0 ? [plural(sections, 'section')] : []),
    ...(check ? [check === 'low' ? 'a better try at the knowledge check' : 'the knowledge check'] : []),
    ...(assignment === null ? [] : [`the assignment “${assignment}”`]),
    ...(plan ? ['your coaching plan'] : []),
  ];
  return {
    subject: `Week ${number} ends on ${longDate(lastDay)}`,
    paragraphs: [`In week ${number}, ${title}, you still have ${list(left)} to do.`, 'Nothing closes when the week ends, and what you do later counts as well. It is easier before the next week begins.'],
  };
}
