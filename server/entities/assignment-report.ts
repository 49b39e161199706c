import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/**
 * What a learner tells of a week's assignment, done with the team. While `doneAt` is set, it counts as done, and faculty,
 * assistants and administrators of the cohort read the account; taken back, the words stay and are the learner's alone. `version` counts
 * its changes, so that of two tabs none overwrites the other unseen. Written by features/assignments.
 */
const AssignmentReportSchema = defineEntity({
  name: 'AssignmentReport', tableName: 'assignment_report',
  checks: [{ name: 'assignment_report_done_with_account', expression: `"done_at" is null or "account" <> ''` }],
  properties: {
    cohort: () => p.manyToOne(Cohort).primary().deleteRule('restrict'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    /** The assignment's key in the content file. */
    assignment: p.string().length(100).primary(),
    account: p.text(),
    version: p.integer().default(1),
    writtenAt: p.type(InstantType),
    /** Since when it is done; null after it was taken back. */
    doneAt: p.type(InstantType).nullable(),
  },
});
export class AssignmentReport extends AssignmentReportSchema.class {}
AssignmentReportSchema.setClass(AssignmentReport);
