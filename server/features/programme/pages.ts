// The programme as anybody may read it, and the page for those whose launch gives them nothing of a course.
import type { Programme } from '../../content/programme.ts';
import { inWords, list, plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type ProgrammeInput = {
  programme: Programme;
  /** The organisation's help line, or the programme's. */
  help: { telephone: string; days: string; hours: string };
  /** visitor: not signed in, learns how one gets in. guest: signed in without a course role. member: everybody else. */
  reader: 'visitor' | 'guest' | 'member';
  /** Why a guest is one: the launch named no role that we know, or no course. Ignored for others. */
  guestBecause?: 'no-role' | 'no-course';
  /** A member's way to the weeks: `at('/')`. Null for visitors and guests. */
  home: string | null;
  /** The way to the glossary, for those who are signed in and where there is one. */
  glossary?: string | null;
  /** Likewise to the teaching cards. */
  cards?: string | null;
  /** The address of a file of the programme's media folder. */
  mediaAddress: (file: string) => string;
};

/** `GET /` in public, `GET /programme` inside a sign-in. */
export function programmePage({ programme, help, reader, guestBecause = 'no-role', home, glossary = null, cards = null, mediaAddress }: ProgrammeInput) {
  const { introduction } = programme;
  const virtual = programme.weeks.filter((week) => week.workshop?.kind === 'virtual').length;
  const inPerson = programme.weeks.filter((week) => week.workshop?.kind === 'in-person').length;
  return {
    template: 'programme/programme',
    data: {
      title: programme.title,
      heading: programme.title,
      tagline: programme.tagline,
      promise: programme.promise,
      isVisitor: reader === 'visitor',
      guest: reader === 'guest' ? GUEST_WORDS[guestBecause] : null,
      home,
      audience: programme.audience,
      prerequisites: programme.prerequisites,
      outcomesHeading: `${sentence(inWords(programme.outcomes.length))} outcomes`,
      outcomes: programme.outcomes.map((text, index) => ({ number: index + 1, text, weeks: weeksOf(programme, index + 1) })),
      glossary,
      cards,
      weeksHeading: `${sentence(inWords(programme.weeks.length))} weeks`,
      weeksNote: `${sentence(plural(virtual, 'virtual workshop'))}, ${inWords(inPerson)} in person`,
      weeks: programme.weeks.map((week) => ({
        number: week.number,
        title: week.title,
        summary: week.summary,
        workshop: week.workshop
          ? { icon: week.workshop.kind === 'virtual' ? 'video' : 'room', text: `${week.workshop.kind === 'virtual' ? 'Virtual workshop' : `${sentence(plural(week.workshop.days, 'day'))} in person`}: ${week.workshop.title}` }
          : null,
      })),
      introduction: {
        title: introduction.title,
        summary: introduction.summary,
        points: introduction.points,
        film: introduction.file ? { src: mediaAddress(introduction.file), captions: introduction.captions ? mediaAddress(introduction.captions) : null } : null,
      },
      help: { ...help, dial: help.telephone.replace(/[^+\d]/g, '') },
    },
  } satisfies Page;
}

/** Where an outcome is taught: "Weeks 1, 3 and 9". */
function weeksOf({ weeks }: Programme, outcome: number): string {
  const numbers = weeks.filter(({ outcomes }) => outcomes.includes(outcome)).map(({ number }) => String(number));
  return numbers.length === 0 ? '' : `${numbers.length === 1 ? 'Week' : 'Weeks'} ${list(numbers)}`;
}

/** `GET /glossary`: the words of the field. `week` gives the address of a week, null where the reader has none. */
export function glossaryPage({ programme, week }: { programme: Programme; week: ((number: number) => string) | null }) {
  const terms = programme.glossary ?? [];
  const letterOf = (term: string): string => term.normalize('NFKD').charAt(0).toUpperCase();
  const letters = [...new Set(terms.map(({ term }) => letterOf(term)))];
  return {
    template: 'programme/glossary',
    data: {
      title: 'The words of the field',
      kicker: `${programme.title} programme`,
      letters: letters.map((letter) => ({
        letter,
        terms: terms.filter(({ term }) => letterOf(term) === letter).map(({ key, term, also, definition, week: number }) => ({ key, term, also: also.length > 0 ? list(also) : null, definition, week: number, href: week ? week(number) : null })),
      })),
    },
  } satisfies Page;
}

const GUEST_WORDS = {
  'no-role': {
    heading: 'You are here as a guest',
    text: 'Your learning platform did not say that you are a learner or a teacher of this course, so nothing of the course is shown: no names, no weeks, no progress. You can read what the programme is.',
    todo: 'If you take part or teach, ask whoever runs the course to add you to it, then open the link again.',
  },
  'no-course': {
    heading: 'You are here as a guest',
    text: 'This link was opened outside a course, so there is no course to show. You can read what the programme is.',
    todo: 'If you take part or teach, open Coachline from the link inside your own course.',
  },
};
