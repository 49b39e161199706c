// The practice LMS's faults: each service goes wrong as it is told, and works again afterwards.
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import type { ServiceFault } from '../../scripts/practice-lms/faults.ts';
import { mediaTypes, scopes } from '../../scripts/practice-lms/services.ts';
import { startWithTool } from './practice-tool.ts';
import type { PracticeTool } from './practice-tool.ts';

describe('practice LMS: faults', () => {
  let tool: PracticeTool;
  let token: string;
  const ask = () => tool.call('GET', tool.lms.roster.url('spring'), { scopes: [], token, accept: mediaTypes.members });
  const failing = async (fault: ServiceFault) => {
    tool.lms.faults.at.memberships = fault;
    const answer = await ask();
    return { answer, text: await answer.text() };
  };
  before(async () => {
    tool = await startWithTool();
    token = await tool.token(scopes.roster);
  });
  afterEach(() => tool.lms.faults.clear());
  after(() => tool.lms.close());

  const statuses: [fault: ServiceFault, status: number][] = [
    ['error', 500], ['unavailable', 503], ['too-many', 429], ['unauthorized', 401], ['forbidden', 403], ['not-found', 404], ['unprocessable', 422], ['html', 200], ['redirect', 302],
  ];
  for (const [fault, status] of statuses) {
    it(`${fault} answers ${status}`, async () => {
      expect((await failing(fault)).answer.status).to.equal(status);
      expect(tool.lms.faults.struck).to.deep.equal([{ service: 'memberships', fault, status }]);
    });
  }

  it('fails nowhere else', async () => {
    tool.lms.faults.at.memberships = 'error';
    expect((await tool.askToken(scopes.roster)).status).to.equal(200);
    tool.lms.faults.clear();
    expect((await ask()).status).to.equal(200);
  });

  it('answers ten megabytes, or half of some JSON', async () => {
    expect((await failing('huge')).text.length).to.be.greaterThan(10_000_000);
    const { text } = await failing('broken-json');
    expect(() => JSON.parse(text) as unknown).to.throw();
  });

  it('throttles as Canvas does', async () => {
    const { answer, text } = await failing('throttled');
    expect(answer.status).to.equal(403);
    expect(answer.headers.get('x-rate-limit-remaining')).to.equal('0.0');
    expect(text.trim()).to.equal('403 Forbidden (Rate Limit Exceeded)');
  });

  it('takes the token back once, and gives a new one', async () => {
    expect((await failing('token-revoked')).answer.status).to.equal(401);
    token = await tool.token(scopes.roster);
    expect((await ask()).status).to.equal(200);
  });

  it('fails exactly one in five, the same ones for the same seed', async () => {
    const run = async (seed: number) => {
      tool.lms.faults.seed = seed;
      tool.lms.faults.at.memberships = 'flaky';
      const seen: number[] = [];
      for (let count = 0; count < 20; count += 1) seen.push((await ask()).status);
      return seen;
    };
    const first = await run(7);
    expect(first.filter((status) => status !== 200)).to.deep.equal([500, 503, 429, 500]);
    for (let begin = 0; begin < 20; begin += 5) expect(first.slice(begin, begin + 5).filter((status) => status !== 200)).to.have.length(1);
    expect(await run(7)).to.deep.equal(first);
    expect(await run(8)).to.not.deep.equal(first);
  });

  it('is slow, or never answers', async () => {
    tool.lms.faults.slowMilliseconds = 30;
    const begun = performance.now();
    expect((await failing('slow')).answer.status).to.equal(200);
    expect(performance.now() - begun).to.be.at.least(29);
    tool.lms.faults.at.memberships = 'hang';
    const hanging = await fetch(tool.lms.roster.url('spring'), { signal: AbortSignal.timeout(50) }).catch((error: Error) => error.name);
    expect(hanging).to.equal('TimeoutError');
  });

  it('does what was asked and loses the answer', async () => {
    const column = tool.lms.gradeBook.addColumn('spring', { label: 'Lost', scoreMaximum: 10 });
    tool.lms.faults.at.scores = 'lost-answer';
    const post = () => tool.call('POST', tool.lms.gradeBook.urlOf(column, '/scores'), {
      scopes: [scopes.score], contentType: mediaTypes.score,
      body: { userId: 'lms-user-1001', scoreGiven: 7, scoreMaximum: 10, activityProgress: 'Completed', gradingProgress: 'FullyGraded', timestamp: '2026-05-14T13:00:00Z' },
    });
    expect(await post().catch(() => 'lost')).to.equal('lost');
    expect(tool.lms.gradeBook.scoreOf('spring', 'Lost', 'lms-user-1001')).to.equal(7);
    tool.lms.faults.at.scores = 'none';
    expect((await post()).status).to.equal(409);
  });

  it('writes down scores that a fault refused', async () => {
    const column = tool.lms.gradeBook.addColumn('spring', { label: 'Refused', scoreMaximum: 10 });
    tool.lms.gradeBook.arrivals.length = 0;
    tool.lms.faults.at.scores = 'unavailable';
    await tool.call('POST', tool.lms.gradeBook.urlOf(column, '/scores'), { scopes: [scopes.score], contentType: mediaTypes.score, body: { userId: 'lms-user-1001', scoreGiven: 7 } });
    expect(tool.lms.gradeBook.arrivals[0]).to.deep.include({ label: 'Refused', userId: 'lms-user-1001', status: 503 });
  });

  it('sees who follows a link to another origin', async () => {
    tool.lms.faults.at.memberships = 'redirect';
    const elsewhere = (await ask()).headers.get('location')!;
    expect(new URL(elsewhere).origin).to.equal(tool.lms.faults.otherOrigin);
    // By the address that the server listens on: the name may mean IPv6 first on this machine.
    await fetch(elsewhere.replace('localhost', '127.0.0.1'), { headers: { authorization: 'Bearer given-away' } });
    expect(tool.lms.faults.strays).to.deep.equal([{ path: '/courses/spring/memberships', authorization: 'Bearer given-away' }]);
  });

  it('people switch them on a page', async () => {
    const posted = await fetch(`${tool.lms.url}/faults`, { method: 'POST', body: new URLSearchParams({ scores: 'throttled', memberships: 'nonsense' }), redirect: 'manual' });
    expect(posted.status).to.equal(303);
    expect(tool.lms.faults.at).to.include({ scores: 'throttled', memberships: 'none' });
    expect(await (await fetch(`${tool.lms.url}/faults`)).text()).to.include('value="throttled" selected');
  });
});
