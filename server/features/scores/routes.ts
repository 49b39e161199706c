// The scores of this course's cohort on their way into the LMS: whether each arrived, and what to do when it did not.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deciders, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { sendAgain } from './actions.ts';
import type { Resend } from './actions.ts';
import { columnPage, LEARNERS_PER_PAGE, scoresPage } from './pages.ts';
import type { ColumnInput } from './pages.ts';
import { findOptionalColumn, listColumns, listScores } from './queries.ts';
import { readColumn } from './results.ts';
import { ColumnParams, ColumnQuery, ScoreParams, ScoresQuery } from './schemas.ts';

type Reader = ColumnInput['reader'];

export const scores: FastifyPluginAsyncTypebox<Services> = async (app, { sql, queues, platformServices: services }) => {
  app.get('/scores', { schema: { querystring: ScoresQuery }, config: { access: staff } }, async (request, reply) => {
    const { at, query, viewer } = request;
    if (!viewer.cohort) return reply.redirect(at('/cohort'), 303);
    const columns = await listColumns(sql, viewer.cohort.id);
    return reply.page(scoresPage({ at, reader: viewer.role as Reader, cohortName: viewer.cohort.name, columns, notice: query.notice ?? null }));
  });

  app.get('/scores/columns/:column', { schema: { params: ColumnParams, querystring: ColumnQuery }, config: { access: staff } }, async (request, reply) =>
    sendColumn(request, reply, request.params.column, request.query));

  app.post('/scores/columns/:column/results', { schema: { params: ColumnParams }, config: { access: staff } }, async (request, reply) => {
    const { column } = request.params;
    const reading = await readColumn({ sql, services }, request.viewer, column, request.now);
    switch (reading.outcome) {
      case 'not-there': throw new NotFound();
      case 'read': return reply.redirect(request.at(`/scores/columns/${column}?notice=read`), 303);
      case 'no-column': return reply.redirect(request.at(`/scores/columns/${column}?notice=no-column`), 303);
      case 'failed': return sendColumn(request, reply.code(424), column, { page: 1, readingFailed: reading.problem.code });
    }
  });

  app.post('/scores/deliveries', { config: { access: deciders } }, async (request, reply) => resend(request, reply, 'all-refused', '/scores'));
  app.post('/scores/columns/:column/deliveries', { schema: { params: ColumnParams }, config: { access: deciders } }, async (request, reply) =>
    resend(request, reply, { columnId: request.params.column }, `/scores/columns/${request.params.column}`));
  app.post('/scores/columns/:column/scores/:score/delivery', { schema: { params: ScoreParams }, config: { access: deciders } }, async (request, reply) =>
    resend(request, reply, { scoreId: request.params.score }, `/scores/columns/${request.params.column}`));

  async function sendColumn(request: FastifyRequest, reply: FastifyReply, columnId: string, { page: wanted, ...more }: Pick<ColumnInput, 'page' | 'notice' | 'readingFailed'>) {
    const { at, viewer } = request;
    const column = viewer.cohort && await findOptionalColumn(sql, viewer.cohort.id, columnId);
    if (!viewer.cohort || !column) throw new NotFound();
    const page = Math.min(wanted, Math.max(1, Math.ceil(column.counts.total / LEARNERS_PER_PAGE)));
    const learners = await listScores(sql, columnId, { limit: LEARNERS_PER_PAGE, offset: (page - 1) * LEARNERS_PER_PAGE });
    return reply.page(columnPage({ at, reader: viewer.role as Reader, cohortName: viewer.cohort.name, timeZone: viewer.cohort.timeZone, english: viewer.english, column, learners, page, ...more }));
  }

  async function resend(request: FastifyRequest, reply: FastifyReply, which: Resend, path: string) {
    const count = await sendAgain({ pool: sql, queues }, request.viewer, which, request.now);
    if (count === 0 && which !== 'all-refused' && 'scoreId' in which) throw new NotFound();
    return reply.redirect(request.at(`${path}?notice=${count === 0 ? 'none' : 'again'}`), 303);
  }
};
