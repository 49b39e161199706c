import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { planNews } from '../../server/domain/coaching-plan.ts';
import { planStandingOf } from '../../server/learner-standing.ts';
import type { LearnerStanding } from '../../server/learner-standing.ts';
import { startSecondApp, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';
import { decide, fillPlan, save } from './coaching-plans-support.ts';
import type { Person } from './coaching-plans-support.ts';

const goal = 'coaching-goals.first-goal';
const goalPath = '/plan/sections/coaching-goals';

describe('a coaching plan', () => {
  let test: TestApp;
  let learner: Person;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
    learner = await signIn(test, { link: 'week-1' });
  });
  beforeEach(async () => { await test.sql.query('truncate coaching_plan, learner_standing, score, audit_event, pgboss.job cascade'); });
  after(() => test.close());

  const answers = async () => (await test.sql.query('select field, text, version from coaching_plan_answer order by field')).rows;
  const submissions = async () => (await test.sql.query('select number, state, receipt, answers, evidence from submission order by number')).rows;
  const scores = async () => (await test.sql.query('select s.score_given as given, s.score_maximum::float as maximum, s.activity_progress as activity, s.grading_progress as grading, s.submitted_at, l.resource_id as resource, l.tag, l.target from score s join line_item l on l.id = s.line_item_id')).rows;
  /** A section's form as the page sends it; `change` is what was typed. */
  const formOf = (body: string, change: Record<string, string> = {}): Record<string, string> => ({
    ...Object.fromEntries([...body.matchAll(/<input type="hidden" name="((?:version|loaded)\.[\w-]+)" value="([^"]*)">/g)].map(([, name = '', value = '']) => [name, value])),
    ...change,
  });

  describe('as it is written', () => {
    it('is a section at a time, with what is required and how far it has got, and asks the database little', async () => {
      expect(await test.countStatements(() => learner.page('/plan'))).to.be.at.most(4);
      const page = await learner.page('/plan');
      expect(heading(page)).to.equal('Coaching plan');
      expect(page.body).to.contain('Begin with this section').and.contain('Not begun').and.contain(`href="${learner.base}${goalPath}"`).and.contain('aria-current="page">Plan</a>');
      expect(await answers(), 'looking keeps nothing').to.deep.equal([]);
      await save(learner, goal, 'By June the team plans its own tests.', 0);
      expect((await learner.page('/plan')).body).to.contain('Begun, one still to write').and.contain('Last saved on 11 May at 09:00 BST');
      const section = await learner.page(goalPath);
      expect(section.body).to.contain('By June the team plans its own tests.</textarea>').and.contain('data-version="1"').and.contain('Saved on 11 May at 09:00 BST');
      expect(await test.countStatements(() => learner.page(goalPath))).to.be.at.most(3);
    });

    it('keeps each field by itself, and what is acknowledged is there', async () => {
      const first = await save(learner, goal, 'One', 0);
      expect([first.statusCode, first.json()]).to.deep.equal([200, { version: 1, isKept: true }]);
      expect((await save(learner, goal, 'Two\r\nlines', 1)).json()).to.deep.include({ version: 2 });
      expect((await save(learner, goal, 'Two\nlines', 1)).json(), 'the same again is no conflict').to.deep.include({ version: 2 });
      expect((await save(learner, goal, '', 2)).json()).to.deep.include({ version: 3 });
      expect(await answers()).to.deep.equal([{ field: goal, text: '', version: 3 }]);
    });

    it('another window does not overwrite it: it is told what stands there, and both texts are kept until somebody chooses', async () => {
      const elsewhere = await signIn(test, { link: 'week-1' });
      await save(learner, goal, 'Mine', 0);
      const late = await save(elsewhere, goal, 'Theirs', 0);
      expect([late.statusCode, late.json()]).to.deep.equal([409, { version: 1, text: 'Mine' }]);
      expect(await answers()).to.deep.equal([{ field: goal, text: 'Mine', version: 1 }]);
      expect((await save(elsewhere, goal, 'Theirs, after seeing mine', 1)).statusCode).to.equal(200);
    });

    it('of twenty windows that save at once one is first, and nineteen are told', async () => {
      const all = await Promise.all(Array.from({ length: 20 }, (_, n) => save(learner, goal, `Text ${n}`, 0)));
      expect(all.map(({ statusCode }) => statusCode)).to.have.members([200, ...Array.from({ length: 19 }, () => 409)]);
      const [row] = await answers();
      expect(new Set(all.filter(({ statusCode }) => statusCode === 409).map((answer) => answer.json().text))).to.deep.equal(new Set([row.text]));
    });

    it('says in words what is too long, or no day, and keeps nothing of it', async () => {
      const long = await save(learner, goal, 'x'.repeat(20_001), 0);
      expect([long.statusCode, long.json().problem]).to.deep.equal([422, 'This is 20,001 characters long, and 20,000 are kept. Shorten it; until then it is not saved.']);
      expect((await save(learner, 'coaching-schedule.starts-on', '2026-02-30', 0)).statusCode).to.equal(422);
      expect(await answers()).to.deep.equal([]);
      expect((await save(learner, goal, '\u{1F600}'.repeat(10_000), 0)).statusCode, 'the longest there is').to.equal(200);
    });

    it('shows markup as text, everywhere', async () => {
      await fillPlan(test, 'Amara');
      await save(learner, goal, '</textarea><script>alert(1)</script>', 1);
      await learner.submit('/plan/submission');
      for (const path of [goalPath, '/plan/whole', '/plan/submissions/1']) {
        const { body } = await learner.page(path);
        expect(body, path).to.contain('&lt;/textarea&gt;&lt;script&gt;alert(1)').and.not.contain('<script>alert');
      }
    });

    it('has no section or field that its form has not', async () => {
      for (const field of ['nothing.first-goal', 'coaching-goals.nothing', '__proto__.constructor']) expect((await save(learner, field, 'x', 0)).statusCode, field).to.equal(404);
      for (const version of ['-1', 'x', '1.5', '99999999999']) expect((await learner.submit(`${goalPath}/fields/first-goal/answer`, { text: 'x', version })).statusCode, version).to.equal(400);
      for (const path of ['/plan/sections/nothing', '/plan/submissions/1', '/plan/submissions/0']) expect((await learner.page(path)).statusCode, path).to.equal(404);
      expect(await answers()).to.deep.equal([]);
    });
  });

  describe('without JavaScript', () => {
    it('is saved a section at a time; what was not touched stays as it is', async () => {
      const page = await learner.page(goalPath);
      const saved = await learner.submit(`${goalPath}/answers`, formOf(page.body, { 'answer.first-goal': 'One\r\nline', 'answer.second-goal': 'Two' }));
      expect([saved.statusCode, saved.headers.location]).to.deep.equal([303, `${learner.base}${goalPath}`]);
      // The page was opened before another window changed the second goal, and only the first is typed in.
      const opened = (await learner.page(goalPath)).body;
      await save(learner, 'coaching-goals.second-goal', 'Two, by another window', 1);
      const again = await learner.submit(`${goalPath}/answers`, formOf(opened, { 'answer.first-goal': 'One more', 'answer.second-goal': 'Two' }));
      expect(again.statusCode).to.equal(303);
      expect((await answers()).map(({ text }) => text)).to.deep.equal(['One more', 'Two, by another window']);
      await learner.submit(`${goalPath}/answers`, formOf((await learner.page(goalPath)).body, { 'answer.second-goal': 'Two, by another window' }));
      expect((await answers()).map(({ text }) => text), 'an emptied field is empty').to.deep.equal(['', 'Two, by another window']);
    });

    it('shows both texts when another window was quicker, and either may stay', async () => {
      const opened = (await learner.page(goalPath)).body;
      await save(learner, goal, 'By the other window', 0);
      const both = await learner.submit(`${goalPath}/answers`, formOf(opened, { 'answer.first-goal': 'Mine', 'answer.second-goal': 'Also mine' }));
      expect(both.statusCode).to.equal(409);
      expect(both.body).to.contain('Mine</textarea>').and.contain('By the other window</blockquote>').and.contain('choose which text stays').and.not.contain('data-plan=');
      expect((await answers()).map(({ text }) => text), 'the other field was no matter of dispute').to.deep.equal(['By the other window', 'Also mine']);
      const form = formOf(both.body, { 'answer.first-goal': 'Mine', 'answer.second-goal': 'Also mine' });
      await learner.submit(`${goalPath}/answers`, { ...form, 'keep.first-goal': 'other' });
      expect((await answers())[0]).to.include({ text: 'By the other window', version: 1 });
      expect((await learner.submit(`${goalPath}/answers`, { ...form, 'keep.first-goal': 'mine' })).statusCode).to.equal(303);
      expect((await answers())[0]).to.include({ text: 'Mine', version: 2 });
    });

    it('gives back what is too long, with all that was typed', async () => {
      const opened = (await learner.page(goalPath)).body;
      const answer = await learner.submit(`${goalPath}/answers`, formOf(opened, { 'answer.first-goal': 'x'.repeat(20_001), 'answer.second-goal': 'Kept' }));
      expect(answer.statusCode).to.equal(422);
      expect(answer.body).to.contain(`${'x'.repeat(20_001)}</textarea>`).and.contain('This is 20,001 characters long').and.contain('aria-invalid="true"');
      expect((await answers()).map(({ text }) => text)).to.deep.equal(['Kept']);
      for (const strange of [{ 'version.first-goal': 'x', 'answer.first-goal': 'a' }, { 'answer.first-goal': ['a', 'b'] }, {}]) expect((await learner.submit(`${goalPath}/answers`, strange as Record<string, string>)).statusCode).to.be.within(303, 422);
    });
  });

  describe('when it is handed in', () => {
    it('names what is missing, with a link to each', async () => {
      await save(learner, goal, 'One', 0);
      const answer = await learner.submit('/plan/submission');
      expect(answer.statusCode).to.equal(422);
      expect(answer.body).to.contain('The plan is not handed in yet').and.contain(`href="${learner.base}${goalPath}#second-goal">Goals of your coaching: Second goal</a>`).and.not.contain(`${goalPath}#first-goal`).and.not.contain(`${goalPath}#further-goals`);
      expect(await submissions()).to.deep.equal([]);
      expect(await scores()).to.deep.equal([]);
    });

    it('is frozen with a receipt, and the course is told that it waits', async () => {
      await fillPlan(test, 'Amara');
      const answer = await learner.submit('/plan/submission');
      expect([answer.statusCode, answer.headers.location]).to.deep.equal([303, `${learner.base}/plan/submissions/1`]);
      const [submission] = await submissions();
      expect(submission.receipt).to.match(/^[2-9A-HJKMNP-Z]{4}-[2-9A-HJKMNP-Z]{4}$/);
      const page = await learner.follow(answer);
      expect(page.body).to.contain(submission.receipt).and.contain('Waits for your faculty').and.contain('Take it back').and.contain('Monday 1 June 2026').and.contain('Handed in on Monday 11 May 2026, 09:00 BST');
      expect(await scores()).to.deep.equal([{ given: null, maximum: 100, activity: 'Submitted', grading: 'PendingManual', submitted_at: '2026-05-11 08:00:00+00', resource: 'coaching-plan', tag: 'coaching-plan', target: '/plan' }]);
      await save(learner, goal, 'Changed afterwards', 1);
      expect((await learner.page('/plan/submissions/1')).body).to.contain('First goal: written.').and.not.contain('Changed afterwards');
      expect((await learner.page(goalPath)).body).to.contain('What you write here does not change it');
      expect((await test.sql.query('select action from audit_event')).rows).to.deep.equal([{ action: 'plan.submitted' }]);
    });

    it('by two windows at once, is handed in once', async () => {
      await fillPlan(test, 'Amara');
      const presses = await Promise.all(Array.from({ length: 5 }, () => learner.submit('/plan/submission')));
      for (const press of presses) expect(press.headers.location).to.equal(`${learner.base}/plan/submissions/1`);
      expect(await submissions()).to.have.length(1);
    });

    it('is not handed in when the course cannot be told', async () => {
      await fillPlan(test, 'Amara');
      await test.sql.query('alter table score add constraint never check (false)');
      try {
        expect((await learner.submit('/plan/submission')).statusCode).to.equal(500);
        expect(await submissions()).to.deep.equal([]);
      } finally {
        await test.sql.query('alter table score drop constraint never');
      }
    });

    it('may be taken back while it waits, and handed in again as another version', async () => {
      await fillPlan(test, 'Amara');
      await learner.submit('/plan/submission');
      const back = await learner.submit('/plan/submissions/1/withdrawal');
      expect(back.headers.location).to.equal(`${learner.base}/plan/submissions/1`);
      expect((await learner.follow(back)).body).to.contain('Taken back by you on 11 May').and.not.contain('>Take it back<');
      expect((await scores())[0]).to.include({ given: null, activity: 'InProgress', grading: 'NotReady' });
      expect((await learner.submit('/plan/submissions/1/withdrawal')).statusCode, 'a second press').to.equal(303);
      await learner.submit('/plan/submission');
      expect((await submissions()).map(({ number, state }) => [number, state])).to.deep.equal([[1, 'withdrawn'], [2, 'submitted']]);
      expect((await learner.page('/plan')).body).to.contain('Version 2').and.contain('Version 1').and.contain('Waits for your faculty').and.contain('Taken back by you');
      expect((await learner.submit('/plan/submissions/3/withdrawal')).statusCode).to.equal(404);
    });

    it('taken back and decided about at the same moment, is one of the two', async () => {
      for (let round = 0; round < 5; round += 1) {
        await test.sql.query('truncate coaching_plan, learner_standing cascade');
        await fillPlan(test, 'Amara');
        await learner.submit('/plan/submission');
        const [withdrawal, isDecided] = await Promise.all([learner.submit('/plan/submissions/1/withdrawal'), decide(test, 'returned', { criteria: {}, comment: '' })]);
        expect(withdrawal.statusCode).to.equal(isDecided ? 409 : 303);
        expect((await submissions())[0].state).to.equal(isDecided ? 'returned' : 'withdrawn');
        if (isDecided) expect(withdrawal.body).to.contain('Your plan could not be taken back');
      }
    });
  });

  describe('when somebody has decided about it', () => {
    const rubric = {
      title: 'Rubric', feedbackPrompts: [], bands: [],
      criteria: [{ key: 'aim', title: 'Aim and theory', maximum: 10, critical: false, levels: [{ key: 'exemplary', title: 'Exemplary', from: 9, to: 10, text: 'The aim says how much and by when.' }, { key: 'not-yet', title: 'Not yet', from: 0, to: 8, text: 'No aim.' }] }],
    };
    const assessment = { criteria: { aim: { level: 'exemplary', points: 9, comment: 'A clear aim.\nWho will hold it?' } }, comment: 'Well <thought> through.' };

    it('shows points, band, level and comments once it is released, is read then, and cannot be handed in again', async () => {
      await fillPlan(test, 'Amara');
      await learner.submit('/plan/submission');
      await decide(test, 'released', assessment);
      expect((await learner.page('/plan')).body).to.contain('Feedback on your plan has come').and.contain('Not read yet');
      const second = await startSecondApp(test);   // one that has not read the material yet
      try {
        await test.sql.query('update programme_version set content = jsonb_set(content, \'{rubric}\', $1)', [JSON.stringify(rubric)]);
        const { body } = await second.app.inject({ url: `${learner.base}/plan/submissions/1`, headers: { cookie: [...learner.cookies].map(([name, value]) => `${name}=${value}`).join('; ') } });
        expect(body).to.contain('84 of 100 points, Pass').and.contain('Passed').and.contain('Well &lt;thought&gt; through.').and.contain('Aim and theory').and.contain('9 of 10 points').and.contain('Exemplary.').and.contain('The aim says how much').and.contain('A clear aim.');
      } finally {
        await second.close();
        await test.sql.query(`update programme_version set content = content - 'rubric'`);
      }
      expect((await test.sql.query('select read_at is not null as read from grade')).rows).to.deep.equal([{ read: true }]);
      const overview = (await learner.page('/plan')).body;
      expect(overview).to.contain('Graded: 84 of 100 points, Pass').and.contain('Your plan is graded').and.not.contain('Not read yet').and.not.contain('action="/in/SIGNIN/plan/submission"');
      expect((await learner.submit('/plan/submission')).headers.location).to.equal(`${learner.base}/plan#hand-in`);
      expect(await submissions()).to.have.length(1);
    });

    it('goes back to be revised and handed in again, with the comments and without points', async () => {
      await fillPlan(test, 'Amara');
      await learner.submit('/plan/submission');
      await decide(test, 'returned', assessment);
      expect((await learner.page('/plan')).body).to.contain('Your plan came back for revision');
      const { body } = await learner.page('/plan/submissions/1');
      expect(body).to.contain('Came back for revision on 11 May').and.contain('Well &lt;thought&gt; through.').and.not.contain('of 100 points').and.not.contain('>Take it back<');
      await learner.submit('/plan/submission');
      expect((await submissions()).map(({ state }) => state)).to.deep.equal(['returned', 'submitted']);
    });

    it('never shows what a grader has in mind', async () => {
      await fillPlan(test, 'Amara');
      await learner.submit('/plan/submission');
      await test.sql.query(`insert into grade_draft (submission_id, grader_id, assessment, saved_at) select s.id, p.id, '{"criteria":{},"comment":"A secret thought"}', now() from submission s, person p where p.name like '%Eleanor%'`);
      for (const path of ['/plan', '/plan/submissions/1', '/plan/whole']) expect((await learner.page(path)).body, path).not.to.contain('secret thought');
    });
  });

  describe('for others', () => {
    it('staff are led to grading; a mentor is told that nothing is shared', async () => {
      for (const person of ['eleanor', 'jonas', 'ruth']) {
        const staff = await signIn(test, { person, link: 'home' });
        expect((await staff.page('/plan')).headers.location, person).to.equal(`${staff.base}/grading`);
      }
      const mentor = await signIn(test, { person: 'siobhan', fault: 'mentor' });
      const page = await mentor.page('/plan');
      expect([page.statusCode, heading(page)]).to.deep.equal([200, 'No plan has been shared with you']);
    });

    it('another learner has a plan of her own', async () => {
      await fillPlan(test, 'Amara');
      await learner.submit('/plan/submission');
      const other = await signIn(test, { person: 'zsofia', link: 'week-1' });
      expect((await other.page('/plan/submissions/1')).statusCode).to.equal(404);
      expect((await other.submit('/plan/submissions/1/withdrawal')).statusCode).to.equal(404);
      await save(other, goal, 'Hers', 0);
      expect((await learner.page('/plan/whole')).body).not.to.contain('Hers');
      expect((await submissions())[0].state).to.equal('submitted');
    });

    it('a test learner sees the form, and nothing is kept', async () => {
      const tester = await signIn(test, { person: 'amara', fault: 'student-view', link: 'week-1' });
      expect((await tester.page('/plan')).body).to.contain('Nothing you do here is recorded');
      expect((await tester.page(goalPath)).body).not.to.contain('data-plan=');
      expect((await save(tester, goal, 'x', 0)).json()).to.deep.equal({ version: 0, isKept: false });
      expect((await tester.submit(`${goalPath}/answers`, { 'answer.first-goal': 'x' })).statusCode).to.equal(303);
      expect((await tester.submit('/plan/submission')).headers.location).to.equal(`${tester.base}/plan`);
      expect((await tester.submit('/plan/evidence')).statusCode).to.equal(303);
      expect((await test.sql.query('select 1 from coaching_plan')).rowCount).to.equal(0);
    });

    it('before there is a cohort, home says what will be; a cohort whose material has no plan is told', async () => {
      const early = await signIn(test, { person: 'siobhan', course: 'autumn', link: 'home' });
      expect((await early.page('/plan')).headers.location).to.equal(`${early.base}/`);
      const second = await startSecondApp(test);
      await test.sql.query(`update programme_version set content = content - 'plan'`);
      try {
        const cookie = [...learner.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
        const page = await second.app.inject({ url: `${learner.base}/plan`, headers: { cookie } });
        expect([page.statusCode, heading(page)]).to.deep.equal([200, 'This cohort writes its coaching plan elsewhere']);
        expect((await second.app.inject({ url: `${learner.base}${goalPath}`, headers: { cookie } })).statusCode).to.equal(404);
      } finally {
        await test.sql.query('update programme_version set content = jsonb_set(content, \'{plan}\', $1)', [JSON.stringify(test.programme.plan)]);
        await second.close();
      }
    });
  });

  it('is told to home by the standing of its learner', async () => {
    const standing = async () => {
      const { rows: [row] } = await test.sql.query<{ facts: LearnerStanding }>('select f.facts from learner_standing f join sign_in s on s.person_id = f.person_id where s.id = $1', [learner.base.slice('/in/'.length)]);
      return planNews(planStandingOf(row?.facts ?? {}))?.kind;
    };
    expect(await standing()).to.equal(undefined);
    await fillPlan(test, 'Amara');
    expect(await standing()).to.equal('draft');
    await learner.submit('/plan/submission');
    expect(await standing()).to.equal('waiting');
    await decide(test, 'returned', { criteria: {}, comment: '' });
    expect(await standing()).to.equal('returned');
    await learner.page('/plan/submissions/1');
    expect(await standing()).to.equal('revising');
  });
});
