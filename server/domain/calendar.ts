// When the weeks of a cohort begin and end, in the cohort's own time zone.

/** A cohort's place in time: the first day of week 1 and an IANA time zone. */
export type CohortCalendar = {
  startsOn: Temporal.PlainDate;
  timeZone: string;
  /** What moves later weeks: holidays of the cohort, and of one learner their own. */
  breaks?: readonly CalendarBreak[];
  /** The day on which one learner's calendar was stopped; none while it runs. */
  pausedOn?: Temporal.PlainDate | null;
};

/** Week `beforeWeek` and all after it begin so many days later. */
export type CalendarBreak = { beforeWeek: number; days: number };

/** Monday to Sunday when the cohort starts on a Monday: seven days from the cohort's first day. */
export type WeekDates = { from: Temporal.PlainDate; to: Temporal.PlainDate };

/** First day of week `week` (1 is the first). */
export function weekStartsOn(calendar: CohortCalendar, week: number): Temporal.PlainDate {
  return daysAfter(calendar.startsOn, daysBefore(calendar, week));
}

// A day never changes, and making one takes a microsecond and a half; a learner's home asks for two dozen. They are kept
// for as long as the day from which they are counted.
const countedFrom = new WeakMap<Temporal.PlainDate, Map<number, Temporal.PlainDate>>();

function daysAfter(day: Temporal.PlainDate, days: number): Temporal.PlainDate {
  return countedFrom.getOrInsertComputed(day, () => new Map()).getOrInsertComputed(days, () => day.add({ days }));
}

/** The day that it last was in each time zone, from its first millisecond to that of the next. */
const lastDays = new Map<string, { from: number; until: number; day: Temporal.PlainDate }>();

/** The day that it is in a time zone. While the day lasts it is the same object. */
export function dayIn(timeZone: string, now: Temporal.Instant): Temporal.PlainDate {
  const known = lastDays.get(timeZone);
  if (known && now.epochMilliseconds >= known.from && now.epochMilliseconds < known.until) return known.day;
  const begins = now.toZonedDateTimeISO(timeZone).startOfDay();
  const day = begins.toPlainDate();
  lastDays.set(timeZone, { from: begins.epochMilliseconds, until: begins.add({ days: 1 }).startOfDay().epochMilliseconds, day });
  return day;
}

const lengths = new WeakMap<Temporal.PlainDate, WeakMap<Temporal.PlainDate, number>>();

/** Days from one day to another, less than none where it lies before. They take longer to count than to remember. */
export function daysBetween(from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  return lengths.getOrInsertComputed(from, () => new WeakMap()).getOrInsertComputed(to, () => from.until(to, { largestUnit: 'days' }).days);
}

/** How many days after the cohort's first day week `week` begins. */
function daysBefore({ breaks = [] }: CohortCalendar, week: number): number {
  return breaks.reduce((days, one) => days + (one.beforeWeek <= week ? one.days : 0), 7 * (week - 1));
}

/** First and last day of week `week`; a break after it belongs to no week. */
export function weekDates(calendar: CohortCalendar, week: number): WeekDates {
  const from = weekStartsOn(calendar, week);
  return { from, to: daysAfter(from, 6) };
}

/**
 * The instant at which week `week` opens: the first moment of its first day in the cohort's zone.
 * Where a clock change removes midnight (São Paulo until 2019, Beirut), that is the first moment that exists.
 */
export function weekOpensAt(calendar: CohortCalendar, week: number): Temporal.Instant {
  return weekStartsOn(calendar, week).toZonedDateTime(calendar.timeZone).toInstant();
}

/**
 * Which week of the calendar `now` lies in: 0 before week 1, and past the last week simply a larger number. In a break it
 * is the week before it, and while a learner pauses the week in which they stopped.
 */
export function calendarWeek(calendar: CohortCalendar, now: Temporal.Instant): number {
  const { startsOn, timeZone, pausedOn } = calendar;
  const today = dayIn(timeZone, now);
  const day = pausedOn && Temporal.PlainDate.compare(pausedOn, today) < 0 ? pausedOn : today;
  const days = daysBetween(startsOn, day);
  let week = days < 0 ? 0 : Math.floor(days / 7) + 1;
  while (week > 0 && daysBefore(calendar, week) > days) week -= 1;
  return week;
}

/** The break in which `now` lies: the week that follows it; null when it lies in a week. */
export function breakBefore(calendar: CohortCalendar, now: Temporal.Instant): number | null {
  const week = calendarWeek(calendar, now);
  const today = dayIn(calendar.timeZone, now);
  return week > 0 && !calendar.pausedOn && Temporal.PlainDate.compare(weekDates(calendar, week).to, today) < 0 && (calendar.breaks ?? []).some(({ beforeWeek }) => beforeWeek === week + 1) ? week + 1 : null;
}

/**
 * The break that a pause leaves when it ends: whole weeks, so that weeks go on opening on the cohort's day. Null when it
 * ended within the week in which it began.
 */
export function breakOfPause(calendar: CohortCalendar, pausedOn: Temporal.PlainDate, today: Temporal.PlainDate): CalendarBreak | null {
  const running = { ...calendar, pausedOn: null };
  const at = (day: Temporal.PlainDate): number => calendarWeek(running, day.toZonedDateTime({ timeZone: calendar.timeZone, plainTime: '12:00' }).toInstant());
  const week = at(pausedOn);
  const days = daysBetween(pausedOn, today);
  if (days <= 0 || at(today) === week) return null;
  return { beforeWeek: week + 1, days: Math.ceil(days / 7) * 7 };
}

/** The Monday on or after `day`: the start that is offered when a cohort is made. */
export function nextMonday(day: Temporal.PlainDate): Temporal.PlainDate {
  return day.add({ days: (8 - day.dayOfWeek) % 7 });
}
