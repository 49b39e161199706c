import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/** A learner's eligibility form: team, project, sponsor, experience. Faculty accept it or return it with a word. Written by features/eligibility. */
const EligibilitySchema = defineEntity({
  name: 'Eligibility', tableName: 'eligibility',
  properties: {
    cohort: () => p.manyToOne(Cohort).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    /** Field to text. */
    answers: p.json().$type<Record<string, string>>().defaultRaw(`'{}'`),
    /** Counts changes, so that of two tabs none overwrites the other unseen. */
    version: p.integer().default(1),
    state: p.enum(['draft', 'submitted', 'returned', 'accepted'] as const).default('draft'),
    savedAt: p.type(InstantType),
    submittedAt: p.type(InstantType).nullable(),
    decidedAt: p.type(InstantType).nullable(),
    /** A person or an administrator. No foreign key, as in the audit. */
    decidedBy: p.uuid().nullable(),
    /** What faculty wrote when they decided. */
    word: p.string().length(2000).nullable(),
    /** When the learner looked at the form after it was accepted: then that is no news any more. */
    acceptanceReadAt: p.type(InstantType).nullable(),
  },
});
export class Eligibility extends EligibilitySchema.class {}
EligibilitySchema.setClass(Eligibility);
