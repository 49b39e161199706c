// A learner's plan: what is written, what lies beside it, what was handed in, and what came back.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { SubmissionState } from '../../domain/coaching-plan.ts';
import type { RubricAssessment } from '../../domain/rubric.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { StoredAnswer } from './answers.ts';

/** One learner's plan in one cohort, whether there is a row for it yet or not. */
export type PlanOfLearner = { cohortId: string; personId: string };

export type Evidence = { id: string; name: string; mediaType: string; bytes: number; uploadedAt: Temporal.Instant };

/** A submission as a list shows it. `decision` is null while there is none; a grader's draft is nowhere here. */
export type SubmissionLine = {
  number: number;
  receipt: string;
  state: SubmissionState;
  submittedAt: Temporal.Instant;
  decision: { points: number | null; maximum: number; band: string | null; isRead: boolean } | null;
};

export type PlanOverview = {
  /** The fields that hold something, by their keys. */
  filled: ReadonlySet<string>;
  /** When something was last written; null when nothing ever was. */
  savedAt: Temporal.Instant | null;
  /** In the plan now, in the order in which it came. */
  evidence: Evidence[];
  /** In their order. */
  submissions: SubmissionLine[];
};

const findOverviewStatement = {
  name: 'find-coaching-plan',
  text: `
    select (select json_agg(field) from coaching_plan_answer where plan_id = p.id and text <> '') as filled,
           (select max(saved_at) from coaching_plan_answer where plan_id = p.id) as saved_at,
           (select json_agg(json_build_object('id', id, 'name', name, 'mediaType', media_type, 'bytes', bytes, 'uploadedAt', uploaded_at) order by uploaded_at, id)
              from evidence_file where plan_id = p.id and removed_at is null) as evidence,
           (select json_agg(json_build_object('number', s.number, 'receipt', s.receipt, 'state', s.state, 'submittedAt', s.submitted_at,
                                              'isDecided', g.submission_id is not null, 'points', g.points, 'maximum', g.maximum, 'band', g.band, 'isRead', g.read_at is not null) order by s.number)
              from submission s left join grade g on g.submission_id = s.id where s.plan_id = p.id) as submissions
      from coaching_plan p
     where p.cohort_id = $1 and p.person_id = $2`,
};

type LineRow = { number: number; receipt: string; state: SubmissionState; submittedAt: string; isDecided: boolean; points: number | null; maximum: number; band: string | null; isRead: boolean };
type OverviewRow = { filled: string[] | null; saved_at: string | null; evidence: (Omit<Evidence, 'uploadedAt'> & { uploadedAt: string })[] | null; submissions: LineRow[] | null };

/** All of a plan but its words. */
export async function findPlan(sql: Sql, { cohortId, personId }: PlanOfLearner): Promise<PlanOverview> {
  const [row] = await run<OverviewRow>(sql, findOverviewStatement, [cohortId, personId]);
  return {
    filled: new Set(row?.filled),
    savedAt: row?.saved_at ? toInstant(row.saved_at) : null,
    evidence: (row?.evidence ?? []).map((file) => ({ ...file, uploadedAt: toInstant(file.uploadedAt) })),
    submissions: (row?.submissions ?? []).map(({ isDecided, points, maximum, band, isRead, ...line }) => ({
      ...line,
      submittedAt: toInstant(line.submittedAt),
      decision: isDecided ? { points, maximum, band, isRead } : null,
    })),
  };
}

export type PlanAnswers = {
  /** By `section.field`; only fields that were ever written in. */
  answers: ReadonlyMap<string, StoredAnswer>;
  filled: ReadonlySet<string>;
  /** The submission that waits for a grade. */
  waiting: { number: number; submittedAt: Temporal.Instant } | null;
};

const findAnswersStatement = {
  name: 'find-coaching-plan-answers',
  text: `
    select (select json_agg(json_build_array(field, text, version, saved_at)) from coaching_plan_answer where plan_id = p.id and ($3::text[] is null or field = any($3))) as answers,
           (select json_agg(field) from coaching_plan_answer where plan_id = p.id and text <> '') as filled,
           (select json_build_array(number, submitted_at) from submission where plan_id = p.id and state = 'submitted') as waiting
      from coaching_plan p
     where p.cohort_id = $1 and p.person_id = $2`,
};

/**
 * What is written in a plan.
 * @param fields the answers wanted; null for all of them
 */
export async function findAnswers(sql: Sql, { cohortId, personId }: PlanOfLearner, fields: readonly string[] | null): Promise<PlanAnswers> {
  const [row] = await run<{ answers: [string, string, number, string][] | null; filled: string[] | null; waiting: [number, string] | null }>(sql, findAnswersStatement, [cohortId, personId, fields]);
  return {
    answers: new Map(row?.answers?.map(([field, text, version, savedAt]) => [field, { text, version, savedAt: toInstant(savedAt) }])),
    filled: new Set(row?.filled),
    waiting: row?.waiting ? { number: row.waiting[0], submittedAt: toInstant(row.waiting[1]) } : null,
  };
}

/** What was decided about a submission. Points, band and whether it passes are there once it is released. */
export type Decision = {
  kind: 'returned' | 'released';
  assessment: RubricAssessment;
  points: number | null;
  maximum: number;
  band: string | null;
  passed: boolean | null;
  decidedAt: Temporal.Instant;
  isRead: boolean;
  /** By whose rubric it was made; null for that of the cohort. */
  versionId: string | null;
};

export type Submission = {
  id: string;
  number: number;
  receipt: string;
  state: SubmissionState;
  submittedAt: Temporal.Instant;
  stateAt: Temporal.Instant;
  /** By `section.field`, as they stood. */
  answers: ReadonlyMap<string, string>;
  evidence: { id: string; name: string; mediaType: string; bytes: number }[];
  decision: Decision | null;
  /** Of whose form the answers are; null for that of the cohort. */
  versionId: string | null;
};

const findSubmissionStatement = {
  name: 'find-submission-of-learner',
  text: `
    select s.id, s.number, s.receipt, s.state, s.submitted_at, s.state_at, s.answers, s.evidence, s.programme_version_id,
           g.programme_version_id as grade_version_id, g.decision, g.assessment, g.points, g.maximum, g.band, g.passed, g.decided_at, g.read_at
      from coaching_plan p join submission s on s.plan_id = p.id left join grade g on g.submission_id = s.id
     where p.cohort_id = $1 and p.person_id = $2 and s.number = $3`,
};

type SubmissionRow = {
  id: string; number: number; receipt: string; state: SubmissionState; submitted_at: string; state_at: string; answers: Record<string, string>; evidence: Submission['evidence']; programme_version_id: string | null; grade_version_id: string | null;
  decision: Decision['kind'] | null; assessment: RubricAssessment; points: string | null; maximum: string; band: string | null; passed: boolean | null; decided_at: string; read_at: string | null;
};

/** A learner's own submission with what was decided about it. Throws NotFound where there is none of that number. */
export async function findSubmission(sql: Sql, { cohortId, personId }: PlanOfLearner, number: number): Promise<Submission> {
  const [row] = await run<SubmissionRow>(sql, findSubmissionStatement, [cohortId, personId, number]);
  if (!row) throw new NotFound();
  return {
    id: row.id, number: row.number, receipt: row.receipt, state: row.state, evidence: row.evidence, versionId: row.programme_version_id,
    submittedAt: toInstant(row.submitted_at),
    stateAt: toInstant(row.state_at),
    answers: new Map(Object.entries(row.answers)),
    decision: row.decision === null ? null : {
      kind: row.decision, assessment: row.assessment, points: row.points === null ? null : Number(row.points), maximum: Number(row.maximum),
      band: row.band, passed: row.passed, decidedAt: toInstant(row.decided_at), isRead: row.read_at !== null, versionId: row.grade_version_id,
    },
  };
}

// A learner's own plan; for staff any of their cohort. What was taken out of a plan has a row only while a submission names it.
const findEvidenceStatement = {
  name: 'find-evidence-file',
  text: `
    select e.id, e.name, e.media_type as "mediaType", e.bytes
      from evidence_file e join coaching_plan p on p.id = e.plan_id
     where e.id = $1 and p.cohort_id = $2 and ($4::boolean or p.person_id = $3)`,
};

/** A piece of evidence that this viewer may have. Throws NotFound for anybody else's. */
export async function findEvidenceFor(sql: Sql, viewer: Viewer, id: string): Promise<Omit<Evidence, 'uploadedAt'>> {
  const [row] = await run<Omit<Evidence, 'uploadedAt'>>(sql, findEvidenceStatement, [id.toLowerCase(), viewer.cohort?.id ?? null, viewer.personId, viewer.role !== 'learner']);
  if (!row) throw new NotFound();
  return row;
}
