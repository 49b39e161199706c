// One learner, for the staff of their cohort.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { daysOf, daysOfLearner, listMarks, listSessions } from '../../attendance-standing.ts';
import { attendanceStanding, defaultAttendancePolicy } from '../../domain/attendance.ts';
import { attentionFor } from '../../domain/attention.ts';
import { completionOf } from '../../domain/completion.ts';
import { deciders, staff } from '../../plugins/access.ts';
import { assignmentsOf } from '../../plugins/open-weeks.ts';
import type { Services } from '../../services.ts';
import { readsJournals } from './events.ts';
import { eventsPerPage, learnerPage } from './pages.ts';
import type { LearnerInput } from './pages.ts';
import { findLearnerFor, listEvents } from './queries.ts';
import { LearnerParams, LearnerQuery } from './schemas.ts';

export const learners: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  app.get('/learners/:person', { schema: { params: LearnerParams, querystring: LearnerQuery }, config: { access: staff } }, async (request, reply) => {
    const { at, now, viewer, viewer: { cohort, english, role }, params, query: { page } } = request;
    if (!cohort) return reply.redirect(at('/cohort'), 303);
    const learner = await findLearnerFor(sql, viewer, params.person, now);
    const [programme, sessions, marks, events] = await Promise.all([
      programmes.find(cohort.programmeVersionId), listSessions(sql, cohort.id), listMarks(sql, cohort.id, [learner.personId]),
      listEvents(sql, viewer, learner.personId, { page, size: eventsPerPage }, now),
    ]);
    const completion = programme.completion ?? null;
    const weeks = programme.weeks.map(({ number, material }) => ({ number, sectionsTotal: material?.sections.length ?? 0 }));
    const attention = attentionFor({ ...learner, plan: learner.plan.state }, { weeks, cohort, now, completion, assignments: assignmentsOf(programme) });
    const days = daysOfLearner(daysOf(programme, sessions), marks.get(learner.personId), now);
    return reply.page(learnerPage({
      at, english, now, cohort, learner, attention, weeks, events, page,
      reader: role as LearnerInput['reader'],
      decides: deciders.some((one) => one === role),
      readsJournals: readsJournals(role),
      checkedWeeks: programme.weeks.filter(({ number, check }) => check && learner.bestChecks.has(number)).map(({ number }) => number),
      completion: completion && completionOf(completion, {
        weeks, isOpen: (week) => week <= attention.thisWeek, sectionsDone: learner.sectionsDone, bestChecks: learner.bestChecks,
        assignments: assignmentsOf(programme), assignmentsDone: learner.assignmentsDone,
        attendance: attendanceStanding(days, programme.attendance ?? defaultAttendancePolicy), plan: learner.plan,
      }),
      rubric: programme.rubric,
      assignments: new Map(assignmentsOf(programme).map((assignment) => [assignment.key, assignment])),
      hasTold: learner.assignmentsDone.size > 0,
      workshops: new Map(programme.weeks.flatMap(({ workshop }) => (workshop?.key ? [[workshop.key, workshop]] : []))),
    }));
  });
};
