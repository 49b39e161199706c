// What staff see of the scores that go to their LMS: every column with how many arrived, and in one column every learner.
import { clockTime, longDate, plural, sentence, zoneName } from '../../format.ts';
import type { English } from '../../format.ts';
import { profileOf } from '../../lti/lms-profiles.ts';
import type { LmsProfile } from '../../lti/lms-profiles.ts';
import { wordsOf } from '../../lti/service-problem.ts';
import type { ServiceProblemWords } from '../../lti/service-problem.ts';
import type { Page } from '../../plugins/views.ts';

export const LEARNERS_PER_PAGE = 50;

type Counts = { total: number; sent: number; waiting: number; refused: number; differing: number };

/** A column of one course's grade book. `issuer` and `productFamilyCode` say whose. */
export type Column = {
  id: string;
  label: string;
  scoreMaximum: number;
  course: string;
  issuer: string;
  productFamilyCode: string | null;
  problem: string | null;
  counts: Counts;
};

type Reader = 'faculty' | 'assistant' | 'administrator';

export type ScoresInput = {
  at: (path: string) => string;
  reader: Reader;
  cohortName: string;
  columns: Column[];
  /** Whether the reader has just sent scores again, or there was nothing to send. */
  notice?: 'again' | 'none' | null;
};

/** `GET /scores`. Faculty and administrators post to `/scores/deliveries` to send all that was refused again. */
export function scoresPage({ at, reader, cohortName, columns, notice = null }: ScoresInput) {
  const total = sumOf(columns.map(({ counts }) => counts));
  const severalCourses = new Set(columns.map(({ course }) => course)).size > 1;
  return {
    template: 'scores/list',
    data: {
      title: 'Scores in the LMS',
      kicker: cohortName,
      heading: headingOf(total),
      line: total.total === 0 ? null : lineOf(total),
      notice: noticeWords(notice),
      back: at('/cohort'),
      resend: reader === 'assistant' || total.refused === 0 ? null : { action: at('/scores/deliveries'), label: total.refused === 1 ? 'Send the refused one again' : `Send all ${total.refused} refused again` },
      columns: columns.map(({ id, label, course, counts }) => ({
        label,
        course: severalCourses ? course : null,
        href: at(`/scores/columns/${id}`),
        words: sentence(countWords(counts)),
        ...pointOf(counts),
      })),
    },
  } satisfies Page;
}

/** One learner's score in a column. */
export type Cell = {
  id: string;
  name: string | null;
  state: 'waiting' | 'sent' | 'refused';
  scoreGiven: number | null;
  scoreMaximum: number;
  reason: string | null;
  changedAt: Temporal.Instant;
  /** Null when the LMS was never told. */
  sentAt: Temporal.Instant | null;
  /** Whether the LMS showed something else when it was last asked: `result`, or no score. */
  differs: boolean;
  result: { score: number; maximum: number } | null;
};

export type ColumnInput = {
  at: (path: string) => string;
  reader: Reader;
  cohortName: string;
  timeZone: string;
  english?: English;
  column: Column;
  /** Those of this page. */
  learners: Cell[];
  /** From 1. */
  page: number;
  notice?: 'again' | 'none' | 'read' | 'no-column' | null;
  /** Why the LMS could not be asked just now: a reason code. Send with 424. */
  readingFailed?: string | null;
};

/**
 * `GET /scores/columns/ID`. Forms post to `…/results` (what the LMS shows), and for faculty and administrators to
 * `…/deliveries` (all refused ones again) and `…/scores/ID/delivery` (one again).
 */
export function columnPage({ at, reader, cohortName, timeZone, english = 'en-GB', column, learners, page, notice = null, readingFailed = null }: ColumnInput) {
  const { id, label, course, counts } = column;
  const profile = profileOf(column);
  const decides = reader !== 'assistant';
  const path = `/scores/columns/${id}`;
  const pages = Math.max(1, Math.ceil(counts.total / LEARNERS_PER_PAGE));
  const first = (page - 1) * LEARNERS_PER_PAGE;
  const address = (number: number) => at(number === 1 ? path : `${path}?page=${number}`);
  return {
    template: 'scores/column',
    data: {
      title: label,
      kicker: `${cohortName}, ${course}`,
      heading: label,
      line: counts.total === 0 ? 'Nobody has a score here yet.' : sentence(`${countWords(counts)}.`),
      notice: noticeWords(notice),
      failure: readingFailed === null ? null : readingWords(readingFailed, profile),
      problem: column.problem === null ? null : reasonWords(column.problem, profile),
      habit: profile.scores.zeroIsLost,
      back: at('/scores'),
      check: { action: at(`${path}/results`), label: `Check what ${profile.name} shows` },
      resend: !decides || counts.refused === 0 ? null : { action: at(`${path}/deliveries`), label: counts.refused === 1 ? 'Send the refused one again' : `Send all ${counts.refused} refused again` },
      decides,
      learners: learners.map((cell) => {
        const name = cell.name ?? 'Name withheld by your learning platform';
        return {
          name,
          score: cell.scoreGiven === null ? 'not graded yet' : outOf(cell.scoreGiven, cell.scoreMaximum),
          ...cellState(cell, profile, timeZone, english),
          // A space that does not break: the button stands in a narrow column.
          again: decides && isForTheLms(cell) ? { action: at(`${path}/scores/${cell.id}/delivery`), label: cell.state === 'waiting' ? 'Send\u00a0now' : 'Send\u00a0again' } : null,
        };
      }),
      pager: pages === 1 ? null : {
        words: `Learners ${first + 1} to ${Math.min(first + LEARNERS_PER_PAGE, counts.total)} of ${counts.total}`,
        previous: page > 1 ? address(page - 1) : null,
        following: page < pages ? address(page + 1) : null,
      },
    },
  } satisfies Page;
}

function headingOf({ total, sent, waiting, refused, differing }: Counts): string {
  if (total === 0) return 'No score has been sent yet';
  if (refused > 0) return `${sentence(plural(refused, 'score'))} ${refused === 1 ? 'was' : 'were'} refused`;
  if (differing > 0) return `${sentence(plural(differing, 'score'))} ${differing === 1 ? 'differs' : 'differ'} in the LMS`;
  if (waiting > 0) return `${sentence(plural(waiting, 'score'))} ${waiting === 1 ? 'is' : 'are'} on the way`;
  return sent === 1 ? 'The one score is in the LMS' : `All ${sent} scores are in the LMS`;
}

function lineOf({ refused, differing, waiting }: Counts): string {
  if (refused > 0) return 'Open a column to see why, and what would help. Nothing is lost: Coachline keeps every score.';
  if (differing > 0) return 'Somebody may have changed them there, or the LMS did not keep them. Open the column to compare.';
  if (waiting > 0) return 'Coachline tries until the LMS takes them. You need not do anything.';
  return 'Coachline sends each score when it changes. To compare with the grade book, open a column.';
}

/** "38 sent, 2 refused, 1 waiting, 1 different in the LMS". */
function countWords({ total, sent, waiting, refused, differing }: Counts): string {
  if (total === 0) return 'nobody has a score here yet';
  const parts: [number, string][] = [[refused, 'refused'], [differing, 'different in the LMS'], [waiting, 'waiting'], [sent - differing, 'sent']];
  return parts.filter(([count]) => count > 0).map(([count, what]) => `${count} ${what}`).join(', ');
}

function pointOf({ total, waiting, refused, differing }: Counts): { point: string; level: string } {
  if (refused > 0) return { point: 'error', level: 'Refused' };
  if (differing > 0) return { point: 'attention', level: 'Differs' };
  if (waiting > 0) return { point: 'part', level: 'On the way' };
  return total === 0 ? { point: 'open', level: 'Empty' } : { point: 'done', level: 'In the LMS' };
}

function cellState({ state, reason, differs, result, sentAt, changedAt }: Cell, profile: LmsProfile, timeZone: string, english: English): { point: string; level: string; detail: string | null } {
  const time = (moment: Temporal.Instant) => {
    const zoned = moment.toZonedDateTimeISO(timeZone);
    return `${longDate(zoned, english)}, ${clockTime(zoned, english)} ${zoneName(zoned)}`;
  };
  if (state === 'refused') {
    const { happened, toDo } = reasonWords(reason ?? 'score.refused', profile);
    return { point: 'error', level: 'Refused', detail: `${happened} ${toDo}` };
  }
  if (state === 'waiting') return { point: 'part', level: `Waiting since ${time(changedAt)}`, detail: reason === null ? null : `${reasonWords(reason, profile).happened} Coachline tries again by itself.` };
  if (sentAt === null) return { point: 'open', level: 'Not sent', detail: `${sentence(profile.name)} is told once it is graded.` };
  if (!differs) return { point: 'done', level: `Sent ${time(sentAt)}`, detail: null };
  const shown = result === null ? 'no score' : outOf(result.score, result.maximum);
  return { point: 'attention', level: `${sentence(profile.name)} shows ${shown}`, detail: `Sent ${time(sentAt)}. Somebody may have changed it there.` };
}

/** Not what this LMS is not told yet. */
function isForTheLms({ state, sentAt }: Cell): boolean {
  return state !== 'sent' || sentAt !== null;
}

/** Nobody reads a grade book again by itself: what only takes time is for the reader to try. */
function readingWords(code: string, profile: LmsProfile): Pick<ServiceProblemWords, 'happened' | 'toDo'> {
  const { happened, toDo, mender } = wordsOf(code, profile);
  return { happened, toDo: mender === 'time' ? 'Try again in a moment.' : toDo };
}

const ownReasons: Record<string, Pick<ServiceProblemWords, 'happened' | 'toDo'>> = {
  'connection.off': { happened: 'The connection to this LMS is switched off.', toDo: 'Ask an administrator of Coachline to switch it on, then send the score again.' },
};

function reasonWords(code: string, profile: LmsProfile): Pick<ServiceProblemWords, 'happened' | 'toDo'> {
  return Object.hasOwn(ownReasons, code) ? ownReasons[code]! : wordsOf(code, profile);
}

const notices = {
  'again': { heading: 'Sent again', words: 'It takes a moment. Open this page anew to see what became of it.', good: true },
  'none': { heading: 'There was nothing to send', words: 'What was refused has been sent in the meantime.', good: true },
  'read': { heading: 'Compared with the grade book', words: 'Where the LMS shows something else than Coachline sent, it says so below.', good: true },
  'no-column': { heading: 'There is no column in the LMS yet', words: 'It is found or made when the first score is sent.', good: false },
} as const;

function noticeWords(notice: keyof typeof notices | null): { heading: string; words: string; good: boolean } | null {
  return notice === null ? null : notices[notice];
}

/** "7 of 10", "7.5 of 10". */
function outOf(score: number, maximum: number): string {
  return `${amount(score)} of ${amount(maximum)}`;
}

function amount(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = (what: keyof Counts) => all.reduce((total, counts) => total + counts[what], 0);
  return { total: sum('total'), sent: sum('sent'), waiting: sum('waiting'), refused: sum('refused'), differing: sum('differing') };
}
