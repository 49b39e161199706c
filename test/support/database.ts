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

/** Where this run keeps files: the repository's own data folder is the demo's, or a developer's. */
export const testDataDir = join(tmpdir(), `coachline-test-files-${process.pid}`);

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
  await rm(testDataDir, { recursive: true, force: true });
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

/** A cohort and people by ids of a test's own, for what PostgreSQL keeps beside its tables: no more than foreign keys want. */
export async function insertBareCohort(sql: Pick<pg.Pool, 'query'>, id: string): Promise<void> {
  await sql.query(`insert into programme_version (id, programme_key, content, created_at) values ('v', 'k', '{}', now()) on conflict do nothing`);
  await sql.query(`insert into cohort (id, organisation_id, programme_version_id, name, starts_on, time_zone, join_code, created_at)
    values ($1::text::uuid, (select id from organisation limit 1), 'v', 'Spring', '2026-05-04', 'Europe/London', right($1, 8), now())`, [id]);
}

export async function insertBarePeople(sql: Pick<pg.Pool, 'query'>, registrationId: string, ids: readonly string[]): Promise<void> {
  for (const id of ids) await sql.query(`insert into person (id, registration_id, organisation_id, sub, created_at) values ($1, $2, (select id from organisation limit 1), $3, now())`, [id, registrationId, id]);
}

/** Runs `work` with two connections of its own, for transactions that meet; closes them whatever happens. */
export async function withTwoClients(work: (one: pg.Client, other: pg.Client) => Promise<void>): Promise<void> {
  const [one, other] = [new pg.Client({ connectionString: url }), new pg.Client({ connectionString: url })];
  try {
    await Promise.all([one.connect(), other.connect()]);
    await work(one, other);
  } finally {
    await Promise.all([one.end(), other.end()]);
  }
}

/**
 * Whatever a suite did, every learner's standing says what the other tables say (migration learner_standings): called at
 * its end, so that a way to write that the standings do not notice is found wherever it is tested.
 */
export async function expectTrueStandings(sql: Pick<pg.Pool, 'query'>): Promise<void> {
  const { rows } = await sql.query(`
    select known.*, f.facts as kept, learner_facts(known.cohort_id, known.person_id) as true
      from (select cohort_id, person_id from section_completion union select cohort_id, person_id from reading_place union select cohort_id, person_id from learner_pace
            union select cohort_id, person_id from eligibility union select cohort_id, person_id from tools_assessment union select cohort_id, person_id from assignment_report
            union select cohort_id, person_id from knowledge_check_attempt union select cohort_id, person_id from coaching_plan union select cohort_id, person_id from learner_standing) known
      left join learner_standing f using (cohort_id, person_id)
     where coalesce(f.facts, '{}')::text <> learner_facts(known.cohort_id, known.person_id)::text limit 3`);
  if (rows.length > 0) throw new Error(`The standing of a learner is not what the tables say: ${JSON.stringify(rows)}`);
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
