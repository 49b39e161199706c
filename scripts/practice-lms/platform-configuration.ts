// What the platform says of itself to a tool that registers, and what it takes from the tool's own words
// (1EdTech LTI Dynamic Registration 1.0, 2.1 and 3.5).
import { noticeTypes } from './notices.ts';
import type { Platform } from './platform.ts';
import type { RegisteredTool } from './registered-tool.ts';
import { knownVariables } from './service-claims.ts';

export const toolClaim = 'https://purl.imsglobal.org/spec/lti-tool-configuration';
const platformClaim = 'https://purl.imsglobal.org/spec/lti-platform-configuration';
const canvas = 'https://canvas.instructure.com/lti/';

/** The part of a registration that is LTI's own; `problemOf` has seen to its target. */
export type ToolConfiguration = {
  target_link_uri: string;
  messages?: { type?: unknown; target_link_uri?: unknown; custom_parameters?: unknown }[];
  claims?: unknown;
  custom_parameters?: unknown;
  [extension: string]: unknown;
};

const messageTypes = ['LtiResourceLinkRequest', 'LtiDeepLinkingRequest', 'LtiSubmissionReviewRequest', 'DataPrivacyLaunchRequest'];

export function platformConfiguration(platform: Platform): Record<string, unknown> {
  const { issuer, profile, tokens } = platform;
  const { listsNames, placements } = profile.registration;
  const messages = profile.name === 'canvas' ? messageTypes.slice(0, 2) : messageTypes;
  // Named where token requests must be addressed to it, and not to the token address.
  const audience = tokens.audience ?? profile.token.audience;
  return {
    issuer,
    authorization_endpoint: platform.authorizationUrl,
    token_endpoint: platform.tokenUrl,
    token_endpoint_auth_methods_supported: ['private_key_jwt'],
    token_endpoint_auth_signing_alg_values_supported: ['RS256'],
    jwks_uri: platform.jwksUrl,
    registration_endpoint: `${issuer}/registrations`,
    scopes_supported: ['openid', ...profile.scopes],
    response_types_supported: ['id_token'],
    subject_types_supported: ['public'],
    id_token_signing_alg_values_supported: ['RS256'],
    claims_supported: ['sub', 'iss', 'name', 'given_name', 'family_name', 'email'],
    ...(audience !== undefined && { authorization_server: audience }),
    [platformClaim]: {
      product_family_code: profile.toolPlatform?.product_family_code ?? profile.name,
      version: profile.toolPlatform?.version ?? '1',
      variables: knownVariables,
      messages_supported: listsNames ? messages : messages.map((type) => ({ type, ...(placements.length > 0 && { placements }) })),
      ...(profile.offersNotices && { notice_types_supported: noticeTypes }),
      ...(profile.name === 'canvas' && { [`${canvas}account_name`]: 'Practice' }),
    },
  };
}

/** The scopes that a tool gets: those it asked for, as far as the platform has them. */
export function grantedScopes({ profile }: Platform, asked: unknown): string[] {
  const wanted = String(asked).split(' ');
  return profile.scopes.filter((scope) => wanted.includes(scope));
}

/** What of a tool's own words is obeyed from then on: where messages open, which claims it wants, and what it wants sent along. */
export function wishesOf({ profile }: Platform, configured: ToolConfiguration): Pick<RegisteredTool, 'messageTargets' | 'claims' | 'custom' | 'privacy'> {
  const { counts, obeysClaims, anonymousByDefault } = profile.registration;
  const messages = (Array.isArray(configured.messages) ? configured.messages : []).filter(({ type, target_link_uri: target }) => typeof type === 'string' && typeof target === 'string');
  // The last entry of a name stays: read backwards, that is the first.
  const ordered = counts === 'last' ? messages : messages.toReversed();
  const privacy = configured[`${canvas}privacy_level`];
  return {
    messageTargets: Object.fromEntries(ordered.map(({ type, target_link_uri: target }) => [type as string, target as string])),
    claims: obeysClaims && Array.isArray(configured.claims) ? configured.claims.filter((claim) => typeof claim === 'string') : null,
    custom: textsIn(configured.custom_parameters),
    privacy: anonymousByDefault ? privacyLevels.find((level) => level === privacy) ?? 'anonymous' : 'public',
  };
}

const privacyLevels = ['public', 'name_only', 'email_only', 'anonymous'] as const;

function textsIn(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
