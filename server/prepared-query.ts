// A prepared statement that asks PostgreSQL what its columns are once a connection instead of at every execution.
import pg from 'pg';
import type { PoolClient, QueryConfig, QueryResult } from 'pg';

/** How rows of a statement are read, as pg's Result keeps it. */
type Columns = { fields: unknown; _parsers: unknown; _prebuiltEmptyResultObject: unknown };

type Connection = { sync: () => void };

/** What pg's Query has beyond its types. pg is pinned, and test/sharing-connections.test.ts tells when this is not so any more. */
type Query = {
  name: string;
  _result: Columns;
  /** Whether rows are kept for the result. */
  _accumulateRows: boolean;
  prepare(connection: Connection): void;
  hasBeenParsed(connection: Connection): unknown;
  handleRowDescription(message: unknown): void;
};
type Done = (error: Error | null, result: QueryResult) => void;
const Query = pg.Query as unknown as new (config: QueryConfig, values: undefined, done: Done) => Query;

/** Of a connection: the columns of the statements that are prepared on it, and the connection itself, but that it asks for none. */
type Known = { columns: Map<string, Columns>; notAsking: Connection };
const knownOf = new WeakMap<Connection, Known>();

/**
 * To hear what twenty-five columns are called and how each is parsed takes as long as to read the row. The answer cannot
 * change while a statement stays prepared: PostgreSQL refuses to run one whose columns have changed since ("cached plan
 * must not change result type").
 */
class PreparedQuery extends Query {
  private known: Known | undefined;

  override prepare(connection: Connection): void {
    this.known = knownOf.get(connection) ?? remember(connection);
    const columns = this.known.columns.get(this.name);
    if (!columns || !this.hasBeenParsed(connection)) {
      super.prepare(connection);
      return;
    }
    Object.assign(this['_result'], columns);
    this['_accumulateRows'] = true;
    super.prepare(this.known.notAsking);
  }

  override handleRowDescription(message: unknown): void {
    super.handleRowDescription(message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = this['_result'];
    this.known?.columns.set(this.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }
}

function remember(connection: Connection): Known {
  const notAsking = Object.create(connection, { describe: { value: () => {} }, sync: { value: () => connection.sync() } }) as Connection;
  const known = { columns: new Map<string, Columns>(), notAsking };
  knownOf.set(connection, known);
  return known;
}

/** Runs a named statement on a connection of the pool. */
export function queryPrepared(client: PoolClient, statement: QueryConfig): Promise<QueryResult> {
  return new Promise((resolve, reject) => {
    const query = new PreparedQuery(statement, undefined, (error, result) => (error ? reject(error) : resolve(result)));
    client.query(query as unknown as pg.Query);
  });
}
