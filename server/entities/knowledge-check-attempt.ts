import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/** One go at a week's knowledge check; tries are unlimited and the best finished one counts. Written by features/knowledge-checks. */
const KnowledgeCheckAttemptSchema = defineEntity({
  name: 'KnowledgeCheckAttempt', tableName: 'knowledge_check_attempt',
  uniques: [{
    name: 'knowledge_check_attempt_open_unique', properties: ['cohort', 'person', 'week'],
    expression: 'create unique index "knowledge_check_attempt_open_unique" on "knowledge_check_attempt" ("cohort_id", "person_id", "week") where "finished_at" is null',
  }],
  indexes: [{ properties: ['cohort', 'person', 'week'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    cohort: () => p.manyToOne(Cohort).deleteRule('restrict'),
    person: () => p.manyToOne(Person).index().deleteRule('restrict'),
    week: p.smallint(),
    begunAt: p.type(InstantType),
    /** Null while questions are open. */
    finishedAt: p.type(InstantType).nullable(),
    points: p.decimal('string').precision(8).scale(2).nullable(),
    maximum: p.decimal('string').precision(8).scale(2).nullable(),
  },
});
export class KnowledgeCheckAttempt extends KnowledgeCheckAttemptSchema.class {}
KnowledgeCheckAttemptSchema.setClass(KnowledgeCheckAttempt);
