import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, openBrowser, signIn, startCohort } from '../support/browser-session.ts';

describe('the programme’s page', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  after(() => test.close());

  it('is public, and says what the programme promises, for whom, and whom to call', async () => {
    const browser = openBrowser(test);
    const page = await browser.get('/');
    expect(page.statusCode).to.equal(200);
    expect(page.headers['set-cookie'], 'nobody is signed in by looking').to.equal(undefined);
    const text = plain(page.body);
    expect(heading(page)).to.equal(test.programme.title);
    for (const words of [...test.programme.outcomes, ...test.programme.prerequisites, ...test.programme.audience, ...test.programme.weeks.map(({ title }) => title)]) expect(text).to.contain(words);
    expect(text).to.contain('Need help?').and.contain(test.programme.help.telephone).and.contain(test.programme.help.days);
  });

  it('is public whatever cookies a browser brings, and takes no statement', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    expect(await test.countStatements(() => learner.get('/'))).to.equal(0);
    expect((await learner.get('/')).body).not.to.contain('Amara');
  });

  it('is what a guest sees, with why, and nothing of the course', async () => {
    for (const fault of ['guest', 'no-context'] as const) {
      const guest = await signIn(test, { link: 'week-1', fault });
      const page = await guest.follow(guest.launched);
      expect(page.statusCode, fault).to.equal(200);
      expect(page.body, fault).to.contain('You are here as a guest').and.not.contain('Spring 2026').and.not.contain('Improvement coaching, spring');
      for (const path of ['/', '/weeks/1', '/cohort', '/cohorts']) expect((await guest.page(path)).statusCode, `${fault} ${path}`).to.equal(403);
    }
    const { rows: [kept] } = await test.sql.query(`select count(*)::int as n from sign_in where role = 'guest' and (person_id is not null or context_id is not null)`);
    expect(kept).to.deep.equal({ n: 0 });
  });

  it('tells a guest apart who came from outside a course', async () => {
    const outside = await signIn(test, { fault: 'no-context' });
    expect((await outside.follow(outside.launched)).body).to.contain('opened outside a course');
    const noRole = await signIn(test, { fault: 'guest' });
    expect((await noRole.follow(noRole.launched)).body).to.contain('did not say that you are a learner or a teacher');
  });

  it('shows the organisation’s own help line where it has one', async () => {
    await test.sql.query(`update organisation set help_telephone = '+44 20 7946 0999', help_days = 'Tuesdays', help_hours = '10:00 to 11:00' where short_name = 'default'`);
    const learner = await signIn(test, { link: 'home' });
    for (const path of ['/programme', '/', '/weeks/1']) {
      const { body } = await learner.page(path);
      expect(body, path).to.contain('+44 20 7946 0999').and.contain('Tuesdays').and.not.contain(test.programme.help.telephone);
    }
    expect((await openBrowser(test).get('/')).body).to.contain(test.programme.help.telephone);
  });

  it('links every reader only to where they may go', async () => {
    for (const choice of [{ person: 'amara' }, { person: 'eleanor' }, { person: 'jonas' }, { person: 'ruth' }, { fault: 'mentor' as const }, { fault: 'guest' as const }, { fault: 'student-view' as const }]) {
      const reader = await signIn(test, { ...choice, link: 'home' });
      const { body } = await reader.page('/programme');
      const links = new Set([...body.matchAll(/href="(\/[^"#]*)/g)].map(([, href = '']) => href).filter((href) => !href.startsWith('/assets/')));
      expect(links.size).to.be.greaterThan(0);
      for (const href of links) expect((await reader.follow(await reader.get(href))).statusCode, `${JSON.stringify(choice)} ${href}`).to.equal(200);
    }
  });
});

/** What a page says, without its markup. */
function plain(body: string): string {
  return body.replace(/<[^>]+>/g, ' ').replaceAll('&#39;', "'").replaceAll('&quot;', '"').replaceAll('&amp;', '&').replace(/\s+/g, ' ');
}
