import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Frame, Page } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkWidth, follow, linkAddress, openVisit, startStage } from './stage.ts';
import type { Door, Stage } from './stage.ts';

describe('a browser with JavaScript off', function () {
  this.timeout(30_000);
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

  const javaScriptEnabled = false;

  it('reads a week and marks a section as done by a plain form', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled });
    const frame = await openFrame(visit.page, { person: 'amara', storage: 'off' });
    await postOn(frame);
    const [first, second] = stage.test.programme.weeks[0]?.material?.sections ?? [];
    await frame.getByRole('heading', { level: 2, name: second?.title ?? '' }).waitFor();
    await checkWidth(frame, 'week 1 without scripts');

    const section = frame.getByRole('region', { name: first?.title ?? '', exact: true });
    await Promise.all([frame.waitForURL((url) => url.hash === `#${second?.key}`), section.getByRole('button', { name: 'Mark this section as done' }).click()]);
    await frame.getByText('One of seven sections done').waitFor();
    expect(await frame.getByRole('button', { name: /Print/ }).count(), 'a button that would do nothing').to.equal(0);
    await section.getByRole('button', { name: /Not done after all/ }).click();
    await frame.getByText('None of seven sections done').waitFor();
    await visit.end();
  });

  it('chooses an appearance by a plain form', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled });
    const frame = await openFrame(visit.page, { person: 'amara', storage: 'off' });
    await postOn(frame);
    await frame.getByRole('button', { name: 'Dark' }).click();
    await frame.getByRole('button', { name: 'Dark', pressed: true }).waitFor();
    expect(await frame.locator('html').getAttribute('data-theme')).to.equal('dark');
    await visit.end();
  });

  it('goes on from the login page by its link', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled });
    const frame = await openFrame(visit.page, { person: 'amara', storage: 'parent' });
    await frame.getByRole('link', { name: 'Go on to Coachline' }).click();
    await postOn(frame);
    await visit.end();
  });

  it('opens a window from the login page by its link', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled });
    const frame = await openFrame(visit.page, { person: 'amara', storage: 'parent' });
    const [window] = await Promise.all([visit.context.waitForEvent('page'), frame.getByRole('link', { name: 'Open in a new window' }).click()]);
    await postOn(window);
    await visit.end();
  });

  it('starts a cohort', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled });
    const frame = await openFrame(visit.page, { person: 'ngozi', course: 'autumn', link: 'home', storage: 'off' });
    await postOn(frame, /\/cohort\/start$/);
    await frame.getByLabel('First day of week 1').fill('2026-04-20');
    await follow(frame, frame.getByRole('button', { name: 'Start the cohort' }), /\/cohort\?notice=started$/);
    await visit.end();
  });

  /** The frame that the LMS shows to browsers without scripts. */
  async function openFrame(page: Page, door: Door): Promise<Frame> {
    await page.goto(linkAddress(stage, door));
    const frame = await (await page.waitForSelector('noscript iframe')).contentFrame();
    if (!frame) throw new Error('the frame is empty');
    return frame;
  }

  /** The LMS posts its answer by a script; without, by its button. */
  async function postOn(where: Frame | Page, to = /^\/in\/[\w-]+\/weeks\/1$/): Promise<void> {
    await follow(where, where.getByRole('button', { name: 'Continue' }), to);
  }
});
