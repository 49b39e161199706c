// How a process of ours ends: in order, at the first signal.
import closeWithGrace from 'close-with-grace';
import type { Logger } from 'pino';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * One Ctrl-C comes twice: from the terminal, which sends it to everybody in front of it, and from npm, which passes on
 * what it gets; so do systemd's signals. Whatever comes within this time is the same stop. After it a second one is
 * somebody who will not wait, and ends the process at once.
 */
const oneStopMs = 2_000;

/** At the first signal, or an error that nobody caught, does `work` for forty seconds at most, then ends the process. */
export function stopWithGrace(log: Logger, work: (why: { err?: Error }) => Promise<void>): void {
  closeWithGrace({ delay: 40_000, logger: log }, async ({ err }) => {
    takeAsOne();
    await work(err ? { err } : {});
  });
}

/** close-with-grace has just begun to listen for a second signal: it hears none for a while. */
function takeAsOne(): void {
  const ignore = (): void => {};
  for (const signal of signals) {
    const impatient = process.listeners(signal);
    process.removeAllListeners(signal).on(signal, ignore);
    setTimeout(() => {
      for (const listener of impatient) process.on(signal, listener);
      process.off(signal, ignore);
    }, oneStopMs).unref();
  }
}
