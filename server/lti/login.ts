// Third-party-initiated login: what a platform may ask for, and the authentication request that answers it.
// Source: 1EdTech Security Framework 1.0, section 5.1.1; LTI 1.3 core, section 4.1.
import { hash } from 'node:crypto';
import { randomText } from '../random-text.ts';
import { accept, refuse } from './refusal.ts';
import type { LaunchRefusal, Result } from './refusal.ts';

export type LoginRequest = {
  issuer: string;
  loginHint: string;
  /** Where the link leads: a path on our own host with its query, such as `/weeks/3`. */
  target: string;
  clientId?: string;
  deploymentId?: string;
  messageHint?: string;
  /** The frame that keeps things for us by postMessage, when the platform offers one (Client-side postMessages 1.0). */
  storageTarget?: string;
};

export type OwnAddress = { publicUrl: string };

export type AuthenticationRequest = {
  authenticationUrl: string;
  clientId: string;
  redirectUri: string;
  state: string;
  nonce: string;
  loginHint: string;
  messageHint?: string | undefined;
};

const longestValue = 2048;
/** What an id of a deployment and the name of a frame may have, in characters (LTI 1.3 core, 3.1.4). */
const longestId = 255;

/**
 * Reads the parameters of a login (a parsed query or form) and checks all that can be checked without a database.
 * Parameters that LTI does not name are not looked at. Values to be echoed keep every character.
 */
export function readLoginRequest(parameters: unknown, { publicUrl }: OwnAddress): Result<LoginRequest> {
  if (typeof parameters !== 'object' || parameters === null || Array.isArray(parameters)) return refuse('login.malformed', 'no parameters');

  const values = new Map<string, string>();
  for (const name of ['iss', 'login_hint', 'target_link_uri', 'client_id', 'lti_deployment_id', 'lti_message_hint', 'lti_storage_target']) {
    const value: unknown = Object.hasOwn(parameters, name) ? (parameters as Record<string, unknown>)[name] : undefined;
    if (value === undefined || value === '') continue;
    const problem = problemOf(name, value);
    if (problem) return refuse(problem, name);
    values.set(name, value as string);
  }

  const issuer = values.get('iss');
  if (issuer === undefined) return refuse('login.missing_iss');
  const loginHint = values.get('login_hint');
  if (loginHint === undefined) return refuse('login.missing_login_hint');
  const targetLinkUri = values.get('target_link_uri');
  if (targetLinkUri === undefined) return refuse('login.missing_target_link_uri');
  const target = readTarget(targetLinkUri, { publicUrl });
  if (!target.ok) return target;

  const request: LoginRequest = { issuer, loginHint, target: target.value };
  const clientId = values.get('client_id');
  const deploymentId = values.get('lti_deployment_id');
  const messageHint = values.get('lti_message_hint');
  const storageTarget = values.get('lti_storage_target');
  if (clientId !== undefined) request.clientId = clientId;
  if (deploymentId !== undefined) request.deploymentId = deploymentId;
  if (messageHint !== undefined) request.messageHint = messageHint;
  if (storageTarget !== undefined) request.storageTarget = storageTarget;
  return accept(request);
}

/**
 * Turns a target link URI into a path on our own host: `target.foreign` for any other origin, whatever trick hides it,
 * `login.too_long` for one that nobody could keep.
 * Our launch address means the home page, because administrators often paste it. Which paths exist is decided elsewhere.
 */
export function readTarget(targetLinkUri: string, { publicUrl }: OwnAddress): Result<string> {
  const url = URL.parse(targetLinkUri);
  const own = new URL(publicUrl);
  // Not by `origin`: a blob: address has the origin of the address inside it.
  if (!url || url.protocol !== own.protocol || url.host !== own.host || url.username !== '' || url.password !== '') return refuse('target.foreign');
  // A path that begins with two slashes would name another host as soon as someone redirects to it.
  if (url.pathname.startsWith('//')) return refuse('target.foreign', 'double slash');

  const path = plainPath(url.pathname);
  if (path === '/lti/login' || path.startsWith('/lti/login/')) return refuse('target.loop');
  if (path === '/lti/launch') return accept('/');
  const target = url.pathname + url.search;
  // Escaping makes an address longer than it came.
  return target.length > longestValue ? refuse('login.too_long', 'target_link_uri') : accept(target);
}

/** Whether the signed message names the page that the login began with (both read as paths, so equal spellings are equal). */
export function confirmTarget(targetLinkUri: string, loginTarget: string, { publicUrl }: OwnAddress): Result<string> {
  const claimed = readTarget(targetLinkUri, { publicUrl });
  return claimed.ok && claimed.value === loginTarget ? claimed : refuse('target.mismatch');
}

/** The address to send the browser to. A query that the platform's address already has stays as it is. */
export function authenticationRequestUrl({ authenticationUrl, clientId, redirectUri, state, nonce, loginHint, messageHint }: AuthenticationRequest): string {
  const url = new URL(authenticationUrl);
  const query = {
    scope: 'openid',
    response_type: 'id_token',
    response_mode: 'form_post',
    prompt: 'none',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    nonce,
    login_hint: loginHint,
    ...(messageHint !== undefined && { lti_message_hint: messageHint }),
  };
  // Not by URLSearchParams: %20 is a space to everyone, a plus sign is one only to readers of forms.
  const added = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value.toWellFormed())}`).join('&');
  url.search = url.search === '' ? added : `${url.search}&${added}`;
  url.hash = '';
  return url.href;
}

/** A secret for a state, a nonce, a cookie or a ticket: 32 random bytes, safe in addresses. */
export const newSecret = (): string => randomText(32);

/** What is stored of a secret. SHA-256 is enough, because the secret is random and long. */
export function hashSecret(secret: string): Buffer {
  return hash('sha256', secret, 'buffer');
}

function problemOf(name: string, value: unknown): LaunchRefusal | null {
  if (Array.isArray(value)) return 'login.repeated_parameter';
  if (typeof value !== 'string') return 'login.malformed';
  if (Buffer.byteLength(value) > longestValue) return 'login.too_long';
  if ((name === 'lti_deployment_id' || name === 'lti_storage_target') && value.length > longestId) return 'login.too_long';
  if (value.includes('\0')) return 'login.bad_characters';
  return null;
}

/** A path as a router would see it: unescaped, without slashes at its end. */
function plainPath(pathname: string): string {
  let path = pathname;
  try {
    path = decodeURIComponent(pathname);
  } catch {
    // Not valid escapes: the router will not know it either, so it is compared as it came.
  }
  return path.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
}
