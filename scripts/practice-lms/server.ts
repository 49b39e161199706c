// The practice LMS over HTTP: its pages, its key set and its authorisation endpoint. The demo and the launch tests start it.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import Fastify from 'fastify';
import type { FastifyInstance, RawServerDefault } from 'fastify';
import { serveAdministration } from './administration-pages.ts';
import type { AccessTokens } from './access-tokens.ts';
import { serveAuthorization } from './authorization.ts';
import { serveCourses } from './course-routes.ts';
import type { DeepLinking } from './deep-linking.ts';
import { serveDeepLinking } from './deep-linking-pages.ts';
import { serveFaults } from './faults.ts';
import type { Faults } from './faults.ts';
import { serveFaultsPage } from './faults-page.ts';
import type { GradeBook } from './grade-book.ts';
import { serveGradeBook } from './grade-book-page.ts';
import { recordArrivals, serveGrades } from './grade-services.ts';
import { serveKeySet } from './key-set.ts';
import type { KeySet } from './key-set.ts';
import { show } from './layout.ts';
import { serveNotices } from './notice-service.ts';
import type { Notices } from './notices.ts';
import * as pages from './pages.ts';
import { createPlatform, toolAt } from './platform.ts';
import type { Platform, PlatformOptions, RegisteredTool } from './platform.ts';
import { profiles } from './profiles.ts';
import type { ProfileName } from './profiles.ts';
import { serveRegistration } from './registration.ts';
import type { Registration } from './registration.ts';
import type { Roster } from './roster.ts';
import { serveRoster } from './roster-service.ts';
import { serveTokens } from './token-endpoint.ts';
import type { ToolKeySets } from './tool-key-set.ts';

export type PracticeLmsOptions = Pick<PlatformOptions, 'people' | 'courses' | 'keysFolder' | 'clock' | 'profile' | 'fetchToolKeys' | 'deliverNotice'> & {
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
  /** The access tokens that were given; `revoke()` takes them back. */
  tokens: AccessTokens;
  /** Columns, cells, and every score in the order in which it arrived. */
  gradeBook: GradeBook;
  /** Who is in which course, and what goes wrong in telling it. */
  roster: Roster;
  /** What deep linking asks of tools, and what they answered. */
  deepLinking: DeepLinking;
  /** Where notices go and which were sent; `copyCourse` copies a course. */
  notices: Notices;
  /** What the services do wrong on demand. */
  faults: Faults;
  /** The tools' keys as this LMS fetched them. */
  toolKeys: ToolKeySets;
  /** Plays another LMS from the next request on. */
  playAs(profile: ProfileName): void;
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
    const served = await buildPracticeLms(app, platform, closing.signal);
    await app.ready();
    const { tokens, gradeBook, roster, deepLinking, notices, toolKeys } = platform;
    const playAs = (profile: ProfileName) => { platform.profile = profiles[profile]; };
    return { url, platform, ...served, tokens, gradeBook, roster, deepLinking, notices, toolKeys, playAs, close };

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

type Served = Pick<PracticeLms, 'keySet' | 'registration' | 'faults'>;

async function buildPracticeLms(app: FastifyInstance, platform: Platform, closing: AbortSignal): Promise<Served> {
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
  serveCourses(app, platform);
  const registration = serveRegistration(app, platform, { clock: () => platform.clock(), show });
  const faults = await serveServices(app, platform, closing);
  serveGradeBook(app, platform);
  serveDeepLinking(app, platform);
  serveAdministration(app, platform);
  serveFaultsPage(app, faults);
  return { keySet, registration, faults };
}

/** The services that a tool calls: apart, because every body is plain text to them and every error is JSON. */
async function serveServices(app: FastifyInstance, platform: Platform, closing: AbortSignal): Promise<Faults> {
  return new Promise((serve, fail) => {
    app.register(async (services) => {
      services.removeAllContentTypeParsers();
      services.addContentTypeParser('*', { parseAs: 'string' }, (request, body, done) => { done(null, body); });
      services.setErrorHandler(async (error, request, reply) => {
        const status = (error as { statusCode?: number }).statusCode ?? 500;
        if (status >= 500) console.error(error);
        return reply.code(status).send({ error: status >= 500 ? 'The practice LMS has a fault of its own; see its terminal.' : (error as Error).message });
      });
      recordArrivals(services, platform);
      const faults = serveFaults(services, platform, { closing, otherOrigin: otherOriginOf(platform.issuer) });
      serveTokens(services, platform);
      serveGrades(services, platform);
      serveRoster(services, platform, faults);
      serveNotices(services, platform);
      serve(faults);
    }).then(() => undefined, fail);
  });
}

/** The same server by another name, which to a careful client is somebody else. */
function otherOriginOf(issuer: string): string {
  const url = new URL(issuer);
  url.hostname = url.hostname === 'localhost' ? '127.0.0.1' : 'localhost';
  return url.origin;
}
