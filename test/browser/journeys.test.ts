import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { checkPage, follow, openLink, openVisit, startStage, toolFrame } from './stage.ts';
import type { Stage } from './stage.ts';

describe('a course in a real browser', function () {
  this.timeout(40_000);
  let stage: Stage;
  let browser: Browser;
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  // Each goes on where the one before it ended: one course, from its first day.

  it('tells a learner that nothing has started yet', async () => {
    const visit = await openVisit(browser, stage);
    const frame = await openLink(visit.page, stage, { person: 'amara' });
    await frame.getByRole('heading', { level: 1, name: /have not started the programme here yet/ }).waitFor();
    await checkPage(frame, 'not yet');
    await follow(frame, frame.getByRole('link', { name: 'Read about the programme' }), /\/programme$/);
    await checkPage(frame, 'programme before the start');
    await visit.end();
  });

  it('lets faculty start a cohort from the front page of the LMS', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(stage.lms.url);
    await visit.page.getByRole('link', { name: 'Launch week 1 as faculty' }).click();
    const frame = await toolFrame(visit.page, stage, /\/cohort\/start$/);
    await checkPage(frame, 'start a cohort');

    // First a slip, then good values: what was typed is kept.
    await frame.getByLabel('Name', { exact: true }).fill('');
    await frame.getByLabel('First day of week 1').fill('2026-04-13');
    await frame.getByRole('button', { name: 'Start the cohort' }).click();
    await frame.getByRole('alert').waitFor();
    await checkPage(frame, 'start a cohort, refused');
    expect(await frame.getByLabel('First day of week 1').inputValue()).to.equal('2026-04-13');
    await frame.getByLabel('Name', { exact: true }).fill('Spring 2026');
    await frame.getByLabel('Time zone').selectOption('Europe/London');
    visit.expectProblem(/422/);
    await follow(frame, frame.getByRole('button', { name: 'Start the cohort' }), /\/cohort\?notice=started$/);
    await frame.getByRole('heading', { name: 'Spring 2026 is started' }).waitFor();
    await checkPage(frame, 'cohort, empty');
    await visit.end();
  });

  it('keeps a learner’s progress and place from one launch to the next', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(stage.lms.url);
    await visit.page.getByRole('link', { name: 'Launch week 1 as a learner' }).click();
    let frame = await toolFrame(visit.page, stage, /\/weeks\/1$/);
    await checkPage(frame, 'week 1');
    const sections = stage.test.programme.weeks[0]?.material?.sections ?? [];
    await frame.getByText('None of seven sections done').waitFor();

    await frame.getByRole('button', { name: 'Mark this section as done' }).first().click();
    await frame.getByText(/^Saved \d\d:\d\d$/).waitFor();
    await frame.getByText('One of seven sections done').waitFor();
    await checkPage(frame, 'week 1, one section done');
    expect(await frame.evaluate('document.activeElement.textContent')).to.equal(`Next: ${sections[1]?.title}`);

    // Reading the fourth section for a while is enough for the next visit to know.
    const placeKept = visit.page.waitForResponse((response) => response.url().endsWith('/weeks/1/place') && response.request().postData() === `section=${sections[3]?.key}`);
    await frame.getByRole('link', { name: sections[3]?.title ?? '' }).first().click();
    expect((await placeKept).status()).to.equal(204);

    await visit.page.reload();
    frame = await toolFrame(visit.page, stage, /\/weeks\/1$/);
    await frame.getByText('One of seven sections done').waitFor();
    const resume = frame.getByText('You were reading').first();
    expect(await resume.textContent()).to.contain(sections[3]?.title);
    await checkPage(frame, 'week 1, resumed');
    await visit.end();
  });

  it('leads a learner through weeks, home and programme', async () => {
    const visit = await openVisit(browser, stage);
    const frame = await openLink(visit.page, stage, { person: 'amara' });
    const weeks = frame.getByRole('navigation', { name: 'Weeks', exact: true });
    await follow(frame, weeks.getByRole('link', { name: /Week 2/ }), /\/weeks\/2$/);
    await checkPage(frame, 'week 2');
    await follow(frame, weeks.getByRole('link', { name: /Week 1/ }), /\/weeks\/1$/);

    const main = frame.getByRole('navigation', { name: 'Main' });
    await follow(frame, main.getByRole('link', { name: 'Home' }), /\/in\/[\w-]+\/?(home)?$/);
    await checkPage(frame, 'home');
    const ribbon = frame.getByRole('navigation', { name: 'The weeks of the programme' });
    expect(await ribbon.getByRole('listitem').count()).to.equal(12);
    expect(await ribbon.getByRole('link').count(), 'weeks 1 to 5 are open').to.equal(5);
    const carryOn = frame.getByRole('link', { name: 'Carry on', exact: true });
    await follow(frame, carryOn, /\/weeks\/1$/);

    await follow(frame, main.getByRole('link', { name: 'Programme' }), /\/programme$/);
    await checkPage(frame, 'programme');
    await follow(frame, frame.getByRole('link', { name: 'Go to your weeks' }), /\/in\/[\w-]+\/$/);

    visit.expectProblem(/403/);
    const locked = await openLink(visit.page, stage, { person: 'amara', link: 'week-9' });
    await locked.getByRole('heading', { level: 1, name: /This week opens on Monday 8 June/ }).waitFor();
    await checkPage(locked, 'locked week');
    await visit.end();
  });

  it('shows faculty, assistant and mentor what is theirs to see', async () => {
    const visit = await openVisit(browser, stage);
    const cohort = await openLink(visit.page, stage, { person: 'eleanor', link: 'home' }, /\/cohort$/);
    const row = cohort.getByRole('row', { name: /Amara Okonkwo/ });
    expect(await row.textContent()).to.contain('Week 1: behind, 1 of 7 sections done');
    await cohort.getByText('with the code').waitFor();
    await checkPage(cohort, 'cohort, faculty');

    const assistant = await openLink(visit.page, stage, { person: 'jonas', link: 'home' }, /\/cohort$/);
    await assistant.getByRole('row', { name: /Amara Okonkwo/ }).waitFor();
    expect(await assistant.getByText('with the code').count()).to.equal(0);
    await checkPage(assistant, 'cohort, assistant');

    const mentor = await openLink(visit.page, stage, { person: 'priya', fault: 'mentor', login: 'post' }, /\/weeks\/1$/);
    await mentor.getByText('You read along').waitFor();
    expect(await mentor.getByRole('button', { name: 'Mark this section as done' }).count()).to.equal(0);
    await checkPage(mentor, 'week 1, mentor');
    await visit.end();
  });

  it('says so in student view, and keeps nothing of it', async () => {
    const visit = await openVisit(browser, stage);
    const frame = await openLink(visit.page, stage, { person: 'eleanor', fault: 'student-view' }, /\/weeks\/1$/);
    await frame.getByText('Nothing you do here is recorded').waitFor();
    await checkPage(frame, 'student view');
    const answered = visit.page.waitForResponse((response) => response.url().endsWith('/completion'));
    await frame.getByRole('button', { name: 'Mark this section as done' }).first().click();
    await frame.getByText('One of seven sections done').waitFor();
    await answered;   // the page says so at once; whoever leaves before the answer breaks it off

    const cohort = await openLink(visit.page, stage, { person: 'eleanor', link: 'home' }, /\/cohort$/);
    expect(await cohort.getByRole('row').count(), 'the heading and Amara').to.equal(2);
    await visit.end();
  });

  it('shows a guest the programme and nothing of the course', async () => {
    const visit = await openVisit(browser, stage);
    for (const fault of ['guest', 'no-context'] as const) {
      const frame = await openLink(visit.page, stage, { person: 'priya', fault }, /\/programme$/);
      await frame.getByRole('heading', { name: 'You are here as a guest' }).waitFor();
      expect(await frame.getByText('Amara').count()).to.equal(0);
      await checkPage(frame, `guest, ${fault}`);
    }
    await visit.end();
  });

  it('lets an administrator approve a deployment that knocked', async () => {
    const visit = await openVisit(browser, stage);
    visit.expectProblem(/403/);
    const knocks = { person: 'zsofia', fault: 'unknown-deployment' } as const;
    const waiting = await openLink(visit.page, stage, knocks, /^\/lti\/launch$/);
    await waiting.getByRole('heading', { level: 1, name: 'Coachline is almost connected here' }).waitFor();
    await checkPage(waiting, 'deployment waiting');

    const frame = await openLink(visit.page, stage, { person: 'ruth', link: 'home' });
    await follow(frame, frame.getByRole('link', { name: 'Platforms' }), /\/admin\/platforms$/);
    await frame.getByRole('heading', { level: 1, name: 'One deployment waits for you' }).waitFor();
    await checkPage(frame, 'platforms, one waiting');
    await follow(frame, frame.getByRole('button', { name: 'Approve deployment deployment-that-nobody-approved' }), /approved=/);
    await frame.getByRole('heading', { name: 'Approved' }).waitFor();
    await checkPage(frame, 'platforms, approved');
    await follow(frame, frame.getByRole('link', { name: 'Cohorts' }), /\/cohorts$/);
    await checkPage(frame, 'cohorts');
    await follow(frame, frame.getByRole('link', { name: 'Spring 2026' }), /\/cohorts\/[\w-]+$/);
    await checkPage(frame, 'cohort, administrator');

    const comesIn = await openLink(visit.page, stage, knocks);
    await comesIn.getByRole('heading', { level: 1, name: /have not started the programme here yet/ }).waitFor();
    await visit.end();
  });

  it('signs out, and the tab says so', async () => {
    const visit = await openVisit(browser, stage);
    const frame = await openLink(visit.page, stage, { person: 'amara' });
    const inside = frame.url();
    await follow(frame, frame.getByRole('button', { name: 'Sign out' }), /\/sign-out$/);
    await checkPage(frame, 'signed out');
    visit.expectProblem(/401/);
    await frame.goto(inside);
    await checkPage(frame, 'sign-in ended');
    await visit.end();
  });
});
