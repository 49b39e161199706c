// The practice LMS over HTTP: its pages, its key set and its authorisation endpoint. The demo and the launch tests start it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import Fastify from 'fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest, RawServerDefault } from 'fastify';
import { storageFrameName } from './assets/storage-messages.js';
import type { Html } from './html.ts';
import { serveKeySet } from './key-set.ts';
import type { KeySet } from './key-set.ts';
import * as pages from './pages.ts';
import { createPlatform, toolAt } from './platform.ts';
import type { Platform, PlatformOptions, RegisteredTool } from './platform.ts';
import { serveRegistration } from './registration.ts';
import type { Registration } from './registration.ts';
import type { Course, CourseLink, Person } from './school.ts';
import { readSwitches } from './switches.ts';
import type { StorageKind } from './switches.ts';

export type PracticeLmsOptions = Pick<PlatformOptions, 'people' | 'courses' | 'keysFolder' | 'clock'> & {
  /** 0 takes any free port. */
  port?: number;
  host?: string;
  /** Where Coachline is, as browsers reach it. */
  toolUrl: string;
  /** What differs from `toolAt(toolUrl)`, such as the login address of one registration. */
  tool?: Partial<RegisteredTool>;
};

export type PracticeLms = {
  /** Its own address, which is its issuer. */
  url: string;
  platform: Platform;
  /** What `GET /keys` does wrong on demand, and how often it was asked. */
  keySet: KeySet;
  /** What dynamic registration does on demand, and what tools sent to it. */
  registration: Registration;
  close(): Promise<void>;
};

/** Starts the practice LMS. Throws when the port is taken or the kept keys cannot be read. */
export async function startPracticeLms({ port = 0, host = '127.0.0.1', toolUrl, tool, ...options }: PracticeLmsOptions): Promise<PracticeLms> {
  // The server listens before the platform is made, because with port 0 only then the address, and so the issuer, is known.
  const server = createServer();
  server.listen(port, host);
  await once(server, 'listening');
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
  const closing = new AbortController();
  try {
    const platform = await createPlatform({ ...options, issuer: url, tools: [toolAt(toolUrl, tool)] });
    const app = Fastify({
      serverFactory: (handler): RawServerDefault => server.on('request', handler),
      forceCloseConnections: true,
    });
    const { keySet, registration } = await buildPracticeLms(app, platform, { closing: closing.signal, clock: options.clock ?? (() => Temporal.Now.instant()) });
    await app.ready();
    return { url, platform, keySet, registration, close };

    async function close() {
      closing.abort();
      await app.close();
      await closeServer();
    }
  } catch (error) {
    await closeServer();
    throw error;
  }

  async function closeServer() {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => { server.close(resolve); });
  }
}

async function buildPracticeLms(app: FastifyInstance, platform: Platform, { closing, clock }: { closing: AbortSignal; clock: () => Temporal.Instant }): Promise<{ keySet: KeySet; registration: Registration }> {
  app.setErrorHandler(async (error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    if (status >= 500) console.error(error);
    return show(reply.code(status), pages.refusalPage('That did not work', status >= 500 ? 'The practice LMS has a fault of its own; see its terminal.' : 'The request was not one this page understands.'));
  });
  app.setNotFoundHandler(async (request, reply) => show(reply.code(404), pages.refusalPage('Not here', 'This LMS has no such page, person or course.')));
  app.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (request, body, done) => {
    done(null, new URLSearchParams(String(body)));
  });
  await app.register(fastifyStatic, { root: join(import.meta.dirname, 'assets'), prefix: '/assets/', index: false });

  const keySet = serveKeySet(app, platform, closing);
  serveAuthorization(app, platform);
  servePages(app, platform);
  const registration = serveRegistration(app, platform, { clock, show });
  return { keySet, registration };
}

/** The OpenID Connect authorisation endpoint (Security Framework 1.0, 5.1.1.2 and 5.1.1.3). */
function serveAuthorization(app: FastifyInstance, platform: Platform) {
  app.get('/auth', async (request, reply) => answer(queryOf(request), reply));
  app.post('/auth', async (request, reply) => answer(request.body instanceof URLSearchParams ? request.body : new URLSearchParams(), reply));

  function answer(request: URLSearchParams, reply: FastifyReply) {
    const result = platform.authenticate(request);
    switch (result.outcome) {
      case 'refused':
        return show(reply.code(400), pages.refusalPage('The tool’s request cannot be answered', result.reason));
      case 'error': {
        const { redirectUri, state, error, description } = result;
        const fields = { error, error_description: description, ...(state !== undefined && { state }) };
        return show(reply, pages.postingPage({ action: redirectUri, fields, heading: 'Going back to the tool' }));
      }
      case 'id-token': {
        const { redirectUri, state, idToken } = result;
        return show(reply, pages.postingPage({ action: redirectUri, fields: { id_token: idToken, state }, heading: 'Opening the tool' }));
      }
    }
  }
}

function servePages(app: FastifyInstance, platform: Platform) {
  const { people, courses, tools } = platform;
  const firstTool = tools[0]!;
  /** The tool that a launch page names, of those that are registered by now. */
  const toolOf = (clientId: string) => tools.find((tool) => tool.clientId === clientId) ?? firstTool;

  app.get('/', async (_request, reply) => show(reply, pages.frontPage(platform)));

  app.get('/storage-frame', async (_request, reply) => show(reply, pages.storageFramePage([...new Set(tools.map(({ url }) => new URL(url).origin))])));

  app.get<{ Params: PlaceParams }>('/as/:person', async (request, reply) => {
    const { person } = findPlace(request.params);
    if (!person) return reply.callNotFound();
    return show(reply, pages.personPage(person, courses.filter(({ members }) => members[person.id])));
  });

  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course', async (request, reply) => {
    const { person, course } = findPlace(request.params);
    if (!person || !course) return reply.callNotFound();
    return show(reply, pages.coursePage(person, course));
  });

  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course/return', async (request, reply) => {
    const { person, course } = findPlace(request.params);
    if (!person || !course) return reply.callNotFound();
    const query = queryOf(request);
    return show(reply, pages.returnPage(person, course, { message: query.get('lti_msg') ?? '', error: query.get('lti_errormsg') ?? '' }));
  });

  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course/links/:link', async (request, reply) => {
    const { person, course, link } = findPlace(request.params);
    if (!person || !course || !link) return reply.callNotFound();
    const switches = readSwitches(queryOf(request));
    const tool = toolOf(switches.tool);
    const blockingHelp = { lms: new URL(platform.issuer).hostname, tool: new URL(tool.url).hostname };
    return show(reply, pages.launchPage({ person, course, link, tool, switches, blockingHelp }));
  });

  // Third-party-initiated login (Security Framework 1.0, 5.1.1.1): each visit begins a launch of its own.
  app.get<{ Params: PlaceParams }>('/as/:person/courses/:course/links/:link/launch', async (request, reply) => {
    const { person, course, link } = findPlace(request.params);
    if (!person || !course || !link) return reply.callNotFound();
    const { place, fault, login, storage, tool: clientId } = readSwitches(queryOf(request));
    const tool = toolOf(clientId);
    const storageTarget = place === 'iframe' ? storageTargets[storage] : undefined;
    const fields = platform.launchParameters({
      person: person.id, course: course.id, link: link.id, place, fault, clientId: tool.clientId,
      ...(storageTarget !== undefined && { storageTarget }),
    });
    if (login === 'post') return show(reply, pages.postingPage({ action: tool.loginUrl, fields, heading: `Opening ${tool.name}` }));
    const loginUrl = new URL(tool.loginUrl);
    for (const [name, value] of Object.entries(fields)) loginUrl.searchParams.append(name, value);
    return reply.header('cache-control', 'no-store').redirect(loginUrl.href, 302);
  });

  /** What an address names, as far as it names what is here; a course is there for its members alone. */
  function findPlace({ person: personId, course: courseId, link: linkId }: PlaceParams): { person?: Person; course?: Course; link?: CourseLink } {
    const person = people.find(({ id }) => id === personId);
    const course = person && courses.find(({ id, members }) => id === courseId && Object.hasOwn(members, person.id));
    const link = course?.links.find(({ id }) => id === linkId);
    return { ...(person && { person }), ...(course && { course }), ...(link && { link }) };
  }
}

type PlaceParams = { person: string; course?: string; link?: string };

/** `lti_storage_target` for each kind; a window of its own needs none. */
const storageTargets: Record<StorageKind, string | undefined> = {
  parent: '_parent', frame: storageFrameName, silent: '_parent', off: undefined,
};

function show(reply: FastifyReply, page: Html) {
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('content-security-policy', 'default-src \'none\'; script-src \'self\'; style-src \'self\'; img-src \'self\'; frame-src *; form-action *; base-uri \'none\'')
    .send(page.text);
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URL(request.url, 'http://localhost').searchParams;
}
