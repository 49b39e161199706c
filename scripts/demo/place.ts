// What the parts of the demo know of its one cohort: who is in it, and what time it was.
import type { CohortCalendar } from '../../server/domain/calendar.ts';
import type { CourseRole } from '../../server/domain/roles.ts';
import type { Viewer, ViewerCohort } from '../../server/plugins/sign-in.ts';

export type DemoPlace = {
  cohort: ViewerCohort;
  organisation: NonNullable<Viewer['organisation']>;
  context: { id: string; title: string };
  /** By the demo's name for them; who has never opened Coachline is not here. */
  people: ReadonlyMap<string, { id: string; role: CourseRole; name: string }>;
};

/** A person of the demo as the one who does something; without a name nobody in particular. */
export function demoViewer({ cohort, organisation, context, people }: Omit<DemoPlace, 'cohort'> & { cohort: ViewerCohort | null }, name: string | null = null): Viewer {
  const person = name === null ? null : people.get(name);
  if (person === undefined) throw new Error(`the demo has no ${name}`);
  return {
    signInId: 'demo', role: person?.role ?? 'faculty', testUser: false, personId: person?.id ?? null, administratorId: null, name: person?.name ?? 'The demo',
    returnUrl: null, english: 'en-GB', cohort, organisation, context,
  };
}

/** Tells a moment of the cohort: days after its first Monday, which is 0, and the time on the wall there. */
export function momentsOf({ startsOn, timeZone }: CohortCalendar): (day: number, time: string) => Temporal.Instant {
  return (day, time) => startsOn.add({ days: day }).toZonedDateTime({ timeZone, plainTime: time }).toInstant();
}
