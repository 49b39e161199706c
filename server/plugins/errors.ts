// One place where whatever goes wrong becomes a page with a reference number.
import createError from '@fastify/error';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseAway } from '../database.ts';
import { errorPage, homePath } from './views.ts';

/** A page that does not exist, or a row that this viewer may not see: the two look the same. */
export const NotFound = createError('COACHLINE_NOT_FOUND', 'There is nothing here.', 404);

/**
 * 4xx are answers, logged as information; the database being away is 503; anything else is a bug of ours, logged once
 * with its stack, and 500.
 */
export function errors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const status = isDatabaseAway(error) ? 503 : statusOf(error);
    if (status >= 500) request.log.error({ err: error, reference: request.id }, status === 503 ? 'database away' : 'failed');
    return sendErrorPage(request, reply, status);
  });
  app.setNotFoundHandler((request, reply) => sendErrorPage(request, reply, 404));
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

function sendErrorPage(request: FastifyRequest, reply: FastifyReply, status: number): FastifyReply {
  if (status === 503) reply.header('retry-after', '10');
  const home = request.viewer ? request.at(homePath(request.viewer.role)) : null;
  return reply.code(status).page(errorPage({ status, reference: request.id, home }));
}
