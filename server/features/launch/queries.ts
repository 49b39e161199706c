// What login and launch read: prepared statements, because this is the hot path.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { SubmissionReviewLaunch } from '../../lti/claims.ts';

const anyOfIssuer = { name: 'any-of-issuer', text: 'select 1 from platform_registration where issuer = $1 limit 1' };

/** Whether an issuer has any registration: tells "unknown platform" from "unknown client". */
export async function knowsIssuer(sql: Sql, issuer: string): Promise<boolean> {
  return (await run(sql, anyOfIssuer, [issuer])).length > 0;
}

/** A login attempt and its registration. */
export type AttemptRow = {
  nonce_hash: Buffer;
  browser_hash: Buffer;
  storage_hash: Buffer | null;
  storage_target: string | null;
  target: string;
  deployment_hint: string | null;
  expires_at: string;
  consumed_at: string | null;
  sign_in_id: string | null;
  landing: string | null;
  registration_id: string;
  registration_name: string;
  issuer: string;
  client_id: string;
  authentication_url: string;
  keyset_url: string;
  active: boolean;
  institution_administrators: boolean;
  product_family_code: string | null;
  registration_frame_origins: string[];
  registration_revision: string;
};

const attemptColumns = `
  l.nonce_hash, l.browser_hash, l.storage_hash, l.storage_target, l.target, l.deployment_hint, l.expires_at, l.consumed_at, l.sign_in_id, l.landing,
  r.id as registration_id, r.name as registration_name, r.issuer, r.client_id, r.authentication_url, r.keyset_url,
  r.active, r.institution_administrators, r.product_family_code, r.frame_origins as registration_frame_origins, r.xmin as registration_revision`;

const attemptByState = {
  name: 'attempt-by-state',
  text: `select ${attemptColumns} from login_attempt l join platform_registration r on r.id = l.registration_id where l.state_hash = $1`,
};

/** The attempt that a state belongs to, consumed or expired as it may be. */
export async function findOptionalAttempt(sql: Sql, stateHash: Buffer): Promise<AttemptRow | null> {
  const [row] = await run<AttemptRow>(sql, attemptByState, [stateHash]);
  return row ?? null;
}

/** Where a launch comes from, as far as that is known. */
export type PlaceRow = {
  /** Null when the registration has no such deployment. */
  deployment: string | null;
  /** Null while nobody approved the deployment. */
  organisation: string | null;
  /** The same link is bound to a deployment of another organisation (rule 62). */
  elsewhere: boolean;
};

/** SQL: whether a link of a course (given as parameters) is bound to a deployment of another organisation than that of `d`. */
export const isElsewhere = (contextId: string, resourceLinkId: string): string => `
  exists (select 1 from context c2
            join deployment d2 on d2.id = c2.deployment_id
            join resource_link k2 on k2.context_id = c2.id
           where c2.context_id = ${contextId} and k2.resource_link_id = ${resourceLinkId} and c2.deployment_id <> d.id
             and d2.registration_id = d.registration_id and d2.organisation_id <> d.organisation_id)`;

const arrivalByState = {
  name: 'arrival-by-state',
  text: `
    select ${attemptColumns}, d.id as deployment, d.organisation_id as organisation,
           k.id is null and ${isElsewhere('$3', '$4')} as elsewhere
      from login_attempt l
      join platform_registration r on r.id = l.registration_id
      left join deployment d on d.registration_id = l.registration_id and d.deployment_id = $2
      left join context c on c.deployment_id = d.id and c.context_id = $3
      left join resource_link k on k.context_id = c.id and k.resource_link_id = $4
     where l.state_hash = $1`,
};

/** What a launch names. */
export type LaunchNames = { deploymentId: string; contextId: string | null; resourceLinkId: string | null };

/** The attempt that a state belongs to, and the place that its token names. Null names find the attempt alone. */
export async function findOptionalArrival(sql: Sql, stateHash: Buffer, names: LaunchNames | null): Promise<(AttemptRow & PlaceRow) | null> {
  const [row] = await run<AttemptRow & PlaceRow>(sql, arrivalByState, [stateHash, names?.deploymentId, names?.contextId, names?.resourceLinkId]);
  return row ?? null;
}

/** What a submission review shows: the graded thing, by its line item or by the link that it was launched from, and the learner. */
export type ReviewRow = { resourceId: string | null; tag: string | null; linkTarget: string | null; personId: string };

const reviewStatement = {
  name: 'submission-review',
  text: `
    select i.resource_id as "resourceId", i.tag, k.target as "linkTarget", p.id as "personId"
      from deployment d
      join context c on c.deployment_id = d.id and c.context_id = $3
      join person p on p.registration_id = d.registration_id and p.organisation_id = d.organisation_id and p.sub = $5
      join enrolment e on e.context_id = c.id and e.person_id = p.id
      left join line_item i on i.context_id = c.id and i.url = $4
      left join resource_link k on k.context_id = c.id and k.line_item_url = $4
     where d.registration_id = $1 and d.deployment_id = $2 and (i.id is not null or k.id is not null)
     order by i.id limit 1`,
};

/** Rule 68: a line item and a user of this very course, else null. */
export async function findOptionalReview(sql: Sql, registrationId: string, { deploymentId, context, ags, forUser }: SubmissionReviewLaunch): Promise<ReviewRow | null> {
  const [row] = await run<ReviewRow>(sql, reviewStatement, [registrationId, deploymentId, context?.id, ags.lineItemUrl, forUser.id]);
  return row ?? null;
}
