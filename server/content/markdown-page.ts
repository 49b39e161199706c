// What the Markdown of a page may refer to, handed to every rule of the Markdown reader.
import type { Env } from 'markdown-it';
import type { Figure } from './figure.ts';
import type { Report } from './problems.ts';

export type MarkdownPage = {
  /** Keys of the reading list, in order: `[^key]` shows the number of the entry and leads to the id `ref-KEY`. */
  readingKeys: readonly string[];
  /** The drawings of the programme by name; null for one that is there but has problems of its own. */
  figures: ReadonlyMap<string, Figure | null>;
  /** Keys of the glossary: `[run charts](term:run-chart)` leads to the word there. */
  terms: ReadonlySet<string>;
  /** Notes a problem; lines are those of the parsed text. */
  report: Report;
};

/** The page that a parse or a rendering is for: markdown-it hands its environment through untyped. */
export function pageOf(env: Env | undefined): MarkdownPage {
  return (env as { page: MarkdownPage }).page;
}
