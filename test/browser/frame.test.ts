import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { signIn, startCohort } from '../support/browser-session.ts';
import { follow, linkAddress, openLink, openVisit, startStage, toolFrame } from './stage.ts';
import type { Stage, Visit } from './stage.ts';

type Heard = { origin: string; data: { subject?: string; height?: number } };

/** What the page of the LMS does with the messages of its frame: writes them down, and where it `obeys` does as Canvas does. */
const lms = (obeys: boolean) => `
  if (self === top) {
    self.heard = [];
    addEventListener('message', ({ origin, data, source }) => {
      self.heard.push({ origin, data });
      const frame = document.querySelector('iframe[data-tool]');
      if (!${obeys} || source !== frame.contentWindow) return;
      if (data.subject === 'lti.frameResize') frame.style.height = data.height + 'px';
      if (data.subject === 'lti.fetchWindowSize') source.postMessage({ subject: 'lti.fetchWindowSize.response', height: innerHeight, scrollY: self.pretendScrollY ?? scrollY, offset: { top: frame.getBoundingClientRect().top + scrollY } }, origin);
    });
  }`;

describe('manners in a frame of the LMS, in a real browser', function () {
  this.timeout(40_000);
  let stage: Stage;
  let browser: Browser;
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
    await startCohort(stage.test);
    await signIn(stage.test, { person: 'amara' });
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  const open = async ({ obeys = true } = {}) => {
    const visit = await openVisit(browser, stage, { viewport: { width: 1000, height: 700 } });
    await visit.context.addInitScript(lms(obeys));
    const frame = await openLink(visit.page, stage, { person: 'amara', link: 'week-1', storage: 'off' });
    return { visit, frame };
  };
  const heard = async ({ page }: Visit): Promise<Heard[]> => page.evaluate('heard');
  /** Waits until nothing more is said. */
  const quiet = async (visit: Visit): Promise<Heard[]> => {
    for (let before = -1, all = await heard(visit); ; before = all.length, all = await heard(visit)) {
      if (all.length === before) return all;
      await visit.page.waitForTimeout(400);
    }
  };

  it('tells its height and nothing else, to the LMS alone; twice the height is never asked for', async () => {
    const { visit, frame } = await open({ obeys: false });
    const all = await quiet(visit);
    expect(all.length).to.be.within(1, 3);
    const content: number = await frame.evaluate(`Math.ceil(document.querySelector('.shell').getBoundingClientRect().height)`);
    for (const { origin, data } of all) {
      expect(origin).to.equal(stage.toolUrl);
      expect(data).to.have.all.keys('subject', 'height');
      expect(data.subject).to.equal('lti.frameResize');
    }
    expect(all.at(-1)?.data.height).to.be.closeTo(content, 3);
    await visit.end();
  });

  it('an LMS that obeys shows the page whole, with one scroll bar; the frame follows both ways and comes to rest', async () => {
    const { visit, frame } = await open();
    visit.expectProblem(/^layout shift/);   // by what this test puts into the page
    const told = async () => (await quiet(visit)).findLast(({ data }) => data.subject === 'lti.frameResize')?.data.height ?? 0;
    const tall = await told();
    const inner = async (): Promise<[number, number]> => frame.evaluate('[document.documentElement.scrollHeight, innerHeight]');
    const [content, room] = await inner();
    expect(content).to.be.at.most(room);
    await follow(frame, frame.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }), /^\/in\/[\w-]+\/?$/);
    const home = await told();
    expect(home, 'a shorter page').to.be.below(tall - 100);
    await frame.evaluate(`document.querySelector('main').append(...Array.from({ length: 40 }, () => Object.assign(document.createElement('p'), { className: 'more-words', textContent: 'More.' })))`);
    expect(await told(), 'grown').to.be.above(home + 500);
    await frame.evaluate(`document.querySelectorAll('.more-words').forEach((one) => one.remove())`);
    expect(await told(), 'shrunk again').to.equal(home);
    await visit.end();
  });

  it('a link at the foot of a tall frame opens the next page at its top; a section that an address names is brought into sight', async () => {
    const { visit, frame } = await open();
    await quiet(visit);
    const last = frame.getByRole('link', { name: /Week 2/ }).last();
    await last.scrollIntoViewIfNeeded();
    expect(await visit.page.evaluate('scrollY')).to.be.above(700);
    await follow(frame, last, /\/weeks\/2$/);
    await quiet(visit);
    expect(await visit.page.evaluate('scrollY - document.querySelector("iframe[data-tool]").offsetTop')).to.be.at.most(2);

    const section = stage.test.programme.weeks[1]?.material?.sections[2]?.key ?? '';
    await Promise.all([frame.waitForURL(/#/), frame.evaluate(`location.href = '../weeks/1'; null`).then(() => frame.waitForURL(/weeks\/1$/)).then(() => frame.evaluate(`location.href = '../weeks/2#${section}'; null`))]);
    await quiet(visit);
    const inSight: number = await frame.evaluate(`document.getElementById('${section}').getBoundingClientRect().top`);
    const place: number = await visit.page.evaluate('document.querySelector("iframe[data-tool]").getBoundingClientRect().top');
    expect(inSight + place).to.be.within(-5, 650);
    await visit.end();
  });

  it('asks Canvas to scroll where it is scrolled beyond the frame, and only on the way between our own pages', async () => {
    const { visit, frame } = await open();
    expect((await quiet(visit)).map(({ data }) => data.subject)).not.to.include('lti.fetchWindowSize');
    await visit.page.evaluate('pretendScrollY = 5000; null');
    await follow(frame, frame.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }), /^\/in\/[\w-]+\/?$/);
    const subjects = (await quiet(visit)).map(({ data }) => data.subject);
    expect(subjects).to.include.members(['lti.fetchWindowSize', 'lti.scrollToTop']);
    await visit.end();
  });

  it('in a window of its own it says nothing', async () => {
    const visit = await openVisit(browser, stage);
    await visit.context.addInitScript(lms(false));
    await visit.page.goto(linkAddress(stage, { person: 'amara', place: 'window' }));
    const [tab] = await Promise.all([visit.context.waitForEvent('page'), visit.page.getByRole('link', { name: /open/i }).first().click()]);
    await tab.waitForURL(/\/in\//);
    await tab.waitForLoadState('load');
    await visit.page.waitForTimeout(400);
    expect(await heard(visit)).to.deep.equal([]);
    await visit.end();
  });

  it('leads back into the course, and after a sign-out says what happened', async () => {
    const { visit, frame } = await open({ obeys: false });
    await frame.getByRole('link', { name: 'Back to the course' }).click();
    await frame.getByText('The tool sent you back without a message.').waitFor();
    await visit.page.goto(linkAddress(stage, { person: 'amara', link: 'week-1' }));
    const again = await toolFrame(visit.page, stage);
    await again.getByRole('button', { name: 'Sign out' }).click();
    await again.getByRole('link', { name: 'Back to the course' }).click();
    await again.getByText('You are signed out of Coachline.').waitFor();
    await visit.end();
  });
});
