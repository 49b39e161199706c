// What becomes of a score that a tool posts (AGS 2.0, 3.4): judged by the book, and by the habits of the LMS that is played.
import type { Cell, Column } from './grade-book.ts';
import type { Refusal, ScoreHabits } from './profiles.ts';

export type ScoreOutcome = { taken: true; cell: Cell } | { taken: false } & Refusal;

const activityWords = ['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed'];
const gradingWords = ['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady'];

/** ISO 8601 with date, time and zone; the seconds may have fractions. */
const isoInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:?\d{2})$/;

/** `standing`: how the person of this `userId` stands in the column's course. */
export function judgeScore({ score, column, habits, standing, now }: {
  score: Record<string, unknown> | null;
  column: Column;
  habits: ScoreHabits;
  standing: (userId: string) => 'learner' | 'member' | 'stranger';
  now: Temporal.Instant;
}): ScoreOutcome {
  const refuse = (status: number, error: string): ScoreOutcome => ({ taken: false, status, body: { error } });
  if (!score) return refuse(400, 'The body is no JSON object.');
  const { userId, timestamp: dated, activityProgress, gradingProgress, scoreGiven, scoreMaximum, comment } = score;
  if (typeof userId !== 'string' || userId === '') return refuse(400, 'userId is missing.');
  if (!activityWords.includes(activityProgress as string)) return refuse(400, `activityProgress must be one of ${activityWords.join(', ')}.`);
  if (!gradingWords.includes(gradingProgress as string)) return refuse(400, `gradingProgress must be one of ${gradingWords.join(', ')}.`);
  const timestamp = instantIn(dated);
  if (!timestamp) return refuse(400, 'timestamp must be ISO 8601 with a zone.');
  if (comment !== undefined && typeof comment !== 'string') return refuse(400, 'comment must be text.');
  if (scoreGiven !== undefined) {
    if (!isAmount(scoreGiven)) return refuse(400, 'scoreGiven must be a number of at least 0.');
    if (scoreMaximum === undefined) return refuse(habits.noMaximum, 'scoreMaximum is missing beside scoreGiven.');
  }
  if (scoreMaximum !== undefined && (!isAmount(scoreMaximum) || scoreMaximum === 0)) return refuse(400, 'scoreMaximum must be a number above 0.');

  const stands = standing(userId);
  if (stands !== 'learner') return { taken: false, ...(stands === 'stranger' ? habits.stranger : habits.notGraded)(userId) };
  const before = column.cells.get(userId);
  if (before && isStale(timestamp, before.timestamp, habits.stale)) {
    // Canvas's words (app/controllers/lti/ims/scores_controller.rb): tools tell by them that only the time was wrong.
    return refuse(habits.stale.status, `Provided timestamp of ${String(timestamp)} before last updated timestamp of ${String(before.timestamp)}`);
  }

  return {
    taken: true,
    cell: {
      score: scoreAfter(before, score as { gradingProgress: string; scoreGiven?: number; scoreMaximum?: number }, column.facts.scoreMaximum, habits),
      comment: commentAfter(before, comment, habits),
      activityProgress: activityProgress as string,
      gradingProgress: gradingProgress as string,
      timestamp,
      arrivedAt: now,
    },
  };
}

function scoreAfter(before: Cell | undefined, { gradingProgress, scoreGiven, scoreMaximum }: { gradingProgress: string; scoreGiven?: number; scoreMaximum?: number }, columnMaximum: number, habits: ScoreHabits): number | null {
  const unchanged = before?.score ?? null;
  // No scoreGiven says that there is no score now: the platform clears what it had (AGS 2.0, 3.4.5).
  if (scoreGiven === undefined || scoreMaximum === undefined) return null;
  if (!habits.counted.includes(gradingProgress)) return habits.otherwise === 'clears' ? null : unchanged;
  if (scoreGiven === 0 && habits.losesZero) return unchanged;
  const scaled = Math.round((scoreGiven / scoreMaximum) * columnMaximum * 1e6) / 1e6;
  return habits.caps ? Math.min(scaled, columnMaximum) : scaled;
}

function commentAfter(before: Cell | undefined, comment: string | undefined, { addsComments }: ScoreHabits): string | null {
  if (!comment) return before?.comment ?? null;
  return addsComments && before?.comment ? `${before.comment}\n${comment}` : comment;
}

function isStale(timestamp: Temporal.Instant, stored: Temporal.Instant, { bySeconds, refusesEqual }: ScoreHabits['stale']): boolean {
  const grain = bySeconds ? 1000 : 1;
  const [given, there] = [timestamp, stored].map(({ epochMilliseconds }) => Math.floor(epochMilliseconds / grain)) as [number, number];
  return refusesEqual ? given <= there : given < there;
}

function instantIn(value: unknown): Temporal.Instant | null {
  if (typeof value !== 'string' || !isoInstant.test(value)) return null;
  try {
    return Temporal.Instant.from(value);
  } catch {
    return null;
  }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
