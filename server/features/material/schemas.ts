import { Type } from 'typebox';

export const MaterialQuery = Type.Object({ notice: Type.Optional(Type.Union([Type.Literal('accepted'), Type.Literal('elsewhere')])) });
/** The versions that the page compared, so that nobody accepts what they have not seen. */
export const AcceptanceForm = Type.Object({ from: Type.Optional(Type.String({ maxLength: 64 })), to: Type.Optional(Type.String({ maxLength: 64 })) });
