import { expect } from 'chai';
import { describe, it } from 'mocha';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildValidator } from '../server/plugins/validation.ts';

const root = join(import.meta.dirname, '..');
const makeReady = buildValidator({}, { customOptions: { coerceTypes: 'array', removeAdditional: false } }) as unknown as (route: { schema: unknown }) => { (data: unknown): unknown; errors?: unknown };

describe('schemas of addresses, queries and forms, which are made ready when they are first needed', () => {
  for (const file of globSync('server/features/*/schemas.ts', { cwd: root }).toSorted()) {
    it(`can all be made ready: ${file}`, async () => {
      const exported = Object.entries(await import(join(root, file)) as Record<string, unknown>).filter(([, value]) => isSchema(value));
      expect(exported).to.have.length.greaterThan(0);
      for (const [name, schema] of exported) expect(() => makeReady({ schema })({}), name).not.to.throw();
    });
  }

  it('a route takes its schema from there, so that none is forgotten here', () => {
    const own = globSync('server/{features/*/routes,plugins/*}.ts', { cwd: root }).filter((file) => /schema: \{[^}]*Type\./.test(readFileSync(join(root, file), 'utf8')));
    expect(own).to.deep.equal([]);
  });

  it('say what is wrong each time, and nothing of the time before', () => {
    const check = makeReady({ schema: { type: 'object', properties: { week: { type: 'integer', maximum: 12 } }, required: ['week'] } });
    expect([check({ week: '13' }), check.errors]).to.have.nested.property('[1][0].keyword', 'maximum');
    expect([check({ week: '12' }), check.errors]).to.deep.equal([true, null]);
    expect([check({}), check.errors]).to.have.nested.property('[1][0].keyword', 'required');
  });

  it('a schema that is wrong fails there, and not before', () => {
    const check = makeReady({ schema: { type: 'nothing of the sort' } });
    expect(() => check({})).to.throw(/type/);
  });
});

function isSchema(value: unknown): boolean {
  return typeof value === 'object' && value !== null && ('type' in value || 'anyOf' in value || 'allOf' in value);
}
