import { defineEntity, p } from '@mikro-orm/core';
import { Context } from './context.ts';
import { InstantType } from './temporal-types.ts';

/** How the last reading of a course's roster went (NRPS 2.0). One per course. Written by features/rosters. */
const RosterSyncSchema = defineEntity({
  name: 'RosterSync', tableName: 'roster_sync',
  properties: {
    context: () => p.manyToOne(Context).primary().deleteRule('cascade'),
    /** Counts readings: enrolments carry the number of the last one that saw them. */
    version: p.integer().default(0),
    requestedAt: p.type(InstantType),
    startedAt: p.type(InstantType).nullable(),
    finishedAt: p.type(InstantType).nullable(),
    /** When it was last read to the end: only then are missing people taken for gone. */
    completedAt: p.type(InstantType).nullable(),
    outcome: p.enum(['complete', 'incomplete', 'refused'] as const).nullable(),
    /** Why it was not complete: a reason code. */
    reason: p.string().length(100).nullable(),
    members: p.integer().nullable(),
  },
});
export class RosterSync extends RosterSyncSchema.class {}
RosterSyncSchema.setClass(RosterSync);
