// Quick statements that share a connection (server/shared-connection.ts) stay as independent as on connections of their own.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import pg from 'pg';
import { isDatabaseAway, run } from '../server/database.ts';
import { startTestApp } from './support/app.ts';
import type { TestApp } from './support/app.ts';

describe('quick statements', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  const backend = { name: 'test-backend', quick: true, text: 'select pg_backend_pid() as pid, $1::int as number' };
  const many = <T>(count: number, work: (number: number) => Promise<T>) => Promise.all(Array.from({ length: count }, (_, number) => work(number)));
  const ask = async (number: number) => (await run<{ pid: number; number: number }>(test.sql, backend, [number]))[0]!;

  it('go together on one connection, and each gets its own answer', async () => {
    const answers = await many(10, ask);
    expect(answers.map(({ number }) => number)).to.deep.equal([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(new Set(answers.map(({ pid }) => pid)).size).to.equal(1);
  });

  it('take connections of their own when there are many', async () => {
    expect(new Set((await many(40, ask)).map(({ pid }) => pid)).size).to.be.greaterThan(1);
  });

  it('do not fail with the one before them', async () => {
    const divide = { name: 'test-divide', quick: true, text: 'select 10 / $1::int as result' };
    const outcomes = await Promise.allSettled([1, 0, 2, 0, 5].map((by) => run<{ result: number }>(test.sql, divide, [by])));
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value[0]?.result : 'failed'))).to.deep.equal([10, 'failed', 5, 'failed', 2]);
  });

  it('fail as with the database away when their connection breaks, and the next goes on with another', async () => {
    const end = { name: 'test-end', quick: true, text: 'select pg_terminate_backend(pg_backend_pid())' };
    const outcomes = await Promise.allSettled([run(test.sql, end, []), ...Array.from({ length: 3 }, (_, number) => ask(number))]);
    for (const outcome of outcomes) expect(outcome.status === 'rejected' && isDatabaseAway(outcome.reason)).to.equal(true);
    expect((await ask(7)).number).to.equal(7);
  });

  it('ask what their columns are once a connection, and give the same rows afterwards', async () => {
    const columns = { name: 'test-columns', quick: true, text: `select $1::int as number, 'a' as word, null as nothing, '{"b": [1]}'::json as document, '{c,d}'::text[] as list, true as yes, '\\x6566'::bytea as bytes, '2026-05-11 08:00+00'::timestamptz as moment, n from generate_series(1, 3) n` };
    let told = 0;
    const counting = countDescriptions(() => { told += 1; });
    try {
      const first = await run(test.sql, columns, [7]);
      const again = await many(8, () => run(test.sql, columns, [7]));
      for (const rows of again) expect(rows).to.deep.equal(first);
      expect(first).to.have.length(3);
      expect(first[0]).to.deep.equal((await test.sql.query(columns.text, [7])).rows[0]);
      expect(told).to.be.lessThan(4);
    } finally {
      counting.restore();
    }
  });

  it('whose columns have changed since are refused, and never read as they were', async () => {
    const star = { name: 'test-star', quick: true, text: 'select * from test_star' };
    await test.sql.query(`create table test_star as select 1 as one`);
    try {
      expect(await run(test.sql, star, [])).to.deep.equal([{ one: 1 }]);
      await test.sql.query(`alter table test_star add column two text default 'b'`);
      const outcome = await run(test.sql, star, []).catch((error: Error) => error.message);
      expect(outcome).to.equal('cached plan must not change result type');
    } finally {
      await test.sql.query('drop table test_star');
    }
  });

  it('leave every connection with the pool', async () => {
    await many(30, ask);
    expect(test.sql.totalCount - test.sql.idleCount).to.equal(0);
  });
});

/** Calls at each description of columns that arrives on any connection. */
function countDescriptions(tell: () => void): { restore: () => void } {
  const { prototype } = pg.Query as unknown as { prototype: { handleRowDescription: (message: unknown) => void } };
  const { handleRowDescription } = prototype;
  prototype.handleRowDescription = function counted(message) {
    tell();
    handleRowDescription.call(this, message);
  };
  return { restore: () => { prototype.handleRowDescription = handleRowDescription; } };
}
