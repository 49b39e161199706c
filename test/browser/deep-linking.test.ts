import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Frame, Page } from 'playwright-core';
import { ensureToolKey } from '../../server/features/tool-keys/actions.ts';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkPage, checkWidth, follow, openVisit, settle, startStage, toolFrame } from './stage.ts';
import type { Stage } from './stage.ts';

const chooser = /\/deep-linking\/[\da-f-]{36}/;

describe('choosing content for a course, in a browser', function () {
  this.timeout(40_000);
  let stage: Stage;
  let browser: Browser;
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
    await ensureToolKey(stage.test.sql, stage.test.sealing, stage.test.clock.now);
    await startCohort(stage.test, { name: 'Qualitätsverbesserungsbegleiterinnenprogramm Frühjahr 2026' });
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  const lmsPage = (course = 'spring', person = 'eleanor', query = '') => `${stage.lms.url}/as/${person}/courses/${course}/deep-linking${query}`;
  const received = () => stage.lms.deepLinking.responses.at(-1);

  /** The chooser in a window of its own, as a platform that opens one shows it. */
  async function openChooser(page: Page, query = '', { course = 'spring', person = 'eleanor', scripts = true } = {}): Promise<void> {
    const address = new URL(lmsPage(course, person, query));
    address.pathname += '/launch';
    await page.goto(address.href);
    if (!scripts) await page.getByRole('button').click();   // the LMS's own form, which scripts send
    await page.waitForURL(chooser);
  }

  /** The frame, once the LMS has taken the answer in it. */
  async function answered(frame: Frame): Promise<void> {
    await frame.waitForURL((url) => url.origin === stage.lms.url);
    await frame.waitForLoadState('load');
  }

  it('finds as one types, counts, and goes back into the LMS by itself, all in its frame', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 1000, height: 900 } });
    visit.expectProblem(/layout shift/);   // what is found moves up while one types
    await visit.page.goto(lmsPage());
    const frame = await toolFrame(visit.page, stage, chooser);
    await checkPage(frame, 'choice in a frame');
    await frame.getByRole('searchbox').pressSequentially('Deming');
    expect(await frame.getByRole('checkbox', { name: /^Week/ }).count()).to.equal(1);
    expect(await frame.locator('[data-found]').textContent()).to.match(/^1 of \d\d match\.$/);
    await frame.getByRole('searchbox').press('Enter');
    await frame.getByRole('checkbox', { name: /^Week 2:/ }).check();
    await frame.getByRole('searchbox').press('ControlOrMeta+A');
    await frame.getByRole('searchbox').press('Delete');
    expect(await frame.getByRole('checkbox', { name: /^Week/ }).count()).to.equal(12);
    await frame.getByRole('checkbox', { name: /^Week 1:/ }).check();
    expect(await frame.locator('[data-count]').textContent()).to.equal('2 chosen');
    await Promise.all([answered(frame), frame.getByRole('button', { name: 'Add what I ticked' }).dblclick({ noWaitAfter: true })]);
    expect(received()).to.deep.include({ problem: null });
    expect(received()?.links.map(({ title }) => title.slice(0, 7))).to.deep.equal(['Week 1:', 'Week 2:']);
    await visit.end();
  });

  it('puts the whole programme into the course by one press', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(lmsPage());
    const frame = await toolFrame(visit.page, stage, chooser);
    await Promise.all([answered(frame), frame.getByRole('button', { name: /Add all .+ again|Add the whole programme/ }).click({ noWaitAfter: true })]);
    expect(received()?.problem).to.equal(null);
    expect(received()?.links.filter(({ title }) => title.startsWith('Week '))).to.have.length(12);
    expect(received()?.links.filter(({ title }) => title.startsWith('Workshop: '))).to.have.length(7);
    await visit.end();
  });

  it('works without JavaScript: searches, keeps what is ticked, and goes back by a press', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled: false });
    const { page } = visit;
    await openChooser(page, '', { scripts: false });
    await page.getByRole('checkbox', { name: /^Week 7:/ }).check();
    await page.getByRole('searchbox').fill('deming');
    await Promise.all([page.waitForURL(/search=deming/), page.getByRole('searchbox').press('Enter')]);
    expect(await page.getByRole('checkbox', { name: /^Week/ }).count()).to.equal(2);
    await page.getByRole('checkbox', { name: /^Week 2:/ }).check();
    await Promise.all([page.waitForURL(/\/choice$/), page.getByRole('button', { name: 'Add what I ticked' }).click()]);
    await Promise.all([page.waitForURL((url) => url.origin === stage.lms.url), page.getByRole('button', { name: 'Go back to the course' }).click()]);
    expect(received()?.links.map(({ title }) => title.slice(0, 7))).to.deep.equal(['Week 2:', 'Week 7:']);
    await visit.end();
  });

  it('can be left with Cancel, by keyboard too, and nothing is added', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 640 } });
    await openChooser(visit.page);
    await visit.page.getByRole('button', { name: 'Cancel' }).focus();
    await Promise.all([visit.page.waitForURL((url) => url.origin === stage.lms.url), visit.page.keyboard.press('Enter')]);
    expect(received()).to.deep.include({ problem: null, links: [], message: 'Nothing was chosen in Coachline.' });
    await visit.end();
  });

  it('starts a cohort on the way and comes back', async () => {
    const visit = await openVisit(browser, stage);
    const { page } = visit;
    await openChooser(page, '', { course: 'autumn', person: 'ngozi' });
    await checkPage(page, 'choice without a cohort');
    await follow(page, page.getByRole('link', { name: 'Start or join a cohort' }), /\/cohort\/start$/);
    await follow(page, page.getByRole('button', { name: 'Start the cohort' }), /\/deep-linking\/.*notice=started$/);
    await page.getByText(/is started. Its dates go along/).waitFor();
    expect(await page.getByRole('checkbox', { name: 'Send the cohort’s dates along' }).isChecked()).to.equal(true);
    await visit.end();
  });

  const pages: [name: string, query: string][] = [
    ['choice', ''],
    ['choice-of-one', '?asked=yes&accept_types=ltiResourceLink&title=Week+3'],
    ['choice-no-links', '?asked=yes&accept_types=file&accept_types=html'],
  ];
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const [name, query] of pages) {
      it(`fits 320, 700 and 1280 pixels and is accessible: ${name}, ${colorScheme}`, async () => {
        const visit = await openVisit(browser, stage, { colorScheme, viewport: { width: 1280, height: 800 } });
        await openChooser(visit.page, query);
        for (const width of [1280, 700, 320]) {
          await visit.page.setViewportSize({ width, height: 800 });
          await settle(visit.page);
          await checkWidth(visit.page, `${name} at ${width} px`);
          await checkPage(visit.page, `${name} ${width} ${colorScheme}`);
        }
        await visit.end();
      });
    }
  }

  it('shows what the answer page says when nothing sends it', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
    await openChooser(visit.page, '', { scripts: false });
    await Promise.all([visit.page.waitForURL(/\/cancellation$/), visit.page.getByRole('button', { name: 'Cancel' }).click()]);
    await checkWidth(visit.page, 'the answer at 320 px');
    expect(await visit.page.getByRole('heading', { level: 1 }).textContent()).to.equal('Back to your course');
    await visit.end();
  });
});
