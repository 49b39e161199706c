// A learner tells that an assignment is done, changes the account, or takes it back.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import { findOptionalReport } from './queries.ts';
import type { Learner } from './queries.ts';

// Of two who began with the same version the second changes nothing. Committed before it is acknowledged, whatever the
// database's own habit: a browser forgets what it is told is saved. Who adds to the account does not move the day it was done.
const upsertReport = {
  name: 'upsert-assignment-report',
  text: `
    insert into assignment_report as r (cohort_id, person_id, assignment, account, version, written_at, done_at) values ($1, $2, $3, $4, 1, $6, $6)
    on conflict (cohort_id, person_id, assignment) do update
       set account = excluded.account, version = r.version + 1, written_at = excluded.written_at, done_at = coalesce(r.done_at, excluded.done_at)
     where r.version = $5 and (r.account is distinct from excluded.account or r.done_at is null)
    returning version, set_config('synchronous_commit', 'on', true)`,
};
// Without words, or with those that stand there, nothing of another window's can be overwritten.
const takeBack = {
  name: 'take-back-assignment-report',
  text: `
    update assignment_report
       set account = case when $4::text = '' then account else $4 end, written_at = case when $4 in ('', account) then written_at else $6 end, done_at = null, version = version + 1
     where cohort_id = $1 and person_id = $2 and assignment = $3 and done_at is not null and (version = $5 or $4 in ('', account))
    returning version, set_config('synchronous_commit', 'on', true)`,
};
const audit = { name: 'audit-assignment', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

/** changed: another window or device saved something else meanwhile, and nothing was changed. */
export type ReportOutcome = 'stored' | 'changed';

/** @param version the one that the writer saw; 0 where there was none */
export type NewReport = { key: string; account: string; version: number };

/** Keeps the account and counts the assignment as done. When this has returned, it is on the disk. */
export async function reportDone(pool: Pool, viewer: Viewer, learner: Learner, { key, account, version }: NewReport, now: Temporal.Instant): Promise<ReportOutcome> {
  return inTransaction(pool, async (sql) => {
    const before = await findOptionalReport(sql, learner, key);
    const saved = await run(sql, upsertReport, [learner.cohortId, learner.personId, key, account, version, String(now)]);
    if (saved.length === 0) {
      // Sent twice, it is what stands there already.
      const there = await findOptionalReport(sql, learner, key);
      return there?.account === account && there.doneAt !== null ? 'stored' : 'changed';
    }
    if (!before?.doneAt) await note(sql, 'assignment.done', viewer, learner, key, now);
    return 'stored';
  });
}

/**
 * The assignment counts as not done again, and nobody but the learner reads the account; one that is not done stays so.
 * What stood in the form is kept, as the account is when it is saved; an empty form keeps what was there.
 */
export async function takeReportBack(pool: Pool, viewer: Viewer, learner: Learner, { key, account, version }: NewReport, now: Temporal.Instant): Promise<ReportOutcome> {
  return inTransaction(pool, async (sql) => {
    const taken = await run(sql, takeBack, [learner.cohortId, learner.personId, key, account, version, String(now)]);
    if (taken.length === 0) {
      // Sent twice, it is what stands there already.
      const there = await findOptionalReport(sql, learner, key);
      return account === '' || (there?.account === account && there.doneAt === null) ? 'stored' : 'changed';
    }
    await note(sql, 'assignment.taken-back', viewer, learner, key, now);
    return 'stored';
  });
}

async function note(sql: Sql, action: string, viewer: Viewer, { cohortId }: Learner, assignment: string, now: Temporal.Instant): Promise<void> {
  await run(sql, audit, [String(now), action, viewer.organisation?.id ?? null, viewer.personId, JSON.stringify({ cohortId, assignment })]);
}
