// The pages of people and courses, and the launches that begin there.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { storageFrameName } from './assets/storage-messages.js';
import { queryOf, show } from './layout.ts';
import * as pages from './pages.ts';
import type { LaunchChoice, Platform, RegisteredTool } from './platform.ts';
import { isProfileName, profiles } from './profiles.ts';
import type { Course, CourseLink, Person } from './school.ts';
import { readSwitches } from './switches.ts';
import type { StorageKind, Switches } from './switches.ts';

export function serveCourses(app: FastifyInstance, platform: Platform) {
  const { courses, tools } = platform;

  // `?profile=` on any page plays that LMS from now on.
  app.addHook('onRequest', async (request) => {
    const name = queryOf(request).get('profile');
    if (isProfileName(name)) platform.profile = profiles[name];
  });
  app.get('/', async (_request, reply) => show(reply, pages.frontPage(platform)));

  app.get('/storage-frame', async (_request, reply) => show(reply, pages.storageFramePage([...new Set(tools.map(({ url }) => new URL(url).origin))])));

  app.get<{ Params: PlaceParams }>('/as/:person', async (request, reply) => {
    const { person } = findPlace(platform, request.params);
    if (!person) return reply.callNotFound();
    return show(reply, pages.personPage(person, courses.filter(({ members }) => members[person.id])));
  });

  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course', async (request, reply) => {
    const { person, course } = findPlace(platform, request.params);
    if (!person || !course) return reply.callNotFound();
    return show(reply, pages.coursePage(person, course, { tool: platform.tools[0]!, notice: queryOf(request).get('notice') ?? '' }));
  });

  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course/return', async (request, reply) => {
    const { person, course } = findPlace(platform, request.params);
    if (!person || !course) return reply.callNotFound();
    const query = queryOf(request);
    return show(reply, pages.returnPage(person, course, { message: query.get('lti_msg') ?? '', error: query.get('lti_errormsg') ?? '' }));
  });

  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course/links/:link', async (request, reply) => {
    const { person, course, link } = findPlace(platform, request.params);
    if (!person || !course || !link) return reply.callNotFound();
    const query = queryOf(request);
    // A link whose item asked for a window opens in one, unless the tester chooses otherwise.
    if (link.window && !query.has('place')) query.set('place', 'window');
    const switches = readSwitches(query);
    const tool = toolOf(platform, switches.tool, link);
    const blockingHelp = { lms: new URL(platform.issuer).hostname, tool: new URL(tool.url).hostname };
    return show(reply, pages.launchPage({ person, course, link, tool, switches, blockingHelp }));
  });

  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course/links/:link/launch', async (request, reply) => {
    const { person, course, link } = findPlace(platform, request.params);
    if (!person || !course || !link) return reply.callNotFound();
    const switches = readSwitches(queryOf(request));
    const { place, fault } = switches;
    return beginLaunch(reply, platform, switches, { person: person.id, course: course.id, link: link.id, place, fault, clientId: toolOf(platform, switches.tool, link).clientId });
  });
}

/**
 * Third-party-initiated login (Security Framework 1.0, 5.1.1.1): sends the browser to the tool, by redirect or by a form.
 * Each visit begins a launch of its own.
 */
export function beginLaunch(reply: FastifyReply, platform: Platform, { place, login, storage }: Pick<Switches, 'place' | 'login' | 'storage'>, choice: LaunchChoice): FastifyReply {
  const tool = toolOf(platform, choice.clientId ?? '');
  const storageTarget = place === 'iframe' ? storageTargets[storage] : undefined;
  const fields = platform.launchParameters({ ...choice, place, clientId: tool.clientId, ...(storageTarget !== undefined && { storageTarget }) });
  if (login === 'post') return show(reply, pages.postingPage({ action: tool.loginUrl, fields, heading: `Opening ${tool.name}` }));
  const loginUrl = new URL(tool.loginUrl);
  for (const [name, value] of Object.entries(fields)) loginUrl.searchParams.append(name, value);
  return reply.header('cache-control', 'no-store').redirect(loginUrl.href, 302);
}

/** The tool that an address names, or whose link it is, of those that are registered by now. */
export function toolOf({ tools }: Platform, clientId: string, link?: CourseLink): RegisteredTool {
  return tools.find((tool) => tool.clientId === (clientId || link?.clientId)) ?? tools[0]!;
}

/** What an address names, as far as it names what is here; a course is there for its members alone. */
export function findPlace({ people, courses }: Platform, { person: personId, course: courseId, link: linkId }: PlaceParams): { person?: Person; course?: Course; link?: CourseLink } {
  const person = people.find(({ id }) => id === personId);
  const course = person && courses.find(({ id, members }) => id === courseId && Object.hasOwn(members, person.id));
  const link = course?.links.find(({ id }) => id === linkId);
  return { ...(person && { person }), ...(course && { course }), ...(link && { link }) };
}

export type PlaceParams = { person: string; course?: string; link?: string };

/** `lti_storage_target` for each kind; a window of its own needs none. */
const storageTargets: Record<StorageKind, string | undefined> = {
  parent: '_parent', frame: storageFrameName, silent: '_parent', off: undefined,
};
