// Queues what the calendar says: that a week has opened, and that one is about to end. It is sent by drain-queues.
import { queueCalendarMail } from '../features/mail/actions.ts';
import { openQueues } from '../queues.ts';
import { runJob } from './run-job.ts';

await runJob(async ({ sql, now }) => {
  const queues = await openQueues(sql);
  try {
    return `${await queueCalendarMail(sql, queues, now)} mails queued`;
  } finally {
    await queues.close();
  }
});
