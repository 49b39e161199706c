// The usual report; at the end it tells scripts/test.ts how many tests of each file passed and failed.
import Mocha from 'mocha';

/** What a run of Mocha tells the process that started it. */
export type Counts = Record<string, { passed: number; failed: number }>;

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const counts: Counts = {};
    const of = ({ file = '' }: { file?: string | undefined }) => (counts[file] ??= { passed: 0, failed: 0 });
    runner.on('pass', (test) => { of(test).passed += 1; });
    runner.on('fail', (test) => { of(test).failed += 1; });
    runner.once('end', () => process.send?.(counts));
  }
}
