// How dates, times and counts read on a page: weekdays always, zones always beside a time. The words are British
// English; the order of day and month and the clock are those of the reader's own English, where the LMS tells it.
// Names are tables of our own, because pages are in one language and a formatter made per call is slow.
import { daysBetween } from './domain/calendar.ts';
import { readAnswer } from './domain/coaching-plan.ts';
import type { CourseGrade } from './domain/course-grade.ts';

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

type Day = Temporal.PlainDate | Temporal.ZonedDateTime;

/** An English that dates and times can be told in, such as `en-US`; `readerEnglish` makes one of what an LMS says. */
export type English = `en-${string}`;

type Habits = { monthFirst: boolean; clock: Intl.DateTimeFormat | null };

const british: Habits = { monthFirst: false, clock: null };
/** By region, as far as anybody came with it. */
const habits = new Map<string, Habits>([['en-GB', british]]);

/**
 * The English of a locale as platforms write it (`en-US`, Moodle's `en_us`): its region decides. Anything else, another
 * language or English of no region, is told as in Britain, as the words around it are.
 */
export function readerEnglish(locale: string | null): English {
  const region = /^en[-_]([a-z]{2}|\d{3})(?![a-z\d])/i.exec(locale ?? '')?.[1];
  if (region === undefined) return 'en-GB';
  const english: English = `en-${region.toUpperCase()}`;
  return habitsOf(english) === british ? 'en-GB' : english;
}

function habitsOf(english: English): Habits {
  const known = habits.get(english) ?? readHabits(english);
  habits.set(english, known);
  return known;
}

/** What the Unicode locale data says of a region; British where it knows no English there. */
function readHabits(english: English): Habits {
  const date = new Intl.DateTimeFormat(english, { day: 'numeric', month: 'long', timeZone: 'UTC' });
  if (date.resolvedOptions().locale !== english) return british;
  const clock = new Intl.DateTimeFormat(english, { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' });
  const monthFirst = date.formatToParts(0)[0]?.type === 'month';
  const hasNoon = clock.resolvedOptions().hour12 === true;
  return monthFirst || hasNoon ? { monthFirst, clock: hasNoon ? clock : null } : british;
}

/** "Monday 11 May"; "Monday, May 11". For days near enough that the year goes without saying. */
export function longDate(day: Day, english: English = 'en-GB'): string {
  return `${weekdayName(day)}${isMonthFirst(english) ? ',' : ''} ${dayAndMonth(day, english)}`;
}

/** "Monday 11 May 2026"; "Monday, May 11, 2026". */
export function fullDate(day: Day, english: English = 'en-GB'): string {
  return `${longDate(day, english)}${isMonthFirst(english) ? ',' : ''} ${day.year}`;
}

/** A day as a plan keeps it, `2026-05-14`, with its weekday; what an earlier form took instead of a day stays as it is. */
export function answeredDay(text: string, english: English = 'en-GB'): string {
  return text === '' || readAnswer('date', text).problem ? text : fullDate(Temporal.PlainDate.from(text), english);
}

/** "11 May"; "May 11". */
export function dayAndMonth(day: Day, english: English = 'en-GB'): string {
  const month = MONTHS[day.month - 1];
  return isMonthFirst(english) ? `${month} ${day.day}` : `${day.day} ${month}`;
}

/** "Monday". */
export function weekdayName(day: Day): string {
  return WEEKDAYS[day.dayOfWeek - 1] ?? '';
}

/** "May", short: for a leaf of a calendar. */
export function shortMonth(day: Day): string {
  return MONTHS[day.month - 1]?.slice(0, 3) ?? '';
}

/** "Monday 11 to Sunday 17 May"; both months, and both years, when they differ, and where the month comes first. */
export function dateRange(from: Day, to: Day, english: English = 'en-GB'): string {
  if (from.year !== to.year) return `${fullDate(from, english)} to ${fullDate(to, english)}`;
  const sharesMonth = from.month === to.month && !isMonthFirst(english);
  return `${sharesMonth ? `${weekdayName(from)} ${from.day}` : longDate(from, english)} to ${longDate(to, english)}`;
}

/** "14:05", on the 24-hour clock; "2:05 PM" where the day has two halves. */
export function clockTime(moment: Temporal.ZonedDateTime, english: English = 'en-GB'): string {
  const clock = habitsOf(english).clock;
  if (!clock) return `${String(moment.hour).padStart(2, '0')}:${String(moment.minute).padStart(2, '0')}`;
  // One formatter for every zone: it is told the time on the wall. Between the figures and the half stands a space that does not break.
  return clock.format(Date.UTC(moment.year, moment.month - 1, moment.day, moment.hour, moment.minute)).replaceAll(/\s/gu, '\u00a0');
}

/** "00:00 BST": a time never stands without its zone. */
export function timeAndZone(moment: Temporal.ZonedDateTime, english: English = 'en-GB'): string {
  return `${clockTime(moment, english)} ${zoneName(moment)}`;
}

function isMonthFirst(english: English): boolean {
  return habitsOf(english).monthFirst;
}

// A zone's short name is known only to the English of its own region; elsewhere it reads "GMT+2".
const ZONE_REGIONS = ['en-GB', 'en-US', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA'];
const zoneFormats = new Map<string, Intl.DateTimeFormat[]>();
// To ask six formatters takes longer than all other words of a home, and everybody of a cohort reads of the same moments.
const zoneNames = new Map<string, string>();
const mostZoneNames = 2_000;

/** "BST", "CEST", "EDT"; "GMT+4" where English has no short name for the zone. */
export function zoneName(moment: Temporal.ZonedDateTime): string {
  if (zoneNames.size >= mostZoneNames) zoneNames.clear();
  return zoneNames.getOrInsertComputed(`${moment.epochMilliseconds} ${moment.timeZoneId}`, () => findZoneName(moment));
}

function findZoneName(moment: Temporal.ZonedDateTime): string {
  let formats = zoneFormats.get(moment.timeZoneId);
  if (!formats) {
    formats = ZONE_REGIONS.map((region) => new Intl.DateTimeFormat(region, { timeZone: moment.timeZoneId, timeZoneName: 'short' }));
    zoneFormats.set(moment.timeZoneId, formats);
  }
  const names = formats.map((format) => format.formatToParts(moment.epochMilliseconds).find((part) => part.type === 'timeZoneName')?.value ?? '');
  return names.find((name) => !/^(GMT|UTC)[+−-]/.test(name)) ?? names[0] ?? moment.timeZoneId;
}

/** The city that stands for a zone: "Europe/London" is "London", "America/Argentina/Buenos_Aires" is "Buenos Aires". */
export function zonePlace(timeZone: string): string {
  return (timeZone.split('/').at(-1) ?? timeZone).replaceAll('_', ' ');
}

/** "Tuesday 12 May, 10:30 BST (London time)": for who may be elsewhere. */
export function momentAndPlace(moment: Temporal.ZonedDateTime, english: English = 'en-GB'): string {
  return `${longDate(moment, english)}, ${timeAndZone(moment, english)} (${zonePlace(moment.timeZoneId)} time)`;
}

/** Every IANA zone that the runtime knows, by continent, as a list to choose from. */
export function zoneGroups(): { region: string; zones: { value: string; label: string }[] }[] {
  const groups = new Map<string, { value: string; label: string }[]>();
  for (const value of Intl.supportedValuesOf('timeZone')) {
    const region = value.includes('/') ? (value.split('/')[0] ?? value) : 'Other';
    const label = value.includes('/') ? value.slice(region.length + 1).replaceAll('_', ' ').replaceAll('/', ', ') : value;
    groups.set(region, [...(groups.get(region) ?? []), { value, label }]);
  }
  return [...groups].map(([region, zones]) => ({ region, zones }));
}

/** "two" up to "twelve", then figures; nothing is "no". */
export function inWords(count: number): string {
  return NUMBERS[count] ?? String(count);
}

/** "one section", "two sections", "no sections". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${inWords(count)} ${count === 1 ? one : many}`;
}

/** A sentence begins with a capital letter. */
export function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "today", "tomorrow", "in five days", "in three weeks"; for a day that has passed "yesterday", "five days ago". */
export function fromToday(day: Temporal.PlainDate, today: Temporal.PlainDate): string {
  const days = daysBetween(today, day);
  if (days === 0) return 'today';
  if (days === 1) return 'tomorrow';
  if (days === -1) return 'yesterday';
  const span = Math.abs(days) < 21 ? plural(Math.abs(days), 'day') : plural(Math.round(Math.abs(days) / 7), 'week');
  return days > 0 ? `in ${span}` : `${span} ago`;
}

/** "a, b and c". */
export function list(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

/** "One thing to put right", "Two things to put right": over a form that was refused. */
export function toPutRight(count: number): string {
  return `${sentence(plural(count, 'thing'))} to put right`;
}

/** What a learner reads about a grade that goes to the course: words and the shape beside them; null where none goes. */
export function courseGradeWords(grade: CourseGrade): { point: 'done' | 'part' | 'attention'; words: string } | null {
  switch (grade.kind) {
    case 'none': return null;
    case 'shown': return { point: 'done', words: `Your course shows ${grade.points} of ${grade.maximum}` };
    case 'changed': return { point: 'attention', words: `Your course shows ${grade.points} of ${grade.maximum}: somebody has changed it there` };
    case 'gone': return { point: 'attention', words: 'Your course shows no grade any more; your faculty can send it again' };
    case 'on-its-way': return { point: 'part', words: 'Your grade is on its way to your course' };
    case 'refused': return { point: 'attention', words: 'Your grade could not be sent to your course; your faculty can see why' };
  }
}
