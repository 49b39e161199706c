// Values as platforms send them, made safe to keep and to show. Launches, rosters, columns and notices read them alike.

const longestId = 255;
const longestName = 255;

/** A key of something: never changed, so one that cannot be kept as it is counts as absent. */
export function readId(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= longestId && !value.includes('\0') && value.isWellFormed() ? value : undefined;
}

/**
 * Words for people: made storable, cut to length; an unsubstituted `$Person.…` counts as absent, and so does a name
 * that nobody could see. Marks that turn the direction of all that follows are left out, so that a name cannot rewrite
 * the words beside it; those inside Arabic and Hebrew names (U+200E, U+200F) stay.
 */
export function readName(value: unknown, longest = longestName): string | undefined {
  if (typeof value !== 'string' || isUnsubstituted(value)) return undefined;
  const clean = value.replaceAll('\0', '').replace(/\p{Cc}+/gu, ' ').replace(/[\u202a-\u202e\u2066-\u2069]/g, '').toWellFormed().trim();
  if (!/[^\s\p{Cf}]/u.test(clean)) return undefined;
  return cut(clean, longest).trim() || undefined;
}

/** An e-mail address that was cut would be another one, so one that is too long counts as absent. */
export function readEmail(value: unknown): string | undefined {
  const email = readName(value, longestName + 1);
  return email !== undefined && email.length <= longestName ? email : undefined;
}

/** A platform that does not know a variable sends its name: `$Person.email.primary`, or two of them for a full name. */
export function isUnsubstituted(value: string): boolean {
  return /^\s*(?:\$[A-Za-z]\w*(?:\.\w+)+\s*)+$/.test(value);
}

/** Cuts without leaving half a character behind. */
export function cut(text: string, longest: number): string {
  if (text.length <= longest) return text;
  const shorter = text.slice(0, longest);
  return shorter.isWellFormed() ? shorter : shorter.slice(0, -1);
}

/** An object's members; none where there is no object. */
export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : {};
}

/** The same object without the properties that are undefined. */
export function withoutAbsent<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present: Partial<T> = {};
  for (const key in values) if (values[key] !== undefined) present[key] = values[key];
  return present as { [K in keyof T]?: Exclude<T[K], undefined> };
}
