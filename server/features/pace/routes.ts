// Holiday weeks of a cohort, and extension and pause of single learners, for those who decide about it.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { decideBreak, extensions } from '../../domain/pace.ts';
import { oneLine } from '../../domain/typed-text.ts';
import { deciders } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { addBreak, changePace, removeBreak } from './actions.ts';
import type { PaceChange } from './actions.ts';
import { learnerPacePage, pacePage } from './pages.ts';
import type { PaceInput } from './pages.ts';
import { findPaceFor, listPaces } from './queries.ts';
import { BreakForm, BreakParams, LearnerForm, PaceQuery, PersonParams, RemovalForm } from './schemas.ts';

export const pace: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/cohort'), 303)));

  app.get('/cohort/pace', { schema: { querystring: PaceQuery }, config: { access: deciders } }, async (request, reply) =>
    reply.page(await cohortPage(request, { notice: request.query.notice ?? null })));

  app.post('/cohort/pace/breaks', { schema: { body: BreakForm }, config: { access: deciders } }, async (request, reply) => {
    const { body, viewer, now, at } = request;
    const { cohort, programme } = await placeOf(request);
    const decision = decideBreak(body, cohort, programme.weeks.length, now);
    if (!decision.good) return reply.code(422).page(await cohortPage(request, { values: body, errors: decision.errors }));
    const outcome = await addBreak(sql, viewer, cohort, { added: decision.break, reason: decision.reason, loaded: body.loaded }, now);
    return reply.redirect(at(`/cohort/pace?notice=${outcome.moved ? 'moved' : 'elsewhere'}`), 303);
  });

  app.post('/cohort/pace/breaks/:index/removal', { schema: { params: BreakParams, body: RemovalForm }, config: { access: deciders } }, async (request, reply) => {
    const { cohort } = await placeOf(request);
    const outcome = await removeBreak(sql, request.viewer, cohort, { index: request.params.index, loaded: request.body.loaded }, request.now);
    return reply.redirect(request.at(`/cohort/pace?notice=${outcome.moved ? 'taken-back' : 'elsewhere'}`), 303);
  });

  app.get('/cohort/pace/learners/:person', { schema: { params: PersonParams, querystring: PaceQuery }, config: { access: deciders } }, async (request, reply) => {
    const { cohort, programme } = await placeOf(request);
    const learner = await findPaceFor(sql, request.viewer, request.params.person);
    return reply.page(learnerPacePage({ at: request.at, english: request.viewer.english, now: request.now, programme, cohort, learner, notice: request.query.notice ?? null }));
  });

  app.post('/cohort/pace/learners/:person/extension', { schema: { params: PersonParams, body: LearnerForm }, config: { access: deciders } }, async (request, reply) => {
    const extensionDays = extensions.find((days) => days === request.body.extensionDays) ?? 0;
    return changed(request, { kind: 'more-time', extensionDays, reason: oneLine(request.body.reason).slice(0, 1000).toWellFormed() }).then((to) => reply.redirect(to, 303));
  });

  app.post('/cohort/pace/learners/:person/pause', { schema: { params: PersonParams, body: LearnerForm }, config: { access: deciders } }, async (request, reply) =>
    reply.redirect(await changed(request, { kind: 'pause', reason: oneLine(request.body.reason).slice(0, 1000).toWellFormed() }), 303));

  app.post('/cohort/pace/learners/:person/pause/end', { schema: { params: PersonParams }, config: { access: deciders } }, async (request, reply) =>
    reply.redirect(await changed(request, { kind: 'resume' }), 303));

  /** Changes one learner's pace; gives the address to go on to. */
  async function changed(request: FastifyRequest<{ Params: { person: string } }>, change: PaceChange): Promise<string> {
    const { cohort } = await placeOf(request);
    const learner = await findPaceFor(sql, request.viewer, request.params.person);
    await changePace(sql, request.viewer, cohort, learner.personId, change, request.now);
    return request.at(`/cohort/pace/learners/${learner.personId}?notice=changed`);
  }

  async function cohortPage(request: FastifyRequest, more: Pick<PaceInput, 'notice' | 'values' | 'errors'>) {
    const { at, now, viewer } = request;
    const { cohort, programme } = await placeOf(request);
    return pacePage({ at, now, english: viewer.english, programme, cohort, learners: await listPaces(sql, cohort.id), ...more });
  }

  async function placeOf({ viewer }: FastifyRequest) {
    if (!viewer.cohort) throw new NotFound();
    return { cohort: viewer.cohort, programme: await programmes.find(viewer.cohort.programmeVersionId) };
  }
};
