import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, BrowserContextOptions, Frame, Page } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkPage, linkAddress, openLink, openVisit, startStage } from './stage.ts';
import type { Door, Stage, Visit } from './stage.ts';

describe('a real browser', function () {
  this.timeout(30_000);
  this.retries(1);   // on a machine that is busy Chromium now and then paints before it has measured
  let stage: Stage;
  let keeping: Browser;
  let blocking: Browser;
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, keeping, blocking] = await Promise.all([startStage(), startChromium(), startChromium({ thirdPartyCookies: 'blocked' })]);
    await startCohort(stage.test);
  });
  after(async () => {
    await Promise.all([keeping?.close(), blocking?.close()]);
    await stage?.close();
  });

  describe('that blocks third-party cookies', () => {
    // Without this the tests after it would prove nothing.
    it('gives a frame its partitioned cookie back, and no other', async () => {
      expect(await cookiesInFrame(blocking, stage)).to.deep.equal(['partitioned']);
      expect(await cookiesInFrame(keeping, stage)).to.deep.equal(['partitioned', 'plain']);
    });

    for (const storage of ['parent', 'off'] as const) {
      it(`launches in the frame, platform storage ${storage === 'off' ? 'not offered' : 'offered'}`, async () => {
        const visit = await openVisit(blocking, stage);
        const frame = await openLink(visit.page, stage, { person: 'amara', storage }, /\/weeks\/1$/);
        await checkPage(frame, `week 1, third-party cookies blocked, storage ${storage}`);
        const saved = frame.getByText(/^Saved \d\d:\d\d$/);
        await frame.getByRole('button', { name: 'Mark this section as done' }).first().click();
        await saved.waitFor();
        await visit.end();
      });
    }
  });

  describe('that keeps no cookie inside a frame', () => {
    before(() => { stage.letsCookies = ({ headers }) => headers['sec-fetch-dest'] !== 'iframe'; });
    after(() => { stage.letsCookies = () => true; });

    let visit: Visit;
    const open = async (door: Door, lands: RegExp, options: BrowserContextOptions = {}): Promise<Frame> => {
      visit = await openVisit(keeping, stage, options);
      await visit.context.addInitScript(keepNoCookiesInFrames);
      return openLink(visit.page, stage, door, lands);
    };
    afterEach(() => visit?.context.close());

    for (const storage of ['parent', 'frame'] as const) {
      it(`proves itself by what the platform stored (${storage}), and goes on in a window`, async () => {
        const frame = await open({ person: 'amara', storage }, /^\/lti\/arrival\//);
        await frame.getByRole('heading', { level: 1, name: 'One press more' }).waitFor();
        await checkPage(frame, `window by ticket, storage ${storage}`);
        expect((await visit.page.locator('[data-messages] li').allTextContents()).map((line) => line.replace(/ .*:/, ''))).to.deep.equal(['lti.put_data answered', 'lti.get_data answered']);

        const link = frame.getByRole('link', { name: 'Open in a new window' });
        const ticket = new URL(await link.getAttribute('href') ?? '', stage.toolUrl).href;
        const window = await openWindow(link);
        await checkWeekOne(window);
        await frame.getByText('Coachline is open in another window').waitFor();

        visit.expectProblem(/401|403|410|400/);
        const refused = await window.goto(ticket);
        expect(refused?.status(), 'the ticket is good once').to.be.within(400, 499);
        await checkPage(window, 'ticket spent');
        await visit.end();
      });
    }

    it('offers a window at login where the platform’s storage is silent', async () => {
      const frame = await open({ person: 'amara', storage: 'silent' }, /^\/lti\/login/, { viewport: { width: 352, height: 700 } });
      await frame.getByRole('heading', { level: 1, name: 'One press more' }).waitFor();
      await checkPage(frame, 'login, window offered');
      await checkWeekOne(await openWindow(frame.getByRole('link', { name: 'Open in a new window' })));
      await visit.end();
    });

    it('offers a window at login to a browser it does not know, storage not offered', async () => {
      const frame = await open({ person: 'amara', storage: 'off' }, /^\/lti\/login/, { userAgent: safariBeforePartitionedCookies });
      await frame.getByRole('heading', { level: 1, name: 'One press more' }).waitFor();
      await checkWeekOne(await openWindow(frame.getByRole('link', { name: 'Open in a new window' })));
      await visit.end();
    });

    it('says so where the platform falls silent after the login', async () => {
      // A script may keep a cookie here, so the login goes on; the cookie of the answer still does not come back.
      visit = await openVisit(keeping, stage, { viewport: { width: 352, height: 700 } });
      visit.expectProblem(/401/);
      const frame = await openLink(visit.page, stage, { person: 'amara', storage: 'silent' }, /^\/lti\/launch/);
      await frame.getByRole('heading', { level: 1, name: 'Open this link in a window of its own' }).waitFor();
      const reference = await frame.locator('code.id').textContent();
      expect((await stage.test.sql.query('select reason from audit_event where reference = $1', [reference])).rows).to.deep.equal([{ reason: 'browser.no_storage' }]);
      await checkPage(frame, 'storage silent');
      await visit.end();
    });

    it('tells a browser that should keep them how to open the link in a window', async () => {
      const frame = await open({ person: 'amara', storage: 'off' }, /^\/lti\/launch/);
      visit.expectProblem(/401/);
      await frame.getByRole('heading', { level: 1, name: 'Open this link in a window of its own' }).waitFor();
      await checkPage(frame, 'no storage');
      await visit.page.goto(linkAddress(stage, { person: 'amara', place: 'window' }));
      await checkWeekOne(await openWindow(visit.page.getByRole('link', { name: /in a new window/ })));
      await visit.end();
    });

    async function openWindow(link: { click: () => Promise<void> }): Promise<Page> {
      const [window] = await Promise.all([visit.context.waitForEvent('page'), link.click()]);
      await window.waitForURL((url) => url.origin === stage.toolUrl && /^\/in\/[\w-]+\/weeks\/1$/.test(url.pathname));
      return window;
    }

    async function checkWeekOne(window: Page): Promise<void> {
      await window.getByRole('heading', { level: 1, name: stage.test.programme.weeks[0]?.title ?? '' }).waitFor();
      await window.getByRole('button', { name: 'Mark this section as done' }).first().click();
      await window.getByText(/^Saved \d\d:\d\d$/).first().waitFor();
    }
  });
});

const safariBeforePartitionedCookies = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 Safari/605.1.15';

/** Runs in every page: scripts in a frame find that nothing is kept, as they do where a browser refuses cookies there. */
function keepNoCookiesInFrames(): void {
  const page = globalThis as unknown as { top: unknown; Document: { prototype: object } };
  if (page.top !== globalThis) Object.defineProperty(page.Document.prototype, 'cookie', { get: () => '', set: () => {} });
}

/** Names of the cookies that come back to a page in a frame of another site which has just set one of each kind. */
async function cookiesInFrame(browser: Browser, stage: Stage): Promise<string[]> {
  const server = await startCookieServer();
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.goto(stage.lms.url);
    const address = `http://localhost:${(server.address() as AddressInfo).port}/`;
    const [frame] = await Promise.all([
      page.waitForEvent('frameattached'),
      page.evaluate(`document.body.append(Object.assign(document.createElement('iframe'), { src: ${JSON.stringify(address)} }))`),
    ]);
    await frame.waitForURL(address);
    await frame.goto(`${address}echo`);
    const text = await frame.locator('body').textContent() ?? '';
    return text.split('; ').map((cookie) => cookie.replace(/=.*/, '')).filter(Boolean).toSorted();
  } finally {
    await context.close();
    server.close();
  }
}

async function startCookieServer(): Promise<Server> {
  const server = createServer((request, response) => {
    if (request.url === '/') response.setHeader('set-cookie', ['plain=1; SameSite=None; Secure', 'partitioned=1; SameSite=None; Secure; Partitioned']);
    response.setHeader('content-type', 'text/html').end(request.url === '/echo' ? request.headers.cookie ?? '' : 'set');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
