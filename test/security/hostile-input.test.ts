// What a browser or a neighbour may send: nothing of it makes a 5xx, costs more than its size, or ends up where it should not.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { createRefusalBudget } from '../../server/plugins/refusal-budget.ts';
import { parseForm } from '../../server/plugins/form-body.ts';
import { publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, openBrowser, signIn, startCohort } from '../support/browser-session.ts';
import type { SignedIn } from '../support/browser-session.ts';

describe('hostile input', () => {
  let test: TestApp;
  let administrator: SignedIn & { page: SignedIn['get']; submit: SignedIn['post'] };
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
    administrator = await signIn(test, { person: 'ruth', link: 'home' });
  });
  after(() => test.close());

  describe('forms', () => {
    it('one name as often as a body can hold it costs one pass: it is pushed, not copied', () => {
      const times = 60_000;
      const copies = countCopies(() => expect(parseForm('a=1&'.repeat(times))['a']).to.have.length(times));
      expect(copies).to.equal(0);
    });

    it('names that mean something to JavaScript are fields like any other', () => {
      const fields = parseForm('__proto__=1&constructor=2&toString=3&__proto__=4');
      expect(Object.getPrototypeOf(fields)).to.equal(null);
      expect(Object.keys(fields)).to.deep.equal(['__proto__', 'constructor', 'toString']);
      expect(({} as Record<string, unknown>)['1']).to.equal(undefined);
    });

    it('a launch of sixty thousand states is a refusal', async () => {
      const answer = await test.app.inject({ method: 'POST', url: '/lti/launch', headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'state=1&'.repeat(30_000) });
      expect(answer.statusCode).to.equal(400);
    });

    it('half a character in JSON is not kept, and nothing breaks', async () => {
      const answer = await test.app.inject({
        method: 'POST', url: `${administrator.base}/admin/organisation`,
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie: cookieOf(administrator) },
        payload: '{"name":"North \\ud800 Trust"}',
      });
      expect(answer.statusCode).to.equal(303);
      const { rows: [row] } = await test.sql.query<{ name: string }>(`select name from organisation where short_name = 'default'`);
      expect(row?.name).to.equal('North \ufffd Trust');
    });

    it('a prototype in JSON is refused', async () => {
      const answer = await test.app.inject({
        method: 'POST', url: `${administrator.base}/admin/organisation`,
        headers: { 'content-type': 'application/json', 'sec-fetch-site': 'same-origin', cookie: cookieOf(administrator) },
        payload: '{"name":"x","__proto__":{"admin":true}}',
      });
      expect(answer.statusCode).to.equal(400);
    });
  });

  describe('ids in addresses', () => {
    const id = '00000000-0000-4000-8000-000000000000';
    for (const wrong of [`urn:uuid:${id}`, `{${id}}`, id.replaceAll('-', ''), `${id}%00`, `${id}%0a`, `${id}'--`, '%F0%9F%92%A3', '0']) {
      it(`${wrong} is a 4xx on every page that takes one`, async () => {
        for (const path of [`/cohorts/${wrong}`, `/cohorts/${wrong}/settings`, `/admin/platforms/${wrong}`]) {
          expect((await administrator.page(path)).statusCode, path).to.be.within(400, 404);
        }
        for (const path of [`/cohorts/${wrong}/settings`, `/admin/platforms/${wrong}`, `/admin/platforms/deployments/${wrong}/approval`]) {
          expect((await administrator.submit(path, { name: 'x', startsOn: '2026-05-11', timeZone: 'Europe/London' })).statusCode, path).to.be.within(400, 404);
        }
      });
    }

    it('a good one that names nothing is 404', async () => {
      expect((await administrator.page(`/cohorts/${id}`)).statusCode).to.equal(404);
      expect((await administrator.submit('/cohort/link', { cohort: `urn:uuid:${id}` })).statusCode).to.be.within(303, 422);
    });
  });

  describe('cookies', () => {
    it('of a strange name and number beside the launch’s own do not break it', async () => {
      const browser = openBrowser(test);
      const { request } = await beginLogin(browser, test.platform);
      const token = test.platform.authenticate(request);
      if (token.outcome !== 'id-token') throw new Error(token.outcome);
      for (let n = 0; n < 30; n += 1) browser.cookies.set(`__Host-in-[strange]@${n}`, 'x');
      const answer = await browser.postFrom(test.platform.issuer, '/lti/launch', { state: token.state, id_token: token.idToken });
      expect(answer.statusCode).to.equal(303);
    });

    it('of a name that JavaScript knows open nothing', async () => {
      for (const name of ['__proto__', 'constructor', 'hasOwnProperty']) {
        const answer = await test.app.inject({ url: `/in/${name}/`, headers: { cookie: `${name}=x; __Host-in-${name}=x` } });
        expect(answer.statusCode).to.equal(401);
      }
    });
  });

  describe('audit rows of garbage', () => {
    it('are bounded over all networks together, however many somebody has', () => {
      const budget = createRefusalBudget();
      const now = Temporal.Instant.from('2026-05-11T08:00:00Z');
      const written = Array.from({ length: 30_000 }, (_, n) => budget(`2001:db8:0:${n.toString(16)}::/64`, now)).filter((answer) => answer !== 'silent');
      expect(written).to.have.length(20_000);
      expect(written.at(-1)).to.equal('last');
      expect(budget('192.0.2.1', now.add({ minutes: 10 })), 'later').to.equal('write');
    });
  });

  it('a sign-in by an administrator’s link leaves an audit row, and a link that is spent none', async () => {
    const link = `/sign-in/${await makeAdministratorLink(test.sql, { email: 'ada@example.org', organisationId: null }, test.clock.now)}`;
    await Promise.all(Array.from({ length: 3 }, () => openBrowser(test).get(link)));
    const { rows } = await test.sql.query(`select e.organisation_id, a.email from audit_event e join administrator a on a.id = e.actor_id where action = 'administrator.signed_in'`);
    expect(rows).to.deep.equal([{ organisation_id: null, email: 'ada@example.org' }]);
  });

  describe('where "back" leads after choosing an appearance', () => {
    for (const back of ['//evil.example', '/\\evil.example', '/\t/evil.example', 'https://evil.example/', `${publicUrl}@evil.example/`, 'javascript:alert(1)', `${publicUrl}//evil.example`, '/..//evil.example', '/%0d%0aset-cookie:x=1', '\u0000//evil.example']) {
      it(`${JSON.stringify(back)} stays with us`, async () => {
        const answer = await openBrowser(test).post('/appearance', { theme: 'dark', back });
        expect(answer.statusCode).to.be.oneOf([303, 400]);
        expect(answer.headers.location ?? '/').to.match(/^\/(?![/\\])[\x21-\x7e]*$/);
      });
    }
  });

  describe('where the arrival page leads', () => {
    for (const to of ['//evil.example', '/\\evil.example', 'https://evil.example', '/a\r\nset-cookie: x=1', '/\u2215evil']) {
      it(`${JSON.stringify(to)} is refused`, async () => {
        const id = administrator.base.slice('/in/'.length);
        const answer = await administrator.get(`/lti/arrival/${id}?${new URLSearchParams({ ticket: 'x'.repeat(43), to }).toString()}`);
        expect(answer.statusCode).to.equal(400);
      });
    }
  });

  it('a form of another site, of a sister host, of no stated site, or of a null origin changes nothing', async () => {
    const form = new URLSearchParams({ name: 'Stolen' }).toString();
    const senders: Record<string, string>[] = [
      { 'sec-fetch-site': 'cross-site', origin: publicUrl }, { 'sec-fetch-site': 'same-site' }, { 'sec-fetch-site': 'none' }, { 'sec-fetch-site': 'same-origin, cross-site' },
      { origin: 'null' }, { origin: `${publicUrl}.evil.example` }, { origin: 'https://evil.example' }, {},
    ];
    for (const headers of senders) {
      const answer = await test.app.inject({
        method: 'POST', url: `${administrator.base}/admin/organisation`, payload: form,
        headers: { 'content-type': 'application/x-www-form-urlencoded', cookie: cookieOf(administrator), ...headers },
      });
      expect(answer.statusCode, JSON.stringify(headers)).to.equal(403);
    }
    expect((await test.sql.query(`select 1 from organisation where name = 'Stolen'`)).rows).to.deep.equal([]);
  });
});

const cookieOf = ({ cookies }: Pick<SignedIn, 'cookies'>): string => [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');

/** How often an array is spread into another while `work` runs: a spread asks for the array's iterator. (Pairs are merely taken apart.) */
function countCopies(work: () => void): number {
  const iterate = Array.prototype[Symbol.iterator];
  let count = 0;
  Reflect.set(Array.prototype, Symbol.iterator, function counted(this: unknown[]) {
    if (this.length > 2) count += 1;
    return iterate.call(this);
  });
  try {
    work();
  } finally {
    Reflect.set(Array.prototype, Symbol.iterator, iterate);
  }
  return count;
}
