import { defineEntity, p } from '@mikro-orm/core';
import { InstantType } from './temporal-types.ts';

/** A key pair with which we sign what we send to platforms; the newest signs. Written by features/tool-keys. */
const ToolKeySchema = defineEntity({
  name: 'ToolKey', tableName: 'tool_key',
  properties: {
    kid: p.string().length(64).primary(),
    publicJwk: p.json().$type<Record<string, unknown>>(),
    /** Encrypted under SECRET_KEY: server/sealing.ts. */
    sealedPrivateKey: p.blob(),
    createdAt: p.type(InstantType),
  },
});
export class ToolKey extends ToolKeySchema.class {}
ToolKeySchema.setClass(ToolKey);
