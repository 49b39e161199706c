// What makes a good cohort: a name, a first day, a time zone. The same when it starts and when it is changed.
import { nextMonday } from './calendar.ts';
import { oneLine, readDay, readZone } from './typed-text.ts';

export type CohortRequest = { name?: string; startsOn?: string; timeZone?: string };
export type CohortDecision =
  | { good: true; cohort: { name: string; startsOn: Temporal.PlainDate; timeZone: string } }
  | { good: false; errors: Partial<Record<keyof CohortRequest, string>> };

const longestName = 255;
/** A first day further away than this, either way, is a slip of the keyboard. */
const furthest = { years: 3 };

/**
 * Checks what somebody typed to start or change a cohort. Says per field what is wrong and what to do.
 * @param standing the first day that a cohort has already: however long ago, it may stay
 */
export function decideCohort({ name, startsOn, timeZone }: CohortRequest, today: Temporal.PlainDate, standing: Temporal.PlainDate | null = null): CohortDecision {
  const errors: Partial<Record<keyof CohortRequest, string>> = {};
  const givenName = oneLine(name);
  if (givenName === '') errors.name = 'Give the cohort a name, such as the season or the hospital.';
  else if (givenName.length > longestName) errors.name = `Shorten the name to ${longestName} letters or fewer.`;

  const day = readDay(startsOn);
  if (day === null) errors.startsOn = 'Choose the first day of week 1, as year-month-day, for example 2027-01-11.';
  else if (!standing?.equals(day) && (Temporal.PlainDate.compare(day, today.subtract(furthest)) < 0 || Temporal.PlainDate.compare(day, today.add(furthest)) > 0)) {
    errors.startsOn = 'Check the year: the first day must lie within three years of today.';
  }

  const zone = readZone(timeZone);
  if (zone === null) errors.timeZone = 'Choose a time zone from the list, for example Europe/London.';

  if (day === null || zone === null || Object.keys(errors).length > 0) return { good: false, errors };
  return { good: true, cohort: { name: givenName, startsOn: day, timeZone: zone } };
}

/** What stands in the form before anybody typed: the course's own name, the next Monday, the likeliest zone. */
export function proposeCohort({ courseTitle, programmeTitle, likelyZone }: { courseTitle: string | null; programmeTitle: string; likelyZone: string | null }, now: Temporal.Instant): { name: string; startsOn: string; timeZone: string } {
  const timeZone = likelyZone ?? 'Europe/London';
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  return { name: courseTitle ?? programmeTitle, startsOn: String(nextMonday(today)), timeZone };
}
