import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadProgramme, programmeHash } from '../../server/content/library.ts';
import { goodFiles, problemsOf, withProgramme } from './small-programme.ts';
import type { ProgrammeFiles } from './small-programme.ts';
import { choicesOf } from '../support/questions.ts';

const CHECK = 'checks/01-getting-started.yaml';
const YAML = 'programme.yaml';
const good = `week: 1
minutes: 5
introduction: It's two questions.
questions:
  - key: middle
    kind: single-choice
    section: what-it-is
    question: What's the *median*?
    choices:
      - key: mean
        text: The mean
        explanation: No.
      - key: halfway
        text: The "middle" one
        right: true
        explanation: "Half lie above: half below."
  - key: hurry
    kind: single-choice
    section: what-to-watch-for
    points: 2
    question: Hurry?
    choices:
      - {key: slowly, text: No, right: true, explanation: Slow is fast.}
      - {key: quickly, text: "Yes", explanation: Fast is slow.}
`;
const files: ProgrammeFiles & Record<typeof YAML | typeof CHECK, string> = {
  ...goodFiles, [CHECK]: good,
  [YAML]: goodFiles[YAML].replace('material: weeks/01-getting-started.md', `material: weeks/01-getting-started.md\n    check: ${CHECK}`),
};

/** One thing broken: in this file the first text becomes the second, and the check must say these words at this line. */
type Case = [what: string, file: typeof YAML | typeof CHECK, good: string, broken: string, line: number, words: string, where?: string];
const cases: Case[] = [
  ['a check file that is not named', YAML, `    check: ${CHECK}\n`, '', 1, 'programme.yaml does not name this file as the check of a week', CHECK],
  ['a check that is not there', YAML, '01-getting-started.yaml', '01-other.yaml', 38, 'there is no file checks/01-other.yaml'],
  ['a check with a wrong name', YAML, CHECK, 'checks/one.yaml', 38, 'must name a check file'],
  ['a check named for another week', YAML, '01-getting-started.yaml', '02-getting-started.yaml', 38, 'its name must begin with 01-'],
  ['a check without material', YAML, 'material: weeks/01-getting-started.md', 'material: null', 38, 'has a check and no material'],
  ['another week\'s number', CHECK, 'week: 1', 'week: 2', 1, 'this file says week 2, but programme.yaml names it for week 1'],
  ['an unknown key', CHECK, 'minutes: 5', 'minute: 5', 2, 'there is no key minute'],
  ['no minutes', CHECK, 'minutes: 5\n', '', 1, 'minutes is missing'],
  ['no questions', CHECK, good.slice(good.indexOf('questions:')), 'questions: []\n', 4, 'questions needs at least 1 entry'],
  ['a kind that is not known', CHECK, 'kind: single-choice', 'kind: essay', 6, 'must be one of single-choice'],
  ['a question key that is not kebab-case', CHECK, 'key: middle', 'key: Middle', 5, 'kebab-case'],
  ['a question key twice', CHECK, 'key: hurry', 'key: middle', 17, 'the question key "middle" is there twice'],
  ['a section that is not there', CHECK, 'section: what-it-is', 'section: what-it-was', 7, 'no section of this week has the key "what-it-was"'],
  ['a single answer', CHECK, '      - key: mean\n        text: The mean\n        explanation: No.\n', '', 9, 'choices needs at least 2 entries'],
  ['no right answer', CHECK, '        right: true\n', '', 9, 'no choice is right'],
  ['two right answers', CHECK, 'explanation: No.', 'right: true\n        explanation: No.', 9, '2 choices are right'],
  ['a choice that is not explained', CHECK, '        explanation: No.\n', '', 10, 'explanation is missing'],
  ['a choice key twice', CHECK, 'key: halfway', 'key: mean', 13, 'the choice key "mean" is there twice'],
  ['a choice twice', CHECK, 'text: The "middle" one', 'text: The mean', 14, 'says the same as one before it'],
  ['a key that gives the answer away', CHECK, 'key: halfway', 'key: right-one', 13, 'gives the answer away'],
  ['no points', CHECK, 'points: 2', 'points: 0', 20, 'points'],
  ['a choice that YAML reads as a truth', CHECK, 'text: "Yes"', 'text: true', 24, 'must be a text: put it in quotes'],
  ['raw HTML', CHECK, 'explanation: No.', 'explanation: "<b>No</b>"', 12, 'raw HTML is not allowed'],
  ['a link to a section', CHECK, 'explanation: No.', 'explanation: "[No](#what-it-is)"', 12, 'no section of this week has that key'],
  ['a relative link', CHECK, 'explanation: No.', 'explanation: "[No](../2)"', 12, 'a check has an address of its own'],
  ['a reference', CHECK, 'explanation: No.', 'explanation: "No.[^perla-2011]"', 12, 'is not in the reading list'],
  ['a figure', CHECK, 'explanation: No.', 'explanation: "![Figure 1.1](figures/two-lines.svg)"', 12, 'an image stands in the text'],
  ['Markdown in the introduction', CHECK, 'two questions', '*two* questions', 3, 'printed as it stands'],
  ['a tab', CHECK, '    kind: single', '\tkind: single', 6, 'there is a tab'],
];

describe('what is wrong with a knowledge check', () => {
  it('is nothing in the good one', async () => {
    expect(await problemsOf(files)).to.deep.equal([]);
  });

  for (const [what, file, before, broken, line, words, where = file] of cases) {
    it(`says where there is ${what}`, async () => {
      expect(files[file], 'the test breaks something that is there').to.contain(before);
      const found = await problemsOf({ ...files, [file]: files[file].replace(before, broken) });
      expect(found.filter((problem) => problem.startsWith(`${where}:${line}: `) && problem.includes(words)), found.join('\n')).to.have.lengthOf(1);
    });
  }

  it('is the right answer in the same place four times', async () => {
    const [head = '', first = '', second = ''] = good.split(/^ {2}- (?=key: (?:middle|hurry))/m);
    const again = [first, ...['two', 'three', 'four'].map((key) => first.replace('middle', key))];
    const found = await problemsOf({ ...files, [CHECK]: `${head}${again.map((one) => `  - ${one}`).join('')}` });
    expect(found).to.deep.equal([`${CHECK}:4: the right answer stands in the same place in every question: mix them`]);
    expect(await problemsOf({ ...files, [CHECK]: `${head}${[...again, second].map((one) => `  - ${one}`).join('')}` })).to.deep.equal([]);
  });

  it('waits while the week itself cannot be read', async () => {
    const week = goodFiles['weeks/01-getting-started.md'].replace('week: 1', 'weak: 1');
    const found = await problemsOf({ ...files, 'weeks/01-getting-started.md': week, [CHECK]: good.replace('section: what-it-is', 'section: none') });
    expect(found.filter((problem) => problem.startsWith(CHECK))).to.deep.equal([]);
  });
});

describe('a knowledge check that is well', () => {
  it('has its texts as HTML with the signs of print', async () => {
    const { weeks: [first, second] } = await withProgramme(files, loadProgramme);
    expect(first?.check).to.deep.equal({
      minutes: 5, introduction: 'It’s two questions.',
      questions: [
        { kind: 'single-choice', key: 'middle', points: 1, section: 'what-it-is', promptHtml: 'What’s the <em>median</em>?', choices: [
          { key: 'mean', textHtml: 'The mean', right: false, explanationHtml: 'No.' },
          { key: 'halfway', textHtml: 'The “middle” one', right: true, explanationHtml: 'Half lie above: half below.' },
        ] },
        { kind: 'single-choice', key: 'hurry', points: 2, section: 'what-to-watch-for', promptHtml: 'Hurry?', choices: [
          { key: 'slowly', textHtml: 'No', right: true, explanationHtml: 'Slow is fast.' },
          { key: 'quickly', textHtml: 'Yes', right: false, explanationHtml: 'Fast is slow.' },
        ] },
      ],
    });
    expect(second).not.to.have.property('check');
  });

  it('changes the hash of the programme, whose material it is', async () => {
    const [before, after] = await Promise.all([goodFiles, files].map((all) => withProgramme(all, loadProgramme)));
    expect(programmeHash(after!)).not.to.equal(programmeHash(before!));
  });
});

describe('the knowledge checks that are shipped', () => {
  it('have eight questions or more, spread over the week, with the right answer now here and now there', async () => {
    const programme = await loadProgramme('content/improvement-coach');
    const checked = programme.weeks.filter(({ check }) => check);
    expect(checked.length).to.be.greaterThan(0);
    for (const { number, check, material } of checked) {
      const questions = check?.questions ?? [];
      expect(questions.length, `week ${number}`).to.be.at.least(8);
      const asked = new Set(questions.map(({ section }) => section));
      expect(asked.size, `week ${number}: sections asked about`).to.be.at.least(Math.min(5, material?.sections.length ?? 0));
      const single = questions.filter(({ kind }) => kind === 'single-choice').map(choicesOf);
      const places = single.map((choices) => choices.findIndex(({ right }) => right));
      for (const place of new Set(places)) expect(places.filter((one) => one === place).length, `week ${number}: place ${place + 1}`).to.be.at.most(Math.max(2, single.length / 2));
      const longest = single.filter((choices) => choices.every((one) => one.right || one.textHtml.length < (choices.find(({ right }) => right)?.textHtml.length ?? 0)));
      expect(longest.length, `week ${number}: the right answer is the longest`).to.be.at.most(questions.length / 2);
    }
  });
});
