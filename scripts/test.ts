// Type check, lint and content, then every test. The last line says how many passed and how many failed.
import { fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const bin = (name: string): string => join(root, 'node_modules/.bin', name);

const checks: { name: string; command: string; args: string[] }[] = [
  { name: 'types', command: bin('tsc'), args: [] },
  { name: 'lint', command: bin('oxlint'), args: ['--type-aware', '--deny-warnings'] },
  { name: 'content', command: process.execPath, args: [join(root, 'scripts/check-content.ts')] },
];
let passed = 0;
let failed = 0;
for (const { name, command, args } of checks) {
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  if (status === 0) passed += 1; else failed += 1;
  process.stdout.write(`${name}: ${status === 0 ? 'all well' : 'FAILED'}\n`);
}

const mocha = fork(join(root, 'node_modules/mocha/bin/mocha.js'), ['--reporter', join(root, 'test/support/reporter.ts'), ...process.argv.slice(2)], { cwd: root });
mocha.on('message', (counts: { passed: number; failed: number }) => {
  passed += counts.passed;
  failed += counts.failed;
});
const [code] = (await once(mocha, 'exit')) as [number | null];
// A run that died before it could count, or that ran nothing, has failed as well.
if (code !== 0 && failed === 0) failed += 1;
process.exitCode = failed === 0 ? 0 : 1;
process.stdout.write(`${passed} passed, ${failed} failed\n`);
