import { defineEntity, p } from '@mikro-orm/core';
import { Context } from './context.ts';
import { SignIn } from './sign-in.ts';
import { InstantType } from './temporal-types.ts';

/**
 * A platform waits for somebody to choose content (Deep Linking 2.0): what it accepts and where the answer goes, kept
 * here so that no form can change it. Answered once. Goes with its sign-in. Written by features/launch and, when it is
 * answered, by features/deep-linking.
 */
const DeepLinkingRequestSchema = defineEntity({
  name: 'DeepLinkingRequest', tableName: 'deep_linking_request',
  properties: {
    id: p.uuid().primary().defaultRaw('gen_random_uuid()'),
    signIn: () => p.manyToOne(SignIn).index().deleteRule('cascade'),
    context: () => p.manyToOne(Context).index().deleteRule('cascade'),
    /** A `DeepLinkingSettings` of server/lti/deep-linking.ts, `data` and return address included, and `targetLinkUri`. */
    settings: p.json().$type<object>(),
    createdAt: p.type(InstantType),
    answeredAt: p.type(InstantType).nullable(),
    /** What the answer held: keys of features/deep-linking/choosable.ts. Null until it is answered; empty when it was cancelled. */
    chosen: p.array().runtimeType('string[]').columnType('text[]').nullable(),
  },
});
export class DeepLinkingRequest extends DeepLinkingRequestSchema.class {}
DeepLinkingRequestSchema.setClass(DeepLinkingRequest);
