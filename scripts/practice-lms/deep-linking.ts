// Deep Linking 2.0 at the platform: what is asked of the tool, the strict check of its answer, and the links that come of it.
import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { ltiClaim } from './claims.ts';
import type { Claims } from './claims.ts';
import { contentItemsIn } from './content-items.ts';
import type { ContentItem } from './content-items.ts';
import type { Platform, RegisteredTool } from './platform.ts';
import type { Course, CourseLink, Person } from './school.ts';

/** The deep_linking_settings claim without the return address (Deep Linking 2.0, 3.1.1). */
export type DeepLinkingSettings = {
  accept_types: readonly string[];
  accept_presentation_document_targets: readonly string[];
  accept_multiple?: boolean;
  accept_lineitem?: boolean;
  auto_create?: boolean;
  title?: string;
  text?: string;
  /** Sent back by the tool byte by byte; null sends none. */
  data: string | null;
};

/** One POST to the return address, whatever became of it. */
export type DeepLinkingResponse = {
  at: Temporal.Instant;
  courseId: string | null;
  /** Why nothing was done; null when it was good. */
  problem: string | null;
  /** What the signed token said; null when it was not believed. */
  claims: JWTPayload | null;
  items: readonly ContentItem[];
  /** The links that were made, or the one that was changed. */
  links: readonly CourseLink[];
  message: string | null;
  errorMessage: string | null;
};

export type DeepLinking = {
  /** What requests say from now on, beside what the profile decides. */
  settings: Partial<DeepLinkingSettings>;
  /** Oldest first. */
  readonly responses: DeepLinkingResponse[];
  /** Makes the settings claim of a request; its return address is good for one answer. */
  begin(request: DeepLinkingRequest): Claims;
  /** Judges an answer and makes its links. */
  receive(returnId: string, jwt: string): Promise<DeepLinkingResponse>;
  /** Where an answer that came to this return address belongs. */
  placeOf(returnId: string): { person: Person; course: Course } | undefined;
};

export type DeepLinkingRequest = {
  tool: RegisteredTool;
  person: Person;
  course: Course;
  deploymentId: string;
  settings?: Partial<DeepLinkingSettings> | undefined;
  /** The link that is chosen anew. */
  editing?: CourseLink | undefined;
};

type Asked = DeepLinkingRequest & { asked: DeepLinkingSettings; answered: boolean };

const dl = (name: string) => `https://purl.imsglobal.org/spec/lti-dl/claim/${name}`;

/** What a request says when a link is chosen anew: what it is now, as Moodle does, and that one thing takes its place. */
export function presentItem(link: CourseLink | undefined): Partial<DeepLinkingSettings> {
  return link ? { accept_multiple: false, title: link.title, ...(link.text !== undefined && { text: link.text }) } : {};
}

export function createDeepLinking(platform: Platform): DeepLinking {
  const requests = new Map<string, Asked>();
  const nonces = new Set<string>();
  let linksMade = 0;

  const deepLinking: DeepLinking = {
    settings: {},
    responses: [],
    begin(request) {
      const returnId = randomUUID();
      const asked = { ...usualSettings(returnId), ...presentItem(request.editing), ...deepLinking.settings, ...request.settings };
      requests.set(returnId, { ...request, asked, answered: false });
      const { data, ...rest } = asked;
      return { deep_link_return_url: `${platform.issuer}/deep-linking-returns/${returnId}`, ...rest, ...(data !== null && { data }) };
    },
    async receive(returnId, jwt) {
      const request = requests.get(returnId);
      const response = await judge(request, jwt);
      deepLinking.responses.push(response);
      return response;
    },
    placeOf: (returnId) => requests.get(returnId),
  };
  return deepLinking;

  function usualSettings(returnId: string): DeepLinkingSettings {
    const { accepts, sendsData } = platform.profile.deepLinking;
    return {
      accept_types: accepts,
      accept_presentation_document_targets: ['iframe', 'window'],
      accept_multiple: true,
      accept_lineitem: true,
      auto_create: false,
      // Signs that are easily changed on the way: quotes, an escape, a plus, a letter beyond ASCII, blanks at the end.
      data: sendsData ? `choice=${returnId}&é="'\\+%20<b>  ` : null,
    };
  }

  async function judge(request: Asked | undefined, jwt: string): Promise<DeepLinkingResponse> {
    const nothing = { at: platform.clock(), courseId: request?.course.id ?? null, claims: null, items: [], links: [], message: null, errorMessage: null };
    if (!request) return { ...nothing, problem: 'This return address was never given out.' };
    if (request.answered) return { ...nothing, problem: 'This return address was used already.' };
    if (jwt === '') return { ...nothing, problem: 'The field JWT is missing.' };
    const verdict = await platform.toolKeys.verify(jwt, platform.tools);
    if (!verdict.good) return { ...nothing, problem: `The answer is not believed: ${verdict.reason}.` };
    const { claims } = verdict;
    const items = problemOf(claims, verdict.tool, request) ?? contentItemsIn(claims[dl('content_items')], request.asked);
    if (typeof items === 'string') return { ...nothing, claims, problem: `The answer is not good: ${items}.` };
    request.answered = true;
    const links = keep(items, request);
    return { ...nothing, problem: null, claims, items, links, message: textIn(claims, 'msg'), errorMessage: textIn(claims, 'errormsg') };
  }

  /** What is wrong with the claims of a response whose signature holds; null when nothing is. */
  function problemOf(claims: JWTPayload, tool: RegisteredTool, { tool: askedTool, deploymentId, asked }: Asked): string | null {
    const now = platform.clock().epochMilliseconds / 1000;
    const { aud, exp, iat, nonce } = claims;
    if (tool.clientId !== askedTool.clientId) return 'iss is another tool than the one that was asked';
    if (aud !== platform.issuer && !(Array.isArray(aud) && aud.length === 1 && aud[0] === platform.issuer)) return `aud must be ${platform.issuer}`;
    if (typeof exp !== 'number' || exp <= now) return 'exp is missing or has passed';
    if (exp > now + 3660) return 'exp is more than an hour off';
    if (typeof iat !== 'number' || iat > now + 60 || iat < now - 3600) return 'iat is missing, to come, or long ago';
    if (typeof nonce !== 'string' || nonce === '') return 'nonce is missing';
    if (nonces.has(`${tool.clientId} ${nonce}`)) return 'nonce was used before';
    if (claims[ltiClaim('message_type')] !== 'LtiDeepLinkingResponse') return 'message_type must be LtiDeepLinkingResponse';
    if (claims[ltiClaim('version')] !== '1.3.0') return 'version must be 1.3.0';
    if (claims[ltiClaim('deployment_id')] !== deploymentId) return 'deployment_id must be the one of the request';
    if (claims[dl('data')] !== (asked.data ?? undefined)) return asked.data === null ? 'data came, and none was sent' : 'data is not what was sent';
    for (const name of ['msg', 'log', 'errormsg', 'errorlog']) if (claims[dl(name)] !== undefined && typeof claims[dl(name)] !== 'string') return `${name} must be text`;
    nonces.add(`${tool.clientId} ${nonce}`);
    return null;
  }

  /** Makes a link of each item that is one, or changes the link that was chosen anew. */
  function keep(items: readonly ContentItem[], { tool, course, editing }: Asked): CourseLink[] {
    const chosen = items.filter(({ type }) => type === 'ltiResourceLink');
    return chosen.map((item, index) => {
      const link = linkOf(item, tool, index === 0 && editing ? editing : newLink(course));
      if (link !== editing) course.links.push(link);
      keepColumn(item, tool, course, link);
      return link;
    });
  }

  function newLink(course: Course): CourseLink {
    linksMade += 1;
    return { id: `chosen-${linksMade}`, resourceLinkId: `${course.id}-chosen-${linksMade}`, title: '', path: '/' };
  }

  /** Fills `link` in place, so that a changed link stays the same one everywhere. */
  function linkOf(item: ContentItem, tool: RegisteredTool, link: CourseLink): CourseLink {
    const { forgetsDetails, keepsCustom } = platform.profile.deepLinking;
    const { title = tool.name, text, url, custom, available, submission, window } = item;
    for (const name of ['text', 'url', 'custom', 'available', 'submission', 'window'] as const) delete link[name];
    return Object.assign(link, {
      title, clientId: tool.clientId, url: url ?? `${tool.url}/`,
      ...(text !== undefined && { text }),
      ...(custom && keepsCustom && { custom }),
      ...(!forgetsDetails && { ...(available && { available }), ...(submission && { submission }), ...(window && { window }) }),
    });
  }

  function keepColumn({ lineItem, title }: ContentItem, tool: RegisteredTool, course: Course, link: CourseLink): void {
    if (!lineItem) return;
    const facts = { ...lineItem, label: lineItem.label ?? title ?? link.title, resourceLinkId: link.resourceLinkId };
    const column = platform.gradeBook.columnOfLink(course.id, link.resourceLinkId, tool.clientId);
    if (column) column.facts = facts;
    else platform.gradeBook.addColumn(course.id, facts, { clientId: tool.clientId, coupled: true });
  }
}

function textIn(claims: JWTPayload, name: string): string | null {
  const value = claims[dl(name)];
  return typeof value === 'string' ? value : null;
}
