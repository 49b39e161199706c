import { defineEntity, p } from '@mikro-orm/core';
import { InstantType } from './temporal-types.ts';
import { Workshop } from './workshop.ts';

/** One day of a workshop: when and where. Attendance is taken per session. Moved and cancelled, never deleted. Written by features/workshops; features/pace moves those ahead when the cohort has a break. */
const WorkshopSessionSchema = defineEntity({
  name: 'WorkshopSession', tableName: 'workshop_session',
  uniques: [{ properties: ['workshop', 'day'] }],
  checks: [{ name: 'workshop_session_ends_after_start', expression: '"ends_at" > "starts_at"' }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    workshop: () => p.manyToOne(Workshop).deleteRule('restrict'),
    /** 1 for a virtual one; 1 to 3 for an in-person one of three days. */
    day: p.smallint(),
    startsAt: p.type(InstantType).index(),
    endsAt: p.type(InstantType),
    /** IANA name; in which its times were typed and are told. */
    timeZone: p.string().length(64),
    /** Where a virtual one is joined. */
    meetingUrl: p.string().length(2048).nullable(),
    /** Where an in-person one is. */
    venue: p.string().length(255).nullable(),
    address: p.string().length(1000).nullable(),
    /** When it began before it was last moved, and why it moved; null for one that never was. */
    movedFrom: p.type(InstantType).nullable(),
    moveReason: p.string().length(1000).nullable(),
    cancelledAt: p.type(InstantType).nullable(),
    cancelReason: p.string().length(1000).nullable(),
    /** Counts changes: a calendar's SEQUENCE (RFC 5545, 3.8.7.4), and what an edit is compared with. */
    revision: p.integer().default(0),
    /** When it was last moved, cancelled or put back, for the line on the learner's home. */
    changedAt: p.type(InstantType).nullable(),
    createdAt: p.type(InstantType),
  },
});
export class WorkshopSession extends WorkshopSessionSchema.class {}
WorkshopSessionSchema.setClass(WorkshopSession);
