// A learner writes into the journal, shares an entry with faculty, and takes that back.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { JournalOfLearner } from './queries.ts';

// Of two who began with the same version the second changes nothing. Committed before it is acknowledged, whatever the
// database's own habit: a browser forgets what it is told is saved.
const upsertEntry = {
  name: 'upsert-journal-entry',
  text: `
    insert into journal_entry as j (cohort_id, person_id, week, text, version, saved_at) values ($1, $2, $3, $4, 1, $6)
    on conflict (cohort_id, person_id, week) do update set text = excluded.text, version = j.version + 1, saved_at = excluded.saved_at
     where j.version = $5 and j.text is distinct from excluded.text
    returning version, set_config('synchronous_commit', 'on', true)`,
};
const findEntry = { name: 'find-journal-entry', text: 'select text, version from journal_entry where cohort_id = $1 and person_id = $2 and week = $3' };

/** stored: it stands there now. changed: something else does, by another window or device, and nothing was changed. */
export type SaveOutcome = { outcome: 'stored'; version: number } | { outcome: 'changed'; version: number; text: string };

/** @param version the one that the writer saw; 0 where there was no entry */
export type NewEntry = { week: number; text: string; version: number };

/** Keeps what was written for a week. When this has returned, it is on the disk. */
export async function saveEntry(sql: Sql, { cohortId, personId }: JournalOfLearner, { week, text, version }: NewEntry, now: Temporal.Instant): Promise<SaveOutcome> {
  const find = async () => (await run<{ text: string; version: number }>(sql, findEntry, [cohortId, personId, week]))[0];
  if (text === '' && !(await find())) return { outcome: 'stored', version: 0 };   // nothing is no entry
  const [saved] = await run<{ version: number }>(sql, upsertEntry, [cohortId, personId, week, text, version, String(now)]);
  if (saved) return { outcome: 'stored', version: saved.version };
  const there = await find();
  if (!there) throw new Error('an entry was neither stored nor there');
  return there.text === text ? { outcome: 'stored', version: there.version } : { outcome: 'changed', ...there };
}

const share = {
  name: 'share-journal-entry',
  text: `update journal_entry set shared_at = $4 where cohort_id = $1 and person_id = $2 and week = $3 and shared_at is null returning week`,
};
const stopSharing = {
  name: 'stop-sharing-journal-entry',
  text: 'update journal_entry set shared_at = null where cohort_id = $1 and person_id = $2 and week = $3 and shared_at is not null returning week',
};
const audit = { name: 'audit-journal', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

/** empty: there is nothing to share. */
export type SharingOutcome = SaveOutcome | { outcome: 'empty' };

/**
 * Shares an entry with the faculty and assistants of the cohort. The words in the form are saved with it, so that the
 * press of the button loses none; where they cannot be, nothing is shared.
 */
export async function shareEntry(pool: Pool, viewer: Viewer, learner: JournalOfLearner, entry: NewEntry, now: Temporal.Instant): Promise<SharingOutcome> {
  if (entry.text === '') return { outcome: 'empty' };
  return inTransaction(pool, async (sql) => {
    const saved = await saveEntry(sql, learner, entry, now);
    if (saved.outcome === 'stored' && (await run(sql, share, [...keyOf(learner, entry), String(now)])).length > 0) await note(sql, 'journal.shared', viewer, learner, entry, now);
    return saved;
  });
}

/** Makes an entry private again; one that is private stays so. */
export async function makePrivate(pool: Pool, viewer: Viewer, learner: JournalOfLearner, entry: { week: number }, now: Temporal.Instant): Promise<void> {
  await inTransaction(pool, async (sql) => {
    if ((await run(sql, stopSharing, keyOf(learner, entry))).length > 0) await note(sql, 'journal.unshared', viewer, learner, entry, now);
  });
}

const keyOf = ({ cohortId, personId }: JournalOfLearner, { week }: { week: number }) => [cohortId, personId, week];

async function note(sql: Sql, action: string, viewer: Viewer, { cohortId }: JournalOfLearner, { week }: { week: number }, now: Temporal.Instant): Promise<void> {
  await run(sql, audit, [String(now), action, viewer.organisation?.id ?? null, viewer.personId, JSON.stringify({ cohortId, week })]);
}
