// A word of the field is explained, and linked, where it is first used: no earlier week may use it unexplained, nor a sentence before the link.
import { basename, join } from 'node:path';
import type { ProblemList } from './problems.ts';
import type { GlossaryFile, ProgrammeFile } from './schema.ts';
import { listFiles, readText } from './source-file.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** A text that learners meet in a week. Its lines are those of its file, from `line` on. `folded`: small letters, one space between words. `source`: a week's material as it was written, links and all. */
type Text = { week: number; path: string; line: number; text: string; folded: string; source?: string };
type Word = GlossaryFile[number];

/**
 * Reports, with file and line, every use of a word before the week in which the glossary says that it is explained, and
 * in the material of that week before the link; and exceptions (`everyday`) that nothing needs, so that their list stays short. What learners meet are the week's outline,
 * its material, its check and its cards; facilitator's notes are not for them.
 */
export async function checkFirstUses(folder: string, programme: YamlSource<ProgrammeFile>, glossary: YamlSource<GlossaryFile>, problems: ProblemList): Promise<void> {
  const texts = [...outlineTexts(folder, programme), ...await fileTexts(folder, programme.value, problems)];
  const reportGlossary = problems.in(join(folder, 'glossary.yaml'));
  glossary.value.forEach((word, index) => {
    const earlier = texts.filter(({ week }) => week < word.week);
    const forms = formsToFind(plainForms(word));
    for (const { week, path, line, text, folded } of earlier) {
      if (!mayUse(forms, folded)) continue;
      for (const { index: at, 0: found } of usesOf(forms, text)) {
        problems.in(path)(line + linesBefore(text, at), `"${oneLine(found)}" is used here, in week ${week}, but the glossary explains "${word.term}" in week ${word.week}: link it at this first use and write week: ${week} there, or use another word`);
      }
    }
    for (const { week, path, line, text, source } of texts) {
      if (week !== word.week || source === undefined) continue;
      const before = beforeLink(word.key, text, source);
      if (!mayUse(forms, fold(before))) continue;
      for (const { index: at, 0: found } of usesOf(forms, withoutHeadings(before))) {
        problems.in(path)(line + linesBefore(before, at), `"${oneLine(found)}" is used here before the link that explains it: write [${oneLine(found)}](term:${word.key}) here, or use another word`);
      }
    }
    word.everyday?.words.forEach((form, place) => {
      const report = (message: string) => reportGlossary(glossary.lineOf([index, 'everyday', 'words', place]), message);
      if (!formsOf(word).includes(form)) report(`"${form}" is neither the term nor one of its other forms`);
      else if (!isUsedIn(earlier, formsToFind([form]))) report(`"${form}" is not used before week ${word.week}: take the exception away`);
    });
  });
}

const formsOf = ({ term, also = [] }: Word): string[] => [term, ...also];
/** The forms that are looked for; an exception holds for its plural too. */
const plainForms = (word: Word): string[] => {
  const everyday = formsToFind(word.everyday?.words ?? []);
  return formsOf(word).filter((form) => !usesOf(everyday, form).some(({ 0: found }) => found === form));
};

/** Forms of a word, made ready for looking for them in many texts. */
type FormsToFind = { folded: string[]; pattern: RegExp | null };

/** What a word goes on with: letters of Latin scripts, by range, because V8 takes a millisecond to make ready a pattern with \p{L} in it, and there is one for each word. */
const inWord = String.raw`a-z0-9\u00c0-\u024f-`;

/** Whole words, in any case, also with an s at the end, and over the end of a line. */
function formsToFind(forms: readonly string[]): FormsToFind {
  const words = forms.map((form) => RegExp.escape(form).replaceAll(/(?:\\x20| )+/g, '\\s+')).join('|');
  return { folded: forms.map(fold), pattern: forms.length === 0 ? null : new RegExp(`(?<![${inWord}])(?:${words})(?:s|es)?(?![${inWord}])`, 'gi') };
}

const fold = (text: string): string => oneLine(text).toLowerCase();
/** Nearly no text uses nearly any word: looking for its letters first is twenty times quicker. */
const mayUse = ({ folded: forms }: FormsToFind, folded: string): boolean => forms.some((form) => folded.includes(form));
const isUsedIn = (texts: readonly Text[], forms: FormsToFind): boolean => texts.some(({ text, folded }) => mayUse(forms, folded) && usesOf(forms, text).length > 0);

/** What stands before the first link to a word; nothing where there is none, which is reported where the week is read. */
function beforeLink(key: string, text: string, source: string): string {
  const link = source.indexOf(`](term:${key})`);
  return link < 0 ? '' : text.slice(0, source.lastIndexOf('[', link));
}

const usesOf = ({ pattern }: FormsToFind, text: string): RegExpExecArray[] => (pattern ? [...text.matchAll(pattern)] : []);

const linesBefore = (text: string, at: number): number => text.slice(0, at).split('\n').length - 1;
const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

/** What the outline says of a week while it is read: its home page and the week itself show it. */
function outlineTexts(folder: string, { value, lineOf }: YamlSource<ProgrammeFile>): Text[] {
  return value.weeks.flatMap(({ number, summary, topics, withYourTeam, reflection = '', assignment }, index) => {
    const at = (text: string, ...path: YamlPath): Text => ({ week: number, path: join(folder, 'programme.yaml'), line: lineOf(['weeks', index, ...path]), text, folded: fold(text) });
    return [
      at(summary, 'summary'), ...topics.map((topic, place) => at(topic, 'topics', place)), at(withYourTeam, 'withYourTeam'), at(reflection, 'reflection'),
      ...(assignment ? [at(assignment.title, 'assignment', 'title'), at(assignment.task, 'assignment', 'task')] : []),
    ];
  });
}

/** Material, check and cards of every week, as they stand in their files. Files that are missing or odd were reported where they are read. */
async function fileTexts(folder: string, { weeks }: ProgrammeFile, problems: ProblemList): Promise<Text[]> {
  const there = new Set((await Promise.all(['weeks', 'checks', 'cards'].map(async (inside) => (await listFiles(join(folder, inside))).map((name) => `${inside}/${name}`)))).flat());
  const named = weeks.flatMap(({ number, material, check, cards = [] }) => [material, check, ...cards].flatMap((path) => (path && there.has(path) ? [{ week: number, path: join(folder, path), isMaterial: path === material }] : [])));
  const read = await Promise.all(named.map(async ({ path, ...place }) => ({ ...place, path, line: 1, text: await readText(path, problems.in(path)) })));
  return read.flatMap(({ text: source, isMaterial, ...place }) => {
    if (source === null) return [];
    const text = basename(place.path).endsWith('.md') ? withoutMarks(withoutReading(source)) : withoutKeys(source);
    return [{ ...place, text, folded: fold(text), ...(isMaterial && { source }) }];
  });
}

/** Titles of what others wrote are theirs. */
const withoutReading = (text: string): string => text.replace(/^reading:\n(?:(?!---$).*\n)*/m, blank);

/** Without what nobody reads: where links and figures lead to, keys of headings and references. Line ends stay. */
const withoutMarks = (text: string): string => text.replaceAll(/\]\([^)\s"]*|\{#[^}]*\}|\[\^[^\]]*\]/g, blank);

/** Without the front matter, and the titles of sections and boxes: no link may stand there. */
const withoutHeadings = (text: string): string => text.replace(/^---\n[^]*?\n---$/m, blank).replaceAll(/^(?:#|:::).*$/gm, blank);

/** Without the keys of a check's questions and choices. */
const withoutKeys = (text: string): string => text.replaceAll(/\b(?:key|section|kind): [a-z0-9-]+/g, blank);

const blank = (text: string): string => text.replaceAll(/[^\n]/g, ' ');
