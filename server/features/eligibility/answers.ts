// How a form tells which text it showed: a number that stands for the text itself, so that of two windows none overwrites the other unseen.
import { hash } from 'node:crypto';

/** Of nothing it is 0; of anything else a number below 2³¹. The script of the page sends it back as the field's version. */
export function versionOf(text: string): number {
  return text === '' ? 0 : 1 + (Number.parseInt(hash('sha256', text, 'hex').slice(0, 8), 16) >>> 2);
}
