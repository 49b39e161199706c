// The platform itself, without HTTP: who may launch what, the login initiation, the answer to the tool's request, the token.
import { randomUUID } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { ltiClaim, resourceLinkClaims } from './claims.ts';
import type { Claims, LaunchFault, LaunchPlace } from './claims.ts';
import { newSigningKey, openKeyRing, signToken } from './keys.ts';
import type { KeyRing, SigningKey, TokenAlgorithm } from './keys.ts';
import { practiceCourses, practicePeople } from './school.ts';
import type { Course, CourseLink, Person } from './school.ts';

export { ltiClaim, newSigningKey };

/** A tool as the platform's administrator registered it. */
export type RegisteredTool = {
  clientId: string;
  name: string;
  /** Where the tool lives; links are paths under it. */
  url: string;
  loginUrl: string;
  /** Compared character by character (Security Framework 1.0, 5.1.1.2). */
  redirectUris: readonly string[];
  /** The first is used unless a launch names another. */
  deploymentIds: readonly string[];
};

export type PlatformOptions = {
  issuer: string;
  tools: readonly RegisteredTool[];
  people?: readonly Person[];
  courses?: readonly Course[];
  /** Keeps the keys there, so that a restart signs with the same one. */
  keysFolder?: string;
  clock?: () => Temporal.Instant;
};

/** What is launched by whom. What is left out is Amara, a learner, opening week 1 of the spring course in a frame. */
export type LaunchChoice = {
  person?: string;
  course?: string;
  link?: string;
  place?: LaunchPlace;
  fault?: LaunchFault;
  clientId?: string;
  deploymentId?: string;
  targetLinkUri?: string;
};

/** How a test breaks one thing of a good token. */
export type TokenChanges = {
  /** Changes the finished claims and header in place; deleting counts. */
  change?: (claims: Claims, header: Record<string, unknown>) => void;
  /** Signs with this key; the header then names its `kid`. */
  key?: SigningKey;
  /** Signs so, and says so in the header. */
  alg?: TokenAlgorithm;
};

/** The answer to the tool's authentication request. `refused` is for the LMS's own page: nobody trustworthy to post to. */
export type AuthenticationAnswer =
  | { outcome: 'id-token'; redirectUri: string; state: string; idToken: string }
  | { outcome: 'error'; redirectUri: string; state: string | undefined; error: string; description: string }
  | { outcome: 'refused'; reason: string };

export type Platform = {
  issuer: string;
  tools: readonly RegisteredTool[];
  people: readonly Person[];
  courses: readonly Course[];
  authorizationUrl: string;
  jwksUrl: string;
  keys: KeyRing;
  /** Registers one more tool while the platform runs. Throws when its client id is taken. */
  addTool(tool: RegisteredTool): void;
  /** The public keys as a JWK set. */
  jwks(): JSONWebKeySet;
  /** Parameters of the third-party-initiated login. Their `lti_message_hint` is good for one launch within ten minutes. */
  launchParameters(choice?: LaunchChoice & TokenChanges & { storageTarget?: string }): Record<string, string>;
  /** Judges an authentication request and, when it is good, spends its hint and signs the token. */
  authenticate(request: URLSearchParams): AuthenticationAnswer;
  /** A signed id_token, good unless `fault`, `change`, `key` or `alg` break it. */
  idToken(choice: LaunchChoice & TokenChanges & { nonce: string }): string;
};

type PendingLaunch = { choice: LaunchChoice & TokenChanges; person: Person; clientId: string; expiresAt: Temporal.Instant };

/** A tool that lives at `url` the way Coachline does; `known` replaces what differs. */
export function toolAt(url: string, known: Partial<RegisteredTool> = {}): RegisteredTool {
  const origin = url.replace(/\/+$/, '');
  return {
    clientId: 'practice-client-1',
    name: 'Coachline',
    url: origin,
    loginUrl: `${origin}/lti/login`,
    redirectUris: [`${origin}/lti/launch`],
    deploymentIds: ['practice-deployment-1'],
    ...known,
  };
}

/** A platform with its keys made or read. Throws when the keys kept in `keysFolder` cannot be read. */
export async function createPlatform({
  issuer, tools: firstTools, people = practicePeople, courses = practiceCourses, keysFolder, clock = () => Temporal.Now.instant(),
}: PlatformOptions): Promise<Platform> {
  const keys = await openKeyRing(keysFolder);
  const tools = [...firstTools];
  const pendingLaunches = new Map<string, PendingLaunch>();

  function launchParameters({ storageTarget, ...choice }: LaunchChoice & TokenChanges & { storageTarget?: string } = {}) {
    const { tool, person, deploymentId, targetLinkUri } = resolve(choice);
    forgetExpired();
    const hint = randomUUID();
    pendingLaunches.set(hint, { choice, person, clientId: tool.clientId, expiresAt: clock().add({ minutes: 10 }) });
    return {
      iss: issuer,
      login_hint: person.sub,
      target_link_uri: targetLinkUri,
      lti_message_hint: hint,
      client_id: tool.clientId,
      lti_deployment_id: deploymentId,
      ...(storageTarget !== undefined && { lti_storage_target: storageTarget }),
    };
  }

  function authenticate(request: URLSearchParams): AuthenticationAnswer {
    const repeated = [...request.keys()].find((name) => request.getAll(name).length > 1);
    const tool = tools.find(({ clientId }) => clientId === request.get('client_id'));
    const redirectUri = request.get('redirect_uri');
    // RFC 6749, 4.1.2.1: an answer goes nowhere unless the client and its address are beyond doubt.
    if (repeated === 'client_id' || repeated === 'redirect_uri') return { outcome: 'refused', reason: `${repeated} came twice.` };
    if (!tool) return { outcome: 'refused', reason: 'The client_id is missing or names no tool that is registered here.' };
    if (redirectUri === null || !tool.redirectUris.includes(redirectUri)) {
      return { outcome: 'refused', reason: `The redirect_uri is missing or not one that ${tool.name} registered.` };
    }

    const state = request.get('state') ?? undefined;
    const fail = (error: string, description: string): AuthenticationAnswer =>
      ({ outcome: 'error', redirectUri, state, error, description });

    if (repeated) return fail('invalid_request', `${repeated} came twice.`);
    const fault = requestFault(request);
    if (fault) return fail(...fault);

    const hint = request.get('lti_message_hint') ?? '';
    const pending = pendingLaunches.get(hint);
    if (!pending || Temporal.Instant.compare(pending.expiresAt, clock()) <= 0) {
      return fail('launch_no_longer_valid', 'This launch was already used or is too old. Start again from the course.');
    }
    if (pending.clientId !== tool.clientId) return fail('unauthorized_client', 'This launch was begun for another tool.');
    if (request.get('login_hint') !== pending.person.sub) return fail('login_required', 'The login_hint is not the person who began this launch.');

    pendingLaunches.delete(hint);
    // requestFault saw to it that both are there.
    return { outcome: 'id-token', redirectUri, state: state!, idToken: idToken({ ...pending.choice, nonce: request.get('nonce')! }) };
  }

  function idToken({ nonce, change, key = keys.current(), alg = 'RS256', ...choice }: LaunchChoice & TokenChanges & { nonce: string }) {
    const { tool, person, course, link, place, fault, deploymentId, targetLinkUri } = resolve(choice);
    const claims = resourceLinkClaims({
      issuer, clientId: tool.clientId, deploymentId, targetLinkUri, person, course, link, place, fault, nonce, now: clock(),
    });
    const header: Record<string, unknown> = { typ: 'JWT', alg, kid: fault === 'wrong-key-id' ? 'key-that-nobody-published' : key.kid };
    change?.(claims, header);
    return signToken(header, claims, key, alg);
  }

  /** Ids to the things they name, defaults filled in. Throws on an id that is not here, so that a typo in a test is loud. */
  function resolve({
    person: personId = 'amara', course: courseId = 'spring', link: linkId = 'week-1',
    place = 'iframe', fault = 'none', clientId, deploymentId, targetLinkUri,
  }: LaunchChoice) {
    const tool = clientId === undefined ? tools[0] : tools.find((each) => each.clientId === clientId);
    if (!tool) throw new Error(`The platform has no tool ${clientId ?? ''}`);
    const person = found(people, personId, 'person');
    const course = found(courses, courseId, 'course');
    const link: CourseLink = found(course.links, linkId, 'link');
    return {
      tool, person, course, link, place, fault,
      deploymentId: deploymentId ?? (fault === 'unknown-deployment' ? 'deployment-that-nobody-approved' : tool.deploymentIds[0]!),
      targetLinkUri: targetLinkUri ?? `${tool.url}${link.path}`,
    };
  }

  function addTool(tool: RegisteredTool) {
    if (tools.some(({ clientId }) => clientId === tool.clientId)) throw new Error(`The platform has a tool ${tool.clientId} already`);
    tools.push(tool);
  }

  function forgetExpired() {
    // A map keeps the order of arrival, and every launch lives equally long: the first that is still good ends the walk.
    for (const [hint, { expiresAt }] of pendingLaunches) {
      if (Temporal.Instant.compare(expiresAt, clock()) > 0) return;
      pendingLaunches.delete(hint);
    }
  }

  return {
    issuer, tools, people, courses, keys,
    authorizationUrl: `${issuer}/auth`,
    jwksUrl: `${issuer}/keys`,
    jwks: () => keys.jwks(),
    addTool, launchParameters, authenticate, idToken,
  };
}

/** What an authentication request must say (Security Framework 1.0, 5.1.1.2): the error code and description, or nothing. */
function requestFault(request: URLSearchParams): [error: string, description: string] | undefined {
  if (request.get('response_type') !== 'id_token') return ['unsupported_response_type', 'response_type must be id_token.'];
  if (request.get('scope') !== 'openid') return ['invalid_scope', 'scope must be openid.'];
  if (request.get('response_mode') !== 'form_post') return ['invalid_request', 'response_mode must be form_post.'];
  if (request.get('prompt') !== 'none') return ['invalid_request', 'prompt must be none.'];
  for (const name of ['login_hint', 'nonce', 'state']) {
    if (!request.get(name)) return ['invalid_request', `${name} is missing.`];
  }
  return undefined;
}

function found<Thing extends { id: string }>(things: readonly Thing[], id: string, kind: string): Thing {
  const thing = things.find((each) => each.id === id);
  if (!thing) throw new Error(`The platform has no ${kind} ${id}`);
  return thing;
}
