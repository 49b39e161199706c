import { defineEntity, p } from '@mikro-orm/core';
import { InstantType } from './temporal-types.ts';

/** A key pair with which we sign what we send to platforms. Published before it signs, and until its last token has ended. Written by features/tool-keys. */
const ToolKeySchema = defineEntity({
  name: 'ToolKey', tableName: 'tool_key',
  properties: {
    kid: p.string().length(64).primary(),
    publicJwk: p.json().$type<Record<string, unknown>>(),
    /** Encrypted under SECRET_KEY: server/sealing.ts. */
    sealedPrivateKey: p.blob(),
    createdAt: p.type(InstantType),
    /** From then on it signs, until a newer one does; null means from the beginning. */
    signsFrom: p.type(InstantType).nullable(),
    /** From then on it is no longer published; null while it signs or will. */
    retiresAt: p.type(InstantType).nullable(),
  },
});
export class ToolKey extends ToolKeySchema.class {}
ToolKeySchema.setClass(ToolKey);
