import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Programme } from '../../server/content/programme.ts';
import { startSecondApp, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';

const sections = [{ key: 'run', title: 'How to run it', bodyHtml: '<p>Draw the <em>line</em>.</p>', source: '' }];
const card = { idea: 'A line tells more.', trigger: 'A table comes.', minutes: 10, materials: ['paper'], sections };

describe('teaching cards', () => {
  let test: TestApp;
  let second: Awaited<ReturnType<typeof startSecondApp>> | undefined;
  beforeEach(async () => {
    test = await startTestApp();
    const programme: Programme = {
      ...test.programme,
      glossary: [{ key: 'run-chart', term: 'run chart', also: [], definition: 'A line over time.', week: 1 }],
      weeks: test.programme.weeks.map((week) => (week.number === 1 ? { ...week, cards: [{ ...card, key: 'plot-it', title: 'Plot it' }] } : week.number === 9 ? { ...week, cards: [{ ...card, key: 'later', title: 'For later' }] } : { ...week, cards: [] })),
    };
    second = await startSecondApp(test, { programme });
    await startCohort({ ...test, app: second.app });
  });
  afterEach(async () => {
    await second?.close();
    await test.close();
  });
  const enter = (options: Parameters<typeof signIn>[1]) => signIn({ ...test, app: second!.app }, options);

  it('are listed for a learner as their weeks open, and shown whole', async () => {
    const learner = await enter({ link: 'week-1' });
    const list = await learner.page('/cards');
    expect(heading(list)).to.equal('Teaching cards');
    expect(list.body).to.contain('Plot it').and.contain('More come with week 9').and.not.contain('For later');
    expect((await learner.page('/weeks/1')).body).to.contain(`href="${learner.base}/cards/plot-it"`);
    expect((await learner.page('/cards/plot-it')).body).to.contain('<p>Draw the <em>line</em>.</p>').and.contain('A table comes.');
  });

  it('of a week that is locked lead to what says when it opens', async () => {
    const learner = await enter({ link: 'week-1' });
    const answer = await learner.page('/cards/later');
    expect([answer.statusCode, answer.headers.location]).to.deep.equal([303, `${learner.base}/weeks/9`]);
    expect((await learner.page('/cards/nothing')).statusCode).to.equal(404);
  });

  it('are all there for faculty at any time', async () => {
    const faculty = await enter({ person: 'eleanor' });
    expect((await faculty.page('/cards')).body).to.contain('For later');
    expect((await faculty.page('/cards/later')).statusCode).to.equal(200);
  });

  it('the glossary has its words, with the week that explains each', async () => {
    const learner = await enter({ link: 'week-1' });
    expect((await learner.page('/programme')).body).to.contain(`href="${learner.base}/glossary"`).and.contain(`href="${learner.base}/cards"`);
    expect((await learner.page('/glossary')).body).to.contain('id="run-chart"').and.contain('A line over time.').and.contain(`href="${learner.base}/weeks/1"`);
  });
});
