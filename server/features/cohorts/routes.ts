// The cohort of this course: starting it, joining one, its settings, and how everybody is getting on.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { daysOf, listMarks, listSessions } from '../../attendance-standing.ts';
import { decideCohort, proposeCohort } from '../../domain/new-cohort.ts';
import { listLearners } from '../../learner-facts.ts';
import { profileOf } from '../../lti/lms-profiles.ts';
import { deciders, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { assignmentsOf } from '../../plugins/open-weeks.ts';
import type { ViewerCohort } from '../../plugins/sign-in.ts';
import type { Services } from '../../services.ts';
import { changeCohort, joinCohort, joinCohortByCode, joinCopiedCohort, noteCopyIsNew, startCohort } from './actions.ts';
import type { LinkDecision } from './actions.ts';
import { cohortCsv } from './csv.ts';
import { cohortPage, cohortsPage, copyPage, settingsPage, startPage } from './pages.ts';
import type { CohortFormField, CohortFormValues, SettingsInput, SettingsValues } from './pages.ts';
import { countForCohort, findCohortSetting, findOptionalCohortFor, findOptionalCourseCopy, findOptionalLastZone, findOptionalWaitingChoice, listCohortsFor } from './queries.ts';
import { CohortParams, CohortQuery, CopyForm, LinkForm, SettingsForm, StartForm } from './schemas.ts';

export const cohorts: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  app.get('/cohort', { schema: { querystring: CohortQuery }, config: { access: staff } }, async (request, reply) => {
    const { at, query, viewer } = request;
    if (viewer.cohort) return reply.page(await cohortPageFor(request, viewer.cohort, query));
    if (!viewer.context) return reply.redirect(at('/cohorts'), 303);
    // Assistants cannot start one: features/learning tells them so, as it tells learners.
    return reply.redirect(at(deciders.some((role) => role === viewer.role) ? '/cohort/start' : '/'), 303);
  });

  app.get('/cohort.csv', { config: { access: staff } }, async (request, reply) => {
    const { at, now, viewer: { cohort } } = request;
    if (!cohort) return reply.redirect(at('/cohort'), 303);
    const [programme, learners, sessions, marks] = await Promise.all([
      programmes.find(cohort.programmeVersionId), listLearners(sql, cohort.id, now), listSessions(sql, cohort.id), listMarks(sql, cohort.id, null),
    ]);
    const weeks = programme.weeks.map(({ number, material, check }) => ({ number, sectionsTotal: material?.sections.length ?? 0, hasCheck: check !== undefined }));
    const csv = cohortCsv({ now, cohort, learners, weeks, marks, days: daysOf(programme, sessions), completion: programme.completion ?? null, assignments: assignmentsOf(programme) });
    return reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="learners.csv"').send(csv);
  });

  app.get('/cohort/start', { config: { access: deciders } }, async (request, reply) => {
    if (request.viewer.cohort || !request.viewer.context) return reply.redirect(request.at('/cohort'), 303);
    const copy = await findOptionalCourseCopy(sql, request.viewer);
    if (copy) return reply.page(copyPage({ at: request.at, english: request.viewer.english, courseTitle: request.viewer.context.title, copy }));
    return sendStartPage(request, reply, await proposal(request), {});
  });

  // Asked once about a course that was copied: what is said here is not asked again.
  app.post('/cohort/copy', { schema: { body: CopyForm }, config: { access: deciders } }, async (request, reply) => {
    const { at, body, now, viewer } = request;
    const copy = await findOptionalCourseCopy(sql, viewer);
    if (!copy) return reply.redirect(at('/cohort'), 303);
    if (body.decision === undefined) return reply.code(422).page(copyPage({ at, english: viewer.english, courseTitle: viewer.context?.title ?? null, copy, missing: true }));
    if (body.decision === 'same') {
      const outcome = await joinCopiedCohort(sql, viewer, now);
      if (!outcome.linked && outcome.reason === 'unknown') throw new NotFound();
      return afterLink(request, reply, outcome, 'joined');
    }
    await noteCopyIsNew(sql, viewer, now);
    return reply.redirect(at('/cohort/start'), 303);
  });

  app.post('/cohort', { schema: { body: StartForm }, config: { access: deciders } }, async (request, reply) => {
    const decision = decideCohort(request.body, request.now.toZonedDateTimeISO('UTC').toPlainDate());
    if (!decision.good) return sendStartPage(request, reply.code(422), request.body, decision.errors);
    const outcome = await startCohort(sql, request.viewer, programmes.current, decision.cohort, request.now);
    return afterLink(request, reply, outcome, 'started');
  });

  app.post('/cohort/link', { schema: { body: LinkForm }, config: { access: deciders } }, async (request, reply) => {
    const { code, cohort } = request.body;
    const chooses = request.viewer.role === 'administrator' && cohort !== undefined;
    if (!chooses && code === undefined) {
      const field = request.viewer.role === 'administrator' ? 'cohort' : 'code';
      const words = field === 'code' ? 'Type the code that the cohort’s faculty gave you.' : 'Choose a cohort from the list.';
      return sendStartPage(request, reply.code(422), { ...(await proposal(request)), ...request.body }, { [field]: words });
    }
    const outcome = chooses
      ? await joinCohort(sql, request.viewer, cohort, request.now)
      : await joinCohortByCode(sql, request.viewer, code ?? '', request.now);
    if (!outcome.linked && outcome.reason === 'unknown') {
      const words = chooses ? 'That cohort is no longer there. Choose another.' : 'No cohort of your organisation has this code. Check it with the faculty who gave it to you.';
      return sendStartPage(request, reply.code(422), { ...(await proposal(request)), ...request.body }, { [chooses ? 'cohort' : 'code']: words });
    }
    return afterLink(request, reply, outcome, 'joined');
  });

  app.get('/cohort/settings', { config: { access: deciders } }, async (request, reply) => {
    const { cohort } = request.viewer;
    return cohort ? sendSettingsPage(request, reply, cohort) : reply.redirect(request.at('/cohort'), 303);
  });

  app.post('/cohort/settings', { schema: { body: SettingsForm }, config: { access: deciders } }, async (request, reply) => {
    if (!request.viewer.cohort) throw new NotFound();
    return changeSettings(request, reply, request.viewer.cohort, request.body);
  });

  app.get('/cohorts', { config: { access: ['administrator', 'operator'] } }, async (request, reply) => {
    const { at, now, viewer } = request;
    return reply.page(cohortsPage({ at, english: viewer.english, now, organisationName: viewer.organisation?.name ?? 'All organisations', cohorts: await listCohortsFor(sql, viewer) }));
  });

  app.get('/cohorts/:cohort', { schema: { params: CohortParams, querystring: CohortQuery }, config: { access: ['administrator', 'operator'] } }, async (request, reply) => {
    const cohort = await findOptionalCohortFor(sql, request.viewer, request.params.cohort);
    if (!cohort) throw new NotFound();
    return reply.page(await cohortPageFor(request, cohort, request.query));
  });

  app.get('/cohorts/:cohort/settings', { schema: { params: CohortParams }, config: { access: ['administrator', 'operator'] } }, async (request, reply) => {
    const cohort = await findOptionalCohortFor(sql, request.viewer, request.params.cohort);
    if (!cohort) throw new NotFound();
    return sendSettingsPage(request, reply, cohort);
  });

  app.post('/cohorts/:cohort/settings', { schema: { params: CohortParams, body: SettingsForm }, config: { access: ['administrator', 'operator'] } }, async (request, reply) => {
    const cohort = await findOptionalCohortFor(sql, request.viewer, request.params.cohort);
    if (!cohort) throw new NotFound();
    return changeSettings(request, reply, cohort, request.body);
  });

  async function cohortPageFor(request: FastifyRequest, cohort: ViewerCohort, { page, notice }: Static<typeof CohortQuery>) {
    const { at, now, viewer } = request;
    const [programme, learners, setting, { scores, formsWaiting, plansWaiting }] = await Promise.all([
      programmes.find(cohort.programmeVersionId), listLearners(sql, cohort.id, now), findCohortSetting(sql, cohort.id), countForCohort(sql, cohort.id),
    ]);
    return cohortPage({
      at, english: viewer.english, now, page, notice: notice ?? null,
      learners: learners.map(({ plan, ...learner }) => ({ ...learner, plan: plan.state })),
      completion: programme.completion ?? null,
      assignments: assignmentsOf(programme),
      path: pathOf(request, cohort),
      reader: viewer.role as 'faculty' | 'assistant' | 'administrator' | 'operator',
      cohort: { name: cohort.name, startsOn: cohort.startsOn, timeZone: cohort.timeZone, breaks: cohort.breaks, programmeTitle: programme.title },
      weeks: programme.weeks.map(({ number, material }) => ({ number, sectionsTotal: material?.sections.length ?? 0 })),
      scores: pathOf(request, cohort) === '/cohort' ? scores : null,
      formsWaiting: pathOf(request, cohort) === '/cohort' ? formsWaiting : null,
      plansWaiting: pathOf(request, cohort) === '/cohort' ? plansWaiting : null,
      joinCode: setting.joinCode,
      courses: setting.courses.map(({ id, title, platform, lms, offersRoster, roster }) => ({ title, platform, lms: profileOf(lms).name, offersRoster, roster, isOwn: id === viewer.context?.id })),
    });
  }

  async function changeSettings(request: FastifyRequest, reply: FastifyReply, cohort: ViewerCohort, form: Static<typeof SettingsForm>) {
    const loaded = { name: form.loadedName, startsOn: form.loadedStartsOn, timeZone: form.loadedTimeZone };
    const decision = decideCohort(form, request.now.toZonedDateTimeISO('UTC').toPlainDate(), cohort.startsOn);
    if (!decision.good) return sendSettingsPage(request, reply.code(422), cohort, { values: form, loaded, errors: decision.errors });
    const outcome = await changeCohort(sql, request.viewer, cohort.id, { settings: decision.cohort, loaded }, request.now);
    if (outcome.changed) return reply.redirect(request.at(`${pathOf(request, cohort)}?notice=changed`), 303);
    if (outcome.reason === 'unknown') throw new NotFound();
    const saved = textOf(outcome.saved);
    return sendSettingsPage(request, reply.code(409), cohort, { values: textOf(decision.cohort), loaded: saved, saved });
  }

  async function sendSettingsPage(request: FastifyRequest, reply: FastifyReply, cohort: ViewerCohort, { values, loaded, errors = {}, saved = null }: Partial<SettingsInput> = {}) {
    const standing = textOf(cohort);
    const attendance = { isOn: (await findCohortSetting(sql, cohort.id)).attendanceColumn, cohort: pathOf(request, cohort) === '/cohort' ? null : cohort.id };
    return reply.page(settingsPage({ at: request.at, english: request.viewer.english, path: pathOf(request, cohort), cohortName: cohort.name, values: values ?? standing, loaded: loaded ?? standing, errors, saved, attendance }));
  }

  async function afterLink(request: FastifyRequest, reply: FastifyReply, outcome: LinkDecision, notice: 'started' | 'joined') {
    // Who came to choose content for the course goes on choosing.
    const choice = await findOptionalWaitingChoice(sql, request.viewer, request.now);
    const path = choice === null ? '/cohort' : `/deep-linking/${choice}`;
    // Somebody else linked the course a moment ago: its cohort page says which one it is.
    return reply.redirect(request.at(outcome.linked ? `${path}?notice=${notice}` : path), 303);
  }

  /** What stands in the form for a new cohort before anybody typed. */
  async function proposal({ viewer, now }: FastifyRequest) {
    const likelyZone = await findOptionalLastZone(sql, viewer);
    return proposeCohort({ courseTitle: viewer.context?.title ?? null, programmeTitle: programmes.current.programme.title, likelyZone }, now);
  }

  async function sendStartPage(request: FastifyRequest, reply: FastifyReply, values: Partial<CohortFormValues>, errors: Partial<Record<CohortFormField, string>>) {
    const { at, viewer } = request;
    const cohortsOfOrganisation = viewer.role === 'administrator' ? await listCohortsFor(sql, viewer) : [];
    return reply.page(startPage({
      at, english: viewer.english, values, errors, cohorts: cohortsOfOrganisation,
      reader: viewer.role as 'faculty' | 'administrator',
      courseTitle: viewer.context?.title ?? null,
      programmeTitle: programmes.current.programme.title,
    }));
  }
};

/** Where a cohort's page stands for this reader. */
function pathOf({ viewer }: FastifyRequest, { id }: ViewerCohort): string {
  return id === viewer.cohort?.id ? '/cohort' : `/cohorts/${id}`;
}

/** Settings as a form's fields hold them. */
function textOf({ name, startsOn, timeZone }: { name: string; startsOn: Temporal.PlainDate; timeZone: string }): SettingsValues {
  return { name, startsOn: String(startsOn), timeZone };
}
