// Shewhart charts: XmR, c, u and p, with the five rules for special causes.
import { side, steadyStretches, stretches, stretchesOnOneSide } from './series.ts';
import type { Point } from './series.ts';

export type ControlChartKind = 'xmr' | 'c' | 'u' | 'p';

/** xmr: `value` is the measure. c: a count over an equal area of opportunity. u and p: a count, `size` its denominator. */
export type ControlChartValue = { value: number; size?: number };

/**
 * outside: a point beyond a limit. shift8: eight or more in a row on one side of the centre. trend6: six or more that all
 * go up or all go down. twoOfThree: two of three in a row in the outer third of one side. hugging15: fifteen or more in
 * a row in the inner thirds.
 */
export type ControlChartRule = 'outside' | 'shift8' | 'trend6' | 'twoOfThree' | 'hugging15';

export type ControlChartAnalysis = {
  centre: number;
  /** One pair a point; all alike but for u and p, whose limits follow the size. */
  limits: { lower: number; upper: number }[];
  /** Of xmr only: the mean moving range and its upper limit. */
  movingRange?: { centre: number; upper: number };
  /** One entry an occurrence, in the order of the rules; `points` are 1-based positions. */
  signals: { rule: ControlChartRule; points: number[] }[];
};

export type ControlChartOptions = {
  /** Centre and limits come from the first so many values. */
  baseline?: number;
  /** 1-based positions that centre and limits leave out; they are still judged. */
  exclude?: readonly number[];
  /** Leaves out moving ranges over their own upper limit, once (Nelson LS. J Qual Technol 1982;14:172-173). */
  screen?: boolean;
};

/** 3 / d2 and D4 for ranges of two (Shewhart's constants): limits of single values and of moving ranges. */
const limitsOfRange = 2.66;
const upperOfRange = 3.267;

/**
 * Centre, limits three standard deviations from it, and signals by the rules of Provost LP, Murray SK. The Health Care
 * Data Guide. Jossey-Bass 2011. Points on the centre line and equal neighbours neither make nor break a signal.
 * @returns of u and p the figures are rates: count by size. Lower limits stop at 0 for counts and rates, the upper of p at 1.
 * @throws RangeError on values that the kind cannot have, and where nothing is left to compute limits from
 */
export function analyseControlChart(kind: ControlChartKind, values: readonly ControlChartValue[], { baseline, exclude = [], screen = false }: ControlChartOptions = {}): ControlChartAnalysis {
  checkValues(kind, values, baseline, exclude);
  const points = values.map(({ value, size }, index): Point & ControlChartValue => ({ position: index + 1, value: isRate(kind) ? value / (size ?? NaN) : value, size: size ?? 1 }));
  const counts = ({ position }: Point) => (baseline === undefined || position <= baseline) && !exclude.includes(position);
  const counted = points.filter(counts);
  if (counted.length === 0) throw new RangeError('No value is left from which limits could be computed.');

  const movingRange = kind === 'xmr' ? movingRangeOf(points, counts, screen) : null;
  const centre = centreOf(kind, values.filter((_value, index) => counts({ position: index + 1, value: 0 })));
  const sigmaAt = (size: number) => movingRange !== null ? (movingRange * limitsOfRange) / 3 : sigmaOf(kind, centre, size);
  const zones = points.map(({ position, value, size = 1 }): Zoned => ({ position, value, sigma: sigmaAt(size), ...limitsAt(kind, centre, sigmaAt(size)) }));
  return {
    centre,
    limits: zones.map(({ lower, upper }) => ({ lower, upper })),
    ...(movingRange === null ? {} : { movingRange: { centre: movingRange, upper: upperOfRange * movingRange } }),
    signals: signalsOf(zones, centre),
  };
}

type Zoned = Point & { sigma: number; lower: number; upper: number };

const isRate = (kind: ControlChartKind): boolean => kind === 'u' || kind === 'p';

function checkValues(kind: ControlChartKind, values: readonly ControlChartValue[], baseline: number | undefined, exclude: readonly number[]): void {
  if (baseline !== undefined && !(Number.isInteger(baseline) && baseline >= 1)) throw new RangeError('A baseline is a number of values, 1 or more.');
  for (const position of exclude) {
    if (!Number.isInteger(position) || position < 1 || position > values.length) throw new RangeError(`There is no point ${position} to exclude.`);
  }
  values.forEach(({ value, size }, index) => {
    if (!Number.isFinite(value)) throw new RangeError(`Point ${index + 1} is no finite number.`);
    if (kind !== 'xmr' && value < 0) throw new RangeError(`Point ${index + 1} is a count under 0.`);
    if (isRate(kind) && !(size !== undefined && Number.isFinite(size) && size > 0)) throw new RangeError(`Point ${index + 1} has no size over 0.`);
    if (kind === 'p' && value > (size ?? 0)) throw new RangeError(`Point ${index + 1} counts more than its size.`);
  });
}

/** The mean; of rates the pooled one, all counts by all sizes, never the mean of rates. */
function centreOf(kind: ControlChartKind, values: readonly ControlChartValue[]): number {
  const sum = (of: (value: ControlChartValue) => number) => values.reduce((total, value) => total + of(value), 0);
  return sum(({ value }) => value) / (isRate(kind) ? sum(({ size = NaN }) => size) : values.length);
}

/** The mean difference of neighbours that both count. */
function movingRangeOf(points: readonly Point[], counts: (point: Point) => boolean, screen: boolean): number {
  const ranges = points.flatMap((point, index) => {
    const before = points[index - 1];
    return before && counts(before) && counts(point) ? [Math.abs(point.value - before.value)] : [];
  });
  if (ranges.length === 0) throw new RangeError('An XmR chart needs two neighbouring values that count.');
  const mean = (of: readonly number[]) => of.reduce((total, range) => total + range, 0) / of.length;
  const all = mean(ranges);
  return screen ? mean(ranges.filter((range) => side(range, upperOfRange * all) !== 1)) : all;
}

function sigmaOf(kind: ControlChartKind, centre: number, size: number): number {
  if (kind === 'p') return Math.sqrt((centre * (1 - centre)) / size);
  return Math.sqrt(kind === 'u' ? centre / size : centre);
}

function limitsAt(kind: ControlChartKind, centre: number, sigma: number): { lower: number; upper: number } {
  const lower = centre - 3 * sigma;
  const upper = centre + 3 * sigma;
  return { lower: kind === 'xmr' ? lower : Math.max(0, lower), upper: kind === 'p' ? Math.min(1, upper) : upper };
}

function signalsOf(zones: readonly Zoned[], centre: number): ControlChartAnalysis['signals'] {
  return [
    ...zones.filter(({ value, lower, upper }) => side(value, upper) === 1 || side(value, lower) === -1).map(({ position }) => ({ rule: 'outside' as const, points: [position] })),
    ...stretchesOnOneSide(zones, () => centre, 8).map(({ points }) => ({ rule: 'shift8' as const, points })),
    ...steadyStretches(zones, 6).map(({ points }) => ({ rule: 'trend6' as const, points })),
    ...[1, -1].flatMap((where) => twoOfThree(zones, centre, where)).map((points) => ({ rule: 'twoOfThree' as const, points })),
    ...stretches(zones, (one, next) => hugs(one, centre) && hugs(next, centre), 15).map((stretch) => ({ rule: 'hugging15' as const, points: stretch.map(({ position }) => position) })),
  ];
}

/** Positions beyond two standard deviations on one side (1 over, -1 under), of which any two lie within three points; what hangs together is one signal. */
function twoOfThree(zones: readonly Zoned[], centre: number, where: number): number[][] {
  const far = zones.filter(({ value, sigma }) => side(value, centre + where * 2 * sigma) === where);
  return stretches(far, (one, next) => next.position - one.position <= 2, 2).map((stretch) => stretch.map(({ position }) => position));
}

/** Whether a point lies in an inner third. Where nothing varies there are no thirds. */
function hugs({ value, sigma }: Zoned, centre: number): boolean {
  return sigma > 0 && side(Math.abs(value - centre), sigma) === -1;
}
