// Random texts for names and secrets.
import { randomBytes } from 'node:crypto';

/** Made in advance, as Node does for its UUIDs: asking for a few bytes costs as much as asking for thousands. */
let unused = Buffer.alloc(0);

/** So many random bytes as a text that is safe in addresses. They are forgotten here at once. */
export function randomText(bytes: number): string {
  if (unused.length < bytes) unused = randomBytes(4_096);
  const text = unused.toString('base64url', 0, bytes);
  unused.fill(0, 0, bytes);
  unused = unused.subarray(bytes);
  return text;
}
