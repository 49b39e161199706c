import { defineEntity, p } from '@mikro-orm/core';
import { Organisation } from './organisation.ts';
import { InstantType } from './temporal-types.ts';

/** A link printed by `cli platform:link`, with which one platform registers itself: good once, for an hour. Written by features/registration. */
const RegistrationLinkSchema = defineEntity({
  name: 'RegistrationLink', tableName: 'registration_link',
  properties: {
    tokenHash: p.blob().primary(),
    /** Whose platform it becomes, and whose deployment when the platform names one. */
    organisation: () => p.manyToOne(Organisation).index().deleteRule('cascade'),
    expiresAt: p.type(InstantType),
    /** While a registration is under way at the platform, so that a double press does not register twice. */
    busyUntil: p.type(InstantType).nullable(),
    usedAt: p.type(InstantType).nullable(),
    /**
     * The last configuration that was read and found good, and its address: what somebody confirms is what is used, and
     * an address that answers once only (Brightspace) is asked once only.
     */
    configurationUrl: p.string().length(2048).nullable(),
    configuration: p.json().$type<Record<string, unknown>>().nullable(),
  },
});
export class RegistrationLink extends RegistrationLinkSchema.class {}
RegistrationLinkSchema.setClass(RegistrationLink);
