// What the LMS shows: its results, read back and kept beside what we sent, so that faculty see where the two differ.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { readResults } from '../../lti/assignment-grades.ts';
import type { GradeEndpoint } from '../../lti/assignment-grades.ts';
import type { ServiceProblem } from '../../lti/service-problem.ts';
import type { PlatformServices } from '../../lti/services-http.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

/** not-there: no such column in this cohort. no-column: nothing was ever sent into it. */
export type Reading = { outcome: 'read'; learners: number } | { outcome: 'not-there' } | { outcome: 'no-column' } | { outcome: 'failed'; problem: ServiceProblem };

const findColumnStatement = {
  name: 'find-column-to-read',
  text: `
    select l.url, c.grade_scopes, r.id as registration_id, r.issuer, r.client_id, r.token_url, r.token_audience, r.product_family_code, r.authentication_url, r.keyset_url, r.granted_scopes
      from line_item l join context c on c.id = l.context_id
      join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id
     where l.id = $1 and c.cohort_id = $2`,
};
// Who has no result in a column that was read whole has none: that is noted too, as a difference.
const keepResults = {
  name: 'keep-results',
  text: `
    update score s set result_score = g.score, result_maximum = g.maximum, result_read_at = $2
      from score k join person p on p.id = k.person_id
      left join jsonb_to_recordset($3::jsonb) as g("userId" text, score numeric, maximum numeric) on g."userId" = p.sub
     where k.id = s.id and s.line_item_id = $1`,
};

/** The longest that somebody waits for the page. Each call alone is cut off by lti/outbound.ts. */
const patienceMs = 25_000;
const largest = 999_999;

/** Reads one column of the viewer's cohort and keeps what stands there. */
export async function readColumn({ sql, services }: { sql: Sql; services: PlatformServices }, viewer: Viewer, columnId: string, now: Temporal.Instant): Promise<Reading> {
  const [column] = await run<ColumnRow>(sql, findColumnStatement, [columnId, viewer.cohort?.id ?? null]);
  if (!column) return { outcome: 'not-there' };
  if (column.url === null) return { outcome: 'no-column' };
  const read = await atMost(patienceMs, readResults(services, endpointOf(column), column.url));
  if (read.outcome !== 'done') return { outcome: 'failed', problem: read };
  const fitting = read.results.filter(({ score, maximum }) => [score, maximum].every((value) => value === null || Math.abs(value) <= largest));
  await run(sql, keepResults, [columnId, String(now), JSON.stringify(onePerPerson(fitting))]);
  return { outcome: 'read', learners: fitting.length };
}

type ColumnRow = {
  url: string | null; grade_scopes: string[]; registration_id: string; issuer: string; client_id: string; token_url: string; token_audience: string | null;
  product_family_code: string | null; authentication_url: string; keyset_url: string; granted_scopes: string[] | null;
};

function endpointOf(row: ColumnRow): GradeEndpoint {
  return {
    scopes: row.grade_scopes,
    registration: {
      id: row.registration_id, issuer: row.issuer, clientId: row.client_id, tokenUrl: row.token_url, tokenAudience: row.token_audience,
      productFamilyCode: row.product_family_code, authenticationUrl: row.authentication_url, keysetUrl: row.keyset_url, grantedScopes: row.granted_scopes,
    },
  };
}

function onePerPerson<T extends { userId: string }>(results: readonly T[]): T[] {
  return [...new Map(results.map((result) => [result.userId, result])).values()];
}

async function atMost<T>(milliseconds: number, work: Promise<T>): Promise<T | ServiceProblem> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<ServiceProblem>((resolve) => { timer = setTimeout(() => { resolve({ outcome: 'retry', code: 'platform.timeout' }); }, milliseconds); });
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
