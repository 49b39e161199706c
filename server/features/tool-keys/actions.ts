// Makes our own key pairs, lets them follow one another, and removes those that nobody needs any more.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { decideRotation } from '../../domain/key-rotation.ts';
import { generateToolKey } from '../../lti/tool-keys.ts';
import type { NewToolKey } from '../../lti/tool-keys.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Sealing } from '../../sealing.ts';
import { privateKeyPurpose } from '../../tool-signing-key.ts';
import { listKeys } from './queries.ts';

const anyKey = { name: 'any-tool-key', text: 'select kid, sealed_private_key from tool_key order by created_at desc, kid limit 1' };
const insertKey = {
  name: 'insert-tool-key',
  text: 'insert into tool_key (kid, public_jwk, sealed_private_key, created_at, signs_from) values ($1, $2, $3, $4, $5)',
};
const retireKey = { name: 'retire-tool-key', text: 'update tool_key set retires_at = $2 where kid = $1' };
const removeKeys = { name: 'remove-tool-keys', text: 'delete from tool_key where kid = any($1)' };
// Of several servers that look at the same time one decides; reading keys goes on meanwhile.
const lockKeys = { name: 'lock-tool-keys', text: 'lock table tool_key in share row exclusive mode' };
const audit = { name: 'audit-tool-key', text: 'insert into audit_event (at, action, actor_id, detail) values ($1, $2, $3, $4)' };

/**
 * Makes the first key. Two servers that start at once may make two: both are published, and the newest signs.
 * @throws {Error} with one plain line when there is a key and `sealing` cannot open it: nothing that we sign would go out
 */
export async function ensureToolKey(sql: Sql, sealing: Sealing, now: Temporal.Instant): Promise<void> {
  const [key] = await run<{ kid: string; sealed_private_key: Buffer }>(sql, anyKey, []);
  if (!key) {
    await keep(sql, sealing, await generateToolKey(), { now, signsFrom: now });
    return;
  }
  try {
    sealing.open(key.sealed_private_key, privateKeyPurpose(key.kid));
  } catch (cause) {
    throw new Error('Coachline cannot start: SECRET_KEY (where it is not set, the file secret-key in DATA_DIR) is not the one that the keys in this database were sealed with. Put that one back.', { cause });
  }
}

export type Rotation = { made: string | null; retired: number; removed: number };

/**
 * Does what is due: makes the next key in time, tells the last one when to retire, removes what is published no more.
 * @param askedBy the operator who wants a new key although it is not time yet; null for the timetable
 */
export async function rotateToolKeys(pool: Pool, sealing: Sealing, askedBy: Viewer | null, now: Temporal.Instant): Promise<Rotation> {
  // A key takes longer to make than a lock should be held.
  const spare = await generateToolKey();
  return inTransaction(pool, async (sql) => {
    await run(sql, lockKeys, []);
    const { makeOneThatSignsFrom: signsFrom, retire, remove } = decideRotation(await listKeys(sql), now, { asked: askedBy !== null });
    if (signsFrom !== null) {
      await keep(sql, sealing, spare, { now, signsFrom });
      await run(sql, audit, [String(now), 'tool_key.made', askedBy?.administratorId ?? null, JSON.stringify({ kid: spare.kid, signsFrom: String(signsFrom) })]);
    }
    for (const { kid, at } of retire) await run(sql, retireKey, [kid, String(at)]);
    if (remove.length > 0) {
      await run(sql, removeKeys, [remove]);
      await run(sql, audit, [String(now), 'tool_key.removed', null, JSON.stringify({ kids: remove })]);
    }
    return { made: signsFrom === null ? null : spare.kid, retired: retire.length, removed: remove.length };
  });
}

/** When somebody else may hold a private key of ours: a new one signs at once, and no other is published from now on. */
export async function replaceToolKeys(pool: Pool, sealing: Sealing, askedBy: Viewer, now: Temporal.Instant): Promise<void> {
  const fresh = await generateToolKey();
  await inTransaction(pool, async (sql) => {
    await run(sql, lockKeys, []);
    const kids = (await listKeys(sql)).map(({ kid }) => kid);
    await run(sql, removeKeys, [kids]);
    await keep(sql, sealing, fresh, { now, signsFrom: now });
    await run(sql, audit, [String(now), 'tool_key.replaced', askedBy.administratorId, JSON.stringify({ kid: fresh.kid, removed: kids })]);
  });
}

async function keep(sql: Sql, sealing: Sealing, { kid, publicJwk, privateKeyPem }: NewToolKey, { now, signsFrom }: { now: Temporal.Instant; signsFrom: Temporal.Instant }): Promise<void> {
  await run(sql, insertKey, [kid, JSON.stringify(publicJwk), sealing.seal(privateKeyPem, privateKeyPurpose(kid)), String(now), String(signsFrom)]);
}
