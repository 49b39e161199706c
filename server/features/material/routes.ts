// A running cohort keeps the material that it began with, until those who decide about it accept the newer one.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { materialChanges } from '../../domain/material-changes.ts';
import { deciders } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { acceptMaterial } from './actions.ts';
import { materialPage } from './pages.ts';
import { AcceptanceForm, MaterialQuery } from './schemas.ts';

export const material: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/cohort'), 303)));

  app.get('/cohort/material', { schema: { querystring: MaterialQuery }, config: { access: deciders } }, async ({ viewer, at, query }, reply) => {
    if (!viewer.cohort) throw new NotFound();
    const { programmeVersionId: from, name } = viewer.cohort;
    const { id: to, programme } = programmes.current;
    const changes = from === to ? [] : materialChanges(await programmes.find(from), programme);
    return reply.page(materialPage({ at, cohortName: name, changes, from, to, notice: query.notice ?? null }));
  });

  app.post('/cohort/material/acceptance', { schema: { body: AcceptanceForm }, config: { access: deciders } }, async ({ viewer, at, body, now }, reply) => {
    if (!viewer.cohort) throw new NotFound();
    const accepted = await acceptMaterial(sql, viewer, viewer.cohort, programmes.current, { from: body.from ?? '', to: body.to ?? '' }, now);
    return reply.redirect(at(`/cohort/material?notice=${accepted ? 'accepted' : 'elsewhere'}`), 303);
  });
};
