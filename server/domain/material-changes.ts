// What is different between the material that a cohort has and a newer one.

/** What is compared of a programme: texts that people read, each under a key that stays. */
export type ComparedProgramme = {
  weeks: readonly {
    number: number;
    title: string;
    summary?: string;
    topics?: readonly string[];
    withYourTeam?: string;
    reflection?: string;
    material: { lede: string; goals: readonly string[]; reading?: readonly { textHtml: string }[]; sections: readonly { key: string; title: string; source: string }[] } | null;
    check?: { questions: readonly object[] };
    cards?: readonly { key: string; title: string; idea: string; sections: readonly { source: string }[] }[];
  }[];
};

/** One part that differs. `before` and `after` are its texts; one is null when the part is new or gone. */
export type MaterialChange = { week: number; part: string; before: string | null; after: string | null };

/**
 * Every part that differs, in the order of the weeks: the week's opening, its sections, the question of its journal, its check and its cards.
 * @returns nothing when both say the same
 */
export function materialChanges(before: ComparedProgramme, after: ComparedProgramme): MaterialChange[] {
  const numbers = [...new Set([...before.weeks, ...after.weeks].map(({ number }) => number))].toSorted((a, b) => a - b);
  return numbers.flatMap((week) => {
    const [old, young] = [before, after].map(({ weeks }) => partsOf(weeks.find(({ number }) => number === week)));
    const names = [...new Set([...(young?.keys() ?? []), ...(old?.keys() ?? [])])];
    return names.flatMap((name) => {
      const [one, other] = [old?.get(name) ?? null, young?.get(name) ?? null];
      return one?.text === other?.text ? [] : [{ week, part: (other ?? one)?.title ?? name, before: one?.text ?? null, after: other?.text ?? null }];
    });
  });
}

type Part = { title: string; text: string };

function partsOf(week: ComparedProgramme['weeks'][number] | undefined): Map<string, Part> {
  if (!week) return new Map();
  const { material, reflection, check, cards = [], summary = '', topics = [], withYourTeam = '' } = week;
  return new Map<string, Part>([
    ['opening', { title: 'Opening and goals', text: textsOf([week.title, summary, topics, withYourTeam, material?.lede ?? '', material?.goals ?? [], material?.reading ?? []]) }],
    ...(material?.sections ?? []).map(({ key, title, source }): [string, Part] => [`section ${key}`, { title, text: `${title}\n${source}` }]),
    ...(reflection === undefined ? [] : [['journal', { title: 'Question of the journal', text: reflection }] as [string, Part]]),
    ...(check ? [['check', { title: 'Knowledge check', text: textsOf(check.questions) }] as [string, Part]] : []),
    ...cards.map(({ key, title, idea, sections }): [string, Part] => [`card ${key}`, { title: `Teaching card: ${title}`, text: [title, idea, ...sections.map(({ source }) => source)].join('\n') }]),
  ]);
}

/** Every text in a value, a line each, without HTML: of a question its answers and explanations too. */
function textsOf(value: unknown): string {
  if (typeof value === 'string') return value.replace(/<[^>]*>/g, '');
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value === null || typeof value !== 'object') return '';
  // In the order of the keys: PostgreSQL gives those of JSON back in an order of its own.
  const parts: unknown[] = Array.isArray(value) ? value : Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, part]) => part as unknown);
  return parts.map(textsOf).filter((text) => text !== '').join('\n');
}
