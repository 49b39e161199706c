// One workshop, one plan, one grade, for all three kinds of people, each launched from the LMS into its frame.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { deliverScore } from '../../server/features/scores/actions.ts';
import { ensureToolKey } from '../../server/features/tool-keys/actions.ts';
import { startQueueWork } from '../../server/queues.ts';
import { fillPlan } from '../features/coaching-plans-support.ts';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { signIn, startCohort } from '../support/browser-session.ts';
import { checkPage, follow, openVisit, startStage, toolFrame } from './stage.ts';
import type { Stage } from './stage.ts';

describe('the whole path in a real browser', function () {
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
    await signIn(stage.test, { person: 'amara' });
    await fillPlan(stage.test, 'Amara');
    work = await startQueueWork(sql, { log: (error) => { throw error; } });
    work.drain({ queue: 'deliver-score', pollMs: 50, work: ({ scoreId }) => deliverScore({ sql, services, clock: () => clock.now }, scoreId) });
  });
  after(async () => {
    await work?.stop();
    await browser?.close();
    await stage?.close();
  });

  /** Launches from the course's home link, into the frame. */
  async function open(person: string, path: RegExp) {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(`${stage.lms.url}/as/${person}/courses/spring/links/home`);
    return { visit, frame: await toolFrame(visit.page, stage, path) };
  }

  // Each goes on where the one before it ended.

  it('an administrator lays out the workshops, and moves one', async () => {
    const { visit, frame } = await open('ruth', /\/cohort$/);
    await follow(frame, frame.getByRole('link', { name: 'Workshops' }).first(), /\/workshops$/);
    await follow(frame, frame.getByRole('link', { name: /schedule|calendar/i }).first(), /\/cohort\/workshops$/);
    for (const key of ['coaching-aims-and-tests', 'coaching-to-learn']) await frame.locator(`[name="${key}-venue"]`).fill('The old library');
    await frame.getByRole('button', { name: /Put .* on the calendar|Schedule/i }).first().click();
    await frame.getByRole('heading', { level: 1, name: 'Seven workshops on the calendar' }).waitFor();
    await follow(frame, frame.getByRole('link', { name: 'Facilitating teams' }).first(), /\/workshops\/facilitating-teams$/);
    await follow(frame, frame.getByRole('link', { name: 'Change times or place' }), /\/sessions$/);
    await frame.locator('[name="facilitating-teams-1-date"]').fill('2026-05-28');
    await frame.locator('[name="reason"]').fill('The trust’s own conference');
    await frame.getByRole('button', { name: 'Save the changes' }).click();
    await frame.getByText('Thursday 28 May').first().waitFor();
    await checkPage(frame, 'workshop, moved, for an administrator');
    await visit.end();
  });

  it('the learner sees on home that it has moved, and hands in her plan', async () => {
    const { visit, frame } = await open('amara', /^\/in\/[\w-]+\/?$/);
    await frame.getByText('Moved: Facilitating teams').waitFor();
    await frame.getByText(/Now Thursday 28 May.*The trust’s own conference/).waitFor();
    await checkPage(frame, 'home with news');
    await follow(frame, frame.getByRole('link', { name: 'Plan', exact: true }), /\/plan$/);
    await frame.getByRole('button', { name: 'Hand in my plan' }).click();
    await frame.getByText(/Receipt/).first().waitFor();
    await checkPage(frame, 'plan, handed in');
    await visit.end();
  });

  it('faculty grade it and release the grade', async () => {
    const { visit, frame } = await open('eleanor', /\/cohort$/);
    await follow(frame, frame.getByRole('link', { name: 'Grading' }).first(), /\/grading$/);
    await follow(frame, frame.getByRole('link', { name: 'Grade the next plan' }), /\/grading\/submissions\//);
    for (const criterion of stage.test.programme.rubric?.criteria ?? []) {
      await frame.locator(`[name="level.${criterion.key}"][value="${criterion.levels[1]?.key}"]`).check();
    }
    await frame.getByText('Draft saved').waitFor();
    await frame.getByRole('button', { name: 'Release the grade' }).click();
    await frame.getByRole('heading', { name: 'The grade is released' }).waitFor();
    await visit.end();
  });

  it('within five seconds the grade book of the LMS shows it', async () => {
    const [grade] = (await stage.test.sql.query<{ points: string }>('select points::float::text as points from grade')).rows;
    const visit = await openVisit(browser, stage);
    const row = visit.page.getByRole('row', { name: /Amara Okonkwo/ });
    const shows = async (): Promise<boolean> => {
      await visit.page.goto(`${stage.lms.url}/as/eleanor/courses/spring/grade-book`);
      return (await row.innerText()).includes(grade?.points ?? 'no grade');
    };
    for (let left = 25; !(await shows()) && left > 0; left -= 1) await new Promise((resolve) => { setTimeout(resolve, 150); });
    expect(await row.innerText()).to.contain(grade?.points);
    await visit.end();
  });

  it('and the learner’s home says so, until she has read it', async () => {
    const { visit, frame } = await open('amara', /^\/in\/[\w-]+\/?$/);
    await frame.getByText('Feedback on your coaching plan has come.').waitFor();
    await follow(frame, frame.getByRole('link', { name: 'Read the feedback' }), /\/plan\/submissions\/1$/);
    await checkPage(frame, 'plan, graded');
    await follow(frame, frame.getByRole('link', { name: 'Home', exact: true }), /^\/in\/[\w-]+\/?$/);
    await frame.getByText('Your coaching plan is graded.').waitFor();
    await visit.end();
  });
});
