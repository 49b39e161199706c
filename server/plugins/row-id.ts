// The id of a row, as it stands in our addresses.
import { Type } from 'typebox';

/** Not ajv's own format `uuid`: that one lets `urn:uuid:…` pass, which PostgreSQL does not read. */
export const RowId = Type.String({ pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$' });
