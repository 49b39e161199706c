// Login attempts that are an hour past their time mean nothing to anybody.
import { purgeLoginAttempts } from '../features/launch/actions.ts';
import { runJob } from './run-job.ts';

await runJob(async ({ sql, now }) => `${await purgeLoginAttempts(sql, now)} login attempts purged`);
