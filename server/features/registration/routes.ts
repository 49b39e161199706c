// Dynamic registration by a one-time link (1EdTech LTI Dynamic Registration 1.0), Canvas's configuration for a set-up by
// hand, and the pages from which administrators connect an LMS by either.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { fetchPlatformConfiguration, registerAt, scopesFor } from '../../lti/dynamic-registration.ts';
import type { PlatformConfiguration } from '../../lti/dynamic-registration.ts';
import { refuseRegistration, registrationRefusals } from '../../lti/registration-refusal.ts';
import type { RegistrationRefusal, RegistrationResult } from '../../lti/registration-refusal.ts';
import { decideManualRegistration } from '../../lti/manual-registration.ts';
import { toolAt } from '../../lti/tool.ts';
import { listOrganisationChoices } from '../../organisation-choices.ts';
import type { OrganisationChoice } from '../../organisation-choices.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { auditRegistrationRefusal, beginRegistering, connectByHand, keepConfiguration, keepRegistration, makeRegistrationLink, stopRegistering } from './actions.ts';
import { findOptionalGuide } from './lms-guides.ts';
import type { LmsGuide } from './lms-guides.ts';
import { confirmPage, connectPage, donePage, guidePage, platformName, refusedPage } from './pages.ts';
import type { DoneInput, GuideInput } from './pages.ts';
import { findOptionalLink, listClientIds } from './queries.ts';
import type { LinkRow } from './queries.ts';
import { ConnectForm, GuideParams, LinkForm, readRegistrationRequest } from './schemas.ts';
import type { RegistrationRequest } from './schemas.ts';
import { canvasConfiguration } from './tool.ts';

type LinkRoute = { Params: { token: string } };

export const registration: FastifyPluginAsyncTypebox<Services> = async (app, { config, outbound, sql }) => {
  const tool = toolAt(config.publicUrl);
  const forLink = { config: { access: 'public' }, exposeHeadRoute: false } as const;   // a link checker must not make us call anybody

  // The LMS opens this in a frame or a window. Nothing is changed: it shows who asks, and a button.
  app.get<LinkRoute>('/lti/register/:token', forLink, async (request, reply) => {
    const link = await openLink(request);
    if (!link.ok) return refused(request, reply, link.refusal, link.known);
    const asked = readRegistrationRequest(request.query);
    if (!asked.ok) return refused(request, reply, asked.refusal, link.value);
    const platform = await configurationFor(link.value, asked.value);
    if (!platform.ok) return refused(request, reply, platform.refusal, link.value);

    const { organisationId, organisationName } = link.value;
    return reply.page(confirmPage({
      ...asked.value, organisationName, platform: platform.value,
      action: `/lti/register/${encodeURIComponent(request.params.token)}`,
      scopes: scopesFor(tool, platform.value),
      clientIds: await listClientIds(sql, { organisationId, issuer: platform.value.issuer }),
    }));
  });

  app.post<LinkRoute>('/lti/register/:token', forLink, async (request, reply) => {
    const link = await openLink(request);
    if (!link.ok) return refused(request, reply, link.refusal, link.known);
    const asked = readRegistrationRequest(request.body);
    if (!asked.ok) return refused(request, reply, asked.refusal, link.value);
    if (!(await beginRegistering(sql, link.value, request.now))) return refused(request, reply, { code: 'link.busy' }, link.value);
    // The link is free again before the answer leaves: the next press may follow at once.
    const done = await register(link.value, asked.value, request.now).finally(() => stopRegistering(sql, link.value));
    return done.ok ? reply.page(donePage(done.value)) : refused(request, reply, done.refusal, link.value);
  });

  app.get('/lti/canvas.json', { config: { access: 'public' } }, async (_request, reply) => {
    // Canvas fetches it itself; administrators also paste it.
    reply.header('cache-control', 'public, max-age=300');
    return canvasConfiguration(tool);
  });

  async function register(link: LinkRow, asked: RegistrationRequest, now: Temporal.Instant): Promise<RegistrationResult<DoneInput>> {
    const { configurationUrl, registrationToken } = asked;
    const found = await configurationFor(link, asked);
    if (!found.ok) return found;
    const platform = found.value;

    const registrationId = randomUUID();
    const answer = await registerAt(outbound, { tool, platform, registrationToken, loginUrl: `${config.publicUrl}/lti/login/${registrationId}` });
    if (!answer.ok) return answer;
    const client = answer.value;

    const outcome = await keepRegistration(sql, link, { registrationId, name: platformName(platform), platform, client }, now);
    switch (outcome) {
      case 'kept': return { ok: true, value: { ...client, platform, configurationUrl } };
      case 'exists': return refuseRegistration('platform.exists');
      case 'link-used': return refuseRegistration('link.used');
    }
  }

  /** Rule 85: a link is good once, for an hour. `known` is one that was made by us, for the audit row. */
  async function openLink(request: FastifyRequest): Promise<{ ok: true; value: LinkRow } | { ok: false; refusal: RegistrationRefusal; known: LinkRow | null }> {
    const link = await findOptionalLink(sql, (request.params as LinkRoute['Params']).token);
    const no = (code: RegistrationRefusal['code']) => ({ ok: false as const, refusal: { code }, known: link });
    if (!link) return no('link.unknown');
    if (link.used) return no('link.used');
    return Temporal.Instant.compare(link.expiresAt, request.now) <= 0 ? no('link.expired') : { ok: true, value: link };
  }

  /** The one that was found good before at this very address, else a fresh one. */
  async function configurationFor(link: LinkRow, { configurationUrl: url, registrationToken }: RegistrationRequest): Promise<RegistrationResult<PlatformConfiguration>> {
    if (link.configuration?.url === url) return { ok: true, value: link.configuration.value };
    const fetched = await fetchPlatformConfiguration(outbound, { url, registrationToken, allowLocal: config.allowLocalPlatforms });
    if (fetched.ok) await keepConfiguration(sql, link, { url, value: fetched.value });
    return fetched;
  }

  /** Every refusal: an audit row with its reason, and a page in words. */
  async function refused(request: FastifyRequest, reply: FastifyReply, refusal: RegistrationRefusal, link: LinkRow | null = null) {
    await auditRegistrationRefusal(sql, { refusal, reference: request.id, organisationId: link?.organisationId ?? null }, request.now);
    return reply.code(registrationRefusals[refusal.code].status).page(refusedPage({ refusal, reference: request.id }));
  }
};

const governors = ['administrator', 'operator'] as const;

/** Inside a sign-in: an administrator of Coachline connects an LMS, by a link or by hand. */
export const connecting: FastifyPluginAsyncTypebox<Services> = async (app, { config, sql }) => {
  const tool = toolAt(config.publicUrl);

  app.get('/platforms/connect', { config: { access: governors } }, async ({ at, viewer }, reply) =>
    reply.page(connectPage({ at, organisationName: viewer.organisation?.name ?? 'All organisations' })));

  app.get('/platforms/connect/:lms', { schema: { params: GuideParams }, config: { access: governors } }, async (request, reply) =>
    show(request, reply, findGuide(request.params.lms)));

  // Not a redirect: the link is known to nobody afterwards, and stands in no address.
  app.post('/platforms/connect/:lms/link', { schema: { params: GuideParams, body: LinkForm }, config: { access: governors } }, async (request, reply) => {
    const { body, now, params, viewer } = request;
    const guide = findGuide(params.lms);
    if (!guide.byLink) throw new NotFound();
    const organisation = await chosenOrganisation(request, body.organisation);
    if (!organisation) return show(request, reply.code(422), guide, { sent: 'link', errors: chooseOne });
    const token = await makeRegistrationLink(sql, { organisationId: organisation.id, actorId: viewer.personId ?? viewer.administratorId }, now);
    return show(request, reply, guide, { sent: 'link', organisationId: organisation.id, link: `${config.publicUrl}/lti/register/${token}` });
  });

  app.post('/platforms/connect/:lms', { schema: { params: GuideParams, body: ConnectForm }, config: { access: governors } }, async (request, reply) => {
    const { at, body, now, params, viewer } = request;
    const guide = findGuide(params.lms);
    const typed = { sent: 'registration', values: body, organisationId: body.organisation ?? null } as const;
    const decision = decideManualRegistration(body, {
      publicUrl: config.publicUrl, allowLocal: config.allowLocalPlatforms, trusted: viewer.role === 'operator', productFamily: guide.code === 'generic' ? null : guide.code,
    });
    const organisation = await chosenOrganisation(request, body.organisation);
    if (!decision.good || !organisation) return show(request, reply.code(422), guide, { ...typed, errors: { ...(decision.good ? {} : decision.errors), ...(organisation ? {} : chooseOne) } });
    const id = await connectByHand(sql, viewer, { ...decision.registration, organisationId: organisation.id }, now);
    if (id === null) return show(request, reply.code(409), guide, { ...typed, errors: { clientId: 'This client ID of this issuer is connected already. The older connection was not touched, and nothing new was made.' } });
    return reply.redirect(at(`/admin/platforms/${id}?notice=connected`), 303);
  });

  /** The organisation to connect for: the only one there is for this viewer, or the one they chose among theirs. */
  async function chosenOrganisation({ viewer }: FastifyRequest, id: string | undefined): Promise<OrganisationChoice | null> {
    const organisations = await listOrganisationChoices(sql, viewer);
    if (organisations.length === 1 && id === undefined) return organisations[0] ?? null;
    return organisations.find((organisation) => organisation.id === id) ?? null;
  }

  async function show({ at, viewer }: FastifyRequest, reply: FastifyReply, guide: LmsGuide, form: Partial<GuideInput> = {}) {
    const given = Object.fromEntries(Object.entries(guide.fields).flatMap(([field, { value }]) => (value === undefined ? [] : [[field, value]])));
    const organisations = await listOrganisationChoices(sql, viewer);
    return reply.page(guidePage({ at, guide, tool, organisations, organisationId: null, link: null, values: given, errors: {}, sent: null, ...form }));
  }
};

const chooseOne = { organisation: 'Choose the organisation whose LMS this is.' };

function findGuide(code: string): LmsGuide {
  const guide = findOptionalGuide(code);
  if (!guide) throw new NotFound();
  return guide;
}
