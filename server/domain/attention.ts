// How soon a learner needs somebody: from what they did and when they were last here.
import { calendarWeek, weekDates } from './calendar.ts';
import type { CalendarBreak, CohortCalendar } from './calendar.ts';

/** today: act today. week: ask this week. watch: keep an eye on them. course: on course. In the order of need. */
export const attentionLevels = ['today', 'week', 'watch', 'course'] as const;
export type AttentionLevel = (typeof attentionLevels)[number];

export type LearnerFacts = {
  /** Null while the learner has never opened Coachline. */
  lastSeenAt: Temporal.Instant | null;
  /** Number of sections done, by week number; weeks without any may be missing. */
  sectionsDone: ReadonlyMap<number, number>;
  /** What their calendar has of its own; null or absent for those who keep the cohort's. */
  pace?: LearnerPace | null;
};

/** `extensionDays`: how long after the end of a week it may be undone. */
export type LearnerPace = { breaks: readonly CalendarBreak[]; pausedOn: Temporal.PlainDate | null; extensionDays: number };

export type AttentionContext = {
  weeks: readonly { number: number; sectionsTotal: number }[];
  cohort: CohortCalendar;
  now: Temporal.Instant;
};

/** The calendar that holds for one learner. */
export function calendarOf(cohort: CohortCalendar, pace: LearnerPace | null | undefined): CohortCalendar {
  return pace ? { ...cohort, breaks: [...(cohort.breaks ?? []), ...pace.breaks], pausedOn: pace.pausedOn } : cohort;
}

export type Attention = {
  level: AttentionLevel;
  /** Finished weeks with sections undone. */
  weeksBehind: number;
  /** Of the weeks that are open by the calendar. */
  sectionsDone: number;
  sectionsTotal: number;
  /** In the cohort's zone; null while never. */
  seenOn: Temporal.PlainDate | null;
  /** While they pause nobody is needed. */
  paused: boolean;
};

/** Days away, and finished weeks undone, from which somebody is needed. */
const limits = { today: { daysAway: 14, weeksBehind: 3 }, week: { daysAwayWhileBehind: 7, weeksBehind: 2, daysBeforeFirstVisit: 3 } };

/**
 * Act today: two weeks away (or never here two weeks after the start), or three weeks behind. Ask this week: one week
 * away while behind, never here after the first days, or two weeks behind. Watch: one week behind. Nobody is behind
 * before the start, and being away counts only while the programme runs. Who has more time is behind later, and who
 * pauses not at all.
 */
export function attentionFor(learner: LearnerFacts, { weeks, cohort: shared, now }: AttentionContext): Attention {
  const cohort = calendarOf(shared, learner.pace);
  const thisWeek = calendarWeek(cohort, now);
  const today = now.toZonedDateTimeISO(cohort.timeZone).toPlainDate();
  const paused = Boolean(learner.pace?.pausedOn);
  const isOver = (number: number): boolean => number < thisWeek && Temporal.PlainDate.compare(weekDates(cohort, number).to.add({ days: learner.pace?.extensionDays ?? 0 }), today) < 0;
  const doneIn = ({ number, sectionsTotal }: { number: number; sectionsTotal: number }): number => Math.min(learner.sectionsDone.get(number) ?? 0, sectionsTotal);
  const open = weeks.filter(({ number }) => number <= thisWeek);
  const weeksBehind = open.filter((week) => isOver(week.number) && doneIn(week) < week.sectionsTotal).length;
  const sectionsDone = open.reduce((sum, week) => sum + doneIn(week), 0);
  const sectionsTotal = open.reduce((sum, week) => sum + week.sectionsTotal, 0);
  const seenOn = learner.lastSeenAt?.toZonedDateTimeISO(cohort.timeZone).toPlainDate() ?? null;
  const daysAway = (seenOn ?? cohort.startsOn).until(today, { largestUnit: 'days' }).days;
  const runs = thisWeek > 0 && thisWeek <= weeks.length;

  return { level: levelOf(), weeksBehind, sectionsDone, sectionsTotal, seenOn, paused };

  function levelOf(): AttentionLevel {
    const isFinished = sectionsTotal > 0 && sectionsDone === sectionsTotal;
    if (thisWeek === 0 || isFinished || paused) return 'course';
    if ((runs && daysAway >= limits.today.daysAway) || weeksBehind >= limits.today.weeksBehind) return 'today';
    const slips = daysAway >= limits.week.daysAwayWhileBehind && weeksBehind > 0;
    const neverCame = seenOn === null && daysAway >= limits.week.daysBeforeFirstVisit;
    if ((runs && (slips || neverCame)) || weeksBehind >= limits.week.weeksBehind) return 'week';
    return weeksBehind > 0 ? 'watch' : 'course';
  }
}
