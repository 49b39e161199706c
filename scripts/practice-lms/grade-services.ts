// Assignment and Grade Services 2.0 over HTTP: line items, scores, results.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Column, ColumnFacts } from './grade-book.ts';
import type { Platform, RegisteredTool } from './platform.ts';
import { judgeScore } from './score-rules.ts';
import type { Course } from './school.ts';
import { enter, jsonObjectIn, nextPageUrl, pageIn, sendJson } from './service-door.ts';
import type { Entry } from './service-door.ts';
import { mediaTypes, scopes } from './services.ts';

type ItemRequest = FastifyRequest<{ Params: { course: string; number: string } }>;

const readScopes = [scopes.lineItem, scopes.lineItemRead];

export function serveGrades(app: FastifyInstance, platform: Platform): void {
  const { gradeBook } = platform;
  const notHere = (reply: FastifyReply) => reply.code(404).send({ error: 'There is no such course or line item.' });

  app.get<{ Params: { course: string } }>('/ags/:course/line-items', { config: { practiceService: 'line-items' } }, async (request, reply) => {
    const tool = enter(platform, request, reply, { scopes: readScopes, accept: mediaTypes.lineItems });
    if (!tool) return reply;
    if (!courseOf(request.params.course)) return notHere(reply);
    const url = urlOf(request);
    const wanted = (column: Column) => [['resource_id', 'resourceId'], ['tag', 'tag'], ['resource_link_id', 'resourceLinkId']]
      .every(([parameter, fact]) => !url.searchParams.has(parameter!) || column.facts[fact!] === url.searchParams.get(parameter!));
    const columns = gradeBook.columns(request.params.course).filter((column) => column.clientId === tool.clientId && wanted(column));
    return sendPage(reply, url, columns.map(lineItemOf), { usual: platform.profile.lineItems.pageSize, type: mediaTypes.lineItems });
  });

  app.post<{ Params: { course: string } }>('/ags/:course/line-items', { config: { practiceService: 'line-items' } }, async (request, reply) => {
    const tool = enter(platform, request, reply, { scopes: [scopes.lineItem], contentType: mediaTypes.lineItem });
    if (!tool) return reply;
    const course = courseOf(request.params.course);
    if (!course) return notHere(reply);
    const facts = factsIn(request.body);
    if (typeof facts === 'string') return reply.code(400).send({ error: facts });
    if (facts.resourceLinkId !== undefined && !course.links.some(({ resourceLinkId }) => resourceLinkId === facts.resourceLinkId)) {
      return reply.code(404).send({ error: 'resourceLinkId names no link of this course.' });
    }
    const column = gradeBook.addColumn(course.id, facts, { clientId: tool.clientId });
    return sendJson(reply.code(201).header('location', gradeBook.urlOf(column)), mediaTypes.lineItem, lineItemOf(column));
  });

  app.get('/ags/:course/line-items/:number', { config: { practiceService: 'line-item' } }, async (request: ItemRequest, reply) => {
    const { column } = enterColumn(request, reply, { scopes: readScopes, accept: mediaTypes.lineItem });
    return column ? sendJson(reply, mediaTypes.lineItem, lineItemOf(column)) : reply;
  });

  app.put('/ags/:course/line-items/:number', { config: { practiceService: 'line-item' } }, async (request: ItemRequest, reply) => {
    const { column } = enterColumn(request, reply, { scopes: [scopes.lineItem], contentType: mediaTypes.lineItem });
    if (!column) return reply;
    const facts = factsIn(request.body);
    if (typeof facts === 'string') return reply.code(400).send({ error: facts });
    // The link that a column belongs to is not the tool's to change (AGS 2.0, 3.2.7).
    const { resourceLinkId } = column.facts;
    column.facts = { ...facts, ...(resourceLinkId !== undefined && { resourceLinkId }) };
    return sendJson(reply, mediaTypes.lineItem, lineItemOf(column));
  });

  app.delete('/ags/:course/line-items/:number', { config: { practiceService: 'line-item' } }, async (request: ItemRequest, reply) => {
    const { column } = enterColumn(request, reply, { scopes: [scopes.lineItem] });
    if (!column) return reply;
    const refusal = platform.profile.lineItems.refusesDeletionOfCoupled;
    if (column.coupled && refusal) return reply.code(refusal.status).send(refusal.body);
    gradeBook.deleteColumn(column);
    return reply.code(204).send();
  });

  app.post('/ags/:course/line-items/:number/scores', { config: { practiceService: 'scores' } }, async (request: ItemRequest, reply) => {
    const { column, course } = enterColumn(request, reply, { scopes: [scopes.score], contentType: mediaTypes.score });
    if (!column) return reply;
    const { scores: habits } = platform.profile;
    const outcome = judgeScore({ score: jsonObjectIn(request.body), column, habits, standing: (sub) => platform.roster.standing(course.id, sub), now: platform.clock() });
    if (!outcome.taken) return outcome.body === null ? reply.code(outcome.status).send() : reply.code(outcome.status).send(outcome.body);
    const { userId } = jsonObjectIn(request.body) as { userId: string };
    column.cells.set(userId, outcome.cell);
    const { status, namesResult } = habits.success;
    return namesResult ? reply.code(status).send({ resultUrl: resultUrl(column, userId) }) : reply.code(status).send();
  });

  app.get('/ags/:course/line-items/:number/results', { config: { practiceService: 'results' } }, async (request: ItemRequest, reply) => {
    const { column } = enterColumn(request, reply, { scopes: [scopes.resultRead], accept: mediaTypes.results });
    if (!column) return reply;
    const url = urlOf(request);
    const { limitFails, filterDropsComments, pageSize: usual } = platform.profile.results;
    if (limitFails && url.searchParams.has('limit')) return reply.code(500).type('text/html').send('');
    const userId = url.searchParams.get('user_id');
    const results = [...column.cells].filter(([sub]) => userId === null || sub === userId).map(([sub, { score, comment }]) => ({
      id: resultUrl(column, sub), scoreOf: gradeBook.urlOf(column), userId: sub,
      ...(score !== null && { resultScore: score }), resultMaximum: column.facts.scoreMaximum,
      ...(comment !== null && !(userId !== null && filterDropsComments) && { comment }),
    }));
    return sendPage(reply, url, results, { usual, type: mediaTypes.results });
  });

  /** The column of an address when the caller may have it; without one the reply is sent. */
  function enterColumn(request: ItemRequest, reply: FastifyReply, entry: Entry): { column: Column; course: Course; tool: RegisteredTool } | { column: null; course: null } {
    const tool = enter(platform, request, reply, entry);
    if (!tool) return { column: null, course: null };
    const course = courseOf(request.params.course);
    const column = gradeBook.column(request.params.course, Number(request.params.number));
    if (course && column?.clientId === tool.clientId) return { column, course, tool };
    void notHere(reply);
    return { column: null, course: null };
  }

  function sendPage(reply: FastifyReply, url: URL, things: readonly unknown[], { usual, type }: { usual: number | null; type: string }) {
    const page = pageIn(url.searchParams, { usual: gradeBook.pageSize === undefined ? usual : gradeBook.pageSize });
    if (!page) return reply.code(400).send({ error: 'limit and from must be whole numbers.' });
    const next = nextPageUrl(url, page, things.length);
    if (next) reply.header('link', linkHeader(next));
    return sendJson(reply, type, things.slice(page.from, page.size === null ? undefined : page.from + page.size));
  }

  function linkHeader(next: URL): string {
    if (!platform.profile.lineItems.garblesNextLink) return `<${next.href}>; rel="next"`;
    // Node writes headers as Latin-1: these are the UTF-8 bytes of the curly quotes.
    return Buffer.from(`<${next.href.replaceAll('&', '&amp;')}>; rel=\u201cnext\u201d`).toString('latin1');
  }

  function lineItemOf(column: Column) {
    return { ...column.facts, id: gradeBook.urlOf(column) };
  }

  function resultUrl(column: Column, sub: string): string {
    const url = new URL(gradeBook.urlOf(column, '/results'));
    url.searchParams.set('user_id', sub);
    return url.href;
  }

  function courseOf(courseId: string): Course | undefined {
    return platform.courses.find(({ id }) => id === courseId);
  }

  function urlOf(request: FastifyRequest): URL {
    return new URL(request.url, platform.issuer);
  }
}

/** Writes down every POST to /scores, in order, whatever becomes of it. Must stand before whatever may refuse it. */
export function recordArrivals(app: FastifyInstance, platform: Platform): void {
  const { gradeBook } = platform;
  const open = new WeakMap<FastifyRequest, (status: number) => void>();
  app.addHook('preHandler', async (request) => {
    if (request.routeOptions.config.practiceService !== 'scores') return;
    const { course, number } = (request as ItemRequest).params;
    const column = gradeBook.column(course, Number(number));
    const score = jsonObjectIn(request.body);
    const arrival = {
      at: platform.clock(), courseId: course, lineItem: column ? gradeBook.urlOf(column) : `${platform.issuer}${request.url.replace('/scores', '')}`, label: column?.facts.label ?? null,
      userId: score?.['userId'], score, timestamp: score?.['timestamp'], status: null as number | null,
    };
    gradeBook.arrivals.push(arrival);
    open.set(request, (status) => { arrival.status = status; });
  });
  app.addHook('onSend', async (request, reply) => { open.get(request)?.(reply.statusCode); });
}

/** A line item as it was posted; a text says what is wrong with it. */
function factsIn(body: unknown): ColumnFacts | string {
  const given = jsonObjectIn(body);
  if (!given) return 'The body is no JSON object.';
  const { id: _id, ...facts } = given;
  const { label, scoreMaximum } = facts;
  if (typeof label !== 'string' || label.trim() === '') return 'label is missing.';
  if (typeof scoreMaximum !== 'number' || !(scoreMaximum > 0)) return 'scoreMaximum must be a number above 0.';
  for (const name of ['resourceId', 'tag', 'resourceLinkId']) if (name in facts && typeof facts[name] !== 'string') return `${name} must be text.`;
  for (const name of ['startDateTime', 'endDateTime']) if (name in facts && Number.isNaN(Date.parse(String(facts[name])))) return `${name} must be ISO 8601.`;
  return facts as ColumnFacts;
}
