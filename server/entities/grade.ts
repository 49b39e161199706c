import { defineEntity, p } from '@mikro-orm/core';
import { Person } from './person.ts';
import { ProgrammeVersion } from './programme-version.ts';
import { Submission } from './submission.ts';
import { InstantType } from './temporal-types.ts';

/** What was decided about a submission, as its learner reads it: returned for revision, or graded and released. One a submission. Written by features/grading; features/coaching-plans notes that it was read, features/material the version of those without one when it changes the cohort's. */
const GradeSchema = defineEntity({
  name: 'Grade', tableName: 'grade',
  properties: {
    submission: () => p.oneToOne(Submission).primary().deleteRule('restrict'),
    grader: () => p.manyToOne(Person).index().deleteRule('restrict'),
    decision: p.enum(['returned', 'released'] as const),
    /** A `RubricAssessment` of domain/rubric.ts; complete when it is released. */
    assessment: p.json().$type<object>(),
    /** Null when it was returned. */
    points: p.decimal('string').precision(8).scale(2).nullable(),
    maximum: p.decimal('string').precision(8).scale(2),
    /** The band of the rubric that it falls into, and whether that passes. */
    band: p.string().length(100).nullable(),
    passed: p.boolean().nullable(),
    decidedAt: p.type(InstantType),
    /** When its learner first read it; null while it is news. */
    readAt: p.type(InstantType).nullable(),
    /** Whose rubric it was given by, and is corrected by; null is the version that the cohort has. */
    programmeVersion: () => p.manyToOne(ProgrammeVersion).nullable().index().deleteRule('restrict'),
  },
});
export class Grade extends GradeSchema.class {}
GradeSchema.setClass(Grade);
