// The platform itself, without HTTP: who may launch what, the login initiation, the answer to the tool's request, the token.
import { randomUUID } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { createAccessTokens } from './access-tokens.ts';
import type { AccessTokens } from './access-tokens.ts';
import { ltiClaim, namesAndAddress } from './claims.ts';
import type { Claims } from './claims.ts';
import { createDeepLinking } from './deep-linking.ts';
import type { DeepLinking } from './deep-linking.ts';
import { createGradeBook } from './grade-book.ts';
import type { GradeBook } from './grade-book.ts';
import { newSigningKey, openKeyRing, signToken } from './keys.ts';
import type { KeyRing, SigningKey, TokenAlgorithm } from './keys.ts';
import { findLaunch, launchClaims } from './launches.ts';
import type { LaunchChoice } from './launches.ts';
import { createNotices } from './notices.ts';
import type { DeliverNotice, Notices } from './notices.ts';
import { profiles } from './profiles.ts';
import type { Profile, ProfileName } from './profiles.ts';
import { toolAt } from './registered-tool.ts';
import type { RegisteredTool } from './registered-tool.ts';
import { createRoster } from './roster.ts';
import type { Roster } from './roster.ts';
import { practiceCourses, practicePeople } from './school.ts';
import type { Course, CourseLink, Person } from './school.ts';
import { substituted } from './service-claims.ts';
import { createToolKeySets } from './tool-key-set.ts';
import type { FetchToolKeys, ToolKeySets } from './tool-key-set.ts';

export { ltiClaim, newSigningKey, toolAt };
export type { LaunchChoice, RegisteredTool };

export type PlatformOptions = {
  issuer: string;
  tools: readonly RegisteredTool[];
  people?: readonly Person[];
  courses?: readonly Course[];
  /** Keeps the keys there, so that a restart signs with the same one. */
  keysFolder?: string;
  clock?: () => Temporal.Instant;
  /** Which LMS is played. */
  profile?: ProfileName;
  /** Gets a tool's key set, for tests whose tool does not listen. By HTTP from the tool's `jwksUrl` when absent. */
  fetchToolKeys?: FetchToolKeys;
  /** Brings a notice to its handler, for the same tests. */
  deliverNotice?: DeliverNotice;
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
  tokenUrl: string;
  jwksUrl: string;
  keys: KeyRing;
  clock(): Temporal.Instant;
  /** Which LMS is played: what is set here holds from the next request on. */
  profile: Profile;
  tokens: AccessTokens;
  gradeBook: GradeBook;
  roster: Roster;
  deepLinking: DeepLinking;
  notices: Notices;
  /** The tools' keys as this LMS fetched them. */
  toolKeys: ToolKeySets;
  findPerson(id: string): Person | undefined;
  personOfSub(sub: string): Person | undefined;
  /** Throws when one of them is there already. */
  addPeople(people: readonly Person[]): void;
  addCourse(course: Course): void;
  /** What a tool may ask for: what it registered and the LMS of the profile grants. */
  scopesOf(tool: RegisteredTool): readonly string[];
  /** Names and address of a person as far as this tool may know them. */
  personFields(tool: RegisteredTool, person: Person): Claims;
  /** The custom parameters of a launch. */
  customOf(launch: { tool: RegisteredTool; person?: Person; course?: Course; link?: CourseLink }): Record<string, string>;
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

/** A platform with its keys made or read. Throws when the keys kept in `keysFolder` cannot be read. */
export async function createPlatform({
  issuer, tools: firstTools, people: firstPeople = practicePeople, courses: firstCourses = practiceCourses, keysFolder,
  clock = () => Temporal.Now.instant(), profile: profileName = 'generic', fetchToolKeys, deliverNotice,
}: PlatformOptions): Promise<Platform> {
  const keys = await openKeyRing(keysFolder);
  const tools = [...firstTools];
  const people: Person[] = [];
  const peopleById = new Map<string, Person>();
  const peopleBySub = new Map<string, Person>();
  // Copies: a course that changes here stays as it was everywhere else.
  const courses = structuredClone(firstCourses) as Course[];
  const pendingLaunches = new Map<string, PendingLaunch>();

  function launchParameters({ storageTarget, ...choice }: LaunchChoice & TokenChanges & { storageTarget?: string } = {}) {
    const { tool, person, deploymentId, targetLinkUri } = findLaunch(platform, choice);
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
      ...platform.profile.loginExtras,
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
    const launch = findLaunch(platform, choice);
    const claims = launchClaims(platform, launch, nonce);
    const header: Record<string, unknown> = { typ: 'JWT', alg, kid: launch.fault === 'wrong-key-id' ? 'key-that-nobody-published' : key.kid };
    change?.(claims, header);
    return signToken(header, claims, key, alg);
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

  function addPeople(more: readonly Person[]) {
    for (const person of more) {
      if (peopleById.has(person.id) || peopleBySub.has(person.sub)) throw new Error(`The platform has a person ${person.id} already`);
      people.push(person);
      peopleById.set(person.id, person);
      peopleBySub.set(person.sub, person);
    }
  }

  function addCourse(course: Course) {
    if (courses.some(({ id }) => id === course.id)) throw new Error(`The platform has a course ${course.id} already`);
    courses.push(course);
  }

  function scopesOf({ scopes }: RegisteredTool): readonly string[] {
    return scopes.filter((scope) => platform.profile.scopes.includes(scope));
  }

  function personFields({ privacy, claims }: RegisteredTool, person: Person): Claims {
    const isTold = (name: string) => !platform.profile.withholdsPeople && (claims === null || claims.includes(name))
      && (privacy === 'public' || privacy === (name === 'email' ? 'email_only' : 'name_only'));
    return Object.fromEntries(Object.entries(namesAndAddress(person)).filter(([name]) => isTold(name)));
  }

  function customOf({ tool, ...launch }: Parameters<Platform['customOf']>[0]): Record<string, string> {
    return substituted({ ...tool.custom, ...launch.link?.custom }, launch);
  }

  addPeople(firstPeople);
  const known = {
    issuer, tools, people, courses, keys, clock,
    profile: profiles[profileName],
    authorizationUrl: `${issuer}/auth`,
    tokenUrl: `${issuer}/token`,
    jwksUrl: `${issuer}/keys`,
    tokens: createAccessTokens(clock),
    toolKeys: createToolKeySets(fetchToolKeys),
    jwks: () => keys.jwks(),
    findPerson: (id: string) => peopleById.get(id),
    personOfSub: (sub: string) => peopleBySub.get(sub),
    addPeople, addCourse, addTool, scopesOf, personFields, customOf, launchParameters, authenticate, idToken,
  };
  // The same object, so that whoever sets its profile sets everybody's.
  const platform: Platform = Object.assign(known, { gradeBook: createGradeBook(known), roster: createRoster(known) }) as unknown as Platform;
  platform.deepLinking = createDeepLinking(platform);
  platform.notices = createNotices(platform, deliverNotice);
  return platform;
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
