// What people wrote, cut into plain text and the addresses in it, so that a template can print links and no markup.

export type TextPiece = { text: string; /** The address that this piece links to; null for plain text. */ href: string | null };

/** Cuts a text at its https addresses. Anything else, `javascript:` and `http:` with it, stays text. All pieces joined are the text. */
export function linkPieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  let end = 0;
  for (const found of text.matchAll(/(?<![\p{L}\p{N}])https:\/\/[^\s<>"“”]+/giu)) {
    const address = withoutClosing(found[0]);
    const href = safeAddress(address);
    if (href === null) continue;
    if (found.index > end) pieces.push({ text: text.slice(end, found.index), href: null });
    pieces.push({ text: address, href });
    end = found.index + address.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end), href: null });
  return pieces;
}

/** What closes a sentence belongs to the sentence; so does a bracket that the address did not open. */
function withoutClosing(address: string): string {
  // Counted from the end, a letter at a time: what people write may be thousands of dots.
  const closing = address.includes('(') ? '.,;:!?\'’…' : '.,;:!?\'’…)';
  let end = address.length;
  while (end > 0 && closing.includes(address.charAt(end - 1))) end -= 1;
  return address.slice(0, end);
}

/** The address as browsers read it; null when they cannot, or when it says one host and means another (`https://known@other`). */
function safeAddress(text: string): string | null {
  const url = URL.parse(text);
  return url?.protocol === 'https:' && url.username === '' && url.password === '' ? url.href : null;
}
