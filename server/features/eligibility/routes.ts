// The eligibility form and the tools self-assessment: written by learners, decided about by faculty and administrators.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { deviceMark } from '../../device-mark.ts';
import { decideForm, eligibilityFields, findOptionalField } from '../../domain/eligibility.ts';
import { improvementTools, mayAssess } from '../../domain/tools-assessment.ts';
import type { AssessmentMoment } from '../../domain/tools-assessment.ts';
import { deciders, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { openWeeks } from '../../plugins/open-weeks.ts';
import type { Services } from '../../services.ts';
import { changeRequirement, decideAbout, noteAcceptanceRead, saveFields, saveLevels, submitForm } from './actions.ts';
import type { FieldOutcome, Typed } from './actions.ts';
import { versionOf } from './answers.ts';
import { closedWords, isWritable, problemWords, readPage, submissionPage, writePage } from './pages.ts';
import type { Facts, RefusedField, WriteInput } from './pages.ts';
import { decisionPage, formsPage, formsPerPage } from './pages-forms.ts';
import type { DecisionInput } from './pages-forms.ts';
import { assessPage, toolsPage } from './pages-tools.ts';
import type { Later } from './pages-tools.ts';
import { emptyForm, findAssessments, findForm, findFormFor, isFormRequired, listForms } from './queries.ts';
import type { Assessments, FormOfLearner } from './queries.ts';
import { AnswerForm, DecisionForm, FieldParams, FormsQuery, MomentParams, PersonParams, RequirementForm, SubmissionForm, ToolParams, WholeForm } from './schemas.ts';

const noAssessments: Assessments = { before: null, after: null };

export const eligibility: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  // What there is before a cohort is said at home.
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/'), 303)));

  app.get('/eligibility', { config: { access: [...staff, 'learner'] } }, async (request, reply) => {
    if (request.viewer.role !== 'learner') return reply.redirect(request.at('/eligibility/forms'), 303);
    const own = await ownOf(request);
    const learner = learnerOf(request);
    if (learner && own.form.state === 'accepted') await noteAcceptanceRead(sql, learner, request.now);
    return reply.page(isWritable(own.form) ? writePage(own) : readPage(own));
  });

  // One field, by the script of the page: 200 when it is on the disk, 409 with the other text when somebody was quicker.
  app.post('/eligibility/fields/:field/answer', { schema: { params: FieldParams, body: AnswerForm }, config: { access: ['learner'] } }, async (request, reply) => {
    const { params, body, now } = request;
    const field = findOptionalField(params.field);
    if (!field) throw new NotFound();
    const learner = learnerOf(request);
    if (!learner) return { version: body.version, isKept: false };
    const saved = await saveFields(sql, learner, [{ field, typed: body.text, seen: body.version, keepsOther: false }], now);
    if (saved.outcome === 'closed') return reply.code(422).send({ problem: closedWords });
    return sendOutcome(reply, saved.fields.get(field.key), (problem, typed) => problemWords(problem, field.kind, typed));
  });

  app.post('/eligibility/answers', { schema: { body: WholeForm }, config: { access: ['learner'] } }, async (request, reply) => {
    const learner = learnerOf(request);
    const saved = learner && await saveFields(sql, learner, typedFields(eligibilityFields, request.body), request.now);
    if (saved?.outcome === 'closed') return reply.code(409).page(readPage({ ...(await ownOf(request)), isLate: true }));
    const refused = saved ? refusedOf(saved.fields) : new Map<string, never>();
    if (refused.size === 0) return reply.redirect(request.at('/eligibility'), 303);
    return reply.code(statusOf(refused)).page(writePage({ ...(await ownOf(request)), refused }));
  });

  app.get('/eligibility/submission', { config: { access: ['learner'] } }, async (request, reply) => {
    const own = await ownOf(request);
    return isWritable(own.form) ? reply.page(submissionPage(own)) : reply.redirect(request.at('/eligibility'), 303);
  });

  app.post('/eligibility/submission', { schema: { body: SubmissionForm }, config: { access: ['learner'] } }, async (request, reply) => {
    const learner = learnerOf(request);
    const outcome = learner ? await submitForm(sql, request.viewer, learner, request.body.version, request.now) : 'closed';
    if (outcome === 'missing' || outcome === 'changed') return reply.code(outcome === 'missing' ? 422 : 409).page(submissionPage({ ...(await ownOf(request)), problem: outcome }));
    return reply.redirect(request.at('/eligibility'), 303);
  });

  app.get('/eligibility/tools', { config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const { facts, later, mark, may, before, after } = await toolsOf(request);
    return reply.page(may('before') ? assessPage({ facts, moment: 'before', answers: before, mark, later }) : toolsPage({ facts, before, after, later }));
  });

  app.get('/eligibility/tools/after', { config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const { facts, later, mark, may, after } = await toolsOf(request);
    return may('after') ? reply.page(assessPage({ facts, moment: 'after', answers: after ?? {}, mark, later })) : reply.redirect(request.at('/eligibility/tools'), 303);
  });

  app.post('/eligibility/tools/:moment/fields/:field/answer', { schema: { params: ToolParams, body: AnswerForm }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const { params: { moment, field: key }, body } = request;
    const field = improvementTools.find((tool) => tool.key === key);
    if (!field) throw new NotFound();
    const learner = learnerOf(request);
    if (!learner) return { version: body.version, isKept: false };
    const saved = await saveLevels(sql, learner, { moment, typed: [{ field, typed: body.text, seen: body.version, keepsOther: false }], afterIsOpen: (await laterOf(request)).isOpen }, request.now);
    if (saved.outcome === 'closed') return reply.code(422).send({ problem: 'This self-assessment is closed, so nothing more is written into it.' });
    return sendOutcome(reply, saved.fields.get(key), () => 'Choose one of the levels.');
  });

  app.post('/eligibility/tools/:moment/answers', { schema: { params: MomentParams, body: WholeForm }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const { params: { moment }, body, at } = request;
    const learner = learnerOf(request);
    const saved = learner && await saveLevels(sql, learner, { moment, typed: typedFields(improvementTools, body), afterIsOpen: (await laterOf(request)).isOpen }, request.now);
    const refused = saved?.outcome === 'kept' ? refusedOf(saved.fields) : new Map<string, never>();
    if (refused.size === 0) return reply.redirect(at('/eligibility/tools'), 303);
    const { facts, later, mark, ...tools } = await toolsOf(request);
    return reply.code(statusOf(refused)).page(assessPage({ facts, moment, answers: tools[moment] ?? {}, mark, later, refused }));
  });

  app.get('/eligibility/forms', { schema: { querystring: FormsQuery }, config: { access: staff } }, async (request, reply) => {
    const { page, notice } = request.query;
    const { facts, cohort } = factsOf(request);
    const found = await listForms(sql, cohort.id, { limit: formsPerPage, offset: (page - 1) * formsPerPage });
    return reply.page(formsPage({ facts, mayDecide: mayDecide(request), ...found, page, notice: notice ?? null }));
  });

  app.post('/eligibility/requirement', { schema: { body: RequirementForm }, config: { access: deciders } }, async (request, reply) => {
    const required = request.body.required === 'yes';
    await changeRequirement(sql, request.viewer, factsOf(request).cohort.id, required, request.now);
    return reply.redirect(request.at(`/eligibility/forms?notice=${required ? 'required' : 'free'}`), 303);
  });

  app.get('/eligibility/forms/:person', { schema: { params: PersonParams }, config: { access: staff } }, async (request, reply) =>
    reply.page(await decisionPageFor(request)));

  app.post('/eligibility/forms/:person/decision', { schema: { params: PersonParams, body: DecisionForm }, config: { access: deciders } }, async (request, reply) => {
    const { body, viewer, params, now } = request;
    const { learner } = await findFormFor(sql, viewer, params.person);
    const decided = decideForm(body);
    if (!decided.good) return reply.code(422).page(await decisionPageFor(request, { values: body, errors: decided.errors }));
    const isDone = await decideAbout(sql, viewer, learner, { decision: decided.decision, word: decided.word, version: body.version }, now);
    if (isDone) return reply.redirect(request.at(`/eligibility/forms/${learner.personId}`), 303);
    return reply.code(409).page(await decisionPageFor(request, { values: body, late: { word: decided.word } }));
  });

  /** The viewer's own form with what its pages need. */
  async function ownOf(request: FastifyRequest): Promise<Omit<WriteInput, 'refused'>> {
    const { facts } = factsOf(request);
    const learner = learnerOf(request);
    if (!learner) return { facts, form: emptyForm, tools: {}, mark: null, required: false };
    const [form, { before }, required] = await Promise.all([findForm(sql, learner), findAssessments(sql, learner), isFormRequired(sql, learner.cohortId)]);
    return { facts, form, tools: before?.answers ?? {}, mark: deviceMark('eligibility', learner), required };
  }

  async function toolsOf(request: FastifyRequest) {
    const learner = learnerOf(request);
    const [form, assessments, later] = await Promise.all([learner ? findForm(sql, learner) : emptyForm, learner ? findAssessments(sql, learner) : noAssessments, laterOf(request)]);
    const may = (moment: AssessmentMoment) => mayAssess(moment, { mayWriteForm: isWritable(form), afterIsOpen: later.isOpen, afterIsBegun: assessments.after !== null });
    return { facts: factsOf(request).facts, later, mark: learner && deviceMark('eligibility', learner), may, before: assessments.before?.answers ?? {}, after: assessments.after?.answers ?? null };
  }

  /** The later self-assessment comes with the last week of the programme, as soon as that is open to this learner. */
  async function laterOf(request: FastifyRequest): Promise<Later> {
    const programme = await programmes.find(factsOf(request).cohort.programmeVersionId);
    const week = programme.weeks.at(-1)?.number ?? 1;
    return { week, isOpen: openWeeks(request, programme)?.mayOpen(week) === true };
  }

  async function decisionPageFor(request: FastifyRequest<{ Params: { person: string } }>, more: Pick<DecisionInput, 'values' | 'errors' | 'late'> = {}) {
    const { facts, cohort } = factsOf(request);
    const { learner, name, form } = await findFormFor(sql, request.viewer, request.params.person);
    const [{ before, after }, programme] = await Promise.all([findAssessments(sql, learner), programmes.find(cohort.programmeVersionId)]);
    return decisionPage({ facts, mayDecide: mayDecide(request), personId: learner.personId, name, form, before: before?.answers ?? {}, after: after?.answers ?? null, week: programme.weeks.at(-1)?.number ?? 1, ...more });
  }
};

function factsOf({ viewer, at }: FastifyRequest): { facts: Facts; cohort: NonNullable<FastifyRequest['viewer']['cohort']> } {
  const { cohort, english } = viewer;
  if (!cohort) throw new NotFound();
  return { facts: { at, english, cohort }, cohort };
}

/** Whose form it is; null for a test learner, of whom nothing is kept. */
function learnerOf({ viewer: { cohort, personId, testUser } }: FastifyRequest): FormOfLearner | null {
  return testUser || personId === null || !cohort ? null : { cohortId: cohort.id, personId };
}

function mayDecide({ viewer }: FastifyRequest): boolean {
  return deciders.some((role) => role === viewer.role);
}

/** The fields of a whole form as it was sent. A field that is absent was emptied: forms drop what is empty. */
function typedFields<Field extends { key: string }>(fields: readonly Field[], body: Record<string, string | string[]>): Typed<Field>[] {
  const one = (name: string) => [body[name]].flat()[0];
  return fields.map((field) => ({ field, typed: one(`answer.${field.key}`), seen: Number(one(`version.${field.key}`) ?? 0), keepsOther: one(`keep.${field.key}`) === 'other' }));
}

function refusedOf<Problem>(fields: ReadonlyMap<string, FieldOutcome<Problem>>): Map<string, RefusedField<Problem>> {
  const refused = new Map<string, RefusedField<Problem>>();
  for (const [key, field] of fields) {
    if (field.outcome === 'changed') refused.set(key, { typed: field.typed, stored: field.stored });
    if (field.outcome === 'problem') refused.set(key, { typed: field.typed, problem: field.problem });
  }
  return refused;
}

/** What the script of a page is told: 409 with the other text when somebody was quicker, 422 with words for what cannot be kept. */
function sendOutcome<Problem>(reply: FastifyReply, field: FieldOutcome<Problem> | undefined, wordsOf: (problem: Problem, typed: string) => string) {
  if (!field) throw new NotFound();
  if (field.outcome === 'problem') return reply.code(422).send({ problem: wordsOf(field.problem, field.typed) });
  const isThere = field.typed === field.stored;
  return reply.code(isThere ? 200 : 409).send({ version: versionOf(field.stored), ...(isThere ? { isKept: true } : { text: field.stored }) });
}

const statusOf = (refused: ReadonlyMap<string, RefusedField<unknown>>): 409 | 422 => (refused.values().some(({ problem }) => problem !== undefined) ? 422 : 409);
