// Which weeks a learner may open, how far each is done, and the one next step.
import { calendarWeek } from './calendar.ts';
import type { CohortCalendar } from './calendar.ts';

/** A programme has twelve weeks, or fewer. */
export const mostWeeks = 12;

/** What the schedule needs of a week: its number, the keys of its sections in reading order, and the weeks that must be done first. */
export type ScheduledWeek = { number: number; sections: readonly string[]; requires?: readonly number[] };

/** Why a week is locked: its day has not come, weeks before it are undone, or faculty have not accepted the eligibility form. */
export type Lock = { because: 'later' } | { because: 'requires'; weeks: number[] } | { because: 'eligibility' };

/** done: every section read. current: the calendar's week. open: may be read. locked: opens later. */
export type WeekState = 'done' | 'current' | 'open' | 'locked';

export type WeekStatus = {
  number: number;
  state: WeekState;
  /** Why it is locked; null when it is not. */
  lock: Lock | null;
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
 * @param openUpTo the last week that eligibility lets this learner open; none while nothing holds them back
 */
export function weekStatuses(weeks: readonly ScheduledWeek[], calendar: CohortCalendar, done: DoneSections, now: Temporal.Instant, { openUpTo = Infinity }: { openUpTo?: number } = {}): WeekStatus[] {
  const thisWeek = calendarWeek(calendar, now);
  const isRead = (number: number): boolean => (weeks.find((week) => week.number === number)?.sections ?? []).every((key) => done.get(number)?.has(key));
  return weeks.map(({ number, sections, requires = [] }) => {
    const doneHere = done.get(number);
    const sectionsDone = sections.filter((key) => doneHere?.has(key)).length;
    const lock = (doneHere?.size ?? 0) > 0 ? null : lockOf(number);
    const isThisWeek = number === thisWeek;
    const isDone = sections.length > 0 && sectionsDone === sections.length;
    const state = isDone ? 'done' : lock ? 'locked' : isThisWeek ? 'current' : 'open';
    return { number, state, lock, isThisWeek, sectionsDone, sectionsTotal: sections.length };

    function lockOf(week: number): Lock | null {
      if (week > thisWeek) return { because: 'later' };
      if (week > openUpTo) return { because: 'eligibility' };
      const undone = requires.filter((required) => !isRead(required));
      return undone.length > 0 ? { because: 'requires', weeks: undone } : null;
    }
  });
}

export type NextStep =
  | { kind: 'carry-on'; week: number; section: string }   // something was done or read in that week
  | { kind: 'begin'; week: number; section: string }
  | { kind: 'wait'; week: number; lock: Lock }   // everything open is done
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
  return ahead ? { kind: 'wait', week: ahead.number, lock: ahead.lock ?? { because: 'later' } } : { kind: 'finished' };
}
