// One place where whatever goes wrong becomes a page with a reference number.
import createError from '@fastify/error';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Pool } from 'pg';
import { isDatabaseAway, run } from '../database.ts';
import { createRefusalBudget, lastRow, networkOf } from './refusal-budget.ts';
import { errorPage, homePath } from './views.ts';

/** A page that does not exist, or a row that this viewer may not see: the two look the same. */
export const NotFound = createError('COACHLINE_NOT_FOUND', 'There is nothing here.', 404);

const insertRefusal = {
  name: 'insert-page-refusal',
  text: `insert into audit_event (at, action, reason, reference, organisation_id, actor_id, detail) values ($1, 'request.refused', $2, $3, $4, $5, $6)`,
};

/**
 * 4xx are answers, logged as information, and leave an audit row with a reason (contract.md, refusals); the database
 * being away is 503; anything else is a bug of ours, logged once with its stack, and 500.
 */
export function errors(app: FastifyInstance, { sql }: { sql: Pool }): void {
  // Of each other's flood neither takes anything: an address that begins like a sign-in's is refused to any bot.
  const budgets = { signedIn: createRefusalBudget(), anybody: createRefusalBudget({ network: 100, all: 2_000 }) };
  app.setErrorHandler<FastifyError>(async (error, request, reply) => {
    const status = isDatabaseAway(error) ? 503 : statusOf(error);
    if (status >= 500) request.log.error({ err: error, reference: request.id }, status === 503 ? 'database away' : 'failed');
    else await audit(request, status, reasonOf(error, status));
    return sendErrorPage(request, reply, status, error.code);
  });
  app.setNotFoundHandler((request, reply) => sendErrorPage(request, reply, 404));

  async function audit(request: FastifyRequest, status: number, reason: string): Promise<void> {
    const { viewer, now } = request;
    // Where nobody is signed in an address at which nothing is refuses nobody anything.
    if (!viewer && (status === 404 || request.routeOptions.url === undefined)) return;
    try {
      const budget = (viewer ? budgets.signedIn : budgets.anybody)(networkOf(request.ip), now);
      if (budget === 'silent') return;
      const detail = { method: request.method, route: request.routeOptions.url ?? null, ...lastRow(budget) };
      await run(sql, insertRefusal, [String(now), reason, request.id, viewer?.organisation?.id ?? null, viewer?.personId ?? viewer?.administratorId ?? null, JSON.stringify(detail)]);
    } catch (error) {
      // The answer is the same without it.
      request.log.error({ err: error, reference: request.id }, 'a refusal was not kept');
    }
  }
}

const ownReasons: Record<string, string> = {
  COACHLINE_SIGN_IN_ENDED: 'page.signed_out', COACHLINE_LINK_SPENT: 'link.spent', COACHLINE_NOT_FOR_YOU: 'page.not_for_role', COACHLINE_OTHER_SITE: 'request.other_site', COACHLINE_NOT_FROM_COURSE: 'page.not_from_course',
};

/** The reason code of a refused request: that of the error where it is ours, else by its status. */
function reasonOf({ code }: FastifyError, status: number): string {
  return ownReasons[code] ?? (status === 404 ? 'page.not_found' : status === 413 ? 'request.too_large' : 'request.malformed');
}

/**
 * An address that the router cannot even read (`/%`, a value longer than any of ours). No hook has run and no decorator
 * is there, so the page is made by hand.
 */
export async function unreadableAddress(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { template, data } = errorPage({ status: 404, reference: request.id, home: null });
  const page = await app.view(template, data).catch(() => 'There is nothing at this address.');
  reply.code(404).headers({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'" });
  reply.type('text/html; charset=utf-8').send(page);
}

/** An address with a part that cannot be (`/weeks/abc`) is an address where nothing is. */
function statusOf({ statusCode, validation, validationContext }: FastifyError): number {
  if (validation) return validationContext === 'params' ? 404 : 400;
  return statusCode !== undefined && statusCode >= 400 && statusCode < 500 ? statusCode : 500;
}

function sendErrorPage(request: FastifyRequest, reply: FastifyReply, status: number, cause = ''): FastifyReply {
  if (status === 503) reply.header('retry-after', '10');
  const home = request.viewer ? request.at(homePath(request.viewer.role)) : null;
  return reply.code(status).page(errorPage({ status, cause, reference: request.id, home }));
}
