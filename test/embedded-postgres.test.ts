import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { joinEmbeddedPostgres, joinOrStartEmbeddedPostgres, startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from '../server/embedded-postgres.ts';
import { breakCluster, endChild, postmasterOn, startOwner } from './support/embedded-owner.ts';

describe('embedded PostgreSQL', function () {
  this.timeout(20_000);

  const root = process.getuid?.() === 0;
  const folders: string[] = [];
  const running: EmbeddedPostgres[] = [];
  const children: ChildProcess[] = [];
  let lines: string[] = [];

  const newFolder = () => {
    const folder = mkdtempSync(join(tmpdir(), 'coachline-postgres-'));
    folders.push(folder);
    return folder;
  };
  const start = async (dataDir: string, more: Partial<EmbeddedPostgresOptions> = {}) => {
    const database = await startEmbeddedPostgres({ dataDir, durable: false, log: (line) => lines.push(line), ...more });
    running.push(database);
    return database;
  };
  const stopAll = async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await Promise.all(running.splice(0).map((database) => database.stop()));
  };

  afterEach(async () => {
    await stopAll();
    lines = [];
  });
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  describe('on one data folder', () => {
    let dataDir: string;
    before(() => { dataDir = join(newFolder(), 'data'); });

    it('starts in a folder that does not exist yet, with a UTF-8 database of its own', async () => {
      const { url } = await start(dataDir);
      const [row] = await ask(url, `select current_database() as name, current_setting('server_encoding') as encoding,
        current_setting('server_version_num')::int >= 180000 as modern`);
      expect(row).to.deep.equal({ name: 'coachline', encoding: 'UTF8', modern: true });
      await ask(url, `create table note as select 'kept' as word`);
    });

    it('starts a second time with the data, the password and the port of the first, in under two seconds', async () => {
      const before = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8'));
      const started = performance.now();
      const { url } = await start(dataDir);
      expect(performance.now() - started).to.be.below(2000);
      expect(new URL(url).port).to.equal(String(before.port));
      expect(new URL(url).password).to.equal(before.password);
      expect(await ask(url, 'select word from note')).to.deep.equal([{ word: 'kept' }]);
    });

    it('takes another port when somebody else has that of last time', async () => {
      const { port } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8'));
      const stranger = await listen(port);
      try {
        const { url } = await start(dataDir);
        expect(new URL(url).port).to.not.equal(String(port));
        expect(await ask(url, 'select word from note')).to.have.length(1);
      } finally {
        stranger.close();
      }
    });

    it('refuses a second owner with one line that names the first', async () => {
      await start(dataDir);
      const refusal = await start(dataDir).then(() => '', (error: Error) => error.message);
      expect(refusal).to.match(/^Another Coachline already runs on \S+ \(process \d+, since .+\)\. Stop it first, or give this one its own DATA_DIR\.$/);
      expect(refusal).to.contain(`process ${process.pid}`);
      expect(await own(dataDir).complaint).to.contain('Another Coachline already runs on');
    });

    it('names a command as what it is', async () => {
      await start(dataDir, { role: 'command' });
      expect(await start(dataDir).then(() => '', (error: Error) => error.message)).to.match(/^A Coachline command is at work on /);
    });

    it('lets others join the running one, and tells when none runs', async () => {
      expect(await joinEmbeddedPostgres({ dataDir })).to.equal(null);
      const { url, stop } = await start(dataDir);
      expect(await joinEmbeddedPostgres({ dataDir })).to.deep.equal({ url, role: 'server' });
      await stop();
      expect(await joinEmbeddedPostgres({ dataDir })).to.equal(null);
      expect(await joinEmbeddedPostgres({ dataDir: join(dataDir, 'nowhere') })).to.equal(null);
    });

    it('lets one who joins early wait until the owner is ready', async () => {
      const starting = start(dataDir);
      const joined = joinEmbeddedPostgres({ dataDir });
      expect((await joined)?.url).to.equal((await starting).url);
    });

    it('serves commands that begin at once from one database, and ends it after the last', async () => {
      const options = { dataDir, durable: false, log: () => {} };
      const commands = await Promise.all([1, 2, 3].map(() => joinOrStartEmbeddedPostgres(options)));
      expect(new Set(commands.map(({ url }) => url)).size).to.equal(1);
      const slow = ask(commands[0]!.url, 'select pg_sleep(0.5), 1 as done');
      await new Promise((resolve) => setTimeout(resolve, 100));
      await Promise.all(commands.map(({ stop }) => stop()));
      expect((await slow)[0]).to.include({ done: 1 });
      expect(await joinEmbeddedPostgres({ dataDir })).to.equal(null);
    });

    it('recovers, with the data, when the owner was killed and its PostgreSQL lives on', async () => {
      const owner = own(dataDir);
      const url = await owner.ready;
      await ask(url, `insert into note values ('committed')`);
      await endChild(owner.child, 'SIGKILL');
      expect(await joinEmbeddedPostgres({ dataDir }), 'the folder is free at once').to.equal(null);
      expect(await ask(url, 'select 1 as alive'), 'an orphan').to.deep.equal([{ alive: 1 }]);

      const { url: next } = await start(dataDir);
      expect(lines).to.deep.equal(['The last run did not end in order; stopping the database it left behind.']);
      expect(await ask(next, 'select word from note order by word')).to.deep.equal([{ word: 'committed' }, { word: 'kept' }]);
    });

    it('recovers when PostgreSQL was killed too, with work under way', async () => {
      const owner = own(dataDir);
      const url = await owner.ready;
      const busy = ask(url, 'select pg_sleep(60)').catch(() => {});
      await ask(url, `insert into note values ('before the crash')`);
      const pid = postmasterOn(join(dataDir, 'postgres'));
      await endChild(owner.child, 'SIGKILL');
      process.kill(pid, 'SIGKILL');

      const { url: next } = await start(dataDir);
      expect(await ask(next, 'select word from note')).to.have.length(3);
      await busy;
    });

    it('is not misled by a process that has the number of its dead PostgreSQL now', async () => {
      const owner = own(dataDir);
      await owner.ready;
      const pid = postmasterOn(join(dataDir, 'postgres'));
      const file = join(dataDir, 'postgres', 'postmaster.pid');
      const text = readFileSync(file, 'utf8');
      await endChild(owner.child, 'SIGKILL');
      process.kill(pid, 'SIGKILL');
      const stranger = spawn('sleep', ['60']);
      children.push(stranger);
      writeFileSync(file, text.replace(/^\d+/, String(stranger.pid)));

      const { url } = await start(dataDir);
      expect(await ask(url, 'select word from note')).to.have.length(3);
      expect(stranger.exitCode ?? stranger.signalCode, 'the stranger is left alone').to.equal(null);
    });

    it('listens on the loopback address only, and on no socket file', async () => {
      const { url } = await start(dataDir);
      const port = Number(new URL(url).port);
      expect(await accepts('127.0.0.1', port)).to.equal(true);
      const others = Object.values(networkInterfaces()).flat().filter((one) => one && !one.internal && one.family === 'IPv4');
      for (const one of others) expect(await accepts(one!.address, port), one!.address).to.equal(false);
      const rows = await ask(url, `select name, setting from pg_settings where name in ('listen_addresses', 'unix_socket_directories') order by name`);
      expect(rows.map(({ setting }) => setting)).to.deep.equal(['127.0.0.1', '']);
    });

    it('lets nobody in without the password, and keeps that for its owner', async () => {
      const { url } = await start(dataDir);
      for (const password of ['', 'wrong']) {
        const address = new URL(url);
        address.password = password;
        const message = await ask(address.href, 'select 1').then(() => 'let in', (error: Error) => error.message);
        expect(message).to.match(/password/);
      }
      const [row] = await ask(url, `select rolpassword like 'SCRAM-SHA-256$%' as scram from pg_authid where rolname = 'coachline'`);
      expect(row).to.deep.equal({ scram: true });
      for (const file of ['postgres.json', 'owner.json', 'owner.lock', 'postgres.log']) {
        expect(statSync(join(dataDir, file)).mode & 0o777, file).to.equal(0o600);
      }
      expect(statSync(dataDir).mode & 0o777).to.equal(0o700);
    });

    it('keeps what is committed, unless tests ask otherwise', async () => {
      const { url } = await start(dataDir, { durable: true });
      const rows = await ask(url, `select setting from pg_settings where name in ('fsync', 'full_page_writes', 'synchronous_commit')`);
      expect(rows.map(({ setting }) => setting)).to.deep.equal(['on', 'on', 'on']);
    });

    it('starts PostgreSQL again when it is killed, and once more: same address, same data, one line each time', async () => {
      const { url } = await start(dataDir);
      await killAndAwait(url, join(dataDir, 'postgres'));
      expect(lines).to.have.length(2);
      await killAndAwait(url, join(dataDir, 'postgres'));
      expect(lines[0], 'not at once again').to.match(/Starting it again in 1 s\.$/);
      expect(await joinEmbeddedPostgres({ dataDir })).to.deep.equal({ url, role: 'server' });
    });

    it('starts it again when it ended in order, by a hand from outside', async () => {
      const { url } = await start(dataDir);
      process.kill(postmasterOn(join(dataDir, 'postgres')), 'SIGINT');
      await told(/runs again/);
      expect(lines[0]).to.match(/ended unexpectedly \(0\)/);
      expect(await ask(url, 'select word from note')).to.have.length(3);
    });

    it('is not held up by a backend that computes on after PostgreSQL was killed', async function () {
      if (process.platform !== 'linux') this.skip();   // elsewhere it waits for that one
      const { url } = await start(dataDir);
      const busy = ask(url, 'do $$ begin loop end loop; end $$').catch(() => 'gone');
      while (!(await ask(url, `select from pg_stat_activity where state = 'active' and query like 'do %'`)).length) await sleep(20);
      await killAndAwait(url, join(dataDir, 'postgres'));
      expect(await busy).to.equal('gone');
    });

    it('tries again and again while it cannot start, and who joins meanwhile waits', async () => {
      const { url } = await start(dataDir);
      const putBack = breakCluster(join(dataDir, 'postgres'));
      process.kill(postmasterOn(join(dataDir, 'postgres')), 'SIGKILL');
      await told(/Starting it again in 2 s\.$/);
      putBack();
      expect((await joinEmbeddedPostgres({ dataDir }))?.url).to.equal(url);
      await told(/runs again/);
      const waits = lines.map((line) => /Starting it again(?: in \d+ s)?\.$/.exec(line)?.[0]).slice(0, 3);
      expect(waits).to.deep.equal(['Starting it again.', 'Starting it again in 1 s.', 'Starting it again in 2 s.']);
      expect(lines[1]).to.match(/^The embedded PostgreSQL did not start: /);
      for (const line of lines) expect(line).to.not.contain('\n');
      expect(await ask(url, 'select word from note')).to.have.length(3);
    });

    it('keeps to its port, also while somebody else has that', async () => {
      const { url } = await start(dataDir);
      const putBack = breakCluster(join(dataDir, 'postgres'));
      process.kill(postmasterOn(join(dataDir, 'postgres')), 'SIGKILL');
      await told(/Starting it again in 1 s\.$/);
      const stranger = await listen(Number(new URL(url).port));
      putBack();
      await told(/TCP\/IP sockets.+Starting it again in 2 s\.$/);
      stranger.close();
      await told(/runs again/);
      expect(await ask(url, 'select word from note')).to.have.length(3);
    });

    it('tells who joins that the database does not answer, when it stays away; and stops at once', async () => {
      const { stop } = await start(dataDir);
      const putBack = breakCluster(join(dataDir, 'postgres'));
      process.kill(postmasterOn(join(dataDir, 'postgres')), 'SIGKILL');
      await told(/ended unexpectedly/);
      const refusal = await joinEmbeddedPostgres({ dataDir }).then(() => '', (error: Error) => error.message);
      await stop();
      putBack();
      expect(refusal).to.match(/^Coachline runs on \S+, but its database does not answer\. It is started again by itself/);
      expect(await joinEmbeddedPostgres({ dataDir })).to.equal(null);
    });

    for (const pause of [0, 10, 40, 120, 300]) {
      it(`leaves no process when it is stopped ${pause} ms after PostgreSQL was killed`, async () => {
        const { url, stop } = await start(dataDir);
        process.kill(postmasterOn(join(dataDir, 'postgres')), 'SIGKILL');
        await sleep(pause);
        await Promise.all([stop(), stop()]);
        const told = lines.length;
        expect(await joinEmbeddedPostgres({ dataDir })).to.equal(null);
        await sleep(200);
        expect(await accepts('127.0.0.1', Number(new URL(url).port))).to.equal(false);
        expect(processesOn(join(dataDir, 'postgres'))).to.deep.equal([]);
        expect(lines.slice(told), 'and says no more').to.deep.equal([]);
      });
    }

    it('says what is missing when the password is gone, or its file is empty', async () => {
      const file = join(dataDir, 'postgres.json');
      const text = readFileSync(file, 'utf8');
      rmSync(file);
      expect(await start(dataDir).then(() => '', (error: Error) => error.message)).to.match(/postgres\.json is missing/);
      writeFileSync(file, '');
      expect(await start(dataDir).then(() => '', (error: Error) => error.message)).to.match(/postgres\.json cannot be read/);
      writeFileSync(file, text);
    });
  });

  describe('started by root', () => {
    before(function () { if (!root) this.skip(); });

    it('works in a folder that only root may enter, and changes no owner there', async function () {
      const folder = newFolder();
      chmodSync(folder, 0o700);
      const dataDir = join(folder, 'data');
      const { url } = await start(dataDir);
      if (lines.length) this.skip();   // this machine refuses user namespaces; the next test is for such
      expect(statSync(join(dataDir, 'postgres')).uid).to.equal(0);
      expect(statSync(dataDir).mode & 0o777).to.equal(0o700);
      await killAndAwait(url, join(dataDir, 'postgres'));
      expect(statSync(join(dataDir, 'postgres')).uid).to.equal(0);
    });

    it('moves to a folder of its own where user namespaces are refused, says so, and finds its data again', async () => {
      const dataDir = join(newFolder(), 'data');
      const away = newFolder();
      const rootFallback = { folder: away, withoutNamespaces: true };
      const { url, stop } = await start(dataDir, { rootFallback });
      expect(lines).to.have.length(1);
      expect(lines[0]).to.match(/^Running as root, .+ so PostgreSQL runs as \w+, its data in /);
      expect(lines[0]).to.contain(away);
      expect(existsSync(join(dataDir, 'postgres'))).to.equal(false);
      await ask(url, `create table note as select 'kept' as word`);
      const [home = ''] = readdirSync(away).filter((name) => existsSync(join(away, name, 'postgres')));
      await killAndAwait(url, join(away, home, 'postgres'));
      await stop();

      const again = await start(dataDir, { rootFallback: { folder: away } });
      expect(await ask(again.url, 'select word from note')).to.deep.equal([{ word: 'kept' }]);
    });

    it('runs as nobody in place where that account may enter the folder', async () => {
      const folder = newFolder();
      chmodSync(folder, 0o755);
      const { url } = await start(folder, { rootFallback: { folder: newFolder(), withoutNamespaces: true } });
      expect(lines[0]).to.contain(`its data in ${join(folder, 'postgres')}`);
      await killAndAwait(url, join(folder, 'postgres'));
      expect(statSync(join(folder, 'postgres')).uid).to.not.equal(0);
    });
  });

  /** An owner in a process of its own, that a test may kill. */
  function own(dataDir: string) {
    const owner = startOwner(dataDir);
    children.push(owner.child);
    return owner;
  }

  /** Waits until a line for the operator is there. */
  async function told(line: RegExp): Promise<void> {
    while (!lines.some((one) => line.test(one))) await sleep(20);
  }

  /** Kills PostgreSQL alone and waits until it answers again, at the same address and to the same owner. */
  async function killAndAwait(url: string, cluster: string): Promise<void> {
    await ask(url, 'create table if not exists before_the_kill (word text)');
    await ask(url, `insert into before_the_kill values ('kept')`);
    await ask(url, 'checkpoint');   // without durability a kill costs what was written last
    const first = postmasterOn(cluster);
    lines = [];
    process.kill(first, 'SIGKILL');
    await told(/^The embedded PostgreSQL runs again\.$/);
    expect(postmasterOn(cluster)).to.not.equal(first);
    expect((await ask(url, 'select word from before_the_kill')).at(-1)).to.deep.equal({ word: 'kept' });
    expect(lines[0]).to.match(/^The embedded PostgreSQL ended unexpectedly \(SIGKILL\); see \S+postgres\.log\. Starting it again\b/);
  }
});

async function ask(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});   // the server goes away on purpose in some tests
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Whether any process of a PostgreSQL works on this folder. Linux alone can tell. */
function processesOn(cluster: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').filter((name) => {
    try {
      return /^\d+$/.test(name) && readlinkSync(`/proc/${name}/cwd`) === cluster;
    } catch {
      return false;
    }
  });
}

async function listen(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    socket.once('connect', () => { socket.destroy(); resolve(true); });
    socket.once('error', () => resolve(false));
  });
}
