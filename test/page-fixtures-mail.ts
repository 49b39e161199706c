// Examples of the pages about mail; page-fixtures.ts shows them beside all others.
import type { ListedMail } from '../server/domain/mail-log.ts';
import { usualPreference } from '../server/domain/mail-timing.ts';
import { logPage, mailPage, nudgePage, openPage, preferencesPage, preferenceValues, signInPage, unsubscriptionPage } from '../server/features/mail/pages.ts';
import { writeLetter } from '../server/features/mail/letter.ts';
import type { Page, Role } from '../server/plugins/views.ts';

type Input = { at: (path: string) => string; now: Temporal.Instant; longName: string };

/** Every page about mail by a name for it; those without a role stand outside of any sign-in. */
export function mailExamples({ at, now, longName }: Input): Record<string, { path: string; role: Role | null; page: Page }> {
  const token = 'dG9rZW4tb2YtYS1tYWlsLXRoYXQtaXMtbG9uZy1hbmQtb3BlbnMtbm90aGluZy1hdC1hbGwtaGVyZQ';
  const shown = (path: string, role: Role, page: Page) => ({ path, role, page });
  const bare = (page: Page) => ({ path: '/', role: null, page });

  const one: ListedMail = {
    id: 'm1', kind: 'week-opened', subject: 'Week 5 is open: Data for improvement', recipient: 'Amara Okafor', address: 'amara@example.org', cohortName: 'Spring 2026', organisationName: 'Northern Teaching Hospitals',
    state: 'sent', reason: null, status: null, queuedAt: now.subtract({ hours: 3 }), handedOverAt: now.subtract({ hours: 2 }), settledAt: now.subtract({ hours: 2 }),
  };
  const mails: ListedMail[] = [
    one,
    { ...one, id: 'm2', kind: 'nudge', subject: `A message from ${longName}`, recipient: longName, address: `${'bartholomaeus.zbigniew.'.repeat(4)}@northern-teaching-hospitals.example.org`, state: 'unknown', settledAt: null },
    { ...one, id: 'm3', recipient: null, address: null, state: 'suppressed', reason: 'no-address', handedOverAt: null },
    { ...one, id: 'm4', state: 'failed', reason: 'smtp.refused', status: 550 },
    { ...one, id: 'm5', state: 'waiting', reason: 'smtp.busy', status: 451, handedOverAt: null, settledAt: null },
    { ...one, id: 'm6', state: 'under-way', settledAt: null },
    { ...one, id: 'm7', state: 'suppressed', reason: 'no-server', handedOverAt: null },
  ];
  const log = { at, reader: 'administrator' as const, organisationName: 'Northern Teaching Hospitals', group: 'all' as const, page: 1, mails, total: mails.length, unknown: 1, sends: true, signInLinks: false };
  const { text } = writeLetter({
    items: [{ id: 'm1', kind: 'nudge', subject: 'A message from Tomasz Wrona', paragraphs: ['How did the run chart go down with your team?', `Write to me: ${longName.replaceAll(' ', '')}`], linkLabel: 'Open Coachline' }],
    person: { id: 'p1', name: 'Amara Okafor', givenName: 'Amara' }, cohortName: 'Spring 2026', organisation: { name: 'Northern Teaching Hospitals', help: { telephone: '020 7946 0123', days: 'Monday to Friday', hours: '09:00–17:00 UK time' } },
    publicUrl: 'https://coachline.example.org', sealing: null,
  });

  const preferences = { at, email: 'amara@example.org', isKept: true, cohortZone: 'Europe/London', values: preferenceValues(usualPreference), errors: {} };
  const learner = { personId: 'p1', name: 'Amara Okafor', hasAddress: true, isWelcome: true, pace: null, before: [] };
  const nudge = { at, timeZone: 'Europe/London', cohortName: 'Spring 2026', learner, isOver: false, message: '', error: null };
  const before = [{ at: now.subtract({ hours: 50 }), senderName: longName, paragraphs: ['How is the team?', 'x'.repeat(120)] }, { at: now.subtract({ hours: 400 }), senderName: null, paragraphs: ['Well begun.'] }];
  const open = { token, subject: 'Week 5 is open: Data for improvement', courses: [{ title: 'Improvement coaching, spring', platform: 'Moodle of the teaching hospitals' }], allowsSignInLink: true };

  return {
    'mail-preferences': shown('/mail/preferences', 'learner', preferencesPage({ ...preferences, saved: true })),
    'mail-preferences-errors': shown('/mail/preferences', 'faculty', preferencesPage({ ...preferences, email: `${'x'.repeat(100)}@example.org`, values: { kinds: ['due'], pace: 'daily', quietFrom: 'late', quietUntil: '7', timeZone: 'Mars/Olympus' }, errors: { quietFrom: 'Enter a time of day, such as 20:00.', quietUntil: 'Enter a time of day, such as 07:00.', timeZone: 'Choose a time zone from the list.' } })),
    'mail-preferences-withheld': shown('/mail/preferences', 'learner', preferencesPage({ ...preferences, email: null })),
    'mail-preferences-nothing': shown('/mail/preferences', 'learner', preferencesPage({ ...preferences, email: null, isKept: false, values: {} })),
    'mail-nudge': shown('/mail/nudges/p1', 'faculty', nudgePage(nudge)),
    'mail-nudge-again': shown('/mail/nudges/p1', 'faculty', nudgePage({ ...nudge, learner: { ...learner, name: longName, before }, queued: true })),
    'mail-nudge-errors': shown('/mail/nudges/p1', 'assistant', nudgePage({ ...nudge, learner: { ...learner, before }, message: 'x '.repeat(1_100), error: 'Shorten the message to 2,000 letters or fewer; it has 2,199.' })),
    'mail-nudge-unwelcome': shown('/mail/nudges/p1', 'faculty', nudgePage({ ...nudge, learner: { ...learner, name: null, isWelcome: false } })),
    'mail-log': shown('/admin/mail', 'administrator', logPage(log)),
    'mail-log-kept': shown('/admin/mail', 'operator', logPage({ ...log, reader: 'operator', organisationName: null, group: 'kept', page: 2, mails: Array.from({ length: 50 }, (_, index) => ({ ...mails[6]!, id: `k${index}` })), total: 120, unknown: 0, sends: false, signInLinks: null })),
    'mail-log-empty': shown('/admin/mail', 'administrator', logPage({ ...log, mails: [], total: 0, unknown: 0, signInLinks: true, saved: true })),
    'mail-one': shown('/admin/mail/m1', 'administrator', mailPage({ at, mail: mails[1]!, text })),
    'mail-one-sent': shown('/admin/mail/m1', 'operator', mailPage({ at, mail: one, text, again: true })),
    'mail-open': bare(openPage(open)),
    'mail-open-asked': bare(openPage({ ...open, subject: longName, courses: [...open.courses, { title: longName, platform: 'Canvas' }], asked: true })),
    'mail-open-left': bare(openPage({ ...open, courses: [] })),
    'mail-sign-in': bare(signInPage({ token })),
    'mail-unsubscription': bare(unsubscriptionPage({ token, what: 'due' })),
    'mail-unsubscription-done': bare(unsubscriptionPage({ token, what: 'all', stopped: true })),
  };
}
