import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, launch, signIn, startCohort } from '../support/browser-session.ts';

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

describe('when weeks open', () => {
  let test: TestApp;
  afterEach(() => test.close());

  const openings: [what: string, cohort: { startsOn: string; timeZone: string }, week: number, opensAt: string, words: string][] = [
    ['midnight in Auckland is noon of the day before in UTC', { startsOn: '2026-05-18', timeZone: 'Pacific/Auckland' }, 1, '2026-05-17T12:00:00Z', 'Monday 18 May, 00:00 NZST'],
    ['after Auckland put its clocks forward, an hour earlier', { startsOn: '2026-09-21', timeZone: 'Pacific/Auckland' }, 2, '2026-09-27T11:00:00Z', 'Monday 28 September, 00:00 NZDT'],
    ['before London put its clocks back', { startsOn: '2026-10-19', timeZone: 'Europe/London' }, 1, '2026-10-18T23:00:00Z', 'Monday 19 October, 00:00 BST'],
    ['after London put its clocks back', { startsOn: '2026-10-19', timeZone: 'Europe/London' }, 2, '2026-10-26T00:00:00Z', 'Monday 26 October, 00:00 GMT'],
    ['in Honolulu, ten hours later', { startsOn: '2026-05-18', timeZone: 'Pacific/Honolulu' }, 1, '2026-05-18T10:00:00Z', 'Monday 18 May, 00:00 HST'],
  ];
  for (const [what, cohort, week, opensAt, words] of openings) {
    it(`to the second: ${what}`, async () => {
      test = await startTestApp();
      await startCohort(test, cohort);
      test.clock.now = Temporal.Instant.from(opensAt).subtract({ seconds: 1 });
      const learner = await signIn(test, { link: `week-${week}` });
      const locked = await learner.follow(learner.launched);
      expect(locked.statusCode).to.equal(403);
      const [day, time] = words.split(', ');
      expect(heading(locked)).to.equal(`This week opens on ${day}`);
      expect(locked.body).to.contain(`at ${time} (`).and.contain(test.programme.weeks[week - 1]?.summary ?? '?');

      test.clock.advance({ seconds: 1 });
      const open = await learner.page(`/weeks/${week}`);
      expect(open.statusCode).to.equal(200);
      expect(heading(open)).to.equal(test.programme.weeks[week - 1]?.title);
      expect((await learner.page(`/weeks/${week + 1}`)).statusCode, 'the next one').to.equal(403);
    });
  }

  it('does not matter to staff, who prepare; it does to mentors', async () => {
    test = await startTestApp();
    await startCohort(test);
    for (const [choice, status] of [[{ person: 'eleanor' }, 200], [{ person: 'jonas' }, 200], [{ person: 'ruth' }, 200], [{ fault: 'mentor' as const }, 403], [{ fault: 'student-view' as const }, 403]] as const) {
      const reader = await signIn(test, { ...choice, link: 'week-12' });
      expect((await reader.page('/weeks/12')).statusCode, JSON.stringify(choice)).to.equal(status);
      expect((await reader.page('/weeks/1')).statusCode, JSON.stringify(choice)).to.equal(200);
    }
  });

  it('never locks done work again, even when the cohort is shifted', async () => {
    test = await startTestApp();
    await startCohort(test);
    const learner = await signIn(test, { link: 'home' });
    const [first, second] = sectionsOf(test, 2);
    await learner.submit(`/weeks/2/sections/${first}/completion`);
    await test.sql.query(`update cohort set starts_on = '2026-06-01'`);

    expect((await learner.page('/weeks/1')).statusCode, 'nothing was done there').to.equal(403);
    const page = await learner.page('/weeks/2');
    expect(page.statusCode).to.equal(200);
    expect(page.body).to.contain('One of ');
    expect((await learner.submit(`/weeks/2/sections/${second}/completion`)).statusCode, 'and can be finished').to.equal(303);
    const home = await learner.page('/');
    expect(heading(home)).to.equal('Your programme begins on Monday 1 June');
    expect(home.body).to.contain(`href="${learner.base}/weeks/2"`).and.not.contain(`href="${learner.base}/weeks/1"`);
  });
});

describe('what a learner does', () => {
  let test: TestApp;
  beforeEach(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  afterEach(() => test.close());

  it('keeps the place, and offers to resume there in any browser', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    const [, second, third] = sectionsOf(test, 1);
    const kept = await learner.submit('/weeks/1/place', { section: third ?? '' });
    expect(kept.statusCode).to.equal(204);
    test.clock.advance({ minutes: 1 });
    await learner.submit('/weeks/1/place', { section: second ?? '' });

    const elsewhere = await signIn(test, { link: 'home' });
    const home = await elsewhere.page('/');
    expect(home.body).to.contain(`href="${elsewhere.base}/weeks/1#${second}"`).and.contain('Carry on');
    expect((await elsewhere.page('/weeks/1')).body).to.match(new RegExp(`<a[^>]*href="#${second}"`));
    expect((await test.sql.query('select week, section from reading_place')).rows).to.deep.equal([{ week: 1, section: second }]);
  });

  it('is stored once, however often it is pressed', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    const [first] = sectionsOf(test, 1);
    const answers = await Promise.all(Array.from({ length: 5 }, () => learner.submit(`/weeks/1/sections/${first}/completion`)));
    expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal([303, 303, 303, 303, 303]);
    expect(await completions()).to.equal(1);
    for (let times = 0; times < 2; times += 1) expect((await learner.submit(`/weeks/1/sections/${first}/completion/removal`)).statusCode).to.equal(303);
    expect(await completions()).to.equal(0);
  });

  it('is told at home of the check, and when everything is read of what completing may still ask', async () => {
    const learner = await signIn(test, { link: 'home' });
    const missing = `href="${learner.base}/progress">See what is still missing`;
    const readWeeks = (from: number, to: number) => test.sql.query(`insert into section_completion (cohort_id, person_id, week, section, done_at)
      select c.id, e.person_id, (d->>'week')::int, d->>'section', now() from cohort c, enrolment e, jsonb_array_elements($1::jsonb) d where e.role = 'learner'`,
    [JSON.stringify(Array.from({ length: to - from + 1 }, (_, index) => from + index).flatMap((week) => sectionsOf(test, week).map((section) => ({ week, section }))))]);
    const before = await learner.page('/');
    expect(before.body).to.contain(`href="${learner.base}/weeks/5#check">Check what you know`).and.not.contain(missing);

    await readWeeks(1, 5);
    expect((await learner.page('/')).body).to.contain('Nothing left to read until week 6 opens').and.contain(missing);

    await readWeeks(6, 12);
    expect((await learner.page('/')).body).to.contain('You have read everything').and.contain(missing).and.contain('See what you set out to learn');
  });

  it('goes from the last section to itself, and says when all are done', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    const sections = sectionsOf(test, 1);
    for (const section of sections) {
      const answer = await learner.submit(`/weeks/1/sections/${section}/completion`);
      expect(answer.headers.location).to.equal(`${learner.base}/weeks/1#${sections[sections.indexOf(section) + 1] ?? section}`);
    }
    expect((await learner.page('/weeks/1')).body).to.contain(`All seven sections done`);
    expect((await learner.page('/')).body, 'the next step is the next week').to.contain(`${learner.base}/weeks/2#${sectionsOf(test, 2)[0]}`);
  });

  it('is refused with 404 for a section, a week or a lock that is not theirs to pass', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    const [first] = sectionsOf(test, 1);
    await test.sql.query(`update cohort set starts_on = '2026-05-04'`);   // week 2 is open, week 3 is not
    const paths = [
      '/weeks/1/sections/no-such-section', `/weeks/2/sections/${first}`, `/weeks/3/sections/${sectionsOf(test, 3)[0]}`,
      `/weeks/99/sections/${first}`, '/weeks/4/sections/anything', `/weeks/0/sections/${first}`, `/weeks/one/sections/${first}`,
      '/weeks/1/sections/..%2f..%2f', `/weeks/1/sections/${'a'.repeat(150)}`, '/weeks/1/sections/%00', '/weeks/1/sections/Upper',
    ];
    for (const path of paths) {
      for (const what of ['completion', 'completion/removal']) {
        expect((await learner.submit(`${path}/${what}`)).statusCode, `${path}/${what}`).to.be.oneOf(/weeks\/[1-9]\d*\/sections\/[a-z0-9-]{1,100}$/.test(path) ? [404] : [400, 404]);
      }
    }
    for (const section of ['no-such-section', sectionsOf(test, 2)[0] ?? '', '']) expect((await learner.submit('/weeks/1/place', { section })).statusCode, section).to.be.oneOf([400, 404]);
    for (const path of ['/weeks/13', '/weeks/0', '/weeks/-1', '/weeks/x', '/weeks/1.5', '/weeks/99999999999']) expect((await learner.page(path)).statusCode, path).to.be.oneOf([400, 404]);
    expect(await completions()).to.equal(0);
  });

  it('is for learners alone: staff, mentors and guests get 403', async () => {
    const [first] = sectionsOf(test, 1);
    for (const choice of [{ person: 'eleanor' }, { person: 'jonas' }, { person: 'ruth' }, { fault: 'mentor' as const }, { fault: 'guest' as const }]) {
      const reader = await signIn(test, choice);
      for (const path of [`/weeks/1/sections/${first}/completion`, `/weeks/1/sections/${first}/completion/removal`]) expect((await reader.submit(path)).statusCode, JSON.stringify(choice)).to.equal(403);
      expect((await reader.submit('/weeks/1/place', { section: first ?? '' })).statusCode, JSON.stringify(choice)).to.equal(403);
    }
    expect(await completions()).to.equal(0);
  });

  it('leaves no trace when it is the LMS’s test learner', async () => {
    const tester = await signIn(test, { link: 'week-1', fault: 'student-view' });
    const [first, second] = sectionsOf(test, 1);
    const page = await tester.page('/weeks/1');
    expect(page.body).to.contain('Nothing you do here is recorded');
    expect((await tester.submit(`/weeks/1/sections/${first}/completion`)).headers.location).to.equal(`${tester.base}/weeks/1#${second}`);
    expect((await tester.submit('/weeks/1/place', { section: first ?? '' })).statusCode).to.equal(204);
    expect((await tester.page('/weeks/1')).body).to.contain('None of seven sections done');
    const { rows: [kept] } = await test.sql.query(`
      select (select count(*)::int from section_completion) as done, (select count(*)::int from reading_place) as places,
             (select count(*)::int from person where sub like 'student-view%') as people,
             (select count(*)::int from enrolment where role = 'learner') as learners`);
    expect(kept).to.deep.equal({ done: 0, places: 0, people: 0, learners: 0 });
  });

  it('is one progress in two courses of one cohort', async () => {
    const { rows: [{ code }] } = await test.sql.query('select join_code as code from cohort');
    const faculty = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
    await faculty.submit('/cohort/link', { code });
    const [first] = sectionsOf(test, 1);
    const inSpring = await signIn(test, { link: 'week-1' });
    await inSpring.submit(`/weeks/1/sections/${first}/completion`);
    const inAutumn = await signIn(test, { course: 'autumn', link: 'week-1' });
    expect((await inAutumn.page('/weeks/1')).body).to.contain('One of seven sections done');
    await inAutumn.submit(`/weeks/1/sections/${first}/completion/removal`);
    expect((await inSpring.page('/weeks/1')).body).to.contain('None of seven sections done');
  });

  it('never mixes between two cohorts, nor between two people, in one browser', async () => {
    await startCohort(test, { course: 'autumn', name: 'Autumn 2026', startsOn: '2026-04-20', timeZone: 'Pacific/Auckland' });
    const [first] = sectionsOf(test, 1);
    const inSpring = await signIn(test, { link: 'week-1' });
    await inSpring.submit(`/weeks/1/sections/${first}/completion`);
    const inAutumn = await inSpring.follow(await launch(inSpring, test.platform, { course: 'autumn', link: 'week-1' }));
    expect(inAutumn.body).to.contain('None of seven sections done').and.contain('Autumn 2026');
    const other = await signIn(test, { person: 'zsofia', link: 'week-1' });
    expect((await other.page('/weeks/1')).body).to.contain('None of seven sections done');
    expect((await inSpring.page('/weeks/1')).body).to.contain('One of seven sections done').and.contain('Spring 2026');
  });

  const completions = async (): Promise<number> => (await test.sql.query('select count(*)::int as n from section_completion')).rows[0].n;
});

/** The keys of a week's sections. */
function sectionsOf(test: TestApp, week: number): string[] {
  return test.programme.weeks[week - 1]?.material?.sections.map(({ key }) => key) ?? [];
}
