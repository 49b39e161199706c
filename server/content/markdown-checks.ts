// What Markdown may not hold, found in its tokens so that every problem has its line.
import type { Token } from 'markdown-it';
import { isRelative, termOf } from './markdown.ts';
import type { FigureMeta } from './markdown.ts';
import type { MarkdownPage } from './markdown-page.ts';

/**
 * Reports what the tokens of a whole page hold against the rules of the format.
 * `anchors` are the ids in the page that a link may lead to.
 */
export function checkTokens(tokens: readonly Token[], page: MarkdownPage, anchors: ReadonlySet<string>): void {
  let line = 1;
  let listDepth = 0;
  for (const token of tokens) {
    if (token.map) line = token.map[0] + 1;
    if (token.type === 'list_item_open' || token.type === 'blockquote_open') listDepth += 1;
    if (token.type === 'list_item_close' || token.type === 'blockquote_close') listDepth -= 1;
    if (token.type === 'heading_open') checkHeading(token, line, listDepth, page);
    if (token.type === 'code_block') page.report(line, 'this line is indented by four spaces or more, which makes it program code: take the spaces away');
    if (token.type === 'figure_open') checkFigureLine(token.meta as FigureMeta, line, page);
    if (token.type === 'inline') checkInline(token, line, page, anchors);
  }
}

/** Reports what an inline token holds against the rules; `line` is where it begins. Line breaks inside a code span are not counted. */
export function checkInline(inline: Token, line: number, page: MarkdownPage, anchors: ReadonlySet<string>): void {
  let at = line;
  let rawHtmlLine = 0;   // an opening and its closing tag are one mistake
  for (const token of inline.children ?? []) {
    switch (token.type) {
      case 'softbreak': case 'hardbreak': at += 1; break;
      case 'raw_html':
        if (at !== rawHtmlLine) page.report(at, `raw HTML is not allowed (${token.content.split('\n')[0]}): write Markdown; a "<" meant as a sign is written \\<`);
        rawHtmlLine = at;
        break;
      case 'image': page.report(at, 'an image stands in the text: a figure stands on a line of its own, with an empty line before and after it'); break;
      case 'link_open': checkLink(String(token.attrGet('href') ?? ''), at, page, anchors); break;
      case 'reading_reference': {
        const key = String(token.meta?.key);
        if (!page.readingKeys.includes(key)) page.report(at, `[^${key}] is not in the reading list: add an entry with this key to the front matter, or correct the key`);
        break;
      }
    }
  }
}

function checkHeading(token: Token, line: number, listDepth: number, { report }: MarkdownPage): void {
  if (!token.markup.startsWith('#')) report(line, 'a line of === or --- under a text makes it a heading: write ## or ### before it, or put an empty line before the rule');
  else if (listDepth > 0) report(line, 'this heading is inside a list or a quotation: headings stand at the margin');
  else if (token.tag !== 'h2' && token.tag !== 'h3') report(line, `${token.markup} is not used: sections are ##, headings inside them ###`);
}

function checkFigureLine({ label, source, figure }: FigureMeta, line: number, { report, figures }: MarkdownPage): void {
  const [, name] = /^figures\/([a-z0-9]+(?:-[a-z0-9]+)*)\.svg$/.exec(source) ?? [];
  if (name === undefined) report(line, `"${source}" is not a drawing of the programme: a figure is figures/NAME.svg, its name in kebab-case`);
  else if (!figure && !figures.has(name)) report(line, `there is no file ${source}: draw it, or correct the name`);
  if (!/^Figure \d+\.\d+$/.test(label)) report(line, `"${label}" is not a label: write ![Figure 1.1](figures/name.svg "Caption")`);
}

function checkLink(href: string, line: number, { report, terms }: MarkdownPage, anchors: ReadonlySet<string>): void {
  const term = termOf(href);
  if (term !== null) {
    if (!terms.has(term)) report(line, `the glossary has no word with the key "${term}": add it to glossary.yaml, or correct the link`);
  } else if (href.startsWith('#')) {
    if (!anchors.has(href.slice(1))) report(line, `the link leads to ${href}, but no section of this week has that key`);
  } else if (href.startsWith('https://')) {
    if (!URL.canParse(href)) report(line, `${href} is not an address: correct it`);
  } else if (!isRelative(href)) {
    report(line, `the link ${href === '' ? 'leads nowhere' : `"${href}" is not allowed`}: use an https:// address, or one relative to the page (no leading slash)`);
  }
}
