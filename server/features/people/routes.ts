// Signing in by an administrator's link, and signing out.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import createError from '@fastify/error';
import { Type } from 'typebox';
import { everyone } from '../../plugins/access.ts';
import { cookieAttributes, cookieOfSignIn, endSignIn } from '../../plugins/sign-in.ts';
import type { Services } from '../../services.ts';
import { signInByLink } from './actions.ts';
import { signedOutPage } from './pages.ts';

const LinkSpent = createError('COACHLINE_LINK_SPENT', 'This sign-in link was used already, or its fifteen minutes are over.', 401);
const LinkParams = Type.Object({ token: Type.String({ pattern: '^[\\w-]{20,100}$' }) });

/** Outside of any sign-in. HEAD is not offered, so that a link checker does not spend the link. */
export const signInLinks: FastifyPluginAsyncTypebox<Services> = async (app, { sql }) => {
  app.get('/sign-in/:token', { schema: { params: LinkParams }, config: { access: 'public' }, exposeHeadRoute: false }, async (request, reply) => {
    const signIn = await signInByLink(sql, request.params.token, request.now);
    if (!signIn) throw new LinkSpent();
    reply.setCookie(cookieOfSignIn(signIn.id), signIn.secret, cookieAttributes);
    return reply.redirect(`/in/${signIn.id}/admin/platforms`, 303);
  });

  app.get('/signed-out', { config: { access: 'public' } }, async (_request, reply) => reply.page(signedOutPage()));
};

/** Inside a sign-in. */
export const signOut: FastifyPluginAsyncTypebox<Services> = async (app, { sql }) => {
  app.post('/sign-out', { config: { access: everyone } }, async (request, reply) => {
    await endSignIn(sql, request, reply);
    return reply.redirect('/signed-out', 303);
  });
};
