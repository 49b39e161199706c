// The run chart rules: every data set whose signals are known, and what must hold of any.
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { runsTable } from '../../server/domain/run-chart-limits.ts';
import { analyseRunChart } from '../../server/domain/run-chart.ts';

const none = { shifts: [], trends: [] };
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_none, index) => from + index);

describe('a run chart of a published data set', () => {
  const dna = [9, 8, 9, 6, 7, 5, 6, 8, 9, 6, 6, 6, 6, 7, 9, 9, 8, 6, 7, 8, 6, 8, 7, 5, 4];
  it('NHS Scotland, appointments not attended', () => {
    expect(analyseRunChart(dna)).to.deep.equal({ median: 7, useful: 21, runs: 10, limits: { lower: 7, upper: 16 }, ...none });
  });

  it('too few runs, two shifts and a trend with a repeated value', () => {
    expect(analyseRunChart([4, 3, 3, 2, 2, 3, 3, 4, 4, 4, 4, 3, 3, 2, 2, 1, 2, 1, 0, 3, 3, 4, 5, 6, 7, 9, 8, 7, 6, 6])).to.deep.equal({
      median: 3, useful: 22, runs: 5, limits: { lower: 7, upper: 17 },
      shifts: [{ side: 'below', points: upTo(14, 19) }, { side: 'above', points: upTo(22, 30) }],
      trends: [{ direction: 'up', points: [19, 20, 22, 23, 24, 25, 26] }],
    });
  });

  it('Making Data Count, shifts at both ends', () => {
    const { median, shifts, runs, limits } = analyseRunChart([31, 35, 34, 29, 29, 32, 26, 26, 32, 35, 30, 18, 31, 25, 27, 22, 18, 25, 25, 17]);
    expect({ median, shifts, runs, limits }).to.deep.equal({
      median: 28, runs: 6, limits: { lower: 6, upper: 16 },
      shifts: [{ side: 'above', points: upTo(1, 6) }, { side: 'below', points: upTo(14, 20) }],
    });
  });
});

describe('a shift', () => {
  const cases: [string, (number | null)[], { side: 'above' | 'below'; points: number[] }[]][] = [
    ['steps over points on the median', [1, 1, 1, 1, 1, 0, 0, 1], [{ side: 'above', points: [1, 2, 3, 4, 5, 8] }]],
    ['steps over missing points', [1, 2, 3, 4, 5, null, 0, 1], [{ side: 'above', points: [1, 2, 3, 4, 5, 8] }]],
    ['comes twice', [1, 2, 3, 4, 5, 6, 0, -1, -2, -3, -4, -5, -6], [{ side: 'above', points: upTo(1, 6) }, { side: 'below', points: upTo(8, 13) }]],
    ['is none where the sides take turns', [1, -1, 1, -1, 1, -1, 1], []],
    ['is none of five', [1, 1, 1, 1, 1, -1], []],
  ];
  for (const [what, values, shifts] of cases) {
    // Around a median of 0, which a baseline of one such point freezes.
    it(what, () => {
      const shifted = analyseRunChart([0, ...values], { baseline: 1 }).shifts.map((shift) => ({ ...shift, points: shift.points.map((point) => point - 1) }));
      expect(shifted).to.deep.equal(shifts);
    });
  }
});

describe('a trend', () => {
  const cases: [string, (number | null)[], { direction: 'up' | 'down'; points: number[] }[]][] = [
    ['is none of four points', [1, 2, 3, 4], []],
    ['is five points', [1, 2, 3, 4, 5], [{ direction: 'up', points: [1, 2, 3, 4, 5] }]],
    ['counts a repeated value once', [1, 2, 3, 3, 4, 5], [{ direction: 'up', points: [1, 2, 3, 5, 6] }]],
    ['is not made by a repeated value', [1, 2, 3, 4, 4], []],
    ['goes on after repeated values', [1, 2, 3, 4, 4, 4, 5], [{ direction: 'up', points: [1, 2, 3, 4, 7] }]],
    ['steps over a missing value', [1, 2, 3, 4, null, 4, 5], [{ direction: 'up', points: [1, 2, 3, 4, 7] }]],
    ['shares its turning point with the next', [1, 2, 3, 4, 5, 6, 7, 8, 9, 8, 7, 6, 5, 4, 3, 2, 1], [{ direction: 'up', points: upTo(1, 9) }, { direction: 'down', points: upTo(9, 17) }]],
    ['begins at the last point before it turns', [5, 6, 6, 5, 5, 6, 7, 8, 9], [{ direction: 'up', points: [4, 6, 7, 8, 9] }]],
    ['is none where all are equal', [3, 3, 3, 3, 3, 3], []],
  ];
  for (const [what, values, trends] of cases) it(what, () => { expect(analyseRunChart(values).trends).to.deep.equal(trends); });
});

describe('the median and the runs', () => {
  it('a point that lies on the median but for the last digit of arithmetic is on it', () => {
    expect(analyseRunChart([87.1, 87.3, 87.2])).to.include({ median: 87.2, useful: 2 });
    expect(analyseRunChart([87.1, 87.3, 87.2, 87.2], { baseline: 2 })).to.include({ median: 87.2, useful: 2 });
  });
  it('nothing measured, nothing found', () => {
    expect(analyseRunChart([])).to.deep.equal({ median: null, useful: 0, runs: 0, limits: null, ...none });
    expect(analyseRunChart([null, null])).to.deep.equal({ median: null, useful: 0, runs: 0, limits: null, ...none });
    expect(analyseRunChart([null, 3], { baseline: 1 }).median).to.equal(null);
  });
  it('all on the median: no useful point', () => {
    expect(analyseRunChart(Array.from({ length: 12 }, () => 4))).to.deep.equal({ median: 4, useful: 0, runs: 0, limits: null, ...none });
  });
  it('no runs test below ten useful points', () => {
    expect(analyseRunChart([1, 2, 1, 2, 1, 2, 1, 2, 1.5])).to.include({ useful: 8, runs: 8, limits: null });
  });
  it('no runs test where the median is frozen', () => {
    expect(analyseRunChart([1, 2, 3, ...Array.from({ length: 12 }, () => 5)], { baseline: 3 })).to.deep.include({ median: 2, limits: null, shifts: [{ side: 'above', points: upTo(3, 15) }] });
  });
  it('beyond the table the limits are the normal approximation', () => {
    const turns = Array.from({ length: 100 }, (_none, index) => index % 2);
    expect(analyseRunChart(turns).limits).to.deep.equal({ lower: 42, upper: 60 });
  });
  for (const values of [[NaN], [1, Infinity]]) it(`refuses ${values.join()}`, () => { expect(() => analyseRunChart(values)).to.throw(RangeError); });
  for (const baseline of [0, -1, 1.5]) it(`refuses a baseline of ${baseline}`, () => { expect(() => analyseRunChart([1], { baseline })).to.throw(RangeError); });
});

describe('the table of runs', () => {
  it('has every number of useful points from 10 to 60', () => {
    expect(Object.keys(runsTable).map(Number)).to.deep.equal(upTo(10, 60));
  });
  for (let n = 10; n <= 60; n += 2) {
    it(`agrees with Swed and Eisenhart for ${n} points`, () => {
      const shares = upTo(2, n).map((runs) => ({ runs, share: chanceOfRuns(runs, n / 2) }));
      const chance = (of: typeof shares) => of.reduce((sum, { share }) => sum + share, 0);
      const lower = Math.max(...shares.filter(({ runs }) => chance(shares.filter((other) => other.runs <= runs)) <= 0.05).map(({ runs }) => runs));
      const upper = Math.min(...shares.filter(({ runs }) => chance(shares.filter((other) => other.runs >= runs)) <= 0.05).map(({ runs }) => runs));
      expect(runsTable[n]).to.deep.equal([lower, upper]);
    });
  }
});

/** How likely so many runs are of `half` points over and `half` under the median, in random order. */
function chanceOfRuns(runs: number, half: number): number {
  const k = Math.floor(runs / 2);
  const ways = runs % 2 === 0 ? 2 * choose(half - 1, k - 1) ** 2 : 2 * choose(half - 1, k) * choose(half - 1, k - 1);
  return ways / choose(2 * half, half);
}

function choose(n: number, k: number): number {
  let result = 1;
  for (let step = 1; step <= k; step += 1) result = (result * (n - k + step)) / step;
  return k < 0 || k > n ? 0 : Math.round(result);
}

describe('any run chart', () => {
  // Tenths, as people measure: small enough that adding them stays exact enough.
  const series = fc.array(fc.option(fc.integer({ min: -400, max: 400 }).map((tenths) => tenths / 10), { freq: 8 }), { maxLength: 70 });

  it('adding a constant moves nothing but the median', () => {
    fc.assert(fc.property(series, fc.integer({ min: -1000, max: 1000 }), (values, constant) => {
      const { median, ...before } = analyseRunChart(values);
      const { median: moved, ...after } = analyseRunChart(values.map((value) => (value === null ? null : value + constant)));
      expect(after).to.deep.equal(before);
      if (median === null) expect(moved).to.equal(null);
      else expect(moved).to.be.closeTo(median + constant, 1e-8);
    }));
  });

  it('mirroring swaps above and below, up and down', () => {
    const swap = { above: 'below', below: 'above', up: 'down', down: 'up' } as const;
    fc.assert(fc.property(series, (values) => {
      const before = analyseRunChart(values);
      const after = analyseRunChart(values.map((value) => (value === null ? null : -value)));
      expect(after.shifts).to.deep.equal(before.shifts.map((shift) => ({ ...shift, side: swap[shift.side] })));
      expect(after.trends).to.deep.equal(before.trends.map((trend) => ({ ...trend, direction: swap[trend.direction] })));
      expect({ useful: after.useful, runs: after.runs, limits: after.limits }).to.deep.equal({ useful: before.useful, runs: before.runs, limits: before.limits });
    }));
  });

  it('a point put on the median changes no shift', () => {
    fc.assert(fc.property(series, fc.nat(), (values, somewhere) => {
      const before = analyseRunChart(values);
      if (before.median === null) return;
      const place = somewhere % (values.length + 1);
      const after = analyseRunChart(values.toSpliced(place, 0, before.median));
      expect(after.shifts).to.deep.equal(before.shifts.map((shift) => ({ ...shift, points: shift.points.map((point) => (point > place ? point + 1 : point)) })));
    }));
  });

  it('counts the points of its shifts as useful, all on their side', () => {
    fc.assert(fc.property(series, (values) => {
      const { median, shifts } = analyseRunChart(values);
      for (const { side, points } of shifts) {
        expect(points.length).to.be.at.least(6);
        for (const point of points) expect(Math.sign((values[point - 1] ?? NaN) - (median ?? NaN))).to.equal(side === 'above' ? 1 : -1);
      }
    }));
  });
});
