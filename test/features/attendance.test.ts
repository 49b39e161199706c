import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { findAttendanceStanding } from '../../server/attendance-standing.ts';
import { addLearners, schedule } from '../support/attendance.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';

type Person = Awaited<ReturnType<typeof signIn>>;
const json = { accept: 'application/json' };
const dataDay = '/attendance/data-for-improvement/1';

describe('attendance', () => {
  let test: TestApp;
  let faculty: Person;
  beforeEach(async () => {
    test = await startTestApp();
    await startCohort(test);
    faculty = await signIn(test, { person: 'eleanor', link: 'home' });
  });
  afterEach(() => test.close());

  const place = () => ({ sql: test.sql, now: test.clock.now });
  const idOf = async (name: string): Promise<string> => (await test.sql.query('select id from person where name like $1', [`%${name}%`])).rows[0]?.id;
  const marks = async (): Promise<Record<string, string>> => Object.fromEntries((await test.sql.query('select p.name, a.status from attendance a join person p on p.id = a.person_id order by p.name')).rows.map(({ name, status }) => [name, status]));
  const scores = async () => (await test.sql.query('select p.name, s.version, s.score_given::float as given, s.score_maximum::float as maximum, s.comment, s.activity_progress as activity, s.grading_progress as grading, l.score_maximum::float as "column", l.resource_id, l.tag, l.target, l.label from score s join line_item l on l.id = s.line_item_id join person p on p.id = s.person_id order by p.name')).rows;
  const jobs = async (): Promise<number> => (await test.sql.query(`select count(*)::int as n from pgboss.job where name = 'deliver-score'`)).rows[0].n;
  const mark = (person: Person, id: string, wanted: string, seen = '', headers: Record<string, string> = json) => person.submit(`${dataDay}/marks`, { [`mark-${id}`]: wanted, [`seen-${id}`]: seen }, headers);

  describe('the roll of a day', () => {
    let amara: string;
    let zsofia: string;
    beforeEach(async () => {
      for (const person of ['amara', 'zsofia', 'minghua']) await signIn(test, { person });
      await signIn(test, { person: 'priya', fault: 'student-view' });
      await signIn(test, { person: 'siobhan', fault: 'mentor' });
      [amara, zsofia] = [await idOf('Amara'), await idOf('Zs')];
      await schedule(place(), { key: 'data-for-improvement', inHours: 0.5 });
    });

    it('has every learner of the cohort, in any of its courses, and nobody else; looking keeps nothing', async () => {
      const { rows: [{ code }] } = await test.sql.query('select join_code as code from cohort');
      await (await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' })).submit('/cohort/link', { code });
      await signIn(test, { person: 'jonas', course: 'autumn' });
      const page = await faculty.page(dataDay);
      expect(heading(page)).to.equal('Roll: Data for improvement');
      const names = [...page.body.matchAll(/<tr id="learner-[^>]*><th scope="row">([^<]*)/g)].map(([, name]) => name);
      expect(names).to.have.members(['Amara Okonkwo', 'Jonas Lindqvist', 'Zsófia Þórðardóttir-O&#39;Brien', '李 明華']);
      expect(page.body).to.contain('Monday 11 May 2026, 09:30 to 11:30 BST').and.contain('0 of 4 marked').and.contain('Not marked yet');
      expect(page.body.match(/type="radio"/g)).to.have.lengthOf(20);
      expect(await marks()).to.deep.equal({});
    });

    it('is saved as one form without a script: who marked whom and when is shown', async () => {
      const saved = await faculty.submit(`${dataDay}/marks`, { [`mark-${amara}`]: 'present', [`mark-${zsofia}`]: 'left-early', [`seen-${amara}`]: '' });
      expect(saved.headers.location).to.equal(`${faculty.base}${dataDay}?notice=saved`);
      expect(await marks()).to.deep.equal({ 'Amara Okonkwo': 'present', 'Zsófia Þórðardóttir-O\'Brien': 'left-early' });
      const page = await faculty.follow(saved);
      expect(page.body).to.contain('Saved.').and.contain('Eleanor, 09:00').and.contain('2 of 3 marked: one present, one left early');
      expect(page.body).to.contain(`name="seen-${zsofia}" value="left-early"`);
      test.clock.advance({ hours: 48 });
      faculty = await signIn(test, { person: 'eleanor' });
      expect((await faculty.page(dataDay)).body).to.contain('Eleanor, 11 May, 09:00');
      const again = await faculty.submit(`${dataDay}/marks`, { [`mark-${amara}`]: 'present', [`seen-${amara}`]: 'present' });
      expect((await faculty.follow(again)).body).to.contain('Nothing was changed');
    });

    it('marks everybody who has no mark as present, and keeps what was chosen beside it', async () => {
      await mark(faculty, amara, 'absent');
      const jonas = await signIn(test, { person: 'jonas' });
      expect((await jonas.submit(`${dataDay}/marks`, { all: 'present', [`mark-${zsofia}`]: 'late' })).statusCode).to.equal(303);
      expect(await marks()).to.deep.equal({ 'Amara Okonkwo': 'absent', 'Zsófia Þórðardóttir-O\'Brien': 'late', '李 明華': 'present' });
      expect((await jonas.page(dataDay)).body).to.contain('Jonas, 09:00').and.contain('Eleanor, 09:00');
    });

    it('answers a script with the whole roll, so that what others marked comes to light', async () => {
      await mark(faculty, amara, 'late');
      const answer = await mark(await signIn(test, { person: 'jonas' }), zsofia, 'present');
      expect(answer.statusCode).to.equal(200);
      expect(answer.json()).to.deep.include({ conflicts: [], savedAt: '09:00', tally: '2 of 3 marked: one present, one late' });
      expect(answer.json().learners[amara]).to.deep.equal({ mark: 'late', by: 'Eleanor, 09:00' });
      expect(Object.values(answer.json().learners)).to.deep.include({ mark: '', by: '' });
    });

    it('of two people who disagree keeps the first, and asks the second with 409; who agrees is not asked', async () => {
      const jonas = await signIn(test, { person: 'jonas' });
      await mark(jonas, amara, 'late');
      const late = await mark(faculty, amara, 'absent');
      expect(late.statusCode).to.equal(409);
      expect(late.json().conflicts).to.deep.equal([amara]);
      expect(late.json().learners[amara]).to.deep.equal({ mark: 'late', by: 'Jonas, 09:00' });
      expect((await mark(faculty, amara, 'late')).statusCode, 'the same').to.equal(200);
      // Without a script: the rest is saved, the choice is kept in the form, which now knows what stands there.
      const page = await faculty.submit(`${dataDay}/marks`, { [`mark-${amara}`]: 'absent', [`mark-${zsofia}`]: 'present' });
      expect(page.statusCode).to.equal(409);
      expect(page.body).to.contain('One mark not saved yet').and.contain('Jonas has marked late in the meantime. You chose absent').and.contain(`href="#learner-${amara}"`);
      expect(page.body).to.match(new RegExp(`name="mark-${amara}" value="absent" autocomplete="off" checked`)).and.contain(`name="seen-${amara}" value="late"`);
      expect(await marks()).to.include({ 'Amara Okonkwo': 'late', 'Zsófia Þórðardóttir-O\'Brien': 'present' });
      expect((await mark(faculty, amara, 'absent', 'late')).statusCode, 'decided').to.equal(200);
      expect(await marks()).to.include({ 'Amara Okonkwo': 'absent' });
    });

    it('leaves an audit row where a mark changes, with what stood there; a first mark speaks for itself', async () => {
      await mark(faculty, amara, 'present');
      await mark(await signIn(test, { person: 'jonas' }), amara, 'absent', 'present');
      const { rows } = await test.sql.query(`select p.name, a.detail from audit_event a join person p on p.id = a.actor_id where a.action = 'attendance.changed'`);
      expect(rows).to.have.lengthOf(1);
      expect(rows[0].name).to.equal('Jonas Lindqvist');
      expect(rows[0].detail).to.deep.include({ key: 'data-for-improvement', day: 1 });
      expect(rows[0].detail.changes).to.deep.equal([{ personId: amara, before: 'present', recordedAt: '2026-05-11T08:00:00Z', after: 'absent' }]);
    });

    it('shows who has left and has a mark, without counting them, and nobody who has left without one', async () => {
      await mark(faculty, amara, 'present');
      await test.sql.query('update enrolment set active = false where person_id = any($1)', [[amara, zsofia]]);
      const { body } = await faculty.page(dataDay);
      expect(body).to.contain('Has left the course').and.contain('Amara Okonkwo').and.contain('0 of 1 marked').and.not.contain('Zsófia');
      expect((await mark(faculty, zsofia, 'present')).statusCode, 'nobody of the roll').to.equal(404);
      expect(await marks()).to.deep.equal({ 'Amara Okonkwo': 'present' });
    });

    it('is refused in words before its day and when it was cancelled; the sheet can be printed before', async () => {
      await schedule(place(), { key: 'facilitating-teams', inHours: 1.1 });
      const early = await faculty.page('/attendance/facilitating-teams/1');
      expect(early.statusCode).to.equal(409);
      expect(heading(early)).to.equal('It is too early for this roll');
      expect(early.body).to.contain('on Monday 11 May at 09:06 BST');
      expect((await faculty.page('/attendance/facilitating-teams/1/sheet')).body).to.contain('Amara Okonkwo');
      expect((await faculty.submit('/attendance/facilitating-teams/1/marks', { all: 'present' })).statusCode).to.equal(409);
      test.clock.advance({ minutes: 6 });
      expect((await faculty.page('/attendance/facilitating-teams/1')).statusCode, 'an hour before').to.equal(200);

      await test.sql.query(`update workshop_session s set cancelled_at = now(), cancel_reason = 'Snow' from workshop w where w.id = s.workshop_id and w.key = 'data-for-improvement'`);
      const cancelled = await faculty.page(dataDay);
      expect([cancelled.statusCode, heading(cancelled)]).to.deep.equal([409, 'This day was cancelled']);
      expect(cancelled.body).to.contain('Snow');
      expect((await faculty.page(`${dataDay}/sheet`)).statusCode).to.equal(409);
      const refused = await mark(faculty, amara, 'present');
      expect(refused.statusCode).to.equal(409);
      expect(refused.json().refused).to.match(/^This day was cancelled\./);
      expect(await marks()).to.deep.equal({});
    });

    it('is not there for days that are on nobody’s calendar, for other cohorts, and for marks that do not exist', async () => {
      for (const path of ['/attendance/data-for-improvement/2', '/attendance/graduation/1', '/attendance/nothing/1', '/attendance/data-for-improvement/0', '/attendance/DATA/1', '/attendance/data-for-improvement/x']) {
        for (const more of ['', '/sheet']) expect((await faculty.page(path + more)).statusCode, path + more).to.equal(404);
        expect((await faculty.submit(`${path}/marks`, { all: 'present' })).statusCode, path).to.equal(404);
      }
      for (const form of [{ [`mark-${amara}`]: 'perhaps' }, { [`mark-${amara}`]: ['present', 'absent'] }, { all: 'absent' }, { 'mark-x': 'present' }, { [`seen-${amara}`]: 'x' }, { more: '1' }] as Record<string, string | string[]>[]) {
        const answer = await faculty.submit(`${dataDay}/marks`, form);
        expect([answer.statusCode, heading(answer)], JSON.stringify(form)).to.deep.equal([400, 'Coachline could not do that']);
      }
      await startCohort(test, { course: 'autumn', name: 'Autumn' });
      const others = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
      expect((await others.page(dataDay)).statusCode).to.equal(404);
      expect((await others.submit(`${dataDay}/marks`, { all: 'present' })).statusCode).to.equal(404);
      expect(await marks()).to.deep.equal({});
    });

    it('loses nothing when everybody marks at once', async () => {
      const ids = await addLearners(place(), test.registrationId, 20);
      const jonas = await signIn(test, { person: 'jonas' });
      const answers = await Promise.all(ids.map((id, index) => mark(index % 2 ? faculty : jonas, id, 'present')).concat(faculty.submit(`${dataDay}/marks`, { all: 'present' })));
      expect(answers.filter(({ statusCode }) => statusCode >= 400)).to.deep.equal([]);
      expect(Object.values(await marks())).to.deep.equal(Array.from({ length: 23 }, () => 'present'));
    });
  });

  describe('the days of the cohort', () => {
    it('stand with the state of their rolls, for staff', async () => {
      await addLearners(place(), test.registrationId, 3);
      expect((await faculty.page('/attendance')).body).to.contain('No day is on the calendar yet');
      await schedule(place(), { key: 'getting-started', inHours: -600 });
      await schedule(place(), { key: 'coaching-aims-and-tests', day: 1, inHours: -300 });
      await schedule(place(), { key: 'data-for-improvement', inHours: 0 });
      await schedule(place(), { key: 'graduation', inHours: 500 });
      await test.sql.query(`update workshop_session s set cancelled_at = now() from workshop w where w.id = s.workshop_id and w.key = 'coaching-aims-and-tests'`);
      const learner = (await test.sql.query(`select id from person where name = 'Learner 01'`)).rows[0].id;
      await mark(faculty, learner, 'present');
      const { body } = await faculty.page('/attendance');
      expect(body).to.contain('Not taken yet').and.contain('1 of 3 marked, by Eleanor').and.contain('Cancelled').and.contain('Opens on Monday 1 June at').and.contain('Seven days of the programme are not on the calendar yet');
      expect(body).to.contain(`href="${faculty.base}${dataDay}"`).and.contain(`href="${faculty.base}/attendance/graduation/1/sheet"`).and.contain(`href="${faculty.base}/attendance.csv"`);
      expect(body.match(/aria-current="page">Attendance/g), 'in the navigation').to.have.lengthOf(1);
      await faculty.submit(`${dataDay}/marks`, { all: 'present' });
      expect((await faculty.page('/attendance')).body).to.contain('3 of 3 marked, by Eleanor');
    });

    it('come as a table that no spreadsheet takes for formulas', async () => {
      const [first, second] = await addLearners(place(), test.registrationId, 3);
      await schedule(place(), { key: 'data-for-improvement', inHours: 0 });
      await mark(faculty, first ?? '', 'left-early');
      await mark(faculty, second ?? '', 'absent');
      await test.sql.query(`update person set name = '=cmd|"x"', email = '@SUM(A1)' where id = $1`, [first]);
      await test.sql.query(`update person set name = '-1, two' where id = $1`, [second]);
      await test.sql.query('update enrolment set active = false where person_id = $1', [second]);
      test.clock.advance({ hours: 3 });
      const answer = await faculty.page('/attendance.csv');
      expect(answer.headers).to.include({ 'content-type': 'text/csv; charset=utf-8', 'content-disposition': 'attachment; filename="attendance.csv"' });
      const [head, ...lines] = answer.body.split('\r\n');
      expect(head).to.match(/^\uFEFFName,E-mail,In the course,Getting started,"Coaching, aims and tests, day 1 of 3",/).and.contain('Data for improvement (2026-05-11)');
      expect(lines.find((line) => line.includes('cmd'))).to.equal(`"'=cmd|""x""",'@SUM(A1),Yes,To come,To come,To come,To come,Left early,To come,To come,To come,To come,To come,To come,1,0,0,0,Can still be met`);
      expect(lines.find((line) => line.includes('two'))).to.match(/^"'-1, two",,Has left,.*,Absent,.*,0,0,1,0,Can still be met$/);
      expect(lines.find((line) => line.startsWith('Learner 03'))).to.match(/,Not marked,.*,0,0,0,1,Can still be met$/);
    });
  });

  describe('a learner’s own', () => {
    it('says each day in words, what counts and what is missing; an unmarked day never counts', async () => {
      const learner = await signIn(test, { person: 'amara' });
      await schedule(place(), { key: 'getting-started', inHours: -600 });
      for (const day of [1, 2, 3]) await schedule(place(), { key: 'coaching-aims-and-tests', day, inHours: -300 + 24 * day });
      await schedule(place(), { key: 'data-for-improvement', inHours: 0 });
      const id = await idOf('Amara');
      await mark(faculty, id, 'late');
      for (const [day, wanted] of [[1, 'present'], [2, 'excused']] as const) await faculty.submit(`/attendance/coaching-aims-and-tests/${day}/marks`, { [`mark-${id}`]: wanted });
      const { body } = await learner.page('/attendance');
      expect(body).to.contain('You can still meet what the programme asks').and.contain('Still missing: four days in person and three virtual workshops. Two days that are over have no mark yet');
      expect(body).to.contain('1 of 6 days attended, one excused, one not marked yet, three to come').and.contain('All must be attended; one may be missed with an excuse.');
      expect(body).to.contain('1 of 5 workshops attended, one not marked yet, three to come').and.contain('At least four of five must be attended.');
      expect(body).to.contain('Late; counts as attended').and.contain('In person, no date yet').and.contain('Monday 11 May 2026, 09:00 to 11:00 BST').and.not.contain('%');
      expect((await findAttendanceStanding(test.sql, test.programme, { cohortId: (await test.sql.query('select id from cohort')).rows[0].id, personId: id }, test.clock.now)).outcome).to.equal('open');
      await faculty.submit('/attendance/coaching-aims-and-tests/3/marks', { [`mark-${id}`]: 'absent' });
      expect((await learner.page('/attendance')).body).to.contain('More was missed than the programme lets pass');
    });

    it('is empty for a test learner, and home’s to explain where there is no cohort', async () => {
      await schedule(place(), { key: 'data-for-improvement', inHours: -5 });
      expect((await (await signIn(test, { fault: 'student-view' })).page('/attendance')).body).to.contain('0 of 5 workshops attended');
      const learner = await signIn(test, { person: 'siobhan', course: 'autumn' });
      expect((await learner.page('/attendance')).headers.location).to.equal(`${learner.base}/`);
    });
  });

  describe('in the grade books', () => {
    const switchTo = (person: Person, wanted: boolean, cohort?: string) => person.submit('/attendance/column', { ...(wanted && { wanted: 'yes' }), ...(cohort && { cohort }) });
    beforeEach(() => schedule(place(), { key: 'data-for-improvement', inHours: 0 }));

    it('has no column unless the cohort wants one', async () => {
      await signIn(test, { person: 'amara' });
      expect((await faculty.page('/cohort/settings')).body).to.match(/name="wanted" value="yes" aria-describedby="wanted-h">/);
      await faculty.submit(`${dataDay}/marks`, { all: 'present' });
      expect(await scores()).to.deep.equal([]);
    });

    it('is sent for everybody once when the column is switched on, and with each mark from then on', async () => {
      const learner = await signIn(test, { person: 'amara' });
      await signIn(test, { person: 'zsofia' });
      const [amara, zsofia] = [await idOf('Amara'), await idOf('Zs')];
      await mark(faculty, amara, 'late');
      const on = await switchTo(faculty, true);
      expect(on.headers.location).to.equal(`${faculty.base}/cohort?notice=changed`);
      expect((await faculty.page('/cohort/settings')).body).to.contain('aria-describedby="wanted-h" checked');
      expect(await scores()).to.deep.equal([{
        name: 'Amara Okonkwo', version: 1, given: 1, maximum: 1, comment: 'Attended 1 of 1 day so far.', activity: 'InProgress', grading: 'FullyGraded',
        column: 11, resource_id: 'attendance', tag: 'attendance', target: '/attendance', label: 'Attendance',
      }]);
      await mark(faculty, zsofia, 'absent');
      await mark(faculty, amara, 'present', 'late');
      expect((await scores()).map(({ name, version, given, maximum }) => [name.slice(0, 3), version, given, maximum]), 'late or present is the same to a grade book').to.deep.equal([['Ama', 1, 1, 1], ['Zsó', 1, 0, 1]]);
      expect(await jobs()).to.equal(2);
      expect((await learner.page('/attendance')).body).to.contain('on its way to your course');
      const { rows } = await test.sql.query(`select action from audit_event where action like 'attendance.column%'`);
      expect(rows).to.deep.equal([{ action: 'attendance.column_on' }]);
      // Off: nothing more is sent, and what is there stays.
      await switchTo(faculty, false);
      await mark(faculty, zsofia, 'present', 'absent');
      expect((await scores()).map(({ version, given }) => [version, given])).to.deep.equal([[1, 1], [1, 0]]);
    });

    it('takes a score back when nothing counts any more, and sends none where there never was one', async () => {
      await signIn(test, { person: 'amara' });
      await signIn(test, { person: 'zsofia' });
      const [amara, zsofia] = [await idOf('Amara'), await idOf('Zs')];
      await switchTo(faculty, true);
      await mark(faculty, amara, 'absent');
      await mark(faculty, amara, 'excused', 'absent');
      await mark(faculty, zsofia, 'excused');
      expect(await scores()).to.have.lengthOf(1);
      expect((await scores())[0]).to.include({ version: 2, given: null, grading: 'NotReady' });
    });

    it('keeps no mark when the score cannot be set', async () => {
      await signIn(test, { person: 'amara' });
      await switchTo(faculty, true);
      await test.sql.query('alter table score add constraint never check (false)');
      try {
        expect((await faculty.submit(`${dataDay}/marks`, { all: 'present' })).statusCode).to.equal(500);
      } finally {
        await test.sql.query('alter table score drop constraint never');
      }
      expect(await marks()).to.deep.equal({});
    });

    it('costs a roll of forty as many statements as a roll of one', async () => {
      const ids = await addLearners(place(), test.registrationId, 41);
      await switchTo(faculty, true);
      const one = await test.countStatements(() => mark(faculty, ids[0] ?? '', 'present'));
      const forty = await test.countStatements(() => faculty.submit(`${dataDay}/marks`, { all: 'present' }));
      expect(forty).to.be.at.most(one);
      expect(forty).to.be.at.most(20);
      expect((await scores()).filter(({ given }) => given === 1)).to.have.lengthOf(41);
      expect(await jobs()).to.equal(41);
    });

    it('is decided by those who may decide about the cohort, and no other’s', async () => {
      const id = (await test.sql.query('select id from cohort')).rows[0].id;
      await startCohort(test, { course: 'autumn', name: 'Autumn' });
      const { rows: [{ id: autumn }] } = await test.sql.query(`select id from cohort where name = 'Autumn'`);
      expect((await switchTo(faculty, true, autumn)).statusCode, 'faculty, another cohort').to.equal(404);
      const administrator = await signIn(test, { person: 'ruth', link: 'home' });
      expect((await administrator.page(`/cohorts/${autumn}/settings`)).body).to.contain(`name="cohort" value="${autumn}"`);
      expect((await switchTo(administrator, true, autumn)).headers.location).to.equal(`${administrator.base}/cohorts/${autumn}?notice=changed`);
      await test.sql.query(`with other as (insert into organisation (name, short_name, created_at) values ('Other', 'other', now()) returning id) update cohort set organisation_id = other.id from other where cohort.id = $1`, [autumn]);
      expect((await switchTo(administrator, false, autumn)).statusCode, 'another organisation').to.equal(404);
      expect((await test.sql.query('select attendance_column as wanted from cohort where id = $1', [id])).rows[0].wanted).to.equal(false);
    });
  });
});
