// The mail of the demo's past: what the calendar wrote, a message to the learner who has been away, and that all of it went.
import { randomBytes } from 'node:crypto';
import type { Pool } from 'pg';
import { run, toInstant } from '../../server/database.ts';
import { queueCalendarMail, sendMail } from '../../server/features/mail/actions.ts';
import { nudge } from '../../server/features/mail/decisions.ts';
import { findLearnerFor } from '../../server/features/mail/queries.ts';
import type { Queues } from '../../server/queues.ts';
import { createSealing } from '../../server/sealing.ts';
import { demoViewer, momentsOf } from './place.ts';
import type { DemoPlace } from './place.ts';

/** The demo's past is over: nobody is to work on it now. */
export const noQueues: Pick<Queues, 'add'> = { add: async () => {} };

/** Queues what the calendar said on the first day and the last Saturday of each week that began before `now`. */
export async function queueDemoCalendarMail(sql: Pool, place: DemoPlace, now: Temporal.Instant): Promise<void> {
  const at = momentsOf(place.cohort);
  const moments = [0, 5, 7, 12, 14, 19, 21, 26, 28].map((day) => at(day, '09:05'));
  for (const moment of moments) if (Temporal.Instant.compare(moment, now) < 0) await queueCalendarMail(sql, noQueues, moment);
}

/** A message of faculty (`sender`) to the learner who was last here more than a week before. */
export async function queueDemoNudge(sql: Pool, place: DemoPlace, sender: string): Promise<void> {
  const personId = place.people.get('lukasz')?.id;
  if (personId === undefined) return;
  const viewer = demoViewer(place, sender);
  await nudge({ pool: sql, queues: noQueues }, viewer, await findLearnerFor(sql, viewer, personId), [
    'Dear Łukasz, we missed you on the second and third day in Harbour Road, and the discussion misses your four villages.',
    'Is it the rota, or something else? Nothing is lost: week 2 takes about two hours, and I can give you more time for the rest. Ring me or write in the course, whichever is easier.',
  ], momentsOf(place.cohort)(23, '11:20'));
}

const listWaiting = { name: 'demo-waiting-mail', text: `select id, queued_at as "queuedAt" from mail where cohort_id = $1 and state = 'waiting' order by queued_at, id` };

/** Lets every mail that waits go when it was queued, as if the hospital’s mail server had taken it. Nothing leaves this machine. */
export async function letDemoMailGo(sql: Pool, { cohort }: DemoPlace, publicUrl: string): Promise<void> {
  const mailer = { send: async () => ({ outcome: 'sent' as const }), close: () => {} };
  const sealing = createSealing(randomBytes(32).toString('base64url'));   // nobody will open these letters
  const weekCounts = new Map<string, number>();
  for (const { id, queuedAt } of await run<{ id: string; queuedAt: string }>(sql, listWaiting, [cohort.id])) {
    const now = toInstant(queuedAt).add({ seconds: 20 });
    await sendMail({ sql, mailer, sealing, clock: () => now, publicUrl, weekCounts }, id);
  }
}
