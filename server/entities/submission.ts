import { defineEntity, p } from '@mikro-orm/core';
import { CoachingPlan } from './coaching-plan.ts';
import { ProgrammeVersion } from './programme-version.ts';
import { InstantType } from './temporal-types.ts';

/**
 * A coaching plan as it was handed in: frozen, with a receipt. Its state is all that ever changes. At most one of a plan
 * waits for a grade. Written by features/coaching-plans (submitted, withdrawn) and features/grading (returned, released);
 * features/material names the version of those without one when it changes the cohort's.
 */
const SubmissionSchema = defineEntity({
  name: 'Submission', tableName: 'submission',
  uniques: [
    { properties: ['plan', 'number'] },
    { name: 'submission_waiting_unique', properties: ['plan'], expression: `create unique index "submission_waiting_unique" on "submission" ("plan_id") where "state" = 'submitted'` },
  ],
  indexes: [{ properties: ['state', 'submittedAt'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    plan: () => p.manyToOne(CoachingPlan).deleteRule('restrict'),
    /** 1 for the first. */
    number: p.smallint(),
    /** What a learner quotes to faculty: short, and read aloud without mistakes. */
    receipt: p.string().length(16).unique(),
    /** Field to text, as they stood. */
    answers: p.json().$type<Record<string, string>>(),
    /** `{ id, name, mediaType, bytes }` of each piece of evidence. */
    evidence: p.json().$type<object[]>(),
    state: p.enum(['submitted', 'withdrawn', 'returned', 'released'] as const).default('submitted'),
    submittedAt: p.type(InstantType),
    stateAt: p.type(InstantType),
    /** Whose form its answers belong to; null is the version that the cohort has. */
    programmeVersion: () => p.manyToOne(ProgrammeVersion).nullable().index().deleteRule('restrict'),
  },
});
export class Submission extends SubmissionSchema.class {}
SubmissionSchema.setClass(Submission);
