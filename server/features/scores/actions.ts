// Brings scores to their grade books. The row is the truth: its lease says who is at it, its timestamp is committed before
// the platform hears of it, and only the version that was sent is noted as sent. So a process may be killed anywhere.
import type { Pool } from 'pg';
import { inTransaction, run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { gradeScopes, postScore } from '../../lti/assignment-grades.ts';
import type { GradeEndpoint, Score } from '../../lti/assignment-grades.ts';
import type { ServiceProblem } from '../../lti/service-problem.ts';
import type { PlatformServices } from '../../lti/services-http.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Queues, Worked } from '../../queues.ts';
import { deliveryJob } from '../../score-outbox.ts';
import type { WaitingScore } from '../../score-outbox.ts';
import { ensureColumn } from './line-items.ts';

export type DeliveryTools = { sql: Sql; services: PlatformServices; clock: () => Temporal.Instant };

/** Longer than a post takes. One that is later still does no harm: its timestamp is older than the next, and it notes nothing. */
const leaseSeconds = 15;
/** How often a newer version, or a platform that has a newer score, is answered at once. */
const mostRounds = 4;
const longestPauseSeconds = 30 * 60;
/** The least that a platform is left alone which asked for a pause without saying how long. */
const throttledSeconds = 5;

/**
 * Delivers what the row says now. What becomes of it stands in the row; the answer says whether the job is to come again.
 * @throws what the database throws
 */
export async function deliverScore(tools: DeliveryTools, scoreId: string): Promise<Worked> {
  for (let round = 1; round <= mostRounds; round += 1) {
    const claim = await claimScore(tools, scoreId);
    if (claim === 'nothing-to-do') return { outcome: 'done' };
    if (claim === 'busy') return { outcome: 'again', inSeconds: 2 };
    const sent = await send(tools, claim);
    if (sent.outcome === 'busy') {
      await run(tools.sql, releaseClaim, [claim.id, claim.claimedAs]);
      return { outcome: 'again', inSeconds: 2 };
    }
    if (sent.outcome === 'stale' && round < mostRounds) {
      await run(tools.sql, releaseClaim, [claim.id, claim.claimedAs]);
      continue;
    }
    if (sent.outcome === 'retry' || sent.outcome === 'stale') return putOff(tools, claim, sent);
    const state = sent.outcome === 'refused' ? await noteRefused(tools, claim, sent) : await noteSent(tools, claim, sent.outcome);
    if (state !== 'waiting') return { outcome: 'done' };
    // It changed while it was on its way: the newest goes at once.
  }
  return { outcome: 'again', inSeconds: 1 };
}

/** A row that is ours for `leaseSeconds`, with all that sending it needs. */
type Claim = {
  id: string;
  /** The timestamp as the database wrote it: whoever claims the row later has another. */
  claimedAs: string;
  timestamp: Temporal.Instant;
  version: number;
  score: Score;
  column: { lineItemId: string; url: string | null; contextId: string; resourceId: string; tag: string; target: string | null; label: string; scoreMaximum: number; lineItemsUrl: string | null };
  endpoint: GradeEndpoint;
  isConnected: boolean;
};

// A whole second later than the last, whatever the clock says (Moodle keeps seconds), and committed before anything is sent.
const claimStatement = {
  name: 'claim-score',
  text: `
    with claimed as (
      update score set timestamp = greatest(date_trunc('second', $2::timestamptz), timestamp + interval '1 second'), lease_until = $3
       where id = $1 and state = 'waiting' and (lease_until is null or lease_until <= $2)
      returning *
    )
    select s.state as known_state, k.id, k.version, k.score_given, k.score_maximum, k.comment, k.sent_comment, k.sent_score, k.activity_progress, k.grading_progress,
           k.submitted_at, k.timestamp, p.sub,
           l.id as line_item_id, l.url, l.context_id, l.resource_id, l.tag, l.target, l.label, l.score_maximum as column_maximum, c.line_items_url, c.grade_scopes,
           r.id as registration_id, r.issuer, r.client_id, r.token_url, r.token_audience, r.product_family_code, r.authentication_url, r.keyset_url, r.granted_scopes,
           r.active and r.held_reason is null as is_connected
      from score s left join claimed k on k.id = s.id
      join person p on p.id = s.person_id
      join line_item l on l.id = s.line_item_id join context c on c.id = l.context_id
      join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id
     where s.id = $1`,
};

type ClaimRow = {
  known_state: string; id: string | null; version: number; score_given: string | null; score_maximum: string; comment: string | null; sent_comment: string | null;
  sent_score: string | null; activity_progress: Score['activityProgress']; grading_progress: Score['gradingProgress']; submitted_at: string | null; timestamp: string; sub: string;
  line_item_id: string; url: string | null; context_id: string; resource_id: string; tag: string; target: string | null; label: string; column_maximum: string;
  line_items_url: string | null; grade_scopes: string[];
  registration_id: string; issuer: string; client_id: string; token_url: string; token_audience: string | null; product_family_code: string | null;
  authentication_url: string; keyset_url: string; granted_scopes: string[] | null; is_connected: boolean;
};

async function claimScore({ sql, clock }: DeliveryTools, scoreId: string): Promise<Claim | 'nothing-to-do' | 'busy'> {
  const now = clock();
  const [row] = await run<ClaimRow>(sql, claimStatement, [scoreId, String(now), String(now.add({ seconds: leaseSeconds }))]);
  if (!row) return 'nothing-to-do';
  if (row.id === null) return row.known_state === 'waiting' ? 'busy' : 'nothing-to-do';
  return {
    id: row.id,
    claimedAs: row.timestamp,
    timestamp: toInstant(row.timestamp),
    version: row.version,
    score: scoreOf(row),
    column: {
      lineItemId: row.line_item_id, url: row.url, contextId: row.context_id, resourceId: row.resource_id, tag: row.tag, target: row.target,
      label: row.label, scoreMaximum: Number(row.column_maximum), lineItemsUrl: row.line_items_url,
    },
    endpoint: {
      scopes: row.grade_scopes,
      registration: {
        id: row.registration_id, issuer: row.issuer, clientId: row.client_id, tokenUrl: row.token_url, tokenAudience: row.token_audience,
        productFamilyCode: row.product_family_code, authenticationUrl: row.authentication_url, keysetUrl: row.keyset_url, grantedScopes: row.granted_scopes,
      },
    },
    isConnected: row.is_connected,
  };
}

/** The row in the words of lti/assignment-grades.ts. */
function scoreOf(row: ClaimRow): Score {
  return {
    userId: row.sub,
    timestamp: toInstant(row.timestamp),
    scoreGiven: row.score_given === null ? null : Number(row.score_given),
    scoreMaximum: Number(row.score_maximum),
    activityProgress: row.activity_progress,
    gradingProgress: row.grading_progress,
    comment: row.comment,
    sentComment: row.sent_comment,
    submittedAt: row.submitted_at === null ? null : toInstant(row.submitted_at),
    wasGraded: row.sent_score !== null,
  };
}

type Sent = { outcome: 'done' } | { outcome: 'skipped' } | { outcome: 'busy' } | ServiceProblem | { outcome: 'refused'; code: 'connection.off'; status?: number };

async function send(tools: DeliveryTools, { column, endpoint, isConnected, score }: Claim): Promise<Sent> {
  if (!isConnected) return { outcome: 'refused', code: 'connection.off' };
  // Rule 72: no call is made for a service that the course does not have.
  if (endpoint.scopes.length === 0) return { outcome: 'refused', code: 'service.absent' };
  if (!endpoint.scopes.includes(gradeScopes.score)) return { outcome: 'refused', code: 'scope.missing' };
  const found = column.url === null ? await ensureColumn(tools, { ...column, endpoint }) : { outcome: 'found' as const, url: column.url };
  return found.outcome === 'found' ? postScore(tools.services, endpoint, found.url, score) : found;
}

// The timestamp fences: whoever's lease has run out, and whose row somebody else has claimed, notes nothing.
const fence = 'id = $1 and timestamp = $2';
const noteSentStatement = {
  name: 'note-score-sent',
  text: `
    update score set sent_version = $3, sent_score = case when $7::boolean then $4 else sent_score end,
           sent_comment = case when $7::boolean then $5 else sent_comment end, sent_at = case when $7::boolean then $6::timestamptz else sent_at end,
           attempts = 0, reason = null, status = null, lease_until = null, state = case when version = $3 then 'sent' else 'waiting' end
     where ${fence} returning state`,
};
const noteRefusedStatement = {
  name: 'note-score-refused',
  text: `
    with noted as (
      update score set attempts = attempts + 1, reason = $4::varchar, status = $5, lease_until = null, state = case when version = $3 then 'refused' else 'waiting' end
       where ${fence} returning state, line_item_id
    ), column_gone as (
      update line_item set problem = $4::varchar where $4::varchar = 'line_item.deleted' and id in (select line_item_id from noted)
    )
    select state from noted`,
};
const putOffStatement = {
  name: 'put-score-off',
  text: `update score set attempts = attempts + 1, reason = $3, status = $4, lease_until = null where ${fence} returning attempts`,
};
const releaseClaim = { name: 'release-score', text: `update score set lease_until = null where ${fence}` };

/** `skipped`: this LMS is not told of it, and nothing stands there that was not there before. */
async function noteSent({ sql, clock }: DeliveryTools, { id, claimedAs, version, score }: Claim, how: 'done' | 'skipped'): Promise<string | undefined> {
  const isPosted = how === 'done';
  const [row] = await run<{ state: string }>(sql, noteSentStatement, [id, claimedAs, version, score.scoreGiven, score.comment, String(clock()), isPosted]);
  return row?.state;
}

async function noteRefused({ sql }: DeliveryTools, { id, claimedAs, version }: Claim, { code, status }: { code: string; status?: number }): Promise<string | undefined> {
  const [row] = await run<{ state: string }>(sql, noteRefusedStatement, [id, claimedAs, version, code, status ?? null]);
  return row?.state;
}

/** The next try: later each time, or when the platform said. A platform that asks for a pause gets it for all of its scores. */
async function putOff({ sql }: DeliveryTools, { id, claimedAs }: Claim, problem: Extract<ServiceProblem, { outcome: 'retry' | 'stale' }>): Promise<Worked> {
  const [row] = await run<{ attempts: number }>(sql, putOffStatement, [id, claimedAs, problem.code, problem.status ?? null]);
  const asked = 'retryAfterSeconds' in problem ? problem.retryAfterSeconds ?? 0 : 0;
  const isThrottled = problem.code === 'platform.throttled';
  return { outcome: 'again', inSeconds: Math.max(pauseAfter(row?.attempts ?? 1), isThrottled && asked === 0 ? throttledSeconds : asked), askedToPause: isThrottled };
}

/** 1, 2, 4 … seconds, at most half an hour, and never the same for all that failed together. */
function pauseAfter(attempts: number): number {
  return Math.min(2 ** (attempts - 1), longestPauseSeconds) * (0.75 + Math.random() / 2);
}

const waitingColumns = 's.id as "scoreId", r.id as "registrationId", r.issuer, r.product_family_code as "productFamilyCode"';
const fromScores = `from score s join line_item l on l.id = s.line_item_id join context c on c.id = l.context_id
      join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id`;

const listForgotten = {
  name: 'list-forgotten-scores',
  text: `select ${waitingColumns} ${fromScores} where s.state = 'waiting' and s.changed_at <= $1 and s.id > $2 order by s.id limit 1000`,
};

/**
 * Gives every row that has waited for a minute a job, unless one waits already.
 * @returns how many rows wait
 */
export async function wakeForgottenScores({ sql, queues }: { sql: Sql; queues: Pick<Queues, 'add'> }, now: Temporal.Instant): Promise<number> {
  let count = 0;
  let last = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const rows = await run<WaitingScore>(sql, listForgotten, [String(now.subtract({ minutes: 1 })), last]);
    await queues.add(sql, 'deliver-score', rows.map((row) => deliveryJob(row)));
    count += rows.length;
    last = rows.at(-1)?.scoreId ?? last;
    if (rows.length < 1000) return count;
  }
}

/** One score, whatever its state; or all that were refused, of one column or of the whole cohort. */
export type Resend = { scoreId: string } | { columnId: string } | 'all-refused';

// The version rises for one that was sent already, or it would not be sent. One that waits goes at once.
const resendStatement = {
  name: 'send-scores-again',
  text: `
    with again as (
      update score as s
         set state = 'waiting', version = s.version + case when s.state = 'sent' then 1 else 0 end, reason = null, status = null, attempts = 0, changed_at = $5
        from line_item l join context c on c.id = l.context_id
       where l.id = s.line_item_id and c.cohort_id = $1
         and (s.id = $2 or (s.state = 'refused' and (l.id = $3 or $4::boolean)))
      returning s.id, s.line_item_id
    ), reopened as (
      update line_item set url = case when problem = 'line_item.deleted' then null else url end, problem = null
       where problem is not null and id in (select line_item_id from again)
    )
    select ${waitingColumns}
      from again s join line_item l on l.id = s.line_item_id join context c on c.id = l.context_id
      join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id`,
};
const auditResend = { name: 'audit-scores-sent-again', text: `insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, 'scores.sent_again', $2, $3, $4)` };

/**
 * Sends scores of the viewer's cohort again: what was refused, once somebody has put the cause right, or one that the LMS lost.
 * A column that was deleted there is looked for, and made, anew.
 * @returns how many; none when there are no such scores in this cohort
 */
export async function sendAgain({ pool, queues }: { pool: Pool; queues: Pick<Queues, 'add'> }, viewer: Viewer, which: Resend, now: Temporal.Instant): Promise<number> {
  return inTransaction(pool, async (sql) => {
    const [scoreId, columnId] = which === 'all-refused' ? [null, null] : 'scoreId' in which ? [which.scoreId, null] : [null, which.columnId];
    const rows = await run<WaitingScore>(sql, resendStatement, [viewer.cohort?.id ?? null, scoreId, columnId, which === 'all-refused', String(now)]);
    if (rows.length === 0) return 0;
    await queues.add(sql, 'deliver-score', rows.map((row) => deliveryJob(row, { urgent: true })));
    await run(sql, auditResend, [String(now), viewer.organisation?.id ?? null, viewer.personId ?? viewer.administratorId, JSON.stringify({ cohortId: viewer.cohort?.id, scoreId, columnId, count: rows.length })]);
    return rows.length;
  });
}
