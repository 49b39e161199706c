// A learner writes a plan, hands it in, and may take it back until somebody has decided about it.
import { randomInt } from 'node:crypto';
import type { Pool } from 'pg';
import type { PlanForm } from '../../content/programme.ts';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { decideSubmitting, missingFields, newReceipt, readAnswer } from '../../domain/coaching-plan.ts';
import type { AnswerProblem, FieldKind, SubmissionState, SubmittingDecision } from '../../domain/coaching-plan.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Queues } from '../../queues.ts';
import { setScore } from '../../score-outbox.ts';
import type { NewScore } from '../../score-outbox.ts';
import { fingerprint } from './answers.ts';
import type { PlanOfLearner } from './queries.ts';

const findPlanId = { name: 'find-coaching-plan-id', text: 'select id from coaching_plan where cohort_id = $1 and person_id = $2' };
const lockPlan = { name: 'lock-coaching-plan', text: `${findPlanId.text} for update` };
const insertPlan = {
  name: 'insert-coaching-plan',
  text: 'insert into coaching_plan (cohort_id, person_id, created_at) values ($1, $2, $3) on conflict (cohort_id, person_id) do nothing',
};

/**
 * The plan's row, made when it is needed.
 * @param alone nobody else changes evidence or submissions of this plan until the transaction ends
 */
export async function ensurePlan(sql: Sql, { cohortId, personId }: PlanOfLearner, now: Temporal.Instant, { alone = false }: { alone?: boolean } = {}): Promise<string> {
  const find = async () => (await run<{ id: string }>(sql, alone ? lockPlan : findPlanId, [cohortId, personId]))[0]?.id;
  const known = await find();
  if (known !== undefined) return known;
  await run(sql, insertPlan, [cohortId, personId, String(now)]);
  const made = await find();
  if (made === undefined) throw new Error('the plan was not made');
  return made;
}

// Of two who began with the same version the second changes nothing. Committed before it is acknowledged, whatever the
// database's own habit: a browser forgets what it is told is saved.
const upsertAnswer = {
  name: 'upsert-coaching-plan-answer',
  text: `
    insert into coaching_plan_answer as a (plan_id, field, text, version, saved_at) values ($1, $2, $3, 1, $5)
    on conflict (plan_id, field) do update set text = excluded.text, version = a.version + 1, saved_at = excluded.saved_at
     where a.version = $4 and a.text is distinct from excluded.text
    returning version, set_config('synchronous_commit', 'on', true)`,
};
const findAnswer = { name: 'find-coaching-plan-answer', text: 'select text, version from coaching_plan_answer where plan_id = $1 and field = $2' };

/** stored: it stands there now. changed: something else does, by another window or device, and nothing was changed. */
export type SaveOutcome = { outcome: 'stored'; version: number } | { outcome: 'changed'; version: number; text: string };

/** @param version the one that the writer saw; 0 for a field that nobody had written in */
export type NewAnswer = { field: string; text: string; version: number };

/** Keeps what was written into one field. When this has returned, it is on the disk. */
export async function saveAnswer(pool: Pool, learner: PlanOfLearner, answer: NewAnswer, now: Temporal.Instant): Promise<SaveOutcome> {
  return inTransaction(pool, async (sql) => saveInPlan(sql, await ensurePlan(sql, learner, now), answer, now));
}

async function saveInPlan(sql: Sql, planId: string, { field, text, version }: NewAnswer, now: Temporal.Instant): Promise<SaveOutcome> {
  const [saved] = await run<{ version: number }>(sql, upsertAnswer, [planId, field, text, version, String(now)]);
  if (saved) return { outcome: 'stored', version: saved.version };
  const [there] = await run<{ text: string; version: number }>(sql, findAnswer, [planId, field]);
  if (!there) throw new Error('an answer was neither stored nor there');
  return there.text === text ? { outcome: 'stored', version: there.version } : { outcome: 'changed', ...there };
}

/** A field of a section's form. `loaded`: the fingerprint of what the page showed. `keepsOther`: what is stored shall stay. */
export type TypedField = { field: string; kind: FieldKind; typed: string | undefined; version: number; loaded: string; keepsOther: boolean };
/** untouched: the page showed this very text, or what is stored was chosen. */
export type FieldOutcome =
  | { outcome: 'stored' | 'untouched' }
  | { outcome: 'changed'; typed: string; stored: string; version: number }
  | { outcome: 'problem'; typed: string; problem: AnswerProblem };

/** Keeps a whole section, field by field by the rule of `saveAnswer`: one that cannot be kept does not hold up the others. */
export async function saveSection(pool: Pool, learner: PlanOfLearner, fields: readonly TypedField[], now: Temporal.Instant): Promise<Map<string, FieldOutcome>> {
  return inTransaction(pool, async (sql) => {
    const planId = await ensurePlan(sql, learner, now);
    const outcomes = new Map<string, FieldOutcome>();
    for (const { field, kind, typed, version, loaded, keepsOther } of fields) outcomes.set(field, await saveTyped(field, kind, typed, version, loaded, keepsOther));
    return outcomes;

    async function saveTyped(field: string, kind: FieldKind, typed: string | undefined, version: number, loaded: string, keepsOther: boolean): Promise<FieldOutcome> {
      const { text, problem } = readAnswer(kind, typed);
      // What stands there may be longer than the field takes, or no day: it was written by an earlier form, and stays until somebody changes it.
      if (keepsOther || fingerprint(text) === loaded || fingerprint(readAnswer('text', typed).text) === loaded) return { outcome: 'untouched' };
      if (problem) return { outcome: 'problem', typed: text, problem };
      const saved = await saveInPlan(sql, planId, { field, text, version }, now);
      return saved.outcome === 'stored' ? { outcome: 'stored' } : { outcome: 'changed', typed: text, stored: saved.text, version: saved.version };
    }
  });
}

const listStates = { name: 'list-submission-states', text: 'select number, state from submission where plan_id = $1 order by number' };
const listAnswers = { name: 'list-coaching-plan-answers', text: `select field, text from coaching_plan_answer where plan_id = $1 and text <> ''` };
const insertSubmission = {
  name: 'insert-submission',
  text: `
    insert into submission (plan_id, number, receipt, answers, evidence, submitted_at, state_at, programme_version_id)
    select $1::uuid, $2::smallint, $3::varchar, $4::jsonb, coalesce((select jsonb_agg(jsonb_build_object('id', id, 'name', name, 'mediaType', media_type, 'bytes', bytes) order by uploaded_at, id)
                                       from evidence_file where plan_id = $1::uuid and removed_at is null), '[]'), $5::timestamptz, $5::timestamptz, $6
    returning id`,
};
const audit = { name: 'audit-coaching-plan', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

export type SubmitOutcome = { outcome: 'submitted'; number: number } | { outcome: 'missing' } | { outcome: 'refused'; reason: Exclude<SubmittingDecision, 'may' | 'waiting'> } | { outcome: 'waiting'; number: number };
export type PlanTools = { pool: Pool; queues: Pick<Queues, 'add'> };
export type GradedPlan = { form: PlanForm; /** Of the material that the form is from. */ versionId: string; /** The most points of the rubric. */ maximum: number };

/**
 * Freezes the plan as it stands and tells the course that it waits for a grade, both or neither. Of two windows that
 * press at once the second finds the first one's submission.
 */
export async function submitPlan({ pool, queues }: PlanTools, viewer: Viewer, learner: PlanOfLearner, { form, versionId, maximum }: GradedPlan, now: Temporal.Instant): Promise<SubmitOutcome> {
  return inTransaction(pool, async (sql) => {
    const planId = await ensurePlan(sql, learner, now, { alone: true });
    const before = await run<{ number: number; state: SubmissionState }>(sql, listStates, [planId]);
    const decision = decideSubmitting(before.map(({ state }) => state));
    if (decision === 'waiting') return { outcome: 'waiting', number: before.find(({ state }) => state === 'submitted')?.number ?? 0 };
    if (decision !== 'may') return { outcome: 'refused', reason: decision };
    const answers = Object.fromEntries((await run<{ field: string; text: string }>(sql, listAnswers, [planId])).map(({ field, text }) => [field, text]));
    if (missingFields(form.sections, new Set(Object.keys(answers))).length > 0) return { outcome: 'missing' };

    const number = (before.at(-1)?.number ?? 0) + 1;
    const receipt = newReceipt((below) => randomInt(below));
    await run(sql, insertSubmission, [planId, number, receipt, JSON.stringify(answers), String(now), versionId]);
    await setScore({ sql, queues }, { ...scoreOf(learner, maximum), activityProgress: 'Submitted', gradingProgress: 'PendingManual', submittedAt: now }, now);
    await run(sql, audit, [String(now), 'plan.submitted', viewer.organisation?.id ?? null, viewer.personId, JSON.stringify({ cohortId: learner.cohortId, number, receipt })]);
    return { outcome: 'submitted', number };
  });
}

// One statement, on its state: whoever grades it at the same moment decides by the same, so one of the two comes too late.
const withdraw = {
  name: 'withdraw-submission',
  text: `
    update submission s set state = 'withdrawn', state_at = $4
      from coaching_plan p
     where p.id = s.plan_id and p.cohort_id = $1 and p.person_id = $2 and s.number = $3 and s.state = 'submitted'
    returning s.receipt`,
};

/** Takes a submission back. False when there is none that waits: it was decided about, or taken back before. */
export async function withdrawSubmission({ pool, queues }: PlanTools, viewer: Viewer, learner: PlanOfLearner, { number, maximum }: { number: number; maximum: number }, now: Temporal.Instant): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const [row] = await run<{ receipt: string }>(sql, withdraw, [learner.cohortId, learner.personId, number, String(now)]);
    if (!row) return false;
    await setScore({ sql, queues }, { ...scoreOf(learner, maximum), activityProgress: 'InProgress', gradingProgress: 'NotReady', submittedAt: null }, now);
    await run(sql, audit, [String(now), 'plan.withdrawn', viewer.organisation?.id ?? null, viewer.personId, JSON.stringify({ cohortId: learner.cohortId, number, receipt: row.receipt })]);
    return true;
  });
}

/** The column of the plan. What is said of it without a grade reaches only LMSs that take it well (lms-profiles.ts). */
function scoreOf({ cohortId, personId }: PlanOfLearner, scoreMaximum: number): Pick<NewScore, 'course' | 'personId' | 'resourceId' | 'tag' | 'target' | 'label' | 'scoreMaximum' | 'scoreGiven' | 'comment'> {
  return { course: { cohortId }, personId, resourceId: 'coaching-plan', tag: 'coaching-plan', target: '/plan', label: 'Coaching plan', scoreMaximum, scoreGiven: null, comment: null };
}

const noteRead = { name: 'note-grade-read', text: 'update grade set read_at = $2 where submission_id = $1 and read_at is null' };

/** Feedback is no news any more once its learner has opened it. */
export async function noteFeedbackRead(sql: Sql, submissionId: string, now: Temporal.Instant): Promise<void> {
  await run(sql, noteRead, [submissionId, String(now)]);
}
