// The pace of a cohort and of one learner, as faculty and administrators change it.
import type { Programme } from '../../content/programme.ts';
import { calendarOf } from '../../domain/attention.ts';
import { calendarWeek, weekDates, weekStartsOn } from '../../domain/calendar.ts';
import type { CalendarBreak, CohortCalendar } from '../../domain/calendar.ts';
import { extensions, longestBreak, mayTakeBack } from '../../domain/pace.ts';
import type { BreakRequest } from '../../domain/pace.ts';
import { dateRange, longDate, plural, sentence, toPutRight } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

type At = (path: string) => string;
type Shared = { at: At; english?: English; now: Temporal.Instant; programme: Programme; cohort: CohortCalendar & { name: string } };
export type Notice = 'moved' | 'taken-back' | 'changed' | 'elsewhere' | null;

/** `pausedOn`, `breaks` and `extensionDays` are the learner's own. */
export type PacedLearner = { personId: string; name: string | null; breaks: readonly CalendarBreak[]; pausedOn: Temporal.PlainDate | null; extensionDays: number; reason: string | null };

export type PaceInput = Shared & {
  learners: readonly PacedLearner[];
  notice?: Notice;
  /** What a refused form held, and what was wrong with it (send with 422). */
  values?: BreakRequest;
  errors?: Partial<Record<keyof BreakRequest, string>>;
};

/** `GET /cohort/pace`: when each week begins, breaks, and the learners who have a pace of their own. */
export function pacePage({ at, english = 'en-GB', now, programme, cohort, learners, notice = null, values = {}, errors = {} }: PaceInput) {
  const thisWeek = calendarWeek(cohort, now);
  const breaks = cohort.breaks ?? [];
  const ahead = programme.weeks.filter(({ number }) => number > Math.max(thisWeek, 0));
  const own = learners.filter((learner) => learner.breaks.length > 0 || learner.pausedOn !== null || learner.extensionDays > 0);
  const problems = (['beforeWeek', 'weeks', 'reason'] as const).flatMap((field) => (errors[field] ? [{ href: `#${field}`, text: errors[field] }] : []));
  return {
    template: 'pace/cohort',
    data: {
      title: 'Pace of the cohort',
      kicker: cohort.name,
      notice: noticeWords(notice),
      problems: { heading: toPutRight(problems.length), items: problems },
      weeks: programme.weeks.map(({ number, title }) => ({ number, title, dates: dateRange(weekDates(cohort, number).from, weekDates(cohort, number).to, english), isNow: number === thisWeek })),
      breaks: breaks.map((one, index) => ({
        words: `${sentence(plural(one.days / 7, 'week'))} before week ${one.beforeWeek}`,
        removal: mayTakeBack(cohort, index, now) ? at(`/cohort/pace/breaks/${index}/removal`) : null,
      })),
      loaded: breaks.length,
      form: ahead.length === 0 ? null : {
        action: at('/cohort/pace/breaks'),
        weeks: ahead.map(({ number, title }) => ({ value: number, label: `Week ${number}, ${title} (now ${longDate(weekStartsOn(cohort, number), english)})`, selected: values.beforeWeek === number })),
        lengths: Array.from({ length: longestBreak }, (_none, index) => ({ value: index + 1, label: sentence(plural(index + 1, 'week')), selected: (values.weeks ?? 1) === index + 1 })),
        reason: values.reason ?? '',
        errors: { beforeWeek: errors.beforeWeek ?? null, weeks: errors.weeks ?? null, reason: errors.reason ?? null },
      },
      own: own.map((learner) => ({ name: nameOf(learner), href: at(`/cohort/pace/learners/${learner.personId}`), words: paceWords(learner, cohort, now, english) })),
      others: learners.filter((learner) => !own.includes(learner)).map((learner) => ({ name: nameOf(learner), href: at(`/cohort/pace/learners/${learner.personId}`) })),
      back: at('/cohort'),
    },
  } satisfies Page;
}

/** `GET /cohort/pace/learners/PERSON` */
export function learnerPacePage({ at, english = 'en-GB', now, programme, cohort, learner, notice = null }: Shared & { learner: PacedLearner; notice?: Notice }) {
  const path = `/cohort/pace/learners/${learner.personId}`;
  const calendar = calendarOf(cohort, learner);
  const week = calendarWeek(calendar, now);
  const last = programme.weeks.length;
  return {
    template: 'pace/learner',
    data: {
      title: `${nameOf(learner)}: pace`,
      kicker: `${cohort.name}: pace of one learner`,
      heading: nameOf(learner),
      line: paceWords(learner, cohort, now, english),
      notice: noticeWords(notice),
      facts: week > 0 && week < last ? `By their calendar it is week ${week}. Week ${week + 1} opens ${learner.pausedOn ? 'some time after the pause ends' : `on ${longDate(weekStartsOn(calendar, week + 1), english)}`}.` : null,
      extension: { action: at(`${path}/extension`), options: extensions.map((days) => ({ value: days, label: days === 0 ? 'No more time' : sentence(plural(days, 'day')), selected: learner.extensionDays === days })) },
      reason: learner.reason ?? '',
      pause: learner.pausedOn ? { action: at(`${path}/pause/end`), since: longDate(learner.pausedOn, english) } : null,
      pauseAction: at(`${path}/pause`),
      back: at('/cohort/pace'),
    },
  } satisfies Page;
}

const nameOf = ({ name }: { name: string | null }): string => name ?? 'Name withheld by your learning platform';

function paceWords({ pausedOn, breaks, extensionDays }: PacedLearner, cohort: CohortCalendar, now: Temporal.Instant, english: English): string {
  const later = breaks.reduce((days, one) => days + (one.beforeWeek <= calendarWeek(cohort, now) + 1 ? one.days : 0), 0);
  const parts = [
    ...(pausedOn ? [`Pauses since ${longDate(pausedOn, english)}.`] : []),
    ...(later > 0 ? [`${sentence(plural(Math.round(later / 7), 'week'))} behind the cohort’s calendar.`] : []),
    ...(extensionDays > 0 ? [`${sentence(plural(extensionDays, 'more day'))} after the end of each week.`] : []),
  ];
  return parts.length > 0 ? parts.join(' ') : 'Keeps the pace of the cohort.';
}

function noticeWords(notice: Notice) {
  switch (notice) {
    case 'moved': return { good: true, heading: 'The calendar has moved', text: 'Weeks that are not open yet and workshop days from then on begin later. Learners see it at once.' };
    case 'taken-back': return { good: true, heading: 'The break is taken back', text: 'Weeks and workshop days are where they were before it.' };
    case 'changed': return { good: true, heading: 'It is saved', text: 'The learner’s weeks follow it from now on. What they have done stays open.' };
    case 'elsewhere': return { good: false, heading: 'Nothing was changed', text: 'Somebody else changed the breaks after you opened this page, or it was too late to take one back. This is how they stand now.' };
    case null: return null;
  }
}
