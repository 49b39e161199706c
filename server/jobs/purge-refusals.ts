// What tells of refused requests goes after ninety days.
import { purgeRefusals } from '../features/launch/actions.ts';
import { runJob } from './run-job.ts';

await runJob(async ({ sql, now }) => `${await purgeRefusals(sql, now)} refusals purged`);
