// What a browser was told is saved is in the database, however the server ends.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestApp, testSecretKey } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { signIn, startCohort } from '../support/browser-session.ts';
import type { SignedIn } from '../support/browser-session.ts';
import { testDatabaseUrl } from '../support/database.ts';
import { newDataDir, startServer } from '../support/server-process.ts';
import { cookieOf } from './coaching-plans-support.ts';

const rounds = 20;
const fields = ['first-goal', 'second-goal', 'further-goals'];

describe('a coaching plan while the server is killed', function () {
  this.timeout(300_000);   // about twenty seconds where nothing else runs
  let test: TestApp;
  let learner: SignedIn;
  let dataDir: string;
  before(async () => {
    test = await startTestApp({ now: String(Temporal.Now.instant()) });
    await startCohort(test, { startsOn: String(Temporal.Now.plainDateISO()) });
    learner = await signIn(test, { link: 'week-1' });
    dataDir = newDataDir();
  });
  after(async () => {
    await test.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it('twenty times in the midst of saving: everything that was acknowledged is there', async () => {
    const start = () => startServer({ DATABASE_URL: testDatabaseUrl(), DATA_DIR: dataDir, SECRET_KEY: testSecretKey, JOBS: 'off' });
    /** By field: the newest that was acknowledged, and the texts that nobody has heard of since. */
    const acknowledged = new Map<string, { version: number; text: string }>();
    const sent = new Map<string, string[]>(fields.map((field) => [field, []]));
    const acknowledge = (field: string, version: number, text: string) => {
      acknowledged.set(field, { version, text });
      sent.set(field, []);
      count.heard += 1;
    };
    const count = { sent: 0, heard: 0 };
    let following = start();
    for (let round = 0; round < rounds; round += 1) {
      const server = following;
      const address = await server.address;
      if (round < rounds - 1) following = start();   // while this one is at work
      const writers = fields.map(async (field) => {
        try {
          for (;;) {
            const text = `${field}, text ${count.sent += 1}`;
            sent.get(field)?.push(text);
            const answer = await fetch(`${address}${learner.base}/plan/sections/coaching-goals/fields/${field}/answer`, {
              method: 'POST', headers: { cookie: cookieOf(learner), 'sec-fetch-site': 'same-origin' }, body: new URLSearchParams({ text, version: String(acknowledged.get(field)?.version ?? 0) }),
            });
            const { version } = await answer.json() as { version: number };
            // 409: what was on its way at the kill before this one had arrived, though nobody was told.
            if (answer.status === 200) acknowledge(field, version, text);
            else if (answer.status === 409) acknowledge(field, version, (await stored()).get(field)?.text ?? '');
            else throw new Error(`answered ${answer.status}`, { cause: 'the server' });
          }
        } catch (error) {
          if (error instanceof Error && error.cause === 'the server') throw error;   // anything else is its end
        }
      });
      const enough = count.heard + 5;
      while (count.heard < enough && server.child.exitCode === null) await sleep(1);
      await sleep(round);   // at another point of a save each time
      server.child.kill('SIGKILL');
      await Promise.all([...writers, server.ended]);
      const there = await stored();
      for (const [field, { version, text }] of acknowledged) {
        const row = there.get(field);
        expect(row?.version, `round ${round}, ${field}`).to.be.oneOf([version, version + 1]);
        expect(row?.text, `round ${round}, ${field}`).to.be.oneOf(row?.version === version ? [text] : sent.get(field) ?? []);
      }
    }
    expect(count.heard).to.be.at.least(5 * rounds);
  });

  async function stored(): Promise<Map<string, { version: number; text: string }>> {
    const { rows } = await test.sql.query<{ field: string; version: number; text: string }>(`select substr(field, 16) as field, version, text from coaching_plan_answer where field like 'coaching-goals.%'`);
    return new Map(rows.map(({ field, version, text }) => [field, { version, text }]));
  }
});
