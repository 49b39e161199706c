// The key set that platforms fetch to check what we sign.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Services } from '../../services.ts';
import { listPublicKeys } from './queries.ts';

export const toolKeys: FastifyPluginAsyncTypebox<Services> = async (app, { sql }) => {
  app.get('/lti/jwks', { config: { access: 'public' } }, async (_request, reply) => {
    // Browser-based checkers of LMS administrators read it from other origins.
    reply.header('cache-control', 'public, max-age=300').header('access-control-allow-origin', '*');
    return { keys: await listPublicKeys(sql) };
  });
};
