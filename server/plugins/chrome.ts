// What surrounds a page: who is signed in, where they can go, how it looks, whom they can call.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { homePath, navigation, publicChrome, roleName } from './views.ts';
import type { Chrome, Theme } from './views.ts';

type Help = { telephone: string; days: string; hours: string };

const themes = ['auto', 'light', 'dark'] as const;
export const themeCookie = '__Host-theme';

/** Gives every page its chrome. Register after the hooks of sign-in, inside and outside of it. */
export function chrome(app: FastifyInstance, programmes: { current: { programme: { help: Help } } }): void {
  app.addHook('preHandler', (request, reply, done) => {
    reply.locals = { chrome: chromeOf(request, reply) };
    done();
  });

  function chromeOf(request: FastifyRequest, reply: FastifyReply): Chrome {
    const theme: Theme = themes.find((name) => name === request.cookies[themeCookie]) ?? 'auto';
    const back = request.url;
    const { help } = programmes.current.programme;
    if (!request.viewer) return { ...publicChrome, theme, back, help };
    const { role, testUser, name, organisation, english, context, returnUrl } = request.viewer;
    const base = request.at('');
    const path = request.url.slice(base.length).replace(/\?.*$/, '') || '/';
    return {
      home: request.at(homePath(role)),
      base,
      theme,
      back,
      english,
      wayBack: returnUrl === null ? null : { href: returnUrl, label: context ? 'Back to the course' : 'Back to your LMS' },
      frameOrigins: isFramed(request) && reply.frameOrigins && reply.frameOrigins.length > 0 ? reply.frameOrigins.join(' ') : null,
      viewer: { name: name ?? (testUser ? 'Test learner' : role === 'guest' ? 'Guest' : 'Name withheld by your LMS'), role: roleName(role, testUser) },
      nav: navigation({ role, at: request.at, path }),
      banner: testUser ? 'You see Coachline as a test learner does. Nothing you do here is recorded.' : null,
      help: organisation?.help ?? help,
    };
  }
}

/** Whether this page may be on its way into a frame; browsers that do not say so (Safari before 16.4) are taken to be in one. */
function isFramed({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-dest'] !== 'document';
}
