// A learner's coaching plan: written section by section, handed in, and read again with what came back.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { deviceMark } from '../../device-mark.ts';
import { answerKey, readAnswer } from '../../domain/coaching-plan.ts';
import type { PlanField, PlanForm, PlanSection, Programme } from '../../content/programme.ts';
import { participants, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { noteFeedbackRead, saveAnswer, saveSection, submitPlan, withdrawSubmission } from './actions.ts';
import type { FieldOutcome } from './actions.ts';
import { fieldsGone, mentorPage, noPlanPage, overviewPage, problemWords, sectionPage } from './pages.ts';
import type { PlanFacts, RefusedField, SectionInput } from './pages.ts';
import { submissionPage, wholePage } from './pages-submission.ts';
import { findAnswers, findPlan, findSubmission } from './queries.ts';
import type { PlanAnswers, PlanOfLearner, PlanOverview } from './queries.ts';
import { evidenceRoutes } from './routes-evidence.ts';
import { AnswerForm, FieldParams, SectionForm, SectionParams, SubmissionParams } from './schemas.ts';

/** Whose plan it is, and with which material. `learner` is null for a test learner, of whom nothing is kept. */
type Owner = { place: Omit<PlanFacts, 'form'>; programme: Programme; versionId: string; learner: PlanOfLearner | null };
/** What a learner works on. */
type Work = Owner & { facts: PlanFacts };

/** Where the material has none: what was written once can still be read. */
const noForm: PlanForm = { title: 'Coaching plan', introduction: [], sections: [] };

const nothing: PlanOverview = { filled: new Set(), savedAt: null, evidence: [], submissions: [] };
const noAnswers: PlanAnswers = { answers: new Map(), filled: new Set(), waiting: null };

export const coachingPlans: FastifyPluginAsyncTypebox<Services> = async (app, services) => {
  const { sql, queues, programmes } = services;
  // What there is before a cohort is said at home.
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/'), 303)));

  app.get('/plan', { config: { access: participants } }, async (request, reply) => {
    const { viewer: { role, cohort }, at } = request;
    if (staff.some((name) => name === role)) return reply.redirect(at('/grading'), 303);
    if (role === 'mentor') return reply.page(mentorPage({ at, cohortName: cohort?.name ?? '' }));
    const work = await findWork(request);
    if (work) return reply.page(overviewPage({ facts: work.facts, ...(await overviewOf(work.learner)) }));
    const { learner } = await ownerOf(request);
    return reply.page(noPlanPage({ at, cohortName: cohort?.name ?? '', isBegun: (await overviewOf(learner)).filled.size > 0 }));
  });

  app.get('/plan/whole', { config: { access: ['learner'] } }, async (request, reply) => {
    const { place, learner, programme, versionId } = await ownerOf(request);
    const [{ answers, filled }, { evidence }] = learner ? await Promise.all([findAnswers(sql, learner, null), findPlan(sql, learner)]) : [noAnswers, nothing];
    if (!programme.plan && filled.size === 0) throw new NotFound();
    const facts = { ...place, form: programme.plan ?? noForm };
    const earlier = await earlierForms(facts.form, filled, { learner, versionId });
    return reply.page(wholePage({ facts, readerName: readerName(request), now: request.now, answers: new Map([...answers].map(([field, { text }]) => [field, text])), evidence, earlier }));
  });

  app.get('/plan/sections/:section', { schema: { params: SectionParams }, config: { access: ['learner'] } }, async (request, reply) => {
    const work = await workOf(request);
    return reply.page(sectionPage({ facts: work.facts, ...(await sectionOf(work, request.params.section)) }));
  });

  // One field, by the script of the page above: 200 when it is on the disk, 409 with the other text when somebody was quicker.
  app.post('/plan/sections/:section/fields/:field/answer', { schema: { params: FieldParams, body: AnswerForm }, config: { access: ['learner'] } }, async (request, reply) => {
    const { params, body } = request;
    const work = await workOf(request);
    const { learner } = work;
    const field = (await fieldsFor(work, params.section, [params.field])).find(({ key }) => key === params.field);
    if (!field) throw new NotFound();
    const { text, problem } = readAnswer(field.kind, body.text);
    if (problem) return reply.code(422).send({ problem: problemWords(problem, field.kind, text) });
    if (!learner) return { version: body.version, isKept: false };
    const saved = await saveAnswer(sql, learner, { field: answerKey(params.section, field.key), text, version: body.version }, request.now);
    return saved.outcome === 'stored' ? { version: saved.version, isKept: true } : reply.code(409).send({ version: saved.version, text: saved.text });
  });

  app.post('/plan/sections/:section/answers', { schema: { params: SectionParams, body: SectionForm }, config: { access: ['learner'] } }, async (request, reply) => {
    const work = await workOf(request);
    const { section: key } = request.params;
    const asked = Object.keys(request.body).flatMap((name) => (name.startsWith('answer.') ? [name.slice('answer.'.length)] : []));
    const typed = { key, fields: await fieldsFor(work, key, asked) };
    const outcomes = work.learner ? await saveSection(sql, work.learner, typedFields(typed, request.body), request.now) : new Map<string, FieldOutcome>();
    const section = work.facts.form.sections.find((one) => one.key === key);
    if (!section) return reply.redirect(request.at('/plan'), 303);
    const refused = refusedOf(section, outcomes);
    if (refused.size === 0) return reply.redirect(request.at(`/plan/sections/${section.key}`), 303);
    const status = refused.values().some(({ problem }) => problem) ? 422 : 409;
    return reply.code(status).page(sectionPage({ facts: work.facts, ...(await sectionOf(work, section.key)), refused }));
  });

  app.post('/plan/submission', { config: { access: ['learner'] } }, async (request, reply) => {
    const work = await workOf(request);
    if (!work.learner) return reply.redirect(request.at('/plan'), 303);
    const outcome = await submitPlan({ pool: sql, queues }, request.viewer, work.learner, { form: work.facts.form, versionId: work.versionId, maximum: maximumOf(work.programme) }, request.now);
    switch (outcome.outcome) {
      case 'submitted': case 'waiting': return reply.redirect(request.at(`/plan/submissions/${outcome.number}`), 303);
      case 'missing': return reply.code(422).page(overviewPage({ facts: work.facts, ...(await overviewOf(work.learner)), problem: { kind: 'missing' } }));
      case 'refused': return reply.redirect(request.at('/plan#hand-in'), 303);   // it says why
    }
  });

  app.get('/plan/submissions/:number', { schema: { params: SubmissionParams }, config: { access: ['learner'] } }, async (request, reply) => {
    const { submission, page } = await submissionOf(request);
    if (submission.decision?.isRead === false) await noteFeedbackRead(sql, submission.id, request.now);
    return reply.page(page());
  });

  app.post('/plan/submissions/:number/withdrawal', { schema: { params: SubmissionParams }, config: { access: ['learner'] } }, async (request, reply) => {
    const { learner, programme } = await ownerOf(request);
    if (!learner) throw new NotFound();
    const { number } = request.params;
    const isWithdrawn = await withdrawSubmission({ pool: sql, queues }, request.viewer, learner, { number, maximum: maximumOf(programme) }, request.now);
    const { submission, page } = await submissionOf(request);
    if (isWithdrawn || submission.state === 'withdrawn') return reply.redirect(request.at(`/plan/submissions/${number}`), 303);
    return reply.code(409).page(page(true));
  });

  await app.register(evidenceRoutes, { services, workOf, overviewOf });

  async function ownerOf({ viewer, at }: FastifyRequest): Promise<Owner> {
    const { cohort, personId, testUser, english } = viewer;
    if (!cohort) throw new NotFound();
    const learner = testUser || personId === null ? null : { cohortId: cohort.id, personId };
    return { place: { at, cohort, english, mark: learner && deviceMark('plan', learner) }, programme: await programmes.find(cohort.programmeVersionId), versionId: cohort.programmeVersionId, learner };
  }

  /** The viewer's plan; null where the material of the cohort has none. */
  async function findWork(request: FastifyRequest): Promise<Work | null> {
    const owner = await ownerOf(request);
    return owner.programme.plan ? { ...owner, facts: { ...owner.place, form: owner.programme.plan } } : null;
  }

  /**
   * The fields of a section that a request may write in: those of the form, and of those that it names the ones that an
   * earlier form had. Whoever had the page open when the form changed loses nothing of what they were writing, nor of the
   * first words that they write there: a name is looked up whether or not the plan has an answer under it.
   */
  async function fieldsFor({ facts: { form }, versionId, learner }: Work, section: string, asked: readonly string[]): Promise<PlanField[]> {
    const fields = form.sections.find(({ key }) => key === section)?.fields;
    const unknown = new Set(asked).difference(new Set(fields?.map(({ key }) => key)));
    if (unknown.size === 0 && fields) return fields;
    const earlier = learner ? (await formsEver(versionId)).flatMap(({ sections }) => sections.filter(({ key }) => key === section)) : [];
    if (!fields && earlier.length === 0) throw new NotFound();
    // However many names a request makes up, the forms are gone through once; the newest that asked a question says how.
    const found = new Map<string, PlanField>();
    for (const field of earlier.flatMap((one) => one.fields)) if (unknown.has(field.key) && !found.has(field.key)) found.set(field.key, field);
    return [...fields ?? [], ...found.values()];
  }

  /** Every form of the plan that the programme ever had, the newest first. */
  async function formsEver(versionId: string): Promise<PlanForm[]> {
    return (await programmes.history(versionId)).flatMap(({ plan }) => plan ?? []);
  }

  /** Forms that name what stands in a plan under questions that its own does not ask. */
  async function earlierForms(form: PlanForm, filled: Iterable<string>, { learner, versionId }: Pick<Owner, 'learner' | 'versionId'>): Promise<PlanForm[]> {
    return learner && fieldsGone(form, filled).length > 0 ? formsEver(versionId) : [];
  }

  async function workOf(request: FastifyRequest): Promise<Work> {
    const work = await findWork(request);
    if (!work) throw new NotFound();
    return work;
  }

  async function overviewOf(learner: PlanOfLearner | null): Promise<PlanOverview> {
    return learner ? findPlan(sql, learner) : nothing;
  }

  async function sectionOf({ facts, learner }: Work, key: string): Promise<Omit<SectionInput, 'facts'>> {
    const section = findSection(facts.form, key);
    return { section, ...(learner ? await findAnswers(sql, learner, section.fields.map((field) => answerKey(key, field.key))) : noAnswers) };
  }

  async function submissionOf(request: FastifyRequest<{ Params: { number: number } }>) {
    const { place, learner, versionId } = await ownerOf(request);
    if (!learner) throw new NotFound();
    const submission = await findSubmission(sql, learner, request.params.number);
    // The form that was filled in, and the rubric that graded it, whatever the cohort has now.
    const [{ plan }, { rubric = null }] = await Promise.all([programmes.find(submission.versionId ?? versionId), programmes.find(submission.decision?.versionId ?? versionId)]);
    const facts = { ...place, form: plan ?? noForm };
    const earlier = await earlierForms(facts.form, submission.answers.keys(), { learner, versionId });
    const page = (isTooLate = false) => submissionPage({ facts, rubric, readerName: readerName(request), now: request.now, submission, earlier, isTooLate });
    return { submission, page };
  }
};

function findSection(form: PlanForm, key: string): PlanSection {
  const section = form.sections.find((candidate) => candidate.key === key);
  if (!section) throw new NotFound();
  return section;
}

/** The fields of a section as its form sent them. A field whose answer alone is absent was emptied: forms drop what is empty. One that the page did not have at all, because it is older, is left alone. */
function typedFields(section: Pick<PlanSection, 'key' | 'fields'>, body: Record<string, string | string[]>) {
  const one = (name: string) => [body[name]].flat()[0];
  return section.fields.filter(({ key }) => ['answer', 'version', 'loaded'].some((name) => body[`${name}.${key}`] !== undefined)).map(({ key, kind }) => {
    const version = Number(one(`version.${key}`) ?? 0);
    return {
      field: answerKey(section.key, key), kind, typed: one(`answer.${key}`), loaded: one(`loaded.${key}`) ?? '', keepsOther: one(`keep.${key}`) === 'other',
      version: Number.isInteger(version) && version >= 0 && version < 2 ** 31 - 1 ? version : 0,
    };
  });
}

function refusedOf(section: PlanSection, outcomes: ReadonlyMap<string, FieldOutcome>): NonNullable<SectionInput['refused']> {
  const refused = new Map<string, RefusedField>();
  for (const { key } of section.fields) {
    const outcome = outcomes.get(answerKey(section.key, key));
    if (outcome?.outcome === 'changed') refused.set(key, { typed: outcome.typed, stored: { text: outcome.stored, version: outcome.version } });
    if (outcome?.outcome === 'problem') refused.set(key, { typed: outcome.typed, problem: outcome.problem });
  }
  return refused;
}

/** The most points that a plan can get. */
function maximumOf({ rubric }: Programme): number {
  return rubric ? rubric.criteria.reduce((sum, { maximum }) => sum + maximum, 0) : 100;
}

const readerName = ({ viewer }: FastifyRequest): string => viewer.name ?? 'a learner';
