// What a learner did: read together with the sign-in, in its one statement, because the pages that show it are the ones people open most.
import type { DoneSections, ReadingPlace } from '../domain/week-schedule.ts';

export type Progress = {
  done: DoneSections;
  /** The section last read in each week. */
  lastRead: ReadonlyMap<number, string>;
  /** Where they read last of all. */
  place: ReadingPlace | null;
};

/** As `progressColumns` arrive: [week, section], places in the order in which they were read; null where there are none. */
export type ProgressRow = { done: [number, string][] | null; places: [number, string][] | null };

/** Columns for a statement in which `s` is the sign-in and `h` its cohort. Only of learners of whom things are kept is there a person and progress. */
export const progressColumns = `
  (select json_agg(json_build_array(week, section)) from section_completion where cohort_id = h.id and person_id = s.person_id and s.role = 'learner') as done,
  (select json_agg(json_build_array(week, section) order by read_at) from reading_place where cohort_id = h.id and person_id = s.person_id and s.role = 'learner') as places`;

export function progressOf({ done, places }: ProgressRow): Progress {
  const doneByWeek = new Map<number, Set<string>>();
  for (const [week, section] of done ?? []) doneByWeek.set(week, (doneByWeek.get(week) ?? new Set()).add(section));
  const [week, section] = places?.at(-1) ?? [];
  return { done: doneByWeek, lastRead: new Map(places), place: week === undefined || section === undefined ? null : { week, section } };
}
