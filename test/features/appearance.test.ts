import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { openBrowser, signIn, startCohort } from '../support/browser-session.ts';

describe('appearance', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  after(() => test.close());

  it('is remembered for a year by a cookie that frames keep and the page’s script may read', async () => {
    const browser = openBrowser(test);
    const answer = await browser.post('/appearance', { theme: 'dark', back: '/' });
    expect(answer.statusCode).to.equal(303);
    const header = String(answer.headers['set-cookie']);
    expect(header).to.match(/^__Host-theme=dark; Max-Age=31536000; Path=\/; Secure; Partitioned; SameSite=None$/i);
    expect((await browser.get('/')).body).to.contain('<html lang="en-GB" data-theme="dark">');
  });

  it('goes back to what the system says, and the cookie goes', async () => {
    const browser = openBrowser(test);
    await browser.post('/appearance', { theme: 'light', back: '/' });
    await browser.post('/appearance', { theme: 'auto', back: '/' });
    expect(browser.cookies.size).to.equal(0);
    expect((await browser.get('/')).body).not.to.contain('data-theme');
  });

  it('holds on signed-in pages, and leads back to the page where it was pressed', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    const page = await learner.page('/weeks/1');
    const back = /name="back" value="([^"]+)"/.exec(page.body)?.[1] ?? '';
    expect(back).to.equal(`${learner.base}/weeks/1`);
    const answer = await learner.post('/appearance', { theme: 'dark', back });
    expect(answer.headers.location).to.equal(back);
    expect((await learner.follow(answer)).body).to.contain('data-theme="dark"');
  });

  it('is nothing but the three', async () => {
    for (const theme of ['', 'blue', '"><script>', 'dark; Domain=evil.example', 'DARK']) {
      const answer = await openBrowser(test).post('/appearance', { theme, back: '/' });
      expect(answer.statusCode, theme).to.equal(400);
      expect(answer.headers['set-cookie'], theme).to.equal(undefined);
    }
    const browser = openBrowser(test);
    browser.cookies.set('__Host-theme', '"><script>alert(1)</script>');
    expect((await browser.get('/')).body).not.to.contain('<script>alert').and.not.contain('data-theme');
  });

  it('never leads to another host', async () => {
    const tricks = [
      'https://evil.example', 'http://evil.example/', '//evil.example', '///evil.example', '/\\evil.example', '\\\\evil.example', '/\t/evil.example', '/\n/evil.example', '/\r/evil.example',
      '\t//evil.example', ' //evil.example', '/ /evil.example', '/.//evil.example', '/..//evil.example', '/%2f/evil.example', '/%5cevil.example', 'javascript:alert(1)', 'data:text/html,x',
      '@evil.example', '/@evil.example', '.evil.example', 'evil.example', '/\0/evil.example', `${publicUrl}@evil.example`, `${publicUrl}.evil.example`, '/x\r\nset-cookie: a=b', '/x\u2028y', '/\u65e5\u672c', '/\u{1f600}', '/%zz',
      `/${'x'.repeat(5000)}`, '?x', '#x',
    ];
    for (const back of tricks) {
      const answer = await openBrowser(test).post('/appearance', { theme: 'dark', back });
      const what = JSON.stringify(back.slice(0, 60));
      expect(answer.statusCode, what).to.be.oneOf([303, 400]);
      expect(answer.headers['set-cookie'], what).not.to.be.an('array');
      if (answer.statusCode === 400) continue;
      const landed = new URL(String(answer.headers.location), `${publicUrl}/appearance`);
      expect(landed.origin, what).to.equal(publicUrl);
      expect(String(answer.headers.location), what).to.match(/^\/(?![/\\])[\x21-\x7e]*$/);
    }
  });
});
