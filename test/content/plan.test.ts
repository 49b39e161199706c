import { expect } from 'chai';
import { describe, it } from 'mocha';
import { loadProgramme, programmeHash } from '../../server/content/library.ts';
import { goodFiles, problemsOf, withProgramme } from './small-programme.ts';
import type { ProgrammeFiles } from './small-programme.ts';

const PLAN = 'plan.yaml';
const YAML = 'programme.yaml';
const good = `title: A plan
introduction:
  - It's yours.
sections:
  - key: goals
    title: Goals
    help: What will be.
    fields:
      - key: first
        label: The first
        help: In a sentence
        kind: text
        required: true
      - key: second
        label: The second
        kind: line
  - key: dates
    title: Dates
    help: When.
    fields:
      - key: first
        label: Begins on
        kind: date
`;
const files: ProgrammeFiles & Record<typeof YAML | typeof PLAN, string> = { ...goodFiles, [PLAN]: good, [YAML]: `${goodFiles[YAML]}plan: plan.yaml\n` };

/** One thing broken: in this file the first text becomes the second, and the check must say these words at this line. */
type Case = [what: string, file: typeof YAML | typeof PLAN, good: string, broken: string, line: number, words: string, where?: string];
const lastLine = files[YAML].split('\n').length - 1;
const cases: Case[] = [
  ['a plan that is not named', YAML, 'plan: plan.yaml\n', '', 1, 'programme.yaml does not name this file', PLAN],
  ['a plan of another name', YAML, 'plan: plan.yaml', 'plan: plans.yaml', lastLine, 'must be plan.yaml, or null'],
  ['an unknown key', PLAN, 'title: A plan', 'titel: A plan', 1, 'there is no key titel'],
  ['no section', PLAN, good.slice(good.indexOf('sections:')), 'sections: []\n', 4, 'sections needs at least 1 entry'],
  ['no field', PLAN, good.slice(good.indexOf('      - key: first\n        label: Begins')), '      []\n', 20, 'needs at least 1 entry'],
  ['a section key twice', PLAN, 'key: dates', 'key: goals', 17, 'the section key "goals" is there twice'],
  ['a field key twice', PLAN, 'key: second', 'key: first', 14, 'the field key "first" is there twice'],
  ['a key that is not kebab-case', PLAN, 'key: second', 'key: The second', 14, 'kebab-case'],
  ['keys that are too long', PLAN, 'key: second', `key: ${'x'.repeat(196)}`, 14, 'together they may have 200 letters'],
  ['a kind that is not known', PLAN, 'kind: line', 'kind: number', 16, 'must be one of line, text, date'],
  ['no help', PLAN, '    help: When.\n', '', 17, 'help is missing'],
  ['nothing required', PLAN, '        required: true\n', '', 4, 'no field is required'],
  ['Markdown', PLAN, 'In a sentence', 'In *a* sentence', 11, 'printed as it stands'],
];

describe('what is wrong with the form of the coaching plan', () => {
  it('is nothing in the good one, which is read with typeset signs and its defaults', async () => {
    const programme = await withProgramme(files, loadProgramme);
    expect(programme.plan?.introduction).to.deep.equal(['It’s yours.']);
    expect(programme.plan?.sections.map(({ key, fields }) => [key, fields.map(({ key, help, kind, required }) => [key, help, kind, required])])).to.deep.equal([
      ['goals', [['first', 'In a sentence', 'text', true], ['second', null, 'line', false]]], ['dates', [['first', null, 'date', false]]],
    ]);
  });

  it('is nothing where there is no plan, and the material then has the hash that it had before there were plans', async () => {
    const without = await withProgramme(goodFiles, loadProgramme);
    expect(without).not.to.have.property('plan');
    expect(programmeHash(await withProgramme({ ...goodFiles, [YAML]: `${goodFiles[YAML]}plan: null\n` }, loadProgramme))).to.equal(programmeHash(without));
  });

  it('says where a plan is named that is not there', async () => {
    expect(await problemsOf({ ...goodFiles, [YAML]: files[YAML] })).to.deep.equal([`${YAML}:${lastLine}: there is no file plan.yaml: write it, or take the line away`]);
  });

  for (const [what, file, before, broken, line, words, where = file] of cases) {
    it(`says where there is ${what}`, async () => {
      expect(files[file], 'the test breaks something that is there').to.contain(before);
      const problems = await problemsOf({ ...files, [file]: files[file].replace(before, broken) });
      expect(problems, problems.join('\n')).to.satisfy((all: string[]) => all.some((problem) => problem.startsWith(`${where}:${line}: `) && problem.includes(words)));
    });
  }
});
