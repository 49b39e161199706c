// The queue of submissions, and the page of a learner who has none. A submission's own page is made by desk.ts.
import { clockTime, fullDate, inWords, list, plural, sentence, timeAndZone } from '../../format.ts';
import type { English } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';
import { SUBMISSIONS_PER_PAGE } from './submission.ts';
import type { QueueEntry, SubmissionCounts, SubmissionState } from './submission.ts';

export type Place = {
  at: (path: string) => string;
  /** How days and times are told to this reader. */
  english?: English;
  cohort: { name: string; timeZone: string };
};

export const nobody = 'A learner whose name your LMS withholds';
export const someColleague = 'a colleague';

/** "Monday 11 May 2026, 09:05 BST". */
export function moment(instant: Temporal.Instant, { cohort, english = 'en-GB' }: Place): string {
  const local = instant.toZonedDateTimeISO(cohort.timeZone);
  return `${fullDate(local, english)}, ${timeAndZone(local, english)}`;
}

/** "14:05" today, with its day before that. */
export function since(instant: Temporal.Instant, now: Temporal.Instant, place: Place): string {
  const local = instant.toZonedDateTimeISO(place.cohort.timeZone);
  const isToday = now.toZonedDateTimeISO(place.cohort.timeZone).toPlainDate().equals(local.toPlainDate());
  return isToday ? clockTime(local, place.english) : moment(instant, place);
}

const filters = { waiting: 'submitted', returned: 'returned', released: 'released', withdrawn: 'withdrawn' } as const satisfies Record<string, SubmissionState>;
export type QueueFilter = keyof typeof filters;

/** The state that a filter of the queue's address means. */
export const stateOf = (filter: QueueFilter | null): SubmissionState | null => filter && filters[filter];

export type QueueInput = Place & {
  now: Temporal.Instant;
  /** Whether the cohort's material has a rubric to grade by. */
  hasRubric: boolean;
  counts: SubmissionCounts;
  filter: QueueFilter | null;
  /** From 1; a page beyond the last is empty and leads back. */
  page: number;
  entries: QueueEntry[];
  /** last: there was none to go on to but the one just left. none: none waits. */
  notice: 'last' | 'none' | null;
};

/** `GET /grading`: what waits for a grade first, the oldest first. `?state=` for one state, `?page=N` for more than fifty. */
export function queuePage(input: QueueInput) {
  const { at, cohort, counts, filter, hasRubric, notice, now, page, entries } = input;
  const waiting = counts.submitted;
  const all = waiting + counts.returned + counts.released + counts.withdrawn;
  const total = filter ? counts[filters[filter]] : all;
  const address = (state: QueueFilter | null, number = 1) => {
    const query = new URLSearchParams({ ...(state && { state }), ...(number > 1 && { page: String(number) }) }).toString();
    return at(query === '' ? '/grading' : `/grading?${query}`);
  };
  const first = (page - 1) * SUBMISSIONS_PER_PAGE;
  return {
    template: 'grading/queue',
    data: {
      title: 'Grading',
      kicker: cohort.name,
      heading: waiting === 0 ? 'No plan waits for a grade' : `${sentence(plural(waiting, 'plan'))} ${waiting === 1 ? 'waits' : 'wait'} for a grade`,
      line: all === 0 ? null : `${sentence(plural(counts.released, 'grade'))} released, ${counts.returned === 0 ? 'none' : inWords(counts.returned)} returned for revision.`,
      notice: notice === 'last' ? 'That was the only plan that waits just now.' : notice === 'none' ? 'There is no plan to go on to: none waits for a grade.' : null,
      noRubric: !hasRubric,
      next: waiting > 0 && hasRubric ? at('/grading/next') : null,
      tabs: [
        { label: 'All', count: all, href: address(null), isCurrent: filter === null },
        { label: 'Waiting', count: waiting, href: address('waiting'), isCurrent: filter === 'waiting' },
        { label: 'Returned', count: counts.returned, href: address('returned'), isCurrent: filter === 'returned' },
        { label: 'Released', count: counts.released, href: address('released'), isCurrent: filter === 'released' },
        { label: 'Withdrawn', count: counts.withdrawn, href: address('withdrawn'), isCurrent: filter === 'withdrawn' },
      ],
      entries: entries.map((entry) => ({
        href: at(`/grading/submissions/${entry.id}`),
        name: entry.learnerName ?? nobody,
        which: `Submission ${entry.number}, receipt ${entry.receipt}`,
        when: moment(entry.submittedAt, input),
        ...stateWords(entry),
        notes: entry.state === 'submitted' ? [
          ...(entry.openWith.length > 0 ? [`${sentence(list(entry.openWith.map((name) => name ?? someColleague)))} ${entry.openWith.length === 1 ? 'has' : 'have'} it open just now`] : []),
          ...(entry.ownDraftAt ? [`Your draft, saved ${since(entry.ownDraftAt, now, input)}`] : []),
        ] : [],
      })),
      empty: all === 0 ? 'nothing-yet' : total === 0 ? 'none-in-state' : entries.length === 0 ? 'beyond' : null,
      firstPage: address(filter),
      pager: total > SUBMISSIONS_PER_PAGE && entries.length > 0 ? {
        words: `Submissions ${first + 1} to ${first + entries.length} of ${total}`,
        previous: page > 1 ? address(filter, page - 1) : null,
        following: first + entries.length < total ? address(filter, page + 1) : null,
      } : null,
    },
  } satisfies Page;
}

/** A submission's state as a shape and words; with points and band once it is released. */
export function stateWords({ state, points, maximum, band }: { state: SubmissionState; points: number | null; maximum: number | null; band: string | null }): { point: string; words: string } {
  switch (state) {
    case 'submitted': return { point: 'open', words: 'Waits for a grade' };
    case 'returned': return { point: 'part', words: 'Returned for revision' };
    case 'withdrawn': return { point: 'offline', words: 'Withdrawn by the learner' };
    case 'released': return { point: 'done', words: points === null || maximum === null ? 'Released' : `${points} of ${maximum}${band ? `, ${band}` : ''}` };
  }
}

/** `GET /grading/of/PERSON`, for staff, where that learner has handed in no plan yet. */
export function nothingHandedInPage({ at, name }: { at: Place['at']; name: string | null }) {
  return {
    template: 'grading/nothing',
    data: { title: `${name ?? nobody}: no coaching plan yet`, heading: name ?? nobody, queue: at('/grading') },
  } satisfies Page;
}
