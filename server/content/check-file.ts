// A check file: the knowledge check of a week as YAML, its texts in inline Markdown. Everything that is wrong is reported at its line.
import { checkInline } from './markdown-checks.ts';
import type { MarkdownPage } from './markdown-page.ts';
import { parseInline, renderTokens, typeset } from './markdown.ts';
import type { Report } from './problems.ts';
import type { CheckQuestion, KnowledgeCheck } from './programme.ts';
import { CheckFile as CheckFileOutline, questionFiles } from './schema.ts';
import type { CheckFile, QuestionFile } from './schema.ts';
import { checkPart, checkPlainTexts, readYaml } from './yaml-source.ts';
import type { YamlPath } from './yaml-source.ts';

/**
 * Reads the text of a check file. What it gives is fit for use only when nothing was reported; null where it is not
 * even such a file.
 * @param sections the keys of the sections of its week, which questions refer to
 */
export function readCheckFile(source: string, number: number, sections: readonly string[], report: Report): KnowledgeCheck | null {
  const outline = readYaml(source, CheckFileOutline, report);
  if (!outline) return null;
  const { lineOf } = outline;
  const isSound = outline.value.questions.map((question, place) => checkPart(questionFiles[question.kind], question, ['questions', place], lineOf, report)).every(Boolean);
  // Every question has just been checked by the schema of its kind.
  const value = outline.value as CheckFile;
  if (value.week !== number) report(lineOf(['week']), `this file says week ${value.week}, but programme.yaml names it for week ${number}: make them agree`);
  checkPlainTexts(value.introduction, ['introduction'], (path, message) => report(lineOf(path), message));
  if (!isSound) return null;
  checkKeys(value, lineOf, sections, report);
  value.questions.forEach((question, place) => checkQuestion(question, (...path) => lineOf(['questions', place, ...path]), report));
  checkPlaces(value, lineOf, report);
  return {
    minutes: value.minutes,
    introduction: typeset(value.introduction),
    questions: value.questions.map((question, place) => questionOf(question, (path, text) => inlineHtml(text, lineOf(['questions', place, ...path]), report))),
  };
}

type LineOf = (path: YamlPath) => number;

/** The question as pages need it. `html` makes inline Markdown into HTML; it is told where the text stands. */
function questionOf(file: QuestionFile, html: (path: YamlPath, text: string) => string): CheckQuestion {
  const { key, section, points = 1 } = file;
  const shared = { key, points, section, promptHtml: html(['question'], file.question) };
  switch (file.kind) {
    case 'single-choice': case 'several-choices':
      return {
        kind: file.kind,
        ...shared,
        choices: file.choices.map((choice, index) => ({
          key: choice.key,
          textHtml: html(['choices', index, 'text'], choice.text),
          right: choice.right === true,
          explanationHtml: html(['choices', index, 'explanation'], choice.explanation),
        })),
      };
    case 'ordering':
      return { kind: file.kind, ...shared, items: file.items.map((item) => ({ key: item.key, text: typeset(item.text) })), explanationHtml: html(['explanation'], file.explanation) };
    case 'matching': {
      const options = file.pairs.map(({ right }) => typeset(right)).toSorted((a, b) => a.localeCompare(b, 'en-GB')).map((text, index) => ({ key: `option-${index + 1}`, text }));
      const pairs = file.pairs.map(({ key: name, left, right }, index) => ({ key: name, leftHtml: html(['pairs', index, 'left'], left), right: options.find(({ text }) => text === typeset(right))?.key ?? '' }));
      return { kind: file.kind, ...shared, pairs, options, explanationHtml: html(['explanation'], file.explanation) };
    }
    case 'number':
      return { kind: file.kind, ...shared, answer: file.answer, tolerance: file.tolerance ?? 0, unit: file.unit === undefined ? null : typeset(file.unit), explanationHtml: html(['explanation'], file.explanation) };
    case 'run-chart': {
      const { title, values, labels, baseline, better } = file;
      return { kind: file.kind, ...shared, title: typeset(title), values, labels: labels?.map(typeset) ?? null, baseline: baseline ?? null, better: better ?? null, explanationHtml: html(['explanation'], file.explanation) };
    }
  }
}

/** A key stands in the page before the answer is given. */
const telling = /(^|-)(right|wrong|correct|incorrect|true|false|best|answer)(-|$)/;

function checkKeys(value: CheckFile, lineOf: LineOf, sections: readonly string[], report: Report): void {
  value.questions.forEach(({ key, section }, place) => {
    if (value.questions.findIndex((question) => question.key === key) < place) report(lineOf(['questions', place, 'key']), `the question key "${key}" is there twice: keys are unique in a check`);
    if (!sections.includes(section)) report(lineOf(['questions', place, 'section']), `no section of this week has the key "${section}": a question names the section that teaches it`);
  });
}

/** What a schema cannot say of a question of its kind. */
function checkQuestion(question: QuestionFile, at: (...path: YamlPath) => number, report: Report): void {
  switch (question.kind) {
    case 'single-choice': case 'several-choices': {
      const right = question.choices.filter((choice) => choice.right === true).length;
      if (question.kind === 'single-choice' && right !== 1) report(at('choices'), `${right === 0 ? 'no choice is right' : `${right} choices are right`}: of a single choice exactly one has right: true`);
      if (question.kind === 'several-choices' && right === 0) report(at('choices'), 'no choice is right: of several at least one has right: true');
      return checkEntries(question.choices, 'choice', ({ text }) => text, (index, part) => at('choices', index, part), report);
    }
    case 'ordering': {
      const texts = question.items.map(({ text }) => text);
      checkPlainTexts(texts, [], ([index = 0], message) => report(at('items', index, 'text'), message));
      return checkEntries(question.items, 'item', ({ text }) => text, (index, part) => at('items', index, part), report);
    }
    case 'matching': {
      checkPlainTexts(question.pairs.map(({ right }) => right), [], ([index = 0], message) => report(at('pairs', index, 'right'), message));
      return checkEntries(question.pairs, 'pair', ({ right }) => right, (index, part) => at('pairs', index, part === 'text' ? 'right' : part), report);
    }
    case 'run-chart':
      checkPlainTexts([question.title], [], (_path, message) => report(at('title'), message));
      if (question.labels && question.labels.length !== question.values.length) report(at('labels'), `there are ${question.values.length} values and ${question.labels.length} labels: one label belongs to each value`);
      if (question.baseline !== undefined && question.baseline >= question.values.length) report(at('baseline'), 'the baseline takes all values: leave some after it, or leave it away');
      return;
    case 'number': return;
  }
}

/** Keys are unique and tell nothing, and no two entries say the same. */
function checkEntries<Entry extends { key: string }>(entries: readonly Entry[], name: string, textOf: (entry: Entry) => string, at: (index: number, part: 'key' | 'text') => number, report: Report): void {
  entries.forEach((entry, index) => {
    const isFirst = (same: (one: Entry) => string) => entries.findIndex((one) => same(one) === same(entry)) === index;
    if (!isFirst(({ key }) => key)) report(at(index, 'key'), `the ${name} key "${entry.key}" is there twice: keys are unique in a question`);
    if (!isFirst((one) => textOf(one).trim())) report(at(index, 'text'), `this ${name} says the same as one before it: change one of them`);
    if (telling.test(entry.key)) report(at(index, 'key'), `the ${name} key "${entry.key}" gives the answer away, for it stands in the page: call it after what the ${name} says`);
  });
}

/** Who sees the right answer in one place again and again stops reading. */
function checkPlaces({ questions }: CheckFile, lineOf: LineOf, report: Report): void {
  const places = questions.flatMap((question) => (question.kind === 'single-choice' ? [question.choices.findIndex((choice) => choice.right === true)] : []));
  if (places.length >= 4 && places.every((place) => place === places[0])) report(lineOf(['questions']), 'the right answer stands in the same place in every question: mix them');
}

/** Inline Markdown without links within the page and without the reading list, which is on another page. */
function inlineHtml(text: string, line: number, report: Report): string {
  const page: MarkdownPage = { readingKeys: [], figures: new Map(), terms: new Set(), report };
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
