// Makes our own key pair when there is none.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { generateToolKey } from '../../lti/tool-keys.ts';
import type { Sealing } from '../../sealing.ts';

const anyKey = { name: 'any-tool-key', text: 'select 1 from tool_key limit 1' };
const insertKey = {
  name: 'insert-tool-key',
  text: 'insert into tool_key (kid, public_jwk, sealed_private_key, created_at) values ($1, $2, $3, $4)',
};

/** What a sealed private key is for, so that nothing else sealed can be put in its place. */
export const privateKeyPurpose = (kid: string): string => `tool-key ${kid}`;

/** Two servers that start at once may make two: both are published, and the newest signs. */
export async function ensureToolKey(sql: Sql, sealing: Sealing, now: Temporal.Instant): Promise<void> {
  if ((await run(sql, anyKey, [])).length > 0) return;
  const { kid, publicJwk, privateKeyPem } = await generateToolKey();
  await run(sql, insertKey, [kid, JSON.stringify(publicJwk), sealing.seal(privateKeyPem, privateKeyPurpose(kid)), String(now)]);
}
