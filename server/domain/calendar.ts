// When the weeks of a cohort begin and end, in the cohort's own time zone.

/** A cohort's place in time: the first day of week 1 and an IANA time zone. */
export type CohortCalendar = { startsOn: Temporal.PlainDate; timeZone: string };

/** Monday to Sunday when the cohort starts on a Monday: seven days from the cohort's first day. */
export type WeekDates = { from: Temporal.PlainDate; to: Temporal.PlainDate };

/** First day of week `week` (1 is the first). */
export function weekStartsOn({ startsOn }: CohortCalendar, week: number): Temporal.PlainDate {
  return startsOn.add({ days: 7 * (week - 1) });
}

/** First and last day of week `week`. */
export function weekDates(calendar: CohortCalendar, week: number): WeekDates {
  const from = weekStartsOn(calendar, week);
  return { from, to: from.add({ days: 6 }) };
}

/**
 * The instant at which week `week` opens: the first moment of its first day in the cohort's zone.
 * Where a clock change removes midnight (São Paulo until 2019, Beirut), that is the first moment that exists.
 */
export function weekOpensAt(calendar: CohortCalendar, week: number): Temporal.Instant {
  return weekStartsOn(calendar, week).toZonedDateTime(calendar.timeZone).toInstant();
}

/** Which week of the calendar `now` lies in: 0 before week 1, and past the last week simply a larger number. */
export function calendarWeek({ startsOn, timeZone }: CohortCalendar, now: Temporal.Instant): number {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const days = startsOn.until(today, { largestUnit: 'days' }).days;
  return days < 0 ? 0 : Math.floor(days / 7) + 1;
}

/** The Monday on or after `day`: the start that is offered when a cohort is made. */
export function nextMonday(day: Temporal.PlainDate): Temporal.PlainDate {
  return day.add({ days: (8 - day.dayOfWeek) % 7 });
}
