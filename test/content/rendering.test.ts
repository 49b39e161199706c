import { expect } from 'chai';
import { before, describe, it } from 'mocha';
import { loadProgramme, programmeHash } from '../../server/content/library.ts';
import { parseMarkdown, renderTokens, typeset } from '../../server/content/markdown.ts';
import type { Programme } from '../../server/content/programme.ts';
import { goodFiles, withProgramme } from './small-programme.ts';

const figure = { name: 'two-lines', svg: '<svg class="chart"></svg>' };

/** HTML of Markdown on a page with two entries in its reading list and one drawing. */
function htmlOf(source: string): string {
  const page = { readingKeys: ['first', 'second'], figures: new Map([['two-lines', figure]]), terms: new Set(['run-chart']), report: (line: number, message: string) => { throw new Error(`${line}: ${message}`); } };
  return renderTokens(parseMarkdown(source, page), page).replaceAll('\n', '');
}

const cases: [what: string, markdown: string, html: string][] = [
  ['quotation marks and apostrophes', `"It's 'so'," she said.`, '<p>“It’s ‘so’,” she said.</p>'],
  ['dots and dashes', 'Wait... then -- go.', '<p>Wait… then – go.</p>'],
  ['an item called (c) as it is', '(c) the third', '<p>(c) the third</p>'],
  ['a word of the glossary', 'A [run chart](term:run-chart) has.', '<p>A <a href="../glossary#run-chart" class="term">run chart</a> has.</p>'],
  ['a definition', 'The *[median]* is *in* the middle.', '<p>The <dfn>median</dfn> is <em>in</em> the middle.</p>'],
  ['an emphasised link as a link', '*[Here](#x)*', '<p><em><a href="#x">Here</a></em></p>'],
  ['references by their number', 'So it is.[^second][^first]', '<p>So it is.<a href="#ref-second" aria-label="Reference 2"><sup>2</sup></a><sup>, </sup><a href="#ref-first" aria-label="Reference 1"><sup>1</sup></a></p>'],
  ['a link to elsewhere', '[Paper](https://example.org/a)', '<p><a href="https://example.org/a" rel="noopener" target="_blank">Paper<span class="vh"> (opens in a new window)</span></a></p>'],
  ['a link within the page', '[Above](#what)', '<p><a href="#what">Above</a></p>'],
  ['a forbidden address as nowhere', '[x](javascript:alert(1))', '<p><a href="#">x</a></p>'],
  ['raw HTML as text', 'a <b onclick="x()">b</b>', '<p>a &lt;b onclick=&quot;x()&quot;&gt;b&lt;/b&gt;</p>'],
  ['a sign that is no HTML', 'p < 0.05 and \\<b>', '<p>p &lt; 0.05 and &lt;b&gt;</p>'],
  ['a figure', '![Figure 1.1](figures/two-lines.svg "**Two.** It\'s *so*.[^first]")',
    '<figure><svg class="chart"></svg><figcaption><b>Figure 1.1.</b> <strong>Two.</strong> It’s <em>so</em>.<a href="#ref-first" aria-label="Reference 1"><sup>1</sup></a></figcaption></figure>'],
  ['a worked example', '::: example Late *starts*\nCount.\n:::', '<div class="box example"><p class="kicker">Worked example</p><h3>Late <em>starts</em></h3><p>Count.</p></div>'],
  ['a worked example without title', '::: example\nCount.\n:::', '<div class="box example"><p class="kicker">Worked example</p><p>Count.</p></div>'],
  ['words to say', '::: words\n"Why?"\n:::', '<div class="box words"><p class="kicker">What you might say</p><blockquote class="quote flow snug"><p>“Why?”</p></blockquote></div>'],
  ['words to say under a title', '::: words To open\nWhy?\n:::', '<div class="box words"><p class="kicker">To open</p><blockquote class="quote flow snug"><p>Why?</p></blockquote></div>'],
  ['a note', '::: note Beware\nSlow.\n:::', '<div class="notice"><svg class="pt info" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-info"/></svg><div class="flow snug"><p><b>Beware</b></p><p>Slow.</p></div></div>'],
  ['steps for the team', '::: team\n- One\n  - deeper\n- Two\n:::', '<div class="box team"><p class="kicker">Step by step</p><ul class="tick"><li>One<ul><li>deeper</li></ul></li><li>Two</li></ul></div>'],
  ['a box straight after a text', 'So:\n::: note\nSlow.\n:::\nOn.', '<p>So:</p><div class="notice"><svg class="pt info" aria-hidden="true" viewBox="0 0 24 24"><use href="#p-info"/></svg><div class="flow snug"><p>Slow.</p></div></div><p>On.</p>'],
  ['a table in a region that scrolls', '| A | "B" |\n|---|--:|\n| x | 1 |',
    '<div class="scroll" tabindex="0" role="region" aria-label="Table: A, “B”"><table><thead><tr><th scope="col">A</th><th scope="col" class="n">“B”</th></tr></thead><tbody><tr><td>x</td><td class="n">1</td></tr></tbody></table></div>'],
];

describe('Markdown becomes HTML of the style sheet', () => {
  for (const [what, markdown, html] of cases) it(`renders ${what}`, () => { expect(htmlOf(markdown)).to.equal(html); });

  it('sets plain text with the signs of print', () => {
    expect(typeset(`The team's "aim" -- *not* [this](x) <b>`)).to.equal('The team’s “aim” – *not* [this](x) <b>');
  });
});

describe('a programme that is well', () => {
  let programme: Programme;
  before(async () => { programme = await withProgramme(goodFiles, loadProgramme); });

  it('has its weeks with their material, or without', () => {
    expect(programme.weeks.map((week) => [week.number, week.material?.sections.length ?? null])).to.deep.equal([[1, 4], [2, null]]);
    expect(programme.tagline).to.equal('It’s just large enough to be checked.');
  });

  it('has sections with key, title, minutes, kind, HTML and source', () => {
    const [first, , , practice] = programme.weeks[0]?.material?.sections ?? [];
    expect(first).to.include({ key: 'what-it-is', title: 'What it is', minutes: 12, kind: 'teaching' });
    expect(first?.source).to.match(/^The \*\[median\]\*[^]*higher\."\)\n$/);
    expect(first?.bodyHtml).to.contain('<title id="two-lines-t">Two lines</title>');
    expect(practice?.kind).to.equal('practice');
    expect(practice?.bodyHtml).to.match(/^<div class="box team">\n<p class="kicker">At the next meeting<\/p>\n<ul class="tick">/);
  });

  it('has the titles of works as <cite> in its reading list', () => {
    expect(programme.weeks[0]?.material?.reading).to.deep.equal([{
      key: 'perla-2011', textHtml: 'Perla RJ and others (2011). The run chart. <cite>BMJ Quality and Safety</cite> 20, 46–51.', url: 'https://doi.org/10.1136/bmjqs.2009.037895',
    }]);
  });

  it('carries no style attribute, because the page forbids it', () => {
    expect(JSON.stringify(programme)).not.to.contain('style=');
  });

  it('has a hash that the order of keys does not change, and a changed word does', () => {
    const turned = Object.fromEntries(Object.entries(programme).toReversed()) as Programme;
    expect(programmeHash(programme)).to.match(/^[0-9a-f]{64}$/).and.to.equal(programmeHash(turned));
    expect(programmeHash({ ...programme, tagline: 'Other.' })).not.to.equal(programmeHash(programme));
  });
});

describe('the programmes that are shipped', () => {
  it('load without a problem', async () => {
    const programme = await loadProgramme('content/improvement-coach');
    expect(programme.weeks).to.have.lengthOf(12);
    expect(programme.outcomes).to.have.lengthOf(8);
  });
});
