// Dynamic registration: the platform's configuration, our client registration, the platform's answer.
// Source: 1EdTech LTI Dynamic Registration 1.0, sections 3.4 to 3.7; Canvas's extensions from its doc/api/registration.md.
import { isIP } from 'node:net';
import { isAllowed } from './outbound.ts';
import type { Outbound, OutboundFailure } from './outbound.ts';
import { refuseRegistration } from './registration-refusal.ts';
import type { RegistrationRefusalCode, RegistrationResult } from './registration-refusal.ts';
import { noticesScope, scopesWhereOffered } from './tool.ts';
import type { Tool } from './tool.ts';

/** What we need of a platform's configuration, checked. It is kept between the question and its confirmation. */
export type PlatformConfiguration = {
  issuer: string;
  authenticationUrl: string;
  tokenUrl: string;
  keysetUrl: string;
  registrationUrl: string;
  /** The audience of token requests, where the platform wants another than its token URL; null where it does not. */
  tokenAudience: string | null;
  /** `product_family_code`, such as `moodle`. */
  productFamily: string | null;
  /** What the institution calls itself (Canvas). */
  accountName: string | null;
  /** Null where the platform does not say. */
  scopesSupported: string[] | null;
  /** The kinds of launch that the platform has, Canvas with the places where each may be; null where it does not say. */
  messagesSupported: { type: string; placements: string[] | null }[] | null;
  /** The kinds of notice that it sends (Platform Notification Service). */
  noticesSupported: string[];
  /** Why an operator must look at the registration before it may be used (rule 84); null where nothing is strange. */
  heldReason: HeldReason | null;
};

export type ClientRegistration = {
  clientId: string;
  /** Null where the platform makes deployments later (Canvas). */
  deploymentId: string | null;
  /** Scopes that we asked for and got, as far as the platform says. */
  grantedScopes: string[];
  /** Scopes that we want and this platform does not have, or did not grant (rule 86). */
  scopesMissing: string[];
};

/** Why a registration waits for an operator. */
export type HeldReason = keyof typeof heldReasons;

/** What stands on a page for each: what is strange, in a sentence. */
export const heldReasons = {
  'foreign-endpoint': 'It names an address on a host that has no visible connection with the host of the LMS. That can be right, and it can be an attempt to pass for another LMS.',
  'shared-issuer': 'It speaks for Canvas’s shared issuer from a host that is not one of Canvas’s own. Universities with a host name of their own do that, and so would somebody who wants to pass for one.',
  'foreign-audience': 'It wants what Coachline signs when it asks for access to be addressed to another host than the one that is asked. That can be right, and it can be an attempt to get into another LMS in Coachline’s name.',
} as const;

export function isHeldReason(reason: string | null): reason is HeldReason {
  return reason !== null && Object.hasOwn(heldReasons, reason);
}

const longestUrl = 2048;
const longestId = 255;
const longestName = 120;
const mostListed = 100;
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

/** Hosts of institutions that Instructure names itself: whoever speaks from one is a Canvas. */
const isCanvasHost = (host: string): boolean => /\.(?:instructure|canvaslms)\.com$/.test(host);

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
  const hosts = judgeConfiguration(addresses, url);
  if (!hosts.ok) return hosts;

  const platform = asObject(json[platformClaim]) ?? {};
  const tokenAudience = audienceOf(json['authorization_server'], addresses.tokenUrl);
  return {
    ok: true,
    value: {
      ...addresses,
      tokenAudience,
      productFamily: words(platform['product_family_code']),
      accountName: words(platform[`${canvas}account_name`]),
      scopesSupported: textsOf(json['scopes_supported']),
      messagesSupported: messagesOf(platform['messages_supported']),
      noticesSupported: textsOf(platform['notice_types_supported']) ?? [],
      heldReason: hosts.value ?? (isForeignAudience(tokenAudience, addresses.tokenUrl) ? 'foreign-audience' : null),
    },
  };
}

/**
 * What token requests must be addressed to, where that is another than the token URL. Canvas names a bare host, which
 * it does not want itself; Brightspace names an address on another host, and wants that.
 */
function audienceOf(authorizationServer: unknown, tokenUrl: string): string | null {
  const audience = text(authorizationServer, longestUrl);
  return audience === null || audience === tokenUrl || !/^https?:/.test(URL.parse(audience)?.protocol ?? '') ? null : audience;
}

/**
 * Whether a token request would be sent to one host and addressed to another. Our one key signs for every platform, and
 * the client id in it is what a platform says: whoever gets such a request could hand it in where it is addressed to, as
 * another tenant's client. Brightspace alone has two hosts of its own for it.
 */
export function isForeignAudience(audience: string | null, tokenUrl: string): boolean {
  const hosts = [audience ?? tokenUrl, tokenUrl].map((address) => URL.parse(address)?.host ?? '');
  return hosts[0] !== hosts[1] && !hosts.every((host) => sharedTokenHosts.includes(host));
}

/** Moodle lists names of messages, others objects with a type and placements. */
function messagesOf(value: unknown): PlatformConfiguration['messagesSupported'] {
  if (!Array.isArray(value)) return null;
  return value.slice(0, mostListed).flatMap((message: unknown) => {
    const type = text(typeof message === 'string' ? message : asObject(message)?.['type'], longestId);
    return type === null ? [] : [{ type, placements: textsOf(asObject(message)?.['placements']) }];
  });
}

export type PlatformAddresses = Pick<PlatformConfiguration, 'issuer' | 'authenticationUrl' | 'tokenUrl' | 'keysetUrl'>;
type Addresses = PlatformAddresses & Pick<PlatformConfiguration, 'registrationUrl'>;

/**
 * Rule 84: who may speak for an issuer, and on which hosts its addresses may be. Refused is what passes for another LMS;
 * held, for an operator to look at, is what may be right all the same. Null when nothing is strange.
 */
function judgeConfiguration(addresses: Addresses, configurationUrl: string): RegistrationResult<HeldReason | null> {
  const issuer = new URL(addresses.issuer);
  const configuration = new URL(configurationUrl);
  const isOwn = issuer.host === configuration.host;
  if (!isOwn && !isSharedIssuer(addresses.issuer)) return refuseRegistration('configuration.foreign_issuer');

  const strange = strangeAddress(addresses);
  if (isSharedIssuer(addresses.issuer)) {
    if (strange !== null) return refuseRegistration('configuration.foreign_endpoint', { detail: strange });
    // The institution's own host, which may be any: the shared host says which, or it is the one that spoke.
    if (!isOwn && new URL(addresses.registrationUrl).hostname !== configuration.hostname) return refuseRegistration('configuration.foreign_endpoint', { detail: 'registrationUrl' });
    return { ok: true, value: isOwn || isCanvasHost(configuration.hostname) ? null : 'shared-issuer' };
  }
  const isStrange = strange !== null || !areRelated(new URL(addresses.registrationUrl).hostname, issuer.hostname);
  return { ok: true, value: isStrange ? 'foreign-endpoint' : null };
}

/** Whether one issuer stands for every institution of a cloud, so that nobody may speak for it from hosts of their own. */
export function isSharedIssuer(issuer: string): boolean {
  return Object.hasOwn(sharedIssuers, URL.parse(issuer)?.origin ?? '');
}

/** The first of a platform's addresses on a host that has nothing to do with its issuer; null when all have. */
export function strangeAddress({ issuer: issuerUrl, ...addresses }: PlatformAddresses): keyof typeof addresses | null {
  const issuer = new URL(issuerUrl);
  const shared = Object.hasOwn(sharedIssuers, issuer.origin) ? sharedIssuers[issuer.origin] : undefined;
  const mayBeOn: Record<keyof typeof addresses, (host: string) => boolean> = {
    authenticationUrl: (host) => shared?.includes(host) ?? areRelated(host, issuer.hostname),
    tokenUrl: (host) => shared?.includes(host) ?? (areRelated(host, issuer.hostname) || sharedTokenHosts.includes(host)),
    keysetUrl: (host) => shared?.includes(host) ?? areRelated(host, issuer.hostname),
  };
  return (Object.keys(mayBeOn) as (keyof typeof mayBeOn)[]).find((name) => !mayBeOn[name](new URL(addresses[name]).hostname)) ?? null;
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
export function scopesFor({ scopes }: Pick<Tool, 'scopes'>, { scopesSupported, noticesSupported }: PlatformConfiguration): string[] {
  const isOffered = (scope: string) => (scopesSupported === null ? !scopesWhereOffered.includes(scope) : scopesSupported.includes(scope));
  return scopes.filter((scope) => isOffered(scope) || (scope === noticesScope && noticesSupported.includes('LtiContextCopyNotice')));
}

/** Our registration, as this platform is to be told of it. `loginUrl` belongs to this registration alone, so that a shared issuer is never ambiguous. */
export function clientRegistration(tool: Tool, platform: PlatformConfiguration, loginUrl: string): Record<string, unknown> {
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
      custom_parameters: tool.customParameters,
      // Moodle sends names and e-mail addresses only to tools that ask here.
      claims: ['sub', 'iss', 'name', 'given_name', 'family_name', 'email', 'locale'],
      messages: messagesFor(tool, platform),
      // Canvas is anonymous unless told otherwise, and a course needs names.
      ...(isCanvas(platform) && { [`${canvas}privacy_level`]: 'public', [`${canvas}tool_id`]: 'coachline' }),
    },
  };
}

/** A kind of launch has been called by two names. */
const privacyMessages: readonly string[] = ['DataPrivacyLaunchRequest', 'LtiDataPrivacyLaunchRequest'];
/** Where faculty choose what a link opens. */
const chooserPlacements: readonly string[] = ['assignment_selection', 'link_selection'];

/**
 * The kinds of launch that we announce: those that the platform has. One message of each kind, because of several for
 * deep linking Moodle takes the last and Sakai the first. A platform that does not say what it has is told of the two
 * that every LMS knows, and of nothing rarer.
 */
export function messagesFor({ name, targetLinkUri, iconUrl }: Tool, platform: PlatformConfiguration): Record<string, unknown>[] {
  const supported = platform.messagesSupported;
  const offered = (type: string) => supported?.find((message) => message.type === type);
  const message = (type: string, more: Record<string, unknown> = {}) => ({ type, target_link_uri: targetLinkUri, label: name, ...more });
  /** Of the places that we would like, those that this Canvas has. */
  const placed = (type: string, wanted: readonly string[]) => {
    const has = offered(type)?.placements ?? null;
    return wanted.filter((placement) => has === null || has.includes(placement));
  };

  const messages: Record<string, unknown>[] = [message('LtiResourceLinkRequest', isCanvas(platform)
    ? { icon_uri: iconUrl, placements: placed('LtiResourceLinkRequest', ['course_navigation']), [`${canvas}course_navigation/default_enabled`]: true, [`${canvas}visibility`]: 'members' }
    : {})];
  if (supported === null || offered('LtiDeepLinkingRequest')) {
    // Who may add links and assignments may see the chooser: Canvas decides that by itself.
    messages.push(message('LtiDeepLinkingRequest', { icon_uri: iconUrl, ...(isCanvas(platform) && { placements: placed('LtiDeepLinkingRequest', chooserPlacements) }) }));
  }
  if (offered('LtiSubmissionReviewRequest')) messages.push(message('LtiSubmissionReviewRequest'));
  const privacy = supported?.find(({ type }) => privacyMessages.includes(type));
  if (privacy) messages.push(message(privacy.type));
  return messages;
}

function isCanvas({ productFamily }: PlatformConfiguration): boolean {
  return productFamily?.toLowerCase() === 'canvas';
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
  const asked = scopesFor(tool, platform);
  // RFC 7591, 3.2.1: not said means as asked. Moodle's echo may be wider than what was asked for.
  const echoed = typeof json['scope'] === 'string' ? json['scope'].split(/\s+/) : asked;
  const grantedScopes = asked.filter((scope) => echoed.includes(scope));
  return {
    ok: true,
    value: {
      clientId,
      // Under a shared issuer the answer may come from any host: it must not claim a deployment that could be another institution's.
      deploymentId: isSharedIssuer(platform.issuer) ? null : text(typeof deployment === 'number' ? String(deployment) : deployment, longestId),
      grantedScopes,
      scopesMissing: tool.scopes.filter((scope) => !grantedScopes.includes(scope) && (asked.includes(scope) || !scopesWhereOffered.includes(scope))),
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

/** Whether an address of a platform may be kept: https (or local http where allowed), no user name, no private network. */
export function isUsableAddress(address: string, allowLocal: boolean): boolean {
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

/** The texts of a list, as many as anybody needs; null for what is no list. */
function textsOf(value: unknown): string[] | null {
  return Array.isArray(value) ? value.slice(0, mostListed).filter((item): item is string => text(item, longestUrl) !== null) : null;
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
