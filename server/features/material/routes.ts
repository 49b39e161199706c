// A running cohort keeps the material that it began with, until those who decide about it accept the newer one.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Programme } from '../../content/programme.ts';
import { deciders } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Programmes } from '../../plugins/programmes.ts';
import type { Services } from '../../services.ts';
import { acceptMaterial } from './actions.ts';
import { materialChanges, planFormChange, sectionsGone } from './changes.ts';
import type { MaterialChange } from './changes.ts';
import { materialPage } from './pages.ts';
import type { Consequences } from './pages.ts';
import { findUnderWay } from './queries.ts';
import { AcceptanceForm, MaterialQuery } from './schemas.ts';

/** Pairs of versions whose difference is kept. */
const mostCompared = 8;

export const material: FastifyPluginAsyncTypebox<Services> = async (app, { sql, programmes }) => {
  const compared = new Map<string, MaterialChange[]>();
  app.addHook('preHandler', async ({ viewer, at }, reply) => (viewer.cohort ? undefined : reply.redirect(at('/cohort'), 303)));

  app.get('/cohort/material', { schema: { querystring: MaterialQuery }, config: { access: deciders } }, async ({ viewer, at, query }, reply) => {
    if (!viewer.cohort) throw new NotFound();
    const { id, programmeVersionId: from, name } = viewer.cohort;
    const { id: to, programme } = programmes.current;
    const held = from === to ? programme : await programmes.find(from);
    const consequences = from === to ? null : await consequencesOf(id, held, programme);
    return reply.page(materialPage({ at, cohortName: name, changes: changesBetween({ id: from, programme: held }, { id: to, programme }), consequences, from, to, notice: query.notice ?? null }));
  });

  app.post('/cohort/material/acceptance', { schema: { body: AcceptanceForm }, config: { access: deciders } }, async ({ viewer, at, body, now }, reply) => {
    if (!viewer.cohort) throw new NotFound();
    const accepted = await acceptMaterial(sql, viewer, viewer.cohort, programmes.current, { from: body.from ?? '', to: body.to ?? '' }, now);
    return reply.redirect(at(`/cohort/material?notice=${accepted ? 'accepted' : 'elsewhere'}`), 303);
  });

  /** What differs, found once for each two versions, which never change; the pair asked for longest ago is forgotten. */
  function changesBetween(before: Programmes['current'], after: Programmes['current']): MaterialChange[] {
    if (before.id === after.id) return [];
    const key = `${before.id} ${after.id}`;
    const changes = compared.get(key) ?? materialChanges(before.programme, after.programme);
    compared.delete(key);
    compared.set(key, changes);
    const [oldest] = compared.keys();
    if (compared.size > mostCompared && oldest !== undefined) compared.delete(oldest);
    return changes;
  }

  async function consequencesOf(cohortId: string, before: Programme, after: Programme): Promise<Consequences> {
    const form = planFormChange(before.plan, after.plan);
    const keys = {
      gone: form.gone.map(({ key }) => key), shorter: form.shorter.map(({ key }) => key),
      workshops: after.weeks.flatMap(({ workshop }) => workshop?.key ?? []),
    };
    return { form, hasForm: after.plan !== undefined, hasRubric: after.rubric !== undefined, sectionsGone: sectionsGone(before, after), underWay: await findUnderWay(sql, cohortId, keys) };
  }
};
