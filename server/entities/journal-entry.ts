import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/**
 * What a learner wrote into the journal for a week. Nobody else reads it unless `sharedAt` is set, and then faculty and
 * assistants of the cohort do. `version` counts its changes, so that of two tabs none overwrites the other unseen.
 * Written by features/journal.
 */
const JournalEntrySchema = defineEntity({
  name: 'JournalEntry', tableName: 'journal_entry',
  indexes: [{ name: 'journal_entry_shared_index', properties: ['cohort', 'sharedAt'], expression: 'create index "journal_entry_shared_index" on "journal_entry" ("cohort_id", "shared_at") where "shared_at" is not null' }],
  properties: {
    cohort: () => p.manyToOne(Cohort).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    week: p.smallint().primary(),
    text: p.text(),
    version: p.integer().default(1),
    savedAt: p.type(InstantType),
    /** Since when faculty may read it; null while it is private. */
    sharedAt: p.type(InstantType).nullable(),
  },
});
export class JournalEntry extends JournalEntrySchema.class {}
JournalEntrySchema.setClass(JournalEntry);
