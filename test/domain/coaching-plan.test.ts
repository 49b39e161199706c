import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decideSubmitting, longest, missingFields, mostSubmissions, newReceipt, planNews, readAnswer, sectionState } from '../../server/domain/coaching-plan.ts';
import type { FieldKind, PlanStanding, SubmissionState } from '../../server/domain/coaching-plan.ts';

describe('what somebody typed into a field of a plan', () => {
  const cases: [what: string, kind: FieldKind, typed: string | undefined, text: string, problem?: string][] = [
    ['nothing', 'text', undefined, ''],
    ['blanks alone count as nothing', 'text', ' \n\t ', ''],
    ['a text keeps its lines and its markup', 'text', 'One <b>line</b>\n\n  another', 'One <b>line</b>\n\n  another'],
    ['lines as forms send them', 'text', 'a\r\nb\rc', 'a\nb\nc'],
    ['what PostgreSQL cannot hold', 'text', 'a\0b\ud800', 'ab\ufffd'],
    ['a line is one line', 'line', '  Ward\n7 ', 'Ward 7'],
    ['a text that is just short enough', 'text', 'x'.repeat(longest.text), 'x'.repeat(longest.text)],
    ['a text that is too long is given back whole', 'text', 'x'.repeat(longest.text + 1), 'x'.repeat(longest.text + 1), 'too-long'],
    ['a line that is too long', 'line', 'x'.repeat(501), 'x'.repeat(501), 'too-long'],
    ['a day', 'date', '2028-02-29', '2028-02-29'],
    ['a day that is none', 'date', '2027-02-29', '2027-02-29', 'no-date'],
    ['a day in words', 'date', 'next Tuesday, perhaps', 'next Tuesday, perhaps', 'no-date'],
    ['a year beyond four figures', 'date', '+012026-05-11', '+012026-05-11', 'no-date'],
  ];
  for (const [what, kind, typed, text, problem = null] of cases) {
    it(what, () => expect(readAnswer(kind, typed)).to.deep.equal({ text, problem }));
  }
});

describe('how far a section has got', () => {
  const section = { key: 's', fields: [{ key: 'a', kind: 'text', required: true }, { key: 'b', kind: 'text', required: true }, { key: 'c', kind: 'line', required: false }] as const };
  const optional = { key: 'o', fields: [{ key: 'a', kind: 'text', required: false }] as const };
  const cases: [filled: string[], state: string, missing: string[], optionalState: string][] = [
    [[], 'open', ['a', 'b'], 'open'],
    [['s.c'], 'part', ['a', 'b'], 'open'],
    [['s.a'], 'part', ['b'], 'open'],
    [['s.a', 's.b', 'o.a'], 'done', [], 'done'],
    [['other.a', 'a'], 'open', ['a', 'b'], 'open'],
  ];
  for (const [filled, state, missing, optionalState] of cases) {
    it(`${filled.join(' and ') || 'nothing'} written: ${state}`, () => {
      const set = new Set(filled);
      expect(sectionState(section, set)).to.equal(state);
      expect(sectionState(optional, set)).to.equal(optionalState);
      expect(missingFields([section, optional], set).map(({ field }) => field.key)).to.deep.equal(missing);
    });
  }
});

describe('whether a plan may be handed in', () => {
  const cases: [states: SubmissionState[], decision: string][] = [
    [[], 'may'],
    [['submitted'], 'waiting'],
    [['withdrawn'], 'may'],
    [['withdrawn', 'submitted'], 'waiting'],
    [['returned'], 'may'],
    [['returned', 'withdrawn'], 'may'],
    [['returned', 'submitted'], 'waiting'],
    [['released'], 'graded'],
    [['returned', 'released'], 'graded'],
    [Array.from({ length: mostSubmissions }, () => 'withdrawn' as const), 'too-many'],
  ];
  for (const [states, decision] of cases) it(`${states.slice(0, 3).join(', ') || 'never'} before: ${decision}`, () => expect(decideSubmitting(states)).to.equal(decision));
});

describe('a receipt', () => {
  it('is short, and has no letter or figure that is heard or read as another', () => {
    const all = Array.from({ length: 31 }, (_, index) => newReceipt(() => index)).join('');
    expect(newReceipt(() => 0)).to.equal('2222-2222');
    expect(new Set(all.replaceAll('-', ''))).to.have.length(31);
    expect(all).not.to.match(/[01OIL]/);
  });
});

describe('what home says of a plan', () => {
  const news = (state: NonNullable<PlanStanding['submission']>['state'], isRead: boolean) => planNews({ filled: 3, submission: { number: 2, state, isRead } });
  it('nothing while nothing is written', () => expect(planNews({ filled: 0, submission: null })).to.equal(null));
  it('that it is begun', () => expect(planNews({ filled: 1, submission: null })).to.include({ kind: 'draft', path: '/plan' }));
  it('that it waits', () => expect(news('submitted', false)).to.include({ kind: 'waiting', point: 'part', path: '/plan/submissions/2' }));
  it('that it came back, until it was opened', () => {
    expect(news('returned', false)).to.include({ kind: 'returned', point: 'attention', path: '/plan/submissions/2' });
    expect(news('returned', true)).to.include({ kind: 'revising', path: '/plan' });
  });
  it('that feedback has come, until it was opened', () => {
    expect(news('released', false)).to.include({ kind: 'feedback', point: 'attention' });
    expect(news('released', true)).to.include({ kind: 'graded', point: 'done' });
  });
});
