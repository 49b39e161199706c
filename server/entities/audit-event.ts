import { defineEntity, p } from '@mikro-orm/core';
import { InstantType } from './temporal-types.ts';

/**
 * What happened, who did it, when. Written in the same unit of work as the thing itself; refused launches leave one
 * with their reason. No foreign keys: it outlives what it speaks of. Never holds tokens or secrets.
 */
const AuditEventSchema = defineEntity({
  name: 'AuditEvent', tableName: 'audit_event',
  indexes: [
    { properties: ['organisationId', 'at'] }, { properties: ['at'] },
    // For a learner's page, which reads what was decided about one person. Launches and refusals name none.
    { name: 'audit_event_person_index', properties: ['detail'], expression: `create index "audit_event_person_index" on "audit_event" (("detail" ->> 'personId')) where "detail" ->> 'personId' is not null` },
  ],
  properties: {
    id: p.bigint().primary().autoincrement(),
    at: p.type(InstantType),
    /** What: a word of ours such as `launch.refused`, `cohort.started`, `deployment.approved`. */
    action: p.string().length(100),
    /** Why, for refusals: the reason code. */
    reason: p.string().length(100).nullable(),
    /** The reference number people are shown. */
    reference: p.string().length(64).nullable(),
    organisationId: p.uuid().nullable(),
    registrationId: p.uuid().nullable(),
    /** Who: a person or an administrator. */
    actorId: p.uuid().nullable(),
    detail: p.json().$type<Record<string, unknown>>().nullable(),
  },
});
export class AuditEvent extends AuditEventSchema.class {}
AuditEventSchema.setClass(AuditEvent);
