import { expect } from 'chai';
import { describe, it } from 'mocha';
import { linkPieces } from '../../server/domain/linked-text.ts';

/** The addresses that become links. */
const cases: [text: string, links: string[]][] = [
  ['', []],
  ['No address.', []],
  ['See https://example.org/a?b=1&c=2.', ['https://example.org/a?b=1&c=2']],
  ['(https://example.org/a) and “https://example.org/b”, https://example.org/c!', ['https://example.org/a', 'https://example.org/b', 'https://example.org/c']],
  ['https://example.org/run_chart_(quality)', ['https://example.org/run_chart_(quality)']],
  ['<a href="https://example.org/x">', ['https://example.org/x']],
  ['http://example.org javascript:alert(1) data:text/html,x //example.org ftp://example.org', []],
  ['https://known.example@other.example/', []],
  ['xhttps://example.org', []],
  ['https://', []],
  ['HTTPS://EXAMPLE.ORG/A', ['https://example.org/A']],
];

describe('addresses in what people wrote', () => {
  for (const [text, links] of cases) {
    it(JSON.stringify(text), () => {
      const pieces = linkPieces(text);
      expect(pieces.flatMap(({ href }) => href ?? [])).to.deep.equal(links);
      expect(pieces.map((piece) => piece.text).join(''), 'nothing is lost').to.equal(text);
    });
  }
});

describe('an address that nobody means', () => {
  it('of thousands of dots and brackets is cut as quickly as any', () => {
    const text = `https://a.example/${'.'.repeat(10_000)}a${')'.repeat(9_000)}`;
    expect(linkPieces(text).map((piece) => piece.text).join('')).to.equal(text);
  });
});
