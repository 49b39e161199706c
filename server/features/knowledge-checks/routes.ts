// A week's knowledge check: taken by learners, tried out by everybody else, and looked at by staff when it was handed in.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { markAnswer, readAnswer } from '../../domain/check-answers.ts';
import { decideAnswer, newestTry, resultOf } from '../../domain/knowledge-check.ts';
import { participants, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { openWeeks } from '../../plugins/open-weeks.ts';
import { findOptionalScore } from '../../score-standing.ts';
import type { Services } from '../../services.ts';
import { giveAnswer } from './actions.ts';
import { questionPage, resultPage, reviewPage, startPage } from './pages.ts';
import type { CheckFacts, ShownTry } from './pages.ts';
import { findLearnerFor, listTries } from './queries.ts';
import type { CheckOfLearner } from './queries.ts';
import { AnswerForm, CheckParams, PersonParams, QuestionParams, QuestionQuery, TrialQuery, TryParams } from './schemas.ts';
import { readTrial, writeTrial } from './trial.ts';

/** Who takes the check. `learner` is null where nothing is kept: the answers are then the trial's. */
type Taker = { facts: CheckFacts; tries: ShownTry[]; trial: string | null; learner: CheckOfLearner | null };

export const knowledgeChecks: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes, queues }) => {
  // What there is before a cohort is said at home; why a week is locked is said by the week.
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/'), 303)));

  app.get('/weeks/:week/check', { schema: { params: CheckParams }, config: { access: participants, withProgress: true } }, async (request, reply) => {
    const taker = await takerOf(request);
    if (!taker) return reply.redirect(request.at(`/weeks/${request.params.week}`), 303);
    const last = taker.tries.findLastIndex(({ result }) => result !== null) + 1;
    if (last === 0) return reply.page(startPage({ ...taker, at: request.at }));
    return reply.page(resultPage({ ...taker, at: request.at, number: last, score: await scoreOf(request, taker.learner) }));
  });

  app.get('/weeks/:week/check/tries/:number', { schema: { params: TryParams, querystring: TrialQuery }, config: { access: participants, withProgress: true } }, async (request, reply) => {
    const taker = await takerOf(request, request.query.trial);
    if (!taker?.tries[request.params.number - 1]?.result) return reply.redirect(request.at(`/weeks/${request.params.week}/check`), 303);
    return reply.page(resultPage({ ...taker, at: request.at, number: request.params.number, score: await scoreOf(request, taker.learner) }));
  });

  app.get('/weeks/:week/check/tries/:number/questions/:question', { schema: { params: QuestionParams, querystring: QuestionQuery }, config: { access: participants, withProgress: true } }, async (request, reply) => {
    const { params: { week, number, question: key }, query } = request;
    const taker = await takerOf(request, query.trial);
    if (!taker) return reply.redirect(request.at(`/weeks/${week}`), 303);
    const question = findQuestion(taker, key);
    if (number > newestTry(taker.tries)) return reply.redirect(request.at(`/weeks/${week}/check`), 303);
    return reply.page(questionPage({ ...taker, at: request.at, number, question, notice: query.earlier === undefined ? null : 'earlier' }));
  });

  app.post('/weeks/:week/check/tries/:number/questions/:question/answer', { schema: { params: QuestionParams, body: AnswerForm }, config: { access: participants, withProgress: true } }, async (request, reply) => {
    const { params: { week, number, question: key }, body } = request;
    const taker = await takerOf(request, body.trial);
    if (!taker) throw new NotFound();
    const question = findQuestion(taker, key);
    const answer = readAnswer(question, body);
    if (!answer) return reply.code(422).page(questionPage({ ...taker, at: request.at, number, question, notice: 'unanswered', sent: body }));

    const questions = taker.facts.check.questions;
    const place = `/weeks/${week}/check/tries/${number}/questions/${key}`;
    if (!taker.learner) {
      const given = taker.tries[0]?.given ?? new Map();
      if (decideAnswer(taker.tries, number, key, answer) === 'none') throw new NotFound();
      const after = new Map([...given, [key, given.get(key) ?? markAnswer(question, answer)]]);
      return reply.redirect(request.at(`${place}?trial=${writeTrial(after)}#explanation`), 303);
    }
    switch (await giveAnswer(sql, queues, taker.learner, { questions, question, number, answer }, request.now)) {
      case 'stored': case 'same': return reply.redirect(request.at(`${place}#explanation`), 303);
      case 'earlier': return reply.redirect(request.at(`${place}?earlier=1#explanation`), 303);
      case 'over': return reply.redirect(request.at(`/weeks/${week}/check/tries/${number}`), 303);
      case 'none': throw new NotFound();
    }
  });

  // Where an LMS's submission review lands (rules 67 to 69). For a learner there is nothing here but the way to her own.
  app.get('/weeks/:week/check/of/:person', { schema: { params: PersonParams }, config: { access: [...staff, 'learner'], withProgress: true } }, async (request, reply) => {
    const { params: { week, person }, viewer, at } = request;
    if (viewer.role === 'learner') {
      if (viewer.personId !== person.toLowerCase()) throw new NotFound();
      return reply.redirect(at(`/weeks/${week}/check`), 303);
    }
    const facts = await factsOf(request);
    const learner = await findLearnerFor(sql, viewer, person);
    const check = { cohortId: viewer.cohort?.id ?? '', personId: learner.personId, week };
    const [tries, score] = await Promise.all([listTries(sql, check), scoreOf(request, check)]);
    return reply.page(reviewPage({ at, facts, learner, tries, score }));
  });

  /** Who asks, and what was answered so far; null while the week is closed to them, by the rule of the week's own page. */
  async function takerOf(request: FastifyRequest<{ Params: { week: number } }>, trial?: string): Promise<Taker | null> {
    const { viewer, now, params: { week } } = request;
    const facts = await factsOf(request);
    const isOpen = openWeeks(request, facts.programme)?.statuses.find(({ number }) => number === week)?.state !== 'locked';
    if (facts.reader === 'learner' && viewer.personId !== null) {
      const learner = { cohortId: facts.cohort.id, personId: viewer.personId, week };
      const tries = await listTries(sql, learner);
      return isOpen || tries.length > 0 ? { facts, tries, trial: null, learner } : null;   // done work never locks again
    }
    if (!isOpen && facts.reader !== 'staff') return null;
    const given = readTrial(facts.check.questions, trial);
    return { facts, tries: given.size === 0 ? [] : [{ given, result: resultOf(facts.check.questions, given), begunAt: now, finishedAt: null }], trial: writeTrial(given), learner: null };
  }

  async function factsOf({ viewer, params }: FastifyRequest<{ Params: { week: number } }>): Promise<CheckFacts> {
    const { cohort, role, testUser } = viewer;
    if (!cohort) throw new NotFound();
    const programme = await programmes.find(cohort.programmeVersionId);
    const week = programme.weeks.find(({ number }) => number === params.week);
    if (!week?.check) throw new NotFound();
    const reader = role === 'learner' ? (testUser ? 'test-learner' : 'learner') : role === 'mentor' ? 'mentor' : 'staff';
    return { programme, cohort, week, check: week.check, reader, english: viewer.english };
  }

  async function scoreOf({ viewer }: FastifyRequest, learner: CheckOfLearner | null) {
    if (!learner) return null;
    const { personId, cohortId, week } = learner;
    return findOptionalScore(sql, { personId, cohortId, contextId: viewer.context?.id ?? null, resourceId: `week-${week}`, tag: 'knowledge-check' });
  }
};

function findQuestion({ facts }: Taker, key: string) {
  const question = facts.check.questions.find((candidate) => candidate.key === key);
  if (!question) throw new NotFound();
  return question;
}
