// The timetable of recurring work: job name → when. Each is a file of this folder, run in a thread of its own.
import Bree from 'bree';
import type { FastifyBaseLogger } from 'fastify';
import type { JobSettings } from './run-job.ts';

/** `path` is for jobs that are not a file of this folder; `atOnce` begins with the process and not an interval later. */
export type Timetable = readonly { name: string; interval: string | number; path?: string; atOnce?: boolean }[];

const usual: Timetable = [
  // The one that lasts: while it runs an interval does nothing, and after a crash it begins anew.
  { name: 'drain-queues', interval: '30s', atOnce: true },
  // Often, for each course has its own minute of the night, and whoever was switched off by night catches up.
  { name: 'request-rosters', interval: '10m' },
  // Often, so that the week is told as it opens, wherever a cohort's midnight is.
  { name: 'queue-mail', interval: '10m' },
  { name: 'purge-login-attempts', interval: '10m' },
  // Hourly, because an interval begins at the start: a server that is restarted every night would never see the end of a day.
  { name: 'purge-sign-ins', interval: '1h' },
  { name: 'purge-links', interval: '1h' },
  { name: 'purge-refusals', interval: '1h' },
  { name: 'rotate-tool-keys', interval: '1h' },
];

export type JobsOptions = JobSettings & {
  log: Pick<FastifyBaseLogger, 'info' | 'error'>;
  timetable?: Timetable;
  /** Milliseconds that `stop` waits: a running job that ignores `cancel` would hold up the end for ever. */
  patience?: number;
};

/** Starts the timetable. `stop` cancels running jobs, and ends those that do not listen after thirty seconds. */
export async function startJobs({ log, timetable = usual, patience = 30_000, databaseUrl, secretKey, allowLocalPlatforms, publicUrl, smtp = null }: JobsOptions): Promise<{ stop: () => Promise<void> }> {
  let stopping = false;
  const bree = new Bree({
    root: import.meta.dirname,
    doRootCheck: false,
    defaultExtension: 'ts',
    acceptedExtensions: ['.ts'],
    timezone: 'UTC',
    logger: false,
    jobs: timetable.map(({ atOnce, ...job }) => ({ ...job, timeout: atOnce ? 0 : false as const })),
    // Settings go by workerData and not by the environment: there are secrets among them.
    worker: { workerData: { databaseUrl, secretKey, allowLocalPlatforms, publicUrl, smtp } satisfies JobSettings, execArgv: [] },
    // Bree ends a job that it cancels, and calls that an error.
    errorHandler: (error, details) => { if (!stopping) log.error({ err: error, job: details?.name }, 'job failed'); },
    workerMessageHandler: ({ name, message }: { name: string; message: unknown }) => {
      if (typeof message === 'object' && message !== null && 'complaint' in message) log.error({ job: name, stack: message.complaint }, 'part of a job failed');
      // Bree looks at one message alone after it has said `cancel`, which may be the job's last line.
      else if (message === 'cancelled') void bree.workers.get(name)?.terminate();
      else if (message !== 'done') log.info({ job: name }, String(message));
    },
  });
  await bree.start();
  return {
    stop: async () => {
      stopping = true;
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([bree.stop(), new Promise((resolve) => { timer = setTimeout(resolve, patience); })]);
      clearTimeout(timer);
      // Whoever did not listen is ended; its transaction rolls back.
      await Promise.all([...bree.workers.values()].map((worker) => worker.terminate()));
    },
  };
}
