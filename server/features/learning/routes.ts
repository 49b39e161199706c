// A learner's home and weeks; the same weeks as faculty, assistants, administrators and mentors see them.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { nextStep } from '../../domain/week-schedule.ts';
import type { Programme, ProgrammeWeek } from '../../content/programme.ts';
import { rememberCohortNews } from '../../cohort-news.ts';
import { deciders, participants } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { openWeeks, scheduled } from '../../plugins/open-weeks.ts';
import type { OpenWeeks } from '../../plugins/open-weeks.ts';
import type { Progress } from '../../plugins/progress.ts';
import { eligibilityStandingOf } from '../../eligibility-standing.ts';
import { checkStandingOf } from '../../learner-standing.ts';
import { findOptionalScore } from '../../score-standing.ts';
import type { Services } from '../../services.ts';
import { completeSection, keepPlace, removeCompletion } from './actions.ts';
import { homePage, lockedWeekPage, notYetPage, sectionAfter, weekPage } from './pages.ts';
import type { CheckInput, HomeNews, Reader } from './pages.ts';
import { homeFacts, homeNews } from './queries.ts';
import type { HomeFacts } from './queries.ts';
import { PlaceForm, SectionParams, WeekParams, WeekQuery } from './schemas.ts';

export const learning: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  const newsOf = rememberCohortNews(sql);

  // Without a cohort there is nothing to learn yet. Who may start one is led there, the others are told what will be.
  app.addHook('preHandler', async (request, reply) => {
    const { viewer, at } = request;
    if (viewer.cohort) return;
    if (deciders.some((role) => role === viewer.role)) return reply.redirect(at('/cohort'), 303);
    return reply.page(notYetPage({ at, courseTitle: viewer.context?.title ?? null, reader: viewer.role as 'learner' | 'assistant' | 'mentor' }));
  });

  app.get('/', { config: { access: participants, withProgress: true, facts: homeFacts } }, async (request, reply) => {
    const { cohort, programme, progress, statuses } = await readerOf(request);
    const next = nextStep(scheduled(programme), statuses, progress.done, progress.place);
    const { at, now, viewer } = request;
    return reply.page(homePage({ at, english: viewer.english, now, reader: readerKind(request), programme, cohort, statuses, done: progress.done, next, news: await newsFor(request, cohort.id), assignmentsDone: assignmentsDone(progress) }));
  });

  app.get('/weeks/:week', { schema: { params: WeekParams, querystring: WeekQuery }, config: { access: participants, withProgress: true } }, async (request, reply) => {
    const { cohort, programme, progress, statuses, mayOpen } = await readerOf(request);
    const isPreview = request.query.material === 'current' && readerKind(request) === 'staff';
    const week = findWeek(isPreview ? programmes.current.programme : programme, request.params.week);
    const { at, now, viewer } = request;
    if (!mayOpen(week.number)) return reply.code(403).page(lockedWeekPage({ at, english: viewer.english, now, programme, week, cohort, lock: statuses.find(({ number }) => number === week.number)?.lock ?? null }));
    const lastRead = progress.lastRead.get(week.number) ?? null;
    const tellsEligibility = readerKind(request) === 'learner' && viewer.personId !== null && [programme.weeks[0], programme.weeks.at(-1)].includes(week);
    const eligibility = tellsEligibility ? eligibilityStandingOf(progress.standing, progress.eligibilityRequired) : null;
    return reply.page(weekPage({ at, english: viewer.english, now, reader: readerKind(request), readerName: viewer.name ?? 'a learner', programme, week, isPreview, cohort, statuses, done: progress.done, lastRead, check: await checkOf(request, week), assignmentsDone: assignmentsDone(progress), eligibility }));
  });

  app.post('/weeks/:week/sections/:section/completion', { schema: { params: SectionParams }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const { week, subject } = await openSection(request, request.params.section);
    if (subject) await completeSection(sql, subject, request.now);
    return reply.redirect(request.at(`/weeks/${week.number}#${sectionAfter(week, request.params.section)}`), 303);
  });

  app.post('/weeks/:week/sections/:section/completion/removal', { schema: { params: SectionParams }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const { week, subject } = await openSection(request, request.params.section);
    if (subject) await removeCompletion(sql, subject);
    return reply.redirect(request.at(`/weeks/${week.number}#${request.params.section}`), 303);
  });

  app.post('/weeks/:week/place', { schema: { params: WeekParams, body: PlaceForm }, config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const { subject } = await openSection(request, request.body.section);
    if (subject) await keepPlace(sql, subject, request.now);
    return reply.code(204).send();
  });

  /** The cohort, its material and what this reader did; only a learner of whom things are kept has done anything. */
  async function readerOf(request: FastifyRequest): Promise<OpenWeeks & { programme: Programme; progress: Progress }> {
    const { cohort } = request.viewer;
    if (!cohort) throw new NotFound();
    const programme = await programmes.find(cohort.programmeVersionId);
    const weeks = openWeeks(request, programme);
    if (!weeks) throw new NotFound();
    return { ...weeks, programme, progress: request.progress };
  }

  /** What else home tells; null in a cohort that is nobody's, of which nothing is read. */
  async function newsFor({ viewer, facts, progress, now }: FastifyRequest, cohortId: string): Promise<HomeNews | null> {
    if (facts.length === 0) return null;
    const [version, read] = facts as HomeFacts;
    return homeNews(await newsOf(cohortId, version), { viewer, read, progress, now });
  }

  /** How far a learner is with the week's knowledge check; null where nothing is kept, or there is none. */
  async function checkOf(request: FastifyRequest, week: ProgrammeWeek): Promise<CheckInput | null> {
    const { viewer: { cohort, context, personId } } = request;
    if (!week.check || !cohort || personId === null || readerKind(request) !== 'learner') return null;
    const learner = { cohortId: cohort.id, personId, week: week.number };
    const standing = checkStandingOf(request.progress.standing, week.number);
    const score = standing.results.length > 0 ? await findOptionalScore(sql, { ...learner, contextId: context?.id ?? null, resourceId: `week-${week.number}`, tag: 'knowledge-check' }) : null;
    return { ...standing, score };
  }

  /** The section that a form speaks of, when its week is open to this reader; `subject` is null where nothing is kept. */
  async function openSection(request: FastifyRequest<{ Params: { week: number } }>, key: string) {
    const { cohort, programme, mayOpen } = await readerOf(request);
    const week = findWeek(programme, request.params.week);
    if (!week.material?.sections.some((section) => section.key === key) || !mayOpen(week.number)) throw new NotFound();
    const { personId } = request.viewer;
    return { week, subject: personId === null ? null : { cohortId: cohort.id, personId, week: week.number, section: key } };
  }
};

function readerKind({ viewer }: FastifyRequest): Reader {
  if (viewer.role === 'learner') return viewer.testUser ? 'test-learner' : 'learner';
  return viewer.role === 'mentor' ? 'mentor' : 'staff';
}

/** The keys of the assignments that the learner has done. */
function assignmentsDone({ standing: { assignments = [] } }: Progress): ReadonlySet<string> {
  return new Set(assignments);
}

function findWeek(programme: Programme, number: number): ProgrammeWeek {
  const week = programme.weeks.find((candidate) => candidate.number === number);
  if (!week) throw new NotFound();
  return week;
}
