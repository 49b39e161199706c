// Knowledge checks that the demo's learners have taken: one finished try for each week that they have read to its end.
import type { Pool } from 'pg';
import type { CheckQuestion, Programme } from '../../server/content/programme.ts';
import { run } from '../../server/database.ts';
import { markAnswer, readAnswer, signallingPoints } from '../../server/domain/check-answers.ts';
import type { Answer, AnswerFields } from '../../server/domain/check-answers.ts';
import { maximumOf } from '../../server/domain/knowledge-check.ts';

/** Takes the check of one week; every so many questions (`slip`) a choice is wrong. */
export async function takeDemoCheck(sql: Pool, programme: Programme, { cohortId, personId, week, slip }: { cohortId: string; personId: string; week: number; slip: number }, at: Temporal.Instant): Promise<void> {
  const questions = programme.weeks[week - 1]?.check?.questions ?? [];
  if (questions.length === 0) return;
  const given = questions.map((question, index) => ({ key: question.key, ...markAnswer(question, answerTo(question, (index + 1) % slip !== 0)) }));
  const points = given.reduce((sum, one) => sum + one.points, 0);
  const [attempt] = await run<{ id: string }>(sql, insertTry, [cohortId, personId, week, String(at), String(at.add({ minutes: 14 })), points, maximumOf(questions)]);
  for (const { key, answer, points: worth } of given) await run(sql, insertAnswer, [attempt?.id, key, JSON.stringify(answer), worth, String(at)]);
}

/** The right answer, or a wrong choice where there are choices. */
function answerTo(question: CheckQuestion, rightly: boolean): Answer {
  const answer = readAnswer(question, fieldsOf(question, rightly));
  if (!answer) throw new Error(`the demo has no answer to ${question.key}`);
  return answer;
}

function fieldsOf(question: CheckQuestion, rightly: boolean): AnswerFields {
  switch (question.kind) {
    case 'single-choice': return { choice: question.choices.find(({ right }) => right === rightly)?.key ?? '' };
    case 'several-choices': return { choices: question.choices.filter(({ right }) => right).map(({ key }) => key) };
    case 'ordering': return { order: question.items.map(({ key }, index) => `${key}:${index + 1}`) };
    case 'matching': return { match: question.pairs.map(({ key, right }) => `${key}:${right}`) };
    case 'number': return { number: String(question.answer) };
    case 'run-chart': {
      const { counting } = signallingPoints(question);
      return { points: counting.length === 0 ? ['none'] : counting.map(String) };
    }
  }
}

const insertTry = {
  name: 'demo-check-try',
  text: 'insert into knowledge_check_attempt (cohort_id, person_id, week, begun_at, finished_at, points, maximum) values ($1, $2, $3, $4, $5, $6, $7) returning id',
};
const insertAnswer = { name: 'demo-check-answer', text: 'insert into knowledge_check_answer (attempt_id, question, answer, points, answered_at) values ($1, $2, $3, $4, $5)' };
