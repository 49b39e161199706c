// The journal as its learner reads and writes it, and what faculty see of it.
import type { Programme, ProgrammeWeek } from '../../content/programme.ts';
import { anyWeeksQuestion, longestEntry, sharedPerPage } from '../../domain/journal.ts';
import type { Entry, JournalReader, SharedEntry } from '../../domain/journal.ts';
import { linkPieces } from '../../domain/linked-text.ts';
import { list, momentAndPlace, plural } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type JournalFacts = {
  at: (path: string) => string;
  english?: English;
  cohort: { name: string; timeZone: string };
  programme: Programme;
  /** Under which this browser keeps what it cannot send; null where nothing is kept, for a test learner. */
  mark: string | null;
};

/** `GET /journal`: every week with its question and what was written. @param mayOpen whether a week is open to the learner */
export function journalPage({ facts, entries, mayOpen }: { facts: JournalFacts; entries: ReadonlyMap<number, Entry>; mayOpen: (week: number) => boolean }) {
  const { at, programme } = facts;
  const open = programme.weeks.filter(({ number }) => mayOpen(number) || entries.has(number));
  return {
    template: 'journal/journal',
    data: {
      title: 'Your journal',
      kicker: `${programme.title}, ${facts.cohort.name}`,
      mark: facts.mark,
      address: at('/journal/weeks'),
      weeks: open.map((week) => {
        const entry = entries.get(week.number);
        const isWritten = entry !== undefined && entry.text !== '';
        return {
          number: week.number,
          title: week.title,
          question: questionOf(week),
          pieces: isWritten ? linkPieces(entry.text) : [],
          point: isWritten ? 'done' : 'open',
          words: !isWritten ? 'Nothing written yet' : entry.sharedAt ? 'Shared with faculty' : 'Private',
          link: { href: at(`/journal/weeks/${week.number}`), label: isWritten ? 'Go on writing' : 'Write' },
        };
      }),
      ahead: open.length === programme.weeks.length ? null : open.length === 0 ? 'The journal opens with the first week: its question stands here then.' : 'Each week brings a question of its own, when it opens.',
    },
  } satisfies Page;
}

export type EntryInput = {
  facts: JournalFacts;
  week: ProgrammeWeek;
  /** What is saved; null for nothing. */
  entry: Entry | null;
  readers: readonly JournalReader[];
  /** A form that was refused, with what it held. `changed`: something else was saved meanwhile. */
  refused?: { typed: string; because: 'too-long' | 'changed' | 'empty' };
};

/** `GET /journal/weeks/N`: one week's entry, which saves itself; and whether faculty may read it. */
export function entryPage({ facts, week, entry, readers, refused }: EntryInput) {
  const { at, programme, mark } = facts;
  const path = at(`/journal/weeks/${week.number}`);
  const problem = refused && refused.because !== 'changed' ? problemWords(refused.because, refused.typed) : null;
  const isChanged = refused?.because === 'changed';
  return {
    template: 'journal/entry',
    data: {
      title: `Journal, week ${week.number}`,
      back: { href: at('/journal'), label: 'Your journal' },
      week: { href: at(`/weeks/${week.number}`), label: `Week ${week.number} of ${programme.weeks.length}: ${week.title}` },
      number: week.number,
      question: questionOf(week),
      mark,
      action: `${path}/entry`,
      value: refused?.typed ?? entry?.text ?? '',
      version: entry?.version ?? 0,
      problems: { heading: 'Not saved yet', items: problem ? [{ href: '#text', text: problem }] : isChanged ? [{ href: '#text', text: 'Something else was saved here meanwhile: choose which text stays.' }] : [] },
      problem,
      other: isChanged ? { text: entry?.text === '' ? 'Nothing: the entry was emptied.' : (entry?.text ?? ''), keep: path } : null,
      saved: entry && !refused ? `Saved on ${moment(facts, entry.savedAt)}` : null,
      sharing: {
        isShared: entry?.sharedAt !== null && entry?.sharedAt !== undefined,
        words: entry?.sharedAt ? `Shared since ${moment(facts, entry.sharedAt)}. They read what stands here now, not an earlier text.` : 'Private: nobody but you can read this entry.',
        action: `${path}/sharing`,
        removal: `${path}/sharing/removal`,
        readers: readerWords(readers),
      },
    },
  } satisfies Page;
}

export type SharedInput = Pick<JournalFacts, 'at' | 'english' | 'cohort' | 'programme'> & { entries: readonly SharedEntry[]; total: number; page: number; /** Whose alone; null for those of all. */ learner?: string | null };

/** `GET /journal/shared`: what learners share with faculty and assistants, to read and not to change. */
export function sharedPage({ at, english = 'en-GB', cohort, programme, entries, total, page, learner = null }: SharedInput) {
  const pages = Math.max(1, Math.ceil(total / sharedPerPage));
  const address = (number: number) => {
    const query = new URLSearchParams({ ...(learner !== null && { learner }), ...(number > 1 && { page: String(number) }) }).toString();
    return at(`/journal/shared${query === '' ? '' : `?${query}`}`);
  };
  return {
    template: 'journal/shared',
    data: {
      title: 'Shared journal entries',
      kicker: cohort.name,
      entries: entries.map(({ week, name, text, savedAt }, index) => ({
        id: learner === null ? `entry-${index + 1}` : `week-${week}`,   // a learner has one entry a week
        name: name ?? 'Name withheld by the LMS',
        week: { href: at(`/weeks/${week}`), label: `Week ${week}` },
        question: questionOf(programme.weeks.find(({ number }) => number === week)),
        when: `Written on ${moment({ cohort, english }, savedAt)}`,
        pieces: linkPieces(text),
      })),
      of: learner === null ? null : { learner: { href: at(`/learners/${learner}`), label: 'The learner’s page' }, all: at('/journal/shared') },
      beyond: entries.length === 0 && page > 1 ? address(1) : null,
      pager: pages === 1 || entries.length === 0 ? null : {
        words: `Page ${page} of ${pages}, ${plural(total, 'entry', 'entries')}`,
        previous: page > 1 ? address(page - 1) : null,
        following: page < pages ? address(page + 1) : null,
      },
    },
  } satisfies Page;
}

/** Why an entry cannot be kept, in words. */
export function problemWords(problem: 'too-long' | 'empty', typed: string): string {
  if (problem === 'empty') return 'There is nothing to share yet. Write something first.';
  return `An entry holds ${longestEntry.toLocaleString('en-GB')} characters at most. This one has ${typed.length.toLocaleString('en-GB')}: shorten it, or go on in another week.`;
}

function questionOf(week: ProgrammeWeek | undefined): string {
  return week?.reflection ?? anyWeeksQuestion;
}

function readerWords(readers: readonly JournalReader[]): string {
  if (readers.length === 0) return 'Readers are the faculty and assistants of your cohort. None of them has opened Coachline yet.';
  const named = readers.filter(({ name }) => name !== null).map(({ name, role }) => `${name} (${role})`);
  const nameless = readers.length - named.length;
  return `Readers are the faculty and assistants of your cohort, and nobody else: ${list([...named, ...(nameless > 0 ? [plural(nameless, 'person whose name the LMS withholds', 'people whose names the LMS withholds')] : [])])}.`;
}

function moment({ cohort, english = 'en-GB' }: Pick<JournalFacts, 'cohort' | 'english'>, at: Temporal.Instant): string {
  return momentAndPlace(at.toZonedDateTimeISO(cohort.timeZone), english);
}
