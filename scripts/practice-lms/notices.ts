// The Platform Notification Service 1.0 at the platform: which handlers tools registered, and the notices sent to them.
import { randomUUID } from 'node:crypto';
import { contextOf, ltiClaim } from './claims.ts';
import type { Claims } from './claims.ts';
import { signToken } from './keys.ts';
import type { Platform, TokenChanges } from './platform.ts';
import type { Course } from './school.ts';

export const noticeTypes = ['LtiHelloWorldNotice', 'LtiContextCopyNotice'] as const;
export type NoticeType = (typeof noticeTypes)[number];

export type NoticeHandler = { clientId: string; deploymentId: string; type: NoticeType; url: string };

/** Brings a body to a handler and gives the status it answered, or null when it did not. */
export type DeliverNotice = (url: string, body: string) => Promise<number | null>;

export type SentNotice = { id: string; type: NoticeType; url: string; jwt: string; status: number | null };

/** A notice to make: where it goes, and for a copied course which and from where. */
export type NoticeChoice = TokenChanges & { type: NoticeType; clientId?: string; deploymentId?: string; course?: Course; originContexts?: readonly string[]; id?: string };

export type Notices = {
  readonly handlers: NoticeHandler[];
  /** Oldest first. */
  readonly sent: SentNotice[];
  /** A signed notice, good unless `change`, `key` or `alg` break it. */
  notice(choice: NoticeChoice): { id: string; jwt: string };
  /** Sends a notice to every handler of its type, each once and never again, as Canvas does. */
  send(choice: NoticeChoice): Promise<SentNotice[]>;
  /** Copies a course with its links and their columns, for its faculty, and tells the tools. */
  copyCourse(courseId: string, options?: { title?: string; tell?: boolean }): Promise<Course>;
};

export function createNotices(platform: Platform, deliver: DeliverNotice = deliverOverHttp): Notices {
  let copies = 0;
  const notices: Notices = { handlers: [], sent: [], notice, send, copyCourse };
  return notices;

  function notice({ type, clientId, deploymentId, course, originContexts, id = randomUUID(), change, key = platform.keys.current(), alg = 'RS256' }: NoticeChoice) {
    const tool = clientId === undefined ? platform.tools[0]! : platform.tools.find((each) => each.clientId === clientId);
    if (!tool) throw new Error(`The platform has no tool ${clientId}`);
    const now = platform.clock();
    const iat = Math.floor(now.epochMilliseconds / 1000);
    const claims: Claims = {
      iss: platform.issuer, aud: tool.clientId, azp: tool.clientId, iat, exp: iat + 3600, nonce: randomUUID(),
      [ltiClaim('version')]: '1.3.0',
      [ltiClaim('deployment_id')]: deploymentId ?? tool.deploymentIds[0]!,
      [ltiClaim('notice')]: { id, timestamp: now.toString(), type },
      ...(course && { [ltiClaim('context')]: contextOf(course, platform.profile) }),
      ...(originContexts && { [ltiClaim('origin_contexts')]: originContexts }),
    };
    const header: Record<string, unknown> = { typ: 'JWT', alg, kid: key.kid };
    change?.(claims, header);
    return { id, jwt: signToken(header, claims, key, alg) };
  }

  async function send(choice: NoticeChoice): Promise<SentNotice[]> {
    const to = notices.handlers.filter(({ type, clientId, deploymentId }) => type === choice.type
      && (choice.clientId === undefined || clientId === choice.clientId) && (choice.deploymentId === undefined || deploymentId === choice.deploymentId));
    const sent: SentNotice[] = [];
    for (const { clientId, deploymentId, url } of to) {
      const { id, jwt } = notice({ ...choice, clientId, deploymentId });
      sent.push({ id, type: choice.type, url, jwt, status: await deliver(url, JSON.stringify({ notices: [{ jwt }] })) });
    }
    notices.sent.push(...sent);
    return sent;
  }

  async function copyCourse(courseId: string, { title, tell = true }: { title?: string; tell?: boolean } = {}): Promise<Course> {
    const origin = platform.courses.find(({ id }) => id === courseId);
    if (!origin) throw new Error(`The platform has no course ${courseId}`);
    copies += 1;
    const id = `${origin.id}-copy-${copies}`;
    const resourceLinkIds = new Map(origin.links.map((link) => [link.resourceLinkId, `${id}-${link.id}`]));
    const course: Course = {
      id, contextId: `course-${id}`, label: `${origin.label}-${copies + 1}`, title: title ?? `${origin.title} (copy ${copies})`,
      members: Object.fromEntries(Object.entries(origin.members).filter(([, role]) => role !== 'learner')),
      links: origin.links.map((link) => ({ ...link, resourceLinkId: resourceLinkIds.get(link.resourceLinkId)!, history: [link.resourceLinkId, ...(link.history ?? [])] })),
      history: [origin.contextId, ...(origin.history ?? [])],
    };
    platform.addCourse(course);
    for (const { facts, clientId, coupled } of platform.gradeBook.columns(origin.id)) {
      // Only the columns of links travel; a column that a tool made beside them stays behind.
      const resourceLinkId = resourceLinkIds.get(facts.resourceLinkId ?? '');
      if (coupled && resourceLinkId !== undefined) platform.gradeBook.addColumn(id, { ...structuredClone(facts), resourceLinkId }, { clientId, coupled });
    }
    if (tell) await send({ type: 'LtiContextCopyNotice', course, originContexts: [origin.contextId] });
    return course;
  }
}

async function deliverOverHttp(url: string, body: string): Promise<number | null> {
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual', headers: { 'content-type': 'application/json' }, signal: AbortSignal.timeout(5000) }).catch(() => null);
  await answer?.body?.cancel();
  return answer?.status ?? null;
}
