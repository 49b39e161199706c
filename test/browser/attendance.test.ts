import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import type { Browser, Page } from 'playwright-core';
import { addLearners, schedule } from '../support/attendance.ts';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { signIn, startCohort } from '../support/browser-session.ts';
import { checkPage, linkAddress, openVisit, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

const day = '/attendance/data-for-improvement/1';

describe('a roll in a browser', function () {
  this.timeout(60_000);
  let stage: Stage;
  let browser: Browser;
  let learners: string[] = [];
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
    await startCohort(stage.test);
    const place = { sql: stage.test.sql, now: stage.test.clock.now };
    learners = await addLearners(place, stage.test.registrationId, 40);
    await schedule(place, { key: 'data-for-improvement', inHours: 0 });
  });
  beforeEach(() => stage.test.sql.query('delete from attendance'));
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  const marks = async (): Promise<string[]> => (await stage.test.sql.query('select a.status from attendance a join person p on p.id = a.person_id order by p.name')).rows.map(({ status }) => status);
  const others: Record<number, [key: string, mark: string]> = { 3: ['l', 'late'], 11: ['x', 'excused'], 18: ['5', 'absent'], 27: ['E', 'left-early'], 39: ['a', 'absent'] };
  const wanted = Array.from({ length: 40 }, (_, index) => others[index]?.[1] ?? 'present');

  it('of forty with five exceptions takes at most 45 presses of a key from the open page on, and every mark is stored', async () => {
    const visit = await openVisit(browser, stage);
    const { page } = visit;
    await open(page);
    let presses = 0;
    const press = async (key: string) => { presses += 1; await page.keyboard.press(key); };
    for (const key of ['Tab', 'Enter', 'Tab']) await press(key);   // by "Skip to the content" to the first thing there
    expect(await page.evaluate('document.activeElement.textContent')).to.equal('All present');
    await press('Enter');
    for (let place = 0; place < 40; place += 1) {
      const key = others[place]?.[0];
      if (key === undefined) await press('ArrowDown');
      else await press(key);
    }
    await page.getByText(/^40 of 40 marked: 35 present, one late, one left early, one excused, two absent$/).waitFor();
    await page.getByText(/Saved 09:00\.$/).waitFor();
    expect(await marks()).to.deep.equal(wanted);
    expect(presses).to.be.at.most(45);
    await page.getByText('Eleanor, 09:00').nth(39).waitFor();
    await checkPage(page, 'roll taken 1280');
    await visit.end();
  });

  it('listens to letters only while it has the focus and nobody switched them off; Enter and arrows mark nobody', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 320, height: 800 } });
    const { page } = visit;
    await open(page);
    for (const key of ['a', '5', 'Tab', 'x']) await page.keyboard.press(key);
    const first = page.getByRole('group', { name: 'Learner 01' });
    await first.getByRole('radio', { name: 'Present' }).focus();
    for (const key of ['ArrowDown', 'ArrowUp', 'End', 'Home', 'Enter', 'Control+a']) await page.keyboard.press(key);
    await page.getByText('Marking by keyboard').click();
    await page.getByRole('checkbox', { name: /Letters and figures mark/ }).uncheck();
    await first.getByRole('radio', { name: 'Present' }).focus();
    await page.keyboard.press('a');
    expect(await page.getByRole('radio', { checked: true }).count()).to.equal(0);
    await page.keyboard.press('Space');
    await page.getByText('1 of 40 marked: one present', { exact: true }).waitFor();
    expect(await marks()).to.deep.equal(['present']);
    await checkPage(page, 'roll begun 320');
    await page.reload();
    expect(await page.getByRole('checkbox', { name: /Letters and figures mark/, includeHidden: true }).isChecked(), 'remembered').to.equal(false);
    await visit.end();
  });

  it('keeps what cannot be sent, over a reload too, and asks where somebody else has said otherwise meanwhile', async () => {
    const visit = await openVisit(browser, stage, { viewport: { width: 700, height: 900 } });
    const { page } = visit;
    visit.expectProblem(/ERR_INTERNET_DISCONNECTED|request failed|answer 409|status of 409/);
    visit.expectProblem(/layout shift: .*Learner 0/);   // a question that nobody foresaw takes its place in the row
    await open(page);
    await visit.context.setOffline(true);
    await page.getByRole('group', { name: 'Learner 01' }).getByText('Late').click();
    await page.getByText('No connection. One mark is kept on this device').waitFor();
    await page.getByRole('group', { name: 'Learner 02' }).getByText('Absent').click();
    await page.getByText('2 marks are kept on this device').waitFor();
    const jonas = await signIn(stage.test, { person: 'jonas' });
    await jonas.submit(`${day}/marks`, { [`mark-${learners[1]}`]: 'excused' }, { origin: stage.toolUrl });
    await visit.context.setOffline(false);
    await page.reload();
    await page.getByText('Jonas, 09:00: excused. You chose absent.').waitFor();
    expect(await marks()).to.deep.equal(['late', 'excused']);
    await checkPage(page, 'roll disagrees 700');
    await page.getByRole('button', { name: 'Replace by absent' }).click();
    await page.getByText('2 of 40 marked: one late, one absent', { exact: true }).waitFor();
    expect(await marks()).to.deep.equal(['late', 'absent']);
    await visit.end();
  });

  it('works with JavaScript off: Enter on a mark saves what was chosen, and marks nobody else', async () => {
    const visit = await openVisit(browser, stage, { javaScriptEnabled: false });
    const { page } = visit;
    await open(page);
    await page.getByRole('group', { name: 'Learner 01' }).getByText('Excused').click();
    await page.keyboard.press('Enter');
    await page.getByText('Saved. Each learner has the mark that stands below.').waitFor();
    expect(await marks()).to.deep.equal(['excused']);
    await page.getByRole('button', { name: 'All present' }).click();
    await page.getByText('40 of 40 marked: 39 present, one excused').waitFor();
    await visit.end();
  });

  /** Launches Eleanor into the whole window and opens the roll of the day. */
  async function open(page: Page): Promise<void> {
    const address = new URL(linkAddress(stage, { person: 'eleanor', place: 'window', storage: 'off' }));
    address.pathname += '/launch';
    await page.goto(address.href);
    if (!page.url().startsWith(stage.toolUrl)) await page.getByRole('button').first().click();   // without scripts a form is sent by hand
    await page.waitForURL((url) => url.origin === stage.toolUrl && url.pathname.startsWith('/in/'));
    await page.goto(`${/^.*\/in\/[^/]+/.exec(page.url())?.[0]}${day}`);
    await page.getByRole('heading', { level: 1, name: 'Roll: Data for improvement' }).waitFor();
  }
});
