// What came with an administrator's launch, for the self-test: which claims there were, never what they said of anybody.
import type { Launch } from './claims.ts';

export type LaunchReport = {
  at: string;
  messageType: Launch['messageType'];
  /** Claims that we use, and whether they came. */
  claims: { name: LaunchClaim; present: boolean }[];
  /** Scopes of Assignment and Grade Services; null when the claim did not come. */
  gradeScopes: string[] | null;
  /** Whether the claim names the course's columns, and whether the link's own. */
  lineItems: boolean;
  lineItem: boolean;
  roster: boolean;
  /** Kinds of notice that are offered; null when the service is not. */
  noticeTypes: string[] | null;
  /** How the browser proved itself. */
  browser: 'cookie' | 'storage';
  documentTarget: string | null;
  /** By how many seconds the platform's clock is ahead of ours, as far as `iat` tells; negative when it is behind or the way was long. */
  clockOffset: number;
  productFamilyCode: string | null;
  version: string | null;
};

/** The claims a course works better with, each with a word of its own. */
export type LaunchClaim =
  | 'name' | 'given_name' | 'family_name' | 'email' | 'locale' | 'roles' | 'context' | 'context.title' | 'context.label' | 'resource_link' | 'resource_link.title'
  | 'launch_presentation' | 'return_url' | 'tool_platform' | 'product_family_code' | 'ags' | 'nrps' | 'notices' | 'context_id_history' | 'resource_link_id_history';

/**
 * Reports on a verified launch.
 * @param issuedAt `iat` of its token, in seconds
 */
export function reportLaunch(launch: Launch, { issuedAt, browser, now }: { issuedAt: number; browser: LaunchReport['browser']; now: Temporal.Instant }): LaunchReport {
  const { ags, context, history, notices, nrps, person, platform, presentation, resourceLink } = launch;
  const came: Record<LaunchClaim, boolean> = {
    'name': person.name !== undefined,
    'given_name': person.givenName !== undefined,
    'family_name': person.familyName !== undefined,
    'email': person.email !== undefined,
    'locale': (presentation.locale ?? person.locale) !== undefined,
    'roles': launch.roles.length > 0,
    'context': context !== null,
    'context.title': context?.title !== undefined,
    'context.label': context?.label !== undefined,
    'resource_link': resourceLink !== null,
    'resource_link.title': resourceLink?.title !== undefined,
    'launch_presentation': Object.keys(presentation).length > 0,
    'return_url': presentation.returnUrl !== undefined,
    'tool_platform': Object.keys(platform).length > 0,
    'product_family_code': platform.productFamilyCode !== undefined,
    'ags': ags !== undefined,
    'nrps': nrps !== undefined,
    'notices': notices !== undefined,
    'context_id_history': history.contexts.length > 0,
    'resource_link_id_history': history.resourceLinks.length > 0,
  };
  return {
    at: String(now),
    messageType: launch.messageType,
    claims: Object.entries(came).map(([name, present]) => ({ name: name as LaunchClaim, present })),
    gradeScopes: ags?.scopes ?? null,
    lineItems: ags?.lineItemsUrl !== undefined,
    lineItem: ags?.lineItemUrl !== undefined,
    roster: nrps !== undefined,
    noticeTypes: notices?.types ?? null,
    browser,
    documentTarget: presentation.documentTarget ?? null,
    clockOffset: Math.round(issuedAt - now.epochMilliseconds / 1000),
    productFamilyCode: platform.productFamilyCode ?? null,
    version: platform.version ?? null,
  };
}
