import { defineEntity, p } from '@mikro-orm/core';
import { Context } from './context.ts';
import { InstantType } from './temporal-types.ts';

/**
 * A course that the LMS made as a copy of another course of ours. Faculty are asked once whether it is a new cohort or
 * the same one; no learner's data ever moves. Written by features/notices, by features/launch (from history claims)
 * and, when it is decided, by features/cohorts.
 */
const ContextCopySchema = defineEntity({
  name: 'ContextCopy', tableName: 'context_copy',
  properties: {
    context: () => p.manyToOne(Context).primary().deleteRule('cascade'),
    origin: () => p.manyToOne(Context).index().deleteRule('cascade'),
    /** notice: the platform told us (LtiContextCopyNotice). history: a launch named the courses it was copied from. */
    source: p.enum(['notice', 'history'] as const),
    noticedAt: p.type(InstantType),
    decision: p.enum(['new', 'same'] as const).nullable(),
    decidedAt: p.type(InstantType).nullable(),
    /** Who decided: a person. No foreign key, as in the audit. */
    decidedBy: p.uuid().nullable(),
  },
});
export class ContextCopy extends ContextCopySchema.class {}
ContextCopySchema.setClass(ContextCopy);
