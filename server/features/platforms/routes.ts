// Administrators see which platforms are connected and approve the deployments that knocked.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { approvePendingDeployment } from './actions.ts';
import { platformsPage } from './pages.ts';
import { listRegistrationsFor } from './queries.ts';
import { DeploymentParams, PlatformsQuery } from './schemas.ts';

const governors = ['administrator', 'operator'] as const;

export const platforms: FastifyPluginAsyncTypebox<Services> = async (app, { config, sql }) => {
  const addresses = { login: `${config.publicUrl}/lti/login`, launch: `${config.publicUrl}/lti/launch`, keys: `${config.publicUrl}/lti/jwks` };

  app.get('/admin/platforms', { schema: { querystring: PlatformsQuery }, config: { access: governors } }, async (request, reply) => {
    const { at, viewer, query } = request;
    return reply.page(platformsPage({
      at, addresses, approved: query.approved ?? null,
      platforms: await listRegistrationsFor(sql, viewer),
      organisationName: viewer.organisation?.name ?? 'All organisations',
      timeZone: viewer.cohort?.timeZone ?? 'UTC',
    }));
  });

  app.post('/admin/platforms/deployments/:deployment/approval', { schema: { params: DeploymentParams }, config: { access: governors } }, async (request, reply) => {
    const approved = await approvePendingDeployment(sql, request.viewer, request.params.deployment, request.now);
    if (!approved) throw new NotFound();
    return reply.redirect(request.at(`/admin/platforms?approved=${encodeURIComponent(approved.deploymentId)}`), 303);
  });
};
