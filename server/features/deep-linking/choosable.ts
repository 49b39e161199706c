// What can be put into a course: the things that a programme has pages for. Everything else in this feature knows no
// kind but by the words of kindWords in pages.ts.
import type { Programme, ProgrammeWeek } from '../../content/programme.ts';
import { weekOpensAt } from '../../domain/calendar.ts';
import type { CohortCalendar } from '../../domain/calendar.ts';
import { foldForSearch } from '../../domain/content-items.ts';
import { maximumOf } from '../../domain/knowledge-check.ts';

export const choosableKinds = ['programme', 'week', 'workshop', 'assignment', 'plan'] as const;
export type ChoosableKind = (typeof choosableKinds)[number];

/** One thing that a link can open. */
export type Choosable = {
  kind: ChoosableKind;
  /** Names it in forms and rows; never changed. */
  key: string;
  title: string;
  /** What it is about, one or two sentences. */
  text: string;
  /** The path that it opens (contract.md, targets that stay). */
  target: string;
  /** Whether it belongs to what "the whole programme" puts into the course. */
  whole: boolean;
  /** There is an outline and no material yet. */
  outlineOnly: boolean;
  /** What it leaves in the gradebook; null for nothing. The names are those that scores are sent under (features/knowledge-checks, features/grading). */
  graded: Graded | null;
  /** By the cohort's calendar; null where there is none, or where it opens at any time. A workshop opens at any time: days move, and links in an LMS would keep the old ones. */
  dates: { opensAt: Temporal.Instant; dueAt: Temporal.Instant | null } | null;
  /** What a search looks at. */
  words: string;
};

/** `review`: what the way back from the gradebook is called. */
export type Graded = { what: string; label: string; scoreMaximum: number; resourceId: string; tag: string; review: string };

/** Everything that can be chosen of a programme, in the order in which it goes into a course. */
export function listChoosable(programme: Programme, calendar: CohortCalendar | null): Choosable[] {
  return [
    ...programme.weeks.flatMap((week) => [choosableWeek(week, calendar), ...choosableWorkshop(week)]),
    ...programme.weeks.flatMap((week) => choosableAssignment(week, calendar)),
    ...choosablePlan(programme),
    frontPage(programme),
  ];
}

function choosableWeek(week: ProgrammeWeek, calendar: CohortCalendar | null): Choosable {
  const { number, title, summary, topics, workshop, check } = week;
  const graded = check ? { what: 'knowledge check', label: `Week ${number}: knowledge check`, scoreMaximum: maximumOf(check.questions), resourceId: `week-${number}`, tag: 'knowledge-check', review: 'See the answers in Coachline' } : null;
  return {
    kind: 'week',
    key: `week-${number}`,
    title: `Week ${number}: ${title}`,
    text: summary,
    target: `/weeks/${number}`,
    whole: true,
    outlineOnly: week.material === null,
    graded,
    dates: calendar && { opensAt: weekOpensAt(calendar, number), dueAt: graded && weekEndsAt(calendar, number) },
    words: foldForSearch([`week ${number}`, title, summary, ...topics, workshop ? `${workshop.title} workshop` : '', graded ? `${graded.what} graded` : ''].join(' ')),
  };
}

/** The workshop of a week, beside the week; none in an action period, and none where nothing can name it. */
function choosableWorkshop({ number, workshop }: ProgrammeWeek): Choosable[] {
  if (workshop?.key === undefined) return [];
  const { key, kind, title, days } = workshop;
  const text = kind === 'virtual' ? 'A virtual workshop: when it is, and the button to join.' : `${days === 1 ? 'A workshop' : `A workshop of ${days} days`} in person: when and where it is.`;
  return [{
    kind: 'workshop', key: `workshop-${key}`, title: `Workshop: ${title}`, text: `${text} In week ${number}.`, target: `/workshops/${key}`, whole: true, outlineOnly: false, graded: null, dates: null,
    words: foldForSearch(`workshop ${title} ${text} week ${number}`),
  }];
}

/** The assignment of a week. Its week leads to it, so "the whole programme" puts none of its own into the course. */
function choosableAssignment({ number, assignment }: ProgrammeWeek, calendar: CohortCalendar | null): Choosable[] {
  if (!assignment) return [];
  const { key, title, task } = assignment;
  return [{
    kind: 'assignment', key: `assignment-${key}`, title: `Assignment: ${title}`, text: task, target: `/assignments/${key}`, whole: false, outlineOnly: false, graded: null,
    dates: calendar && { opensAt: weekOpensAt(calendar, number), dueAt: null },
    words: foldForSearch(`assignment ${title} ${task} week ${number}`),
  }];
}

/** Points where the material has a plan and no rubric. */
const usualMaximum = 100;

/** The coaching plan, after the weeks: learners write it all along, and hand it in at the end. */
function choosablePlan({ plan, rubric }: Programme): Choosable[] {
  if (!plan) return [];
  const scoreMaximum = rubric?.criteria.reduce((sum, { maximum }) => sum + maximum, 0) ?? usualMaximum;
  const text = 'Where each learner writes the coaching plan, hands it in and reads what faculty say about it.';
  return [{
    kind: 'plan', key: 'coaching-plan', title: 'Coaching plan', text, target: '/plan', whole: true, outlineOnly: false, dates: null,
    graded: { what: 'coaching plan', label: 'Coaching plan', scoreMaximum, resourceId: 'coaching-plan', tag: 'coaching-plan', review: 'See the plan in Coachline' },
    words: foldForSearch(`coaching plan ${text} graded`),
  }];
}

/**
 * The last second of a week: that is its Sunday in every LMS, while the first moment of the next week would be shown as Monday.
 * What is graded is due then, so that it stands in calendars and to-do lists in the week it belongs to. Nothing closes:
 * items have no end of availability, and a result that comes later still counts and is sent.
 */
function weekEndsAt(calendar: CohortCalendar, week: number): Temporal.Instant {
  return weekOpensAt(calendar, week + 1).subtract({ seconds: 1 });
}

/** One link for everything, for places that hold one item only or courses that want no list. It opens at any time: before week 1 it says when that is. */
function frontPage({ title, weeks }: Programme): Choosable {
  const text = 'Opens each learner’s own place in the programme: all weeks and the next step.';
  return {
    kind: 'programme', key: 'programme', title, text, target: '/', whole: false, outlineOnly: weeks.every(({ material }) => material === null), graded: null, dates: null,
    words: foldForSearch(`${title} ${text} programme home front page`),
  };
}
