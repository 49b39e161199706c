// The usual report; at the end it tells scripts/test.ts how many tests passed and failed.
import Mocha from 'mocha';

export default class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    runner.once('end', () => process.send?.({ passed: this.stats.passes, failed: this.stats.failures }));
  }
}
