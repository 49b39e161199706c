import { Type } from 'typebox';

export const SignInParams = Type.Object({ signIn: Type.String({ pattern: '^[\\w-]{8,32}$' }) });
/** `to` is a path of ours: it begins with one slash and only ever follows `/in/SIGNIN`. */
export const ArrivalQuery = Type.Object({
  ticket: Type.String({ pattern: '^[\\w-]{20,100}$' }),
  to: Type.String({ pattern: '^/(?!/)[^\\\\\\r\\n]*$', maxLength: 2048 }),
});
