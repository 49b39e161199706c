import { defineEntity, p } from '@mikro-orm/core';
import { PlatformRegistration } from './platform-registration.ts';
import { InstantType } from './temporal-types.ts';

/**
 * One third-party-initiated login on its way (1EdTech Security Framework 1.0, 5.1.1): one row and one cookie per
 * attempt, hashes only, consumed by one atomic statement. Purged by a job. Written by features/launch.
 */
const LoginAttemptSchema = defineEntity({
  name: 'LoginAttempt', tableName: 'login_attempt',
  properties: {
    stateHash: p.blob().primary(),
    nonceHash: p.blob(),
    /** Of the secret in this attempt's cookie. */
    browserHash: p.blob(),
    /** Of the secret kept in the platform's storage; null when the platform offered none. */
    storageHash: p.blob().nullable(),
    /** The frame that keeps it (`lti_storage_target`). */
    storageTarget: p.string().length(255).nullable(),
    // No foreign key: it would lock the registration's row at every login, for a row that lives an hour.
    registration: () => p.manyToOne(PlatformRegistration).createForeignKeyConstraint(false),
    /** The path on our host that the link means. */
    target: p.string().length(2048),
    /** `lti_deployment_id` of the login, which the token must repeat. */
    deploymentHint: p.string().length(255).nullable(),
    /** Where it came from: an IPv4 address or the /64 of an IPv6 one. */
    address: p.string().length(64),
    expiresAt: p.type(InstantType),
    consumedAt: p.type(InstantType).nullable(),
    /** The sign-in that came of it, so that a second press of the same link can lead on. */
    signInId: p.string().length(32).nullable(),
    /** Where it led, as a path inside the sign-in; null where that is the target. */
    landing: p.string().length(2048).nullable(),
  },
});
export class LoginAttempt extends LoginAttemptSchema.class {}
LoginAttemptSchema.setClass(LoginAttempt);
