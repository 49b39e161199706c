import { defineEntity, p } from '@mikro-orm/core';
import { Context } from './context.ts';
import { ResourceLink } from './resource-link.ts';
import { InstantType } from './temporal-types.ts';

/**
 * A column of a course's grade book that is ours (AGS 2.0, line item): found by resource id and tag before one is
 * made, and never made twice. Written by score-outbox.ts and features/scores.
 */
const LineItemSchema = defineEntity({
  name: 'LineItem', tableName: 'line_item',
  uniques: [{ properties: ['context', 'resourceId', 'tag'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    context: () => p.manyToOne(Context).deleteRule('cascade'),
    /** What of ours it grades, for example `week-1`. */
    resourceId: p.string().length(255),
    /** Which result of it, for example `knowledge-check`. */
    tag: p.string().length(255),
    label: p.string().length(255),
    scoreMaximum: p.decimal('string').precision(8).scale(2),
    /** The page of ours that it grades, such as `/weeks/1`: a link to that page may have brought a column along. */
    target: p.string().length(2048).nullable(),
    /** Its address at the platform; null until it was found or made there. */
    url: p.string().length(2048).nullable(),
    /** The link whose own column it is, when the platform made one with the link. */
    resourceLink: () => p.manyToOne(ResourceLink).nullable().index().deleteRule('set null'),
    /** Why there is none at the platform: a reason code of lti/assignment-grades.ts. */
    problem: p.string().length(100).nullable(),
    /** While somebody looks for it there or makes it: nobody else does, or there would be two. */
    leaseUntil: p.type(InstantType).nullable(),
    createdAt: p.type(InstantType),
  },
});
export class LineItem extends LineItemSchema.class {}
LineItemSchema.setClass(LineItem);
