// A rubric and an assessment in words: fields of the form, rows of a table, what is still missing, what is wrong.
import type { Rubric, RubricCriterion } from '../../content/programme.ts';
import { gradeOf, longestComment, middleOf, totalSoFar, unmarkedCriteria } from '../../domain/rubric.ts';
import type { AssessmentProblem, RubricAssessment, TypedAssessment } from '../../domain/rubric.ts';
import { inWords, list, plural, sentence, toPutRight } from '../../format.ts';

type Refusal = { typed: TypedAssessment; problems: AssessmentProblem[]; because: string | null };

/** The criteria as fields, in the rubric's order; levels stand from the lowest up, as one reads a scale. */
export function criteriaOf(rubric: Rubric, assessment: RubricAssessment, refused: Refusal | null) {
  return rubric.criteria.map((criterion, index) => {
    const { key, levels, maximum } = criterion;
    const given = assessment.criteria[key];
    const typed = refused?.typed.criteria[key];
    const chosen = levels.find((level) => level.key === (typed ? typed.level : given?.level));
    const problems = (refused?.problems ?? []).filter((problem) => problem.criterion === key);
    const say = (...kinds: AssessmentProblem['kind'][]) => problems.filter(({ kind }) => kinds.includes(kind)).map((problem) => problemWords(rubric, problem)).at(0) ?? null;
    const isMissing = refused?.because === 'incomplete' && unmarkedCriteria(rubric, assessment).includes(key);
    const pointsError = say('points-outside', 'points-without-level');
    return {
      key, number: index + 1, title: criterion.title,
      critical: criterion.critical ? `To pass, this may not be “${levels.at(-1)?.title}”.` : null,
      count: countWords(criterion, assessment),
      levels: levels.toReversed().map((level, place) => ({ key: level.key, place: place + 1, title: level.title, text: level.text, from: level.from, to: level.to, middle: middleOf(level), outside: outsideWords(level), range: `${level.from}–${level.to}`, isChosen: level === chosen })),
      levelError: say('unknown-level') ?? (isMissing && pointsError === null ? (given?.level ? null : 'Choose a level.') : null),
      pointsLabel: chosen ? `Points, ${chosen.from} to ${chosen.to}` : 'Points',
      points: typed?.points ?? (given?.points === null || given?.points === undefined ? '' : String(given.points)),
      pointsError: pointsError ?? (isMissing && given?.level ? 'Write the points, or leave them empty for the middle of the level.' : null),
      comment: typed?.comment ?? given?.comment ?? '',
      commentError: say('comment-too-long'),
      most: longestComment.criterion,
      maximum,
      levelFirst: LEVEL_FIRST,
      following: rubric.criteria[index + 1] ? { href: `#c-${rubric.criteria[index + 1]!.key}`, label: 'Next criterion' } : { href: '#whole', label: 'On to the whole plan' },
    };
  });
}

/** "12 of 15", or "of 15" while it has no points. */
function countWords({ key, maximum }: Pick<RubricCriterion, 'key' | 'maximum'>, assessment: RubricAssessment): string {
  const points = assessment.criteria[key]?.points ?? null;
  return points === null ? `of ${maximum}` : `${points} of ${maximum}`;
}

export type Standing = { total: string; of: string; marked: string; verdict: string; missing: string[] };

/** Points so far, what grade they make, and in words what a release still wants. Drawn live, so it is made here alone. */
export function standingOf(rubric: Rubric, assessment: RubricAssessment): Standing {
  const { points, of, marked } = totalSoFar(rubric, assessment);
  const all = rubric.criteria.length;
  const grade = gradeOf(rubric, assessment);
  return {
    total: String(points),
    of: grade ? `of ${grade.maximum}, ${grade.band.title}` : `of ${of} so far`,
    marked: `${marked} of ${all} marked`,
    verdict: grade ? verdictWords(rubric, grade.band.title, grade.failedCritical) : '',
    missing: missingWords(rubric, assessment),
  };
}

function verdictWords(rubric: Rubric, band: string, failed: readonly string[]): string {
  if (failed.length === 0) return `Complete: ${band}.`;
  return `${band}. ${list(failed.map((key) => titleOf(rubric, key)))} ${failed.length === 1 ? 'is' : 'are'} at the lowest level, so the plan does not pass whatever its points.`;
}

function missingWords(rubric: Rubric, assessment: RubricAssessment): string[] {
  const open = unmarkedCriteria(rubric, assessment);
  if (open.length === 0) return [];
  if (open.length === rubric.criteria.length) return [`All ${inWords(open.length)} criteria are still to be marked.`];
  return [`Still to be marked: ${list(open.map((key) => titleOf(rubric, key)))}.`];
}

/** "78 of 100, Pass"; "42 of 55 so far" while something is open. */
export function gradeWords(rubric: Rubric, assessment: RubricAssessment): string {
  const grade = gradeOf(rubric, assessment);
  const { points, of, marked } = totalSoFar(rubric, assessment);
  if (grade) return `${grade.points} of ${grade.maximum}, ${grade.band.title}`;
  return marked === 0 ? 'Nothing marked' : `${points} of ${of} so far`;
}

/** One row a criterion, for reading. */
export function rowsOf(rubric: Rubric, assessment: RubricAssessment): { title: string; mark: string; comment: string }[] {
  return rubric.criteria.map((criterion) => {
    const { level: key = null, points = null, comment = '' } = assessment.criteria[criterion.key] ?? {};
    const level = criterion.levels.find((one) => one.key === key);
    const mark = level ? `${level.title}${points === null ? '' : `, ${points} of ${criterion.maximum}`}` : 'Not marked';
    return { title: criterion.title, mark, comment };
  });
}

const titleOf = (rubric: Rubric, key: string): string => rubric.criteria.find((criterion) => criterion.key === key)?.title ?? key;

/** What is wrong, for the top of the page: each leads to its field. */
export function formProblems(rubric: Rubric | undefined, problems: readonly AssessmentProblem[], because: string | null): { heading: string; items: { href: string; text: string }[] } {
  if (!rubric) return { heading: '', items: [] };
  const items = problems.map((problem) => ({
    href: fieldOf(problem),
    text: problem.criterion === null ? problemWords(rubric, problem) : `${titleOf(rubric, problem.criterion)}: ${problemWords(rubric, problem)}`,
  }));
  if (because === 'no-comment') items.push({ href: '#whole', text: 'To return the plan, write what the learner should revise.' });
  if (because === 'no-reason') items.push({ href: '#reason', text: 'Write why the grade is corrected.' });
  if (because === 'incomplete') items.push({ href: '#rubric', text: 'A grade can be released when every criterion has a level and points. What is missing stands at each.' });
  return { heading: toPutRight(items.length), items };
}

/** The field of a problem, as an address within the page. */
export function fieldOf({ criterion, kind }: AssessmentProblem): string {
  if (criterion === null) return '#whole';
  return kind === 'comment-too-long' ? `#t-${criterion}` : kind === 'unknown-level' ? `#c-${criterion}` : `#p-${criterion}`;
}

const LEVEL_FIRST = 'Choose the level first: points lie within its range.';

function outsideWords(level: RubricCriterion['levels'][number]): string {
  return `“${level.title}” gives ${level.from} to ${level.to} points: write a whole number from there, or leave it empty for ${middleOf(level)}.`;
}

export function problemWords(rubric: Rubric, problem: AssessmentProblem): string {
  const criterion = rubric.criteria.find(({ key }) => key === problem.criterion);
  switch (problem.kind) {
    case 'unknown-level': return `The rubric has no such level. Choose one of the ${inWords(criterion?.levels.length ?? 0)}.`;
    case 'points-without-level': return LEVEL_FIRST;
    case 'points-outside': return criterion?.levels.filter(({ key }) => key === problem.level).map(outsideWords).at(0) ?? LEVEL_FIRST;
    case 'comment-too-long': return `${sentence(plural(problem.length, 'character'))} are too many: at most ${problem.most} are kept. Shorten it.`;
  }
}
