// What a platform waits for, and what a course holds already.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { DeepLinkingSettings } from '../../lti/deep-linking.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

export type RequestRow = {
  id: string;
  contextId: string;
  settings: DeepLinkingSettings & { targetLinkUri?: string };
  createdAt: Temporal.Instant;
  answeredAt: Temporal.Instant | null;
  /** Whom the answer is for, and by what names. */
  registrationId: string;
  clientId: string;
  issuer: string;
  deploymentId: string;
  productFamilyCode: string | null;
};

const findRequestStatement = {
  name: 'find-deep-linking-request',
  text: `
    select q.id, q.context_id as "contextId", q.settings, q.created_at as "createdAt", q.answered_at as "answeredAt",
           r.id as "registrationId", r.client_id as "clientId", r.issuer, d.deployment_id as "deploymentId", r.product_family_code as "productFamilyCode"
      from deep_linking_request q
      join context c on c.id = q.context_id
      join deployment d on d.id = c.deployment_id
      join platform_registration r on r.id = d.registration_id
     where q.id = $1 and q.sign_in_id = $2 and q.context_id = $3`,
};

/** A request of this very sign-in; null for any other. */
export async function findOptionalRequestFor(sql: Sql, viewer: Viewer, id: string): Promise<RequestRow | null> {
  type Row = Omit<RequestRow, 'createdAt' | 'answeredAt'> & { createdAt: string; answeredAt: string | null };
  const [row] = await run<Row>(sql, findRequestStatement, [id, viewer.signInId, viewer.context?.id ?? null]);
  return row ? { ...row, createdAt: toInstant(row.createdAt), answeredAt: row.answeredAt === null ? null : toInstant(row.answeredAt) } : null;
}

/** What a course holds: paths that its links opened, and keys that were chosen for it here, each with the last time. */
export type Held = { targets: ReadonlySet<string>; chosen: ReadonlyMap<string, Temporal.Instant> };

// A link is known once somebody opened it; what was chosen a moment ago is not, and must not be added twice either.
const listHeldStatement = {
  name: 'list-held-content',
  text: `
    select distinct target, null as key, null::timestamptz as at from resource_link where context_id = $1 and target is not null
    union all
    select null, key, max(answered_at) from deep_linking_request, unnest(chosen) key where context_id = $1 group by key`,
};

/** What the course holds already, as far as we can know: an LMS does not tell when a link is removed. */
export async function findHeld(sql: Sql, contextId: string): Promise<Held> {
  const rows = await run<{ target: string | null; key: string | null; at: string | null }>(sql, listHeldStatement, [contextId]);
  return {
    targets: new Set(rows.flatMap(({ target }) => (target === null ? [] : [target.replace(/[?#].*$/s, '')]))),
    chosen: new Map(rows.flatMap(({ key, at }) => (key === null || at === null ? [] : [[key, toInstant(at)]]))),
  };
}
