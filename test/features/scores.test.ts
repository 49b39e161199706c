import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { heading, signIn } from '../support/browser-session.ts';
import { addLearners, label, openSchool } from '../scores/school.ts';
import type { School } from '../scores/school.ts';

describe('the page of scores', () => {
  let school: School;
  before(async () => { school = await openSchool(); });
  after(async () => { await school.close(); });
  afterEach(async () => {
    school.lms.faults.clear();
    await school.sql.query('delete from score; delete from pgboss.job');
  });

  const columnId = async () => (await school.sql.query<{ id: string }>('select id from line_item limit 1')).rows[0]?.id ?? '';
  const text = (html: string) => html.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');

  it('says what will stand there while there is nothing', async () => {
    const page = await school.faculty.page('/scores');
    expect(page.statusCode).to.equal(200);
    expect(heading(page)).to.equal('No score has been sent yet');
    expect(page.body).to.contain('Each column of your grade book will stand here');
  });

  it('shows what waits, what arrived and what was refused, why, and what helps', async () => {
    const [amara = '', lukasz = '', thao = ''] = await school.enrol('amara', 'lukasz', 'thao');
    await school.deliver(await school.grade(amara));
    school.lms.faults.at.scores = 'unprocessable';
    await school.deliver(await school.grade(lukasz));
    school.lms.faults.at.scores = 'unavailable';
    await school.deliver(await school.grade(thao, { scoreGiven: 7.5 }));

    const list = await school.faculty.page('/scores');
    expect(heading(list)).to.equal('One score was refused');
    expect(text(list.body)).to.contain(`${label} `).and.contain('1 refused, 1 waiting, 1 sent').and.contain('Send the refused one again');
    const page = await school.faculty.page(`/scores/columns/${await columnId()}`);
    expect(heading(page)).to.equal(label);
    const rows = page.body.split('<tr>').slice(2).map(text);
    expect(rows[0]).to.contain('Łukasz').and.contain('Refused').and.contain('no longer a student of the course').and.contain('Publish the course');
    expect(rows[1]).to.contain('Thảo').and.contain('7.5 of 10').and.contain('Waiting since Monday 11 May, 09:00 BST').and.contain('had an error of its own').and.contain('tries again by itself');
    expect(rows[2]).to.contain('Amara').and.contain('Sent Monday 11 May, 09:00 BST').and.contain('7 of 10');
  });

  it('sends one again, or all that were refused: at once, counted in the audit', async () => {
    const [amara = '', lukasz = ''] = await school.enrol('amara', 'lukasz');
    const scores = [await school.grade(amara), await school.grade(lukasz)];
    school.lms.faults.at.scores = 'forbidden';
    for (const score of scores) await school.deliver(score);
    school.lms.faults.clear();
    await school.sql.query('delete from pgboss.job');

    const one = await school.faculty.submit(`/scores/columns/${await columnId()}/scores/${scores[0]}/delivery`);
    expect(one.headers.location).to.match(/\?notice=again$/);
    expect(heading(await school.faculty.follow(one))).to.equal(label);
    expect(await school.row(scores[0])).to.include({ state: 'waiting', reason: null, attempts: 0 });
    const all = await school.faculty.submit('/scores/deliveries');
    expect(all.headers.location).to.match(/\/scores\?notice=again$/);
    const { rows } = await school.sql.query<{ data: { scoreId: string } }>(`select data from pgboss.job where state = 'created' and start_after <= now()`);
    expect(rows.map(({ data }) => data.scoreId)).to.have.members(scores);
    for (const score of scores) await school.deliver(score);
    expect((await school.faculty.page('/scores')).body).to.contain('All 2 scores are in the LMS');
    expect((await school.faculty.submit('/scores/deliveries')).headers.location).to.match(/notice=none$/);
    const { rows: audits } = await school.sql.query(`select detail from audit_event where action = 'scores.sent_again' order by id`);
    expect(audits.map(({ detail }) => detail.count)).to.deep.equal([1, 1]);

    // One that arrived goes again too, when the LMS lost it.
    await school.faculty.submit(`/scores/columns/${await columnId()}/scores/${scores[0]}/delivery`);
    await school.deliver(scores[0]);
    expect(await school.row(scores[0])).to.include({ state: 'sent', version: 2, sent_version: 2 });
  });

  it('compares with what the LMS shows', async () => {
    const [amara = '', lukasz = '', thao = ''] = await school.enrol('amara', 'lukasz', 'thao');
    for (const person of [amara, lukasz, thao]) await school.deliver(await school.grade(person));
    const column = school.lms.gradeBook.columns('spring').find(({ facts }) => facts.label === label)!;
    column.cells.get('lms-user-1004')!.score = 3;
    column.cells.delete('lms-user-1005');
    school.clock.advance({ minutes: 1 });
    const answer = await school.faculty.submit(`/scores/columns/${await columnId()}/results`);
    expect(answer.headers.location).to.match(/notice=read$/);
    const page = await school.faculty.follow(answer);
    const rows = page.body.split('<tr>').slice(2).map(text);
    expect(rows.find((row) => row.includes('Łukasz'))).to.contain('The LMS shows 3 of 10');
    expect(rows.find((row) => row.includes('Thảo'))).to.contain('The LMS shows no score');
    expect(rows[2]).to.contain('Amara').and.contain('Sent Monday').and.not.contain('shows');
    expect(heading(await school.faculty.page('/scores'))).to.equal('Two scores differ in the LMS');
    // Sent anew, the comparison is old and says nothing any more.
    school.clock.advance({ minutes: 1 });
    await school.deliver(await school.grade(lukasz, { scoreGiven: 9 }));
    expect(heading(await school.faculty.page('/scores'))).to.equal('One score differs in the LMS');
  });

  for (const [fault, words] of [['error', 'had an error of its own'], ['huge', 'more than Coachline reads'], ['broken-json', 'cannot be read']] as const) {
    it(`says why when the LMS cannot be asked (${fault}), with 424, and keeps what it knew`, async () => {
      const [amara = ''] = await school.enrol('amara');
      await school.deliver(await school.grade(amara));
      school.lms.faults.at.results = fault;
      const answer = await school.faculty.submit(`/scores/columns/${await columnId()}/results`);
      expect(answer.statusCode).to.equal(424);
      expect(text(answer.body)).to.contain('The grade book could not be read').and.contain(words).and.contain('Sent Monday');
    });
  }

  it('assistants see, and send nothing; learners see nothing', async () => {
    const [amara = ''] = await school.enrol('amara');
    const score = await school.grade(amara);
    school.lms.faults.at.scores = 'forbidden';
    await school.deliver(score);
    const assistant = await signIn(school, { person: 'jonas', link: 'home' });
    const page = await assistant.page(`/scores/columns/${await columnId()}`);
    expect(page.statusCode).to.equal(200);
    expect(page.body).to.contain('Refused').and.not.contain('again</button>').and.not.contain('/deliver');
    expect((await assistant.submit(`/scores/columns/${await columnId()}/scores/${score}/delivery`)).statusCode).to.equal(403);
    const learner = await signIn(school, { person: 'amara', link: 'week-1' });
    expect((await learner.page('/scores')).statusCode).to.equal(403);
  });

  it('columns and scores of another cohort are not there', async () => {
    const [amara = ''] = await school.enrol('amara');
    const score = await school.grade(amara);
    await school.deliver(score);
    const other = await signIn(school, { person: 'ngozi', course: 'autumn', link: 'home' });
    await other.submit('/cohort', { name: 'Autumn', startsOn: '2026-05-18', timeZone: 'Europe/London' });
    const column = await columnId();
    expect((await other.page(`/scores/columns/${column}`)).statusCode).to.equal(404);
    for (const path of [`/scores/columns/${column}/results`, `/scores/columns/${column}/scores/${score}/delivery`]) expect((await other.submit(path)).statusCode, path).to.equal(404);
    await other.submit(`/scores/columns/${column}/deliveries`);
    expect(await school.row(score)).to.include({ state: 'sent', version: 1 });
    expect((await school.faculty.page('/scores/columns/not-an-id')).statusCode).to.be.within(400, 404);
  });

  it('shows fifty learners a page', async () => {
    const people = await addLearners(school, 120);
    for (const id of people.keys()) await school.grade(id);
    const column = await columnId();
    const page = await school.faculty.page(`/scores/columns/${column}?page=2`);
    expect(text(page.body)).to.contain('Learners 51 to 100 of 120');
    expect(page.body.split('<tr>')).to.have.length(52);
    expect((await school.faculty.page(`/scores/columns/${column}?page=99`)).body).to.contain('Learners 101 to 120 of 120');
  });

  it('Open edX: a lost 0 is said plainly', async () => {
    await school.sql.query(`update platform_registration set product_family_code = 'openedx'`);
    const [amara = ''] = await school.enrol('amara');
    await school.sql.query(`update platform_registration set product_family_code = 'openedx'`);
    await school.grade(amara);
    expect((await school.faculty.page(`/scores/columns/${await columnId()}`)).body).to.contain('does not store a score of 0');
  });
});
