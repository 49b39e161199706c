// A browser without a screen: keeps cookies, posts forms as our own pages do, and launches from the practice LMS.
import type { LightMyRequestResponse } from 'fastify';
import type { LaunchChoice, Platform, TokenChanges } from '../../scripts/practice-lms/platform.ts';
import { publicUrl } from './app.ts';
import type { TestApp } from './app.ts';

export type Session = {
  cookies: Map<string, string>;
  get: (path: string, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
  /** Posts a form as a page of ours does. */
  post: (path: string, form?: Record<string, string | string[]>, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
  /** Posts a form as a page of another site does. */
  postFrom: (origin: string, path: string, form: Record<string, string>, headers?: Record<string, string>) => Promise<LightMyRequestResponse>;
  /** Follows redirects within our own host from an answer to the page at their end. */
  follow: (answer: LightMyRequestResponse) => Promise<LightMyRequestResponse>;
};

export function openBrowser({ app }: Pick<TestApp, 'app'>): Session {
  const cookies = new Map<string, string>();
  const send = async (method: 'GET' | 'POST', url: string, headers: Record<string, string>, form?: Record<string, string | string[]>) => {
    const payload = form && new URLSearchParams(Object.entries(form).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]))).toString();
    const answer = await app.inject({
      method, url,
      headers: {
        ...(cookies.size > 0 && { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') }),
        ...(payload !== undefined && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(payload !== undefined && { payload }),
    });
    for (const { name, value, maxAge, expires } of answer.cookies as { name: string; value: string; maxAge?: number; expires?: Date }[]) {
      if (maxAge === 0 || (expires && expires.getTime() <= 0) || value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return answer;
  };
  const session: Session = {
    cookies,
    get: (path, headers = {}) => send('GET', path, headers),
    post: (path, form = {}, headers = {}) => send('POST', path, { origin: publicUrl, 'sec-fetch-site': 'same-origin', ...headers }, form),
    postFrom: (origin, path, form, headers = {}) => send('POST', path, { origin, 'sec-fetch-site': 'cross-site', ...headers }, form),
    follow: async (answer) => {
      let at = answer;
      for (let hops = 0; hops < 10 && at.statusCode >= 300 && at.statusCode < 400; hops += 1) {
        const location = String(at.headers.location);
        if (!location.startsWith('/')) return at;
        at = await session.get(location.replace(/#.*$/, ''));
      }
      return at;
    },
  };
  return session;
}

export type LaunchOptions = LaunchChoice & TokenChanges;

/** The login's answer and the state and nonce that it sends to the platform. */
export async function beginLogin(session: Session, platform: Platform, choice: LaunchOptions & { storageTarget?: string } = {}, headers: Record<string, string> = {}) {
  const answer = await session.get(`/lti/login?${new URLSearchParams(platform.launchParameters(choice)).toString()}`, headers);
  const request = new URL(answer.headers.location ?? /href="([^"]*response_type[^"]*)"/.exec(answer.body)?.[1]?.replaceAll('&amp;', '&') ?? platform.authorizationUrl).searchParams;
  return { answer, request, state: request.get('state') ?? '', nonce: request.get('nonce') ?? '' };
}

/** Login and launch as a browser makes them; the answer is that of `POST /lti/launch`. */
export async function launch(session: Session, platform: Platform, choice: LaunchOptions = {}): Promise<LightMyRequestResponse> {
  const { request } = await beginLogin(session, platform, choice);
  const token = platform.authenticate(request);
  if (token.outcome !== 'id-token') throw new Error(`the platform answered ${JSON.stringify(token)} to ${request.toString()}`);
  return session.postFrom(platform.issuer, '/lti/launch', { state: token.state, id_token: token.idToken });
}

export type SignedIn = Session & {
  /** `/in/SIGNIN`. */
  base: string;
  /** The answer of the launch. */
  launched: LightMyRequestResponse;
};

/** A browser that has launched; addresses of `page` and `submit` are written without the sign-in's prefix. */
export async function signIn(test: Pick<TestApp, 'app' | 'platform'>, choice: LaunchOptions = {}): Promise<SignedIn & { page: Session['get']; submit: Session['post'] }> {
  const session = openBrowser(test);
  const launched = await launch(session, test.platform, choice);
  const base = /^\/in\/[\w-]+/.exec(String(launched.headers.location))?.[0];
  if (base === undefined) throw new Error(`the launch was answered ${launched.statusCode}: ${/<h1[^>]*>(.*?)<\/h1>/s.exec(launched.body)?.[1]}`);
  return {
    ...session, base, launched,
    page: (path, headers) => session.get(`${base}${path}`, headers),
    submit: (path, form, headers) => session.post(`${base}${path}`, form, headers),
  };
}

/** Faculty start a cohort in the course, with good values unless told otherwise. */
export async function startCohort(test: Pick<TestApp, 'app' | 'platform'>, { course = 'spring', startsOn = '2026-04-13', timeZone = 'Europe/London', name = 'Spring 2026' } = {}) {
  const faculty = await signIn(test, { person: course === 'spring' ? 'eleanor' : 'ngozi', course, link: 'home' });
  const answer = await faculty.submit('/cohort', { name, startsOn, timeZone });
  if (answer.statusCode !== 303) throw new Error(`starting the cohort was answered ${answer.statusCode}`);
  return faculty;
}

/** The words of a page's one `<h1>`. */
export function heading(answer: LightMyRequestResponse): string {
  return (/<h1[^>]*>(.*?)<\/h1>/s.exec(answer.body)?.[1] ?? '').replace(/<[^>]+>/g, '').trim();
}

/** What stands in a page's one large field. */
export function textOf({ body }: LightMyRequestResponse): string {
  return (/<textarea[^>]*>\n?(.*?)<\/textarea>/s.exec(body)?.[1] ?? '').replaceAll('&#39;', '\'');
}
