import { defineEntity, p } from '@mikro-orm/core';
import { Organisation } from './organisation.ts';
import { PlatformRegistration } from './platform-registration.ts';
import { InstantType } from './temporal-types.ts';

/**
 * One installation of the tool in a platform (LTI 1.3 core, 3.1.4). It belongs to one organisation once somebody
 * approved it; until then `organisation` is null and launches from it are refused with its id.
 * Written by features/platforms, by features/registration and, when an unknown one knocks, by features/launch.
 */
const DeploymentSchema = defineEntity({
  name: 'Deployment', tableName: 'deployment',
  uniques: [{ properties: ['registration', 'deploymentId'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    registration: () => p.manyToOne(PlatformRegistration).deleteRule('restrict'),
    deploymentId: p.string().length(255),
    organisation: () => p.manyToOne(Organisation).nullable().index().deleteRule('restrict'),
    /** The organisation that it belonged to before its approval was taken back. No foreign key: only compared. */
    withdrawnById: p.uuid().nullable(),
    /** What the platform called itself and the course when it first knocked, to recognise it by. */
    firstSeenAs: p.string().length(600).nullable(),
    /** Where this deployment takes our notice handlers (Platform Notification Service claim); null where it offers none. */
    noticesUrl: p.string().length(2048).nullable(),
    /** The kinds of notice that it offers. */
    noticeTypes: p.array().runtimeType('string[]').columnType('text[]').default([]),
    noticesRegisteredAt: p.type(InstantType).nullable(),
    /** Why our handler is not registered there: a reason code. */
    noticesProblem: p.string().length(100).nullable(),
    createdAt: p.type(InstantType),
    approvedAt: p.type(InstantType).nullable(),
  },
});
export class Deployment extends DeploymentSchema.class {}
DeploymentSchema.setClass(Deployment);
