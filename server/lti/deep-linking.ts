// Deep Linking 2.0: what a platform accepts, and the answer that it gets.
import { randomUUID } from 'node:crypto';
import type { LineItemDraft } from './assignment-grades.ts';
import type { LmsProfile } from './lms-profiles.ts';
import { accept, refuse } from './refusal.ts';
import type { Result } from './refusal.ts';
import { signJwt } from './tool-keys.ts';
import type { SigningKey } from './tool-keys.ts';

const lti = 'https://purl.imsglobal.org/spec/lti/claim/';
const deepLinking = 'https://purl.imsglobal.org/spec/lti-dl/claim/';
const settingsClaim = `${deepLinking}deep_linking_settings`;
const longestUrl = 2048;
/** Canvas and others sign a token of their own into it. */
const longestData = 16_384;

/** What the place can hold and where the choice goes (Deep Linking 2.0, section 4.4.1). */
export type DeepLinkingSettings = {
  returnUrl: string;
  acceptTypes: string[];
  acceptPresentationDocumentTargets: string[];
  acceptMultiple: boolean;
  /** Whether a line item may be sent with a link; where the platform does not say, it may. */
  acceptLineItem: boolean;
  autoCreate: boolean;
  title?: string;
  text?: string;
  /** Of the item that is to be chosen anew, where a platform says so; not in the specification. */
  url?: string;
  /** Given back byte by byte; absent where none came. */
  data?: string;
};

/**
 * Reads `deep_linking_settings` of a verified token. Refusal: `deep_linking.malformed`, with the name of what is wrong
 * (rule 63: no settings, no return address, or one that is not http or https; whether http is good enough is for the caller).
 */
export function readDeepLinkingSettings(claims: Record<string, unknown>): Result<DeepLinkingSettings> {
  const settings = claims[settingsClaim];
  if (typeof settings !== 'object' || settings === null || Array.isArray(settings)) return refuse('deep_linking.malformed', 'deep_linking_settings');
  const given = settings as Record<string, unknown>;
  const returnUrl = typeof given['deep_link_return_url'] === 'string' ? URL.parse(given['deep_link_return_url']) : null;
  if (!returnUrl || !['https:', 'http:'].includes(returnUrl.protocol) || returnUrl.username !== '' || returnUrl.password !== '' || returnUrl.href.length > longestUrl) return refuse('deep_linking.malformed', 'deep_link_return_url');
  const acceptTypes = textsOf(given['accept_types']);
  if (acceptTypes === null) return refuse('deep_linking.malformed', 'accept_types');
  const targets = textsOf(given['accept_presentation_document_targets'] ?? []);
  if (targets === null) return refuse('deep_linking.malformed', 'accept_presentation_document_targets');
  const data = given['data'];
  if (data !== undefined && data !== null && !(typeof data === 'string' && data.length <= longestData && isStorable(data))) return refuse('deep_linking.malformed', 'data');
  return accept({
    returnUrl: returnUrl.href,
    acceptTypes,
    acceptPresentationDocumentTargets: targets,
    acceptMultiple: isTrue(given['accept_multiple'], true),
    acceptLineItem: isTrue(given['accept_lineitem'], true),
    autoCreate: isTrue(given['auto_create'], false),
    ...(isStorable(given['title']) && { title: given['title'] }),
    ...(isStorable(given['text']) && { text: given['text'] }),
    ...(isStorable(given['url']) && { url: given['url'] }),
    ...(typeof data === 'string' && { data }),
  });
}

/** What platforms call the one field of the form that takes the answer back (Deep Linking 2.0, section 3.5). */
export const deepLinkingField = 'JWT';

/** A link to one of our pages, as somebody chose it for a course. */
export type ResourceLinkItem = {
  title: string;
  text?: string;
  /** A whole address of ours. All that the page needs to know stands in it, because not every LMS keeps `custom`. */
  url: string;
  icon?: { url: string; width: number; height: number };
  /** Inside the course or in a window beside it, where the platform lets us choose; left out where it decides alone. */
  opening?: 'iframe' | 'window';
  /** The column that it is graded in; left out where the place takes none. */
  lineItem?: LineItemDraft;
  available?: TimeSpan;
  submission?: TimeSpan;
  custom?: Record<string, string>;
};

type TimeSpan = { startDateTime?: Temporal.Instant | undefined; endDateTime?: Temporal.Instant | undefined };

/** What an answer says besides its items: to whoever chose (`message`, `errorMessage`), and to the platform's log. */
export type DeepLinkingNotes = { message?: string; log?: string; errorMessage?: string; errorLog?: string };

export type DeepLinkingReturn = { clientId: string; issuer: string; deploymentId: string; settings: DeepLinkingSettings };

const answerSeconds = 300;
/** To begin with: our pages ask for more when they need it, where the platform listens. */
const frameHeight = 800;

/** Whether the browser may be sent there: https, or http where platforms on this machine are allowed (rule 63). */
export function mayReturnTo({ returnUrl }: Pick<DeepLinkingSettings, 'returnUrl'>, { allowLocal }: { allowLocal: boolean }): boolean {
  return returnUrl.startsWith('https:') || (allowLocal && returnUrl.startsWith('http:'));
}

/**
 * Items as this place accepts them (Deep Linking 2.0, section 4.3). `refused`: it takes no links (rule 65), or only one.
 * What it does not accept of an item is left out: a line item, a frame, a window.
 */
export function contentItems(items: readonly ResourceLinkItem[], settings: DeepLinkingSettings, { deepLinking: habits }: Pick<LmsProfile, 'deepLinking'>):
  { outcome: 'built'; items: Record<string, unknown>[] } | { outcome: 'refused'; reason: 'no-links' | 'one-only' } {
  if (items.length > 0 && !settings.acceptTypes.includes('ltiResourceLink')) return { outcome: 'refused', reason: 'no-links' };
  if (items.length > 1 && !settings.acceptMultiple) return { outcome: 'refused', reason: 'one-only' };
  const takesLineItem = settings.acceptLineItem && habits.makesLineItems;
  const mayOpenIn = (target: string) => settings.acceptPresentationDocumentTargets.includes(target);
  return {
    outcome: 'built',
    items: items.map(({ title, text, url, icon, opening, lineItem, available, submission, custom }) => ({
      type: 'ltiResourceLink',
      title,
      ...(text !== undefined && { text }),
      url,
      ...(icon && { icon }),
      ...(opening === 'iframe' && mayOpenIn('iframe') && { iframe: { height: frameHeight } }),
      ...(opening === 'window' && mayOpenIn('window') && { window: { targetName: '_blank' } }),
      ...(lineItem && takesLineItem && { lineItem }),
      ...timeSpan('available', available),
      ...timeSpan('submission', submission),
      ...(custom && { custom }),
    })),
  };
}

/**
 * The signed answer (Deep Linking 2.0, section 4.5), for a form that posts it to the return address in `deepLinkingField`.
 * No items: the choice was cancelled. `data` goes back as it came, byte by byte (rule 66).
 */
export function signDeepLinkingResponse(
  { clientId, issuer, deploymentId, settings }: DeepLinkingReturn, items: readonly Record<string, unknown>[], { message, log, errorMessage, errorLog }: DeepLinkingNotes,
  { key, now }: { key: SigningKey; now: Temporal.Instant },
): string {
  const issuedAt = Math.floor(now.epochMilliseconds / 1000);
  const notes = { msg: message, log, errormsg: errorMessage, errorlog: errorLog };
  return signJwt({
    iss: clientId,
    aud: issuer,
    iat: issuedAt,
    exp: issuedAt + answerSeconds,
    nonce: randomUUID(),
    [`${lti}message_type`]: 'LtiDeepLinkingResponse',
    [`${lti}version`]: '1.3.0',
    [`${lti}deployment_id`]: deploymentId,
    [`${deepLinking}content_items`]: items,
    ...(settings.data !== undefined && { [`${deepLinking}data`]: settings.data }),
    ...Object.fromEntries(Object.entries(notes).filter(([, text]) => text !== undefined).map(([name, text]) => [deepLinking + name, text])),
  }, key);
}

function timeSpan(name: 'available' | 'submission', span: TimeSpan | undefined): Record<string, unknown> {
  const { startDateTime, endDateTime } = span ?? {};
  if (!startDateTime && !endDateTime) return {};
  const plain = (time: Temporal.Instant) => time.toString({ fractionalSecondDigits: 0 });
  return { [name]: { ...(startDateTime && { startDateTime: plain(startDateTime) }), ...(endDateTime && { endDateTime: plain(endDateTime) }) } };
}

/** PostgreSQL keeps neither NUL nor half characters. */
function isStorable(value: unknown): value is string {
  return typeof value === 'string' && !value.includes('\0') && value.isWellFormed();
}

function textsOf(value: unknown): string[] | null {
  return Array.isArray(value) && value.every(isStorable) ? value : null;
}

/** Some platforms write `"true"`. */
function isTrue(value: unknown, unless: boolean): boolean {
  return value === undefined || value === null ? unless : value === true || value === 'true';
}
