import { Type } from 'typebox';

export const SignInParams = Type.Object({ signIn: Type.String({ pattern: '^[\\w-]{8,32}$' }) });
/** `to` is a path of ours: it begins with one slash, only ever follows `/in/SIGNIN`, and is spelled as addresses are, in ASCII. */
export const ArrivalQuery = Type.Object({
  ticket: Type.String({ pattern: '^[\\w-]{20,100}$' }),
  to: Type.String({ pattern: '^/(?!/)[\\x21-\\x5b\\x5d-\\x7e]*$', maxLength: 2048 }),
});
