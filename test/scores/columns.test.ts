import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import type { ProfileName } from '../../scripts/practice-lms/profiles.ts';
import { signIn } from '../support/browser-session.ts';
import { addLearners, label, openSchool } from './school.ts';
import type { School } from './school.ts';

const ours = (school: School) => school.lms.gradeBook.columns('spring').filter(({ facts }) => facts.resourceId === 'week-1');

describe('the column that a score belongs in', () => {
  let school: School;
  let people: string[];
  before(async () => {
    school = await openSchool();
    people = [...(await addLearners(school, 6)).keys()];
  });
  after(async () => { await school.close(); });
  afterEach(async () => {
    school.lms.faults.clear();
    for (const column of school.lms.gradeBook.columns('spring')) school.lms.gradeBook.deleteColumn(column);
    await school.sql.query('delete from score; delete from line_item; update resource_link set line_item_url = null');
  });

  it('is made once by many workers that come at once, and every score is in it', async () => {
    const scores: (string | undefined)[] = [];
    for (const person of people) scores.push(await school.grade(person));
    await Promise.all(scores.flatMap((score) => [school.deliver(score), school.deliver(score)]));
    for (const score of scores) await school.deliver(score);
    expect(ours(school)).to.have.length(1);
    expect(ours(school)[0]?.cells.size).to.equal(people.length);
    expect(ours(school)[0]?.facts).to.include({ label, scoreMaximum: 10, resourceId: 'week-1', tag: 'knowledge-check' });
  });

  it('is found by resource id and tag, on whatever page it stands, before one is made', async () => {
    for (let number = 1; number <= 5; number += 1) school.lms.gradeBook.addColumn('spring', { label: `Another ${number}`, scoreMaximum: 5, resourceId: 'week-1', tag: `other-${number}` });
    school.lms.gradeBook.addColumn('spring', { label: 'Theirs', scoreMaximum: 100, resourceId: 'week-1', tag: 'knowledge-check' });
    school.lms.gradeBook.pageSize = 2;
    const score = await school.grade(people[0]!);
    await school.deliver(score);
    school.lms.gradeBook.pageSize = undefined;
    expect(ours(school)).to.have.length(6);
    expect(school.lms.gradeBook.scoreOf('spring', 'Theirs', school.lms.platform.people.at(-6)?.sub ?? ''), 'seven of ten, on its own scale').to.equal(70);
  });

  it('is the link’s own where the LMS made one with it', async () => {
    school.lms.gradeBook.addColumn('spring', { label: 'Week 1', scoreMaximum: 10, resourceLinkId: 'spring-week-1' }, { coupled: true });
    await signIn(school, { person: 'amara', link: 'week-1' });
    const score = await school.grade(people[0]!);
    await school.deliver(score);
    expect(ours(school)).to.deep.equal([]);
    expect(school.lms.gradeBook.columns('spring').map(({ facts, cells }) => [facts.label, cells.size])).to.deep.equal([['Week 1', 1]]);
    const { rows: [row] } = await school.sql.query('select resource_link_id from line_item');
    expect(row.resource_link_id).to.be.a('string');
  });

  it('whose maker died before noting it is found, not made again', async () => {
    const score = await school.grade(people[0]!);
    school.lms.faults.at['line-items'] = 'lost-answer';
    await school.deliver(score);
    school.lms.faults.clear();
    await school.sql.query(`update line_item set lease_until = $1`, [String(school.clock.now.add({ seconds: 60 }))]);
    expect(await school.deliver(score), 'the lease of a dead worker is waited for').to.deep.equal({ outcome: 'again', inSeconds: 2 });
    school.clock.advance({ seconds: 61 });
    expect(await school.deliver(score)).to.deep.equal({ outcome: 'done' });
    expect(ours(school)).to.have.length(1);
  });

  it('that was deleted in the LMS is not made again until somebody asks for it', async () => {
    const first = await school.grade(people[0]!);
    await school.deliver(first);
    school.lms.gradeBook.deleteColumn(ours(school)[0]!);
    const second = await school.grade(people[1]!);
    await school.deliver(second);
    expect(await school.row(second)).to.include({ state: 'refused', reason: 'line_item.deleted' });
    expect(ours(school)).to.deep.equal([]);

    const answer = await school.faculty.submit('/scores/deliveries');
    expect(answer.statusCode).to.equal(303);
    await school.deliver(second);
    expect(await school.row(second)).to.include({ state: 'sent', reason: null });
    expect(ours(school)).to.have.length(1);
  });

  it('fails to be looked for: the score waits, and nothing is made on a guess', async () => {
    const score = await school.grade(people[0]!);
    school.lms.faults.at['line-items'] = 'error';
    expect((await school.deliver(score)).outcome).to.equal('again');
    school.lms.faults.clear();
    expect(await school.row(score)).to.include({ state: 'waiting', reason: 'platform.failed', lease_until: null });
    await school.deliver(score);
    expect(ours(school)).to.have.length(1);
  });
});

/** What each LMS is to be sent, and what then stands in its grade book. */
const expectations: Record<ProfileName, { family: string | null; body: Record<string, unknown>; extension?: boolean; comment: string; shown: number | null }> = {
  generic: { family: 'practice-lms', body: {}, comment: 'Well done.\nTwo to repeat.', shown: 7 },
  moodle: { family: 'moodle', body: {}, comment: 'Well done.\nTwo to repeat.', shown: 7 },
  canvas: { family: 'canvas', body: {}, extension: true, comment: 'Well done.\nTwo to repeat.', shown: 7 },
  blackboard: { family: 'BlackboardLearn', body: {}, comment: 'Well done.<br/>Two to repeat.', shown: 7 },
  d2l: { family: 'desire2learn', body: {}, comment: 'Well done.\nTwo to repeat.', shown: 7 },
  sakai: { family: 'sakai', body: {}, comment: 'Well done.\nTwo to repeat.', shown: 7 },
  schoology: { family: 'schoology', body: {}, comment: 'Well done.\nTwo to repeat.', shown: 7 },
  openedx: { family: 'openedx', body: {}, comment: 'Well done.\nTwo to repeat.', shown: 0.7 },
};

for (const [profile, { family, extension = false, comment, shown }] of Object.entries(expectations) as [ProfileName, (typeof expectations)[ProfileName]][]) {
  describe(`a score as ${profile} wants it`, () => {
    let school: School;
    before(async () => {
      school = await openSchool({ profile });
      // Open edX does not say what it is: whoever registers it does.
      await school.sql.query('update platform_registration set product_family_code = $1', [family]);
    });
    after(async () => { await school.close(); });

    it('arrives, changes, and stands in the grade book', async () => {
      const [amara = ''] = await school.enrol('amara');
      const score = await school.grade(amara, { comment: 'Well done.\nTwo to repeat.' });
      expect(await school.deliver(score)).to.deep.equal({ outcome: 'done' });
      expect(await school.row(score)).to.include({ state: 'sent', reason: null });
      const arrival = school.lms.gradeBook.arrivals.at(-1);
      expect(arrival?.score).to.include({ userId: 'lms-user-1001', scoreGiven: 7, scoreMaximum: 10, gradingProgress: 'FullyGraded', activityProgress: 'Completed', comment });
      expect(arrival?.score?.['https://canvas.instructure.com/lti/submission'] !== undefined).to.equal(extension);
      if (extension) expect(arrival?.score?.['https://canvas.instructure.com/lti/submission']).to.include({ new_submission: false });
      const columns = school.lms.gradeBook.columns('spring').filter(({ cells }) => cells.size > 0);
      expect(columns).to.have.length(1);
      expect(columns[0]?.cells.get('lms-user-1001')?.score).to.equal(shown);

      // Two changes within one second, as a learner who tries again is quick.
      for (const scoreGiven of [8, 9]) {
        await school.grade(amara, { scoreGiven, comment: 'Well done.\nTwo to repeat.' });
        await school.deliver(score);
      }
      expect(await school.row(score)).to.include({ state: 'sent', version: 3, sent_version: 3 });
      expect(columns[0]?.cells.get('lms-user-1001')?.score).to.equal(profile === 'openedx' ? 0.9 : 9);
      if (profile === 'canvas') expect(school.lms.gradeBook.arrivals.at(-1)?.score, 'Canvas shows every comment that is posted').not.to.have.property('comment');
    });

    it('who is no longer in the course there: refused, in words that help', async () => {
      const [lukasz = ''] = await school.enrol('lukasz');
      school.lms.roster.drop('spring', 'lukasz');
      const score = await school.grade(lukasz);
      await school.deliver(score);
      expect(await school.row(score)).to.include({ state: 'refused' });
      expect((await school.row(score)).reason).to.match(/^score\.(not_|refused)/);
      const { rows: [column] } = await school.sql.query('select id from line_item');
      const page = await school.faculty.page(`/scores/columns/${column.id}`);
      expect(page.body).to.contain('Refused').and.contain('then send the score again');
    });

    it('handed in and not graded: told only where that harms nothing, and never over a grade', async () => {
      const [zsofia = ''] = await school.enrol('zsofia');
      const ungraded = { scoreGiven: null, comment: null, activityProgress: 'Submitted', gradingProgress: 'PendingManual' } as const;
      const before = school.lms.gradeBook.arrivals.length;
      const score = await school.grade(zsofia, ungraded);
      await school.deliver(score);
      const told = ['canvas', 'blackboard', 'd2l'].includes(profile);
      expect(school.lms.gradeBook.arrivals.length - before).to.equal(told ? 1 : 0);
      expect((await school.row(score)).sent_at !== null).to.equal(told);
      await school.grade(zsofia);
      await school.deliver(score);
      await school.grade(zsofia, ungraded);
      await school.deliver(score);
      expect(school.lms.gradeBook.columns('spring').find(({ cells }) => cells.has('lms-user-1002'))?.cells.get('lms-user-1002')?.score).to.equal(shown);
      expect(await school.row(score)).to.include({ state: 'sent', sent_score: '7.00' });
    });
  });
}
