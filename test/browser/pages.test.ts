import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { after, before, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { schedule } from '../support/attendance.ts';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { signIn, startCohort } from '../support/browser-session.ts';
import { fillPlan } from '../features/coaching-plans-support.ts';
import { handIn } from '../support/submissions.ts';
import { checkPage, checkWidth, follow, linkAddress, openVisit, settle, startStage } from './stage.ts';
import type { Door, Stage } from './stage.ts';
import { choicesOf } from '../support/questions.ts';

/** As long as a name may be, without a place to break it. */
const longName = 'Qualitätsverbesserungsbegleiterinnenprogramm'.repeat(6).slice(0, 255);

describe('every page', function () {
  this.timeout(40_000);
  let stage: Stage;
  let browser: Browser;
  /** What stands for `:name` in the paths below. */
  let ids: Record<string, string> = {};
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
    await startCohort(stage.test, { name: longName });
    for (const person of ['conceicao', 'zsofia', 'muhammad', 'minghua']) await signIn(stage.test, { person });
    const [first, second] = stage.test.programme.weeks[0]?.material?.sections ?? [];
    const learner = await signIn(stage.test, { person: 'conceicao' });
    await learner.submit(`/weeks/1/sections/${first?.key}/completion`);
    await learner.submit('/weeks/1/place', { section: second?.key ?? '' });
    const { rows: [row] } = await stage.test.sql.query<Record<string, string>>('select c.id as cohort, o.id as organisation from cohort c join organisation o on o.id = c.organisation_id');
    const [question] = stage.test.programme.weeks[0]?.check?.questions ?? [];
    await learner.submit(`/weeks/1/check/tries/1/questions/${question?.key}/answer`, { choice: choicesOf(question)[0]?.key ?? '' });
    await fillPlan(stage.test, 'Concei');
    await learner.submit('/plan/submission');
    await learner.submit('/journal/weeks/1/sharing', { text: `${longName}\nhttps://example.org/${longName}`, version: '0' });
    await learner.submit('/assignments/charter/report', { account: `${longName}\nhttps://example.org/${longName}`, version: '0' });
    await learner.submit('/discussion/weeks/1/posts', { text: `@Zsófia, ${longName}`, key: randomUUID() });
    const { rows: [own] } = await stage.test.sql.query<Record<string, string>>('select person_id as learner from knowledge_check_attempt');
    for (const [key, inHours] of [['getting-started', -600], ['data-for-improvement', 0], ['graduation', 900]] as const) await schedule({ sql: stage.test.sql, now: stage.test.clock.now }, { key, inHours });
    const submission = await handIn(stage.test.sql, { name: 'Zsófia', answers: { 'goals.first': longName } });
    ids = { ...row, submission, ...own, question: question?.key ?? '', registration: stage.test.registrationId };
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  // A path, after the status that it answers where that is not 200.
  const readers: { name: string; door: Door | 'link' | null; paths: string[] }[] = [
    { name: 'anybody', door: null, paths: ['/', '/signed-out', '404 /nowhere', '405 /lti/launch', '403 /lti/register/nobodys-link', '401 /in/nobodyssignin/', '401 /weeks/1'] },
    { name: 'a learner', door: { person: 'conceicao' }, paths: ['/', '/weeks/1', '/weeks/1/check', '/weeks/1/check/tries/1/questions/:question', '/weeks/5', '403 /weeks/9', '/eligibility', '/eligibility/tools', '/plan', '/plan/sections/coaching-schedule', '/plan/whole', '/plan/submissions/1', '/journal', '/journal/weeks/1', '/discussion/weeks/1', '/progress', '/assignments/charter', '/assignments/baseline-and-first-cycle', '/attendance', '/programme', '/glossary', '/cards', '/search?q=improvement', '/search?q=xylophone', '/mail/preferences', '403 /cohorts'] },
    { name: 'a learner before the start', door: { person: 'siobhan', course: 'autumn' }, paths: ['/'] },
    { name: 'a mentor', door: { person: 'priya', fault: 'mentor' }, paths: ['/'] },
    { name: 'a guest', door: { person: 'priya', fault: 'guest' }, paths: ['/programme'] },
    { name: 'faculty', door: { person: 'eleanor' }, paths: ['/', '/cohort', '/cohort/settings', '/cohort/material', '/search?q=breakout', '/eligibility/forms', '/roster', '/roster?group=left', '/scores', '/weeks/12', '/weeks/1/check/of/:learner', '/learners/:learner', '/assignments/charter', '/assignments/of/:learner', '/mail/nudges/:learner', '/discussion', '/discussion/weeks/1', '/journal/shared', '/journal/shared?learner=:learner', '/grading', '/grading/submissions/:submission', '/attendance', '/attendance/data-for-improvement/1', '/attendance/data-for-improvement/1/sheet', '409 /attendance/graduation/1'] },
    { name: 'faculty before the start', door: { person: 'ngozi', course: 'autumn' }, paths: ['/cohort/start'] },
    { name: 'an administrator', door: { person: 'ruth' }, paths: ['/cohorts', '/cohorts/:cohort', '/cohorts/:cohort/settings', '/admin/platforms', '/admin/platforms/:registration', '/platforms/connect', '/platforms/connect/moodle', '/platforms/connect/canvas', '/admin/organisation', '/admin/mail'] },
    { name: 'an operator', door: 'link', paths: ['/cohorts', '/admin/platforms', '/platforms/connect/brightspace', '/admin/organisations', '/admin/organisations/:organisation'] },
    { name: 'an administrator before the start', door: { person: 'ruth', course: 'autumn' }, paths: ['/cohort/start'] },
  ];
  for (const { name, door, paths } of readers) {
    it(`fits 320, 700 and 1280 pixels and is accessible in the dark, for ${name}: ${paths.join(' ')}`, async () => {
      const visit = await openVisit(browser, stage, { colorScheme: 'dark', viewport: { width: 1280, height: 800 } });
      visit.expectProblem(/40[0-9]/);
      const base = door === 'link' ? await enterByLink(visit.page) : door ? await enter(visit.page, door) : stage.toolUrl;
      for (const line of paths) {
        const [path = '', status = '200'] = line.split(' ').toReversed();
        await visit.page.setViewportSize({ width: 1280, height: 800 });
        const answer = await visit.page.goto(base + path.replaceAll(/:(\w+)/g, (_all, name: string) => ids[name] ?? ''));
        expect(String(answer?.status()), path).to.equal(status);
        for (const width of [1280, 700, 320]) {
          await visit.page.setViewportSize({ width, height: 800 });
          await settle(visit.page);
          await checkWidth(visit.page, `${path} at ${width} px`);
        }
        await checkPage(visit.page, `${name} ${path} 320 dark`);
        expect(await lightness(visit.page), `${path}: paper in the dark`).to.be.below(0.3);
      }
      await visit.end();
    });
  }

  it('keeps the appearance that a reader chose', async () => {
    const visit = await openVisit(browser, stage, { colorScheme: 'dark' });
    const base = await enter(visit.page, { person: 'zsofia' });
    const kept = visit.page.waitForResponse((response) => response.url().endsWith('/appearance'));
    await visit.page.getByRole('button', { name: 'Light' }).click();
    expect(await lightness(visit.page), 'at once').to.be.above(0.8);
    await kept;
    await visit.page.goto(`${base}/programme`);
    expect(await lightness(visit.page), 'on the next page').to.be.above(0.8);
    await checkPage(visit.page, 'programme, light by choice');
    await visit.end();
  });

  it('prints a week without what is only for the screen', async () => {
    const visit = await openVisit(browser, stage);
    await enter(visit.page, { person: 'conceicao' });
    await visit.page.emulateMedia({ media: 'print' });
    for (const role of ['navigation', 'button', 'contentinfo'] as const) {
      expect(await visit.page.getByRole(role).filter({ visible: true }).count(), role).to.equal(0);
    }
    await visit.page.getByText(/Printed for Maria da Conceição/).waitFor();
    for (const { title } of stage.test.programme.weeks[0]?.material?.sections ?? []) {
      expect(await visit.page.getByRole('heading', { level: 2, name: title, exact: true }).isVisible(), title).to.equal(true);
    }
    await visit.page.setViewportSize({ width: 680, height: 960 });   // A4 less its margins
    await checkWidth(visit.page, 'week 1 on paper');
    await visit.end();
  });

  it('of a week weighs less than 100 kB before its fonts', async () => {
    const visit = await openVisit(browser, stage);
    const base = await enter(visit.page, { person: 'eleanor', link: 'home' });
    for (const { number } of stage.test.programme.weeks) {
      await visit.context.newCDPSession(visit.page).then((session) => session.send('Network.clearBrowserCache'));
      const sizes: Promise<number>[] = [];
      const weigh = (request: { resourceType: () => string; sizes: () => Promise<{ responseBodySize: number; responseHeadersSize: number }> }) => {
        if (request.resourceType() !== 'font') sizes.push(request.sizes().then(({ responseBodySize, responseHeadersSize }) => responseBodySize + responseHeadersSize));
      };
      visit.page.on('requestfinished', weigh);
      await visit.page.goto(`${base}/weeks/${number}`);
      visit.page.off('requestfinished', weigh);
      const total = (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
      expect(sizes.length, 'page, style sheets, script').to.be.at.least(4);
      expect(total, `week ${number}`).to.be.below(100_000);
    }
    await visit.end();
  });

  describe('by keyboard alone, 320 pixels wide', () => {
    const viewport = { width: 320, height: 640 };

    it('goes through a week in order, seeing where one is, and out again', async () => {
      const visit = await openVisit(browser, stage, { viewport });
      await enter(visit.page, { person: 'zsofia' });
      await checkTabOrder(visit.page);
      await visit.end();
    });

    it('skips to the content, marks a section as done and goes on to the next', async () => {
      const visit = await openVisit(browser, stage, { viewport });
      const { page } = visit;
      await enter(page, { person: 'zsofia' });
      await page.keyboard.press('Tab');
      await page.getByRole('link', { name: 'Skip to the content' }).waitFor();
      await page.keyboard.press('Enter');
      expect(await page.evaluate('document.activeElement.id')).to.equal('main');

      const [, second] = stage.test.programme.weeks[0]?.material?.sections ?? [];
      await tabTo(page, 'Mark this section as done');
      await page.keyboard.press('Enter');
      await page.getByText(/^Saved \d\d:\d\d$/).waitFor();
      expect(await focused(page)).to.equal(`Next: ${second?.title}`);
      await page.keyboard.press('Enter');
      await page.waitForURL((url) => url.hash === `#${second?.key}`);
      await page.keyboard.press('Tab');
      expect(await page.evaluate('document.activeElement.closest("[data-section]").id'), 'the keyboard went along').to.equal(second?.key);
      await visit.end();
    });

    it('fills in the form that starts a cohort, and puts a slip right', async () => {
      const visit = await openVisit(browser, stage, { viewport });
      const { page } = visit;
      await enter(page, { person: 'ngozi', course: 'autumn', link: 'home' });
      await checkTabOrder(page);
      visit.expectProblem(/422/);

      await page.reload();
      await tabTo(page, 'Name');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.press('Delete');
      await page.keyboard.press('Enter');
      await page.getByRole('alert').waitFor();
      expect(await page.evaluate('document.activeElement.getAttribute("role")'), 'starts at what is wrong').to.equal('alert');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await focused(page), 'the message leads to its field').to.equal('Name');
      expect(await page.getByLabel('Name', { exact: true }).inputValue(), 'what was typed is kept, and that was nothing').to.equal('');
      await page.keyboard.type('Autumn 2026');
      await tabTo(page, 'First day of week 1');
      await page.keyboard.type('05052026');   // in whichever order this browser asks for day and month
      await tabTo(page, 'Time zone');
      await page.keyboard.type('Dubl');
      expect(await page.getByLabel('First day of week 1').inputValue()).to.equal('2026-05-05');
      expect(await page.getByLabel('Time zone').inputValue()).to.equal('Europe/Dublin');
      await tabTo(page, 'Start the cohort');
      await follow(page, { click: () => page.keyboard.press('Enter') }, /\/cohort\?notice=started$/);
      await page.getByRole('heading', { name: 'Autumn 2026 is started' }).waitFor();
      await visit.end();
    });
  });

  /** Comes in as an operator, by a link such as the command line makes. */
  async function enterByLink(page: Page): Promise<string> {
    const { sql, clock } = stage.test;
    const token = await makeAdministratorLink(sql, { email: 'operator@trust.example', organisationId: null }, clock.now);
    await page.goto(`${stage.toolUrl}/sign-in/${token}`);
    return baseOf(page);
  }

  /** Launches into the whole window; the address of the sign-in. */
  async function enter(page: Page, door: Door): Promise<string> {
    const address = new URL(linkAddress(stage, { ...door, place: 'window' }));
    address.pathname += '/launch';
    await page.goto(address.href);
    await page.waitForURL((url) => url.origin === stage.toolUrl && url.pathname.startsWith('/in/'));
    return baseOf(page);
  }
});

const baseOf = (page: Page): string => /^.*?\/in\/[\w-]+/.exec(page.url())?.[0] ?? '';

/** How light the paper is that text stands on: 0 black, 1 white. */
async function lightness(page: Page): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.createElement('canvas').getContext('2d');
    canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue] = canvas.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / 3 / 255;
  })()`);
}

/** The words of what has the focus: a field's label, else its text. */
async function focused(page: Page): Promise<string> {
  return page.evaluate('(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()');
}

async function tabTo(page: Page, words: string): Promise<void> {
  const met: string[] = [];
  while (met.length < 60) {
    await page.keyboard.press('Tab');
    const here = await focused(page);
    if (here === words) return;
    met.push(here);
  }
  throw new Error(`Tab never came to “${words}”, only to ${met.join(', ')}`);
}

type Stop = { place: number; words: string; marked: boolean; inSight: boolean };

/** Tab reaches everything that can be pressed or filled in, in the order of the page, each in sight and marked; then it leaves the page. */
async function checkTabOrder(page: Page): Promise<void> {
  await settle(page);
  const reachable = await page.evaluate(listReachable);
  const stops: Stop[] = [];
  for (let presses = 0; presses < 3 * reachable.length; presses += 1) {
    await page.keyboard.press('Tab');
    const stop = await page.evaluate(describeFocus);
    if (stop === null || (stops.length > 1 && stop.place === stops[0]?.place)) break;
    if (stop.place !== stops.at(-1)?.place) stops.push(stop);   // day, month and year are stops of one field
  }
  expect(stops.map(({ words }) => words)).to.deep.equal(reachable.map(({ words }) => words));
  expect(stops.map(({ place }) => place), 'order of the page').to.deep.equal(reachable.map(({ place }) => place));
  expect(stops.filter(({ marked }) => !marked).map(({ words }) => words), 'focus that is not marked').to.deep.equal([]);
  expect(stops.filter(({ inSight }) => !inSight).map(({ words }) => words), 'focus out of sight').to.deep.equal([]);
}

// Code of the page: it has its own document, which the types of Node know nothing of.
const wordsOf = '((element) => (element.labels?.[0] ?? element).textContent.trim().slice(0, 60))';

const listReachable = `(() => {
  const all = [...document.querySelectorAll('*')];
  const isStop = (element) => element.tabIndex >= 0 && !element.disabled && element.matches('a[href], button, input, select, textarea, summary, [tabindex], audio[controls], video[controls]');
  const drawn = (element) => element.checkVisibility({ visibilityProperty: true });
  return all.flatMap((element, place) => (isStop(element) && drawn(element) ? [{ place, words: ${wordsOf}(element) }] : []));
})()` as unknown as () => { place: number; words: string }[];

const describeFocus = `(() => {
  const element = document.activeElement;
  if (element === null || element === document.body) return null;
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
  const { top, bottom, left, right } = element.getBoundingClientRect();
  return {
    place: [...document.querySelectorAll('*')].indexOf(element),
    words: ${wordsOf}(element),
    marked: (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2) || boxShadow !== 'none',
    inSight: bottom > 0 && top < innerHeight && right > 0 && left < innerWidth,
  };
})()` as unknown as () => Stop | null;
