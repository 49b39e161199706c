import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { browserIsMissing, startChromium, waitUntil } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkPage, linkAddress, openVisit, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

describe('a coaching plan in a browser', function () {
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

  const first = async (): Promise<string | undefined> => (await stage.test.sql.query(`select text from coaching_plan_answer where field = 'coaching-goals.first-goal'`)).rows[0]?.text;

  it('saves itself; shows both texts when another window was quicker; keeps on the device what it cannot send', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 700, height: 900 } });
    const { context, page } = visit;
    // The server says 409 as it should; a choice that appears under a field moves what is below it.
    visit.expectProblem(/409|ERR_INTERNET_DISCONNECTED|layout shift/);
    const address = await openGoals(page);
    const goal = (window: Page) => window.getByLabel('First goal');
    const line = (window: Page) => window.locator('[data-field="first-goal"] .save');

    await goal(page).fill('One');
    await line(page).filter({ hasText: /^Saved \d\d:\d\d$/ }).waitFor();
    expect(await first()).to.equal('One');

    const other = await context.newPage();
    await other.goto(address);
    await goal(other).fill('By the other window');
    await line(other).filter({ hasText: /^Saved \d/ }).waitFor();
    await goal(page).fill('By this window');
    await page.getByText('Another window or device saved something else here').waitFor();
    expect(await page.locator('.both blockquote').textContent()).to.equal('By the other window');
    expect(await goal(page).inputValue()).to.equal('By this window');
    expect(await first(), 'nothing is overwritten unseen').to.equal('By the other window');
    await checkPage(page, 'plan conflict 700');
    await page.getByRole('button', { name: 'Save mine' }).click();
    await line(page).filter({ hasText: /^Saved \d/ }).waitFor();
    expect(await first()).to.equal('By this window');

    await context.setOffline(true);
    await goal(page).fill('Written on the ward');
    await line(page).filter({ hasText: 'Kept on this device since' }).waitFor();
    expect(await page.evaluate('Object.entries(localStorage).filter(([key]) => key.startsWith("coachline.plan:")).map(([, value]) => JSON.parse(value).text)')).to.deep.equal(['Written on the ward']);
    await page.close();
    await context.setOffline(false);
    // The window is gone; the text is not, and the plan itself sends it.
    await other.goto(address.replace(/\/sections\/.*$/, ''));
    await waitUntil(other, 'Object.keys(localStorage).every((key) => !key.startsWith("coachline.plan:"))');
    expect(await first()).to.equal('Written on the ward');
    await visit.end();
  });

  it('works with JavaScript off: a section is saved by its button, a file is added, and what is missing is named', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled: false, viewport: { width: 320, height: 800 } });
    visit.expectProblem(/422/);
    const { page } = visit;
    await openGoals(page, 'zsofia');
    await page.getByLabel('Second goal').fill('Two\nlines');
    await page.getByRole('button', { name: 'Save this section' }).click();
    await page.getByText('Saved on').waitFor();
    expect(await page.getByLabel('Second goal').inputValue()).to.equal('Two\nlines');
    await page.getByRole('link', { name: 'The whole plan at a glance' }).click();
    await page.getByLabel('Add files').setInputFiles({ name: 'chart.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') });
    await page.getByRole('button', { name: 'Add to my plan' }).click();
    await page.getByText('it is not what its name says').waitFor();
    await page.getByRole('button', { name: 'Hand in my plan' }).click();
    await page.getByRole('link', { name: 'Goals of your coaching: First goal' }).click();
    await page.getByRole('heading', { level: 1, name: 'Goals of your coaching' }).waitFor();
    await visit.end();
  });

  /** Launches into the whole window and opens the goals of the plan. */
  async function openGoals(page: Page, person = 'amara'): Promise<string> {
    const launch = new URL(linkAddress(stage, { person, place: 'window', storage: 'off' }));
    launch.pathname += '/launch';
    await page.goto(launch.href);
    if (!page.url().startsWith(stage.toolUrl)) await page.getByRole('button').first().click();   // without scripts a form is sent by hand
    await page.waitForURL((url) => url.origin === stage.toolUrl && url.pathname.startsWith('/in/'));
    await page.getByRole('link', { name: 'Plan', exact: true }).click();
    await page.getByRole('link', { name: 'Goals of your coaching' }).click();
    await page.getByRole('heading', { level: 1, name: 'Goals of your coaching' }).waitFor();
    return page.url();
  }
});
