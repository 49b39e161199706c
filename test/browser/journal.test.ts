import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { signIn, startCohort } from '../support/browser-session.ts';
import { checkPage, linkAddress, openVisit, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

describe('journal and discussion in a browser', function () {
  this.timeout(60_000);
  let stage: Stage;
  let browser: Browser;
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
    await startCohort(stage.test);
    await signIn(stage.test, { person: 'zsofia' });
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  const stored = async (): Promise<{ text: string; shared: boolean } | undefined> => (await stage.test.sql.query('select text, shared_at is not null as shared from journal_entry')).rows[0];

  it('an entry saves itself, shows both texts when another window was quicker, and is kept on the device until it can be sent', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 700, height: 900 } });
    const { context, page } = visit;
    // The server says 409 as it should; a choice that appears under a field moves what is below it.
    visit.expectProblem(/409|ERR_INTERNET_DISCONNECTED|layout shift/);
    await open(page, 'Your journal');
    const address = page.url();
    const text = (window: Page) => window.locator('#text');
    const line = (window: Page) => window.locator('form .save');

    await text(page).fill('One');
    await line(page).filter({ hasText: /^Saved \d\d:\d\d$/ }).waitFor();
    const other = await context.newPage();
    await other.goto(address);
    await text(other).fill('By the other window');
    await line(other).filter({ hasText: /^Saved \d/ }).waitFor();
    await text(page).fill('By this window');
    await page.getByText('Another window or device saved something else here').waitFor();
    expect(await page.locator('.both blockquote').textContent()).to.equal('By the other window');
    expect(await stored(), 'nothing is overwritten unseen').to.deep.equal({ text: 'By the other window', shared: false });
    await checkPage(page, 'journal conflict 700');
    await page.getByRole('button', { name: 'Save mine' }).click();
    await line(page).filter({ hasText: /^Saved \d/ }).waitFor();
    expect((await stored())?.text).to.equal('By this window');

    await page.getByRole('button', { name: 'Share this entry with faculty' }).click();
    await page.getByText('Shared since').waitFor();
    expect((await stored())?.shared).to.equal(true);

    await context.setOffline(true);
    await text(page).fill('Written on the ward');
    await line(page).filter({ hasText: 'Kept on this device since' }).waitFor();
    await page.close();
    await context.setOffline(false);
    // The window is gone; the text is not, and the journal itself sends it.
    await other.goto(address.replace(/\/weeks\/.*$/, ''));
    await other.waitForFunction('Object.keys(localStorage).every((key) => !key.startsWith("coachline.journal:"))');
    expect((await stored())?.text).to.equal('Written on the ward');
    await visit.end();
  });

  it('a name after @ is chosen by the keyboard, and the post stands in the discussion', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 800 } });
    const { page } = visit;
    await open(page, 'Discussion of this week');
    await page.getByLabel('Your post').pressSequentially('Ask @zs');
    await page.getByText('One person: press Tab to choose.').waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Your post').inputValue()).to.equal('Ask @Zsófia Þórðardóttir-O\'Brien ');
    expect(await page.evaluate('document.activeElement.id')).to.equal('text');
    await page.keyboard.type('how');
    await checkPage(page, 'discussion form 320');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.getByText('Mentions Zsófia').waitFor();
    expect(await page.locator('article b').textContent()).to.equal('@Zsófia Þórðardóttir-O\'Brien');
    await checkPage(page, 'discussion 320');
    await visit.end();
  });

  /** Launches into the whole window and follows a link at the end of week 1. */
  async function open(page: Page, link: string): Promise<void> {
    const launch = new URL(linkAddress(stage, { person: 'amara', place: 'window', storage: 'off' }));
    launch.pathname += '/launch';
    await page.goto(launch.href);
    await page.waitForURL((url) => url.origin === stage.toolUrl && url.pathname.startsWith('/in/'));
    await page.getByRole('link', { name: link }).click();
    await page.locator('#text').waitFor();
  }
});
