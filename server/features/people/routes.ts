// Signing in by an administrator's link, what is kept of whoever is signed in, and signing out.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import createError from '@fastify/error';
import { Type } from 'typebox';
import { returnLink } from '../../lti/return-link.ts';
import { everyone } from '../../plugins/access.ts';
import { endSignIn, giveSignIn } from '../../plugins/sign-in.ts';
import type { Services } from '../../services.ts';
import { signInByLink } from './actions.ts';
import { privacyPage, signedOutPage } from './pages.ts';
import { findOptionalKeptData } from './queries.ts';

const LinkSpent = createError('COACHLINE_LINK_SPENT', 'This sign-in link was used already, or its fifteen minutes are over.', 401);
const LinkParams = Type.Object({ token: Type.String({ pattern: '^[\\w-]{20,100}$' }) });

/** Outside of any sign-in. HEAD is not offered, so that a link checker does not spend the link. */
export const signInLinks: FastifyPluginAsyncTypebox<Services> = async (app, { sql }) => {
  app.get('/sign-in/:token', { schema: { params: LinkParams }, config: { access: 'public' }, exposeHeadRoute: false }, async (request, reply) => {
    const signIn = await signInByLink(sql, request.params.token, request.now);
    if (!signIn) throw new LinkSpent();
    await giveSignIn(sql, request, reply, signIn);
    return reply.redirect(`/in/${signIn.id}/admin/platforms`, 303);
  });

  app.get('/signed-out', { config: { access: 'public' } }, async (_request, reply) => reply.page(signedOutPage()));
};

/** Inside a sign-in. */
export const people: FastifyPluginAsyncTypebox<Services> = async (app, { sql }) => {
  app.get('/privacy', { config: { access: everyone } }, async (request, reply) => {
    const { viewer } = request;
    return reply.page(privacyPage({ kept: await findOptionalKeptData(sql, viewer), organisationName: viewer.organisation?.name ?? null, timeZone: viewer.cohort?.timeZone ?? 'UTC', english: viewer.english }));
  });

  app.post('/sign-out', { config: { access: everyone } }, async (request, reply) => {
    const { context, returnUrl } = request.viewer;
    await endSignIn(sql, request, reply);
    const href = returnLink(returnUrl, { message: 'You are signed out of Coachline. What you saved is kept.', log: 'signed-out' });
    // Not a redirect: only this answer still knows the way back.
    return href === null ? reply.redirect('/signed-out', 303) : reply.page(signedOutPage({ wayBack: { href, label: context ? 'Back to the course' : 'Back to your LMS' } }));
  });
};
