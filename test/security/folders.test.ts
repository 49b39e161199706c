// The data folder: closed to others, never wiped by mistake, and no way for its owner to make root write elsewhere.
import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { giveToOwner, writeFileFor } from '../../server/embedded-postgres/settings.ts';
import { claimDataDir } from '../../server/embedded-postgres/owner.ts';
import { createSealing, readSecretKey } from '../../server/sealing.ts';

const root = join(import.meta.dirname, '../..');
const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

describe('the data folder', () => {
  let folder: string;
  beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'coachline-folders-')); });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  describe('npm run demo', () => {
    const demo = (dataDir: string, ...args: string[]) => spawnSync(process.execPath, [join(root, 'scripts/demo.ts'), ...args], {
      cwd: root, encoding: 'utf8', timeout: 8_000, env: { ...process.env, DATA_DIR: dataDir, PORT: '0', PRACTICE_LMS_PORT: '0' },
    });

    it('never wipes a folder that it did not make, whatever is in it', () => {
      writeFileSync(join(folder, 'thesis.odt'), 'years of work');
      for (const args of [['--fresh'], []]) {
        const { status, stderr } = demo(folder, ...args);
        expect(status, stderr).to.equal(1);
        expect(stderr).to.contain('holds data that the demo did not make');
      }
      expect(readFileSync(join(folder, 'thesis.odt'), 'utf8')).to.equal('years of work');
      expect(existsSync(join(folder, 'demo')), 'the mark that would let the next one wipe it').to.equal(false);
    });

    it('nor one with nothing but the key of an installation on a database server', () => {
      readSecretKey({ secretKey: null, dataDir: folder });
      expect(demo(folder, '--fresh').status).to.equal(1);
      expect(existsSync(join(folder, 'secret-key'))).to.equal(true);
    });

    it('nor its own while a demo runs on it', () => {
      writeFileSync(join(folder, 'demo'), '');
      writeFileSync(join(folder, 'kept'), '');
      const running = claimDataDir(folder, 'server');
      try {
        const { status, stderr } = demo(folder, '--fresh');
        expect(status, stderr).to.equal(1);
        expect(stderr).to.contain('A demo runs on');
        expect(existsSync(join(folder, 'kept'))).to.equal(true);
      } finally {
        running.release();
      }
    });
  });

  it('files with secrets are for their owner’s eyes', () => {
    const dataDir = join(folder, 'data');
    readSecretKey({ secretKey: null, dataDir });
    writeFileFor(dataDir, join(dataDir, 'postgres.json'), '{}');
    claimDataDir(dataDir, 'server').release();
    expect(statSync(dataDir).mode & 0o777).to.equal(0o700);
    for (const name of ['secret-key', 'postgres.json', 'owner.lock']) expect(statSync(join(dataDir, name)).mode & 0o077, name).to.equal(0);
  });

  it('a draft that is a link to another file is replaced, not written through', () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'as it was');
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    for (const name of ['postgres.json', 'owner.json', 'secret-key']) symlinkSync(victim, join(dataDir, `${name}.${process.pid}`));
    symlinkSync(join(folder, 'made by root'), join(dataDir, 'owner.lock'));
    writeFileFor(dataDir, join(dataDir, 'postgres.json'), '{"password":"secret"}');
    readSecretKey({ secretKey: null, dataDir });
    expect(readFileSync(victim, 'utf8')).to.equal('as it was');
    expect(readFileSync(join(dataDir, 'postgres.json'), 'utf8')).to.contain('secret');
  });

  it('what root makes in somebody’s folder becomes theirs; what a link leads to does not', function rootOnly() {
    if (!isRoot) this.skip();
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'root’s own');
    const dataDir = join(folder, 'data');
    mkdirSync(dataDir);
    chownSync(dataDir, nobody, nobody);
    symlinkSync(victim, join(dataDir, 'postgres.log'));
    giveToOwner(dataDir, join(dataDir, 'postgres.log'));
    expect(statSync(victim).uid, 'the file behind the link').to.equal(0);
    readSecretKey({ secretKey: null, dataDir });
    expect(statSync(join(dataDir, 'secret-key')).uid, 'or its owner could not start Coachline again').to.equal(nobody);
  });
});

describe('sealed secrets', () => {
  const sealing = createSealing('a key of thirty-two characters or more');
  const sealed = sealing.seal('private key', 'tool-key 1');

  it('open for the same key and purpose only', () => {
    expect(sealing.open(sealed, 'tool-key 1')).to.equal('private key');
    expect(() => sealing.open(sealed, 'tool-key 2')).to.throw();
    expect(() => createSealing('another key of thirty-two characters').open(sealed, 'tool-key 1')).to.throw();
  });

  it('never open when a byte is changed or missing: a short tag is no tag', () => {
    for (let length = 0; length < sealed.length; length += 1) expect(() => sealing.open(sealed.subarray(0, length), 'tool-key 1'), `${length} bytes`).to.throw();
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(() => sealing.open(changed, 'tool-key 1'), `byte ${at}`).to.throw();
    }
  });

  it('are different each time', () => {
    expect(sealing.seal('private key', 'tool-key 1').equals(sealed)).to.equal(false);
  });
});
