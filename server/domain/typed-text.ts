// What people type into a form, before anything is decided about it.

/** The words of a field of one line: no line breaks, tabs or other control characters, no spaces around or doubled. */
export function oneLine(typed: string | undefined): string {
  // PostgreSQL keeps no NUL and no half of a character, and a pasted name may hold line breaks.
  return (typed ?? '').toWellFormed().replace(/[\s\p{Cc}]+/gu, ' ').trim();
}
