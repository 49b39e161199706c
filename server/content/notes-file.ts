// Teaching cards and facilitator's notes: front matter, then sections. Everything that is wrong is reported at its line.
import type { Token } from 'markdown-it';
import { readFrontMatter } from './front-matter.ts';
import { parseMarkdown, renderTokens, typeset } from './markdown.ts';
import { checkTokens } from './markdown-checks.ts';
import type { MarkdownPage } from './markdown-page.ts';
import type { Report } from './problems.ts';
import type { FacilitatorNotes, NoteSection, TeachingCard } from './programme.ts';
import { CardFrontMatter, NotesFrontMatter, kebabCase } from './schema.ts';
import { checkPlainTexts } from './yaml-source.ts';

/** What every card says, by the keys of its sections. */
const cardSections = ['run', 'say', 'landed'];

/** Reads a teaching card of week `number`, whose file is called `cards/NN-KEY.md`. */
export function readCardFile(source: string, number: number, key: string, report: Report): TeachingCard | null {
  const file = readFrontMatter(source, CardFrontMatter, report);
  if (!file) return null;
  const { matter: { value, lineOf }, body, bodyLine } = file;
  if (value.week !== number) report(lineOf(['week']), `this file says week ${value.week}, but programme.yaml names it for week ${number}: make them agree`);
  checkPlainTexts(value, [], (path, message) => report(lineOf(path), message));
  const sections = readSections(body, report);
  for (const wanted of cardSections) {
    if (!sections.some((section) => section.key === wanted)) report(bodyLine, `a card has the sections ${cardSections.map((name) => `{#${name}}`).join(', ')}: {#${wanted}} is missing`);
  }
  return { key, title: typeset(value.title), idea: typeset(value.idea), trigger: typeset(value.trigger), minutes: value.minutes, materials: value.materials.map(typeset), sections };
}

/** Reads the notes of the workshop with this key and so many days. */
export function readNotesFile(source: string, workshop: { key: string; days: number }, report: Report): FacilitatorNotes | null {
  const file = readFrontMatter(source, NotesFrontMatter, report);
  if (!file) return null;
  const { matter: { value, lineOf }, body } = file;
  if (value.workshop !== workshop.key) report(lineOf(['workshop']), `this file is for "${value.workshop}", but programme.yaml names it for ${workshop.key}: make them agree`);
  if (value.days.length !== workshop.days) report(lineOf(['days']), `the workshop has ${workshop.days} ${workshop.days === 1 ? 'day' : 'days'}, and these notes ${value.days.length}: make them agree`);
  value.days.forEach(({ starts, agenda }, day) => {
    const minutes = agenda.reduce((sum, item) => sum + item.minutes, 0);
    const [hour = 0, minute = 0] = starts.split(':').map(Number);
    if (hour * 60 + minute + minutes > 22 * 60) report(lineOf(['days', day, 'agenda']), `this day takes ${minutes} minutes and would end after 22:00`);
  });
  checkPlainTexts(value, [], (path, message) => report(lineOf(path), message));
  return {
    purpose: typeset(value.purpose),
    materials: value.materials.map(typeset),
    days: value.days.map((day) => ({ ...day, title: typeset(day.title), agenda: day.agenda.map((item) => ({ ...item, title: typeset(item.title), how: typeset(item.how) })) })),
    sections: readSections(body, report),
  };
}

/** Sections `## Title {#key}`; they have no figures and no reading list. */
function readSections(body: readonly string[], report: Report): NoteSection[] {
  const page: MarkdownPage = { readingKeys: [], figures: new Map(), terms: new Set(), report };
  const tokens = parseMarkdown(body.join('\n'), page);
  const starts = tokens.flatMap((token, index) => (isTopHeading(token) ? [index] : []));
  const stray = tokens.slice(0, starts[0] ?? tokens.length)[0];
  if (stray) report((stray.map?.[0] ?? 0) + 1, 'there is something before the first section: begin with ## Title {#key}');
  const keys = new Set<string>();
  const sections = starts.map((start, place): NoteSection => {
    const line = (tokens[start]?.map?.[0] ?? 0) + 1;
    const lastLine = tokens[starts[place + 1] ?? tokens.length]?.map?.[0] ?? body.length;
    const [, title = '', key = ''] = /^(.*\S) \{#(\S+)\}$/.exec(tokens[start + 1]?.content ?? '') ?? [];
    if (!kebabCase.test(key)) report(line, 'a heading here reads: ## Title {#key}, the key in small letters joined by hyphens');
    else if (keys.has(key)) report(line, `the key "${key}" is there twice: keys are unique in a file`);
    keys.add(key);
    const inside = tokens.slice(start + 3, starts[place + 1]);
    if (inside.length === 0) report(line, `the section "${title}" is empty: write it, or take it away`);
    return { key, title: typeset(title), bodyHtml: renderTokens(inside, page), source: `${body.slice(line, lastLine).join('\n').trim()}\n` };
  });
  checkTokens(tokens, page, keys);
  return sections;
}

function isTopHeading(token: Token): boolean {
  return token.type === 'heading_open' && token.tag === 'h2' && token.level === 0 && token.markup === '##';
}
