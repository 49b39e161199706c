// How soon a learner needs somebody: from what they did and when they were last here.
import type { CohortCalendar } from './calendar.ts';

/** today: act today. week: ask this week. watch: keep an eye on them. course: on course. In the order of need. */
export const attentionLevels = ['today', 'week', 'watch', 'course'] as const;
export type AttentionLevel = (typeof attentionLevels)[number];

export type LearnerFacts = {
  /** Null while the learner has never opened Coachline. */
  lastSeenAt: Temporal.Instant | null;
  /** Number of sections done, by week number; weeks without any may be missing. */
  sectionsDone: ReadonlyMap<number, number>;
};

export type AttentionContext = {
  weeks: readonly { number: number; sectionsTotal: number }[];
  /** From `calendarWeek`. */
  thisWeek: number;
  cohort: CohortCalendar;
  today: Temporal.PlainDate;
};

export type Attention = {
  level: AttentionLevel;
  /** Finished weeks with sections undone. */
  weeksBehind: number;
  /** Of the weeks that are open by the calendar. */
  sectionsDone: number;
  sectionsTotal: number;
  /** In the cohort's zone; null while never. */
  seenOn: Temporal.PlainDate | null;
};

/** Days away, and finished weeks undone, from which somebody is needed. */
const limits = { today: { daysAway: 14, weeksBehind: 3 }, week: { daysAwayWhileBehind: 7, weeksBehind: 2, daysBeforeFirstVisit: 3 } };

/**
 * Act today: two weeks away (or never here two weeks after the start), or three weeks behind. Ask this week: one week
 * away while behind, never here after the first days, or two weeks behind. Watch: one week behind. Nobody is behind
 * before the start, and being away counts only while the programme runs.
 */
export function attentionFor(learner: LearnerFacts, { weeks, thisWeek, cohort, today }: AttentionContext): Attention {
  const doneIn = ({ number, sectionsTotal }: { number: number; sectionsTotal: number }): number => Math.min(learner.sectionsDone.get(number) ?? 0, sectionsTotal);
  const open = weeks.filter(({ number }) => number <= thisWeek);
  const weeksBehind = open.filter((week) => week.number < thisWeek && doneIn(week) < week.sectionsTotal).length;
  const sectionsDone = open.reduce((sum, week) => sum + doneIn(week), 0);
  const sectionsTotal = open.reduce((sum, week) => sum + week.sectionsTotal, 0);
  const seenOn = learner.lastSeenAt?.toZonedDateTimeISO(cohort.timeZone).toPlainDate() ?? null;
  const daysAway = (seenOn ?? cohort.startsOn).until(today, { largestUnit: 'days' }).days;
  const runs = thisWeek > 0 && thisWeek <= weeks.length;

  return { level: levelOf(), weeksBehind, sectionsDone, sectionsTotal, seenOn };

  function levelOf(): AttentionLevel {
    const isFinished = sectionsTotal > 0 && sectionsDone === sectionsTotal;
    if (thisWeek === 0 || isFinished) return 'course';
    if ((runs && daysAway >= limits.today.daysAway) || weeksBehind >= limits.today.weeksBehind) return 'today';
    const slips = daysAway >= limits.week.daysAwayWhileBehind && weeksBehind > 0;
    const neverCame = seenOn === null && daysAway >= limits.week.daysBeforeFirstVisit;
    if ((runs && (slips || neverCame)) || weeksBehind >= limits.week.weeksBehind) return 'week';
    return weeksBehind > 0 ? 'watch' : 'course';
  }
}
