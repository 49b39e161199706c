// The key set that platforms fetch to check what we sign, and the operators' page about it.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Services } from '../../services.ts';
import { replaceToolKeys, rotateToolKeys } from './actions.ts';
import { keysPage } from './pages.ts';
import { listKeys, listPublicKeys } from './queries.ts';
import { KeysForm, KeysQuery } from './schemas.ts';

export const toolKeys: FastifyPluginAsyncTypebox<Services> = async (app, { sql }) => {
  app.get('/lti/jwks', { config: { access: 'public' } }, async (request, reply) => {
    // Browser-based checkers of LMS administrators read it from other origins.
    reply.header('cache-control', 'public, max-age=300').header('access-control-allow-origin', '*');
    return { keys: await listPublicKeys(sql, request.now) };
  });
};

/** Inside a sign-in. */
export const toolKeyAdministration: FastifyPluginAsyncTypebox<Services> = async (app, { config, sealing, sql }) => {
  app.get('/admin/tool-keys', { schema: { querystring: KeysQuery }, config: { access: ['operator'] } }, async (request, reply) =>
    reply.page(keysPage({ at: request.at, english: request.viewer.english, now: request.now, keys: await listKeys(sql), keySetUrl: `${config.publicUrl}/lti/jwks`, notice: request.query.notice ?? null })));

  app.post('/admin/tool-keys', { schema: { body: KeysForm }, config: { access: ['operator'] } }, async (request, reply) => {
    const done = (notice: string) => reply.redirect(request.at(`/admin/tool-keys?notice=${notice}`), 303);
    if (request.body.because === 'lost') {
      await replaceToolKeys(sql, sealing, request.viewer, request.now);
      return done('replaced');
    }
    const { made } = await rotateToolKeys(sql, sealing, request.viewer, request.now);
    return done(made === null ? 'coming' : 'made');
  });
};
