// One database for the whole run: of the server that DATABASE_URL names, or of an embedded one in a temporary folder.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { openMigratedOrm } from '../../server/open-database.ts';
import { openOrm } from '../../server/orm.ts';
import type { Orm } from '../../server/orm.ts';
import { startEmbeddedPostgres } from '../../server/embedded-postgres.ts';

let url = '';
let cleanUp = async () => {};

/** The migrated database of this run. */
export const testDatabaseUrl = (): string => url;

let orm: Orm | undefined;

/** The ORM of this run's database, one for all its tests: its connections have seen every statement already. */
export const testOrm = (): Orm => (orm ??= openOrm(url, { poolSize: 5 }));

export async function mochaGlobalSetup(): Promise<void> {
  const server = process.env['DATABASE_URL'] ? { url: process.env['DATABASE_URL'], stop: async () => {} } : await startThrowAway();
  const name = `coachline_test_${process.pid}`;
  await runOn(server.url, `create database ${name}`);
  const own = new URL(server.url);
  own.pathname = `/${name}`;
  url = own.href;
  cleanUp = async () => {
    await runOn(server.url, `drop database ${name} with (force)`);
    await server.stop();
  };
  await (await openMigratedOrm(url, { poolSize: 1 })).close();
}

export async function mochaGlobalTeardown(): Promise<void> {
  await orm?.close();
  await cleanUp();
}

/**
 * Takes every row out of every table of ours. Most are empty, and for those a DELETE costs next to nothing, while TRUNCATE
 * gives each of sixty tables new files. Foreign keys are not looked at meanwhile, which only a superuser may ask for.
 */
export async function emptyDatabase(sql: Pick<pg.Pool, 'query'>): Promise<void> {
  await sql.query(`
    do $$
    declare name regclass;
    begin
      set local session_replication_role = replica;
      for name in select c.oid::regclass from pg_class c where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and c.relname <> 'migration' loop
        execute format('delete from %s', name);
      end loop;
    end $$`);
}

async function startThrowAway(): Promise<{ url: string; stop: () => Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'coachline-test-'));
  const postgres = await startEmbeddedPostgres({ dataDir, durable: false, log: () => {} });
  return {
    url: postgres.url,
    stop: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function runOn(address: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
