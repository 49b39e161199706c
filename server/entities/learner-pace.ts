import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType, PlainDateType } from './temporal-types.ts';

/** What one learner's calendar has of its own: breaks, a pause that goes on, more time. Who keeps the cohort's pace has no row. Written by features/pace. */
const LearnerPaceSchema = defineEntity({
  name: 'LearnerPace', tableName: 'learner_pace',
  properties: {
    cohort: () => p.manyToOne(Cohort).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    /** `CalendarBreak`s of domain/calendar.ts, beside the cohort's. */
    breaks: p.json().$type<object[]>().defaultRaw(`'[]'`),
    /** Since when the calendar stands still; null while it runs. */
    pausedOn: p.type(PlainDateType).nullable(),
    /** Days after the end of a week before this learner counts as behind. */
    extensionDays: p.smallint().default(0),
    /** For faculty, in their own words. */
    reason: p.string().length(1000).nullable(),
    changedAt: p.type(InstantType),
    /** A person or an administrator. No foreign key, as in the audit. */
    changedBy: p.uuid().nullable(),
  },
});
export class LearnerPace extends LearnerPaceSchema.class {}
LearnerPaceSchema.setClass(LearnerPace);
