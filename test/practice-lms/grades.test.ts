// The practice LMS's assignment and grade services: by the book, and as each LMS has its habits.
import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import type { Column } from '../../scripts/practice-lms/grade-book.ts';
import type { ProfileName } from '../../scripts/practice-lms/profiles.ts';
import { mediaTypes, scopes } from '../../scripts/practice-lms/services.ts';
import { nextOf, startWithTool } from './practice-tool.ts';
import type { PracticeTool } from './practice-tool.ts';

const amara = 'lms-user-1001';
const eleanor = 'lms-user-2001';

describe('practice LMS: grades', () => {
  let tool: PracticeTool;
  let column: Column;
  let container: string;
  const { lineItem, lineItemRead, score, resultRead } = scopes;
  const book = () => tool.lms.gradeBook;
  const items = (query = '', accept: string = mediaTypes.lineItems) => tool.call('GET', `${container}${query}`, { scopes: [lineItemRead], accept });
  const post = (changes: Record<string, unknown> = {}, contentType: string = mediaTypes.score) => tool.call('POST', book().urlOf(column, '/scores'), {
    scopes: [score], contentType,
    body: { userId: amara, scoreGiven: 7, scoreMaximum: 10, activityProgress: 'Completed', gradingProgress: 'FullyGraded', timestamp: '2026-05-14T13:00:00.000Z', ...changes },
  });
  const results = async (query = '') => (await (await tool.call('GET', `${book().urlOf(column, '/results')}${query}`, { scopes: [resultRead], accept: mediaTypes.results })).json()) as Record<string, unknown>[];

  before(async () => {
    tool = await startWithTool();
    container = tool.lms.gradeBook.containerUrl('spring');
  });
  beforeEach(() => { column = book().addColumn('spring', { label: 'Week 1', scoreMaximum: 100, resourceId: 'week-1', tag: 'workbook' }); });
  afterEach(() => {
    for (const each of book().columns('spring')) book().deleteColumn(each);
    book().arrivals.length = 0;
    book().pageSize = undefined;
    tool.lms.playAs('generic');
    tool.lms.faults.clear();
  });
  after(() => tool.lms.close());

  describe('line items', () => {
    it('are found by each filter', async () => {
      book().addColumn('spring', { label: 'Other', scoreMaximum: 1, resourceLinkId: 'spring-week-2' });
      const labels = async (query: string) => ((await (await items(query)).json()) as { label: string }[]).map(({ label }) => label);
      expect(await labels('')).to.deep.equal(['Week 1', 'Other']);
      expect(await labels('?resource_id=week-1')).to.deep.equal(['Week 1']);
      expect(await labels('?tag=workbook&resource_id=week-1')).to.deep.equal(['Week 1']);
      expect(await labels('?tag=other')).to.deep.equal([]);
      expect(await labels('?resource_link_id=spring-week-2')).to.deep.equal(['Other']);
    });

    it('come in pages, when asked to', async () => {
      for (let count = 2; count <= 5; count += 1) book().addColumn('spring', { label: `Week ${count}`, scoreMaximum: 1 });
      const seen: string[] = [];
      for (let at: string | null = `${container}?limit=2`; at !== null;) {
        const answer: Response = await tool.call('GET', at, { scopes: [lineItemRead], accept: mediaTypes.lineItems });
        seen.push(...((await answer.json()) as { label: string }[]).map(({ label }) => label));
        at = nextOf(answer);
      }
      expect(seen).to.deep.equal(['Week 1', 'Week 2', 'Week 3', 'Week 4', 'Week 5']);
    });

    it('are made, read, changed and deleted', async () => {
      const body = { label: 'Attendance', scoreMaximum: 10, tag: 'attendance', 'https://example.org/extension': { kept: true } };
      const made = await tool.call('POST', container, { scopes: [lineItem], contentType: mediaTypes.lineItem, body });
      expect(made.status).to.equal(201);
      expect(made.headers.get('content-type')).to.equal(mediaTypes.lineItem);
      const { id, ...rest } = await made.json() as { id: string };
      expect(rest).to.deep.equal(body);
      const read = await tool.call('GET', id, { scopes: [lineItemRead], accept: mediaTypes.lineItem });
      expect(await read.json()).to.deep.equal({ id, ...body });
      const changed = await tool.call('PUT', id, { scopes: [lineItem], contentType: mediaTypes.lineItem, body: { ...body, id, scoreMaximum: 20 } });
      expect(await changed.json()).to.include({ scoreMaximum: 20 });
      expect((await tool.call('DELETE', id, { scopes: [lineItem] })).status).to.equal(204);
      expect((await tool.call('GET', id, { scopes: [lineItemRead], accept: mediaTypes.lineItem })).status).to.equal(404);
    });

    const bad: [what: string, body: unknown][] = [
      ['no label', { scoreMaximum: 1 }], ['no maximum', { label: 'a' }], ['a maximum of 0', { label: 'a', scoreMaximum: 0 }],
      ['a maximum in words', { label: 'a', scoreMaximum: '10' }], ['a list', []], ['half a body', '{"label"'],
    ];
    for (const [what, body] of bad) {
      it(`refuses one with ${what}`, async () => {
        expect((await tool.call('POST', container, { scopes: [lineItem], contentType: mediaTypes.lineItem, body })).status).to.equal(400);
      });
    }

    it('belong to the tool that made them', async () => {
      column = book().addColumn('spring', { label: 'Foreign', scoreMaximum: 1 }, { clientId: 'another' });
      expect(await (await items('?limit=50')).json()).to.have.length(1);
      expect((await post()).status).to.equal(404);
    });
  });

  describe('at the door', () => {
    it('every call needs its own scope and a token that is good', async () => {
      expect((await tool.call('GET', container, { scopes: [score], accept: mediaTypes.lineItems })).status).to.equal(403);
      expect((await tool.call('POST', container, { scopes: [lineItemRead], contentType: mediaTypes.lineItem, body: {} })).status).to.equal(403);
      expect((await tool.call('GET', container, { scopes: [], token: 'made-up', accept: mediaTypes.lineItems })).status).to.equal(401);
      const token = await tool.token(lineItemRead);
      tool.lms.tokens.revoke(token);
      const answer = await tool.call('GET', container, { scopes: [], token, accept: mediaTypes.lineItems });
      expect(answer.status).to.equal(401);
      expect(answer.headers.get('www-authenticate')).to.include('invalid_token');
    });

    for (const accept of ['*/*', 'application/json', `${mediaTypes.lineItems}, */*`]) {
      it(`Accept: ${accept} is not the media type`, async () => {
        expect((await items('', accept)).status).to.equal(406);
        tool.lms.playAs('moodle');
        expect((await items('', accept)).status).to.equal(400);
      });
    }

    it('a score as plain JSON is refused', async () => {
      expect((await post({}, 'application/json')).status).to.equal(415);
      tool.lms.playAs('moodle');
      expect((await post({}, 'application/json')).status).to.equal(400);
    });
  });

  describe('scores', () => {
    it('are scaled to the column and come back as results', async () => {
      expect((await post({ comment: 'Well argued' })).status).to.equal(204);
      expect(await results()).to.deep.equal([{
        id: `${book().urlOf(column, '/results')}?user_id=${amara}`, scoreOf: book().urlOf(column), userId: amara,
        resultScore: 70, resultMaximum: 100, comment: 'Well argued',
      }]);
      expect(await results(`?user_id=${eleanor}`)).to.deep.equal([]);
      expect(book().scoreOf('spring', 'Week 1', amara)).to.equal(70);
    });

    it('are written down in the order in which they arrived, the refused ones too', async () => {
      await post();
      await post({ timestamp: '2026-05-14T12:00:00Z' });
      await post({ timestamp: '2026-05-14T13:00:01Z', scoreGiven: 8 });
      expect(book().arrivals.map(({ label, userId, score: posted, status }) => [label, userId, posted?.['scoreGiven'], status]))
        .to.deep.equal([['Week 1', amara, 7, 204], ['Week 1', amara, 7, 409], ['Week 1', amara, 8, 204]]);
    });

    const bad: [what: string, changes: Record<string, unknown>][] = [
      ['no user', { userId: undefined }], ['no timestamp', { timestamp: undefined }], ['a timestamp without a zone', { timestamp: '2026-05-14T13:00:00' }],
      ['a day as timestamp', { timestamp: '2026-05-14' }], ['an impossible day', { timestamp: '2026-02-30T13:00:00Z' }], ['a score below 0', { scoreGiven: -1 }],
      ['a score in words', { scoreGiven: '7' }], ['no maximum', { scoreMaximum: undefined }], ['unknown activity', { activityProgress: 'Done' }],
      ['unknown grading', { gradingProgress: 'Graded' }], ['a comment that is no text', { comment: 7 }],
    ];
    for (const [what, changes] of bad) {
      it(`with ${what} are refused`, async () => {
        expect((await post(changes)).status).to.equal(400);
        expect(book().arrivals.at(-1)?.status).to.equal(400);
        expect(await results()).to.deep.equal([]);
      });
    }

    it('without a score take the one away that was there', async () => {
      await post();
      await post({ scoreGiven: undefined, scoreMaximum: undefined, timestamp: '2026-05-14T14:00:00Z' });
      expect(book().scoreOf('spring', 'Week 1', amara)).to.equal(null);
    });

    type Step = Record<string, unknown>;
    const later = '2026-05-14T14:00:00.000Z';
    const habits: [lms: ProfileName, what: string, steps: Step[], statuses: number[], stored: number | null][] = [
      ['generic', 'keeps a score until another is fully graded', [{}, { gradingProgress: 'PendingManual', scoreGiven: 1, timestamp: later }], [204, 204], 70],
      ['moodle', 'loses a grade that is not fully graded', [{}, { gradingProgress: 'PendingManual', timestamp: later }], [200, 200], null],
      ['moodle', 'knows whole seconds only', [{}, { timestamp: '2026-05-14T13:00:00.900Z' }, { scoreGiven: 8, timestamp: '2026-05-14T13:00:01.000Z' }], [200, 409, 200], 80],
      ['moodle', 'refuses who is not graded', [{ userId: eleanor }, { userId: 'nobody' }], [400, 400], null],
      ['canvas', 'takes a score that waits for a person', [{ gradingProgress: 'PendingManual' }], [200], 70],
      ['canvas', 'loses a score with Pending', [{}, { gradingProgress: 'Pending', timestamp: later }], [200, 200], null],
      ['canvas', 'refuses an older score with 400, and takes one of the same time', [{}, { timestamp: '2026-05-14T12:59:59Z' }, { scoreGiven: 9 }], [200, 400, 200], 90],
      ['canvas', 'wants a maximum, and students', [{ scoreMaximum: undefined }, { userId: eleanor }, { userId: 'nobody' }], [422, 422, 422], null],
      ['blackboard', 'does not find who is not graded', [{ userId: 'nobody' }], [400], null],
      ['d2l', 'tells strangers from those who are not graded', [{ userId: 'nobody' }, { userId: eleanor }], [403, 422], null],
      ['d2l', 'cuts a score to the maximum', [{ scoreGiven: 12 }], [200], 100],
      ['generic', 'takes more than the maximum', [{ scoreGiven: 12 }], [204], 120],
      ['openedx', 'loses a score of 0', [{}, { scoreGiven: 0, timestamp: later }], [200, 200], 70],
      ['sakai', 'takes a score of 0', [{}, { scoreGiven: 0, timestamp: later }], [200, 200], 0],
    ];
    for (const [lms, what, steps, statuses, stored] of habits) {
      it(`${lms} ${what}`, async () => {
        tool.lms.playAs(lms);
        const seen: number[] = [];
        for (const step of steps) seen.push((await post(step)).status);
        expect(seen).to.deep.equal(statuses);
        expect(book().scoreOf('spring', 'Week 1', amara)).to.equal(stored);
      });
    }

    it('canvas adds a comment with each post and names the result', async () => {
      tool.lms.playAs('canvas');
      await post({ comment: 'One' });
      const answer = await post({ comment: 'Two', timestamp: later });
      expect(await answer.json()).to.have.property('resultUrl').that.includes(amara);
      expect((await results())[0]).to.include({ comment: 'One\nTwo' });
    });

    it('blackboard drops comments when one user is asked for', async () => {
      tool.lms.playAs('blackboard');
      await post({ comment: 'One' });
      expect((await results())[0]).to.include({ comment: 'One' });
      expect((await results(`?user_id=${amara}`))[0]).not.to.have.property('comment');
    });
  });

  it('results come in pages', async () => {
    await post();
    await post({ userId: 'lms-user-1002' });
    const first = await tool.call('GET', `${book().urlOf(column, '/results')}?limit=1`, { scopes: [resultRead], accept: mediaTypes.results });
    expect(await first.json()).to.have.length(1);
    expect(nextOf(first)).to.include('from=1');
    tool.lms.playAs('moodle');
    expect((await tool.call('GET', `${book().urlOf(column, '/results')}&limit=1`, { scopes: [resultRead], accept: mediaTypes.results })).status).to.equal(500);
  });

  it('moodle has a query in every address, and garbles the next link', async () => {
    tool.lms.playAs('moodle');
    book().addColumn('spring', { label: 'Second', scoreMaximum: 1 });
    const answer = await tool.call('GET', `${book().containerUrl('spring')}&limit=1`, { scopes: [lineItemRead], accept: mediaTypes.lineItems });
    const [first] = await answer.json() as { id: string }[];
    expect(first?.id).to.match(/\/line-items\/\d+\?type_id=1$/);
    expect(answer.headers.get('link')).to.match(/type_id=1&amp;limit=1&amp;from=1>; rel=[^"]+next/);
  });

  it('canvas pages by ten and keeps the column of a link', async () => {
    tool.lms.playAs('canvas');
    for (let count = 0; count < 11; count += 1) book().addColumn('spring', { label: `${count}`, scoreMaximum: 1 });
    const answer = await items();
    expect(await answer.json()).to.have.length(10);
    expect(nextOf(answer)).to.not.equal(null);
    const coupled = book().addColumn('spring', { label: 'Own', scoreMaximum: 1, resourceLinkId: 'spring-week-1' }, { coupled: true });
    expect((await tool.call('DELETE', book().urlOf(coupled), { scopes: [lineItem] })).status).to.equal(401);
  });
});
