// Reads the markup of an SVG drawing: a small XML reader, strict where a page that inlines the drawing needs it strict.
import type { Report } from './problems.ts';

export type SvgElement = {
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: SvgElement[];
  /** The text straight inside, trimmed. */
  text: string;
  line: number;
};

const NAME = '[A-Za-z_][\\w.:-]*';
const openTag = new RegExp(`<(${NAME})((?:\\s+${NAME}\\s*=\\s*(?:"[^"<]*"|'[^'<]*'))*)\\s*(/?)>`, 'y');
const closeTag = new RegExp(`</(${NAME})\\s*>`, 'y');
const attribute = new RegExp(`(${NAME})\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'g');
const comment = /<!--(?:(?!--)[\s\S])*-->/y;
const plainText = /[^<]+/y;
const looseAmpersand = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/;

/**
 * Reads well-formed XML (https://www.w3.org/TR/xml/, elements, attributes, text and comments only) and gives its root.
 * Instructions, document types, CDATA and named entities beyond XML's own five are refused: HTML reads them otherwise.
 * Gives null, after reporting the first fault, when the text is not well-formed.
 */
export function readSvg(source: string, report: Report): SvgElement | null {
  const lineAt = (offset: number) => source.slice(0, offset).split('\n').length;
  const open: SvgElement[] = [];
  let root: SvgElement | null = null;
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(source);
    if (match) at += match[0].length;
    return match;
  };
  const fault = (offset: number, message: string): null => {
    report(lineAt(offset), `the drawing is not well-formed: ${message}`);
    return null;
  };

  while (at < source.length) {
    const start = at;
    const inner = open.at(-1);
    if (take(comment)) continue;
    const text = take(plainText);
    if (text) {
      const loose = looseAmpersand.exec(text[0]);
      if (loose) return fault(start + loose.index, 'write & as &amp; and other signs as themselves');
      if (inner) inner.text = `${inner.text}${text[0]}`.trim();
      else if (text[0].trim() !== '') return fault(start + text[0].search(/\S/), 'there is text outside <svg>');
      continue;
    }
    const closing = take(closeTag);
    if (closing) {
      if (inner?.name !== closing[1]) return fault(start, `</${closing[1]}> closes ${inner ? `<${inner.name}> of line ${inner.line}` : 'nothing'}`);
      open.pop();
      continue;
    }
    const opening = take(openTag);
    if (!opening) return fault(start, 'this is not a tag with quoted attributes, a text or a comment');
    const element: SvgElement = { name: opening[1] ?? '', attributes: new Map(), children: [], text: '', line: lineAt(start) };
    const attributes = readAttributes(opening[2] ?? '');
    if (typeof attributes === 'string') return fault(start, attributes);
    element.attributes = attributes;
    if (inner) inner.children.push(element);
    else if (root) return fault(start, 'there is a second root element');
    else root = element;
    if (opening[3] === '') open.push(element);
  }
  const unclosed = open.at(-1);
  if (unclosed) return fault(source.length, `<${unclosed.name}> of line ${unclosed.line} is never closed`);
  return root ?? fault(0, 'it is empty');
}

/** The attributes of a tag, or what is wrong with them. */
function readAttributes(source: string): Map<string, string> | string {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of source.matchAll(attribute)) {
    const value = double ?? single ?? '';
    if (attributes.has(name)) return `the attribute ${name} is there twice`;
    if (looseAmpersand.test(value)) return `write & in ${name} as &amp;`;
    attributes.set(name, value);
  }
  return attributes;
}
