import { defineEntity, p } from '@mikro-orm/core';
import { Organisation } from './organisation.ts';
import { ProgrammeVersion } from './programme-version.ts';
import { InstantType, PlainDateType } from './temporal-types.ts';

/** People who go through the twelve weeks together, on one calendar. Written by features/cohorts, and what is said beside a column. */
const CohortSchema = defineEntity({
  name: 'Cohort', tableName: 'cohort',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    organisation: () => p.manyToOne(Organisation).index().deleteRule('restrict'),
    programmeVersion: () => p.manyToOne(ProgrammeVersion).index().deleteRule('restrict'),
    name: p.string().length(255),
    /** First day of week 1. */
    startsOn: p.type(PlainDateType),
    /** IANA name, for example Europe/London. */
    timeZone: p.string().length(64),
    /** What faculty of another course type to join; shown to this cohort's faculty only. */
    joinCode: p.string().length(16).unique(),
    /** Whether attendance has a column of its own in the grade books. */
    attendanceColumn: p.boolean().default(false),
    /** `CalendarBreak`s of domain/calendar.ts: holiday weeks that move what comes after. Written by features/pace. */
    breaks: p.json().$type<object[]>().defaultRaw(`'[]'`),
    /** Whether only week 1 is open to a learner until faculty have accepted the eligibility form. Written by features/eligibility. */
    eligibilityRequired: p.boolean().default(false),
    createdAt: p.type(InstantType),
  },
});
export class Cohort extends CohortSchema.class {}
CohortSchema.setClass(Cohort);
