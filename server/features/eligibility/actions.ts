// A learner writes the form and the self-assessments and hands the form in; faculty decide about it.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { decideSaving, missingAnswers, mayWrite, readAnswer } from '../../domain/eligibility.ts';
import type { AnswerProblem, EligibilityDecision, EligibilityField, EligibilityState } from '../../domain/eligibility.ts';
import { levelName, levelOf, mayAssess, unansweredTools } from '../../domain/tools-assessment.ts';
import type { AssessmentMoment } from '../../domain/tools-assessment.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import { versionOf } from './answers.ts';
import { findAssessments } from './queries.ts';
import type { FormOfLearner } from './queries.ts';

/** A field as a form sent it. `seen`: the version of what the page showed. `keepsOther`: what is stored shall stay. */
export type Typed<Field> = { field: Field; typed: string | undefined; seen: number; keepsOther: boolean };

/**
 * changed: something else stands there now than the page showed. untouched: nothing was to be done, also where the page
 * showed an older text and nobody typed another. `stored` is what stands there.
 */
export type FieldOutcome<Problem> = { outcome: 'stored' | 'untouched' | 'changed'; typed: string; stored: string } | { outcome: 'problem'; typed: string; problem: Problem };

/** By the key of a field. closed: nothing may be written any more, or not yet, and nothing was. */
export type SaveOutcome<Problem> = { outcome: 'kept'; fields: Map<string, FieldOutcome<Problem>> } | { outcome: 'closed' };

type LockedForm = { answers: Record<string, string>; version: number; state: EligibilityState };

const ensureForm = { name: 'ensure-eligibility', text: 'insert into eligibility (cohort_id, person_id, saved_at) values ($1, $2, $3) on conflict (cohort_id, person_id) do nothing' };
const lockForm = { name: 'lock-eligibility', text: 'select answers, version, state from eligibility where cohort_id = $1 and person_id = $2 for update' };
// Committed before it is acknowledged, whatever the database's own habit: a browser forgets what it is told is saved.
const durably = `set_config('synchronous_commit', 'on', true)`;
const updateAnswers = { name: 'update-eligibility-answers', text: `update eligibility set answers = answers || $3::jsonb, version = version + 1, saved_at = $4 where cohort_id = $1 and person_id = $2 returning ${durably}` };
const audit = { name: 'audit-eligibility', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

/** The form, made when it is needed; nobody else changes it until the transaction ends. */
async function lockedForm(sql: Sql, { cohortId, personId }: FormOfLearner, now: Temporal.Instant): Promise<LockedForm> {
  await run(sql, ensureForm, [cohortId, personId, String(now)]);
  const [row] = await run<LockedForm>(sql, lockForm, [cohortId, personId]);
  if (!row) throw new Error('the eligibility form was not made');
  return row;
}

/** Keeps fields of the form, each by itself: one that cannot be kept does not hold up the others. When this has returned, they are on the disk. */
export async function saveFields(pool: Pool, learner: FormOfLearner, typed: readonly Typed<EligibilityField>[], now: Temporal.Instant): Promise<SaveOutcome<AnswerProblem>> {
  return inTransaction(pool, async (sql) => {
    const { answers, state } = await lockedForm(sql, learner, now);
    if (!mayWrite(state)) return { outcome: 'closed' };
    const fields = decideFields(typed, (key) => answers[key] ?? '', ({ kind }, text) => readAnswer(kind, text));
    const changes = storedTexts(fields);
    if (Object.keys(changes).length > 0) await run(sql, updateAnswers, [learner.cohortId, learner.personId, JSON.stringify(changes), String(now)]);
    return { outcome: 'kept', fields };
  });
}

function decideFields<Field extends { key: string }, Problem>(typed: readonly Typed<Field>[], storedOf: (key: string) => string, read: (field: Field, text: string | undefined) => { text: string; problem: Problem | null }) {
  return new Map(typed.map((one): [string, FieldOutcome<Problem>] => {
    const stored = storedOf(one.field.key);
    const { text: typed, problem } = read(one.field, one.typed);
    const saving = one.keepsOther ? 'untouched' : decideSaving({ stored, typed, seen: one.seen }, versionOf);
    if (saving !== 'untouched' && problem !== null) return [one.field.key, { outcome: 'problem', typed, problem }];
    return [one.field.key, saving === 'save' ? { outcome: 'stored', typed, stored: typed } : { outcome: saving, typed, stored }];
  }));
}

function storedTexts(fields: ReadonlyMap<string, FieldOutcome<unknown>>): Record<string, string> {
  return Object.fromEntries([...fields].flatMap(([key, field]) => (field.outcome === 'stored' ? [[key, field.stored]] : [])));
}

const ensureAssessment = { name: 'ensure-tools-assessment', text: 'insert into tools_assessment (cohort_id, person_id, moment, saved_at) values ($1, $2, $3, $4) on conflict (cohort_id, person_id, moment) do nothing' };
// Levels of nothing are taken away: a tool without an answer has no key.
const updateAssessment = { name: 'update-tools-assessment', text: `update tools_assessment set answers = jsonb_strip_nulls(answers || $4::jsonb), saved_at = $5 where cohort_id = $1 and person_id = $2 and moment = $3 returning ${durably}` };

/**
 * Keeps levels of a self-assessment as `saveFields` keeps answers. Texts are the words of the levels.
 * @param afterIsOpen whether the later one may be written yet
 */
export async function saveLevels(pool: Pool, learner: FormOfLearner, { moment, typed, afterIsOpen }: { moment: AssessmentMoment; typed: readonly Typed<{ key: string }>[]; afterIsOpen: boolean }, now: Temporal.Instant): Promise<SaveOutcome<'no-level'>> {
  return inTransaction(pool, async (sql) => {
    const { state } = await lockedForm(sql, learner, now);   // the form's lock is the assessments' too
    const assessments = await findAssessments(sql, learner);
    if (!mayAssess(moment, { mayWriteForm: mayWrite(state), afterIsOpen, afterIsBegun: assessments.after !== null })) return { outcome: 'closed' };
    const stored = assessments[moment]?.answers ?? {};
    const fields = decideFields(typed, (key) => levelName(stored[key]) ?? '', (_tool, words = '') => ({ text: words.slice(0, 100), problem: levelOf(words) === null ? 'no-level' as const : null }));
    const changes = Object.fromEntries(Object.entries(storedTexts(fields)).map(([key, words]) => [key, levelOf(words) || null]));
    if (Object.keys(changes).length > 0) {
      await run(sql, ensureAssessment, [learner.cohortId, learner.personId, moment, String(now)]);
      await run(sql, updateAssessment, [learner.cohortId, learner.personId, moment, JSON.stringify(changes), String(now)]);
    }
    return { outcome: 'kept', fields };
  });
}

const submit = { name: 'submit-eligibility', text: `update eligibility set state = 'submitted', submitted_at = $3, version = version + 1 where cohort_id = $1 and person_id = $2` };

/** changed: it is not the form that was read before it was handed in. closed: it is with faculty already, or accepted. */
export type SubmitOutcome = 'submitted' | 'missing' | 'changed' | 'closed';

/** Gives the form to faculty as it stands, when nothing is missing. `version` is that of the form that the learner read through. */
export async function submitForm(pool: Pool, viewer: Viewer, learner: FormOfLearner, version: number, now: Temporal.Instant): Promise<SubmitOutcome> {
  return inTransaction(pool, async (sql) => {
    const form = await lockedForm(sql, learner, now);
    if (!mayWrite(form.state)) return 'closed';
    const { before } = await findAssessments(sql, learner);
    if (missingAnswers(form.answers).length > 0 || unansweredTools(before?.answers ?? {}).length > 0) return 'missing';
    if (form.version !== version) return 'changed';
    await run(sql, submit, [learner.cohortId, learner.personId, String(now)]);
    await note(sql, viewer, 'eligibility.submitted', learner, now);
    return 'submitted';
  });
}

// One statement, on its version and its state: of two who decide at once one comes too late.
const decide = {
  name: 'decide-eligibility',
  text: `
    update eligibility set state = $4, word = $5, decided_at = $6, decided_by = $7, version = version + 1
     where cohort_id = $1 and person_id = $2 and version = $3 and state = 'submitted' returning version`,
};

/** Accepts a form or returns it. False when it is no longer the one that was read: nothing was changed then. */
export async function decideAbout(pool: Pool, viewer: Viewer, learner: FormOfLearner, { decision, word, version }: { decision: EligibilityDecision; word: string; version: number }, now: Temporal.Instant): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const decided = await run(sql, decide, [learner.cohortId, learner.personId, version, decision, word === '' ? null : word, String(now), viewer.personId ?? viewer.administratorId]);
    if (decided.length === 0) return false;
    // The form keeps the last word alone; what happened with a learner keeps each.
    await note(sql, viewer, `eligibility.${decision}`, { ...learner, ...(word !== '' && { word }) }, now);
    return true;
  });
}

const noteRead = { name: 'note-eligibility-read', text: `update eligibility set acceptance_read_at = $3 where cohort_id = $1 and person_id = $2 and state = 'accepted' and acceptance_read_at is null` };

/** That a form is accepted is no news any more once its learner has looked at it. */
export async function noteAcceptanceRead(sql: Sql, { cohortId, personId }: FormOfLearner, now: Temporal.Instant): Promise<void> {
  await run(sql, noteRead, [cohortId, personId, String(now)]);
}

const updateRequirement = { name: 'update-eligibility-requirement', text: 'update cohort set eligibility_required = $2 where id = $1 and eligibility_required <> $2 returning id' };

/** Says whether weeks after the first wait for an accepted form. */
export async function changeRequirement(pool: Pool, viewer: Viewer, cohortId: string, required: boolean, now: Temporal.Instant): Promise<void> {
  await inTransaction(pool, async (sql) => {
    const changed = await run(sql, updateRequirement, [cohortId, required]);
    if (changed.length > 0) await note(sql, viewer, 'eligibility.requirement', { cohortId, required }, now);
  });
}

async function note(sql: Sql, viewer: Viewer, action: string, detail: object, now: Temporal.Instant): Promise<void> {
  await run(sql, audit, [String(now), action, viewer.organisation?.id ?? null, viewer.personId ?? viewer.administratorId, JSON.stringify(detail)]);
}
