// How Temporal values are kept in PostgreSQL: an instant as timestamptz, a day as date.
import { Type } from '@mikro-orm/core';

/** timestamptz ↔ Temporal.Instant. */
export class InstantType extends Type<Temporal.Instant, string> {
  override convertToDatabaseValue(value: Temporal.Instant | string): string {
    return value == null ? value : String(value);
  }
  override convertToJSValue(value: string | Date): Temporal.Instant {
    if (value == null) return value;
    return value instanceof Date ? value.toTemporalInstant() : Temporal.Instant.from(value);
  }
  override getColumnType(): string { return 'timestamptz(3)'; }
  override compareAsType(): string { return 'string'; }
  override toJSON(value: Temporal.Instant): string { return String(value); }
}

/** date ↔ Temporal.PlainDate. */
export class PlainDateType extends Type<Temporal.PlainDate, string> {
  override convertToDatabaseValue(value: Temporal.PlainDate | string): string {
    return value == null ? value : String(value);
  }
  override convertToJSValue(value: string): Temporal.PlainDate {
    return value == null ? value : Temporal.PlainDate.from(value);
  }
  override getColumnType(): string { return 'date'; }
  override compareAsType(): string { return 'string'; }
  override toJSON(value: Temporal.PlainDate): string { return String(value); }
}
