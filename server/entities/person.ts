import { defineEntity, p } from '@mikro-orm/core';
import { Organisation } from './organisation.ts';
import { PlatformRegistration } from './platform-registration.ts';
import { InstantType } from './temporal-types.ts';

/**
 * Somebody whom an LMS sent. One per registration, organisation and `sub`; e-mail never joins two.
 * Written by features/launch.
 */
const PersonSchema = defineEntity({
  name: 'Person', tableName: 'person',
  uniques: [{ properties: ['registration', 'organisation', 'sub'] }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    registration: () => p.manyToOne(PlatformRegistration).deleteRule('restrict'),
    organisation: () => p.manyToOne(Organisation).index().deleteRule('restrict'),
    sub: p.string().length(255),
    /** Null where the LMS withholds it. */
    name: p.string().length(255).nullable(),
    givenName: p.string().length(255).nullable(),
    familyName: p.string().length(255).nullable(),
    email: p.string().length(255).nullable(),
    createdAt: p.type(InstantType),
  },
});
export class Person extends PersonSchema.class {}
PersonSchema.setClass(Person);
