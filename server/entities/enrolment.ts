import { defineEntity, p } from '@mikro-orm/core';
import { Context } from './context.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/** Who somebody is in a course, as its last launch said. Guests and test students have none. Written by features/launch and, from rosters, by features/rosters. */
const EnrolmentSchema = defineEntity({
  name: 'Enrolment', tableName: 'enrolment',
  uniques: [{ properties: ['context', 'person'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    context: () => p.manyToOne(Context).deleteRule('restrict'),
    person: () => p.manyToOne(Person).index().deleteRule('restrict'),
    role: p.enum(['administrator', 'faculty', 'assistant', 'learner', 'mentor'] as const),
    active: p.boolean().default(true),
    createdAt: p.type(InstantType),
    /** Kept to the hour, so that reading does not write. Null for those whom only the roster named: they have never come. */
    lastSeenAt: p.type(InstantType).nullable(),
    /** The reading of the roster (`roster_sync.version`) that last saw them; null for those whom only launches named. */
    rosterVersion: p.integer().nullable(),
  },
});
export class Enrolment extends EnrolmentSchema.class {}
EnrolmentSchema.setClass(Enrolment);
