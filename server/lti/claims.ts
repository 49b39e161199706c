// What a verified launch says, read into plain data. A platform may send anything: every value is checked once, here.
// Source: LTI 1.3 core, section 5; AGS 2.0, section 3.1; NRPS 2.0, section 3.6; Deep Linking 2.0, section 4.4;
// LTI Submission Review 1.0; LTI Data Privacy Launch 1.0; Platform Notification Service 1.0.
import { isUnsubstituted, readEmail, readId, readName, withoutAbsent } from './claim-values.ts';
import { readDeepLinkingSettings } from './deep-linking.ts';
import type { DeepLinkingSettings } from './deep-linking.ts';
import { accept, refuse } from './refusal.ts';
import type { LaunchRefusal, Refusal, Result } from './refusal.ts';

/** A launch of a kind that is offered. */
export type Launch = ResourceLinkLaunch | DeepLinkingLaunch | SubmissionReviewLaunch | DataPrivacyLaunch;

type ResourceLink = { id: string; title?: string; description?: string };

export type ResourceLinkLaunch = LaunchBase & { messageType: 'LtiResourceLinkRequest'; resourceLink: ResourceLink };

/** Somebody chooses content for a course. */
export type DeepLinkingLaunch = LaunchBase & { messageType: 'LtiDeepLinkingRequest'; resourceLink: null; settings: DeepLinkingSettings };

/** Somebody looks, from the grade book, at what one learner handed in (`for_user`) for the column `ags.lineItemUrl`. */
export type SubmissionReviewLaunch = LaunchBase & {
  messageType: 'LtiSubmissionReviewRequest';
  resourceLink: ResourceLink | null;
  forUser: { id: string };
  ags: { scopes: string[]; lineItemsUrl?: string; lineItemUrl: string };
};

/** Somebody asks what we keep about them. Outside any course. */
export type DataPrivacyLaunch = LaunchBase & { messageType: 'DataPrivacyLaunchRequest'; resourceLink: null; context: null };

export type LaunchBase = {
  deploymentId: string;
  targetLinkUri: string;
  sub: string;
  person: { name?: string; givenName?: string; familyName?: string; email?: string; locale?: string };
  roles: string[];
  context: { id: string; label?: string; title?: string; type: string[] } | null;
  presentation: { documentTarget?: string; returnUrl?: string; locale?: string };
  platform: { guid?: string; name?: string; url?: string; productFamilyCode?: string; version?: string };
  custom: Record<string, string>;
  /** Assignment and Grade Services. An address that is not http(s) is left out: the service is off, the launch still good. */
  ags?: { scopes: string[]; lineItemsUrl?: string; lineItemUrl?: string };
  /** Names and Role Provisioning Services. */
  nrps?: { membershipsUrl: string; versions: string[] };
  /** Platform Notification Service: where a handler is registered, and for which kinds of notice. */
  notices?: { serviceUrl: string; types: string[]; scopes: string[] };
  /** What this course and this link were copied from, the nearest first: ids at the same platform. */
  history: { contexts: string[]; resourceLinks: string[] };
};

/** The kinds of message that we take, by every name in use. */
const messageTypes = {
  LtiResourceLinkRequest: 'LtiResourceLinkRequest',
  LtiDeepLinkingRequest: 'LtiDeepLinkingRequest',
  LtiSubmissionReviewRequest: 'LtiSubmissionReviewRequest',
  // The specification's own name and the one its examples show.
  DataPrivacyLaunchRequest: 'DataPrivacyLaunchRequest',
  LtiDataPrivacyLaunchRequest: 'DataPrivacyLaunchRequest',
} as const satisfies Record<string, Launch['messageType']>;

const lti = 'https://purl.imsglobal.org/spec/lti/claim/';
const agsClaim = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const nrpsClaim = 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice';
const noticesClaim = `${lti}platformnotificationservice`;
/** Brightspace sends the histories here, the others as custom parameters that our registration asks for. */
const brightspaceClaim = 'http://www.brightspace.com';

const longestId = 255;
const longestText = 2000;
const longestUrl = 2048;
const longestCustomValue = 8192;   // Context.id.history lists every course that a course was copied from
const mostItems = 200;
const mostHistory = 50;

/**
 * Reads the claims of a verified token. Unknown claims are ignored, and null counts as absent.
 * Refusals: `claim.not_lti`, `claim.missing`, `claim.wrong_type`, `claim.malformed`, `version.unsupported`,
 * `message_type.unsupported`, `target.missing`, `deep_linking.malformed`, `privacy.in_course`; the detail names the claims.
 */
export function parseLaunch(payload: Record<string, unknown>): Result<Launch> {
  const isLti = ['message_type', 'version', 'deployment_id'].some((name) => present(payload[lti + name]));
  if (!isLti) return refuse('claim.not_lti');

  const reader = new ClaimReader();
  const givenType = reader.text(payload, lti + 'message_type');
  const messageType = givenType !== undefined && Object.hasOwn(messageTypes, givenType) ? messageTypes[givenType as keyof typeof messageTypes] : undefined;
  const version = reader.text(payload, lti + 'version');
  const deploymentId = reader.id(payload, lti + 'deployment_id');
  const targetLinkUri = reader.address(payload, lti + 'target_link_uri');
  const roles = reader.list(payload, lti + 'roles');
  const sub = reader.id(payload, 'sub');

  if (version !== undefined && version !== '1.3.0') return refuse('version.unsupported');
  if (givenType !== undefined && messageType === undefined) return refuse('message_type.unsupported', 'a type that Coachline does not know');

  const isDeepLinking = messageType === 'LtiDeepLinkingRequest';
  const isReview = messageType === 'LtiSubmissionReviewRequest';
  const isPrivacy = messageType === 'DataPrivacyLaunchRequest';
  const resourceLink = isDeepLinking ? undefined : reader.object(payload, lti + 'resource_link');
  const context = reader.object(payload, lti + 'context');
  const custom = readCustom(reader, payload);
  const launch = {
    messageType,
    deploymentId,
    targetLinkUri,
    sub,
    roles,
    person: withoutAbsent({
      name: reader.name(payload, 'name'),
      givenName: reader.name(payload, 'given_name'),
      familyName: reader.name(payload, 'family_name'),
      email: reader.email(payload, 'email'),
      locale: reader.short(payload, 'locale'),
    }),
    context: context && {
      id: reader.id(context, 'id', 'context.id'),
      type: reader.list(context, 'type', 'context.type') ?? [],
      ...withoutAbsent({ label: reader.name(context, 'label'), title: reader.name(context, 'title') }),
    },
    resourceLink: resourceLink && {
      id: reader.id(resourceLink, 'id', 'resource_link.id'),
      ...withoutAbsent({ title: reader.name(resourceLink, 'title'), description: reader.name(resourceLink, 'description', longestText) }),
    },
    presentation: readPresentation(reader, payload),
    platform: readPlatform(reader, payload),
    custom,
    history: readHistory(custom, payload),
    ags: readAgs(reader, payload),
    nrps: readNrps(reader, payload),
    notices: readNotices(reader, payload),
    forUser: isReview ? { id: reader.id(reader.object(payload, lti + 'for_user') ?? {}, 'user_id', 'for_user.user_id') } : undefined,
  };

  const needsLink = isReview ? launch.resourceLink !== undefined : !isDeepLinking && !isPrivacy;
  const needsCourse = launch.context !== undefined || isDeepLinking || isReview;
  const missing = [
    version === undefined && 'version',
    givenType === undefined && 'message_type',
    deploymentId === undefined && 'deployment_id',
    roles === undefined && 'roles',
    sub === undefined && 'sub',
    needsLink && launch.resourceLink?.id === undefined && 'resource_link.id',
    needsCourse && launch.context?.id === undefined && 'context.id',
    isReview && launch.forUser?.id === undefined && 'for_user.user_id',
    isReview && launch.ags?.lineItemUrl === undefined && 'ags.lineitem',
  ].filter((name) => typeof name === 'string');
  const problem = reader.problem(missing);
  if (problem) return { ok: false, refusal: problem };
  if (targetLinkUri === undefined) return refuse('target.missing');
  if (isPrivacy && (launch.context || launch.resourceLink)) return refuse('privacy.in_course');
  const settings = isDeepLinking ? readDeepLinkingSettings(payload) : null;
  if (settings && !settings.ok) return settings;

  // What was just found to be there is there: the types cannot follow that through the list of what is missing.
  const { ags, nrps, notices, forUser, context: course, resourceLink: link, ...rest } = launch;
  return accept({ ...rest, context: course ?? null, resourceLink: link ?? null, ...withoutAbsent({ ags, nrps, notices, forUser, settings: settings?.value }) } as Launch);
}

function readPresentation(reader: ClaimReader, payload: Claims): LaunchBase['presentation'] {
  const claim = reader.object(payload, lti + 'launch_presentation') ?? {};
  return withoutAbsent({ documentTarget: reader.short(claim, 'document_target'), returnUrl: reader.webAddress(claim, 'return_url'), locale: reader.short(claim, 'locale') });
}

function readPlatform(reader: ClaimReader, payload: Claims): LaunchBase['platform'] {
  const claim = reader.object(payload, lti + 'tool_platform') ?? {};
  // Some platforms write their version as a number; nobody should be kept out for that.
  const version = typeof claim['version'] === 'number' ? String(claim['version']) : reader.short(claim, 'version');
  return withoutAbsent({
    guid: reader.id(claim, 'guid', 'tool_platform.guid'),
    name: reader.name(claim, 'name'),
    url: reader.webAddress(claim, 'url'),
    productFamilyCode: reader.short(claim, 'product_family_code'),
    version,
  });
}

/** Canvas sends numbers and booleans for some of its variables: they are taken as text. Anything nested is left out. */
function readCustom(reader: ClaimReader, payload: Claims): Record<string, string> {
  const claim = payload[lti + 'custom'];
  // PHP writes an object without members as an empty array.
  if (Array.isArray(claim) && claim.length === 0) return {};
  const entries: [string, string][] = [];
  for (const [key, value] of Object.entries(reader.object(payload, lti + 'custom') ?? {}).slice(0, mostItems)) {
    if (!['string', 'number', 'boolean'].includes(typeof value)) continue;
    const text = String(value).replaceAll('\0', '').toWellFormed();
    if (key.length <= longestId && !key.includes('\0') && text.length <= longestCustomValue && !isUnsubstituted(text)) entries.push([key.toWellFormed(), text]);
  }
  return Object.fromEntries(entries);
}

function readAgs(reader: ClaimReader, payload: Claims): LaunchBase['ags'] {
  const claim = reader.object(payload, agsClaim);
  return claim && {
    scopes: reader.list(claim, 'scope', 'ags.scope') ?? [],
    // Moodle sends an empty line item once the activity's own column has been deleted.
    ...withoutAbsent({ lineItemsUrl: reader.webAddress(claim, 'lineitems'), lineItemUrl: reader.webAddress(claim, 'lineitem') }),
  };
}

function readNrps(reader: ClaimReader, payload: Claims): LaunchBase['nrps'] {
  const claim = reader.object(payload, nrpsClaim);
  const membershipsUrl = claim && reader.webAddress(claim, 'context_memberships_url');
  return membershipsUrl === undefined ? undefined : { membershipsUrl, versions: reader.list(claim ?? {}, 'service_versions', 'nrps.service_versions') ?? [] };
}

function readNotices(reader: ClaimReader, payload: Claims): LaunchBase['notices'] {
  const claim = reader.object(payload, noticesClaim);
  const serviceUrl = claim && reader.webAddress(claim, 'platform_notification_service_url');
  if (serviceUrl === undefined) return undefined;
  return { serviceUrl, types: reader.list(claim ?? {}, 'notice_types_supported', 'notices.notice_types_supported') ?? [], scopes: reader.list(claim ?? {}, 'scope', 'notices.scope') ?? [] };
}

/**
 * `$Context.id.history` and `$ResourceLink.id.history` (LTI 1.3 core, appendix D): comma-separated ids, the nearest
 * origin first. They come as the custom parameters that we ask for, or in Brightspace's own claim.
 */
function readHistory(custom: Record<string, string>, payload: Claims): LaunchBase['history'] {
  const brightspace = payload[brightspaceClaim];
  const named = (typeof brightspace === 'object' && brightspace !== null ? brightspace : {}) as Claims;
  const listOf = (...candidates: unknown[]): string[] => {
    const text = candidates.find((candidate): candidate is string => typeof candidate === 'string' && candidate !== '') ?? '';
    return text.split(',').map((id) => readId(id.trim())).filter((id) => id !== undefined).slice(0, mostHistory);
  };
  return {
    contexts: listOf(custom['context_id_history'], named['Context.id.history']),
    resourceLinks: listOf(custom['resource_link_id_history'], named['ResourceLink.id.history']),
  };
}

type Claims = Record<string, unknown>;

/**
 * Reads values out of claims and remembers what was wrong with them, so that one clear refusal can name it all.
 * Every method gives undefined for a value that is absent or wrong. `label` is how the refusal names the claim.
 */
class ClaimReader {
  readonly #problems: { code: LaunchRefusal; label: string }[] = [];

  /** The refusal for what is missing, else for the first thing that was wrong, else null. */
  problem(missing: readonly string[]): Refusal | null {
    const [first] = this.#problems;
    // A claim of the wrong kind looks missing as well; its own refusal says more.
    const trulyMissing = missing.filter((name) => !this.#problems.some(({ label }) => name.startsWith(label)));
    if (trulyMissing.length > 0) return refuse('claim.missing', trulyMissing.join(', ')).refusal;
    return first ? refuse(first.code, first.label).refusal : null;
  }

  /** A string as it came; an empty one counts as absent. */
  text(from: Claims, key: string, label?: string): string | undefined {
    const value = from[key];
    if (!present(value) || value === '') return undefined;
    if (typeof value === 'string') return value;
    this.#problems.push({ code: 'claim.wrong_type', label: label ?? shortName(key) });
    return undefined;
  }

  /** A key of something: one that cannot be stored as it is refuses the launch. */
  id(from: Claims, key: string, label?: string): string | undefined {
    const value = this.text(from, key, label);
    if (value === undefined) return undefined;
    const id = readId(value);
    if (id === undefined) this.#problems.push({ code: 'claim.malformed', label: label ?? shortName(key) });
    return id;
  }

  /** Words for people: what cannot be shown counts as absent. */
  name(from: Claims, key: string, longest?: number): string | undefined {
    return readName(this.text(from, key), longest);
  }

  email(from: Claims, key: string): string | undefined {
    return readEmail(this.text(from, key));
  }

  /** A word for machines, such as `iframe` or `en-GB`; an odd one counts as absent. */
  short(from: Claims, key: string): string | undefined {
    const value = this.text(from, key);
    return value !== undefined && value.length <= longestId && /^[\x20-\x7e]+$/.test(value) && !isUnsubstituted(value) ? value : undefined;
  }

  /** An address that must be usable, whatever its scheme; login.ts judges where it leads. */
  address(from: Claims, key: string): string | undefined {
    const value = this.text(from, key);
    if (value === undefined || (value.length <= longestUrl && !value.includes('\0') && value.isWellFormed())) return value;
    this.#problems.push({ code: 'claim.malformed', label: shortName(key) });
    return undefined;
  }

  /** An address that people or services may go to: http or https, else it counts as absent. */
  webAddress(from: Claims, key: string): string | undefined {
    const url = URL.parse(this.text(from, key) ?? '');
    return url && (url.protocol === 'https:' || url.protocol === 'http:') && url.href.length <= longestUrl ? url.href : undefined;
  }

  /** A list of strings. Empty ones say nothing and are left out, and so are overlong ones; an empty list is valid. */
  list(from: Claims, key: string, label?: string): string[] | undefined {
    const value = from[key];
    if (!present(value)) return undefined;
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) {
      return value.filter((item) => item !== '' && item.length <= longestId && !item.includes('\0') && item.isWellFormed()).slice(0, mostItems);
    }
    this.#problems.push({ code: 'claim.wrong_type', label: label ?? shortName(key) });
    return undefined;
  }

  object(from: Claims, key: string): Claims | undefined {
    const value = from[key];
    if (!present(value)) return undefined;
    if (typeof value === 'object' && !Array.isArray(value)) return value as Claims;
    this.#problems.push({ code: 'claim.wrong_type', label: shortName(key) });
    return undefined;
  }
}

function present(value: unknown): value is string | number | boolean | object {
  return value !== undefined && value !== null;
}

/** `https://purl.imsglobal.org/spec/lti/claim/context` is `context` in a refusal. */
function shortName(key: string): string {
  return key.slice(key.lastIndexOf('/') + 1);
}
