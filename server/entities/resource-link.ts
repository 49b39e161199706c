import { defineEntity, p } from '@mikro-orm/core';
import { Context } from './context.ts';
import { InstantType } from './temporal-types.ts';

/** One link to us placed in a course (LTI 1.3 core, 3.1.5). Written by features/launch. */
const ResourceLinkSchema = defineEntity({
  name: 'ResourceLink', tableName: 'resource_link',
  uniques: [{ properties: ['context', 'resourceLinkId'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    context: () => p.manyToOne(Context).deleteRule('cascade'),
    resourceLinkId: p.string().length(255),
    title: p.string().length(255).nullable(),
    /** What it opens, a path on our host. */
    target: p.string().length(2048).nullable(),
    /** The column that the LMS made for this link (AGS 2.0, `lineitem`). */
    lineItemUrl: p.string().length(2048).nullable(),
    createdAt: p.type(InstantType),
  },
});
export class ResourceLink extends ResourceLinkSchema.class {}
ResourceLinkSchema.setClass(ResourceLink);
