// What a learner has done and where they last read.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { DoneSections, ReadingPlace } from '../../domain/week-schedule.ts';

export type Progress = {
  done: DoneSections;
  /** The section last read in each week. */
  lastRead: ReadonlyMap<number, string>;
  /** Where they read last of all. */
  place: ReadingPlace | null;
};

export const noProgress: Progress = { done: new Map(), lastRead: new Map(), place: null };

const findProgressStatement = {
  name: 'find-progress',
  text: `
    select week, section, true as done, null::timestamptz as read_at from section_completion where cohort_id = $1 and person_id = $2
    union all
    select week, section, false, read_at from reading_place where cohort_id = $1 and person_id = $2
    order by read_at`,
};

/** Everything one learner did in one cohort, in one statement. */
export async function findProgress(sql: Sql, cohortId: string, personId: string): Promise<Progress> {
  const rows = await run<{ week: number; section: string; done: boolean }>(sql, findProgressStatement, [cohortId, personId]);
  const done = new Map<number, Set<string>>();
  const lastRead = new Map<number, string>();
  let place: ReadingPlace | null = null;
  for (const { week, section, done: isDone } of rows) {
    if (isDone) done.set(week, (done.get(week) ?? new Set()).add(section));
    else {
      lastRead.set(week, section);
      place = { week, section };   // ordered by time: the last one wins
    }
  }
  return { done, lastRead, place };
}
