import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { crc32 } from 'node:zlib';
import { createUploads } from '../../server/uploads.ts';
import { publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';
import { cookieOf, fillPlan, upload } from './coaching-plans-support.ts';
import type { Person } from './coaching-plans-support.ts';

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
const pdf = Buffer.from('%PDF-1.7\n%\u00e2\u00e3\n1 0 obj <<>> endobj\ntrailer <<>>\n%%EOF\n', 'latin1');
const docx = zip({ '[Content_Types].xml': '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>', 'word/document.xml': '<w:document/>' });
const odt = zip({ mimetype: 'application/vnd.oasis.opendocument.text', 'content.xml': '<office:document-content/>' });

describe('evidence beside a plan', () => {
  let test: TestApp;
  let learner: Person;
  let dataDir: string;
  before(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'coachline-evidence-'));
    test = await startTestApp({ env: { DATA_DIR: dataDir } });
    await startCohort(test);
    learner = await signIn(test, { link: 'week-1' });
  });
  beforeEach(async () => {
    await test.sql.query('truncate coaching_plan, learner_standing cascade');
    rmSync(join(dataDir, 'uploads'), { recursive: true, force: true });
  });
  after(async () => {
    await test.close();
    rmSync(dataDir, { recursive: true, force: true });
  });

  const rows = async () => (await test.sql.query('select id, name, media_type as type, bytes, sha256, removed_at is not null as removed from evidence_file order by name')).rows;
  const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
  /** What is in the folder, and what is on its way there. */
  const stored = () => [...namesIn(join(dataDir, 'uploads')).filter((name) => name !== 'arriving'), ...namesIn(join(dataDir, 'uploads/arriving')).map((name) => `arriving/${name}`)];
  const send = (files: Parameters<typeof upload>[2], person = learner) => upload(test, person, files);

  it('is kept under the id of its row with its digest, by what it is and not by what the browser says', async () => {
    const answer = await send([{ name: 'Run chart.png', bytes: png, type: 'text/html' }, { name: 'Plan.docx', bytes: docx }, { name: 'Notes.odt', bytes: odt }, { name: 'days.csv', bytes: 'BM,day\n1,2\n' }, { name: 'scan.pdf', bytes: pdf }]);
    expect([answer.statusCode, answer.headers.location]).to.deep.equal([303, `${learner.base}/plan#evidence`]);
    const kept = await rows();
    expect(kept.map(({ name, type }) => [name, type])).to.have.deep.members([
      ['days.csv', 'text/csv'], ['Notes.odt', 'application/vnd.oasis.opendocument.text'], ['Plan.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'], ['Run chart.png', 'image/png'], ['scan.pdf', 'application/pdf'],
    ]);
    expect(stored()).to.have.members(kept.map(({ id }) => id));
    const chart = kept.find(({ name }) => name === 'Run chart.png');
    expect(chart.sha256.equals(createHash('sha256').update(png).digest())).to.equal(true);
    expect(statSync(join(dataDir, 'uploads', chart.id)).mode & 0o777, 'for its owner’s eyes').to.equal(0o600);
    expect((await learner.page('/plan')).body).to.contain('Run chart.png').and.contain('70 bytes, added on 11 May');
  });

  it('that is not what its name says, is empty or of another kind is refused in words, and the rest is kept', async () => {
    const answer = await send([
      { name: 'good.png', bytes: png }, { name: 'plan.pdf', bytes: png }, { name: 'plan.docx', bytes: odt }, { name: 'drawing.svg', bytes: '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>' },
      { name: 'page.html', bytes: '<script>alert(1)</script>' }, { name: 'empty.txt', bytes: '' }, { name: 'latin.csv', bytes: Buffer.from('caf\u00e9', 'latin1') }, { name: '<b>.exe', bytes: 'MZ' },
    ]);
    expect(answer.statusCode).to.equal(422);
    expect(answer.body).to.contain('Some of the files were not added').and.contain('“good.png” was added and is kept')
      .and.contain('“plan.pdf”: it is not what its name says').and.contain('“plan.docx”: it is not what its name says').and.contain('“drawing.svg”: files of this kind are not taken')
      .and.contain('“page.html”: files of this kind').and.contain('“empty.txt”: it is empty').and.contain('“latin.csv”: it is not what its name says').and.contain('“_b_.exe”: files of this kind');
    expect((await rows()).map(({ name }) => name)).to.deep.equal(['good.png']);
    expect(stored()).to.have.length(1);
  });

  it('that is too large is a 413 in words; what was small enough is kept', async () => {
    const answer = await send([{ name: 'small.txt', bytes: 'small' }, { name: 'film.png', bytes: Buffer.concat([png, Buffer.alloc(25 * 2 ** 20)]) }, { name: 'after.txt', bytes: 'after' }]);
    expect(answer.statusCode).to.equal(413);
    expect(heading(answer)).to.equal('Coaching plan');
    expect(answer.body).to.contain('“film.png”: it is larger than 25 MB').and.contain('“small.txt” and “after.txt” were added and are kept');
    expect((await rows()).map(({ name }) => name)).to.deep.equal(['after.txt', 'small.txt']);
    expect(stored()).to.have.length(2);
  });

  it('is ten files at most, however many come at once', async () => {
    const files = Array.from({ length: 8 }, (_, n) => ({ name: `${n}.txt`, bytes: `text ${n}` }));
    const answers = await Promise.all([send(files), send(files)]);
    expect(answers.map(({ statusCode }) => statusCode)).to.include(422);
    expect(answers.map(({ body }) => body).join('')).to.contain('a plan holds ten files at most');
    expect(await rows()).to.have.length(10);
    expect(stored()).to.have.length(10);
    expect((await learner.page('/plan')).body).to.contain('This plan holds as many files as it can');
    const many = await send(Array.from({ length: 30 }, (_, n) => ({ name: `more ${n}.txt`, bytes: 'x' })));
    expect(many.statusCode).to.equal(422);
    expect(many.body).to.contain('Further files');
  });

  it('asks again when no file was chosen, and calls what it cannot read a bad request', async () => {
    const none = await send([{ name: '', bytes: '' }]);
    expect([none.statusCode, none.body.includes('No file was chosen')]).to.deep.equal([422, true]);
    expect((await learner.submit('/plan/evidence', { files: 'x' })).statusCode).to.equal(422);
    const raw = (payload: string, type: string) => test.app.inject({ method: 'POST', url: `${learner.base}/plan/evidence`, payload, headers: { 'content-type': type, 'sec-fetch-site': 'same-origin', cookie: cookieOf(learner) } });
    for (const [payload, type] of [['--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\nhalf', 'multipart/form-data; boundary=x'], ['nonsense', 'multipart/form-data'], ['nonsense', 'multipart/form-data; boundary=x'], ['', 'multipart/form-data; boundary=x']] as const) {
      const answer = await raw(payload, type);
      expect(answer.statusCode, `${type} ${payload}`).to.be.within(400, 422);
    }
    expect(await rows()).to.deep.equal([]);
    expect(stored()).to.deep.equal([]);
  });

  it('is only ever saved by a browser, never shown: as an attachment, in a sandbox, by its stored type', async () => {
    await send([{ name: 'Übergabe (7) 李.csv', bytes: '<script>alert(1)</script>' }]);
    const [file] = await rows();
    const answer = await learner.page(`/plan/evidence/${file.id}`);
    expect(answer.body).to.equal('<script>alert(1)</script>');
    expect(answer.headers).to.include({
      'content-type': 'text/csv; charset=utf-8', 'x-content-type-options': 'nosniff', 'content-security-policy': "default-src 'none'; sandbox", 'cache-control': 'no-store', 'content-length': '25',
      'content-disposition': `attachment; filename="Ubergabe (7) .csv"; filename*=UTF-8''%C3%9Cbergabe%20%287%29%20%E6%9D%8E.csv`,
    });
  });

  it('is for its owner and the staff of the cohort, and for nobody else', async () => {
    await send([{ name: 'mine.txt', bytes: 'mine' }]);
    const [{ id }] = await rows();
    for (const person of ['eleanor', 'jonas', 'ruth']) expect((await (await signIn(test, { person, link: 'home' })).page(`/plan/evidence/${id}`)).statusCode, person).to.equal(200);
    const other = await signIn(test, { person: 'zsofia', link: 'week-1' });
    expect((await other.page(`/plan/evidence/${id}`)).statusCode).to.equal(404);
    await other.submit(`/plan/evidence/${id}/removal`);
    const stranger = await startCohort(test, { course: 'autumn', name: 'Autumn' });
    expect((await stranger.get(`${stranger.base}/plan/evidence/${id}`)).statusCode, 'faculty of another cohort').to.equal(404);
    expect((await learner.page(`/plan/evidence/${id}`)).statusCode).to.equal(200);
    expect((await learner.page('/plan/evidence/00000000-0000-4000-8000-000000000000')).statusCode).to.equal(404);
  });

  it('is taken away whole, unless a submission names it', async () => {
    await fillPlan(test, 'Amara');
    await send([{ name: 'named.txt', bytes: 'named' }]);
    await learner.submit('/plan/submission');
    await send([{ name: 'draft.txt', bytes: 'draft' }]);
    const [draft, named] = await rows();
    for (const { id } of [draft, named]) expect((await learner.submit(`/plan/evidence/${id}/removal`)).statusCode).to.equal(303);
    expect((await rows()).map(({ name, removed }) => [name, removed])).to.deep.equal([['named.txt', true]]);
    expect(stored()).to.deep.equal([named.id]);
    expect((await learner.page('/plan')).body).not.to.contain('named.txt');
    expect((await learner.page('/plan/submissions/1')).body).to.contain('named.txt');
    expect((await learner.page(`/plan/evidence/${named.id}`)).body).to.equal('named');
    expect((await learner.page(`/plan/evidence/${draft.id}`)).statusCode).to.equal(404);
    expect((await learner.submit(`/plan/evidence/${named.id}/removal`)).statusCode, 'a second press').to.equal(303);
  });

  it('that breaks off on its way leaves nothing', async () => {
    if (!test.app.server.listening) await test.app.listen({ port: 0, host: '127.0.0.1' });
    const { port } = test.app.server.address() as AddressInfo;
    const outgoing = httpRequest({ port, host: '127.0.0.1', method: 'POST', path: `${learner.base}/plan/evidence`, headers: { 'content-type': 'multipart/form-data; boundary=x', 'content-length': 1_000_000, origin: publicUrl, 'sec-fetch-site': 'same-origin', cookie: cookieOf(learner) } });
    outgoing.on('error', () => {});
    outgoing.write(`--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n${'x'.repeat(200_000)}`);
    try {
      while (!stored().some((name) => name.startsWith('arriving/'))) await sleep(10);
    } finally {
      outgoing.destroy();
    }
    while (stored().length > 0) await sleep(10);
    expect(await rows()).to.deep.equal([]);
  });

  it('that a killed server left on its way is swept after an hour, and nothing else is', async () => {
    const folder = join(dataDir, 'uploads');
    mkdirSync(join(folder, 'arriving'), { recursive: true });
    const [old, young, kept] = ['arriving/00000000-0000-4000-8000-000000000001', 'arriving/00000000-0000-4000-8000-000000000002', '00000000-0000-4000-8000-000000000003'].map((name) => join(folder, name)) as [string, string, string];
    const now = Temporal.Instant.from('2026-05-11T08:00:00Z');
    for (const [path, minutes] of [[old, 61], [young, 59], [kept, 100_000]] as const) {
      writeFileSync(path, 'x');
      utimesSync(path, now.epochMilliseconds / 1000 - minutes * 60, now.epochMilliseconds / 1000 - minutes * 60);
    }
    expect(await createUploads(dataDir).sweep(now)).to.equal(1);
    expect([old, young, kept].map((path) => existsSync(path))).to.deep.equal([false, true, true]);
  });
});

/** A zip file whose entries are stored as they are. */
function zip(entries: Record<string, string>): Buffer<ArrayBuffer> {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(entries)) {
    const [nameBytes, data] = [Buffer.from(name), Buffer.from(text)];
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(data.length, 14);
    common.writeUInt32LE(data.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    parts.push(Buffer.from('PK\x03\x04'), common, nameBytes, data);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(20, 4);
    common.copy(entry, 6, 0, 26);
    entry.writeUInt32LE(offset, 42);
    directory.push(entry, nameBytes);
    offset += 30 + nameBytes.length + data.length;
  }
  const listing = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(entries).length, 8);
  end.writeUInt16LE(Object.keys(entries).length, 10);
  end.writeUInt32LE(listing.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, listing, end]);
}
