// Registers platforms, changes their settings, approves their deployments and, where one was held, themselves.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import { findOptionalPendingDeploymentFor, findOptionalRegistrationFor, findOptionalWithdrawableDeploymentFor } from './queries.ts';

const upsertOrganisation = {
  name: 'upsert-organisation',
  // The update changes nothing; it makes `returning` answer for a row that was there.
  text: `insert into organisation as o (short_name, name, created_at) values ($1, $1, $2)
         on conflict (short_name) do update set short_name = o.short_name returning id`,
};

/** The id of the organisation with this short name, made when new. */
export async function ensureOrganisation(sql: Sql, shortName: string, now: Temporal.Instant): Promise<string> {
  return idOf(await run<{ id: string }>(sql, upsertOrganisation, [shortName, String(now)]));
}

export type NewPlatform = {
  name: string;
  issuer: string;
  clientId: string;
  authenticationUrl: string;
  tokenUrl: string;
  keysetUrl: string;
  deploymentId: string;
  /** Short name. */
  organisation: string;
};

const insertRegistration = {
  name: 'insert-registration',
  text: `insert into platform_registration (organisation_id, name, issuer, client_id, authentication_url, token_url, keyset_url, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (issuer, client_id) do nothing returning id`,
};

/**
 * Registers a platform and approves its deployment for the organisation. An issuer and client id that are already
 * registered are never overwritten (rule 87).
 */
export async function addPlatform(pool: Pool, platform: NewPlatform, now: Temporal.Instant): Promise<{ added: true; id: string } | { added: false; reason: 'exists' }> {
  return decided(inTransaction(pool, async (sql) => {
    const organisation = await ensureOrganisation(sql, platform.organisation, now);
    const [registration] = await run<{ id: string }>(sql, insertRegistration, [
      organisation, platform.name, platform.issuer, platform.clientId,
      platform.authenticationUrl, platform.tokenUrl, platform.keysetUrl, String(now),
    ]);
    if (!registration) throw new Undone({ added: false, reason: 'exists' });
    await run(sql, audit, [String(now), 'platform.registered', organisation, registration.id, null, JSON.stringify({ name: platform.name, issuer: platform.issuer, clientId: platform.clientId })]);
    await putDeployment(sql, { registrationId: registration.id, deploymentId: platform.deploymentId, organisationId: organisation, actorId: null }, now);
    return { added: true as const, id: registration.id };
  }));
}

/** Thrown in a transaction of which nothing is to stay, not even an organisation just made; `outcome` is what it came to. */
class Undone<Outcome> extends Error {
  readonly outcome: Outcome;

  constructor(outcome: Outcome) {
    super('undone');
    this.outcome = outcome;
  }
}

async function decided<Outcome>(work: Promise<Outcome>): Promise<Outcome> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Undone) return error.outcome as Outcome;
    throw error;
  }
}

export type DeploymentDecision =
  | { approved: true; id: string }
  | { approved: false; reason: 'unknown-platform' | 'other-organisation' };

const findRegistration = { name: 'find-registration', text: 'select 1 from platform_registration where id = $1' };
const findDeployment = { name: 'find-deployment', text: 'select id, organisation_id from deployment where registration_id = $1 and deployment_id = $2 for update' };

/**
 * Approves a deployment of a registration, known or not yet, for an organisation (its short name; made when new). One that
 * belongs to another organisation stays there.
 */
export async function approveDeployment(pool: Pool, request: { registrationId: string; deploymentId: string; organisation: string }, now: Temporal.Instant): Promise<DeploymentDecision> {
  return decided(inTransaction(pool, async (sql) => {
    if ((await run(sql, findRegistration, [request.registrationId])).length === 0) return { approved: false, reason: 'unknown-platform' };
    const organisationId = await ensureOrganisation(sql, request.organisation, now);
    const [before] = await run<{ id: string; organisation_id: string | null }>(sql, findDeployment, [request.registrationId, request.deploymentId]);
    if (before?.organisation_id && before.organisation_id !== organisationId) throw new Undone({ approved: false, reason: 'other-organisation' });
    if (before?.organisation_id === null) await emptyDeployment(sql, before.id, now);
    const id = await putDeployment(sql, { registrationId: request.registrationId, deploymentId: request.deploymentId, organisationId, actorId: null }, now);
    return id === null ? { approved: false, reason: 'other-organisation' } : { approved: true, id };
  }));
}

const organisationExists = { name: 'organisation-exists', text: 'select 1 from organisation where id = $1' };

/**
 * An administrator or operator approves a deployment that waits. Whose it is, an operator says (null: that of the
 * organisation that registered the platform); an administrator can only mean their own. Null when it is not there for this viewer, when somebody was
 * quicker, or when there is no such organisation.
 */
export async function approvePendingDeployment(pool: Pool, viewer: Viewer, { id, organisationId }: { id: string; organisationId: string | null }, now: Temporal.Instant): Promise<{ deploymentId: string; registrationName: string } | null> {
  return inTransaction(pool, async (sql) => {
    const pending = await findOptionalPendingDeploymentFor(sql, viewer, id);
    if (!pending) return null;
    const chosen = viewer.role === 'operator' && organisationId !== null ? organisationId : pending.organisationId;
    if ((await run(sql, organisationExists, [chosen])).length === 0) return null;
    await emptyDeployment(sql, pending.id, now);
    const approved = await putDeployment(sql, { ...pending, organisationId: chosen, actorId: viewer.personId ?? viewer.administratorId }, now);
    return approved === null ? null : { deploymentId: pending.deploymentId, registrationName: pending.registrationName };
  });
}

const withdrawDeployment = { name: 'withdraw-deployment', text: 'update deployment set organisation_id = null, approved_at = null, withdrawn_by_id = organisation_id where id = $1' };

/**
 * Takes back the approval of a deployment, which waits again: it may have been approved for the wrong organisation.
 * Its courses and who is enrolled in them are forgotten with it, so that the next organisation sees nothing of them (people
 * stay with the organisation that they came to, enrolled nowhere); once a course has a cohort, people's work is there and
 * nothing can be taken back. Null when this viewer has no such deployment.
 */
export async function withdrawApproval(pool: Pool, viewer: Viewer, id: string, now: Temporal.Instant): Promise<{ deploymentId: string } | null> {
  return inTransaction(pool, async (sql) => {
    const withdrawn = await findOptionalWithdrawableDeploymentFor(sql, viewer, id);
    if (!withdrawn) return null;
    await emptyDeployment(sql, id, now);
    await run(sql, withdrawDeployment, [id]);
    await run(sql, audit, [String(now), 'deployment.withdrawn', withdrawn.organisationId, withdrawn.registrationId, viewer.personId ?? viewer.administratorId, JSON.stringify({ deploymentId: withdrawn.deploymentId })]);
    return { deploymentId: withdrawn.deploymentId };
  });
}

export type RegistrationSettings = { name: string; active: boolean; frameOrigins: string[]; institutionAdministrators: boolean };

const updateRegistration = {
  name: 'update-registration',
  text: 'update platform_registration set name = $2, active = $3, frame_origins = $4::text[], institution_administrators = $5 where id = $1',
};

/**
 * Changes the settings of a registration. Whether administrators of the institution become ours is an operator's to
 * say (contract.md, who is who); from anybody else it is passed over. False when it is not there for this viewer.
 */
export async function changeRegistration(pool: Pool, viewer: Viewer, id: string, settings: RegistrationSettings, now: Temporal.Instant): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const registration = await findOptionalRegistrationFor(sql, viewer, id, { lock: true });
    if (!registration) return false;
    const { name, active, frameOrigins, institutionAdministrators, heldReason } = registration;
    const before: RegistrationSettings = { name, active, frameOrigins, institutionAdministrators };
    const after: RegistrationSettings = {
      ...settings,
      active: heldReason === null ? settings.active : false,   // only its approval switches a held one on
      institutionAdministrators: viewer.role === 'operator' ? settings.institutionAdministrators : institutionAdministrators,
    };
    const changed = (Object.keys(before) as (keyof RegistrationSettings)[]).filter((key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]));
    if (changed.length === 0) return true;
    await run(sql, updateRegistration, [id, after.name, after.active, after.frameOrigins, after.institutionAdministrators]);
    const only = (all: RegistrationSettings) => Object.fromEntries(changed.map((key) => [key, all[key]]));
    await run(sql, audit, [String(now), 'registration.changed', registration.organisationId, id, viewer.personId ?? viewer.administratorId, JSON.stringify({ before: only(before), after: only(after) })]);
    return true;
  });
}

const releaseRegistration = { name: 'release-registration', text: 'update platform_registration set held_reason = null, active = true where id = $1 and held_reason is not null returning organisation_id' };

/** An operator has looked at a registration that was held (rule 84): people can come in from now on. False when nothing holds it. */
export async function approveRegistration(pool: Pool, viewer: Viewer, id: string, now: Temporal.Instant): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const registration = await findOptionalRegistrationFor(sql, viewer, id, { lock: true });
    if (!registration?.heldReason) return false;
    await run(sql, releaseRegistration, [id]);
    await run(sql, audit, [String(now), 'registration.approved', registration.organisationId, id, viewer.personId ?? viewer.administratorId, JSON.stringify({ heldReason: registration.heldReason })]);
    return true;
  });
}

const removeDeployments = { name: 'remove-deployments-of-held-registration', text: 'delete from deployment where registration_id = $1' };
const removeRegistration = { name: 'remove-held-registration', text: 'delete from platform_registration where id = $1 and held_reason is not null' };

/**
 * An operator rejects a registration that was held: it goes, so that its issuer and client id are free for whom they
 * belong to. Nobody ever came in from it, so nothing else speaks of it. Null when nothing holds it; else its name.
 */
export async function rejectRegistration(pool: Pool, viewer: Viewer, id: string, now: Temporal.Instant): Promise<string | null> {
  return inTransaction(pool, async (sql) => {
    const registration = await findOptionalRegistrationFor(sql, viewer, id, { lock: true });
    if (!registration?.heldReason) return null;
    await run(sql, removeDeployments, [id]);
    await run(sql, removeRegistration, [id]);
    const { name, issuer, clientId, heldReason, organisationId } = registration;
    await run(sql, audit, [String(now), 'registration.rejected', organisationId, id, viewer.personId ?? viewer.administratorId, JSON.stringify({ name, issuer, clientId, heldReason })]);
    return name;
  });
}

const forgetGrants = { name: 'forget-granted-scopes', text: 'update platform_registration set granted_scopes = null where id = $1' };

/**
 * The LMS allows now what it cut when it registered us; LMSs do not tell. From now on everything is asked for again,
 * and the platform decides at each token. False when the registration is not there for this viewer.
 */
export async function askForAllPermissions(pool: Pool, viewer: Viewer, id: string, now: Temporal.Instant): Promise<boolean> {
  return inTransaction(pool, async (sql) => {
    const registration = await findOptionalRegistrationFor(sql, viewer, id, { lock: true });
    if (!registration) return false;
    if (registration.grantedScopes === null) return true;
    await run(sql, forgetGrants, [id]);
    await run(sql, audit, [String(now), 'registration.permissions', registration.organisationId, id, viewer.personId ?? viewer.administratorId, JSON.stringify({ before: registration.grantedScopes })]);
    return true;
  });
}

const endSignInsOfDeployment = { name: 'end-sign-ins-of-deployment', text: 'update sign_in set ended_at = $2 where deployment_id = $1 and ended_at is null' };
// An enrolment holds its course; what else there is of a course goes with it.
const deleteEnrolments = { name: 'delete-enrolments-of-deployment', text: 'delete from enrolment e using context c where c.id = e.context_id and c.deployment_id = $1 and c.cohort_id is null' };
const deleteCourses = { name: 'delete-courses-of-deployment', text: 'delete from context where deployment_id = $1 and cohort_id is null' };

/**
 * Ends the sign-ins and forgets the courses without a cohort of a deployment that may become another organisation's. Both
 * at its withdrawal and at its next approval, for a launch may have been under way meanwhile.
 */
async function emptyDeployment(sql: Sql, id: string, now: Temporal.Instant): Promise<void> {
  await run(sql, endSignInsOfDeployment, [id, String(now)]);
  await run(sql, deleteEnrolments, [id]);
  await run(sql, deleteCourses, [id]);
}

const upsertDeployment = {
  name: 'upsert-deployment',
  text: `insert into deployment as d (registration_id, deployment_id, organisation_id, created_at, approved_at) values ($1, $2, $3, $4, $4)
         on conflict (registration_id, deployment_id) do update
           set organisation_id = coalesce(d.organisation_id, excluded.organisation_id), approved_at = coalesce(d.approved_at, excluded.approved_at)
         returning id, organisation_id`,
};
const audit = {
  name: 'audit-platform',
  text: 'insert into audit_event (at, action, organisation_id, registration_id, actor_id, detail) values ($1, $2, $3, $4, $5, $6)',
};

/** The id of the deployment, now approved; null when another organisation was quicker and has it. */
async function putDeployment(sql: Sql, deployment: { registrationId: string; deploymentId: string; organisationId: string; actorId: string | null }, now: Temporal.Instant): Promise<string | null> {
  const { registrationId, deploymentId, organisationId, actorId } = deployment;
  const rows = await run<{ id: string; organisation_id: string }>(sql, upsertDeployment, [registrationId, deploymentId, organisationId, String(now)]);
  const id = idOf(rows);
  if (rows[0]?.organisation_id !== organisationId) return null;
  await run(sql, audit, [String(now), 'deployment.approved', organisationId, registrationId, actorId, JSON.stringify({ deploymentId })]);
  return id;
}

function idOf([row]: { id: string }[]): string {
  if (!row) throw new Error('a statement that returns a row returned none');
  return row.id;
}
