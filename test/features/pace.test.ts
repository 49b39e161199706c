import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startSecondApp, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';

/** The cohort is in week 5, which began on Monday 11 May 2026. */
describe('pace', () => {
  let test: TestApp;
  let faculty: Awaited<ReturnType<typeof signIn>>;
  let learner: Awaited<ReturnType<typeof signIn>>;
  beforeEach(async () => {
    test = await startTestApp();
    faculty = await startCohort(test);
    learner = await signIn(test, { link: 'week-1' });
  });
  afterEach(() => test.close());
  const rows = async (statement: string) => (await test.sql.query(statement)).rows;
  const personId = async (): Promise<string> => (await rows(`select person_id from enrolment where role = 'learner'`))[0].person_id;

  describe('of the cohort', () => {
    it('a holiday week moves the weeks that are not open yet, and workshop days from then on by the clock on the wall', async () => {
      await rows(`insert into workshop (cohort_id, key, created_at) select id, 'facilitating-teams', now() from cohort`);
      await rows(`insert into workshop_session (workshop_id, day, starts_at, ends_at, time_zone, created_at) select id, 1, '2026-10-20T13:00:00Z', '2026-10-20T15:00:00Z', 'Europe/London', now() from workshop`);
      await rows(`update cohort set starts_on = '2026-09-07'`);
      test.clock.now = Temporal.Instant.from('2026-10-05T09:00:00Z');   // week 5; week 7 is that of the workshop, the clocks change on 25 October
      faculty = await signIn(test, { person: 'eleanor' });
      const answer = await faculty.submit('/cohort/pace/breaks', { beforeWeek: '6', weeks: '1', reason: 'Half-term', loaded: '0' });
      expect(answer.headers.location).to.equal(`${faculty.base}/cohort/pace?notice=moved`);
      expect((await faculty.follow(answer)).body).to.contain('The calendar has moved').and.contain('One week before week 6');
      expect(await rows('select starts_at, ends_at, moved_from, move_reason, revision from workshop_session')).to.deep.equal([
        { starts_at: '2026-10-27 14:00:00+00', ends_at: '2026-10-27 16:00:00+00', moved_from: '2026-10-20 13:00:00+00', move_reason: 'Half-term', revision: 1 },
      ]);
      learner = await signIn(test, { link: 'week-1' });
      expect((await learner.page('/weeks/6')).body).to.contain('This week opens on Monday 19 October');
      expect(await rows(`select action from audit_event where action like 'cohort.break%'`)).to.have.lengthOf(1);
    });

    it('can be taken back while the week after it would not begin in the past', async () => {
      await faculty.submit('/cohort/pace/breaks', { beforeWeek: '6', weeks: '1', loaded: '0' });
      expect((await faculty.submit('/cohort/pace/breaks/0/removal', { loaded: '1' })).headers.location).to.contain('notice=taken-back');
      expect(await rows('select breaks from cohort')).to.deep.equal([{ breaks: [] }]);
      await faculty.submit('/cohort/pace/breaks', { beforeWeek: '6', weeks: '1', loaded: '0' });
      test.clock.advance({ hours: 24 * 8 });   // in the break
      faculty = await signIn(test, { person: 'eleanor' });
      expect((await faculty.page('/cohort/pace')).body).not.to.contain('Take back');
      expect((await faculty.submit('/cohort/pace/breaks/0/removal', { loaded: '1' })).headers.location).to.contain('notice=elsewhere');
      learner = await signIn(test, { link: 'week-1' });
      expect((await learner.page('/')).body).to.contain('A break: week 6 opens on Monday 25 May.');
    });

    it('of two who move it at once the second changes nothing', async () => {
      await faculty.submit('/cohort/pace/breaks', { beforeWeek: '6', weeks: '1', loaded: '0' });
      expect((await faculty.submit('/cohort/pace/breaks', { beforeWeek: '6', weeks: '1', loaded: '0' })).headers.location).to.contain('notice=elsewhere');
      expect((await rows('select breaks from cohort'))[0].breaks).to.have.lengthOf(1);
    });

    for (const [what, form] of [['a week that is open', { beforeWeek: '5', weeks: '1' }], ['a week that is not there', { beforeWeek: '13', weeks: '1' }], ['no week', { weeks: '1' }], ['no length', { beforeWeek: '6' }], ['a year', { beforeWeek: '6', weeks: '52' }]] as const) {
      it(`refuses ${what} in words, and keeps what was typed`, async () => {
        const answer = await faculty.submit('/cohort/pace/breaks', { ...form, reason: 'A <b>reason</b>', loaded: '0' });
        expect(answer.statusCode).to.equal(422);
        expect(answer.body).to.contain('to put right').and.contain('A &lt;b&gt;reason&lt;/b&gt;');
        expect((await rows('select breaks from cohort'))[0].breaks).to.deep.equal([]);
      });
    }
  });

  describe('of one learner', () => {
    it('a pause stops their calendar alone, and ends with as many weeks later', async () => {
      const id = await personId();
      expect((await faculty.submit(`/cohort/pace/learners/${id}/pause`, {})).headers.location).to.contain('notice=changed');
      test.clock.advance({ hours: 24 * 10 });   // week 6 of the cohort
      learner = await signIn(test, { link: 'week-1' });
      expect((await learner.page('/weeks/6')).statusCode).to.equal(403);
      expect((await learner.page('/')).body).to.contain('Your calendar stands still while you pause.');
      const other = await signIn(test, { person: 'conceicao', link: 'week-1' });
      expect((await other.page('/weeks/6')).statusCode).to.equal(200);
      faculty = await signIn(test, { person: 'eleanor' });
      expect((await faculty.page(`/cohort/pace/learners/${id}`)).body).to.contain('Pauses since Monday 11 May.');
      await faculty.submit(`/cohort/pace/learners/${id}/pause/end`, {});
      expect(await rows('select breaks, paused_on from learner_pace')).to.deep.equal([{ breaks: [{ beforeWeek: 6, days: 14 }], paused_on: null }]);
      expect((await learner.page('/weeks/6')).body).to.contain('This week opens on Monday 1 June');
    });

    it('more time is kept, with a reason that the learner does not see', async () => {
      const id = await personId();
      await faculty.submit(`/cohort/pace/learners/${id}/extension`, { extensionDays: '7', reason: 'Her ward moved.' });
      expect((await faculty.page(`/cohort/pace/learners/${id}`)).body).to.contain('Seven more days after the end of each week.').and.contain('Her ward moved.');
      expect((await learner.page('/')).body).not.to.contain('Her ward moved.');
    });

    it('is nobody else’s: another organisation’s learner is not there, and learners decide nothing', async () => {
      expect((await faculty.page('/cohort/pace/learners/00000000-0000-4000-8000-000000000000')).statusCode).to.equal(404);
      expect((await learner.page('/cohort/pace')).statusCode).to.equal(403);
      expect((await learner.submit(`/cohort/pace/learners/${await personId()}/pause`, {})).statusCode).to.equal(403);
    });
  });

  describe('what else keeps a week locked', () => {
    it('the eligibility form, where the cohort wants it: week 1 alone is open, and done work stays', async () => {
      await rows('update cohort set eligibility_required = true');
      expect(heading(await learner.page('/weeks/2'))).to.equal('This week opens when your faculty have accepted your form');
      expect((await learner.page('/weeks/1')).statusCode).to.equal(200);
      const [section] = test.programme.weeks[1]?.material?.sections ?? [];
      await rows(`insert into section_completion (cohort_id, person_id, week, section, done_at) select c.cohort_id, e.person_id, 2, '${section?.key}', now() from enrolment e join context c on c.id = e.context_id where e.role = 'learner'`);
      expect((await learner.page('/weeks/2')).statusCode).to.equal(200);
      await rows(`insert into eligibility (cohort_id, person_id, state, saved_at) select c.cohort_id, e.person_id, 'accepted', now() from enrolment e join context c on c.id = e.context_id where e.role = 'learner'`);
      expect((await learner.page('/weeks/3')).statusCode).to.equal(200);
    });

    it('weeks that the content names', async () => {
      await test.sql.query('update context set cohort_id = null');
      const second = await startSecondApp(test, { programme: { ...test.programme, weeks: test.programme.weeks.map((week) => (week.number === 3 ? { ...week, requires: [2] } : week)) } });
      try {
        await startCohort({ ...test, app: second.app });
        const person = await signIn({ ...test, app: second.app }, { link: 'week-1' });
        const answer = await person.page('/weeks/3');
        expect([answer.statusCode, heading(answer)]).to.deep.equal([403, 'This week opens when you have done week 2']);
      } finally {
        await second.close();
      }
    });
  });
});
