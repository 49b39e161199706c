// Light, dark or as the system says: remembered by a cookie, with scripts or without.
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import { Type } from 'typebox';
import { themeCookie } from '../../plugins/chrome.ts';
import { cookieAttributes } from '../../plugins/sign-in.ts';
import type { Services } from '../../services.ts';

const AppearanceForm = Type.Object({
  theme: Type.Union([Type.Literal('auto'), Type.Literal('light'), Type.Literal('dark')]),
  back: Type.String({ maxLength: 2048, default: '/' }),
});
const aYear = 365 * 24 * 60 * 60;

export const appearance: FastifyPluginAsyncTypebox<Services> = async (app, { config }) => {
  app.post('/appearance', { schema: { body: AppearanceForm }, config: { access: 'public' } }, async (request, reply) => {
    const { theme, back } = request.body;
    if (theme === 'auto') reply.clearCookie(themeCookie, cookieAttributes);
    else reply.setCookie(themeCookie, theme, { ...cookieAttributes, httpOnly: false, maxAge: aYear });
    return reply.redirect(ownPath(back, config.publicUrl), 303);
  });
};

/**
 * The path of ours that an address means, `/` for any other host. Read as browsers read it (WHATWG URL: tabs and line
 * ends vanish, a backslash is a slash), because `/\t/elsewhere` is another host to them.
 */
function ownPath(address: string, publicUrl: string): string {
  const url = URL.parse(address, publicUrl);
  if (!url || url.origin !== publicUrl || url.pathname.startsWith('//')) return '/';
  return url.pathname + url.search;
}
