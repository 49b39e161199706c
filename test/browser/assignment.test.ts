import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkPage, linkAddress, openVisit, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

describe('an assignment in a browser', function () {
  this.timeout(60_000);
  let stage: Stage;
  let browser: Browser;
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
    await startCohort(stage.test);
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  const stored = async () => (await stage.test.sql.query('select account, done_at is not null as done from assignment_report')).rows[0];
  const open = async (page: Page) => {
    const launch = new URL(linkAddress(stage, { person: 'amara', place: 'window', storage: 'off' }));
    launch.pathname += '/launch';
    await page.goto(launch.href);
    await page.waitForURL((url) => url.origin === stage.toolUrl && url.pathname.startsWith('/in/'));
    await page.getByRole('link', { name: 'Tell what happened' }).click();
    await page.getByRole('button', { name: 'Mark as done' }).waitFor();
  };

  it('loses nothing without a connection, is done by one press, and keeps both texts when another window was quicker', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 900 } });
    const { context, page } = visit;
    visit.expectProblem(/409|ERR_INTERNET_DISCONNECTED|layout shift/);
    await open(page);
    const address = page.url();
    const field = (window: Page) => window.getByLabel('What happened?');

    await context.setOffline(true);
    await field(page).fill('Written on the ward');
    await page.getByRole('button', { name: 'Mark as done' }).click();
    await page.getByText('Your words are kept on this device').waitFor();
    await checkPage(page, 'assignment offline 320');
    await context.setOffline(false);
    await page.reload();
    await page.getByText('It is not saved yet').waitFor();
    expect(await field(page).inputValue()).to.equal('Written on the ward');
    expect(await stored()).to.equal(undefined);

    const other = await context.newPage();
    await other.goto(address);
    await field(other).fill('By the other window');
    await other.getByRole('button', { name: 'Mark as done' }).click();
    await other.getByText('Done on').waitFor();
    expect(await stored()).to.deep.equal({ account: 'By the other window', done: true });
    await other.close();

    await field(page).fill('By this window');
    await page.getByRole('button', { name: 'Mark as done' }).click();
    await page.getByText('Another window or device saved something else here').waitFor();
    await checkPage(page, 'assignment conflict 320');
    expect((await stored())?.account, 'nothing is overwritten unseen').to.equal('By the other window');
    await page.getByRole('button', { name: 'Save mine' }).click();
    await page.getByText('Another window or device').waitFor({ state: 'detached' });   // that it is done was said on that page too
    await page.getByText('Done on').waitFor();
    expect((await stored())?.account).to.equal('By this window');

    await page.getByRole('button', { name: 'Not done after all' }).click();
    await page.getByText('Not done: you took it back').waitFor();
    expect(await stored()).to.deep.equal({ account: 'By this window', done: false });
    expect(await page.evaluate('Object.keys(localStorage).filter((key) => key.startsWith("coachline.assignment:"))')).to.deep.equal([]);
    await visit.end();
  });

  it('keeps what is typed while the rest is being saved, with storage and without', async () => {
    for (const hasStorage of [true, false]) {
      await stage.test.sql.query('delete from assignment_report');
      const visit = await openVisit(browser, stage, { viewport: { width: 700, height: 900 } });
      const { page } = visit;
      // A request that the test holds up is broken off at its redirect, as the browser tells it.
      visit.expectProblem(/409|report net::ERR_ABORTED|layout shift/);
      if (!hasStorage) await page.addInitScript('Storage.prototype.setItem = () => { throw new Error("none"); };');
      await open(page);
      const field = page.getByLabel('What happened?');
      await page.route('**/report', async (route) => { await field.fill('One, and two'); await route.continue(); });
      await field.fill('One');
      await page.getByRole('button', { name: 'Mark as done' }).click();
      await page.getByText('without what you typed since').waitFor();
      expect(await field.inputValue()).to.equal('One, and two');
      expect(await stored()).to.deep.equal({ account: 'One', done: true });
      await checkPage(page, `assignment typed on 700 ${hasStorage}`);
      if (hasStorage) {
        await page.reload();
        await page.getByText('It is not saved yet').waitFor();
        expect(await field.inputValue()).to.equal('One, and two');
      }
      await page.unroute('**/report');
      await page.getByRole('button', { name: 'Save the account' }).click();
      await page.locator('.save[data-is="saved"]').waitFor();
      expect(await stored()).to.deep.equal({ account: 'One, and two', done: true });

      // The same on the page that shows two texts: the choice is made, and the buttons are there again.
      await stage.test.sql.query(`update assignment_report set account = 'Of another window', version = version + 1`);
      await field.fill('Mine');
      await page.getByRole('button', { name: 'Save the account' }).click();
      await page.getByText('Another window or device saved something else here').waitFor();
      await page.route('**/report', async (route) => { await field.fill('Mine, and more'); await route.continue(); });
      await page.getByRole('button', { name: 'Save mine' }).click();
      await page.getByText('without what you typed since').waitFor();
      await page.unroute('**/report');
      expect(await page.getByText('Another window or device').count() + await page.getByRole('alert').count()).to.equal(0);
      await checkPage(page, `assignment typed on after a choice 700 ${hasStorage}`);
      await page.getByRole('button', { name: 'Not done after all' }).click();
      await page.getByText('Not done: you took it back').waitFor();
      expect(await stored()).to.deep.equal({ account: 'Mine, and more', done: false });
      await visit.end();
    }
  });

  it('stays with the words where a visit has ended or the server is away, and says what to do', async () => {
    await stage.test.sql.query('delete from assignment_report');
    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 900 } });
    const { context, page } = visit;
    visit.expectProblem(/401|502|layout shift/);
    await page.addInitScript('Storage.prototype.setItem = () => { throw new Error("none"); };');
    await open(page);
    const field = page.getByLabel('What happened?');
    await field.fill('After a long night');
    await page.route('**/report', (route) => route.fulfill({ status: 502, body: 'away' }));
    await page.getByRole('button', { name: 'Mark as done' }).click();
    await page.getByText('Coachline cannot save just now. Your words are kept on this page').waitFor();
    await page.unroute('**/report');
    await context.clearCookies();
    await page.getByRole('button', { name: 'Mark as done' }).click();
    await page.getByText('Not saved: your visit may have ended. Your words are kept on this page. Copy them').waitFor();
    expect(await field.inputValue()).to.equal('After a long night');
    await checkPage(page, 'assignment ended 320');
    expect(await stored()).to.equal(undefined);
    await visit.end();
  });
});
