import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { ensureOrganisation } from '../../server/features/platforms/actions.ts';
import { issuer, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, openBrowser, signIn, startCohort } from '../support/browser-session.ts';

describe('an administrator’s sign-in link', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  const newLink = async (organisation: string | null = null, email = 'ada@example.org') => {
    const organisationId = organisation === null ? null : await ensureOrganisation(test.sql, organisation, test.clock.now);
    return `/sign-in/${await makeAdministratorLink(test.sql, { email, organisationId }, test.clock.now)}`;
  };

  it('signs in once; the second time it is 401, with words and without a cookie', async () => {
    const link = await newLink();
    const browser = openBrowser(test);
    const answer = await browser.get(link);
    expect(answer.statusCode).to.equal(303);
    expect(answer.headers.location).to.match(/^\/in\/[\w-]{16}\/admin\/platforms$/);
    expect((await browser.follow(answer)).statusCode).to.equal(200);

    const again = await openBrowser(test).get(link);
    expect(again.statusCode).to.equal(401);
    expect(again.headers['set-cookie']).to.equal(undefined);
    expect(heading(again)).not.to.equal('');
  });

  it('is spent by one of two who follow it at once', async () => {
    const link = await newLink();
    const answers = await Promise.all(Array.from({ length: 4 }, () => openBrowser(test).get(link)));
    expect(answers.map(({ statusCode }) => statusCode)).to.have.members([303, 401, 401, 401]);
  });

  it('is good for fifteen minutes', async () => {
    const [early, late] = [await newLink(), await newLink()];
    test.clock.advance({ minutes: 14, seconds: 59 });
    expect((await openBrowser(test).get(early)).statusCode).to.equal(303);
    test.clock.advance({ seconds: 1 });
    expect((await openBrowser(test).get(late)).statusCode).to.equal(401);
  });

  it('is not spent by a link checker: HEAD and POST do nothing', async () => {
    const link = await newLink();
    expect((await test.app.inject({ method: 'HEAD', url: link })).statusCode).to.equal(404);
    expect((await openBrowser(test).post(link)).statusCode).to.equal(404);
    expect((await openBrowser(test).get(link)).statusCode).to.equal(303);
  });

  for (const token of ['x', 'x'.repeat(43), 'x'.repeat(150), '%00', '../admin', "'%20or%201=1"]) {
    it(`is a 4xx when nobody made it: ${token.slice(0, 20)}`, async () => {
      const answer = await openBrowser(test).get(`/sign-in/${token}`);
      expect(answer.statusCode).to.be.within(400, 404);
      expect(answer.headers['set-cookie']).to.equal(undefined);
    });
  }

  it('keeps only a hash of its token, and of the sign-in’s secret', async () => {
    const link = await newLink();
    const browser = openBrowser(test);
    await browser.get(link);
    const token = link.replace('/sign-in/', '');
    const secret = [...browser.cookies.values()][0] ?? '?';
    const { rows } = await test.sql.query(`
      select row_to_json(l)::text as row from sign_in_link l union all select row_to_json(s)::text from sign_in s union all select row_to_json(a)::text from audit_event a`);
    for (const { row } of rows) expect(row).not.to.contain(token).and.not.contain(secret);
  });

  it('makes an operator of the whole without an organisation, and an administrator of one with it', async () => {
    await startCohort(test);
    const operator = openBrowser(test);
    const [, operatorsBase] = /^(\/in\/[\w-]+)/.exec(String((await operator.get(await newLink())).headers.location)) ?? [];
    expect((await operator.get(`${operatorsBase}/cohorts`)).body).to.contain('All organisations').and.contain('Spring 2026');
    expect((await operator.get(`${operatorsBase}/admin/platforms`)).body).to.contain('Practice LMS').and.contain(', operator');

    const stranger = openBrowser(test);
    const [, base] = /^(\/in\/[\w-]+)/.exec(String((await stranger.get(await newLink('elsewhere'))).headers.location)) ?? [];
    const platforms = await stranger.get(`${base}/admin/platforms`);
    expect(platforms.body).to.contain('elsewhere').and.contain(', administrator').and.not.contain('Practice LMS');
    expect((await stranger.get(`${base}/cohorts`)).body).not.to.contain('Spring 2026');
    const { rows: [{ id }] } = await test.sql.query('select id from cohort');
    expect((await stranger.get(`${base}/cohorts/${id}`)).statusCode).to.equal(404);
    expect((await operator.get(`${operatorsBase}/cohorts/${id}`)).statusCode).to.equal(200);
  });

  it('made twice for one address names one person, and each link is good', async () => {
    const links = [await newLink('default', 'twice@example.org'), await newLink('default', 'twice@example.org')];
    for (const link of links) expect((await openBrowser(test).get(link)).statusCode).to.equal(303);
    expect((await test.sql.query(`select id from administrator where email = 'twice@example.org'`)).rows).to.have.length(1);
  });

  it('leads an administrator without a course from every page of courses to the cohorts', async () => {
    const browser = openBrowser(test);
    const [, base] = /^(\/in\/[\w-]+)/.exec(String((await browser.get(await newLink('default'))).headers.location)) ?? [];
    for (const path of ['/', '/weeks/1', '/cohort', '/cohort/start']) {
      const page = await browser.follow(await browser.get(`${base}${path}`));
      expect(page.statusCode, path).to.equal(200);
      expect(heading(page), path).to.equal('One cohort');
    }
    expect((await browser.post(`${base}/cohort`, { name: 'No course', startsOn: '2026-05-18', timeZone: 'Europe/London' })).statusCode).to.equal(303);
    expect((await test.sql.query('select id from cohort')).rows, 'a cohort begins in a course').to.have.length(1);
  });
});

describe('a sign-in', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  after(() => test.close());

  it('ends at sign-out, takes its cookie back, and leaves the browser’s others alone', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    const [name = ''] = [...learner.cookies.keys()];
    const secret = learner.cookies.get(name) ?? '';
    const again = await signIn(test, { person: 'zsofia', link: 'week-1' });
    for (const [other, value] of again.cookies) learner.cookies.set(other, value);

    const answer = await learner.submit('/sign-out');
    expect(answer.statusCode).to.equal(200);
    const cleared = answer.cookies.find((cookie) => cookie.name === name);
    expect(cleared).to.include({ value: '', path: '/', secure: true, httpOnly: true, sameSite: 'None' });
    expect(String(answer.headers['set-cookie'])).to.contain('Partitioned');
    expect(heading(answer)).to.equal('You are signed out');

    learner.cookies.set(name, secret);
    expect((await learner.page('/weeks/1')).statusCode, 'even who kept the cookie').to.equal(401);
    expect((await learner.get(`${again.base}/weeks/1`)).statusCode).to.equal(200);
  });

  it('leads back into the course, from every page and from the sign-out, which says so to the LMS', async () => {
    const learner = await signIn(test, { person: 'zsofia', link: 'week-1' });
    const back = `${issuer}/as/zsofia/courses/spring/return`;
    expect((await learner.page('/weeks/1')).body).to.match(new RegExp(`<a class="way-back" href="${back}">.*Back to the course</a>`));
    const out = await learner.submit('/sign-out');
    const link = new URL((/<a class="btn main" href="([^"]*)"/.exec(out.body)?.[1] ?? '').replaceAll('&amp;', '&'));
    expect(link.origin + link.pathname).to.equal(back);
    expect([...link.searchParams.keys()]).to.deep.equal(['lti_msg', 'lti_log']);
    expect(link.searchParams.get('lti_msg')).to.contain('signed out');
  });

  it('without a return address leads nowhere, and signs out to a page for anybody', async () => {
    for (const returned of [undefined, 'javascript:alert(1)', 'ftp://lms.example/']) {
      const learner = await signIn(test, { person: 'zsofia', link: 'week-1', change: (claims) => { (claims['https://purl.imsglobal.org/spec/lti/claim/launch_presentation'] as Record<string, unknown>)['return_url'] = returned; } });
      expect((await learner.page('/weeks/1')).body, String(returned)).not.to.contain('way-back');
      const out = await learner.submit('/sign-out');
      expect([out.statusCode, out.headers.location]).to.deep.equal([303, '/signed-out']);
      expect(heading(await learner.follow(out))).to.equal('You are signed out');
    }
  });

  const locales: [locale: string | undefined, words: string, english: string | null][] = [
    ['en-US', 'Monday, April 13 to Sunday, April 19', 'en-US'], ['en_us', 'Monday, April 13 to Sunday, April 19', 'en-US'],
    ['en-AU', 'Monday 13 to Sunday 19 April', 'en-AU'], ['en-GB', 'Monday 13 to Sunday 19 April', null],
    ['de', 'Monday 13 to Sunday 19 April', null], [undefined, 'Monday 13 to Sunday 19 April', null],
  ];
  for (const [locale, words, english] of locales) {
    it(`tells days as the reader’s locale does: ${locale}`, async () => {
      const learner = await signIn(test, { person: 'zsofia', link: 'week-1', change: (claims) => {
        (claims['https://purl.imsglobal.org/spec/lti/claim/launch_presentation'] as Record<string, unknown>)['locale'] = locale;
        delete claims['locale'];
      } });
      const { body } = await learner.page('/weeks/1');
      expect(body).to.contain(words);
      expect(/data-english="([^"]*)"/.exec(body)?.[1] ?? null).to.equal(english);
      expect(body, 'the words stay British').to.contain('<html lang="en-GB"');
    });
  }

  it('is told which page frames it only where it may be in a frame', async () => {
    const learner = await signIn(test, { person: 'zsofia', link: 'week-1' });
    const origins = async (headers: Record<string, string>) => /data-frame-origins="([^"]*)"/.exec((await learner.page('/weeks/1', headers)).body)?.[1];
    expect(await origins({ 'sec-fetch-dest': 'iframe' })).to.equal(issuer);
    expect(await origins({}), 'a browser that does not say').to.equal(issuer);
    expect(await origins({ 'sec-fetch-dest': 'document' })).to.equal(undefined);
  });

  it('ends after twelve idle hours', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    test.clock.advance({ hours: 12 });
    expect((await learner.page('/weeks/1')).statusCode).to.equal(200);
    test.clock.advance({ hours: 12, seconds: 1 });
    expect((await learner.page('/weeks/1')).statusCode).to.equal(401);
  });

  it('goes on for as long as somebody works, and remembers in the enrolment when they were last here', async () => {
    const learner = await signIn(test, { person: 'priya', link: 'week-1' });
    for (let hours = 0; hours < 30; hours += 5) {
      test.clock.advance({ hours: 5 });
      expect((await learner.page('/weeks/1')).statusCode, `${hours + 5} hours`).to.equal(200);
    }
    const { rows: [row] } = await test.sql.query(`select e.last_seen_at = $1 as here from enrolment e join person p on p.id = e.person_id where p.name like 'Priya%'`, [String(test.clock.now)]);
    expect(row).to.deep.equal({ here: true });
  });

  it('does not write on every page: within ten minutes nothing is touched', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    const seen = async () => (await test.sql.query('select last_seen_at from sign_in where id = $1', [learner.base.slice(4)])).rows[0].last_seen_at;
    const begun = await seen();
    test.clock.advance({ minutes: 9 });
    await learner.page('/weeks/1');
    expect(await seen()).to.deep.equal(begun);
    test.clock.advance({ minutes: 2 });
    await learner.page('/weeks/1');
    expect(await seen()).not.to.deep.equal(begun);
  });

  it('that has ended is 401, with words on how to come back', async () => {
    const page = await openBrowser(test).get('/in/abcdefgh12345678/weeks/1');
    expect(page.statusCode).to.equal(401);
    expect(page.body).to.match(/link in your course/);
  });
});
