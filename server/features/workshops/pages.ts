// Workshops as people read them: a learner's own, the calendar of staff by month, and one workshop with its days.
import { calendarWeek, weekDates } from '../../domain/calendar.ts';
import type { CohortCalendar } from '../../domain/calendar.ts';
import type { PlannedWorkshop } from '../../domain/workshop-schedule.ts';
import { byStart, nextSession, revisionMark } from '../../domain/workshop-sessions.ts';
import type { Session } from '../../domain/workshop-sessions.ts';
import { joinWindow } from '../../domain/workshop-times.ts';
import { dateRange, fromToday, fullDate, inWords, plural, sentence, shortMonth, timeAndZone, weekdayName, zonePlace } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import { changeWords, kindWords, placeWords, sessionTitle, sessionWhen, twiceWords } from '../../workshop-words.ts';

/** decider: may change the calendar. assistant: reads it as they do. A mentor is told when and where, and joins nothing. */
export type WorkshopReader = 'learner' | 'mentor' | 'assistant' | 'decider';

export type WorkshopsInput = {
  at: (path: string) => string;
  english?: English;
  now: Temporal.Instant;
  reader: WorkshopReader;
  cohort: CohortCalendar & { name: string };
  /** What of the plan can be scheduled, in order. */
  planned: readonly PlannedWorkshop[];
  /** How many workshops the material has that nothing can name, because it is older than keys. */
  unnamed: number;
  /** Earliest first. */
  sessions: readonly Session[];
  notice?: 'scheduled' | 'changed' | 'cancelled' | 'put-back' | null | undefined;
};

/** `GET /workshops` of learners and mentors: the next one first. */
export function myWorkshopsPage(input: WorkshopsInput) {
  const { at, now, reader, cohort, sessions } = input;
  const next = nextSession(sessions, now);
  const isAhead = ({ endsAt }: Session) => Temporal.Instant.compare(endsAt, now) > 0;
  return {
    template: 'workshops/mine',
    data: {
      title: 'Workshops',
      kicker: cohort.name,
      heading: next ? nextHeading(next, input) : sessions.some(isAhead) ? 'The workshops ahead are cancelled' : sessions.length > 0 ? 'No workshop is on the calendar now' : 'No workshop has a date yet',
      line: sessions.length > 0 ? null : 'Your faculty will set days and times. You will find them here.',
      next: next && sessionView(next, input),
      ahead: sessions.filter((session) => isAhead(session) && session !== next).map((session) => sessionView(session, input)),
      unscheduled: unscheduledOf(input),
      past: sessions.filter((session) => !isAhead(session)).toSorted((one, other) => byStart(other, one)).map((session) => sessionView(session, input)),
      attendance: reader === 'learner' ? at('/attendance') : null,
      calendarFile: sessions.length > 0 && reader !== 'mentor' ? at('/workshops/calendar.ics') : null,
    },
  } satisfies Page;
}

/** `GET /workshops` of staff: every day as an agenda by month. */
export function agendaPage(input: WorkshopsInput) {
  const { at, cohort, planned, sessions, unnamed, reader, notice } = input;
  const unscheduled = unscheduledOf(input);
  const months = Map.groupBy(sessions, ({ startsAt, timeZone }) => String(startsAt.toZonedDateTimeISO(timeZone).toPlainDate().toPlainYearMonth()));
  return {
    template: 'workshops/agenda',
    data: {
      title: 'Workshops',
      kicker: `${cohort.name}. Times are those of each workshop’s own zone`,
      heading: planned.length === 0 ? 'There is no workshop to schedule' : unscheduled.length === planned.length ? 'No workshop has a date yet' : unscheduled.length === 0 ? `${sentence(plural(planned.length, 'workshop'))} on the calendar` : `${sentence(plural(unscheduled.length, 'workshop'))} to schedule`,
      line: planned.length === 0 ? unnamedWords(unnamed)
        : `${sentence(plural(planned.length, 'workshop'))} in the programme, ${plural(sessions.length, 'day')} on the calendar. Change a day, and everybody’s page follows at once; calendars follow when people take the file again.`,
      notice: notice === 'scheduled' ? { heading: 'The workshops are on the calendar', text: 'Everybody in the cohort sees them from now on.' } : null,
      schedule: reader === 'decider' && unscheduled.length > 0 ? { href: at('/cohort/workshops'), label: unscheduled.length === planned.length ? 'Schedule the workshops' : `Schedule the other ${unscheduled.length === 1 ? 'one' : inWords(unscheduled.length)}` } : null,
      months: [...months].toSorted(([one], [other]) => one.localeCompare(other)).map(([month, days]) => ({
        id: `month-${month}`,
        name: monthName(days[0]),
        sessions: days.map((session) => sessionView(session, input)),
      })),
      unscheduled,
      calendarFile: sessions.length > 0 ? at('/workshops/calendar.ics') : null,
    },
  } satisfies Page;
}

export type WorkshopInput = WorkshopsInput & {
  workshop: PlannedWorkshop;
  /** Why days could not be put back; send with 409. */
  problem?: string | null;
  /** Whether the material has notes for those who run it. */
  hasNotes?: boolean;
};

/** `GET /workshops/KEY`: one workshop with its days, scheduled or not. Links in an LMS name it. */
export function workshopPage(input: WorkshopInput) {
  const { at, english = 'en-GB', cohort, reader, workshop, notice, problem = null, hasNotes = false } = input;
  const sessions = input.sessions.filter(({ key }) => key === workshop.key).toSorted((one, other) => one.day - other.day);
  const cancelled = sessions.filter(({ cancelledAt }) => cancelledAt !== null);
  const path = `/workshops/${workshop.key}`;
  const decides = reader === 'decider' && sessions.length > 0;
  return {
    template: 'workshops/workshop',
    data: {
      title: workshop.title,
      kicker: `Week ${workshop.week}. ${kindWords(workshop)}`,
      heading: workshop.title,
      line: sessions.length > 0 && cancelled.length === sessions.length ? 'This workshop is cancelled.' : null,
      notice: notice && noticeWords[notice],
      problem,
      days: sessions.map((session) => ({ ...sessionView(session, input), title: workshop.days > 1 ? `Day ${session.day} of ${workshop.days}` : 'The day', href: null })),
      isOne: workshop.days === 1,
      waiting: sessions.length > 0 ? null : {
        when: `It belongs to week ${workshop.week}, ${dateRange(weekDates(cohort, workshop.week).from, weekDates(cohort, workshop.week).to, english)}.`,
        words: workshop.kind === 'virtual' ? 'Your faculty will set day and time. Then this page shows them, and the button to join from ten minutes before it begins.' : `Your faculty will set the ${workshop.days === 1 ? 'day' : `${inWords(workshop.days)} days`} and the place. Then this page shows them, with a map.`,
        schedule: reader === 'decider' ? at('/cohort/workshops') : null,
      },
      week: { href: at(`/weeks/${workshop.week}`), label: `Week ${workshop.week} of the programme` },
      all: at('/workshops'),
      notes: hasNotes && (reader === 'decider' || reader === 'assistant') ? at(`${path}/notes`) : null,
      calendarFile: sessions.length > 0 && reader !== 'mentor' ? at(`${path}/calendar.ics`) : null,
      change: decides && cancelled.length < sessions.length ? at(`${path}/sessions`) : null,
      cancel: decides && cancelled.length < sessions.length ? at(`${path}/cancellation`) : null,
      putBack: decides && cancelled.length > 0 ? {
        action: at(`${path}/cancellation/removal`),
        mark: revisionMark(sessions),
        days: cancelled.map(({ day }) => ({ day, label: workshop.days === 1 ? 'Put it back' : `Put day ${day} back` })),
      } : null,
    },
  } satisfies Page;
}

const noticeWords = {
  'scheduled': { heading: 'The workshop is on the calendar', text: 'Everybody in the cohort sees it from now on.' },
  'changed': { heading: 'The changes are saved', text: 'Everybody in the cohort sees them from now on.' },
  'cancelled': { heading: 'It is cancelled', text: 'Everybody in the cohort is told, with your reason, where they look for their workshops.' },
  'put-back': { heading: 'It takes place after all', text: 'Everybody in the cohort is told where they look for their workshops.' },
};

/** A day of a workshop, ready to be printed. */
function sessionView(session: Session, { at, english = 'en-GB', now, reader, planned, cohort }: WorkshopsInput) {
  const { key, day, startsAt, timeZone, meetingUrl, venue, address } = session;
  const workshop = planned.find((candidate) => candidate.key === key) ?? { key, title: key, kind: meetingUrl === null ? 'in-person' : 'virtual', days: 1, week: 0 } as const;
  const start = startsAt.toZonedDateTimeISO(timeZone);
  const join = joinWindow(session, now);
  const isStaff = reader === 'assistant' || reader === 'decider';
  const takesPlace = session.cancelledAt === null;
  const isOnline = workshop.kind === 'virtual';
  // Before the door opens the link leaves this file for nobody but staff, who look after the meeting.
  const joins = takesPlace && isOnline && meetingUrl !== null && join.state === 'open' && reader !== 'mentor';
  const waits = takesPlace && isOnline && meetingUrl !== null && join.state === 'before' && reader !== 'mentor';
  const change = changeWords(session, english);
  return {
    id: `${key}-${day}`,
    weekday: weekdayName(start).slice(0, 3), day: start.day, month: shortMonth(start),
    title: sessionTitle(workshop, day),
    href: at(`/workshops/${key}`) as string | null,
    kind: isOnline ? 'Online' : 'In person',
    icon: isOnline ? 'video' : 'room',
    when: sessionWhen(session, english, true),
    zone: timeZone === cohort.timeZone ? null : `${zonePlace(timeZone)} time`,
    twice: twiceWords(session, english),
    yourTime: join.state === 'over' ? null : { startsAt: String(startsAt), zone: timeZone },
    place: !takesPlace ? '' : isOnline && reader === 'mentor' ? 'Online.' : placeWords(session, workshop.kind, join, english),
    change: change && (join.state !== 'over' || change.change === 'cancelled' ? change : null),
    state: stateOf(session, now),
    joinUrl: joins ? meetingUrl : null,
    opensAt: waits ? String(join.opensAt) : null,
    meetingUrl: isStaff && takesPlace && !joins && join.state !== 'over' ? meetingUrl : null,
    mapUrl: !isOnline && takesPlace && (address ?? venue) !== null ? mapOf(address ?? venue ?? '') : null,
    roll: isStaff && takesPlace && hasBegun(session, now) ? at(rollPath(key, day)) : null,
  };
}

/** Where the roll of a day is taken (features/attendance). */
function rollPath(key: string, day: number): string {
  return `/attendance/${key}/${day}`;
}

/** From half an hour before, when people come in. */
function hasBegun({ startsAt }: Session, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(now, startsAt.subtract({ minutes: 30 })) >= 0;
}

function stateOf(session: Session, now: Temporal.Instant): { point: string; words: string } {
  const today = now.toZonedDateTimeISO(session.timeZone).toPlainDate();
  const on = session.startsAt.toZonedDateTimeISO(session.timeZone).toPlainDate();
  if (session.cancelledAt !== null) return { point: 'error', words: 'Cancelled' };
  if (Temporal.Instant.compare(session.endsAt, now) <= 0) return { point: 'done', words: 'Over' };
  if (Temporal.Instant.compare(session.startsAt, now) <= 0) return { point: 'current', words: 'On now' };
  return { point: today.equals(on) ? 'current' : 'open', words: sentence(fromToday(on, today)) };
}

function nextHeading(next: Session, { now, english = 'en-GB' }: WorkshopsInput): string {
  const start = next.startsAt.toZonedDateTimeISO(next.timeZone);
  if (Temporal.Instant.compare(next.startsAt, now) <= 0) return 'Your workshop is on now';
  const day = fromToday(start.toPlainDate(), now.toZonedDateTimeISO(next.timeZone).toPlainDate());
  return `Your next workshop is ${day}${day === 'today' ? `, at ${timeAndZone(start, english)}` : ''}`;
}

function unscheduledOf({ at, english = 'en-GB', now, cohort, planned, sessions }: WorkshopsInput) {
  const thisWeek = calendarWeek(cohort, now);
  return planned.filter(({ key }) => !sessions.some((session) => session.key === key)).map((workshop) => {
    const { from, to } = weekDates(cohort, workshop.week);
    return { href: at(`/workshops/${workshop.key}`), title: workshop.title, kind: kindWords(workshop), week: `Week ${workshop.week}, ${dateRange(from, to, english)}`, isLate: workshop.week <= thisWeek };
  });
}

/** What is said of workshops that have no key. */
export function unnamedWords(unnamed: number): string {
  return unnamed === 0 ? 'The material of this cohort has no workshops.'
    : `The material of this cohort is older than workshops on the calendar, so its ${unnamed === 1 ? 'workshop' : `${inWords(unnamed)} workshops`} cannot be scheduled here. Please tell learners the days yourself.`;
}

function monthName(session: Session | undefined): string {
  if (!session) return '';
  const start = session.startsAt.toZonedDateTimeISO(session.timeZone);
  // "Thursday 14 May 2026" without its day.
  return fullDate(start).replace(/^\S+ \d+ /, '');
}

/** A map of an address: OpenStreetMap's search. */
function mapOf(address: string): string {
  return `https://www.openstreetmap.org/search?${new URLSearchParams({ query: address }).toString()}`;
}
