// What people see of mail: their choices, a message to a learner, the log, and the pages that links in mails open.
import { longestNudge, timeOfDay } from '../../domain/mail-choices.ts';
import type { PreferenceField, PreferenceRequest } from '../../domain/mail-choices.ts';
import { mailGroups, mailsAPage, maySendAgain } from '../../domain/mail-log.ts';
import type { ListedMail, MailGroup } from '../../domain/mail-log.ts';
import { mailKinds } from '../../domain/mail-timing.ts';
import type { MailKind, MailPreference } from '../../domain/mail-timing.ts';
import { fullDate, list, plural, sentence, timeAndZone, toPutRight, zoneGroups, zonePlace } from '../../format.ts';
import type { English } from '../../format.ts';
import { mailStateWords } from '../../mail-words.ts';
import type { Page } from '../../plugins/views.ts';
import { kindNames } from './letter.ts';
import type { NudgedLearner } from './letter.ts';
import type { Stoppable } from './links.ts';

type At = (path: string) => string;
type Role = 'learner' | 'mentor' | 'faculty' | 'assistant' | 'administrator';

const kindChoices: Record<MailKind, { label: string; hint: string }> = {
  'week-opened': { label: 'A week has opened', hint: 'On its first day: what it is about, and the way in.' },
  'due': { label: 'Something is still to do', hint: 'Two days before a week ends, and only if something of it is left: a section, the knowledge check, the assignment, or your plan when it is due.' },
  'nudge': { label: 'A message from your faculty', hint: 'Written to you by somebody who runs your cohort.' },
  'reply': { label: 'Somebody replied to you', hint: 'Or named you, in a discussion. The mail says who and where, and not what.' },
};

export type PreferencesInput = {
  at: At;
  /** Null where nothing is kept of the reader: test learners, and who came by an administrator's link. */
  email: string | null;
  isKept: boolean;
  cohortZone: string;
  /** What stands in the form: what is saved, or after a refused post what was typed. */
  values: PreferenceRequest;
  errors: Partial<Record<PreferenceField, string>>;
  saved?: boolean;
};

/** What a saved preference looks like in the form. */
export function preferenceValues({ timeZone, quietFrom, quietUntil, pace, off }: MailPreference): PreferenceRequest {
  return { kinds: mailKinds.filter((kind) => !off.includes(kind)), pace, quietFrom: timeOfDay(quietFrom), quietUntil: timeOfDay(quietUntil), ...(timeZone !== null && { timeZone }) };
}

/** `GET /mail/preferences`; the form posts to its own address. */
export function preferencesPage({ at, email, isKept, cohortZone, values, errors, saved = false }: PreferencesInput) {
  const fields = ['quietFrom', 'quietUntil', 'timeZone'] as const;
  const items = fields.flatMap((field) => (errors[field] ? [{ href: `#${field}`, text: errors[field] }] : []));
  return {
    template: 'mail/preferences',
    data: {
      title: 'What we mail you',
      saved,
      isKept,
      address: email,
      problems: { heading: toPutRight(items.length), items },
      action: at('/mail/preferences'),
      back: at('/privacy'),
      kinds: mailKinds.map((kind) => ({ value: kind, ...kindChoices[kind], checked: values.kinds?.includes(kind) ?? false })),
      isDaily: values.pace === 'daily',
      quietFrom: { value: values.quietFrom ?? '', error: errors.quietFrom ?? null },
      quietUntil: { value: values.quietUntil ?? '', error: errors.quietUntil ?? null },
      timeZone: { value: values.timeZone ?? '', error: errors.timeZone ?? null, own: `As the cohort: ${zonePlace(cohortZone)} time`, groups: zoneGroups() },
    },
  } satisfies Page;
}

export type NudgeInput = {
  at: At;
  english?: English;
  timeZone: string;
  cohortName: string;
  learner: NudgedLearner;
  /** Whether the cohort's programme is over: nobody is written to any more. */
  isOver: boolean;
  message: string;
  error: string | null;
  queued?: boolean;
};

/** `GET /mail/nudges/PERSON`: a message to one learner, and those before it; the form posts to its own address. */
export function nudgePage({ at, english = 'en-GB', timeZone, cohortName, learner, isOver, message, error, queued = false }: NudgeInput) {
  const name = learner.name ?? 'this learner';
  const obstacle = isOver ? 'The programme of this cohort is over, so nobody is written to any more.'
    : !learner.hasAddress ? `The LMS gives no e-mail address of ${name}. Write in the course itself.`
      : !learner.isWelcome ? `${sentence(name)} has chosen not to get such mail. Speak to them in a workshop, or write in the course itself.` : null;
  return {
    template: 'mail/nudge',
    data: {
      title: `A message to ${name}`,
      kicker: cohortName,
      name,
      queued,
      obstacle,
      problems: { heading: toPutRight(error === null ? 0 : 1), items: error === null ? [] : [{ href: '#message', text: error }] },
      action: at(`/mail/nudges/${learner.personId}`),
      back: at('/cohort'),
      message: { value: message, error, most: longestNudge },
      before: learner.before.map(({ at: moment, senderName, paragraphs }) => ({ when: whenWords(moment, timeZone, english), sender: senderName ?? 'Somebody of the faculty', paragraphs })),
    },
  } satisfies Page;
}

export type LogInput = {
  at: At;
  english?: English;
  reader: Role | 'operator';
  organisationName: string | null;
  group: MailGroup;
  page: number;
  mails: ListedMail[];
  total: number;
  /** How many were handed over and never heard of. */
  unknown: number;
  /** Whether a mail server is set. */
  sends: boolean;
  /** Whether learners may be mailed a sign-in link; null for operators, who decide that for nobody. */
  signInLinks: boolean | null;
  saved?: boolean;
};

const groupNames: Record<MailGroup, string> = { all: 'All', waiting: 'Waiting', sent: 'Sent', unknown: 'Not known', failed: 'Failed', kept: 'Kept back' };

/** `GET /admin/mail?group=…&page=N`: what was mailed to whom, and what became of it. */
export function logPage({ at, english = 'en-GB', reader, organisationName, group, page, mails, total, unknown, sends, signInLinks, saved = false }: LogInput) {
  const address = (to: { group?: MailGroup; page?: number }) => {
    const query = new URLSearchParams();
    const wanted = { group, page: 1, ...to };
    if (wanted.group !== 'all') query.set('group', wanted.group);
    if (wanted.page > 1) query.set('page', String(wanted.page));
    return at(query.size === 0 ? '/admin/mail' : `/admin/mail?${query.toString()}`);
  };
  const first = (page - 1) * mailsAPage;
  const isOperator = reader === 'operator';
  return {
    template: 'mail/log',
    data: {
      title: 'Mail',
      kicker: organisationName ?? 'Everything on this Coachline',
      saved,
      sends,
      unknown: unknown === 0 ? null : { words: `Of ${plural(unknown, 'mail')} nobody knows whether ${unknown === 1 ? 'it' : 'they'} went`, href: address({ group: 'unknown' }) },
      groups: mailGroups.map((name) => ({ label: groupNames[name], href: address({ group: name }), current: name === group })),
      mails: mails.map((mail) => ({
        href: at(`/admin/mail/${mail.id}`),
        subject: mail.subject,
        recipient: mail.recipient ?? 'Name withheld',
        address: mail.address ?? 'no address',
        place: isOperator ? `${mail.organisationName}: ${mail.cohortName}` : mail.cohortName,
        when: whenWords(mail.settledAt ?? mail.handedOverAt ?? mail.queuedAt, 'UTC', english),
        state: stateWords(mail),
      })),
      empty: page > 1 ? null : emptyWords[group],
      first: page > 1 && mails.length === 0 ? address({}) : null,
      pager: total <= mailsAPage ? null : {
        words: `Mails ${first + 1} to ${Math.min(first + mailsAPage, total)} of ${total}`,
        previous: page > 1 ? address({ page: page - 1 }) : null,
        following: first + mailsAPage < total ? address({ page: page + 1 }) : null,
      },
      setting: signInLinks === null ? null : { action: at('/admin/mail/settings'), checked: signInLinks },
    },
  } satisfies Page;
}

const emptyWords: Record<MailGroup, { heading: string; text: string }> = {
  all: { heading: 'Each mail will stand here', text: 'The first ones go when a cohort’s week opens, or when somebody of the faculty writes to a learner.' },
  waiting: { heading: 'Nothing waits', text: 'Mails wait here for the end of quiet hours, for a daily digest, or for a mail server that is away.' },
  sent: { heading: 'Nothing was sent yet', text: 'What the mail server took stands here, for as long as the programme’s record is kept.' },
  unknown: { heading: 'Everything is known', text: 'When the server stops in the very moment in which it hands a mail over, the mail stands here, and you decide whether to send it again.' },
  failed: { heading: 'Nothing failed', text: 'What the mail server refused stands here with its reason.' },
  kept: { heading: 'Nothing was kept back', text: 'Mail that somebody does not want, or that nobody should get any more, stands here with its reason.' },
};

export type OneMailInput = {
  at: At;
  english?: English;
  mail: ListedMail;
  /** The letter as text. */
  text: string;
  again?: boolean;
};

/** `GET /admin/mail/MAIL`: one mail, what became of it, and what it says. */
export function mailPage({ at, english = 'en-GB', mail, text, again = false }: OneMailInput) {
  const moments: [string, Temporal.Instant | null][] = [['Queued', mail.queuedAt], ['Handed to the mail server', mail.handedOverAt], ['Settled', mail.settledAt]];
  return {
    template: 'mail/mail',
    data: {
      title: mail.subject,
      kicker: `${mail.organisationName}, ${mail.cohortName}`,
      again,
      state: stateWords(mail),
      facts: [
        { name: 'To', value: `${mail.recipient ?? 'Name withheld'}, ${mail.address ?? 'no address'}` },
        ...moments.flatMap(([name, moment]) => (moment === null ? [] : [{ name, value: whenWords(moment, 'UTC', english) }])),
      ],
      resend: maySendAgain(mail) ? { action: at(`/admin/mail/${mail.id}/sending`), warning: mail.state === 'unknown' ? 'It may have arrived. If it did, the reader’s mail program may show it twice.' : null } : null,
      letter: at(`/admin/mail/${mail.id}/letter`),
      lines: text.trim().split(/\n{2,}/).map((part) => part.split('\n')),
      back: at('/admin/mail'),
    },
  } satisfies Page;
}

type StateWords = { point: 'done' | 'part' | 'attention' | 'open'; words: string; detail: string | null };

const reasons: Record<string, string> = {
  'no-address': 'The LMS gives no address that mail can go to.',
  'left': 'Its reader is no longer in a course of this cohort.',
  'over': 'The programme of this cohort is over.',
  'old-news': 'It could not go in time, and would have been old news.',
  'unwanted': 'Its reader has chosen not to get such mail.',
  'no-server': 'No mail server is set. An operator sets one as SMTP_URL.',
  'smtp.unreachable': 'The mail server was not reached; it is tried again.',
  'smtp.sign_in': 'The mail server did not let Coachline sign in; an operator checks SMTP_URL. It is tried again.',
  'smtp.busy': 'The mail server asked to come back later; it is tried again.',
  'smtp.refused': 'The mail server refused it.',
  'smtp.unwritable': 'The letter could not be written as a mail.',
};

function stateWords({ state, reason, status }: Pick<ListedMail, 'state' | 'reason' | 'status'>): StateWords {
  const words = reason === null ? null : (reasons[reason] ?? reason).replace(state === 'failed' ? / it is tried again\.|; it is tried again\.| It is tried again\./ : /$^/, '.').replace('..', '.');
  const detail = state === 'unknown' ? 'It was handed to the mail server, and Coachline stopped before it heard whether it was taken.' : words;
  return { ...mailStateWords[state], detail: detail === null ? null : `${detail}${status === null ? '' : ` (It answered ${status}.)`}` };
}

function whenWords(moment: Temporal.Instant, timeZone: string, english: English): string {
  const there = moment.toZonedDateTimeISO(timeZone);
  return `${fullDate(there, english)}, ${timeAndZone(there, english)}`;
}

export type OpenInput = {
  token: string;
  subject: string;
  courses: { title: string; platform: string }[];
  allowsSignInLink: boolean;
  asked?: boolean;
};

/** `GET /mail/open/TOKEN`, for a browser in which its reader is not signed in. */
export function openPage({ token, subject, courses, allowsSignInLink, asked = false }: OpenInput) {
  const [only] = courses;
  return {
    template: 'mail/open',
    data: {
      title: 'Open Coachline from your course',
      subject,
      asked,
      where: only === undefined ? 'You are no longer in the course that this mail speaks of. If that is wrong, ask the people who run it.'
        : courses.length === 1 ? `Go to the course ${only.title} in ${only.platform} and open a Coachline link there. Then this link in your mail works too, in the same browser.`
          : `Go to one of your courses, ${list(courses.map(({ title, platform }) => `${title} in ${platform}`))}, and open a Coachline link there. Then this link in your mail works too, in the same browser.`,
      action: allowsSignInLink && only !== undefined ? `/mail/open/${token}/sign-in-link` : null,
    },
  } satisfies Page;
}

/** `GET /mail/sign-in/TOKEN`: a button, because mail programs open links before people do. */
export function signInPage({ token }: { token: string }) {
  return { template: 'mail/sign-in', data: { title: 'Sign in to Coachline', action: `/mail/sign-in/${token}` } } satisfies Page;
}

/** `GET /mail/unsubscription/TOKEN`, and what is said when it is done. */
export function unsubscriptionPage({ token, what, stopped = false }: { token: string; what: Stoppable; stopped?: boolean }) {
  const name = what === 'all' ? 'all mails of Coachline' : kindNames[what];
  return {
    template: 'mail/unsubscription',
    data: { title: stopped ? 'You get these no more' : 'Stop these mails?', stopped, name: sentence(name), inSentence: name, action: `/mail/unsubscription/${token}` },
  } satisfies Page;
}
