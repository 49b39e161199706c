// Hears what platforms tell us outside of any launch, and asks them to.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { noticeTypes, putNoticeHandler } from '../../lti/notices.ts';
import type { Notice } from '../../lti/notices.ts';
import type { PlatformServices } from '../../lti/services-http.ts';
import type { Queues, Worked } from '../../queues.ts';
import { findOptionalNoticeService } from './queries.ts';

/** repeated: it was heard before. copy-unknown-origin: the course was copied from none of ours in that organisation (rule 92). */
export type NoticeOutcome = 'noted' | 'copy-noted' | 'copy-unknown-origin' | 'ignored' | 'repeated' | 'deployment.unknown';

const findDeployment = {
  name: 'deployment-of-notice',
  text: 'select id, organisation_id as "organisationId" from deployment where registration_id = $1 and deployment_id = $2 and organisation_id is not null',
};
const insertNotice = {
  name: 'insert-notice',
  text: `insert into notice (registration_id, notice_id, nonce, type, received_at, outcome) values ($1, $2, $3, $4, $5, 'noted') on conflict do nothing returning notice_id`,
};
const noteOutcome = { name: 'note-notice-outcome', text: 'update notice set outcome = $3 where registration_id = $1 and notice_id = $2' };

/**
 * Hears one verified notice, once: by its id and by its nonce (rule 91).
 */
export async function hearNotice(pool: Pool, registrationId: string, notice: Notice, now: Temporal.Instant): Promise<NoticeOutcome> {
  return inTransaction(pool, async (sql) => {
    const [deployment] = await run<{ id: string; organisationId: string }>(sql, findDeployment, [registrationId, notice.deploymentId]);
    if (!deployment) return 'deployment.unknown';
    const heard = await run(sql, insertNotice, [registrationId, notice.id, notice.nonce, notice.type.slice(0, 100), String(now)]);
    if (heard.length === 0) return 'repeated';
    const { content } = notice;
    const outcome = content.kind === 'context-copy' ? await noteCopy(sql, { registrationId, deployment, content }, now) : content.kind === 'hello-world' ? 'noted' : 'ignored';
    if (outcome !== 'noted') await run(sql, noteOutcome, [registrationId, notice.id, outcome]);
    return outcome;
  });
}

// A copy of a copy that nobody has decided about yet comes from where that came from.
const findOrigin = {
  name: 'origin-of-copy',
  text: `
    select coalesce(case when o.cohort_id is not null then o.id end, y.origin_id) as id
      from deployment d join context o on o.deployment_id = d.id left join context_copy y on y.context_id = o.id
     where d.registration_id = $1 and d.organisation_id = $2 and o.context_id = any($3::varchar[])
       and not (o.deployment_id = $4 and o.context_id = $5) and (o.cohort_id is not null or y.origin_id is not null)
     order by array_position($3::varchar[], o.context_id), o.created_at limit 1`,
};
const upsertContext = {
  name: 'context-of-copy',
  text: `insert into context as c (deployment_id, context_id, title, label, created_at) values ($1, $2, $3, $4, $5)
         on conflict (deployment_id, context_id) do update set title = coalesce(excluded.title, c.title), label = coalesce(excluded.label, c.label)
         returning id, cohort_id as "cohortId"`,
};
const insertCopy = {
  name: 'insert-context-copy',
  text: `insert into context_copy (context_id, origin_id, source, noticed_at) values ($1, $2, 'notice', $3) on conflict (context_id) do nothing`,
};

/** Nothing is copied: faculty of the new course are asked what it is when they come (features/cohorts). */
async function noteCopy(
  sql: Sql,
  { registrationId, deployment, content: { context, origins } }: { registrationId: string; deployment: { id: string; organisationId: string }; content: Extract<Notice['content'], { kind: 'context-copy' }> },
  now: Temporal.Instant,
): Promise<'copy-noted' | 'copy-unknown-origin' | 'ignored'> {
  const [origin] = await run<{ id: string }>(sql, findOrigin, [registrationId, deployment.organisationId, origins, deployment.id, context.id]);
  if (!origin) return 'copy-unknown-origin';
  const [copy] = await run<{ id: string; cohortId: string | null }>(sql, upsertContext, [deployment.id, context.id, context.title, context.label, String(now)]);
  // Somebody has already decided what it is.
  if (!copy || copy.cohortId !== null) return 'ignored';
  await run(sql, insertCopy, [copy.id, origin.id, String(now)]);
  return 'copy-noted';
}

const noteRegistered = { name: 'note-notices-registered', text: 'update deployment set notices_registered_at = $2, notices_problem = null where id = $1' };
const noteProblem = { name: 'note-notices-problem', text: 'update deployment set notices_problem = $2 where id = $1' };

/**
 * Asks a deployment's platform for the notices that we understand.
 * @param handler the address of ours that takes them
 * @throws what the database throws
 */
export async function registerNoticeHandlers({ sql, services }: { sql: Sql; services: PlatformServices }, deploymentId: string, handler: string, now: Temporal.Instant): Promise<Worked> {
  const place = await findOptionalNoticeService(sql, deploymentId);
  if (!place) return { outcome: 'done' };
  // A platform that does not say what it offers is asked for everything.
  const wanted = noticeTypes.filter((type) => place.types.length === 0 || place.types.includes(type));
  for (const type of wanted) {
    const put = await putNoticeHandler(services, place.registration, place.serviceUrl, { type, handler });
    if (put.outcome === 'done') continue;
    await run(sql, noteProblem, [deploymentId, put.code]);
    return put.outcome === 'retry' ? { outcome: 'again', inSeconds: put.retryAfterSeconds ?? 15 * 60 } : { outcome: 'done' };
  }
  await run(sql, noteRegistered, [deploymentId, String(now)]);
  return { outcome: 'done' };
}

const insertRefusal = {
  name: 'audit-refused-notice',
  text: `insert into audit_event (at, action, reason, reference, registration_id, detail) values ($1, 'notice.refused', $2, $3, $4, $5)`,
};

/** The audit row that a refused notice leaves. */
export async function auditRefusedNotice(sql: Sql, { reason, reference, registrationId, detail }: { reason: string; reference: string; registrationId: string | null; detail: object }, now: Temporal.Instant): Promise<void> {
  await run(sql, insertRefusal, [String(now), reason, reference, registrationId, JSON.stringify(detail)]);
}

const unregisteredStatement = {
  name: 'deployments-without-handlers',
  text: `select d.id, d.registration_id as "registrationId" from deployment d
          where d.notices_url is not null and d.notices_registered_at is null and d.notices_problem is null and d.organisation_id is not null limit 500`,
};

/** Leaves a job for every deployment that takes handlers and has none of ours yet. */
export async function wakeForgottenNotices({ sql, queues }: { sql: Sql; queues: Pick<Queues, 'add'> }): Promise<void> {
  const forgotten = await run<{ id: string; registrationId: string }>(sql, unregisteredStatement, []);
  await queues.add(sql, 'register-notices', forgotten.map(({ id, registrationId }) => ({ key: id, data: { deploymentId: id }, lane: { id: registrationId, oneByOne: true } })));
}
