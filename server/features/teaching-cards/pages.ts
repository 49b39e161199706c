// Just-in-time teaching cards: one idea, ten minutes, for a coach to use with a team on the day it is needed.
import type { Programme, ProgrammeWeek, TeachingCard } from '../../content/programme.ts';
import { plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

type At = (path: string) => string;

/** `GET /cards`: every card of the open weeks, by week. */
export function cardsPage({ at, programme, isOpen }: { at: At; programme: Programme; isOpen: (week: number) => boolean }) {
  const withCards = programme.weeks.filter(({ cards = [] }) => cards.length > 0);
  const open = withCards.filter(({ number }) => isOpen(number));
  const [next] = withCards.filter(({ number }) => !isOpen(number));
  return {
    template: 'teaching-cards/list',
    data: {
      title: 'Teaching cards',
      kicker: `${programme.title} programme`,
      weeks: open.map(({ number, title, cards = [] }) => ({
        number, title, href: at(`/weeks/${number}`),
        cards: cards.map((card) => ({ href: at(`/cards/${card.key}`), title: card.title, idea: card.idea, minutes: `${card.minutes} minutes` })),
      })),
      more: next ? `More come with week ${next.number}, ${next.title}.` : null,
      empty: withCards.length === 0 ? 'Your cohort began with material that has no cards yet.' : null,
    },
  } satisfies Page;
}

/** `GET /cards/KEY`: a card, made to be printed on one sheet and taken along. */
export function cardPage({ at, week, card }: { at: At; week: ProgrammeWeek; card: TeachingCard }) {
  return {
    template: 'teaching-cards/card',
    data: {
      title: card.title,
      kicker: `Teaching card, week ${week.number}: ${week.title}`,
      heading: card.title,
      idea: card.idea,
      trigger: card.trigger,
      minutes: sentence(plural(card.minutes, 'minute')),
      materials: card.materials,
      sections: card.sections.map(({ key, title, bodyHtml }) => ({ key, title, bodyHtml })),
      week: { href: at(`/weeks/${week.number}`), label: `Week ${week.number}: ${week.title}` },
      all: at('/cards'),
    },
  } satisfies Page;
}
