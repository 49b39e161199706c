import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createPlatform, toolAt } from '../scripts/practice-lms/platform.ts';
import type { Platform } from '../scripts/practice-lms/platform.ts';
import { openOrm, sqlPool } from '../server/orm.ts';
import { joinEmbeddedPostgres, startEmbeddedPostgres } from '../server/embedded-postgres.ts';
import { makeAdministratorLink } from '../server/features/people/actions.ts';
import { openMigratedOrm } from '../server/open-database.ts';
import { register, startTestApp } from './support/app.ts';
import type { TestApp } from './support/app.ts';
import { beginLogin, heading, openBrowser, signIn, startCohort } from './support/browser-session.ts';
import type { SignedIn } from './support/browser-session.ts';
import { testDatabaseUrl } from './support/database.ts';
import { breakCluster, endChild, postmasterOn, startOwner } from './support/embedded-owner.ts';
import type { EmbeddedOwner } from './support/embedded-owner.ts';
import { browserOf, childPublicUrl, newDataDir, startServer } from './support/server-process.ts';
import type { ServerProcess } from './support/server-process.ts';

const root = join(import.meta.dirname, '..');

describe('while the database is away', function () {
  this.timeout(90_000);
  let dataDir: string;
  let owner: EmbeddedOwner;
  let test: TestApp;
  let learner: SignedIn;

  before(async () => {
    dataDir = newDataDir();
    owner = startOwner(dataDir);
    const databaseUrl = await owner.ready;
    await (await openMigratedOrm(databaseUrl, { poolSize: 1 })).close();
    test = await startTestApp({ databaseUrl });
    await startCohort(test);
    learner = await signIn(test, { link: 'week-1' });
  });
  after(async () => {
    await test.close();
    await endChild(owner.child, 'SIGTERM');
    rmSync(dataDir, { recursive: true, force: true });
  });

  const postmaster = () => postmasterOn(join(dataDir, 'postgres'));
  /** The owner too: it would start the database again at once. */
  const killBoth = async () => {
    await endChild(owner.child, 'SIGKILL');
    process.kill(postmaster(), 'SIGKILL');
  };
  // Attempts and sign-ins are committed without waiting for the disk: a crash may cost those of its last moments.
  const settle = () => test.sql.query('checkpoint');
  const kill = async () => {
    await settle();
    await killBoth();
    while ((await test.app.inject('/readyz')).statusCode === 200) await new Promise((resolve) => setTimeout(resolve, 50));
  };
  const bringBack = async () => {
    owner = startOwner(dataDir);
    await owner.ready;
  };

  it('alive stays 200, ready is 503, pages are 503 with an apology and a reference; then everything goes on by itself', async () => {
    const section = test.programme.weeks[0]?.material?.sections[0]?.key ?? '';
    await kill();
    expect((await test.app.inject('/healthz')).statusCode).to.equal(200);
    expect((await test.app.inject('/readyz')).statusCode).to.equal(503);
    expect((await test.app.inject('/')).statusCode, 'the programme’s page needs no database').to.equal(200);
    const answers = await Promise.all([
      learner.get(`${learner.base}/weeks/1`), learner.get(`${learner.base}/`), learner.post(`${learner.base}/weeks/1/sections/${section}/completion`),
      learner.get(`/sign-in/${'x'.repeat(43)}`), openBrowser(test).get(`/lti/login?${new URLSearchParams(test.platform.launchParameters()).toString()}`),
    ]);
    for (const answer of answers) {
      expect(answer.statusCode).to.equal(503);
      expect(heading(answer)).to.equal('Coachline cannot reach its records just now');
      expect(answer.body).to.match(/Reference <code class="id">[0-9a-f]{12}<\/code>/);
      expect(answer.headers['retry-after']).to.equal('10');
      expect(answer.headers['set-cookie']).to.equal(undefined);
      expect(answer.body).not.to.match(/ECONN|127\.0\.0\.1|postgres/i);
    }

    await bringBack();
    expect((await test.app.inject('/readyz')).statusCode).to.equal(200);
    expect((await learner.get(`${learner.base}/weeks/1`)).statusCode).to.equal(200);
    expect((await learner.post(`${learner.base}/weeks/1/sections/${section}/completion`)).statusCode).to.equal(303);
    expect((await signIn(test, { person: 'zsofia', link: 'week-1' })).launched.statusCode).to.equal(303);
  });

  it('one in which nothing has been set up is not ready', async () => {
    await test.sql.query('alter table migration rename to migration_elsewhere');
    try {
      expect((await test.app.inject('/readyz')).statusCode).to.equal(503);
    } finally {
      await test.sql.query('alter table migration_elsewhere rename to migration');
    }
    expect((await test.app.inject('/readyz')).statusCode).to.equal(200);
  });

  it('a launch is 503 and its attempt is not spent: the same message is good afterwards', async () => {
    const browser = openBrowser(test);
    const { request } = await beginLogin(browser, test.platform, { person: 'lukasz', link: 'week-1' });
    const token = test.platform.authenticate(request);
    if (token.outcome !== 'id-token') throw new Error('no token');
    const post = () => browser.postFrom(test.platform.issuer, '/lti/launch', { state: token.state, id_token: token.idToken });
    await kill();
    const away = await post();
    expect(away.statusCode).to.equal(503);
    expect(away.headers['set-cookie']).to.equal(undefined);
    await bringBack();
    const landed = await post();
    expect(landed.statusCode).to.equal(303);
    expect((await browser.follow(landed)).statusCode).to.equal(200);
    expect((await post()).statusCode, 'and good once').to.equal(409);
  });

  it('one that stops in the middle of work leaves nothing half done', async () => {
    const faculty = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
    const form = { name: 'Autumn 2026', startsOn: '2026-05-18', timeZone: 'Europe/London' };
    await settle();
    const answers = [faculty.post(`${faculty.base}/cohort`, form)];
    await killBoth();
    answers.push(faculty.post(`${faculty.base}/cohort`, form));
    for (const answer of await Promise.all(answers)) expect(answer.statusCode).to.be.oneOf([303, 503]);
    await bringBack();
    const { rows: [before] } = await test.sql.query(`select (select count(*) from cohort where name = 'Autumn 2026')::int as cohorts, (select count(*) from context where context_id = 'course-autumn' and cohort_id is not null)::int as courses`);
    expect(before.cohorts).to.equal(before.courses);
    expect((await faculty.post(`${faculty.base}/cohort`, form)).statusCode).to.equal(303);
    expect((await test.sql.query(`select id from cohort where name = 'Autumn 2026'`)).rows).to.have.length(1);
  });

  it('one that hangs instead of answering is 503 too, and its return is noticed', async () => {
    const { rows } = await test.sql.query<{ pid: number }>('select pid from pg_stat_activity where datname = current_database()');
    const frozen = [postmaster(), ...rows.map(({ pid }) => pid)];
    for (const pid of frozen) process.kill(pid, 'SIGSTOP');
    try {
      expect((await learner.get(`${learner.base}/weeks/1`)).statusCode).to.equal(503);
      expect((await test.app.inject('/healthz')).statusCode).to.equal(200);
    } finally {
      for (const pid of frozen) process.kill(pid, 'SIGCONT');
    }
    expect((await learner.get(`${learner.base}/weeks/1`)).statusCode).to.equal(200);
  });
});

describe('the server as a process', function () {
  this.timeout(90_000);
  const dataDir = newDataDir();
  const running: ServerProcess[] = [];
  const run = (env: Record<string, string>, folder?: string) => {
    const server = startServer(env, folder);
    running.push(server);
    return server;
  };
  afterEach(async () => {
    for (const { child, ended } of running.splice(0)) {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await ended;
    }
  });
  after(async () => {
    // A server that was killed leaves its database running: take it over, then end it.
    await (await startEmbeddedPostgres({ dataDir, log: () => {} })).stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('starts, serves, and at SIGTERM ends in order with its database', async () => {
    const server = run({ DATA_DIR: dataDir });
    const address = await server.address;
    expect((await fetch(`${address}/readyz`)).status).to.equal(200);
    server.child.kill('SIGTERM');
    expect(await server.ended).to.deep.equal({ code: 0, signal: null });
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid')), 'PostgreSQL has ended too').to.equal(false);
    expect(server.complaint()).to.equal('');
  });

  it('ends in order with its database at a Ctrl-C too, which npm passes on once more', async () => {
    const server = run({ DATA_DIR: dataDir });
    await server.address;
    server.child.kill('SIGINT');
    await sleep(20);
    server.child.kill('SIGINT');
    server.child.kill('SIGTERM');
    expect(await server.ended).to.deep.equal({ code: 0, signal: null });
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid')), 'PostgreSQL has ended too').to.equal(false);
    expect(server.output()).to.not.contain('second');
  });

  it('ends at once at a second Ctrl-C of somebody who will not wait', async () => {
    const server = run({ DATABASE_URL: testDatabaseUrl(), DATA_DIR: dataDir });
    const { hostname, port } = new URL(await server.address);
    // A body that never comes keeps it from ending.
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {}).write('POST /lti/launch HTTP/1.1\r\nhost: a\r\ncontent-type: application/x-www-form-urlencoded\r\ncontent-length: 100\r\n\r\nstate=');
    await sleep(300);
    server.child.kill('SIGINT');
    await sleep(2_300);
    server.child.kill('SIGINT');
    // On a busy machine the first was heard late, and this one may still be the same stop.
    const pressing = setInterval(() => server.child.kill('SIGINT'), 1_000);
    expect((await server.ended).code).to.equal(1);
    clearInterval(pressing);
    expect(server.output()).to.contain('second SIGINT');
    socket.destroy();
  });

  it('ends at SIGTERM although a browser keeps its connection open', async () => {
    const server = run({ DATABASE_URL: testDatabaseUrl(), DATA_DIR: dataDir });
    const address = await server.address;
    await (await fetch(address, { headers: { connection: 'keep-alive' } })).text();
    server.child.kill('SIGTERM');
    expect(await server.ended).to.deep.equal({ code: 0, signal: null });
  });

  it('brings its database back when that was killed, and goes on without a restart of its own', async () => {
    const server = run({ DATA_DIR: dataDir });
    const browser = browserOf(await server.address);
    const ready = async (status: number) => {
      while ((await browser.get('/readyz')).status !== status) await new Promise((resolve) => setTimeout(resolve, 50));
    };
    const link = await inDatabaseOf(dataDir, (sql, now) => makeAdministratorLink(sql, { email: 'ada@example.org', organisationId: null }, now));
    const { location } = await browser.get(`/sign-in/${link}`);
    expect((await browser.get(location)).status).to.equal(200);

    const putBack = breakCluster(join(dataDir, 'postgres'));
    process.kill(postmasterOn(join(dataDir, 'postgres')), 'SIGKILL');
    await ready(503);
    expect((await browser.get('/healthz')).status).to.equal(200);
    const apology = await browser.get(location);
    expect(apology.status).to.equal(503);
    expect(apology.body).to.contain('Coachline cannot reach its records just now');
    putBack();
    await ready(200);
    expect((await browser.get(location)).status, 'still signed in').to.equal(200);
    server.child.kill('SIGTERM');
    expect(await server.ended).to.deep.equal({ code: 0, signal: null });
    expect(server.output()).to.match(/The embedded PostgreSQL ended unexpectedly \(SIGKILL\)/).and.contain('The embedded PostgreSQL runs again.');
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid')), 'PostgreSQL has ended too').to.equal(false);
  });

  it('refuses a second server on the same data folder with one line, and the first goes on', async () => {
    const first = run({ DATA_DIR: dataDir });
    const address = await first.address;
    const second = run({ DATA_DIR: dataDir });
    expect((await second.ended).code).to.equal(1);
    expect(second.complaint()).to.match(/^Another Coachline already runs on [^\n]+\n$/);
    expect((await fetch(`${address}/readyz`)).status).to.equal(200);
    first.child.kill('SIGTERM');
    await first.ended;
  });

  it('says that its port is taken in one line, and leaves no process behind', async () => {
    const stranger = createServer().listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    const port = String((stranger.address() as AddressInfo).port);
    const own: Record<string, string> = { DATA_DIR: dataDir };
    for (const env of [{ ...own, DATABASE_URL: testDatabaseUrl() }, own]) {
      const server = run({ ...env, PORT: port });
      expect((await server.ended).code).to.equal(1);
      expect(server.complaint()).to.match(/^[^\n]+\n$/).and.contain(port).and.match(/taken/);
    }
    expect(existsSync(join(dataDir, 'postgres/postmaster.pid')), 'PostgreSQL has ended too').to.equal(false);
    stranger.close();
  });

  it('is there again after kill -9, with its data, its sign-ins and its secrets', async () => {
    const first = run({ DATA_DIR: dataDir });
    const browser = browserOf(await first.address);
    const link = await inDatabaseOf(dataDir, (sql, now) => makeAdministratorLink(sql, { email: 'ada@example.org', organisationId: null }, now));
    const { location } = await browser.get(`/sign-in/${link}`);
    expect((await browser.get(location)).status).to.equal(200);
    const keys = await (await fetch(`${await first.address}/lti/jwks`)).text();
    first.child.kill('SIGKILL');
    await first.ended;

    const second = run({ DATA_DIR: dataDir });
    const again = browserOf(await second.address);
    for (const [name, value] of browser.cookies) again.cookies.set(name, value);
    expect((await again.get(location)).status).to.equal(200);
    expect(await (await fetch(`${await second.address}/lti/jwks`)).text()).to.equal(keys);
    second.child.kill('SIGTERM');
    expect((await second.ended).code).to.equal(0);
  });

  const wrongEnvironments: [what: string, env: Record<string, string>, words: RegExp][] = [
    ['a port that is none', { PORT: '70000' }, /PORT must be/],
    ['several wrong values', { PORT: 'x', JOBS: 'maybe', LOG_LEVEL: 'loud' }, /PORT must be.*JOBS must be.*LOG_LEVEL must be/],
    ['a database that is not there', { DATABASE_URL: 'postgresql://nobody:not-for-logs@127.0.0.1:1/x' }, /database/],
    ['a host that does not exist', { DATABASE_URL: 'postgresql://nobody:not-for-logs@no-such-host.invalid/x' }, /database/],
    ['a host that is not this machine’s', { HOST: '192.0.2.1' }, /set HOST and PORT/],
    ['a host name that does not exist', { HOST: 'no-such-host.invalid' }, /set HOST and PORT/],
  ];
  for (const [what, env, words] of wrongEnvironments) {
    it(`says ${what} in one line, without the password`, async () => {
      const server = run({ DATA_DIR: dataDir, ...(!('DATABASE_URL' in env) && { DATABASE_URL: testDatabaseUrl() }), ...env });
      expect((await server.ended).code).to.equal(1);
      expect(server.complaint()).to.match(/^[^\n]+\n$/).and.match(words);
      expect(server.output()).not.to.contain('not-for-logs');
    });
  }

  it('does not start with another SECRET_KEY than its keys were sealed with, nor with an empty one in its data folder', async () => {
    const first = run({ DATA_DIR: dataDir });
    await first.address;
    first.child.kill('SIGTERM');
    await first.ended;
    const another = run({ DATA_DIR: dataDir, SECRET_KEY: 'z'.repeat(40) });
    expect((await another.ended).code).to.equal(1);
    expect(another.complaint()).to.match(/^Coachline cannot start: SECRET_KEY [^\n]+\n$/);
    const file = join(dataDir, 'secret-key');
    const kept = readFileSync(file, 'utf8');
    writeFileSync(file, '');
    const empty = run({ DATA_DIR: dataDir });
    expect((await empty.ended).code).to.equal(1);
    expect(empty.complaint()).to.match(/^Coachline cannot start: the file secret-key [^\n]+\n$/);
    writeFileSync(file, kept);
  });

  it('says a wrong database password in one line, without the password', async function () {
    if (process.env['DATABASE_URL']) this.skip();   // another server may trust everybody
    const address = new URL(testDatabaseUrl());
    address.password = 'not-for-logs';
    const server = run({ DATA_DIR: dataDir, DATABASE_URL: address.href });
    expect((await server.ended).code).to.equal(1);
    expect(server.complaint()).to.match(/^[^\n]+\n$/).and.match(/DATABASE_URL/);
    expect(server.output()).not.to.contain('not-for-logs');
  });

  it('says that the database does not exist in one line', async () => {
    const address = new URL(testDatabaseUrl());
    address.pathname = '/no_such_database';
    const server = run({ DATA_DIR: dataDir, DATABASE_URL: address.href });
    expect((await server.ended).code).to.equal(1);
    expect(server.complaint()).to.match(/^[^\n]+\n$/).and.match(/no_such_database/);
  });

  it('does not start on broken content, and names file and line', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'coachline-broken-'));
    try {
      for (const part of ['server', 'views', 'migrations', 'content', 'package.json']) cpSync(join(root, part), join(folder, part), { recursive: true });
      symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
      const file = join(folder, 'content/improvement-coach/programme.yaml');
      const lines = readFileSync(file, 'utf8').split('\n');
      const line = lines.findIndex((text) => text.includes('kind: virtual'));
      lines[line] = (lines[line] ?? '').replace('virtual', 'vitrual');
      writeFileSync(file, lines.join('\n'));
      const server = run({ DATABASE_URL: testDatabaseUrl(), DATA_DIR: dataDir }, folder);
      expect((await server.ended).code).to.equal(1);
      expect(server.complaint()).to.contain(`content/improvement-coach/programme.yaml:${line + 1}`).and.not.contain('    at ');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('writes no secret to its log, however much it logs', async () => {
    const lms = await servePlatform();
    try {
      const server = run({ DATA_DIR: dataDir, LOG_LEVEL: 'trace', METRICS_TOKEN: 'metrics-token-0123456789' });
      const address = await server.address;
      const secrets = new Map<string, string>([['metrics token', 'metrics-token-0123456789']]);
      await inDatabaseOf(dataDir, (sql, now) => register(sql, lms.platform, now));

      // A launch as most browsers make it, then once more with the spent message.
      const learner = browserOf(address);
      const message = await login(learner, {}, secrets);
      const landed = await learner.post('/lti/launch', message);
      expect(landed.status).to.equal(303);
      await learner.get(landed.location);
      expect((await learner.post('/lti/launch', message)).status).to.equal(409);
      for (const [name, value] of learner.cookies) secrets.set(name, value);
      // In another browser, with a broken token, with an error, with too much.
      const stolen = await login(browserOf(address), {}, secrets);
      expect((await browserOf(address).post('/lti/launch', stolen)).status).to.equal(401);
      const broken = browserOf(address);
      const brokenMessage = await login(broken, {}, secrets);
      expect((await broken.post('/lti/launch', { ...brokenMessage, id_token: `${brokenMessage.id_token}x` })).status).to.be.within(400, 499);
      expect((await broken.post('/lti/launch', { ...brokenMessage, padding: 'x'.repeat(300_000) })).status).to.equal(413);
      expect((await broken.post('/lti/launch', { state: brokenMessage.state, error: 'login_required', error_description: 'words-of-the-platform' })).status).to.equal(400);
      expect((await broken.get(`/lti/launch?id_token=${brokenMessage.id_token}&state=${brokenMessage.state}`)).status).to.equal(405);

      // By platform storage, with a ticket for a window.
      const framed = browserOf(address);
      const stored = await login(framed, { storageTarget: '_parent' }, secrets, { 'sec-fetch-dest': 'iframe' });
      framed.cookies.clear();
      expect((await framed.post('/lti/launch', stored)).body).to.contain('data-secret');
      const arrival = await framed.post('/lti/launch', { ...stored, storage_secret: secrets.get('storage secret') ?? '' });
      expect(arrival.status).to.equal(303);
      secrets.set('ticket', new URL(arrival.location, address).searchParams.get('ticket') ?? '');
      framed.cookies.clear();
      expect((await framed.get(arrival.location)).status).to.equal(200);
      const inWindow = await framed.get(arrival.location.replace('/lti/arrival/', '/lti/window/'));
      expect(inWindow.status).to.equal(303);
      for (const [name, value] of framed.cookies) secrets.set(`${name} of the window`, value);

      // An administrator's link: good, spent, and in an address that does not exist.
      const token = await inDatabaseOf(dataDir, (sql, now) => makeAdministratorLink(sql, { email: 'ada@example.org', organisationId: null }, now));
      secrets.set('link token', token);
      const ada = browserOf(address);
      expect((await ada.get(`/sign-in/${token}`)).status).to.equal(303);
      expect((await ada.get(`/sign-in/${token}`)).status).to.equal(401);
      expect((await ada.get(`/sign-in/${token}/and/more`)).status).to.equal(404);
      expect((await ada.get(`/sign-in/${token}%`)).status).to.be.within(400, 404);
      for (const [name, value] of ada.cookies) secrets.set(`${name} of the administrator`, value);
      await fetch(`${address}/metrics`, { headers: { authorization: 'Bearer metrics-token-0123456789' } });

      // And what the database and the keys are kept with.
      secrets.set('database password', String(JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')).password));
      server.child.kill('SIGTERM');
      await server.ended;

      const output = server.output();
      expect(output).to.contain('/lti/launch').and.contain('/sign-in/:token');
      for (const [name, secret] of secrets) {
        expect(secret.length, name).to.be.at.least(16);
        expect(output.includes(secret), `${name} in ${output.split('\n').find((text) => text.includes(secret))}`).to.equal(false);
      }
    } finally {
      lms.close();
    }

    /** Login up to the signed message; adds what is secret about it. */
    async function login(browser: ReturnType<typeof browserOf>, choice: { storageTarget?: string }, secrets: Map<string, string>, headers: Record<string, string> = {}) {
      const answer = await browser.get(`/lti/login?${new URLSearchParams(lms.platform.launchParameters(choice)).toString()}`, headers);
      const html = answer.body.replaceAll('&quot;', '"').replaceAll('&amp;', '&');
      const request = new URL(answer.location || (/https?:\/\/[^"'\s]*response_type=[^"'\s]*/.exec(html)?.[0] ?? '')).searchParams;
      const message = lms.platform.authenticate(request);
      if (message.outcome !== 'id-token') throw new Error(JSON.stringify(message));
      const place = secrets.size;
      secrets.set(`state ${place}`, request.get('state') ?? '').set(`nonce ${place}`, request.get('nonce') ?? '').set(`token ${place}`, message.idToken).set(`signature ${place}`, message.idToken.split('.')[2] ?? '');
      for (const [name, value] of browser.cookies) secrets.set(name, value);
      if (choice.storageTarget) secrets.set('storage secret', /"value":"([\w-]+)"/.exec(html)?.[1] ?? '');
      return { state: message.state, id_token: message.idToken };
    }
  });
});

/** Work in the database of a server that runs. */
async function inDatabaseOf<T>(dataDir: string, work: (sql: Awaited<ReturnType<typeof sqlPool>>, now: Temporal.Instant) => Promise<T>): Promise<T> {
  const joined = await joinEmbeddedPostgres({ dataDir });
  if (!joined) throw new Error('no server runs');
  const orm = openOrm(joined.url, { poolSize: 1 });
  try {
    return await work(await sqlPool(orm), Temporal.Now.instant());
  } finally {
    await orm.close();
  }
}

/** The practice platform with its keys on a port, by the real clock. */
async function servePlatform(): Promise<{ platform: Platform; close: () => void }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(platform.jwks()));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const platform = await createPlatform({ issuer: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, tools: [toolAt(childPublicUrl)] });
  return { platform, close: () => { server.closeAllConnections(); server.close(); } };
}
