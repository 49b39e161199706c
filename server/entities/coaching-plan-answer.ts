import { defineEntity, p } from '@mikro-orm/core';
import { CoachingPlan } from './coaching-plan.ts';
import { InstantType } from './temporal-types.ts';

/** What stands in one field of a coaching plan. `version` counts its changes, so that of two tabs none overwrites the other unseen. Written by features/coaching-plans. */
const CoachingPlanAnswerSchema = defineEntity({
  name: 'CoachingPlanAnswer', tableName: 'coaching_plan_answer',
  properties: {
    plan: () => p.manyToOne(CoachingPlan).primary().deleteRule('cascade'),
    /** Section and field of the content file, `goals.first`. */
    field: p.string().length(201).primary(),
    text: p.text(),
    version: p.integer().default(1),
    savedAt: p.type(InstantType),
  },
});
export class CoachingPlanAnswer extends CoachingPlanAnswerSchema.class {}
CoachingPlanAnswerSchema.setClass(CoachingPlanAnswer);
