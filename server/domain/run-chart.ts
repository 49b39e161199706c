// Run charts: the median and the three rules that need no judgement (the fourth, an astronomical point, is one).
import { runsTable } from './run-chart-limits.ts';
import { measuredPoints, side, steadyStretches, stretches, stretchesOnOneSide } from './series.ts';
import type { Point } from './series.ts';

export type RunChartAnalysis = {
  /** Of the values, or of the baseline; null when there is none. */
  median: number | null;
  /** How many points are not on the median. */
  useful: number;
  /** How many stretches of useful points on one side there are; 0 without a useful point. */
  runs: number;
  /** Signal: fewer runs than `lower`, or more than `upper`. Null where the test is not made. */
  limits: { lower: number; upper: number } | null;
  /** Six or more useful points in a row on one side. */
  shifts: { side: 'above' | 'below'; points: number[] }[];
  /** Five or more points in a row that all go up or all go down; of equal neighbours the first counts. */
  trends: { direction: 'up' | 'down'; points: number[] }[];
};

const shiftLength = 6;
const trendLength = 5;

/**
 * Reads a run chart by the rules of Perla RJ, Provost LP, Murray SK. "The run chart: a simple analytical tool for
 * learning from variation in healthcare processes." BMJ Qual Saf 2011;20(1):46-51.
 * @param values in the order of time; null where one is missing
 * @param options.baseline freezes the median over the first so many values. The table of runs supposes the median of
 *   the points that are counted, so that the runs test is not made then.
 * @returns positions are 1-based, in `values`
 * @throws RangeError on a value that is no finite number, and on a baseline that is no positive whole number
 */
export function analyseRunChart(values: readonly (number | null)[], { baseline }: { baseline?: number } = {}): RunChartAnalysis {
  if (baseline !== undefined && !(Number.isInteger(baseline) && baseline >= 1)) throw new RangeError('A baseline is a number of values, 1 or more.');
  const points = measuredPoints(values);
  const median = medianOf(baseline === undefined ? points : points.filter(({ position }) => position <= baseline));
  const trends = steadyStretches(points, trendLength);
  if (median === null) return { median, useful: 0, runs: 0, limits: null, shifts: [], trends };

  const sides = points.map(({ value }) => side(value, median)).filter((where) => where !== 0);
  const above = sides.filter((where) => where === 1).length;
  return {
    median,
    useful: sides.length,
    runs: stretches(sides, (one, next) => one === next, 1).length,
    limits: baseline === undefined ? runsLimits(above, sides.length - above) : null,
    shifts: stretchesOnOneSide(points, () => median, shiftLength),
    trends,
  };
}

/** The middle value, or the mean of the two in the middle, to nine decimals. */
function medianOf(points: readonly Point[]): number | null {
  const sorted = points.map(({ value }) => value).toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) return null;
  const lower = sorted.length % 2 === 1 ? upper : sorted[middle - 1] ?? upper;
  return Number(((lower + upper) / 2).toFixed(9));
}

/**
 * Between how many runs chance keeps `above` points over and `below` points under the median. From the table up to 60
 * useful points, approximate beyond (Swed and Eisenhart's normal approximation at 1.96 standard deviations), null below 10.
 */
function runsLimits(above: number, below: number): RunChartAnalysis['limits'] {
  const n = above + below;
  if (n < 10) return null;
  const printed = runsTable[n];
  if (printed) return { lower: printed[0], upper: printed[1] };
  const mean = 1 + (2 * above * below) / n;
  const deviation = Math.sqrt((2 * above * below * (2 * above * below - n)) / (n ** 2 * (n - 1)));
  return { lower: Math.ceil(mean - 1.96 * deviation), upper: Math.floor(mean + 1.96 * deviation) };
}
