import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';

/**
 * Which transaction last changed the workshops or the discussions of a cohort: as long as that is the same one, so is what
 * they tell. None while nothing was ever there. PostgreSQL keeps it (migration cohort_news), nobody else writes it.
 */
const CohortNewsVersionSchema = defineEntity({
  name: 'CohortNewsVersion', tableName: 'cohort_news_version',
  properties: {
    // No foreign key: see the migration.
    cohort: () => p.manyToOne(Cohort).primary().createForeignKeyConstraint(false),
    version: p.bigint('string'),
  },
});
export class CohortNewsVersion extends CohortNewsVersionSchema.class {}
CohortNewsVersionSchema.setClass(CohortNewsVersion);
