import { expect } from 'chai';
import { describe, it } from 'mocha';
import { changesOf, improvementTools, levelName, levelOf, levels, mayAssess, unansweredTools } from '../../server/domain/tools-assessment.ts';

describe('tools self-assessment', () => {
  const rows: [what: string, before: number | undefined, after: number | undefined, by: number | null][] = [
    ['up', 1, 4, 3], ['the same', 2, 2, 0], ['down', 5, 4, -1], ['not answered before', undefined, 4, null], ['not answered after', 3, undefined, null], ['never answered', undefined, undefined, null],
  ];
  for (const [what, before, after, by] of rows) {
    it(`the change of a tool: ${what}`, () => {
      const [change] = changesOf(before === undefined ? {} : { 'model-for-improvement': before }, after === undefined ? {} : { 'model-for-improvement': after });
      expect(change).to.deep.include({ before: before ?? null, after: after ?? null, by });
    });
  }

  it('tells a change for every tool, in the order of the programme, and names what has no answer', () => {
    expect(changesOf({}, {}).map(({ tool }) => tool)).to.deep.equal(improvementTools);
    expect(unansweredTools(Object.fromEntries(improvementTools.slice(1).map(({ key }) => [key, 1])))).to.deep.equal(improvementTools.slice(0, 1));
    expect(new Set(improvementTools.map(({ key }) => key)).size).to.equal(improvementTools.length);
  });

  it('levels have words, and words a level', () => {
    levels.forEach((words, index) => expect([levelOf(words), levelName(index + 1)]).to.deep.equal([index + 1, words]));
    expect([levelOf(''), levelOf('Never'), levelName(undefined), levelName(9)]).to.deep.equal([0, null, null, null]);
  });

  const open = { mayWriteForm: true, afterIsOpen: true, afterIsBegun: false };
  const moments: [what: string, moment: 'before' | 'after', facts: typeof open, may: boolean][] = [
    ['the first, while the form is written', 'before', open, true],
    ['the first, not once the form is handed in', 'before', { ...open, mayWriteForm: false }, false],
    ['the first, not once the later one is begun', 'before', { ...open, afterIsBegun: true }, false],
    ['the later one, when the last week is open', 'after', { ...open, mayWriteForm: false }, true],
    ['the later one, not before', 'after', { ...open, afterIsOpen: false }, false],
  ];
  for (const [what, moment, facts, may] of moments) it(`may be answered: ${what}`, () => expect(mayAssess(moment, facts)).to.equal(may));
});
