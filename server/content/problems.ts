// What is wrong with course material, collected so that a writer sees everything at once.
import { relative, sep } from 'node:path';

export type Problem = { file: string; line: number; message: string };

/** Notes a problem at a line (1-based) of a file that the caller has fixed. */
export type Report = (line: number, message: string) => void;

/** Course material that cannot be used. The message has one line for each problem: `file:line: what is wrong and what to do`. */
export class ContentError extends Error {
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(problems.map((problem) => `${problem.file}:${problem.line}: ${problem.message}`).join('\n'));
    this.name = 'ContentError';
    this.problems = problems;
  }
}

/** The problems found so far, over all files of a programme. */
export class ProblemList {
  readonly #problems = new Map<string, Problem>();

  /** Gives the function that notes problems of this file; its path is shown relative to the working directory. */
  in(path: string): Report {
    const file = relative(process.cwd(), path).split(sep).join('/');
    // The same sentence about the same line is said once, however many rules come upon it.
    return (line, message) => { this.#problems.set(`${file}:${line}:${message}`, { file, line, message }); };
  }

  /** Throws ContentError, in order of file and line, when anything was noted. */
  throwIfAny(): void {
    if (this.#problems.size === 0) return;
    const inOrder = [...this.#problems.values()].toSorted((a, b) => (a.file === b.file ? a.line - b.line : a.file < b.file ? -1 : 1));
    throw new ContentError(inOrder);
  }
}
