// A learner answers a question; the last answer finishes the try, and a best one goes to the course.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { markAnswer } from '../../domain/check-answers.ts';
import { bestResult, decideAnswer, isBetter, resultOf, resultWords } from '../../domain/knowledge-check.ts';
import type { Answer, Question } from '../../domain/check-answers.ts';
import type { AnswerDecision, Result } from '../../domain/knowledge-check.ts';
import type { Queues } from '../../queues.ts';
import { setScore } from '../../score-outbox.ts';
import { listTries } from './queries.ts';
import type { CheckOfLearner, KeptTry } from './queries.ts';

// One at a time for one learner's check: two tabs then see each other's answers, also before there is a try to lock.
const lockCheck = { name: 'lock-knowledge-check', text: `select pg_advisory_xact_lock(hashtextextended('knowledge-check ' || $1 || ' ' || $2 || ' ' || $3, 0))` };
const insertTry = {
  name: 'insert-knowledge-check-try',
  text: 'insert into knowledge_check_attempt (cohort_id, person_id, week, begun_at) values ($1, $2, $3, $4) returning id',
};
const insertAnswer = {
  name: 'insert-knowledge-check-answer',
  text: 'insert into knowledge_check_answer (attempt_id, question, answer, points, answered_at) values ($1, $2, $3, $4, $5)',
};
const finishTry = { name: 'finish-knowledge-check-try', text: 'update knowledge_check_attempt set finished_at = $2, points = $3, maximum = $4 where id = $1' };

export type AnswerInput = {
  /** All questions of the check, in order. */
  questions: readonly Question[];
  /** The one that is answered. */
  question: Question;
  /** The try, counted from 1. */
  number: number;
  answer: Answer;
};

/**
 * Keeps an answer, unless another was given in this try before (`decideAnswer`). The answer that completes a try
 * finishes it; when it is the learner's best so far, the score for the LMS is set in the same transaction.
 */
export async function giveAnswer(pool: Pool, queues: Pick<Queues, 'add'>, check: CheckOfLearner, { questions, question, number, answer }: AnswerInput, now: Temporal.Instant): Promise<AnswerDecision> {
  return inTransaction(pool, async (sql) => {
    await run(sql, lockCheck, [check.cohortId, check.personId, String(check.week)]);
    const tries = await listTries(sql, check);
    const decision = decideAnswer(tries, number, question.key, answer);
    if (decision !== 'stored') return decision;

    const current = tries[number - 1];
    const id = current?.id ?? (await beginTry(sql, check, now));
    const given = markAnswer(question, answer);
    await run(sql, insertAnswer, [id, question.key, JSON.stringify(answer), given.points, String(now)]);
    const result = resultOf(questions, new Map([...(current?.given ?? []), [question.key, given]]));
    if (result) {
      await run(sql, finishTry, [id, String(now), result.points, result.maximum]);
      await tellCourse(sql, queues, check, tries, result, now);
    }
    return decision;
  });
}

async function beginTry(sql: Sql, { cohortId, personId, week }: CheckOfLearner, now: Temporal.Instant): Promise<string> {
  const [row] = await run<{ id: string }>(sql, insertTry, [cohortId, personId, week, String(now)]);
  if (!row) throw new Error('the try was not begun');
  return row.id;
}

/** A result that is no better is not sent: the LMS keeps the best (lti.md rule 95). */
async function tellCourse(sql: Sql, queues: Pick<Queues, 'add'>, { cohortId, personId, week }: CheckOfLearner, tries: readonly KeptTry[], result: Result, now: Temporal.Instant): Promise<void> {
  const before = tries.flatMap((one) => one.result ?? []);
  const bestBefore = bestResult(before);
  if (bestBefore && !isBetter(result, bestBefore)) return;
  await setScore({ sql, queues }, {
    course: { cohortId }, personId,
    resourceId: `week-${week}`, tag: 'knowledge-check', target: `/weeks/${week}`, label: `Week ${week}: knowledge check`,
    scoreGiven: result.points, scoreMaximum: result.maximum,
    comment: before.length === 0 ? `First try: ${resultWords(result)}` : `Best of ${before.length + 1} tries: ${resultWords(result)}`,
    activityProgress: 'Completed', gradingProgress: 'FullyGraded', submittedAt: now,
  }, now);
}
