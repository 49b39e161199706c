import { expect } from 'chai';
import { importPKCS8, SignJWT, jwtVerify, createLocalJWKSet } from 'jose';
import type { JSONWebKeySet } from 'jose';
import { after, before, describe, it } from 'mocha';
import { run } from '../../server/database.ts';
import { ensureToolKey, privateKeyPurpose } from '../../server/features/tool-keys/actions.ts';
import { createSealing } from '../../server/sealing.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';

const sealing = createSealing('a secret key of thirty-two letters');

describe('our own keys', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
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
});
