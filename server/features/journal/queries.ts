// A learner's own entries, and those that learners share with the faculty of their cohort.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { sharedPerPage } from '../../domain/journal.ts';
import type { Entry, JournalReader, SharedEntry } from '../../domain/journal.ts';
import { shownName } from '../../person-name.ts';

/** One learner's journal in one cohort. */
export type JournalOfLearner = { cohortId: string; personId: string };

const listEntriesStatement = {
  name: 'list-journal-entries',
  text: 'select week, text, version, saved_at, shared_at from journal_entry where cohort_id = $1 and person_id = $2',
};
type EntryRow = { week: number; text: string; version: number; saved_at: string; shared_at: string | null };

/** The learner's own entries by week, those that were emptied again too. */
export async function listEntries(sql: Sql, { cohortId, personId }: JournalOfLearner): Promise<Map<number, Entry>> {
  const rows = await run<EntryRow>(sql, listEntriesStatement, [cohortId, personId]);
  return new Map(rows.map(({ week, text, version, saved_at: savedAt, shared_at: sharedAt }) => [week, { text, version, savedAt: toInstant(savedAt), sharedAt: sharedAt === null ? null : toInstant(sharedAt) }]));
}

const listReadersStatement = {
  name: 'list-journal-readers',
  text: `
    select ${shownName('p')} as name, case when bool_or(e.role = 'faculty') then 'faculty' else 'assistant' end as role
      from enrolment e join context c on c.id = e.context_id join person p on p.id = e.person_id
     where c.cohort_id = $1 and e.active and e.role in ('faculty', 'assistant')
     group by p.id order by 2 desc, 1`,
};

/** Who may read the entries that learners of a cohort share: its faculty, then its assistants. */
export async function listReaders(sql: Sql, cohortId: string): Promise<JournalReader[]> {
  return run<JournalReader>(sql, listReadersStatement, [cohortId]);
}

// The condition on shared_at is the privacy of the journal: only this statement, and that of features/learners with the
// same condition, read somebody else's entry. $4: one learner; null for all.
const listSharedStatement = {
  name: 'list-shared-journal-entries',
  text: `
    select j.week, ${shownName('p')} as name, j.text, j.saved_at, count(*) over ()::int as total
      from journal_entry j join person p on p.id = j.person_id
     where j.cohort_id = $1 and j.shared_at is not null and j.text <> '' and ($4::uuid is null or j.person_id = $4)
     order by j.saved_at desc, j.week, j.person_id limit $2 offset $3`,
};

/** What learners of a cohort share, or one of them, newest first. @param page from 1; one beyond the last is empty, with a total of 0 */
export async function listShared(sql: Sql, cohortId: string, { page, learner }: { page: number; learner: string | null }): Promise<{ total: number; entries: SharedEntry[] }> {
  const rows = await run<{ week: number; name: string | null; text: string; saved_at: string; total: number }>(sql, listSharedStatement, [cohortId, sharedPerPage, (page - 1) * sharedPerPage, learner]);
  return { total: rows[0]?.total ?? 0, entries: rows.map(({ week, name, text, saved_at: savedAt }) => ({ week, name, text, savedAt: toInstant(savedAt) })) };
}
