// How a day of a workshop is told: when, where, and what changed. For the pages of workshops and for the learner's home.
import { changeOf } from './domain/workshop-sessions.ts';
import type { SessionChange, SessionFacts } from './domain/workshop-sessions.ts';
import type { PlannedWorkshop } from './domain/workshop-schedule.ts';
import { comesTwice, joinState, joinWindow } from './domain/workshop-times.ts';
import type { JoinState, JoinWindow, Period } from './domain/workshop-times.ts';
import { clockTime, fullDate, longDate, plural, sentence, timeAndZone } from './format.ts';
import type { English } from './format.ts';

/** "Thursday 14 May, 14:00–16:00 BST"; `withYear` for a day that may be far away. */
export function sessionWhen({ startsAt, endsAt, timeZone }: Period & { timeZone: string }, english: English, withYear = false): string {
  const start = startsAt.toZonedDateTimeISO(timeZone);
  return `${(withYear ? fullDate : longDate)(start, english)}, ${clockTime(start, english)}–${timeAndZone(endsAt.toZonedDateTimeISO(timeZone), english)}`;
}

/** On the night when the clocks go back, which of two equal times is meant; null on every other. */
export function twiceWords({ startsAt, endsAt, timeZone }: Period & { timeZone: string }, english: English): string | null {
  const twice = [startsAt, endsAt].find((moment) => comesTwice(moment, timeZone));
  return twice ? `The clocks go back on that day and show ${clockTime(twice.toZonedDateTimeISO(timeZone), english)} twice: the first of the two is meant.` : null;
}

/** "Coaching, aims and tests, day 2 of 3"; the title alone where there is one day. */
export function sessionTitle({ title, days }: Pick<PlannedWorkshop, 'title' | 'days'>, day: number): string {
  return days === 1 ? title : `${title}, day ${day} of ${days}`;
}

/** "Virtual workshop", "Three days in person". */
export function kindWords({ kind, days }: Pick<PlannedWorkshop, 'kind' | 'days'>): string {
  return kind === 'virtual' ? 'Virtual workshop' : `${sentence(plural(days, 'day'))} in person`;
}

/** What last happened to a day: a shape, one word, and the sentence with the reason; null where nothing did. */
export function changeWords(session: SessionFacts, english: English): { change: Exclude<SessionChange, 'none'>; point: 'attention' | 'error' | 'done'; label: string; words: string } | null {
  const change = changeOf(session);
  switch (change) {
    case 'none': return null;
    case 'cancelled': return { change, point: 'error', label: 'Cancelled', words: `This day does not take place. ${reasonWords(session.cancelReason)}`.trim() };
    case 'put-back': return { change, point: 'done', label: 'Takes place after all', words: `It had been cancelled. ${reasonWords(session.cancelReason)}`.trim() };
    case 'moved': {
      const before = session.movedFrom?.toZonedDateTimeISO(session.timeZone);
      return { change, point: 'attention', label: 'Moved', words: `${before ? `It was to begin on ${longDate(before, english)}, ${timeAndZone(before, english)}. ` : ''}${reasonWords(session.moveReason)}`.trim() };
    }
  }
}

function reasonWords(reason: string | null): string {
  return reason === null || reason === '' ? '' : `Reason: ${/[.!?]$/.test(reason) ? reason : `${reason}.`}`;
}

/** The next day of a cohort's workshops, and those that were moved, cancelled or put back of late. */
export type WorkshopNews = { next: SessionFacts | null; changes: SessionFacts[] };

export type NewsWords = {
  next: {
    title: string;
    kind: 'virtual' | 'in-person';
    /** "Thursday 14 May, 14:00–16:00 BST". */
    when: string;
    startsAt: string;
    timeZone: string;
    /** Where in person, or what to do online, one sentence. */
    place: string;
    /** The page of the workshop. */
    path: string;
    /** The meeting's own address, from ten minutes before to the end; null at any other time, and in person. */
    joinUrl: string | null;
  } | null;
  changes: { change: Exclude<SessionChange, 'none'>; point: string; label: string; title: string; words: string; path: string }[];
};

/**
 * The news of a cohort's workshops in words, for a learner's home.
 * @param planned the workshops of the cohort's own material; what is not among them is not told
 */
export function workshopNewsWords({ next, changes }: WorkshopNews, { planned, english, now }: { planned: readonly PlannedWorkshop[]; english: English; now: Temporal.Instant }): NewsWords {
  const workshopOf = (session: SessionFacts) => planned.find(({ key }) => key === session.key);
  const workshop = next && workshopOf(next);
  return {
    next: next && workshop ? nextWords(next, workshop, { english, now }) : null,
    changes: changes.flatMap((session) => {
      const changed = changeWords(session, english);
      const changedWorkshop = workshopOf(session);
      const when = sessionWhen(session, english);
      return changed && changedWorkshop ? [{ ...changed, title: sessionTitle(changedWorkshop, session.day), words: changed.change === 'cancelled' ? `${when}. ${changed.words}` : `Now ${when}. ${changed.words}`, path: `/workshops/${session.key}` }] : [];
    }),
  };
}

const toldNext = new WeakMap<SessionFacts, { workshop: PlannedWorkshop; state: JoinState; english: English; words: NonNullable<NewsWords['next']> }>();

/** The next day in words. For weeks they are the same at each visit of whoever reads them, and times in words are what costs. */
function nextWords(session: SessionFacts, workshop: PlannedWorkshop, { english, now }: { english: English; now: Temporal.Instant }): NonNullable<NewsWords['next']> {
  const told = toldNext.get(session);
  const state = joinState(session, now);
  if (told?.workshop === workshop && told.state === state && told.english === english) return told.words;
  const words = {
    title: sessionTitle(workshop, session.day),
    kind: workshop.kind,
    when: sessionWhen(session, english),
    startsAt: String(session.startsAt),
    timeZone: session.timeZone,
    place: placeWords(session, workshop.kind, joinWindow(session, now), english),
    path: `/workshops/${session.key}`,
    joinUrl: state === 'open' ? session.meetingUrl : null,
  };
  toldNext.set(session, { workshop, state, english, words });
  return words;
}

/** Where a day takes place, or when it can be joined, one sentence. */
export function placeWords({ meetingUrl, venue, address, timeZone, endsAt }: SessionFacts, kind: PlannedWorkshop['kind'], { state, opensAt }: JoinWindow, english: English): string {
  if (kind === 'in-person') return [venue, address].filter((part) => part !== null && part !== '').join(', ') || 'The place is not known yet.';
  if (state === 'over') return 'This was online.';
  if (meetingUrl === null) return 'Online. The meeting link is still to come; you will find it here.';
  if (state === 'open') return `You can join now, until ${timeAndZone(endsAt.toZonedDateTimeISO(timeZone), english)}.`;
  return `Online. The button to join appears here at ${timeAndZone(opensAt.toZonedDateTimeISO(timeZone), english)}, ten minutes before it begins.`;
}
