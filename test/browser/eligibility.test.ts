import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkPage, linkAddress, openVisit, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

describe('the eligibility form in a browser', function () {
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

  const stored = async (field: string): Promise<string | undefined> => (await stage.test.sql.query<{ text: string }>('select answers->>$1 as text from eligibility', [field])).rows[0]?.text;

  it('saves itself; shows both texts when another window was quicker; keeps on the device what it cannot send', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 900 } });
    const { context, page } = visit;
    // The server says 409 as it should; a choice that appears under a field moves what is below it.
    visit.expectProblem(/409|ERR_INTERNET_DISCONNECTED|layout shift/);
    const launch = new URL(linkAddress(stage, { person: 'amara', link: 'week-1', place: 'window', storage: 'off' }));
    launch.pathname += '/launch';
    await page.goto(launch.href);
    await page.waitForURL((url) => url.origin === stage.toolUrl && url.pathname.startsWith('/in/'));
    await page.getByRole('link', { name: 'Go to your form' }).click();
    await page.getByRole('heading', { level: 1, name: 'Your team and your project' }).waitFor();
    const address = page.url();
    const title = (window: Page) => window.getByLabel('What you call it');
    const saved = async (window: Page, field: string) => window.locator(`[data-field="${field}"] .save`).filter({ hasText: /^Saved \d\d:\d\d$/ }).waitFor();

    await page.getByLabel('Name of member 1').fill('Rosa');
    await page.keyboard.press('Tab');
    await saved(page, 'member-1-name');
    await page.getByLabel('How far it is').selectOption('Under way');
    await saved(page, 'project-state');
    await checkPage(page, 'eligibility 320');

    const other = await context.newPage();
    await other.goto(address);
    expect(await other.getByLabel('How far it is').inputValue()).to.equal('under way');
    await title(other).fill('By the other window');
    await saved(other, 'project-title');
    await title(page).fill('By this window');
    await page.getByText('Another window or device saved something else here').waitFor();
    expect(await stored('project-title'), 'nothing is overwritten unseen').to.equal('By the other window');
    await page.getByRole('button', { name: 'Save mine' }).click();
    await saved(page, 'project-title');
    expect(await stored('project-title')).to.equal('By this window');

    await context.setOffline(true);
    await page.getByLabel('Why you want to coach this team').fill('Written on the ward');
    await page.locator('[data-field="statement"] .save').filter({ hasText: 'Kept on this device since' }).waitFor();
    await context.setOffline(false);
    await saved(page, 'statement');
    expect(await stored('statement')).to.equal('Written on the ward');

    await page.getByRole('link', { name: 'Answer for each tool' }).click();
    await page.getByLabel('Run chart').selectOption('Could teach it');
    await saved(page, 'run-chart');
    await checkPage(page, 'eligibility tools 320');
    await page.goto(`${address}/submission`);
    await page.getByRole('link', { name: 'Role of member 1' }).click();
    expect(await page.evaluate('document.querySelector(":target").id')).to.equal('member-1-role');
    await visit.end();
  });
});
