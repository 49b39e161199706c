// Asks for the rosters that are due: each course's once a night. They are read by drain-queues.
import { requestNightlyRosters } from '../features/rosters/actions.ts';
import { openQueues } from '../queues.ts';
import { runJob } from './run-job.ts';

await runJob(async ({ sql, now }) => {
  const queues = await openQueues(sql);
  try {
    return `${await requestNightlyRosters(sql, queues, now)} rosters asked for`;
  } finally {
    await queues.close();
  }
});
