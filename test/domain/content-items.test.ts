import { expect } from 'chai';
import { describe, it } from 'mocha';
import { decideChoice, foldForSearch, isFound, placeOf, presentItem, requestState } from '../../server/domain/content-items.ts';
import type { ChoiceFacts, ChoiceForm } from '../../server/domain/content-items.ts';

const choosable = [{ key: 'week-1', whole: true }, { key: 'week-2', whole: true }, { key: 'programme', whole: false }];
const facts = (change: Partial<ChoiceFacts> = {}): ChoiceFacts => ({ place: { takesLinks: true, takesMany: true, takesColumns: true, openings: ['iframe', 'window'] }, cohort: 'c', choosable, held: new Set(), ...change });
const form = (change: Partial<ChoiceForm> = {}): ChoiceForm => ({ items: [], whole: null, opening: null, withDates: true, cohort: 'c', ...change });

describe('a choice for a course', () => {
  const table: [what: string, sent: ChoiceForm, given: ChoiceFacts, expected: string][] = [
    ['in the programme’s order, each once', form({ items: ['programme', 'week-2', 'week-2', 'week-1'] }), facts(), 'week-1 week-2 programme'],
    ['the whole programme, whatever is ticked', form({ whole: 'all', items: ['programme'] }), facts(), 'week-1 week-2'],
    ['what is missing of it', form({ whole: 'missing' }), facts({ held: new Set(['week-1']) }), 'week-2'],
    ['nothing missing', form({ whole: 'missing' }), facts({ held: new Set(['week-1', 'week-2']) }), 'nothing'],
    ['nothing', form(), facts(), 'nothing'],
    ['something unknown', form({ items: ['week-3'] }), facts(), 'altered'],
    ['unknown beside the whole', form({ whole: 'all', items: ['week-3'] }), facts(), 'altered'],
    ['another cohort', form({ items: ['week-1'], cohort: 'd' }), facts(), 'altered'],
    ['dates without a cohort', form({ items: ['week-1'], cohort: null }), facts({ cohort: null }), 'altered'],
    ['no dates without a cohort', form({ items: ['week-1'], cohort: null, withDates: false }), facts({ cohort: null }), 'week-1'],
    ['a place that takes no links', form({ items: ['week-1'] }), facts({ place: placeOf({ acceptTypes: ['html'], acceptMultiple: true, acceptLineItem: true, acceptPresentationDocumentTargets: [] }) }), 'altered'],
  ];
  for (const [what, sent, given, expected] of table) {
    it(`${what}: ${expected}`, () => {
      const decision = decideChoice(sent, given);
      expect(decision.good ? decision.keys.join(' ') : decision.reason).to.equal(expected);
    });
  }

  it('opens as asked, else in the usual way, else as the LMS decides', () => {
    const openingOf = (opening: string | null, openings: ('iframe' | 'window')[]) => {
      const decision = decideChoice(form({ items: ['week-1'], opening }), facts({ place: { ...facts().place, openings } }));
      return decision.good ? decision.opening : decision.reason;
    };
    expect([openingOf('window', ['iframe', 'window']), openingOf(null, ['iframe', 'window']), openingOf(null, ['window']), openingOf(null, []), openingOf('iframe', ['window'])]).to.deep.equal(['window', 'iframe', 'window', null, 'altered']);
  });
});

describe('a search', () => {
  const words = foldForSearch('Week 12: Éxtra  Runs');
  for (const [search, found] of [['', true], ['extra', true], ['RUN week', true], ['12', true], ['1', false], ['week 2', false], ['absent', false]] as const) {
    it(`for “${search}” ${found ? 'finds' : 'does not find'} it`, () => { expect(isFound(words, search)).to.equal(found); });
  }
});

describe('an item that is chosen anew', () => {
  const things = [{ title: 'Week 1: A', text: 'first', target: '/weeks/1' }, { title: 'Week 11: B', text: 'second', target: '/weeks/11' }, { title: 'All', text: 'third', target: '/' }];
  const table: [path: string | null, title: string | null, text: string | null, found: string | undefined][] = [
    ['/weeks/11', 'Week 1: A', null, '/weeks/11'], ['/', null, null, undefined], [null, 'week 11', null, '/weeks/11'], [null, 'Week 1', null, '/weeks/1'],
    [null, 'all', null, '/'], [null, 'Week 111', null, undefined], [null, 'Ours', 'Second', '/weeks/11'], [null, '', '', undefined],
  ];
  for (const [path, title, text, found] of table) it(`${path}, ${title}, ${text}: ${found}`, () => { expect(presentItem(things, { path, title, text })?.target).to.equal(found); });
});

describe('a request', () => {
  it('waits two hours, and for one answer', () => {
    const createdAt = Temporal.Instant.from('2026-05-11T08:00:00Z');
    expect(requestState({ createdAt, answeredAt: null }, createdAt.add({ minutes: 119 }))).to.equal('open');
    expect(requestState({ createdAt, answeredAt: null }, createdAt.add({ hours: 2 }))).to.equal('expired');
    expect(requestState({ createdAt, answeredAt: createdAt }, createdAt.add({ hours: 3 }))).to.equal('answered');
  });
});
