// Light, dark or as the system says: remembered by a cookie, with scripts or without.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { themeCookie } from '../../plugins/chrome.ts';
import { cookieAttributes } from '../../plugins/sign-in.ts';

const AppearanceForm = Type.Object({
  theme: Type.Union([Type.Literal('auto'), Type.Literal('light'), Type.Literal('dark')]),
  // A path of ours, never another host.
  back: Type.String({ pattern: '^/(?![/\\\\])[^\\r\\n]*$', maxLength: 2048, default: '/' }),
});
const aYear = 365 * 24 * 60 * 60;

export const appearance: FastifyPluginAsyncTypebox = async (app) => {
  app.post('/appearance', { schema: { body: AppearanceForm }, config: { access: 'public' } }, async (request, reply) => {
    const { theme, back } = request.body;
    if (theme === 'auto') reply.clearCookie(themeCookie, cookieAttributes);
    else reply.setCookie(themeCookie, theme, { ...cookieAttributes, httpOnly: false, maxAge: aYear });
    return reply.redirect(back, 303);
  });
};
