import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { longestAccount } from '../../server/domain/assignment.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort, textOf } from '../support/browser-session.ts';

/** The cohort is in week 5, which began on Monday 11 May 2026. */
describe('assignments', () => {
  let test: TestApp;
  let learner: Awaited<ReturnType<typeof signIn>>;
  let faculty: Awaited<ReturnType<typeof startCohort>>;
  beforeEach(async () => {
    test = await startTestApp();
    faculty = await startCohort(test);
    learner = await signIn(test);
  });
  afterEach(() => test.close());

  const rows = async () => (await test.sql.query('select assignment, account, version, done_at is not null as done from assignment_report order by assignment')).rows;
  const audits = async () => (await test.sql.query(`select action from audit_event where action like 'assignment.%' order by id`)).rows.map(({ action }) => action);
  const takeBack = (account: string, version: number) => learner.submit('/assignments/charter/report/removal', { account, version: String(version) });
  const tell = (account: string, version = 0, key = 'charter') => learner.submit(`/assignments/${key}/report`, { account, version: String(version) });

  it('are what a link in the LMS may open: what is asked, how to go about it, and a form', async () => {
    const page = await learner.page('/assignments/charter');
    expect([page.statusCode, heading(page)]).to.deep.equal([200, 'Charter and first aim']);
    expect(page.body).to.contain('Show your faculty the charter').and.contain(`href="${learner.base}/weeks/1#first-meeting"`).and.contain('Not done yet').and.contain('Mark as done');
    expect((await learner.get('/assignments/charter')).statusCode, 'without a sign-in').to.equal(401);
  });

  it('are done when the learner has said what happened, and every page that counts them knows', async () => {
    expect((await learner.page('/weeks/1')).body).to.contain(`href="${learner.base}/assignments/charter"`).and.contain('Tell what happened');
    const told = await tell('We met.\r\nThe porter knew most.');
    expect([told.statusCode, told.headers.location]).to.deep.equal([303, `${learner.base}/assignments/charter`]);
    const page = await learner.page('/assignments/charter');
    expect(page.body).to.contain('Done on Monday 11 May').and.contain('Not done after all').and.not.contain('Mark as done');
    expect(textOf(page)).to.equal('We met.\nThe porter knew most.');
    expect((await learner.page('/weeks/1')).body).to.contain('See your account');
    expect((await learner.page('/')).body).to.contain('Three assignments of earlier weeks not done yet').and.contain('Your chart, read and annotated');
    expect((await learner.page('/progress')).body).to.contain('1 of 11 assignments done');
    expect(await audits()).to.deep.equal(['assignment.done']);
  });

  it('need a few words, and no more than fit; what was typed stays in the form', async () => {
    const empty = await tell('  \n ');
    expect(empty.statusCode).to.equal(422);
    expect(empty.body).to.contain('Say in a line or two what happened').and.contain('role="alert"');
    const long = 'x'.repeat(longestAccount + 1);
    const refused = await tell(long);
    expect([refused.statusCode, textOf(refused)]).to.deep.equal([422, long]);
    for (const form of [{ account: 'a' }, { account: 'a', version: 'x' }, { account: ['a', 'b'], version: '0' }]) expect((await learner.submit('/assignments/charter/report', form as Record<string, string>)).statusCode).to.equal(400);
    expect(await rows()).to.deep.equal([]);
    expect((await tell('a\0b\ud800c')).statusCode).to.equal(303);
  });

  it('never overwrite what another window saved: both texts are shown, and the choice is the learner’s', async () => {
    await tell('First');
    expect((await tell('First')).statusCode, 'sent twice').to.equal(303);
    const late = await tell('Mine <b>');
    expect([late.statusCode, textOf(late)]).to.deep.equal([409, 'Mine &lt;b&gt;']);
    expect(late.body).to.contain('<blockquote class="quote typed">First</blockquote>').and.contain('name="version" value="1"');
    expect((await tell('Mine <b>', 1)).statusCode).to.equal(303);
    expect(await rows()).to.deep.equal([{ assignment: 'charter', account: 'Mine <b>', version: 2, done: true }]);
    expect(await audits(), 'done once').to.deep.equal(['assignment.done']);
  });

  it('can be taken back: the words stay, and are the learner’s alone', async () => {
    await tell('We met, and it went badly.');
    expect((await faculty.page('/assignments/charter')).body).to.contain('it went badly');
    expect((await takeBack('We met, and it went badly.', 1)).statusCode).to.equal(303);
    expect((await takeBack('We met, and it went badly.', 1)).statusCode, 'twice').to.equal(303);
    expect(textOf(await learner.page('/assignments/charter'))).to.equal('We met, and it went badly.');
    expect((await learner.page('/progress')).body).to.contain('0 of 11 assignments done');
    const [{ person_id: person }] = (await test.sql.query('select person_id from assignment_report')).rows;
    for (const path of ['/assignments/charter', `/assignments/of/${person}`, `/learners/${person}`]) expect((await faculty.page(path)).body, path).not.to.contain('it went badly');
    expect((await tell('We met, and it went badly.', 2)).statusCode).to.equal(303);
    expect(await audits()).to.deep.equal(['assignment.done', 'assignment.taken-back', 'assignment.done']);
  });

  it('taken back with words that were not saved yet keep them, and never overwrite what another window saved', async () => {
    await tell('First');
    expect((await takeBack('First, and more', 1)).statusCode).to.equal(303);
    expect(await rows()).to.deep.equal([{ assignment: 'charter', account: 'First, and more', version: 2, done: false }]);
    await tell('Second', 2);
    const late = await takeBack('Mine <b>', 1);
    expect([late.statusCode, textOf(late)]).to.deep.equal([409, 'Mine &lt;b&gt;']);
    expect(late.body).to.contain('<blockquote class="quote typed">Second</blockquote>');
    const long = 'x'.repeat(longestAccount + 1);
    const refused = await takeBack(long, 3);
    expect([refused.statusCode, textOf(refused)]).to.deep.equal([422, long]);
    expect(await rows()).to.deep.equal([{ assignment: 'charter', account: 'Second', version: 3, done: true }]);
    expect((await takeBack('', 3)).statusCode).to.equal(303);
    expect(await rows(), 'an emptied field takes no words away').to.deep.equal([{ assignment: 'charter', account: 'Second', version: 4, done: false }]);
  });

  it('are told to the staff of the cohort and to nobody else, as text', async () => {
    await tell('See https://example.org/x & <script>alert(1)</script>');
    const [{ person_id: person }] = (await test.sql.query('select person_id from assignment_report')).rows;
    const assistant = await signIn(test, { person: 'jonas', link: 'home' });
    for (const reader of [faculty, assistant]) {
      const { body } = await reader.page('/assignments/charter');
      expect(body).to.contain('&lt;script&gt;').and.contain('<a href="https://example.org/x"').and.contain('Amara').and.not.contain('<textarea');
      expect((await reader.page(`/assignments/of/${person}`)).body).to.contain('Week 1: Charter and first aim').and.contain('1 of 11 done');
    }
    const mentor = await signIn(test, { person: 'siobhan', link: 'home', fault: 'mentor' });
    expect((await mentor.page('/assignments/charter')).body).to.contain('Show your faculty').and.not.contain('example.org/x').and.not.contain('<textarea');
    expect((await (await signIn(test, { person: 'zsofia' })).page('/assignments/charter')).body).not.to.contain('example.org/x');
    expect((await learner.page(`/assignments/of/${person}`)).statusCode).to.equal(403);
    const others = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
    await others.submit('/cohort', { name: 'Autumn', startsOn: '2026-04-13', timeZone: 'Europe/London' });
    expect((await others.page('/assignments/charter')).body).to.contain('Nobody has given an account yet');
    const [{ person_id: second }] = (await test.sql.query(`select person_id from enrolment e join context c on c.id = e.context_id join person p on p.id = e.person_id where role = 'learner' and p.name like 'Zs%'`)).rows;
    expect((await others.page(`/assignments/of/${second}`)).statusCode).to.equal(404);
    for (const odd of ['x', '00000000-0000-4000-8000-000000000000']) expect((await faculty.page(`/assignments/of/${odd}`)).statusCode, odd).to.be.within(400, 404);
  });

  it('come twenty to a page, newest first, in few statements', async () => {
    const [{ cohort_id: cohortId, context_id: contextId, registration_id: registration, organisation_id: organisation }] = (await test.sql.query(`select c.cohort_id, c.id as context_id, p.registration_id, p.organisation_id from enrolment e join context c on c.id = e.context_id join person p on p.id = e.person_id where e.role = 'learner'`)).rows;
    await test.sql.query(`
      with people as (insert into person (registration_id, organisation_id, sub, name, created_at) select $1, $2, 'many-' || n, 'Learner ' || n, $3 from generate_series(1, 45) n returning id, sub),
           enrolled as (insert into enrolment (context_id, person_id, role, created_at) select $4, id, 'learner', $3 from people)
      insert into assignment_report (cohort_id, person_id, assignment, account, written_at, done_at) select $5, id, 'charter', 'Account of ' || sub, $3, $3 from people`, [registration, organisation, String(test.clock.now), contextId, cohortId]);
    const first = await faculty.page('/assignments/charter');
    expect(heading(first)).to.equal('Charter and first aim');
    expect(first.body).to.contain('45 accounts, newest first').and.contain('Page 1 of 3');
    expect(first.body.match(/Account of many-/g)).to.have.length(20);
    const third = await faculty.page('/assignments/charter?page=3');
    expect(third.body.match(/Account of many-/g)).to.have.length(5);
    expect(third.body).to.contain('rel="prev"').and.not.contain('rel="next"');
    expect((await faculty.page('/assignments/charter?page=99')).body).to.contain('There is nothing older');
    expect(await test.countStatements(() => faculty.page('/assignments/charter'))).to.be.at.most(3);
  });

  it('open with their week; what is not in the material is not there', async () => {
    const ahead = await learner.page('/assignments/pdsa-ramp');
    expect([ahead.statusCode, ahead.headers.location]).to.deep.equal([303, `${learner.base}/weeks/6`]);
    expect((await tell('Ahead of time', 0, 'pdsa-ramp')).statusCode).to.equal(404);
    expect((await faculty.page('/assignments/pdsa-ramp')).statusCode, 'staff prepare').to.equal(200);
    for (const odd of ['no-such', 'of', '%00', 'X']) expect((await learner.page(`/assignments/${odd}`)).statusCode, odd).to.be.within(400, 404);
    expect(await rows()).to.deep.equal([]);
  });

  it('of a test learner are shown, and nothing is kept', async () => {
    const tester = await signIn(test, { fault: 'student-view' });
    expect((await tester.page('/assignments/charter')).body).to.contain('<textarea').and.not.contain('data-account');
    expect((await tester.submit('/assignments/charter/report', { account: 'A try', version: '0' })).statusCode).to.equal(303);
    expect((await tester.submit('/assignments/charter/report/removal', { account: 'A try', version: '0' })).statusCode).to.equal(303);
    expect(await rows()).to.deep.equal([]);
  });
});
