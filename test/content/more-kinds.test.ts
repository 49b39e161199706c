// Questions of every kind, teaching cards, facilitator's notes and the glossary: what they may hold, and where they are wrong.
import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadProgramme } from '../../server/content/library.ts';
import { goodFiles, problemsOf, withProgramme } from './small-programme.ts';
import type { ProgrammeFiles } from './small-programme.ts';

const YAML = 'programme.yaml';
const WEEK = 'weeks/01-getting-started.md';
const CHECK = 'checks/01-getting-started.yaml';
const CARD = 'cards/01-plot-it.md';
const NOTES = 'workshops/a-first-meeting.md';
const GLOSSARY = 'glossary.yaml';

const check = `week: 1
minutes: 5
introduction: Five questions.
questions:
  - { key: several, kind: several-choices, section: what-it-is, question: "Which?", choices: [{ key: one, text: One, right: true, explanation: Yes it is. }, { key: two, text: Two, explanation: It is not. }] }
  - key: ordering
    kind: ordering
    section: what-it-is
    question: In which order?
    items:
      - { key: plan, text: Plan }
      - { key: do, text: Do }
      - { key: study, text: Study }
    explanation: The *cycle*.
  - key: matching
    kind: matching
    section: what-it-is
    question: What belongs?
    pairs:
      - { key: falls, left: "*Falls*", right: Outcome }
      - { key: rounds, left: Rounds, right: Process }
      - { key: hours, left: Hours, right: Balancing }
    explanation: Three kinds.
  - { key: number, kind: number, section: what-it-is, question: How many?, answer: 7, tolerance: 0.5, unit: days, explanation: Count them. }
  - key: chart
    kind: run-chart
    section: what-it-is
    question: Which points?
    title: It's a chart
    values: [1, 2, null, 4, 5, 6]
    baseline: 2
    explanation: Look.
`;
const card = `---
week: 1
title: Plot it
idea: A line tells more than a table.
trigger: When a team brings a table.
minutes: 10
materials: [paper, a pen]
---

## How to run it {#run}

1. Draw.

## What to say {#say}

"Look."

## How you know that it landed {#landed}

They draw.
`;
const notes = `---
workshop: a-first-meeting
purpose: To meet.
materials: [a clock]
days:
  - title: The meeting
    starts: "14:00"
    agenda:
      - { minutes: 10, kind: plenary, title: Welcome, how: Say it. }
      - { minutes: 20, kind: breakout, title: In threes, how: Ask them. }
---

## Before the day {#before}

Send the link.
`;
const glossary = `- key: run-chart
  term: run chart
  also: [run charts]
  definition: It's a line over time.
  week: 1
`;
const files: ProgrammeFiles & Record<string, string> = {
  ...goodFiles, [CHECK]: check, [CARD]: card, [NOTES]: notes, [GLOSSARY]: glossary,
  [WEEK]: goodFiles[WEEK].replace('is the middle value', 'of a [run chart](term:run-chart) is the middle value'),
  [YAML]: goodFiles[YAML].replace('help:', 'glossary: glossary.yaml\nhelp:').replace('days: 1 }', `days: 1, notes: ${NOTES} }`)
    .replace('material: weeks/01-getting-started.md', `material: ${WEEK}\n    check: ${CHECK}\n    cards: [${CARD}]`),
};

const cases: [what: string, file: string, good: string, broken: string, line: number, words: string, where?: string][] = [
  ['none of several right', CHECK, 'right: true, ', '', 5, 'of several at least one has right: true'],
  ['an order of two', CHECK, '      - { key: study, text: Study }\n', '', 10, 'needs at least 3 entries'],
  ['an item twice', CHECK, 'text: Study', 'text: Do', 13, 'this item says the same'],
  ['an item that tells', CHECK, 'key: do,', 'key: best-one,', 12, 'gives the answer away'],
  ['an order without explanation', CHECK, '    explanation: The *cycle*.\n', '', 6, 'questions[2].explanation is missing'],
  ['a key of another kind', CHECK, 'answer: 7, ', 'answer: 7, choices: [], ', 24, 'there is no key choices in questions[4]'],
  ['a partner twice', CHECK, 'right: Balancing', 'right: Process', 22, 'this pair says the same'],
  ['Markdown in a partner', CHECK, 'right: Process', 'right: "*Process*"', 21, 'printed as it stands'],
  ['a number that is a word', CHECK, 'answer: 7', 'answer: seven', 24, 'must be a number'],
  ['a label too few', CHECK, '    baseline: 2', '    labels: [a, b, c, d, e]\n    baseline: 2', 31, 'there are 6 values and 5 labels'],
  ['a baseline of all', CHECK, 'baseline: 2', 'baseline: 6', 31, 'the baseline takes all values'],
  ['a value that is a word', CHECK, '[1, 2, null', '[1, two, null', 30, 'must be a number'],
  ['a card that is not named', YAML, `    cards: [${CARD}]\n`, '', 1, 'does not name this file as a card', CARD],
  ['a card that is not there', YAML, CARD, 'cards/01-draw-it.md', 40, 'there is no file cards/01-draw-it.md'],
  ['a card of another week', CARD, 'week: 1', 'week: 2', 2, 'this file says week 2'],
  ['a card without a section', CARD, '## What to say {#say}\n\n"Look."\n', '', 9, '{#say} is missing'],
  ['an empty section', CARD, '\nThey draw.\n', '', 18, 'is empty'],
  ['a heading without its key', CARD, ' {#run}', '', 10, 'a heading here reads'],
  ['a figure in a card', CARD, 'They draw.', '![Figure 1.1](figures/two-lines.svg "Two")', 20, 'there is no file figures/two-lines.svg'],
  ['notes that are not there', YAML, NOTES, 'workshops/other.md', 33, 'there is no file workshops/other.md'],
  ['notes of another workshop', NOTES, 'workshop: a-first-meeting', 'workshop: another', 2, 'this file is for "another"'],
  ['a time without quotes', NOTES, '"14:00"', '14:00:00', 7, 'must be a time such as "14:00"'],
  ['a kind that is not known', NOTES, 'kind: breakout', 'kind: nap', 10, 'must be one of plenary'],
  ['a day too many', NOTES, '    agenda:\n', '    agenda:\n      - { minutes: 5, kind: plenary, title: A, how: B. }\n      - { minutes: 5, kind: plenary, title: A, how: B. }\n  - title: Another\n    starts: "09:00"\n    agenda:\n', 5, 'the workshop has 1 day, and these notes 2'],
  ['a day into the night', NOTES, '"14:00"', '"21:50"', 8, 'would end after 22:00'],
  ['a word that the glossary has not', WEEK, 'term:run-chart', 'term:walk-chart', 16, 'the glossary has no word with the key "walk-chart"'],
  ['a word that is not linked at its first use', WEEK, '[run chart](term:run-chart)', 'run chart', 1, 'is first used in this week, but no link leads to it'],
  ['a word twice', GLOSSARY, '  week: 1\n', '  week: 1\n- { key: run-chart, term: Other, definition: Same., week: 1 }\n', 6, 'the key "run-chart" is there twice'],
  ['a word in a week before it is explained', GLOSSARY, '  week: 1\n', '  week: 1\n- { key: value, term: Middle value, definition: Half above., week: 2 }\n', 16, '"middle value" is used here, in week 1, but the glossary explains "Middle value" in week 2', WEEK],
  ['its plural in a check', GLOSSARY, '  week: 1\n', '  week: 1\n- { key: balance, term: second, also: [round], definition: A turn., week: 2 }\n', 21, '"Rounds" is used here', CHECK],
  ['a word of several in a card', GLOSSARY, '  week: 1\n', '  week: 1\n- { key: they, term: they draw, definition: With a pen., week: 2 }\n', 20, '"They draw" is used here, in week 1', CARD],
  ['a word in an outline before it is explained', GLOSSARY, '  week: 1\n', '  week: 1\n- { key: first, term: first week, definition: A week., week: 2 }\n', 29, '"first week" is used here', YAML],
  ['a word before its link', WEEK, 'The *[median]*', 'Two run charts. The *[median]*', 16, '"run charts" is used here before the link that explains it'],
  ['a word before its link in a caption', WEEK, 'The *[median]*', '![Figure 1.2](figures/two-lines.svg "A run chart.")\n\nThe *[median]*', 16, '"run chart" is used here before the link'],
  ['an exception that nothing needs', GLOSSARY, '  week: 1\n', '  week: 1\n  everyday: { words: [run chart], why: Why not. }\n', 6, 'is not used before week 1: take the exception away'],
  ['an exception of another word', GLOSSARY, '  week: 1\n', '  week: 1\n  everyday: { words: [walk], why: Why not. }\n', 6, 'neither the term nor one of its other forms'],
  ['an exception without a reason', GLOSSARY, '  week: 1\n', '  week: 1\n  everyday: { words: [run chart] }\n', 6, 'why is missing'],
  ['a week of long sentences', WEEK, '## What', `## Long {#long minutes=3}\n\n${'They went on and on and they did not stop until the evening came and then, after a while, they went on again, up the stairs and along the ward, as if nothing had been said. '.repeat(12)}\n\n## What`, 1, 'the sentences of this week average'],
  ['a word of a week that is not there', GLOSSARY, 'week: 1', 'week: 9', 5, 'there is no week 9'],
];

describe('what is wrong with questions, cards, notes and glossary', () => {
  it('is nothing in the good ones', async () => {
    expect(await problemsOf(files)).to.deep.equal([]);
  });
  for (const [what, file, good, broken, line, words, where = file] of cases) {
    it(`says where there is ${what}`, async () => {
      expect(files[file], 'the test breaks something that is there').to.contain(good);
      const found = await problemsOf({ ...files, [file]: (files[file] ?? '').replace(good, broken) });
      expect(found.filter((problem) => problem.startsWith(`${where}:${line}: `) && problem.includes(words)), found.join('\n')).to.have.lengthOf(1);
    });
  }
});

describe('questions, cards, notes and glossary that are well', () => {
  it('may use a word before its link where no link may stand: in the front matter and in headings', async () => {
    const early = String(files[WEEK]).replace('say what a median is', 'say what a run chart is').replace('## What it is {', '## What a run chart is {').replace('The *[median]*', '::: note About run charts\nNothing.\n:::\n\nThe *[median]*');
    expect(early.match(/run chart/g), 'a goal, a title, a reference, a box, and the link').to.have.lengthOf(5);
    expect(await problemsOf({ ...files, [WEEK]: early })).to.deep.equal([]);
  });
  it('are read whole', async () => {
    const programme = await withProgramme(files, loadProgramme);
    const [first, second] = programme.weeks;
    expect(first?.check?.questions.map(({ kind }) => kind)).to.deep.equal(['several-choices', 'ordering', 'matching', 'number', 'run-chart']);
    expect(first?.check?.questions[2]).to.deep.include({
      pairs: [{ key: 'falls', leftHtml: '<em>Falls</em>', right: 'option-2' }, { key: 'rounds', leftHtml: 'Rounds', right: 'option-3' }, { key: 'hours', leftHtml: 'Hours', right: 'option-1' }],
      options: [{ key: 'option-1', text: 'Balancing' }, { key: 'option-2', text: 'Outcome' }, { key: 'option-3', text: 'Process' }],
    });
    expect(first?.check?.questions[4]).to.deep.include({ title: 'It’s a chart', values: [1, 2, null, 4, 5, 6], labels: null, baseline: 2, better: null });
    expect(first?.cards?.[0]).to.deep.include({ key: 'plot-it', title: 'Plot it', minutes: 10, materials: ['paper', 'a pen'] });
    expect(first?.cards?.[0]?.sections.map(({ key, bodyHtml }) => [key, bodyHtml])).to.deep.include(['say', '<p>“Look.”</p>\n']);
    expect(first?.workshop?.notes?.days[0]?.agenda).to.deep.equal([{ minutes: 10, kind: 'plenary', title: 'Welcome', how: 'Say it.' }, { minutes: 20, kind: 'breakout', title: 'In threes', how: 'Ask them.' }]);
    expect(programme.glossary).to.deep.equal([{ key: 'run-chart', term: 'run chart', also: ['run charts'], definition: 'It’s a line over time.', week: 1 }]);
    expect(first?.material?.sections[0]?.bodyHtml).to.contain('<a href="../glossary#run-chart" class="term">run chart</a>');
    expect(second).not.to.have.any.keys('check', 'cards');
  });
});
