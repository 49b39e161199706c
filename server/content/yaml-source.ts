// YAML checked against a schema, with every problem at its line.
import { Settings } from 'typebox/system';
import { Value } from 'typebox/value';
import { LineCounter, isMap, isNode, isScalar, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type { Static, TSchema } from 'typebox';
import type { Report } from './problems.ts';

export type YamlPath = readonly (string | number)[];

/** A checked YAML text: its value, and the line on which the value at a path stands. */
export type YamlSource<T> = { value: T; lineOf: (path: YamlPath) => number };

type SchemaError = ReturnType<typeof Value.Errors>[number];

/**
 * Reads YAML 1.2 (`yaml` package) and checks it against a schema.
 * `linesBefore` is the number of lines of the file that stand before this text (front matter begins on line 2).
 * Gives null when anything is wrong, after reporting all of it.
 */
export function readYaml<T extends TSchema>(source: string, schema: T, report: Report, linesBefore = 0): YamlSource<Static<T>> | null {
  let isSound = true;
  const problem: Report = (line, message) => { isSound = false; report(line, message); };

  source.split('\n').forEach((line, index) => {
    if (line.includes('\t')) problem(index + 1 + linesBefore, 'there is a tab in this line: YAML is indented with spaces');
  });
  const counter = new LineCounter();
  const document = parseDocument(source, { lineCounter: counter, prettyErrors: false });
  const lineAt = (offset: number) => Math.max(counter.linePos(offset).line, 1) + linesBefore;
  // A tab breaks the indentation too: said once is enough.
  if (!isSound) return null;
  for (const fault of [...document.errors, ...document.warnings]) {
    problem(lineAt(fault.pos[0]), `this is not YAML: ${fault.message} (quote a text that holds ": ", or begin it with >-)`);
  }
  if (!isSound) return null;

  const value: unknown = document.toJS();
  const lineOf = (path: YamlPath) => lineAt(offsetOf(document, path));
  if (!checkPart(schema, value, [], lineOf, problem)) isSound = false;
  // The schema has just been checked: this is the only place where the type is taken on trust.
  return isSound ? { value: value as Static<T>, lineOf } : null;
}

/**
 * Checks one part of a YAML text against a schema of its own, as where the kind of an entry decides what it may hold.
 * `path` is where the part stands. Gives whether it is sound; everything that is wrong is reported.
 */
export function checkPart(schema: TSchema, value: unknown, path: YamlPath, lineOf: (path: YamlPath) => number, report: Report): boolean {
  const errors = allErrors(schema, value);
  for (const error of errors) describe(error, value, path, lineOf, report);
  return errors.length === 0;
}

/** Texts of YAML are printed as they stand, so Markdown or HTML in them would show its signs: reports each text that holds some. */
export function checkPlainTexts(value: unknown, path: YamlPath, problem: (path: YamlPath, message: string) => void): void {
  if (typeof value === 'string') {
    if (/\*\S|\]\(|`|<\/?[a-z]+>/i.test(value)) problem(path, 'this text is printed as it stands: take the Markdown or HTML signs away');
  } else if (value !== null && typeof value === 'object') {
    for (const [key, inner] of Object.entries(value)) checkPlainTexts(inner, [...path, Array.isArray(value) ? Number(key) : key], problem);
  }
}

/** TypeBox stops after eight errors unless told otherwise; a writer wants them all. */
function allErrors(schema: TSchema, value: unknown): SchemaError[] {
  // To look for errors takes several times as long as to see that there are none.
  if (Value.Check(schema, value)) return [];
  const { maxErrors } = Settings.Get();
  try {
    Settings.Set({ maxErrors: 1000 });
    return Value.Errors(schema, value);
  } finally {
    Settings.Set({ maxErrors });
  }
}

/** Where the value at a path begins: at its key when it has one. When the path leads nowhere, at its nearest parent. */
function offsetOf(document: Document, path: YamlPath): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = document.getIn(path.slice(0, depth - 1), true);
    const name = path[depth - 1];
    const pair = isMap(parent) ? parent.items.find((item) => isScalar(item.key) && String(item.key.value) === String(name)) : undefined;
    if (pair && isNode(pair.key)) return pair.key.range?.[0] ?? 0;
    const node = document.getIn(path.slice(0, depth), true);
    if (isNode(node)) return node.range?.[0] ?? 0;
  }
  return isNode(document.contents) ? document.contents.range?.[0] ?? 0 : 0;
}

function describe(error: SchemaError, value: unknown, base: YamlPath, lineOf: (path: YamlPath) => number, problem: Report): void {
  const inner = error.instancePath.split('/').slice(1).map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  const path = [...base, ...inner];
  const name = nameOf(path);
  const orNull = /\/anyOf\/\d+$/.test(error.schemaPath) ? ', or null' : '';
  switch (error.keyword) {
    // These repeat what the error beside them says better.
    case 'boolean': case 'anyOf': return;
    case 'required':
      for (const missing of error.params.requiredProperties) problem(lineOf(path), `${nameOf([...path, missing])} is missing: add it`);
      return;
    case 'additionalProperties':
      for (const extra of error.params.additionalProperties) {
        problem(lineOf([...path, extra]), `there is no key ${extra}${path.length > 0 ? ` in ${name}` : ''}: correct its name or take it away`);
      }
      return;
    case 'type':
      if (error.params.type === 'null') return;
      return problem(lineOf(path), `${name} must be ${TYPE_NAMES[String(error.params.type)] ?? String(error.params.type)}${orNull}${hint(inner, value, error)}`);
    case 'pattern': case 'minLength':
      return problem(lineOf(path), `${name} ${patternAdvice(path)}`);
    case 'enum':
      return problem(lineOf(path), `${name} must be one of ${error.params.allowedValues.join(', ')}`);
    case 'minItems':
      return problem(lineOf(path), `${name} needs at least ${error.params.limit} ${error.params.limit === 1 ? 'entry' : 'entries'}`);
    case 'maxItems':
      return problem(lineOf(path), `${name} may have at most ${error.params.limit} entries`);
    default:
      return problem(lineOf(path), `${name} ${error.message}`);
  }
}

const TYPE_NAMES: Record<string, string> = {
  string: 'a text', integer: 'a whole number', array: 'a list (lines that begin with "- ")', object: 'a group of keys', number: 'a number', boolean: 'true or false',
};

/** A path in words: `weeks[2].title`, counting from 1 as people do. */
function nameOf(path: YamlPath): string {
  const name = path.map((part) => (/^\d+$/.test(String(part)) ? `[${Number(part) + 1}]` : `.${part}`)).join('').replace(/^\./, '');
  return name === '' ? 'the file' : name;
}

function hint(path: YamlPath, value: unknown, error: SchemaError): string {
  const found = path.reduce<unknown>((inner, part) => (inner as Record<string, unknown> | null)?.[part], value);
  if (error.keyword !== 'type' || error.params.type !== 'string') return '';
  if (typeof found === 'number' || typeof found === 'boolean') return ': put it in quotes';
  return typeof found === 'object' && found !== null ? ': quote it when it holds ": "' : '';
}

function patternAdvice(path: YamlPath): string {
  if (path.at(-2) === 'cards') return 'must name a card file such as cards/04-plot-it-first.md';
  switch (path.at(-1)) {
    case 'key': return 'must be words in small letters joined by hyphens (kebab-case)';
    case 'material': return 'must name a week file such as weeks/02-the-aim.md, or be null';
    case 'notes': return 'must name a file such as workshops/the-workshops-key.md';
    case 'starts': return 'must be a time such as "14:00", in quotes';
    case 'check': return 'must name a check file such as checks/02-the-aim.yaml, or be null';
    case 'plan': return 'must be plan.yaml, or null';
    case 'file': case 'captions': return 'must name a file in media/ (captions end in .vtt), or be null';
    case 'url': return 'must be an address that begins with https://';
    default: return 'is empty: write it';
  }
}
