// What every job stands on: its database, the time, a word at the end, and an answer when it is told to stop.
import { parentPort, workerData } from 'node:worker_threads';
import type { Pool } from 'pg';
import { openPool } from '../database.ts';
import type { SmtpSettings } from '../smtp.ts';

export type JobTools = {
  sql: Pool;
  now: Temporal.Instant;
  /** For jobs that go on for longer than a moment. */
  clock: () => Temporal.Instant;
  settings: JobSettings;
  /** Logs what went wrong with a part of the work, for jobs that go on all the same. */
  complain: (error: Error) => void;
  /** Says when the job is to end, for those that go on until they are told. */
  cancelled: AbortSignal;
};

/** What a job is told by the process that runs it, which alone reads the environment. */
export type JobSettings = {
  databaseUrl: string;
  /** Opens the tool's private keys (sealing.ts). */
  secretKey: string;
  allowLocalPlatforms: boolean;
  publicUrl: string;
  /** Where mail goes; null, or absent, keeps it here. */
  smtp?: SmtpSettings | null;
};

/**
 * Runs one job in this thread; what it returns is the line that is logged. Errors end the thread and are logged by Bree.
 * @param lasting it goes on until it is cancelled, and finishes what it has begun
 */
export async function runJob(work: (tools: JobTools) => Promise<string>, { lasting = false }: { lasting?: boolean } = {}): Promise<void> {
  const settings = jobSettings(workerData);
  const cancel = new AbortController();
  parentPort?.on('message', (message) => {
    if (message !== 'cancel') return;
    cancel.abort();
    // Bree ends the thread at this word: a short job's transaction rolls back, a lasting one says it when it has finished.
    if (!lasting) parentPort?.postMessage('cancelled');
  });
  const sql = openPool(settings.databaseUrl, { poolSize: 2 });
  const clock = () => Temporal.Now.instant();
  // To Bree, the first word after `cancel` is the answer to it: a lasting job says nothing else from then on.
  const say = (word: unknown) => { if (!lasting || !cancel.signal.aborted) parentPort?.postMessage(word); };
  const complain = (error: Error) => { say({ complaint: error.stack ?? String(error) }); };
  try {
    say(await work({ sql, now: clock(), clock, settings, cancelled: cancel.signal, complain }));
  } finally {
    await sql.end();
  }
  parentPort?.postMessage(lasting && cancel.signal.aborted ? 'cancelled' : 'done');
}

/** Bree hands over the job's own settings around ours. */
function jobSettings(data: unknown): JobSettings {
  const given = data as { databaseUrl?: unknown; job?: { worker?: { workerData?: unknown } } } | null;
  const settings = given?.databaseUrl === undefined ? given?.job?.worker?.workerData : given;
  if (typeof (settings as { databaseUrl?: unknown } | undefined)?.databaseUrl !== 'string') throw new Error('a job was started without a database');
  return settings as JobSettings;
}
