import { defineEntity, p } from '@mikro-orm/core';
import { DiscussionPost } from './discussion-post.ts';
import { InstantType } from './temporal-types.ts';

/** What faculty or an assistant say of a post: that it answers the question, that it is worth reading. Written by features/discussion. */
const DiscussionMarkSchema = defineEntity({
  name: 'DiscussionMark', tableName: 'discussion_mark',
  properties: {
    post: () => p.manyToOne(DiscussionPost).primary().deleteRule('cascade'),
    mark: p.enum(['answer', 'worth-reading'] as const).primary(),
    markedAt: p.type(InstantType),
    /** No foreign key, as in the audit. */
    markedBy: p.uuid(),
  },
});
export class DiscussionMark extends DiscussionMarkSchema.class {}
DiscussionMarkSchema.setClass(DiscussionMark);
