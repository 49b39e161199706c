// How SQL is spoken to the database: prepared statements, transactions, and what their errors mean.
import { Pool, TypeOverrides } from 'pg';

/** How every pool of ours behaves, the ORM's too. */
export const poolSettings = {
  // A new connection plans its statements anew, which costs as much as many launches: ten quiet seconds do not close one.
  idleTimeoutMillis: 10 * 60_000,
  // A database that hangs must not hold a request for ever: both are answered with 503.
  driver: { connectionTimeoutMillis: 5_000, query_timeout: 10_000, keepAlive: true },
} as const;

/**
 * A statement, prepared once per connection under its name, values as $1… All reads are such statements, and so are the
 * writes of the hot path (a launch as a unit of work costs ten times the CPU of the same in prepared statements);
 * other writes are units of work.
 */
export type Statement = {
  name: string;
  text: string;
  /** Reads and writes a few rows by their keys, so that others may wait for it on the same connection (shared-connection.ts). */
  quick?: boolean;
};

/** What runs statements: the pool behind the ORM, or one client of it inside a transaction. */
export type Sql = Pick<Pool, 'query'>;

/** A pool without an ORM, for threads that only run statements. Times and dates arrive as they do from the ORM's. */
export function openPool(connectionString: string, { poolSize }: { poolSize: number }): Pool {
  const types = new TypeOverrides();
  // date, timestamp, timestamptz, interval
  for (const oid of [1082, 1114, 1184, 1186]) types.setTypeParser(oid, (text: string) => text);
  const pool = new Pool({ connectionString, min: 0, max: poolSize, idleTimeoutMillis: poolSettings.idleTimeoutMillis, ...poolSettings.driver, types });
  // A connection that the server drops while nobody uses it is no error of anybody's; without a listener it would end the process.
  pool.on('error', () => {});
  pool.on('connect', (client) => { client.on('error', () => {}); });
  return pool;
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
 * Whether an error says that the database cannot be used just now (SQLSTATE classes 08 and 57P, 53300; 28 and 3D, which
 * let nobody in; 25006, one that is only read from; or a socket error), as against a statement that is wrong.
 */
export function isDatabaseAway(error: unknown): boolean {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
    if (/^(08|57P0|53300|28|3D|25006|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN)/.test(code)) return true;
    if (/connection terminated|timeout exceeded when trying to connect|query read timeout|not queryable|client has encountered a connection error/i.test(cause.message)) return true;
  }
  return false;
}
