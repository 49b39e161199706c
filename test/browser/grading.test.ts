import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { signIn, startCohort } from '../support/browser-session.ts';
import { handIn } from '../support/submissions.ts';
import { checkPage, linkAddress, openVisit, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

describe('grading in a browser', function () {
  this.timeout(40_000);
  let stage: Stage;
  let browser: Browser;
  let [second, third] = ['', ''];
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
    await startCohort(stage.test);
    for (const person of ['amara', 'zsofia', 'lukasz']) await signIn(stage.test, { person });
    await handIn(stage.test.sql, { name: 'Amara', at: '2026-05-06T09:00:00Z' });
    second = await handIn(stage.test.sql, { name: 'Zsófia', at: '2026-05-07T09:00:00Z' });
    third = await handIn(stage.test.sql, { name: 'Łukasz', at: '2026-05-08T09:00:00Z' });
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('is done by the keyboard alone: levels by digits and arrows, comments, a draft that saves itself, and the release', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 700, height: 800 } });
    visit.expectProblem(/ERR_INTERNET_DISCONNECTED|request failed/);
    const { page } = visit;
    await enter(page);
    await press(page, 'Grading');
    await page.getByRole('heading', { level: 1, name: 'Three plans wait for a grade' }).waitFor();
    await press(page, 'Grade the next plan');
    await page.getByRole('heading', { level: 1, name: 'Amara Okonkwo' }).waitFor();
    await press(page, 'Go to the rubric');
    await tabUntil(page, `document.activeElement.name === 'level.aim-and-theory'`);
    await page.keyboard.press('3');
    expect(await focused(page)).to.include({ value: 'proficient', checked: true });
    await page.getByText('Draft saved').waitFor();
    expect(await page.locator('[name="points.aim-and-theory"]').inputValue(), 'the middle of the level').to.equal('7');
    await page.keyboard.press('ArrowRight');
    await page.locator('[data-total]', { hasText: /^9$/ }).waitFor();
    // From criterion to criterion, a level each; the first comes again by K.
    for (let criterion = 1; criterion < 8; criterion += 1) {
      await page.keyboard.press('j');
      await page.keyboard.press(criterion === 3 ? '2' : '3');
    }
    await page.getByText('8 of 8 marked').waitFor();
    await page.keyboard.press('k');
    expect(await focused(page)).to.include({ name: 'level.lasting-and-spreading' });
    await page.keyboard.press('c');
    await page.keyboard.type('Just 4 more tests.');
    expect(await page.locator('[name="level.lasting-and-spreading"]:checked').getAttribute('value'), 'digits in a text are text').to.equal('proficient');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');   // "Next criterion"
    await page.keyboard.press('Tab');
    expect(await focused(page)).to.include({ name: 'level.coach-and-next-team' });
    await page.keyboard.press('j');
    // What is written without a connection is sent when it is back.
    await page.getByText('Draft saved').waitFor();
    await visit.context.setOffline(true);
    await page.keyboard.type('Well done.');
    await page.getByText('kept on this device').waitFor();
    await page.getByRole('button', { name: 'Release the grade' }).click();
    await page.getByText('nothing was decided').waitFor();
    await visit.context.setOffline(false);
    await page.getByText('Draft saved').waitFor();
    expect((await drafts())[0]).to.include({ comment: 'Well done.' });
    await checkPage(page, 'grading desk 700');
    await press(page, 'Release the grade');
    await page.getByRole('heading', { name: 'The grade is released' }).waitFor();
    expect((await stage.test.sql.query(`select g.points::int as points, g.assessment->'criteria'->'lasting-and-spreading'->>'comment' as comment from grade g`)).rows).to.deep.equal([{ points: 74, comment: 'Just 4 more tests.' }]);
    await press(page, 'Grade the next plan');
    await page.getByRole('heading', { level: 1, name: /^Zsófia/ }).waitFor();
    await visit.end();
  });

  it('lets single keys be switched off, shows faults as they are typed, and of two windows overwrites neither', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 800 } });
    visit.expectProblem(/4(09|22)/);
    const { page } = visit;
    const base = await enter(page);
    await page.goto(`${base}/grading/submissions/${second}`);
    const other = await visit.context.newPage();
    await other.goto(page.url());
    await page.getByText('Keys', { exact: true }).click();
    await page.getByRole('checkbox', { name: /single keys/ }).uncheck();
    await page.locator('[name="level.testing"]').first().focus();
    await page.keyboard.press('3');
    expect(await page.locator('[name="level.testing"]:checked').count(), 'keys are off').to.equal(0);
    await page.getByRole('group', { name: /Testing plan/ }).getByText('Developing').first().click();
    await page.locator('[name="points.testing"]').fill('12');
    await page.getByText('“Developing” gives 7 to 10 points').waitFor();
    await page.locator('[name="points.testing"]').fill('10');
    await page.getByText('“Developing” gives 7 to 10 points').waitFor({ state: 'hidden' });
    await page.getByText('Draft saved').waitFor();
    await checkPage(page, 'grading desk 320');
    await other.locator('[name="comment"]').fill('From the other window');
    await other.getByRole('button', { name: 'Show both' }).click();
    await other.getByRole('heading', { name: 'You changed this draft in another window' }).waitFor();
    await other.getByText('Developing, 10 of 15').waitFor();
    expect(await other.locator('[name="comment"]').inputValue()).to.equal('From the other window');
    await visit.end();
  });

  it('works with JavaScript off', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled: false });
    const { page } = visit;
    const base = await enter(page);
    await page.goto(`${base}/grading/submissions/${third}`);
    await page.getByRole('group', { name: /Testing plan/ }).getByText('Exemplary').first().click();
    await page.getByRole('button', { name: 'Save the draft' }).click();
    await page.getByText('Draft saved').waitFor();
    expect(await page.locator('[name="points.testing"]').inputValue()).to.equal('14');
    await page.getByLabel('About the whole plan').fill('Please go on with the tests.');
    await page.getByRole('button', { name: 'Return for revision' }).click();
    await page.getByRole('heading', { name: 'The plan is returned for revision' }).waitFor();
    await visit.end();
  });

  const drafts = async () => (await stage.test.sql.query(`select assessment->>'comment' as comment from grade_draft where version > 0`)).rows;

  /** Launches as faculty into the whole window; gives the address of the sign-in. */
  async function enter(page: Page): Promise<string> {
    const address = new URL(linkAddress(stage, { person: 'eleanor', link: 'home', place: 'window', storage: 'off' }));
    address.pathname += '/launch';
    await page.goto(address.href);
    if (!page.url().startsWith(stage.toolUrl)) await page.getByRole('button').first().click();   // without scripts a form is sent by hand
    await page.waitForURL((url) => url.origin === stage.toolUrl && url.pathname.startsWith('/in/'));
    return /^.*?\/in\/[\w-]+/.exec(page.url())?.[0] ?? '';
  }
});

const focused = (page: Page) => page.evaluate<{ name: string; value: string; checked: boolean }>('({ name: document.activeElement.name, value: document.activeElement.value, checked: document.activeElement.checked })');

async function tabUntil(page: Page, reached: string): Promise<void> {
  for (let presses = 0; presses < 120; presses += 1) {
    if (await page.evaluate(reached)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab never came to ${reached}`);
}

/** Goes to what has these words by Tab, and presses Enter. */
async function press(page: Page, words: string): Promise<void> {
  await tabUntil(page, `document.activeElement.textContent.trim() === ${JSON.stringify(words)}`);
  await page.keyboard.press('Enter');
}
