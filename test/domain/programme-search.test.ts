import { expect } from 'chai';
import { describe, it } from 'mocha';
import { inBritish, passagesOf, plainText } from '../../server/domain/programme-search.ts';

describe('search: spelling', () => {
  const cases: [string, string][] = [
    ['standardize the organization', 'standardise the organisation'], ['Analyzing', 'Analysing'], ['patient-centered center', 'patient-centered centre'], ['behavior and colors', 'behaviour and colours'],
    ['a program of programs', 'a programme of programmes'], ['size prize seize', 'size prize seize'], ['programme metre', 'programme metre'], ['the doctor and the error', 'the doctor and the error'],
  ];
  for (const [american, british] of cases) it(`${american} is ${british}`, () => expect(inBritish(american)).to.equal(british));
});

describe('search: what it looks at', () => {
  it('HTML becomes its words, drawings what they say they show', () => {
    expect(plainText('<p>Fast &amp; <em>safe</em></p>\n<svg class="chart"><title id="a">Two lines</title><desc>One above.</desc><text>12</text></svg>')).to.equal('Fast & safe Two lines. One above.');
  });
  it('sections, cards and words, each with its address', () => {
    const passages = passagesOf({
      weeks: [{ number: 2, material: { sections: [{ key: 'see', title: 'See', bodyHtml: '<p>Go.</p>' }] }, cards: [{ key: 'plot', title: 'Plot', idea: 'A line.', trigger: 'A table.', sections: [{ bodyHtml: '<p>Draw.</p>' }] }] }, { number: 3, material: null }],
      glossary: [{ key: 'run-chart', term: 'run chart', also: ['run charts'], definition: 'A line.' }],
    });
    expect(passages).to.deep.equal([
      { kind: 'section', week: 2, target: '/weeks/2#see', title: 'See', body: 'Go.' },
      { kind: 'card', week: 2, target: '/cards/plot', title: 'Plot', body: 'A line. A table. Draw.' },
      { kind: 'term', week: null, target: '/glossary#run-chart', title: 'run chart', body: 'A line. run charts' },
    ]);
  });
});
