// The timetable of recurring work: job name → when. Each is a file of this folder, run in a thread of its own.
import Bree from 'bree';
import type { FastifyBaseLogger } from 'fastify';

const timetable = [
  { name: 'purge-login-attempts', interval: '10m' },
  { name: 'purge-sign-ins', interval: '24h' },
];

/** A running job that ignores `cancel` would hold up the end for ever. */
const patience = 30_000;

/** Starts the timetable. `stop` waits for running jobs, thirty seconds at most. */
export async function startJobs({ databaseUrl, log }: { databaseUrl: string; log: FastifyBaseLogger }): Promise<{ stop: () => Promise<void> }> {
  const bree = new Bree({
    root: import.meta.dirname,
    doRootCheck: false,
    defaultExtension: 'ts',
    acceptedExtensions: ['.ts'],
    timezone: 'UTC',
    logger: false,
    jobs: timetable.map((job) => ({ ...job, timeout: false as const })),
    // The address goes by workerData and not by the environment: with the embedded database it holds a password.
    worker: { workerData: { databaseUrl }, execArgv: [] },
    errorHandler: (error, details) => log.error({ err: error, job: details?.name }, 'job failed'),
    workerMessageHandler: ({ name, message }) => { if (message !== 'done' && message !== 'cancelled') log.info({ job: name }, String(message)); },
  });
  await bree.start();
  return {
    stop: async () => {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([bree.stop(), new Promise((resolve) => { timer = setTimeout(resolve, patience); })]);
      clearTimeout(timer);
    },
  };
}
