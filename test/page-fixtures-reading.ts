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

const found: Found[] = [
  { kind: 'term', week: null, target: '/glossary#run-chart', title: 'run chart', excerpt: 'Values over time as points on a line, with their median.' },
  { kind: 'section', week: 3, target: '/weeks/3#charts', title: 'A first look at run charts & what they tell', excerpt: 'A <b>\uE000run\uE001 \uE000chart\uE001</b> has a median, and half of its points lie on either side of it.' },
  { kind: 'card', week: 4, target: '/cards/plot-it', title: 'Plot it before you talk about it', excerpt: 'A line over time says more than two averages.' },
  { kind: 'section', week: 9, target: '/weeks/9#later', title: 'Later', excerpt: 'Not yet.' },
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
    'search': { path: '/search', role: 'learner', page: searchPage({ at, search: '', found: [], isOpen: () => true }) },
    'search-found': { path: '/search', role: 'learner', page: searchPage({ at, search: 'run charts', found, isOpen: (number) => number < 6 }) },
    'search-nothing': { path: '/search', role: 'learner', page: searchPage({ at, search: 'Qualitätsverbesserungsbegleiterinnenprogramm'.repeat(3), found: [], isOpen: () => true }) },
    'glossary-none': { path: '/glossary', role: 'guest', page: glossaryPage({ programme, week: null }) },
  };
}
