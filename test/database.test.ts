import { expect } from 'chai';
import { describe, it } from 'mocha';
import pg from 'pg';
import { isDatabaseAway } from '../server/database.ts';
import { testDatabaseUrl } from './support/database.ts';

describe('a database that cannot be used just now', () => {
  const codes: [code: string, what: string, away: boolean][] = [
    ['57P01', 'is shut down', true], ['57P03', 'is starting', true], ['08006', 'breaks the connection', true], ['53300', 'has no connection left', true],
    ['3D000', 'is not there', true], ['28P01', 'has another password now', true], ['25006', 'is only read from', true], ['ECONNREFUSED', 'is not listening', true],
    ['23505', 'has that row already', false], ['42P01', 'has no such table', false], ['22021', 'was sent what is no text', false],
  ];
  for (const [code, what, away] of codes) {
    it(`${away ? 'is' : 'is not'} one that ${what} (${code})`, () => expect(isDatabaseAway(Object.assign(new Error('no'), { code }))).to.equal(away));
  }

  it('is one that has another name now, as PostgreSQL says it', async () => {
    const address = new URL(testDatabaseUrl());
    address.pathname = '/no_such_database';
    const outcome = await new pg.Client({ connectionString: address.href }).connect().then(() => null, (error: unknown) => error);
    expect(isDatabaseAway(outcome)).to.equal(true);
  });
});
