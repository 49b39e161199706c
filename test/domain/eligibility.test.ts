import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decideForm, decideSaving, eligibilityFields, longest, missingAnswers, readAnswer } from '../../server/domain/eligibility.ts';
import type { FieldKind } from '../../server/domain/eligibility.ts';
import { wholeForm } from '../support/eligibility.ts';

const keysOf = (answers: Record<string, string>): string[] => missingAnswers(answers).map(({ kind, key }) => (kind === 'field' ? key : `${kind} ${key}`));
const without = (...keys: string[]) => Object.fromEntries(Object.entries(wholeForm).filter(([key]) => !keys.includes(key)));

describe('what an eligibility form still needs', () => {
  const rows: [what: string, answers: Record<string, string>, missing: string[]][] = [
    ['nothing, when it is whole', wholeForm, []],
    ['everything, when it is empty', {}, ['members member-1-name', 'project-title', 'project-state', 'project-about', 'sponsor-name', 'sponsor-role', 'sponsor-email', 'experience', 'learning', 'statement']],
    ['a field that was emptied', { ...wholeForm, 'sponsor-name': '' }, ['sponsor-name']],
    ['the role of a member', without('member-2-role'), ['half-member member-2-role']],
    ['the name of a member', without('member-3-name'), ['half-member member-3-name']],
    ['a third member, in the first row that is free', without('member-2-name', 'member-2-role'), ['members member-2-name']],
    ['nothing, when the three stand in other rows', { ...without('member-1-name', 'member-1-role'), 'member-8-name': 'Ola', 'member-8-role': 'Nurse' }, []],
    ['the rest of a fourth row that was begun', { ...wholeForm, 'member-4-name': 'Ola' }, ['half-member member-4-role']],
  ];
  for (const [what, answers, missing] of rows) it(what, () => expect(keysOf(answers)).to.deep.equal(missing));

  it('two rows half written count as two of three members', () => {
    expect(missingAnswers({ ...wholeForm, 'member-1-name': '', 'member-2-role': '', 'member-3-name': '', 'member-3-role': '' })).to.deep.equal([
      { kind: 'half-member', key: 'member-1-name', label: 'Name', number: 1 }, { kind: 'half-member', key: 'member-2-role', label: 'Role', number: 2 }, { kind: 'members', key: 'member-3-name', lacking: 1 },
    ]);
  });

  it('every key is there once', () => {
    const keys = eligibilityFields.map(({ key }) => key);
    expect(new Set(keys).size).to.equal(keys.length);
    expect(Object.keys(wholeForm).filter((key) => !keys.includes(key))).to.deep.equal([]);
  });
});

describe('what is typed into a field of it', () => {
  const rows: [kind: FieldKind, typed: string | undefined, text: string, problem: string | null][] = [
    ['line', undefined, '', null],
    ['line', '  Rosa \n Lindqvist\0 ', 'Rosa Lindqvist', null],
    ['line', 'x'.repeat(longest.line + 1), 'x'.repeat(longest.line + 1), 'too-long'],
    ['text', 'One\r\ntwo\0', 'One\ntwo', null],
    ['text', ' \n ', '', null],
    ['state', 'new', 'new', null],
    ['state', 'finished', 'finished', 'no-state'],
    ['email', '', '', null],
    ['email', ' helena@hospital.example ', 'helena@hospital.example', null],
    ['email', 'håkan+ward@sjukhus.example', 'håkan+ward@sjukhus.example', null],
    ['email', 'helena', 'helena', 'no-email'],
    ['email', 'helena@hospital', 'helena@hospital', 'no-email'],
    ['email', 'hel ena@hospital.example', 'hel ena@hospital.example', 'no-email'],
  ];
  for (const [kind, typed, text, problem] of rows) it(`${kind}: ${JSON.stringify(typed)?.slice(0, 40)}`, () => expect(readAnswer(kind, typed)).to.deep.equal({ text, problem }));
});

describe('a text that others may have changed', () => {
  const versionOf = (text: string) => text.length;
  const rows: [what: string, stored: string, typed: string, seen: number, outcome: string][] = [
    ['is saved over what the page showed', 'a', 'abc', 1, 'save'],
    ['is saved into an empty field', '', 'abc', 0, 'save'],
    ['may empty a field', 'a', '', 1, 'save'],
    ['is not saved over another', 'ab', 'abc', 1, 'changed'],
    ['is there already', 'abc', 'abc', 1, 'untouched'],
    ['is left alone where nobody typed', 'abcd', 'a', 1, 'untouched'],
  ];
  for (const [what, stored, typed, seen, outcome] of rows) it(what, () => expect(decideSaving({ stored, typed, seen }, versionOf)).to.equal(outcome));
});

describe('a decision about a form', () => {
  const rows: [what: string, form: Parameters<typeof decideForm>[0], outcome: object][] = [
    ['accepted without a word', { decision: 'accepted' }, { good: true, decision: 'accepted', word: '' }],
    ['accepted with one', { decision: 'accepted', word: ' Welcome.\r\n' }, { good: true, decision: 'accepted', word: 'Welcome.' }],
    ['returned with a word', { decision: 'returned', word: 'Who is the sponsor?' }, { good: true, decision: 'returned', word: 'Who is the sponsor?' }],
    ['returned without', { decision: 'returned', word: ' \n' }, { good: false, errors: { word: 'Say what should change, so that the learner knows what to do.' } }],
    ['none', { word: 'Well' }, { good: false, errors: { decision: 'Choose whether you accept the form or return it.' } }],
    ['too long a word', { decision: 'accepted', word: 'x'.repeat(2_001) }, { good: false, errors: { word: 'Shorten this to 2,000 letters or fewer.' } }],
  ];
  for (const [what, form, outcome] of rows) it(what, () => expect(decideForm(form)).to.deep.equal(outcome));
});
