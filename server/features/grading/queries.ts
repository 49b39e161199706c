// Submissions of the viewer's cohort, as graders find and read them. Every statement is bound to that cohort.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { RubricAssessment } from '../../domain/rubric.ts';
import { shownName } from '../../person-name.ts';
import { deciders } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import { openFor } from './submission.ts';
import type { ColleagueDraft, GradedSubmission, KeptGrade, OtherSubmission, QueueEntry, SubmissionCounts, SubmissionState } from './submission.ts';

const countStatement = {
  name: 'count-submissions',
  text: 'select s.state, count(*)::int as count from submission s join coaching_plan p on p.id = s.plan_id where p.cohort_id = $1 group by s.state',
};

/** How many submissions of a cohort there are in each state; `submitted` are those that wait for a grade. */
export async function countSubmissions(sql: Sql, cohortId: string): Promise<SubmissionCounts> {
  const rows = await run<{ state: SubmissionState; count: number }>(sql, countStatement, [cohortId]);
  return { submitted: 0, withdrawn: 0, returned: 0, released: 0, ...Object.fromEntries(rows.map(({ state, count }) => [state, count])) };
}

const listQueueStatement = {
  name: 'list-grading-queue',
  text: `
    with shown as (
      select s.id, s.plan_id, s.number, s.receipt, s.state, s.submitted_at, s.state_at, p.person_id
        from submission s join coaching_plan p on p.id = s.plan_id
       where p.cohort_id = $1 and ($2::text is null or s.state = $2)
       order by s.state = 'submitted' desc, s.submitted_at, s.id
       limit $5 offset $6
    )
    select s.id, s.number, s.receipt, s.state, s.submitted_at, s.state_at, ${shownName('l')} as learner, g.points, g.maximum, g.band,
           (select json_agg(${shownName('c')} order by d.saved_at) from grade_draft d join person c on c.id = d.grader_id
             where s.state = 'submitted' and d.submission_id = s.id and d.grader_id is distinct from $3::uuid and d.saved_at > $4) as open_with,
           (select d.saved_at from grade_draft d where d.submission_id = s.id and d.grader_id = $3 and d.version > 0) as own_draft_at
      from shown s join person l on l.id = s.person_id left join grade g on g.submission_id = s.id
     order by s.state = 'submitted' desc, s.submitted_at, s.id`,
};

type QueueRow = {
  id: string; number: number; receipt: string; state: SubmissionState; submitted_at: string; state_at: string; learner: string | null;
  points: string | null; maximum: string | null; band: string | null; open_with: (string | null)[] | null; own_draft_at: string | null;
};

export type QueuePart = { state: SubmissionState | null; limit: number; offset: number };

/** A page of the queue: those that wait come first, the oldest first among each. */
export async function listQueue(sql: Sql, { cohort, personId }: Viewer, { state, limit, offset }: QueuePart, now: Temporal.Instant): Promise<QueueEntry[]> {
  return (await run<QueueRow>(sql, listQueueStatement, [cohort?.id ?? null, state, personId, String(now.subtract(openFor)), limit, offset])).map((row) => ({
    id: row.id, number: row.number, receipt: row.receipt, state: row.state,
    submittedAt: toInstant(row.submitted_at), stateAt: toInstant(row.state_at), learnerName: row.learner,
    points: amount(row.points), maximum: amount(row.maximum), band: row.band,
    openWith: row.open_with ?? [], ownDraftAt: row.own_draft_at === null ? null : toInstant(row.own_draft_at),
  }));
}

// One that somebody else has open comes only when there is no other. After the one just left the queue goes on, and begins anew at its end.
const findNextStatement = {
  name: 'find-next-ungraded',
  text: `
    select s.id
      from submission s join coaching_plan p on p.id = s.plan_id left join submission left_one on left_one.id = $4
     where p.cohort_id = $1 and s.state = 'submitted' and s.id is distinct from $4::uuid
     order by exists (select 1 from grade_draft d where d.submission_id = s.id and d.grader_id is distinct from $2::uuid and d.saved_at > $3),
              coalesce((s.submitted_at, s.id) > (left_one.submitted_at, left_one.id), false) desc, s.submitted_at, s.id
     limit 1`,
};

/**
 * The next submission to grade; null when none waits but the one just left.
 * @param after the submission just left
 */
export async function findOptionalNext(sql: Sql, { cohort, personId }: Viewer, after: string | null, now: Temporal.Instant): Promise<string | null> {
  const [row] = await run<{ id: string }>(sql, findNextStatement, [cohort?.id ?? null, personId, String(now.subtract(openFor)), after]);
  return row?.id ?? null;
}

// Whoever is nothing but an assistant in the courses of the cohort drafts for those who decide.
const isAssistant = (grader: string, cohort: string) => `coalesce((
  select bool_or(e.role = 'assistant') and not bool_or(e.role in ('faculty', 'administrator'))
    from enrolment e join context c on c.id = e.context_id where e.person_id = ${grader} and c.cohort_id = ${cohort}), false)`;

const findSubmissionStatement = {
  name: 'find-submission-for-grader',
  text: `
    select s.id, s.plan_id, s.number, s.receipt, s.state, s.submitted_at, s.state_at, s.answers, s.evidence, s.programme_version_id, p.person_id, ${shownName('l')} as learner,
           (select json_agg(json_build_object('id', o.id, 'number', o.number, 'state', o.state, 'submittedAt', o.submitted_at, 'stateAt', o.state_at,
                   'points', g.points, 'maximum', g.maximum, 'band', g.band, 'comment', g.assessment->>'comment', 'grader', ${shownName('c')}) order by o.number)
              from submission o left join grade g on g.submission_id = o.id left join person c on c.id = g.grader_id
             where o.plan_id = s.plan_id and o.id <> s.id) as others,
           (select json_build_object('graderId', g.grader_id, 'grader', ${shownName('c')}, 'decision', g.decision, 'assessment', g.assessment,
                   'points', g.points, 'maximum', g.maximum, 'band', g.band, 'decidedAt', g.decided_at, 'readAt', g.read_at, 'versionId', g.programme_version_id)
              from grade g join person c on c.id = g.grader_id where g.submission_id = s.id) as grade,
           (select json_agg(json_build_object('graderId', a.grader_id, 'name', a.name, 'isAssistant', a.is_assistant, 'version', a.version, 'savedAt', a.saved_at,
                   'assessment', case when a.grader_id = $3 or ($4 and a.is_assistant) then a.assessment end) order by a.saved_at)
              from (select d.*, ${shownName('c')} as name, ${isAssistant('d.grader_id', 'p.cohort_id')} as is_assistant
                      from grade_draft d join person c on c.id = d.grader_id where d.submission_id = s.id) a) as drafts
      from submission s join coaching_plan p on p.id = s.plan_id join person l on l.id = p.person_id
     where s.id = $1 and p.cohort_id = $2`,
};

type OtherJson = Omit<OtherSubmission, 'submittedAt' | 'stateAt'> & { submittedAt: string; stateAt: string };
type GradeJson = Omit<KeptGrade, 'decidedAt' | 'readAt'> & { decidedAt: string; readAt: string | null };
type DraftJson = Omit<ColleagueDraft, 'savedAt'> & { savedAt: string };
type SubmissionRow = {
  id: string; plan_id: string; number: number; receipt: string; state: SubmissionState; submitted_at: string; state_at: string; person_id: string; learner: string | null;
  answers: Record<string, string>; evidence: GradedSubmission['evidence']; others: OtherJson[] | null; grade: GradeJson | null; drafts: DraftJson[] | null; programme_version_id: string | null;
};

/** A submission of the viewer's cohort with everything that its page shows; throws NotFound for any other. */
export async function findSubmissionFor(sql: Sql, { cohort, personId, role }: Viewer, id: string): Promise<GradedSubmission> {
  const [row] = await run<SubmissionRow>(sql, findSubmissionStatement, [id, cohort?.id ?? null, personId, deciders.some((name) => name === role)]);
  if (!row) throw new NotFound();
  const drafts = (row.drafts ?? []).map((draft) => ({ ...draft, savedAt: toInstant(draft.savedAt) }));
  const own = drafts.find(({ graderId }) => graderId === personId);
  return {
    id: row.id, planId: row.plan_id, number: row.number, receipt: row.receipt, state: row.state, submittedAt: toInstant(row.submitted_at), stateAt: toInstant(row.state_at),
    learner: { personId: row.person_id, name: row.learner },
    answers: row.answers, evidence: row.evidence, versionId: row.programme_version_id,
    others: (row.others ?? []).map((other) => ({ ...other, submittedAt: toInstant(other.submittedAt), stateAt: toInstant(other.stateAt) })),
    grade: row.grade && { ...row.grade, decidedAt: toInstant(row.grade.decidedAt), readAt: row.grade.readAt === null ? null : toInstant(row.grade.readAt) },
    draft: own?.assessment ? { assessment: own.assessment, version: own.version, savedAt: own.savedAt } : null,
    colleagues: drafts.filter((draft) => draft !== own),
  };
}

// A learner's newest submission that counts; a withdrawn one only where there is no other.
const findLatestStatement = {
  name: 'find-latest-submission-of',
  text: `
    select l.id as "personId", ${shownName('l')} as name, s.id, s.number
      from person l
      left join lateral (
        select s.id, s.number
          from submission s join coaching_plan p on p.id = s.plan_id
         where p.person_id = l.id and p.cohort_id = $2 and ($3::boolean is not true or exists (select 1 from grade g where g.submission_id = s.id))
         order by s.state = 'withdrawn', s.number desc
         limit 1) s on true
     where l.id = $1
       and exists (select 1 from enrolment e join context c on c.id = e.context_id where e.person_id = l.id and e.role = 'learner' and c.cohort_id = $2)`,
};

export type LatestSubmission = { personId: string; name: string | null; id: string | null; number: number | null };

/**
 * A learner of the viewer's cohort and their newest submission, if any. Throws NotFound for anybody else.
 * @param onlyDecided whether only those with something to read count
 */
export async function findLatestFor(sql: Sql, { cohort }: Viewer, personId: string, { onlyDecided }: { onlyDecided: boolean }): Promise<LatestSubmission> {
  const [row] = await run<LatestSubmission>(sql, findLatestStatement, [personId, cohort?.id ?? null, onlyDecided]);
  if (!row) throw new NotFound();
  return row;
}

function amount(value: string | null): number | null {
  return value === null ? null : Number(value);
}

/** A draft of an assistant of the cohort, for those who decide; null where there is none. */
export async function findOptionalAssistantDraft(sql: Sql, { cohort }: Viewer, submissionId: string, graderId: string): Promise<RubricAssessment | null> {
  const [row] = await run<{ assessment: RubricAssessment }>(sql, findAssistantDraftStatement, [submissionId, cohort?.id ?? null, graderId]);
  return row?.assessment ?? null;
}

const findAssistantDraftStatement = {
  name: 'find-assistant-draft',
  text: `
    select d.assessment from grade_draft d join submission s on s.id = d.submission_id join coaching_plan p on p.id = s.plan_id
     where d.submission_id = $1 and p.cohort_id = $2 and d.grader_id = $3 and d.version > 0 and ${isAssistant('d.grader_id', 'p.cohort_id')}`,
};
