// One example of every page and of every variant that looks different, with long names and empty lists among them.
import type { Programme, ProgrammeWeek } from '../server/content/programme.ts';
import { nextStep, weekStatuses } from '../server/domain/week-schedule.ts';
import type { ReadingPlace } from '../server/domain/week-schedule.ts';
import { cohortPage, cohortsPage, copyPage, settingsPage, startPage } from '../server/features/cohorts/pages.ts';
import type { CohortInput, LearnerProgress } from '../server/features/cohorts/pages.ts';
import { profileOf } from '../server/lti/lms-profiles.ts';
import { refusals } from '../server/lti/refusal.ts';
import { deploymentWaitingPage, loginPage, newWindowPage, refusedPage, storagePage } from '../server/features/launch/pages.ts';
import { listChoosable } from '../server/features/deep-linking/choosable.ts';
import * as deepLinkingPages from '../server/features/deep-linking/pages.ts';
import type { ChoiceInput } from '../server/features/deep-linking/pages.ts';
import { homePage, lockedWeekPage, notYetPage, weekPage } from '../server/features/learning/pages.ts';
import type { CheckInput, Reader, WeekInput } from '../server/features/learning/pages.ts';
import { assignmentExamples } from './page-fixtures-assignments.ts';
import { attendanceExamples } from './page-fixtures-attendance.ts';
import { planExamples } from './page-fixtures-coaching-plans.ts';
import { gradingExamples } from './page-fixtures-grading.ts';
import { checkExamples, smallCheck } from './page-fixtures-knowledge-checks.ts';
import { eligibilityExamples } from './page-fixtures-eligibility.ts';
import { paceExamples } from './page-fixtures-pace.ts';
import { mailExamples } from './page-fixtures-mail.ts';
import { progressExamples } from './page-fixtures-progress.ts';
import { readingExamples } from './page-fixtures-reading.ts';
import { talkExamples } from './page-fixtures-talk.ts';
import { workshopExamples } from './page-fixtures-workshops.ts';
import { organisationPage, organisationsPage } from '../server/features/organisations/pages.ts';
import { privacyPage, signedOutPage } from '../server/features/people/pages.ts';
import { launchFirstPage, selfTestPage } from '../server/features/self-test/pages.ts';
import { keysPage } from '../server/features/tool-keys/pages.ts';
import { platformsPage, registrationPage } from '../server/features/platforms/pages.ts';
import { columnPage, scoresPage } from '../server/features/scores/pages.ts';
import type { Cell, Column } from '../server/features/scores/pages.ts';
import { everythingPage, notInPreviewPage } from '../server/features/preview/pages.ts';
import { programmePage } from '../server/features/programme/pages.ts';
import * as registrationPages from '../server/features/registration/pages.ts';
import { findOptionalGuide, lmsGuides } from '../server/features/registration/lms-guides.ts';
import { scopeWords, toolAt } from '../server/lti/tool.ts';
import { rosterPage } from '../server/features/rosters/pages.ts';
import type { RosterInput, RosterPerson } from '../server/features/rosters/pages.ts';
import { errorPage, navigation, publicChrome } from '../server/plugins/views.ts';
import type { Chrome, Page, Role } from '../server/plugins/views.ts';

const rosterRead = { waiting: false, leaseUntil: null, outcome: 'complete' as const, reason: null, completedAt: Temporal.Instant.from('2026-05-12T02:12:00Z'), finishedAt: Temporal.Instant.from('2026-05-12T02:12:00Z'), members: 26 };

export type Example = { page: Page; chrome: Chrome };

const at = (path: string) => `/in/SIGNIN${path}`;
const help = { telephone: '+1 617-301-4800', days: 'Monday – Friday', hours: '08:30 – 17:00' };
/** A Tuesday in week 5. */
const now = Temporal.Instant.from('2026-05-12T09:30:00Z');
const cohort = { name: 'Spring 2026', startsOn: Temporal.PlainDate.from('2026-04-13'), timeZone: 'Europe/London' };
const longName = 'Wolfeschlegelsteinhausenbergerdorff-Papadimitrakopoulou, Bartholomäus Zbigniew Łukasz';

/** As long as an organisation may write it. */
const longHelp = { telephone: '+44 (0)20 7946 0123 4567 89012', days: 'Monday to Thursday, and Friday until noon, not on holidays', hours: '08:30–12:00 and 13:00–17:00 UK local time' };
const settings = { name: cohort.name, startsOn: '2026-04-13', timeZone: cohort.timeZone };
const registration = {
  id: 'p1', organisationName: 'Northern Teaching Hospitals', name: 'Moodle of the teaching hospitals', issuer: 'https://moodle.northern-teaching-hospitals.example.org', clientId: 'x8sKq2mPz1vTtL0',
  authenticationUrl: 'https://moodle.northern-teaching-hospitals.example.org/mod/lti/auth.php', tokenUrl: 'https://moodle.northern-teaching-hospitals.example.org/mod/lti/token.php', keysetUrl: 'https://moodle.northern-teaching-hospitals.example.org/mod/lti/certs.php', grantedScopes: null, heldReason: null,
};

const ourTool = toolAt('https://coachline.northern-teaching-hospitals.example.org');
const organisations = [{ id: 'o1', name: 'Northern Teaching Hospitals' }, { id: 'o2', name: longName }];
const guideInput = { at, tool: ourTool, organisations: organisations.slice(0, 1), organisationId: null, link: null, values: {}, errors: {}, sent: null };
/** Every LMS as an administrator sees it; and for an operator a link just made, and a form with everything wrong. */
const connectPages = Object.fromEntries([
  ['connect', 'administrator', registrationPages.connectPage({ at, organisationName: longName })] as const,
  ...lmsGuides.map((guide) => [`connect-${guide.code}`, 'administrator', registrationPages.guidePage({ ...guideInput, guide })] as const),
  ['connect-link', 'operator', registrationPages.guidePage({ ...guideInput, organisations, organisationId: 'o2', sent: 'link', guide: findOptionalGuide('moodle')!, link: 'https://coachline.northern-teaching-hospitals.example.org/lti/register/8sKq2mPz1vTtL0x8sKq2mPz1vTtL0x8sKq2mPz1vTtL0' })] as const,
  ['connect-errors', 'operator', registrationPages.guidePage({ ...guideInput, organisations, sent: 'registration', guide: findOptionalGuide('brightspace')!, values: { name: longName, issuer: 'learn.college.ca' }, errors: { organisation: 'Choose the organisation whose LMS this is.', issuer: 'Enter the issuer whole, beginning with https://.', clientId: 'Enter the client ID that the LMS gave Coachline.', keysetUrl: 'This is one of Coachline’s own addresses, which go into the LMS. Here goes the address of the public keys that the LMS shows.' } })] as const,
].map(([name, role, page]) => [name, shown('/platforms/connect', role, page)]));

const scoreColumns: Column[] = [
  { id: 'c1', label: 'Week 1: knowledge check', scoreMaximum: 10, course: 'Improvement coaching, spring', issuer: 'https://canvas.instructure.com', productFamilyCode: 'canvas', problem: null, counts: { total: 40, sent: 40, waiting: 0, refused: 0, differing: 0 } },
  { id: 'c2', label: 'Week 2: knowledge check on the Model for Improvement and everything that belongs to it', scoreMaximum: 10, course: longName, issuer: 'https://moodle.example.org', productFamilyCode: 'moodle', problem: null, counts: { total: 6, sent: 3, waiting: 2, refused: 1, differing: 1 } },
  { id: 'c3', label: 'Week 3: knowledge check', scoreMaximum: 10, course: longName, issuer: 'https://learn.example.org', productFamilyCode: 'openedx', problem: null, counts: { total: 0, sent: 0, waiting: 0, refused: 0, differing: 0 } },
];
const cell: Cell = { id: 's0', name: 'Amara Okafor', state: 'sent', scoreGiven: 7, scoreMaximum: 10, reason: null, changedAt: now.subtract({ hours: 30 }), sentAt: now.subtract({ hours: 30 }), differs: false, result: null };
const scoreCells: Cell[] = [
  { ...cell, id: 's1', name: longName, state: 'refused', reason: 'score.not_a_student', sentAt: null },
  { ...cell, id: 's2', name: 'Łukasz Wiśniewski', differs: true, result: { score: 63.33, maximum: 100 } },
  { ...cell, id: 's3', name: null, state: 'waiting', reason: 'platform.throttled', scoreGiven: 7.25 },
  { ...cell, id: 's4', name: 'Phương Thảo Nguyễn Thị', state: 'waiting', scoreGiven: null },
  { ...cell, id: 's5', name: 'محمد عبد الرحمن الشريف', scoreGiven: null, sentAt: null },
  { ...cell, id: 's6' },
];

/** Every page by a name for it. `programme` may be the real one; `smallProgramme` does for tests. */
export function examples(programme: Programme): Record<string, Example> {
  const scheduled = programme.weeks.map(({ number, material }) => ({ number, sections: material?.sections.map(({ key }) => key) ?? [] }));
  const sectionKeys = (number: number) => scheduled.find((week) => week.number === number)?.sections ?? [];
  const allDone = new Map(scheduled.map(({ number, sections }) => [number, new Set(sections)]));
  const someDone = new Map([[1, new Set(sectionKeys(1))], [2, new Set(sectionKeys(2).slice(0, 2))]]);
  const noneDone = new Map<number, Set<string>>();

  const home = (reader: Reader, moment: Temporal.Instant, done: ReadonlyMap<number, ReadonlySet<string>>, place: ReadingPlace | null = null): Page => {
    const statuses = weekStatuses(scheduled, cohort, done, moment);
    return homePage({ at, now: moment, reader, programme, cohort, statuses, done, next: nextStep(scheduled, statuses, done, place) });
  };
  const week = (number: number, reader: Reader, moment: Temporal.Instant, lastRead: string | null = null, check: CheckInput | null = { results: [], answered: 0, score: null }, eligibility: WeekInput['eligibility'] = null): Page => {
    const done = reader === 'learner' || reader === 'test-learner' ? someDone : noneDone;
    return weekPage({ at, now: moment, reader, readerName: 'Amara Okafor', programme, week: weekOf(programme, number), cohort, statuses: weekStatuses(scheduled, cohort, done, moment), done, lastRead, check: reader === 'learner' ? check : null, eligibility });
  };
  const cohortInput = (learners: LearnerProgress[], change: Partial<CohortInput> = {}): CohortInput => ({
    at, path: '/cohort', now, reader: 'faculty', cohort: { ...cohort, programmeTitle: programme.title }, learners, page: 1, joinCode: 'K7QM-2XRD',
    weeks: scheduled.map(({ number }) => ({ number, sectionsTotal: 6 })),
    courses: [
      { title: 'Improvement coaching, spring', platform: 'Moodle of the teaching hospitals', lms: 'Moodle', offersRoster: true, isOwn: true, roster: { ...rosterRead, members: 26 } },
      { title: `${longName} and a second course with a long name`, platform: 'Canvas', lms: 'Canvas', offersRoster: true, isOwn: false, roster: { ...rosterRead, outcome: 'incomplete', reason: 'pages.elsewhere', members: 312 } },
      { title: 'A course of another kind', platform: 'Old LMS', lms: 'the LMS', offersRoster: false, isOwn: false, roster: null },
    ],
    ...change,
  });
  const choice = (change: Partial<ChoiceInput> = {}): ChoiceInput => ({
    at, requestId: 'q1', courseTitle: 'Improvement coaching, spring', lms: profileOf({ productFamilyCode: null, issuer: '' }), place: { takesLinks: true, takesMany: true, takesColumns: true, openings: ['iframe', 'window'] },
    cohort: { id: 'c1', name: cohort.name, timeZone: cohort.timeZone }, choosable: listChoosable(programme, cohort), held: new Map(), present: null, search: '', form: { items: [], opening: 'iframe', withDates: true }, ...change,
  });
  const weeksLater = (weeks: number) => now.add({ hours: weeks * 7 * 24 });
  const week2Sections = sectionKeys(2);

  return {
    'programme': shown('/', null, programmePage({ programme, help, reader: 'visitor', home: null, mediaAddress: (file) => `/media/${file}` })),
    'preview-everything': shown('/preview/everything', null, everythingPage({ at: (path) => `/preview${path}`, programme }), { banner: 'A live preview of the course material.' }),
    'preview-not-here': shown('/preview/plan', null, notInPreviewPage({ at: (path) => `/preview${path}` })),
    'programme-guest': shown('/programme', 'guest', programmePage({ programme, help, reader: 'guest', guestBecause: 'no-role', home: null, mediaAddress: (file) => `/media/${file}` })),
    'programme-film': shown('/programme', 'learner', programmePage({ programme: { ...programme, introduction: { ...programme.introduction, file: 'coaches.webm', captions: 'coaches.vtt' } }, help, reader: 'member', home: at('/'), mediaAddress: (file) => `/media/${file}` })),
    'home': shown('/home', 'learner', home('learner', now, someDone, { week: 2, section: week2Sections[2] ?? '' })),
    'home-news': shown('/home', 'learner', homePage({
      at, now, reader: 'learner', cohort, statuses: weekStatuses(scheduled, cohort, someDone, now), done: someDone, next: nextStep(scheduled, weekStatuses(scheduled, cohort, someDone, now), someDone, null),
      programme: { ...programme, weeks: programme.weeks.map((one) => (one.workshop ? { ...one, workshop: { ...one.workshop, key: `workshop-${one.number}` } } : one)) },
      news: {
        discussion: [{ week: 2, posts: 3, mentions: 1, replies: 0 }, { week: 9, posts: 1, mentions: 0, replies: 0 }],
        plan: { filled: 48, submission: { number: 2, state: 'returned', isRead: false } },
        eligibility: { state: 'returned', word: `${longName} is named as sponsor and as member of the team. `.repeat(4) },
        workshops: {
          next: { key: 'workshop-1', day: 1, startsAt: now.add({ minutes: 5 }), endsAt: now.add({ hours: 2 }), timeZone: 'Europe/London', meetingUrl: 'https://meet.example.org/spring', venue: null, address: null, movedFrom: now.subtract({ hours: 24 }), moveReason: 'The room was taken', cancelledAt: null, cancelReason: null },
          changes: [{ key: 'workshop-3', day: 2, startsAt: now.add({ hours: 400 }), endsAt: now.add({ hours: 408 }), timeZone: 'Europe/London', meetingUrl: null, venue: longName, address: null, movedFrom: null, moveReason: null, cancelledAt: now, cancelReason: 'Two of the faculty are ill' }],
        },
      },
    })),
    'home-first-week': shown('/home', 'learner', home('learner', now.subtract({ hours: 28 * 24 }), noneDone)),
    'home-before': shown('/home', 'learner', home('learner', now.subtract({ hours: 40 * 24 }), noneDone)),
    'home-all-open-done': shown('/home', 'learner', home('learner', now, allDone)),
    'home-finished': shown('/home', 'learner', home('learner', weeksLater(20), allDone)),
    'home-over': shown('/home', 'learner', home('learner', weeksLater(20), someDone)),
    'home-test-learner': shown('/home', 'learner', home('test-learner', now, noneDone), { banner: 'You see Coachline as a test learner does. Nothing you do here is recorded.' }),
    'home-mentor': shown('/home', 'mentor', home('mentor', now, noneDone)),
    'home-staff': shown('/home', 'faculty', home('staff', now, noneDone)),
    'week': shown('/weeks/2', 'learner', week(2, 'learner', now.subtract({ hours: 21 * 24 }), week2Sections[3] ?? null)),
    'week-staff': shown('/weeks/1', 'faculty', week(1, 'staff', now)),
    'week-team': shown('/weeks/1', 'learner', week(1, 'learner', now, null, null, { required: true, state: 'returned', toolsBefore: 0, toolsAfter: 0 })),
    'week-check-answered': shown('/weeks/1', 'learner', week(1, 'learner', now, null, { results: [], answered: 3, score: null })),
    'week-check-best': shown('/weeks/1', 'learner', week(1, 'learner', now, null, { results: [{ points: 8, maximum: 10 }], answered: 3, score: { state: 'sent', points: 8, maximum: 10, sentAt: now, seen: null } })),
    ...Object.fromEntries(Object.entries(attendanceExamples({ at, now, cohort, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(checkExamples({ at, now, programme, cohort, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(mailExamples({ at, now, longName })).map(([name, { path, role, page }]) => [name, role === null ? bare(page) : shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(readingExamples(at, programme)).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(workshopExamples({ at, now, cohort, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(eligibilityExamples({ at, now, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(paceExamples({ at, now, programme, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(planExamples({ at, now, programme, cohort, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(gradingExamples({ at, now, cohort, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(assignmentExamples({ at, now, programme, cohort, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(talkExamples({ at, now, programme, cohort, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    ...Object.fromEntries(Object.entries(progressExamples({ at, now, cohort, longName })).map(([name, { path, role, page }]) => [name, shown(path, role, page)])),
    'week-outline': shown('/weeks/5', 'learner', week(5, 'learner', now)),
    'week-locked': shown('/weeks/9', 'learner', lockedWeekPage({ at, now, programme, week: weekOf(programme, 9), cohort })),
    'cohort': shown('/cohort', 'faculty', cohortPage(cohortInput(manyLearners(12, programme)))),
    'cohort-reasons': shown('/cohort', 'faculty', cohortPage(cohortInput(manyLearners(4, programme).map((learner, index) => ({
      ...learner, bestChecks: new Map([[1, { points: 5, maximum: 10 }]]), absences: index, plan: 'none' as const,
      pace: index === 0 ? { breaks: [], pausedOn: Temporal.PlainDate.from('2026-05-04'), extensionDays: 0 } : null,
    })), { completion: { sectionsPercent: 90, checks: [1, 2, 3, 4].map((number) => ({ week: number, percent: 70 })), plan: { beginsInWeek: 4 } } }))),
    'cohort-large': shown('/cohort', 'administrator', cohortPage(cohortInput(manyLearners(300, programme), { page: 2, reader: 'administrator' }))),
    'cohort-empty': shown('/cohort', 'faculty', cohortPage(cohortInput([], { notice: 'started' }))),
    'cohort-before': shown('/cohort', 'assistant', cohortPage(cohortInput(manyLearners(2, programme), { now: now.subtract({ hours: 40 * 24 }), reader: 'assistant', courses: [] }))),
    'roster': shown('/roster', 'faculty', rosterPage(rosterInput())),
    'roster-large': shown('/roster', 'administrator', rosterPage(rosterInput({ page: 3, total: 10_000, notice: 'asked', group: 'learners', counts: { here: 10_012, learners: 10_000, staff: 12, never: 812, left: 31, nameless: 2 }, sync: { ...rosterRead, waiting: true } }))),
    'roster-withheld': shown('/roster', 'faculty', rosterPage(rosterInput({ counts: { here: 8, learners: 6, staff: 2, never: 3, left: 0, nameless: 8 }, people: rosterPeople().slice(0, 8).map((person) => ({ ...person, name: null, email: null, active: true })), total: 8, lms: profileOf({ productFamilyCode: 'canvas', issuer: '' }), sync: { ...rosterRead, outcome: 'incomplete', reason: 'roster.line_unreadable' } }))),
    'roster-search': shown('/roster', 'assistant', rosterPage(rosterInput({ group: 'never', search: 'ama', total: 1, people: rosterPeople().slice(3, 4), sync: { ...rosterRead, waiting: true, outcome: 'incomplete', reason: 'platform.timeout' } }))),
    'roster-nobody-found': shown('/roster', 'faculty', rosterPage(rosterInput({ search: longName, total: 0, people: [], notice: 'just-now' }))),
    'roster-empty': shown('/roster', 'faculty', rosterPage(rosterInput({ counts: { here: 0, learners: 0, staff: 0, never: 0, left: 0, nameless: 0 }, people: [], total: 0, sync: null, offered: false, courseTitle: null }))),
    'roster-left': shown('/roster', 'faculty', rosterPage(rosterInput({ group: 'left', total: 2, people: rosterPeople().slice(0, 2).map((person) => ({ ...person, active: false })), notice: 'under-way', sync: { ...rosterRead, leaseUntil: now.add({ seconds: 40 }) } }))),
    'cohorts': shown('/cohorts', 'administrator', cohortsPage({ at, now, organisationName: 'Northern Teaching Hospitals', cohorts: [{ id: 'a', ...cohort, learners: 40 }, { id: 'b', ...cohort, name: longName, startsOn: Temporal.PlainDate.from('2026-09-07'), learners: 0 }] })),
    'scores': shown('/scores', 'faculty', scoresPage({ at, reader: 'faculty', cohortName: cohort.name, columns: scoreColumns, notice: 'again' })),
    'scores-empty': shown('/scores', 'assistant', scoresPage({ at, reader: 'assistant', cohortName: cohort.name, columns: [] })),
    'scores-arrived': shown('/scores', 'administrator', scoresPage({ at, reader: 'administrator', cohortName: longName, columns: scoreColumns.slice(0, 1) })),
    'score-column': shown('/scores/columns/c2', 'faculty', columnPage({ at, reader: 'faculty', cohortName: cohort.name, timeZone: cohort.timeZone, column: scoreColumns[1]!, learners: scoreCells, page: 1, notice: 'read' })),
    'score-column-large': shown('/scores/columns/c3', 'administrator', columnPage({ at, reader: 'administrator', cohortName: longName, timeZone: cohort.timeZone, column: { ...scoreColumns[2]!, counts: { total: 120, sent: 118, waiting: 0, refused: 1, differing: 1 } }, learners: Array.from({ length: 40 }, (_, index) => ({ ...scoreCells[index % scoreCells.length]!, id: `s${index}` })), page: 2, readingFailed: 'platform.timeout' })),
    'score-column-empty': shown('/scores/columns/c4', 'assistant', columnPage({ at, reader: 'assistant', cohortName: cohort.name, timeZone: cohort.timeZone, column: { ...scoreColumns[2]!, problem: 'line_item.not_creatable', counts: { total: 0, sent: 0, waiting: 0, refused: 0, differing: 0 } }, learners: [], page: 1, notice: 'no-column' })),
    'cohorts-empty': shown('/cohorts', 'operator', cohortsPage({ at, now, organisationName: 'All organisations', cohorts: [] })),
    'start': shown('/cohort/start', 'faculty', startPage({ at, reader: 'faculty', courseTitle: 'Improvement coaching, spring', programmeTitle: programme.title, values: { name: 'Spring 2026', startsOn: '2026-05-18', timeZone: 'Europe/London' }, errors: {}, cohorts: [] })),
    'start-errors': shown('/cohort/start', 'administrator', startPage({ at, reader: 'administrator', courseTitle: null, programmeTitle: programme.title, values: { name: '', startsOn: '2020-01-06', timeZone: 'Europe/Madrid' }, errors: { name: 'Write a name for the cohort.', startsOn: 'This day has passed. Choose one from 12 May 2026 on.', cohort: 'Choose a cohort from the list.' }, cohorts: [{ id: 'a', name: 'Autumn 2025', startsOn: Temporal.PlainDate.from('2025-09-08'), learners: 38 }, { id: 'b', name: longName, startsOn: Temporal.PlainDate.from('2026-01-12'), learners: 1 }] })),
    'cohort-changed': shown('/cohort', 'faculty', cohortPage(cohortInput(manyLearners(2, programme), { notice: 'changed', formsWaiting: 3, plansWaiting: 3 }))),
    'settings': shown('/cohort/settings', 'faculty', settingsPage({ at, path: '/cohort', cohortName: cohort.name, values: settings, loaded: settings, errors: {}, attendance: { isOn: false, cohort: null } })),
    'settings-errors': shown('/cohorts/a/settings', 'operator', settingsPage({ at, path: '/cohorts/a', cohortName: longName, values: { startsOn: '2206-04-13', timeZone: 'Europe/Atlantis' }, loaded: settings, errors: { name: 'Give the cohort a name, such as the season or the hospital.', startsOn: 'Check the year: the first day must lie within three years of today.', timeZone: 'Choose a time zone from the list, for example Europe/London.' }, attendance: { isOn: true, cohort: 'a' } })),
    'settings-conflict': shown('/cohort/settings', 'administrator', settingsPage({ at, path: '/cohort', cohortName: cohort.name, values: { name: longName, startsOn: '2026-04-20', timeZone: 'Europe/London' }, loaded: settings, errors: {}, saved: settings, attendance: { isOn: true, cohort: null } })),
    'not-yet': shown('/', 'learner', notYetPage({ at, courseTitle: 'Improvement coaching, spring', reader: 'learner' })),
    'platforms': shown('/admin/platforms', 'administrator', platformsPage({ at, organisationName: 'Northern Teaching Hospitals', timeZone: 'Europe/London', approved: '7', addresses: ourAddresses, platforms: [
      { id: 'p1', organisationId: 'o1', name: 'Moodle of the teaching hospitals', issuer: 'https://moodle.northern-teaching-hospitals.example.org', clientId: 'x8sKq2mPz1vTtL0', active: true, heldReason: null, governed: true, deployments: [{ id: 'd1', deploymentId: '7', createdAt: now, approvedAt: now, firstSeenAs: null, organisationName: 'Northern Teaching Hospitals', mayWithdraw: false }] },
      { id: 'p2', organisationId: 'o2', name: 'Canvas', issuer: 'https://canvas.instructure.com', clientId: '10000000000042', active: true, heldReason: null, governed: false, deployments: [{ id: 'd2', deploymentId: '8:dd1b3e7f5d0d4d3ab0a5c3d8a8f6e6b1cbd0c2f2', createdAt: now, approvedAt: null, firstSeenAs: 'Northern School of Nursing, Improvement coaching', organisationName: null, mayWithdraw: false }] },
      { id: 'p3', organisationId: 'o1', name: 'Old Sakai', issuer: 'https://sakai.example.org', clientId: '1', active: false, heldReason: null, governed: true, deployments: [] },
      { id: 'p4', organisationId: 'o1', name: longName, issuer: 'https://learn.example.org', clientId: '2', active: false, heldReason: 'foreign-endpoint', governed: true, deployments: [] },
    ] })),
    'platforms-operator': shown('/admin/platforms', 'operator', platformsPage({ at, organisationName: 'All organisations', timeZone: 'UTC', withdrawn: '8:dd1b3e7f5d0d4d3ab0a5c3d8a8f6e6b1cbd0c2f2', addresses: ourAddresses, organisations, platforms: [
      { id: 'p2', organisationId: 'o2', name: 'Canvas', issuer: 'https://canvas.instructure.com', clientId: '10000000000042', active: true, heldReason: null, governed: true, deployments: [
        { id: 'd2', deploymentId: '8:dd1b3e7f5d0d4d3ab0a5c3d8a8f6e6b1cbd0c2f2', createdAt: now, approvedAt: null, firstSeenAs: longName, organisationName: null, mayWithdraw: false },
        { id: 'd3', deploymentId: '9:aa1b3e7f5d0d4d3ab0a5c3d8a8f6e6b1cbd0c2f2', createdAt: now, approvedAt: now, firstSeenAs: null, organisationName: longName, mayWithdraw: true },
      ] },
    ] })),
    'platforms-empty': shown('/admin/platforms', 'operator', platformsPage({ at, organisationName: 'All organisations', timeZone: 'UTC', addresses: ourAddresses, platforms: [], rejected: longName })),
    'registration': shown('/admin/platforms/p1', 'administrator', registrationPage({ at, reader: 'administrator', registration, publicUrl: 'https://coachline.example.org', values: { name: registration.name, active: true, frameOrigins: '', institutionAdministrators: true }, errors: {}, notice: 'changed' })),
    'registration-held': shown('/admin/platforms/p1', 'operator', registrationPage({ at, reader: 'operator', registration: { ...registration, heldReason: 'shared-issuer', grantedScopes: [] }, publicUrl: 'https://coachline.example.org', values: { name: registration.name, active: false, frameOrigins: '', institutionAdministrators: true }, errors: {}, notice: 'connected' })),
    'registration-waits': shown('/admin/platforms/p1', 'administrator', registrationPage({ at, reader: 'administrator', registration: { ...registration, heldReason: 'foreign-endpoint' }, publicUrl: 'https://coachline.example.org', values: { name: registration.name, active: false, frameOrigins: '', institutionAdministrators: true }, errors: {}, notice: 'asked' })),
    ...connectPages,
    'registration-errors': shown('/admin/platforms/p1', 'operator', registrationPage({ at, reader: 'operator', registration: { ...registration, name: longName }, publicUrl: 'https://coachline.northern-teaching-hospitals.example.org', values: { name: '', active: false, frameOrigins: 'https://portal.example.org\nhttp://intranet.example.org\nhttps://*.example.org', institutionAdministrators: false }, errors: { name: 'Give the platform a name that your colleagues know it by.', frameOrigins: ['“http://intranet.example.org”: begin with https://; plain http is not safe enough.', '“https://*.example.org”: write each host on a line of its own; * does not stand for several.'] } })),
    'organisation': shown('/admin/organisation', 'administrator', organisationPage({ at, path: '/admin/organisation', organisationName: 'Northern Teaching Hospitals', values: { name: 'Northern Teaching Hospitals' }, errors: {}, programmeHelp: help })),
    'organisation-errors': shown('/admin/organisations/o1', 'operator', organisationPage({ at, path: '/admin/organisations/o1', organisationName: longName, values: { telephone: 'ask Mary', days: 'Monday to Friday' }, errors: { name: 'Give the organisation its name, as its people say it.', telephone: 'Write the number alone: digits, spaces, + ( ) . and -, for example 020\u00a07946\u00a00123.', hours: 'Add the hours in which somebody answers, or empty all three.' }, programmeHelp: help })),
    'organisation-saved': shown('/admin/organisation', 'administrator', organisationPage({ at, path: '/admin/organisation', organisationName: longName, values: { name: longName, ...longHelp }, errors: {}, programmeHelp: help, saved: true }), { help: longHelp }),
    'organisations': shown('/admin/organisations', 'operator', organisationsPage({ at, organisations: [{ id: 'o1', name: 'Northern Teaching Hospitals', shortName: 'northern', help: longHelp, cohorts: 3, platforms: 2 }, { id: 'o2', name: longName, shortName: 'a-short-name-that-is-nearly-as-long-as-the-sixty-three-letters', help: null, cohorts: 0, platforms: 1 }] })),
    'organisations-empty': shown('/admin/organisations', 'operator', organisationsPage({ at, organisations: [] })),
    'launch-login': bare(loginPage({ authenticationUrl: '/somewhere?state=abc', windowUrl: '/lti/login/window?state=abc', storage: { target: '_parent', origin: 'https://platform.example.org', key: 'coachline.abc', value: 'secret "quoted" </script>' } })),
    'launch-storage': bare(storagePage({ postUrl: '/lti/launch', fields: [{ name: 'state', value: 'abc' }], secretField: 'secret', problemField: 'problem', storage: { target: 'post_message_forwarding', origin: 'https://sso.canvaslms.com', key: 'coachline.abc' } })),
    'launch-window': bare(newWindowPage({ windowUrl: '/in/SIGNIN/window?ticket=abc', reference: null })),
    'launch-by-hand': bare(newWindowPage({ windowUrl: null, reference: 'req-4f2k' })),
    'launch-refused': bare(refusedPage({ words: refusals['state.used'], reference: 'req-4f2k', openHref: at('/') })),
    'launch-refused-platform': bare(refusedPage({ words: refusals['platform.error'], reference: 'req-4f2k', openHref: null, platformSays: `${longName} <b>The course is over.</b>` })),
    'launch-refused-verified': bare(refusedPage({ words: refusals['deep_linking.not_for_you'], reference: 'req-4f2k', openHref: null, returnHref: 'https://platform.example.org/course?lti_errormsg=No' })),
    'launch-refused-admin': bare(refusedPage({ words: refusals['registration.unknown'], reference: 'req-4f2k', openHref: null })),
    'deployment-waiting': bare(deploymentWaitingPage({ platformName: 'Canvas', issuer: 'https://canvas.instructure.com', clientId: '10000000000042', deploymentId: '8:dd1b3e7f5d0d4d3ab0a5c3d8a8f6e6b1cbd0c2f2', reference: 'req-4f2k' })),
    'registration-confirm': bare(registrationPages.confirmPage({ platform: registering, organisationName: 'Northern Teaching Hospitals', scopes: Object.keys(scopeWords), clientIds: ['10000000000042'], action: '/lti/register/TOKEN', configurationUrl: `${registering.issuer}/api/lti/security/openid-configuration`, registrationToken: 'token "quoted"' })),
    'registration-confirm-bare': bare(registrationPages.confirmPage({ platform: { ...registering, productFamily: null, accountName: null }, organisationName: 'default', scopes: [], clientIds: [], action: '/lti/register/TOKEN', configurationUrl: `${registering.issuer}/configuration`, registrationToken: null })),
    'registration-done': bare(registrationPages.donePage({ platform: registering, clientId: '10000000000042', deploymentId: '7', scopesMissing: [], configurationUrl: registering.issuer })),
    'registration-done-less': bare(registrationPages.donePage({ platform: registering, clientId: '10000000000042', deploymentId: null, scopesMissing: Object.keys(scopeWords), configurationUrl: registering.issuer })),
    'registration-confirm-held': bare(registrationPages.confirmPage({ platform: { ...registering, heldReason: 'shared-issuer' }, organisationName: 'Northern Teaching Hospitals', scopes: [], clientIds: [], action: '/lti/register/TOKEN', configurationUrl: `${registering.issuer}/configuration`, registrationToken: null })),
    'registration-done-held': bare(registrationPages.donePage({ platform: { ...registering, heldReason: 'foreign-endpoint' }, clientId: '10000000000042', deploymentId: '7', scopesMissing: [], configurationUrl: registering.issuer })),
    'registration-refused': bare(registrationPages.refusedPage({ refusal: { code: 'link.used' }, reference: 'req-4f2k' })),
    'registration-refused-quoted': bare(registrationPages.refusedPage({ refusal: { code: 'platform.refused', platformSays: '<script>alert(1)</script> is not one of the values' }, reference: 'req-4f2k' })),
    'choice': shown('/deep-linking/q1', 'faculty', deepLinkingPages.choicePage(choice()), { nav: [] }),
    'choice-held': shown('/deep-linking/q1', 'administrator', deepLinkingPages.choicePage(choice({ courseTitle: longName, held: new Map([['week-1', null], ['week-2', now]]), form: { items: ['week-3'], opening: 'window', withDates: false }, notice: 'started' })), { nav: [] }),
    'choice-nothing': shown('/deep-linking/q1', 'faculty', deepLinkingPages.choicePage(choice({ notice: 'nothing' })), { nav: [] }),
    'choice-one': shown('/deep-linking/q1', 'faculty', deepLinkingPages.choicePage(choice({ cohort: null, courseTitle: null, place: { takesLinks: true, takesMany: false, takesColumns: false, openings: ['window'] }, lms: profileOf({ productFamilyCode: 'canvas', issuer: '' }) })), { nav: [] }),
    'choice-anew': shown('/deep-linking/q1', 'faculty', deepLinkingPages.choicePage(choice({ present: 'week-2', held: new Map([['week-2', now]]), place: { takesLinks: true, takesMany: false, takesColumns: true, openings: [] }, form: { items: ['week-2'], opening: null, withDates: true } })), { nav: [] }),
    'choice-searched': shown('/deep-linking/q1', 'faculty', deepLinkingPages.choicePage(choice({ search: 'nothing like it' })), { nav: [] }),
    'choice-no-cohort': shown('/deep-linking/q1', 'faculty', deepLinkingPages.noCohortPage({ at, requestId: 'q1', courseTitle: 'Improvement coaching, autumn', mayStart: true }), { nav: [] }),
    'choice-no-cohort-assistant': shown('/deep-linking/q1', 'assistant', deepLinkingPages.noCohortPage({ at, requestId: 'q1', courseTitle: null, mayStart: false }), { nav: [] }),
    'choice-no-links': shown('/deep-linking/q1', 'faculty', deepLinkingPages.noLinksPage({ at, requestId: 'q1', acceptTypes: ['file', 'html', 'somethingNobodyKnows'], lmsName: 'Canvas', reference: 'req-4f2k' }), { nav: [] }),
    'choice-answer': bare(deepLinkingPages.answerPage({ returnUrl: '/somewhere?one=1&two="2"', field: { name: 'JWT', value: 'aaa.bbb.ccc' }, count: 12, courseTitle: longName })),
    'choice-cancelled': bare(deepLinkingPages.answerPage({ returnUrl: '/somewhere', field: { name: 'JWT', value: 'aaa.bbb.ccc' }, count: 0, courseTitle: null })),
    ...Object.fromEntries((['answered', 'expired', 'altered', 'address'] as const).map((reason) => [`choice-${reason}`, shown('/deep-linking/q1', 'faculty', deepLinkingPages.refusedChoicePage({ reason, again: at('/deep-linking/q1'), reference: 'req-4f2k' }), { nav: [] })])),
    'self-test': shown('/self-test', 'administrator', selfTestPage({
      at, platformName: 'Moodle of the teaching hospitals', courseTitle: `Improvement coaching, ${longName}`, learnerName: longName, hasLearner: true, ranAt: now, timeZone: 'Europe/London',
      findings: [
        { group: 'launch', name: 'Names', state: 'good', happened: 'Moodle sends people’s names.', toDo: null },
        { group: 'launch', name: 'E-mail addresses', state: 'attention', happened: 'Moodle withholds e-mail addresses.', toDo: 'Coachline works without them. To tell apart two people of one name, let the tool see e-mail addresses in Moodle.' },
        { group: 'browser', name: 'Your browser', state: 'good', happened: 'Coachline was opened in a frame, and your browser kept its cookie.', toDo: null },
        { group: 'keys', name: 'Keys of the LMS', state: 'good', happened: 'Moodle publishes two keys, and we could fetch them just now.', toDo: null },
        { group: 'roster', name: 'List of participants', state: 'problem', happened: 'Moodle did not answer in time.', toDo: 'Nothing to do: Coachline tries again by itself.' },
        { group: 'grades', name: 'A score there and back', state: 'skipped', happened: 'Moodle answers too slowly to try it on this page.', toDo: 'Run the test again in a quieter hour.' },
      ],
    })),
    'self-test-new': shown('/self-test', 'administrator', selfTestPage({ at, platformName: longName, courseTitle: null, learnerName: null, hasLearner: false, ranAt: null, timeZone: 'UTC', findings: [] })),
    'self-test-by-link': shown('/self-test', 'operator', launchFirstPage({ at, publicUrl: 'https://coachline.northern-teaching-hospitals.example.org' })),
    'signed-out': bare(signedOutPage()),
    'signed-out-of-course': bare(signedOutPage({ wayBack: { href: 'https://moodle.example.org/mod/lti/return.php?course=4&lti_msg=You+are+signed+out', label: 'Back to the course' } })),
    'copy': shown('/cohort/start', 'faculty', copyPage({ at, courseTitle: 'Improvement coaching, spring (copy 1)', copy: { originTitle: `Improvement coaching, ${longName}`, cohort, mayJoin: true } })),
    'copy-of-others': shown('/cohort/start', 'faculty', copyPage({ at, courseTitle: null, copy: { originTitle: null, cohort: { ...cohort, name: longName }, mayJoin: false }, missing: true })),
    'keys': shown('/admin/tool-keys', 'operator', keysPage({
      at, now, keySetUrl: 'https://coachline.northern-teaching-hospitals.example.org/lti/jwks', notice: 'made',
      keys: [
        { kid: 'pWqY0x1c5jWn6mYjGm0J2s3cV1h8yQkz9cT4uQ7bXnE', createdAt: now, signsFrom: now.add({ hours: 48 }), retiresAt: null },
        { kid: 'aWqY0x1c5jWn6mYjGm0J2s3cV1h8yQkz9cT4uQ7bXnE', createdAt: now.subtract({ hours: 2000 }), signsFrom: null, retiresAt: null },
        { kid: 'bWqY0x1c5jWn6mYjGm0J2s3cV1h8yQkz9cT4uQ7bXnE', createdAt: now.subtract({ hours: 4000 }), signsFrom: null, retiresAt: now.add({ hours: 5 }) },
      ],
    })),
    'keys-one': shown('/admin/tool-keys', 'operator', keysPage({ at, now, keySetUrl: 'https://coachline.example.org/lti/jwks', keys: [{ kid: 'pWqY0x1c5jWn6mYjGm0J2s3cV1h8yQkz9cT4uQ7bXnE', createdAt: now, signsFrom: null, retiresAt: null }] })),
    'privacy': shown('/privacy', 'learner', privacyPage({
      organisationName: 'Northern Teaching Hospitals', timeZone: 'Europe/London',
      kept: {
        name: longName, givenName: null, familyName: null, email: null, since: now.subtract({ hours: 900 }), platform: 'Moodle of the teaching hospitals', sectionsDone: 14, answers: 9, scores: 1, assignments: 1, journalEntries: 3, posts: 12, signIns: 27,
        courses: [{ course: `Improvement coaching, ${longName}`, role: 'learner', active: false, since: now.subtract({ hours: 900 }), lastSeenAt: now }, { course: 'Coaching', role: 'faculty', active: true, since: now, lastSeenAt: null }],
      },
    })),
    'privacy-nothing': shown('/privacy', 'guest', privacyPage({ kept: null, organisationName: null, timeZone: 'UTC' })),
    ...Object.fromEntries([401, 403, 404, 413, 422, 500, 503].map((status) => [`error-${status}`, bare(errorPage({ status, reference: 'req-4f2k', home: status === 404 ? null : at('/') }))])),
    'error-other-site': bare(errorPage({ status: 403, cause: 'COACHLINE_OTHER_SITE', reference: 'req-4f2k', home: null })),
    'error-not-from-course': bare(errorPage({ status: 401, cause: 'COACHLINE_NOT_FROM_COURSE', reference: 'req-4f2k', home: null })),
  };
}

/** A programme of twelve weeks in which the first two have material. */
export function smallProgramme(): Programme {
  return {
    key: 'small', title: 'Improvement Coach', tagline: 'Twelve weeks.', promise: ['One.', 'Two.'],
    outcomes: Array.from({ length: 8 }, (_, index) => `Outcome ${index + 1}`), audience: ['Coaches.'], prerequisites: ['A team.'],
    introduction: { title: 'Qualities', summary: 'Six.', points: [{ title: 'Curious', text: 'They ask.' }], file: null, captions: null }, help,
    weeks: Array.from({ length: 12 }, (_, index): ProgrammeWeek => ({
      number: index + 1, title: `Title of week ${index + 1}`, summary: 'What it is about.', topics: ['A topic'], outcomes: [1, 8], withYourTeam: 'Meet the team.',
      assignment: { key: `task-${index + 1}`, title: index === 1 ? `What the work looks like now, and ${'Verbesserungsbegleitung'.repeat(2)}` : 'Charter and first aim', task: 'Meet the team. Show your faculty the charter as it is, and tell here what happened.' },
      workshop: index === 0 ? { key: 'start', kind: 'virtual', title: 'Start', days: 1 } : index === 2 ? { key: 'three-days', kind: 'in-person', title: 'Three days', days: 3 } : null,
      ...(index === 0 && { check: smallCheck }),
      material: index > 1 ? null : {
        lede: 'It begins.', goals: ['say what a coach does'],
        sections: Array.from({ length: 5 }, (_section, place) => ({ key: `part-${place + 1}`, title: `Part ${place + 1}`, minutes: 20, kind: place === 4 ? 'practice' : 'teaching', bodyHtml: '<p>Text &amp; more.</p>', source: '' })),
        reading: [{ key: 'a', textHtml: 'An author (2020). <em>A title</em>.', url: 'https://example.org/a' }, { key: 'b', textHtml: 'A book.', url: null }],
      },
    })),
  };
}

const registering = {
  issuer: 'https://canvas.instructure.com', authenticationUrl: 'https://sso.canvaslms.com/api/lti/authorize_redirect', tokenUrl: 'https://sso.canvaslms.com/login/oauth2/token',
  keysetUrl: 'https://sso.canvaslms.com/api/lti/security/jwks', registrationUrl: 'https://northern.instructure.com/api/lti/registrations',
  tokenAudience: null, productFamily: 'canvas', accountName: 'Northern School of Nursing', scopesSupported: null, messagesSupported: null, noticesSupported: [], heldReason: null,
};
const ourAddresses = { login: 'https://coachline.example.org/lti/login', launch: 'https://coachline.example.org/lti/launch', keys: 'https://coachline.example.org/lti/jwks' };

function weekOf(programme: Programme, number: number): ProgrammeWeek {
  const week = programme.weeks.find((candidate) => candidate.number === number);
  if (!week) throw new Error(`no week ${number}`);
  return week;
}

function shown(path: string, role: Role | null, page: Page, change: Partial<Chrome> = {}): Example {
  if (role === null) return { page, chrome: { ...publicChrome, help, ...change } };
  const name = role === 'administrator' ? longName : role === 'faculty' ? 'Tomasz Wrona' : 'Amara Okafor';
  return { page, chrome: { home: at('/'), base: at(''), theme: 'auto', back: at(path), english: role === 'faculty' ? 'en-US' : 'en-GB', wayBack: role === 'operator' ? null : { href: 'https://moodle.example.org/mod/lti/return.php?course=4', label: 'Back to the course' }, frameOrigins: role === 'operator' ? null : 'https://moodle.example.org https://canvas.instructure.com', viewer: { name, role }, nav: navigation({ role, at, path }), banner: null, help, ...change } };
}

const bare = (page: Page): Example => ({ page, chrome: publicChrome });

function rosterInput(change: Partial<RosterInput> = {}): RosterInput {
  return {
    at, now, reader: 'faculty', courseTitle: 'Improvement coaching, spring', timeZone: 'Europe/London', lms: profileOf({ productFamilyCode: 'moodle', issuer: '' }),
    offered: true, sync: rosterRead, counts: { here: 26, learners: 22, staff: 4, never: 5, left: 1, nameless: 1 }, group: 'here', search: '', page: 1, people: rosterPeople(), total: 26, ...change,
  };
}

function rosterPeople(): RosterPerson[] {
  const names = ['Tomasz Wrona', 'Dr Eleanor Whitfield', 'Jonas Lindqvist', 'Amara Okafor', longName, null, '李 明華', 'محمد عبد الرحمن الشريف', 'Siobhán Keane', 'Zoë Łapińska'];
  return names.map((name, index) => ({
    name, email: index === 5 ? null : index === 4 ? `${'bartholomaeus.zbigniew.lukasz.'.repeat(3)}@northern-teaching-hospitals.example.org` : `person-${index}@example.org`,
    role: index < 2 ? 'faculty' : index === 2 ? 'assistant' : 'learner', active: true, lastSeenAt: index % 4 === 3 ? null : now.subtract({ hours: 20 * index }),
  }));
}

function manyLearners(count: number, programme: Programme): LearnerProgress[] {
  const names = ['Yusuf Demir', 'Daniel Whitcombe', 'Mei-Ling Tan', 'Ayodele Bright', 'Amara Okafor', 'Grace Mensah', 'Rhys Pritchard', 'Siobhán Keane', 'Priti Raman', longName, null, 'Zoë Łapińska'];
  return Array.from({ length: count }, (_, index) => ({
    personId: `p${index}`,
    name: index < names.length ? (names[index] ?? null) : `Learner ${index + 1}`,
    lastSeenAt: index === 3 ? null : now.subtract({ hours: 24 * [0, 18, 8, 0, 1, 3, 0, 2][index % 8]! }),
    sectionsDone: index === 3 ? new Map() : new Map(programme.weeks.map(({ number }) => [number, number < 5 ? [6, 3, 6, 0, 6, 6, number === 4 ? 5 : 6, 6][index % 8]! : number === 5 ? index % 4 : index % 8 === 6 && number === 6 ? 1 : 0])),
  }));
}
