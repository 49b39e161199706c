// Dynamic registration by a one-time link (1EdTech LTI Dynamic Registration 1.0), and Canvas's configuration for a set-up by hand.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { randomUUID } from 'node:crypto';
import { fetchPlatformConfiguration, registerAt, scopesFor } from '../../lti/dynamic-registration.ts';
import type { PlatformConfiguration } from '../../lti/dynamic-registration.ts';
import { refuseRegistration, registrationRefusals } from '../../lti/registration-refusal.ts';
import type { RegistrationRefusal, RegistrationResult } from '../../lti/registration-refusal.ts';
import type { Services } from '../../services.ts';
import { auditRegistrationRefusal, beginRegistering, keepConfiguration, keepRegistration, stopRegistering } from './actions.ts';
import { confirmPage, donePage, platformName, refusedPage } from './pages.ts';
import type { DoneInput } from './pages.ts';
import { findOptionalLink, listClientIds } from './queries.ts';
import type { LinkRow } from './queries.ts';
import { readRegistrationRequest } from './schemas.ts';
import type { RegistrationRequest } from './schemas.ts';
import { canvasConfiguration, toolAt } from './tool.ts';

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
