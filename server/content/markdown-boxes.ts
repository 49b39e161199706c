// Boxes in course text: `::: kind Title` … `:::`. They do not nest and never cross a section.
import type { MarkdownIt, StateBlock } from 'markdown-it';
import { pageOf } from './markdown-page.ts';
import type { Report } from './problems.ts';

const KINDS = ['example', 'team', 'words', 'note'] as const;
export type BoxKind = (typeof KINDS)[number];

/** Adds boxes to a Markdown reader (markdown-it plugin). */
export function boxes(md: MarkdownIt): void {
  md.block.ruler.before('fence', 'box', boxRule, { alt: ['paragraph', 'blockquote', 'list'] });
  const { rules } = md.renderer;
  rules.box_open = (tokens, index) => BOX_HTML[kindOf(tokens[index]?.meta)].open(tokens[index]?.meta?.hasTitle === true);
  rules.box_close = (tokens, index) => BOX_HTML[kindOf(tokens[index]?.meta)].close;
  rules.box_title_open = (tokens, index) => BOX_HTML[kindOf(tokens[index]?.meta)].title[0];
  rules.box_title_close = (tokens, index) => BOX_HTML[kindOf(tokens[index]?.meta)].title[1];
}

type BoxHtml = { open: (hasTitle: boolean) => string; title: [before: string, after: string]; close: string };

const INFO_POINT = '<svg class="pt info" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-info"/></svg>';

/** An example has its title under the kicker; elsewhere a title takes the kicker's place. */
const BOX_HTML: Record<BoxKind, BoxHtml> = {
  example: { open: () => '<div class="box example">\n<p class="kicker">Worked example</p>\n', title: ['<h3>', '</h3>\n'], close: '</div>\n' },
  team: { open: (hasTitle) => `<div class="box team">\n${hasTitle ? '' : '<p class="kicker">Step by step</p>\n'}`, title: ['<p class="kicker">', '</p>\n'], close: '</div>\n' },
  words: {
    open: (hasTitle) => `<div class="box words">\n${hasTitle ? '' : '<p class="kicker">What you might say</p>\n<blockquote class="quote flow snug">\n'}`,
    title: ['<p class="kicker">', '</p>\n<blockquote class="quote flow snug">\n'],
    close: '</blockquote>\n</div>\n',
  },
  note: { open: () => `<div class="notice">${INFO_POINT}\n<div class="flow snug">\n`, title: ['<p><b>', '</b></p>\n'], close: '</div>\n</div>\n' },
};

function boxRule(state: StateBlock, startLine: number, endLine: number, silent: boolean): boolean {
  const opening = lineOf(state, startLine);
  if (!opening.startsWith(':::') || (state.sCount[startLine] ?? 0) - state.blkIndent >= 4) return false;
  if (silent) return true;
  const { report } = pageOf(state.env);
  state.line = startLine + 1;
  if (opening === ':::') {
    report(startLine + 1, 'this ::: closes a box, but none is open: take it away, or give the kind of a box to open');
    return true;
  }
  const closeLine = findEnd(state, startLine, endLine);
  if (closeLine === null) {
    report(startLine + 1, 'this box is never closed: put a line ::: after its text');
    return true;
  }
  const kind = readKind(state, startLine, opening, report);
  if (kind) pushBox(state, startLine, closeLine, kind, report);
  state.line = closeLine + 1;
  return true;
}

/** The kind that a line `::: kind Title` opens, or null after reporting why it opens none. */
function readKind(state: StateBlock, startLine: number, opening: string, report: Report): { kind: BoxKind; title: string } | null {
  const [, word = '', title = ''] = /^:::\s*(\S+)\s*(.*)$/.exec(opening) ?? [];
  const kind = KINDS.find((known) => known === word);
  if (state.env.isInBox) report(startLine + 1, 'this box is inside another: boxes do not nest, close the first one before it');
  else if (state.level > 0) report(startLine + 1, 'this box is inside a list or a quotation: boxes stand at the margin');
  else if (!kind) report(startLine + 1, `there is no box of the kind "${word}": the kinds are ${KINDS.join(', ')}`);
  else return { kind, title: title.trim() };
  return null;
}

function pushBox(state: StateBlock, startLine: number, closeLine: number, { kind, title }: { kind: BoxKind; title: string }, report: Report): void {
  const open = state.push('box_open', 'div', 1);
  open.meta = { kind, hasTitle: title !== '' };
  open.map = [startLine, closeLine + 1];
  if (title !== '') {
    state.push('box_title_open', '', 1).meta = { kind };
    const inline = state.push('inline', '', 0);
    inline.content = title;
    inline.map = [startLine, startLine + 1];
    inline.children = [];
    state.push('box_title_close', '', -1).meta = { kind };
  }
  const firstInside = state.tokens.length;
  const { lineMax } = state;
  state.lineMax = closeLine;
  state.env.isInBox = true;
  state.md.block.tokenize(state, startLine + 1, closeLine);
  state.env.isInBox = false;
  state.lineMax = lineMax;
  const inside = state.tokens.slice(firstInside);
  if (inside.length === 0) report(startLine + 1, 'this box is empty: write its text, or take it away');
  if (kind === 'team') {
    for (const token of inside) if (token.type === 'bullet_list_open' && token.level === open.level + 1) token.attrSet('class', 'tick');
  }
  state.push('box_close', 'div', -1).meta = { kind };
}

/** The line that closes the box opened at `startLine`, before the section ends; null when there is none. */
function findEnd(state: StateBlock, startLine: number, endLine: number): number | null {
  let depth = 1;
  for (let line = startLine + 1; line < endLine; line += 1) {
    const text = lineOf(state, line);
    if (text.startsWith('## ')) return null;
    if (text === ':::') depth -= 1;
    else if (text.startsWith(':::')) depth += 1;
    if (depth === 0) return line;
  }
  return null;
}

function lineOf(state: StateBlock, line: number): string {
  return state.src.slice((state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0), state.eMarks[line]).trimEnd();
}

function kindOf(meta: Record<string, unknown> | null | undefined): BoxKind {
  return meta?.kind as BoxKind;
}
