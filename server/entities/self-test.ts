import { defineEntity, p } from '@mikro-orm/core';
import { Deployment } from './deployment.ts';
import { PlatformRegistration } from './platform-registration.ts';
import { InstantType } from './temporal-types.ts';

/** What an administrator's self-test of a registration found, launched from the LMS: findings, never claims' values or tokens. Written by features/self-test. */
const SelfTestSchema = defineEntity({
  name: 'SelfTest', tableName: 'self_test',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    registration: () => p.manyToOne(PlatformRegistration).index().deleteRule('cascade'),
    deployment: () => p.manyToOne(Deployment).index().deleteRule('cascade'),
    /** The administrator. No foreign key, as in the audit. */
    actorId: p.uuid().nullable(),
    /** Findings in order: what was looked at, how it was, what to do. */
    findings: p.json().$type<object[]>(),
    ranAt: p.type(InstantType),
  },
});
export class SelfTest extends SelfTestSchema.class {}
SelfTestSchema.setClass(SelfTest);
