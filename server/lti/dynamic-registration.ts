// Dynamic registration: the platform's configuration, our client registration, the platform's answer.
// Source: 1EdTech LTI Dynamic Registration 1.0, sections 3.4 to 3.7; Canvas's extensions from its doc/api/registration.md.
import { isIP } from 'node:net';
import { isAllowed } from './outbound.ts';
import type { Outbound, OutboundFailure } from './outbound.ts';
import { refuseRegistration } from './registration-refusal.ts';
import type { RegistrationRefusalCode, RegistrationResult } from './registration-refusal.ts';

/** What we need of a platform's configuration, checked. It is kept between the question and its confirmation. */
export type PlatformConfiguration = {
  issuer: string;
  authenticationUrl: string;
  tokenUrl: string;
  keysetUrl: string;
  registrationUrl: string;
  /** The audience of token requests, where the platform wants another than its token URL. */
  authorizationServer: string | null;
  /** `product_family_code`, such as `moodle`. */
  productFamily: string | null;
  /** What the institution calls itself (Canvas). */
  accountName: string | null;
  /** Null where the platform does not say. */
  scopesSupported: string[] | null;
};

/** Our tool as every platform is told of it. */
export type Tool = {
  name: string;
  description: string;
  publicUrl: string;
  iconUrl: string;
  targetLinkUri: string;
  launchUrl: string;
  keysetUrl: string;
  scopes: readonly string[];
};

export type ClientRegistration = {
  clientId: string;
  /** Null where the platform makes deployments later (Canvas). */
  deploymentId: string | null;
  /** Scopes that we want and this platform does not have, or did not grant (rule 86). */
  scopesMissing: string[];
};

const longestUrl = 2048;
const longestId = 255;
const longestName = 120;
const mostScopes = 100;
const platformClaim = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
const toolClaim = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
const canvas = 'https://canvas.instructure.com/lti/';

/**
 * Canvas's cloud has one issuer for every institution, whose configuration may come from an address of its own.
 * Then all that a launch rests on must be on the hosts that Instructure runs for it.
 */
const sharedIssuers: Record<string, readonly string[]> = {
  'https://canvas.instructure.com': ['canvas.instructure.com', 'sso.canvaslms.com'],
  'https://canvas.beta.instructure.com': ['canvas.beta.instructure.com', 'sso.beta.canvaslms.com'],
  'https://canvas.test.instructure.com': ['canvas.test.instructure.com', 'sso.test.canvaslms.com'],
};

/** Where Brightspace gives out tokens for every customer, also for those with a host name of their own. */
const sharedTokenHosts = ['auth.brightspace.com', 'api.brightspace.com'];

/**
 * Fetches a platform's configuration and checks it (rules 83 and 84).
 * @param registrationToken goes along where there is one: Moodle and Canvas want it on this GET too, Brightspace sends none
 */
export async function fetchPlatformConfiguration(
  outbound: Outbound, { url, registrationToken, allowLocal }: { url: string; registrationToken: string | null; allowLocal: boolean },
): Promise<RegistrationResult<PlatformConfiguration>> {
  const answer = await outbound.request({ method: 'GET', url, headers: { accept: 'application/json', ...bearer(registrationToken) } });
  if (!answer.ok) return refuseRegistration(configurationFailures[answer.reason], { detail: detailOf(answer) });
  if (answer.status < 200 || answer.status > 299) return refuseRegistration('configuration.status', { detail: `status ${answer.status}` });
  const json = parseJson(answer.body);
  return json === null ? refuseRegistration('configuration.not_json') : readPlatformConfiguration(json, { url, allowLocal });
}

const configurationFailures: Record<OutboundFailure['reason'], RegistrationRefusalCode> = {
  'bad-url': 'configuration.bad_address',
  'private-address': 'configuration.private_address',
  'redirect': 'configuration.redirect',
  'timeout': 'configuration.unreachable',
  'too-large': 'configuration.unreachable',
  'network': 'configuration.unreachable',
  'status': 'configuration.status',
  'not-json': 'configuration.not_json',
};

/** Checks a configuration that was found at `url`. */
export function readPlatformConfiguration(json: Record<string, unknown>, { url, allowLocal }: { url: string; allowLocal: boolean }): RegistrationResult<PlatformConfiguration> {
  const fields = { issuer: 'issuer', authenticationUrl: 'authorization_endpoint', tokenUrl: 'token_endpoint', keysetUrl: 'jwks_uri', registrationUrl: 'registration_endpoint' } as const;
  const addresses = { issuer: '', authenticationUrl: '', tokenUrl: '', keysetUrl: '', registrationUrl: '' };
  for (const [name, field] of Object.entries(fields) as [keyof typeof fields, string][]) {
    const value = json[field];
    if (typeof value !== 'string' || !isUsableAddress(value, allowLocal)) return refuseRegistration('configuration.incomplete', { detail: field });
    addresses[name] = value;
  }
  const strange = strangeHost(addresses, url);
  if (strange) return strange;

  const platform = asObject(json[platformClaim]) ?? {};
  const scopes = json['scopes_supported'];
  return {
    ok: true,
    value: {
      ...addresses,
      authorizationServer: text(json['authorization_server'], longestUrl),
      productFamily: words(platform['product_family_code']),
      accountName: words(platform[`${canvas}account_name`]),
      scopesSupported: Array.isArray(scopes) ? scopes.slice(0, mostScopes).filter((scope): scope is string => text(scope, longestUrl) !== null) : null,
    },
  };
}

type Addresses = Pick<PlatformConfiguration, 'issuer' | 'authenticationUrl' | 'tokenUrl' | 'keysetUrl' | 'registrationUrl'>;

/** Rule 84: who may speak for an issuer, and on which hosts its addresses may be. Null when all is well. */
function strangeHost(addresses: Addresses, configurationUrl: string): ReturnType<typeof refuseRegistration> | null {
  const issuer = new URL(addresses.issuer);
  const configuration = new URL(configurationUrl);
  const isOwn = issuer.host === configuration.host;
  const shared = Object.hasOwn(sharedIssuers, issuer.origin) ? sharedIssuers[issuer.origin] : undefined;
  if (!isOwn && !shared) return refuseRegistration('configuration.foreign_issuer');

  const mayBeOn: Record<keyof Omit<Addresses, 'issuer'>, (host: string) => boolean> = shared
    ? {
      authenticationUrl: (host) => shared.includes(host),
      tokenUrl: (host) => shared.includes(host),
      keysetUrl: (host) => shared.includes(host),
      // The institution's own host, which may be any: the shared host says which, or it is the one that spoke.
      registrationUrl: (host) => isOwn || host === configuration.hostname,
    }
    : {
      authenticationUrl: (host) => areRelated(host, issuer.hostname),
      tokenUrl: (host) => areRelated(host, issuer.hostname) || sharedTokenHosts.includes(host),
      keysetUrl: (host) => areRelated(host, issuer.hostname),
      registrationUrl: (host) => areRelated(host, issuer.hostname),
    };
  const strange = (Object.keys(mayBeOn) as (keyof typeof mayBeOn)[]).find((name) => !mayBeOn[name](new URL(addresses[name]).hostname));
  return strange === undefined ? null : refuseRegistration('configuration.foreign_endpoint', { detail: strange });
}

/**
 * Whether a host plainly belongs to whoever has the issuer's: the same, below it, or beside it under one domain. Under a
 * country (`ac.uk`, `com.au`) two short labels are everybody's, so there a third must be shared.
 */
export function areRelated(host: string, issuerHost: string): boolean {
  if (host === issuerHost) return true;
  if (isIP(host.replace(/^\[|\]$/g, '')) || isIP(issuerHost.replace(/^\[|\]$/g, ''))) return false;
  if (host.endsWith(`.${issuerHost}`)) return true;
  const [labels, ofIssuer] = [host.split('.').toReversed(), issuerHost.split('.').toReversed()];
  const differs = labels.findIndex((label, index) => label !== ofIssuer[index]);
  const shared = differs === -1 ? labels.length : differs;
  const [top = '', domain = ''] = labels;
  return shared >= (top.length === 2 && domain.length <= 4 ? 3 : 2);
}

/** The scopes to ask this platform for: ours, as far as it says that it has them. */
export function scopesFor({ scopes }: Tool, { scopesSupported }: PlatformConfiguration): string[] {
  return scopes.filter((scope) => scopesSupported === null || scopesSupported.includes(scope));
}

/** Our registration, as this platform is to be told of it. `loginUrl` belongs to this registration alone, so that a shared issuer is never ambiguous. */
export function clientRegistration(tool: Tool, platform: PlatformConfiguration, loginUrl: string): Record<string, unknown> {
  const isCanvas = platform.productFamily === 'canvas';
  return {
    application_type: 'web',
    response_types: ['id_token'],
    grant_types: ['implicit', 'client_credentials'],
    initiate_login_uri: loginUrl,
    redirect_uris: [tool.launchUrl],
    client_name: tool.name,
    client_uri: tool.publicUrl,
    jwks_uri: tool.keysetUrl,
    logo_uri: tool.iconUrl,
    token_endpoint_auth_method: 'private_key_jwt',
    scope: scopesFor(tool, platform).join(' '),
    [toolClaim]: {
      // With its port: Moodle compares it with target_link_uri.
      domain: new URL(tool.publicUrl).host,
      target_link_uri: tool.targetLinkUri,
      description: tool.description,
      custom_parameters: {},
      // Moodle sends names and e-mail addresses only to tools that ask here.
      claims: ['sub', 'iss', 'name', 'given_name', 'family_name', 'email', 'locale'],
      messages: [{
        type: 'LtiResourceLinkRequest',
        target_link_uri: tool.targetLinkUri,
        label: tool.name,
        ...(isCanvas && { icon_uri: tool.iconUrl, placements: ['course_navigation'], [`${canvas}course_navigation/default_enabled`]: true, [`${canvas}visibility`]: 'members' }),
      }],
      // Canvas is anonymous unless told otherwise, and a course needs names.
      ...(isCanvas && { [`${canvas}privacy_level`]: 'public' }),
    },
  };
}

/** Posts our registration and reads the answer (rule 86). */
export async function registerAt(
  outbound: Outbound, { tool, platform, loginUrl, registrationToken }: { tool: Tool; platform: PlatformConfiguration; loginUrl: string; registrationToken: string | null },
): Promise<RegistrationResult<ClientRegistration>> {
  const answer = await outbound.request({
    method: 'POST', url: platform.registrationUrl, body: JSON.stringify(clientRegistration(tool, platform, loginUrl)),
    headers: { 'content-type': 'application/json', accept: 'application/json', ...bearer(registrationToken) },
  });
  if (!answer.ok) return refuseRegistration('platform.unreachable', { detail: detailOf(answer) });
  if (answer.status >= 500) return refuseRegistration('platform.unreachable', { detail: `status ${answer.status}` });
  if (answer.status >= 400) return refuseRegistration('platform.refused', { detail: `status ${answer.status}`, ...spoken(answer.body) });

  const json = parseJson(answer.body);
  const clientId = json && text(json['client_id'], longestId);
  if (!json || clientId === null) return refuseRegistration('platform.no_client_id', { detail: json ? 'client_id' : 'not JSON' });
  const deployment = asObject(json[toolClaim])?.['deployment_id'];
  const granted = typeof json['scope'] === 'string' ? json['scope'].split(/\s+/) : scopesFor(tool, platform);   // RFC 7591, 3.2.1: not said means as asked
  return {
    ok: true,
    value: {
      clientId,
      // Under a shared issuer the answer may come from any host: it must not claim a deployment that could be another institution's.
      deploymentId: Object.hasOwn(sharedIssuers, new URL(platform.issuer).origin) ? null : text(typeof deployment === 'number' ? String(deployment) : deployment, longestId),
      scopesMissing: tool.scopes.filter((scope) => !scopesFor(tool, platform).includes(scope) || !granted.includes(scope)),
    },
  };
}

/** What a platform says about its refusal: RFC 7591's fields, Canvas's `errors`, or Moodle's plain text; never a page of HTML. */
function spoken(body: Buffer): { platformSays?: string } {
  const json = parseJson(body);
  const plain = body.toString('utf8').trim();
  const words = json ? [json['error'], json['error_description'], json['message'], ...listOf(json['errors'])].flatMap(sentenceOf).join(': ') : plain.startsWith('<') ? '' : plain;
  const readable = words.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  if (readable === '') return {};
  return { platformSays: readable.length > 500 ? `${readable.slice(0, 500)} …` : readable };
}

function sentenceOf(value: unknown): string[] {
  if (typeof value === 'string' && value !== '') return [value];
  const message = asObject(value)?.['message'];
  return typeof message === 'string' ? [message] : [];
}

function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.slice(0, 20) as unknown[];
  return value === undefined ? [] : [value];
}

function bearer(token: string | null): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}

function detailOf({ reason, detail, status }: OutboundFailure): string {
  return [reason, detail, status].filter((part) => part !== undefined).join(' ');
}

function isUsableAddress(address: string, allowLocal: boolean): boolean {
  const url = URL.parse(address);
  if (!url || text(address, longestUrl) === null || url.username !== '' || url.password !== '') return false;
  if (url.protocol !== 'https:' && !(allowLocal && url.protocol === 'http:')) return false;
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(literal) === 0 || isAllowed(literal, allowLocal);
}

/** A text that can be kept (PostgreSQL refuses NUL, and in JSON half a character too); null for anything else. */
function text(value: unknown, longest: number): string | null {
  return typeof value === 'string' && value !== '' && value.length <= longest && !value.includes('\0') && value.isWellFormed() ? value : null;
}

/** Words for people: without control characters, which a terminal would obey, and without those that turn the direction of what follows. */
function words(value: unknown): string | null {
  return text(typeof value === 'string' ? value.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]+/gu, ' ').trim() : null, longestName);
}

function parseJson(body: Buffer): Record<string, unknown> | null {
  try {
    return asObject(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body)));
  } catch {
    return null;
  }
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value as Record<string, unknown> : null;
}
