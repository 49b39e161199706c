// Answers a platform that waits for a choice: once, signed, and on record.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { ChoiceRefusal } from '../../domain/content-items.ts';
import { contentItems, signDeepLinkingResponse } from '../../lti/deep-linking.ts';
import type { DeepLinkingNotes, ResourceLinkItem } from '../../lti/deep-linking.ts';
import { profileOf } from '../../lti/lms-profiles.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Sealing } from '../../sealing.ts';
import { signingKey } from '../../tool-signing-key.ts';
import type { RequestRow } from './queries.ts';

export type Answer = { keys: string[]; items: ResourceLinkItem[]; notes: DeepLinkingNotes };

/** signed: the token for the return address. refused: the request was answered in the meantime, or the place takes no such items. */
export type AnswerOutcome = { outcome: 'signed'; token: string } | { outcome: 'refused'; reason: 'answered' | 'altered' };

// Of two answers the second waits for the first and then finds the request answered.
const spendRequest = {
  name: 'answer-deep-linking-request',
  text: 'update deep_linking_request set answered_at = $3, chosen = $4::text[] where id = $1 and sign_in_id = $2 and answered_at is null returning 1',
};
const audit = {
  name: 'audit-deep-linking',
  text: 'insert into audit_event (at, action, reason, reference, registration_id, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5, $6, $7, $8)',
};

/** Spends the request and signs what was chosen; nothing chosen is how a choice is cancelled. Both or neither. */
export async function answerRequest(pool: Pool, sealing: Sealing, viewer: Viewer, request: RequestRow, { keys, items, notes }: Answer, now: Temporal.Instant): Promise<AnswerOutcome> {
  const built = contentItems(items, request.settings, profileOf(request));
  if (built.outcome === 'refused') return { outcome: 'refused', reason: 'altered' };
  return inTransaction(pool, async (sql) => {
    const spent = await run(sql, spendRequest, [request.id, viewer.signInId, String(now), keys]);
    if (spent.length === 0) return { outcome: 'refused', reason: 'answered' };
    const key = await signingKey(sql, sealing, now);
    const token = signDeepLinkingResponse(request, built.items, notes, { key, now });
    await note(sql, viewer, request, { action: keys.length > 0 ? 'deep_linking.answered' : 'deep_linking.cancelled', detail: { contextId: request.contextId, items: keys } }, now);
    return { outcome: 'signed', token };
  });
}

/** The audit row that a refused answer leaves. */
export async function auditRefusedAnswer(sql: Sql, viewer: Viewer, request: RequestRow, { reason, reference }: { reason: ChoiceRefusal; reference: string }, now: Temporal.Instant): Promise<void> {
  await note(sql, viewer, request, { action: 'deep_linking.refused', reason: `deep_linking.${reason}`, reference, detail: { contextId: request.contextId } }, now);
}

type Note = { action: string; reason?: string; reference?: string; detail: Record<string, unknown> };

async function note(sql: Sql, viewer: Viewer, { registrationId }: RequestRow, { action, reason, reference, detail }: Note, now: Temporal.Instant): Promise<void> {
  await run(sql, audit, [String(now), action, reason ?? null, reference ?? null, registrationId, viewer.organisation?.id ?? null, viewer.personId, JSON.stringify(detail)]);
}
