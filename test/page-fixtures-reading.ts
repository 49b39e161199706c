// Examples of teaching cards and of the glossary; page-fixtures.ts shows them beside all others.
import type { Programme, TeachingCard } from '../server/content/programme.ts';
import { glossaryPage } from '../server/features/programme/pages.ts';
import { searchPage } from '../server/features/search/pages.ts';
import type { Found } from '../server/domain/programme-search.ts';
import { cardPage, cardsPage } from '../server/features/teaching-cards/pages.ts';
import type { Page, Role } from '../server/plugins/views.ts';

const card: TeachingCard = {
  key: 'plot-it', title: 'Plot it before you talk about it', idea: 'A line over time says more than two averages and a discussion.', trigger: 'Somebody brings a table of numbers, and the meeting begins to explain the last one.',
  minutes: 10, materials: ['paper', 'four pens', 'the last twelve numbers, as they are'],
  sections: [
    { key: 'run', title: 'How to run it', bodyHtml: '<ol><li>Two minutes: everybody draws the twelve numbers, alone.</li><li>Three minutes: find the <em>middle</em> one together.</li></ol>', source: '' },
    { key: 'say', title: 'What to say', bodyHtml: '<p>“What do you see that the table did not say?”</p>', source: '' },
    { key: 'landed', title: 'How you know that it landed', bodyHtml: '<p>The next number is on the wall before you come.</p>', source: '' },
  ],
};

const longWord = 'Qualitätsverbesserungsbegleiterinnenprogramm'.repeat(3);
const found: Found[] = [
  { kind: 'term', week: null, part: null, target: '/glossary#run-chart', title: 'run chart', excerpt: 'Values over time as points on a line, with their median.' },
  { kind: 'section', week: 3, part: null, target: '/weeks/3#charts', title: 'A first look at run charts & what they tell', excerpt: 'A <b>\uE000run\uE001 \uE000chart\uE001</b> has a median, and half of its points lie on either side of it.' },
  { kind: 'practice', week: 3, part: null, target: '/weeks/3#practice', title: longWord, excerpt: `${longWord} \uE000run\uE001 ${longWord}` },
  { kind: 'card', week: 4, part: null, target: '/cards/plot-it', title: 'Plot it before you talk about it', excerpt: 'A line over time says more than two averages.' },
  { kind: 'goals', week: 3, part: null, target: '/weeks/3#goals-h', title: 'Data for improvement', excerpt: 'Read a \uE000run\uE001 \uE000chart\uE001 aloud.' },
  { kind: 'outline', week: null, part: 'Week 3 at a glance', target: '/programme#week-3', title: 'Data for improvement', excerpt: 'Said by the week itself.' },
  { kind: 'outline', week: null, part: 'Week 9 at a glance', target: '/programme#week-9', title: 'Sustaining', excerpt: 'What \uE000run\uE001 \uE000charts\uE001 say a year later.' },
  { kind: 'team', week: 5, part: null, target: '/weeks/5#team-h', title: 'Tests of change', excerpt: 'Draw a \uE000run\uE001 \uE000chart\uE001.' },
  { kind: 'check', week: 3, part: null, target: '/weeks/3#check', title: 'Check what you know: Data for improvement', excerpt: '' },
  { kind: 'journal', week: 3, part: null, target: '/journal/weeks/3', title: 'Your journal: Data for improvement', excerpt: 'Which \uE000chart\uE001 surprised you?' },
  { kind: 'reading', week: 3, part: null, target: '/weeks/3#ref-perla', title: 'Perla RJ, Provost LP, Murray SK. “The run chart”', excerpt: 'Perla RJ, Provost LP, Murray SK. “The \uE000run\uE001 \uE000chart\uE001”' },
  { kind: 'workshop', week: null, part: 'Workshop of week 3', target: '/workshops/data', title: 'Data for improvement', excerpt: 'Virtual workshop' },
  { kind: 'notes', week: null, part: `Facilitator’s notes, ${longWord}`, target: '/workshops/data/notes#day-1-h', title: 'Reading charts aloud', excerpt: 'Each group reads its \uE000run\uE001 \uE000chart\uE001.' },
  { kind: 'plan', week: null, part: 'Coaching plan, Measures', target: '/plan/sections/measures#chart', title: 'How you will show the run chart', excerpt: 'Where, and to whom' },
  { kind: 'outcome', week: null, part: 'Outcome 4 of the programme', target: '/programme#outcome-4', title: 'use data for improvement: run charts', excerpt: 'use data for improvement: \uE000run\uE001 \uE000charts\uE001' },
  { kind: 'page', week: null, part: null, target: '/programme#who-h', title: 'Who it is for', excerpt: 'People who have seen a \uE000run\uE001 \uE000chart\uE001.' },
];

export function readingExamples(at: (path: string) => string, programme: Programme): Record<string, { path: string; role: Role; page: Page }> {
  const withCards: Programme = { ...programme, weeks: programme.weeks.map((week) => (week.number < 4 ? { ...week, cards: [{ ...card, key: `plot-${week.number}` }, { ...card, key: `ask-${week.number}`, title: 'Ask why, and then ask what happened', minutes: 12 }] } : week)) };
  const [week] = withCards.weeks;
  if (!week) throw new Error('the programme has no week');
  const glossary: Programme = {
    ...programme,
    glossary: [
      { key: 'common-cause', term: 'common cause', also: [], definition: 'Variation that belongs to how the work is done every day.', week: 5 },
      { key: 'run-chart', term: 'run chart', also: ['run charts'], definition: 'Values over time as points on a line, with their median. It shows whether something has changed, which two averages cannot.', week: 3 },
      { key: 'rational-subgrouping-and-stratification', term: 'rational subgrouping', also: ['stratifying', 'stratification'], definition: 'Looking at parts of the data by themselves: a shift, a site, a day of the week.', week: 5 },
    ],
  };
  return {
    'cards': { path: '/cards', role: 'learner', page: cardsPage({ at, programme: withCards, isOpen: (number) => number < 3 }) },
    'cards-none': { path: '/cards', role: 'learner', page: cardsPage({ at, programme, isOpen: () => true }) },
    'card': { path: '/cards/plot-it', role: 'learner', page: cardPage({ at, week, card }) },
    'glossary': { path: '/glossary', role: 'learner', page: glossaryPage({ programme: glossary, week: (number) => at(`/weeks/${number}`) }) },
    'search': { path: '/search', role: 'learner', page: searchPage({ at, search: '', answer: null }) },
    'search-found': { path: '/search', role: 'learner', page: searchPage({ at, search: 'run charts', answer: { found, later: [6, 9], isEmpty: false } }) },
    'search-only-later': { path: '/search', role: 'learner', page: searchPage({ at, search: 'sustaining', answer: { found: [], later: [9], isEmpty: false } }) },
    'search-nothing': { path: '/search', role: 'learner', page: searchPage({ at, search: longWord, answer: { found: [], later: [], isEmpty: false } }) },
    'search-small-words': { path: '/search', role: 'mentor', page: searchPage({ at, search: 'the & of', answer: { found: [], later: [], isEmpty: true } }) },
    'search-too-long': { path: '/search', role: 'faculty', page: searchPage({ at, search: longWord.repeat(4), answer: null }) },
    'glossary-none': { path: '/glossary', role: 'guest', page: glossaryPage({ programme, week: null }) },
  };
}
