// A week file: front matter, then sections. Everything that is wrong is reported at its line.
import type { Token } from 'markdown-it';
import type { Figure } from './figure.ts';
import { readFrontMatter } from './front-matter.ts';
import { parseInline, parseMarkdown, renderTokens, termOf, typeset } from './markdown.ts';
import type { FigureMeta } from './markdown.ts';
import { checkInline, checkTokens } from './markdown-checks.ts';
import type { MarkdownPage } from './markdown-page.ts';
import type { Report } from './problems.ts';
import type { Reading, WeekMaterial, WeekSection } from './programme.ts';
import { longestAverage, wordsASentence } from './reading-level.ts';
import { WeekFrontMatter, kebabCase } from './schema.ts';
import { checkPlainTexts } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

/** A week's material, the names of the drawings that it shows, and the keys of the words that it links to the glossary. */
export type WeekFile = { material: WeekMaterial; figures: string[]; terms: Set<string> };

/**
 * Reads the text of a week file. What it gives is fit for use only when nothing was reported.
 * Gives null when the front matter cannot be read, because the checks of the sections need its reading list.
 */
export function readWeekFile(source: string, number: number, figures: ReadonlyMap<string, Figure | null>, terms: ReadonlySet<string>, report: Report): WeekFile | null {
  const file = readFrontMatter(source, WeekFrontMatter, report);
  if (!file) return null;
  const { matter, body, bodyLine } = file;
  const { value, lineOf } = matter;
  if (value.week !== number) report(lineOf(['week']), `this file says week ${value.week}, but programme.yaml names it for week ${number}: make them agree`);
  checkPlainTexts({ lede: value.lede, goals: value.goals }, [], (path, message) => report(lineOf(path), message));

  const page: MarkdownPage = { readingKeys: value.reading.map((entry) => entry.key), figures, terms, report };
  const tokens = parseMarkdown(body.join('\n'), page);
  const parts = splitSections(tokens, body, report);
  const anchors = new Set([...parts.map((part) => part.heading.key), ...page.readingKeys.map((key) => `ref-${key}`)]);
  checkTokens(tokens, page, anchors);
  checkSections(parts, number, bodyLine, report);
  const shown = checkFigures(tokens, number, body, report);
  const linked = linkedTerms(tokens);   // rendering gives the links their addresses

  const material: WeekMaterial = {
    lede: typeset(value.lede),
    goals: value.goals.map(typeset),
    sections: parts.map((part) => sectionOf(part, page)),
    reading: readReading(matter, page, anchors),
  };
  const average = wordsASentence(material);
  if (average >= longestAverage) report(1, `the sentences of this week average ${average.toFixed(1)} words, and they must average under ${longestAverage}: cut the longest in two`);
  return { material, figures: shown, terms: linked };
}

function linkedTerms(tokens: readonly Token[]): Set<string> {
  const links = tokens.flatMap(({ children }) => children ?? []).filter(({ type }) => type === 'link_open');
  return new Set(links.flatMap((link) => termOf(String(link.attrGet('href') ?? '')) ?? []));
}

type Heading = { title: string; key: string; minutes: number; kind: WeekSection['kind'] };
type SectionPart = { heading: Heading; line: number; tokens: Token[]; source: string };

/** Cuts the tokens of the body at its top headings. */
function splitSections(tokens: Token[], body: readonly string[], report: Report): SectionPart[] {
  const starts = tokens.flatMap((token, index) => (token.type === 'heading_open' && token.tag === 'h2' && token.level === 0 && token.markup === '##' ? [index] : []));
  const firstStart = starts[0] ?? tokens.length;
  const stray = tokens.slice(0, firstStart)[0];
  if (stray) report((stray.map?.[0] ?? 0) + 1, 'there is something before the first section: begin with ## Title {#key minutes=12}');
  return starts.map((start, index) => {
    const next = starts[index + 1];
    const line = (tokens[start]?.map?.[0] ?? 0) + 1;
    const lastLine = next === undefined ? body.length : tokens[next]?.map?.[0] ?? body.length;
    return {
      heading: readHeading(tokens[start + 1]?.content ?? '', line, report),
      line,
      tokens: tokens.slice(start + 3, next),
      source: `${body.slice(line, lastLine).join('\n').trim()}\n`,
    };
  });
}

/** `Title {#section-key minutes=12}` or `Title {#section-key minutes=20 practice}`. */
function readHeading(text: string, line: number, report: Report): Heading {
  const [, title = text, key = '', minutes = '0', practice] = /^(.*\S) \{#(\S+) minutes=(\d+)( practice)?\}$/.exec(text) ?? [];
  if (key === '') report(line, 'a section heading reads: ## Title {#section-key minutes=12}, with practice after the minutes for the coaching practice');
  else {
    if (!kebabCase.test(key)) report(line, `the section key "${key}" must be words in small letters joined by hyphens (kebab-case)`);
    if (key.startsWith('ref-')) report(line, `the section key "${key}" must not begin with ref-: the reading list uses that`);
    if (key === 'check') report(line, 'the section key "check" is taken: the page calls the knowledge check so');
    if (Number(minutes) < 1 || Number(minutes) > 90) report(line, `${minutes} minutes: a section takes 1 to 90 minutes`);
  }
  if (/[*`[\]<>{}]/.test(title) && key !== '') report(line, 'the title of a section is plain text: take the Markdown signs away');
  return { title: typeset(title), key, minutes: Number(minutes), kind: practice ? 'practice' : 'teaching' };
}

function checkSections(parts: readonly SectionPart[], number: number, bodyLine: number, report: Report): void {
  const lines = new Map<string, number>();
  for (const { heading, line, tokens } of parts) {
    const earlier = heading.key === '' ? undefined : lines.get(heading.key);
    if (earlier !== undefined) report(line, `the section key "${heading.key}" is taken by line ${earlier}: keys are unique in a week`);
    else lines.set(heading.key, line);
    if (tokens.length === 0) report(line, `the section "${heading.title}" is empty: write it, or take it away`);
    if (heading.kind === 'practice') continue;
    for (const token of tokens) {
      if (token.type === 'box_open' && token.meta?.kind === 'team') report((token.map?.[0] ?? 0) + 1, 'a box of the kind team belongs in the practice section: move it there, or use another kind');
    }
  }
  if (parts.length < 4) report(bodyLine, `week ${number} has ${parts.length} ${parts.length === 1 ? 'section' : 'sections'}: a week needs at least four`);
  if (!parts.some((part) => part.heading.kind === 'practice')) report(bodyLine, `week ${number} has no practice section: add ## Title {#key minutes=20 practice}`);
}

/** Figures are numbered by week in the order in which they come, each drawing shown once, and none is spoken of that is not there. */
function checkFigures(tokens: readonly Token[], number: number, body: readonly string[], report: Report): string[] {
  const shown: string[] = [];
  for (const [index, token] of tokens.entries()) {
    if (token.type !== 'figure_open') continue;
    const line = (token.map?.[0] ?? 0) + 1;
    const { label, source } = token.meta as FigureMeta;
    if ((tokens[index + 1]?.children ?? []).length === 0) report(line, 'the figure has no caption: add one in quotes after the file\'s name');
    const name = source.replace(/^figures\/|\.svg$/g, '');
    if (shown.includes(name)) report(line, `${source} is shown twice in this week: its ids must be unique in the page`);
    shown.push(name);
    const expected = `Figure ${number}.${shown.length}`;
    if (/^Figure \d+\.\d+$/.test(label) && label !== expected) report(line, `this is "${label}", but the next figure of week ${number} is ${expected}`);
  }
  body.forEach((text, index) => {
    for (const [mention, week, place] of text.matchAll(/\bFigure (\d+)\.(\d+)/g)) {
      if (Number(week) === number && Number(place) > shown.length) report(index + 1, `the text speaks of ${mention}, but week ${number} has ${shown.length} ${shown.length === 1 ? 'figure' : 'figures'}`);
    }
  });
  return shown;
}

/** The frame of a practice (`.box.practice`, with its heading and notes) is the page's: here is only what stands inside. */
function sectionOf({ heading, tokens, source }: SectionPart, page: MarkdownPage): WeekSection {
  return { ...heading, bodyHtml: renderTokens(tokens, page), source };
}

function readReading({ value, lineOf }: YamlSource<WeekFrontMatter>, page: MarkdownPage, anchors: ReadonlySet<string>): Reading[] {
  return value.reading.map((entry, index) => {
    if (page.readingKeys.indexOf(entry.key) < index) page.report(lineOf(['reading', index, 'key']), `the reading key "${entry.key}" is there twice: keys are unique in a week`);
    const tokens = parseInline(entry.text.trim(), page);
    for (const token of tokens) checkInline(token, lineOf(['reading', index, 'text']), page, anchors);
    // In a reference, slanted text is the title of a work.
    for (const child of tokens[0]?.children ?? []) if (child.tag === 'em') child.tag = 'cite';
    return { key: entry.key, textHtml: renderTokens(tokens, page), url: entry.url ?? null };
  });
}
