// What a learner is told about a grade on its way to the course in the LMS.

/** A score as it stands: what shall be there, how far it got, and what the LMS said when it was last asked. */
export type ScoreStanding = {
  state: 'waiting' | 'sent' | 'refused';
  points: number;
  maximum: number;
  sentAt: Temporal.Instant | null;
  /** `points` is null where the cell was empty. */
  seen: { points: number | null; maximum: number; at: Temporal.Instant } | null;
};

/** shown: the LMS has it. changed: the LMS shows another, such as one that faculty wrote there. gone: it shows none any more. none: no grade is meant for this course. */
export type CourseGrade =
  | { kind: 'shown' | 'changed'; points: number; maximum: number }
  | { kind: 'on-its-way' | 'refused' | 'gone' | 'none' };

/** Decides what the course shows, as far as we know. */
export function courseGrade(score: ScoreStanding | null): CourseGrade {
  if (!score) return { kind: 'none' };
  if (score.state !== 'sent') return { kind: score.state === 'waiting' ? 'on-its-way' : 'refused' };
  const { seen, sentAt, points, maximum } = score;
  const isNewer = seen !== null && (sentAt === null || Temporal.Instant.compare(seen.at, sentAt) >= 0);
  if (isNewer && seen.points === null) return { kind: 'gone' };
  // An LMS counts in hundredths, or to a maximum of its own.
  if (isNewer && seen.points !== null && seen.maximum > 0 && Math.abs(seen.points / seen.maximum - points / maximum) > 0.005) return { kind: 'changed', points: seen.points, maximum: seen.maximum };
  return { kind: 'shown', points, maximum };
}
