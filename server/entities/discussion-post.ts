import { defineEntity, p } from '@mikro-orm/core';
import { Cohort } from './cohort.ts';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/**
 * A post in the discussion of a week, or a reply to one (one level). One that is taken away keeps its row: by its author
 * without the words, by faculty with them, for those who ask later; nobody reads them on a page. Written by features/discussion.
 */
const DiscussionPostSchema = defineEntity({
  name: 'DiscussionPost', tableName: 'discussion_post',
  uniques: [{ properties: ['author', 'key'] }],
  indexes: [{ properties: ['cohort', 'week', 'postedAt'] }],
  checks: [{ name: 'discussion_post_removed_whole', expression: '("removed_at" is null) = ("removed_by" is null)' }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    cohort: () => p.manyToOne(Cohort).deleteRule('restrict'),
    week: p.smallint(),
    author: () => p.manyToOne(Person).deleteRule('restrict'),
    /** What the author was when they wrote it. */
    authorRole: p.enum(['administrator', 'faculty', 'assistant', 'learner'] as const),
    /** The post that this one replies to; null for one that begins. */
    parent: () => p.manyToOne(DiscussionPost).nullable().index().deleteRule('restrict'),
    text: p.text(),
    /** Made with the form: sent twice, it is one post. */
    key: p.uuid(),
    postedAt: p.type(InstantType),
    editedAt: p.type(InstantType).nullable(),
    removedAt: p.type(InstantType).nullable(),
    /** No foreign key, as in the audit. */
    removedBy: p.uuid().nullable(),
    /** Why faculty took it away; null where its author did. */
    removalReason: p.string().length(500).nullable(),
  },
});
export class DiscussionPost extends DiscussionPostSchema.class {}
DiscussionPostSchema.setClass(DiscussionPost);
