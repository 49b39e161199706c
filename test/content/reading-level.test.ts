// How long sentences are, as content:check counts them; and that the material which is shipped keeps to it.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { join } from 'node:path';
import { loadProgramme } from '../../server/content/library.ts';
import { longestAverage, wordsASentence } from '../../server/content/reading-level.ts';

const week = (bodyHtml: string, lede = '') => ({ lede, sections: [{ key: 'a', title: 'A', minutes: 5, kind: 'teaching' as const, bodyHtml, source: '' }] });
const cases: [what: string, html: string, words: number][] = [
  ['one sentence', '<p>One two three four.</p>', 4],
  ['the average of several', '<p>One two. Three four five six.</p>', 3],
  ['ends within quotation marks', '<p>“Why now?” Nobody says. “Let us see.”</p>', 7 / 3],
  ['no end at an abbreviation or in a number', '<p>At 9.30 a.m. on the ward, 2.5 of it.</p>', 10],
  ['links and references as text', '<p>A <a href="#x" class="term">run chart</a> has.<a href="#ref-a"><sup>1</sup></a> It is.</p>', 3],
  ['no tables, figures or lists', '<table><tr><td>x y z</td></tr></table><figure><svg><title>t</title></svg><figcaption>c d</figcaption></figure><ul class="tick"><li><p>e</p></li></ul><p>One two.</p>', 2],
];

describe('words a sentence', () => {
  for (const [what, html, words] of cases) it(`count ${what}`, () => { expect(wordsASentence(week(html))).to.be.closeTo(words, 0.001); });
  it('count the opening of the week too, and nothing where there is nothing', () => {
    expect(wordsASentence(week('<p>One two.</p>', 'One two three four.'))).to.equal(3);
    expect(wordsASentence(week(''))).to.equal(0);
  });

  it('are under twenty on average in every week that is shipped, and enough is counted to say so', async () => {
    const { weeks } = await loadProgramme(join(import.meta.dirname, '../../content/improvement-coach'));
    for (const { number, material } of weeks) {
      if (material) expect(wordsASentence(material), `week ${number}`).to.be.within(6, longestAverage - 1);
    }
  });
});
