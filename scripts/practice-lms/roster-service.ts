// Names and Role Provisioning Services 2.0 over HTTP: the members of a course, page by page.
import type { FastifyInstance } from 'fastify';
import { ltiClaim } from './claims.ts';
import type { Platform, RegisteredTool } from './platform.ts';
import { courseRoles } from './roster.ts';
import type { Member } from './roster.ts';
import type { Course, CourseLink, CourseRole, Person } from './school.ts';
import { enter, nextPageUrl, pageIn, sendJson } from './service-door.ts';
import { mediaTypes, scopes } from './services.ts';

export function serveRoster(app: FastifyInstance, platform: Platform, { otherOrigin }: { otherOrigin: string }): void {
  const { roster } = platform;

  app.addHook('onResponse', async (request, reply) => {
    if (request.routeOptions.config.practiceService !== 'memberships') return;
    const { search } = new URL(request.url, platform.issuer);
    roster.requests.push({ courseId: (request.params as { course: string }).course, query: search, status: reply.statusCode });
  });

  app.get<{ Params: { course: string } }>('/courses/:course/memberships', { config: { practiceService: 'memberships' } }, async (request, reply) => {
    const tool = enter(platform, request, reply, { scopes: [scopes.roster], accept: mediaTypes.members });
    if (!tool) return reply;
    const course = platform.courses.find(({ id }) => id === request.params.course);
    if (!course) return reply.code(404).send({ error: 'There is no such course.' });
    const url = new URL(request.url, platform.issuer);
    const habits = platform.profile.roster;
    const page = pageIn(url.searchParams, { usual: roster.pageSize === undefined ? habits.pageSize : roster.pageSize, longest: habits.longestPage });
    if (!page) return reply.code(400).send({ error: 'limit and from must be whole numbers.' });
    const linkId = url.searchParams.get('rlid');
    const link = linkId === null ? undefined : course.links.find(({ resourceLinkId }) => resourceLinkId === linkId);
    if (linkId !== null && !link) return reply.code(404).send({ error: 'rlid names no link of this course.' });

    const role = url.searchParams.get('role');
    const entries = roster.entries(course).filter((entry) => role === null || hasRole(entry.role, role));
    if (habits.refusesAbove !== null && !url.searchParams.has('limit') && entries.length > habits.refusesAbove) return reply.code(403).send({ error: 'above_response_limit' });
    if (roster.paging === 'page-2-fails' && page.from > 0) return reply.code(500).type('text/html').send('<h1>Internal error</h1>');

    const members = entries.slice(page.from, page.size === null ? undefined : page.from + page.size)
      .map(({ person, role: courseRole, status }) => memberOf({ person, role: courseRole, status, tool, course, link }));
    const next = nextPageUrl(url, page, entries.length);
    if (next) reply.header('link', `<${nextLink(next)}>; rel="next"`);
    return sendJson(reply, mediaTypes.members, {
      id: url.href,
      context: { id: course.contextId, ...(platform.profile.context.hasLabel && { label: course.label }), title: course.title },
      members: spoilt(members),
    });
  });

  function memberOf({ person, role, status, tool, course, link }: { person: Person; role: CourseRole; status: string; tool: RegisteredTool; course: Course; link: CourseLink | undefined }): Member {
    const { shortRoles, upperCaseStatus } = platform.profile.roster;
    return {
      status: upperCaseStatus ? status.toUpperCase() : status,
      user_id: person.sub,
      ...platform.personFields(tool, person),
      roles: courseRoles(role, { short: shortRoles }),
      ...(link && { message: [{ [ltiClaim('message_type')]: 'LtiResourceLinkRequest', [ltiClaim('custom')]: platform.customOf({ tool, person, course, link }) }] }),
    };
  }

  function nextLink(next: URL): string {
    if (platform.profile.roster.nextLinkDropsRole) next.searchParams.delete('role');
    if (roster.paging === 'elsewhere') return `${otherOrigin}/elsewhere${next.pathname}${next.search}`;
    if (roster.paging === 'loop') next.searchParams.set('from', '0');
    return next.href;
  }

  /** A page of members as the fault that is switched on makes it. */
  function spoilt(members: Member[]): Member[] {
    const [first] = members;
    switch (roster.members) {
      case 'good': break;
      case 'no-user-id': if (first) delete first['user_id']; break;
      case 'no-status': if (first) delete first['status']; break;
      case 'upper-case': for (const member of members) member['status'] = String(member['status']).toUpperCase(); break;
      case 'duplicates': members = members.flatMap((member) => [member, { ...member }]); break;
      case 'empty': members = []; break;
    }
    roster.change?.(members);
    return members;
  }
}

/** Whether a role filter means this role: a full URI, or the short name (NRPS 2.0, 2.4.1). */
function hasRole(role: CourseRole, wanted: string): boolean {
  return [...courseRoles(role, { short: false }), ...courseRoles(role, { short: true })].includes(wanted);
}
