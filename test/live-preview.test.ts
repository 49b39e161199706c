// npm run dev: what an author saves is shown on the open page, and what is wrong with it is said; npm start has none of it.
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { checkPage } from './browser/stage.ts';
import { browserIsMissing, startChromium, waitUntil } from './support/browser.ts';
import { emptyDatabase, testDatabaseUrl, testOrm } from './support/database.ts';
import { testSecretKey } from './support/app.ts';
import { sqlPool } from '../server/orm.ts';
import { newDataDir, startServer } from './support/server-process.ts';
import type { ServerProcess } from './support/server-process.ts';

type State = { version: string; problems: string[] };

describe('the live preview', function () {
  this.timeout(60_000);
  let parent: string;
  let folder: string;
  let server: ServerProcess;
  const env = () => ({ DATABASE_URL: testDatabaseUrl(), DATA_DIR: newDataDir(), SECRET_KEY: testSecretKey, JOBS: 'off', LOG_LEVEL: 'info' });
  // Or keys of other tests would be there, sealed with their own SECRET_KEY.
  before(async () => emptyDatabase(await sqlPool(testOrm())));

  describe('under npm run dev', () => {
    let address: string;
    let original: string;
    const week = () => join(folder, 'weeks/02-seeing-the-system.md');
    before(async () => {
      parent = mkdtempSync(join(tmpdir(), 'coachline-preview-'));
      folder = join(parent, 'improvement-coach');
      cpSync(join(import.meta.dirname, '../content/improvement-coach'), folder, { recursive: true });
      original = readFileSync(week(), 'utf8');
      server = startServer(env(), undefined, ['server/dev.ts', folder]);
      address = await server.address;
    });
    afterEach(() => writeFileSync(week(), original));
    after(async () => {
      server.child.kill('SIGTERM');
      await server.ended;
      rmSync(parent, { recursive: true });
    });

    const page = async (path: string) => {
      const answer = await fetch(address + path);
      return { status: answer.status, body: await answer.text() };
    };

    it('shows a change of a file by an event and on the page, without another process; what is wrong is said, and mended again', async () => {
      const events = await openEvents(address);
      const first = await events.next();
      expect(first.problems).to.deep.equal([]);
      const before = await page('/preview/weeks/2');
      expect(before.status).to.equal(200);
      expect(before.body).to.contain(`data-preview="${first.version}"`).and.contain('A live preview of the course material').and.not.contain('A sentence of today');

      const begun = performance.now();
      writeFileSync(week(), `${original}\nA sentence of today.\n`);
      const second = await events.next();
      expect(performance.now() - begun, 'milliseconds until the page hears of it').to.be.below(4_000);
      expect(second.version).not.to.equal(first.version);
      expect((await page('/preview/weeks/2')).body).to.contain('A sentence of today.').and.contain(`data-preview="${second.version}"`);

      writeFileSync(week(), original.replace(/^## .*$/m, '$&\n\nSee [nothing](term:no-such-term).'));
      const wrong = await events.next();
      expect(wrong.version, 'the page stays').to.equal(second.version);
      expect(wrong.problems.join('\n')).to.match(/weeks\/02-seeing-the-system\.md:\d+: .*no-such-term/);
      expect(server.complaint(), 'in the terminal too').to.contain(wrong.problems[0]).and.match(/content: \d+ problem/);
      expect((await page('/preview/weeks/2')).body).to.contain('A sentence of today.');

      writeFileSync(week(), original);
      const mended = await events.next();
      expect(mended).to.deep.equal(first, 'the same process, the same material');
      expect(server.complaint()).to.contain('content: all well, and shown');
      await events.close();
    });

    it('lets an author read everything without an LMS, and nothing is kept', async () => {
      const { body } = await page('/preview/everything');
      const paths = [...body.matchAll(/href="(\/preview\/[^"]+)"/g)].map(([, path = '']) => path);
      expect(paths.filter((path) => path.endsWith('/check'))).to.have.length(12);
      for (const path of ['/preview', '/preview/', ...new Set(paths)]) expect((await page(path)).status, path).to.equal(200);
      expect((await page('/preview/weeks/2/check')).body).to.contain('data-preview=');
      const missing = await page('/preview/discussion/weeks/2');
      expect([missing.status, missing.body.includes('Not part of the preview')]).to.deep.equal([404, true]);
      expect((await page('/')).body, 'the public page shows the folder too').to.contain('data-preview=');
      const done = await fetch(`${address}/preview/weeks/2/sections/${/id="([\w-]+)"[^>]*data-section/.exec((await page('/preview/weeks/2')).body)?.[1]}/completion`, { method: 'POST', redirect: 'manual', headers: { origin: 'http://coachline.test', 'sec-fetch-site': 'same-origin', 'content-type': 'application/x-www-form-urlencoded' } });
      expect(done.status).to.equal(303);
      expect((await page('/preview/weeks/2')).body, 'as an LMS’s test learner').to.contain('None of ');
      expect((await fetch(`${address}/preview/events`)).headers.get('content-security-policy'), 'as every answer').to.contain("default-src 'none'");
      expect((await page('/in/nobody/weeks/2?material=current')).status, 'and a course is as closed as ever').to.equal(401);
    });

    it('keeps the place on the open page, and puts what is wrong over it until it is right', async function () {
      if (browserIsMissing) this.skip();
      const browser: Browser = await startChromium();
      try {
        const tab = await browser.newPage({ viewport: { width: 700, height: 800 } });
        const wrong: string[] = [];
        tab.on('console', (message) => { if (message.type() === 'error') wrong.push(message.text()); });
        tab.on('pageerror', (error) => wrong.push(String(error)));
        await tab.goto(`${address}/preview/weeks/2`);
        const third = tab.locator('[data-section]').nth(2).locator('h2');
        await third.scrollIntoViewIfNeeded();
        await tab.mouse.wheel(0, 400);
        await new Promise((resolve) => { setTimeout(resolve, 300); });
        const placeOf = async () => Math.round((await third.boundingBox())?.y ?? -1);
        const place = await placeOf();
        const added = 'This was written above the place that is read. '.repeat(30);
        writeFileSync(week(), original.replace(/^## .*$/m, `$&\n\n${added}`));
        await tab.getByText('This was written above').first().waitFor({ state: 'attached' });
        await waitUntil(tab, `document.fonts.status === 'loaded' && document.readyState === 'complete'`);
        await new Promise((resolve) => { setTimeout(resolve, 300); });
        expect(Math.abs(await placeOf() - place), 'pixels that the heading has moved').to.be.below(3);

        writeFileSync(week(), original.replace(/^## .*$/m, '$&\n\nSee [nothing](term:no-such-term).'));
        const panel = tab.locator('[data-preview-problems]');
        await panel.getByText('no-such-term').waitFor();
        expect(await panel.textContent()).to.match(/02-seeing-the-system\.md:\d+/);
        if (process.env['TEST_SCREENSHOTS']) await tab.screenshot({ path: join(process.env['TEST_SCREENSHOTS'], 'preview-problem.png') });
        writeFileSync(week(), original);
        await panel.waitFor({ state: 'detached' });
        await tab.setViewportSize({ width: 320, height: 800 });
        await tab.emulateMedia({ colorScheme: 'dark' });
        for (const path of ['/preview', '/preview/everything', '/preview/weeks/2', '/preview/workshops/graduation/notes']) {
          await tab.goto(address + path);
          await checkPage(tab, `${path} 320 dark`);
        }
        expect(await tab.getByText('This was written above').count()).to.equal(0);
        expect(wrong).to.deep.equal([]);
      } finally {
        await browser.close();
      }
    });

    it('ends at once, whoever still listens', async () => {
      const events = await openEvents(address);
      await events.next();
      const other = startServer(env(), undefined, ['server/dev.ts', folder]);
      const listening = await openEvents(await other.address);
      await listening.next();
      const begun = performance.now();
      other.child.kill('SIGTERM');
      expect((await other.ended).code).to.equal(0);
      expect(performance.now() - begun).to.be.below(10_000);
      await events.close();
    });
  });

  it('waits for material that is right, and says what is wrong, before it starts', async () => {
    parent = mkdtempSync(join(tmpdir(), 'coachline-preview-'));
    folder = join(parent, 'improvement-coach');
    cpSync(join(import.meta.dirname, '../content/improvement-coach'), folder, { recursive: true });
    const glossary = readFileSync(join(folder, 'glossary.yaml'), 'utf8');
    writeFileSync(join(folder, 'glossary.yaml'), `${glossary}\n- key: Not a key\n`);
    server = startServer(env(), undefined, ['server/dev.ts', folder]);
    try {
      await until(() => server.complaint().includes('The server starts as soon as this is put right.'));
      expect(server.complaint()).to.match(/glossary\.yaml:\d+: /);
      writeFileSync(join(folder, 'glossary.yaml'), glossary);
      await server.address;
    } finally {
      server.child.kill('SIGTERM');
      await server.ended;
      rmSync(parent, { recursive: true });
    }
  });

  it('is refused with NODE_ENV=production', async () => {
    server = startServer({ ...env(), NODE_ENV: 'production', SECRET_KEY: 'x'.repeat(32), PUBLIC_URL: 'https://coachline.test' }, undefined, ['server/dev.ts']);
    expect((await server.ended).code).to.equal(1);
    expect(server.complaint()).to.contain('Use npm start.').and.not.contain('at ');
  });

  it('does not exist under npm start: no address, no script, no watching of the folder', async () => {
    server = startServer(env());
    try {
      const address = await server.address;
      for (const path of ['/preview', '/preview/events', '/preview/everything', '/preview/weeks/2']) expect((await fetch(address + path)).status, path).to.equal(404);
      const home = await (await fetch(address)).text();
      expect(home).not.to.contain('preview');
      const hash = /site\.([0-9a-f]{10})\.js/.exec(home)?.[1] ?? '';
      expect((await fetch(`${address}/assets/preview.${hash}.js`)).status).to.equal(404);
    } finally {
      server.child.kill('SIGTERM');
      await server.ended;
    }
    const { scripts } = JSON.parse(readFileSync(join(import.meta.dirname, '../package.json'), 'utf8')) as { scripts: Record<string, string> };
    expect(Object.keys(scripts).filter((name) => scripts[name]?.includes('server/dev.ts'))).to.deep.equal(['dev']);
    expect(scripts['dev'], 'the folder is read again in place').not.to.contain('--watch-path=content');
  });
});

/** The events as they come, one after the other. */
async function openEvents(address: string): Promise<{ next: () => Promise<State>; close: () => Promise<void> }> {
  const ending = new AbortController();
  const { body, status } = await fetch(`${address}/preview/events`, { signal: ending.signal });
  expect(status).to.equal(200);
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  let read = '';
  return {
    next: async () => {
      for (;;) {
        const [, data] = /^data: (.*)\n\n/m.exec(read) ?? [];
        if (data !== undefined) {
          read = read.slice(read.indexOf(data) + data.length + 2);
          return JSON.parse(data) as State;
        }
        const part = await reader?.read();
        if (!part || part.done) throw new Error('the events have ended');
        read += part.value;
      }
    },
    close: async () => { ending.abort(); await reader?.cancel().catch(() => {}); },
  };
}

async function until(holds: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !holds() && performance.now() < end;) await new Promise((resolve) => { setTimeout(resolve, 50); });
}
