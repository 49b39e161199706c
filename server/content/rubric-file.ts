// A rubric file: how the coaching plan is graded, as YAML of plain texts. Everything that is wrong is reported at its line.
import { join } from 'node:path';
import { Type } from 'typebox';
import type { Static } from 'typebox';
import { typeset } from './markdown.ts';
import type { ProblemList, Report } from './problems.ts';
import type { Rubric } from './programme.ts';
import { closed, key, text, texts } from './schema.ts';
import type { ProgrammeFile } from './schema.ts';
import { listFiles, readText } from './source-file.ts';
import { checkPlainTexts, readYaml } from './yaml-source.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

const points = Type.Integer({ minimum: 0, maximum: 1000 });
const name = Type.String({ minLength: 1, maxLength: 100, pattern: '\\S' });

const RubricFile = closed({
  title: text,
  feedbackPrompts: texts,
  bands: Type.Array(closed({ key, title: name, from: points, passes: Type.Boolean() }), { minItems: 2, maxItems: 8 }),
  criteria: Type.Array(closed({
    key,
    title: name,
    maximum: Type.Integer({ minimum: 1, maximum: 1000 }),
    critical: Type.Optional(Type.Boolean()),
    // A page has room for four beside each other.
    levels: Type.Array(closed({ key, title: name, from: points, to: points, text }), { minItems: 2, maxItems: 4 }),
  }), { minItems: 1, maxItems: 20 }),
});
type RubricFile = Static<typeof RubricFile>;

/** The rubric of the programme in a folder; null where programme.yaml names none, and the programme then has no such key. */
export async function readRubric(folder: string, { value, lineOf }: YamlSource<ProgrammeFile>, problems: ProblemList): Promise<Rubric | null> {
  const isThere = (await listFiles(folder)).includes('rubric.yaml');
  const report = problems.in(join(folder, 'rubric.yaml'));
  if (value.rubric === undefined && isThere) report(1, 'programme.yaml does not name this file: write rubric: rubric.yaml there, or take the file away');
  if (value.rubric !== undefined && !isThere) problems.in(join(folder, 'programme.yaml'))(lineOf(['rubric']), 'there is no file rubric.yaml: write it, or take the line away');
  if (value.rubric === undefined || !isThere) return null;
  const source = await readText(join(folder, 'rubric.yaml'), report);
  return source === null ? null : readRubricFile(source, report);
}

/** Reads the text of a rubric file. What it gives is fit for use only when nothing was reported; null where it is not even such a file. */
function readRubricFile(source: string, report: Report): Rubric | null {
  const file = readYaml(source, RubricFile, report);
  if (!file) return null;
  const { value, lineOf } = file;
  checkPlainTexts(value, [], (path, message) => report(lineOf(path), message));
  checkUnique(file, ['criteria'], value.criteria, 'criterion', report);
  value.criteria.forEach((_criterion, place) => checkLevels(file, place, report));
  checkBands(file, report);
  return {
    title: typeset(value.title),
    feedbackPrompts: value.feedbackPrompts.map(typeset),
    bands: value.bands.map((band) => ({ ...band, title: typeset(band.title) })),
    criteria: value.criteria.map(({ critical = false, levels, ...criterion }) => ({
      ...criterion, critical,
      title: typeset(criterion.title),
      levels: levels.map((level) => ({ ...level, title: typeset(level.title), text: typeset(level.text) })),
    })),
  };
}

/** From the best level down, the ranges lie end to end: whatever the points, there is exactly one level that has them. */
function checkLevels(file: YamlSource<RubricFile>, place: number, report: Report): void {
  const criterion = file.value.criteria[place];
  if (!criterion) return;
  const { levels, maximum } = criterion;
  const at = (...path: YamlPath) => file.lineOf(['criteria', place, 'levels', ...path]);
  checkUnique(file, ['criteria', place, 'levels'], levels, 'level', report);
  levels.forEach(({ from, to }, index) => {
    if (from > to) report(at(index, 'from'), `this level goes from ${from} to ${to}: write the lower number first`);
    const above = levels[index - 1];
    if (!above && to !== maximum) report(at(index, 'to'), `the best level ends at ${to} and the criterion at ${maximum}: make them agree`);
    if (above && to < above.from - 1) report(at(index, 'to'), `there is a gap: no level has ${to + 1 === above.from - 1 ? `${to + 1} points` : `${to + 1} to ${above.from - 1} points`}`);
    if (above && to >= above.from) report(at(index, 'to'), `this level overlaps the one above it, which begins at ${above.from}: levels stand from the best down, and end where the one above begins`);
    if (index === levels.length - 1 && from !== 0) report(at(index, 'from'), `the lowest level begins at ${from}: it must begin at 0`);
  });
}

function checkBands(file: YamlSource<RubricFile>, report: Report): void {
  const { bands, criteria } = file.value;
  const at = (...path: YamlPath) => file.lineOf(['bands', ...path]);
  const maximum = criteria.reduce((sum, criterion) => sum + criterion.maximum, 0);
  checkUnique(file, ['bands'], bands, 'band', report);
  bands.forEach(({ from, passes }, index) => {
    const above = bands[index - 1];
    if (!above && from > maximum) report(at(index, 'from'), `nobody can reach ${from}: the criteria give ${maximum} points together`);
    if (above && from >= above.from) report(at(index, 'from'), `this band begins at ${from} and the one above it at ${above.from}: bands stand from the best down`);
    if (above && passes && !above.passes) report(at(index, 'passes'), 'this band passes and a better one does not: make them agree');
    if (index === bands.length - 1 && from !== 0) report(at(index, 'from'), `the lowest band begins at ${from}: it must begin at 0, or some grades have no band`);
  });
  if (!bands.some(({ passes }) => passes)) report(at(), 'no band passes: write passes: true at those that do');
  // A critical criterion at its lowest level needs somewhere to fall to.
  if (bands.at(-1)?.passes) report(at(bands.length - 1, 'passes'), 'the lowest band passes: then nobody can fail');
}

function checkUnique({ lineOf }: YamlSource<RubricFile>, path: YamlPath, entries: readonly { key: string; title: string }[], what: string, report: Report): void {
  entries.forEach((entry, index) => {
    for (const property of ['key', 'title'] as const) {
      const namesake = entries.findIndex((other) => other[property] === entry[property]);
      if (namesake < index) report(lineOf([...path, index, property]), `another ${what} has the ${property} "${entry[property]}" already: each has its own`);
    }
  });
}
