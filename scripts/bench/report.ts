// What the bench prints: one JSON object a line while it goes on, and at the end a table of the figures that have a target.

export type Target = { figure: string; value: number; unit: string; atMost: number };

const targets: Target[] = [];

/** One measure, as a line of JSON. */
export function tell(measure: string, values: Record<string, string | number | boolean | null>): void {
  const rounded = Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? round(value) : value]);
  process.stdout.write(`${JSON.stringify({ measure, ...Object.fromEntries(rounded) })}\n`);
}

/** A figure that has a target: it goes into the table. */
export function judge(target: Target): void {
  targets.push(target);
}

/** The table, and one line that says whether everything was met. */
export function printTable(): void {
  const rows = targets.map(({ figure, value, unit, atMost }) => [figure, `${round(value)}${unit}`, `at most ${atMost}${unit}`, value <= atMost ? 'met' : 'NOT MET']);
  const all = [['figure', 'measured', 'target', ''], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  for (const row of all) process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()}\n`);
  const missed = targets.filter(({ value, atMost }) => value > atMost).length;
  process.stdout.write(missed === 0 ? 'Every target is met.\n' : `${missed} of ${targets.length} targets are not met.\n`);
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length === 0 ? NaN : ((sorted[Math.ceil(middle - 1)] ?? NaN) + (sorted[Math.floor(middle)] ?? NaN)) / 2;
}

const round = (value: number): number => Number(value.toPrecision(value >= 100 ? 4 : 3));
