import { expect } from 'chai';
import { describe, it } from 'mocha';
import { asAsked, inBritish, isForStaff, passagesOf, plainText } from '../../server/domain/programme-search.ts';

describe('search: spelling', () => {
  const cases: [string, string][] = [
    ['standardize the organization', 'standardise the organisation'], ['Analyzing', 'Analysing'], ['patient-centered center', 'patient-centered centre'], ['behavior and colors', 'behaviour and colours'],
    ['a program of programs', 'a programme of programmes'], ['size prize seize', 'size prize seize'], ['programme metre', 'programme metre'], ['the doctor and the error', 'the doctor and the error'],
  ];
  for (const [american, british] of cases) it(`${american} is ${british}`, () => expect(inBritish(american)).to.equal(british));
});

describe('search: what is asked', () => {
  for (const [typed, asked] of [['run -chart', 'run -chart'], ['just-in-time', 'just-in-time'], ['--center', '-centre'], ['- - ---', '       '], ['a –', 'a –'], ['-"run chart"', '-"run chart"'], ['end-', 'end ']] as const) it(`“${typed}”`, () => expect(asAsked(typed)).to.equal(asked));
});

describe('search: what it looks at', () => {
  it('HTML becomes its words, drawings what they say they show', () => {
    expect(plainText('<p>Fast &amp; <em>safe</em></p>\n<svg class="chart"><title id="a">Two lines</title><desc>One above.</desc><text>12</text></svg>')).to.equal('Fast & safe Two lines. One above.');
  });
  it('what stands within a line parts no word from its full stop', () => {
    expect(plainText('<p>Read <cite>The Guide</cite>, <em>all</em> of it.</p><p>Then H<sub>2</sub>O.</p>')).to.equal('Read The Guide, all of it. Then H2O.');
  });

  it('every part of a week, each with its address; what a team does stands in its practices, or in the outline while there are none', () => {
    const passages = passagesOf({
      weeks: [
        {
          number: 2, title: 'See', summary: 'Before.', withYourTeam: 'Go and see.', reflection: 'What now?', check: { questions: [{ promptHtml: 'Secret?' }] },
          material: {
            lede: 'Go.', goals: ['look'],
            sections: [{ key: 'see', title: 'See', kind: 'teaching', bodyHtml: '<p>Go.</p>' }, { key: 'do', title: 'Do', kind: 'practice', bodyHtml: '<p>Now.</p>' }],
            reading: [{ key: 'guide', textHtml: '<cite>The Guide</cite>.' }],
          },
          cards: [{ key: 'plot', title: 'Plot', idea: 'A line.', trigger: 'A table.', sections: [{ bodyHtml: '<p>Draw.</p>' }] }],
        },
        { number: 3, title: 'Test', withYourTeam: 'Test it.', material: null },
      ],
      glossary: [{ key: 'run-chart', term: 'run chart', also: ['run charts'], definition: 'A line.' }],
    });
    expect(passages).to.deep.equal([
      { kind: 'outline', week: null, part: 'Week 2 at a glance', target: '/programme#week-2', title: 'See', body: 'Before.' },
      { kind: 'goals', week: 2, part: null, target: '/weeks/2#goals-h', title: 'See', body: 'Go. look' },
      { kind: 'section', week: 2, part: null, target: '/weeks/2#see', title: 'See', body: 'Go.' },
      { kind: 'practice', week: 2, part: null, target: '/weeks/2#do', title: 'Do', body: 'Now.' },
      { kind: 'check', week: 2, part: null, target: '/weeks/2#check', title: 'Check what you know: See', body: '' },
      { kind: 'journal', week: 2, part: null, target: '/journal/weeks/2', title: 'Your journal: See', body: 'What now?' },
      { kind: 'card', week: 2, part: null, target: '/cards/plot', title: 'Plot', body: 'A line. A table. Draw.' },
      { kind: 'reading', week: 2, part: null, target: '/weeks/2#ref-guide', title: 'The Guide.', body: 'The Guide.' },
      { kind: 'outline', week: null, part: 'Week 3 at a glance', target: '/programme#week-3', title: 'Test', body: '' },
      { kind: 'team', week: 3, part: null, target: '/weeks/3#team-h', title: 'Test', body: 'Test it.' },
      { kind: 'term', week: null, part: null, target: '/glossary#run-chart', title: 'run chart', body: 'A line. run charts' },
    ]);
  });

  it('workshops for everybody, their notes for staff alone, the plan by section and question, the programme’s own page', () => {
    const notes = { purpose: 'To begin.', materials: ['pens'], days: [{ title: 'Start', agenda: [{ title: 'Round', how: 'Everybody speaks.' }] }], sections: [{ key: 'rooms', title: 'Rooms', bodyHtml: '<p>Four.</p>' }] };
    const passages = passagesOf({
      weeks: [
        { number: 1, title: 'One', material: null, workshop: { key: 'first', kind: 'in-person', title: 'First', days: 3, notes } },
        { number: 2, title: 'Two', material: null, workshop: { kind: 'virtual', title: 'Nameless', days: 1 } },
      ],
      outcomes: ['coach teams'], audience: ['coaches'],
      plan: { title: 'Coaching plan', introduction: ['Begin early.'], sections: [{ key: 'goals', title: 'Goals', help: 'Few.', fields: [{ key: 'first', label: 'First goal', help: null }] }] },
    });
    expect(passages.filter(({ kind }) => kind !== 'outline')).to.deep.equal([
      { kind: 'workshop', week: null, part: 'Workshop of week 1', target: '/workshops/first', title: 'First', body: 'Workshop in person, 3 days' },
      { kind: 'notes', week: null, part: 'Facilitator’s notes, First', target: '/workshops/first/notes', title: 'First', body: 'To begin.' },
      { kind: 'notes', week: null, part: 'Facilitator’s notes, First', target: '/workshops/first/notes#bring-h', title: 'What to bring', body: 'pens' },
      { kind: 'notes', week: null, part: 'Facilitator’s notes, First', target: '/workshops/first/notes#day-1-h', title: 'Start', body: 'Round. Everybody speaks.' },
      { kind: 'notes', week: null, part: 'Facilitator’s notes, First', target: '/workshops/first/notes#rooms-h', title: 'Rooms', body: 'Four.' },
      { kind: 'workshop', week: null, part: 'Workshop of week 2', target: '/programme#week-2', title: 'Nameless', body: 'Virtual workshop' },
      { kind: 'outcome', week: null, part: 'Outcome 1 of the programme', target: '/programme#outcome-1', title: 'coach teams', body: 'coach teams' },
      { kind: 'page', week: null, part: null, target: '/programme#who-h', title: 'Who it is for', body: 'coaches' },
      { kind: 'plan', week: null, part: null, target: '/plan', title: 'Coaching plan', body: 'Begin early.' },
      { kind: 'plan', week: null, part: 'Coaching plan', target: '/plan/sections/goals', title: 'Goals', body: 'Few.' },
      { kind: 'plan', week: null, part: 'Coaching plan, Goals', target: '/plan/sections/goals#first', title: 'First goal', body: '' },
    ]);
    expect(passages.filter(isForStaff).map(({ kind }) => kind)).to.deep.equal(['notes', 'notes', 'notes', 'notes']);
  });
});
