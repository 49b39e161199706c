// A coaching plan: what may stand in a field, how far it has got, and when it may be handed in or taken back.
import { oneLine } from './typed-text.ts';

export type FieldKind = 'line' | 'text' | 'date';
export type FieldShape = { key: string; kind: FieldKind; required: boolean };
export type SectionShape = { key: string; fields: readonly FieldShape[] };

/** The most that a field takes, in characters (UTF-16 units, as browsers count them for `maxlength`). */
export const longest: Record<FieldKind, number> = { line: 500, text: 20_000, date: 10 };

/** Under which an answer is kept: `goals.first`. */
export const answerKey = (section: string, field: string): string => `${section}.${field}`;

/** `too-long`: how long it may be stands in `longest`. `no-date`: there is no such day, or it is written in another way. */
export type AnswerProblem = 'too-long' | 'no-date';

/**
 * What somebody typed into a field, as it is kept: line ends as \n, nothing that PostgreSQL cannot hold, blanks alone as
 * no text. What is wrong with it is said, and then nothing of it may be kept.
 */
export function readAnswer(kind: FieldKind, typed: string | undefined): { text: string; problem: AnswerProblem | null } {
  const whole = (typed ?? '').toWellFormed().replaceAll('\0', '').replaceAll(/\r\n?/g, '\n');
  const text = kind === 'text' ? (whole.trim() === '' ? '' : whole) : oneLine(whole);
  if (text.length > longest[kind]) return { text, problem: kind === 'date' ? 'no-date' : 'too-long' };
  return { text, problem: kind === 'date' && text !== '' && !isDay(text) ? 'no-date' : null };
}

function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    Temporal.PlainDate.from(text);
    return true;
  } catch {
    return false;
  }
}

/** open: nothing is written. part: something is, and something required is not. done: all that is required is. */
export type SectionState = 'open' | 'part' | 'done';

/** How far a section has got. One without required fields is done with the first answer. */
export function sectionState({ key, fields }: SectionShape, filled: ReadonlySet<string>): SectionState {
  const isFilled = (field: FieldShape) => filled.has(answerKey(key, field.key));
  if (!fields.some(isFilled)) return 'open';
  return fields.every((field) => !field.required || isFilled(field)) ? 'done' : 'part';
}

/** The required fields that hold nothing, in the order of the form. */
export function missingFields<Section extends SectionShape>(sections: readonly Section[], filled: ReadonlySet<string>): { section: Section; field: Section['fields'][number] }[] {
  return sections.flatMap((section) => section.fields.filter((field) => field.required && !filled.has(answerKey(section.key, field.key))).map((field) => ({ section, field })));
}

export type SubmissionState = 'submitted' | 'withdrawn' | 'returned' | 'released';

/** Each is a copy of the whole plan, so their number has an end. */
export const mostSubmissions = 100;

/**
 * may: it can be handed in. waiting: one is with faculty already. graded: it is released, and only faculty reopen it, by
 * returning it. too-many: see `mostSubmissions`.
 */
export type SubmittingDecision = 'may' | 'waiting' | 'graded' | 'too-many';

/** @param states of all submissions of the plan, in their order */
export function decideSubmitting(states: readonly SubmissionState[]): SubmittingDecision {
  const last = states.findLast((state) => state !== 'withdrawn');
  if (last === 'submitted') return 'waiting';
  if (last === 'released') return 'graded';
  return states.length >= mostSubmissions ? 'too-many' : 'may';
}

/** Without 0 and O, 1, I and L: what is read aloud is heard right. */
const receiptAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/**
 * The receipt of a submission, `K7QM-2XRD`, from random numbers.
 * @param pick a random whole number from 0 to below its argument
 */
export function newReceipt(pick: (below: number) => number): string {
  const letters = Array.from({ length: 8 }, () => receiptAlphabet[pick(receiptAlphabet.length)]).join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}

/** How a learner's plan stands, for pages that only mention it. */
export type PlanStanding = {
  /** How many fields hold something. */
  filled: number;
  /** The submission that counts: the last one that was not withdrawn. */
  submission: { number: number; state: Exclude<SubmissionState, 'withdrawn'>; isRead: boolean } | null;
};

export type PlanNews = { kind: 'feedback' | 'returned' | 'revising' | 'waiting' | 'graded' | 'draft'; point: 'attention' | 'part' | 'done'; words: string; label: string; path: string };

/** What a learner's home says of the plan, and where it leads; null while nothing is written. Feedback is news until it was opened. */
export function planNews({ filled, submission }: PlanStanding): PlanNews | null {
  const path = submission ? `/plan/submissions/${submission.number}` : '/plan';
  if (submission?.state === 'submitted') return { kind: 'waiting', point: 'part', words: 'Your coaching plan is handed in and waits for your faculty.', label: 'See what you handed in', path };
  if (submission?.state === 'returned') {
    return submission.isRead
      ? { kind: 'revising', point: 'part', words: 'Your coaching plan is yours to revise, then hand in again.', label: 'Go on with your plan', path: '/plan' }
      : { kind: 'returned', point: 'attention', words: 'Your coaching plan came back for revision, with feedback.', label: 'Read the feedback', path };
  }
  if (submission?.state === 'released') {
    return submission.isRead
      ? { kind: 'graded', point: 'done', words: 'Your coaching plan is graded.', label: 'Read the feedback again', path }
      : { kind: 'feedback', point: 'attention', words: 'Feedback on your coaching plan has come.', label: 'Read the feedback', path };
  }
  return filled > 0 ? { kind: 'draft', point: 'part', words: 'Your coaching plan is begun and not handed in yet.', label: 'Go on with your plan', path: '/plan' } : null;
}
