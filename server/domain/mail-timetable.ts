// What the calendar of a cohort tells its learners by mail: that a week has opened, and that one is about to end.
import { calendarWeek, weekDates, weekOpensAt } from './calendar.ts';
import type { CohortCalendar } from './calendar.ts';

/** `goodUntil`: from then on it would be old news. */
export type CalendarMail = { kind: 'week-opened' | 'due'; week: number; goodUntil: Temporal.Instant };

/** Of a week that opened longer ago nobody is told: the server was switched off, or the cohort has just begun in the middle of it. */
const openingIsNews = { hours: 3 * 24 };
/** When the end of the week is called near, and when it is too near for a mail that may wait until the morning. */
const endIsNear = { hours: 48 };
const endIsHere = { hours: 12 };

/**
 * What is to be said to one learner at `now`. It says the same for as long as it holds: whoever queues it does so once a
 * person and week. Before week 1, after the last week and while the learner pauses there is nothing.
 * @param weeks how many weeks the programme has
 * @param calendar the one that holds for this learner
 * @param extensionDays how long after the end of a week this learner has for it
 */
export function calendarMail(weeks: number, calendar: CohortCalendar, now: Temporal.Instant, extensionDays = 0): CalendarMail[] {
  if (calendar.pausedOn) return [];
  const isBefore = (moment: Temporal.Instant) => Temporal.Instant.compare(now, moment) < 0;
  const isWeek = (week: number) => week >= 1 && week <= weeks;
  const mails: CalendarMail[] = [];

  const week = calendarWeek(calendar, now);
  const opened = weekOpensAt(calendar, week);
  if (isWeek(week) && isBefore(opened.add(openingIsNews))) mails.push({ kind: 'week-opened', week, goodUntil: opened.add({ hours: 24 }).add(openingIsNews) });

  const ending = calendarWeek(calendar, now.subtract({ hours: 24 * extensionDays }));
  const end = weekDates(calendar, ending).to.add({ days: 1 + extensionDays }).toZonedDateTime(calendar.timeZone).toInstant();
  if (isWeek(ending) && !isBefore(end.subtract(endIsNear)) && isBefore(end.subtract(endIsHere))) mails.push({ kind: 'due', week: ending, goodUntil: end });
  return mails;
}

/**
 * Whether the programme is over by this calendar: nobody is written to after its last week.
 * @param extensionDays as for `calendarMail`: whoever has more time for the last week is written to until that has run out
 */
export function isProgrammeOver(weeks: number, calendar: CohortCalendar, now: Temporal.Instant, extensionDays = 0): boolean {
  return calendarWeek(calendar, now.subtract({ hours: 24 * extensionDays })) > weeks;
}
