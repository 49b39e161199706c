// What a learner is told about a grade on its way to the course in the LMS.

/** A score as it stands: what shall be there, how far it got, and what the LMS said when it was last asked. */
export type ScoreStanding = {
  state: 'waiting' | 'sent' | 'refused';
  points: number;
  maximum: number;
  sentAt: Temporal.Instant | null;
  seen: { points: number; maximum: number; at: Temporal.Instant } | null;
};

/** shown: the LMS has it. changed: the LMS shows another, such as one that faculty wrote there. none: no grade is meant for this course. */
export type CourseGrade =
  | { kind: 'shown' | 'changed'; points: number; maximum: number }
  | { kind: 'on-its-way' | 'refused' | 'none' };

/** Decides what the course shows, as far as we know. */
export function courseGrade(score: ScoreStanding | null): CourseGrade {
  if (!score) return { kind: 'none' };
  if (score.state !== 'sent') return { kind: score.state === 'waiting' ? 'on-its-way' : 'refused' };
  const { seen, sentAt, points, maximum } = score;
  const isNewer = seen !== null && (sentAt === null || Temporal.Instant.compare(seen.at, sentAt) >= 0);
  // An LMS counts in hundredths, or to a maximum of its own.
  const differs = isNewer && seen.maximum > 0 && Math.abs(seen.points / seen.maximum - points / maximum) > 0.005;
  return differs ? { kind: 'changed', points: seen.points, maximum: seen.maximum } : { kind: 'shown', points, maximum };
}
