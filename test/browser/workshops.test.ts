import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkPage, linkAddress, openVisit, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

describe('workshops in a browser', function () {
  this.timeout(40_000);
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

  it('are laid out and read by the keyboard; a learner’s button to join comes by itself when the door opens', async () => {
    const staff = await openVisit(browser, stage, { viewport: { width: 320, height: 800 } });
    const base = await enter(staff.page, 'eleanor');
    await staff.page.goto(`${base}/cohort/workshops`);
    await checkPage(staff.page, 'workshops schedule 320');
    for (const key of ['coaching-aims-and-tests', 'coaching-to-learn']) await staff.page.locator(`[name="${key}-venue"]`).fill('The old library');
    await staff.page.locator('[name="data-for-improvement-link"]').fill('https://meet.example.org/j/1');
    await staff.page.keyboard.press('Enter');
    await staff.page.getByRole('heading', { level: 1, name: 'Seven workshops on the calendar' }).waitFor();
    await checkPage(staff.page, 'workshops agenda 320');
    await press(staff.page, 'Data for improvement');
    await staff.page.getByRole('heading', { level: 1, name: 'Data for improvement' }).waitFor();
    await press(staff.page, 'Change times or place');
    await staff.page.getByRole('button', { name: 'Save the changes' }).waitFor();
    await checkPage(staff.page, 'workshop change 320');
    await staff.end();

    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 800 } });
    visit.expectProblem(/layout shift/);   // the button that people wait for pushes down what is below it
    stage.test.clock.now = Temporal.Instant.from('2026-05-12T12:48:00Z');
    await visit.page.clock.install({ time: '2026-05-12T12:48:00Z' });
    await visit.page.goto(`${await enter(visit.page, 'amara')}/workshops`);
    await visit.page.getByText('The button to join appears here at 13:50 BST').waitFor();
    await checkPage(visit.page, 'workshops before the door opens 320');
    const join = visit.page.getByRole('link', { name: /^Join now/ });
    expect(await join.count()).to.equal(0);
    stage.test.clock.now = Temporal.Instant.from('2026-05-12T12:50:30Z');
    await visit.page.clock.fastForward('02:30');
    await join.waitFor();
    expect(await join.getAttribute('href')).to.equal('https://meet.example.org/j/1');
    await visit.page.getByText('You can join now, until 16:00 BST.').waitFor();
    await checkPage(visit.page, 'workshops at the door 320');
    await visit.end();
  });

  /** Launches into the whole window; the address of the sign-in. */
  async function enter(page: Page, person: string): Promise<string> {
    const address = new URL(linkAddress(stage, { person, place: 'window', storage: 'off' }));
    address.pathname += '/launch';
    await page.goto(address.href);
    await page.waitForURL((url) => url.origin === stage.toolUrl && url.pathname.startsWith('/in/'));
    return `${stage.toolUrl}${/^\/in\/[\w-]+/.exec(new URL(page.url()).pathname)?.[0] ?? ''}`;
  }
});

/** Goes to what has these words by Tab, and presses Enter. */
async function press(page: Page, words: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(`document.activeElement.textContent.trim() === ${JSON.stringify(words)}`)) {
      await page.keyboard.press('Enter');
      return;
    }
  }
  throw new Error(`Tab never came to ${words}`);
}
