// Whether the demo's data is there. Apart from what makes it, which takes as long to load as a server to start.
import { openPool, run } from '../../server/database.ts';
import type { Sql } from '../../server/database.ts';
import { joinEmbeddedPostgres } from '../../server/embedded-postgres.ts';
import type { Platform } from '../practice-lms/platform.ts';

const findRegistration = { name: 'find-demo-registration', text: 'select 1 from platform_registration where issuer = $1 and client_id = $2' };

/** Whether an earlier run has registered this practice LMS, and with that filled in its course. */
export async function isFilled(sql: Sql, { issuer, tools: [tool] }: Platform): Promise<boolean> {
  return (await run(sql, findRegistration, [issuer, tool?.clientId])).length > 0;
}

/** As `isFilled`, for the data folder of a server that runs. */
export async function isDemoFilled({ dataDir, platform }: { dataDir: string; platform: Platform }): Promise<boolean> {
  const database = await joinEmbeddedPostgres({ dataDir });
  if (!database) throw new Error('The server ended before the demo could look at its data.');
  const pool = openPool(database.url, { poolSize: 1 });
  try {
    return await isFilled(pool, platform);
  } finally {
    await pool.end();
  }
}
