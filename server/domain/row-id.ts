// How the id of a row is written where it stands in an address.

/** As a pattern for schemas. Not ajv's own format `uuid`: that lets `urn:uuid:…` pass, which PostgreSQL cannot read. */
export const rowId = '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$';
