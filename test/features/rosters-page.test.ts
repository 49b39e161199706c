// The page of a course's people, the button that reads the roster, and the readings by night.
import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { readRoster, requestNightlyRosters, workOnRoster } from '../../server/features/rosters/actions.ts';
import { lastNightlyReading } from '../../server/domain/roster.ts';
import { startQueueWork } from '../../server/queues.ts';
import { heading, signIn } from '../support/browser-session.ts';
import { openSchool } from '../scores/school.ts';
import type { School } from '../scores/school.ts';

const jobsOf = async ({ sql }: School) => (await sql.query<{ key: string; lane: string }>(`select singleton_key as key, group_id as lane from pgboss.job where name = 'read-roster' and state < 'completed' order by 1`)).rows;
const contextOf = async ({ sql }: School, id = 'course-spring') => (await sql.query<{ id: string }>('select id from context where context_id = $1', [id])).rows[0]!.id;
const as = (school: School, person: string, link = 'home') => signIn(school, { person, link });

describe('the people of a course', () => {
  let school: School;
  before(async () => {
    school = await openSchool({ profile: 'moodle' });
    school.clock.advance({ hours: 1 });
    await readRoster({ ...school.tools, patience: [] }, await contextOf(school));
  });
  after(async () => { await school.close(); });

  it('were asked for by the first launch of staff, and are on the cohort page though they never came', async () => {
    expect(await jobsOf(school)).to.deep.equal([{ key: `${await contextOf(school)} now`, lane: school.registrationId }]);
    const page = await (await as(school, 'eleanor')).page('/cohort');
    expect(heading(page)).to.equal('Nobody has come in yet');
    expect(page.body).to.include('Has not opened Coachline yet.').and.to.include('Zsófia').and.to.include('Roster read today at 10:00 BST: 14 people.').and.to.include('/roster">People in this course');
  });

  it('are counted, by role and name, with who has never come', async () => {
    const page = await (await as(school, 'jonas')).page('/roster');
    expect([page.statusCode, heading(page)]).to.deep.equal([200, '14 people in this course']);
    expect(page.body).to.include('Twelve people have never opened Coachline.').and.to.include('Read today at 10:00 BST: 14 people.').and.to.include('Has never come');
    const names = [...page.body.matchAll(/<th scope="row">([^<]*)/g)].map(([, name]) => name);
    expect(names.slice(0, 4)).to.deep.equal(['Dr Eleanor Whitfield', 'Ngozi Adeyemi-Clarke', 'Jonas Lindqvist', 'Ruth Castellanos']);
    expect(names.indexOf('Łukasz Wiśniewski'), 'as people sort').to.be.below(names.indexOf('Siobhán Ní Dhomhnaill'));
    expect(page.body, 'assistants only look').not.to.include('Read the roster now');
  });

  it('can be searched by a part of a name or address, without marks', async () => {
    const faculty = await as(school, 'eleanor');
    const found = async (query: string) => [...(await faculty.page(`/roster?${query}`)).body.matchAll(/<th scope="row">([^<]*)/g)].map(([, name]) => name);
    expect(await found('name=zsofia')).to.deep.equal(['Zsófia Þórðardóttir-O&#39;Brien']);
    expect(await found(`name=${encodeURIComponent('NÍ DHOMH')}`)).to.deep.equal(['Siobhán Ní Dhomhnaill']);
    expect(await found(`name=${encodeURIComponent('李')}`)).to.have.length(1);
    expect(await found('name=priya%40lms')).to.deep.equal(['Priya Venkataraghavan']);
    expect(await found('name=%25')).to.deep.equal([]);
    expect(await found('name=o&group=staff')).to.have.length(4).and.not.to.include('Budiman');
    expect((await faculty.page('/roster?name=%3Cscript%3E')).body).to.include('Nobody in this course is called “&lt;script&gt;”.');
  });

  it('bad addresses are answered with 4xx or the page', async () => {
    const faculty = await as(school, 'eleanor');
    for (const query of ['name=%00', 'name=%ff', 'page=0', 'page=x', 'page=99999', 'group=everyone', 'notice=x', 'name=a&name=b', `name=${'x'.repeat(300)}`]) {
      expect((await faculty.page(`/roster?${query}`)).statusCode, query).to.be.below(500);
    }
    expect((await faculty.page('/roster?page=99999')).body).to.include('There are fewer pages now.');
  });

  it('are for staff alone: learners and mentors get 403 and see nobody', async () => {
    for (const person of [await as(school, 'amara', 'week-1'), await signIn(school, { person: 'priya', link: 'week-1', fault: 'mentor' }), await signIn(school, { person: 'budiman', link: 'week-1', fault: 'guest' })]) {
      const answer = await person.page('/roster');
      expect(answer.statusCode).to.equal(403);
      expect(answer.body).not.to.include('Zsófia');
    }
  });

  it('of another course are not on this page', async () => {
    await signIn(school, { person: 'ngozi', course: 'autumn', link: 'home' });
    const page = await (await signIn(school, { person: 'ngozi', course: 'autumn', link: 'home' })).page('/roster');
    expect(heading(page)).to.equal('One person in this course');
    expect(page.body).to.include('About to be read').and.not.to.include('Eleanor');
  });

  it('whose names the LMS withholds are told so, with the switch that shows them', async () => {
    await school.sql.query(`update person set name = null, given_name = null, family_name = null where sub = 'lms-user-1003'`);
    const page = await (await as(school, 'eleanor')).page('/roster');
    expect(page.body).to.include('Moodle withholds one name').and.to.include('Share launcher’s name with tool').and.to.include('Name withheld by Moodle');
  });

  // The last of its course: its ten thousand people stay.
  it('come in pages of fifty, each once,', async () => {
    const { sql } = school;
    const contextId = await contextOf(school);
    await sql.query(`with made as (insert into person (registration_id, organisation_id, sub, name, created_at)
      select $1, o.id, 'made-' || n, 'Made ' || lpad(n::text, 5, '0'), now() from organisation o, generate_series(1, 10000) n returning id)
      insert into enrolment (context_id, person_id, role, created_at) select $2, id, 'learner', now() from made`, [school.registrationId, contextId]);
    await sql.query('analyze person, enrolment');   // as PostgreSQL does by itself within a minute; until then it plans for the dozen that there were
    const faculty = await as(school, 'eleanor');
    const seen: string[] = [];
    for (const page of [1, 2, 199, 200, 201]) seen.push(...[...(await faculty.page(`/roster?group=learners&page=${page}`)).body.matchAll(/<th scope="row">([^<]*)/g)].map(([, name]) => name ?? ''));
    expect(seen).to.have.length(209).and.to.satisfy((names: string[]) => new Set(names).size === names.length);
    const last = await faculty.page('/roster?group=learners&page=201');
    expect(last.body).to.include('People 10001 to 10009 of 10009');
  });
});

describe('the button that reads the roster', () => {
  let school: School;
  before(async () => { school = await openSchool(); });
  beforeEach(async () => {
    await school.sql.query('delete from roster_sync');
    await school.sql.query('delete from pgboss.job');
    school.clock.advance({ minutes: 5 });
  });
  after(async () => { await school.close(); });

  it('leads to the page, leaves a job, and the page tells what comes of it', async () => {
    const faculty = await as(school, 'eleanor');
    await school.sql.query('delete from roster_sync');
    await school.sql.query('delete from pgboss.job');
    expect((await faculty.page('/roster')).body).to.include('Not read yet').and.to.include('Read the roster now');
    const answer = await faculty.submit('/roster/reading');
    expect([answer.statusCode, answer.headers.location]).to.deep.equal([303, `${faculty.base}/roster?notice=asked`]);
    expect((await faculty.follow(answer)).body).to.include('The roster is read now').and.to.include('About to be read');
    expect(await jobsOf(school)).to.have.length(1);
    expect(await workOnRoster(school.tools, await contextOf(school))).to.deep.equal({ outcome: 'done' });
    expect((await faculty.page('/roster')).body).to.include('Complete').and.to.include('14 people');
  });

  it('works once a minute', async () => {
    const faculty = await as(school, 'eleanor');
    const press = async () => String((await faculty.submit('/roster/reading')).headers.location).replace(/.*notice=/, '');
    await school.sql.query('delete from roster_sync');
    expect(await press()).to.equal('asked');
    expect(await press()).to.equal('just-now');
    await readRoster(school.tools, await contextOf(school));
    school.clock.advance({ seconds: 59 });
    expect(await press()).to.equal('just-now');
    school.clock.advance({ seconds: 1 });
    expect(await press()).to.equal('asked');
  });

  it('pressed by two at once asks once', async () => {
    const [one, two] = [await as(school, 'eleanor'), await as(school, 'ngozi')];
    await school.sql.query('delete from roster_sync');
    await school.sql.query('delete from pgboss.job');
    const answers = await Promise.all([one, two].map(async (person) => String((await person.submit('/roster/reading')).headers.location).replace(/.*notice=/, '')));
    expect(answers).to.have.members(['asked', 'just-now']);
    expect(await jobsOf(school)).to.have.length(1);
  });

  it('does nothing while the roster is read', async () => {
    const faculty = await as(school, 'eleanor');
    await faculty.submit('/roster/reading');
    await school.sql.query('update roster_sync set lease_until = $1', [String(school.clock.now.add({ minutes: 2 }))]);
    school.clock.advance({ seconds: 61 });
    const answer = await faculty.submit('/roster/reading');
    expect(answer.headers.location).to.include('notice=under-way');
    expect((await faculty.follow(answer)).body).to.include('Being read now');
  });

  it('goes beside a reading that waits for its next try', async () => {
    const faculty = await as(school, 'eleanor');
    await school.sql.query('delete from roster_sync');
    await faculty.submit('/roster/reading');
    school.lms.faults.at.memberships = 'error';
    expect(await workOnRoster({ ...school.tools, patience: [] }, await contextOf(school))).to.deep.include({ outcome: 'again' });
    expect((await faculty.page('/roster')).body).to.include('Coachline tries again by itself. Nobody was taken off the list.');
    school.lms.faults.clear();
    school.clock.advance({ minutes: 2 });
    expect((await faculty.submit('/roster/reading')).headers.location).to.include('notice=asked');
    expect((await faculty.page('/roster')).body).to.include('Coachline tries again by itself.');
    expect(await readRoster(school.tools, await contextOf(school))).to.deep.include({ outcome: 'complete' });
  });

  it('is not there where the LMS offers no roster, and a post changes nothing', async () => {
    const faculty = await as(school, 'eleanor');
    await school.sql.query('delete from roster_sync');
    await school.sql.query('update context set memberships_url = null');
    const page = await faculty.page('/roster');
    expect(page.body).to.include('does not offer this service in this course').and.not.to.include('Read the roster now');
    expect((await faculty.submit('/roster/reading')).headers.location).to.equal(`${faculty.base}/roster`);
    expect((await school.sql.query('select 1 from roster_sync')).rows).to.have.length(0);
  });

  it('is for those who decide about a course', async () => {
    expect((await (await as(school, 'jonas')).submit('/roster/reading')).statusCode).to.equal(403);
    expect((await (await as(school, 'amara', 'week-1')).submit('/roster/reading')).statusCode).to.equal(403);
  });
});

describe('readings by night', () => {
  let school: School;
  before(async () => { school = await openSchool(); });
  after(async () => { await school.close(); });
  beforeEach(async () => {
    school.clock.now = Temporal.Instant.from('2026-05-20T12:00:00Z');
    await school.sql.query('delete from roster_sync');
    await school.sql.query('delete from pgboss.job');
    await school.sql.query('update enrolment set last_seen_at = $1', ['2026-05-19T12:00:00Z']);
  });

  const night = () => requestNightlyRosters(school.sql, school.queues, school.clock.now);

  it('are asked for once a night, however often and by however many processes', async () => {
    expect(await Promise.all([night(), night(), night()])).to.have.members([1, 0, 0]);
    expect(await night()).to.equal(0);
    expect(await jobsOf(school)).to.deep.equal([{ key: await contextOf(school), lane: school.registrationId }]);
    await readRoster(school.tools, await contextOf(school));
    await school.sql.query('delete from pgboss.job');
    let asked = 0;
    for (let hour = 0; hour < 72; hour += 1) {
      school.clock.advance({ hours: 1 });
      asked += await night();
    }
    expect(asked).to.equal(3);
  });

  it('are caught up by a server that is switched off every night', async () => {
    let asked = 0;
    for (let day = 0; day < 5; day += 1) {
      asked += await night();
      asked += await night();
      school.clock.advance({ hours: 24 });
    }
    expect(asked).to.equal(5);
  });

  it('leave alone a course in which nobody was for sixty days, one that offers none, and a connection that is off', async () => {
    const { sql } = school;
    const undone: [change: string, back: string][] = [
      [`update enrolment set last_seen_at = '2026-03-20T00:00:00Z'`, `update enrolment set last_seen_at = '2026-05-19T12:00:00Z'`],
      [`update enrolment set last_seen_at = null`, `update enrolment set last_seen_at = '2026-05-19T12:00:00Z'`],
      [`update platform_registration set active = false`, 'update platform_registration set active = true'],
      [`update platform_registration set held_reason = 'x'`, 'update platform_registration set held_reason = null'],
    ];
    for (const [change, back] of undone) {
      await sql.query(change);
      expect(await night(), change).to.equal(0);
      await sql.query(back);
    }
    expect(await night()).to.equal(1);
  });

  it('wake a reading that waits without a job, and only that', async () => {
    await night();
    await school.sql.query('delete from pgboss.job');
    expect(await night()).to.equal(0);
    expect(await jobsOf(school), 'asked for a moment ago').to.have.length(0);
    school.clock.advance({ minutes: 3 });
    await school.sql.query('update roster_sync set lease_until = $1', [String(school.clock.now.add({ minutes: 1 }))]);
    await night();
    expect(await jobsOf(school), 'somebody is at it').to.have.length(0);
    school.clock.advance({ minutes: 3 });
    await night();
    await night();
    expect(await jobsOf(school)).to.have.length(1);
  });

  it('are done by the queue', async () => {
    await night();
    const complaints: Error[] = [];
    const work = await startQueueWork(school.sql, { log: (error) => { complaints.push(error); } });
    work.drain({ queue: 'read-roster', work: ({ contextId }) => workOnRoster(school.tools, contextId), pollMs: 50 });
    for (let waited = 0; waited < 100; waited += 1) {
      if ((await school.sql.query(`select 1 from roster_sync where outcome = 'complete'`)).rows.length > 0) break;
      await new Promise((resolve) => { setTimeout(resolve, 50); });
    }
    await work.stop();
    expect(complaints).to.deep.equal([]);
    expect((await school.sql.query('select outcome from roster_sync')).rows).to.deep.equal([{ outcome: 'complete' }]);
    expect(await jobsOf(school)).to.have.length(0);
  });
});

describe('the minute of a nightly reading', () => {
  const at = (id: string, zone: string, now: string) => String(lastNightlyReading(`${id}-0000-4000-8000-000000000000`, zone, Temporal.Instant.from(now)));
  const cases: [what: string, id: string, zone: string, now: string, expected: string][] = [
    ['midnight', '00000000', 'UTC', '2026-05-20T12:00:00Z', '2026-05-20T00:00:00Z'],
    ['not yet today', '00000077', 'UTC', '2026-05-20T01:58:59Z', '2026-05-19T01:59:00Z'],
    ['just now', '00000077', 'UTC', '2026-05-20T01:59:00Z', '2026-05-20T01:59:00Z'],
    ['the last of the night', '00000167', 'UTC', '2026-05-20T12:00:00Z', '2026-05-20T05:59:00Z'],
    ['begins anew after six hours', '00000168', 'UTC', '2026-05-20T12:00:00Z', '2026-05-20T00:00:00Z'],
    ['where the cohort is', '00000000', 'America/New_York', '2026-05-20T12:00:00Z', '2026-05-20T04:00:00Z'],
    ['in a night without that hour', '0000005a', 'Europe/London', '2026-03-29T12:00:00Z', '2026-03-29T01:30:00Z'],
  ];
  for (const [what, id, zone, now, expected] of cases) it(what, () => { expect(at(id, zone, now)).to.equal(expected); });
});
