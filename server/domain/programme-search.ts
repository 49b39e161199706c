// What a search of the programme looks at and how it spells.

/**
 * section, practice, goals, team, reading, check, journal: parts of a week. outline: what anybody may know of a week
 * before it opens. notes: a part of the facilitator's notes for a workshop. plan: a section of the coaching plan's form,
 * or one of its questions. page: a part of the programme's own page.
 */
export const passageKinds = ['section', 'practice', 'goals', 'team', 'reading', 'check', 'journal', 'card', 'outline', 'workshop', 'notes', 'plan', 'outcome', 'page', 'term'] as const;
export type PassageKind = (typeof passageKinds)[number];

/** A piece of the material: where it is, what it is called, and its words. */
export type Passage = {
  kind: PassageKind;
  /** The week that opens it; null for what is always open. */
  week: number | null;
  /** What it is a part of, where the kind and the week do not say it. */
  part: string | null;
  target: string;
  title: string;
  body: string;
};

/** The parts of a programme that are searched, as plain as can be. Of a check no question and no answer is among them. */
export type SearchableProgramme = {
  weeks: readonly SearchableWeek[];
  promise?: readonly string[];
  outcomes?: readonly string[];
  audience?: readonly string[];
  prerequisites?: readonly string[];
  introduction?: { title: string; summary: string; points: readonly { title: string; text: string }[] };
  glossary?: readonly { key: string; term: string; also: readonly string[]; definition: string }[];
  plan?: { title: string; introduction: readonly string[]; sections: readonly { key: string; title: string; help: string; fields: readonly { key: string; label: string; help: string | null }[] }[] };
};

type SearchableWeek = {
  number: number;
  title: string;
  summary?: string;
  reflection?: string;
  withYourTeam?: string;
  material: {
    lede?: string; goals?: readonly string[];
    sections: readonly { key: string; title: string; kind?: 'teaching' | 'practice'; bodyHtml: string }[];
    reading?: readonly { key: string; textHtml: string }[];
  } | null;
  check?: object;
  cards?: readonly { key: string; title: string; idea: string; trigger: string; sections: readonly { bodyHtml: string }[] }[];
  workshop?: {
    key?: string; kind: 'virtual' | 'in-person'; title: string; days: number;
    notes?: {
      purpose: string; materials: readonly string[];
      days: readonly { title: string; agenda: readonly { title: string; how: string }[] }[];
      sections: readonly { key: string; title: string; bodyHtml: string }[];
    };
  } | null;
};

/** What is found; `excerpt` is plain text in which `hitStart` and `hitEnd` stand around each hit. */
export type Found = Omit<Passage, 'body'> & { excerpt: string };

/** What a search answers. `later`: the weeks not yet open to the reader that have more. `isEmpty`: nothing was asked for but words that every text has. */
export type SearchAnswer = { found: Found[]; later: number[]; isEmpty: boolean };

/** Characters that no text has, for marking hits: from Unicode's private use area. */
export const [hitStart, hitEnd] = ['\uE000', '\uE001'];

/** More than anybody reads; a search that finds more wants another word. */
export const mostFound = 30;

/** More letters than this are no search. */
export const longestSearch = 200;

/**
 * Which passages a version's rows were made of. Count it up whenever `passagesOf`, `plainText` or `inBritish` make other
 * passages or other words of the same programme: each version is then indexed anew when somebody next searches it.
 */
export const searchEdition = 2;

/** What is for those who run workshops alone. */
export const isForStaff = ({ kind }: Pick<Passage, 'kind'>): boolean => kind === 'notes';

/** Every passage, in the order of the programme. A fragment leads to what the page has of it. */
export function passagesOf({ weeks, promise = [], outcomes = [], audience = [], prerequisites = [], introduction, glossary = [], plan }: SearchableProgramme): Passage[] {
  const page = (fragment: string, title: string, texts: readonly string[]): Passage[] =>
    texts.length === 0 ? [] : [{ kind: 'page', week: null, part: null, target: `/programme${fragment}`, title, body: texts.join(' ') }];
  return [
    ...weeks.flatMap(passagesOfWeek),
    ...outcomes.map((text, index): Passage => ({ kind: 'outcome', week: null, part: `Outcome ${index + 1} of the programme`, target: `/programme#outcome-${index + 1}`, title: shortened(text), body: text })),
    ...page('', 'What the programme promises', promise),
    ...page('#who-h', 'Who it is for', audience),
    ...page('#need-h', 'What you need to take part', prerequisites),
    ...(introduction ? page('#qualities-h', introduction.title, [introduction.summary, ...introduction.points.flatMap(({ title, text }) => [`${title}.`, text])]) : []),
    ...(plan ? [
      { kind: 'plan', week: null, part: null, target: '/plan', title: plan.title, body: plan.introduction.join(' ') } satisfies Passage,
      ...plan.sections.flatMap(({ key, title, help, fields }): Passage[] => [
        { kind: 'plan', week: null, part: plan.title, target: `/plan/sections/${key}`, title, body: help },
        ...fields.map((field): Passage => ({ kind: 'plan', week: null, part: `${plan.title}, ${title}`, target: `/plan/sections/${key}#${field.key}`, title: field.label, body: field.help ?? '' })),
      ]),
    ] : []),
    ...glossary.map(({ key, term, also, definition }): Passage => ({ kind: 'term', week: null, part: null, target: `/glossary#${key}`, title: term, body: [definition, ...also].join(' ') })),
  ];
}

function passagesOfWeek({ number, title, summary = '', reflection, withYourTeam, material, check, cards = [], workshop }: SearchableWeek): Passage[] {
  const within = (kind: PassageKind, target: string, name: string, body: string): Passage => ({ kind, week: number, part: null, target, title: name, body });
  return [
    { kind: 'outline', week: null, part: `Week ${number} at a glance`, target: `/programme#week-${number}`, title, body: summary },
    ...(material?.goals ? [within('goals', `/weeks/${number}#goals-h`, title, [material.lede ?? '', ...material.goals].join(' '))] : []),
    // What a team does is written into the practices of the week; while there are none, here.
    ...(!material && withYourTeam !== undefined ? [within('team', `/weeks/${number}#team-h`, title, withYourTeam)] : []),
    ...(material?.sections ?? []).map(({ key, title: name, kind, bodyHtml }) => within(kind === 'practice' ? 'practice' : 'section', `/weeks/${number}#${key}`, name, plainText(bodyHtml))),
    ...(check ? [within('check', `/weeks/${number}#check`, `Check what you know: ${title}`, '')] : []),
    ...(reflection === undefined ? [] : [within('journal', `/journal/weeks/${number}`, `Your journal: ${title}`, reflection)]),
    ...cards.map(({ key, title: name, idea, trigger, sections }) => within('card', `/cards/${key}`, name, [idea, trigger, ...sections.map(({ bodyHtml }) => plainText(bodyHtml))].join(' '))),
    ...(material?.reading ?? []).map(({ key, textHtml }) => within('reading', `/weeks/${number}#ref-${key}`, shortened(plainText(textHtml)), plainText(textHtml))),
    ...(workshop ? passagesOfWorkshop(number, workshop) : []),
  ];
}

/** A workshop, which everybody may know of, and its notes, which are for those who run it. */
function passagesOfWorkshop(week: number, { key, kind, title, days, notes }: NonNullable<SearchableWeek['workshop']>): Passage[] {
  // Material from before workshops had keys has no page for them.
  const path = key === undefined ? null : `/workshops/${key}`;
  const note = (fragment: string, name: string, texts: readonly string[]): Passage => ({ kind: 'notes', week: null, part: `Facilitator’s notes, ${title}`, target: `${path}/notes${fragment}`, title: name, body: texts.join(' ') });
  return [
    { kind: 'workshop', week: null, part: `Workshop of week ${week}`, target: path ?? `/programme#week-${week}`, title, body: kind === 'virtual' ? 'Virtual workshop' : `Workshop in person, ${days} ${days === 1 ? 'day' : 'days'}` },
    ...(notes && path ? [
      note('', title, [notes.purpose]),
      note('#bring-h', 'What to bring', notes.materials),
      ...notes.days.map((day, index) => note(`#day-${index + 1}-h`, day.title, day.agenda.flatMap((item) => [`${item.title}.`, item.how]))),
      ...notes.sections.map((section) => note(`#${section.key}-h`, section.title, [plainText(section.bodyHtml)])),
    ] : []),
  ];
}

/** The beginning of a text that has no title of its own, to the last word that fits. */
function shortened(text: string, most = 100): string {
  return text.length <= most ? text : `${text.slice(0, most + 1).replace(/\s+\S*$/, '').slice(0, most).toWellFormed()} …`;
}

/** The words of trusted HTML: drawings are left out but for their title and description. */
export function plainText(html: string): string {
  return html
    .replace(/<svg[\s\S]*?<\/svg>/g, (svg) => [...svg.matchAll(/<(title|desc)\b[^>]*>([\s\S]*?)<\/\1>/g)].map(([, , words = '']) => ` ${words.replace(/\.?$/, '.')} `).join(''))
    .replace(/<\/?(?:a|abbr|b|cite|code|em|i|q|small|span|strong|sub|sup)\b[^>]*>/g, '')   // within a line no word ends with them
    .replace(/<[^>]*>/g, ' ')
    .replace(/&(amp|lt|gt|quot|#39);/g, (_all, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#39': '\'' })[name] ?? ' ')
    .replace(/\s+/g, ' ')
    .trim();
}

/** What somebody typed, as the database is asked for it: spelt the British way, and a dash only where it leaves a word out. PostgreSQL cannot read hundreds of them. */
export function asAsked(search: string): string {
  return inBritish(search.replaceAll(/-+(?=[\p{L}\p{N}"])/gu, '-').replaceAll(/-(?![\p{L}\p{N}"])/gu, ' '));
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
