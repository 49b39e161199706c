// Which weeks a learner may open, how far each is done, and the one next step.
import { calendarWeek, weekOpensAt } from './calendar.ts';
import type { CohortCalendar } from './calendar.ts';

/** What the schedule needs of a week: its number and the keys of its sections, in reading order. */
export type ScheduledWeek = { number: number; sections: readonly string[] };

/** done: every section read. current: the calendar's week. open: may be read. locked: opens later. */
export type WeekState = 'done' | 'current' | 'open' | 'locked';

export type WeekStatus = {
  number: number;
  state: WeekState;
  opensAt: Temporal.Instant;
  /** Whether the calendar stands in this week, whatever its state. */
  isThisWeek: boolean;
  sectionsDone: number;
  sectionsTotal: number;
};

/** Sections a learner has done, by week number. */
export type DoneSections = ReadonlyMap<number, ReadonlySet<string>>;

/** Where a learner last read: a week and the key of a section in it. */
export type ReadingPlace = { week: number; section: string };

/**
 * The state of every week for one learner.
 * A week opens by the cohort's calendar; one in which anything was done stays open whatever the calendar
 * says later (a cohort may be shifted), because done work never locks again.
 */
export function weekStatuses(weeks: readonly ScheduledWeek[], calendar: CohortCalendar, done: DoneSections, now: Temporal.Instant): WeekStatus[] {
  const thisWeek = calendarWeek(calendar, now);
  return weeks.map(({ number, sections }) => {
    const doneHere = done.get(number);
    const sectionsDone = sections.filter((key) => doneHere?.has(key)).length;
    const isOpen = number <= thisWeek || (doneHere?.size ?? 0) > 0;
    const isThisWeek = number === thisWeek;
    const isDone = sections.length > 0 && sectionsDone === sections.length;
    const state = isDone ? 'done' : !isOpen ? 'locked' : isThisWeek ? 'current' : 'open';
    // Counted only when asked for: of twelve weeks at most one is.
    return { number, state, get opensAt() { return weekOpensAt(calendar, number); }, isThisWeek, sectionsDone, sectionsTotal: sections.length };
  });
}

export type NextStep =
  | { kind: 'carry-on'; week: number; section: string }   // something was done or read in that week
  | { kind: 'begin'; week: number; section: string }
  | { kind: 'wait'; week: number; opensAt: Temporal.Instant }   // everything open is done
  | { kind: 'finished' };

/**
 * The one thing to do next. The week last read comes first while it is unfinished, because people return to
 * what they were doing; otherwise the earliest unfinished open week; otherwise the next one to open.
 */
export function nextStep(weeks: readonly ScheduledWeek[], statuses: readonly WeekStatus[], done: DoneSections, place: ReadingPlace | null): NextStep {
  const unfinished = statuses.filter((status) => status.state !== 'locked' && status.sectionsDone < status.sectionsTotal);
  const status = unfinished.find((candidate) => candidate.number === place?.week) ?? unfinished[0];
  if (status) {
    const sections = weeks.find((week) => week.number === status.number)?.sections ?? [];
    const undone = sections.filter((key) => !done.get(status.number)?.has(key));
    const section = undone.find((key) => place?.week === status.number && key === place.section) ?? undone[0];
    if (section !== undefined) {
      const begun = status.sectionsDone > 0 || place?.week === status.number;
      return { kind: begun ? 'carry-on' : 'begin', week: status.number, section };
    }
  }
  const ahead = statuses.find((candidate) => candidate.state === 'locked');
  return ahead ? { kind: 'wait', week: ahead.number, opensAt: ahead.opensAt } : { kind: 'finished' };
}
