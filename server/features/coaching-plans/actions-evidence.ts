// Files beside a plan: taken when they are what their names say, kept for as long as a submission names them.
import { randomUUID } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { evidenceLimits, judgeFile, whyFull } from '../../domain/evidence.ts';
import type { FileVerdict } from '../../domain/evidence.ts';
import type { Uploads } from '../../uploads.ts';
import { ensurePlan } from './actions.ts';
import type { PlanOfLearner } from './queries.ts';

export type EvidenceTools = { pool: Pool; uploads: Uploads };
/** `isCut`: asked at the end, whether the stream was cut off at the limit. */
export type GivenFile = { name: string; stream: Readable; isCut: () => boolean };
export type TakeOutcome = { outcome: 'kept' } | { outcome: 'refused'; reason: Exclude<FileVerdict, { taken: true }>['reason'] | 'too-many' | 'too-much' };

const findRoom = {
  name: 'find-evidence-room',
  text: `
    select count(*) filter (where e.removed_at is null)::int as files, coalesce(sum(e.bytes) filter (where e.removed_at is null), 0)::float as bytes, coalesce(sum(e.bytes), 0)::float as kept
      from evidence_file e join coaching_plan p on p.id = e.plan_id
     where p.cohort_id = $1 and p.person_id = $2`,
};
const insertEvidence = {
  name: 'insert-evidence-file',
  text: 'insert into evidence_file (id, plan_id, name, media_type, bytes, sha256, uploaded_at) values ($1, $2, $3, $4, $5, $6, $7)',
};

/**
 * Takes a file into the plan, or says why not; the stream is read to its end either way.
 * @throws BrokenUpload when it breaks off; then nothing is left of it
 */
export async function takeEvidence({ pool, uploads }: EvidenceTools, learner: PlanOfLearner, { name, stream, isCut }: GivenFile, now: Temporal.Instant): Promise<TakeOutcome> {
  // Looked at before, so that a full plan writes nothing, and again when the file is there.
  const full = await whyNoRoom(pool, learner, 0);
  if (full) {
    stream.resume();
    return { outcome: 'refused', reason: full };
  }
  const id = randomUUID();
  const received = await uploads.receive(id, stream, now);
  try {
    const verdict = judgeFile({ name, bytes: isCut() ? evidenceLimits.fileBytes + 1 : received.bytes, content: received.content });
    const outcome = verdict.taken ? await keep(id, verdict.mediaType, received) : { outcome: 'refused' as const, reason: verdict.reason };
    if (outcome.outcome === 'refused') await uploads.remove(id);
    return outcome;
  } catch (error) {
    await uploads.remove(id);
    throw error;
  }

  async function keep(id: string, mediaType: string, { bytes, sha256 }: { bytes: number; sha256: Buffer }): Promise<TakeOutcome> {
    return inTransaction(pool, async (sql) => {
      const planId = await ensurePlan(sql, learner, now, { alone: true });
      const reason = await whyNoRoom(sql, learner, bytes);
      if (reason) return { outcome: 'refused', reason };
      // In its place before its row is: a row never speaks of a file that is not there.
      await uploads.keep(id);
      await run(sql, insertEvidence, [id, planId, name, mediaType, bytes, sha256, String(now)]);
      return { outcome: 'kept' };
    });
  }
}

async function whyNoRoom(sql: Sql, { cohortId, personId }: PlanOfLearner, bytes: number) {
  const [room] = await run<{ files: number; bytes: number; kept: number }>(sql, findRoom, [cohortId, personId]);
  return whyFull({ current: { files: room?.files ?? 0, bytes: room?.bytes ?? 0 }, kept: { bytes: room?.kept ?? 0 }, bytes });
}

const isNamed = `exists (select 1 from submission s where s.plan_id = e.plan_id and s.evidence @> jsonb_build_array(jsonb_build_object('id', e.id)))`;
const retireEvidence = { name: 'retire-evidence-file', text: `update evidence_file e set removed_at = $3 where e.id = $1 and e.plan_id = $2 and e.removed_at is null and ${isNamed}` };
const deleteEvidence = { name: 'delete-evidence-file', text: `delete from evidence_file e where e.id = $1 and e.plan_id = $2 and e.removed_at is null and not ${isNamed} returning id` };

/** Takes a file out of the plan. One that a submission names stays there; any other is gone. Doing so twice changes nothing. */
export async function removeEvidence({ pool, uploads }: EvidenceTools, learner: PlanOfLearner, id: string, now: Temporal.Instant): Promise<void> {
  const gone = await inTransaction(pool, async (sql) => {
    const planId = await ensurePlan(sql, learner, now, { alone: true });
    await run(sql, retireEvidence, [id, planId, String(now)]);
    return run<{ id: string }>(sql, deleteEvidence, [id, planId]);
  });
  for (const row of gone) await uploads.remove(row.id);
}
