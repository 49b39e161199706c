import { defineEntity, p } from '@mikro-orm/core';
import { LineItem } from './line-item.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/**
 * What a learner's cell in the LMS's grade book shall say (AGS 2.0, score), and how far that has got. This row is the
 * truth: every change of the grade raises `version`, a job delivers the newest and notes it as `sentVersion`; the queue
 * only carries the row's id. Written by score-outbox.ts and features/scores.
 */
const ScoreSchema = defineEntity({
  name: 'Score', tableName: 'score',
  uniques: [{ properties: ['lineItem', 'person'] }],
  // What is under way, for the sweep that wakes rows whose job was lost.
  indexes: [{ name: 'score_waiting_index', properties: ['changedAt'], expression: `create index "score_waiting_index" on "score" ("changed_at") where "state" = 'waiting'` }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    lineItem: () => p.manyToOne(LineItem).deleteRule('cascade'),
    person: () => p.manyToOne(Person).index().deleteRule('restrict'),
    version: p.integer().default(1),
    sentVersion: p.integer().default(0),
    /** The score that the platform was last sent; null while it has none from us. */
    sentScore: p.decimal('string').precision(8).scale(2).nullable(),
    /** Null while something is handed in and not graded. */
    scoreGiven: p.decimal('string').precision(8).scale(2).nullable(),
    scoreMaximum: p.decimal('string').precision(8).scale(2),
    comment: p.text().nullable(),
    /** The comment that the platform has: Canvas shows every one that is posted. */
    sentComment: p.text().nullable(),
    activityProgress: p.enum(['Initialized', 'Started', 'InProgress', 'Submitted', 'Completed'] as const),
    gradingProgress: p.enum(['FullyGraded', 'Pending', 'PendingManual', 'Failed', 'NotReady'] as const),
    /** When the learner handed it in. */
    submittedAt: p.type(InstantType).nullable(),
    /** Of the last attempt to send; every attempt takes one at least a whole second later, before it is made. */
    timestamp: p.type(InstantType).nullable(),
    state: p.enum(['waiting', 'sent', 'refused'] as const).default('waiting'),
    /** Why it was refused, or why it waits still: a reason code. */
    reason: p.string().length(100).nullable(),
    /** The platform's last HTTP status. */
    status: p.smallint().nullable(),
    attempts: p.integer().default(0),
    changedAt: p.type(InstantType),
    sentAt: p.type(InstantType).nullable(),
    /** While somebody delivers it: nobody else does. */
    leaseUntil: p.type(InstantType).nullable(),
    /** What the platform said when it was last asked (AGS 2.0, result). */
    resultScore: p.decimal('string').precision(8).scale(2).nullable(),
    resultMaximum: p.decimal('string').precision(8).scale(2).nullable(),
    resultReadAt: p.type(InstantType).nullable(),
  },
});
export class Score extends ScoreSchema.class {}
ScoreSchema.setClass(Score);
