// Where the browser tests play: Coachline on http://localhost and the practice LMS on http://127.0.0.1, two sites to a
// browser, and visits in which whatever goes wrong is written down.
import { expect } from 'chai';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Frame, Page } from 'playwright-core';
import { startPracticeLms } from '../../scripts/practice-lms/server.ts';
import type { PracticeLms } from '../../scripts/practice-lms/server.ts';
import { switchesQuery, usualSwitches } from '../../scripts/practice-lms/switches.ts';
import type { Switches } from '../../scripts/practice-lms/switches.ts';
import { createOutbound } from '../../server/lti/outbound.ts';
import { register, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';

export type Stage = {
  /** The application; its `platform` is the LMS of this stage, so that `startCohort` and `signIn` prepare what it shows. */
  test: TestApp;
  toolUrl: string;
  lms: PracticeLms;
  /** Which answers may leave cookies in the browser. Taking them away here, and not in the browser, spares a test nothing that a redirect carries. */
  letsCookies: (request: IncomingMessage) => boolean;
  close: () => Promise<void>;
};

/** Starts both sites on ports of their own. The clock stands at `testNow` for both. */
export async function startStage(): Promise<Stage> {
  // The server listens before the application is made, because only then its address is known.
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const toolUrl = `http://localhost:${(server.address() as AddressInfo).port}`;

  const outbound = createOutbound({ allowLocal: true, userAgent: 'Coachline tests', maxBytes: 256 * 1024 });
  const started = await startTestApp({ env: { PUBLIC_URL: toolUrl }, fetchKeySet: (url) => outbound.fetchJson(url) });
  const lms = await startPracticeLms({ toolUrl, clock: () => started.clock.now });
  const registrationId = await register(started.sql, lms.platform, started.clock.now);

  const stage: Stage = {
    test: { ...started, platform: lms.platform, registrationId },
    toolUrl, lms,
    letsCookies: () => true,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await lms.close();
      await started.close();
    },
  };
  server.on('request', (request, response) => {
    if (!stage.letsCookies(request)) withholdCookies(response);
    started.app.routing(request, response);
  });
  return stage;
}

function withholdCookies(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (status: number, headers: Record<string, unknown>) => ServerResponse;
  response.writeHead = ((status: number, headers: Record<string, unknown>) => {
    const { 'set-cookie': _withheld, ...others } = headers;
    return writeHead(status, others);
  }) as typeof response.writeHead;
}

export type Visit = {
  context: BrowserContext;
  page: Page;
  /** A failure that belongs to the story, such as the 403 of a refusal; the browser reports those as errors. */
  expectProblem: (pattern: RegExp) => void;
  /** Asserts that nothing went wrong in the whole visit, and closes it. */
  end: () => Promise<void>;
};

/** A browser context in which every console error, failed request, request to a stranger and jump of the layout is kept. */
export async function openVisit(browser: Browser, stage: Stage, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/London', ...options });
  context.setDefaultTimeout(8_000);
  const problems: string[] = [];
  const expected: RegExp[] = [];
  const own = [stage.toolUrl, stage.lms.url];

  context.on('request', (request) => {
    const { origin, protocol } = new URL(request.url());
    if (/^https?:$/.test(protocol) && !own.includes(origin)) problems.push(`request to another host: ${request.url()}`);
  });
  context.on('requestfailed', (request) => {
    // `fetch` with `redirect: 'manual'` stops at the redirect, which is its success.
    if (request.redirectedFrom()?.resourceType() === 'fetch') return;
    // A page on the way in goes on before its font is there, and one of the LMS before its style sheet is. Of ours, one that
    // is there and may not be used is broken off too.
    const mayBeLate = request.resourceType() === 'font' || (request.resourceType() === 'stylesheet' && request.url().startsWith(stage.lms.url));
    if (mayBeLate && request.failure()?.errorText === 'net::ERR_ABORTED') return;
    problems.push(`request failed: ${request.method()} ${request.url()} ${request.failure()?.errorText}`);
  });
  context.on('response', (response) => { if (response.status() >= 400) problems.push(`answer ${response.status()}: ${response.request().method()} ${response.url()}`); });
  context.on('console', (message) => { if (message.type() === 'error') problems.push(`console: ${message.text()} (${message.location().url})`); });
  context.on('weberror', (error) => problems.push(`script: ${String(error.error())}`));
  await tellLayoutShifts(context, (shift) => { problems.push(`layout shift: ${shift}`); });

  return {
    context,
    page: await context.newPage(),
    expectProblem: (pattern) => { expected.push(pattern); },
    end: async () => {
      // What still loads would be broken off by the end itself, and look like a failed request.
      await Promise.all(context.pages().flatMap((page) => page.frames()).map(async (frame) => {
        await frame.waitForLoadState('load').catch((error: unknown) => { if (!frame.isDetached()) throw error; });
      }));
      const found = [...problems];
      await context.close();
      expect(found.filter((problem) => !expected.some((pattern) => pattern.test(problem)))).to.deep.equal([]);
    },
  };
}

/** Calls `tell` with each jump of the layout in any page and frame of a context: what moved, from where to where. */
export async function tellLayoutShifts(context: BrowserContext, tell: (shift: string) => void): Promise<void> {
  await context.exposeBinding('layoutShifted', (_source, shift: string) => tell(shift));
  await context.addInitScript(watchLayout);
}

/** Runs in every page and frame: tells of each movement that no input of the reader explains, as Cumulative Layout Shift counts them. */
function watchLayout(): void {
  type Rect = { x: number; y: number; width: number; height: number };
  type Source = { previousRect: Rect; currentRect: Rect; node: { nodeName: string; textContent: string | null } | null };
  type Shift = { startTime: number; value: number; hadRecentInput: boolean; sources: Source[] };
  const page = globalThis as unknown as {
    location: { href: string };
    layoutShifted: (shift: string) => void;
    PerformanceObserver: new <Entry>(told: (list: { getEntries: () => Entry[] }) => void) => { observe: (options: { type: string; buffered: boolean }) => void };
  };
  let painted: number | null = null;
  let isFirst = true;
  let waiting: Shift[] = [];
  const at = ({ x, y, width, height }: Rect) => `${x},${y} ${width}x${height}`;
  const tell = () => {
    if (painted === null) return;
    for (const { startTime, value, sources } of waiting) {
      // On a busy machine Chromium lays a page out before its style sheets are there. It paints nothing then, but
      // counts the step from there to the first paint as a shift.
      const beforeStyles = isFirst && startTime <= painted;
      isFirst = false;
      if (beforeStyles) continue;
      const moved = sources.map(({ node, previousRect, currentRect }) => `<${node?.nodeName.toLowerCase()}> from ${at(previousRect)} to ${at(currentRect)}: ${node?.textContent?.trim().slice(0, 40)}`);
      page.layoutShifted(`${value.toFixed(4)} on ${page.location.href}: ${moved.join('; ')}`);
    }
    waiting = [];
  };
  new page.PerformanceObserver<{ paintTime: number }>((list) => { painted ??= list.getEntries()[0]?.paintTime ?? null; tell(); }).observe({ type: 'paint', buffered: true });
  new page.PerformanceObserver<Shift>((list) => { waiting.push(...list.getEntries().filter(({ hadRecentInput }) => !hadRecentInput)); tell(); }).observe({ type: 'layout-shift', buffered: true });
}

export type Door = Partial<Switches> & { person: string; course?: string; link?: string };

/** The address of a link in the LMS, with the switches of its launch page. */
export function linkAddress(stage: Stage, { person, course = 'spring', link = 'week-1', ...switches }: Door): string {
  return `${stage.lms.url}/as/${person}/courses/${course}/links/${link}${switchesQuery({ ...usualSwitches, ...switches })}`;
}

/** Opens a link of the LMS; the frame that Coachline is in, once it shows an address that `lands` matches. */
export async function openLink(page: Page, stage: Stage, door: Door, lands = /^\/in\//): Promise<Frame> {
  await page.goto(linkAddress(stage, door));
  return toolFrame(page, stage, lands);
}

/** Coachline's frame in the LMS page that is open, once it has arrived. */
export async function toolFrame(page: Page, stage: Stage, lands = /^\/in\//): Promise<Frame> {
  const element = await page.waitForSelector('iframe[data-tool]:not([hidden])');
  const frame = await element.contentFrame();
  if (!frame) throw new Error('the frame is empty');
  await frame.waitForURL((url) => url.origin === stage.toolUrl && lands.test(url.pathname));
  return frame;
}

/** Presses something that leads to another page of ours, and waits for it. */
export async function follow(frame: Frame | Page, what: { click: () => Promise<void> }, to: RegExp): Promise<void> {
  await Promise.all([frame.waitForURL((url) => to.test(url.pathname + url.search)), what.click()]);
  await frame.waitForLoadState('load');
}

/** The axe of @axe-core/playwright, run in the one frame that matters: its own runner goes through all of the LMS too and takes three times as long. */
const axeSource = readFileSync(createRequire(import.meta.resolve('@axe-core/playwright')).resolve('axe-core/axe.min.js'), 'utf8');
const wcag22aa = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const runAxe = `axe.run(document, { runOnly: ${JSON.stringify(wcag22aa)}, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'], preload: false })
  .then(({ violations }) => violations.map(({ id, nodes }) => id + ': ' + nodes.map(({ html }) => html.slice(0, 160)).join(' | ')))`;

/**
 * Checks the page that a frame (or a whole window) shows: one `h1`, nothing wider than the window, no rule of WCAG 2.2 AA
 * broken that a machine can see. A picture is kept where TEST_SCREENSHOTS names a folder.
 */
export async function checkPage(where: Frame | Page, name: string): Promise<void> {
  await settle(where);
  expect(await where.locator('h1').count(), `${name}: h1`).to.equal(1);
  await checkWidth(where, name);
  await where.evaluate(axeSource);
  expect(await where.evaluate(runAxe), `${name}: axe`).to.deep.equal([]);
  await keepPicture('mainFrame' in where ? where : where.page(), name);
}

/** No sideways scroll: nothing reaches beyond the window unless it scrolls in a box of its own. */
export async function checkWidth(where: Frame | Page, name: string): Promise<void> {
  const { over, wide } = await where.evaluate(findOverflow);
  expect(over, `${name} scrolls sideways by ${over} px because of ${wide.join(' | ')}`).to.equal(0);
}

// Code of the page: it has its own document, which the types of Node know nothing of.
const findOverflow = `(() => {
  const root = document.scrollingElement;
  const over = Math.max(0, root.scrollWidth - root.clientWidth);
  const beyond = (element) => element.getBoundingClientRect().right > root.clientWidth + 1;
  const wide = over === 0 ? [] : [...document.querySelectorAll('body *')].filter(beyond).slice(-3).map((element) => element.outerHTML.slice(0, 120));
  return { over, wide };
})()` as unknown as () => { over: number; wide: string[] };

/** Waits until fonts and two frames are drawn: a jump of the layout after that would have been told. */
export async function settle(where: Frame | Page): Promise<void> {
  await where.waitForLoadState('load');
  await where.evaluate('document.fonts.ready.then(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(null)))))');
}

async function keepPicture(page: Page, name: string): Promise<void> {
  const folder = process.env['TEST_SCREENSHOTS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name.replaceAll(/[^\w-]+/g, '-')}.png`), fullPage: true });
}
