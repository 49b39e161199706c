import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import type { Browser } from 'playwright-core';
import { browserIsMissing, startChromium } from '../support/browser.ts';
import { startCohort } from '../support/browser-session.ts';
import { checkPage, checkWidth, openLink, openVisit, settle, startStage } from './stage.ts';
import type { Stage } from './stage.ts';

// A watch that sees nothing would pass every test: here each kind of fault is made, inside the frame, on purpose.
describe('what the browser tests watch for', function () {
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

  const faults: { fault: string; make: string; says: RegExp }[] = [
    { fault: 'a jump of the layout', make: "document.querySelector('main').prepend(Object.assign(document.createElement('p'), { innerHTML: 'Late<br>news<br>for<br>you' }))", says: /layout shift: 0\.\d+ on http:\/\/localhost/ },
    { fault: 'a request to another host', make: "location.href = 'http://127.0.0.2:9/'", says: /request to another host: http:\/\/127\.0\.0\.2/ },
    { fault: 'a missing file', make: "document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href: '/assets/none.css' }))", says: /failed: GET .*none\.css/ },
    { fault: 'a script that throws', make: "setTimeout(() => { throw new Error('on purpose'); })", says: /on purpose/ },
    { fault: 'a policy that is broken', make: "document.body.append(Object.assign(document.createElement('script'), { textContent: '1' }))", says: /Content Security Policy/ },
  ];
  for (const { fault, make, says } of faults) {
    it(`sees ${fault}`, async () => {
      const visit = await openVisit(browser, stage);
      const frame = await openLink(visit.page, stage, { person: 'amara' });
      await settle(frame);
      await frame.evaluate(make);
      await visit.page.waitForTimeout(300);
      expect(await messageOf(visit.end())).to.match(says);
    });
  }

  it('sees what is too wide, and what axe objects to, inside the frame', async () => {
    const visit = await openVisit(browser, stage);
    const frame = await openLink(visit.page, stage, { person: 'amara' });
    await frame.evaluate("document.querySelector('h1').style.width = '3000px'");
    expect(await messageOf(checkWidth(frame, 'week'))).to.match(/scrolls sideways by \d+ px because of .*<h1/);
    await frame.evaluate("document.querySelector('h1').style.width = ''; document.querySelector('h1').after(document.createElement('img'))");
    expect(await messageOf(checkPage(frame, 'week'))).to.match(/image-alt/);
    await visit.context.close();
  });
});

async function messageOf(outcome: Promise<unknown>): Promise<string> {
  return outcome.then(() => 'nothing', (error: { message: string; actual?: unknown }) => `${error.message} ${JSON.stringify(error.actual)}`);
}
