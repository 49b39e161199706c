// The load: a plain HTTP client with kept connections, launches as browsers make them, pages by the hundred.
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { resourceLinkClaims } from '../practice-lms/claims.ts';
import { signToken } from '../practice-lms/keys.ts';
import type { SigningKey } from '../practice-lms/keys.ts';
import type { BenchPerson } from './population.ts';

/** As many people press at once. */
export const concurrency = 8;

/** As Chrome asks inside an LMS's frame. */
const browserHeaders = {
  'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
  accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8',
  'accept-language': 'en-GB,en;q=0.9',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'sec-fetch-dest': 'iframe', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site', 'upgrade-insecure-requests': '1',
};

/** The practice platform as the bench uses it: what tokens say and who signs them. */
export type BenchPlatform = { issuer: string; clientId: string; deploymentId: string; key: SigningKey };

/** A server that takes launches, real or floor; `publicUrl` is what links in the LMS begin with. */
export type LaunchTarget = { origin: string; publicUrl: string };

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

/** A page of a signed-in browser, for asking again. */
export type SignedInPage = { path: string; cookie: string };

export type Client = {
  get: (url: string, headers?: Record<string, string>) => Promise<Answer>;
  /** One launch after the other, `concurrency` at a time: login, launch, page. Signing stands between the two and is not timed. */
  launch: (target: LaunchTarget, platform: BenchPlatform, people: readonly BenchPerson[]) => Promise<{ seconds: number; pages: SignedInPage[] }>;
  close: () => void;
};

/** Opens the client. Every answer that is not as it should be throws, so that a bench never counts refusals. */
export function openClient(): Client {
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  return { get: (url, headers) => send(agent, 'GET', url, headers), launch: (...given) => launchAll(agent, ...given), close: () => agent.destroy() };
}

/** Does `work` for every item, `concurrency` at a time. */
export async function inParallel<Item>(items: readonly Item[], work: (item: Item, index: number) => Promise<void>): Promise<void> {
  let next = 0;
  await Promise.all(Array.from({ length: concurrency }, async () => {
    while (next < items.length) {
      const index = next;
      next += 1;
      await work(items[index]!, index);
    }
  }));
}

/** Few, so that unfinished logins do not pile up at the server as they never would in a course. */
const launchesAtOnce = 2 * concurrency;

async function launchAll(agent: Agent, target: LaunchTarget, platform: BenchPlatform, people: readonly BenchPerson[]) {
  const pages: SignedInPage[] = [];
  let milliseconds = 0;
  for (let first = 0; first < people.length; first += launchesAtOnce) {
    const group = people.slice(first, first + launchesAtOnce);
    const begun = performance.now();
    const logins: { state: string; nonce: string; cookie: string }[] = [];
    await inParallel(group, async (person, index) => { logins[index] = await login(agent, target, platform, person); });
    const signing = performance.now();
    const tokens = group.map((person, index) => tokenOf(target, platform, person, logins[index]!.nonce));
    const signed = performance.now();
    await inParallel(group, async (_person, index) => {
      const { state, cookie } = logins[index]!;
      const page = await land(agent, target, { state, cookie, token: tokens[index]! });
      const answer = await send(agent, 'GET', `${target.origin}${page.path}`, { cookie: page.cookie });
      expectStatus(answer, 200);
      pages.push(page);
    });
    milliseconds += signing - begun + (performance.now() - signed);
  }
  return { seconds: milliseconds / 1000, pages };
}

async function login(agent: Agent, { origin, publicUrl }: LaunchTarget, { issuer, clientId, deploymentId }: BenchPlatform, { person, link }: BenchPerson) {
  const query = new URLSearchParams({
    iss: issuer, login_hint: person.sub, target_link_uri: `${publicUrl}${link.path}`, client_id: clientId,
    lti_deployment_id: deploymentId, lti_message_hint: `hint-${person.id}`,
  });
  const answer = await send(agent, 'GET', `${origin}/lti/login?${query.toString()}`);
  expectStatus(answer, 302);
  const sent = new URL(answer.headers.location ?? '').searchParams;
  return { state: sent.get('state') ?? '', nonce: sent.get('nonce') ?? '', cookie: cookieOf(answer) };
}

async function land(agent: Agent, { origin }: LaunchTarget, { state, cookie, token }: { state: string; cookie: string; token: string }): Promise<SignedInPage> {
  const answer = await send(agent, 'POST', `${origin}/lti/launch`, { cookie, 'content-type': 'application/x-www-form-urlencoded' }, new URLSearchParams({ state, id_token: token }).toString());
  expectStatus(answer, 303);
  return { path: answer.headers.location ?? '', cookie: cookieOf(answer) };
}

function tokenOf({ publicUrl }: LaunchTarget, { issuer, clientId, deploymentId, key }: BenchPlatform, { person, course, link }: BenchPerson, nonce: string): string {
  const claims = resourceLinkClaims({
    issuer, clientId, deploymentId, person, course, link, nonce,
    targetLinkUri: `${publicUrl}${link.path}`, place: 'iframe', fault: 'none', now: Temporal.Now.instant(),
  });
  return signToken({ typ: 'JWT', alg: 'RS256', kid: key.kid }, claims, key, 'RS256');
}

/** The cookies that an answer sets, without those that it takes back. */
function cookieOf({ headers }: Answer): string {
  return (headers['set-cookie'] ?? []).map((line) => line.split(';')[0] ?? '').filter((pair) => !pair.endsWith('=')).join('; ');
}

function expectStatus({ status, body }: Answer, wanted: number): void {
  if (status !== wanted) throw new Error(`The bench expected ${wanted} and got ${status}: ${/<h1[^>]*>(.*?)<\/h1>/s.exec(body)?.[1] ?? body.slice(0, 200)}`);
}

function send(agent: Agent, method: 'GET' | 'POST', url: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers: { ...browserHeaders, ...headers, ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }) } }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(chunks).toString() }));
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
