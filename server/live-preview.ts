// The live preview of `npm run dev`: what an author saves is what the open page shows, and what is wrong with it is said.
import { randomUUID } from 'node:crypto';
import { followProgramme } from './content/follow.ts';
import { programmeHash } from './content/library.ts';
import type { Problem } from './content/problems.ts';
import type { Programme } from './content/programme.ts';
import type { Preview, PreviewState } from './plugins/preview.ts';
import type { Programmes } from './plugins/programmes.ts';

export type LivePreview = Preview & {
  folder: string;
  /** The programme, as soon as the folder holds one without a problem. */
  load: () => Promise<Programme>;
  /** From now on keeps `programmes.current` as the folder has it. */
  follow: (programmes: Programmes) => void;
  say: (line: string) => void;
  close: () => void;
};

/** @param say writes a line to the author's terminal */
export function createLivePreview(folder: string, say: (line: string) => void): LivePreview {
  const ending = new AbortController();
  const readings = followProgramme(folder, ending.signal);
  const listeners = new Set<(state: PreviewState) => void>();
  // A new process has other templates and rules perhaps, so its pages are other pages.
  const process = randomUUID();
  let state: PreviewState = { version: process, problems: [] };

  async function load(): Promise<Programme> {
    for (;;) {
      const { value } = await readings.next();
      if (!value) throw new Error('The preview ended before the course material was right.');
      if ('programme' in value) return value.programme;
      sayProblems(value.problems);
      say('The server starts as soon as this is put right.');
    }
  }

  async function follow(programmes: Programmes): Promise<void> {
    state = { version: `${process} ${programmes.current.id}`, problems: [] };
    for await (const reading of readings) {
      if ('programme' in reading) {
        programmes.current = { id: programmeHash(reading.programme), programme: reading.programme };
        state = { version: `${process} ${programmes.current.id}`, problems: [] };
        say('content: all well, and shown');
      } else {
        // The pages stay as they were, with what is wrong beside them.
        state = { ...state, problems: reading.problems.map(lineOf) };
        sayProblems(reading.problems);
      }
      for (const tell of listeners) tell(state);
    }
  }

  function sayProblems(problems: readonly Problem[]): void {
    say([...problems.map(lineOf), `content: ${problems.length} problem${problems.length === 1 ? '' : 's'}`].join('\n'));
  }

  return {
    folder, load, say,
    follow: (programmes) => void follow(programmes),
    state: () => state,
    subscribe: (tell) => {
      listeners.add(tell);
      return () => { listeners.delete(tell); };
    },
    close: () => ending.abort(),
  };
}

/** As `npm run content:check` says it. */
const lineOf = ({ file, line, message }: Problem): string => `${file}:${line}: ${message}`;
