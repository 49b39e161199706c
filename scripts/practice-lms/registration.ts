// Dynamic registration (1EdTech LTI Dynamic Registration 1.0): the platform's configuration, the endpoint that takes a
// tool in, the administrator's page around both, and what can go wrong on the way.
import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Html } from './html.ts';
import * as pages from './pages.ts';
import { grantedScopes, platformConfiguration, toolClaim, wishesOf } from './platform-configuration.ts';
import type { ToolConfiguration } from './platform-configuration.ts';
import { toolAt } from './platform.ts';
import type { Platform } from './platform.ts';
import { scopes } from './services.ts';


/** A switch for tests: set `fault` and the next registrations go so. */
export type Registration = {
  /**
   * no-token: like Brightspace, sends none and wants none. no-deployment: like Canvas, names none. fewer-scopes: grants the roster alone.
   * refuse: 422 as Canvas says it. foreign-endpoints: the configuration names a key set on another host. html, redirect: the
   * registration endpoint answers so. configuration-…: the configuration does.
   */
  fault: 'none' | 'no-token' | 'no-deployment' | 'fewer-scopes' | 'refuse' | 'no-client-id' | 'taken-client-id' | 'html' | 'redirect' | 'error'
    | 'foreign-endpoints' | 'foreign-issuer' | 'no-endpoints' | 'configuration-html' | 'configuration-redirect' | 'configuration-error';
  /** What tools posted, oldest first. */
  received: Record<string, unknown>[];
  /** The address that the LMS opens for a tool's registration link, with a new token good for one registration within an hour. */
  begin(toolLink: string): string;
};

type Show = (reply: FastifyReply, page: Html) => FastifyReply;

/** Serves the configuration, the registration endpoint and the administrator's page on `app`. */
export function serveRegistration(app: FastifyInstance, platform: Platform, { clock, show }: { clock: () => Temporal.Instant; show: Show }): Registration {
  const { issuer } = platform;
  const configurationUrl = `${issuer}/.well-known/openid-configuration`;
  /** token → when it ends; spent ones are forgotten. */
  const tokens = new Map<string, Temporal.Instant>();
  const registration: Registration = { fault: 'none', received: [], begin };

  function begin(toolLink: string): string {
    const url = new URL(toolLink);
    url.searchParams.set('openid_configuration', configurationUrl);
    if (sendsNoToken()) return url.href;
    const token = randomUUID();
    tokens.set(token, clock().add({ hours: 1 }));
    url.searchParams.set('registration_token', token);
    return url.href;
  }

  app.get('/.well-known/openid-configuration', async (request, reply) => {
    if (tokenOf(request) === null) return reply.code(401).type('text/plain').send('registration_token missing or spent');
    switch (registration.fault) {
      case 'configuration-html': return reply.type('text/html').send('<h1>Please log in</h1>');
      case 'configuration-redirect': return reply.redirect('/.well-known/elsewhere', 302);
      case 'configuration-error': return reply.code(500).send('');
      case 'foreign-issuer': return configuration({ issuer: 'http://other.example' });
      case 'foreign-endpoints': return configuration({ jwks_uri: 'http://evil.example/keys' });
      case 'no-endpoints': return configuration({ token_endpoint: undefined });
      default: return configuration({});
    }
  });

  // Where `configuration-redirect` leads: a good one, so that a tool which follows it is caught.
  app.get('/.well-known/elsewhere', async () => configuration({}));

  app.post<{ Body: Record<string, unknown> }>('/registrations', async (request, reply) => {
    const token = tokenOf(request);
    if (token === null) return reply.code(401).send({ error: 'invalid_token', error_description: 'The registration token is missing, spent or too old.' });
    registration.received.push(request.body);
    switch (registration.fault) {
      case 'refuse': return reply.code(422).send({ errors: ['<b>initiate_login_uri</b> is not to our liking'] });
      case 'html': return reply.type('text/html').send('<h1>Registered!</h1>');
      case 'redirect': return reply.redirect('/registrations/elsewhere', 302);
      case 'error': return reply.code(500).type('text/html').send('<h1>Internal error</h1>');
      default:
    }
    const problem = problemOf(request.body);
    if (problem) return reply.code(400).send({ error: 'invalid_client_metadata', error_description: problem });
    const answer = takeIn(request.body);
    tokens.delete(token);
    return reply.code(201).send(answer);
  });

  app.get('/administration/tools', async (_request, reply) => show(reply, pages.toolsPage(platform)));

  app.get('/administration/tools/registration', async (request, reply) => {
    const link = URL.parse(new URL(request.url, issuer).searchParams.get('link') ?? '');
    if (!link || !/^https?:$/.test(link.protocol)) return show(reply.code(400), pages.refusalPage('That is no registration link', 'A tool’s registration link begins with https:// or http://.'));
    return show(reply, pages.registrationPage({ frameUrl: begin(link.href), toolOrigin: link.origin }));
  });

  return registration;

  function sendsNoToken(): boolean {
    return registration.fault === 'no-token' || !platform.profile.registration.sendsToken;
  }

  /** The token that a request carries and that is still good; '' where none is wanted; null for neither. */
  function tokenOf(request: FastifyRequest): string | null {
    const given = request.headers.authorization;
    if (given === undefined) return sendsNoToken() ? '' : null;
    const token = given.replace(/^Bearer /, '');
    const endsAt = tokens.get(token);
    return endsAt && Temporal.Instant.compare(endsAt, clock()) > 0 ? token : null;
  }

  function configuration(change: Record<string, unknown>): Record<string, unknown> {
    return { ...platformConfiguration(platform), ...change };
  }

  /** Registers the tool and gives the answer. */
  function takeIn(given: Record<string, unknown>): Record<string, unknown> {
    const { fault } = registration;
    const { client_name: name, initiate_login_uri: loginUrl, redirect_uris: redirectUris } = given as { client_name: string; initiate_login_uri: string; redirect_uris: string[] };
    const configured = given[toolClaim] as ToolConfiguration;
    // By chance and not by number: the tool remembers client ids longer than this LMS runs.
    const word = randomUUID().slice(0, 8);
    const clientId = fault === 'taken-client-id' ? platform.tools[0]!.clientId : `practice-client-${word}`;
    const deploymentId = `practice-deployment-${word}`;
    const granted = fault === 'fewer-scopes' ? [scopes.roster] : grantedScopes(platform, given['scope']);
    if (fault !== 'taken-client-id') {
      platform.addTool(toolAt(new URL(configured.target_link_uri).origin, {
        clientId, name, loginUrl, redirectUris, deploymentIds: [deploymentId], jwksUrl: String(given['jwks_uri']), scopes: granted, ...wishesOf(platform, configured),
      }));
    }
    const namesDeployment = platform.profile.registration.namesDeployment && fault !== 'no-deployment';
    return {
      ...given,
      ...(fault !== 'no-client-id' && { client_id: clientId }),
      scope: granted.join(' '),
      [toolClaim]: { ...configured, ...(namesDeployment && { deployment_id: deploymentId }) },
    };
  }
}

/** What a registration must say, as Moodle and Canvas judge it; null when it is good. */
function problemOf(given: Record<string, unknown> | undefined): string | null {
  const wanted: Record<string, unknown> = { application_type: 'web', token_endpoint_auth_method: 'private_key_jwt' };
  for (const [name, value] of Object.entries(wanted)) if (given?.[name] !== value) return `${name} must be ${String(value)}`;
  for (const [name, value] of [['response_types', 'id_token'], ['grant_types', 'implicit'], ['grant_types', 'client_credentials']] as const) {
    if (!listIn(given?.[name]).includes(value)) return `${name} must name ${value}`;
  }
  for (const name of ['client_name', 'initiate_login_uri', 'jwks_uri', 'scope']) if (typeof given?.[name] !== 'string') return `missing required attribute ${name}`;
  if (listIn(given?.['redirect_uris']).length === 0) return 'missing required attribute redirect_uris';
  const tool = given?.[toolClaim] as { domain?: unknown; target_link_uri?: unknown } | undefined;
  const target = URL.parse(String(tool?.target_link_uri));
  return target && target.host === tool?.domain ? null : 'domain must be the host and port of target_link_uri';
}

function listIn(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
