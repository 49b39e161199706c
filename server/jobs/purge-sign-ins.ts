// Sign-ins end after twelve idle hours; their rows go thirty days later, when nobody asks about them any more.
import { purgeSignIns } from '../features/people/actions.ts';
import { runJob } from './run-job.ts';

await runJob(async ({ sql, now }) => `${await purgeSignIns(sql, now)} sign-ins purged`);
