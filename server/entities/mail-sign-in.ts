import { defineEntity, p } from '@mikro-orm/core';
import { Context } from './context.ts';
import { Mail } from './mail.ts';
import { InstantType } from './temporal-types.ts';

/** A sign-in link that was asked for by mail: good once, for fifteen minutes. Its token is this row's id, sealed, and is kept nowhere. Written by features/mail. */
const MailSignInSchema = defineEntity({
  name: 'MailSignIn', tableName: 'mail_sign_in',
  properties: {
    mail: () => p.oneToOne(Mail).primary().deleteRule('cascade'),
    /** The course that it opens. */
    context: () => p.manyToOne(Context).index().deleteRule('cascade'),
    expiresAt: p.type(InstantType),
    usedAt: p.type(InstantType).nullable(),
  },
});
export class MailSignIn extends MailSignInSchema.class {}
MailSignInSchema.setClass(MailSignIn);
