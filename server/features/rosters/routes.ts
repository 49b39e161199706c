// The people of this course as its LMS names them, and reading the roster when somebody asks for it.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { oneLine } from '../../domain/typed-text.ts';
import { profileOf } from '../../lti/lms-profiles.ts';
import { deciders, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { askForRoster } from './actions.ts';
import { rosterPage } from './pages.ts';
import { findRoster, listRosterPeople } from './queries.ts';
import { RosterQuery } from './schemas.ts';

export const rosters: FastifyPluginAsyncTypebox<Services> = async (app, { sql, queues }) => {
  app.get('/roster', { schema: { querystring: RosterQuery }, config: { access: staff } }, async (request, reply) => {
    const { at, now, viewer, query: { group, name, page, notice } } = request;
    // An administrator who came by a link is in no course.
    if (!viewer.context) return reply.redirect(at('/cohorts'), 303);
    const search = oneLine(name);
    const [{ platform, ...roster }, listed] = await Promise.all([findRoster(sql, viewer.context.id), listRosterPeople(sql, viewer.context.id, { group, search, page })]);
    return reply.page(rosterPage({
      at, english: viewer.english, now, group, search, page, ...roster, ...listed,
      notice: notice ?? null,
      reader: viewer.role as 'faculty' | 'assistant' | 'administrator',
      courseTitle: viewer.context.title,
      timeZone: viewer.cohort?.timeZone ?? 'UTC',
      lms: profileOf(platform),
    }));
  });

  app.post('/roster/reading', { config: { access: deciders } }, async (request, reply) => {
    if (!request.viewer.context) throw new NotFound();
    const outcome = await askForRoster(sql, queues, request.viewer.context.id, request.now);
    return reply.redirect(request.at(outcome === 'absent' ? '/roster' : `/roster?notice=${outcome}`), 303);
  });
};
