// One-time links, of administrators and of registrations, go thirty days after their end.
import { purgeSignInLinks } from '../features/people/actions.ts';
import { purgeRegistrationLinks } from '../features/registration/actions.ts';
import { runJob } from './run-job.ts';

await runJob(async ({ sql, now }) => `${await purgeSignInLinks(sql, now)} sign-in links and ${await purgeRegistrationLinks(sql, now)} registration links purged`);
