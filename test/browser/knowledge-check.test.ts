import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkPage, linkAddress, openVisit, startStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { choicesOf } from '../support/questions.ts';

describe('a knowledge check in a browser', function () {
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

  it('is answered by the keyboard alone; the focus goes to the explanation and on to the next question', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 800 } });
    const { page } = visit;
    await begin(page, 'amara');
    await press(page, 'Begin');
    await page.getByRole('heading', { level: 1, name: 'Question 1 of 10' }).waitFor();
    await checkPage(page, 'check question 320');
    await tabUntil(page, `document.activeElement.name === 'choice'`);
    await page.keyboard.press('ArrowDown');   // from the first, which Tab reached, to the second
    const loads = countLoads(page);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /That is right|Not this time/ }).waitFor();
    expect(loads(), 'in place').to.equal(0);
    expect(await page.evaluate('document.activeElement.id')).to.equal('explanation');
    expect(new URL(page.url()).hash).to.equal('#explanation');
    await checkPage(page, 'check explanation 320');
    await press(page, 'Next question');
    await page.getByRole('heading', { level: 1, name: 'Question 2 of 10' }).waitFor();
    await page.goBack();
    await page.getByText('Your answer').waitFor();
    await visit.end();
  });

  it('keeps an answer that cannot be sent, says so, and sends it when the connection is back', async () => {
    const visit = await openVisit(browser, stage);
    const { page } = visit;
    visit.expectProblem(/ERR_INTERNET_DISCONNECTED|request failed/);
    await begin(page, 'zsofia');
    await page.getByRole('link', { name: 'Begin', exact: true }).click();
    await page.getByRole('radio').nth(1).check();
    await visit.context.setOffline(true);
    await page.getByRole('button', { name: 'Answer' }).click();
    await page.getByText('Your answer is kept on this device').waitFor();
    expect(await page.getByRole('radio').nth(1).isChecked(), 'and still there').to.equal(true);
    await visit.context.setOffline(false);
    await page.getByText('Your answer', { exact: true }).waitFor();
    expect((await stage.test.sql.query(`select count(*)::int as n from knowledge_check_answer a join knowledge_check_attempt t on t.id = a.attempt_id join person p on p.id = t.person_id where p.name like 'Zs%'`)).rows[0].n).to.equal(1);
    await visit.end();
  });

  it('works with JavaScript off, from the first question to the result, and the explanation has the focus', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled: false });
    const { page } = visit;
    await begin(page, 'conceicao');
    await page.getByRole('link', { name: 'Begin', exact: true }).click();
    for (const question of stage.test.programme.weeks[0]?.check?.questions ?? []) {
      await page.getByRole('radio').nth(choicesOf(question).findIndex(({ right }) => right)).check();
      await page.getByRole('button', { name: 'Answer' }).click();
      await page.getByRole('heading', { name: 'That is right' }).waitFor();
      await page.locator('#explanation:focus').waitFor();
      await page.getByRole('link', { name: /Next question|See your result/ }).click();
    }
    await page.getByRole('heading', { level: 1, name: '10 of 10' }).waitFor();
    await page.getByText('All of it, at the first try.').waitFor();
    await visit.end();
  });

  /** Launches into the whole window and goes from the week to its check. */
  async function begin(page: Page, person: string): Promise<void> {
    const address = new URL(linkAddress(stage, { person, place: 'window', storage: 'off' }));
    address.pathname += '/launch';
    await page.goto(address.href);
    if (!page.url().startsWith(stage.toolUrl)) await page.getByRole('button').first().click();   // without scripts a form is sent by hand
    await page.waitForURL((url) => url.origin === stage.toolUrl && url.pathname.startsWith('/in/'));
    await page.getByRole('link', { name: 'Begin the check' }).click();
    await page.getByRole('heading', { level: 1, name: 'Check what you know' }).waitFor();
  }
});

async function tabUntil(page: Page, reached: string): Promise<void> {
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press('Tab');
    if (await page.evaluate(reached)) return;
  }
  throw new Error(`Tab never came to ${reached}`);
}

/** Goes to what has these words by Tab, and presses Enter. */
async function press(page: Page, words: string): Promise<void> {
  await tabUntil(page, `document.activeElement.textContent.trim() === ${JSON.stringify(words)}`);
  await page.keyboard.press('Enter');
}

function countLoads(page: Page): () => number {
  let loads = 0;
  page.on('load', () => { loads += 1; });
  return () => loads;
}
