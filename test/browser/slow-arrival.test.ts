import { expect } from 'chai';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { after, before, describe, it } from 'mocha';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { assets, loadAssets } from '../../server/plugins/assets.ts';
import { createViewEngine } from '../../server/plugins/views.ts';
import { examples, smallProgramme } from '../page-fixtures.ts';
import { browserIsMissing, startChromium, waitUntil } from '../support/browser.ts';
import { checkWidth, settle, tellLayoutShifts } from './stage.ts';

/** Little enough for a break within every table, figure and footer. */
const pieceLength = 3_000;
const pieceEveryMs = 25;

describe('a page that arrives piece by piece', function () {
  this.timeout(40_000);
  let browser: Browser;
  let app: FastifyInstance;
  let address: string;
  before(async function () {
    if (browserIsMissing) this.skip();
    const loaded = loadAssets();
    const engine = createViewEngine({ production: true });
    const all = examples(smallProgramme());
    app = Fastify();
    assets(app, loaded);
    app.get<{ Params: { name: string }; Querystring: { breaks?: string } }>('/examples/:name', async (request, reply) => {
      const { page, chrome } = all[request.params.name]!;
      const html = engine.render(page.template, { asset: loaded.asset, constantPart: (part: string) => part, chrome, ...page.data });
      reply.hijack();
      reply.raw.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      for (let from = 0; from < html.length; from += pieceLength) {
        if (request.query.breaks && from > html.length / 2) return;
        reply.raw.write(html.slice(from, from + pieceLength));
        await sleep(pieceEveryMs);
      }
      reply.raw.end();
    });
    await app.listen({ port: 0, host: '127.0.0.1' });
    address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    browser = await startChromium();
  });
  after(async () => {
    await browser?.close();
    app?.server.closeAllConnections();
    await app?.close();
  });

  // Tables whose columns a later row widens, figures, footers, and what a script adds for a reader in another time zone.
  for (const [width, names] of [
    [700, ['workshops', 'workshop-twice']],
    [1280, ['privacy', 'check-run-chart', 'eligibility-tools-changed', 'attendance-roll-conflict', 'mail-log-kept', 'grading-queue', 'week']],
    [320, ['workshops', 'workshop-open', 'choice-anew', 'search-small-words', 'week-locked', 'learner', 'home']],
  ] as const) {
    it(`moves nothing that is already seen and fits, ${width} px wide: ${names.join(', ')}`, async () => {
      const shifts: string[] = [];
      const context = await browser.newContext({ viewport: { width, height: 900 }, timezoneId: 'Europe/London' });
      await tellLayoutShifts(context, (shift) => shifts.push(shift));
      const page = await context.newPage();
      for (const name of names) {
        await page.goto(`${address}/examples/${name}`);
        await settle(page);
        await checkWidth(page, name);
      }
      await page.waitForTimeout(100);
      await context.close();
      expect(shifts).to.deep.equal([]);
    });
  }

  it('shows what has come of a page that breaks off, after a moment', async () => {
    const page = await browser.newPage();
    await page.goto(`${address}/examples/week?breaks=half-way`, { waitUntil: 'commit' });
    await waitUntil(page, `performance.getEntriesByName('first-contentful-paint').length === 1`);
    expect(await page.getByRole('heading', { level: 1 }).isVisible()).to.equal(true);
    await page.close();
  });
});
