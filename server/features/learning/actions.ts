// A learner marks a section as done or not done, and the page remembers where they read.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';

/** A section of a week, of one learner in one cohort. */
export type SectionOfLearner = { cohortId: string; personId: string; week: number; section: string };

const insertCompletion = {
  name: 'insert-section-completion',
  text: `insert into section_completion (cohort_id, person_id, week, section, done_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
};
const deleteCompletion = {
  name: 'delete-section-completion',
  text: 'delete from section_completion where cohort_id = $1 and person_id = $2 and week = $3 and section = $4',
};
const upsertPlace = {
  name: 'upsert-reading-place',
  text: `insert into reading_place (cohort_id, person_id, week, section, read_at) values ($1, $2, $3, $4, $5)
         on conflict (cohort_id, person_id, week) do update set section = excluded.section, read_at = excluded.read_at
         where reading_place.read_at <= excluded.read_at`,
};

/** Marks a section as done; doing so twice keeps the first time. */
export async function completeSection(sql: Sql, { cohortId, personId, week, section }: SectionOfLearner, now: Temporal.Instant): Promise<void> {
  await run(sql, insertCompletion, [cohortId, personId, week, section, String(now)]);
}

/** Takes a completion back. */
export async function removeCompletion(sql: Sql, { cohortId, personId, week, section }: SectionOfLearner): Promise<void> {
  await run(sql, deleteCompletion, [cohortId, personId, week, section]);
}

/** Remembers the section last read in a week; of two tabs the later one counts. */
export async function keepPlace(sql: Sql, { cohortId, personId, week, section }: SectionOfLearner, now: Temporal.Instant): Promise<void> {
  await run(sql, upsertPlace, [cohortId, personId, week, section, String(now)]);
}
