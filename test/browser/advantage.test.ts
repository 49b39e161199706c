// LTI Advantage from end to end, as issue and demo show it: content chosen by deep linking, a grade that arrives in the
// grade book, the work opened from there, a self-test, and a platform that registers itself.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser, Frame, Page } from 'playwright-core';
import { deliverScore } from '../../server/features/scores/actions.ts';
import { ensureToolKey } from '../../server/features/tool-keys/actions.ts';
import { startQueueWork } from '../../server/queues.ts';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkPage, follow, openVisit, startStage, toolFrame } from './stage.ts';
import type { Stage } from './stage.ts';

describe('LTI Advantage in a real browser', function () {
  this.timeout(60_000);
  let stage: Stage;
  let browser: Browser;
  let work: Awaited<ReturnType<typeof startQueueWork>>;
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
    const { sql, sealing, clock, platformServices: services } = stage.test;
    await ensureToolKey(sql, sealing, clock.now);
    await startCohort(stage.test);
    // The job thread's part, in this process, so that its clock is the test's.
    work = await startQueueWork(sql, { log: (error) => { throw error; } });
    work.drain({ queue: 'deliver-score', pollMs: 50, work: ({ scoreId }) => deliverScore({ sql, services, clock: () => clock.now }, scoreId) });
  });
  after(async () => {
    await work?.stop();
    await browser?.close();
    await stage?.close();
  });

  // Each goes on where the one before it ended.

  it('faculty put the whole programme into the course in one press', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(`${stage.lms.url}/as/eleanor/courses/spring`);
    await visit.page.getByRole('link', { name: 'Choose content from Coachline' }).click();
    const frame = await toolFrame(visit.page, stage, /\/deep-linking\//);
    await checkPage(frame, 'deep linking, chooser');
    await frame.getByRole('button', { name: 'Add the whole programme' }).click();
    // The answer comes back to the LMS inside the frame, as everywhere.
    await toolElsewhere(visit.page, /\/deep-linking-returns\//);
    await visit.page.goto(`${stage.lms.url}/as/eleanor/courses/spring`);
    await visit.page.getByRole('link', { name: /^Week 12: / }).waitFor();
    expect(await visit.page.getByRole('link', { name: /^Week \d+: / }).count()).to.equal(12);
    await visit.end();
  });

  it('and change one of the links: what it opens now is chosen already', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(`${stage.lms.url}/as/eleanor/courses/spring`);
    await visit.page.getByRole('link', { name: /“Week 12: .*” anew/ }).click();
    const frame = await toolFrame(visit.page, stage, /\/deep-linking\//);
    await frame.getByRole('heading', { level: 1, name: 'Choose what this link opens' }).waitFor();
    expect(await frame.getByRole('radio', { name: /^Week 12:/ }).isChecked()).to.equal(true);
    await checkPage(frame, 'deep linking, a link chosen anew');
    await frame.getByRole('radio', { name: /^Week 11:/ }).check();
    await frame.getByRole('button', { name: 'Use what I chose' }).click();
    await toolElsewhere(visit.page, /\/deep-linking-returns\//);
    await visit.page.goto(`${stage.lms.url}/as/eleanor/courses/spring`);
    expect(await visit.page.getByRole('link', { name: /^Week 11: / }).count()).to.equal(2);
    expect(await visit.page.getByRole('link', { name: /^Week \d+: / }).count()).to.equal(12);
    await visit.end();
  });

  it('a learner completes the check of week 1 and sees the grade in the LMS', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(`${stage.lms.url}/as/amara/courses/spring`);
    await visit.page.getByRole('link', { name: /^Week 1: / }).click();
    const frame = await toolFrame(visit.page, stage, /\/weeks\/1$/);
    await follow(frame, frame.getByRole('link', { name: 'Begin the check' }), /\/weeks\/1\/check/);
    await checkPage(frame, 'knowledge check, before');
    await takeCheck(frame);
    await checkPage(frame, 'knowledge check, result');
    await visit.page.goto(`${stage.lms.url}/as/amara/courses/spring`);
    await eventually(async () => {
      const { rows: [row] } = await stage.test.sql.query<{ state: string }>('select state from score');
      expect(row?.state).to.equal('sent');
    });
    await visit.page.goto(`${stage.lms.url}/as/eleanor/courses/spring/grade-book`);
    const { rows: [score] } = await stage.test.sql.query<{ score_given: string }>('select score_given::float::text as score_given from score');
    const cells = visit.page.getByRole('row', { name: /Amara Okonkwo/ });
    expect(await cells.innerText()).to.contain(score?.score_given);
    await visit.end();
  });

  it('faculty open her work from the grade book', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(`${stage.lms.url}/as/eleanor/courses/spring/grade-book`);
    await visit.page.getByRole('row', { name: /Amara Okonkwo/ }).getByRole('link', { name: /See the answers in Coachline/ }).click();
    const frame = await toolFrame(visit.page, stage, /\/weeks\/1\/check\/of\//);
    await frame.getByText('Amara Okonkwo').first().waitFor();
    await checkPage(frame, 'knowledge check, review');
    await visit.end();
  });

  it('faculty see that it was sent', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(`${stage.lms.url}/as/eleanor/courses/spring/links/home`);
    const frame = await toolFrame(visit.page, stage, /\/cohort$/);
    await follow(frame, frame.getByRole('link', { name: 'What the grade books were told' }), /\/scores$/);
    await checkPage(frame, 'scores');
    await follow(frame, frame.getByRole('link', { name: 'Week 1: knowledge check' }), /\/scores\/columns\//);
    await frame.getByText('Amara Okonkwo').first().waitFor();
    await checkPage(frame, 'scores, column');
    await visit.end();
  });

  it('an administrator runs the self-test', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(`${stage.lms.url}/as/ruth/courses/spring/links/home`);
    const frame = await toolFrame(visit.page, stage, /\/cohort$/);
    await follow(frame, frame.getByRole('link', { name: 'Platforms' }), /\/admin\/platforms$/);
    await follow(frame, frame.getByRole('link', { name: /self-test/i }).first(), /\/self-test$/);
    await checkPage(frame, 'self-test, before');
    await frame.getByRole('button', { name: 'Run the self-test' }).click();
    await frame.getByText('The same score was read back.').waitFor();
    await checkPage(frame, 'self-test, after');
    await visit.end();
  });

  it('and registers the same LMS once more, by a one-time link', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(`${stage.lms.url}/as/ruth/courses/spring/links/home`);
    const frame = await toolFrame(visit.page, stage, /\/cohort$/);
    await follow(frame, frame.getByRole('link', { name: 'Platforms' }), /\/admin\/platforms$/);
    await follow(frame, frame.getByRole('link', { name: 'Connect an LMS' }), /\/platforms\/connect/);
    await checkPage(frame, 'connect an LMS');
    await follow(frame, frame.getByRole('link', { name: 'Any other LMS' }), /\/platforms\/connect\/generic$/);
    await frame.getByRole('button', { name: 'Make a link' }).click();
    const link = await frame.locator('code', { hasText: '/lti/register/' }).innerText();

    await visit.page.goto(`${stage.lms.url}/administration/tools`);
    await visit.page.getByLabel('Registration link').fill(link);
    await visit.page.getByRole('button', { name: 'Register' }).click();
    const question = await toolFrame(visit.page, stage, /^\/lti\/register\//);
    await question.getByRole('button', { name: 'Connect' }).click();
    await visit.page.waitForURL(`${stage.lms.url}/administration/tools`);   // Coachline's page said that it may be closed
    expect(stage.lms.platform.tools).to.have.length(2);
    await visit.end();
  });
});

/** Answers every question with the second choice, reading why each time. */
async function takeCheck(frame: Frame): Promise<void> {
  await frame.getByRole('link', { name: /^(Begin|Start)/ }).first().click();
  await frame.locator('input[type=radio]').first().waitFor();
  for (let more = true; more;) {
    await frame.locator('input[type=radio]').nth(1).check();
    await frame.getByRole('button', { name: 'Answer' }).click();
    await frame.locator('#explanation').waitFor();
    const next = frame.locator('.check a.btn.main');
    more = /question/i.test(await next.innerText());
    await next.click();
    if (more) await frame.getByRole('button', { name: 'Answer' }).waitFor();
    else await frame.waitForURL(/\/check\/tries\/1$|\/check$/);
  }
}

async function toolElsewhere(page: Page, at: RegExp): Promise<void> {
  const element = await page.waitForSelector('iframe[data-tool]');
  const frame = await element.contentFrame();
  await frame?.waitForURL(at);
}

/** Tries until it is so; what it says last is what counts. */
async function eventually(check: () => Promise<void>): Promise<void> {
  for (let left = 100; ; left -= 1) {
    try {
      return await check();
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
  }
}
