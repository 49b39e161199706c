// Who of a cohort needs help first, and why, as far as what they did can tell.
import { reaches } from './completion.ts';
import type { Assignment, CompletionPolicy, PlanState } from './completion.ts';
import { calendarWeek, daysBetween, weekDates } from './calendar.ts';
import type { CalendarBreak, CohortCalendar } from './calendar.ts';
import type { Result } from './knowledge-check.ts';

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
  /** The best finished try, by week number. Absent where nobody asks: checks are then no reason. */
  bestChecks?: ReadonlyMap<number, Result>;
  /** The keys of the assignments that are done. Absent where nobody asks: assignments are then no reason. */
  assignmentsDone?: ReadonlySet<string>;
  /** Days of workshops that they missed without an excuse. */
  absences?: number;
  plan?: PlanState;
};

/** `extensionDays`: how long after the end of a week it may be undone. */
export type LearnerPace = { breaks: readonly CalendarBreak[]; pausedOn: Temporal.PlainDate | null; extensionDays: number };

export type AttentionContext = {
  weeks: readonly { number: number; sectionsTotal: number }[];
  cohort: CohortCalendar;
  now: Temporal.Instant;
  /** Which checks and assignments count, and when the plan should be begun; null where the material says nothing of it. */
  completion?: CompletionPolicy | null;
  /** The assignments of the material; absent for none. */
  assignments?: readonly Assignment[];
};

/** The calendar that holds for one learner. */
export function calendarOf(cohort: CohortCalendar, pace: LearnerPace | null | undefined): CohortCalendar {
  return pace ? { ...cohort, breaks: [...(cohort.breaks ?? []), ...pace.breaks], pausedOn: pace.pausedOn } : cohort;
}

/** One sign that somebody may need help. Each stands with what it says: weeks by number, days counted. */
export type AttentionReason =
  | { kind: 'paused'; since: Temporal.PlainDate }
  /** `days` since the start for who never came, since they were last here otherwise. */
  | { kind: 'never-here' | 'away'; days: number }
  | { kind: 'weeks-behind' | 'checks-undone' | 'checks-low' | 'assignments-undone'; weeks: number[] }
  | { kind: 'absent'; days: number }
  | { kind: 'plan-not-begun'; week: number };

export type Attention = {
  level: AttentionLevel;
  /** Every sign, those that weigh most first; none for who is on course. */
  reasons: AttentionReason[];
  /** Finished weeks with sections undone, by number: those that have no more time left. None while they pause. */
  weeksBehind: number[];
  /** Of the weeks that are open by the calendar. */
  sectionsDone: number;
  sectionsTotal: number;
  /** In the cohort's zone; null while never. */
  seenOn: Temporal.PlainDate | null;
  /** While they pause nobody is needed. */
  paused: boolean;
  /** The week of the learner's own calendar. */
  thisWeek: number;
};

/** Days away, finished weeks undone and days missed, from which somebody is needed. */
const limits = { today: { daysAway: 14, weeksBehind: 3 }, week: { daysAwayWhileBehind: 7, weeksBehind: 2, daysBeforeFirstVisit: 3, absences: 2 } };

/**
 * Act today: two weeks away (or never here two weeks after the start), or three weeks behind. Ask this week: one week
 * away while behind, never here after the first days, two weeks behind, two days of workshops missed without an excuse,
 * or the coaching plan not begun when the week in which it should be is over. Watch: one week behind, a check of a
 * finished week undone or below what completing asks, more assignments of finished weeks undone than may be, one day missed, or the plan not begun in its week. Nobody is behind
 * before the start, and being away counts only while the programme runs. Who has more time is behind later, and who
 * pauses not at all.
 */
export function attentionFor(learner: LearnerFacts, context: AttentionContext): Attention {
  return attentionRule(context)(learner);
}

/** `attentionFor` for many learners: what the cohort's calendar says is worked out once for all who keep it. */
export function attentionRule(context: AttentionContext): (learner: LearnerFacts) => Attention {
  const today = context.now.toZonedDateTimeISO(context.cohort.timeZone).toPlainDate();
  const shared = placeIn(context, null, today);
  return (learner) => judge(learner, context, learner.pace ? placeIn(context, learner.pace, today) : shared);
}

/** Where a calendar stands: its week, and the weeks that are over, with whatever more time there is. */
type Place = { today: Temporal.PlainDate; thisWeek: number; over: ReadonlySet<number> };

function placeIn({ weeks, cohort, now }: AttentionContext, pace: LearnerPace | null, today: Temporal.PlainDate): Place {
  const calendar = calendarOf(cohort, pace);
  const thisWeek = calendarWeek(calendar, now);
  const isOver = (number: number): boolean => number < thisWeek && Temporal.PlainDate.compare(weekDates(calendar, number).to.add({ days: pace?.extensionDays ?? 0 }), today) < 0;
  return { today, thisWeek, over: new Set(weeks.map(({ number }) => number).filter(isOver)) };
}

function judge(learner: LearnerFacts, { weeks, cohort, completion = null, assignments = [] }: AttentionContext, { today, thisWeek, over }: Place): Attention {
  const pausedOn = learner.pace?.pausedOn ?? null;
  const doneIn = ({ number, sectionsTotal }: { number: number; sectionsTotal: number }): number => Math.min(learner.sectionsDone.get(number) ?? 0, sectionsTotal);
  const open = weeks.filter(({ number }) => number <= thisWeek);
  const behind = pausedOn ? [] : open.filter((week) => doneIn(week) < week.sectionsTotal && over.has(week.number)).map(({ number }) => number);
  const sectionsDone = open.reduce((sum, week) => sum + doneIn(week), 0);
  const sectionsTotal = open.reduce((sum, week) => sum + week.sectionsTotal, 0);
  const seenOn = learner.lastSeenAt?.toZonedDateTimeISO(cohort.timeZone).toPlainDate() ?? null;
  const daysAway = daysBetween(seenOn ?? cohort.startsOn, today);
  const runs = thisWeek > 0 && thisWeek <= weeks.length;
  const slow = learner.bestChecks && completion ? slowChecks(learner.bestChecks, completion) : { undone: [], low: [] };
  const unassigned = learner.assignmentsDone && completion?.assignments ? undoneAssignments(learner.assignmentsDone, completion.assignments) : [];
  const absences = learner.absences ?? 0;
  const planWeek = completion?.plan?.beginsInWeek ?? Infinity;
  const planIsMissing = learner.plan === 'none' && thisWeek >= planWeek;

  const level = levelOf();
  return { level, reasons: reasonsOf(), weeksBehind: behind, sectionsDone, sectionsTotal, seenOn, paused: pausedOn !== null, thisWeek };

  function slowChecks(best: ReadonlyMap<number, Result>, { checks }: CompletionPolicy): { undone: number[]; low: number[] } {
    const slowOnes = checks.filter(({ week, percent }) => { const result = best.get(week); return (!result || !reaches(result, percent)) && over.has(week); });
    const [undone, low] = [slowOnes.filter(({ week }) => !best.has(week)), slowOnes.filter(({ week }) => best.has(week))];
    return { undone: undone.map(({ week }) => week), low: low.map(({ week }) => week) };
  }

  /** Weeks that are over and whose assignments are undone; none as long as enough are left to be done. */
  function undoneAssignments(done: ReadonlySet<string>, { weeks: counted, needed }: NonNullable<CompletionPolicy['assignments']>): number[] {
    const asked = assignments.filter(({ week }) => counted.includes(week));
    const undone = asked.filter(({ week, key }) => !done.has(key) && over.has(week));
    return undone.length > asked.length - needed ? undone.map(({ week }) => week) : [];
  }

  function levelOf(): AttentionLevel {
    if (thisWeek === 0 || pausedOn) return 'course';
    const isFinished = sectionsTotal > 0 && sectionsDone === sectionsTotal;
    if (!isFinished && ((runs && daysAway >= limits.today.daysAway) || behind.length >= limits.today.weeksBehind)) return 'today';
    const slips = daysAway >= limits.week.daysAwayWhileBehind && behind.length > 0;
    const neverCame = seenOn === null && daysAway >= limits.week.daysBeforeFirstVisit;
    if ((!isFinished && runs && (slips || neverCame)) || behind.length >= limits.week.weeksBehind) return 'week';
    if (absences >= limits.week.absences || (planIsMissing && over.has(planWeek))) return 'week';
    return behind.length + slow.undone.length + slow.low.length + unassigned.length + absences > 0 || planIsMissing ? 'watch' : 'course';
  }

  function reasonsOf(): AttentionReason[] {
    if (pausedOn) return [{ kind: 'paused', since: pausedOn }];
    if (thisWeek === 0) return [];
    const away = runs && level !== 'course' && daysAway >= limits.week.daysAwayWhileBehind;
    const neverHere = runs && seenOn === null && daysAway >= limits.week.daysBeforeFirstVisit;
    return [
      ...(neverHere ? [{ kind: 'never-here' as const, days: daysAway }] : away && seenOn !== null ? [{ kind: 'away' as const, days: daysAway }] : []),
      ...(behind.length > 0 ? [{ kind: 'weeks-behind' as const, weeks: behind }] : []),
      ...(absences > 0 ? [{ kind: 'absent' as const, days: absences }] : []),
      ...(planIsMissing ? [{ kind: 'plan-not-begun' as const, week: planWeek }] : []),
      ...(slow.undone.length > 0 ? [{ kind: 'checks-undone' as const, weeks: slow.undone }] : []),
      ...(slow.low.length > 0 ? [{ kind: 'checks-low' as const, weeks: slow.low }] : []),
      ...(unassigned.length > 0 ? [{ kind: 'assignments-undone' as const, weeks: unassigned }] : []),
    ];
  }
}
