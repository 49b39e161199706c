// Which column of a course's grade book a score belongs in: the link's own, one that is there, or one that is made now.
// Never two of them: only one worker at a time looks, and it looks before it makes.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { createLineItem, findLineItem } from '../../lti/assignment-grades.ts';
import type { GradeEndpoint } from '../../lti/assignment-grades.ts';
import type { ServiceProblem } from '../../lti/service-problem.ts';
import type { PlatformServices } from '../../lti/services-http.ts';

export type WantedColumn = {
  lineItemId: string;
  contextId: string;
  resourceId: string;
  tag: string;
  target: string | null;
  label: string;
  scoreMaximum: number;
  /** Address of all the course's columns; null where the LMS offers no grade service there. */
  lineItemsUrl: string | null;
  endpoint: GradeEndpoint;
};

/** busy: another worker is looking for it just now. */
export type ColumnOutcome = { outcome: 'found'; url: string } | { outcome: 'busy' } | ServiceProblem;

type Tools = { sql: Sql; services: PlatformServices; clock: () => Temporal.Instant };

/** How long a worker is waited for that may have died. It is renewed before a column is made. */
const lease = { seconds: 60 };

const takeLease = {
  name: 'lease-line-item',
  text: 'update line_item set lease_until = $3 where id = $1 and url is null and (lease_until is null or lease_until <= $2 or lease_until = $4) returning id',
};
const findOwnColumn = {
  name: 'find-own-column',
  text: `select id, line_item_url as url from resource_link
          where context_id = $1 and split_part(split_part(target, '#', 1), '?', 1) = $2 and line_item_url is not null order by created_at, id limit 1`,
};
const noteColumn = {
  name: 'note-line-item',
  text: 'update line_item set url = $2, resource_link_id = $3, problem = null, lease_until = null where id = $1',
};
const noteProblem = { name: 'note-line-item-problem', text: 'update line_item set problem = $2, lease_until = null where id = $1' };
const findUrl = { name: 'find-line-item-url', text: 'select url from line_item where id = $1' };

/** The address of a column that has none yet in our row; noted there, as is the reason why there is none. */
export async function ensureColumn(tools: Tools, wanted: WantedColumn): Promise<ColumnOutcome> {
  const { sql } = tools;
  const until = await leaseColumn(tools, wanted.lineItemId, null);
  if (until === null) {
    const [row] = await run<{ url: string | null }>(sql, findUrl, [wanted.lineItemId]);
    return row?.url ? { outcome: 'found', url: row.url } : { outcome: 'busy' };
  }
  const [own] = wanted.target === null ? [] : await run<{ id: string; url: string }>(sql, findOwnColumn, [wanted.contextId, wanted.target]);
  const column = own ? { outcome: 'found' as const, url: own.url } : await findOrMake(tools, wanted, until);
  if (column.outcome === 'found') await run(sql, noteColumn, [wanted.lineItemId, column.url, own?.id ?? null]);
  else if (column.outcome !== 'busy') await run(sql, noteProblem, [wanted.lineItemId, column.outcome === 'refused' ? column.code : null]);
  return column;
}

async function findOrMake(tools: Tools, { lineItemId, resourceId, tag, label, scoreMaximum, lineItemsUrl, endpoint }: WantedColumn, until: string): Promise<ColumnOutcome> {
  if (lineItemsUrl === null) return { outcome: 'refused', code: 'service.absent' };
  const found = await findLineItem(tools.services, endpoint, lineItemsUrl, { resourceId, tag });
  if (found.outcome !== 'done') return found;
  if (found.lineItem) return { outcome: 'found', url: found.lineItem.id };
  // Reading many pages takes its time: whoever took over meanwhile makes it.
  if ((await leaseColumn(tools, lineItemId, until)) === null) return { outcome: 'busy' };
  const made = await createLineItem(tools.services, endpoint, lineItemsUrl, { label, scoreMaximum, resourceId, tag, submissionReview: { reviewableStatus: ['Submitted', 'Completed'], label: 'See the work in Coachline' } });
  return made.outcome === 'done' ? { outcome: 'found', url: made.lineItem.id } : made;
}

/** Takes the lease, or renews `held`; null when somebody else has it. */
async function leaseColumn({ sql, clock }: Tools, lineItemId: string, held: string | null): Promise<string | null> {
  const now = clock();
  const until = String(now.add(lease).round('millisecond'));   // as the column keeps it, so that it is recognised
  const rows = await run(sql, takeLease, [lineItemId, String(now), until, held]);
  return rows.length > 0 ? until : null;
}
