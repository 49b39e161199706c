import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { launch, openBrowser } from '../support/browser-session.ts';

describe('a hostile launch', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  it('with twenty cookies that no sign-in of ours could have is a launch like any other', async () => {
    const browser = openBrowser(test);
    for (let number = 0; number < 25; number += 1) browser.cookies.set(`__Host-in-\u00e9${number}`, 'x');
    for (let number = 0; number < 25; number += 1) browser.cookies.set(`__Host-in-${'x'.repeat(40)}${number}`, 'x');
    expect((await launch(browser, test.platform)).statusCode).to.equal(303);
  });

  it('from made-up deployments fills neither the table nor the administrators’ page', async () => {
    await test.sql.query(`insert into deployment (registration_id, deployment_id, created_at) select $1, 'made up ' || n, now() from generate_series(1, 199) n`, [test.registrationId]);
    for (const deploymentId of ['one more', 'one too many', 'two too many']) {
      const answer = await launch(openBrowser(test), test.platform, { deploymentId });
      expect(answer.statusCode).to.equal(403);
      expect(answer.body).to.contain(deploymentId);
    }
    const { rows } = await test.sql.query<{ pending: number }>('select count(*)::int as pending from deployment where organisation_id is null');
    expect(rows[0]?.pending).to.equal(200);
  });
});

describe('framing in production', () => {
  it('takes no http address from a launch', async () => {
    const test = await startTestApp({ env: { ALLOW_LOCAL_PLATFORMS: 'false' } });
    try {
      const browser = openBrowser(test);
      const launched = await launch(browser, test.platform, { change: (claims) => {
        claims['https://purl.imsglobal.org/spec/lti/claim/launch_presentation'] = { return_url: 'http://plain.example/back' };
        claims['https://purl.imsglobal.org/spec/lti/claim/tool_platform'] = { guid: 'g', url: 'https://lms.example' };
      } });
      const page = await browser.get(String(launched.headers.location));
      const [, ancestors = ''] = /frame-ancestors ([^;]*)/.exec(String(page.headers['content-security-policy'])) ?? [];
      expect(ancestors.split(' ')).to.include('https://lms.example').and.not.include('http://plain.example');
    } finally {
      await test.close();
    }
  });
});
