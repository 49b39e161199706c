import { describe, it } from 'mocha';
import { expect } from 'chai';
import { createLineItem, deleteLineItem, findLineItem, gradeScopes, postScore, readLineItemAt, readResults, scoreBody, updateLineItem } from '../../server/lti/assignment-grades.ts';
import type { GradeEndpoint, Score } from '../../server/lti/assignment-grades.ts';
import { profileOf } from '../../server/lti/lms-profiles.ts';
import type { LmsCode } from '../../server/lti/lms-profiles.ts';
import { answer, fakePlatform, registration } from './fake-platform.ts';

const codes: Record<LmsCode, string | null> = { moodle: 'moodle', canvas: 'canvas', blackboard: 'BlackboardLearn', brightspace: 'desire2learn', sakai: 'sakai', schoology: 'schoology', openedx: 'openedx', generic: null };
const at = (lms: LmsCode = 'generic'): GradeEndpoint => ({ registration: { ...registration, productFamilyCode: codes[lms] }, scopes: Object.values(gradeScopes) });
const profile = (lms: LmsCode = 'generic') => profileOf({ productFamilyCode: codes[lms], issuer: 'https://lms.example' });
const lineItems = 'https://lms.example/ags/1/lineitems?type_id=1';
const lineItem = 'https://lms.example/ags/1/lineitems/7/lineitem?type_id=1';
const draft = { label: 'Week 1', scoreMaximum: 10, resourceId: 'week-1', tag: 'grade' };

const score: Score = {
  userId: 'u1', timestamp: Temporal.Instant.from('2026-03-02T09:00:00.5Z'), scoreGiven: 8, scoreMaximum: 10, activityProgress: 'Completed', gradingProgress: 'FullyGraded',
  comment: null, sentComment: null, submittedAt: null, wasGraded: false,
};
const handedIn: Score = { ...score, scoreGiven: null, activityProgress: 'Submitted', gradingProgress: 'PendingManual', submittedAt: Temporal.Instant.from('2026-03-01T08:00:00Z') };
const withdrawn: Score = { ...score, scoreGiven: null, activityProgress: 'InProgress', gradingProgress: 'NotReady', wasGraded: true };
const extension = 'https://canvas.instructure.com/lti/submission';

describe('lti columns', () => {
  const item = (change: object) => ({ id: lineItem, label: 'Week 1', scoreMaximum: 10, resourceId: 'week-1', tag: 'grade', ...change });
  const find = async (serve: Parameters<typeof fakePlatform>[0]) => {
    const found = await findLineItem(fakePlatform(serve).services, at(), lineItems, draft);
    return found.outcome === 'done' ? found.lineItem?.id ?? null : `${found.outcome} ${found.code}`;
  };

  it('asks by resource id and tag, keeps the query that is there, and reads what comes', async () => {
    const { services, calls, tokenCalls } = fakePlatform(() => answer(200, [item({ resourceLinkId: 'l1', more: 1 })]));
    expect(await findLineItem(services, at(), lineItems, draft)).to.deep.equal({ outcome: 'done', lineItem: { id: lineItem, label: 'Week 1', scoreMaximum: 10, resourceId: 'week-1', tag: 'grade', resourceLinkId: 'l1' } });
    expect(calls[0]).to.include({ method: 'GET', url: `${lineItems}&resource_id=week-1&tag=grade` });
    expect(calls[0]?.headers).to.include({ accept: 'application/vnd.ims.lis.v2.lineitemcontainer+json' });
    expect(new URLSearchParams(tokenCalls[0]?.body).get('scope')).to.equal(`${gradeScopes.lineItem} ${gradeScopes.lineItemReadOnly}`);
  });

  const founds: [string, Parameters<typeof fakePlatform>[0], string | null][] = [
    ['nothing there', () => answer(200, []), null],
    ['a platform that ignores the filters', () => answer(200, [item({ resourceId: 'week-2', id: 'https://lms.example/8' }), item({})]), lineItem],
    ['only the tag fits', () => answer(200, [item({ resourceId: 'week-2' })]), null],
    ['only the resource id fits', () => answer(200, [item({ tag: 'attendance' })]), null],
    ['a platform that keeps no tags', () => answer(200, [item({ tag: undefined })]), lineItem],
    ['hidden duplicates: the first', () => answer(200, [item({}), item({ id: 'https://lms.example/8' })]), lineItem],
    ['on the second page', (_request, number) => (number === 1 ? answer(200, [], { link: '<https://lms.example/ags/2>; rel=next' }) : answer(200, [item({})])), lineItem],
    ['lines that are none', () => answer(200, [null, 'x', [], {}, item({ id: 5 }), item({ id: 'nonsense' }), item({})]), lineItem],
    ['no list', () => answer(200, { lineItems: [] }), 'refused answer.not_json'],
    ['page 2 fails: not the same as not there', (_request, number) => (number === 1 ? answer(200, [], { link: '<https://lms.example/ags/2>; rel=next' }) : answer(503)), 'retry platform.failed'],
    ['a loop', () => answer(200, [], { link: '<https://lms.example/ags/2>; rel=next' }), 'refused pages.loop'],
    ['409 is no stale score here', () => answer(409), 'refused call.invalid'],
  ];
  for (const [name, serve, expected] of founds) it(`finding: ${name}`, async () => expect(await find(serve)).to.equal(expected));

  it('makes one', async () => {
    const { services, calls } = fakePlatform(() => answer(201, item({})));
    expect(await createLineItem(services, at(), lineItems, { ...draft, gradesReleased: false })).to.deep.include({ outcome: 'done' });
    expect(calls[0]).to.include({ method: 'POST', url: lineItems });
    expect(calls[0]?.headers).to.include({ accept: 'application/vnd.ims.lis.v2.lineitem+json', 'content-type': 'application/vnd.ims.lis.v2.lineitem+json' });
    expect(JSON.parse(calls[0]?.body ?? '')).to.deep.equal({ ...draft, gradesReleased: false });
  });

  it('makes none where tools may not, and tries again when it does not hear what was made', async () => {
    const { services, calls } = fakePlatform(() => answer(201, item({})));
    expect(await createLineItem(services, at('openedx'), lineItems, draft)).to.deep.equal({ outcome: 'refused', code: 'line_item.not_creatable' });
    expect(await createLineItem(services, { ...at(), scopes: [gradeScopes.lineItemReadOnly] }, lineItems, draft)).to.deep.equal({ outcome: 'refused', code: 'scope.missing' });
    expect(calls).to.have.length(0);
    expect(await createLineItem(fakePlatform(() => answer(201)).services, at(), lineItems, draft)).to.deep.equal({ outcome: 'retry', code: 'answer.not_json', status: 201 });
  });

  it('reads, changes and deletes one', async () => {
    const { services, calls } = fakePlatform(({ method }) => (method === 'GET' ? answer(200, item({ id: undefined, scoreMaximum: '10' })) : answer(method === 'PUT' ? 200 : 204)));
    expect(await readLineItemAt(services, at(), lineItem)).to.deep.include({ lineItem: { id: lineItem, label: 'Week 1', scoreMaximum: 10, resourceId: 'week-1', tag: 'grade' } });
    expect(await updateLineItem(services, at(), lineItem, draft)).to.deep.equal({ outcome: 'done' });
    expect(JSON.parse(calls[1]?.body ?? '')).to.deep.equal({ id: lineItem, ...draft });
    expect(await deleteLineItem(services, at(), lineItem)).to.deep.equal({ outcome: 'done' });
    expect(calls.map(({ method, url }) => [method, url])).to.deep.equal([['GET', lineItem], ['PUT', lineItem], ['DELETE', lineItem]]);
  });

  it('what is gone was deleted', async () => {
    const { services } = fakePlatform(() => answer(404));
    expect(await readLineItemAt(services, at(), lineItem)).to.include({ code: 'line_item.deleted' });
    expect(await updateLineItem(services, at(), lineItem, draft)).to.include({ code: 'line_item.deleted' });
    expect(await deleteLineItem(services, at(), lineItem)).to.deep.equal({ outcome: 'done' });
    expect(await deleteLineItem(fakePlatform(() => answer(401)).services, at('canvas'), lineItem)).to.include({ code: 'call.unauthorised' });
  });
});

describe('lti scores: what is sent', () => {
  it('a grade, by the book', () => {
    expect(scoreBody({ ...score, comment: 'Well done.\nGo on.', submittedAt: Temporal.Instant.from('2026-03-01T08:00:00Z') }, profile())).to.deep.equal({
      userId: 'u1', timestamp: '2026-03-02T09:00:00.500Z', activityProgress: 'Completed', gradingProgress: 'FullyGraded', scoreGiven: 8, scoreMaximum: 10,
      comment: 'Well done.\nGo on.', submission: { submittedAt: '2026-03-01T08:00:00.000Z' },
    });
  });

  it('0 is a grade, and parts of points are round', () => {
    expect(scoreBody({ ...score, scoreGiven: 0 }, profile())).to.include({ scoreGiven: 0 });
    expect(scoreBody({ ...score, scoreGiven: 2.3000000000000003 }, profile())).to.include({ scoreGiven: 2.3 });
  });

  it('Canvas: grading is no submission, and handing in is one', () => {
    expect(scoreBody(score, profile('canvas'))).to.deep.include({ [extension]: { new_submission: false } });
    expect(scoreBody({ ...score, submittedAt: handedIn.submittedAt }, profile('canvas'))).to.deep.include({ [extension]: { new_submission: false, submitted_at: '2026-03-01T08:00:00.000Z' } });
    expect(scoreBody(handedIn, profile('canvas'))).to.deep.include({ [extension]: { new_submission: true, submitted_at: '2026-03-01T08:00:00.000Z' } });
    expect(scoreBody(score, profile('moodle'))).not.to.have.property(extension);
  });

  it('nothing was handed in after the score’s own time', () => {
    expect(scoreBody({ ...handedIn, submittedAt: score.timestamp.add({ hours: 1 }) }, profile('canvas'))).to.deep.include({ submission: { submittedAt: '2026-03-02T09:00:00.500Z' } });
  });

  it('a comment that Canvas has already is not repeated; others get it each time', () => {
    const said = { ...score, comment: 'a', sentComment: 'a' };
    expect(scoreBody(said, profile('canvas'))).not.to.have.property('comment');
    expect(scoreBody({ ...said, sentComment: 'b' }, profile('canvas'))).to.include({ comment: 'a' });
    expect(scoreBody(said, profile('moodle'))).to.include({ comment: 'a' });
    expect(scoreBody({ ...said, comment: '' }, profile('moodle'))).not.to.have.property('comment');
  });

  it('Blackboard’s lines are broken by HTML, and the rest of it is text', () => {
    expect(scoreBody({ ...score, comment: '1 < 2 & 3\r\n<b>\0' }, profile('blackboard'))).to.include({ comment: '1 &lt; 2 &amp; 3<br/>&lt;b&gt;' });
    expect(scoreBody({ ...score, comment: '1 < 2 & 3' }, profile())).to.include({ comment: '1 < 2 & 3' });
  });

  const sent: [string, Score, Partial<Record<LmsCode, string | null>>][] = [
    // Moodle clears a grade by whatever is not FullyGraded.
    ['a grade that is not final', { ...score, gradingProgress: 'PendingManual' }, { moodle: null, canvas: null, generic: null }],
    ['something handed in', handedIn, { canvas: 'PendingManual', blackboard: 'PendingManual', brightspace: 'PendingManual', moodle: null, openedx: null, schoology: null, sakai: null, generic: null }],
    ['something handed in again, after a grade', { ...handedIn, wasGraded: true }, { canvas: null, blackboard: null, generic: null }],
    ['a grade taken back', withdrawn, { canvas: 'NotReady', moodle: 'NotReady', generic: 'NotReady' }],
    ['a grade taken back that was never sent', { ...withdrawn, wasGraded: false }, { canvas: null, moodle: null, generic: null }],
    ['a final grade without a score', { ...withdrawn, gradingProgress: 'FullyGraded' }, { canvas: 'NotReady', moodle: 'NotReady' }],
    ['a grade on the way', { ...score, activityProgress: 'InProgress' }, { moodle: 'FullyGraded', canvas: 'FullyGraded' }],
  ];
  for (const [name, given, expected] of sent) {
    for (const [lms, progress] of Object.entries(expected)) {
      it(`${name}, to ${lms}: ${progress ?? 'not at all'}`, () => {
        const body = scoreBody(given, profile(lms as LmsCode));
        expect(body === null ? null : body['gradingProgress']).to.equal(progress);
        if (given.scoreGiven === null) expect(body ?? {}).not.to.have.any.keys('scoreGiven', 'scoreMaximum');
      });
    }
  }
});

describe('lti scores: posting', () => {
  it('goes below the line item, before its query, with the exact media type and the one scope', async () => {
    const { services, calls, tokenCalls } = fakePlatform(() => answer(200));
    expect(await postScore(services, at('moodle'), lineItem, score)).to.deep.equal({ outcome: 'done' });
    expect(calls[0]).to.include({ method: 'POST', url: 'https://lms.example/ags/1/lineitems/7/lineitem/scores?type_id=1' });
    expect(calls[0]?.headers).to.include({ 'content-type': 'application/vnd.ims.lis.v1.score+json' });
    expect(new URLSearchParams(tokenCalls[0]?.body).get('scope')).to.equal(gradeScopes.score);
    await postScore(services, at(), 'https://lms.example/7/', score);
    expect(calls[1]?.url).to.equal('https://lms.example/7/scores');
  });

  it('makes no call for what is not to be sent, without the scope, or without a column', async () => {
    const { services, calls } = fakePlatform(() => answer(200));
    expect(await postScore(services, at('moodle'), lineItem, handedIn)).to.deep.equal({ outcome: 'skipped' });
    expect(await postScore(services, { ...at(), scopes: [gradeScopes.lineItem] }, lineItem, score)).to.deep.equal({ outcome: 'refused', code: 'scope.missing' });
    expect(await postScore(services, at(), '', score)).to.deep.equal({ outcome: 'refused', code: 'address.bad' });
    expect(calls).to.have.length(0);
  });

  const canvasError = (message: string) => ({ errors: { type: 'unprocessable_entity', message } });
  const answers: [LmsCode, number, unknown, string][] = [
    ['moodle', 409, { reason: 'Refusing score with an earlier timestamp for item 1 and user 2' }, 'stale score.stale'],
    ['moodle', 400, { reason: 'Refusing score with an earlier timestamp for item 1 and user 2' }, 'stale score.stale'],
    ['moodle', 400, { reason: 'Incorrect score received' }, 'refused score.not_gradable'],
    ['moodle', 400, '', 'refused score.not_gradable'],
    ['moodle', 403, { reason: 'Line item does not exist.' }, 'refused line_item.deleted'],
    ['moodle', 404, { reason: 'Not Found: Grade item 7 doesn\'t exist.' }, 'refused line_item.deleted'],
    ['moodle', 403, '', 'refused call.forbidden'],
    ['moodle', 401, '', 'refused call.unauthorised'],
    ['canvas', 400, canvasError('Provided timestamp of 2026-03-02 before last updated timestamp of 2026-03-03'), 'stale score.stale'],
    ['canvas', 400, canvasError('Provided submitted_at timestamp in the future'), 'refused score.refused'],
    ['canvas', 403, '403 Forbidden (Rate Limit Exceeded)', 'retry platform.throttled'],
    ['canvas', 422, canvasError('User not found in course or is not a student'), 'refused score.not_a_student'],
    ['canvas', 422, canvasError('The maximum number of allowed attempts has been reached for this submission'), 'refused score.no_attempts_left'],
    ['canvas', 422, canvasError('Course is unpublished'), 'refused score.unpublished'],
    ['canvas', 422, canvasError('ScoreMaximum not supplied when ScoreGiven present.'), 'refused score.refused'],
    ['canvas', 404, canvasError('The specified resource does not exist.'), 'refused line_item.deleted'],
    ['blackboard', 400, { message: 'User could not be found: u1' }, 'refused score.not_enrolled'],
    ['brightspace', 403, 'User in requested score is not enrolled in the org unit', 'refused score.not_enrolled'],
    ['brightspace', 404, 'User in requested score does not exist', 'refused score.not_enrolled'],
    ['brightspace', 422, 'Unprocessable', 'refused score.role_not_gradable'],
    ['openedx', 400, { timestamp: ['Score timestamp can only be updated to a later point in time'] }, 'stale score.stale'],
    ['openedx', 400, { timestamp: ['Score already exists for the provided timestamp'] }, 'stale score.stale'],
    ['generic', 422, { error: 'u1 is not in this course.' }, 'refused score.not_enrolled'],
    ['generic', 422, { error: 'u1 is not a learner of this course.' }, 'refused score.not_gradable'],
    ['generic', 400, 'no', 'refused score.refused'],
    ['generic', 412, '', 'refused score.refused'],
    ['generic', 423, '', 'refused call.invalid'],
    ['generic', 500, '', 'retry platform.failed'],
    ['generic', 200, '<html>Please log in', 'retry answer.not_json'],
  ];
  for (const [lms, status, body, expected] of answers) {
    it(`${lms} ${status} ${JSON.stringify(body).slice(0, 60)}: ${expected}`, async () => {
      const outcome = await postScore(fakePlatform(() => answer(status, body)).services, at(lms), lineItem, score);
      expect('code' in outcome ? `${outcome.outcome} ${outcome.code}` : outcome.outcome).to.equal(expected);
    });
  }
});

describe('lti results', () => {
  const two = [{ userId: 'u1', resultScore: 0.8, resultMaximum: 1, comment: 'good' }, { userId: 'u2', resultScore: '7', resultMaximum: '10' }];

  it('reads all of a column', async () => {
    const { services, calls } = fakePlatform(() => answer(200, [...two, { userId: 'u3' }, { userId: 'u4', resultScore: null, resultMaximum: null }, {}, null]));
    expect(await readResults(services, at('moodle'), lineItem)).to.deep.equal({
      outcome: 'done',
      results: [{ userId: 'u1', score: 0.8, maximum: 1, comment: 'good' }, { userId: 'u2', score: 7, maximum: 10 }, { userId: 'u3', score: null, maximum: 1 }, { userId: 'u4', score: null, maximum: 1 }],
    });
    // Moodle fails with a limit.
    expect(calls[0]?.url).to.equal('https://lms.example/ags/1/lineitems/7/lineitem/results?type_id=1');
    expect(calls[0]?.headers).to.include({ accept: 'application/vnd.ims.lis.v2.resultcontainer+json' });
  });

  it('reads one person’s, by the filter where that is safe', async () => {
    const { services, calls } = fakePlatform(() => answer(200, two));
    for (const lms of ['canvas', 'blackboard', 'generic'] as const) {
      expect(await readResults(services, at(lms), 'https://lms.example/7', { userId: 'u2' }), lms).to.deep.equal({ outcome: 'done', results: [{ userId: 'u2', score: 7, maximum: 10 }] });
    }
    expect(calls.map(({ url }) => url)).to.deep.equal(['https://lms.example/7/results?limit=100&user_id=u2', 'https://lms.example/7/results?limit=1000', 'https://lms.example/7/results?user_id=u2']);
  });

  it('404 for one person is no result, for all a deleted column; a failure is never an empty list', async () => {
    const gone = fakePlatform(() => answer(404)).services;
    expect(await readResults(gone, at(), lineItem, { userId: 'u1' })).to.deep.equal({ outcome: 'done', results: [] });
    expect(await readResults(gone, at(), lineItem)).to.include({ code: 'line_item.deleted' });
    expect(await readResults(fakePlatform(() => answer(200, {})).services, at(), lineItem)).to.include({ code: 'answer.not_json' });
    expect(await readResults(fakePlatform((_request, number) => (number === 1 ? answer(200, two, { link: '<https://lms.example/2>; rel="next"' }) : answer(500))).services, at(), lineItem)).to.include({ code: 'platform.failed' });
  });
});
