// Where scores begin their way into LMSs: whoever grades leaves a row here, in the transaction that grades, and a job that
// delivers it goes into the queue with it. Delivery is features/scores.
import { run } from './database.ts';
import type { Sql } from './database.ts';
import { profileOf } from './lti/lms-profiles.ts';
import type { NewJob, Queues } from './queues.ts';

/** What a learner's cell shall say in the grade book of every course of the cohort in which they learn. */
export type NewScore = {
  /** All courses of a cohort, or one. */
  course: { cohortId: string } | { contextId: string };
  personId: string;
  /** What is graded, such as `week-1`, and which result of it, such as `knowledge-check`: these two name the column, for good. */
  resourceId: string;
  tag: string;
  /** The page that it grades, as a path: the column of a link to it is used before another is made. */
  target: string;
  /** What the column is called when it has to be made. */
  label: string;
  scoreMaximum: number;
  /** Null: handed in, and not graded yet. */
  scoreGiven: number | null;
  /** Seen by the learner in the grade book. */
  comment: string | null;
  activityProgress: 'Initialized' | 'Started' | 'InProgress' | 'Submitted' | 'Completed';
  gradingProgress: 'FullyGraded' | 'Pending' | 'PendingManual' | 'Failed' | 'NotReady';
  submittedAt: Temporal.Instant | null;
};

// On its own, because a learner who finds the column there must not wait for another whose transaction made it a moment ago.
const ensureLineItems = {
  name: 'ensure-line-items',
  text: `
    insert into line_item (context_id, resource_id, tag, target, label, score_maximum, created_at)
    select c.id, $4::varchar, $5::varchar, $6, $7, $8, $9
      from context c join enrolment e on e.context_id = c.id and e.person_id = $3 and e.role = 'learner' and e.active
     where (c.cohort_id = $1 or c.id = $2)
       and not exists (select 1 from line_item l where l.context_id = c.id and l.resource_id = $4::varchar and l.tag = $5::varchar)
    on conflict do nothing`,
};

// Nothing changed: no new version, nothing to send (rule 95). The row's lock makes whoever delivers it wait for our commit.
const upsertScores = {
  name: 'upsert-scores',
  text: `
    with changed as (
      insert into score as s (line_item_id, person_id, score_given, score_maximum, comment, activity_progress, grading_progress, submitted_at, changed_at)
      select l.id, $3, $6, $7, $8, $9, $10, $11, $12
        from context c join enrolment e on e.context_id = c.id and e.person_id = $3 and e.role = 'learner' and e.active
        join line_item l on l.context_id = c.id and l.resource_id = $4::varchar and l.tag = $5::varchar
       where c.cohort_id = $1 or c.id = $2
      on conflict (line_item_id, person_id) do update
        set version = s.version + 1, state = 'waiting', reason = null, status = null, changed_at = excluded.changed_at,
            score_given = excluded.score_given, score_maximum = excluded.score_maximum, comment = excluded.comment,
            activity_progress = excluded.activity_progress, grading_progress = excluded.grading_progress, submitted_at = excluded.submitted_at
        where (s.score_given, s.score_maximum, s.comment, s.activity_progress, s.grading_progress, s.submitted_at)
              is distinct from (excluded.score_given, excluded.score_maximum, excluded.comment, excluded.activity_progress, excluded.grading_progress, excluded.submitted_at)
      returning s.id, s.line_item_id
    )
    select s.id as "scoreId", r.id as "registrationId", r.issuer, r.product_family_code as "productFamilyCode"
      from changed s join line_item l on l.id = s.line_item_id join context c on c.id = l.context_id
      join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id`,
};

/**
 * Notes a score and that it has to be delivered. Belongs inside the transaction of `sql` that changes the grade: both
 * happen or neither. Who learns in no course of the cohort (faculty, test students) has no score.
 * @returns the ids of the rows that changed; none when everything stood there already
 */
export async function setScore({ sql, queues }: { sql: Sql; queues: Pick<Queues, 'add'> }, score: NewScore, now: Temporal.Instant): Promise<string[]> {
  const { course, personId, resourceId, tag, target, label, scoreMaximum, scoreGiven, comment, activityProgress, gradingProgress, submittedAt } = score;
  const place = 'cohortId' in course ? [course.cohortId, null] : [null, course.contextId];
  await run(sql, ensureLineItems, [...place, personId, resourceId, tag, target, label, scoreMaximum, String(now)]);
  const changed = await run<WaitingScore>(sql, upsertScores, [
    ...place, personId, resourceId, tag, scoreGiven, scoreMaximum, comment, activityProgress, gradingProgress, submittedAt && String(submittedAt), String(now),
  ]);
  await queues.add(sql, 'deliver-score', changed.map((row) => deliveryJob(row)));
  return changed.map(({ scoreId }) => scoreId);
}

/** A column, and what many learners' cells of it shall say: a roll of forty is as many statements as a roll of one. */
export type NewScores = Omit<NewScore, 'personId' | 'scoreGiven' | 'scoreMaximum' | 'comment' | 'activityProgress' | 'gradingProgress' | 'submittedAt'> & {
  /** What the column counts to when it has to be made; each score counts to a maximum of its own. */
  columnMaximum: number;
  scores: readonly LearnerScore[];
};
/** `score` is null where nothing counts any more: what was sent before is taken back, and otherwise nothing is noted. */
export type LearnerScore = { personId: string; score: { given: number; maximum: number; comment: string; activityProgress: NewScore['activityProgress'] } | null };

const ensureLineItemsOfMany = {
  name: 'ensure-line-items-of-many',
  text: `
    insert into line_item (context_id, resource_id, tag, target, label, score_maximum, created_at)
    select c.id, $4::varchar, $5::varchar, $6, $7, $8, $9
      from context c
     where (c.cohort_id = $1 or c.id = $2)
       and exists (select 1 from enrolment e where e.context_id = c.id and e.person_id = any($3::uuid[]) and e.role = 'learner' and e.active)
       and not exists (select 1 from line_item l where l.context_id = c.id and l.resource_id = $4::varchar and l.tag = $5::varchar)
    on conflict do nothing`,
};

// In the order of their keys, so that two who write many rows at once never wait for each other in a circle.
const upsertScoresOfMany = {
  name: 'upsert-scores-of-many',
  text: `
    with wanted as (
      select l.id as line_item_id, w.*
        from jsonb_to_recordset($5::jsonb) as w(person_id uuid, given numeric, maximum numeric, comment text, activity text, grading text)
        join enrolment e on e.person_id = w.person_id and e.role = 'learner' and e.active
        join context c on c.id = e.context_id and (c.cohort_id = $1 or c.id = $2)
        join line_item l on l.context_id = c.id and l.resource_id = $3 and l.tag = $4
       where w.given is not null or exists (select 1 from score k where k.line_item_id = l.id and k.person_id = w.person_id)
    ), changed as (
      insert into score as s (line_item_id, person_id, score_given, score_maximum, comment, activity_progress, grading_progress, changed_at)
      select line_item_id, person_id, given, maximum, comment, activity, grading, $6 from wanted order by line_item_id, person_id
      on conflict (line_item_id, person_id) do update
        set version = s.version + 1, state = 'waiting', reason = null, status = null, changed_at = excluded.changed_at,
            score_given = excluded.score_given, score_maximum = excluded.score_maximum, comment = excluded.comment,
            activity_progress = excluded.activity_progress, grading_progress = excluded.grading_progress
        where (s.score_given, s.score_maximum, s.comment, s.activity_progress, s.grading_progress)
              is distinct from (excluded.score_given, excluded.score_maximum, excluded.comment, excluded.activity_progress, excluded.grading_progress)
      returning s.id, s.line_item_id
    )
    select s.id as "scoreId", r.id as "registrationId", r.issuer, r.product_family_code as "productFamilyCode"
      from changed s join line_item l on l.id = s.line_item_id join context c on c.id = l.context_id
      join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id`,
};

/**
 * `setScore` for many learners of one column, in three statements however many they are.
 * @returns the ids of the rows that changed
 */
export async function setScores({ sql, queues }: { sql: Sql; queues: Pick<Queues, 'add'> }, { course, resourceId, tag, target, label, columnMaximum, scores }: NewScores, now: Temporal.Instant): Promise<string[]> {
  const place = 'cohortId' in course ? [course.cohortId, null] : [null, course.contextId];
  const graded = scores.flatMap(({ personId, score }) => (score ? [personId] : []));
  if (graded.length > 0) await run(sql, ensureLineItemsOfMany, [...place, graded, resourceId, tag, target, label, columnMaximum, String(now)]);
  const wanted = scores.map(({ personId, score }) => (score
    ? { person_id: personId, given: score.given, maximum: score.maximum, comment: score.comment, activity: score.activityProgress, grading: 'FullyGraded' }
    : { person_id: personId, given: null, maximum: columnMaximum, comment: null, activity: 'InProgress', grading: 'NotReady' }));
  const changed = await run<WaitingScore>(sql, upsertScoresOfMany, [...place, resourceId, tag, JSON.stringify(wanted), String(now)]);
  await queues.add(sql, 'deliver-score', changed.map((row) => deliveryJob(row)));
  return changed.map(({ scoreId }) => scoreId);
}

/** A row that waits, and whose grade book it belongs in. */
export type WaitingScore = { scoreId: string; registrationId: string; issuer: string; productFamilyCode: string | null };

/**
 * The job that delivers a row. Many changes of one row are one job while that waits.
 * @param urgent goes at once, beside a job of the same row that has been told to wait
 */
export function deliveryJob({ scoreId, registrationId, ...platform }: WaitingScore, { urgent = false }: { urgent?: boolean } = {}): NewJob<'deliver-score'> {
  return { key: urgent ? `${scoreId} again` : scoreId, data: { scoreId }, lane: { id: registrationId, oneByOne: profileOf(platform).oneByOne } };
}
