// Attendance: staff take the roll of each day, learners see their own days.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import { daysOf, daysOfLearner, listMarks, listSessions } from '../../attendance-standing.ts';
import type { Session } from '../../attendance-standing.ts';
import { attendanceStanding, dayPhase, defaultAttendancePolicy } from '../../domain/attendance.ts';
import type { PlannedDay } from '../../domain/attendance.ts';
import { deciders, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { findOptionalScore } from '../../score-standing.ts';
import type { Services } from '../../services.ts';
import { switchColumn, takeRoll } from './actions.ts';
import { attendanceCsv } from './csv.ts';
import { closedPage, ownPage, rollAnswer, rollPage, rollsPage, sheetPage } from './pages.ts';
import { hasColumn, listEverybody, listRoll, listRollStates } from './queries.ts';
import { ColumnForm, DayParams, readRoll, RollForm, RollQuery } from './schemas.ts';

type DayRequest = FastifyRequest<{ Params: { key: string; day: number } }>;
type Day = PlannedDay<Session>;

export const attendance: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes, queues }) => {
  app.get('/attendance', { config: { access: [...staff, 'learner'] } }, async (request, reply) => {
    const { at, now, viewer, viewer: { cohort, english, role } } = request;
    // What there is before a cohort is said at home, and to staff by the cohort's page.
    if (!cohort) return reply.redirect(at(role === 'learner' ? '/' : '/cohort'), 303);
    const { days, policy } = await planOf(request);
    if (role !== 'learner') {
      const onCalendar = days.filter(isOnCalendar);
      return reply.page(rollsPage({ at, english, now, cohortName: cohort.name, days: onCalendar, unplanned: days.length - onCalendar.length, ...(await listRollStates(sql, cohort.id)) }));
    }
    const personId = viewer.testUser ? null : viewer.personId;
    const [marks, score] = personId === null ? [undefined, null] : await Promise.all([
      listMarks(sql, cohort.id, [personId]).then((all) => all.get(personId)),
      hasColumn(sql, cohort.id).then((wanted) => (wanted ? findOptionalScore(sql, { personId, cohortId: cohort.id, contextId: viewer.context?.id ?? null, resourceId: 'attendance', tag: 'attendance' }) : null)),
    ]);
    const own = daysOfLearner(days, marks, now);
    return reply.page(ownPage({ at, english, now, cohort, days: own, standing: attendanceStanding(own, policy), score }));
  });

  app.get('/attendance.csv', { config: { access: staff } }, async (request, reply) => {
    const { at, now, viewer: { cohort } } = request;
    if (!cohort) return reply.redirect(at('/cohort'), 303);
    const [{ days, policy }, learners, marks] = await Promise.all([planOf(request), listEverybody(sql, cohort.id), listMarks(sql, cohort.id, null)]);
    const csv = attendanceCsv({ days, policy, learners: learners.map((learner) => ({ ...learner, days: daysOfLearner(days, marks.get(learner.personId), now) })) });
    return reply.type('text/csv; charset=utf-8').header('content-disposition', 'attachment; filename="attendance.csv"').send(csv);
  });

  app.get('/attendance/:key/:day', { schema: { params: DayParams, querystring: RollQuery }, config: { access: staff } }, async (request, reply) => {
    const day = await findDay(request);
    if (isClosed(day, request.now)) return reply.code(409).page(closedPage(inputOf(request, day)));
    return reply.page(rollPage({ ...inputOf(request, day), roll: await rollOf(request, day), keep: keepOf(request, day), notice: request.query.notice ?? null }));
  });

  app.get('/attendance/:key/:day/sheet', { schema: { params: DayParams }, config: { access: staff } }, async (request, reply) => {
    const day = await findDay(request);
    if (day.session.isCancelled) return reply.code(409).page(closedPage(inputOf(request, day)));
    return reply.page(sheetPage({ ...inputOf(request, day), roll: await rollOf(request, day) }));
  });

  // The script asks for JSON and is answered with the whole roll, so that what others marked comes to light too.
  app.post('/attendance/:key/:day/marks', { schema: { params: DayParams, body: RollForm }, config: { access: staff } }, async (request, reply) => {
    const { at, now, viewer, params: { key, day: number } } = request;
    const day = await findDay(request);
    const wishes = readRoll(request.body);
    const { programme } = await planOf(request);
    const outcome = await takeRoll(sql, queues, viewer, { programme, place: { key, day: number }, wishes }, now);
    const isScript = request.headers.accept === 'application/json';
    if (!outcome.taken && outcome.reason === 'unknown') throw new NotFound();
    if (!outcome.taken) {
      const page = closedPage(inputOf(request, await findDay(request)));
      return isScript ? reply.code(409).send({ refused: `${page.data.words.heading}. ${page.data.words.text}` }) : reply.code(409).page(page);
    }
    const conflicts = [...outcome.conflicts.keys()];
    if (isScript) return reply.code(conflicts.length > 0 ? 409 : 200).send(rollAnswer({ day, now, english: viewer.english, roll: await rollOf(request, day), conflicts }));
    if (conflicts.length === 0) return reply.redirect(at(`/attendance/${key}/${number}?notice=${outcome.saved > 0 ? 'saved' : 'unchanged'}`), 303);
    const chosen = new Map([...wishes.marks].flatMap(([personId, { wanted }]) => (outcome.conflicts.has(personId) ? [[personId, wanted]] : [])));
    return reply.code(409).page(rollPage({ ...inputOf(request, day), roll: await rollOf(request, day), keep: keepOf(request, day), conflicts: chosen }));
  });

  // The form stands on the settings page of the cohort.
  app.post('/attendance/column', { schema: { body: ColumnForm }, config: { access: [...deciders, 'operator'] } }, async (request, reply) => {
    const { at, body: { cohort, wanted }, now, viewer } = request;
    const cohortId = cohort?.toLowerCase() ?? viewer.cohort?.id;
    if (cohortId === undefined || !(await switchColumn(sql, queues, viewer, { cohortId, wanted: wanted === 'yes', findProgramme: programmes.find }, now))) throw new NotFound();
    return reply.redirect(at(`${cohortId === viewer.cohort?.id ? '/cohort' : `/cohorts/${cohortId}`}?notice=changed`), 303);
  });

  async function planOf({ viewer: { cohort } }: FastifyRequest) {
    if (!cohort) throw new NotFound();
    const [programme, sessions] = await Promise.all([programmes.find(cohort.programmeVersionId), listSessions(sql, cohort.id)]);
    return { programme, days: daysOf(programme, sessions), policy: programme.attendance ?? defaultAttendancePolicy };
  }

  /** The day that the address names, in the cohort of the viewer's course and on its calendar. */
  async function findDay(request: DayRequest): Promise<Day & { session: Session }> {
    const { params } = request;
    const day = (await planOf(request)).days.filter(isOnCalendar).find(({ key, day: number }) => key === params.key && number === params.day);
    if (!day) throw new NotFound();
    return day;
  }

  function rollOf({ viewer }: FastifyRequest, { session }: { session: Session }) {
    return listRoll(sql, viewer.cohort?.id ?? '', session.id);
  }
};

const isOnCalendar = (day: Day): day is Day & { session: Session } => day.session !== null;

function isClosed({ session }: { session: Session }, now: Temporal.Instant): boolean {
  const phase = dayPhase(session, now);
  return phase === 'cancelled' || phase === 'ahead';
}

function inputOf({ at, now, viewer }: FastifyRequest, day: Day & { session: Session }) {
  return { at, now, english: viewer.english, cohortName: viewer.cohort?.name ?? '', day };
}

/** Whose marks, and of which day: another who takes a roll on this device has others that wait. */
function keepOf({ viewer }: FastifyRequest, { session }: { session: Session }): string {
  return `${session.id}.${viewer.personId ?? viewer.administratorId ?? ''}`;
}
