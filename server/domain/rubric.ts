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

/** What grading needs of a rubric; that of content/programme.ts has it. Levels and bands are in order, the best first. */
export type GradingRubric = { criteria: readonly GradingCriterion[]; bands: readonly GradingBand[] };
export type GradingCriterion = { key: string; maximum: number; critical: boolean; levels: readonly GradingLevel[] };
export type GradingLevel = { key: string; from: number; to: number };
export type GradingBand = { key: string; title: string; from: number; passes: boolean };

/** The most characters of a comment on a criterion, and of the one on the whole plan. */
export const longestComment = { criterion: 2_000, whole: 5_000 } as const;

export const emptyAssessment = (): RubricAssessment => ({ criteria: {}, comment: '' });

/** The points that a rubric gives at most. */
export function rubricMaximum({ criteria }: GradingRubric): number {
  return criteria.reduce((sum, { maximum }) => sum + maximum, 0);
}

/** The fewest points that pass; null where no band does. */
export function passingPoints({ bands }: Pick<GradingRubric, 'bands'>): number | null {
  const passing = bands.filter(({ passes }) => passes).map(({ from }) => from);
  return passing.length === 0 ? null : Math.min(...passing);
}

/** What a level gives unless the grader says otherwise: the middle of its range, the lower of two middles. */
export function middleOf({ from, to }: Pick<GradingLevel, 'from' | 'to'>): number {
  return Math.floor((from + to) / 2);
}

/** What a grader typed, as it came: nothing of it is trusted. */
export type TypedAssessment = { criteria: Record<string, { level?: string | undefined; points?: string | undefined; comment?: string | undefined }>; comment?: string | undefined };

/** Why something typed was not kept; `criterion` is null for the comment on the whole plan. */
export type AssessmentProblem = { criterion: string | null } & (
  | { kind: 'unknown-level' }
  | { kind: 'points-outside'; level: string }
  | { kind: 'points-without-level' }
  | { kind: 'comment-too-long'; length: number; most: number });

/**
 * Reads what was typed by the rubric. The assessment holds all that is right, so that it can be kept whatever else is
 * wrong: an unknown level counts as none, points outside the level's range as not given yet, a comment that is too long
 * is cut. A level without points gets the middle of its range. Criteria that the rubric does not have are left out.
 */
export function readAssessment(rubric: GradingRubric, typed: TypedAssessment): { assessment: RubricAssessment; problems: AssessmentProblem[] } {
  const problems: AssessmentProblem[] = [];
  const comment = (criterion: string | null, text: string | undefined, most: number): string => {
    const words = (text ?? '').trim();
    if (words.length > most) problems.push({ criterion, kind: 'comment-too-long', length: words.length, most });
    return words.slice(0, most).toWellFormed();
  };
  const criteria = Object.fromEntries(rubric.criteria.map(({ key, levels }) => {
    const { level: levelKey, points: typedPoints = '', comment: text } = typed.criteria[key] ?? {};
    const level = levels.find((one) => one.key === levelKey);
    const given = typedPoints.trim();
    const points = level && given !== '' ? pointsWithin(level, given) : level ? middleOf(level) : null;
    if (levelKey !== undefined && !level) problems.push({ criterion: key, kind: 'unknown-level' });
    else if (level && points === null) problems.push({ criterion: key, kind: 'points-outside', level: level.key });
    else if (!level && given !== '') problems.push({ criterion: key, kind: 'points-without-level' });
    return [key, { level: level?.key ?? null, points, comment: comment(key, text, longestComment.criterion) }];
  }));
  return { assessment: { criteria, comment: comment(null, typed.comment, longestComment.whole) }, problems };
}

/**
 * An assessment that was kept, as a rubric has it that may be another than the one it was written by: levels that are not
 * there and points outside their level are to be chosen anew, comments stay. `left` are the criteria that the rubric does
 * not have, with what was said about them.
 */
export function fitAssessment(rubric: GradingRubric, kept: RubricAssessment): { assessment: RubricAssessment; left: { criterion: string; comment: string }[] } {
  const criteria = rubric.criteria.flatMap(({ key, levels }) => {
    const said = kept.criteria[key];
    if (!said) return [];
    const level = levels.find((one) => one.key === said.level);
    const points = level && said.points !== null && said.points >= level.from && said.points <= level.to ? said.points : null;
    return [[key, { level: level?.key ?? null, points, comment: said.comment }] as const];
  });
  const known = new Set(rubric.criteria.map(({ key }) => key));
  return {
    assessment: { criteria: Object.fromEntries(criteria), comment: kept.comment },
    left: Object.entries(kept.criteria).filter(([key, { comment }]) => !known.has(key) && comment !== '').map(([criterion, { comment }]) => ({ criterion, comment })),
  };
}

function pointsWithin({ from, to }: GradingLevel, typed: string): number | null {
  const points = /^\d{1,6}$/.test(typed) ? Number(typed) : null;
  return points !== null && points >= from && points <= to ? points : null;
}

/** Points so far: of the criteria that have some, and what those give at most. */
export function totalSoFar(rubric: GradingRubric, assessment: RubricAssessment): { points: number; of: number; marked: number } {
  const marked = rubric.criteria.filter(({ key }) => isMarked(assessment, key));
  return {
    points: marked.reduce((sum, { key }) => sum + (assessment.criteria[key]?.points ?? 0), 0),
    of: marked.reduce((sum, { maximum }) => sum + maximum, 0),
    marked: marked.length,
  };
}

const isMarked = ({ criteria }: RubricAssessment, key: string): boolean => criteria[key]?.level != null && criteria[key].points !== null;

/** The criteria that still need a level and points before the plan can be graded, in the rubric's order. */
export function unmarkedCriteria(rubric: GradingRubric, assessment: RubricAssessment): string[] {
  return rubric.criteria.filter(({ key }) => !isMarked(assessment, key)).map(({ key }) => key);
}

/** The critical criteria that stand at their lowest level: each of them alone fails the plan. */
export function failedCritical(rubric: GradingRubric, assessment: RubricAssessment): string[] {
  return rubric.criteria.filter(({ key, critical, levels }) => critical && levels.length > 0 && assessment.criteria[key]?.level === levels.at(-1)?.key).map(({ key }) => key);
}

export type RubricGrade = { points: number; maximum: number; band: GradingBand; passes: boolean; failedCritical: string[] };

/**
 * The grade of a complete assessment; null while a criterion is not marked. It is in the first band that its points
 * reach; with a critical criterion at its lowest level, in the first of those that do not pass.
 */
export function gradeOf(rubric: GradingRubric, assessment: RubricAssessment): RubricGrade | null {
  if (unmarkedCriteria(rubric, assessment).length > 0) return null;
  const { points } = totalSoFar(rubric, assessment);
  const failed = failedCritical(rubric, assessment);
  const band = rubric.bands.find(({ from, passes }) => points >= from && !(passes && failed.length > 0)) ?? rubric.bands.at(-1);
  if (!band) return null;
  return { points, maximum: rubricMaximum(rubric), band, passes: band.passes && failed.length === 0, failedCritical: failed };
}

export type GradeDecision = 'returned' | 'released';

/** Why a decision cannot be made yet: a release wants every criterion marked, a return a comment that says what to revise. Null when it can. */
export function decisionProblem(decision: GradeDecision, rubric: GradingRubric, assessment: RubricAssessment): 'incomplete' | 'no-comment' | null {
  if (decision === 'returned') return assessment.comment === '' ? 'no-comment' : null;
  return unmarkedCriteria(rubric, assessment).length > 0 ? 'incomplete' : null;
}

/** Whether two assessments say the same, whatever stands in them of criteria that nobody marked or commented on. */
export function isSameAssessment(rubric: GradingRubric, one: RubricAssessment, other: RubricAssessment): boolean {
  return one.comment === other.comment && rubric.criteria.every(({ key }) => {
    const [a, b] = [one.criteria[key], other.criteria[key]];
    return (a?.level ?? null) === (b?.level ?? null) && (a?.points ?? null) === (b?.points ?? null) && (a?.comment ?? '') === (b?.comment ?? '');
  });
}

/** What the grade book says beside the points: the band, and of the comment as much as people read there. */
export function gradeBookComment(band: string, comment: string, most = 1_000): string {
  const words = comment === '' ? band : `${band}. ${comment}`;
  return words.length <= most ? words : `${words.slice(0, most - 1).toWellFormed().trimEnd()}…`;
}
