// A search over the whole programme and what it found.
import { hitEnd, hitStart, longestSearch, mostFound } from '../../domain/programme-search.ts';
import type { Found, SearchAnswer } from '../../domain/programme-search.ts';
import { inWords, plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type SearchInput = {
  at: (path: string) => string;
  /** As it was typed; empty before anything was. */
  search: string;
  /** What of it this reader may see; null where nothing was searched, because there was nothing typed or far too much. */
  answer: SearchAnswer | null;
};

/** `GET /search?q=…` */
export function searchPage({ at, search, answer }: SearchInput) {
  const { found, later, isEmpty } = answer ?? { found: [], later: [], isEmpty: false };
  const shown = withoutDoubles(found.slice(0, mostFound));
  const isTooLong = search.length > longestSearch;
  return {
    template: 'search/search',
    data: {
      title: search === '' ? 'Search' : `${search.slice(0, longestSearch).toWellFormed()}: search`,
      action: at('/search'),
      search,
      most: longestSearch,
      summary: search === '' ? null : isTooLong ? 'That is too long to search for' : summaryOf(shown.length, found.length > mostFound),
      found: shown.map((one) => ({ href: at(one.target), title: one.title, where: whereOf(one), excerpt: saysMore(one) ? piecesOf(one.excerpt) : [] })),
      later: later.length === 0 ? null : `There is more in ${later.length === 1 ? `week ${later[0]}, which opens` : `${inWords(later.length)} weeks that open`} later.`,
      nothing: search === '' || shown.length > 0 ? null
        : isTooLong ? `At most ${longestSearch} letters are searched for, and these are ${search.length}. Two or three words find the most; to find a sentence, take its rarest words.`
        : isEmpty ? 'Nothing but small words such as “the” or “and”, or signs, was searched for: every page has those. Add a word that says what it is about.'
        : 'Every word must be there, so fewer or other words find more.',
      glossary: at('/glossary'),
      programme: at('/programme'),
    },
  } satisfies Page;
}

function summaryOf(count: number, isMore: boolean): string {
  if (count === 0) return 'Nothing was found';
  return isMore ? `The first ${count} of many places: one more word makes them fewer` : sentence(plural(count, 'place'));
}

/** A week that is open is found by itself; what it is at a glance says no more. */
function withoutDoubles(found: readonly Found[]): Found[] {
  const open = new Set(found.filter(({ kind }) => kind === 'goals').map(({ title }) => title));
  return found.filter(({ kind, title }) => kind !== 'outline' || !open.has(title));
}

/** What kind of thing it is, and where. */
function whereOf({ kind, week, part }: Found): string {
  switch (kind) {
    case 'section': return `Week ${week}`;
    case 'practice': case 'team': return `Week ${week}, practice with your team`;
    case 'goals': return `Week ${week}, its goals`;
    case 'reading': return `Week ${week}, further reading`;
    case 'check': return `Week ${week}, knowledge check`;
    case 'journal': return `Week ${week}, question of the journal`;
    case 'card': return `Week ${week}, teaching card`;
    case 'term': return 'The words of the field';
    case 'page': return 'About the programme';
    case 'plan': return part ?? 'The form of the plan';
    case 'outline': case 'workshop': case 'notes': case 'outcome': return part ?? 'The programme';
  }
}

/** Whether an excerpt holds more than its title. */
function saysMore({ title, excerpt }: Found): boolean {
  const words = excerpt.replaceAll(hitStart, '').replaceAll(hitEnd, '');
  return words !== '' && !title.startsWith(words);
}

/** An excerpt cut at its hits, so that the template marks them and prints the rest as text. */
function piecesOf(excerpt: string): { text: string; isHit: boolean }[] {
  return excerpt.split(hitStart).flatMap((part, index) => {
    if (index === 0) return [{ text: part, isHit: false }];
    const [hit = '', rest = ''] = part.split(hitEnd);
    return [{ text: hit, isHit: true }, { text: rest, isHit: false }];
  }).filter(({ text }) => text !== '');
}
