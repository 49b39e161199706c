import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { follow, openLink, openVisit, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

describe('two courses in two tabs of one browser', function () {
  this.timeout(30_000);
  let stage: Stage;
  let browser: Browser;
  before(async function () {
    if (browserIsMissing) this.skip();
    [stage, browser] = await Promise.all([startStage(), startChromium()]);
    await startCohort(stage.test, { course: 'spring', name: 'Spring 2026' });
    await startCohort(stage.test, { course: 'autumn', name: 'Autumn 2026', startsOn: '2026-05-04' });
  });
  after(async () => {
    await browser?.close();
    await stage?.close();
  });

  it('never mix, whichever was used last', async () => {
    const visit = await openVisit(browser, stage);
    const spring = await openLink(visit.page, stage, { person: 'amara', course: 'spring' });
    const autumn = await openLink(await visit.context.newPage(), stage, { person: 'amara', course: 'autumn' });
    const toHome = /^\/in\/[\w-]+\/?$/;

    await spring.getByRole('button', { name: 'Mark this section as done' }).first().click();
    await spring.getByText(/^Saved/).waitFor();
    await follow(autumn, autumn.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }), toHome);
    await autumn.getByText('Autumn 2026').first().waitFor();
    expect(await autumn.getByText(/One of \w+ sections done/).count()).to.equal(0);

    await follow(spring, spring.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Home' }), toHome);
    await spring.getByText('Spring 2026').first().waitFor();
    await follow(spring, spring.getByRole('link', { name: /Week 1\b/ }).first(), /\/weeks\/1$/);
    await spring.getByText('One of seven sections done').waitFor();
    await follow(autumn, autumn.getByRole('link', { name: /Week 1\b/ }).first(), /\/weeks\/1$/);
    await autumn.getByText('None of seven sections done').waitFor();
    await visit.end();
  });

  it('may be two people: a learner in one, faculty in the other; signing out of one leaves the other', async () => {
    const visit = await openVisit(browser, stage);
    const learner = await openLink(visit.page, stage, { person: 'amara', course: 'spring' });
    const faculty = await openLink(await visit.context.newPage(), stage, { person: 'ngozi', course: 'autumn', link: 'home' }, /\/cohort$/);
    await follow(learner, learner.getByRole('button', { name: 'Sign out' }), /\/sign-out$/);
    await follow(faculty, faculty.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Weeks' }), /^\/in\/[\w-]+\/?$/);
    await faculty.getByText('Autumn 2026').first().waitFor();
    await faculty.getByText('Nothing that you do here counts as progress').waitFor();
    await visit.end();
  });
});
