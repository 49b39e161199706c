import { expect } from 'chai';
import { importPKCS8, SignJWT, jwtVerify, createLocalJWKSet } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { after, before, describe, it } from 'mocha';
import { run } from '../../server/database.ts';
import { ensureToolKey, rotateToolKeys } from '../../server/features/tool-keys/actions.ts';
import { signingKey } from '../../server/tool-signing-key.ts';
import { privateKeyPurpose } from '../../server/tool-signing-key.ts';
import { createSealing } from '../../server/sealing.ts';
import type { Sealing } from '../../server/sealing.ts';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser-session.ts';

describe('our own keys', () => {
  let test: TestApp;
  let sealing: Sealing;
  before(async () => {
    test = await startTestApp();
    ({ sealing } = test);
  });
  after(() => test.close());

  it('are made once, published without their private half, and sign what the published half verifies', async () => {
    await ensureToolKey(test.sql, sealing, test.clock.now);
    await ensureToolKey(test.sql, sealing, test.clock.now);
    const answer = await test.app.inject('/lti/jwks');
    expect(answer.statusCode).to.equal(200);
    const set = answer.json<JSONWebKeySet>();
    expect(set.keys).to.have.length(1);
    expect(Object.keys(set.keys[0] ?? {})).to.have.members(['kty', 'n', 'e', 'kid', 'alg', 'use']);

    const [row] = await run<{ kid: string; sealed_private_key: Buffer }>(test.sql, { name: 'test-key', text: 'select kid, sealed_private_key from tool_key' }, []);
    if (!row) throw new Error('no key was kept');
    expect(row.sealed_private_key.toString('latin1')).not.to.contain('PRIVATE KEY');
    const key = await importPKCS8(sealing.open(row.sealed_private_key, privateKeyPurpose(row.kid)), 'RS256');
    const token = await new SignJWT({ hello: 'platform' }).setProtectedHeader({ alg: 'RS256', kid: row.kid }).sign(key);
    expect((await jwtVerify(token, createLocalJWKSet(set))).payload).to.deep.equal({ hello: 'platform' });
  });

  it('open under the same secret and for the same purpose only', () => {
    const sealed = sealing.seal('secret', 'one');
    expect(sealing.open(sealed, 'one')).to.equal('secret');
    expect(() => sealing.open(sealed, 'two')).to.throw();
    expect(() => createSealing('another secret key of 32 letters!!').open(sealed, 'one')).to.throw();
    expect(() => sealing.open(sealed.fill(0, 20, 21), 'one')).to.throw();
  });

  describe('follow one another', () => {
    const published = async () => (await test.app.inject('/lti/jwks')).json<JSONWebKeySet>().keys.map(({ kid }) => kid);
    const signs = async () => (await signingKey(test.sql, sealing, test.clock.now)).kid;
    const rotate = () => rotateToolKeys(test.sql, sealing, null, test.clock.now);

    it('published before use, kept until the last token has ended, then gone', async () => {
      const old = await signs();
      expect(await rotate(), 'too early').to.deep.equal({ made: null, retired: 0, removed: 0 });
      test.clock.advance({ hours: 88 * 24 });
      const [one, other] = await Promise.all([rotate(), rotate()]);
      const fresh = one.made ?? other.made;
      expect([one.made, other.made].filter((made) => made !== null), 'of two servers one makes it').to.have.length(1);
      expect(await published()).to.deep.equal([fresh, old]);
      expect(await signs(), 'not yet').to.equal(old);
      test.clock.advance({ hours: 48 });
      expect(await signs()).to.equal(fresh);
      expect(await rotate()).to.deep.equal({ made: null, retired: 1, removed: 0 });
      test.clock.advance({ hours: 23 });
      await rotate();
      expect(await published(), 'still').to.deep.equal([fresh, old]);
      test.clock.advance({ hours: 1 });
      expect(await published(), 'even before the job removes it').to.deep.equal([fresh]);
      expect(await rotate()).to.deep.equal({ made: null, retired: 0, removed: 1 });
    });

    it('an operator makes one before its time, once, or replaces them all', async () => {
      const browser = openBrowser(test);
      const token = await makeAdministratorLink(test.sql, { email: 'op@example.org', organisationId: null }, test.clock.now);
      const base = String((await browser.get(`/sign-in/${token}`)).headers.location).replace('/admin/platforms', '');
      const [old] = await published();
      const page = async (because: string) => browser.follow(await browser.post(`${base}/admin/tool-keys`, { because }));
      expect((await page('planned')).body).to.contain('A new key is published');
      expect((await page('planned')).body).to.contain('already on its way');
      expect(await published()).to.have.length(2);
      const replaced = await page('lost');
      expect(replaced.body).to.contain('The keys are replaced').and.not.to.contain('PRIVATE');
      expect(await published()).to.have.length(1).and.not.to.include(old);
      const { rows } = await test.sql.query<{ action: string }>(`select action from audit_event where action like 'tool_key.%' order by id desc limit 2`);
      expect(rows.map(({ action }) => action)).to.deep.equal(['tool_key.replaced', 'tool_key.made']);
    });
  });
});
