import { defineEntity, p } from '@mikro-orm/core';
import { Administrator } from './administrator.ts';
import { InstantType } from './temporal-types.ts';

/** A link printed by `cli admin:link`: good once, for fifteen minutes. Written by features/people. */
const SignInLinkSchema = defineEntity({
  name: 'SignInLink', tableName: 'sign_in_link',
  properties: {
    tokenHash: p.blob().primary(),
    administrator: () => p.manyToOne(Administrator).index().deleteRule('cascade'),
    expiresAt: p.type(InstantType),
    usedAt: p.type(InstantType).nullable(),
  },
});
export class SignInLink extends SignInLinkSchema.class {}
SignInLinkSchema.setClass(SignInLink);
