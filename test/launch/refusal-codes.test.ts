// The table of refusals, the code that raises them and the tests that provoke them name the same reasons.
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'mocha';
import { refusals } from '../../server/lti/refusal.ts';

const root = join(import.meta.dirname, '../..');

function sources(folder: string, wanted: (path: string) => boolean): string {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && wanted(path))
    .map((path) => readFileSync(join(root, folder, path), 'utf8'))
    .join('\n');
}

describe('lti refusals: every reason has its place and its test', () => {
  const server = sources('server', (path) => !path.endsWith('lti/refusal.ts'));
  const tests = sources('test', (path) => path.endsWith('.test.ts') && !path.startsWith('lti/'));

  for (const [code, { status }] of Object.entries(refusals)) {
    it(`${code}: something raises it`, () => expect(server).to.contain(`'${code}'`));
    it(`${code}: a test provokes it through HTTP`, () => expect(tests).to.contain(`${status} ${code}`));
  }
});
