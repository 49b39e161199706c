// How dates, times and counts read on a page: British English, weekdays always, zones always beside a time.
// Names are tables of our own, because pages are in one language and a formatter made per call is slow.

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
const NUMBERS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'];

type Day = Temporal.PlainDate | Temporal.ZonedDateTime;

/** "Monday 11 May". For days near enough that the year goes without saying. */
export function longDate(day: Day): string {
  return `${WEEKDAYS[day.dayOfWeek - 1]} ${dayAndMonth(day)}`;
}

/** "Monday 11 May 2026". */
export function fullDate(day: Day): string {
  return `${longDate(day)} ${day.year}`;
}

/** "11 May". */
export function dayAndMonth(day: Day): string {
  return `${day.day} ${MONTHS[day.month - 1]}`;
}

/** "Monday 11 to Sunday 17 May"; both months, and both years, when they differ. */
export function dateRange(from: Day, to: Day): string {
  if (from.year !== to.year) return `${fullDate(from)} to ${fullDate(to)}`;
  const start = from.month === to.month ? `${WEEKDAYS[from.dayOfWeek - 1]} ${from.day}` : longDate(from);
  return `${start} to ${longDate(to)}`;
}

/** "14:05", on the 24-hour clock. */
export function clockTime(moment: Temporal.ZonedDateTime): string {
  return `${String(moment.hour).padStart(2, '0')}:${String(moment.minute).padStart(2, '0')}`;
}

/** "00:00 BST": a time never stands without its zone. */
export function timeAndZone(moment: Temporal.ZonedDateTime): string {
  return `${clockTime(moment)} ${zoneName(moment)}`;
}

// A zone's short name is known only to the English of its own region; elsewhere it reads "GMT+2".
const ZONE_REGIONS = ['en-GB', 'en-US', 'en-AU', 'en-NZ', 'en-IN', 'en-ZA'];
const zoneFormats = new Map<string, Intl.DateTimeFormat[]>();

/** "BST", "CEST", "EDT"; "GMT+4" where English has no short name for the zone. */
export function zoneName(moment: Temporal.ZonedDateTime): string {
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
  const days = today.until(day, { largestUnit: 'days' }).days;
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
