// What a learner did: read together with the sign-in, in its one statement, because the pages that show it are the ones people open most.
import type { CalendarBreak } from '../domain/calendar.ts';
import type { DoneSections, ReadingPlace } from '../domain/week-schedule.ts';
import type { LearnerStanding } from '../learner-standing.ts';

export type Progress = {
  /** All that the pages say which only mention it; empty for whom nothing is kept. */
  standing: LearnerStanding;
  /** Whether the cohort opens weeks after the first only when a form about team and project is accepted. */
  eligibilityRequired: boolean;
  done: DoneSections;
  /** The section last read in each week. */
  lastRead: ReadonlyMap<number, string>;
  /** Where they read last of all. */
  place: ReadingPlace | null;
  /** What the learner's calendar has of its own. */
  pace: { breaks: readonly CalendarBreak[]; pausedOn: Temporal.PlainDate | null };
  /** The last week that eligibility lets the learner open; `Infinity` while nothing holds them back. */
  openUpTo: number;
};

/** Until faculty have accepted the form. */
const openBeforeAcceptance = 1;

/** @param held by eligibility, from all weeks after the first */
export function progressOf(standing: LearnerStanding, { eligibilityRequired = false, held = false } = {}): Progress {
  const { sections = [], places = [], pace } = standing;
  const doneByWeek = new Map<number, Set<string>>();
  for (const [week, section] of sections) doneByWeek.set(week, (doneByWeek.get(week) ?? new Set()).add(section));
  const [week, section] = places.at(-1) ?? [];
  return {
    standing,
    eligibilityRequired,
    done: doneByWeek,
    lastRead: new Map(places),
    place: week === undefined || section === undefined ? null : { week, section },
    pace: { breaks: pace?.breaks ?? [], pausedOn: pace?.pausedOn ? Temporal.PlainDate.from(pace.pausedOn) : null },
    openUpTo: held ? openBeforeAcceptance : Infinity,
  };
}
