import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/** A learner has done a section of a week. Written by features/learning. */
const SectionCompletionSchema = defineEntity({
  name: 'SectionCompletion', tableName: 'section_completion',
  properties: {
    cohort: () => p.manyToOne(Cohort).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    week: p.smallint().primary(),
    /** The section's key in the content file. */
    section: p.string().length(100).primary(),
    doneAt: p.type(InstantType),
  },
});
export class SectionCompletion extends SectionCompletionSchema.class {}
SectionCompletionSchema.setClass(SectionCompletion);
