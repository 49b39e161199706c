import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { browserIsMissing, startChromium, waitUntil } from '../support/browser.ts';
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
    await waitUntil(other, 'Object.keys(localStorage).every((key) => !key.startsWith("coachline.journal:"))');
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

  it('a post that the server does not take stands on the page and on the device, is sent again by itself, and stands there once', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 700, height: 900 } });
    const { context, page } = visit;
    visit.expectProblem(/503|ERR_CONNECTION|ERR_EMPTY_RESPONSE|ERR_FAILED|ERR_INTERNET_DISCONNECTED|ERR_ABORTED|409|layout shift/);
    const posts = async () => (await stage.test.sql.query('select text, parent_id is not null as reply from discussion_post where author_id = (select id from person where given_name = $1) order by parent_id nulls first, posted_at', ['Amara'])).rows.map(({ text, reply }) => (reply ? `re: ${text}` : text));
    const line = page.locator('form[data-post] .save');
    const before = await posts();
    // The clock stands still, so posts have no order among each other.
    const fresh = async () => (await posts()).filter((post) => !before.includes(post));
    await open(page, 'Discussion of this week');
    const thread = page.url();

    // The browser thinks that it is online; nobody answers. Then the answer is lost, though the post has arrived.
    const sent: string[] = [];
    await page.route('**/posts', (route) => { sent.push(route.request().postData() ?? ''); return route.abort('connectionfailed'); });
    await page.getByLabel('Your post').fill('Written while nobody answered');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await line.filter({ hasText: 'No connection. Kept on this device since' }).waitFor();
    expect(await page.getByLabel('Your post').inputValue()).to.equal('Written while nobody answered');
    await checkPage(page, 'discussion waiting 700');
    await page.unroute('**/posts');
    let lost = 0;
    await page.route('**/posts', async (route) => { sent.push(route.request().postData() ?? ''); await route.fetch(); lost += 1; await route.fulfill({ status: 503, body: 'away' }); });
    await page.evaluate('dispatchEvent(new Event("online"))');
    await line.filter({ hasText: 'Coachline cannot take it just now.' }).waitFor();
    expect([lost, await fresh()]).to.deep.equal([1, ['Written while nobody answered']]);
    await page.unroute('**/posts');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.waitForURL(/#post-/);
    await page.locator('article', { hasText: 'Written while nobody answered' }).waitFor();
    expect(new Set(sent).size, 'the same form, with its key').to.equal(1);
    expect(await fresh(), 'once').to.deep.equal(['Written while nobody answered']);
    expect(await page.locator('#text').inputValue()).to.equal('');
    expect(await page.evaluate('Object.keys(localStorage).filter((key) => key.startsWith("coachline.discussion:")).length')).to.equal(0);

    // A reply for which the window was closed: the next page that is opened sends it.
    await page.getByRole('link', { name: 'Reply to' }).first().click();
    await page.route('**/replies', (route) => (route.request().method() === 'POST' ? route.fulfill({ status: 503, body: 'away' }) : route.continue()));
    await page.getByLabel('Your reply').fill('A reply of the ward');
    await page.getByRole('button', { name: 'Post the reply' }).click();
    await line.filter({ hasText: 'Kept on this device since' }).waitFor();
    await page.close();
    const other = await context.newPage();
    await other.goto(thread.replace(/\/weeks\/.*$/, ''));
    await other.getByText('You wrote it earlier, and it was kept on this device until now').waitFor();
    await checkPage(other, 'discussion kept 700');
    expect(await fresh()).to.deep.equal(['Written while nobody answered', 're: A reply of the ward']);

    // Typed and not posted: it is there again, and only its writer sends it. Words that were already posted are never posted twice.
    await other.goto(thread);
    await other.locator('#text').fill('Only begun');
    await other.reload();
    await other.getByText('You wrote this before and did not post it').waitFor();
    expect(await other.locator('#text').inputValue()).to.equal('Only begun');
    expect((await posts()).length - before.length).to.equal(2);
    await other.locator('#text').fill('');
    await other.reload();
    expect(await other.locator('#text').inputValue()).to.equal('');
    await visit.end();
  });

  it('a post for which the visit had ended is posted when the discussion is opened again from the course', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' });
    const { context, page } = visit;
    visit.expectProblem(/401/);
    await open(page, 'Discussion of this week');
    await context.clearCookies();
    await page.locator('#text').fill('After a long night');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.getByText('Not posted: your visit may have ended. Your words are kept on this device.').waitFor();
    await checkPage(page, 'discussion ended 1280 dark');
    await open(page, 'Discussion of this week');
    const article = page.locator('article', { hasText: 'After a long night' });
    await article.waitFor();
    expect(new URL(page.url()).hash, 'and it is what the page shows').to.equal(`#${await article.getAttribute('id')}`);
    expect((await article.boundingBox())?.y).to.be.within(0, 800);
    await visit.end();
  });

  it('two windows of one discussion leave each other’s drafts alone', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 700, height: 900 } });
    const { context, page } = visit;
    visit.expectProblem(/layout shift/);
    await open(page, 'Discussion of this week');
    await page.evaluate('document.querySelector("input[name=mention]").checked = true');
    await page.locator('#text').fill('Of the first window');
    const other = await context.newPage();
    await other.goto(page.url());
    await other.getByText('You wrote this before and did not post it').waitFor();
    await other.reload();
    await other.getByText('You wrote this before and did not post it').waitFor();
    expect(await other.locator('input[name="mention"]').first().isChecked(), 'with those whom it mentions').to.equal(true);
    await page.locator('#text').fill('Of the first window, and more');
    await other.locator('#text').fill('Of the second window');
    await other.getByRole('button', { name: 'Post', exact: true }).click();
    await other.locator('article', { hasText: 'Of the second window' }).waitFor();
    await other.close();
    await page.reload();
    await page.getByText('You wrote this before and did not post it').waitFor();
    expect(await page.locator('#text').inputValue()).to.equal('Of the first window, and more');
    await page.locator('#text').fill('');
    expect(await page.evaluate('Object.keys(localStorage).filter((key) => key.startsWith("coachline.discussion:")).length')).to.equal(0);
    await visit.end();
  });

  it('a post whose answer was lost can be changed, and then asks before it stands twice', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 800 } });
    const { page } = visit;
    visit.expectProblem(/503|409|layout shift/);
    await open(page, 'Discussion of this week');
    await page.route('**/posts', async (route) => { await route.fetch(); await route.fulfill({ status: 503, body: 'away' }); });
    await page.locator('#text').fill('First words');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.getByRole('button', { name: 'Change it first' }).click();
    await page.unroute('**/posts');
    await page.locator('#text').fill('Other words');
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.getByText('This form has made a post already, with other words').waitFor();
    await checkPage(page, 'discussion other words 320');
    expect((await stage.test.sql.query(`select count(*)::int as count from discussion_post where text in ('First words', 'Other words')`)).rows[0].count).to.equal(1);
    await page.getByRole('button', { name: 'Post', exact: true }).click();
    await page.locator('article', { hasText: 'Other words' }).waitFor();
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
