import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/** When somebody last read the discussion of a week. Written by features/discussion. */
const DiscussionReadingSchema = defineEntity({
  name: 'DiscussionReading', tableName: 'discussion_reading',
  properties: {
    cohort: () => p.manyToOne(Cohort).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    week: p.smallint().primary(),
    readAt: p.type(InstantType),
  },
});
export class DiscussionReading extends DiscussionReadingSchema.class {}
DiscussionReadingSchema.setClass(DiscussionReading);
