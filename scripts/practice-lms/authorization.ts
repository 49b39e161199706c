// The OpenID Connect authorisation endpoint: answers the tool's request with a token, or says why not.
import type { FastifyInstance, FastifyReply } from 'fastify';
import { formOf, queryOf, show } from './layout.ts';
import * as pages from './pages.ts';
import type { Platform } from './platform.ts';

/** The OpenID Connect authorisation endpoint (Security Framework 1.0, 5.1.1.2 and 5.1.1.3). */
export function serveAuthorization(app: FastifyInstance, platform: Platform) {
  app.get('/auth', async (request, reply) => answer(queryOf(request), reply));
  app.post('/auth', async (request, reply) => answer(formOf(request), reply));

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
