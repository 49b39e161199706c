// A search over the whole programme and what it found.
import { hitEnd, hitStart, mostFound } from '../../domain/programme-search.ts';
import type { Found } from '../../domain/programme-search.ts';
import { inWords, plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

export type SearchInput = {
  at: (path: string) => string;
  /** As it was typed; empty before anything was. */
  search: string;
  found: readonly Found[];
  /** Whether this reader may open that week. */
  isOpen: (week: number) => boolean;
};

/** `GET /search?q=…` */
export function searchPage({ at, search, found, isOpen }: SearchInput) {
  const shown = found.slice(0, mostFound);
  const open = shown.filter(({ week }) => week === null || isOpen(week));
  const later = [...new Set(shown.flatMap(({ week }) => (week !== null && !isOpen(week) ? [week] : [])))].toSorted((a, b) => a - b);
  return {
    template: 'search/search',
    data: {
      title: search === '' ? 'Search' : `${search}: search`,
      action: at('/search'),
      search,
      summary: search === '' ? null : summaryOf(open.length, found.length > mostFound),
      found: open.map(({ kind, week, target, title, excerpt }) => ({
        href: at(target), title,
        where: kind === 'term' ? 'The words of the field' : `Week ${week}${kind === 'card' ? ', teaching card' : ''}`,
        excerpt: piecesOf(excerpt),
      })),
      later: later.length === 0 ? null : `There is more in ${later.length === 1 ? `week ${later[0]}, which opens` : `${inWords(later.length)} weeks that open`} later.`,
      nothing: search !== '' && open.length === 0,
      glossary: at('/glossary'),
      programme: at('/programme'),
    },
  } satisfies Page;
}

function summaryOf(count: number, isMore: boolean): string {
  if (count === 0) return 'Nothing was found';
  return isMore ? `The first ${count} of many places: one more word makes them fewer` : sentence(plural(count, 'place'));
}

/** An excerpt cut at its hits, so that the template marks them and prints the rest as text. */
function piecesOf(excerpt: string): { text: string; isHit: boolean }[] {
  return excerpt.split(hitStart).flatMap((part, index) => {
    if (index === 0) return [{ text: part, isHit: false }];
    const [hit = '', rest = ''] = part.split(hitEnd);
    return [{ text: hit, isHit: true }, { text: rest, isHit: false }];
  }).filter(({ text }) => text !== '');
}
