// Laying out the workshops of the content's plan: sensible days to begin with, and judging what somebody typed.
import { weekDates, weekStartsOn } from './calendar.ts';
import type { CohortCalendar } from './calendar.ts';
import { oneLine } from './typed-text.ts';
import { findDisorder } from './workshop-sessions.ts';
import type { SessionFacts } from './workshop-sessions.ts';
import { readMoment } from './workshop-times.ts';
import type { MomentReading, Period } from './workshop-times.ts';

/** A workshop of the plan that can be scheduled. */
export type PlannedWorkshop = { key: string; week: number; kind: 'virtual' | 'in-person'; title: string; days: number };

type PlannedWeek = { number: number; workshop: { key?: string; kind: 'virtual' | 'in-person'; title: string; days: number } | null };

/** The workshops of a programme in order. Those of material from before workshops had keys are left out: nothing can name them. */
export function plannedWorkshops(weeks: readonly PlannedWeek[]): readonly PlannedWorkshop[] {
  const known = plans.get(weeks) ?? weeks.flatMap(({ number, workshop }) => (workshop?.key === undefined ? [] : [{ ...workshop, key: workshop.key, week: number }]));
  plans.set(weeks, known);
  return known;
}

/** The weeks of a programme never change, so what follows from them is found once. */
const plans = new WeakMap<readonly PlannedWeek[], readonly PlannedWorkshop[]>();

/** Times of day that stand in the form first. */
const usualTimes = { 'virtual': { start: '14:00', end: '16:00' }, 'in-person': { start: '09:00', end: '17:00' } } as const;
const tuesday = 2;

/** A day as a form's fields hold it. */
export type TypedDay = { date?: string; start?: string; end?: string };

/**
 * Days to begin with: in the workshop's own week, from its Tuesday where the days then all lie in the week (people
 * travel on Mondays), else the first run of working days in it. Two hours in the afternoon online, nine to five in person.
 */
export function proposeDays({ week, kind, days }: Pick<PlannedWorkshop, 'week' | 'kind' | 'days'>, calendar: CohortCalendar): Required<TypedDay>[] {
  const first = weekStartsOn(calendar, week);
  const runs = Array.from({ length: Math.max(1, 8 - days) }, (_, offset) => first.add({ days: offset }));
  const isWorking = (from: Temporal.PlainDate) => from.dayOfWeek + days - 1 <= 5;
  const from = runs.find((day) => day.dayOfWeek === tuesday && isWorking(day)) ?? runs.find(isWorking) ?? first;
  return Array.from({ length: days }, (_, index) => ({ date: String(from.add({ days: index })), ...usualTimes[kind] }));
}

/** A workshop as it was typed. `days` by number, from 1; only those that are to be judged. */
export type TypedWorkshop = { days: ReadonlyMap<number, TypedDay>; link?: string; venue?: string; address?: string };

/** Where and when, as it will stand in the rows. */
export type WorkshopSetting = { timeZone: string; meetingUrl: string | null; venue: string | null; address: string | null; days: (Period & { day: number })[] };

/** Errors by field: `link`, `venue`, `address`, and of day 2 `2-date`, `2-start`, `2-end`. */
export type SettingDecision = { good: true; setting: WorkshopSetting } | { good: false; errors: Record<string, string> };

const longest = { link: 2048, venue: 255, address: 1000 };
/** A day further from the programme than this is a slip of the keyboard. */
const reach = { before: { months: 6 }, after: { months: 12 } };

/**
 * Judges what was typed for one workshop, and says per field what is wrong and what to do.
 * @param weeks how many weeks the programme has
 * @param standing when days begin that are scheduled already: however far away, they may stay
 */
export function decideSetting(kind: PlannedWorkshop['kind'], typed: TypedWorkshop, timeZone: string, { calendar, weeks, standing = [] }: { calendar: CohortCalendar; weeks: number; standing?: readonly Temporal.Instant[] }): SettingDecision {
  const errors: Record<string, string> = {};
  const days: WorkshopSetting['days'] = [];
  const first = calendar.startsOn.subtract(reach.before);
  const last = weekDates(calendar, weeks).to.add(reach.after);
  for (const [day, { date, start, end }] of typed.days) {
    const from = readMoment(date, start, timeZone);
    const to = readMoment(date, end, timeZone);
    if (!from.good || !to.good) {
      Object.assign(errors, momentErrors(day, from, to));
      continue;
    }
    if (Temporal.Instant.compare(to.instant, from.instant) <= 0) {
      errors[`${day}-end`] = 'The end is not after the start. Choose a later end on the same day.';
      continue;
    }
    const on = Temporal.PlainDate.from(date ?? '');
    const isKept = standing.some((moment) => moment.equals(from.instant));
    if (!isKept && (Temporal.PlainDate.compare(on, first) < 0 || Temporal.PlainDate.compare(on, last) > 0)) {
      errors[`${day}-date`] = 'Check the year: this day lies far outside the cohort’s calendar.';
      continue;
    }
    days.push({ day, startsAt: from.instant, endsAt: to.instant });
  }
  const disorder = findDisorder(days);
  if (disorder) errors[`${disorder.day}-date`] = disorderWords(disorder.problem, disorder.day);

  const link = oneLine(typed.link);
  const venue = oneLine(typed.venue);
  const address = oneLine(typed.address);
  if (kind === 'virtual' && link !== '' && !isMeetingLink(link)) errors['link'] = 'Paste the whole meeting link, beginning with https://, or leave it empty until you have it.';
  if (kind === 'in-person' && venue === '') errors['venue'] = 'Name the place, such as the house and the room.';
  else if (venue.length > longest.venue) errors['venue'] = `Shorten the name to ${longest.venue} letters or fewer.`;
  if (address.length > longest.address) errors['address'] = `Shorten the address to ${longest.address} letters or fewer.`;
  if (Object.keys(errors).length > 0) return { good: false, errors };

  const place = kind === 'virtual' ? { meetingUrl: link === '' ? null : link, venue: null, address: null } : { meetingUrl: null, venue, address: address === '' ? null : address };
  return { good: true, setting: { timeZone, ...place, days } };
}

export function disorderWords(problem: 'outOfOrder' | 'overlap', day: number): string {
  return problem === 'outOfOrder' ? `Day ${day} does not come after day ${day - 1}. Put the days in order.` : `Day ${day} begins before day ${day - 1} has ended. Two days may not overlap.`;
}

function momentErrors(day: number, from: MomentReading, to: MomentReading): Record<string, string> {
  if ([from, to].some((one) => !one.good && one.reason === 'no-day')) return { [`${day}-date`]: 'Choose the day, as year-month-day, for example 2027-01-12.' };
  const of = (reading: MomentReading, what: 'start' | 'end', example: string) => (reading.good ? {} : {
    [`${day}-${what}`]: reading.reason === 'skipped'
      ? 'This time does not exist on that day: the clocks go forward and jump over it. Choose a time an hour earlier or later.'
      : `Choose when it ${what}s, on the 24-hour clock, for example ${example}.`,
  });
  return { ...of(from, 'start', '14:00'), ...of(to, 'end', '16:00') };
}

/** Whole and encrypted; without a name or password in it, which would be shown to everybody. */
function isMeetingLink(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && url.protocol === 'https:' && url.hostname.includes('.') && url.username === '' && url.password === '' && text.length <= longest.link && !/\s/.test(text);
}

const longestReason = 300;

/** Why a workshop moves or does not take place: learners read it, so there must be one. */
export function decideReason(typed: string | undefined): { good: true; reason: string } | { good: false; error: string } {
  const reason = oneLine(typed);
  if (reason === '') return { good: false, error: 'Say in a few words why. Learners read it beside the change.' };
  if (reason.length > longestReason) return { good: false, error: `Shorten the reason to ${longestReason} letters or fewer.` };
  return { good: true, reason };
}

/** The days that begin at another moment than they did: learners are told of these as moved. */
export function movedDays(before: readonly { day: number; startsAt: Temporal.Instant }[], after: readonly { day: number; startsAt: Temporal.Instant }[]): number[] {
  return after.filter(({ day, startsAt }) => before.some((one) => one.day === day && !one.startsAt.equals(startsAt))).map(({ day }) => day);
}

/** Whether the days of a workshop that take place are already as somebody wants them: who wants that has no quarrel with whoever saved it. */
export function isSameSetting(sessions: readonly SessionFacts[], setting: WorkshopSetting): boolean {
  const living = sessions.filter(({ cancelledAt }) => cancelledAt === null);
  return living.length === setting.days.length && setting.days.every((wanted) => living.some((session) => session.day === wanted.day && isSameDay(session, wanted, setting)));
}

/** Whether one day stands at this time and in this place. */
export function isSameDay(session: SessionFacts, { startsAt, endsAt }: Period, { timeZone, meetingUrl, venue, address }: Omit<WorkshopSetting, 'days'>): boolean {
  return session.startsAt.equals(startsAt) && session.endsAt.equals(endsAt) && session.timeZone === timeZone
    && session.meetingUrl === meetingUrl && session.venue === venue && session.address === address;
}
