// Real processes, killed while they send: no mail goes twice, and none is lost that is not shown as not known.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startMailServer } from '../../scripts/practice-mail-server.ts';
import type { MailServer } from '../../scripts/practice-mail-server.ts';
import { testSecretKey } from '../support/app.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { newDataDir, startServer } from '../support/server-process.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { openOffice } from './office.ts';
import type { Office } from './office.ts';

const mails = 60;

describe('mail while the server is killed', function () {
  this.timeout(120_000);
  let office: Office;
  let dataDir: string;
  before(async () => {
    office = await openOffice({ realTime: true });
    dataDir = newDataDir();
  });
  after(async () => {
    await office.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('in the middle: none goes twice, and one whose end nobody saw is not sent again by itself', async () => {
    const { sql } = office;
    const secret = 'hush-hush-hush';
    const server = await startMailServer({ login: { user: 'coach', password: secret } });
    const running: ServerProcess[] = [];
    try {
      await killAndGoOn(sql, server, running, secret);
    } finally {
      for (const { child } of running) child.kill('SIGKILL');   // those that a failure left
      await Promise.all(running.map(({ ended }) => ended));
      await server.close();
    }
  });

  async function killAndGoOn(sql: Office['sql'], server: MailServer, running: ServerProcess[], secret: string): Promise<void> {
    const people = await office.addLearners(mails);
    // Whatever the time of day is when this runs.
    await sql.query(`insert into mail_preference (person_id, quiet_from, quiet_until, pace, off, changed_at) select id, 0, 0, 'each', '{}', now() from person`);
    const ids = await office.queue(people);
    expect(ids).to.have.length(mails);

    const environment = { DATABASE_URL: testDatabaseUrl(), DATA_DIR: dataDir, SECRET_KEY: testSecretKey, LOG_LEVEL: 'info', SMTP_URL: server.url, MAIL_FROM: 'coachline@example.org' };
    server.behaviour = 'slow';
    const killed = startServer(environment);
    running.push(killed);
    await waitFor(() => server.arrivals.length >= mails / 3);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(server.arrivals.length).to.be.lessThan(mails);

    const last = startServer(environment);
    running.push(last);
    await waitFor(async () => (await sql.query(`select 1 from mail where state = 'waiting' limit 1`)).rowCount === 0);
    await waitFor(async () => (await sql.query(`select 1 from mail where state = 'handed-over' and handed_over_at > now() - interval '2 seconds' limit 1`)).rowCount === 0);
    last.child.kill('SIGTERM');
    await last.ended;
    const arrived = server.arrivals.map(({ messageId }) => messageId);
    expect(arrived, 'none twice').to.have.length(new Set(arrived).size);
    const { rows } = await sql.query<{ state: string; message_id: string }>('select state, message_id from mail where id = any($1)', [ids]);
    const sent = rows.filter(({ state }) => state === 'sent').map(({ message_id }) => message_id);
    const unknown = rows.filter(({ state }) => state === 'handed-over');
    expect(sent.length + unknown.length, 'nothing else').to.equal(mails);
    expect(unknown.length, 'at most what was under way').to.be.at.most(8);
    expect(new Set(arrived)).to.include.all.keys(sent);
    const output = killed.output() + last.output();
    expect(output).not.to.contain('part of a job failed');
    expect(output, 'no password and no token in a log').not.to.contain(secret).and.not.to.match(/mail\/(open|unsubscription)\/[\w-]{20}/);
  }
});

async function waitFor(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += 50) {
    if (waited > 60_000) throw new Error('waited for a minute');
    await sleep(50);
  }
}
