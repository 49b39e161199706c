// Pages: one Eta engine that refuses to print what is not there, and `reply.page`.
import { join } from 'node:path';
import fastifyView from '@fastify/view';
import { Eta } from 'eta';
import type { FastifyInstance } from 'fastify';
import type { English } from '../format.ts';
import type { AssetAddress } from './assets.ts';
import type { ConstantPart } from './page-bytes.ts';

/** Name and data of a template as one value; every page function returns one (`satisfies Page`). */
export type Page = { template: string; data: { title: string } & Record<string, unknown> };

/**
 * What surrounds a page and depends on who reads it; everything else comes from the page function.
 * Set once per request, after sign-in: `reply.locals = { chrome }`. A page without it gets `publicChrome`.
 */
export type Chrome = {
  /** Where the word Coachline leads: `/`, or the sign-in's own home. */
  home: string;
  /** '' on public pages, '/in/SIGNIN' inside a sign-in; layouts write the sign-out form's address with it. */
  base: string;
  theme: Theme;
  /** Path and query of this page: `POST /appearance` returns here. */
  back: string;
  /** How days and times are told to this reader, for the scripts of a page. */
  english: English;
  /** Where the LMS wants people back, and what it is called; null where the LMS does not say. */
  wayBack: { href: string; label: string } | null;
  /** The origins that may frame this page, one space between two, for the script that speaks to them; null outside of a frame. */
  frameOrigins: string | null;
  /** Null where nobody is signed in. `role` is a word for people: 'learner', 'faculty', 'test learner'. */
  viewer: { name: string; role: string } | null;
  /** At most one is current. */
  nav: NavItem[];
  /** One sentence over every page of this sign-in, such as that nothing is recorded; null for none. */
  banner: string | null;
  /** The organisation's help line, or the programme's; null hides it. */
  help: { telephone: string; days: string; hours: string } | null;
  /** Under `npm run dev`, on pages that show the content folder: changes with what it holds (plugins/preview.ts). */
  preview?: string;
};

export type Theme = 'auto' | 'light' | 'dark';
export type NavItem = { label: string; href: string; current: boolean };

export const publicChrome: Chrome = { home: '/', base: '', theme: 'auto', back: '/', english: 'en-GB', wayBack: null, frameOrigins: null, viewer: null, nav: [], banner: null, help: null };

export type Role = 'operator' | 'administrator' | 'faculty' | 'assistant' | 'learner' | 'mentor' | 'guest';

/**
 * The navigation of a sign-in: few places, the same words for the same place in every role.
 * @param at adds the sign-in's prefix to a path
 * @param path the path of this page without the prefix, to mark it as current
 */
export function navigation({ role, at, path }: { role: Role; at: (path: string) => string; path: string }): NavItem[] {
  const teaches = role === 'faculty' || role === 'assistant' || role === 'administrator';
  const governs = role === 'administrator' || role === 'operator';
  const items: [string, string][] = [];
  if (teaches) items.push(['Cohort', '/cohort'], ['Grading', '/grading'], ['Weeks', '/'], ['Discussion', '/discussion'], ['Workshops', '/workshops'], ['Attendance', '/attendance']);
  if (role === 'learner') items.push(['Home', '/'], ['Progress', '/progress'], ['Plan', '/plan'], ['Discussion', '/discussion'], ['Workshops', '/workshops']);
  if (role === 'mentor') items.push(['Weeks', '/']);
  if (governs) items.push(['Cohorts', '/cohorts'], ['Platforms', '/admin/platforms']);
  if (role === 'administrator') items.push(['Organisation', '/admin/organisation'], ['Mail', '/admin/mail']);
  if (role === 'operator') items.push(['Organisations', '/admin/organisations'], ['Mail', '/admin/mail'], ['Keys', '/admin/tool-keys']);
  if (teaches || role === 'learner' || role === 'mentor') items.push(['Search', '/search']);
  items.push(['Programme', '/programme']);
  const isCurrent = (place: string) => path === place || path.startsWith(place === '/' ? '/weeks/' : `${place}/`) || (place === '/admin/platforms' && path.startsWith('/platforms/')) || (place === '/cohort' && path.startsWith('/learners/'));
  return items.map(([label, place]) => ({ label, href: at(place), current: isCurrent(place) }));
}

/** The path of a role's own start page, without the sign-in's prefix: guests and operators have no weeks of their own. */
export function homePath(role: Role): string {
  if (role === 'guest') return '/programme';
  return role === 'operator' ? '/cohorts' : '/';
}

/** How a role is called on a page. */
export function roleName(role: Role, testUser = false): string {
  return testUser ? 'test learner' : role;
}

/**
 * The one template engine.
 * @param production keeps compiled templates; otherwise each page is read afresh and errors name the template's line
 */
export function createViewEngine({ production }: { production: boolean }): Eta {
  const engine = new Eta({
    views: VIEWS,
    cache: production,
    debug: !production,
    autoTrim: [false, 'nl'],
    autoEscape: true,
    // Eta prints "undefined" and "null" as words. A page that would say so is a bug, found by its test.
    autoFilter: true,
    filterFunction: (value) => {
      if (value === null || value === undefined) throw new TypeError(`template printed ${value}`);
      return value as string;
    },
  });
  return production ? rememberPaths(engine) : engine;
}

/** Where a template lies Eta finds out at each include, by a key that takes longer than the answer. From the top of `views/` a name leads to one place. */
function rememberPaths(engine: Eta): Eta {
  const known = new Map<string, string>();
  const find = engine.resolvePath?.bind(engine);
  if (find) engine.resolvePath = (template, options) => (options?.filepath === undefined || template.startsWith('/') ? known.getOrInsertComputed(template, () => find(template, options)) : find(template, options));
  return engine;
}

/** Adds `reply.page({ template, data })`. Register before hooks that set `reply.locals`. */
export function views(app: FastifyInstance, { production, asset, constantPart }: { production: boolean; asset: AssetAddress; constantPart: ConstantPart }): void {
  // Decorated here rather than by @fastify/view, which would empty it by a hook that runs after the hooks of app.ts.
  app.decorateReply('locals', null);
  app.register(fastifyView, { engine: { eta: createViewEngine({ production }) }, templates: VIEWS, production, defaultContext: { asset, constantPart, chrome: publicChrome } });
  app.decorateReply('page', function page({ template, data }) {
    return this.view(template, data);
  });
}

/**
 * The page for an error. Its layout stands alone: it needs neither chrome nor what other pages need, which may be what failed.
 * @param status 401, 403, 404, 413, 500 and 503 have words of their own, every other the general 4xx ones
 * @param cause the code of an error that has words of its own
 * @param reference what a person can quote to us: the request's id
 * @param home where the page's one link leads, null where no link would help
 */
export function errorPage({ status, cause = '', reference, home }: { status: number; cause?: string; reference: string; home: string | null }) {
  const template = ownErrorTemplates[cause] ?? ([401, 403, 404, 413, 500, 503].includes(status) ? String(status) : status >= 500 ? '500' : '4xx');
  return { template: `errors/${template}`, data: { title: 'Something went wrong', reference, home } } satisfies Page;
}

const ownErrorTemplates: Partial<Record<string, string>> = { COACHLINE_OTHER_SITE: 'other-site', COACHLINE_NOT_FROM_COURSE: 'not-from-course' };

const VIEWS = join(import.meta.dirname, '../../views');

declare module 'fastify' {
  interface FastifyReply {
    locals: { chrome: Chrome } | null;
    page(page: Page): FastifyReply;
  }
}
