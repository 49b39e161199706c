// Choosing content for a course: what a place in the LMS can hold, which choices fit it, and what a search finds.

/** How something may open: inside the course's page, or in a window beside it. */
export type Opening = 'iframe' | 'window';

/** What the LMS says that the place can hold (Deep Linking 2.0, section 4.4.1). */
export type PlaceSettings = {
  acceptTypes: readonly string[];
  acceptMultiple: boolean;
  acceptLineItem: boolean;
  acceptPresentationDocumentTargets: readonly string[];
};

/** openings: what may be asked for, the usual one first; none when the LMS decides alone. */
export type Place = { takesLinks: boolean; takesMany: boolean; takesColumns: boolean; openings: Opening[] };

/** Reads what a place can hold, as far as it concerns links to us. Inside the course comes first, where people stay in their course. */
export function placeOf({ acceptTypes, acceptMultiple, acceptLineItem, acceptPresentationDocumentTargets: targets }: PlaceSettings): Place {
  return {
    takesLinks: acceptTypes.includes('ltiResourceLink'),
    takesMany: acceptMultiple,
    takesColumns: acceptLineItem,
    openings: (['iframe', 'window'] as const).filter((opening) => targets.includes(opening)),
  };
}

/** As long as a lesson, so that nobody has to hurry; what the LMS keeps for its side of the choice may live less long. */
const answerableFor = Temporal.Duration.from({ hours: 2 });

/** Whether a platform still waits: each request is answered once, within two hours. */
export function requestState({ createdAt, answeredAt }: { createdAt: Temporal.Instant; answeredAt: Temporal.Instant | null }, now: Temporal.Instant): 'open' | 'answered' | 'expired' {
  if (answeredAt !== null) return 'answered';
  return Temporal.Instant.compare(createdAt.add(answerableFor), now) <= 0 ? 'expired' : 'open';
}

/**
 * Why a choice leads nowhere (rules 63, 65 and 66). address: nothing may be sent where the LMS wants it. takes_no_links:
 * the place holds other things than links to us.
 */
export type ChoiceRefusal = 'answered' | 'expired' | 'altered' | 'address' | 'takes_no_links';

/** A form as it was sent. */
export type ChoiceForm = {
  /** Keys of what is ticked. */
  items: readonly string[];
  /** The whole programme in one press, or what of it the course does not hold yet. */
  whole: 'all' | 'missing' | null;
  opening: string | null;
  withDates: boolean;
  /** The cohort that the form was made for; null for none. */
  cohort: string | null;
};

/** What the form is judged by, as things stand now. */
export type ChoiceFacts = {
  place: Place;
  /** The cohort of the course. */
  cohort: string | null;
  /** In the order in which they go into the course; `whole` marks those that make up the whole programme. */
  choosable: readonly { key: string; whole: boolean }[];
  /** Keys of what the course holds already. */
  held: ReadonlySet<string>;
};

/** nothing: there is nothing in it. altered: it holds what the page never offered, or was made for another cohort (rule 66). */
export type ChoiceDecision =
  | { good: true; keys: string[]; opening: Opening | null; withDates: boolean }
  | { good: false; reason: 'nothing' | 'altered' };

/** Judges a choice. What comes out is in the programme's order, each thing once. */
export function decideChoice({ items, whole, opening, withDates, cohort }: ChoiceForm, facts: ChoiceFacts): ChoiceDecision {
  const { place, choosable, held } = facts;
  const known = new Set(choosable.map(({ key }) => key));
  const asked = place.openings.find((candidate) => candidate === opening) ?? null;
  const isOurs = cohort === facts.cohort
    && items.every((key) => known.has(key))
    && (opening === null || asked !== null)
    && (!withDates || facts.cohort !== null);
  if (!isOurs || !place.takesLinks) return { good: false, reason: 'altered' };

  const parts = choosable.filter((thing) => thing.whole && !(whole === 'missing' && held.has(thing.key)));
  const chosen = whole !== null ? parts : choosable.filter(({ key }) => items.includes(key));
  if (chosen.length > 1 && !place.takesMany) return { good: false, reason: 'altered' };
  if (chosen.length === 0) return { good: false, reason: 'nothing' };
  return { good: true, keys: chosen.map(({ key }) => key), opening: asked ?? place.openings[0] ?? null, withDates };
}

/** What the LMS tells of the item that is to be chosen anew; all of it may be absent. */
export type PresentItem = { path: string | null; title: string | null; text: string | null };

/**
 * Which thing the LMS holds in this place now, so that it can be ticked; null when it says nothing that we know again.
 * Titles are changed by faculty, so that the number of a week in front is enough. The front page is no sign: it is where
 * LMSs send people who choose for the first time.
 */
export function presentItem<Thing extends { title: string; text: string; target: string }>(things: readonly Thing[], { path, title, text }: PresentItem): Thing | null {
  const named = foldForSearch(title ?? '');
  const begins = (thing: Thing) => /^week \d+\b/.exec(foldForSearch(thing.title))?.[0];
  const [start] = /^week \d+\b/.exec(named) ?? [];
  return things.find(({ target }) => target !== '/' && target === path)
    ?? things.find((thing) => named !== '' && foldForSearch(thing.title) === named)
    ?? things.find((thing) => start !== undefined && begins(thing) === start)
    ?? things.find((thing) => (text ?? '') !== '' && foldForSearch(thing.text) === foldForSearch(text ?? ''))
    ?? null;
}

/** Text as a search compares it: small letters, without accents, single spaces. */
export function foldForSearch(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}

/**
 * Whether every word of a search stands somewhere in `words`, which `foldForSearch` made; a number only as a whole, so
 * that “week 1” is not week 12 too. An empty search finds everything. views/assets/deep-linking-choice.js does the same.
 */
export function isFound(words: string, search: string): boolean {
  const numbers = new Set(words.match(/\d+/g));
  return foldForSearch(search).split(' ').every((word) => (/^\d+$/.test(word) ? numbers.has(word) : words.includes(word)));
}
