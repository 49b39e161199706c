// Coaching plans that were handed in: the queue, one on the desk with the rubric beside it, drafts and decisions.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Rubric } from '../../content/programme.ts';
import { decisionProblem, fitAssessment, longestComment, readAssessment } from '../../domain/rubric.ts';
import type { RubricAssessment, TypedAssessment } from '../../domain/rubric.ts';
import { deciders, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { findOptionalScore } from '../../score-standing.ts';
import type { Services } from '../../services.ts';
import { correctGrade, decide, openSubmission, saveDraft } from './actions.ts';
import type { DraftInput } from './actions.ts';
import { deskPage } from './desk.ts';
import type { DeskInput, RefusedForm } from './desk.ts';
import { draftAnswer, draftRefusal } from './draft-answer.ts';
import { nothingHandedInPage, queuePage, stateOf } from './pages.ts';
import { countSubmissions, findLatestFor, findOptionalAssistantDraft, findOptionalNext, findSubmissionFor, listQueue } from './queries.ts';
import { AdoptionForm, AssessmentForm, lines, NextQuery, one, PersonParams, QueueQuery, SubmissionParams, SubmissionQuery, typedAssessment, versionOf } from './schemas.ts';
import { SUBMISSIONS_PER_PAGE } from './submission.ts';

type FormBody = Record<string, string | string[]>;

export const grading: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes, queues }) => {
  // What there is before a cohort is said where a cohort is begun.
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at(viewer.role === 'learner' ? '/' : '/cohort'), 303)));

  app.get('/grading', { schema: { querystring: QueueQuery }, config: { access: staff } }, async (request, reply) => {
    const { now, query, viewer } = request;
    const filter = query.state ?? null;
    const part = { state: stateOf(filter), limit: SUBMISSIONS_PER_PAGE, offset: (query.page - 1) * SUBMISSIONS_PER_PAGE };
    const [counts, entries, { rubric }] = await Promise.all([countSubmissions(sql, viewer.cohort?.id ?? ''), listQueue(sql, viewer, part, now), programmeOf(request)]);
    return reply.page(queuePage({ ...placeOf(request), now, hasRubric: rubric !== undefined, counts, filter, page: query.page, entries, notice: query.notice ?? null }));
  });

  app.get('/grading/next', { schema: { querystring: NextQuery }, config: { access: staff } }, async (request, reply) => {
    const after = request.query.after ?? null;
    const next = await findOptionalNext(sql, request.viewer, after, request.now);
    return reply.redirect(request.at(next ? `/grading/submissions/${next}` : `/grading?notice=${after ? 'last' : 'none'}`), 303);
  });

  // Where an LMS's submission review lands (rules 67 to 69). A learner is led to what was said about the own plan.
  app.get('/grading/of/:person', { schema: { params: PersonParams }, config: { access: [...staff, 'learner'] } }, async (request, reply) => {
    const { params: { person }, viewer, at } = request;
    const isLearner = viewer.role === 'learner';
    if (isLearner && viewer.personId !== person.toLowerCase()) throw new NotFound();
    const latest = await findLatestFor(sql, viewer, person, { onlyDecided: isLearner });
    if (isLearner) return reply.redirect(at(latest.number === null ? '/plan' : `/plan/submissions/${latest.number}`), 303);
    return latest.id === null ? reply.page(nothingHandedInPage({ at, name: latest.name })) : reply.redirect(at(`/grading/submissions/${latest.id}`), 303);
  });

  app.get('/grading/submissions/:submission', { schema: { params: SubmissionParams, querystring: SubmissionQuery }, config: { access: staff } }, async (request, reply) => {
    await openSubmission(sql, request.viewer, request.params.submission, request.now);
    return reply.page(deskPage({ ...await deskOf(request), notice: request.query.notice ?? null }));
  });

  // Autosave asks for JSON; a form without JavaScript gets pages.
  app.post('/grading/submissions/:submission/draft', { schema: { params: SubmissionParams, body: AssessmentForm }, config: { access: staff } }, async (request, reply) => {
    const { params: { submission }, viewer, now, at, body } = request;
    const { rubric, typed, assessment, kept, problems, version } = await readForm(request, body);
    const outcome = await saveDraft(sql, viewer, submission, { assessment: kept, version }, now);
    if (!outcome.saved) await findSubmissionFor(sql, viewer, submission);   // not there at all: 404
    const because = !outcome.saved ? 'conflict' : outcome.state === 'submitted' ? null : outcome.state === 'withdrawn' ? 'withdrawn' : 'already';
    const place = at(`/grading/submissions/${submission}`);
    if (request.headers.accept === 'application/json') {
      if (because !== null) return reply.code(409).send(draftRefusal(because, place));
      const answer = draftAnswer({ place: placeOf(request), rubric, assessment, problems, version: outcome.saved ? outcome.version : version, now });
      return reply.code(problems.length > 0 ? 422 : 200).send(answer);
    }
    if (because === null && problems.length === 0) return reply.redirect(`${place}#rubric`, 303);
    return reply.code(because ? 409 : 422).page(deskPage({ ...await deskOf(request, kept), refused: { typed, assessment, kept, problems, because } }));
  });

  app.post('/grading/submissions/:submission/draft/adoption', { schema: { params: SubmissionParams, body: AdoptionForm }, config: { access: deciders } }, async (request, reply) => {
    const { params: { submission }, body: { grader, version }, viewer, now, at } = request;
    const assessment = await findOptionalAssistantDraft(sql, viewer, submission, grader);
    if (!assessment) throw new NotFound();
    const outcome = await saveDraft(sql, viewer, submission, { assessment, version: versionOf(version) }, now);
    if (outcome.saved) return reply.redirect(at(`/grading/submissions/${submission}?notice=taken-over`), 303);
    return reply.code(409).page(deskPage({ ...await deskOf(request), refused: { typed: typedOf(assessment), assessment, problems: [], because: 'conflict' } }));
  });

  app.post('/grading/submissions/:submission/decision', { schema: { params: SubmissionParams, body: AssessmentForm }, config: { access: deciders } }, async (request, reply) => {
    const { params: { submission }, viewer, now, at, body } = request;
    const decision = one(body, 'decision') === 'returned' ? 'returned' : 'released';
    const { rubric, typed, assessment, kept, problems, version } = await readForm(request, body);
    const isByOther = await isOfOther(request, body);
    const waits = problems.length > 0 ? 'faulty' : decisionProblem(decision, rubric, assessment);
    const refuse = async (because: RefusedForm['because'], status: number) => {
      // What was written is kept, whatever keeps the decision back; only another window's draft is not overwritten by it.
      const isKept = because !== 'conflict' && (await saveDraft(sql, viewer, submission, { assessment: kept, version }, now)).saved;
      const isConflict = !isKept && (status === 422 || because === 'other-rubric');
      return reply.code(isConflict ? 409 : status).page(deskPage({ ...await deskOf(request, kept), refused: { typed, assessment, kept, problems, isByOther, because: isConflict ? 'conflict' : because } }));
    };
    if (isByOther || waits !== null) {
      const { state } = await findSubmissionFor(sql, viewer, submission);
      // Nobody decides by levels and ranges that the page did not show, nor are words lost that the rubric has no place for.
      if (state === 'submitted' && isByOther) return refuse('other-rubric', 409);
      if (state === 'submitted') return refuse(waits === 'faulty' ? null : waits, 422);
      return refuse(state === 'withdrawn' ? 'withdrawn' : 'already', 409);
    }
    const outcome = await decide({ pool: sql, queues }, viewer, submission, rubric, { decision, assessment, version }, now);
    return outcome === 'decided' ? reply.redirect(at(`/grading/submissions/${submission}?notice=${decision}`), 303) : refuse(outcome, 409);
  });

  app.get('/grading/submissions/:submission/correction', { schema: { params: SubmissionParams }, config: { access: deciders } }, async (request, reply) => {
    const desk = await deskOf(request);
    const grade = desk.submission.grade;
    if (desk.submission.state !== 'released' || !grade || !desk.rubric) return reply.redirect(request.at(`/grading/submissions/${request.params.submission}`), 303);
    return reply.page(deskPage({ ...desk, correcting: { reason: '', decidedAt: String(grade.decidedAt) } }));
  });

  app.post('/grading/submissions/:submission/correction', { schema: { params: SubmissionParams, body: AssessmentForm }, config: { access: deciders } }, async (request, reply) => {
    const { params: { submission }, viewer, now, at, body } = request;
    const by = await correctedBy(request);
    const { rubric, typed, assessment, kept, problems } = await readForm(request, body, by.rubric);
    const reason = (lines(one(body, 'reason')) ?? '').trim().slice(0, 1_000).toWellFormed();
    const decidedAt = momentOf(one(body, 'decidedAt'));
    const correcting = { reason, decidedAt: decidedAt ? String(decidedAt) : '' };
    const refuse = async (because: RefusedForm['because'], status: number) => {
      const desk = await deskOf(request, kept);
      // The form goes on from the grade that stands now, which the page shows beside what was typed.
      const decided = desk.submission.grade ? String(desk.submission.grade.decidedAt) : '';
      return reply.code(status).page(deskPage({ ...desk, correcting: { ...correcting, decidedAt: because === 'already' ? decided : correcting.decidedAt }, refused: { typed, assessment, kept, problems, because } }));
    };
    // A grade keeps its rubric, so a form that does not say by which it was made is of this one.
    if ((one(body, 'rubricVersion') ?? by.versionId) !== by.versionId) return refuse('other-rubric', 409);
    const waits = problems.length > 0 ? 'faulty' : decisionProblem('released', rubric, assessment) ?? (reason === '' ? 'no-reason' : null);
    if (waits !== null) {
      await findSubmissionFor(sql, viewer, submission);
      return refuse(waits === 'faulty' || waits === 'no-comment' ? null : waits, 422);
    }
    switch (decidedAt ? await correctGrade({ pool: sql, queues }, viewer, submission, rubric, { assessment, reason, decidedAt }, now) : 'already') {
      case 'corrected': return reply.redirect(at(`/grading/submissions/${submission}?notice=corrected`), 303);
      case 'not-released': return reply.redirect(at(`/grading/submissions/${submission}`), 303);
      case 'already': return refuse('already', 409);
    }
  });

  /** The cohort's material, or an earlier version of it. */
  async function programmeOf({ viewer }: FastifyRequest, versionId?: string | null) {
    if (!viewer.cohort) throw new NotFound();
    return programmes.find(versionId ?? viewer.cohort.programmeVersionId);
  }

  function placeOf({ at, viewer }: FastifyRequest) {
    if (!viewer.cohort) throw new NotFound();
    return { at, english: viewer.english, cohort: viewer.cohort };
  }

  /** The rubric that a submission was graded by; that of the cohort where it is not graded. */
  async function correctedBy(request: FastifyRequest<{ Params: { submission: string } }>): Promise<{ rubric: Rubric | undefined; versionId: string | undefined }> {
    const { grade } = await findSubmissionFor(sql, request.viewer, request.params.submission);
    return { rubric: (await programmeOf(request, grade?.versionId)).rubric, versionId: grade?.versionId ?? request.viewer.cohort?.programmeVersionId };
  }

  /**
   * Whether a form was made with another rubric than the one that it would be decided by. A form that does not say with
   * which is of a page that was opened before pages said so; that is no older than what was handed in, so it is of the
   * cohort's material where that is the same still. Where it is not, the grader looks at it once more.
   */
  async function isOfOther(request: FastifyRequest<{ Params: { submission: string } }>, body: FormBody): Promise<boolean> {
    const current = request.viewer.cohort?.programmeVersionId;
    const said = one(body, 'rubricVersion');
    if (said !== undefined) return said !== current;
    return ((await findSubmissionFor(sql, request.viewer, request.params.submission)).versionId ?? current) !== current;
  }

  /** Everything that a submission's page shows, for this reader; with what they posted, where that was refused. */
  async function deskOf(request: FastifyRequest<{ Params: { submission: string } }>, posted?: RubricAssessment): Promise<DeskInput> {
    const { now, params, viewer } = request;
    const [submission, counts] = await Promise.all([findSubmissionFor(sql, viewer, params.submission), countSubmissions(sql, viewer.cohort?.id ?? '')]);
    // The form that was filled in, and the rubric of the grade, whatever the cohort has now.
    const [{ plan }, { rubric }] = await Promise.all([programmeOf(request, submission.versionId), programmeOf(request, submission.grade?.versionId)]);
    const isLeft = (said: RubricAssessment | undefined) => rubric && said && fitAssessment(rubric, said).left.length > 0;
    const draft = ['submitted', 'withdrawn'].includes(submission.state) ? submission.draft?.assessment : undefined;
    const earlier = isLeft(draft) || isLeft(posted) ? await rubricsEver(request) : [];
    const score = submission.state !== 'released' ? null : await findOptionalScore(sql, {
      personId: submission.learner.personId, cohortId: viewer.cohort?.id ?? '', contextId: viewer.context?.id ?? null, resourceId: 'coaching-plan', tag: 'coaching-plan',
    });
    const mayDecide = viewer.personId !== null && deciders.some((role) => role === viewer.role);
    return { ...placeOf(request), now, reader: { role: viewer.role, personId: viewer.personId, mayDecide }, submission, counts, plan, rubric, rubricVersion: submission.grade?.versionId ?? viewer.cohort?.programmeVersionId ?? '', earlier, score };
  }

  /** Every rubric that the programme ever had, the newest first. */
  async function rubricsEver({ viewer }: FastifyRequest): Promise<Rubric[]> {
    return viewer.cohort ? (await programmes.history(viewer.cohort.programmeVersionId)).flatMap(({ rubric }) => rubric ?? []) : [];
  }

  /** What a grader typed, read by a rubric: the cohort's, or the one that a grade was given by. Without one, or without a person to grade as, there is nothing to post to. */
  async function readForm(request: FastifyRequest, body: FormBody, by?: Rubric): Promise<DraftInput & Pick<RefusedForm, 'typed' | 'problems'> & { rubric: Rubric; /** For the draft: with what the form says about criteria that only an earlier rubric has. */ kept: RubricAssessment }> {
    const rubric = by ?? (await programmeOf(request)).rubric;
    if (!rubric || request.viewer.personId === null) throw new NotFound();
    const typed = typedAssessment(rubric, body);
    const read = readAssessment(rubric, typed);
    const known = new Set(rubric.criteria.map(({ key }) => key));
    // A page that was open when the rubric changed: what was written into it is not lost.
    const isOlder = Object.keys(body).some((name) => name.startsWith('comment.') && !known.has(name.slice('comment.'.length)));
    const earlier = isOlder ? new Set((await rubricsEver(request)).flatMap(({ criteria }) => criteria.map(({ key }) => key))).difference(known) : [];
    const said = [...earlier].flatMap((key) => {
      const comment = (lines(one(body, `comment.${key}`)) ?? '').trim().slice(0, longestComment.criterion).toWellFormed();
      return comment === '' ? [] : [[key, { level: null, points: null, comment }] as const];
    });
    const kept = { ...read.assessment, criteria: { ...Object.fromEntries(said), ...read.assessment.criteria } };
    return { rubric, typed, ...read, kept, version: versionOf(one(body, 'version')) };
  }
};

/** As somebody would have typed it. */
function typedOf({ criteria, comment }: RubricAssessment): TypedAssessment {
  return { comment, criteria: Object.fromEntries(Object.entries(criteria).map(([key, { level, points, comment: text }]) => [key, { level: level ?? undefined, points: points === null ? undefined : String(points), comment: text }])) };
}

function momentOf(typed: string | undefined): Temporal.Instant | null {
  try {
    return typed === undefined ? null : Temporal.Instant.from(typed);
  } catch {
    return null;
  }
}
