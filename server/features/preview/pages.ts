// The live preview's own pages: a list of all that an author can look at, and a word where there is nothing of the kind.
import type { Programme } from '../../content/programme.ts';
import { plural, sentence } from '../../format.ts';
import type { Page } from '../../plugins/views.ts';

type At = (path: string) => string;

/** `GET /preview/everything`: every week with its check, its cards and its workshop's notes. */
export function everythingPage({ at, programme }: { at: At; programme: Programme }) {
  return {
    template: 'preview/everything',
    data: {
      title: 'Everything in the programme',
      kicker: `${programme.title} programme`,
      weeks: programme.weeks.map(({ number, title, material, check, cards = [], workshop }) => ({
        href: at(`/weeks/${number}`),
        title: `Week ${number}: ${title}`,
        line: material ? `${sentence(plural(material.sections.length, 'section'))}, ${material.sections.reduce((sum, { minutes }) => sum + minutes, 0)} minutes` : 'No material yet: its outline alone',
        parts: [
          ...(check ? [{ href: at(`/weeks/${number}/check`), label: `Check: ${plural(check.questions.length, 'question')}` }] : []),
          ...cards.map((card) => ({ href: at(`/cards/${card.key}`), label: `Card: ${card.title}` })),
          ...(workshop?.notes && workshop.key !== undefined ? [{ href: at(`/workshops/${workshop.key}/notes`), label: `Facilitator’s notes: ${workshop.title}` }] : []),
        ],
      })),
    },
  } satisfies Page;
}

/** Any other address under `/preview` (404): what a week links to and a preview does not have. */
export function notInPreviewPage({ at }: { at: At }) {
  return { template: 'preview/not-here', data: { title: 'Not part of the preview', home: at('/everything') } } satisfies Page;
}
