// What a learner did: read together with the sign-in, in its one statement, because the pages that show it are the ones people open most.
import type { CalendarBreak } from '../domain/calendar.ts';
import type { DoneSections, ReadingPlace } from '../domain/week-schedule.ts';

export type Progress = {
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

/** As `progressColumns` arrive: [week, section], places in the order in which they were read; null where there are none. */
export type ProgressRow = {
  done: [number, string][] | null;
  places: [number, string][] | null;
  pace: { breaks: CalendarBreak[]; pausedOn: string | null } | null;
  held: boolean | null;
};

/** Columns for a statement in which `s` is the sign-in and `h` its cohort. Only of learners of whom things are kept is there a person and progress. */
export const progressColumns = `
  (select json_agg(json_build_array(week, section)) from section_completion where cohort_id = h.id and person_id = s.person_id and s.role = 'learner') as done,
  (select json_agg(json_build_array(week, section) order by read_at) from reading_place where cohort_id = h.id and person_id = s.person_id and s.role = 'learner') as places,
  (select json_build_object('breaks', breaks, 'pausedOn', paused_on) from learner_pace where cohort_id = h.id and person_id = s.person_id and s.role = 'learner') as pace,
  h.eligibility_required and s.role = 'learner' and s.person_id is not null
    and not exists (select 1 from eligibility where cohort_id = h.id and person_id = s.person_id and state = 'accepted') as held`;

export function progressOf({ done, places, pace, held }: ProgressRow): Progress {
  const doneByWeek = new Map<number, Set<string>>();
  for (const [week, section] of done ?? []) doneByWeek.set(week, (doneByWeek.get(week) ?? new Set()).add(section));
  const [week, section] = places?.at(-1) ?? [];
  return {
    done: doneByWeek,
    lastRead: new Map(places),
    place: week === undefined || section === undefined ? null : { week, section },
    pace: { breaks: pace?.breaks ?? [], pausedOn: pace?.pausedOn ? Temporal.PlainDate.from(pace.pausedOn) : null },
    openUpTo: held ? openBeforeAcceptance : Infinity,
  };
}
