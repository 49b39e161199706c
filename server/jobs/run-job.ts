// What every job stands on: its database, the time, a word at the end, and an answer when it is told to stop.
import { parentPort, workerData } from 'node:worker_threads';
import type { Pool } from 'pg';
import { openOrm, sqlPool } from '../database.ts';

export type JobTools = { sql: Pool; now: Temporal.Instant };

/** Runs one job in this thread; what it returns is the line that is logged. Errors end the thread and are logged by Bree. */
export async function runJob(work: (tools: JobTools) => Promise<string>): Promise<void> {
  const { databaseUrl } = jobData(workerData);
  parentPort?.once('message', (message) => {
    if (message === 'cancel') parentPort?.postMessage('cancelled');
  });
  const orm = openOrm(databaseUrl, { poolSize: 2 });
  try {
    parentPort?.postMessage(await work({ sql: await sqlPool(orm), now: Temporal.Now.instant() }));
  } finally {
    await orm.close();
  }
  parentPort?.postMessage('done');
}

/** Bree hands over the job's own settings around ours. */
function jobData(data: unknown): { databaseUrl: string } {
  const given = data as { databaseUrl?: unknown; job?: { worker?: { workerData?: { databaseUrl?: unknown } } } } | null;
  const databaseUrl = given?.databaseUrl ?? given?.job?.worker?.workerData?.databaseUrl;
  if (typeof databaseUrl !== 'string') throw new Error('a job was started without a database');
  return { databaseUrl };
}
