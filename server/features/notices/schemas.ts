import { Type } from 'typebox';

/** `{ "notices": [{ "jwt": … }] }`; what is inside is read by lti/notices.ts. */
export const NoticesBody = Type.Object({ notices: Type.Array(Type.Unknown()) });
