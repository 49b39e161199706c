// A learner's own progress towards completing the programme.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { daysOf, daysOfLearner, listMarks, listSessions } from '../../attendance-standing.ts';
import { attendanceStanding, defaultAttendancePolicy } from '../../domain/attendance.ts';
import { completionOf } from '../../domain/completion.ts';
import { assignmentsOf } from '../../plugins/open-weeks.ts';
import { findOptionalLearner } from '../../learner-facts.ts';
import { heldBackLines } from '../../lock-words.ts';
import { openWeeks } from '../../plugins/open-weeks.ts';
import type { Services } from '../../services.ts';
import { progressPage } from './pages.ts';

export const progress: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  app.get('/progress', { config: { access: ['learner'], withProgress: true } }, async (request, reply) => {
    const { at, now, viewer: { cohort, personId, testUser } } = request;
    // What there is before a cohort is said at home.
    if (!cohort) return reply.redirect(at('/'), 303);
    const learner = personId === null || testUser ? null : { cohortId: cohort.id, personId };
    const [programme, sessions, marks, facts] = await Promise.all([
      programmes.find(cohort.programmeVersionId), listSessions(sql, cohort.id),
      learner ? listMarks(sql, cohort.id, [learner.personId]) : null,
      learner ? findOptionalLearner(sql, learner, now) : null,
    ]);
    const statuses = openWeeks(request, programme)?.statuses ?? [];
    const days = daysOfLearner(daysOf(programme, sessions), marks?.get(learner?.personId ?? ''), now);
    const counted = {
      weeks: programme.weeks.map(({ number, material }) => ({ number, sectionsTotal: material?.sections.length ?? 0 })),
      isOpen: (week: number) => statuses.some(({ number, state }) => number === week && state !== 'locked'),
      // Sections that the material has, as every other page of the learner counts them.
      sectionsDone: new Map(statuses.map(({ number, sectionsDone }) => [number, sectionsDone])),
      bestChecks: facts?.bestChecks ?? new Map(),
      assignments: assignmentsOf(programme),
      assignmentsDone: facts?.assignmentsDone ?? new Set<string>(),
      attendance: attendanceStanding(days, programme.attendance ?? defaultAttendancePolicy),
      plan: facts?.plan ?? { state: 'none' as const, points: null },
    };
    return reply.page(progressPage({
      at, cohortName: cohort.name, programmeTitle: programme.title, hasPlanForm: programme.plan !== undefined, rubric: programme.rubric, counted, heldBack: heldBackLines(at, statuses),
      completion: programme.completion ? completionOf(programme.completion, counted) : null,
    }));
  });
};
