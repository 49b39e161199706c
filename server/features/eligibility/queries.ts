// Eligibility forms and tools self-assessments: a learner's own, and those of a cohort.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { EligibilityState } from '../../domain/eligibility.ts';
import type { AssessmentMoment } from '../../domain/tools-assessment.ts';
import { shownName } from '../../person-name.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

/** Whose form it is: one for each learner of a cohort. */
export type FormOfLearner = { cohortId: string; personId: string };

export type EligibilityForm = {
  answers: Record<string, string>;
  /** Counts every change; 0 while there is no row. */
  version: number;
  state: EligibilityState;
  savedAt: Temporal.Instant | null;
  submittedAt: Temporal.Instant | null;
  decidedAt: Temporal.Instant | null;
  /** What faculty wrote when they decided. */
  word: string | null;
};

/** What stands where nobody wrote anything. */
export const emptyForm: EligibilityForm = { answers: {}, version: 0, state: 'draft', savedAt: null, submittedAt: null, decidedAt: null, word: null };

type FormRow = { answers: Record<string, string>; version: number; state: EligibilityState; saved_at: string; submitted_at: string | null; decided_at: string | null; word: string | null };

const formColumns = 'answers, version, state, saved_at, submitted_at, decided_at, word';
const findFormStatement = { name: 'find-eligibility', text: `select ${formColumns} from eligibility where cohort_id = $1 and person_id = $2` };

/** A learner's form. */
export async function findForm(sql: Sql, { cohortId, personId }: FormOfLearner): Promise<EligibilityForm> {
  const [row] = await run<FormRow>(sql, findFormStatement, [cohortId, personId]);
  return row ? toForm(row) : emptyForm;
}

const findRequirementStatement = { name: 'find-eligibility-requirement', text: 'select eligibility_required as required from cohort where id = $1' };

/** Whether the cohort opens weeks after the first only when a learner's form is accepted. */
export async function isFormRequired(sql: Sql, cohortId: string): Promise<boolean> {
  const [row] = await run<{ required: boolean }>(sql, findRequirementStatement, [cohortId]);
  return row?.required ?? false;
}

function toForm({ answers, version, state, saved_at, submitted_at, decided_at, word }: FormRow): EligibilityForm {
  const optional = (at: string | null) => (at === null ? null : toInstant(at));
  return { answers, version, state, savedAt: toInstant(saved_at), submittedAt: optional(submitted_at), decidedAt: optional(decided_at), word };
}

export type Assessment = { answers: Record<string, number>; savedAt: Temporal.Instant };
export type Assessments = Record<AssessmentMoment, Assessment | null>;

const listAssessments = { name: 'list-tools-assessments', text: 'select moment, answers, saved_at from tools_assessment where cohort_id = $1 and person_id = $2' };

/** Both self-assessments of a learner, null where there is none yet. */
export async function findAssessments(sql: Sql, { cohortId, personId }: FormOfLearner): Promise<Assessments> {
  const rows = await run<{ moment: AssessmentMoment; answers: Record<string, number>; saved_at: string }>(sql, listAssessments, [cohortId, personId]);
  const of = (moment: AssessmentMoment) => {
    const row = rows.find((one) => one.moment === moment);
    return row ? { answers: row.answers, savedAt: toInstant(row.saved_at) } : null;
  };
  return { before: of('before'), after: of('after') };
}

/** `state` is null for a learner who wrote nothing yet; `since` is when it came into its state. */
export type ListedForm = { personId: string; name: string | null; state: EligibilityState | null; since: Temporal.Instant | null };
export type FormList = { required: boolean; total: number; waiting: number; forms: ListedForm[] };

const learnersOfCohort = `(select distinct e.person_id from enrolment e join context c on c.id = e.context_id where c.cohort_id = $1 and e.role = 'learner' and e.active)`;
// Those who wait come first, and among them who waits longest.
const listFormsStatement = {
  name: 'list-eligibility-forms',
  text: `
    select p.id as person_id, ${shownName('p')} as name, f.state, case f.state when 'submitted' then f.submitted_at when 'draft' then f.saved_at else f.decided_at end as since
      from ${learnersOfCohort} l join person p on p.id = l.person_id left join eligibility f on f.cohort_id = $1 and f.person_id = p.id
     order by array_position(array['submitted', 'returned', 'draft', 'none', 'accepted'], coalesce(f.state, 'none')), case f.state when 'submitted' then f.submitted_at end, name nulls last, p.id
     limit $2 offset $3`,
};
const countFormsStatement = {
  name: 'count-eligibility-forms',
  text: `
    select h.eligibility_required as required, count(l.person_id)::int as total, count(*) filter (where f.state = 'submitted')::int as waiting
      from cohort h left join ${learnersOfCohort} l on true left join eligibility f on f.cohort_id = h.id and f.person_id = l.person_id
     where h.id = $1 group by h.id`,
};

/** The learners of a cohort that the viewer was already shown to be entitled to, with their forms, those who wait first. */
export async function listForms(sql: Sql, cohortId: string, { limit, offset }: { limit: number; offset: number }): Promise<FormList> {
  const [[counts], rows] = await Promise.all([
    run<{ required: boolean; total: number; waiting: number }>(sql, countFormsStatement, [cohortId]),
    run<{ person_id: string; name: string | null; state: EligibilityState | null; since: string | null }>(sql, listFormsStatement, [cohortId, limit, offset]),
  ]);
  return {
    required: counts?.required ?? false, total: counts?.total ?? 0, waiting: counts?.waiting ?? 0,
    forms: rows.map(({ person_id: personId, name, state, since }) => ({ personId, name, state, since: since === null ? null : toInstant(since) })),
  };
}

export type LearnerForm = { learner: FormOfLearner; name: string | null; form: EligibilityForm };

// $2: staff see the learners of their own cohort and nobody else, not even in the same organisation.
const findLearnerStatement = {
  name: 'find-learner-with-eligibility',
  text: `
    select p.id as person_id, ${shownName('p')} as name
      from person p
     where p.id = $1
       and exists (select 1 from enrolment e join context c on c.id = e.context_id where e.person_id = p.id and e.role = 'learner' and c.cohort_id = $2)`,
};

/** The form of a learner of the viewer's cohort, also of one who has left. Throws NotFound for anybody else. */
export async function findFormFor(sql: Sql, viewer: Viewer, personId: string): Promise<LearnerForm> {
  const cohortId = viewer.cohort?.id ?? null;
  const [row] = await run<{ person_id: string; name: string | null }>(sql, findLearnerStatement, [personId, cohortId]);
  if (!row || cohortId === null) throw new NotFound();
  const learner = { cohortId, personId: row.person_id };
  return { learner, name: row.name, form: await findForm(sql, learner) };
}
