import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { randomUUID } from 'node:crypto';
import { startSecondApp, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { schedule } from '../support/attendance.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';
import { handInForm, writeWhole } from '../support/eligibility.ts';

type Person = Awaited<ReturnType<typeof signIn>>;

/** The cohort is in week 5, which began on Monday 11 May 2026. */
describe('progress', () => {
  let test: TestApp;
  let faculty: Person;
  let learner: Person;
  let cohortId: string;
  let personId: string;
  const rows = async (statement: string, values: unknown[] = []) => (await test.sql.query(statement, values)).rows;
  before(async () => {
    test = await startTestApp();
    faculty = await startCohort(test);
    learner = await signIn(test, { link: 'week-1' });
    await signIn(test, { person: 'conceicao', link: 'week-1' });
    [{ cohort_id: cohortId, person_id: personId }] = await rows(`select c.cohort_id, e.person_id from enrolment e join context c on c.id = e.context_id join person p on p.id = e.person_id where e.role = 'learner' and p.name like 'Amara%'`);
  });
  after(() => test.close());
  beforeEach(() => rows(`delete from assignment_report; delete from section_completion; delete from knowledge_check_attempt; delete from attendance; delete from workshop_session; delete from workshop; delete from grade; delete from submission; delete from coaching_plan_answer; delete from coaching_plan; delete from discussion_post; delete from journal_entry; delete from mail; delete from tools_assessment; delete from eligibility; delete from audit_event`));

  const finish = async (weeks: number[]) => {
    for (const week of weeks) for (const { key } of test.programme.weeks[week - 1]?.material?.sections ?? []) await rows('insert into section_completion (cohort_id, person_id, week, section, done_at) values ($1, $2, $3, $4, $5)', [cohortId, personId, week, key, String(test.clock.now)]);
  };
  const check = (week: number, points: number) => rows('insert into knowledge_check_attempt (cohort_id, person_id, week, begun_at, finished_at, points, maximum) values ($1, $2, $3, $4, $4, $5, 10)', [cohortId, personId, week, String(test.clock.now), points]);
  const told = (assignment: string, doneAt: Temporal.Instant | null = test.clock.now) => rows(`insert into assignment_report (cohort_id, person_id, assignment, account, written_at, done_at) values ($1, $2, $3, 'Mrs Adeyemi wept', $4, $5)`, [cohortId, personId, assignment, String(test.clock.now), doneAt && String(doneAt)]);
  /** A plan that was handed in, and what became of it. */
  const plan = async (state: 'submitted' | 'returned' | 'released', passed: boolean | null = null) => {
    const [{ id }] = await rows(`insert into coaching_plan (cohort_id, person_id, created_at) values ($1, $2, $3) returning id`, [cohortId, personId, String(test.clock.now)]);
    const [{ id: submission }] = await rows(`insert into submission (plan_id, number, receipt, answers, evidence, state, submitted_at, state_at) values ($1, 1, 'K7QM-2XRD', '{"a.b":"A secret of mine"}', '[]', $2, $3, $3) returning id`, [id, state, String(test.clock.now.subtract({ hours: 3 }))]);
    if (state !== 'submitted') await rows(`insert into grade (submission_id, grader_id, decision, assessment, points, maximum, passed, decided_at) values ($1, $2, $3, '{}', $4, 100, $5, $6)`, [submission, personId, state, passed === null ? null : 71, passed, String(test.clock.now)]);
  };
  const part = (body: string, key: string) => new RegExp(`<section class="row" id="${key}".*?</section>`, 's').exec(body)?.[0].replaceAll(/<[^>]+>|\s+/g, ' ').replaceAll(/ +/g, ' ') ?? '';

  describe('of a learner', () => {
    it('says what counts, what is missing and what to do, each with a link', async () => {
      await finish([1, 2]);
      await check(1, 6);
      const answer = await learner.page('/progress');
      expect(heading(answer)).to.equal('None of five parts are met yet');
      expect(part(answer.body, 'sections')).to.contain('Can still be met').and.contain('Missing:').and.contain('At least 90 % of the sections');
      expect(part(answer.body, 'checks')).to.contain('Week 1: 6 of 10, 60 %').and.contain('Week 1: not high enough yet').and.contain('Weeks 2 to 5: not done').and.contain('still to open');
      expect(part(answer.body, 'attendance')).to.contain('All six days in person, of which one may be missed with an excuse; at least four of five virtual workshops');
      expect(part(answer.body, 'plan')).to.contain('The plan is not begun.');
      for (const path of ['/weeks/3', '/weeks/1/check', '/attendance']) expect(answer.body).to.contain(`href="${learner.base}${path}"`);
      for (const [, href] of answer.body.matchAll(/<li><a href="([^"]+)">/g)) expect((await learner.follow(await learner.get(href ?? ''))).statusCode, href).to.equal(200);
    });

    it('tells of the assignments which count, which are missing, and where each is done', async () => {
      await told('charter');
      await told('current-state', null);
      const { body } = await learner.page('/progress');
      expect(part(body, 'assignments')).to.contain('1 of 11 assignments done').and.contain('All eleven assignments of weeks 1 to 11').and.contain('Weeks 2 to 5: not done. Weeks 6 to 11: still to open.').and.contain('What the work looks like now').and.not.contain('Charter and first aim');
      expect(body).to.contain(`href="${learner.base}/assignments/current-state"`).and.not.contain('/assignments/pdsa-ramp"');
      for (const { assignment } of test.programme.weeks.slice(2)) if (assignment) await told(assignment.key);
      await rows('update assignment_report set done_at = written_at');
      expect(part((await learner.page('/progress')).body, 'assignments')).to.contain('Met').and.contain('11 of 11').and.not.contain('Missing');
      expect(heading(await learner.page('/progress'))).to.equal('One of five parts is met');
    });

    it('says how many weeks and assignments more there are than it lists', async () => {
      const { body } = await learner.page('/progress');
      expect(part(body, 'sections')).to.contain('And one more week.').and.contain('Week 4').and.not.contain('Week 5');
      expect(part(body, 'assignments')).to.contain('And one more assignment.');
      await finish([1]);
      await told('charter');
      const after = (await learner.page('/progress')).body;
      expect(part(after, 'sections')).to.contain('Week 5').and.not.contain('more week');
      expect(part(after, 'assignments')).not.to.contain('more assignment');
    });

    it('names the form that weeks wait for, whose day has come, and nothing where none waits', async () => {
      expect((await learner.page('/progress')).body).not.to.contain('wait for your form');
      await rows('update cohort set eligibility_required = true');
      try {
        await writeWhole(learner);
        await handInForm(learner);
        await rows(`update eligibility set state = 'returned', word = 'Who is your sponsor?'`);
        const { body } = await learner.page('/progress');
        expect(body).to.contain(`<a href="${learner.base}/eligibility">Weeks 2 and later wait for your form</a>. They open when your faculty have accepted it.`);
        await rows(`update eligibility set state = 'accepted'`);
        expect((await learner.page('/progress')).body).not.to.contain('wait for your form');
      } finally {
        await rows('update cohort set eligibility_required = false');
      }
    });

    it('says what passes the plan and when it is due, by the rubric of the cohort’s own material', async () => {
      const rule = 'Handed in and graded by faculty, with at least 70 of 100 points, and no “Not yet” in four criteria (Team assessment and coaching goals;';
      expect(part((await learner.page('/progress')).body, 'plan')).to.contain(rule).and.contain('It should be begun by week 8; its final version is due in week 12.');
      const staff = (await faculty.page(`/learners/${personId}`)).body;
      expect(staff).to.contain(rule).and.not.contain('one more');
    });

    it('counts a plan only when it is graded and passed', async () => {
      await plan('submitted');
      expect(part((await learner.page('/progress')).body, 'plan')).to.contain('Handed in').and.contain('Can still be met');
      await rows(`delete from submission; delete from coaching_plan`);
      await plan('released', true);
      expect(part((await learner.page('/progress')).body, 'plan')).to.contain('Passed, 71 of 100 points').and.not.contain('Missing');
      await rows(`delete from grade; delete from submission; delete from coaching_plan`);
      await plan('released', false);
      expect(heading(await learner.page('/progress'))).to.equal('None of five parts are met yet');
      expect(part((await learner.page('/progress')).body, 'plan')).to.contain('Not met').and.contain('when faculty return it');
    });

    it('takes at most four statements, sign-in included', async () => {
      await learner.page('/progress');
      expect(await test.countStatements(() => learner.page('/progress'))).to.be.at.most(4);
    });

    it('asks for no assignments where the material of the cohort does not, and all else goes on', async () => {
      const { completion, ...rest } = test.programme;
      const { assignments: _none, ...asked } = completion!;
      const programme = { ...rest, completion: asked, weeks: rest.weeks.map(({ assignment: _neither, ...week }) => week) };
      const second = await startSecondApp(test, { programme });
      try {
        const here = { ...test, app: second.app };
        const others = await startCohort(here, { course: 'autumn' });
        const old = await signIn(here, { person: 'amara', course: 'autumn', link: 'home' });
        expect(heading(await old.page('/progress'))).to.equal('None of four parts are met yet');
        for (const path of ['/', '/weeks/1', '/progress']) {
          const { body, statusCode } = await old.page(path);
          expect([statusCode, body.includes('/assignments/'), body.includes('id="assignment')], path).to.deep.equal([200, false, false]);
        }
        expect((await old.page('/assignments/charter')).statusCode).to.equal(404);
        expect((await others.page('/cohort.csv')).body).not.to.contain('Assignments');
      } finally {
        await rows('update context set cohort_id = null where cohort_id <> $1', [cohortId]);
        await second.close();
      }
    });

    it('explains itself where the material of the cohort says nothing of completing, and keeps nothing of a test learner', async () => {
      const { completion: _none, ...programme } = test.programme;
      const second = await startSecondApp(test, { programme });
      try {
        await startCohort({ ...test, app: second.app }, { course: 'autumn' });
        const old = await signIn({ ...test, app: second.app }, { person: 'amara', course: 'autumn', link: 'home' });
        const answer = await old.page('/progress');
        expect([answer.statusCode, heading(answer)]).to.deep.equal([200, 'How far you are']);
        expect(answer.body).to.contain('Your faculty know');
      } finally {
        await second.close();
      }
      const tester = await signIn(test, { fault: 'student-view' });
      expect((await tester.page('/progress')).statusCode).to.equal(200);
    });
  });

  describe('of one learner, for staff', () => {
    it('tells where they stand and everything that happened, newest first, and nothing that they keep to themselves', async () => {
      await finish([1]);
      await check(1, 9);
      await schedule({ sql: test.sql, now: test.clock.now }, { key: 'coaching-aims-and-tests', day: 2, inHours: -30, lasts: 2 });
      await rows(`insert into attendance (session_id, person_id, status, recorded_at) select id, $1, 'absent', $2 from workshop_session`, [personId, String(test.clock.now)]);
      await told('charter');
      await plan('returned');
      await faculty.submit(`/cohort/pace/learners/${personId}/extension`, { extensionDays: '7', reason: 'Her ward moved.' });
      const { body, statusCode } = await faculty.page(`/learners/${personId}`);
      expect(statusCode).to.equal(200);
      for (const words of [/Check of week 1 finished: 9 of 10/, /sections of week 1 finished/, /Assignment of week 1 done: Charter and first aim/, /Coaching, aims and tests, day 2 of 3: absent/, /Coaching plan handed in, version 1/, /Coaching plan returned for revision/, /More time given: seven days/, /Was here/, /Absent without excuse on one workshop day/]) expect(body).to.match(words);
      expect(body.indexOf('Coaching plan returned')).to.be.below(body.indexOf('Coaching plan handed in'));
      expect(body, 'what staff may read is quoted').to.contain('Mrs Adeyemi wept');
      expect(body).not.to.contain('A secret of mine').and.not.contain('Her ward moved');
      for (const path of [`/assignments/of/${personId}`, `/weeks/1/check/of/${personId}`, `/cohort/pace/learners/${personId}`, `/mail/nudges/${personId}`]) {
        expect(body).to.contain(`href="${faculty.base}${path}"`);
        expect((await faculty.page(path)).statusCode, path).to.equal(200);
      }
      expect(body).to.contain(`href="${faculty.base}/grading/of/${personId}"`);
      await rows('delete from learner_pace');
    });

    it('tells of the eligibility form, the tools, the discussion, the shared journal and the mails, each with a link', async () => {
      const forms = `/eligibility/forms/${personId}`;
      const decide = async (values: Record<string, string>) => faculty.submit(`${forms}/decision`, { version: /name="version" value="(\d+)"/.exec((await faculty.page(forms)).body)?.[1] ?? '', ...values });
      await writeWhole(learner);
      expect((await faculty.page(`/learners/${personId}`)).body, 'the learner’s own until it is handed in').not.to.contain('Tools self-assessment');
      await handInForm(learner);
      for (const values of [{ decision: 'returned', word: 'Who is the <b>sponsor</b>?' }, { decision: 'accepted', word: '' }]) {
        test.clock.advance({ minutes: 5 });
        await decide(values);
        if (values.decision === 'returned') await handInForm(learner);
      }
      await learner.submit('/discussion/weeks/2/posts', { text: `Our first test was too large.\n${'It took a week. '.repeat(40)}`, key: randomUUID() });
      await learner.submit('/discussion/weeks/2/posts', { text: 'Taken away', key: randomUUID() });
      const [{ id: post }] = await rows(`select id from discussion_post where text = 'Taken away'`);
      await faculty.submit(`/discussion/weeks/2/posts/${post}/removal`, { reason: 'It names a patient.' });
      await learner.submit('/journal/weeks/1/sharing', { text: 'I talk too much in meetings.', version: '0' });
      await learner.submit('/journal/weeks/2/entry', { text: 'Private to me', version: '0' });
      await faculty.submit(`/mail/nudges/${personId}`, { message: 'How is your team?' });

      const { body } = await faculty.page(`/learners/${personId}`);
      for (const words of [
        'Eligibility form handed in', 'Eligibility form returned, by Dr Eleanor Whitfield', 'Eligibility form accepted, by Dr Eleanor Whitfield', '“Who is the &lt;b&gt;sponsor&lt;/b&gt;?”',
        'Tools self-assessment before the programme: 15 of 15 tools', 'Post in the discussion of week 2', '“Our first test was too large. It took a week.', 'Post in the discussion of week 2, taken away by faculty',
        'Journal entry of week 1 shared', '“I talk too much in meetings.”', 'Mail from faculty: A message from Dr Eleanor Whitfield. Waiting',
      ]) expect(body).to.contain(words);
      expect(body.match(/Eligibility form handed in/g), 'each step of it').to.have.length(2);
      expect(body.indexOf('Eligibility form accepted')).to.be.below(body.indexOf('Eligibility form returned'));
      expect(body).not.to.contain('Private to me').and.not.contain('How is your team?').and.not.contain('Taken away<').and.not.contain('“Taken away”');
      const links = [...body.matchAll(/<li><span class="state[^>]*>.*?<a class="anywhere" href="([^"#]+)/gs)].map(([, href = '']) => href);
      const posts = await rows(`select id from discussion_post`);
      expect(links).to.include.members([`${faculty.base}${forms}`, ...posts.map(({ id }) => `${faculty.base}/discussion/weeks/2/posts/${id}`), `${faculty.base}/journal/shared?learner=${personId}`, `${faculty.base}/mail/nudges/${personId}`]);
      for (const href of new Set(links)) {
        const answer = await faculty.get(href);
        expect((href.includes('/posts/') ? await faculty.follow(answer) : answer).statusCode, href).to.equal(200);
      }
      expect(await test.countStatements(() => faculty.page(`/learners/${personId}`))).to.be.at.most(6);

      const shared = await faculty.page(`/journal/shared?learner=${personId}`);
      expect(shared.body).to.contain('id="week-1"').and.contain('I talk too much in meetings.');
      const [{ person_id: other }] = await rows(`select person_id from enrolment where role = 'learner' and person_id <> $1`, [personId]);
      expect((await faculty.page(`/journal/shared?learner=${other}`)).body).to.contain('Nothing is shared yet');

      const administrator = await signIn(test, { person: 'ruth', link: 'home' });
      const seen = (await administrator.page(`/learners/${personId}`)).body;
      expect(seen, 'the journal is not shared with administrators').to.contain('Post in the discussion').and.not.contain('I talk too much').and.not.contain('/journal/shared');
      const [, mail = ''] = /href="([^"]+\/admin\/mail\/[\w-]+)"/.exec(seen) ?? [];
      expect((await administrator.get(mail)).statusCode).to.equal(200);

      const others = await startCohort(test, { course: 'autumn', name: 'Autumn' });
      await signIn(test, { person: 'amara', course: 'autumn', link: 'home' });
      expect((await others.page(`/learners/${personId}`)).body, 'what was in another cohort is not told').to.contain('Amara').and.not.contain('Eligibility form accepted').and.not.contain('Mail from').and.not.contain('discussion of week').and.not.contain('Journal entry');
    });

    it('is reached from the cohort, pages through what is old, and asks six statements at most', async () => {
      expect((await faculty.page('/cohort')).body).to.contain(`href="${faculty.base}/learners/${personId}"`);
      await rows(`insert into knowledge_check_attempt (cohort_id, person_id, week, begun_at, finished_at, points, maximum) select $1, $2, 1, $3::timestamptz - n * interval '1 hour', $3::timestamptz - n * interval '1 hour', 5, 10 from generate_series(1, 60) n`, [cohortId, personId, String(test.clock.now)]);
      const first = await faculty.page(`/learners/${personId}`);
      expect(first.body.match(/Check of week 1 finished/g)?.length).to.be.within(38, 40);
      const second = await faculty.get(/rel="next" href="([^"]+)"/.exec(first.body)?.[1] ?? '');
      expect(second.body).to.contain('rel="prev"').and.not.contain('rel="next"');
      expect((await faculty.page(`/learners/${personId}?page=99`)).body).to.contain('There is nothing older.');
      expect(await test.countStatements(() => faculty.page(`/learners/${personId}`))).to.be.at.most(6);
    });

    it('is 404 for whoever is no learner of this cohort, 403 for learners, and stays for one who has left', async () => {
      const others = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
      // The first learner is in the autumn course too; the second is not.
      const [{ person_id: second }] = await rows(`select person_id from enrolment e join context c on c.id = e.context_id where role = 'learner' and c.cohort_id = $1 and person_id <> $2`, [cohortId, personId]);
      expect((await others.page(`/learners/${second}`)).statusCode).to.equal(404);
      const [{ person_id: staff }] = await rows(`select person_id from enrolment where role = 'faculty' limit 1`);
      for (const person of ['00000000-0000-4000-8000-000000000000', staff]) expect((await faculty.page(`/learners/${person}`)).statusCode).to.equal(404);
      for (const odd of ['x', `${personId}x`, '%00']) expect((await faculty.page(`/learners/${odd}`)).statusCode, odd).to.be.within(400, 404);
      expect((await learner.page(`/learners/${personId}`)).statusCode).to.equal(403);
      await rows('update enrolment set active = false where person_id = $1', [second]);
      expect((await faculty.page(`/learners/${second}`)).body).to.contain('Has left the course');
      await rows('update enrolment set active = true where person_id = $1', [second]);
    });
  });

  describe('of all, as a table', () => {
    it('has one line a learner, and no name can be a formula', async () => {
      await finish([1]);
      await check(1, 9);
      await told('charter');
      await told('current-state', null);
      await told('gone-from-the-material');
      await plan('released', true);
      await rows(`update person set name = '=HYPERLINK("http://evil.example")' where id in (select person_id from enrolment where role = 'learner') and id <> $1`, [personId]);
      const answer = await faculty.page('/cohort.csv');
      expect(answer.headers).to.include({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="learners.csv"' });
      const lines = answer.body.split('\r\n').filter((line) => line !== '');
      expect(lines).to.have.length(3);
      expect(lines[0]).to.match(/^\uFEFFName,E-mail,Last here,Weeks done,.*Week 1: best check.*,Assignments done,Assignments in all,Days attended,.*,Level,Why$/);
      expect(lines.find((line) => line.startsWith('Amara'))).to.contain(',9 of 10,').and.contain(',1,11,').and.contain('Passed,71,100,');
      expect(answer.body).to.contain(`"'=HYPERLINK(""http://evil.example"")"`);
      expect((await learner.page('/cohort.csv')).statusCode).to.equal(403);
      expect(await test.countStatements(() => faculty.page('/cohort.csv'))).to.be.at.most(4);
    });
  });
});
