// HTML as tagged templates: what is put in is escaped, unless it is HTML made here.

export type Html = { readonly text: string };
type Printable = string | number | Html | readonly Html[];

/** Safe in text and in quoted attributes. */
export function html(parts: TemplateStringsArray, ...values: readonly Printable[]): Html {
  return { text: parts.map((part, index) => part + (index < values.length ? print(values[index]!) : '')).join('') };
}

/** For the optional piece that is not there. */
export const nothing: Html = { text: '' };

function print(value: Printable): string {
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value));
  return 'text' in value ? value.text : value.map(({ text }) => text).join('');
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
