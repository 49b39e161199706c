// What run charts and control charts both look for in values over time. Positions are 1-based, as people count points.

/** A value that was measured, with its position in the series. */
export type Point = { position: number; value: number };

/**
 * Whether `value` lies over (1), under (-1) or on (0) `line`. What differs by less than arithmetic is exact counts as
 * equal: (87.1 + 87.3) / 2 is 87.19999999999999 in IEEE 754, and 87.2 must lie on it.
 */
export function side(value: number, line: number): -1 | 0 | 1 {
  const grain = Math.max(5e-10, 1e-13 * Math.max(Math.abs(value), Math.abs(line)));
  if (Math.abs(value - line) < grain) return 0;
  return value > line ? 1 : -1;
}

/** The measured points of a series in which null marks a missing value. Throws RangeError on what is no finite number. */
export function measuredPoints(values: readonly (number | null)[]): Point[] {
  const points: Point[] = [];
  values.forEach((value, index) => {
    if (value === null) return;
    if (!Number.isFinite(value)) throw new RangeError(`Point ${index + 1} is no finite number.`);
    points.push({ position: index + 1, value });
  });
  return points;
}

/**
 * Unbroken stretches of at least `least` points on one side of `lineAt`. Points on the line are left out beforehand: they
 * neither add to a stretch nor break it.
 */
export function stretchesOnOneSide(points: readonly Point[], lineAt: (point: Point) => number, least: number): { side: 'above' | 'below'; points: number[] }[] {
  const sided = points.map((point) => ({ ...point, side: side(point.value, lineAt(point)) })).filter((point) => point.side !== 0);
  return stretches(sided, (one, next) => one.side === next.side, least)
    .map((stretch) => ({ side: stretch[0]?.side === 1 ? 'above' : 'below', points: stretch.map(({ position }) => position) }));
}

/**
 * Stretches of at least `least` points that all go up or all go down. Of equal neighbours only the first counts; a
 * turning point belongs to the stretches on both of its sides.
 */
export function steadyStretches(points: readonly Point[], least: number): { direction: 'up' | 'down'; points: number[] }[] {
  const counting = points.filter(({ value }, index) => index === 0 || side(value, points[index - 1]?.value ?? NaN) !== 0);
  const steps = counting.slice(1).map((to, index) => ({ from: counting[index] ?? to, to, up: to.value > (counting[index] ?? to).value }));
  return stretches(steps, (one, next) => one.up === next.up, least - 1)
    .map((stretch) => ({ direction: stretch[0]?.up ? 'up' : 'down', points: [...stretch.slice(0, 1).map(({ from }) => from.position), ...stretch.map(({ to }) => to.position)] }));
}

/** Cuts a list wherever two neighbours do not belong together, and keeps the pieces of at least `least`. */
export function stretches<Item>(items: readonly Item[], belong: (one: Item, next: Item) => boolean, least: number): Item[][] {
  const pieces: Item[][] = [];
  for (const item of items) {
    const piece = pieces.at(-1);
    const last = piece?.at(-1);
    if (piece && last !== undefined && belong(last, item)) piece.push(item);
    else pieces.push([item]);
  }
  return pieces.filter((piece) => piece.length >= least);
}
