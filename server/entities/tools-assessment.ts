import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/** How well a learner says they know each improvement tool: before the programme, and again in week 12. Written by features/eligibility. */
const ToolsAssessmentSchema = defineEntity({
  name: 'ToolsAssessment', tableName: 'tools_assessment',
  properties: {
    cohort: () => p.manyToOne(Cohort).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    moment: p.enum(['before', 'after'] as const).primary(),
    /** Tool to level. */
    answers: p.json().$type<Record<string, number>>().defaultRaw(`'{}'`),
    savedAt: p.type(InstantType),
  },
});
export class ToolsAssessment extends ToolsAssessmentSchema.class {}
ToolsAssessmentSchema.setClass(ToolsAssessment);
