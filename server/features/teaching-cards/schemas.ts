import { Type } from 'typebox';

export const CardParams = Type.Object({ card: Type.String({ pattern: '^[a-z0-9-]{1,100}$' }) });
