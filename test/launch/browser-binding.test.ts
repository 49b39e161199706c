// Which browser a sign-in belongs to: cookies, platform storage, a window of its own (contract.md; lti.md, rules 15, 16, 20, 21).
import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import { after, before, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { keepsPartitionedCookies } from '../../server/features/launch/browsers.ts';
import { issuer, publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, heading, launch, openBrowser, signIn } from '../support/browser-session.ts';
import type { Session } from '../support/browser-session.ts';
import { expectRefused, frameAncestors, launchBroken } from './expected-refusal.ts';

const frame = { 'sec-fetch-dest': 'iframe' };
const oldFirefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const chromium = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';

const unescape = (text: string): string => text.replaceAll('&quot;', '"').replaceAll('&#39;', '\'').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
const attribute = (answer: LightMyRequestResponse, name: string): string => unescape(new RegExp(` ${name}="([^"]*)"`).exec(answer.body)?.[1] ?? '');
const fieldOf = (answer: LightMyRequestResponse, name: string): string => unescape(new RegExp(`name="${name}" value="([^"]*)"`).exec(answer.body)?.[1] ?? '');
const attributesOf = (line: string): string[] => line.split('; ').slice(1).toSorted();

type StorageSettings = { target: string; origin: string; key: string; value?: string };
type LaunchSettings = { authenticationUrl?: string; storage: StorageSettings | null };
const settingsOf = (answer: LightMyRequestResponse): LaunchSettings => JSON.parse(attribute(answer, 'data-launch')) as LaunchSettings;

/** A launch in a frame whose cookies do not come back, in an LMS that keeps things for us. */
async function launchInFrame(test: TestApp, choice: { link?: string } = {}) {
  const browser = openBrowser(test);
  const { answer: login, state, nonce } = await beginLogin(browser, test.platform, { storageTarget: '_parent', ...choice }, frame);
  browser.cookies.clear();
  const fields = { state, id_token: test.platform.idToken({ nonce, ...choice }) };
  return { browser, login, state, nonce, fields, kept: settingsOf(login).storage, launched: await browser.postFrom(issuer, '/lti/launch', fields) };
}

const postOn = (browser: Session, page: LightMyRequestResponse, secret: string) =>
  browser.post('/lti/launch', { state: fieldOf(page, 'state'), id_token: fieldOf(page, 'id_token'), storage_secret: secret });

/** As above, in a frame that keeps no cookie at all: what the page offers. */
async function windowFor(test: TestApp) {
  const { browser, launched, kept } = await launchInFrame(test);
  const arrived = await postOn(browser, launched, kept?.value ?? '');
  const old = new Map(browser.cookies);
  browser.cookies.clear();
  const page = await browser.get(String(arrived.headers.location));
  expect(page.statusCode).to.equal(200);
  const windowUrl = unescape(/href="(\/lti\/window\/[^"]*)" target="_blank"/.exec(page.body)?.[1] ?? '');
  return { browser, page, windowUrl, old };
}

describe('lti login: which browsers go straight on (contract.md)', () => {
  const browsers: [words: string, userAgent: string, keeps: boolean][] = [
    ['Chrome 113', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/113.0.0.0 Safari/537.36', false],
    ['Chrome 114', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.0.0 Safari/537.36', true],
    ['Chrome 140', chromium, true],
    ['Chrome on Android', 'Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/139.0.0.0 Mobile Safari/537.36', true],
    ['Edge 109', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/109.0.0.0 Safari/537.36 Edg/109.0.1518.140', false],
    ['Edge 120', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0', true],
    ['Edge of before Chromium', 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/70.0.3538.102 Safari/537.36 Edge/18.19582', false],
    ['Chromium without a head', 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/153.0.0.0 Safari/537.36', true],
    ['Firefox 140', oldFirefox, false],
    ['Firefox 141', 'Mozilla/5.0 (X11; Linux x86_64; rv:141.0) Gecko/20100101 Firefox/141.0', true],
    ['Safari 18', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15', false],
    ['Safari 26.1', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15', false],
    ['Safari 26.2', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 Safari/605.1.15', true],
    ['Safari 26.10', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.10 Safari/605.1.15', true],
    ['Safari 27.0', 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/27.0 Safari/605.1.15', true],
    ['Safari 26.2 on an iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 Mobile/15E148 Safari/604.1', true],
    ['Chrome on an iPhone, which is WebKit', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/140.0.0.0 Mobile/15E148 Safari/604.1', false],
    ['Firefox on an iPhone, which is WebKit', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) FxiOS/145.0 Mobile/15E148 Safari/605.1.15', false],
    ['Edge on an iPhone, which is WebKit', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.2 EdgiOS/140.0.0.0 Mobile/15E148 Safari/605.1.15', false],
    ['an app’s web view on an iPhone', 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148', false],
    ['a web view on Android', 'Mozilla/5.0 (Linux; Android 14; Pixel; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/139.0.0.0 Mobile Safari/537.36', true],
    ['no name', '', false],
    ['nobody we know', 'Something/1.0', false],
  ];

  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  for (const [words, userAgent, keeps] of browsers) {
    it(`${words}: ${keeps ? 'keeps' : 'is not known to keep'} partitioned cookies`, async () => {
      expect(keepsPartitionedCookies(userAgent)).to.equal(keeps);
      const status = async (storageTarget: string | null, headers: Record<string, string>) => {
        const { answer } = await beginLogin(openBrowser(test), test.platform, storageTarget === null ? {} : { storageTarget }, { 'user-agent': userAgent, ...headers });
        return answer.statusCode;
      };
      expect(await status(null, frame), 'in a frame').to.equal(keeps ? 302 : 200);
      expect(await status('_parent', frame), 'in a frame, with storage offered').to.equal(200);
      expect(await status(null, { 'sec-fetch-dest': 'document' }), 'in a window').to.equal(302);
      expect(await status('_parent', { 'sec-fetch-dest': 'document' }), 'in a window, with storage offered').to.equal(302);
      expect(await status('_parent', {}), 'where the browser does not say').to.equal(302);
    });
  }

  it('the page in between stores, goes on by itself, or offers a window; plain links do each without JavaScript', async () => {
    const browser = openBrowser(test);
    const { answer, request } = await beginLogin(browser, test.platform, { storageTarget: 'post_message_forwarding' }, frame);
    expect(answer.statusCode).to.equal(200);
    expect(frameAncestors(answer)).to.equal('*');
    expect(answer.body.match(/<h1[\s>]/g)).to.have.length(1);
    expect(answer.body, 'its script is a file').to.match(/<script src="[^"]+launch-login[^"]*" defer><\/script>/);

    const { authenticationUrl = '', storage } = settingsOf(answer);
    expect(answer.body, 'the way on').to.contain(`href="${authenticationUrl.replaceAll('&', '&amp;')}"`);
    expect(new URL(authenticationUrl).searchParams.get('state')).to.equal(request.get('state'));
    expect(storage).to.include({ target: 'post_message_forwarding', origin: issuer });
    // A secret of its own: the state and nonce travel in addresses.
    const [cookie] = browser.cookies.values();
    for (const other of [request.get('state'), request.get('nonce'), cookie]) expect(storage?.value).to.match(/^[\w-]{43}$/).and.not.equal(other);
  });

  it('the window goes on with the login’s still unspent parameters', async () => {
    const browser = openBrowser(test);
    const { answer, request: spent } = await beginLogin(browser, test.platform, {}, { ...frame, 'user-agent': oldFirefox });
    expect(settingsOf(answer).storage).to.equal(null);
    const windowUrl = unescape(/href="(\/lti\/login\?[^"]*)" target="_blank"/.exec(answer.body)?.[1] ?? '');
    const inWindow = openBrowser(test);
    const again = await inWindow.get(windowUrl, { 'user-agent': oldFirefox, 'sec-fetch-dest': 'document' });
    expect(again.statusCode).to.equal(302);
    const request = new URL(String(again.headers.location)).searchParams;
    expect(request.get('state')).not.to.equal(spent.get('state'));
    const token = test.platform.authenticate(request);
    if (token.outcome !== 'id-token') throw new Error(token.outcome);
    expect((await inWindow.postFrom(issuer, '/lti/launch', { state: token.state, id_token: token.idToken })).statusCode).to.equal(303);
  });

  it('the window of a posted login is a link too', async () => {
    const answer = await openBrowser(test).postFrom(issuer, '/lti/login', test.platform.launchParameters(), { ...frame, 'user-agent': oldFirefox });
    const windowUrl = unescape(/href="(\/lti\/login\?[^"]*)" target="_blank"/.exec(answer.body)?.[1] ?? '');
    expect((await openBrowser(test).get(windowUrl)).statusCode).to.equal(302);
  });

  it('a storage frame’s name with script in it is shown escaped', async () => {
    const target = '"><script>alert(1)</script>';
    const { answer } = await beginLogin(openBrowser(test), test.platform, { storageTarget: target }, frame);
    expect(answer.body).not.to.contain('<script>alert');
    expect(settingsOf(answer).storage?.target).to.equal(target);
  });
});

describe('lti launch: the browser’s cookie', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  it('rule 16: state started in browser A, posted from browser B → 401', async () => {
    const { state, nonce } = await beginLogin(openBrowser(test), test.platform);
    const token = test.platform.idToken({ nonce });
    await expectRefused(test, '401 browser.no_storage', async () => ({ answer: await openBrowser(test).postFrom(issuer, '/lti/launch', { state, id_token: token }), secrets: [state, nonce, token] }));
  });

  it('rule 16: and browser B is on its way itself → 401, and its own sign-in still works', async () => {
    const b = openBrowser(test);
    const own = await beginLogin(b, test.platform);
    const { state, nonce } = await beginLogin(openBrowser(test), test.platform);
    await expectRefused(test, '401 browser.no_storage', () => b.postFrom(issuer, '/lti/launch', { state, id_token: test.platform.idToken({ nonce }) }));
    expect((await b.postFrom(issuer, '/lti/launch', { state: own.state, id_token: test.platform.idToken({ nonce: own.nonce }) })).statusCode).to.equal(303);
  });

  it('rule 16: the cookie of the right name and of another login → 401 state.other_browser', async () => {
    const browser = openBrowser(test);
    await expectRefused(test, '401 state.other_browser', () => launchBroken(test, { meanwhile: () => { for (const name of browser.cookies.keys()) browser.cookies.set(name, 'x'.repeat(43)); } }, browser));
  });

  it('rule 20: neither cookie nor platform storage → 401 browser.no_storage, and the page says how to open a window', async () => {
    const browser = openBrowser(test);
    const answer = await expectRefused(test, '401 browser.no_storage', () => launchBroken(test, { meanwhile: () => browser.cookies.clear() }, browser));
    expect(heading(answer)).to.contain('window');
  });

  it('several sign-ins of one browser may be on their way at once, and finish in any order', async () => {
    const browser = openBrowser(test);
    const begun = [];
    for (const link of ['week-1', 'week-2', 'week-3']) begun.push({ link, ...await beginLogin(browser, test.platform, { link }) });
    for (const { link, state, nonce } of begun.toReversed()) {
      const answer = await browser.postFrom(issuer, '/lti/launch', { state, id_token: test.platform.idToken({ nonce, link }) });
      expect(answer.statusCode).to.equal(303);
      expect(answer.headers.location).to.match(new RegExp(`/weeks/${link.slice('week-'.length)}$`));
    }
  });

  it('the launch sets the sign-in’s cookie exactly so, and takes the attempt’s back', async () => {
    const answer = await launch(openBrowser(test), test.platform);
    expect(answer.statusCode).to.equal(303);
    const [, id = ''] = /^\/in\/([\w-]+)\/weeks\/1$/.exec(String(answer.headers.location)) ?? [];
    const lines = [answer.headers['set-cookie']].flat().map(String);
    expect(lines).to.have.length(2);
    const [taken = '', set = ''] = lines.toSorted((a, b) => Number(a.startsWith('__Host-in-')) - Number(b.startsWith('__Host-in-')));
    expect(set).to.match(new RegExp(`^__Host-in-${id}=[\\w-]{43}; `));
    expect(attributesOf(set)).to.deep.equal(['HttpOnly', 'Partitioned', 'Path=/', 'SameSite=None', 'Secure']);
    expect(taken).to.match(/^__Host-login-[0-9a-f]{16}=; /);
    expect(attributesOf(taken)).to.include.members(['HttpOnly', 'Partitioned', 'Path=/', 'SameSite=None', 'Secure']);
    expect(taken).to.match(/Max-Age=0|Expires=Thu, 01 Jan 1970/);
    expect(answer.body, 'no page on that path').to.equal('');
  });

  it('the sign-in’s row keeps the hash of its secret alone', async () => {
    const learner = await signIn(test);
    const secret = learner.cookies.get(`__Host-in-${learner.base.slice('/in/'.length)}`) ?? '';
    expect(secret).to.match(/^[\w-]{43}$/);
    const { rows } = await test.sql.query('select s::text as row from sign_in s');
    expect(JSON.stringify(rows)).not.to.contain(secret).and.not.to.contain(Buffer.from(secret).toString('hex'));
  });

  it('the address of a sign-in opens nothing alone', async () => {
    const { base } = await signIn(test);
    expect((await openBrowser(test).get(`${base}/weeks/1`)).statusCode).to.equal(401);
    const guessing = openBrowser(test);
    guessing.cookies.set(`__Host-in-${base.slice('/in/'.length)}`, 'x'.repeat(43));
    expect((await guessing.get(`${base}/weeks/1`)).statusCode).to.equal(401);
  });

  it('a sign-in ends after twelve idle hours, and not while it is used', async () => {
    const learner = await signIn(test);
    for (let turn = 0; turn < 3; turn += 1) {
      test.clock.advance({ hours: 11, minutes: 49 });
      expect((await learner.page('/programme')).statusCode).to.equal(200);
    }
    test.clock.advance({ hours: 12, minutes: 1 });
    expect((await learner.page('/programme')).statusCode).to.equal(401);
  });
});

describe('lti launch: twenty sign-ins a browser', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  const next = async (browser: Session): Promise<string> => {
    test.clock.advance({ seconds: 1 });
    return /^\/in\/[\w-]+/.exec(String((await launch(browser, test.platform)).headers.location))?.[0] ?? '';
  };
  const held = (browser: Session) => [...browser.cookies.keys()].filter((name) => name.startsWith('__Host-in-'));
  const works = async (browser: Session, base: string) => (await browser.get(`${base}/programme`)).statusCode === 200;

  it('the twenty-first ends the oldest', async () => {
    const browser = openBrowser(test);
    const bases = [];
    for (let number = 0; number < 20; number += 1) bases.push(await next(browser));
    expect(held(browser)).to.have.length(20);
    expect(await works(browser, bases[0] ?? '')).to.equal(true);
    const secret = browser.cookies.get(`__Host-in-${bases[0]?.slice('/in/'.length)}`) ?? '';

    bases.push(await next(browser));
    expect(held(browser)).to.have.length(20);
    browser.cookies.set(`__Host-in-${bases[0]?.slice('/in/'.length)}`, secret);
    expect(await works(browser, bases[0] ?? ''), 'the oldest, though its cookie came back').to.equal(false);
    expect(await works(browser, bases[1] ?? ''), 'the second').to.equal(true);
    expect(await works(browser, bases[20] ?? ''), 'the newest').to.equal(true);
  });

  it('cookies of sign-ins that ended are taken back', async () => {
    const browser = openBrowser(test);
    const bases = [];
    for (let number = 0; number < 19; number += 1) bases.push(await next(browser));
    await test.sql.query('update sign_in set ended_at = $2 where id = any($1)', [bases.slice(0, 10).map((base) => base.slice('/in/'.length)), String(test.clock.now)]);
    await next(browser);
    const newest = await next(browser);
    expect(held(browser)).to.have.length(11);
    for (const base of [...bases.slice(10), newest]) expect(await works(browser, base)).to.equal(true);
  });

  it('however they begin: by a ticket for a window, and by an administrator’s link', async () => {
    for (const begin of [
      async (browser: Session) => {
        const { windowUrl } = await windowFor(test);
        return browser.get(windowUrl);
      },
      async (browser: Session) => browser.get(`/sign-in/${await makeAdministratorLink(test.sql, { email: 'ruth@example.org', organisationId: null }, test.clock.now)}`),
    ]) {
      const browser = openBrowser(test);
      const first = await next(browser);
      for (let number = 0; number < 20; number += 1) {
        test.clock.advance({ seconds: 1 });
        expect((await begin(browser)).statusCode).to.equal(303);
      }
      expect(held(browser)).to.have.length(20);
      expect((await test.sql.query('select ended_at is not null as ended from sign_in where id = $1', [first.slice('/in/'.length)])).rows).to.deep.equal([{ ended: true }]);
    }
  });

  it('nobody ends the sign-ins of others by showing their addresses', async () => {
    const victim = openBrowser(test);
    const bases = [];
    for (let number = 0; number < 5; number += 1) bases.push(await next(victim));
    const attacker = openBrowser(test);
    for (const base of bases) attacker.cookies.set(`__Host-in-${base.slice('/in/'.length)}`, 'x'.repeat(43));
    for (let number = 0; number < 30; number += 1) attacker.cookies.set(`__Host-in-${'made-up-'.padEnd(14, 'x')}${number}`, 'y');
    await next(attacker);
    for (const base of bases) expect(await works(victim, base)).to.equal(true);
    expect(held(attacker), 'and the made-up ones are taken back').to.have.length(1);
  });
});

describe('lti launch: platform storage', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  const inFrame = (choice?: { link?: string }) => launchInFrame(test, choice);
  const offeredWindow = () => windowFor(test);

  it('launch without the cookie: a 200 page that fetches what was stored', async () => {
    const { launched, kept, state, fields } = await inFrame();
    expect(launched.statusCode).to.equal(200);
    expect(frameAncestors(launched)).to.equal('*');
    expect(launched.cookies).to.deep.equal([]);
    expect(attribute(launched, 'action')).to.equal('/lti/launch');
    expect([fieldOf(launched, 'state'), fieldOf(launched, 'id_token')]).to.deep.equal([state, fields.id_token]);
    const { storage } = settingsOf(launched);
    expect(storage).to.deep.equal({ target: '_parent', origin: issuer, key: kept?.key });
    expect(launched.body, 'the secret itself').not.to.contain(kept?.value);
    expect((await test.sql.query('select 1 from sign_in')).rows).to.deep.equal([]);
  });

  it('the right secret → arrival; where the cookie comes back, on to the page', async () => {
    const { browser, launched, kept } = await inFrame({ link: 'week-3' });
    const arrived = await postOn(browser, launched, kept?.value ?? '');
    expect(arrived.statusCode).to.equal(303);
    expect(arrived.headers.location).to.match(/^\/lti\/arrival\/[\w-]+\?/);
    const on = await browser.get(String(arrived.headers.location));
    expect(on.statusCode).to.equal(303);
    expect(on.headers.location).to.match(/^\/in\/[\w-]+\/weeks\/3$/);
    expect((await browser.follow(on)).statusCode).to.equal(200);
  });

  it('where it does not: a window by ticket, once', async () => {
    const { windowUrl, old, page } = await offeredWindow();
    expect(frameAncestors(page)).to.equal('*');
    expect(page.body.match(/<h1[\s>]/g)).to.have.length(1);
    const inWindow = openBrowser(test);
    const opened = await inWindow.get(windowUrl);
    expect(opened.statusCode).to.equal(303);
    expect(attributesOf(String(opened.headers['set-cookie']))).to.deep.equal(['HttpOnly', 'Partitioned', 'Path=/', 'SameSite=None', 'Secure']);
    const base = /^\/in\/[\w-]+/.exec(String(opened.headers.location))?.[0] ?? '';
    expect(opened.headers.location).to.equal(`${base}/weeks/1`);
    expect((await inWindow.get(`${base}/programme`)).statusCode).to.equal(200);

    await expectRefused(test, '401 ticket.invalid', () => openBrowser(test).get(windowUrl));
    const framed = openBrowser(test);
    for (const [name, value] of old) framed.cookies.set(name, value);
    expect((await framed.get(`${base}/programme`)).statusCode, 'the frame’s own secret').to.equal(401);
  });

  it('two windows at once: exactly one opens', async () => {
    const { windowUrl } = await offeredWindow();
    const answers = await Promise.all([openBrowser(test).get(windowUrl), openBrowser(test).get(windowUrl)]);
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).to.deep.equal([303, 401]);
  });

  it('a ticket is good for 59 seconds', async () => {
    const { windowUrl } = await offeredWindow();
    test.clock.advance({ seconds: 59 });
    expect((await openBrowser(test).get(windowUrl)).statusCode).to.equal(303);
  });

  it('a ticket is over after 60 seconds → 401 ticket.invalid', async () => {
    const { windowUrl } = await offeredWindow();
    test.clock.advance({ seconds: 60 });
    await expectRefused(test, '401 ticket.invalid', () => openBrowser(test).get(windowUrl));
  });

  it('looking at the ticket’s address (HEAD) does not spend it', async () => {
    const { windowUrl } = await offeredWindow();
    await test.app.inject({ method: 'HEAD', url: windowUrl });
    expect((await openBrowser(test).get(windowUrl)).statusCode).to.equal(303);
  });

  it('a ticket leads to pages of ours alone', async () => {
    const { windowUrl } = await offeredWindow();
    for (const to of ['//evil.example', 'https://evil.example', '/\\evil.example', '', 'weeks/1', '/a\r\nset-cookie: x=y']) {
      const url = new URL(windowUrl, publicUrl);
      url.searchParams.set('to', to);
      await expectRefused(test, '400 launch.malformed', () => openBrowser(test).get(url.pathname + url.search));
    }
    expect((await openBrowser(test).get(windowUrl)).statusCode, 'and is not spent by trying').to.equal(303);
  });

  it('a ticket of another sign-in opens nothing', async () => {
    const [one, two] = [await offeredWindow(), await offeredWindow()];
    const mixed = new URL(one.windowUrl, publicUrl);
    mixed.searchParams.set('ticket', new URL(two.windowUrl, publicUrl).searchParams.get('ticket') ?? '');
    await expectRefused(test, '401 ticket.invalid', () => openBrowser(test).get(mixed.pathname + mixed.search));
  });

  const wrongSecrets: [words: string, secret: (begun: Awaited<ReturnType<typeof inFrame>>) => string | Promise<string>][] = [
    ['a made-up one', () => 'x'.repeat(43)],
    ['the state, which travels in addresses', ({ state }) => state],
    ['the nonce', ({ nonce }) => nonce],
    ['that of another login', async () => (await inFrame()).kept?.value ?? ''],
  ];
  for (const [words, secret] of wrongSecrets) {
    it(`rule 21: a wrong secret, ${words} → 401 browser.storage_mismatch`, async () => {
      const begun = await inFrame();
      const wrong = await secret(begun);
      await expectRefused(test, '401 browser.storage_mismatch', async () => ({ answer: await postOn(begun.browser, begun.launched, wrong), secrets: [begun.state, begun.fields.id_token, wrong] }));
      expect((await postOn(begun.browser, begun.launched, begun.kept?.value ?? '')).statusCode, 'the right one still works').to.equal(303);
    });
  }

  it('rule 21: a secret where no storage was offered at login → 401 browser.storage_mismatch', async () => {
    const { state, nonce } = await beginLogin(openBrowser(test), test.platform);
    await expectRefused(test, '401 browser.storage_mismatch', () => openBrowser(test).post('/lti/launch', { state, id_token: test.platform.idToken({ nonce }), storage_secret: state }));
  });

  it('rule 20: the page asked and the platform gave nothing → 401 browser.no_storage, and a right secret still works', async () => {
    const { browser, launched, kept, state, fields } = await inFrame();
    await expectRefused(test, '401 browser.no_storage', async () => ({ answer: await browser.post('/lti/launch', { ...fields, storage_secret: '', storage_problem: 'none' }), secrets: [state, fields.id_token] }));
    expect((await postOn(browser, launched, kept?.value ?? '')).statusCode).to.equal(303);
  });

  it('an empty secret counts as none', async () => {
    const { browser, launched } = await inFrame();
    expect((await postOn(browser, launched, '')).statusCode).to.equal(200);
  });

  it('the right secret with a token that is not good: refused as ever', async () => {
    const { browser, kept, state, nonce } = await inFrame();
    const token = test.platform.idToken({ nonce, alg: 'none' });
    await expectRefused(test, '401 token.unsigned', () => browser.post('/lti/launch', { state, id_token: token, storage_secret: kept?.value ?? '' }));
  });

  it('where the cookie does come back, storage is not asked', async () => {
    const browser = openBrowser(test);
    const { state, nonce } = await beginLogin(browser, test.platform, { storageTarget: '_parent' }, frame);
    const answer = await browser.postFrom(issuer, '/lti/launch', { state, id_token: test.platform.idToken({ nonce }) });
    expect(answer.statusCode).to.equal(303);
    expect(answer.headers.location).to.match(/^\/in\//);
  });

  it('arrival in a browser that holds nothing shows nothing of the sign-in', async () => {
    const { windowUrl } = await offeredWindow();
    const answer = await openBrowser(test).get(windowUrl.replace('/lti/window/', '/lti/arrival/'));
    expect(answer.statusCode).to.equal(200);
    expect(answer.body).not.to.contain('Amara').and.not.to.contain('Improvement coaching, spring');
  });
});

describe('framing of signed-in pages (contract.md)', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  const framers = async (returnUrl: unknown, platformUrl: unknown): Promise<string[]> => {
    const learner = await signIn(test, {
      change: (claims) => {
        claims[ltiClaim('launch_presentation')] = { return_url: returnUrl };
        claims[ltiClaim('tool_platform')] = { guid: 'x', url: platformUrl };
      },
    });
    const page = await learner.page('/programme');
    expect(page.headers).not.to.have.property('x-frame-options');
    expect(page.headers['referrer-policy']).to.equal('same-origin');
    return frameAncestors(page)?.split(' ').toSorted() ?? [];
  };

  it('the LMS’s origin, where all its addresses are one', async () => {
    expect(await framers(undefined, undefined)).to.deep.equal([issuer]);
    expect(await framers(`${issuer}/back`, issuer)).to.deep.equal([issuer]);
  });

  it('issuer, authorisation URL, return_url, tool_platform.url, and what an administrator adds; nothing else', async () => {
    await test.sql.query(`update platform_registration set authentication_url = 'https://sso.lms.example/auth', frame_origins = '{https://portal.example}' where id = $1`, [test.registrationId]);
    try {
      const browser = openBrowser(test);
      const { state, nonce } = await beginLogin(browser, test.platform);
      const token = test.platform.idToken({
        nonce,
        change: (claims) => {
          claims[ltiClaim('launch_presentation')] = { return_url: 'https://campus.example:8443/course?id=1#x' };
          claims[ltiClaim('tool_platform')] = { url: 'https://school.example/' };
        },
      });
      const answer = await browser.postFrom(issuer, '/lti/launch', { state, id_token: token });
      const page = await browser.get(String(answer.headers.location).replace(/\/weeks\/1$/, '/programme'));
      expect(frameAncestors(page)?.split(' ').toSorted()).to.deep.equal(
        [issuer, 'https://campus.example:8443', 'https://portal.example', 'https://school.example', 'https://sso.lms.example'].toSorted(),
      );
    } finally {
      await test.sql.query(`update platform_registration set authentication_url = $2, frame_origins = '{}' where id = $1`, [test.registrationId, test.platform.authorizationUrl]);
    }
  });

  const odd: [words: string, url: string][] = [
    ['another directive', 'https://a.example;sandbox'],
    ['a semicolon in the host', 'https://a;sandbox/'],
    ['a comma in the host', 'https://a,b.example/'],
    ['everybody', 'https://*/'],
    ['every subdomain', 'https://*.example.org/'],
    ['a quoted word', 'https://\'self\'/'],
    ['a line break', 'https://a.example\r\nset-cookie: x=y'],
    ['javascript:', 'javascript:alert(1)'],
    ['data:', 'data:text/html,x'],
    ['no address', '*'],
  ];
  for (const [words, url] of odd) {
    it(`${words} gets nothing into the header`, async () => {
      expect((await framers(url, url)).filter((origin) => !/^https?:\/\/[a-z0-9.-]+(:\d+)?$/.test(origin))).to.deep.equal([]);
    });
  }

  it('nobody frames the pages of those who came by an administrator’s link', async () => {
    const token = await makeAdministratorLink(test.sql, { email: 'ruth@lms.example', organisationId: null }, test.clock.now);
    const operator = openBrowser(test);
    const page = await operator.follow(await operator.get(`/sign-in/${token}`));
    expect(page.statusCode).to.equal(200);
    expect(frameAncestors(page)).to.equal('\'none\'');
  });
});
