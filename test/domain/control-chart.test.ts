// Shewhart charts: data sets whose limits and signals are known, each rule at its edge, and what must hold of any.
import { expect } from 'chai';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { analyseControlChart } from '../../server/domain/control-chart.ts';
import type { ControlChartAnalysis, ControlChartRule, ControlChartValue } from '../../server/domain/control-chart.ts';

const plain = (values: readonly number[]): ControlChartValue[] => values.map((value) => ({ value }));
const signals = ({ signals: all }: ControlChartAnalysis, rule: ControlChartRule): number[][] => all.filter((signal) => signal.rule === rule).map(({ points }) => points);
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_none, index) => from + index);

describe('a control chart of a published data set', () => {
  it('c: Montgomery 7.3, nonconformities on circuit boards, limits frozen without two points', () => {
    const counts = [21, 24, 16, 12, 15, 5, 28, 20, 31, 25, 20, 24, 16, 19, 10, 17, 13, 22, 18, 39, 30, 24, 16, 19, 17, 15, 16, 18, 12, 15, 24, 21, 28, 20, 25, 19, 18, 21, 16, 22, 19, 12, 14, 9, 16, 21];
    const chart = analyseControlChart('c', plain(counts), { baseline: 26, exclude: [6, 20] });
    expect(chart.centre).to.be.closeTo(19.6667, 5e-5);
    expect(chart.limits).to.have.length(46);
    for (const { lower, upper } of chart.limits) {
      expect(lower).to.be.closeTo(6.3625, 5e-5);
      expect(upper).to.be.closeTo(32.9708, 5e-5);
    }
    expect(signals(chart, 'outside')).to.deep.equal([[6], [20]]);
    expect(chart).to.not.have.property('movingRange');
  });

  it('u: Montgomery, fifty units each', () => {
    const chart = analyseControlChart('u', [2, 3, 8, 1, 1, 4, 1, 4, 5, 1, 8, 2, 4, 3, 4, 1, 8, 3, 7, 4].map((value) => ({ value, size: 50 })));
    expect(chart.centre).to.be.closeTo(0.074, 1e-12);
    expect(chart.limits[0]?.upper).to.be.closeTo(0.189412, 5e-7);
    expect(chart.limits[0]?.lower).to.equal(0);
    expect(signals(chart, 'outside')).to.deep.equal([]);
  });

  it('XmR: Making Data Count, process limits', () => {
    const chart = analyseControlChart('xmr', plain([20, 24, 20, 26, 22, 16, 18, 16, 31, 28, 34, 26, 30, 19, 18]));
    expect(chart.centre).to.be.closeTo(23.2, 0.005);
    expect(chart.limits[0]?.upper).to.be.closeTo(37.64, 0.005);
    expect(chart.limits[0]?.lower).to.be.closeTo(8.76, 0.005);
    expect(chart.movingRange?.upper).to.be.closeTo(3.267 * (chart.movingRange?.centre ?? NaN), 1e-9);
  });
});

describe('limits of a control chart', () => {
  it('p: pooled, stepped by the size, between 0 and 1', () => {
    const chart = analyseControlChart('p', [{ value: 9, size: 10 }, { value: 81, size: 90 }]);
    expect(chart.centre).to.equal(0.9);
    expect(chart.limits[0]).to.deep.equal({ lower: 0.9 - 3 * Math.sqrt(0.09 / 10), upper: 1 });
    expect(chart.limits[1]?.upper).to.be.closeTo(0.9 + 3 * Math.sqrt(0.09 / 90), 1e-12);
  });
  it('XmR may go under 0, for a measure may', () => {
    expect(analyseControlChart('xmr', plain([1, 9, 1, 9])).limits[0]?.lower).to.be.below(0);
  });
  it('a screened chart drops moving ranges beyond their limit, once', () => {
    const values = plain([10, 11, 10, 11, 10, 11, 10, 60, 61, 60, 61, 60, 61, 60]);
    const raw = analyseControlChart('xmr', values);
    const screened = analyseControlChart('xmr', values, { screen: true });
    expect(raw.movingRange?.centre).to.be.closeTo(62 / 13, 1e-12);
    expect(screened.movingRange?.centre).to.equal(1);
    expect(screened.centre).to.equal(raw.centre);
  });
  it('a moving range to a point that is left out is left out too', () => {
    expect(analyseControlChart('xmr', plain([1, 2, 90, 3, 4]), { exclude: [3] }).movingRange?.centre).to.equal(1);
  });
  it('a baseline decides alone', () => {
    const chart = analyseControlChart('xmr', plain([4, 6, 4, 6, 40]), { baseline: 4 });
    expect(chart.centre).to.equal(5);
    expect(signals(chart, 'outside')).to.deep.equal([[5]]);
  });
});

describe('a signal of a control chart', () => {
  /** Centre 0, standard deviation 2.66 × 1.5 / 3 = 1.33, from a baseline of three points that cannot signal themselves. */
  const judge = (...values: number[]) => {
    const { signals: all, ...rest } = analyseControlChart('xmr', plain([0, 1.5, 0, -1.5, 0, ...values]), { baseline: 5 });
    return { ...rest, signals: all.map((signal) => ({ ...signal, points: signal.points.map((point) => point - 5) })) };
  };
  const cases: [string, ControlChartRule, number[], number[][]][] = [
    ['outside: beyond three standard deviations', 'outside', [3.9, 4, -4, -3.9], [[2], [3]]],
    ['shift8: eight on one side', 'shift8', [1, 1, 1, 1, 1, 1, 1, 1], [upTo(1, 8)]],
    ['shift8: not seven', 'shift8', [1, 1, 1, 1, 1, 1, 1, -1], []],
    ['shift8: a point on the centre neither counts nor breaks', 'shift8', [1, 1, 1, 1, 0, 1, 1, 1, 1], [[1, 2, 3, 4, 6, 7, 8, 9]]],
    ['trend6: six steadily up', 'trend6', [-1, -0.5, 0.1, 0.2, 0.3, 0.4, 0.1], [upTo(1, 6)]],
    ['trend6: not five', 'trend6', [1, -1, -0.5, 0.1, 0.2, 0.3, 0.1], []],
    ['trend6: a repeated value counts once', 'trend6', [1, -1, -0.5, 0.1, 0.1, 0.2, 0.3, 0.4, 0], [[2, 3, 4, 6, 7, 8]]],
    ['twoOfThree: two neighbours in the outer third', 'twoOfThree', [3, 3, 0], [[1, 2]]],
    ['twoOfThree: one between them', 'twoOfThree', [-3, 0, -3], [[1, 3]]],
    ['twoOfThree: two between them is too far', 'twoOfThree', [3, 0, 0, 3], []],
    ['twoOfThree: not on two sides', 'twoOfThree', [3, -3, 0], []],
  ];
  for (const [what, rule, values, expected] of cases) it(what, () => { expect(signals(judge(...values), rule)).to.deep.equal(expected); });

  it('hugging15: fifteen in the inner thirds, not fourteen', () => {
    const near = (count: number) => Array.from({ length: count }, (_none, index) => (index % 2 === 0 ? 0.5 : -0.5));
    expect(signals(judge(3, ...near(15), 3), 'hugging15')).to.deep.equal([upTo(2, 16)]);
    expect(signals(judge(3, ...near(14), 3), 'hugging15')).to.deep.equal([]);
  });
  it('none where nothing varies', () => {
    expect(analyseControlChart('xmr', plain(Array.from({ length: 20 }, () => 5))).signals).to.deep.equal([]);
  });
  it('zones follow the size', () => {
    const sizes = [...Array.from({ length: 20 }, () => ({ value: 10, size: 100 })), { value: 2, size: 5 }, { value: 200, size: 1000 }];
    expect(signals(analyseControlChart('p', sizes, { baseline: 20 }), 'outside')).to.deep.equal([[22]]);
  });
});

describe('values that no control chart can have', () => {
  const cases: [string, () => unknown][] = [
    ['no value', () => analyseControlChart('c', [])],
    ['one value of an XmR chart', () => analyseControlChart('xmr', plain([1]))],
    ['all excluded', () => analyseControlChart('c', plain([1, 2]), { exclude: [1, 2] })],
    ['a count under 0', () => analyseControlChart('c', plain([1, -1]))],
    ['no size', () => analyseControlChart('u', plain([1]))],
    ['a size of 0', () => analyseControlChart('p', [{ value: 0, size: 0 }])],
    ['more than all', () => analyseControlChart('p', [{ value: 3, size: 2 }])],
    ['no number', () => analyseControlChart('xmr', plain([1, NaN]))],
    ['a point that is not there', () => analyseControlChart('c', plain([1]), { exclude: [2] })],
    ['a baseline of none', () => analyseControlChart('c', plain([1]), { baseline: 0 })],
  ];
  for (const [what, work] of cases) it(what, () => { expect(work).to.throw(RangeError); });
});

describe('any XmR chart', () => {
  const series = fc.array(fc.integer({ min: -400, max: 400 }).map((tenths) => tenths / 10), { minLength: 2, maxLength: 60 });
  it('adding a constant moves centre and limits with it, and no signal', () => {
    fc.assert(fc.property(series, fc.integer({ min: -1000, max: 1000 }), (values, constant) => {
      const before = analyseControlChart('xmr', plain(values));
      const after = analyseControlChart('xmr', plain(values.map((value) => value + constant)));
      expect(after.signals).to.deep.equal(before.signals);
      expect(after.centre).to.be.closeTo(before.centre + constant, 1e-8);
      expect(after.limits[0]?.upper).to.be.closeTo((before.limits[0]?.upper ?? NaN) + constant, 1e-8);
    }));
  });
  it('mirroring keeps every signal', () => {
    const order = (chart: ControlChartAnalysis) => chart.signals.map(({ rule, points }) => `${rule} ${points.join()}`).toSorted();
    fc.assert(fc.property(series, (values) => {
      expect(order(analyseControlChart('xmr', plain(values.map((value) => -value))))).to.deep.equal(order(analyseControlChart('xmr', plain(values))));
    }));
  });
});
