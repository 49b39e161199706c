// Search over the whole programme, in the version that the viewer's cohort has.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { participants } from '../../plugins/access.ts';
import { openWeeks } from '../../plugins/open-weeks.ts';
import type { Services } from '../../services.ts';
import { indexProgramme } from './actions.ts';
import { searchPage } from './pages.ts';
import { isIndexed, searchProgramme } from './queries.ts';
import { SearchQuery } from './schemas.ts';

export const search: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  /** Versions never change, so that each is looked after once a process. */
  const indexed = new Set<string>();

  app.get('/search', { schema: { querystring: SearchQuery }, config: { access: participants, withProgress: true } }, async (request, reply) => {
    const { viewer, at } = request;
    const { cohort } = viewer;
    if (!cohort) return reply.redirect(at('/'), 303);   // what there is before a cohort is said at home
    const words = (request.query.q ?? '').replaceAll('\0', ' ').trim();
    const programme = await programmes.find(cohort.programmeVersionId);
    if (words !== '' && !indexed.has(cohort.programmeVersionId)) {
      if (!(await isIndexed(sql, cohort.programmeVersionId))) await indexProgramme(sql, cohort.programmeVersionId, programme);
      indexed.add(cohort.programmeVersionId);
    }
    const weeks = openWeeks(request, programme);
    const found = words === '' ? [] : await searchProgramme(sql, cohort.programmeVersionId, words);
    return reply.page(searchPage({ at, search: words, found, isOpen: (week) => weeks?.mayOpen(week) === true }));
  });
};
