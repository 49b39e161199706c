// The programme's page: for anybody, for guests of a course, and for those who take part.
import createError from '@fastify/error';
import fastifyStatic from '@fastify/static';
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { join } from 'node:path';
import type { Services } from '../../services.ts';
import { everyone, participants } from '../../plugins/access.ts';
import { glossaryPage, programmePage } from './pages.ts';
import { MediaParams, ProgrammeQuery } from './schemas.ts';

/** Files are named from the programme's folder: `media/film.mp4`. */
const mediaAddress = (file: string): string => `/${file}`;

/** A page of a course, asked for without a sign-in: the way in is the link in the course. */
const NotFromCourse = createError('COACHLINE_NOT_FROM_COURSE', 'Open this from your course.', 401);

/** `GET /`, without a sign-in. */
export const publicProgramme: FastifyPluginAsyncTypebox<Services> = async (app, { programmes }) => {
  const { folder, current } = programmes;
  if (folder !== null && current.programme.introduction.file !== null) {
    // Films are asked for in parts, which @fastify/static knows how to answer.
    app.register(fastifyStatic, { root: join(folder, 'media'), serve: false, cacheControl: false });
    app.get('/media/:file', { schema: { params: MediaParams }, config: { access: 'public' } }, async (request, reply) =>
      reply.header('cache-control', 'public, max-age=86400').sendFile(request.params.file));
  }

  // What links in an LMS mean (contract.md, targets that stay), opened without one: by a bookmark, or a pasted address.
  for (const target of ['/weeks/:key', '/workshops/:key', '/assignments/:key', '/plan']) {
    app.get(target, { config: { access: 'public' } }, async () => { throw new NotFromCourse(); });
  }

  app.get('/', { config: { access: 'public' } }, async (_request, reply) => {
    const { programme } = programmes.current;
    return reply.page(programmePage({ programme, help: programme.help, reader: 'visitor', home: null, mediaAddress }));
  });
};

/** `GET /programme`, inside a sign-in: the version that the viewer's cohort started with. */
export const programme: FastifyPluginAsyncTypebox<Services> = async (app, { programmes }) => {
  app.get('/programme', { schema: { querystring: ProgrammeQuery }, config: { access: everyone } }, async (request, reply) => {
    const { viewer, at } = request;
    const material = viewer.cohort ? await programmes.find(viewer.cohort.programmeVersionId) : programmes.current.programme;
    return reply.page(programmePage({
      programme: material,
      help: viewer.organisation?.help ?? material.help,
      reader: viewer.role === 'guest' ? 'guest' : 'member',
      guestBecause: request.query.guest ?? 'no-role',
      home: participants.some((role) => role === viewer.role) ? at('/') : null,
      glossary: material.glossary ? at('/glossary') : null,
      cards: viewer.cohort && participants.some((role) => role === viewer.role) && material.weeks.some(({ cards }) => cards) ? at('/cards') : null,
      mediaAddress,
    }));
  });

  app.get('/glossary', { config: { access: everyone } }, async ({ viewer, at }, reply) => {
    const material = viewer.cohort ? await programmes.find(viewer.cohort.programmeVersionId) : programmes.current.programme;
    const reads = viewer.cohort !== null && participants.some((role) => role === viewer.role);
    return reply.page(glossaryPage({ programme: material, week: reads ? (number) => at(`/weeks/${number}`) : null }));
  });
};
