// lti.md, section 2, rules 27 and 30: the platform's keys, fetched over HTTP through the one door to the outside.
import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { startPracticeLms } from '../../scripts/practice-lms/server.ts';
import type { PracticeLms } from '../../scripts/practice-lms/server.ts';
import { createOutbound } from '../../server/lti/outbound.ts';
import { publicUrl, register, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { launch, openBrowser } from '../support/browser-session.ts';
import { expectRefused, launchBroken } from './expected-refusal.ts';

describe('lti launch: the platform’s key set', () => {
  let lms: PracticeLms;
  let allowLocal = true;
  let lastFetch: Promise<unknown> = Promise.resolve();
  /** The application, launched from the practice LMS that serves its keys. */
  let test: TestApp;

  before(async () => {
    const plain = await startTestApp({
      fetchKeySet: (url) => {
        const timeoutMs = lms.keySet.fault === 'slow' ? 100 : 10_000;
        const answer = createOutbound({ allowLocal, userAgent: 'Coachline (test)', maxBytes: 256 * 1024, timeoutMs }).fetchJson(url);
        lastFetch = answer;
        return answer;
      },
    });
    lms = await startPracticeLms({ toolUrl: publicUrl, clock: () => plain.clock.now });
    await register(plain.sql, lms.platform, plain.clock.now);
    test = { ...plain, platform: lms.platform };
  });
  after(async () => {
    await test.close();
    await lms.close();
  });
  // A fetch behind a launch belongs to the test that caused it.
  afterEach(() => lastFetch);
  // A minute later the platform may be asked again.
  beforeEach(() => {
    test.clock.advance({ minutes: 2 });
    lms.keySet.fault = 'none';
    lms.keySet.fetches = 0;
    allowLocal = true;
  });

  const succeeds = async () => expect((await launch(openBrowser(test), test.platform)).statusCode).to.equal(303);

  it('is fetched once and kept', async () => {
    await succeeds();
    await succeeds();
    await succeeds();
    expect(lms.keySet.fetches).to.equal(1);
  });

  it('rule 27: a key rotated just now works on its first launch', async () => {
    await succeeds();
    for (let rotation = 1; rotation <= 3; rotation += 1) {
      await lms.platform.keys.rotate();
      await succeeds();
      expect(lms.keySet.fetches).to.equal(rotation);
    }
  });

  it('rule 27: a key that the platform withdrew no longer counts once the set was fetched again', async () => {
    const old = lms.platform.keys.current();
    await lms.platform.keys.rotate({ keepOld: false });
    await succeeds();
    await expectRefused(test, '401 token.unknown_key', () => launchBroken(test, { key: old }));
  });

  it('rule 27: thirty launches with unknown key ids fetch at most five times', async () => {
    for (let number = 0; number < 30; number += 1) {
      await expectRefused(test, '401 token.unknown_key', () => launchBroken(test, { change: (_claims, header) => { header['kid'] = `made-up-${number}`; } }));
    }
    expect(lms.keySet.fetches).to.be.within(1, 5);
    await succeeds();
  });

  it('rule 27: the same unknown key id is asked for once in five minutes', async () => {
    const attempt = () => expectRefused(test, '401 token.unknown_key', () => launchBroken(test, { fault: 'wrong-key-id' }));
    await attempt();
    await attempt();
    expect(lms.keySet.fetches).to.equal(1);
    test.clock.advance({ minutes: 4, seconds: 59 });
    await attempt();
    expect(lms.keySet.fetches).to.equal(1);
    test.clock.advance({ seconds: 1 });
    await attempt();
    expect(lms.keySet.fetches).to.equal(2);
  });

  for (const fault of ['slow', 'error', 'huge', 'redirect', 'garbage'] as const) {
    it(`rule 30: key set ${fault} → 424 keyset.unreachable, and the next launch tries again`, async () => {
      await lms.platform.keys.rotate({ keepOld: false });
      lms.keySet.fault = fault;
      await expectRefused(test, '424 keyset.unreachable', () => launchBroken(test, {}));
      expect(lms.keySet.fetches).to.equal(1);
      lms.keySet.fault = 'none';
      await succeeds();
    });

    it(`rule 30: key set ${fault}, with the key known already → in`, async () => {
      await succeeds();
      test.clock.advance({ hours: 2 });
      lms.keySet.fault = fault;
      await succeeds();
    });
  }

  it('rule 30: an address that resolves to a private one → 424 keyset.unreachable', async () => {
    await lms.platform.keys.rotate({ keepOld: false });
    allowLocal = false;
    await expectRefused(test, '424 keyset.unreachable', () => launchBroken(test, {}));
    expect(lms.keySet.fetches, 'requests that reached it').to.equal(0);
  });

  it('rule 30: nobody listens there → 424 keyset.unreachable', async () => {
    await lms.platform.keys.rotate({ keepOld: false });
    const setAddress = (url: string) => test.sql.query('update platform_registration set keyset_url = $2 where issuer = $1', [lms.url, url]);
    // Port 9 is discard: no LMS is there. The name .invalid never resolves (RFC 6761).
    for (const url of ['http://127.0.0.1:9/keys', 'http://lms.invalid/keys']) {
      await setAddress(url);
      await expectRefused(test, '424 keyset.unreachable', () => launchBroken(test, {}));
    }
    await setAddress(lms.platform.jwksUrl);
    await succeeds();
  });
});
