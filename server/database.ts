// The database: which entities there are, how it is opened, and how SQL is spoken to it.
import { defineConfig, MikroORM } from '@mikro-orm/postgresql';
import { Migrator } from '@mikro-orm/migrations';
import { join } from 'node:path';
import type { Pool } from 'pg';
import { Administrator } from './entities/administrator.ts';
import { AuditEvent } from './entities/audit-event.ts';
import { Cohort } from './entities/cohort.ts';
import { Context } from './entities/context.ts';
import { ContextCopy } from './entities/context-copy.ts';
import { DeepLinkingRequest } from './entities/deep-linking-request.ts';
import { Deployment } from './entities/deployment.ts';
import { Enrolment } from './entities/enrolment.ts';
import { KnowledgeCheckAnswer } from './entities/knowledge-check-answer.ts';
import { KnowledgeCheckAttempt } from './entities/knowledge-check-attempt.ts';
import { LineItem } from './entities/line-item.ts';
import { LoginAttempt } from './entities/login-attempt.ts';
import { Notice } from './entities/notice.ts';
import { Organisation } from './entities/organisation.ts';
import { Person } from './entities/person.ts';
import { PlatformRegistration } from './entities/platform-registration.ts';
import { ProgrammeVersion } from './entities/programme-version.ts';
import { ReadingPlace } from './entities/reading-place.ts';
import { RegistrationLink } from './entities/registration-link.ts';
import { ResourceLink } from './entities/resource-link.ts';
import { RosterSync } from './entities/roster-sync.ts';
import { Score } from './entities/score.ts';
import { SectionCompletion } from './entities/section-completion.ts';
import { SelfTest } from './entities/self-test.ts';
import { SignIn } from './entities/sign-in.ts';
import { SignInLink } from './entities/sign-in-link.ts';
import { ToolKey } from './entities/tool-key.ts';

const entities = [
  Administrator, AuditEvent, Cohort, Context, ContextCopy, DeepLinkingRequest, Deployment, Enrolment, KnowledgeCheckAnswer,
  KnowledgeCheckAttempt, LineItem, LoginAttempt, Notice, Organisation, Person, PlatformRegistration, ProgrammeVersion, ReadingPlace,
  RegistrationLink, ResourceLink, RosterSync, Score, SectionCompletion, SelfTest, SignIn, SignInLink, ToolKey,
] as const;

/** Opens the ORM on a PostgreSQL address. Connects lazily: a database that is away is met by the first statement. */
export function openOrm(clientUrl: string, { poolSize = 10 }: { poolSize?: number } = {}) {
  return new MikroORM(defineConfig({
    clientUrl,
    entities: [...entities],
    extensions: [Migrator],
    migrations: { path: join(import.meta.dirname, '../migrations'), snapshot: false, silent: true, tableName: 'migration' },
    // A new connection plans its statements anew, which costs as much as many launches: ten quiet seconds do not close one.
    pool: { min: 0, max: poolSize, idleTimeoutMillis: 10 * 60_000 },
    // A database that hangs must not hold a request for ever: both are answered with 503.
    driverOptions: { connectionTimeoutMillis: 5_000, query_timeout: 10_000, keepAlive: true },
    forceUtcTimezone: true,
  }));
}
export type Orm = ReturnType<typeof openOrm>;
export type EntityManager = Orm['em'];

/**
 * A statement, prepared once per connection under its name, values as $1… All reads are such statements, and so are the
 * writes of the hot path (a launch as a unit of work costs ten times the CPU of the same in prepared statements);
 * other writes are units of work.
 */
export type Statement = { name: string; text: string };

/** What runs statements: the pool behind the ORM, or one client of it inside a transaction. */
export type Sql = Pick<Pool, 'query'>;

/** The pool behind the ORM. */
export async function sqlPool(orm: Orm): Promise<Pool> {
  return orm.em.getConnection().getNativeClient();
}

/** Runs a prepared statement and returns its rows. Timestamps arrive as strings: read them with `toInstant`. */
export async function run<Row extends object>(sql: Sql, statement: Statement, values: readonly unknown[]): Promise<Row[]> {
  const { rows } = await sql.query<Row>({ ...statement, values: [...values] });
  return rows;
}

/** Runs `work` in one transaction on one client of the pool; whatever it throws rolls back and is thrown on. */
export async function inTransaction<T>(pool: Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const result = await work(client);
    await client.query('commit');
    client.release();
    return result;
  } catch (error) {
    // A client whose rollback fails has lost its connection: the pool must not hand it out again.
    await client.query('rollback').then(() => client.release(), () => client.release(true));
    throw error;
  }
}

/** A timestamptz as PostgreSQL prints it. */
export function toInstant(value: string): Temporal.Instant {
  return Temporal.Instant.from(value);
}

/**
 * Whether an error says that the database cannot be reached just now (SQLSTATE classes 08, 57P and 53300, or a
 * socket error), as against a statement that is wrong.
 */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (/^(08|57P0|53300|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/.test(code)) return true;
    if (/connection terminated|timeout exceeded when trying to connect|query read timeout|not queryable|client has encountered a connection error/i.test(cause.message)) return true;
  }
  return false;
}
