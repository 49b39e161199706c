import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { signIn, startCohort } from '../support/browser-session.ts';

describe('search', () => {
  let test: TestApp;
  let learner: Awaited<ReturnType<typeof signIn>>;
  before(async () => {
    test = await startTestApp({ now: '2026-04-21T08:00:00Z' });   // week 2
    await startCohort(test);
    learner = await signIn(test, { link: 'week-1' });
  });
  after(() => test.close());
  const search = async (person: typeof learner, words: string) => person.page(`/search?${new URLSearchParams({ q: words }).toString()}`);

  it('asks for words first, and keeps what was typed', async () => {
    expect((await learner.page('/search')).body).to.contain('type="search"').and.not.contain('found-h');
    expect((await search(learner, '"><script>')).body).to.contain('value="&quot;&gt;&lt;script&gt;"');
  });

  it('finds a section by its stem, marks the hit, and leads to the section', async () => {
    const { body } = await search(learner, 'sponsors');
    expect(body).to.match(new RegExp(`href="${learner.base}/weeks/[12]#[a-z-]+"`)).and.match(/<mark>sponsors?<\/mark>/i);
  });

  it('finds American spelling in British text', async () => {
    expect((await search(learner, 'organization')).body).to.match(/<mark>organisation/i);
  });

  it('gives a learner nothing of weeks that open later, and says that there is more; faculty get it all', async () => {
    const later = await search(learner, 'PDSA prediction');
    expect(later.body).to.contain('later.');
    expect(later.body).to.not.contain('/weeks/3#');
    const faculty = await signIn(test, { person: 'eleanor' });
    expect((await search(faculty, 'PDSA prediction')).body).to.contain('/weeks/3#');
  });

  it('says so when there is nothing, whatever was typed', async () => {
    for (const words of ['xylophone', '"', '(', '-', '!!!', ':*', '\0', 'a & | b']) {
      const answer = await search(learner, words);
      expect(answer.statusCode, words).to.equal(200);
    }
    expect((await search(learner, 'xylophone')).body).to.contain('Nothing was found');
    expect((await search(learner, 'x'.repeat(201))).statusCode).to.equal(400);
  });

  it('takes two statements once the material is known to be there', async () => {
    expect(await test.countStatements(() => search(learner, 'sponsor'))).to.equal(2);
  });
});
