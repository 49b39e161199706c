import { defineEntity, p } from '@mikro-orm/core';
import { Context } from './context.ts';
import { InstantType } from './temporal-types.ts';

/**
 * What became of the last reading of a course's roster (NRPS 2.0), and whether one is wanted. One per course.
 * Begun by features/launch and roster-requests.ts, written by features/rosters.
 */
const RosterSyncSchema = defineEntity({
  name: 'RosterSync', tableName: 'roster_sync',
  properties: {
    context: () => p.manyToOne(Context).primary().deleteRule('cascade'),
    /** Counts readings: enrolments carry the number of the last one that saw them. */
    version: p.integer().default(0),
    requestedAt: p.type(InstantType),
    /** A reading is wanted: asked for and not done, or to be tried again. */
    waiting: p.boolean().default(true),
    /** Readings that were begun since it was asked for. */
    attempts: p.smallint().default(0),
    /** Somebody is at it, and says so with every page; when this has passed, they have died. */
    leaseUntil: p.type(InstantType).nullable(),
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
