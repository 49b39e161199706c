import { defineEntity, p } from '@mikro-orm/core';
import { Organisation } from './organisation.ts';
import { InstantType } from './temporal-types.ts';

/**
 * Somebody made administrator on the command line, outside any LMS: of one organisation, or without one an
 * operator of the whole. A launch with the same e-mail is somebody else. Written by features/people.
 */
const AdministratorSchema = defineEntity({
  name: 'Administrator', tableName: 'administrator',
  // One statement for both kinds: an operator has no organisation, and PostgreSQL holds nulls to be different.
  uniques: [{ name: 'administrator_email_organisation_unique', properties: ['email', 'organisation'], expression: 'create unique index "administrator_email_organisation_unique" on "administrator" ("email", "organisation_id") nulls not distinct' }],
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    email: p.string().length(255),
    organisation: () => p.manyToOne(Organisation).nullable().index().deleteRule('restrict'),
    createdAt: p.type(InstantType),
  },
});
export class Administrator extends AdministratorSchema.class {}
AdministratorSchema.setClass(Administrator);
