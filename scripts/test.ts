// Type check, lint and content, then every test, a folder at a time and three at once, each on a database of its own; those
// in a browser last, two at once.
// With arguments, what they name alone (`npm test -- test/lti/*.test.ts -g leeway`). The last line says how many passed and failed.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { globSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Counts } from '../test/support/reporter.ts';

const root = join(import.meta.dirname, '..');
// Every process of the tests keeps here, and finds here, what Node makes of a source file.
process.env['NODE_COMPILE_CACHE'] = join(root, 'node_modules/.compile-cache');
const bin = (name: string): string => join(root, 'node_modules/.bin', name);

const checks: { name: string; command: string; args: string[] }[] = [
  { name: 'types', command: bin('tsc'), args: [] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
  { name: 'content', command: process.execPath, args: [join(root, 'scripts/check-content.ts')] },
];
/** A run that takes longer hangs; in milliseconds. */
const longest = 20 * 60_000;
let passed = 0;
let failed = 0;
for (const { name, command, args } of checks) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) passed += 1; else failed += 1;
  process.stdout.write(`${name}: ${status === 0 ? 'all well' : 'FAILED'}\n`);
}

const chosen = process.argv.slice(2);
if (chosen.length > 0) {
  count(await mocha(chosen, true));
} else {
  // One more than there are processors: a good part of the time a test waits, for a process that starts or a limit that passes.
  await inLanes(Math.min(3, availableParallelism() + 1), byFolder(), async (files) => { count(await mocha(files, false)); });
  // Chromium on a busy machine now and then paints before a font is there, and counts the movement: a file that fails has a
  // second try, with the machine to itself, and as a whole, since its tests may go on from each other.
  const again: string[] = [];
  await inLanes(2, inBrowser(), async (files) => {
    const counts = await mocha(files, false);
    const failed = Object.keys(counts).filter((file) => counts[file]?.failed !== 0);
    again.push(...failed);
    count(Object.fromEntries(Object.entries(counts).filter(([file]) => !failed.includes(file))));
  });
  if (again.length > 0) {
    process.stdout.write(`once more: ${again.map((file) => relative(root, file)).join(' ')}\n`);
    count(await mocha(again, false));
  }
}
process.exitCode = failed === 0 ? 0 : 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);

/** The test files by folder, and the slowest files by themselves. What takes longest comes first, so that the lanes end together. */
function byFolder(): string[][] {
  const alone = ['test/faults.test.ts', 'test/features/coaching-plan-killed.test.ts', 'test/cli.test.ts', 'test/scores/killed.test.ts'];
  const files = globSync('test/**/*.test.ts', { cwd: root, exclude: ['test/browser/**'] }).toSorted();
  const folders = Map.groupBy(files.filter((file) => !alone.includes(file)), (file) => dirname(file));
  const features = folders.get('test/features') ?? [];
  folders.delete('test/features');
  return [features, ...alone.map((file) => [file]), ...folders.values()];
}

/** The tests in a browser, in two parts that take about as long. */
function inBrowser(): string[][] {
  const files = globSync('test/browser/*.test.ts', { cwd: root }).toSorted();
  const slowest = ['pages', 'journeys', 'advantage', 'journal', 'frame'].map((name) => `test/browser/${name}.test.ts`);
  return [slowest, files.filter((file) => !slowest.includes(file))];
}

/** Does `work` with each of `parts`, in their order, so many at a time. */
async function inLanes<Part>(lanes: number, parts: Part[], work: (part: Part) => Promise<void>): Promise<void> {
  await Promise.all(Array.from({ length: lanes }, async () => {
    for (let part = parts.shift(); part; part = parts.shift()) await work(part);
  }));
}

function count(counts: Counts): void {
  for (const file of Object.values(counts)) {
    passed += file.passed;
    failed += file.failed;
  }
}

/** One run of Mocha: its counts. Unless it is shown live, what it says is shown when it ends, so that two runs never mix their lines. */
async function mocha(args: readonly string[], live: boolean): Promise<Counts> {
  const run = fork(join(root, 'node_modules/mocha/bin/mocha.js'), ['--reporter', join(root, 'test/support/reporter.ts'), ...args], { cwd: root, silent: !live, timeout: longest });
  let counts: Counts = {};
  run.on('message', (told: Counts) => { counts = told; });
  const said = Promise.all([run.stdout, run.stderr].map(async (stream) => (stream ? text(stream) : '')));
  const [code] = (await once(run, 'exit')) as [number | null];
  for (const part of await said) process.stdout.write(part);
  // A run that died before it could count, or that ran nothing, has failed as well.
  const isTold = Object.values(counts).some((file) => file.failed > 0);
  return code === 0 || isTold ? counts : { ...counts, [args.join(' ')]: { passed: 0, failed: 1 } };
}
