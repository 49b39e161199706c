// A learner's home, a week and a week that is still locked, from plain rows to what their templates print.
import type { Programme, ProgrammeWeek, WeekSection } from '../../content/programme.ts';
import { calendarWeek, dayIn, weekDates, weekOpensAt, weekStartsOn } from '../../domain/calendar.ts';
import type { CohortCalendar } from '../../domain/calendar.ts';
import { courseGrade } from '../../domain/course-grade.ts';
import type { ScoreStanding } from '../../domain/course-grade.ts';
import { plannedWorkshops } from '../../domain/workshop-schedule.ts';
import { planNews } from '../../domain/coaching-plan.ts';
import type { PlanStanding } from '../../domain/coaching-plan.ts';
import { bestResult, resultWords } from '../../domain/knowledge-check.ts';
import type { Result } from '../../domain/knowledge-check.ts';
import type { DoneSections, Lock, NextStep, WeekStatus } from '../../domain/week-schedule.ts';
import { discussionNewsLines } from '../../discussion-news.ts';
import type { DiscussionNews } from '../../discussion-news.ts';
import { improvementTools } from '../../domain/tools-assessment.ts';
import { eligibilityNewsWords } from '../../eligibility-standing.ts';
import type { EligibilityNews, EligibilityStanding } from '../../eligibility-standing.ts';
import { courseGradeWords, dateRange, dayAndMonth, fromToday, fullDate, inWords, list, longDate, plural, sentence, shortMonth, timeAndZone, weekdayName, zonePlace } from '../../format.ts';
import type { English } from '../../format.ts';
import { lockWords } from '../../lock-words.ts';
import type { Page } from '../../plugins/views.ts';
import { workshopNewsWords } from '../../workshop-words.ts';
import type { WorkshopNews } from '../../workshop-words.ts';

/**
 * Who reads the weeks. `learner` has progress; `test-learner` (an LMS's student view) sees the same and nothing is
 * kept; `mentor` reads what is open; `staff` (faculty, assistants, administrators) may open every week at any time.
 */
export type Reader = 'learner' | 'test-learner' | 'mentor' | 'staff';

/** A cohort as these pages need it. */
export type CohortFacts = CohortCalendar & { name: string };

export type HomeInput = {
  /** Adds the sign-in's prefix to a path. */
  at: (path: string) => string;
  /** How days and times are told to this reader. */
  english?: English;
  now: Temporal.Instant;
  reader: Reader;
  /** The programme as the cohort opened it. */
  programme: Programme;
  cohort: CohortFacts;
  /** From `weekStatuses`; for readers without progress with nothing done. */
  statuses: WeekStatus[];
  done: DoneSections;
  /** From `nextStep`; not looked at for mentors and staff. */
  next: NextStep;
  /** The next workshop and the plan; null or absent where there is nothing to tell. */
  news?: HomeNews | null;
  /** The keys of the assignments that the learner has done; absent for none. */
  assignmentsDone?: ReadonlySet<string>;
};

/** How the workshops of the cohort and the learner's coaching plan stand, what is new in the discussions, and what was decided about the eligibility form. */
export type HomeNews = { workshops: WorkshopNews; plan: PlanStanding; discussion: DiscussionNews[]; eligibility?: EligibilityNews | null };

/** `GET /home`: twelve weeks on a line, the one next step, this week, what opens next. */
export function homePage({ at, english = 'en-GB', now, reader, programme, cohort, statuses, done, next, news, assignmentsDone = new Set() }: HomeInput) {
  const today = dayIn(cohort.timeZone, now);
  const thisWeek = calendarWeek(cohort, now);
  const week = programme.weeks.find(({ number }) => number === thisWeek);
  const following = programme.weeks.find(({ number }) => number === Math.min(thisWeek, programme.weeks.length) + 1);
  const keepsProgress = reader === 'learner' || reader === 'test-learner';
  const workshops = news ? workshopNewsWords(news.workshops, { planned: plannedWorkshops(programme.weeks), english, now }) : null;
  const plan = news && keepsProgress ? planNews(news.plan) : null;
  const eligibility = news?.eligibility && keepsProgress ? eligibilityNewsWords(news.eligibility) : null;
  // Staff write ahead of the calendar; a learner hears of it when the week opens.
  const openNews = (news?.discussion ?? []).filter((one) => !keepsProgress || statuses.find(({ number }) => number === one.week)?.state !== 'locked');

  return {
    template: 'learning/home',
    data: {
      title: week ? `Week ${week.number}` : 'Home',
      head: homeHead({ english, programme, cohort, today, week, statuses, keepsProgress }),
      ribbon: ribbon({ at, english, programme, cohort, statuses, thisWeek, reader }),
      next: keepsProgress ? nextBlock({ at, english, programme, cohort, today, thisWeek, done, next }) : null,
      asReader: keepsProgress ? null : readerLine(reader),
      thisWeek: week ? weekOutline({ at, week, done, next, keepsProgress }) : null,
      workshop: workshops?.next ? null : week ? workshopOf(at, week, ', this week') : thisWeek === 0 ? workshopOf(at, programme.weeks[0], ', in week 1') : null,
      nextWorkshop: workshops?.next ? { ...workshops.next, joinUrl: reader === 'mentor' ? null : workshops.next.joinUrl, href: at(workshops.next.path), icon: workshops.next.kind === 'virtual' ? 'video' : 'room', all: at('/workshops') } : null,
      news: [
        ...(eligibility ? [{ point: eligibility.point, heading: null, words: eligibility.words, href: at(eligibility.path), label: eligibility.label }] : []),
        ...(plan ? [{ point: plan.point, heading: null, words: plan.words, href: at(plan.path), label: plan.label }] : []),
        ...discussionNewsLines(openNews).map(({ words, path }) => ({ point: 'current', heading: null, words, href: at(path), label: 'Read the discussion' })),
        ...(workshops?.changes ?? []).map(({ point, label, title, words, path }) => ({ point, heading: `${label}: ${title}`, words, href: at(path), label: 'See the workshop' })),
      ],
      withYourTeam: week && next.kind !== 'wait' ? week.withYourTeam : null,
      assignment: assignmentsAtHome({ at, programme, thisWeek, statuses, assignmentsDone, keepsProgress }),
      opensNext: following ? opensNext({ at, english, week: following, cohort, today, reader }) : null,
    },
  } satisfies Page;
}

export type WeekInput = {
  at: (path: string) => string;
  english?: English;
  now: Temporal.Instant;
  reader: Reader;
  /** Printed with the week, so that a sheet of paper says whose it is. */
  readerName: string;
  programme: Programme;
  week: ProgrammeWeek;
  /** Faculty read material that their cohort has not accepted yet. */
  isPreview?: boolean;
  cohort: CohortFacts;
  statuses: WeekStatus[];
  done: DoneSections;
  /** The section of this week that was last read, null when none was. */
  lastRead: string | null;
  /** How far the learner is with the week's knowledge check; null for readers of whom nothing is kept. */
  check: CheckInput | null;
  /** The keys of the assignments that the learner has done; absent for none. */
  assignmentsDone?: ReadonlySet<string>;
  /** How the learner's eligibility form and self-assessments stand, in the first and the last week; null elsewhere and for readers of whom nothing is kept. */
  eligibility?: EligibilityStanding | null;
};

/** `results`: of every finished try, in order. `answered`: questions of the unfinished one. */
export type CheckInput = { results: Result[]; answered: number; score: ScoreStanding | null };

/**
 * `GET /weeks/N`: a week with its material, or its outline while there is none.
 * Its forms post to `/weeks/N/sections/KEY/completion` and `…/completion/removal`; the route answers 303 to
 * `/weeks/N#KEY`, where KEY is `sectionAfter` for the first and the section itself for the second. With scripts the
 * same posts go by fetch, whose answer (2xx or any redirect) means saved. The place is posted as `section=KEY` to `/weeks/N/place`.
 */
export function weekPage({ at, english = 'en-GB', now, reader, readerName, programme, week, isPreview = false, cohort, statuses, done, lastRead, check, assignmentsDone = new Set(), eligibility = null }: WeekInput) {
  const { from, to } = weekDates(cohort, week.number);
  const keepsProgress = reader === 'learner' || reader === 'test-learner';
  const shared = {
    title: `Week ${week.number}: ${week.title}`,
    number: week.number,
    kicker: `Week ${week.number} of ${programme.weeks.length}, ${dateRange(from, to, english)}`,
    heading: week.title,
    printedFor: `${programme.title}, ${cohort.name}. Printed for ${readerName}, ${fullDate(now.toZonedDateTimeISO(cohort.timeZone), english)}.`,
    asReader: isPreview ? 'This is the newest material, which your cohort has not accepted yet. Learners read what the cohort has.' : keepsProgress ? null : readerLine(reader),
    workshop: workshopOf(at, week),
    talk: talkOf({ at, week, reader }),
    previous: neighbour({ at, english, programme, statuses, reader, cohort, number: week.number - 1 }),
    following: neighbour({ at, english, programme, statuses, reader, cohort, number: week.number + 1 }),
  };
  if (!week.material) {
    return { template: 'learning/outline', data: { ...shared, ...outlineOf(programme, week) } } satisfies Page;
  }

  const { sections, lede, goals } = week.material;
  const doneHere = done.get(week.number) ?? new Set<string>();
  const isRead = (section: WeekSection) => keepsProgress && doneHere.has(section.key);
  const here = keepsProgress ? (sections.find((section) => section.key === lastRead && !isRead(section)) ?? sections.find((section) => !isRead(section)))?.key : undefined;
  const resumeAt = sections.find((section) => section.key === lastRead && section.key !== sections[0]?.key && !isRead(section));
  const path = `/weeks/${week.number}`;

  return {
    template: 'learning/week',
    data: {
      ...shared,
      lede,
      goals,
      keepsProgress,
      remembers: reader === 'learner',
      placeAction: at(`${path}/place`),
      progress: progressWords(sections.filter(isRead).length, sections.length),
      sectionsTotal: sections.length,
      resume: keepsProgress && resumeAt ? { href: `#${resumeAt.key}`, title: resumeAt.title } : null,
      sections: sections.map((section, index) => {
        const state = isRead(section) ? 'done' : section.key === here ? 'current' : 'open';
        const following = sections[index + 1];
        return {
          key: section.key,
          title: section.title,
          isPractice: section.kind === 'practice',
          place: `Section ${index + 1} of ${sections.length}`,
          minutes: `About ${section.minutes} minutes`,
          point: state,
          line: state === 'done' ? 'past' : 'ahead',
          words: STEP_WORDS[state],
          isDone: state === 'done',
          isHere: state === 'current',
          bodyHtml: section.bodyHtml,
          doneAction: at(`${path}/sections/${section.key}/completion`),
          undoAction: at(`${path}/sections/${section.key}/completion/removal`),
          next: following ? { href: `#${following.key}`, title: following.title } : null,
        };
      }),
      eligibility: eligibility && (week.number === 1 ? formBlock(at, eligibility) : assessmentBlock(at, eligibility)),
      // The page of an assignment is of the material that the cohort has.
      assignment: week.assignment ? { ...assignmentLink(at, week.assignment, keepsProgress ? assignmentsDone : null), task: week.assignment.task, hasPage: !isPreview } : null,
      check: checkBlock({ at, week, check }),
      outcomes: outcomesOf(programme, week),
      cards: (week.cards ?? []).map(({ key, title, idea, minutes }) => ({ href: at(`/cards/${key}`), title, idea, minutes: `${minutes} minutes` })),
      reading: readingOf(week),
    },
  } satisfies Page;
}

type Reading = { key: string; textHtml: string; url: string | null; host: string };
const readings = new WeakMap<ProgrammeWeek, Reading[]>();

/** What a week gives to read further. The same for every reader of a version, so its addresses are taken apart once. */
function readingOf(week: ProgrammeWeek): Reading[] {
  const reading = readings.get(week) ?? (week.material?.reading ?? []).map(({ key, textHtml, url }) => ({ key, textHtml, url, host: url ? new URL(url).host : '' }));
  readings.set(week, reading);
  return reading;
}

/** The ways to the discussion of a week and to the learner's own journal. Mentors take part in neither. */
function talkOf({ at, week, reader }: Pick<WeekInput, 'at' | 'week' | 'reader'>) {
  if (reader === 'mentor') return [];
  const discussion = { href: at(`/discussion/weeks/${week.number}`), label: 'Discussion of this week', text: 'Ask, say what you tried, and answer each other.' };
  const journal = { href: at(`/journal/weeks/${week.number}`), label: 'Your journal', text: `${week.reflection ?? 'Five minutes on what you learned.'} Private, unless you share it.` };
  return reader === 'staff' ? [discussion] : [discussion, journal];
}

/** The way to the eligibility form, and how it stands. */
function formBlock(at: (path: string) => string, { state, required }: EligibilityStanding) {
  const standing = {
    draft: { point: required ? 'attention' : 'open', words: 'Not handed in yet', label: 'Go to your form' },
    submitted: { point: 'part', words: 'With your faculty', label: 'See your form' },
    returned: { point: 'attention', words: 'Returned by your faculty, with a word', label: 'Go to your form' },
    accepted: { point: 'done', words: 'Accepted', label: 'See your form' },
  }[state];
  return { heading: 'Your team and project', href: at('/eligibility'), ...standing, text: required && state !== 'accepted' ? 'Tell your faculty who your team and your sponsor are, and what the project is. The weeks after this one open when they have accepted it.' : 'Tell your faculty who your team and your sponsor are, and what the project is.' };
}

/** The way to the second self-assessment, and how far it is. */
function assessmentBlock(at: (path: string) => string, { toolsAfter }: EligibilityStanding) {
  const isWhole = toolsAfter >= improvementTools.length;
  return {
    heading: 'The tools, once more', text: 'Say again how well you know each tool of improvement, and see what changed since the beginning.',
    href: at(toolsAfter > 0 ? '/eligibility/tools' : '/eligibility/tools/after'), label: toolsAfter > 0 ? 'See what changed' : 'Answer for each tool',
    point: isWhole ? 'done' : toolsAfter > 0 ? 'part' : 'open', words: isWhole ? 'Complete' : toolsAfter > 0 ? `${sentence(plural(improvementTools.length - toolsAfter, 'tool'))} still to answer` : 'Not begun',
  };
}

/** The way to an assignment, and how it stands. @param done the keys of those that are; null for readers who do none */
function assignmentLink(at: (path: string) => string, { key, title }: { key: string; title: string }, done: ReadonlySet<string> | null) {
  const isDone = done?.has(key) ?? false;
  return {
    href: at(`/assignments/${key}`), title,
    label: done === null ? 'See the assignment' : isDone ? 'See your account' : 'Tell what happened',
    state: done && (isDone ? { point: 'done', words: 'Done' } : { point: 'open', words: 'Not done yet' }),
  };
}

/** This week's assignment, and how many of the weeks before are still to be done; null where there is nothing to say. */
function assignmentsAtHome({ at, programme, thisWeek, statuses, assignmentsDone, keepsProgress }: Pick<HomeInput, 'at' | 'programme' | 'statuses'> & { thisWeek: number; assignmentsDone: ReadonlySet<string>; keepsProgress: boolean }) {
  const open = programme.weeks.filter(({ number }) => statuses.some((status) => status.number === number && status.state !== 'locked'));
  const current = open.find(({ number }) => number === thisWeek)?.assignment;
  const earlier = keepsProgress ? open.filter(({ number, assignment }) => number < thisWeek && assignment && !assignmentsDone.has(assignment.key)).length : 0;
  if (!current && earlier === 0) return null;
  return {
    current: current ? assignmentLink(at, current, keepsProgress ? assignmentsDone : null) : null,
    earlier: earlier > 0 ? { href: at('/progress#assignments'), words: `${sentence(plural(earlier, 'assignment'))} of earlier weeks not done yet` } : null,
  };
}

/** The way to the knowledge check, and how the learner stands in it. */
function checkBlock({ at, week, check }: Pick<WeekInput, 'at' | 'week' | 'check'>) {
  if (!week.check) return null;
  const total = week.check.questions.length;
  const best = bestResult(check?.results ?? []);
  const answered = check?.answered ?? 0;
  const point = best ? 'done' : answered > 0 ? 'part' : 'open';
  return {
    href: at(`/weeks/${week.number}/check`),
    introduction: week.check.introduction,
    length: `${sentence(plural(total, 'question'))}, about ${week.check.minutes} minutes`,
    point,
    words: best ? `your best result is ${resultWords(best)}` : answered > 0 ? `${answered} of ${total} answered` : 'not begun yet',
    standing: best ? `Your best result: ${resultWords(best)}` : answered > 0 ? `You have answered ${inWords(answered)} of ${plural(total, 'question')}` : null,
    grade: courseGradeWords(courseGrade(check?.score ?? null)),
    label: best ? 'See your result' : answered > 0 ? 'Carry on' : 'Begin the check',
  };
}

/** The section that a page goes on at when `key` has been marked as done: the one after it, or itself when it is the last. */
export function sectionAfter(week: ProgrammeWeek, key: string): string {
  const sections = week.material?.sections ?? [];
  return sections[sections.findIndex((section) => section.key === key) + 1]?.key ?? key;
}

/** Any page of a course that has no cohort yet, for those who cannot start one (200). */
export function notYetPage({ at, courseTitle, reader }: { at: (path: string) => string; courseTitle: string | null; reader: 'learner' | 'assistant' | 'mentor' }) {
  return {
    template: 'learning/not-yet',
    data: {
      title: 'Not started yet',
      kicker: courseTitle ?? 'Your course',
      who: reader === 'learner' ? 'You need not do anything. Open this link again in a day or two; if it still says so, ask your faculty.' : 'Faculty of this course start it here, when they open Coachline themselves. You will then see the weeks.',
      programme: at('/programme'),
    },
  } satisfies Page;
}

export type LockedWeekInput = {
  at: (path: string) => string;
  english?: English;
  now: Temporal.Instant;
  programme: Programme;
  week: ProgrammeWeek;
  cohort: CohortFacts;
  /** Why it is locked; null is its day. */
  lock?: Lock | null;
};

/** `GET /weeks/N` before the week opens (send with 403): when it opens, and what it will hold. */
export function lockedWeekPage({ at, english = 'en-GB', now, programme, week, cohort, lock = null }: LockedWeekInput) {
  const opensAt = weekOpensAt(cohort, week.number);
  const opens = opensAt.toZonedDateTimeISO(cohort.timeZone);
  const today = dayIn(cohort.timeZone, now);
  return {
    template: 'learning/locked',
    data: {
      title: `Week ${week.number} opens later`,
      number: week.number,
      kicker: `Week ${week.number} of ${programme.weeks.length}, ${week.title}`,
      ...(lock && lock.because !== 'later' ? lockWords(at, lock) : {
        heading: `This week opens on ${longDate(opens, english)}`,
        when: `That is ${fromToday(opens.toPlainDate(), today)}, at ${timeAndZone(opens, english)} (${zonePlace(cohort.timeZone)} time)${cohort.pausedOn ? ', and later if your pause goes on.' : (cohort.breaks ?? []).length > 0 ? '.' : ', as for everyone in your cohort.'}`,
        opensAt: opensAt.toString(),
        main: null,
      }),
      timeZone: cohort.timeZone,
      home: at('/'),
      workshop: workshopOf(at, week),
      ...outlineOf(programme, week),
    },
  } satisfies Page;
}

type Point = 'done' | 'current' | 'part' | 'open' | 'locked';
const STEP_WORDS = { done: 'done', current: 'you are here', open: 'not done yet' };

function homeHead({ english, programme, cohort, today, week, statuses, keepsProgress }: { english: English; programme: Programme; cohort: CohortFacts; today: Temporal.PlainDate; week: ProgrammeWeek | undefined; statuses: WeekStatus[]; keepsProgress: boolean }) {
  const total = programme.weeks.length;
  const kicker = `${programme.title} programme, ${cohort.name}`;
  if (week) {
    const { from, to } = weekDates(cohort, week.number);
    const status = statuses.find(({ number }) => number === week.number);
    const progress = keepsProgress && status && status.sectionsTotal > 0 ? `. ${progressWords(status.sectionsDone, status.sectionsTotal)}` : '';
    const pausing = cohort.pausedOn ? ' Your calendar stands still while you pause.' : Temporal.PlainDate.compare(to, today) < 0 ? ` A break: week ${week.number + 1} opens on ${longDate(weekStartsOn(cohort, week.number + 1), english)}.` : '';
    return { number: week.number, kicker: `Week ${week.number} of ${total}, ${kicker}`, heading: week.title, line: `${dateRange(from, to, english)}${progress}.${keepsProgress || !cohort.pausedOn ? pausing : ''}` };
  }
  const first = cohort.startsOn;
  if (Temporal.PlainDate.compare(today, first) < 0) {
    return { number: null, kicker, heading: `Your programme begins on ${longDate(first, english)}`, line: `That is ${fromToday(first, today)}. Week 1 opens then, and a new week opens each ${weekdayName(first)} after it.` };
  }
  const { to } = weekDates(cohort, total);
  return { number: null, kicker, heading: `The ${inWords(total)} weeks are over`, line: `They ended on ${fullDate(to, english)}. Every week stays open to you.` };
}

function ribbon({ at, english, programme, cohort, statuses, thisWeek, reader }: { at: HomeInput['at']; english: English; programme: Programme; cohort: CohortFacts; statuses: WeekStatus[]; thisWeek: number; reader: Reader }) {
  return programme.weeks.map((week) => {
    const status = statuses.find(({ number }) => number === week.number);
    const point = pointOf(status);
    return {
      number: week.number,
      title: week.title,
      kind: week.workshop === null ? '' : week.workshop.kind === 'virtual' ? 'Online' : `${week.workshop.days} days`,
      href: point !== 'locked' || reader === 'staff' ? at(`/weeks/${week.number}`) : null,
      point,
      line: week.number < thisWeek ? 'past' : week.number === thisWeek ? 'now' : 'ahead',
      isThisWeek: week.number === thisWeek,
      words: pointWords(point, status, cohort, english),
    };
  });
}

function pointOf(status: WeekStatus | undefined): Point {
  if (!status) return 'locked';
  if (status.state === 'open' && status.sectionsDone > 0) return 'part';
  return status.state;
}

function pointWords(point: Point, status: WeekStatus | undefined, cohort: CohortCalendar, english: English): string {
  switch (point) {
    case 'done': return status?.isThisWeek ? 'This week, done' : 'Done';
    case 'current': return 'This week';
    case 'part': return `${status?.sectionsDone} of ${status?.sectionsTotal} sections done`;
    case 'open': return 'Open';
    case 'locked':
      if (status?.lock?.because === 'eligibility') return 'Opens when your form is accepted';
      if (status?.lock?.because === 'requires') return `Opens when ${list(status.lock.weeks.map((number) => `week ${number}`))} ${status.lock.weeks.length === 1 ? 'is' : 'are'} done`;
      return status ? `Opens later, on ${dayAndMonth(weekStartsOn(cohort, status.number), english)}` : 'Opens later';
  }
}

function nextBlock({ at, english, programme, cohort, today, thisWeek, done, next }: Pick<HomeInput, 'at' | 'programme' | 'cohort' | 'done' | 'next'> & { english: English; today: Temporal.PlainDate; thisWeek: number }) {
  const weekOf = (number: number) => programme.weeks.find((week) => week.number === number);
  // Having read everything is not having completed: checks, assignments and the plan are looked up on a page of their own.
  const missing = { href: at('/progress'), label: 'See what is still missing' };
  switch (next.kind) {
    case 'begin':
    case 'carry-on': {
      const week = weekOf(next.week);
      const sections = week?.material?.sections ?? [];
      const section = sections.find(({ key }) => key === next.section);
      const left = sections.filter(({ key }) => !done.get(next.week)?.has(key)).length;
      const isThisWeek = next.week === thisWeek;
      return {
        kicker: next.kind === 'begin' ? `Your next step: begin week ${next.week}` : 'Your next step',
        heading: section?.title ?? week?.title ?? '',
        text: `${isThisWeek ? '' : `Week ${next.week}, ${week?.title}. `}About ${section?.minutes} minutes. ${left === 1 ? 'It is the last section' : `${sentence(inWords(left))} sections are left`} in ${isThisWeek ? 'this' : 'that'} week.`,
        main: { href: `${at(`/weeks/${next.week}`)}#${next.section}`, label: next.kind === 'begin' ? 'Begin' : 'Carry on' },
        other: { href: at(`/weeks/${next.week}`), label: `See all of week ${next.week}` },
      };
    }
    case 'wait': {
      const ahead = weekOf(next.week);
      if (next.lock.because !== 'later') {
        const { heading, when, main } = lockWords(at, next.lock);
        return { kicker: 'Your next step', heading: next.lock.because === 'eligibility' ? 'Tell your faculty about your team' : `Finish ${list(next.lock.weeks.map((number) => `week ${number}`))}`, text: `${heading}. ${when}`, main, other: null };
      }
      const opens = weekStartsOn(cohort, next.week);
      const opening = `Week ${next.week}, ${ahead?.title}, opens on ${longDate(opens, english)}, ${fromToday(opens, today)}.`;
      const current = weekOf(thisWeek);
      if (!current) {
        return {
          kicker: 'Before you begin', heading: 'Choose your team and your project',
          text: `You will work with one team of your organisation on one project for all ${inWords(programme.weeks.length)} weeks. ${opening}`,
          main: { href: at('/programme'), label: 'Read about the programme' }, other: null,
        };
      }
      return {
        kicker: `Nothing left to read until week ${next.week} opens`, heading: 'Work with your team', text: `${current.withYourTeam} ${opening}`,
        main: { href: at(`/weeks/${thisWeek}`), label: current.material ? `Look back at week ${thisWeek}` : `See what week ${thisWeek} is about` }, other: missing,
      };
    }
    case 'finished':
      return {
        kicker: programme.weeks.every(({ material }) => material !== null) ? 'You have read everything' : 'You have read everything that is here so far', heading: 'Go on coaching', text: 'Every week stays open to you. Come back to a section on the day your team needs it.',
        main: missing, other: { href: at('/programme'), label: 'See what you set out to learn' },
      };
  }
}

function weekOutline({ at, week, done, next, keepsProgress }: { at: HomeInput['at']; week: ProgrammeWeek; done: DoneSections; next: NextStep; keepsProgress: boolean }) {
  const doneHere = done.get(week.number);
  return {
    href: at(`/weeks/${week.number}`),
    summary: week.summary,
    topics: week.topics,
    sections: (week.material?.sections ?? []).map((section) => {
      const isNext = 'section' in next && next.week === week.number && next.section === section.key;
      const point = doneHere?.has(section.key) ? 'done' : isNext ? 'current' : 'open';
      return {
        href: `${at(`/weeks/${week.number}`)}#${section.key}`,
        title: section.title,
        detail: `${section.minutes} minutes${section.kind === 'practice' ? ', with your team' : ''}`,
        state: keepsProgress ? { point, words: { done: 'Done', current: 'Next', open: 'Not done yet' }[point] } : null,
      };
    }),
    // How it stands is not read for home; the week says it.
    check: week.material && week.check ? { href: `${at(`/weeks/${week.number}`)}#check`, detail: `${sentence(plural(week.check.questions.length, 'question'))}, about ${week.check.minutes} minutes` } : null,
  };
}

function opensNext({ at, english, week, cohort, today, reader }: { at: HomeInput['at']; english: English; week: ProgrammeWeek; cohort: CohortFacts; today: Temporal.PlainDate; reader: Reader }) {
  const from = weekStartsOn(cohort, week.number);
  return {
    weekday: weekdayName(from).slice(0, 3), day: from.day, month: shortMonth(from),
    heading: `Week ${week.number}: ${week.title}`,
    when: `${longDate(from, english)}, ${fromToday(from, today)}`,
    summary: week.summary,
    href: reader === 'staff' ? at(`/weeks/${week.number}`) : null,
  };
}

/** What a workshop is, in words; its day and its place are the cohort's to tell. */
function workshopOf(at: HomeInput['at'], week: ProgrammeWeek | undefined, when = '') {
  if (!week?.workshop) return null;
  const { key, kind, title, days } = week.workshop;
  return {
    title,
    // Its own page tells the day; material from before workshops had keys has none.
    href: key === undefined ? null : at(`/workshops/${key}`),
    icon: kind === 'virtual' ? 'video' : 'room',
    kind: `${kind === 'virtual' ? 'Virtual workshop' : `${sentence(plural(days, 'day'))} in person`}${when}`,
  };
}

function outlineOf(programme: Programme, week: ProgrammeWeek) {
  return {
    summary: week.summary,
    topics: week.topics,
    withYourTeam: week.withYourTeam,
    outcomes: outcomesOf(programme, week),
  };
}

/** Which of the programme's outcomes a week serves. */
function outcomesOf({ outcomes }: Programme, week: ProgrammeWeek): { number: number; text: string }[] {
  return week.outcomes.flatMap((number) => {
    const text = outcomes[number - 1];
    return text ? [{ number, text }] : [];
  });
}

function neighbour({ at, english, programme, statuses, reader, cohort, number }: { at: HomeInput['at']; english: English; programme: Programme; statuses: WeekStatus[]; reader: Reader; cohort: CohortFacts; number: number }) {
  const week = programme.weeks.find((candidate) => candidate.number === number);
  if (!week) return null;
  const status = statuses.find((candidate) => candidate.number === number);
  const point = pointOf(status);
  const isLocked = point === 'locked' && reader !== 'staff';
  return {
    title: week.title,
    label: !isLocked ? `Week ${number}` : status?.lock && status.lock.because !== 'later' ? `Week ${number} is still locked` : `Week ${number} opens on ${longDate(weekStartsOn(cohort, number), english)}`,
    href: isLocked ? null : at(`/weeks/${number}`),
  };
}

function readerLine(reader: Reader): string {
  return reader === 'staff' ? 'You see this as learners do. Nothing that you do here counts as progress.' : 'You read along. Progress belongs to the learners.';
}

function progressWords(done: number, total: number): string {
  return done === total ? `All ${plural(total, 'section')} done` : `${done === 0 ? 'None' : sentence(inWords(done))} of ${plural(total, 'section')} done`;
}
