// Workshops: read by everybody in the cohort, scheduled, changed and cancelled by those who decide about it.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { FacilitatorNotes } from '../../content/programme.ts';
import { readZone } from '../../domain/typed-text.ts';
import { decideReason, decideSetting, disorderWords, isSameSetting, movedDays, plannedWorkshops } from '../../domain/workshop-schedule.ts';
import type { PlannedWorkshop, SettingDecision, WorkshopSetting } from '../../domain/workshop-schedule.ts';
import { revisionMark } from '../../domain/workshop-sessions.ts';
import type { Session } from '../../domain/workshop-sessions.ts';
import { deciders, participants, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { ViewerCohort } from '../../plugins/sign-in.ts';
import type { Services } from '../../services.ts';
import { cancelSessions, changeWorkshop, putBackSessions, scheduleWorkshops } from './actions.ts';
import { calendarFile } from './calendar-file.ts';
import { notesPage } from './notes-pages.ts';
import { agendaPage, myWorkshopsPage, workshopPage } from './pages.ts';
import type { WorkshopReader, WorkshopsInput } from './pages.ts';
import { listSessions } from './queries.ts';
import { cancelPage, changePage, daysOf, proposedFields, savedFields, schedulePage, typedWorkshop } from './schedule-pages.ts';
import type { CancelInput, ChangeInput, Fields, ScheduleInput } from './schedule-pages.ts';
import { CancellationForm, RemovalForm, ScheduleForm, WorkshopParams, WorkshopQuery } from './schemas.ts';

/** The cohort with the plan of its own material and what of it is on the calendar. */
type Calendar = { cohort: ViewerCohort; weeks: number; planned: readonly PlannedWorkshop[]; unnamed: number; sessions: Session[] };

const joiners = [...staff, 'learner'] as const;

/** The notes alone, as the content folder has them and without a calendar: for whoever writes them (plugins/preview.ts). */
export const workshopNotes: FastifyPluginAsyncTypebox<Services> = async (app, { programmes }) => {
  app.get('/workshops/:workshop/notes', { schema: { params: WorkshopParams }, config: { access: 'public' } }, async ({ at, params }, reply) => {
    const { weeks } = programmes.current.programme;
    const workshop = plannedWorkshops(weeks).find(({ key }) => key === params.workshop);
    const notes = weeks.find((week) => week.workshop?.key === params.workshop)?.workshop?.notes;
    if (!workshop || !notes) throw new NotFound();
    return reply.page(notesPage({ at, workshop, notes, sessions: [] }));
  });
};

export const workshops: FastifyPluginAsyncTypebox<Services> = async (app, { config, programmes, sql }) => {
  // What there is before a cohort is said at home.
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/'), 303)));

  app.get('/workshops', { schema: { querystring: WorkshopQuery }, config: { access: participants } }, async (request, reply) => {
    const input = inputOf(request, await calendarOf(request), request.query.notice);
    return reply.page(input.reader === 'learner' || input.reader === 'mentor' ? myWorkshopsPage(input) : agendaPage(input));
  });

  app.get('/workshops/calendar.ics', { config: { access: joiners } }, async (request, reply) =>
    sendCalendar(request, reply, await calendarOf(request), 'workshops'));

  app.get('/workshops/:workshop', { schema: { params: WorkshopParams, querystring: WorkshopQuery }, config: { access: participants } }, async (request, reply) => {
    const calendar = await calendarOf(request);
    const workshop = findWorkshop(calendar, request.params.workshop);
    return reply.page(workshopPage({ ...inputOf(request, calendar, request.query.notice), workshop, hasNotes: (await findOptionalNotes(request)) !== null }));
  });

  app.get('/workshops/:workshop/notes', { schema: { params: WorkshopParams }, config: { access: staff } }, async (request, reply) => {
    const calendar = await calendarOf(request);
    const workshop = findWorkshop(calendar, request.params.workshop);
    const notes = await findOptionalNotes(request);
    if (!notes) throw new NotFound();
    return reply.page(notesPage({ at: request.at, english: request.viewer.english, workshop, notes, sessions: calendar.sessions.filter(({ key }) => key === workshop.key) }));
  });

  app.get('/workshops/:workshop/calendar.ics', { schema: { params: WorkshopParams }, config: { access: joiners } }, async (request, reply) => {
    const calendar = await calendarOf(request);
    const { key } = findWorkshop(calendar, request.params.workshop);
    const sessions = calendar.sessions.filter((session) => session.key === key);
    if (sessions.length === 0) throw new NotFound();
    return sendCalendar(request, reply, { ...calendar, sessions }, key);
  });

  app.get('/cohort/workshops', { config: { access: deciders } }, async (request, reply) => {
    const calendar = await calendarOf(request);
    return sendSchedulePage(request, reply, calendar, { fields: proposedFields(unscheduled(calendar), calendar.cohort) });
  });

  app.post('/cohort/workshops', { schema: { body: ScheduleForm }, config: { access: deciders } }, async (request, reply) => {
    const calendar = await calendarOf(request);
    const fields = request.body;
    const chosen = calendar.planned.filter(({ key }) => fields[`${key}-chosen`] === 'true');
    const decision = decideSchedule(calendar, chosen, fields);
    const sessionsOf = (workshop: string) => calendar.sessions.filter(({ key }) => key === workshop);
    // A form that came twice, or two who want the very same.
    if (decision.good && decision.wanted.every(({ key, setting }) => isSameSetting(sessionsOf(key), setting))) return reply.redirect(request.at('/workshops?notice=scheduled'), 303);
    // What somebody else has scheduled since is told first, so that nobody mends fields for nothing.
    const taken = chosen.filter(({ key }) => sessionsOf(key).length > 0).map(({ key }) => key);
    if (taken.length > 0) return sendAlready(request, reply, calendar, fields, taken);
    if (!decision.good) return sendSchedulePage(request, reply.code(422), calendar, { fields, errors: decision.errors });
    const outcome = await scheduleWorkshops(sql, request.viewer, calendar.cohort.id, decision.wanted, request.now);
    if (!outcome.scheduled) return sendAlready(request, reply, await calendarOf(request), fields, outcome.keys);
    return reply.redirect(request.at('/workshops?notice=scheduled'), 303);
  });

  app.get('/workshops/:workshop/sessions', { schema: { params: WorkshopParams }, config: { access: deciders } }, async (request, reply) => {
    const { calendar, workshop, sessions } = await scheduledOf(request);
    if (!takesPlace(sessions)) return reply.redirect(request.at(`/workshops/${workshop.key}`), 303);
    return sendChangePage(request, reply, { cohort: calendar.cohort, workshop, sessions, fields: savedFields(workshop, sessions) });
  });

  app.post('/workshops/:workshop/sessions', { schema: { params: WorkshopParams, body: ScheduleForm }, config: { access: deciders } }, async (request, reply) => {
    const { calendar, workshop, sessions } = await scheduledOf(request);
    if (!takesPlace(sessions)) return reply.redirect(request.at(`/workshops/${workshop.key}`), 303);
    const fields = request.body;
    const shown = { cohort: calendar.cohort, workshop, sessions, fields };
    const decision = decideWorkshop(calendar, workshop, sessions, fields);
    // Told before what is wrong: the form may hold days that are there no more.
    const isStale = revisionMark(sessions) !== fields['mark'];
    if (!decision.good) return isStale ? sendChangePage(request, reply.code(409), { ...shown, isConflict: true }) : sendChangePage(request, reply.code(422), { ...shown, errors: decision.errors });
    const change = { setting: decision.setting, reason: decision.reason, mark: fields['mark'] ?? '' };
    const outcome = await changeWorkshop(sql, request.viewer, { cohortId: calendar.cohort.id, key: workshop.key }, change, request.now);
    if (outcome.changed) return reply.redirect(request.at(`/workshops/${workshop.key}?notice=changed`), 303);
    if (outcome.reason === 'unknown') throw new NotFound();
    const { sessions: saved } = await scheduledOf(request);
    return sendChangePage(request, reply.code(409), { ...shown, sessions: saved, isConflict: true });
  });

  app.get('/workshops/:workshop/cancellation', { schema: { params: WorkshopParams }, config: { access: deciders } }, async (request, reply) => {
    const { workshop, sessions } = await scheduledOf(request);
    if (!takesPlace(sessions)) return reply.redirect(request.at(`/workshops/${workshop.key}`), 303);
    return sendCancelPage(request, reply, { workshop, sessions, chosen: sessions.map(({ day }) => day), reason: '' });
  });

  app.post('/workshops/:workshop/cancellation', { schema: { params: WorkshopParams, body: CancellationForm }, config: { access: deciders } }, async (request, reply) => {
    const { calendar, workshop, sessions } = await scheduledOf(request);
    const { day: chosen, mark, reason: typed = '' } = request.body;
    const shown = { workshop, sessions, chosen, reason: typed };
    const decision = decideReason(typed);
    if (!decision.good || chosen.length === 0) {
      const errors = { ...(chosen.length === 0 && { day: 'Tick the days that do not take place.' }), ...(!decision.good && { reason: decision.error }) };
      return sendCancelPage(request, reply.code(422), { ...shown, errors });
    }
    const outcome = await cancelSessions(sql, request.viewer, { cohortId: calendar.cohort.id, key: workshop.key }, { days: chosen, reason: decision.reason, mark }, request.now);
    if (outcome.changed) return reply.redirect(request.at(`/workshops/${workshop.key}?notice=cancelled`), 303);
    if (outcome.reason === 'unknown') throw new NotFound();
    const { sessions: saved } = await scheduledOf(request);
    return sendCancelPage(request, reply.code(409), { ...shown, sessions: saved, isConflict: true });
  });

  app.post('/workshops/:workshop/cancellation/removal', { schema: { params: WorkshopParams, body: RemovalForm }, config: { access: deciders } }, async (request, reply) => {
    const { calendar, workshop } = await scheduledOf(request);
    const { day: days, mark } = request.body;
    const outcome = await putBackSessions(sql, request.viewer, { cohortId: calendar.cohort.id, key: workshop.key }, { days, mark }, request.now);
    if (outcome.changed) return reply.redirect(request.at(`/workshops/${workshop.key}?notice=put-back`), 303);
    if (outcome.reason === 'unknown') throw new NotFound();
    const problem = outcome.reason === 'disorder' ? `Nothing was put back. ${disorderWords(outcome.disorder.problem, outcome.disorder.day)}`
      : 'This workshop changed after you opened this page, so nothing was put back. The days below are as they stand now; look at them, and decide again.';
    return reply.code(409).page(workshopPage({ ...inputOf(request, await calendarOf(request)), workshop, problem }));
  });

  async function calendarOf({ viewer: { cohort } }: FastifyRequest): Promise<Calendar> {
    if (!cohort) throw new NotFound();
    const [{ weeks }, sessions] = await Promise.all([programmes.find(cohort.programmeVersionId), listSessions(sql, cohort.id)]);
    return { cohort, weeks: weeks.length, planned: plannedWorkshops(weeks), unnamed: weeks.filter(({ workshop }) => workshop && workshop.key === undefined).length, sessions };
  }

  /** What the cohort's material has for those who run the workshop. */
  async function findOptionalNotes({ viewer: { cohort }, params }: FastifyRequest<{ Params: { workshop: string } }>): Promise<FacilitatorNotes | null> {
    if (!cohort) return null;
    const { weeks } = await programmes.find(cohort.programmeVersionId);
    return weeks.find(({ workshop }) => workshop?.key === params.workshop)?.workshop?.notes ?? null;
  }

  /** A workshop that is on the calendar, with its days in order; nothing is found of any other. */
  async function scheduledOf(request: FastifyRequest<{ Params: { workshop: string } }>): Promise<{ calendar: Calendar; workshop: PlannedWorkshop; sessions: Session[] }> {
    const calendar = await calendarOf(request);
    const workshop = findWorkshop(calendar, request.params.workshop);
    const sessions = calendar.sessions.filter(({ key }) => key === workshop.key).toSorted((one, other) => one.day - other.day);
    if (sessions.length === 0) throw new NotFound();
    return { calendar, workshop, sessions };
  }

  function sendCalendar({ now }: FastifyRequest, reply: FastifyReply, { cohort, planned, sessions }: Calendar, name: string) {
    const file = calendarFile({ name: cohort.name, publicUrl: config.publicUrl, planned, sessions, now });
    return reply.type('text/calendar; charset=utf-8').header('content-disposition', `attachment; filename="${name}.ics"`).send(file);
  }

  function sendAlready(request: FastifyRequest, reply: FastifyReply, calendar: Calendar, fields: Fields, keys: readonly string[]) {
    const already = calendar.planned.filter(({ key }) => keys.includes(key)).map((workshop) => ({ workshop, sessions: calendar.sessions.filter(({ key }) => key === workshop.key) }));
    return sendSchedulePage(request, reply.code(409), calendar, { fields, already });
  }
};

function inputOf({ at, now, viewer }: FastifyRequest, { cohort, planned, unnamed, sessions }: Calendar, notice?: WorkshopsInput['notice']): WorkshopsInput {
  const reader: WorkshopReader = deciders.some((role) => role === viewer.role) ? 'decider' : viewer.role as 'learner' | 'mentor' | 'assistant';
  return { at, english: viewer.english, now, reader, cohort, planned, unnamed, sessions, notice };
}

function findWorkshop({ planned }: Calendar, key: string): PlannedWorkshop {
  const workshop = planned.find((candidate) => candidate.key === key);
  if (!workshop) throw new NotFound();
  return workshop;
}

const unscheduled = ({ planned, sessions }: Calendar): PlannedWorkshop[] => planned.filter(({ key }) => !sessions.some((session) => session.key === key));

/** Whether there is a day that can be changed or cancelled. */
const takesPlace = (sessions: readonly Session[]): boolean => sessions.some(({ cancelledAt }) => cancelledAt === null);

const zoneError = 'Choose a time zone from the list, for example Europe/London.';

/** Judges a form that holds several workshops: all that are ticked are good, or none is scheduled. */
function decideSchedule({ cohort, weeks, planned }: Calendar, chosen: readonly PlannedWorkshop[], fields: Fields): { good: true; wanted: { key: string; setting: WorkshopSetting }[] } | { good: false; errors: Record<string, string> } {
  const timeZone = readZone(fields['timeZone']);
  const [first] = planned;
  const errors: Record<string, string> = {
    ...(timeZone === null && { timeZone: zoneError }),
    ...(chosen.length === 0 && first && { [`${first.key}-chosen`]: 'Tick at least one workshop.' }),
  };
  const wanted = chosen.flatMap((workshop) => {
    const decision = decideSetting(workshop.kind, typedWorkshop(fields, workshop, daysOf(workshop)), timeZone ?? cohort.timeZone, { calendar: cohort, weeks });
    Object.assign(errors, prefixed(workshop, decision));
    return decision.good ? [{ key: workshop.key, setting: decision.setting }] : [];
  });
  return Object.keys(errors).length > 0 ? { good: false, errors } : { good: true, wanted };
}

/** Judges a change of the days that take place; one that moves a day needs a reason. */
function decideWorkshop({ cohort, weeks }: Calendar, workshop: PlannedWorkshop, sessions: readonly Session[], fields: Fields): { good: true; setting: WorkshopSetting; reason: string | null } | { good: false; errors: Record<string, string> } {
  const timeZone = readZone(fields['timeZone']);
  const living = sessions.filter(({ cancelledAt }) => cancelledAt === null);
  const typed = typedWorkshop(fields, workshop, living.map(({ day }) => day));
  const decision = decideSetting(workshop.kind, typed, timeZone ?? cohort.timeZone, { calendar: cohort, weeks, standing: living.map(({ startsAt }) => startsAt) });
  const errors = { ...(timeZone === null && { timeZone: zoneError }), ...prefixed(workshop, decision) };
  if (!decision.good || timeZone === null) return { good: false, errors };
  if (movedDays(living, decision.setting.days).length === 0) return { good: true, setting: decision.setting, reason: null };
  const reason = decideReason(fields['reason']);
  return reason.good ? { good: true, setting: decision.setting, reason: reason.reason } : { good: false, errors: { reason: reason.error } };
}

/** Errors under the names of the form's fields. */
function prefixed({ key }: PlannedWorkshop, decision: SettingDecision): Record<string, string> {
  return decision.good ? {} : Object.fromEntries(Object.entries(decision.errors).map(([field, words]) => [`${key}-${field}`, words]));
}

function sendSchedulePage({ at, viewer }: FastifyRequest, reply: FastifyReply, calendar: Calendar, shown: Pick<ScheduleInput, 'fields' | 'errors' | 'already'>) {
  return reply.page(schedulePage({ at, english: viewer.english, cohort: calendar.cohort, workshops: unscheduled(calendar), unnamed: calendar.unnamed, ...shown }));
}

function sendChangePage({ at, viewer }: FastifyRequest, reply: FastifyReply, shown: Omit<ChangeInput, 'at' | 'english'>) {
  return reply.page(changePage({ at, english: viewer.english, ...shown }));
}

function sendCancelPage({ at, viewer }: FastifyRequest, reply: FastifyReply, shown: Omit<CancelInput, 'at' | 'english'>) {
  return reply.page(cancelPage({ at, english: viewer.english, ...shown }));
}
