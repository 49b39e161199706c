// Writes mail from the templates in views/mail/letters: as text, and as HTML that mail programs can show.
import { Eta } from 'eta';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../../views/mail/letters');

export type LetterEngine = (template: string, data: object) => { text: string; html: string };

/** `X-text.eta` and `X-html.eta` from the same values. Like a page, a letter that would print null is an error. */
export function createLetterEngine(): LetterEngine {
  const settings = {
    views: folder, cache: true, debug: false, autoFilter: true,
    filterFunction: (value: unknown) => {
      if (value === null || value === undefined) throw new TypeError(`a letter printed ${String(value)}`);
      return value as string;
    },
  };
  const html = new Eta({ ...settings, autoTrim: [false, 'nl'], autoEscape: true });
  const text = new Eta({ ...settings, autoTrim: [false, 'nl'], autoEscape: false });
  return (template, data) => ({ text: text.render(`${template}-text`, data), html: html.render(`${template}-html`, data) });
}
