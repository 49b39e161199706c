import { defineEntity, p } from '@mikro-orm/core';
import { InstantType } from './temporal-types.ts';

/** A tenant: a hospital, a trust, a school. Nothing is ever shared between two. Made by features/platforms, changed by features/organisations. */
const OrganisationSchema = defineEntity({
  name: 'Organisation', tableName: 'organisation',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    /** What the CLI calls it; lower-case letters, digits and hyphens. */
    shortName: p.string().length(63).unique(),
    name: p.string().length(255),
    /** The help line; where null, the programme's own is shown. */
    helpTelephone: p.string().length(255).nullable(),
    helpDays: p.string().length(255).nullable(),
    helpHours: p.string().length(255).nullable(),
    createdAt: p.type(InstantType),
  },
});
export class Organisation extends OrganisationSchema.class {}
OrganisationSchema.setClass(Organisation);
