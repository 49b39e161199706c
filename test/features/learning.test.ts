import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';

describe('a learner in a running cohort', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  after(() => test.close());

  it('lands on the week that the link means', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    expect(learner.launched.statusCode).to.equal(303);
    expect(learner.launched.headers.location).to.equal(`${learner.base}/weeks/1`);
    const page = await learner.page('/weeks/1');
    expect(page.statusCode).to.equal(200);
    expect(heading(page)).to.equal(test.programme.weeks[0]?.title);
  });

  it('keeps what was done, section by section', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    const [first, second] = test.programme.weeks[0]?.material?.sections ?? [];
    const answer = await learner.submit(`/weeks/1/sections/${first?.key}/completion`);
    expect(answer.statusCode).to.equal(303);
    expect(answer.headers.location).to.equal(`${learner.base}/weeks/1#${second?.key}`);
    expect((await learner.page('/weeks/1')).body).to.contain('One of seven sections done');

    const elsewhere = await signIn(test, { link: 'week-1' });
    expect((await elsewhere.page('/weeks/1')).body, 'another browser').to.contain('One of seven sections done');

    await learner.submit(`/weeks/1/sections/${first?.key}/completion/removal`);
    expect((await learner.page('/weeks/1')).body).to.contain('None of seven sections done');
  });

  it('is shown home and week in at most six statements', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    await learner.page('/');
    expect(await test.countStatements(() => learner.page('/'))).to.be.at.most(6);
    expect(await test.countStatements(() => learner.page('/weeks/1'))).to.be.at.most(6);
  });
});
