/** Keeps PostgreSQL running while its owner lives: one that ends by itself (killed, out of memory) is started again. */
import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { haltPostgres } from './cluster.ts';

/** Before the first try, the second…; the last holds for all that follow. */
const secondsBefore = [0, 1, 2, 5, 10, 20, 30];
/** One that ran this long is sound: when it ends after that, the first try comes at once again. */
const secondsToBeSound = 60;

export interface Supervision {
  /** One try; gives up, and leaves no process, when the signal is aborted. */
  startAgain: (signal: AbortSignal) => Promise<ChildProcess>;
  /** Takes one plain line at a time. */
  log: (line: string) => void;
  /** PostgreSQL's own log, for the line that says it has ended. */
  logFile: string;
}

export interface Supervised {
  /** Ends PostgreSQL, also in the middle of a start, and no other follows. */
  stop: (how: 'fast' | 'after its guests') => Promise<void>;
}

/**
 * Watches over a PostgreSQL that runs. When it ends, it is started again: at once, then after growing waits, for ever,
 * each time with a line for the operator. Keeps no process alive that has nothing else to do.
 */
export function keepRunning(first: ChildProcess, { startAgain, log, logFile }: Supervision): Supervised {
  const stopping = new AbortController();
  const { signal } = stopping;
  let postgres = first;
  let restart = Promise.resolve();
  let tries = 0;

  const watch = () => {
    const since = performance.now();
    postgres.once('exit', (code, killedBy) => {
      if (signal.aborted) return;
      if (performance.now() - since > secondsToBeSound * 1000) tries = 0;
      restart = bringBack(`The embedded PostgreSQL ended unexpectedly (${killedBy ?? code}); see ${logFile}.`);
    });
  };

  const bringBack = async (whatHappened: string) => {
    for (let news = whatHappened; !signal.aborted;) {
      const wait = secondsBefore[Math.min(tries, secondsBefore.length - 1)]!;
      tries += 1;
      log(`${news} ${wait === 0 ? 'Starting it again.' : `Starting it again in ${wait} s.`}`);
      try {
        await sleep(wait * 1000, undefined, { signal, ref: false });
        postgres = await startAgain(signal);
        watch();
        if (!signal.aborted) log('The embedded PostgreSQL runs again.');
        return;
      } catch (error) {
        news = withFullStop((error as Error).message);   // of no interest when stop() was the reason: the loop ends
      }
    }
  };

  watch();
  return {
    async stop(how) {
      stopping.abort();
      await restart;
      await haltPostgres(postgres, how);
    },
  };
}

function withFullStop(line: string): string {
  return line.endsWith('.') ? line : `${line}.`;
}
