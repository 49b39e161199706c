// Where the reading of a roster begins: whoever wants one leaves a row here and a job that wakes somebody to do it.
// Reading is features/rosters.
import { run } from './database.ts';
import type { Sql } from './database.ts';
import type { NewJob, Queues } from './queues.ts';

// The job's lane is the registration: an LMS is asked for one roster at a time, and one that hangs keeps nobody else's waiting.
const requestStatement = {
  name: 'request-roster',
  text: `
    with wanted as (
      insert into roster_sync as s (context_id, requested_at)
      select c.id, $2 from context c where c.id = $1 and c.memberships_url is not null
      on conflict (context_id) do update set waiting = true, attempts = 0, requested_at = excluded.requested_at
        where s.lease_until is null or s.lease_until <= $2
      returning context_id
    )
    select d.registration_id as "registrationId" from wanted w join context c on c.id = w.context_id join deployment d on d.id = c.deployment_id`,
};

/**
 * Has the roster of a course read soon; does nothing for a course whose LMS offers none, or whose roster is being read.
 * May stand in a transaction: row and job come with it.
 * @returns whether it was noted
 */
export async function requestRoster({ sql, queues }: { sql: Sql; queues: Pick<Queues, 'add'> }, contextId: string, now: Temporal.Instant): Promise<boolean> {
  const [wanted] = await run<{ registrationId: string }>(sql, requestStatement, [contextId, String(now)]);
  if (wanted) await queues.add(sql, 'read-roster', [rosterJob({ contextId, ...wanted }, { urgent: true })]);
  return wanted !== undefined;
}

/**
 * The job that reads a roster.
 * @param urgent somebody waits for it: it goes at once, beside a job of the same course that has been told to wait
 */
export function rosterJob({ contextId, registrationId }: { contextId: string; registrationId: string }, { urgent = false }: { urgent?: boolean } = {}): NewJob<'read-roster'> {
  return { key: urgent ? `${contextId} now` : contextId, data: { contextId }, lane: { id: registrationId, oneByOne: true } };
}
