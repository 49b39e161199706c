import { Type } from 'typebox';

/** Longer than any search, and no harm when it is pasted. */
export const SearchQuery = Type.Object({ q: Type.Optional(Type.String({ maxLength: 200 })) });
