// What people type into a form, before anything is decided about it.

/** The words of a field of one line: no line breaks, tabs or other control characters, no spaces around or doubled. */
export function oneLine(typed: string | undefined): string {
  // PostgreSQL keeps no NUL and no half of a character, and a pasted name may hold line breaks.
  return (typed ?? '').toWellFormed().replace(/[\s\p{Cc}]+/gu, ' ').trim();
}

/** The words of a field of several lines: line ends as \n, nothing that PostgreSQL cannot hold, blanks alone as no text. */
export function manyLines(typed: string | undefined): string {
  const text = (typed ?? '').toWellFormed().replaceAll('\0', '').replaceAll(/\r\n?/g, '\n');
  return text.trim() === '' ? '' : text;
}

/** A day as forms send it; null for anything else, 30 February included. */
export function readDay(text: string | undefined): Temporal.PlainDate | null {
  if (!text || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' });
  } catch {
    return null;
  }
}

/** A named IANA zone in its usual spelling; null for none. A bare offset such as +01:00 knows no summer time. */
export function readZone(text: string | undefined): string | null {
  if (!text || !/^[A-Za-z][\w+/-]{0,62}$/.test(text)) return null;
  try {
    return Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(text).timeZoneId;
  } catch {
    return null;
  }
}
