import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { schedule } from '../support/attendance.ts';
import { addLearners, openSchool } from './school.ts';
import type { School } from './school.ts';

describe('attendance in the grade book', () => {
  let school: School;
  let learner: [id: string, sub: string];
  before(async () => {
    school = await openSchool();
    learner = [...await addLearners(school, 1)][0] ?? ['', ''];
    for (const [key, inHours] of [['getting-started', -600], ['data-for-improvement', 0]] as const) await schedule({ sql: school.sql, now: school.clock.now }, { key, inHours });
    await school.faculty.submit('/attendance/column', { wanted: 'yes' });
  });
  after(() => school.close());

  /** What the LMS shows after a mark was given and its score delivered. */
  const shownAfter = async (key: string, wanted: string, seen: string) => {
    const answer = await school.faculty.submit(`/attendance/${key}/1/marks`, { [`mark-${learner[0]}`]: wanted, [`seen-${learner[0]}`]: seen });
    expect(answer.statusCode).to.equal(303);
    const { rows: [score] } = await school.sql.query<{ id: string }>('select id from score');
    expect(await school.deliver(score?.id)).to.deep.equal({ outcome: 'done' });
    const column = school.lms.gradeBook.columns('spring').find(({ facts }) => facts.label === 'Attendance');
    return { maximum: column?.facts.scoreMaximum, score: column?.cells.get(learner[1])?.score ?? null, comment: column?.cells.get(learner[1])?.comment };
  };

  it('is a column that counts to all days of the programme, in which each score is told of how many', async () => {
    expect(await shownAfter('data-for-improvement', 'late', '')).to.deep.equal({ maximum: 11, score: 11, comment: 'Attended 1 of 1 day so far. Not marked yet: 1 day.' });
    expect(await shownAfter('getting-started', 'absent', '')).to.deep.equal({ maximum: 11, score: 5.5, comment: 'Attended 1 of 2 days so far.' });
  });

  it('is empty again when every marked day was excused after all', async () => {
    await shownAfter('getting-started', 'excused', 'absent');
    expect(await shownAfter('data-for-improvement', 'excused', 'late')).to.deep.include({ score: null });
  });
});
