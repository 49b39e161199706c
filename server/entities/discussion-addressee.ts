import { defineEntity, p } from '@mikro-orm/core';
import { DiscussionPost } from './discussion-post.ts';
import { Person } from './person.ts';

/** Somebody whom a post mentions, or whose post it answers: who is to be told of it. Written by features/discussion. */
const DiscussionAddresseeSchema = defineEntity({
  name: 'DiscussionAddressee', tableName: 'discussion_addressee',
  properties: {
    post: () => p.manyToOne(DiscussionPost).primary().deleteRule('cascade'),
    person: () => p.manyToOne(Person).primary().index().deleteRule('restrict'),
    because: p.enum(['mention', 'reply'] as const),
  },
});
export class DiscussionAddressee extends DiscussionAddresseeSchema.class {}
DiscussionAddresseeSchema.setClass(DiscussionAddressee);
