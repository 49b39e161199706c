// The public half of our keys, and how old they are.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { KeyTimes } from '../../domain/key-rotation.ts';

const listPublicKeysStatement = {
  name: 'list-public-tool-keys',
  text: 'select public_jwk from tool_key where retires_at is null or retires_at > $1 order by coalesce(signs_from, created_at) desc, kid',
};

/** Public keys as JWKs, the newest first: those that sign, will sign, or signed something that may still be good. */
export async function listPublicKeys(sql: Sql, now: Temporal.Instant): Promise<Record<string, unknown>[]> {
  return (await run<{ public_jwk: Record<string, unknown> }>(sql, listPublicKeysStatement, [String(now)])).map((row) => row.public_jwk);
}

const listKeysStatement = { name: 'list-tool-keys', text: 'select kid, created_at, signs_from, retires_at from tool_key' };

/** Every key there is, in no order. */
export async function listKeys(sql: Sql): Promise<KeyTimes[]> {
  const rows = await run<{ kid: string; created_at: string; signs_from: string | null; retires_at: string | null }>(sql, listKeysStatement, []);
  return rows.map(({ kid, created_at, signs_from, retires_at }) => ({
    kid, createdAt: toInstant(created_at), signsFrom: signs_from === null ? null : toInstant(signs_from), retiresAt: retires_at === null ? null : toInstant(retires_at),
  }));
}
