// Tables for spreadsheets.

/**
 * RFC 4180, with a byte-order mark, by which Excel knows UTF-8. A value that a spreadsheet would take for a formula is
 * prefixed by an apostrophe (OWASP, CSV injection): names come from outside.
 */
export function toCsv(rows: readonly (readonly string[])[]): string {
  const cell = (value: string) => {
    // Where the semicolon parts columns, a formula may begin after one.
    const harmless = value.replace(/(^|[;\t\r\n])(?=[=+\-@\t\r\n])/g, '$1\'');
    return /[",;\t\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
  };
  return `\uFEFF${rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('')}`;
}
