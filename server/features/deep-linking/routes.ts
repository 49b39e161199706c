// Choosing content for a course of the LMS (Deep Linking 2.0): the page that a request opens, and the answer.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Static } from 'typebox';
import { decideChoice, placeOf, presentItem, requestState } from '../../domain/content-items.ts';
import type { ChoiceRefusal, Opening, Place } from '../../domain/content-items.ts';
import { deepLinkingField, mayReturnTo } from '../../lti/deep-linking.ts';
import type { ResourceLinkItem } from '../../lti/deep-linking.ts';
import { profileOf } from '../../lti/lms-profiles.ts';
import { toolAt } from '../../lti/tool.ts';
import { deciders, staff } from '../../plugins/access.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Services } from '../../services.ts';
import { answerRequest, auditRefusedAnswer } from './actions.ts';
import type { Answer } from './actions.ts';
import { listChoosable } from './choosable.ts';
import type { Choosable } from './choosable.ts';
import { answerPage, choicePage, noCohortPage, noLinksPage, refusedChoicePage } from './pages.ts';
import type { ChoiceInput } from './pages.ts';
import { findHeld, findOptionalRequestFor } from './queries.ts';
import type { RequestRow } from './queries.ts';
import { ChoiceBody, ChoiceQuery, RequestParams } from './schemas.ts';

/** A request that can be answered, and what it can be answered with. */
type OpenRequest = { row: RequestRow; place: Place; returnOrigin: string; choosable: Choosable[]; held: Map<string, Temporal.Instant | null> };

const statuses: Record<ChoiceRefusal, number> = { answered: 409, expired: 403, altered: 403, address: 400, takes_no_links: 403 };

export const deepLinking: FastifyPluginAsyncTypebox<Services> = async (app, { config, programmes, sealing, sql }) => {
  const tool = toolAt(config.publicUrl);

  // The LMS shows this in a window of its own and waits: no other place to go but on and back.
  app.addHook('preHandler', async (_request, reply) => {
    if (reply.locals) reply.locals = { chrome: { ...reply.locals.chrome, nav: [] } };
  });

  app.get('/deep-linking/:request', { schema: { params: RequestParams, querystring: ChoiceQuery }, config: { access: staff } }, async (request, reply) => {
    const open = await openRequest(request, reply, request.params.request);
    if (!open) return reply;
    const { at, query, viewer } = request;
    const { acceptTypes } = open.row.settings;
    if (!open.place.takesLinks) {
      await auditRefusedAnswer(sql, viewer, open.row, { reason: 'takes_no_links', reference: request.id }, request.now);
      return reply.page(noLinksPage({ at, requestId: open.row.id, acceptTypes, lmsName: profileOf(open.row).name, reference: request.id }));
    }
    if (!viewer.cohort && !query.without) {
      return reply.page(noCohortPage({ at, requestId: open.row.id, courseTitle: viewer.context?.title ?? null, mayStart: deciders.some((role) => role === viewer.role) }));
    }
    return sendChoicePage(request, reply, open, query, query.notice);
  });

  app.post('/deep-linking/:request/choice', { schema: { params: RequestParams, body: ChoiceBody }, config: { access: staff } }, async (request, reply) => {
    const open = await openRequest(request, reply, request.params.request);
    if (!open) return reply;
    const { item, whole, opening, dates, cohort } = request.body;
    const { place, choosable, held } = open;
    const form = { items: item, whole: whole ?? null, opening: opening ?? null, withDates: dates, cohort: cohort ?? null };
    const decision = decideChoice(form, { place, choosable, held: new Set(held.keys()), cohort: request.viewer.cohort?.id ?? null });
    if (decision.good) return sendAnswer(request, reply, open, { keys: decision.keys, items: itemsOf(choosable, decision), notes: {} });
    if (decision.reason === 'altered') return sendRefusal(request, reply, open.row, 'altered');
    return sendChoicePage(request, reply.code(422), open, { item, opening, dates, search: '', shown: true, without: false }, 'nothing');
  });

  app.post('/deep-linking/:request/cancellation', { schema: { params: RequestParams }, config: { access: staff } }, async (request, reply) => {
    const open = await openRequest(request, reply, request.params.request);
    if (!open) return reply;
    return sendAnswer(request, reply, open, { keys: [], items: [], notes: { message: 'Nothing was chosen in Coachline.' } });
  });

  /** The request of this sign-in; null when it leads nowhere, and then a page says why. */
  async function openRequest(request: FastifyRequest, reply: FastifyReply, id: string): Promise<OpenRequest | null> {
    const { now, viewer } = request;
    const row = await findOptionalRequestFor(sql, viewer, id);
    if (!row) throw new NotFound();
    const state = requestState(row, now);
    if (state !== 'open') {
      await sendRefusal(request, reply, row, state);
      return null;
    }
    // Checked here too: what is allowed may have changed since the launch.
    const returnOrigin = mayReturnTo(row.settings, { allowLocal: config.allowLocalPlatforms }) ? plainOrigin(row.settings.returnUrl) : null;
    if (returnOrigin === null) {
      await sendRefusal(request, reply, row, 'address');
      return null;
    }
    // While the LMS waits, Cancel is the way back: any other would leave it waiting.
    if (reply.locals) reply.locals = { chrome: { ...reply.locals.chrome, wayBack: null } };
    // Whoever gets the answer may show the page on which it is chosen.
    reply.frameOrigins = [...new Set([...(reply.frameOrigins ?? []), returnOrigin])];
    const programme = viewer.cohort ? await programmes.find(viewer.cohort.programmeVersionId) : programmes.current.programme;
    const choosable = listChoosable(programme, viewer.cohort);
    const { targets, chosen } = await findHeld(sql, row.contextId);
    const held = new Map(choosable.filter(({ key, target }) => chosen.has(key) || targets.has(target)).map(({ key }) => [key, chosen.get(key) ?? null]));
    return { row, place: placeOf(row.settings), returnOrigin, choosable, held };
  }

  function sendChoicePage(request: FastifyRequest, reply: FastifyReply, { row, place, choosable, held }: OpenRequest, query: Static<typeof ChoiceQuery>, notice: ChoiceInput['notice']) {
    const { at, viewer } = request;
    const { targetLinkUri, text, title, url } = row.settings;
    const present = presentItem(choosable, { path: pathOf(url) ?? pathOf(targetLinkUri), title: title ?? null, text: text ?? null })?.key ?? null;
    const asked = query.shown ? query.item : present === null ? [] : [present];
    return reply.page(choicePage({
      at, english: viewer.english, place, choosable, held, present, notice,
      requestId: row.id,
      courseTitle: viewer.context?.title ?? null,
      lms: profileOf(row),
      cohort: viewer.cohort,
      search: query.search.trim(),
      form: { items: asked, opening: place.openings.find((opening) => opening === query.opening) ?? null, withDates: query.shown ? query.dates : true },
    }));
  }

  /** The way back is open to this one page, and to this one address. */
  async function sendAnswer(request: FastifyRequest, reply: FastifyReply, { row, returnOrigin }: OpenRequest, answer: Answer) {
    const { now, viewer } = request;
    const outcome = await answerRequest(sql, sealing, viewer, row, answer, now);
    if (outcome.outcome === 'refused') return sendRefusal(request, reply, row, outcome.reason);
    reply.formOrigin = returnOrigin;
    return reply.page(answerPage({
      returnUrl: row.settings.returnUrl, field: { name: deepLinkingField, value: outcome.token }, count: answer.items.length, courseTitle: viewer.context?.title ?? null,
    }));
  }

  async function sendRefusal(request: FastifyRequest, reply: FastifyReply, row: RequestRow, reason: Exclude<ChoiceRefusal, 'takes_no_links'>) {
    await auditRefusedAnswer(sql, request.viewer, row, { reason, reference: request.id }, request.now);
    return reply.code(statuses[reason]).page(refusedChoicePage({ reason, again: request.at(`/deep-linking/${row.id}`), reference: request.id }));
  }

  /** The links that were chosen, whole: what the place does not take of them is left out when they are signed. */
  function itemsOf(choosable: readonly Choosable[], { keys, opening, withDates }: { keys: readonly string[]; opening: Opening | null; withDates: boolean }): ResourceLinkItem[] {
    return choosable.filter(({ key }) => keys.includes(key)).map(({ title, text, target, graded, dates }) => ({
      title, text,
      url: config.publicUrl + target,
      icon: { url: tool.iconUrl, width: 64, height: 64 },
      ...(opening && { opening }),
      ...(graded && {
        lineItem: {
          label: graded.label, scoreMaximum: graded.scoreMaximum, resourceId: graded.resourceId, tag: graded.tag,
          submissionReview: { reviewableStatus: ['Submitted', 'Completed'], label: graded.review },
        },
      }),
      ...(withDates && dates && { available: { startDateTime: dates.opensAt }, ...(dates.dueAt && { submission: { startDateTime: dates.opensAt, endDateTime: dates.dueAt } }) }),
    }));
  }

  /** The path of an address of ours; null for any other. */
  function pathOf(address: string | undefined): string | null {
    const url = URL.parse(address ?? '');
    return url?.origin === config.publicUrl ? url.pathname : null;
  }
};

/** An origin as it may stand in a header; null for a host name with signs that mean something there. */
function plainOrigin(address: string): string | null {
  const url = URL.parse(address);
  return url && /^(?:[\w.-]+|\[[\da-f:.]+\])$/.test(url.hostname) ? url.origin : null;
}
