import { Type } from 'typebox';

/** Whatever was typed or pasted into an address: the page says in words what is too long. */
export const SearchQuery = Type.Object({ q: Type.Array(Type.String(), { default: [] }) });
