import { expect } from 'chai';
import { describe, it } from 'mocha';
import { isSameAnswer, markAnswer, readAnswer, signallingPoints } from '../../server/domain/check-answers.ts';
import type { Answer, AnswerFields, Question } from '../../server/domain/check-answers.ts';

const questions = {
  'single-choice': { kind: 'single-choice', key: 'q', points: 1, choices: [{ key: 'bad', right: false }, { key: 'good', right: true }, { key: 'other', right: false }] },
  'several-choices': { kind: 'several-choices', key: 'q', points: 2, choices: [{ key: 'a', right: true }, { key: 'b', right: false }, { key: 'c', right: true }] },
  'ordering': { kind: 'ordering', key: 'q', points: 3, items: [{ key: 'plan' }, { key: 'do' }, { key: 'study' }] },
  'matching': { kind: 'matching', key: 'q', points: 1, pairs: [{ key: 'x', right: 'option-2' }, { key: 'y', right: 'option-1' }, { key: 'z', right: 'option-3' }], options: [{ key: 'option-1' }, { key: 'option-2' }, { key: 'option-3' }] },
  'number': { kind: 'number', key: 'q', points: 1, answer: 7.2, tolerance: 0.1, unit: 'days' },
  'run-chart': { kind: 'run-chart', key: 'q', points: 1, values: [1, -1, 0, 5, 6, 5, null, 0, 5, 6, 7], baseline: 3 },
} satisfies Record<string, Question>;
type Kind = keyof typeof questions;

/** What a form holds, the answer read from it, and whether that is right; null is no answer. */
const cases: [kind: Kind, what: string, fields: AnswerFields, answer: Answer | null, right?: boolean][] = [
  ['single-choice', 'the right choice', { choice: 'good' }, { choice: 'good' }, true],
  ['single-choice', 'another', { choice: 'other' }, { choice: 'other' }, false],
  ['single-choice', 'nothing', {}, null],
  ['single-choice', 'no choice of this question', { choice: 'elsewhere' }, null],
  ['single-choice', 'another case of letters', { choice: 'Good' }, null],
  ['several-choices', 'all that are right, in any order', { choices: ['c', 'a'] }, { choices: ['a', 'c'] }, true],
  ['several-choices', 'one too few', { choices: ['a'] }, { choices: ['a'] }, false],
  ['several-choices', 'one too many', { choices: ['a', 'b', 'c'] }, { choices: ['a', 'b', 'c'] }, false],
  ['several-choices', 'nothing', {}, null],
  ['several-choices', 'one that is not there', { choices: ['a', 'd'] }, null],
  ['ordering', 'the right order, however it comes', { order: ['study:3', 'plan:1', 'do:2'] }, { order: ['plan:1', 'do:2', 'study:3'] }, true],
  ['ordering', 'another order', { order: ['plan:2', 'do:1', 'study:3'] }, { order: ['do:1', 'plan:2', 'study:3'] }, false],
  ['ordering', 'a place twice', { order: ['plan:1', 'do:1', 'study:3'] }, null],
  ['ordering', 'a place left', { order: ['plan:1', 'do:2'] }, null],
  ['ordering', 'a line twice', { order: ['plan:1', 'plan:2', 'study:3'] }, null],
  ['ordering', 'a place that is not there', { order: ['plan:1', 'do:2', 'study:4'] }, null],
  ['matching', 'the right partners', { match: ['z:option-3', 'x:option-2', 'y:option-1'] }, { match: ['x:option-2', 'y:option-1', 'z:option-3'] }, true],
  ['matching', 'a partner twice', { match: ['x:option-2', 'y:option-2', 'z:option-3'] }, { match: ['x:option-2', 'y:option-2', 'z:option-3'] }, false],
  ['matching', 'one without a partner', { match: ['x:option-2', 'y:option-1'] }, null],
  ['matching', 'a partner that is not there', { match: ['x:option-2', 'y:option-1', 'z:option-9'] }, null],
  ['number', 'the number', { number: '7.2' }, { number: '7.2' }, true],
  ['number', 'with a comma, spaces and the unit', { number: ' 7,2 Days ' }, { number: '7.2' }, true],
  ['number', 'just within the tolerance', { number: '7.3' }, { number: '7.3' }, true],
  ['number', 'beyond it', { number: '7.31' }, { number: '7.31' }, false],
  ['number', 'thousands', { number: '1,200' }, { number: '1200' }, false],
  ['number', 'under 0, with a real minus', { number: '−7.2' }, { number: '-7.2' }, false],
  ['number', 'a word', { number: 'seven' }, null],
  ['number', 'nothing', {}, null],
  ['number', 'a power of ten', { number: '1e3' }, null],
  ['run-chart', 'the points that signal', { points: ['11', '4', '5', '6', '9', '10'] }, { points: ['4', '5', '6', '9', '10', '11'] }, true],
  ['run-chart', 'with one on the median between them', { points: ['4', '5', '6', '8', '9', '10', '11'] }, { points: ['4', '5', '6', '8', '9', '10', '11'] }, true],
  ['run-chart', 'one too few', { points: ['4', '5', '6', '9', '10'] }, { points: ['4', '5', '6', '9', '10'] }, false],
  ['run-chart', 'one too many', { points: ['1', '4', '5', '6', '9', '10', '11'] }, { points: ['1', '4', '5', '6', '9', '10', '11'] }, false],
  ['run-chart', 'none', { points: ['none'] }, { points: ['none'] }, false],
  ['run-chart', 'some and none', { points: ['none', '4'] }, null],
  ['run-chart', 'a missing point', { points: ['7'] }, null],
  ['run-chart', 'a point beyond the chart', { points: ['12'] }, null],
  ['run-chart', 'nothing', {}, null],
];

describe('an answer to a knowledge check', () => {
  for (const [kind, what, fields, answer, right] of cases) {
    it(`${kind}: ${what}`, () => {
      const read = readAnswer(questions[kind], fields);
      expect(read).to.deep.equal(answer);
      if (!read) return;
      expect(markAnswer(questions[kind], read)).to.deep.equal({ answer: read, points: right ? questions[kind].points : 0 });
      expect(readAnswer(questions[kind], read), 'what is kept reads as what it was').to.deep.equal(read);
      expect(isSameAnswer(read, readAnswer(questions[kind], fields) ?? { choice: '' })).to.equal(true);
    });
  }

  it('of another kind is none', () => {
    for (const [kind, question] of Object.entries(questions)) {
      for (const [other, , fields, answer] of cases) if (other !== kind && answer) expect(readAnswer(question, fields), `${other} to ${kind}`).to.equal(null);
    }
  });

  it('that was tampered with is none', () => {
    for (const question of Object.values(questions)) {
      for (const fields of [{ choices: 'a' }, { order: { length: 3 } }, { match: [1, 2, 3] }, { number: 7.2 }, { points: [['4']] }, { choice: ['good'] }]) {
        expect(readAnswer(question, fields as unknown as AnswerFields)).to.equal(null);
      }
    }
  });

  it('where nothing signals, none is right', () => {
    const calm: Question = { kind: 'run-chart', key: 'q', points: 1, values: [1, 2, 1, 2, 1, 2], baseline: null };
    expect(signallingPoints(calm)).to.deep.equal({ counting: [], passed: [] });
    expect(markAnswer(calm, { points: ['none'] }).points).to.equal(1);
    expect(markAnswer(calm, { points: ['1'] }).points).to.equal(0);
  });
});
