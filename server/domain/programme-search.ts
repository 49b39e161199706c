// What a search of the programme looks at and how it spells.

/** A piece of the material: where it is, what it is called, and its words. */
export type Passage = { kind: 'section' | 'card' | 'term'; week: number | null; target: string; title: string; body: string };

/** The parts of a programme that are searched, as plain as can be. */
export type SearchableProgramme = {
  weeks: readonly {
    number: number;
    material: { sections: readonly { key: string; title: string; bodyHtml: string }[] } | null;
    cards?: readonly { key: string; title: string; idea: string; trigger: string; sections: readonly { bodyHtml: string }[] }[];
  }[];
  glossary?: readonly { key: string; term: string; also: readonly string[]; definition: string }[];
};

/** What is found; `excerpt` is plain text in which `hitStart` and `hitEnd` stand around each hit. */
export type Found = { kind: 'section' | 'card' | 'term'; week: number | null; target: string; title: string; excerpt: string };

/** Characters that no text has, for marking hits: from Unicode's private use area. */
export const [hitStart, hitEnd] = ['\uE000', '\uE001'];

/** More than anybody reads; a search that finds more wants another word. */
export const mostFound = 30;

/** Every passage, in the order of the programme. */
export function passagesOf({ weeks, glossary = [] }: SearchableProgramme): Passage[] {
  return [
    ...weeks.flatMap(({ number, material, cards = [] }) => [
      ...(material?.sections ?? []).map(({ key, title, bodyHtml }): Passage => ({ kind: 'section', week: number, target: `/weeks/${number}#${key}`, title, body: plainText(bodyHtml) })),
      ...cards.map(({ key, title, idea, trigger, sections }): Passage => ({ kind: 'card', week: number, target: `/cards/${key}`, title, body: [idea, trigger, ...sections.map(({ bodyHtml }) => plainText(bodyHtml))].join(' ') })),
    ]),
    ...glossary.map(({ key, term, also, definition }): Passage => ({ kind: 'term', week: null, target: `/glossary#${key}`, title: term, body: [definition, ...also].join(' ') })),
  ];
}

/** The words of trusted HTML: drawings are left out but for their title and description. */
export function plainText(html: string): string {
  return html
    .replace(/<svg[\s\S]*?<\/svg>/g, (svg) => [...svg.matchAll(/<(title|desc)\b[^>]*>([\s\S]*?)<\/\1>/g)].map(([, , words = '']) => ` ${words.replace(/\.?$/, '.')} `).join(''))
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\'' })[name] ?? ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/**
 * American endings as British ones, so that "standardize" and "standardise" find each other and "center" finds "centre".
 * PostgreSQL has one English dictionary, which stems both alike once they are spelt alike. views and SQL never need to know.
 */
export function inBritish(text: string): string {
  return text
    .replace(/\b(\p{L}{3,})iz(e[ds]?|ing|ation|ations|er|ers)\b/giu, '$1is$2')
    .replace(/\b(\p{L}{3,})yz(e[ds]?|ing|er|ers)\b/giu, '$1ys$2')
    .replace(/\b(behavi|col|hon|lab|fav|harb)or(s?|ed|ing|al|ally|able|ably|ite)\b/giu, '$1our$2')
    .replace(/\b(cent|met|lit|theat)er(s?)\b/giu, '$1re$2')
    .replace(/\bprogram(s?)\b/giu, 'programme$1');
}
