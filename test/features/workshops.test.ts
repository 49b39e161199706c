import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import { after, before, beforeEach, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import { approveDeployment } from '../../server/features/platforms/actions.ts';
import { plannedWorkshops } from '../../server/domain/workshop-schedule.ts';
import { findCohortNews } from '../../server/cohort-news.ts';
import { workshopNewsOf } from '../../server/workshop-news.ts';
import { workshopNewsWords } from '../../server/workshop-words.ts';
import { startTestApp, testNow } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';

type Person = Awaited<ReturnType<typeof signIn>>;
type Form = Record<string, string>;

const link = 'https://meet.example.org/j/123?pwd=abc';

/** A cohort that began on 13 April 2026, London time; it is Monday 11 May, the first day of week 5. */
describe('workshops', () => {
  let test: TestApp;
  let faculty: Person;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  after(() => test.close());
  // One application for all: the calendar is emptied, and it is Monday again.
  beforeEach(async () => {
    for (const table of ['workshop_session', 'workshop', 'audit_event']) await test.sql.query(`delete from ${table}`);
    test.clock.now = Temporal.Instant.from(testNow);
    faculty = await signIn(test, { person: 'eleanor', link: 'home' });
  });

  it('have notes for those who run them, by the schedule’s own times; learners do not see them', async () => {
    expect((await faculty.page('/workshops/data-for-improvement/notes')).body).to.contain('Not scheduled yet: times as if it began at').and.contain('Breakouts');
    await faculty.submit('/cohort/workshops', await scheduleForm(faculty));
    expect((await faculty.page('/workshops/data-for-improvement')).body).to.contain(`href="${faculty.base}/workshops/data-for-improvement/notes"`);
    expect((await faculty.page('/workshops/data-for-improvement/notes')).body).to.contain('Tuesday 12 May 2026, from 14:00 BST');
    const learner = await signIn(test, { person: 'amara' });
    expect((await learner.page('/workshops/data-for-improvement')).body).to.not.contain('/notes');
    expect((await learner.page('/workshops/data-for-improvement/notes')).statusCode).to.equal(403);
    expect((await faculty.page('/workshops/nothing/notes')).statusCode).to.equal(404);
  });

  const rows = async () => (await test.sql.query(`
    select w.key, s.day, s.starts_at, s.ends_at, s.time_zone, s.meeting_url, s.venue, s.address, s.moved_from, s.move_reason, s.cancelled_at, s.cancel_reason, s.revision, s.changed_at
      from workshop w join workshop_session s on s.workshop_id = w.id order by s.starts_at, s.day`)).rows as Record<string, string | number | null>[];
  const row = async (key: string, day = 1) => (await rows()).find((one) => one['key'] === key && one['day'] === day)!;
  const audited = async () => (await test.sql.query('select action, actor_id is not null as by_somebody from audit_event where action like $1 order by id', ['workshop%'])).rows;

  /** The schedule form as the page sends it, with every in-person place named, and changes. */
  async function scheduleForm(person: Person, change: Form = {}): Promise<Form> {
    return { ...fieldsOf(await person.page('/cohort/workshops')), 'coaching-aims-and-tests-venue': 'The old library', 'coaching-aims-and-tests-address': '1 High Street, Leeds', 'coaching-to-learn-venue': 'The hall', 'data-for-improvement-link': link, ...change };
  }
  async function scheduleAll(change: Form = {}): Promise<void> {
    const answer = await faculty.submit('/cohort/workshops', await scheduleForm(faculty, change));
    expect(answer.statusCode, errorsOf(answer).join()).to.equal(303);
  }
  const only = (...keys: string[]) => Object.fromEntries(plannedWorkshops(test.programme.weeks).filter(({ key }) => !keys.includes(key)).map(({ key }) => [`${key}-chosen`, '']));

  describe('scheduling', () => {
    it('begins with all workshops of the plan ticked on likely days, and puts them on the calendar in one sitting', async () => {
      const page = await faculty.page('/cohort/workshops');
      expect(heading(page)).to.equal('Schedule the workshops');
      const form = fieldsOf(page);
      expect(form).to.include({ 'timeZone': 'Europe/London', 'getting-started-chosen': 'true', 'getting-started-1-date': '2026-04-14', 'getting-started-1-start': '14:00', 'coaching-aims-and-tests-3-date': '2026-04-30', 'coaching-to-learn-1-date': '2026-06-09', 'graduation-1-date': '2026-06-30' });
      await scheduleAll();
      const all = await rows();
      expect(all).to.have.length(11);
      expect(all[0]).to.include({ key: 'getting-started', day: 1, time_zone: 'Europe/London', revision: 0, meeting_url: null, changed_at: null });
      expect([all[1]!['starts_at'], all[1]!['ends_at']].map((moment) => String(Temporal.Instant.from(String(moment))))).to.deep.equal(['2026-04-28T08:00:00Z', '2026-04-28T16:00:00Z']);
      expect(await audited()).to.deep.equal([{ action: 'workshops.scheduled', by_somebody: true }]);
      const agenda = await faculty.page('/workshops?notice=scheduled');
      expect(heading(agenda)).to.equal('Seven workshops on the calendar');
      expect([...agenda.body.matchAll(/<h2 id="month-[\d-]+">([^<]+)</g)].map(([, month]) => month)).to.deep.equal(['April 2026', 'May 2026', 'June 2026']);
      expect(agenda.body).to.contain('The workshops are on the calendar').and.contain(`href="${faculty.base}/attendance/getting-started/1"`).and.not.contain('/attendance/graduation/1');
      expect(heading(await faculty.page('/cohort/workshops'))).to.equal('Nothing is left to schedule');
    });

    it('is found from the cohort’s page by those who may, and is nobody else’s', async () => {
      expect((await faculty.page('/cohort')).body).to.contain(`href="${faculty.base}/cohort/workshops"`);
      const assistant = await signIn(test, { person: 'jonas', link: 'home' });
      expect((await assistant.page('/cohort')).body).to.contain(`href="${assistant.base}/workshops"`).and.not.contain('/cohort/workshops');
      for (const person of [assistant, await signIn(test, { person: 'amara' })]) expect((await person.submit('/cohort/workshops', {})).statusCode).to.equal(403);
    });

    it('takes some and leaves the rest for later, in a zone of their own', async () => {
      await scheduleAll({ ...only('getting-started', 'coaching-aims-and-tests'), timeZone: 'america/new_york' });
      expect((await rows()).map(({ key, time_zone: zone }) => `${key} ${zone}`)).to.deep.equal(['getting-started America/New_York', ...Array.from({ length: 3 }, () => 'coaching-aims-and-tests America/New_York')]);
      expect(Object.keys(fieldsOf(await faculty.page('/cohort/workshops'))).filter((name) => name.endsWith('-chosen'))).to.have.length(5);
      expect((await faculty.page('/workshops')).body).to.contain('14:00–16:00 EDT').and.contain('New York time').and.contain('Schedule the other five').and.contain('Its week has come');
    });

    const bad: [what: string, change: Form, errors: string[]][] = [
      ['a time that the clocks jump over', { 'getting-started-1-date': '2026-03-29', 'getting-started-1-start': '01:30', 'getting-started-1-end': '03:00' }, ['getting-started-1-start']],
      ['an end before the start', { 'getting-started-1-end': '13:00' }, ['getting-started-1-end']],
      ['a year that is a slip', { 'getting-started-1-date': '2206-04-14' }, ['getting-started-1-date']],
      ['a link that is not https', { 'data-for-improvement-link': 'http://meet.example.org' }, ['data-for-improvement-link']],
      ['no place', { 'coaching-to-learn-venue': '' }, ['coaching-to-learn-venue']],
      ['days out of order, of two workshops', { 'coaching-aims-and-tests-2-date': '2026-04-27', 'coaching-to-learn-3-date': '2026-06-10' }, ['coaching-aims-and-tests-2-date', 'coaching-to-learn-3-date']],
      ['no zone', { timeZone: 'Europe/Atlantis' }, ['timeZone']],
      ['what no form sends', { 'getting-started-1-date': '\u0000', 'getting-started-1-start': '<b>' }, ['getting-started-1-date']],
    ];
    it('refuses with 422 and words at each field, keeps what was typed, and does nothing half', async () => {
      for (const [what, change, errors] of bad) {
        const page = await faculty.submit('/cohort/workshops', await scheduleForm(faculty, change));
        expect(page.statusCode, what).to.equal(422);
        expect(errorsOf(page), what).to.deep.equal(errors);
        for (const field of errors) expect(page.body, what).to.contain(`href="#${field}"`).and.match(new RegExp(`id="${field}"[^>]*aria-describedby="[^"]*${field}-m"`));
        expect(fieldsOf(page)['coaching-aims-and-tests-address'], what).to.equal('1 High Street, Leeds');
        for (const [field, typed] of Object.entries(change)) if (!typed.includes('\u0000') && !typed.includes('<')) expect(fieldsOf(page)[field] ?? '', `${what}: ${field}`).to.equal(typed);
        expect(await rows(), what).to.deep.equal([]);
      }
      const nothing = await faculty.submit('/cohort/workshops', await scheduleForm(faculty, only()));
      expect(nothing.statusCode).to.equal(422);
      expect(nothing.body).to.contain('Tick at least one workshop');
      expect((await faculty.submit('/cohort/workshops', { timeZone: ['a', 'b'] })).statusCode).to.equal(400);
    });

    it('of two at once schedules for the first and shows the second both; nothing is there twice', async () => {
      const ngozi = await signIn(test, { person: 'ngozi', link: 'home' });
      const [mine, hers] = [await scheduleForm(faculty, only('graduation')), await scheduleForm(ngozi, { ...only('graduation', 'getting-started'), 'graduation-1-start': '10:00' })];
      const answers = await Promise.all([faculty.submit('/cohort/workshops', mine), ngozi.submit('/cohort/workshops', hers)]);
      expect(answers.map(({ statusCode }) => statusCode)).to.have.members([303, 409]);
      const late = answers.find(({ statusCode }) => statusCode === 409)!;
      expect(late.body).to.contain('Somebody else was there first').and.contain('Tuesday 30 June 2026, 1');
      expect((await rows()).filter(({ key }) => key === 'graduation')).to.have.length(1);
      expect(heading(late)).to.equal('Schedule the workshops');
      const winner = answers[0]?.statusCode === 303 ? { person: faculty, form: mine } : { person: ngozi, form: hers };
      expect((await winner.person.submit('/cohort/workshops', winner.form)).statusCode, 'the same form twice').to.equal(303);
      expect((await rows()).filter(({ key }) => key === 'graduation')).to.have.length(1);
    });
  });

  describe('a learner', () => {
    let learner: Person;
    beforeEach(async () => {
      await scheduleAll();
      learner = await signIn(test, { person: 'amara' });
    });
    const advanceTo = (moment: string) => test.clock.advance(test.clock.now.until(moment));

    it('sees the next one first, in three statements at most', async () => {
      const page = await learner.page('/workshops');
      expect(heading(page)).to.equal('Your next workshop is tomorrow');
      expect(page.body.indexOf('Data for improvement')).to.be.below(page.body.indexOf('Facilitating teams'));
      expect(page.body).to.contain('Tuesday 12 May 2026, 14:00–16:00 BST').and.contain('The button to join appears here at 13:50 BST');
      expect(page.body).to.contain('data-your-time="2026-05-12T13:00:00Z"');
      expect(await test.countStatements(() => learner.page('/workshops'))).to.be.at.most(3);
      expect((await learner.page('/')).body).to.contain(`href="${learner.base}/workshops"`);
    });

    it('gets the meeting link ten minutes before, and not after the end; staff have it before', async () => {
      for (const [moment, there] of [['2026-05-12T12:49:59Z', false], ['2026-05-12T12:50:00Z', true], ['2026-05-12T14:59:59Z', true], ['2026-05-12T15:00:00Z', false]] as const) {
        advanceTo(moment);
        const amara = await signIn(test, { person: 'amara' });
        for (const path of ['/workshops', '/workshops/data-for-improvement']) {
          const { body } = await amara.page(path);
          expect(body.includes('meet.example.org'), `${path} ${moment}`).to.equal(there);
          if (there) expect(body).to.contain(`href="${link.replace('&', '&amp;')}" target="_blank" rel="noopener"`);
        }
      }
      test.clock.now = Temporal.Instant.from('2026-05-12T08:00:00Z');
      expect((await (await signIn(test, { person: 'eleanor' })).page('/workshops/data-for-improvement')).body).to.contain(link);
      const mentor = await signIn(test, { person: 'siobhan', fault: 'mentor' });
      test.clock.now = Temporal.Instant.from('2026-05-12T12:55:00Z');
      expect((await mentor.page('/workshops')).body).to.contain('Data for improvement').and.not.contain('meet.example.org');
    });

    it('finds the place on a map', async () => {
      const page = await learner.page('/workshops/coaching-to-learn');
      expect(heading(page)).to.equal('Coaching to learn');
      expect(page.body).to.contain('Day 3 of 3').and.contain('href="https://www.openstreetmap.org/search?query=The+hall" target="_blank" rel="noopener"');
      expect((await learner.page('/workshops/coaching-aims-and-tests')).body).to.contain('The old library, 1 High Street, Leeds').and.contain('query=1+High+Street%2C+Leeds');
    });

    it('stands on the workshop that a link in the LMS means, with a date or without', async () => {
      await test.sql.query(`delete from workshop_session where workshop_id in (select id from workshop where key = 'graduation')`);
      await test.sql.query(`delete from workshop where key = 'graduation'`);
      const arrived = await signIn(test, { person: 'zsofia', targetLinkUri: 'http://localhost:3000/workshops/graduation' });
      const page = await arrived.follow(arrived.launched);
      expect(heading(page)).to.equal('Graduation');
      expect(page.body).to.contain('It belongs to week 12, Monday 29 June to Sunday 5 July').and.contain('Your faculty will set day and time');
      for (const path of ['/workshops/nothing', '/workshops/graduation/calendar.ics', '/workshops/Nothing!']) expect((await arrived.page(path)).statusCode, path).to.equal(404);
    });

    it('takes one or all into a calendar: the same UID for good, a SEQUENCE that grows, no meeting link', async () => {
      const file = await learner.page('/workshops/calendar.ics');
      expect(file.headers).to.include({ 'content-type': 'text/calendar; charset=utf-8', 'content-disposition': 'attachment; filename="workshops.ics"' });
      expect(file.body.match(/BEGIN:VEVENT/g)).to.have.length(11);
      expect(file.body).to.match(/^BEGIN:VCALENDAR\r\n/).and.contain('DTSTAMP:20260511T080000Z').and.contain('METHOD:PUBLISH').and.not.contain('meet.example.org').and.not.contain('ATTENDEE');
      const one = (await learner.page('/workshops/data-for-improvement/calendar.ics')).body;
      expect(one).to.contain('DTSTART:20260512T130000Z').and.contain('SEQUENCE:0').and.contain('STATUS:CONFIRMED').and.contain('SUMMARY:Data for improvement');
      await move('data-for-improvement', { 'data-for-improvement-1-date': '2026-05-14', 'reason': 'The trainer is ill' });
      const moved = (await learner.page('/workshops/data-for-improvement/calendar.ics')).body;
      await cancel('data-for-improvement', 'No trainer');
      const cancelled = (await learner.page('/workshops/data-for-improvement/calendar.ics')).body;
      expect(moved).to.contain('DTSTART:20260514T130000Z').and.contain('SEQUENCE:1');
      expect(cancelled).to.contain('SEQUENCE:2').and.contain('STATUS:CANCELLED').and.contain('SUMMARY:Cancelled: Data for improvement');
      const uid = (text: string) => /UID:(\S+)/.exec(text)?.[1];
      expect([uid(moved), uid(cancelled)]).to.deep.equal([uid(one), uid(one)]);
    });

    it('is told in words what moved, was cancelled and was put back, with the reason', async () => {
      await move('data-for-improvement', { 'data-for-improvement-1-date': '2026-05-14', 'reason': 'The <b>trainer</b> is ill' });
      for (const path of ['/workshops', '/workshops/data-for-improvement']) {
        expect((await learner.page(path)).body, path).to.contain('Moved.').and.contain('It was to begin on Tuesday 12 May, 14:00 BST. Reason: The &lt;b&gt;trainer&lt;/b&gt; is ill.');
      }
      await cancel('data-for-improvement', 'No trainer');
      expect((await learner.page('/workshops')).body).to.contain('This day does not take place. Reason: No trainer.');
      expect(heading(await learner.page('/workshops'))).to.equal('Your next workshop is in 15 days');
      await putBack('data-for-improvement');
      expect((await learner.page('/workshops')).body).to.contain('Takes place after all').and.contain('It had been cancelled. Reason: No trainer.');
      expect(await audited()).to.deep.equal(['workshops.scheduled', 'workshop.changed', 'workshop.cancelled', 'workshop.put_back'].map((action) => ({ action, by_somebody: true })));
    });

    it('has the next one and the week’s news ready for the home', async () => {
      const { rows: [cohort, another] } = await test.sql.query<{ id: string }>('select id from cohort where exists (select from workshop where cohort_id = cohort.id)');
      expect(another).to.equal(undefined);
      const planned = plannedWorkshops(test.programme.weeks);
      const words = async () => workshopNewsWords(workshopNewsOf((await findCohortNews(test.sql, cohort!.id)).sessions, test.clock.now), { planned, english: 'en-GB', now: test.clock.now });
      expect(await words()).to.deep.include({ changes: [] }).and.have.nested.property('next.when', 'Tuesday 12 May, 14:00–16:00 BST');
      await move('facilitating-teams', { 'facilitating-teams-1-start': '15:00', 'facilitating-teams-1-end': '17:00', 'reason': 'A strike' });
      await cancel('data-for-improvement', 'No trainer');
      const news = await words();
      expect(news.next).to.include({ title: 'Facilitating teams', path: '/workshops/facilitating-teams', joinUrl: null, kind: 'virtual' });
      expect(news.changes.map(({ change, title, words: told }) => [change, title, told])).to.deep.equal([
        ['cancelled', 'Data for improvement', 'Tuesday 12 May, 14:00–16:00 BST. This day does not take place. Reason: No trainer.'],
        ['moved', 'Facilitating teams', 'Now Tuesday 26 May, 15:00–17:00 BST. It was to begin on Tuesday 26 May, 14:00 BST. Reason: A strike.'],
      ]);
      test.clock.advance({ hours: 7 * 24 });
      expect((await words()).changes).to.deep.equal([]);
    });

    it('is told by home as it stands at each visit', async () => {
      const next = async () => /Next workshop<\/h2>[\s\S]*?<p>([^<]*)</.exec((await learner.page('/')).body)?.[1];
      expect(await next()).to.equal('Tuesday 12 May, 14:00–16:00 BST');
      await move('data-for-improvement', { 'data-for-improvement-1-date': '2026-05-14', 'reason': 'A strike' });
      expect(await next()).to.equal('Thursday 14 May, 14:00–16:00 BST');
      await cancel('data-for-improvement', 'No trainer');
      expect(await next()).to.equal('Tuesday 26 May, 14:00–16:00 BST');
      test.clock.advance({ hours: 15 * 24 + 4, minutes: 55 });
      faculty = await signIn(test, { person: 'eleanor', link: 'home' });
      expect((await (await signIn(test)).page('/')).body).to.contain('The meeting link is still to come');
      await move('facilitating-teams', { 'facilitating-teams-link': 'https://meet.example.org/f' });
      expect((await (await signIn(test)).page('/')).body).to.contain('You can join now, until 16:00 BST.').and.to.contain('https://meet.example.org/f');
    });
  });

  async function move(key: string, change: Form): Promise<void> {
    const answer = await faculty.submit(`/workshops/${key}/sessions`, { ...fieldsOf(await faculty.page(`/workshops/${key}/sessions`)), ...change });
    expect(answer.headers.location, errorsOf(answer).join()).to.equal(`${faculty.base}/workshops/${key}?notice=changed`);
  }
  async function cancel(key: string, reason: string, days = ['1']): Promise<void> {
    const { mark = '' } = fieldsOf(await faculty.page(`/workshops/${key}/cancellation`));
    const answer = await faculty.post(`${faculty.base}/workshops/${key}/cancellation`, { mark, reason, day: days });
    expect(answer.statusCode).to.equal(303);
  }
  async function putBack(key: string, day = '1'): Promise<LightMyRequestResponse> {
    const { mark = '' } = fieldsOf(await faculty.page(`/workshops/${key}`));
    return faculty.submit(`/workshops/${key}/cancellation/removal`, { mark, day });
  }

  describe('a change', () => {
    beforeEach(() => scheduleAll());

    it('of link or place needs no reason and is no move; a move needs one and keeps where it was', async () => {
      await move('graduation', { 'graduation-link': 'https://meet.example.org/g' });
      expect(await row('graduation')).to.include({ meeting_url: 'https://meet.example.org/g', revision: 1, moved_from: null, changed_at: null });
      const form = { ...fieldsOf(await faculty.page('/workshops/graduation/sessions')), 'graduation-1-start': '15:00' };
      const refused = await faculty.submit('/workshops/graduation/sessions', form);
      expect([refused.statusCode, errorsOf(refused)]).to.deep.equal([422, ['reason']]);
      expect(fieldsOf(refused)['graduation-1-start']).to.equal('15:00');
      await move('graduation', { 'graduation-1-start': '15:00', 'reason': 'The room\r\nis taken' });
      expect(await row('graduation')).to.include({ revision: 2, move_reason: 'The room is taken' }).and.have.property('moved_from').that.is.a('string');
      expect(String(Temporal.Instant.from(String((await row('graduation'))['changed_at'])))).to.equal('2026-05-11T08:00:00Z');
    });

    it('that changes nothing leaves revision and audit alone', async () => {
      await move('graduation', {});
      expect(await row('graduation')).to.include({ revision: 0 });
      expect(await audited()).to.have.length(1);
    });

    it('on the night the clocks go back takes the first of two times, and says so', async () => {
      await move('graduation', { 'graduation-1-date': '2026-10-25', 'graduation-1-start': '01:30', 'graduation-1-end': '02:30', 'reason': 'By night' });
      expect(String(Temporal.Instant.from(String((await row('graduation'))['starts_at'])))).to.equal('2026-10-25T00:30:00Z');
      expect((await faculty.page('/workshops/graduation')).body).to.contain('show 01:30 twice: the first of the two is meant');
    });

    it('made on an older state is answered with 409 and both, and may then be saved', async () => {
      const ngozi = await signIn(test, { person: 'ngozi', link: 'home' });
      const old = fieldsOf(await ngozi.page('/workshops/graduation/sessions'));
      await move('graduation', { 'graduation-1-start': '15:00', 'reason': 'Later' });
      const conflict = await ngozi.submit('/workshops/graduation/sessions', { ...old, 'graduation-link': 'https://meet.example.org/n' });
      expect(conflict.statusCode).to.equal(409);
      expect(conflict.body).to.contain('This workshop changed after you opened this page').and.contain('15:00–16:00 BST').and.contain('14:00–16:00').and.contain('https://meet.example.org/n');
      expect(await row('graduation')).to.include({ revision: 1, meeting_url: null });
      expect((await ngozi.submit('/workshops/graduation/sessions', { ...fieldsOf(conflict), reason: 'As planned' })).statusCode).to.equal(303);
      expect(await row('graduation')).to.include({ revision: 2, meeting_url: 'https://meet.example.org/n' });
      expect((await ngozi.submit('/workshops/graduation/sessions', { ...fieldsOf(conflict), reason: 'As planned' })).statusCode, 'the same twice is no quarrel').to.equal(303);
      const cancelled = await ngozi.submit('/workshops/graduation/cancellation', { mark: '1:0', day: '1', reason: 'Unseen' });
      expect(cancelled.statusCode).to.equal(409);
      expect(cancelled.body).to.contain('Nothing is cancelled yet').and.contain('value="Unseen"').and.contain('name="mark" value="1:2"');
      expect((await ngozi.submit('/workshops/graduation/cancellation/removal', { mark: '1:0', day: '1' })).statusCode, 'is not cancelled').to.equal(303);
    });

    it('by two at the same moment is saved once', async () => {
      const ngozi = await signIn(test, { person: 'ngozi', link: 'home' });
      const form = fieldsOf(await faculty.page('/workshops/graduation/sessions'));
      const answers = await Promise.all([faculty, ngozi].map((person, index) => person.submit('/workshops/graduation/sessions', { ...form, 'graduation-link': `https://meet.example.org/${index}` })));
      expect(answers.map(({ statusCode }) => statusCode)).to.have.members([303, 409]);
      expect(await row('graduation')).to.include({ revision: 1 });
    });

    it('cancels some days of several, which then keep out of the form, and puts them back where they fit', async () => {
      const key = 'coaching-to-learn';
      const missing = await faculty.submit(`/workshops/${key}/cancellation`, { mark: '1:0 2:0 3:0' });
      expect([missing.statusCode, errorsOf(missing)]).to.deep.equal([422, ['day', 'reason']]);
      expect((await faculty.submit(`/workshops/${key}/cancellation`, { mark: '1:0 2:0 3:0', day: '9', reason: 'x' })).statusCode).to.equal(404);
      await cancel(key, 'Strike', ['2']);
      expect(fieldsOf(await faculty.page(`/workshops/${key}/sessions`))).to.not.have.property(`${key}-2-date`);
      await move(key, { [`${key}-3-date`]: '2026-06-10', 'reason': 'Two days in a row' });
      const refused = await putBack(key, '2');
      expect(refused.statusCode).to.equal(409);
      expect(refused.body).to.contain('Nothing was put back. Day 3 does not come after day 2');
      await move(key, { [`${key}-3-date`]: '2026-06-11', 'reason': 'And apart again' });
      expect((await putBack(key, '2')).statusCode).to.equal(303);
      expect(await row(key, 2)).to.include({ cancelled_at: null, cancel_reason: 'Strike', revision: 2 });
    });

    it('is followed by every page of every node: the rows are the truth', async () => {
      const jonas = await signIn(test, { person: 'jonas', link: 'home' });
      await cancel('graduation', 'Snow');
      expect((await jonas.page('/workshops')).body).to.contain('Reason: Snow.');
      expect((await jonas.page('/workshops/graduation')).body).to.contain('This workshop is cancelled').and.not.contain('Put it back');
      expect((await jonas.submit('/workshops/graduation/cancellation/removal', { mark: '1:1', day: '1' })).statusCode).to.equal(403);
    });
  });

  it('of another organisation and of another course are not there', async () => {
    await scheduleAll();
    await approveDeployment(test.sql, { registrationId: test.registrationId, deploymentId: 'elsewhere', organisation: 'elsewhere' }, test.clock.now);
    const stranger = await signIn(test, { person: 'eleanor', link: 'home', deploymentId: 'elsewhere', change: (claims) => {
      claims[ltiClaim('context')] = { id: 'course-elsewhere', title: 'Another course' };
      claims[ltiClaim('resource_link')] = { id: 'elsewhere-home' };
    } });
    await stranger.submit('/cohort', { name: 'Elsewhere', startsOn: '2026-04-13', timeZone: 'Europe/London' });
    expect(heading(await stranger.page('/workshops'))).to.equal('No workshop has a date yet');
    for (const path of ['/workshops/graduation/sessions', '/workshops/graduation/cancellation', '/workshops/graduation/calendar.ics']) expect((await stranger.page(path)).statusCode, path).to.equal(404);
    expect((await stranger.submit('/workshops/graduation/cancellation', { mark: '1:0', day: '1', reason: 'x' })).statusCode).to.equal(404);
    expect(await row('graduation')).to.include({ revision: 0 });
    const autumn = await signIn(test, { person: 'amara', course: 'autumn', link: 'home' });
    expect((await autumn.page('/workshops')).statusCode, 'no cohort there yet').to.equal(303);
  });
});

describe('workshops of material from before they had keys', () => {
  it('cannot be scheduled, and the pages say so kindly', async () => {
    const test = await startTestApp();
    await startCohort(test);
    await test.sql.query(`update programme_version set content = jsonb_set(content::jsonb, '{weeks}', (select jsonb_agg(case when w->'workshop' = 'null' then w else w #- '{workshop,key}' end order by (w->>'number')::int) from jsonb_array_elements(content::jsonb->'weeks') w))`);
    const faculty = await signIn(test, { person: 'eleanor', link: 'home' });
    for (const path of ['/cohort/workshops', '/workshops']) expect((await faculty.page(path)).body, path).to.contain('older than workshops on the calendar');
    const learner = await signIn(test, { person: 'amara' });
    expect((await learner.page('/workshops')).statusCode).to.equal(200);
    expect((await learner.page('/workshops/getting-started')).statusCode).to.equal(404);
    await test.close();
  });
});

/** Name and value of every field of the page's forms, as a browser would send them; empty ones are left out. */
function fieldsOf({ body }: { body: string }): Form {
  const form: Form = {};
  for (const [tag] of body.matchAll(/<input\b[^>]*>/g)) {
    const attribute = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
    const name = attribute('name');
    if (!name || name === 'back' || name === 'day' || (attribute('type') === 'checkbox' && !/\schecked/.test(tag))) continue;
    if (attribute('value')) form[name] = attribute('value')!.replaceAll('&amp;', '&').replaceAll('&lt;', '<');
  }
  const zone = /<select id="timeZone".*?<option value="([^"]*)" selected>/s.exec(body)?.[1];
  return { ...form, ...(zone && { timeZone: zone }) };
}

/** Fields that have a message, in the order of the page. */
function errorsOf({ body }: { body: string }): string[] {
  return [...body.matchAll(/<p class="msg" id="([\w-]+)-m">/g)].map(([, field]) => field ?? '');
}
