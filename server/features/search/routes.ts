// Search over the whole programme, in the version that the viewer's cohort has.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyRequest } from 'fastify';
import type { Programme } from '../../content/programme.ts';
import { longestSearch } from '../../domain/programme-search.ts';
import { participants, staff } from '../../plugins/access.ts';
import { openWeeks } from '../../plugins/open-weeks.ts';
import type { Services } from '../../services.ts';
import { indexProgramme } from './actions.ts';
import { searchPage } from './pages.ts';
import { isIndexed, searchProgramme } from './queries.ts';
import type { Searcher } from './queries.ts';
import { SearchQuery } from './schemas.ts';

export const search: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  /** Versions never change, so that each is looked after once a process; whoever searches meanwhile waits for the same. */
  const indexed = new Map<string, Promise<void>>();

  app.get('/search', { schema: { querystring: SearchQuery }, config: { access: participants, withProgress: true } }, async (request, reply) => {
    const { viewer: { cohort }, at } = request;
    if (!cohort) return reply.redirect(at('/'), 303);   // what there is before a cohort is said at home
    const words = wordsOf(request.query.q);
    if (words === '' || words.length > longestSearch) return reply.page(searchPage({ at, search: words, answer: null }));
    const programme = await programmes.find(cohort.programmeVersionId);
    await makeSearchable(cohort.programmeVersionId, programme);
    return reply.page(searchPage({ at, search: words, answer: await searchProgramme(sql, cohort.programmeVersionId, searcherOf(request, programme), words) }));
  });

  async function makeSearchable(versionId: string, programme: Programme): Promise<void> {
    const known = indexed.get(versionId);
    if (known) return known;
    const made = makeIndex(versionId, programme);
    indexed.set(versionId, made);
    // The next search tries anew.
    made.catch(() => indexed.delete(versionId));
    return made;
  }

  async function makeIndex(versionId: string, programme: Programme): Promise<void> {
    if (!(await isIndexed(sql, versionId))) await indexProgramme(sql, versionId, programme);
  }
};

/** As PostgreSQL can hold it, in one line. */
const wordsOf = (typed: readonly string[]): string => typed.join(' ').toWellFormed().replaceAll(/\p{Cc}+/gu, ' ').trim();

function searcherOf(request: FastifyRequest, programme: Programme): Searcher {
  const { role } = request.viewer;
  const weeks = openWeeks(request, programme);
  return {
    isStaff: staff.some((name) => name === role),
    // The form of the plan and the journal are a learner's own pages.
    hidden: role === 'learner' ? [] : ['plan', 'journal'],
    openWeeks: programme.weeks.map(({ number }) => number).filter((number) => weeks?.mayOpen(number) === true),
  };
}
