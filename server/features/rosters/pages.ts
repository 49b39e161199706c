// The people of a course: who is in it, who has never come, who has left, and how well we know.
import { rosterState } from '../../domain/roster.ts';
import type { RosterRole } from '../../domain/roster.ts';
import { clockTime, fromToday, fullDate, longDate, plural, sentence, timeAndZone } from '../../format.ts';
import type { English } from '../../format.ts';
import type { LmsProfile } from '../../lti/lms-profiles.ts';
import { wordsOf } from '../../lti/service-problem.ts';
import type { Page } from '../../plugins/views.ts';

const peopleAPage = 50;

type Group = 'here' | 'learners' | 'staff' | 'never' | 'left';

export type RosterPerson = {
  /** Null where the LMS withholds it. */
  name: string | null;
  email: string | null;
  role: RosterRole;
  active: boolean;
  /** Null for those who have never come. */
  lastSeenAt: Temporal.Instant | null;
};

export type RosterInput = {
  at: (path: string) => string;
  /** How days are told to this reader. */
  english?: English;
  now: Temporal.Instant;
  reader: 'faculty' | 'assistant' | 'administrator';
  /** What the LMS calls the course; null when it does not say. */
  courseTitle: string | null;
  /** Of the cohort, or UTC while there is none. */
  timeZone: string;
  lms: Pick<LmsProfile, 'name' | 'roster'>;
  /** Whether the LMS offers a roster for this course. */
  offered: boolean;
  sync: {
    waiting: boolean; leaseUntil: Temporal.Instant | null; outcome: 'complete' | 'incomplete' | 'refused' | null;
    finishedAt: Temporal.Instant | null; completedAt: Temporal.Instant | null; reason: string | null; members: number | null;
  } | null;
  counts: Record<Group, number> & { nameless: number };
  group: Group;
  /** What was typed into the search field; empty for nothing. */
  search: string;
  /** From 1. */
  page: number;
  /** Those of this page, by role and name. */
  people: RosterPerson[];
  /** How many the group and the search have in all. */
  total: number;
  /** A line over the page when the reader has just pressed the button. */
  notice?: 'asked' | 'under-way' | 'just-now' | null;
};

/** `GET /roster?group=…&name=…&page=N`. The button posts to `/roster/reading`. */
export function rosterPage({ at, english = 'en-GB', now, reader, courseTitle, timeZone, lms, offered, sync, counts, group, search, page, people, total, notice = null }: RosterInput) {
  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const address = (change: { group?: Group; search?: string; page?: number }) => {
    const query = new URLSearchParams();
    const to = { group, search, page: 1, ...change };
    if (to.group !== 'here') query.set('group', to.group);
    if (to.search !== '') query.set('name', to.search);
    if (to.page > 1) query.set('page', String(to.page));
    return at(query.size === 0 ? '/roster' : `/roster?${query.toString()}`);
  };
  const pages = Math.max(1, Math.ceil(total / peopleAPage));
  const first = (page - 1) * peopleAPage;

  return {
    template: 'rosters/roster',
    data: {
      title: 'People in this course',
      kicker: courseTitle ?? 'Your course',
      heading: counts.here === 0 ? 'Nobody is known in this course yet' : `${sentence(plural(counts.here, 'person', 'people'))} in this course`,
      line: headLine(counts),
      notice: notice === null ? null : notices[notice],
      reading: readingWords(sync, { english, offered, now, timeZone, lms }),
      readAction: offered && reader !== 'assistant' ? at('/roster/reading') : null,
      nameless: counts.nameless === 0 ? null : {
        heading: `${sentence(lms.name)} withholds ${counts.nameless === counts.here ? 'all names' : plural(counts.nameless, 'name')}`,
        text: lms.roster.namesShownBy,
      },
      groups: (Object.keys(groupNames) as Group[]).map((name) => ({ label: groupNames[name], count: counts[name], href: address({ group: name, search: '' }), current: name === group })),
      searchAction: at('/roster'),
      group: group === 'here' ? null : group,
      search,
      found: search === '' ? null : { words: total === 0 ? `Nobody ${groupWords[group]} is called “${search}”.` : `${sentence(plural(total, 'person', 'people'))} ${groupWords[group]} with “${search}” in the name or address.`, all: address({ search: '' }) },
      people: people.map(({ name, email, role, active, lastSeenAt }) => ({
        name: name ?? `Name withheld by ${lms.name}`,
        email,
        role: sentence(role),
        state: !active ? { point: 'open', words: 'No longer in the course' } : lastSeenAt === null ? { point: 'attention', words: 'Has never come' } : null,
        seen: lastSeenAt === null ? (active ? null : 'Had never come.') : seenWords(lastSeenAt, timeZone, today, english),
      })),
      empty: emptyWords(group, counts, offered, lms),
      pager: pages === 1 || people.length === 0 ? null : {
        words: `People ${first + 1} to ${first + people.length} of ${total}`,
        previous: page > 1 ? address({ page: page - 1 }) : null,
        following: page < pages ? address({ page: page + 1 }) : null,
      },
      beyond: people.length === 0 && page > 1 ? address({}) : null,
      cohort: at('/cohort'),
    },
  } satisfies Page;
}

const groupNames: Record<Group, string> = { here: 'Everybody', learners: 'Learners', staff: 'Staff', never: 'Never came', left: 'No longer here' };
const groupWords: Record<Group, string> = { here: 'in this course', learners: 'among the learners', staff: 'among the staff', never: 'among those who have never come', left: 'among those who have left' };

const notices = {
  'asked': { heading: 'The roster is read now', text: 'A course of a few hundred people takes seconds. Load this page again to see it.' },
  'under-way': { heading: 'The roster is being read already', text: 'Load this page again in a moment to see it.' },
  'just-now': { heading: 'The roster was asked for a moment ago', text: 'It can be read once a minute. Load this page again to see what came of it.' },
} as const;

function headLine({ here, never, left }: RosterInput['counts']): string {
  const parts = [
    never === 0 ? (here === 0 ? null : 'Everybody has opened Coachline at least once.') : `${sentence(plural(never, 'person has', 'people have'))} never opened Coachline.`,
    left === 0 ? null : `${sentence(plural(left, 'person is', 'people are'))} no longer in the course; their work is kept.`,
  ];
  return parts.filter((part) => part !== null).join(' ');
}

/** What is known of the reading: one state with its shape, and the sentences that explain it. */
function readingWords(sync: RosterInput['sync'], { english, offered, now, timeZone, lms }: Pick<RosterInput, 'offered' | 'now' | 'timeZone' | 'lms'> & { english: English }): { point: string; words: string; more: string[] } {
  const moment = (at: Temporal.Instant) => momentWords(at, timeZone, now, english);
  const lastWhole = sync?.completedAt ? [`It was last read to the end ${moment(sync.completedAt)}.`] : [];
  const { happened, toDo } = wordsOf(offered ? sync?.reason ?? '' : 'service.absent', lms);
  switch (rosterState(sync, { offered, now })) {
    case 'absent': return { point: 'attention', words: 'No roster', more: [happened, toDo, 'Until then people appear here when they first come.'] };
    case 'never': return { point: 'open', words: 'Not read yet', more: ['It is read by night, and whenever you ask.'] };
    case 'waiting': return { point: 'part', words: 'About to be read', more: lastWhole };
    case 'reading': return { point: 'part', words: 'Being read now', more: lastWhole };
    case 'complete': return { point: 'done', words: 'Complete', more: [`Read ${moment(sync?.completedAt ?? now)}: ${plural(sync?.members ?? 0, 'person', 'people')}.`] };
    case 'again': return { point: 'attention', words: 'Not complete', more: [happened, 'Coachline tries again by itself. Nobody was taken off the list.', ...lastWhole] };
    case 'failed': return { point: 'attention', words: 'Not complete', more: [happened, ...(toDo.startsWith('Nothing to do') ? ['It is read again tonight.'] : [toDo]), 'Nobody was taken off the list.', ...lastWhole] };
  }
}

/** "today at 03:12 BST", "yesterday at …", "on Monday 11 May 2026 at …". */
function momentWords(at: Temporal.Instant, timeZone: string, now: Temporal.Instant, english: English): string {
  const local = at.toZonedDateTimeISO(timeZone);
  const relative = fromToday(local.toPlainDate(), now.toZonedDateTimeISO(timeZone).toPlainDate());
  return `${relative === 'today' || relative === 'yesterday' ? relative : `on ${fullDate(local, english)}`} at ${timeZone === 'UTC' ? `${clockTime(local, english)} UTC` : timeAndZone(local, english)}`;
}

function seenWords(lastSeenAt: Temporal.Instant, timeZone: string, today: Temporal.PlainDate, english: English): string {
  const day = lastSeenAt.toZonedDateTimeISO(timeZone).toPlainDate();
  const relative = fromToday(day, today);
  return relative === 'today' || relative === 'yesterday' ? `Last here ${relative}.` : `Last here on ${longDate(day, english)}, ${relative}.`;
}

function emptyWords(group: Group, counts: RosterInput['counts'], offered: boolean, lms: RosterInput['lms']): { heading: string; text: string } {
  if (counts.here + counts.left === 0) {
    return { heading: 'The people of this course will stand here', text: offered ? `They appear when the roster of ${lms.name} has been read, or when they first open Coachline.` : 'They appear when they first open Coachline from the course.' };
  }
  switch (group) {
    case 'never': return { heading: 'Everybody has come', text: 'Who is on the roster and has not opened Coachline yet would stand here.' };
    case 'left': return { heading: 'Nobody has left', text: 'Who is taken out of the course in the LMS will stand here. Their work is kept, and they come back as they were.' };
    case 'learners': return { heading: 'No learners yet', text: 'They appear when the LMS names them, or when they first open Coachline.' };
    case 'staff': return { heading: 'No staff yet', text: 'They appear when the LMS names them, or when they first open Coachline.' };
    case 'here': return { heading: 'Nobody is in this course now', text: 'Who has left stands under “No longer here”.' };
  }
}
