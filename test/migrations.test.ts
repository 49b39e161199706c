import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { openOrm, sqlPool } from '../server/orm.ts';
import { openMigratedOrm } from '../server/open-database.ts';
import { testDatabaseUrl } from './support/database.ts';

const files = readdirSync(join(import.meta.dirname, '../migrations')).map((file) => file.replace(/\.ts$/, ''));

describe('migrations', function () {
  this.timeout(30_000);
  const name = `coachline_migrations_${process.pid}`;
  const url = () => {
    const address = new URL(testDatabaseUrl());
    address.pathname = `/${name}`;
    return address.href;
  };
  beforeEach(() => run(`create database ${name}`));
  afterEach(() => run(`drop database ${name} with (force)`));

  it('lead from an empty database to exactly the entities', async () => {
    const orm = await openMigratedOrm(url(), { poolSize: 2 });
    try {
      expect(await orm.migrator.checkSchema(), 'drift: write a migration').to.equal(false);
      expect((await orm.migrator.getExecuted()).map((executed) => executed.name)).to.deep.equal(files.toSorted());
      expect(await orm.migrator.getPending()).to.deep.equal([]);
    } finally {
      await orm.close();
    }
  });

  it('are done once when several processes start at the same time', async () => {
    const orms = await Promise.all(Array.from({ length: 4 }, () => openMigratedOrm(url(), { poolSize: 2 })));
    try {
      const sql = await sqlPool(orms[0]!);
      expect((await sql.query('select name from migration order by id')).rows.map((row) => row.name)).to.deep.equal(files.toSorted());
    } finally {
      await Promise.all(orms.map((orm) => orm.close()));
    }
  });

  it('change nothing the second time', async () => {
    await (await openMigratedOrm(url(), { poolSize: 2 })).close();
    const orm = openOrm(url(), { poolSize: 2 });
    const sql = await sqlPool(orm);
    await sql.query(`insert into organisation (short_name, name, created_at) values ('kept', 'Kept', now())`);
    await orm.close();
    const again = await openMigratedOrm(url(), { poolSize: 2 });
    expect((await (await sqlPool(again)).query('select name from organisation')).rows).to.deep.equal([{ name: 'Kept' }]);
    await again.close();
  });

  it('are named by the time they were written, in order, and say what they do', () => {
    for (const file of files) expect(file).to.match(/^Migration20\d{12}_[a-z0-9_-]+$/);
    expect(files.map((file) => file.slice(9, 23))).to.deep.equal([...new Set(files.map((file) => file.slice(9, 23)))]);
  });
});

async function run(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: testDatabaseUrl() });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
