import { defineEntity, p } from '@mikro-orm/core';
import { Organisation } from './organisation.ts';
import { InstantType } from './temporal-types.ts';

/** An LMS and the client id it gave us (LTI 1.3 core, 3.1.3). Written by features/platforms and, for one that registers itself, by features/registration. */
const PlatformRegistrationSchema = defineEntity({
  name: 'PlatformRegistration', tableName: 'platform_registration',
  uniques: [{ properties: ['issuer', 'clientId'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    /** The organisation that registered it; its administrators may approve deployments into it. */
    organisation: () => p.manyToOne(Organisation).index().deleteRule('restrict'),
    name: p.string().length(255),
    issuer: p.string().length(2048),
    clientId: p.string().length(255),
    authenticationUrl: p.string().length(2048),
    tokenUrl: p.string().length(2048),
    keysetUrl: p.string().length(2048),
    active: p.boolean().default(true),
    /** Whether institution/person#Administrator makes an administrator (contract.md, who is who). */
    institutionAdministrators: p.boolean().default(true),
    /** Further origins that may frame our pages, added by an administrator. */
    frameOrigins: p.array().runtimeType('string[]').columnType('text[]').default([]),
    /** What the LMS calls its kind (`tool_platform.product_family_code`), which chooses its profile; null until a launch or a registration said so. */
    productFamilyCode: p.string().length(255).nullable(),
    /** `aud` of our token requests where it is not the token address (OpenID configuration, `authorization_server`; Brightspace). */
    tokenAudience: p.string().length(2048).nullable(),
    /** The scopes that dynamic registration granted; null where it was set up by hand. */
    grantedScopes: p.array().runtimeType('string[]').columnType('text[]').nullable(),
    /** Why an operator has to look at it before it may be used; null when nothing holds it. */
    heldReason: p.string().length(100).nullable(),
    createdAt: p.type(InstantType),
  },
});
export class PlatformRegistration extends PlatformRegistrationSchema.class {}
PlatformRegistrationSchema.setClass(PlatformRegistration);
