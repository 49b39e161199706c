import { defineEntity, p } from '@mikro-orm/core';
import { Organisation } from './organisation.ts';
import { InstantType } from './temporal-types.ts';

/** What an organisation decided about its mail; one without a row has decided nothing. Written by features/mail. */
const MailSettingSchema = defineEntity({
  name: 'MailSetting', tableName: 'mail_setting',
  properties: {
    organisation: () => p.oneToOne(Organisation).primary().deleteRule('cascade'),
    /** Whether a learner may be sent a sign-in link, to the address that the LMS gave. */
    signInLinks: p.boolean().default(false),
    changedAt: p.type(InstantType),
  },
});
export class MailSetting extends MailSettingSchema.class {}
MailSettingSchema.setClass(MailSetting);
