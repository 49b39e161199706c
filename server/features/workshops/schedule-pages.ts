// The forms by which workshops come onto the calendar, change, and are cancelled.
import type { CohortCalendar } from '../../domain/calendar.ts';
import { weekDates } from '../../domain/calendar.ts';
import { proposeDays } from '../../domain/workshop-schedule.ts';
import type { PlannedWorkshop, TypedWorkshop } from '../../domain/workshop-schedule.ts';
import { revisionMark } from '../../domain/workshop-sessions.ts';
import type { Session } from '../../domain/workshop-sessions.ts';
import { dateRange, fullDate, list, sentence, toPutRight, zoneGroups, zonePlace } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import { readDay } from '../../domain/typed-text.ts';
import { kindWords, sessionWhen } from '../../workshop-words.ts';
import { unnamedWords } from './pages.ts';

type At = (path: string) => string;
/** Fields by name, as a form sends them. */
export type Fields = Record<string, string>;

/** The fields of a workshop out of a form that may hold several: `KEY-1-date`, `KEY-link`. */
export function typedWorkshop(form: Fields, { key }: Pick<PlannedWorkshop, 'key'>, days: readonly number[]): TypedWorkshop {
  const of = (name: string) => form[`${key}-${name}`];
  const only = (fields: Record<string, string | undefined>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    days: new Map(days.map((day) => [day, only({ date: of(`${day}-date`), start: of(`${day}-start`), end: of(`${day}-end`) })])),
    ...only({ link: of('link'), venue: of('venue'), address: of('address') }),
  };
}

/** Numbers of all days of a workshop. */
export function daysOf({ days }: Pick<PlannedWorkshop, 'days'>): number[] {
  return Array.from({ length: days }, (_, index) => index + 1);
}

/** What stands in the form before anybody typed: every workshop ticked, on its likely days. */
export function proposedFields(workshops: readonly PlannedWorkshop[], calendar: CohortCalendar): Fields {
  return Object.fromEntries([
    ['timeZone', calendar.timeZone],
    ...workshops.flatMap((workshop): [string, string][] => [
      [`${workshop.key}-chosen`, 'true'],
      ...proposeDays(workshop, calendar).flatMap(({ date, start, end }, index): [string, string][] => [
        [`${workshop.key}-${index + 1}-date`, date], [`${workshop.key}-${index + 1}-start`, start], [`${workshop.key}-${index + 1}-end`, end],
      ]),
    ]),
  ]);
}

export type ScheduleInput = {
  at: At;
  english?: English;
  cohort: CohortCalendar & { name: string };
  /** What of the plan is not on the calendar yet. */
  workshops: readonly PlannedWorkshop[];
  /** How many workshops of the material have no key. */
  unnamed: number;
  /** What stands in the fields. */
  fields: Fields;
  /** By field name; send with 422 when there are any. */
  errors?: Record<string, string>;
  /** What somebody else scheduled while the form was open, with what was typed for it here; send with 409. */
  already?: { workshop: PlannedWorkshop; sessions: readonly Session[] }[];
};

/** `GET /cohort/workshops`: all that is not scheduled yet, in one form that posts to its own address. */
export function schedulePage({ at, english = 'en-GB', cohort, workshops, unnamed, fields, errors = {}, already = [] }: ScheduleInput) {
  const problems = problemsOf(errors).map(({ href, text }) => {
    const workshop = workshops.find(({ key }) => href.startsWith(`#${key}-`));
    return { href, text: workshop ? `${workshop.title}: ${text}` : text };
  });
  return {
    template: 'workshops/schedule',
    data: {
      title: 'Schedule the workshops',
      kicker: cohort.name,
      heading: workshops.length === 0 && already.length === 0 ? 'Nothing is left to schedule' : 'Schedule the workshops',
      lede: workshops.length > 0 ? `Each stands on a likely day of its own week, ${zonePlace(cohort.timeZone)} time: online on Tuesday afternoon, in person from Tuesday on. Change what differs; nothing is on the calendar until you press the button.`
        : unnamed > 0 ? unnamedWords(unnamed) : 'Every workshop of the programme is on the calendar.',
      problems: { heading: toPutRight(problems.length), items: problems },
      already: already.map(({ workshop, sessions }) => ({
        title: workshop.title, href: at(`/workshops/${workshop.key}`),
        saved: sessions.map((session) => sessionWhen(session, english)),
        typed: daysOf(workshop).map((day) => typedWhen(fields, workshop.key, day, english)),
      })),
      action: at('/cohort/workshops'),
      back: at('/workshops'),
      zone: zoneField(fields['timeZone'], cohort.timeZone, errors['timeZone']),
      workshops: workshops.map((workshop) => {
        const { from, to } = weekDates(cohort, workshop.week);
        return {
          ...workshopFields(workshop, daysOf(workshop), fields, errors),
          title: workshop.title,
          detail: `${kindWords(workshop)}. Week ${workshop.week}, ${dateRange(from, to, english)}`,
          chosen: { id: `${workshop.key}-chosen`, checked: fields[`${workshop.key}-chosen`] === 'true', error: errors[`${workshop.key}-chosen`] ?? null },
        };
      }),
    },
  } satisfies Page;
}

export type ChangeInput = {
  at: At;
  english?: English;
  cohort: CohortCalendar & { name: string };
  workshop: PlannedWorkshop;
  /** Of this workshop, in order of days. */
  sessions: readonly Session[];
  fields: Fields;
  errors?: Record<string, string>;
  /** The rows are not those that the form was made with: show both. Send with 409. */
  isConflict?: boolean;
};

/** What stands in the form of a workshop that is scheduled: every day in the one zone that the form names. */
export function savedFields({ key }: Pick<PlannedWorkshop, 'key'>, sessions: readonly Session[]): Fields {
  const first = sessions.find(({ cancelledAt }) => cancelledAt === null) ?? sessions[0];
  if (!first) return {};
  const { timeZone } = first;
  return Object.fromEntries([
    ['timeZone', timeZone],
    [`${key}-link`, first.meetingUrl ?? ''], [`${key}-venue`, first.venue ?? ''], [`${key}-address`, first.address ?? ''],
    ...sessions.flatMap(({ day, startsAt, endsAt }): [string, string][] => {
      const [start, end] = [startsAt.toZonedDateTimeISO(timeZone), endsAt.toZonedDateTimeISO(timeZone)];
      const clock = (time: Temporal.ZonedDateTime) => time.toPlainTime().toString({ smallestUnit: 'minute' });
      return [[`${key}-${day}-date`, String(start.toPlainDate())], [`${key}-${day}-start`, clock(start)], [`${key}-${day}-end`, clock(end)]];
    }),
  ]);
}

/** `GET /workshops/KEY/sessions`: times and place of the days that take place; the form posts to its own address. */
export function changePage({ at, english = 'en-GB', cohort, workshop, sessions, fields: typed, errors = {}, isConflict = false }: ChangeInput) {
  const fields = isConflict ? { ...savedDaysLeftOut(workshop, sessions, typed), ...typed } : typed;
  const problems = problemsOf(errors);
  const living = sessions.filter(({ cancelledAt }) => cancelledAt === null);
  const cancelled = sessions.filter(({ cancelledAt }) => cancelledAt !== null);
  const path = `/workshops/${workshop.key}`;
  return {
    template: 'workshops/change',
    data: {
      title: `Change: ${workshop.title}`,
      kicker: `Week ${workshop.week}. ${kindWords(workshop)}`,
      heading: workshop.title,
      problems: { heading: toPutRight(problems.length), items: problems },
      isConflict,
      differences: isConflict ? differencesOf(workshop, sessions, typed, english) : [],
      action: at(`${path}/sessions`),
      back: at(path),
      mark: revisionMark(sessions),
      left: cancelled.length === 0 ? null : `${sentence(list(cancelled.map(({ day }) => `day ${day}`)))} ${cancelled.length === 1 ? 'is' : 'are'} cancelled and not in this form. Put ${cancelled.length === 1 ? 'it' : 'them'} back to change ${cancelled.length === 1 ? 'it' : 'them'}.`,
      zone: zoneField(fields['timeZone'], cohort.timeZone, errors['timeZone']),
      workshop: workshopFields(workshop, living.map(({ day }) => day), fields, errors),
      reason: { id: 'reason', label: living.length === 1 ? 'Why it moves' : 'Why a day moves', hint: 'Needed when a day begins at another time. Learners read it beside the change, such as “the trainer is ill”.', most: 300, value: fields['reason'] ?? '', error: errors['reason'] ?? null },
    },
  } satisfies Page;
}

/** Days that the form did not hold, since they were put back while it was open: as they are saved. */
function savedDaysLeftOut(workshop: PlannedWorkshop, sessions: readonly Session[], typed: Fields): Fields {
  const isLeftOut = (day: number) => ['date', 'start', 'end'].every((part) => typed[`${workshop.key}-${day}-${part}`] === undefined);
  const days = sessions.filter(({ day }) => isLeftOut(day)).map(({ day }) => `${workshop.key}-${day}-`);
  return Object.fromEntries(Object.entries(savedFields(workshop, sessions)).filter(([name]) => days.some((day) => name.startsWith(day))));
}

function differencesOf(workshop: PlannedWorkshop, sessions: readonly Session[], fields: Fields, english: English) {
  const { key } = workshop;
  const saved = savedFields(workshop, sessions);
  const rows: [string, string, string][] = sessions.map((session) => [
    workshop.days === 1 ? 'Day' : `Day ${session.day}`,
    session.cancelledAt === null ? sessionWhen(session, english) : `Cancelled. ${session.cancelReason ?? ''}`,
    typedWhen(fields, key, session.day, english),
  ]);
  rows.push(['Time zone', saved['timeZone'] ?? '', fields['timeZone'] ?? '']);
  if (workshop.kind === 'virtual') rows.push(['Meeting link', saved[`${key}-link`] ?? '', fields[`${key}-link`] ?? '']);
  else rows.push(['Place', saved[`${key}-venue`] ?? '', fields[`${key}-venue`] ?? ''], ['Address', saved[`${key}-address`] ?? '', fields[`${key}-address`] ?? '']);
  const isSameDay = (day: number) => (['date', 'start', 'end'] as const).every((part) => (saved[`${key}-${day}-${part}`] ?? '') === (fields[`${key}-${day}-${part}`] ?? ''));
  return rows
    .filter(([, was, typed], index) => {
      const session = sessions[index];
      if (!session) return was !== typed;
      // A day that was cancelled before the form was made is not in it.
      return session.cancelledAt === null ? !isSameDay(session.day) : typed !== '';
    })
    .map(([label, was, typed]) => ({ label, saved: was === '' ? 'Nothing' : was, typed: typed === '' ? 'Nothing' : typed }));
}

export type CancelInput = {
  at: At;
  english?: English;
  workshop: PlannedWorkshop;
  /** Of this workshop, in order of days. */
  sessions: readonly Session[];
  /** Numbers of the days that are ticked. */
  chosen: readonly number[];
  reason: string;
  errors?: { reason?: string; day?: string };
  /** The rows are not those that the form was made with. Send with 409. */
  isConflict?: boolean;
};

/** `GET /workshops/KEY/cancellation`: which days do not take place, and why. */
export function cancelPage({ at, english = 'en-GB', workshop, sessions, chosen, reason, errors = {}, isConflict = false }: CancelInput) {
  const living = sessions.filter(({ cancelledAt }) => cancelledAt === null);
  const problems = problemsOf(errors);
  const path = `/workshops/${workshop.key}`;
  return {
    template: 'workshops/cancellation',
    data: {
      title: `Cancel: ${workshop.title}`,
      kicker: `Week ${workshop.week}. ${kindWords(workshop)}`,
      heading: `Cancel “${workshop.title}”?`,
      problems: { heading: toPutRight(problems.length), items: problems },
      conflict: isConflict ? sessions.map((session) => ({ label: workshop.days === 1 ? 'Now' : `Day ${session.day}`, saved: session.cancelledAt === null ? `Takes place, ${sessionWhen(session, english)}` : `Cancelled. ${session.cancelReason ?? ''}` })) : [],
      action: at(`${path}/cancellation`),
      back: at(path),
      mark: revisionMark(sessions),
      days: living.map((session) => ({ day: session.day, label: workshop.days === 1 ? '' : `Day ${session.day}: `, when: sessionWhen(session, english, true), checked: chosen.includes(session.day) })),
      dayError: errors.day ?? null,
      reason: { id: 'reason', label: 'Why it is cancelled', hint: 'Learners read it beside the change, such as “the trainer is ill; a new day follows”.', most: 300, required: true, value: reason, error: errors.reason ?? null },
      button: living.length === 1 ? 'Cancel this day' : 'Cancel the days I ticked',
    },
  } satisfies Page;
}

/** The fields of one workshop, for views/partials/workshop-fields.eta. */
function workshopFields({ key, kind, days: all }: PlannedWorkshop, days: readonly number[], fields: Fields, errors: Record<string, string>) {
  const field = (name: string, label: string, more: { hint?: string; type?: string; most?: number } = {}) => ({ id: `${key}-${name}`, label, ...more, value: fields[`${key}-${name}`] ?? '', error: errors[`${key}-${name}`] ?? null });
  return {
    key,
    days: days.map((day) => ({
      legend: all === 1 ? null : `Day ${day}`,
      fields: [field(`${day}-date`, 'Day', { type: 'date' }), field(`${day}-start`, 'Begins', { type: 'time' }), field(`${day}-end`, 'Ends', { type: 'time' })],
    })),
    place: kind === 'virtual'
      ? [field('link', 'Meeting link', { hint: 'Beginning with https://. It may follow later. Learners get it ten minutes before the start.', type: 'url', most: 2048 })]
      : [field('venue', 'Place', { hint: 'The house and the room' }), field('address', 'Address', { hint: 'Street and town, as a map finds them', most: 1000 })],
  };
}

function zoneField(typed: string | undefined, usual: string, error: string | undefined) {
  return { id: 'timeZone', label: 'Time zone', hint: 'In which the times below are meant and told', likely: typed ?? usual, groups: zoneGroups(), error: error ?? null, proposesOwnZone: false };
}

/** What was typed for a day, in words where it can be read, else as it is. */
function typedWhen(fields: Fields, key: string, day: number, english: English): string {
  const [date, start, end] = (['date', 'start', 'end'] as const).map((part) => fields[`${key}-${day}-${part}`] ?? '');
  const on = readDay(date);
  return on ? `${fullDate(on, english)}, ${start}–${end}` : [date, start, end].filter(Boolean).join(' ');
}

/** What is wrong in a form, each a link to its field. */
function problemsOf(errors: Record<string, string | undefined>): { href: string; text: string }[] {
  return Object.entries(errors).flatMap(([field, text]) => (text === undefined ? [] : [{ href: `#${field}`, text }]));
}
