// Administrators see which platforms are connected, change their settings and approve the deployments that knocked.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { decideRegistration } from '../../domain/registration-settings.ts';
import { listOrganisationChoices } from '../../organisation-choices.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { approvePendingDeployment, approveRegistration, askForAllPermissions, changeRegistration, rejectRegistration, withdrawApproval } from './actions.ts';
import { platformsPage, registrationPage } from './pages.ts';
import type { RegistrationInput } from './pages.ts';
import { findOptionalRegistrationFor, listRegistrationsFor } from './queries.ts';
import type { Registration } from './queries.ts';
import { ApprovalForm, DeploymentParams, PlatformsQuery, RegistrationForm, RegistrationParams, RegistrationQuery } from './schemas.ts';

const governors = ['administrator', 'operator'] as const;

export const platforms: FastifyPluginAsyncTypebox<Services> = async (app, { config, sql }) => {
  const addresses = { login: `${config.publicUrl}/lti/login`, launch: `${config.publicUrl}/lti/launch`, keys: `${config.publicUrl}/lti/jwks` };

  app.get('/admin/platforms', { schema: { querystring: PlatformsQuery }, config: { access: governors } }, async (request, reply) => {
    const { at, viewer, query } = request;
    return reply.page(platformsPage({
      at, english: viewer.english, addresses, approved: query.approved ?? null, rejected: query.rejected ?? null, withdrawn: query.withdrawn ?? null,
      platforms: await listRegistrationsFor(sql, viewer),
      organisations: viewer.role === 'operator' ? await listOrganisationChoices(sql, viewer) : [],
      organisationName: viewer.organisation?.name ?? 'All organisations',
      timeZone: viewer.cohort?.timeZone ?? 'UTC',
    }));
  });

  app.post('/admin/platforms/deployments/:deployment/approval', { schema: { params: DeploymentParams, body: ApprovalForm }, config: { access: governors } }, async (request, reply) => {
    const { body, params, viewer } = request;
    const approved = await approvePendingDeployment(sql, viewer, { id: params.deployment, organisationId: body.organisation ?? null }, request.now);
    if (!approved) throw new NotFound();
    return reply.redirect(request.at(`/admin/platforms?approved=${encodeURIComponent(approved.deploymentId)}`), 303);
  });

  app.post('/admin/platforms/deployments/:deployment/approval/removal', { schema: { params: DeploymentParams }, config: { access: governors } }, async (request, reply) => {
    const withdrawn = await withdrawApproval(sql, request.viewer, request.params.deployment, request.now);
    if (!withdrawn) throw new NotFound();
    return reply.redirect(request.at(`/admin/platforms?withdrawn=${encodeURIComponent(withdrawn.deploymentId)}`), 303);
  });

  app.get('/admin/platforms/:registration', { schema: { params: RegistrationParams, querystring: RegistrationQuery }, config: { access: governors } }, async (request, reply) => {
    const registration = await findOptionalRegistrationFor(sql, request.viewer, request.params.registration);
    if (!registration) throw new NotFound();
    const values = { ...registration, frameOrigins: registration.frameOrigins.join('\n') };
    return sendRegistrationPage(request, reply, registration, { values, errors: {}, notice: request.query.notice ?? null });
  });

  app.post('/admin/platforms/:registration', { schema: { params: RegistrationParams, body: RegistrationForm }, config: { access: governors } }, async (request, reply) => {
    const { body, params, viewer } = request;
    const decision = decideRegistration(body, { allowLocal: config.allowLocalPlatforms });
    if (!decision.good) {
      const registration = await findOptionalRegistrationFor(sql, viewer, params.registration);
      if (!registration) throw new NotFound();
      return sendRegistrationPage(request, reply.code(422), registration, { values: { name: '', frameOrigins: '', ...body }, errors: decision.errors });
    }
    const { active, institutionAdministrators } = body;
    if (!(await changeRegistration(sql, viewer, params.registration, { ...decision.settings, active, institutionAdministrators }, request.now))) throw new NotFound();
    return reply.redirect(request.at(`/admin/platforms/${params.registration}?notice=changed`), 303);
  });

  app.post('/admin/platforms/:registration/approval', { schema: { params: RegistrationParams }, config: { access: ['operator'] } }, async (request, reply) => {
    const { at, now, params, viewer } = request;
    if (!(await approveRegistration(sql, viewer, params.registration, now))) throw new NotFound();
    return reply.redirect(at(`/admin/platforms/${params.registration}?notice=approved`), 303);
  });

  app.post('/admin/platforms/:registration/rejection', { schema: { params: RegistrationParams }, config: { access: ['operator'] } }, async (request, reply) => {
    const { at, now, params, viewer } = request;
    const name = await rejectRegistration(sql, viewer, params.registration, now);
    if (name === null) throw new NotFound();
    return reply.redirect(at(`/admin/platforms?rejected=${encodeURIComponent(name)}`), 303);
  });

  app.post('/admin/platforms/:registration/permissions', { schema: { params: RegistrationParams }, config: { access: governors } }, async (request, reply) => {
    const { at, now, params, viewer } = request;
    if (!(await askForAllPermissions(sql, viewer, params.registration, now))) throw new NotFound();
    return reply.redirect(at(`/admin/platforms/${params.registration}?notice=asked`), 303);
  });

  function sendRegistrationPage({ at, viewer }: FastifyRequest, reply: FastifyReply, registration: Registration, form: Pick<RegistrationInput, 'values' | 'errors' | 'notice'>) {
    return reply.page(registrationPage({ at, registration, publicUrl: config.publicUrl, reader: viewer.role as 'administrator' | 'operator', ...form }));
  }
};
