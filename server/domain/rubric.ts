// How a coaching plan is graded by the programme's rubric.

/**
 * What a grader says about a submission, complete or not. `criteria` is keyed by the criterion's key in the rubric;
 * a criterion that nobody has looked at yet may be absent. Points are whole numbers inside the chosen level's range.
 */
export type RubricAssessment = {
  criteria: Record<string, { level: string | null; points: number | null; comment: string }>;
  /** About the whole plan. */
  comment: string;
};
