import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/** A learner's coaching plan in a cohort: what is written so far are its answers, what was handed in its submissions. Written by features/coaching-plans. */
const CoachingPlanSchema = defineEntity({
  name: 'CoachingPlan', tableName: 'coaching_plan',
  uniques: [{ properties: ['cohort', 'person'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    cohort: () => p.manyToOne(Cohort).deleteRule('restrict'),
    person: () => p.manyToOne(Person).index().deleteRule('restrict'),
    createdAt: p.type(InstantType),
  },
});
export class CoachingPlan extends CoachingPlanSchema.class {}
CoachingPlanSchema.setClass(CoachingPlan);
