// Names and Role Provisioning Services 2.0: who is in a course, read page by page.
import { asObject, readEmail, readId, readName, withoutAbsent } from './claim-values.ts';
import type { ServiceProblem } from './service-problem.ts';
import { withQuery } from './services-http.ts';
import type { Patience, PlatformServices, ServiceRegistration } from './services-http.ts';

export const membershipScope = 'https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly';

const mediaType = 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json';
const customClaim = 'https://purl.imsglobal.org/spec/lti/claim/custom';
const largestPage = 4 * 1024 * 1024;
/** In all pages together: more than any course has, and less than would fill our memory. */
const mostMembers = 100_000;
const mostRoles = 200;
const longestRole = 255;
const longestCustomValue = 8192;
const mostCustom = 200;

export type Member = {
  userId: string;
  /** As they came: full URIs, or short names such as `Learner`. */
  roles: string[];
  status: 'Active' | 'Inactive' | 'Deleted';
  name?: string;
  givenName?: string;
  familyName?: string;
  email?: string;
  /** The custom parameters of the link that `rlid` named, as its launches would have them for this person. */
  custom?: Record<string, string>;
};

/**
 * How the reading of a roster ended. Only after `complete` without unreadable lines may somebody be taken to have left
 * the course (rules 88 to 90): a line without an id may be about anybody.
 */
export type RosterEnd =
  | { outcome: 'complete'; unreadable: number }
  | { outcome: 'incomplete'; problem: ServiceProblem };

export type RosterStep = { kind: 'members'; members: Member[] } | { kind: 'end'; end: RosterEnd };

/**
 * The members of a course, one page in memory at a time; the last step is always the end.
 * Somebody who stands in several lines comes once: roles of one page are joined, a line on a later page is left out.
 * Only who is inactive may come again: the line that says that they are in the course may stand on a later page.
 * @param rlid the id of a resource link; used where the LMS is known to bear it. LMSs then leave out whoever may not open it.
 */
export async function* readRoster(
  services: PlatformServices, registration: ServiceRegistration, membershipsUrl: string, { rlid, patience }: { rlid?: string; patience?: Patience } = {},
): AsyncGenerator<RosterStep, void> {
  const { pageLimit, resourceLinkFilter } = services.profileOf(registration).roster;
  if (!URL.canParse(membershipsUrl)) return yield incomplete({ outcome: 'refused', code: 'address.bad' });
  const url = withQuery(membershipsUrl, { limit: pageLimit, rlid: resourceLinkFilter ? rlid : null });
  const seen = new Set<string>();
  let unreadable = 0;
  let read = 0;
  for await (const step of services.pages(registration, { scopes: [membershipScope], url, accept: mediaType, maxBytes: largestPage, ...(patience && { patience }) })) {
    if (step.kind === 'end') return yield step.end.outcome === 'complete' ? { kind: 'end', end: { outcome: 'complete', unreadable } } : incomplete(step.end.problem);
    const lines = linesOf(step.json);
    if (!lines) return yield incomplete({ outcome: 'refused', code: 'answer.not_json' });
    read += lines.length;
    if (read > mostMembers) return yield incomplete({ outcome: 'refused', code: 'pages.too_many' });
    const members = new Map<string, Member>();
    for (const line of lines) {
      const member = readMember(line);
      if (!member) unreadable += 1;
      else if (!seen.has(member.userId)) members.set(member.userId, joined(members.get(member.userId), member));
    }
    for (const { userId, status } of members.values()) if (status === 'Active') seen.add(userId);
    yield { kind: 'members', members: [...members.values()] };
  }
}

function incomplete(problem: ServiceProblem): RosterStep {
  return { kind: 'end', end: { outcome: 'incomplete', problem } };
}

function linesOf(json: unknown): unknown[] | null {
  const { members } = asObject(json);
  return Array.isArray(members) ? members : null;
}

/** One line (NRPS 2.0, 2.2), or null when it does not say who it is about. */
function readMember(line: unknown): Member | null {
  const given = asObject(line);
  const userId = readId(given['user_id']);
  if (userId === undefined) return null;
  const optional = {
    name: readName(given['name']),
    givenName: readName(given['given_name']),
    familyName: readName(given['family_name']),
    email: readEmail(given['email']),
    custom: readCustom(given['message']),
  };
  return { userId, roles: rolesOf(given['roles']), status: statusOf(given['status']), ...withoutAbsent(optional) };
}

/** Not said means Active (NRPS 2.0, 2.2). A word that nobody knows is not one that lets people in. */
function statusOf(status: unknown): Member['status'] {
  if (status === undefined || status === null || status === '') return 'Active';
  const word = typeof status === 'string' ? status.trim().toLowerCase() : '';
  if (word === 'active') return 'Active';
  return word === 'deleted' ? 'Deleted' : 'Inactive';
}

/** A list; some send one role as a text. */
function rolesOf(roles: unknown): string[] {
  const list: unknown[] = Array.isArray(roles) ? roles : [roles];
  return [...new Set(list.filter((role): role is string => typeof role === 'string' && role !== '' && role.length <= longestRole && !role.includes('\0') && role.isWellFormed()))].slice(0, mostRoles);
}

/** What a message section adds when the request named a link (NRPS 2.0, 2.4). */
function readCustom(messages: unknown): Record<string, string> | undefined {
  const message: unknown = Array.isArray(messages) ? messages[0] : messages;
  const custom = asObject(message)[customClaim];
  if (typeof custom !== 'object' || custom === null || Array.isArray(custom)) return undefined;
  const entries = Object.entries(custom).slice(0, mostCustom).filter((entry): entry is [string, string] => typeof entry[1] === 'string' && entry[1].length <= longestCustomValue);
  return Object.fromEntries(entries.map(([key, value]) => [key, value.replaceAll('\0', '').toWellFormed()]));
}

/** Two lines about one person, as with two sections of a course: all roles, and in as long as one line says so. */
function joined(first: Member | undefined, second: Member): Member {
  if (!first) return second;
  const status = [first.status, second.status].includes('Active') ? 'Active' : first.status;
  return { ...second, ...first, status, roles: [...new Set([...first.roles, ...second.roles])] };
}
