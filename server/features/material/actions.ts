// A cohort goes on with newer material.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Programmes } from '../../plugins/programmes.ts';
import type { Viewer, ViewerCohort } from '../../plugins/sign-in.ts';

const insertVersion = {
  name: 'insert-accepted-version',
  text: 'insert into programme_version (id, programme_key, content, created_at) values ($1, $2, $3, $4) on conflict (id) do nothing',
};
const moveCohort = { name: 'accept-programme-version', text: 'update cohort set programme_version_id = $3 where id = $1 and programme_version_id = $2 returning id' };
// What was handed in and graded before rows said by which version stays with the one that it was made by.
const keepForms = {
  name: 'keep-version-of-submissions',
  text: 'update submission set programme_version_id = $2 where programme_version_id is null and plan_id in (select id from coaching_plan where cohort_id = $1)',
};
const keepRubrics = {
  name: 'keep-version-of-grades',
  text: `update grade set programme_version_id = $2 where programme_version_id is null
            and submission_id in (select s.id from submission s join coaching_plan p on p.id = s.plan_id where p.cohort_id = $1)`,
};
const audit = { name: 'audit-material', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

/**
 * Gives the cohort the current material. What learners did is kept under keys, so it stands wherever these are the same;
 * plans that were handed in, and their grades, stay with the form and the rubric that they were made by.
 * @returns false when the cohort's material is no longer `from`, or the current one not `to`: nothing was changed then
 */
export async function acceptMaterial(pool: Pool, viewer: Viewer, cohort: ViewerCohort, current: Programmes['current'], { from, to }: { from: string; to: string }, now: Temporal.Instant): Promise<boolean> {
  if (to !== current.id || from !== cohort.programmeVersionId) return false;
  return inTransaction(pool, async (sql) => {
    await run(sql, insertVersion, [current.id, current.programme.key, JSON.stringify(current.programme), String(now)]);
    const moved = await run(sql, moveCohort, [cohort.id, from, current.id]);
    if (moved.length === 0) return false;
    await run(sql, keepForms, [cohort.id, from]);
    await run(sql, keepRubrics, [cohort.id, from]);
    await run(sql, audit, [String(now), 'cohort.material-accepted', viewer.organisation?.id ?? null, viewer.personId ?? viewer.administratorId, JSON.stringify({ cohortId: cohort.id, from, to })]);
    return true;
  });
}
