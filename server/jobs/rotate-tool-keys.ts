// Our signing keys follow one another: the next is published before it is needed, the last until it is needed no more.
import { rotateToolKeys } from '../features/tool-keys/actions.ts';
import { createSealing } from '../sealing.ts';
import { runJob } from './run-job.ts';

await runJob(async ({ sql, now, settings }) => {
  const { made, retired, removed } = await rotateToolKeys(sql, createSealing(settings.secretKey), null, now);
  return `tool keys: ${made === null ? 'none' : 'one'} made, ${retired} to retire, ${removed} removed`;
});
