import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/** Where a learner last read in a week, to carry on from. Written by features/learning. */
const ReadingPlaceSchema = defineEntity({
  name: 'ReadingPlace', tableName: 'reading_place',
  properties: {
    cohort: () => p.manyToOne(Cohort).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    week: p.smallint().primary(),
    section: p.string().length(100),
    readAt: p.type(InstantType),
  },
});
export class ReadingPlace extends ReadingPlaceSchema.class {}
ReadingPlaceSchema.setClass(ReadingPlace);
