// Which weeks are open to the reader of a request: by the cohort's calendar, the learner's own, what was done, and eligibility.
import type { FastifyRequest } from 'fastify';
import type { Programme } from '../content/programme.ts';
import type { CohortCalendar } from '../domain/calendar.ts';
import type { Assignment } from '../domain/completion.ts';
import { weekStatuses } from '../domain/week-schedule.ts';
import type { ScheduledWeek, WeekStatus } from '../domain/week-schedule.ts';
import { staff } from './access.ts';
import type { ViewerCohort } from './sign-in.ts';

export type OpenWeeks = {
  /** The cohort, with the calendar that holds for this reader. */
  cohort: ViewerCohort & CohortCalendar;
  statuses: WeekStatus[];
  /** Staff prepare ahead of the calendar; everybody else waits for it. */
  mayOpen: (week: number) => boolean;
};

/** Reads what `config: { withProgress: true }` brought; null without a cohort. */
export function openWeeks({ viewer, progress, now }: FastifyRequest, programme: Programme): OpenWeeks | null {
  if (!viewer.cohort) return null;
  const { pace, done, openUpTo } = progress;
  const cohort = { ...viewer.cohort, breaks: [...viewer.cohort.breaks, ...pace.breaks], pausedOn: pace.pausedOn };
  const statuses = weekStatuses(scheduled(programme), cohort, done, now, { openUpTo });
  const isStaff = staff.some((role) => role === viewer.role);
  return { cohort, statuses, mayOpen: (week) => isStaff || statuses.find(({ number }) => number === week)?.state !== 'locked' };
}

/** The assignments of a programme, in the order of their weeks. */
export function assignmentsOf({ weeks }: Programme): Assignment[] {
  return weeks.flatMap(({ number, assignment }) => (assignment ? [{ week: number, key: assignment.key, title: assignment.title }] : []));
}

const schedules = new WeakMap<Programme, ScheduledWeek[]>();

/** What the schedule needs of a programme, which never changes: made once for all who read it. */
export function scheduled(programme: Programme): ScheduledWeek[] {
  const known = schedules.get(programme);
  if (known) return known;
  const weeks = programme.weeks.map(({ number, material, requires }) => ({ number, sections: material?.sections.map(({ key }) => key) ?? [], ...(requires ? { requires } : {}) }));
  schedules.set(programme, weeks);
  return weeks;
}
