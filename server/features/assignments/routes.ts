// The weeks' assignments: what is asked, and what learners tell of how it went.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deviceMark } from '../../device-mark.ts';
import { readAccount } from '../../domain/assignment.ts';
import { participants, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { openWeeks } from '../../plugins/open-weeks.ts';
import type { Services } from '../../services.ts';
import { reportDone, takeReportBack } from './actions.ts';
import { accountsPage, assignmentPage, isAssigned } from './pages.ts';
import type { AssignmentInput } from './pages.ts';
import { findLearnersReportsFor, findOptionalReport, listToldFor } from './queries.ts';
import type { Learner } from './queries.ts';
import { AccountsQuery, AssignmentParams, PersonParams, ReportForm } from './schemas.ts';

type KeyRequest = FastifyRequest<{ Params: { key: string } }>;

export const assignments: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  // What there is before a cohort is said at home.
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/'), 303)));

  app.get('/assignments/:key', { schema: { params: AssignmentParams, querystring: AccountsQuery }, config: { access: participants, withProgress: true } }, async (request, reply) => {
    const work = await workOf(request);
    if (!work.isOpen) return reply.redirect(request.at(`/weeks/${work.week.number}`), 303);   // it says when it opens
    if (work.reader !== 'staff') return reply.page(assignmentPage(work));
    const { page } = request.query;
    return reply.page(assignmentPage({ ...work, told: { page, ...await listToldFor(sql, request.viewer, request.params.key, page) } }));
  });

  app.post('/assignments/:key/report', { schema: { params: AssignmentParams, body: ReportForm }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const work = await openWork(request);
    const { account, problem } = readAccount(request.body.account);
    const outcome = problem ?? (work.learner ? await reportDone(sql, request.viewer, work.learner, { key: request.params.key, account, version: request.body.version }, request.now) : 'stored');
    return outcome === 'stored' ? back(request, reply) : refuse(request, reply, { typed: account, because: outcome });
  });

  app.post('/assignments/:key/report/removal', { schema: { params: AssignmentParams, body: ReportForm }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const work = await openWork(request);
    const { account, problem } = readAccount(request.body.account);
    const outcome = problem === 'too-long' ? problem : work.learner ? await takeReportBack(sql, request.viewer, work.learner, { key: request.params.key, account, version: request.body.version }, request.now) : 'stored';
    return outcome === 'stored' ? back(request, reply) : refuse(request, reply, { typed: account, because: outcome });
  });

  app.get('/assignments/of/:person', { schema: { params: PersonParams }, config: { access: staff } }, async (request, reply) => {
    const { at, viewer, viewer: { cohort, english }, params: { person } } = request;
    if (!cohort) throw new NotFound();
    const [programme, { name, reports }] = await Promise.all([programmes.find(cohort.programmeVersionId), findLearnersReportsFor(sql, viewer, person)]);
    return reply.page(accountsPage({ facts: { at, english, cohort, programme }, learner: { personId: person, name }, reports }));
  });

  /** The assignment with what this reader did of it. `learner` is null for everybody of whom nothing is kept. */
  async function workOf(request: KeyRequest): Promise<AssignmentInput & { learner: Learner | null; isOpen: boolean }> {
    const { at, viewer: { cohort, personId, testUser, role, english }, params: { key } } = request;
    if (!cohort) throw new NotFound();
    const programme = await programmes.find(cohort.programmeVersionId);
    const week = programme.weeks.filter(isAssigned).find(({ assignment }) => assignment.key === key);
    if (!week) throw new NotFound();
    const learner = role === 'learner' && !testUser && personId !== null ? { cohortId: cohort.id, personId } : null;
    const report = learner && await findOptionalReport(sql, learner, key);
    return {
      facts: { at, english, cohort, programme }, week, learner, report, mark: learner && deviceMark('assignments', learner),
      reader: role === 'learner' ? (learner ? 'learner' : 'test-learner') : role === 'mentor' ? 'mentor' : 'staff',
      // What was told stays open, whatever the calendar says later.
      isOpen: report !== null || (openWeeks(request, programme)?.mayOpen(week.number) ?? false),
    };
  }

  async function openWork(request: KeyRequest) {
    const work = await workOf(request);
    if (!work.isOpen) throw new NotFound();
    return work;
  }

  function back(request: KeyRequest, reply: FastifyReply) {
    return reply.redirect(request.at(`/assignments/${request.params.key}`), 303);
  }

  /** The form again, with what was typed and with what is saved now. */
  async function refuse(request: KeyRequest, reply: FastifyReply, refused: NonNullable<AssignmentInput['refused']>) {
    return reply.code(refused.because === 'changed' ? 409 : 422).page(assignmentPage({ ...await workOf(request), refused }));
  }
};
