// A run chart as pages draw it: where each point stands, and what the rules find, in words.
import type { RunChartAnalysis } from './domain/run-chart.ts';
import { inWords, list, plural, sentence } from './format.ts';

export type RunChartInput = {
  title: string;
  values: readonly (number | null)[];
  /** One for each value; null numbers them. */
  labels: readonly string[] | null;
  analysis: RunChartAnalysis;
  /** The first so many values froze the median; null when all values make it. */
  baseline: number | null;
  better: 'up' | 'down' | null;
  /** Whether signals are marked; a question does not give its answer away. */
  showSignals: boolean;
};

/** What partials/run-chart.eta prints: the same chart wide and small, and its points. Lengths are in the drawing's own units. */
export type RunChartFigure = {
  title: string;
  description: string;
  drawings: ChartDrawing[];
  points: { position: number; label: string; value: string; signal: boolean }[];
};

type ChartDrawing = {
  /** The class that shows it in frames of its size. */
  size: 'wide-only' | 'small-only';
  width: number;
  height: number;
  left: number;
  right: number;
  bottom: number;
  /** Pieces of the line, broken where a value is missing. */
  lines: string[];
  points: { position: number; x: number; y: number; signal: boolean }[];
  median: { y: number; text: string } | null;
  ticks: { y: number; text: string }[];
  labels: { x: number; text: string }[];
};

export function runChartFigure({ title, values, labels, analysis, baseline, better, showSignals }: RunChartInput): RunChartFigure {
  const signals = new Set(showSignals ? [...analysis.shifts, ...analysis.trends].flatMap(({ points }) => points) : []);
  const labelOf = (index: number): string => labels?.[index] ?? String(index + 1);
  const measured = values.flatMap((value, index) => (value === null ? [] : [{ position: index + 1, value, label: labelOf(index) }]));
  const facts = { values, measured, labelOf, median: analysis.median, signals };
  return {
    title,
    description: [
      `${sentence(plural(measured.length, 'point'))}, from ${labelOf(0)} to ${labelOf(values.length - 1)}.`,
      analysis.median === null ? '' : `The median${baseline === null ? '' : ` of the first ${inWords(baseline)}`} is ${figure(analysis.median)}.`,
      better === null ? '' : `${better === 'up' ? 'Up' : 'Down'} is better.`,
      showSignals ? signalWords(analysis).join(' ') : '',
    ].filter(Boolean).join(' '),
    drawings: [drawing('wide-only', 720, 300, facts), drawing('small-only', 340, 260, facts)],
    points: measured.map(({ position, value, label }) => ({ position, label, value: figure(value), signal: signals.has(position) })),
  };
}

/** What the rules find, a sentence each; that they find nothing is a sentence too. */
export function signalWords({ shifts, trends, runs, limits, useful }: RunChartAnalysis): string[] {
  const sentences = [
    ...shifts.map(({ side, points }) => `A shift: ${plural(points.length, 'point')} in a row ${side} the median, ${pointList(points)}.`),
    ...trends.map(({ direction, points }) => `A trend: ${plural(points.length, 'point')} all going ${direction}, ${pointList(points)}.`),
  ];
  if (limits && runs < limits.lower) sentences.push(`Too few runs: ${inWords(runs)}, where ${plural(useful, 'useful point')} would have at least ${inWords(limits.lower)} by chance.`);
  if (limits && runs > limits.upper) sentences.push(`Too many runs: ${inWords(runs)}, where ${plural(useful, 'useful point')} would have at most ${inWords(limits.upper)} by chance.`);
  return sentences.length > 0 ? sentences : ['No shift, no trend, and no more or fewer runs than chance would give.'];
}

/** "points 14 to 20", "points 19, 20 and 22 to 26". */
export function pointList(points: readonly number[]): string {
  const ranges: [from: number, to: number][] = [];
  for (const point of points) {
    const last = ranges.at(-1);
    if (last && last[1] === point - 1) last[1] = point;
    else ranges.push([point, point]);
  }
  return `${points.length === 1 ? 'point' : 'points'} ${list(ranges.flatMap(([from, to]) => (from === to ? [String(from)] : to === from + 1 ? [String(from), String(to)] : [`${from} to ${to}`])))}`;
}

type Facts = {
  values: readonly (number | null)[];
  measured: readonly { position: number; value: number; label: string }[];
  labelOf: (index: number) => string;
  median: number | null;
  signals: ReadonlySet<number>;
};

function drawing(size: ChartDrawing['size'], width: number, height: number, { values, measured, labelOf, median, signals }: Facts): ChartDrawing {
  const [left, right, top, bottom] = [44, width - 16, 14, height - 34];
  const scale = scaleOf(measured.map(({ value }) => value));
  const x = (position: number) => round(left + 14 + ((position - 1) * (right - left - 28)) / Math.max(values.length - 1, 1));
  const y = (value: number) => round(bottom - ((value - scale.from) * (bottom - top)) / (scale.to - scale.from));
  const pieces = values.reduce<string[][]>((all, value, index) => {
    if (value === null) return [...all, []];
    return [...all.slice(0, -1), [...(all.at(-1) ?? []), `${x(index + 1)} ${y(value)}`]];
  }, [[]]);
  // Labels need about eight units a letter; of too many every second, third … is written.
  const longest = Math.max(...values.map((_value, index) => labelOf(index).length), 1);
  const every = Math.max(1, Math.ceil((longest * 8 + 10) / ((right - left - 28) / Math.max(values.length - 1, 1))));
  return {
    size, width, height, left, right, bottom,
    lines: pieces.filter((piece) => piece.length > 1).map((piece) => `M${piece.join('L')}`),
    points: measured.map(({ position, value }) => ({ position, x: x(position), y: y(value), signal: signals.has(position) })),
    median: median === null ? null : { y: y(median), text: `median ${figure(median)}` },
    ticks: scale.ticks.map((value) => ({ y: y(value), text: figure(value) })),
    labels: values.flatMap((_value, index) => (index % every === 0 ? [{ x: x(index + 1), text: labelOf(index) }] : [])),
  };
}

/** A scale of round steps (1, 2 or 5 times a power of ten) that holds all values, from 0 where that is near. */
function scaleOf(values: readonly number[]): { from: number; to: number; ticks: number[] } {
  const [low, high] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
  const lowest = low >= 0 && low < (high - low) * 1.5 ? 0 : low;
  const span = high - lowest || Math.abs(high) || 1;
  const power = 10 ** Math.floor(Math.log10(span / 4));
  const step = [1, 2, 5, 10].map((times) => times * power).find((candidate) => span / candidate <= 5) ?? 10 * power;
  const from = Math.floor(lowest / step) * step;
  const count = Math.max(1, Math.ceil((high - from) / step + 0.2));
  return { from, to: from + count * step, ticks: Array.from({ length: count + 1 }, (_none, index) => from + index * step) };
}

const round = (length: number): number => Math.round(length * 10) / 10;

/** At most three decimals, a real minus sign. */
function figure(value: number): string {
  return String(Number(value.toFixed(3))).replace('-', '−');
}
