import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import type { ServiceFault } from '../../scripts/practice-lms/faults.ts';
import type { ServiceName } from '../../scripts/practice-lms/services.ts';
import { createAccessTokens } from '../../server/lti/access-tokens.ts';
import { createOutbound } from '../../server/lti/outbound.ts';
import { createPlatformServices } from '../../server/lti/services-http.ts';
import { deliverScore, wakeForgottenScores } from '../../server/features/scores/actions.ts';
import { createSealing } from '../../server/sealing.ts';
import { signingKey } from '../../server/tool-signing-key.ts';
import { testSecretKey } from '../support/app.ts';
import { addLearners, label, openSchool } from './school.ts';
import type { School } from './school.ts';

describe('delivering a score', () => {
  let school: School;
  let learners: [string, string][];
  before(async () => {
    school = await openSchool({ timeoutMs: 500 });
    learners = [...await addLearners(school, 60)];
  });
  after(async () => { await school.close(); });
  afterEach(async () => {
    school.lms.faults.clear();
    school.lms.gradeBook.arrivals.length = 0;
    await school.sql.query('delete from pgboss.job');
  });

  /** A learner whom no other test has. */
  const someone = () => {
    const next = learners.pop();
    if (!next) throw new Error('there are no more learners');
    return { id: next[0], sub: next[1] };
  };
  const shown = (sub: string) => school.lms.gradeBook.scoreOf('spring', label, sub);
  const jobs = async () => (await school.sql.query<{ singleton_key: string }>(`select singleton_key from pgboss.job where name = 'deliver-score' and state = 'created'`)).rows;

  it('a finished check stands in the grade book, with its comment', async () => {
    const { id, sub } = someone();
    const score = await school.grade(id);
    expect(await school.deliver(score)).to.deep.equal({ outcome: 'done' });
    expect(await school.row(score)).to.include({ state: 'sent', reason: null, version: 1, sent_version: 1, sent_score: '7.00', attempts: 0, lease_until: null });
    expect(shown(sub)).to.equal(7);
    expect(school.lms.gradeBook.columns('spring').find(({ facts }) => facts.label === label)?.cells.get(sub)?.comment).to.equal('Seven of ten.');
  });

  it('rule 95: the same score again is no new version, no job and no post', async () => {
    const { id } = someone();
    const score = await school.grade(id);
    await school.deliver(score);
    await school.sql.query('delete from pgboss.job');
    expect(await school.grade(id, { submittedAt: school.clock.now })).to.equal(undefined);
    expect(await jobs()).to.deep.equal([]);
    expect(await school.deliver(score)).to.deep.equal({ outcome: 'done' });
    expect(school.lms.gradeBook.arrivals).to.have.length(1);
  });

  it('many changes before the delivery are one job and one post: the newest', async () => {
    const { id, sub } = someone();
    const score = await school.grade(id, { scoreGiven: 1 });
    for (const scoreGiven of [2, 3, 4]) await school.grade(id, { scoreGiven });
    expect((await jobs()).map((job) => job.singleton_key)).to.deep.equal([score]);
    await school.deliver(score);
    expect(school.lms.gradeBook.arrivals).to.have.length(1);
    expect(shown(sub)).to.equal(4);
    expect(await school.row(score)).to.include({ version: 4, sent_version: 4, state: 'sent' });
  });

  it('a change while it is on its way is sent at once, a whole second later', async () => {
    const { id, sub } = someone();
    const score = await school.grade(id, { scoreGiven: 5 });
    let changed = false;
    const services = {
      ...school.tools.services,
      call: async (...given: Parameters<typeof school.tools.services.call>) => {
        if (given[1].url.endsWith('/scores') && !changed) {
          changed = true;
          await school.grade(id, { scoreGiven: 6 });
        }
        return school.tools.services.call(...given);
      },
    };
    expect(await deliverScore({ ...school.tools, services }, score ?? '')).to.deep.equal({ outcome: 'done' });
    const [first, second] = school.lms.gradeBook.arrivals.map(({ timestamp }) => Temporal.Instant.from(String(timestamp)));
    expect(second!.epochMilliseconds - first!.epochMilliseconds).to.equal(1000);
    expect(shown(sub)).to.equal(6);
    expect(await school.row(score)).to.include({ state: 'sent', version: 2, sent_version: 2 });
  });

  it('every attempt has a strictly later timestamp, committed before the platform hears of it', async () => {
    const { id } = someone();
    const score = await school.grade(id);
    school.lms.faults.at.scores = 'lost-answer';
    await school.deliver(score);
    school.lms.faults.clear();
    const services = { ...school.tools.services, call: async () => { throw new Error('killed here'); } };
    await deliverScore({ ...school.tools, services }, score ?? '').catch(() => {});
    school.clock.advance({ seconds: 16 });
    await school.deliver(score);
    const times = school.lms.gradeBook.arrivals.map(({ timestamp }) => String(timestamp));
    expect(times).to.have.length(2);
    expect(new Set(times).size).to.equal(2);
    expect(times.toSorted()).to.deep.equal(times);
  });

  const outcomes: { name: string; fault: Partial<Record<ServiceName, ServiceFault>>; state: string; reason: string | null; again: boolean; posts?: number }[] = [
    { name: '500: later', fault: { scores: 'error' }, state: 'waiting', reason: 'platform.failed', again: true },
    { name: '503: later', fault: { scores: 'unavailable' }, state: 'waiting', reason: 'platform.failed', again: true },
    { name: '429: when it says', fault: { scores: 'too-many' }, state: 'waiting', reason: 'platform.throttled', again: true },
    { name: 'no answer: later', fault: { scores: 'hang' }, state: 'waiting', reason: 'platform.timeout', again: true },
    { name: 'an answer that is lost: later', fault: { scores: 'lost-answer' }, state: 'waiting', reason: 'platform.unreachable', again: true },
    { name: 'sent elsewhere: later, and never followed', fault: { scores: 'redirect' }, state: 'waiting', reason: 'platform.redirect', again: true },
    { name: 'ten megabytes: cut off', fault: { scores: 'huge' }, state: 'refused', reason: 'answer.too_large', again: false },
    { name: 'a page of HTML with 200, such as a log-in: later', fault: { scores: 'html' }, state: 'waiting', reason: 'answer.not_json', again: true },
    { name: '401 once: a new token, and done', fault: { scores: 'token-revoked' }, state: 'sent', reason: null, again: false, posts: 2 },
    { name: '401 always: refused after one new token', fault: { scores: 'unauthorized' }, state: 'refused', reason: 'call.unauthorised', again: false, posts: 2 },
    { name: '403: refused', fault: { scores: 'forbidden' }, state: 'refused', reason: 'call.forbidden', again: false },
    { name: '404: the column is gone', fault: { scores: 'not-found' }, state: 'refused', reason: 'line_item.deleted', again: false },
    { name: '422: refused, with its reason', fault: { scores: 'unprocessable' }, state: 'refused', reason: 'score.not_a_student', again: false },
    { name: 'no token: later', fault: { token: 'error' }, state: 'waiting', reason: 'platform.failed', again: true, posts: 0 },
    { name: 'a token that is a page: later', fault: { token: 'html' }, state: 'waiting', reason: 'token.not_json', again: true, posts: 0 },
    { name: 'a token of ten megabytes: refused', fault: { token: 'huge' }, state: 'refused', reason: 'answer.too_large', again: false, posts: 0 },
  ];
  for (const { name, fault, state, reason, again, posts } of outcomes) {
    it(`rule 94, ${name}`, async () => {
      const { id } = someone();
      await school.sql.query(`update line_item set problem = null`);
      const score = await school.grade(id);
      Object.assign(school.lms.faults.at, fault);
      // Tokens are kept: these tests need one that is fetched anew.
      const tools = fault.token ? freshTools() : school.tools;
      const worked = await deliverScore(tools, score ?? '');
      expect(await school.row(score)).to.include({ state, reason, lease_until: null, attempts: state === 'sent' ? 0 : 1 });
      expect(worked.outcome).to.equal(again ? 'again' : 'done');
      if (worked.outcome === 'again') expect(worked.inSeconds).to.be.within(0.7, 1.3);
      if (posts !== undefined) expect(school.lms.gradeBook.arrivals).to.have.length(posts);
      expect(school.lms.faults.strays).to.deep.equal([]);
      school.lms.faults.clear();
      // Whatever was worth another try arrives at the next.
      if (again) {
        await deliverScore(tools, score ?? '');
        expect(await school.row(score)).to.include({ state: 'sent', reason: null, attempts: 0 });
      }
    });
  }

  it('waits longer each time, up to half an hour', async () => {
    const { id } = someone();
    const score = await school.grade(id);
    school.lms.faults.at.scores = 'error';
    const waits: number[] = [];
    for (let attempt = 0; attempt < 14; attempt += 1) {
      const worked = await school.deliver(score);
      waits.push(worked.outcome === 'again' ? worked.inSeconds : 0);
    }
    for (const [attempt, seconds] of waits.entries()) expect(seconds).to.be.within(Math.min(2 ** attempt, 1800) * 0.75, Math.min(2 ** attempt, 1800) * 1.25);
  });

  it('a platform that has a newer score is given a later timestamp at once, and not for ever', async () => {
    const { id, sub } = someone();
    const score = await school.grade(id);
    const column = school.lms.gradeBook.columns('spring').find(({ facts }) => facts.label === label)!;
    const newer = (seconds: number) => column.cells.set(sub, { score: 2, comment: null, activityProgress: 'Completed', gradingProgress: 'FullyGraded', timestamp: school.clock.now.round({ smallestUnit: 'second', roundingMode: 'floor' }).add({ seconds }), arrivedAt: school.clock.now });
    newer(1);
    expect(await school.deliver(score)).to.deep.equal({ outcome: 'done' });
    expect(school.lms.gradeBook.arrivals.map(({ status }) => status)).to.deep.equal([409, 409, 204]);
    expect(shown(sub)).to.equal(7);

    await school.grade(id, { scoreGiven: 9 });
    school.lms.gradeBook.arrivals.length = 0;
    newer(3600);
    expect(await school.deliver(score)).to.include({ outcome: 'again' });
    expect(school.lms.gradeBook.arrivals).to.have.length(4);
    expect(await school.row(score)).to.include({ state: 'waiting', reason: 'score.stale', status: 409 });
  });

  it('rule 72: without the scope, or without the service, no call is made', async () => {
    const { id } = someone();
    const score = await school.grade(id);
    const { rows: [course] } = await school.sql.query('select id, grade_scopes, line_items_url from context');
    const calls = () => Object.values(school.lms.faults.calls).reduce((sum, count) => sum + count, 0);
    try {
      for (const [change, reason] of [[`grade_scopes = '{}'`, 'service.absent'], [`grade_scopes = array['https://purl.imsglobal.org/spec/lti-ags/scope/lineitem']`, 'scope.missing']]) {
        await school.sql.query(`update context set ${change}`);
        expect(await school.deliver(score)).to.deep.equal({ outcome: 'done' });
        expect(await school.row(score)).to.include({ state: 'refused', reason });
        await school.sql.query(`update score set state = 'waiting' where id = $1`, [score]);
      }
      expect(calls()).to.equal(0);
    } finally {
      await school.sql.query('update context set grade_scopes = $1', [course.grade_scopes]);
    }
  });

  it('a connection that is switched off is not called', async () => {
    const { id } = someone();
    const score = await school.grade(id);
    await school.sql.query('update platform_registration set active = false');
    await school.deliver(score);
    await school.sql.query('update platform_registration set active = true');
    expect(await school.row(score)).to.include({ state: 'refused', reason: 'connection.off' });
    expect(school.lms.gradeBook.arrivals).to.deep.equal([]);
  });

  it('who holds the lease has the row to themselves, until it ends', async () => {
    const { id } = someone();
    const score = await school.grade(id);
    await school.sql.query(`update score set lease_until = $2 where id = $1`, [score, String(school.clock.now.add({ seconds: 5 }))]);
    expect(await school.deliver(score)).to.deep.equal({ outcome: 'again', inSeconds: 2 });
    school.clock.advance({ seconds: 6 });
    expect(await school.deliver(score)).to.deep.equal({ outcome: 'done' });
  });

  it('a worker whose lease has run out notes nothing over what another did meanwhile', async () => {
    const { id, sub } = someone();
    const score = await school.grade(id, { scoreGiven: 1 });
    let late: Promise<unknown> | undefined;
    const services = {
      ...school.tools.services,
      call: async (...given: Parameters<typeof school.tools.services.call>) => {
        if (!given[1].url.endsWith('/scores')) return school.tools.services.call(...given);
        // While the first is still at it, its lease ends, the score changes and another delivers it.
        school.clock.advance({ seconds: 20 });
        await school.grade(id, { scoreGiven: 2 });
        await school.deliver(score);
        return school.tools.services.call(...given);
      },
    };
    late = deliverScore({ ...school.tools, services }, score ?? '');
    await late;
    expect(shown(sub), 'the later timestamp wins at the platform').to.equal(2);
    expect(await school.row(score)).to.include({ state: 'sent', version: 2, sent_version: 2, sent_score: '2.00' });
  });

  it('two workers at once post it once', async () => {
    const { id } = someone();
    const score = await school.grade(id);
    await Promise.all([school.deliver(score), school.deliver(score), school.deliver(score)]);
    expect(school.lms.gradeBook.arrivals).to.have.length(1);
  });

  it('a score that is gone, or sent already, needs nothing', async () => {
    expect(await school.deliver('00000000-0000-4000-8000-000000000000')).to.deep.equal({ outcome: 'done' });
  });

  it('the sweep gives every row that waits a job, and each only one', async () => {
    const [one, two] = [someone(), someone()];
    const ids = [await school.grade(one.id), await school.grade(two.id)];
    await school.sql.query('delete from pgboss.job');
    expect(await wakeForgottenScores(school, school.clock.now), 'not what has just come').to.be.greaterThanOrEqual(0);
    for (let round = 0; round < 2; round += 1) await wakeForgottenScores(school, school.clock.now.add({ minutes: 2 }));
    expect((await jobs()).map((job) => job.singleton_key)).to.include.members(ids);
    expect(new Set((await jobs()).map((job) => job.singleton_key)).size).to.equal((await jobs()).length);
  });

  it('the grade that a rollback takes back leaves neither row nor job', async () => {
    const { id } = someone();
    const client = await school.sql.connect();
    const before = (await school.sql.query('select count(*)::int as count from score')).rows[0].count;
    await client.query('begin');
    const { setScore } = await import('../../server/score-outbox.ts');
    const { sevenOfTen } = await import('./school.ts');
    await setScore({ sql: client, queues: school.queues }, sevenOfTen(school.cohortId, id, school.clock.now), school.clock.now);
    await client.query('rollback');
    client.release();
    expect((await school.sql.query('select count(*)::int as count from score')).rows[0].count).to.equal(before);
    expect(await jobs()).to.deep.equal([]);
  });

  it('faculty, former learners and people of other courses have no score', async () => {
    const { id } = someone();
    await school.sql.query('update enrolment set active = false where person_id = $1', [id]);
    expect(await school.grade(id)).to.equal(undefined);
    const { rows: [faculty] } = await school.sql.query(`select person_id as id from enrolment where role = 'faculty'`);
    expect(await school.grade(faculty.id)).to.equal(undefined);
  });

  /** With tokens of their own, so that the next call fetches one. */
  function freshTools() {
    const outbound = createOutbound({ allowLocal: true, userAgent: 'Coachline tests', maxBytes: 1024 * 1024, timeoutMs: 500 });
    const now = () => school.clock.now;
    const tokens = createAccessTokens({ outbound, signingKey: () => signingKey(school.sql, createSealing(testSecretKey), now()), now });
    return { ...school.tools, services: createPlatformServices({ outbound, tokens, allowLocal: true }) };
  }
});
