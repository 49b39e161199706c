// Markdown to trusted HTML in the shapes of the style sheet. Raw HTML never passes, and nothing carries a style attribute.
import MarkdownIt from 'markdown-it';
import type { MarkdownIt as MarkdownReader, StateCore, StateInline, Token } from 'markdown-it';
import type { Figure } from './figure.ts';
import { boxes } from './markdown-boxes.ts';
import { pageOf } from './markdown-page.ts';
import type { MarkdownPage } from './markdown-page.ts';

/** What a figure's opening token carries. */
export type FigureMeta = { label: string; source: string; figure: Figure | null };

/** Parses Markdown into tokens; boxes that are not well-formed are reported on the way. */
export function parseMarkdown(source: string, page: MarkdownPage): Token[] {
  return markdown.parse(source, { page });
}

/** Parses Markdown without blocks (a caption, an entry of the reading list) into one inline token. */
export function parseInline(source: string, page: MarkdownPage): Token[] {
  return markdown.parseInline(source, { page });
}

/** HTML of tokens that were checked; the result may stand in a page as it is. */
export function renderTokens(tokens: Token[], page: MarkdownPage): string {
  return markdown.renderer.render(tokens, markdown.options, { page });
}

/** Plain text (no Markdown) with the quotation marks, apostrophes and dashes of print. */
export function typeset(text: string): string {
  return (plain.parseInline(text.trim(), {})[0]?.children ?? []).map((token) => (token.type === 'text' ? token.content : ' ')).join('');
}

const markdown = createMarkdown();
const plain = new MarkdownIt('zero', { typographer: true }).enable(['replacements', 'smartquotes']);
plain.core.ruler.at('replacements', signs);

function createMarkdown(): MarkdownReader {
  const md = new MarkdownIt({ html: false, typographer: true, quotes: '“”‘’' });
  md.disable(['reference', 'linkify']);   // a reading list has one place: the front matter
  md.validateLink = () => true;           // a bad link must be seen by the checks, not be left standing as text
  md.core.ruler.at('replacements', signs);
  md.core.ruler.push('figures', figures);
  md.core.ruler.push('tables', tables);
  md.inline.ruler.before('emphasis', 'definition', definition);
  md.inline.ruler.before('link', 'reading_reference', readingReference);
  md.inline.ruler.after('autolink', 'raw_html', rawHtml);
  md.use(boxes);

  const { rules } = md.renderer;
  rules.raw_html = (tokens, index) => md.utils.escapeHtml(tokens[index]?.content ?? '');
  rules.reading_reference = (tokens, index, _options, env) => {
    const number = pageOf(env).readingKeys.indexOf(String(tokens[index]?.meta?.key)) + 1;
    const comma = tokens[index - 1]?.type === 'reading_reference' ? '<sup>, </sup>' : '';   // 1, 2 and not 12
    return `${comma}<a href="#ref-${md.utils.escapeHtml(String(tokens[index]?.meta?.key))}" aria-label="Reference ${number}"><sup>${number}</sup></a>`;
  };
  rules.figure_open = (tokens, index) => {
    const meta = tokens[index]?.meta as FigureMeta | undefined;
    return `<figure>\n${meta?.figure?.svg ?? ''}\n<figcaption><b>${md.utils.escapeHtml(meta?.label ?? '')}.</b> `;
  };
  rules.figure_close = () => '</figcaption>\n</figure>\n';
  rules.table_open = (tokens, index) => `<div class="scroll" tabindex="0" role="region" aria-label="${md.utils.escapeHtml(String(tokens[index]?.meta?.label))}">\n<table>\n`;
  rules.table_close = () => '</table>\n</div>\n';
  rules.link_open = (tokens, index, options, _env, renderer) => {
    const token = tokens[index];
    const href = String(token?.attrGet('href') ?? '');
    const term = termOf(href);
    if (token && term !== null) {
      token.attrSet('href', `../glossary#${term}`);   // weeks are at /weeks/N
      token.attrSet('class', 'term');
    } else if (token && href.startsWith('https://')) {
      token.attrSet('rel', 'noopener');
      token.attrSet('target', '_blank');
    } else if (!isRelative(href)) token?.attrSet('href', '#');   // reported by the checks; never let through all the same
    return renderer.renderToken(tokens, index, options);
  };
  rules.link_close = (tokens, index) => {
    const opening = tokens.slice(0, index).findLast((token) => token.type === 'link_open');   // links do not nest
    return `${opening?.attrGet('target') === '_blank' ? '<span class="vh"> (opens in a new window)</span>' : ''}</a>`;
  };
  return md;
}

/** The key of the glossary that a link `term:KEY` leads to; null for any other link. */
export function termOf(href: string): string | null {
  return /^term:(.*)$/.exec(href)?.[1] ?? null;
}

/** A link inside the product: a fragment, or a path below the page. Signed-in addresses have a prefix, so no leading slash. */
export function isRelative(href: string): boolean {
  return href !== '' && !/^(?:[a-z][a-z0-9+.-]*:|[/\\])/i.test(href);
}

/** Three dots and two hyphens as print has them. markdown-it's own rule would also turn an item "(c)" into a copyright sign. */
function signs(state: StateCore): void {
  for (const block of state.tokens) {
    let isAutolink = false;
    for (const token of block.children ?? []) {
      if (token.type === 'link_open') isAutolink = token.info === 'auto';
      if (token.type === 'link_close') isAutolink = false;
      if (token.type === 'text' && !isAutolink) token.content = token.content.replaceAll('...', '…').replace(/(^|[^-])--(?!-)/g, '$1–');
    }
  }
}

/** `*[term]*` becomes <dfn>term</dfn>. */
function definition(state: StateInline, silent: boolean): boolean {
  const match = /^\*\[([^\]^\n][^\]\n]*)\]\*(?!\*)/.exec(state.src.slice(state.pos));
  if (!match) return false;
  if (!silent) {
    state.push('dfn_open', 'dfn', 1);
    state.push('text', '', 0).content = match[1] ?? '';
    state.push('dfn_close', 'dfn', -1);
  }
  state.pos += match[0].length;
  return true;
}

/** `[^key]` becomes a link to the reading list. */
function readingReference(state: StateInline, silent: boolean): boolean {
  const match = /^\[\^([^\]\s]+)\]/.exec(state.src.slice(state.pos));
  if (!match) return false;
  if (!silent) state.push('reading_reference', '', 0).meta = { key: match[1] };
  state.pos += match[0].length;
  return true;
}

/** Raw HTML (CommonMark 6.6) is kept apart so that the checks can point at it; it is printed as the text that it is. */
function rawHtml(state: StateInline, silent: boolean): boolean {
  const match = /^(?:<\/?[a-z][a-z0-9-]*(?:\s[^<>]*)?\/?>|<!--|<[?!][a-z[])/i.exec(state.src.slice(state.pos));
  if (!match) return false;
  if (!silent) state.push('raw_html', '', 0).content = match[0];
  state.pos += match[0].length;
  return true;
}

/** An image that stands alone in its paragraph is a figure: the drawing inlined, its caption below. Other images stay, and are reported. */
function figures(state: StateCore): void {
  const { tokens } = state;
  tokens.forEach((inline, index) => {
    const image = inline.children?.length === 1 ? inline.children[0] : undefined;
    const [open, close] = [tokens[index - 1], tokens[index + 1]];
    if (image?.type !== 'image' || open?.type !== 'paragraph_open' || open.hidden || close?.type !== 'paragraph_close') return;
    const source = String(image.attrGet('src') ?? '');
    const figure = pageOf(state.env).figures.get(source.replace(/^figures\/|\.svg$/g, '')) ?? null;
    open.type = 'figure_open';
    open.meta = { label: image.content, source, figure } satisfies FigureMeta;
    close.type = 'figure_close';
    inline.children = state.md.parseInline(String(image.attrGet('title') ?? ''), state.env)[0]?.children ?? [];
  });
}

/** A table scrolls in a region that the keyboard reaches and that is named after its columns; numbers align by class, not by style. */
function tables(state: StateCore): void {
  let table: Token | undefined;
  let columns: string[] = [];
  state.tokens.forEach((token, index) => {
    if (token.type === 'table_open') [table, columns] = [token, []];
    if (token.type === 'th_open') {
      token.attrSet('scope', 'col');
      columns.push(textOf(state.tokens[index + 1]));
    }
    if (token.type === 'thead_close' && table) table.meta = { label: `Table: ${columns.filter((text) => text !== '').join(', ')}` };
    if (token.type === 'th_open' || token.type === 'td_open') {
      const isNumber = token.attrGet('style') === 'text-align:right';
      token.attrs = (token.attrs ?? []).filter(([name]) => name !== 'style');
      if (isNumber) token.attrSet('class', 'n');
    }
  });
}

/** The words of an inline token without their mark-up. */
export function textOf(inline: Token | undefined): string {
  return (inline?.children ?? []).map((child) => (child.type === 'text' || child.type === 'code_inline' ? child.content : child.type === 'softbreak' ? ' ' : '')).join('');
}
