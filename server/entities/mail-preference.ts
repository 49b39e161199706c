import { defineEntity, p } from '@mikro-orm/core';
import { Person } from './person.ts';
import { InstantType } from './temporal-types.ts';

/** How somebody wants to be written to, for those who chose; domain/mail-timing.ts says what holds for everybody else. Written by features/mail. */
const MailPreferenceSchema = defineEntity({
  name: 'MailPreference', tableName: 'mail_preference',
  properties: {
    person: () => p.oneToOne(Person).primary().deleteRule('cascade'),
    /** Null: the cohort's. */
    timeZone: p.string().length(64).nullable(),
    /** Minutes after midnight; the same twice means no quiet hours. */
    quietFrom: p.smallint(),
    quietUntil: p.smallint(),
    pace: p.enum(['each', 'daily'] as const),
    /** Kinds of mail that they do not want. */
    off: p.array().runtimeType('string[]').columnType('text[]'),
    changedAt: p.type(InstantType),
  },
});
export class MailPreference extends MailPreferenceSchema.class {}
MailPreferenceSchema.setClass(MailPreference);
