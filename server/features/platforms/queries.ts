// What administrators see of the platforms of their organisation; operators see all.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

export type DeploymentRow = {
  id: string;
  deploymentId: string;
  firstSeenAs: string | null;
  createdAt: Temporal.Instant;
  approvedAt: Temporal.Instant | null;
  organisationName: string | null;
  /** Approved, no course of it has a cohort yet, and the viewer did not come in by it: the approval can be taken back. */
  mayWithdraw: boolean;
};

export type RegistrationRow = {
  id: string;
  name: string;
  /** Whose registration it is. */
  organisationId: string;
  issuer: string;
  clientId: string;
  active: boolean;
  /** Why an operator has to look at it first; null when nothing holds it. */
  heldReason: string | null;
  /** Whether the viewer may change its settings: it is their organisation's, or they are an operator. */
  governed: boolean;
  deployments: DeploymentRow[];
};

type ListedRow = {
  id: string; name: string; organisation_id: string; issuer: string; client_id: string; active: boolean; held_reason: string | null; governed: boolean;
  deployment: string | null; deployment_id: string; first_seen_as: string | null; created_at: string; approved_at: string | null; organisation_name: string | null; may_withdraw: boolean;
};

/**
 * SQL: whether the viewer may approve deployment `d`, which waits at registration `r`. $1: an operator. $2: an
 * administrator's organisation: where others come in by the same registration, or had this deployment, only an operator
 * can tell whose it is.
 */
const mayApprove = `($1 or (r.organisation_id = $2 and (d.withdrawn_by_id is null or d.withdrawn_by_id = $2)
  and not exists (select 1 from deployment other where other.registration_id = r.id and other.organisation_id <> $2)))`;
/** SQL: whether the viewer came in by deployment `d`, whose approval they would take from under their own feet. */
const isOwnWay = (context: string): string => `exists (select 1 from context c where c.id = ${context} and c.deployment_id = d.id)`;
/** SQL: whether nothing has begun in any course of deployment `d`. */
const isUnused = `not exists (select 1 from context c where c.deployment_id = d.id and c.cohort_id is not null)`;

// $1: an operator sees everything. $2: an administrator's organisation. A deployment that belongs to somebody else
// stays theirs, even on a registration of one's own.
const listRegistrationsStatement = {
  name: 'list-registrations',
  text: `
    select r.id, r.name, r.organisation_id, r.issuer, r.client_id, r.active, r.held_reason, ($1 or r.organisation_id = $2) as governed,
           d.id as deployment, d.deployment_id, d.first_seen_as, d.created_at, d.approved_at, o.name as organisation_name,
           d.organisation_id is not null and ${isUnused} and not ${isOwnWay('$3::uuid')} as may_withdraw
      from platform_registration r
      left join deployment d on d.registration_id = r.id and ($1 or d.organisation_id = $2 or (d.organisation_id is null and ${mayApprove}))
      left join organisation o on o.id = d.organisation_id
     where $1 or r.organisation_id = $2 or d.organisation_id = $2
     order by r.name, r.id, d.created_at, d.id`,
};

/** Registrations with the deployments that this viewer may see. */
export async function listRegistrationsFor(sql: Sql, viewer: Viewer): Promise<RegistrationRow[]> {
  const registrations = new Map<string, RegistrationRow>();
  for (const row of await run<ListedRow>(sql, listRegistrationsStatement, [...reach(viewer), viewer.context?.id ?? null])) {
    const registration = registrations.get(row.id) ?? { id: row.id, name: row.name, organisationId: row.organisation_id, issuer: row.issuer, clientId: row.client_id, active: row.active, heldReason: row.held_reason, governed: row.governed, deployments: [] };
    registrations.set(row.id, registration);
    if (row.deployment === null) continue;
    registration.deployments.push({
      id: row.deployment, deploymentId: row.deployment_id, firstSeenAs: row.first_seen_as, createdAt: toInstant(row.created_at),
      approvedAt: row.approved_at === null ? null : toInstant(row.approved_at), organisationName: row.organisation_name, mayWithdraw: row.may_withdraw,
    });
  }
  return [...registrations.values()];
}

export type Registration = {
  id: string;
  organisationId: string;
  organisationName: string;
  name: string;
  issuer: string;
  clientId: string;
  authenticationUrl: string;
  tokenUrl: string;
  keysetUrl: string;
  active: boolean;
  institutionAdministrators: boolean;
  frameOrigins: string[];
  /** What dynamic registration granted; null where it was set up by hand, or everything was allowed since. */
  grantedScopes: string[] | null;
  /** Why an operator has to look at it first; null when nothing holds it. */
  heldReason: string | null;
};

const registrationStatement = (name: string, lock: string) => ({
  name,
  text: `
    select r.id, o.id as "organisationId", o.name as "organisationName", r.name, r.issuer, r.client_id as "clientId", r.authentication_url as "authenticationUrl",
           r.token_url as "tokenUrl", r.keyset_url as "keysetUrl", r.active,
           r.institution_administrators as "institutionAdministrators", r.frame_origins as "frameOrigins",
           r.granted_scopes as "grantedScopes", r.held_reason as "heldReason"
      from platform_registration r join organisation o on o.id = r.organisation_id
     where r.id = $3 and ($1 or r.organisation_id = $2) ${lock}`,
});
const findGovernedStatement = registrationStatement('find-governed-registration', '');
const lockGovernedStatement = registrationStatement('lock-governed-registration', 'for update of r');

/**
 * A registration whose settings this viewer may change: one of their organisation, or any for an operator. Null
 * elsewhere, even where the organisation has a deployment of it.
 * @param lock keeps it from changing until the end of the transaction
 */
export async function findOptionalRegistrationFor(sql: Sql, viewer: Viewer, id: string, { lock = false } = {}): Promise<Registration | null> {
  const [row] = await run<Registration>(sql, lock ? lockGovernedStatement : findGovernedStatement, [...reach(viewer), id]);
  return row ?? null;
}

export type PendingDeployment = { id: string; deploymentId: string; registrationId: string; registrationName: string; organisationId: string };

const findPendingStatement = {
  name: 'lock-pending-deployment',
  text: `
    select d.id, d.deployment_id as "deploymentId", r.id as "registrationId", r.name as "registrationName", r.organisation_id as "organisationId"
      from deployment d join platform_registration r on r.id = d.registration_id
     where d.id = $3 and d.organisation_id is null and ${mayApprove}
       for update of d`,
};

/**
 * A deployment that awaits approval and that this viewer may approve; null where there is none, and that is a 404.
 * Kept from changing until the end of the transaction: of two who approve it for different organisations one comes too late.
 */
export async function findOptionalPendingDeploymentFor(sql: Sql, viewer: Viewer, id: string): Promise<PendingDeployment | null> {
  const [row] = await run<PendingDeployment>(sql, findPendingStatement, [...reach(viewer), id]);
  return row ?? null;
}

const findApprovedStatement = {
  name: 'lock-approved-deployment',
  text: `
    select d.id, d.deployment_id as "deploymentId", d.registration_id as "registrationId", d.organisation_id as "organisationId"
      from deployment d where d.id = $3 and d.organisation_id is not null and ($1 or d.organisation_id = $2) and not ${isOwnWay('$4::uuid')}
       for update of d`,
};
const lockCoursesStatement = { name: 'lock-courses-of-deployment', text: 'select cohort_id from context where deployment_id = $1 for update' };

/**
 * An approved deployment in which nothing has begun and by which the viewer did not come in, of their organisation or any
 * for an operator; null elsewhere.
 * Its courses are kept from changing until the end of the transaction: a cohort that somebody starts now comes too late.
 */
export async function findOptionalWithdrawableDeploymentFor(sql: Sql, viewer: Viewer, id: string): Promise<Omit<PendingDeployment, 'registrationName'> | null> {
  const [row] = await run<Omit<PendingDeployment, 'registrationName'>>(sql, findApprovedStatement, [...reach(viewer), id, viewer.context?.id ?? null]);
  const courses = row ? await run<{ cohort_id: string | null }>(sql, lockCoursesStatement, [id]) : [];
  return row && courses.every(({ cohort_id: cohort }) => cohort === null) ? row : null;
}

function reach(viewer: Viewer): [boolean, string | null] {
  return [viewer.role === 'operator', viewer.organisation?.id ?? null];
}

const listPlatformsStatement = {
  name: 'list-platforms',
  text: `
    select r.id, r.name, r.issuer, r.client_id as "clientId",
           coalesce(array_agg(d.deployment_id order by d.created_at) filter (where d.organisation_id is not null), '{}') as deployments
      from platform_registration r left join deployment d on d.registration_id = r.id
     group by r.id order by r.created_at, r.id`,
};

/** Everything that is registered, with its approved deployments: for the command line, which sees the whole. */
export async function listPlatforms(sql: Sql): Promise<{ id: string; name: string; issuer: string; clientId: string; deployments: string[] }[]> {
  return run(sql, listPlatformsStatement, []);
}
