// The public half of our keys.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';

const listKeys = { name: 'list-tool-keys', text: 'select public_jwk from tool_key order by created_at desc, kid' };

/** Public keys as JWKs, the newest first. */
export async function listPublicKeys(sql: Sql): Promise<Record<string, unknown>[]> {
  return (await run<{ public_jwk: Record<string, unknown> }>(sql, listKeys, [])).map((row) => row.public_jwk);
}
