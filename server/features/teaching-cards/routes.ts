// The teaching cards of the weeks that are open to the reader.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Programme } from '../../content/programme.ts';
import { participants } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import { openWeeks } from '../../plugins/open-weeks.ts';
import type { Services } from '../../services.ts';
import { cardPage, cardsPage } from './pages.ts';
import { CardParams } from './schemas.ts';

export const teachingCards: FastifyPluginAsyncTypebox<Services> = async (app, { programmes }) => {
  // What there is before a cohort is said at home.
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/'), 303)));

  app.get('/cards', { config: { access: participants, withProgress: true } }, async (request, reply) => {
    const programme = await programmeOf(request);
    return reply.page(cardsPage({ at: request.at, programme, isOpen: (week) => openWeeks(request, programme)?.mayOpen(week) === true }));
  });

  app.get('/cards/:card', { schema: { params: CardParams }, config: { access: participants, withProgress: true } }, async (request, reply) => {
    const programme = await programmeOf(request);
    const week = programme.weeks.find(({ cards = [] }) => cards.some(({ key }) => key === request.params.card));
    const card = week?.cards?.find(({ key }) => key === request.params.card);
    if (!week || !card) throw new NotFound();
    // Why a week is locked is said by the week.
    if (!openWeeks(request, programme)?.mayOpen(week.number)) return reply.redirect(request.at(`/weeks/${week.number}`), 303);
    return reply.page(cardPage({ at: request.at, week, card }));
  });

  async function programmeOf({ viewer }: FastifyRequest): Promise<Programme> {
    if (!viewer.cohort) throw new NotFound();
    return programmes.find(viewer.cohort.programmeVersionId);
  }
};
