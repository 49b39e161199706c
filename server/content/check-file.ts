// A check file: the knowledge check of a week as YAML, its texts in inline Markdown. Everything that is wrong is reported at its line.
import { checkInline } from './markdown-checks.ts';
import type { MarkdownPage } from './markdown-page.ts';
import { parseInline, renderTokens, typeset } from './markdown.ts';
import type { Report } from './problems.ts';
import type { KnowledgeCheck } from './programme.ts';
import { CheckFile } from './schema.ts';
import { checkPlainTexts, readYaml } from './yaml-source.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

type ChoiceFile = CheckFile['questions'][number]['choices'][number];

/**
 * Reads the text of a check file. What it gives is fit for use only when nothing was reported; null where it is not
 * even such a file.
 * @param sections the keys of the sections of its week, which questions refer to
 */
export function readCheckFile(source: string, number: number, sections: readonly string[], report: Report): KnowledgeCheck | null {
  const file = readYaml(source, CheckFile, report);
  if (!file) return null;
  const { value, lineOf } = file;
  if (value.week !== number) report(lineOf(['week']), `this file says week ${value.week}, but programme.yaml names it for week ${number}: make them agree`);
  checkPlainTexts(value.introduction, ['introduction'], (path, message) => report(lineOf(path), message));
  checkKeys(file, sections, report);
  checkPlaces(file, report);

  const html = (path: YamlPath, text: string) => inlineHtml(text, lineOf(path), report);
  return {
    minutes: value.minutes,
    introduction: typeset(value.introduction),
    questions: value.questions.map(({ kind, key, section, question, points = 1, choices }, place) => {
      const at = (...path: YamlPath) => ['questions', place, ...path];
      return {
        kind, key, points, section,
        promptHtml: html(at('question'), question),
        choices: choices.map((choice, index) => ({
          key: choice.key,
          textHtml: html(at('choices', index, 'text'), choice.text),
          right: choice.right === true,
          explanationHtml: html(at('choices', index, 'explanation'), choice.explanation),
        })),
      };
    }),
  };
}

/** A key stands in the page before the answer is given. */
const telling = /(^|-)(right|wrong|correct|incorrect|true|false|best|answer)(-|$)/;

function checkKeys({ value, lineOf }: YamlSource<CheckFile>, sections: readonly string[], report: Report): void {
  value.questions.forEach(({ key, section, choices }, place) => {
    const at = (...path: YamlPath) => lineOf(['questions', place, ...path]);
    const isFirst = (same: (choice: ChoiceFile) => string, index: number) => choices.findIndex((choice) => same(choice) === same(choices[index]!)) === index;
    if (value.questions.findIndex((question) => question.key === key) < place) report(at('key'), `the question key "${key}" is there twice: keys are unique in a check`);
    if (!sections.includes(section)) report(at('section'), `no section of this week has the key "${section}": a question names the section that teaches it`);
    const right = choices.filter((choice) => choice.right === true).length;
    if (right !== 1) report(at('choices'), `${right === 0 ? 'no choice is right' : `${right} choices are right`}: of a single choice exactly one has right: true`);
    choices.forEach((choice, index) => {
      if (!isFirst((one) => one.key, index)) report(at('choices', index, 'key'), `the choice key "${choice.key}" is there twice: keys are unique in a question`);
      if (!isFirst((one) => one.text.trim(), index)) report(at('choices', index, 'text'), 'this choice says the same as one before it: change one of them');
      if (telling.test(choice.key)) report(at('choices', index, 'key'), `the choice key "${choice.key}" gives the answer away, for it stands in the page: call it after what the choice says`);
    });
  });
}

/** Who sees the right answer in one place again and again stops reading. */
function checkPlaces({ value, lineOf }: YamlSource<CheckFile>, report: Report): void {
  const places = value.questions.map(({ choices }) => choices.findIndex((choice) => choice.right === true));
  if (places.length >= 4 && places.every((place) => place === places[0])) report(lineOf(['questions']), 'the right answer stands in the same place in every question: mix them');
}

/** Inline Markdown without links within the page and without the reading list, which is on another page. */
function inlineHtml(text: string, line: number, report: Report): string {
  const page: MarkdownPage = { readingKeys: [], figures: new Map(), report };
  const tokens = parseInline(text.trim(), page);
  for (const token of tokens) {
    checkInline(token, line, page, new Set());
    for (const { attrs } of token.children ?? []) {
      const href = attrs?.find(([name]) => name === 'href')?.[1] ?? '';
      if (href !== '' && !/^(https:|#)/.test(String(href))) report(line, `the link "${href}" is relative, and a check has an address of its own: name the section under section: instead`);
    }
  }
  return renderTokens(tokens, page);
}
