import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { ensureOrganisation } from '../../server/features/platforms/actions.ts';
import { makeRegistrationLink } from '../../server/features/registration/actions.ts';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { checkPage, openVisit, startStage, toolFrame } from './stage.ts';
import type { Stage, Visit } from './stage.ts';

describe('an LMS registers Coachline by a link, in a real browser', function () {
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
  afterEach(() => { stage.lms.registration.fault = 'none'; });

  const newLink = async () => {
    const { sql, clock } = stage.test;
    return `${stage.toolUrl}/lti/register/${await makeRegistrationLink(sql, { organisationId: await ensureOrganisation(sql, 'default', clock.now) }, clock.now)}`;
  };
  /** An administrator of the LMS pastes a new link; the frame that it opens. */
  const paste = async ({ page }: Visit) => {
    await page.goto(`${stage.lms.url}/administration/tools`);
    await page.getByLabel('Registration link').fill(await newLink());
    await page.getByRole('button', { name: 'Register' }).click();
    return toolFrame(page, stage, /^\/lti\/register\//);
  };

  it('in a frame, which closes when all is done; then the tool launches', async () => {
    const visit = await openVisit(browser, stage);
    const frame = await paste(visit);
    await checkPage(frame, 'registration, question');
    await frame.getByRole('button', { name: 'Connect' }).click();
    await visit.page.waitForURL(`${stage.lms.url}/administration/tools`);
    await checkPage(visit.page, 'practice LMS, tools');

    const { clientId } = stage.lms.platform.tools.at(-1)!;
    expect(stage.lms.platform.tools).to.have.length(2);
    await visit.page.getByRole('link', { name: new RegExp(`^Launch .*${clientId}`) }).click();
    const launched = await toolFrame(visit.page, stage);
    await launched.getByRole('heading', { level: 1, name: /have not started the programme here yet/ }).waitFor();
    await visit.end();
  });

  it('stays open where there is something to read, until somebody presses the button', async () => {
    const visit = await openVisit(browser, stage);
    const frame = await paste(visit);
    stage.lms.registration.fault = 'fewer-scopes';
    await frame.getByRole('button', { name: 'Connect' }).click();
    await frame.getByRole('heading', { name: 'What your LMS did not grant' }).waitFor();
    await checkPage(frame, 'registration, fewer scopes');
    await frame.getByRole('button', { name: 'Back to the LMS' }).click();
    await visit.page.waitForURL(`${stage.lms.url}/administration/tools`);
    await visit.end();
  });

  it('in a window, where the page that opened it hears the message, and nobody else could', async () => {
    const visit = await openVisit(browser, stage);
    await visit.page.goto(`${stage.lms.url}/administration/tools`);
    const address = stage.lms.registration.begin(await newLink());
    const [popup] = await Promise.all([
      visit.context.waitForEvent('page'),
      visit.page.evaluate(`window.heard = []; addEventListener('message', ({ origin, data }) => heard.push([origin, data])); window.open(${JSON.stringify(address)}); null`),
    ]);
    await popup.getByRole('button', { name: 'Connect' }).click();
    await popup.getByText('You can close it yourself: all is done.').waitFor();
    await checkPage(popup, 'registration, done');
    expect(await visit.page.evaluate('heard')).to.deep.equal([[stage.toolUrl, { subject: 'org.imsglobal.lti.close' }]]);
    await visit.end();
  });

  it('a refusal says what to do', async () => {
    const visit = await openVisit(browser, stage);
    const frame = await paste(visit);
    stage.lms.registration.fault = 'refuse';
    visit.expectProblem(/424/);
    await frame.getByRole('button', { name: 'Connect' }).click();
    await frame.getByText('is not to our liking').waitFor();
    await checkPage(frame, 'registration, refused');
    await visit.end();
  });
});
