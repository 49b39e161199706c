// Which of our keys signs now, opened. Read anew for each token request: those are minutes apart, and a rotated key must
// take over by itself.
import { run } from './database.ts';
import type { Sql } from './database.ts';
import { openSigningKey } from './lti/tool-keys.ts';
import type { SigningKey } from './lti/tool-keys.ts';
import type { Sealing } from './sealing.ts';

/** What a sealed private key is for, so that nothing else sealed can be put in its place. */
export const privateKeyPurpose = (kid: string): string => `tool-key ${kid}`;

// A key signs from `signs_from` on (null: from the beginning), until a newer one does.
const findSigningKey = {
  name: 'find-signing-key',
  text: `select kid, sealed_private_key from tool_key where signs_from is null or signs_from <= $1
          order by coalesce(signs_from, created_at) desc, created_at desc, kid limit 1`,
};

/**
 * The newest key that signs at `now`.
 * @throws Error when there is none, or when SECRET_KEY is not the one that sealed it
 */
export async function signingKey(sql: Sql, sealing: Sealing, now: Temporal.Instant): Promise<SigningKey> {
  const [key] = await run<{ kid: string; sealed_private_key: Buffer }>(sql, findSigningKey, [String(now)]);
  if (!key) throw new Error('There is no key to sign with: the web server makes one when it starts.');
  return openSigningKey({ kid: key.kid, privateKeyPem: sealing.open(key.sealed_private_key, privateKeyPurpose(key.kid)) });
}
