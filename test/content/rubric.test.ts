import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadProgramme, programmeHash } from '../../server/content/library.ts';
import { rubricMaximum } from '../../server/domain/rubric.ts';
import { goodFiles, problemsOf, withProgramme } from './small-programme.ts';
import type { ProgrammeFiles } from './small-programme.ts';

const RUBRIC = 'rubric.yaml';
const YAML = 'programme.yaml';
const good = `title: The coach's plan
feedbackPrompts: [one strength, one question]
bands:
  - { key: passed, title: Passed, from: 6, passes: true }
  - { key: not-yet, title: Not yet, from: 0, passes: false }
criteria:
  - key: aim
    title: The aim
    maximum: 5
    critical: true
    levels:
      - { key: good, title: Good, from: 3, to: 5, text: It's measurable. }
      - { key: weak, title: Weak, from: 0, to: 2, text: It is not. }
  - key: tests
    title: The tests
    maximum: 4
    levels:
      - { key: good, title: Good, from: 4, to: 4, text: Predicted. }
      - { key: fair, title: Fair, from: 2, to: 3, text: Planned. }
      - { key: weak, title: Weak, from: 0, to: 1, text: None. }
`;
const files: ProgrammeFiles & Record<typeof YAML | typeof RUBRIC, string> = { ...goodFiles, [RUBRIC]: good, [YAML]: goodFiles[YAML].replace('weeks:\n', 'rubric: rubric.yaml\nweeks:\n') };
const namedAt = files[YAML].split('\n').indexOf('rubric: rubric.yaml') + 1;

/** One thing broken: in this file the first text becomes the second, and the check must say these words at this line. */
type Case = [what: string, file: typeof YAML | typeof RUBRIC, good: string, broken: string, line: number, words: string, where?: string];
const cases: Case[] = [
  ['a rubric that is not named', YAML, 'rubric: rubric.yaml\n', '', 1, 'programme.yaml does not name this file', RUBRIC],
  ['another file as the rubric', YAML, 'rubric: rubric.yaml', 'rubric: rubrics/one.yaml', namedAt, 'rubric must be one of rubric.yaml'],
  ['an unknown key', RUBRIC, 'feedbackPrompts', 'prompts', 2, 'there is no key prompts'],
  ['no criteria', RUBRIC, good.slice(good.indexOf('criteria:')), 'criteria: []\n', 6, 'criteria needs at least 1 entry'],
  ['a single level', RUBRIC, '      - { key: good, title: Good, from: 3, to: 5, text: It\'s measurable. }\n', '', 11, 'needs at least 2 entries'],
  ['a key that is not kebab-case', RUBRIC, 'key: aim', 'key: Aim', 7, 'kebab-case'],
  ['a criterion key twice', RUBRIC, 'key: tests', 'key: aim', 14, 'another criterion has the key "aim" already'],
  ['a level key twice', RUBRIC, 'key: fair', 'key: good', 19, 'another level has the key "good" already'],
  ['a level title twice', RUBRIC, 'title: Fair', 'title: Good', 19, 'another level has the title "Good" already'],
  ['a band key twice', RUBRIC, 'key: not-yet', 'key: passed', 5, 'another band has the key "passed" already'],
  ['half points', RUBRIC, 'from: 3, to: 5', 'from: 2.5, to: 5', 12, 'must be a whole number'],
  ['a range the wrong way round', RUBRIC, 'from: 2, to: 3', 'from: 3, to: 2', 19, 'this level goes from 3 to 2'],
  ['a best level below the maximum', RUBRIC, 'from: 3, to: 5', 'from: 3, to: 4', 12, 'the best level ends at 4 and the criterion at 5'],
  ['a best level above the maximum', RUBRIC, 'maximum: 5', 'maximum: 4', 12, 'the best level ends at 5 and the criterion at 4'],
  ['a gap of one', RUBRIC, 'from: 0, to: 2', 'from: 0, to: 1', 13, 'there is a gap: no level has 2 points'],
  ['a gap of two', RUBRIC, 'from: 0, to: 2', 'from: 0, to: 0', 13, 'there is a gap: no level has 1 to 2 points'],
  ['an overlap', RUBRIC, 'from: 2, to: 3', 'from: 2, to: 4', 19, 'this level overlaps the one above it'],
  ['a lowest level above 0', RUBRIC, 'from: 0, to: 1', 'from: 1, to: 1', 20, 'the lowest level begins at 1'],
  ['bands from the worst up', RUBRIC, 'title: Passed, from: 6', 'title: Passed, from: 0', 5, 'bands stand from the best down'],
  ['a band beyond all points', RUBRIC, 'title: Passed, from: 6', 'title: Passed, from: 10', 4, 'nobody can reach 10: the criteria give 9 points together'],
  ['a lowest band above 0', RUBRIC, 'title: Not yet, from: 0', 'title: Not yet, from: 1', 5, 'the lowest band begins at 1'],
  ['no band that passes', RUBRIC, 'passes: true', 'passes: false', 3, 'no band passes'],
  ['bands that all pass', RUBRIC, 'passes: false', 'passes: true', 5, 'the lowest band passes'],
  ['a worse band that passes', RUBRIC, 'from: 6, passes: true }\n', 'from: 6, passes: false }\n  - { key: fair, title: Fair, from: 3, passes: true }\n', 5, 'this band passes and a better one does not'],
  ['Markdown', RUBRIC, 'Predicted.', '"*Predicted.*"', 18, 'printed as it stands'],
  ['a tab', RUBRIC, '    maximum: 5', '\tmaximum: 5', 9, 'there is a tab'],
];

describe('what is wrong with a rubric', () => {
  it('is nothing in the good one', async () => expect(await problemsOf(files)).to.deep.equal([]));

  for (const [what, file, before, broken, line, words, where = file] of cases) {
    it(`says where there is ${what}`, async () => {
      expect(files[file], 'the test breaks something that is there').to.contain(before);
      const found = await problemsOf({ ...files, [file]: files[file].replace(before, broken) });
      expect(found.filter((problem) => problem.startsWith(`${where}:${line}: `) && problem.includes(words)), found.join('\n')).to.have.lengthOf(1);
    });
  }

  it('is said where programme.yaml names one that is not there', async () => {
    const { [RUBRIC]: _gone, ...others } = files;
    expect(await problemsOf(others)).to.deep.equal([`${YAML}:${namedAt}: there is no file rubric.yaml: write it, or take the line away`]);
  });
});

describe('a rubric that is well', () => {
  it('has its texts with the signs of print, and changes the hash of the programme', async () => {
    const [without, programme] = await Promise.all([withProgramme(goodFiles, loadProgramme), withProgramme(files, loadProgramme)]);
    expect(programme.rubric?.title).to.equal('The coach’s plan');
    expect(programme.rubric?.criteria.map(({ key, critical, maximum }) => ({ key, critical, maximum }))).to.deep.equal([{ key: 'aim', critical: true, maximum: 5 }, { key: 'tests', critical: false, maximum: 4 }]);
    expect(programme.rubric?.criteria[0]?.levels[0]).to.deep.equal({ key: 'good', title: 'Good', from: 3, to: 5, text: 'It’s measurable.' });
    expect(without).not.to.have.property('rubric');
    expect(programmeHash(programme)).not.to.equal(programmeHash(without));
  });
});

describe('the rubric that is shipped', () => {
  it('has eight criteria, a hundred points, and the four critical criteria of the programme', async () => {
    const { rubric } = await loadProgramme('content/improvement-coach');
    expect(rubric?.criteria).to.have.lengthOf(8);
    expect(rubric && rubricMaximum(rubric)).to.equal(100);
    expect(rubric?.criteria.flatMap(({ critical }, index) => (critical ? [index + 1] : []))).to.deep.equal([2, 4, 5, 8]);
    for (const { levels } of rubric?.criteria ?? []) expect(levels).to.have.lengthOf(4);
    expect(rubric?.bands.map(({ from, passes }) => [from, passes])).to.deep.equal([[85, true], [70, true], [55, false], [0, false]]);
  });
});
