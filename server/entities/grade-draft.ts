import { defineEntity, p } from '@mikro-orm/core';
import { Person } from './person.ts';
import { Submission } from './submission.ts';
import { InstantType } from './temporal-types.ts';

/** What one grader has in mind for a submission, seen by nobody else until it is released or returned; an assistant's by those who decide. Version 0 is a page that was opened and nothing written in. Written by features/grading. */
const GradeDraftSchema = defineEntity({
  name: 'GradeDraft', tableName: 'grade_draft',
  properties: {
    submission: () => p.manyToOne(Submission).primary().deleteRule('cascade'),
    grader: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    /** A `RubricAssessment` of domain/rubric.ts, incomplete as it may be. */
    assessment: p.json().$type<object>(),
    /** Counts changes, so that of two tabs none overwrites the other unseen. */
    version: p.integer().default(1),
    savedAt: p.type(InstantType),
  },
});
export class GradeDraft extends GradeDraftSchema.class {}
GradeDraftSchema.setClass(GradeDraft);
