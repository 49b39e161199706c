// Front matter: the YAML between two lines of --- with which a Markdown file begins.
import type { Static, TSchema } from 'typebox';
import type { Report } from './problems.ts';
import { readYaml } from './yaml-source.ts';
import type { YamlSource } from './yaml-source.ts';

/** `body`: the lines of the file, empty ones in place of the front matter, so that line numbers stay true. `bodyLine`: where it begins. */
export type MatterFile<T> = { matter: YamlSource<T>; body: string[]; bodyLine: number };

/** Parts a file into its front matter, checked against `schema`, and its body; null, after saying why, when it has none that is sound. */
export function readFrontMatter<T extends TSchema>(source: string, schema: T, report: Report): MatterFile<Static<T>> | null {
  const lines = source.split('\n');
  const end = lines.indexOf('---', 1);
  if (lines[0] !== '---' || end < 0) {
    report(1, 'the file must begin with front matter: YAML between two lines of ---');
    return null;
  }
  const matter = readYaml(lines.slice(1, end).join('\n'), schema, report, 1);
  return matter && { matter, body: [...lines.slice(0, end + 1).map(() => ''), ...lines.slice(end + 1)], bodyLine: end + 2 };
}
