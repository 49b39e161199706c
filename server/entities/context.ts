import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Deployment } from './deployment.ts';
import { InstantType } from './temporal-types.ts';

/**
 * A course of the LMS (LTI's word: context). Several may share one cohort.
 * Written by features/launch; linked to a cohort by features/cohorts.
 */
const ContextSchema = defineEntity({
  name: 'Context', tableName: 'context',
  uniques: [{ properties: ['deployment', 'contextId'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    deployment: () => p.manyToOne(Deployment).deleteRule('restrict'),
    contextId: p.string().length(255),
    title: p.string().length(255).nullable(),
    label: p.string().length(255).nullable(),
    cohort: () => p.manyToOne(Cohort).nullable().index().deleteRule('restrict'),
    /** Assignment and Grade Services of this course, as its last launch named them; null where the LMS offers none. */
    lineItemsUrl: p.string().length(2048).nullable(),
    gradeScopes: p.array().runtimeType('string[]').columnType('text[]').default([]),
    /** Names and Role Provisioning Services of this course. */
    membershipsUrl: p.string().length(2048).nullable(),
    createdAt: p.type(InstantType),
  },
  indexes: [{ properties: ['contextId'] }],
});
export class Context extends ContextSchema.class {}
ContextSchema.setClass(Context);
