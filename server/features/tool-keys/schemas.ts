import { Type } from 'typebox';

export const KeysQuery = Type.Object({ notice: Type.Optional(Type.Enum(['made', 'coming', 'replaced'])) });
/** `lost`: somebody else may hold the private key. */
export const KeysForm = Type.Object({ because: Type.Enum(['planned', 'lost']) });
