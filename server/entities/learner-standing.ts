import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';

/**
 * How a learner stands in a cohort, as one document for the pages that people open most: what other tables say, put
 * together by PostgreSQL whenever one of them changes (migration learner_standings). Nobody else writes it.
 */
const LearnerStandingSchema = defineEntity({
  name: 'LearnerStanding', tableName: 'learner_standing',
  properties: {
    cohort: () => p.manyToOne(Cohort).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    /** A `LearnerStanding` of server/learner-standing.ts. As text, because it is read a thousand times for every time it is written. */
    facts: p.json().$type<object>().columnType('json'),
  },
});
export class LearnerStanding extends LearnerStandingSchema.class {}
LearnerStandingSchema.setClass(LearnerStanding);
