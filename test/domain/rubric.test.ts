import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decisionProblem, emptyAssessment, failedCritical, fitAssessment, gradeOf, isSameAssessment, longestComment, middleOf, passingPoints, readAssessment, rubricMaximum, totalSoFar, unmarkedCriteria } from '../../server/domain/rubric.ts';
import type { GradingRubric, RubricAssessment } from '../../server/domain/rubric.ts';

const levels = (steps: [key: string, from: number, to: number][]) => steps.map(([key, from, to]) => ({ key, from, to }));
const rubric: GradingRubric = {
  criteria: [
    { key: 'aim', maximum: 60, critical: false, levels: levels([['best', 50, 60], ['good', 30, 49], ['some', 10, 29], ['none', 0, 9]]) },
    { key: 'tests', maximum: 40, critical: true, levels: levels([['best', 35, 40], ['good', 25, 34], ['some', 15, 24], ['none', 0, 14]]) },
  ],
  bands: [{ key: 'distinction', title: 'Distinction', from: 85, passes: true }, { key: 'pass', title: 'Pass', from: 70, passes: true }, { key: 'revise', title: 'Revise', from: 55, passes: false }, { key: 'not-yet', title: 'Not yet', from: 0, passes: false }],
};
const levelFor = (place: 0 | 1, points: number): string => rubric.criteria[place]!.levels.find(({ from, to }) => points >= from && points <= to)!.key;
const assessed = (aim: number | null, tests: number | null, comment = ''): RubricAssessment => ({
  comment,
  criteria: {
    ...(aim !== null && { aim: { level: levelFor(0, aim), points: aim, comment: '' } }),
    ...(tests !== null && { tests: { level: levelFor(1, tests), points: tests, comment: '' } }),
  },
});

describe('the fewest points that pass', () => {
  it('are those of the lowest band that passes, if one does', () => {
    expect(passingPoints(rubric)).to.equal(70);
    expect(passingPoints({ bands: rubric.bands.filter(({ passes }) => !passes) })).to.equal(null);
  });
});

describe('the grade by a rubric', () => {
  const table: [aim: number, tests: number, band: string, passes: boolean][] = [
    [60, 40, 'distinction', true],
    [50, 35, 'distinction', true],
    [50, 34, 'pass', true],
    [45, 25, 'pass', true],
    [45, 24, 'revise', false],
    [40, 15, 'revise', false],
    [39, 15, 'not-yet', false],
    [0, 40, 'not-yet', false],
    // A critical criterion at its lowest level fails, whatever the points.
    [60, 14, 'revise', false],
    [60, 0, 'revise', false],
    [56, 14, 'revise', false],
    [40, 14, 'not-yet', false],
    [0, 0, 'not-yet', false],
    // One that is not critical does not.
    [9, 40, 'not-yet', false],
  ];
  for (const [aim, tests, band, passes] of table) {
    it(`${aim} + ${tests} points: ${band}, ${passes ? 'passed' : 'not passed'}`, () => {
      const grade = gradeOf(rubric, assessed(aim, tests));
      expect(grade).to.deep.include({ points: aim + tests, maximum: 100, passes });
      expect(grade?.band.key).to.equal(band);
      expect(grade?.failedCritical).to.deep.equal(tests <= 14 ? ['tests'] : []);
    });
  }

  it('is none while a criterion is not marked', () => {
    expect(gradeOf(rubric, assessed(60, null))).to.equal(null);
    expect(gradeOf(rubric, emptyAssessment())).to.equal(null);
    expect(gradeOf(rubric, { ...assessed(60, null), criteria: { ...assessed(60, null).criteria, tests: { level: 'best', points: null, comment: '' } } })).to.equal(null);
  });

  it('adds up what is marked so far, and says what is not', () => {
    expect(totalSoFar(rubric, assessed(null, 30))).to.deep.equal({ points: 30, of: 40, marked: 1 });
    expect(unmarkedCriteria(rubric, assessed(null, 30))).to.deep.equal(['aim']);
    expect(totalSoFar(rubric, emptyAssessment())).to.deep.equal({ points: 0, of: 0, marked: 0 });
    expect(rubricMaximum(rubric)).to.equal(100);
  });

  it('fails on a critical criterion as soon as that is at its lowest level', () => {
    expect(failedCritical(rubric, assessed(null, 14))).to.deep.equal(['tests']);
    expect(failedCritical(rubric, assessed(0, 15))).to.deep.equal([]);
  });

  for (const [from, to, middle] of [[9, 10, 9], [7, 10, 8], [11, 13, 12], [0, 6, 3], [4, 4, 4]] as const) {
    it(`${from} to ${to} points: ${middle} unless the grader says otherwise`, () => expect(middleOf({ from, to })).to.equal(middle));
  }
});

describe('what a grader typed', () => {
  const read = (aim: { level?: string; points?: string; comment?: string }, comment?: string) => readAssessment(rubric, { criteria: { aim }, comment });
  const table: [what: string, typed: { level?: string; points?: string }, kept: { level: string | null; points: number | null }, problem: string | null][] = [
    ['nothing', {}, { level: null, points: null }, null],
    ['a level', { level: 'good' }, { level: 'good', points: 39 }, null],
    ['a level, and points at its lower end', { level: 'good', points: '30' }, { level: 'good', points: 30 }, null],
    ['a level, and points at its upper end', { level: 'good', points: ' 49 ' }, { level: 'good', points: 49 }, null],
    ['points above the level', { level: 'good', points: '50' }, { level: 'good', points: null }, 'points-outside'],
    ['points below the level', { level: 'good', points: '29' }, { level: 'good', points: null }, 'points-outside'],
    ['half a point', { level: 'good', points: '40.5' }, { level: 'good', points: null }, 'points-outside'],
    ['points below nothing', { level: 'none', points: '-1' }, { level: 'none', points: null }, 'points-outside'],
    ['a number as only programs write it', { level: 'none', points: '0x5' }, { level: 'none', points: null }, 'points-outside'],
    ['words for points', { level: 'good', points: 'many' }, { level: 'good', points: null }, 'points-outside'],
    ['points without a level', { points: '40' }, { level: null, points: null }, 'points-without-level'],
    ['a level that the rubric does not have', { level: 'superb', points: '40' }, { level: null, points: null }, 'unknown-level'],
    ['a level of the language', { level: 'constructor' }, { level: null, points: null }, 'unknown-level'],
  ];
  for (const [what, typed, kept, problem] of table) {
    it(`${what}: ${problem ?? 'kept as it is'}`, () => {
      const { assessment, problems } = read({ ...typed, comment: ' Kept. ' });
      expect(assessment.criteria['aim']).to.deep.equal({ ...kept, comment: 'Kept.' });
      expect(problems.map(({ kind }) => kind)).to.deep.equal(problem === null ? [] : [problem]);
    });
  }

  it('of criteria that the rubric does not have is left out', () => {
    expect(readAssessment(rubric, { criteria: { other: { level: 'best' } } })).to.deep.equal({ problems: [], assessment: { comment: '', criteria: { aim: { level: null, points: null, comment: '' }, tests: { level: null, points: null, comment: '' } } } });
  });

  it('and is too long is cut and said', () => {
    const { assessment, problems } = read({ comment: 'x'.repeat(longestComment.criterion + 1) }, 'y'.repeat(longestComment.whole));
    expect(assessment.criteria['aim']?.comment).to.have.lengthOf(longestComment.criterion);
    expect(problems).to.deep.equal([{ criterion: 'aim', kind: 'comment-too-long', length: longestComment.criterion + 1, most: longestComment.criterion }]);
  });

  it('is the same as what says the same', () => {
    expect(isSameAssessment(rubric, emptyAssessment(), read({}).assessment)).to.equal(true);
    expect(isSameAssessment(rubric, assessed(30, 30), assessed(30, 30))).to.equal(true);
    expect(isSameAssessment(rubric, assessed(30, 30), assessed(30, 31))).to.equal(false);
    expect(isSameAssessment(rubric, assessed(30, 30), assessed(30, 30, 'More.'))).to.equal(false);
  });
});

describe('a decision', () => {
  const table: [what: string, decision: 'returned' | 'released', assessment: RubricAssessment, problem: string | null][] = [
    ['release of a complete assessment', 'released', assessed(50, 30), null],
    ['release while a criterion is open', 'released', assessed(50, null, 'Good.'), 'incomplete'],
    ['return with a comment and nothing marked', 'returned', assessed(null, null, 'Add a prediction.'), null],
    ['return without a comment', 'returned', assessed(50, 30), 'no-comment'],
  ];
  for (const [what, decision, assessment, problem] of table) it(`${what}: ${problem ?? 'good'}`, () => expect(decisionProblem(decision, rubric, assessment)).to.equal(problem));
});

describe('an assessment that another rubric was used for', () => {
  const kept = (level: string | null, points: number | null): RubricAssessment => ({ comment: 'All in all.', criteria: { aim: { level, points, comment: 'Bold.' } } });
  const cases: [name: string, kept: RubricAssessment, level: string | null, points: number | null][] = [
    ['keeps what the rubric has', kept('good', 40), 'good', 40],
    ['loses points outside the level, and not the level', kept('good', 55), 'good', null],
    ['loses a level that is not there, with its points', kept('splendid', 40), null, null],
    ['has nothing where nothing was given', kept(null, null), null, null],
  ];
  for (const [name, assessment, level, points] of cases) {
    it(name, () => expect(fitAssessment(rubric, assessment)).to.deep.equal({ assessment: { comment: 'All in all.', criteria: { aim: { level, points, comment: 'Bold.' } } }, left: [] }));
  }
  it('tells what was said about criteria that are not there, and nothing of those without words', () => {
    const { left, assessment } = fitAssessment(rubric, { comment: '', criteria: { gone: { level: 'good', points: 3, comment: 'Kind.' }, silent: { level: 'good', points: 3, comment: '' } } });
    expect([left, assessment.criteria]).to.deep.equal([[{ criterion: 'gone', comment: 'Kind.' }], {}]);
  });
});
