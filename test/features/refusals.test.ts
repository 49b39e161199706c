// contract.md, refusals: a refused request leaves an audit row with a reason code.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { openBrowser, signIn, startCohort } from '../support/browser-session.ts';
import type { Session } from '../support/browser-session.ts';

const unknown = '00000000-0000-4000-8000-000000000000';

describe('a refused request', () => {
  let test: TestApp;
  let learner: Awaited<ReturnType<typeof signIn>>;
  let faculty: Awaited<ReturnType<typeof signIn>>;
  let stranger: Session;
  before(async () => {
    test = await startTestApp();
    faculty = await startCohort(test);
    learner = await signIn(test);
    stranger = openBrowser(test);
  });
  after(() => test.close());

  type Row = { reason: string; reference: string; who: string | null; organisation: boolean; route: string | null; detail: string };
  const rows = async () => (await test.sql.query<Row>(`
    select a.reason, a.reference, p.given_name as who, a.organisation_id is not null as organisation, a.detail ->> 'route' as route, a.detail::text as detail
      from audit_event a left join person p on p.id = a.actor_id where a.action = 'request.refused' order by a.id`)).rows;

  const cases: [words: string, status: number, reason: string, who: string | null, ask: () => Promise<{ statusCode: number; body: string }>][] = [
    ['a page that the role never has', 403, 'page.not_for_role', 'Amara', () => learner.page('/admin/platforms')],
    ['somebody who is not in this course', 404, 'page.not_found', 'Eleanor', () => faculty.page(`/learners/${unknown}`)],
    ['an address at which nothing is, signed in', 404, 'page.not_found', 'Amara', () => learner.page('/weeks/abc')],
    ['a sign-in of somebody else', 401, 'page.signed_out', null, () => stranger.get(`${learner.base}/`)],
    ['a page of a course, without a sign-in', 401, 'page.not_from_course', null, () => stranger.get('/plan')],
    ['a link that was used', 401, 'link.spent', null, () => stranger.get(`/sign-in/${'x'.repeat(43)}`)],
    ['a form that another site sent', 403, 'request.other_site', null, () => openBrowser(test).postFrom('https://evil.example', `${learner.base}/sign-out`, {})],
    ['a form that is too long', 413, 'request.too_large', 'Amara', () => learner.submit('/journal/weeks/1/sharing', { text: 'x'.repeat(400_000), version: '0' })],
    ['a form without what it needs', 400, 'request.malformed', 'Amara', () => learner.submit('/discussion/weeks/1/posts', { text: 'Hello' })],
  ];
  for (const [words, status, reason, who, ask] of cases) {
    it(`${words}: ${status}, and one row says ${reason}`, async () => {
      const before = await rows();
      const answer = await ask();
      expect(answer.statusCode).to.equal(status);
      const [row, ...more] = (await rows()).slice(before.length);
      expect(more).to.deep.equal([]);
      expect(row?.reason).to.equal(reason);
      expect(answer.body, 'the page quotes it').to.contain(row?.reference);
      if (who !== null) expect([row?.who, row?.organisation]).to.deep.equal([who, true]);
      expect(row?.detail, 'no address, which may hold secrets').not.to.contain('x'.repeat(43)).and.not.to.contain(learner.base);
    });
  }

  it('of a form that another site sent does not speak of a role', async () => {
    const answer = await openBrowser(test).postFrom('https://evil.example', `${learner.base}/sign-out`, {});
    expect(answer.body).to.contain('This did not come from one of our pages').and.not.to.contain('role');
  });

  it('of an address at which nothing is, for nobody: no row', async () => {
    const before = await rows();
    expect((await stranger.get('/wp-login.php')).statusCode).to.equal(404);
    expect((await stranger.get('/mail/open/nonsense')).statusCode).to.equal(404);
    expect((await test.app.inject({ method: 'POST', url: '/wp-login.php' })).statusCode).to.equal(403);
    expect(await rows()).to.deep.equal(before);
  });

  it('of nobody in particular rows stop at a hundred of one network in ten minutes, and the last says so; of people signed in they go on', async () => {
    await test.sql.query(`delete from audit_event where action = 'request.refused'`);
    for (let round = 0; round < 3; round += 1) await Promise.all(Array.from({ length: 40 }, () => stranger.get(`${learner.base}/`)));
    const all = await rows();
    expect(all.length).to.be.within(90, 100);
    expect(all.at(-1)?.detail).to.contain('not written for a while');
    expect((await stranger.get(`${learner.base}/`)).statusCode, 'the page stays the same').to.equal(401);
    await learner.page('/admin/platforms');
    expect((await rows()).at(-1)?.reason).to.equal('page.not_for_role');
  });
});
