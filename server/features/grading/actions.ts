// A grader's draft, and the decision about a submission. Of two who decide, the second never replaces the first unseen.
import type { Pool } from 'pg';
import { inTransaction, run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { emptyAssessment, gradeBookComment, gradeOf, isSameAssessment, rubricMaximum } from '../../domain/rubric.ts';
import type { GradeDecision, GradingRubric, RubricAssessment } from '../../domain/rubric.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Queues } from '../../queues.ts';
import { setScore } from '../../score-outbox.ts';
import { openFor } from './submission.ts';
import type { SubmissionState } from './submission.ts';

type Tools = { pool: Pool; queues: Pick<Queues, 'add'> };

// Version 0 is nothing but "open here". A grader has one submission open: the mark at the one before goes.
const openStatement = {
  name: 'open-submission',
  text: `
    with left_behind as (delete from grade_draft where grader_id = $2 and version = 0 and submission_id <> $1)
    insert into grade_draft as d (submission_id, grader_id, assessment, version, saved_at)
    select s.id, $2, $4, 0, $5 from submission s join coaching_plan p on p.id = s.plan_id where s.id = $1 and p.cohort_id = $3 and s.state = 'submitted'
    on conflict (submission_id, grader_id) do update set saved_at = excluded.saved_at where d.version = 0 and d.saved_at <= $6`,
};

/** Notes that the viewer has a submission open, for others who look for one to grade. Only what waits for a grade is noted. */
export async function openSubmission(sql: Sql, { cohort, personId }: Viewer, id: string, now: Temporal.Instant): Promise<void> {
  if (personId === null) return;
  await run(sql, openStatement, [id, personId, cohort?.id ?? null, JSON.stringify(emptyAssessment()), String(now), String(now.subtract(openFor))]);
}

// Who saves what stands there already has no quarrel with whoever saved it. What was said about criteria that the rubric
// does not have any more stays in the draft: the form holds nothing of them.
const merged = `jsonb_set(excluded.assessment, '{criteria}', (d.assessment -> 'criteria') || (excluded.assessment -> 'criteria'))`;
const saveStatement = {
  name: 'save-grade-draft',
  text: `
    insert into grade_draft as d (submission_id, grader_id, assessment, version, saved_at)
    select s.id, $2, $4, 1, $5 from submission s join coaching_plan p on p.id = s.plan_id where s.id = $1 and p.cohort_id = $3
    on conflict (submission_id, grader_id) do update
      set assessment = ${merged}, version = d.version + 1, saved_at = excluded.saved_at
      where d.version = $6 or d.assessment = ${merged}
    returning version, (select state from submission where id = $1) as state`,
};

/** conflict: another window of the same grader saved in between; nothing was kept. `state` tells whether the submission still waits for a grade. */
export type DraftDecision = { saved: true; version: number; state: SubmissionState } | { saved: false };

export type DraftInput = {
  assessment: RubricAssessment;
  /** The version of the draft that was changed; 0 for none. */
  version: number;
};

/** Keeps the viewer's draft, also of a submission that was withdrawn or decided meanwhile: what was written is not lost. */
export async function saveDraft(sql: Sql, { cohort, personId }: Viewer, id: string, { assessment, version }: DraftInput, now: Temporal.Instant): Promise<DraftDecision> {
  const [row] = await run<{ version: number; state: SubmissionState }>(sql, saveStatement, [id, personId, cohort?.id ?? null, JSON.stringify(assessment), String(now), version]);
  return row ? { saved: true, ...row } : { saved: false };
}

const lockSubmission = {
  name: 'lock-submission-for-grade',
  text: `
    select s.state, s.submitted_at, s.plan_id, p.person_id, p.cohort_id, h.organisation_id
      from submission s join coaching_plan p on p.id = s.plan_id join cohort h on h.id = p.cohort_id
     where s.id = $1 and p.cohort_id = $2 for no key update of s`,
};
const findDraft = { name: 'find-grade-draft', text: 'select version, assessment from grade_draft where submission_id = $1 and grader_id = $2' };
const findGrade = { name: 'find-grade', text: 'select grader_id, decision, assessment, points::float, maximum::float, band, passed, decided_at from grade where submission_id = $1' };
const insertGrade = {
  name: 'insert-grade',
  text: 'insert into grade (submission_id, grader_id, decision, assessment, points, maximum, band, passed, decided_at, programme_version_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)',
};
const setState = { name: 'set-submission-state', text: 'update submission set state = $2, state_at = $3 where id = $1' };
// The drafts of others stay: theirs are not ours to throw away. That they had it open is over.
const closeDrafts = { name: 'close-grade-drafts', text: 'delete from grade_draft where submission_id = $1 and (grader_id = $2 or version = 0)' };
const auditGrade = { name: 'audit-grade', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

type LockedRow = { state: SubmissionState; submitted_at: string; plan_id: string; person_id: string; cohort_id: string; organisation_id: string };
type GradeRow = { grader_id: string; decision: GradeDecision; assessment: RubricAssessment; points: number | null; maximum: number; band: string | null; passed: boolean | null; decided_at: string };

/**
 * decided: done, or done before by the same press. withdrawn, already: the submission no longer waits, and nothing
 * changed. conflict: another window of the same grader saved another draft.
 */
export type DecisionOutcome = 'decided' | 'withdrawn' | 'already' | 'conflict';

/**
 * Returns a submission for revision, or releases its grade: one step, on a submission that waits. The score for the
 * LMS is set in the same transaction. What is decided must have been found possible by `decisionProblem`.
 */
export async function decide({ pool, queues }: Tools, viewer: Viewer, id: string, rubric: GradingRubric, { decision, assessment, version }: DraftInput & { decision: GradeDecision }, now: Temporal.Instant): Promise<DecisionOutcome> {
  const { personId } = viewer;
  return inTransaction(pool, async (sql) => {
    const submission = await lock(sql, viewer, id);
    if (submission.state === 'withdrawn') return 'withdrawn';
    if (submission.state !== 'submitted') {
      const [kept] = await run<GradeRow>(sql, findGrade, [id]);
      const isSame = kept?.grader_id === personId && kept?.decision === decision && isSameAssessment(rubric, kept.assessment, assessment);
      return isSame ? 'decided' : 'already';
    }
    const [draft] = await run<{ version: number; assessment: RubricAssessment }>(sql, findDraft, [id, personId]);
    if (draft && draft.version !== version && !isSameAssessment(rubric, draft.assessment, assessment)) return 'conflict';

    const grade = decision === 'released' ? gradeOf(rubric, assessment) : null;
    const maximum = rubricMaximum(rubric);
    await run(sql, insertGrade, [id, personId, decision, JSON.stringify(assessment), grade?.points ?? null, maximum, grade?.band.title ?? null, grade?.passes ?? null, String(now), viewer.cohort?.programmeVersionId]);
    await run(sql, setState, [id, decision, String(now)]);
    await run(sql, closeDrafts, [id, personId]);
    const detail = { submissionId: id, planId: submission.plan_id, points: grade?.points ?? null, maximum, band: grade?.band.title ?? null };
    await run(sql, auditGrade, [String(now), `grade.${decision}`, submission.organisation_id, personId, JSON.stringify(detail)]);
    await tellCourse({ sql, queues }, submission, maximum, now);
    return 'decided';
  });
}

const replaceGrade = {
  name: 'replace-grade',
  text: 'update grade set grader_id = $2, assessment = $3, points = $4, maximum = $5, band = $6, passed = $7, decided_at = $8, read_at = null where submission_id = $1',
};

/** already: somebody corrected it after the form was made. not-released: there is no released grade to correct. */
export type CorrectionOutcome = 'corrected' | 'already' | 'not-released';

export type Correction = {
  assessment: RubricAssessment;
  /** Why it is corrected, for those who ask later. */
  reason: string;
  /** When the grade that the form was made with was decided. */
  decidedAt: Temporal.Instant;
};

/** Corrects a released grade by the rubric that it was given by: the learner and the LMS get the new one, and the former stays in the audit row with the reason. */
export async function correctGrade({ pool, queues }: Tools, viewer: Viewer, id: string, rubric: GradingRubric, { assessment, reason, decidedAt }: Correction, now: Temporal.Instant): Promise<CorrectionOutcome> {
  return inTransaction(pool, async (sql) => {
    const submission = await lock(sql, viewer, id);
    const [kept] = await run<GradeRow>(sql, findGrade, [id]);
    const grade = gradeOf(rubric, assessment);
    if (submission.state !== 'released' || !kept || !grade) return 'not-released';
    if (!toInstant(kept.decided_at).equals(decidedAt)) return 'already';
    if (isSameAssessment(rubric, kept.assessment, assessment)) return 'corrected';
    const maximum = rubricMaximum(rubric);
    await run(sql, replaceGrade, [id, viewer.personId, JSON.stringify(assessment), grade.points, maximum, grade.band.title, grade.passes, String(now)]);
    await run(sql, setState, [id, 'released', String(now)]);
    const detail = { submissionId: id, planId: submission.plan_id, reason, before: kept, after: { points: grade.points, maximum, band: grade.band.title } };
    await run(sql, auditGrade, [String(now), 'grade.corrected', submission.organisation_id, viewer.personId, JSON.stringify(detail)]);
    await tellCourse({ sql, queues }, submission, maximum, now);
    return 'corrected';
  });
}

/** A submission of the viewer's cohort, which nobody else decides or withdraws until the transaction ends. Throws NotFound for any other. */
async function lock(sql: Sql, { cohort, personId }: Viewer, id: string): Promise<LockedRow> {
  const [row] = personId === null ? [] : await run<LockedRow>(sql, lockSubmission, [id, cohort?.id ?? null]);
  // Whoever teaches in one course of the cohort and learns in another grades no plan of their own.
  if (!row || row.person_id === personId) throw new NotFound();
  return row;
}

const findLatestReleased = {
  name: 'find-latest-released-grade',
  text: `
    select g.points::float, g.maximum::float, g.band, g.assessment->>'comment' as comment, s.submitted_at
      from grade g join submission s on s.id = g.submission_id
     where s.plan_id = $1 and g.decision = 'released'
     order by s.number desc limit 1`,
};

/**
 * The grade book shows the newest grade that was released. A plan that is returned for revision takes an earlier one
 * from nobody; where there is none the cell stays empty, and is told as work in progress (AGS 2.0, 3.4.7).
 */
async function tellCourse({ sql, queues }: { sql: Sql; queues: Pick<Queues, 'add'> }, { plan_id: planId, person_id: personId, cohort_id: cohortId, submitted_at: submittedAt }: LockedRow, maximum: number, now: Temporal.Instant): Promise<void> {
  const [released] = await run<{ points: number; maximum: number; band: string; comment: string; submitted_at: string }>(sql, findLatestReleased, [planId]);
  await setScore({ sql, queues }, {
    course: { cohortId }, personId,
    resourceId: 'coaching-plan', tag: 'coaching-plan', target: '/plan', label: 'Coaching plan', scoreMaximum: released?.maximum ?? maximum,   // an earlier grade may be out of another rubric's points
    scoreGiven: released?.points ?? null,
    comment: released ? gradeBookComment(released.band, released.comment) : 'Returned for revision: open Coachline to read what to revise.',
    activityProgress: released ? 'Completed' : 'InProgress',
    gradingProgress: released ? 'FullyGraded' : 'NotReady',
    submittedAt: toInstant(released?.submitted_at ?? submittedAt),
  }, now);
}
