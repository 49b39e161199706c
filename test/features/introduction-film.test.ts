import { expect } from 'chai';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'mocha';
import { startSecondApp, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';

describe('the introductory film', () => {
  let test: TestApp;
  let folder: string;
  let withFilm: Awaited<ReturnType<typeof startSecondApp>>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'coachline-film-'));
    await mkdir(join(folder, 'media'));
    await writeFile(join(folder, 'media/film.mp4'), 'not really a film');
    await writeFile(join(folder, 'media/film.vtt'), 'WEBVTT\n');
    await writeFile(join(folder, 'secret.txt'), 'not for anybody');
    test = await startTestApp();
    const { programme } = test;
    withFilm = await startSecondApp(test, { folder, programme: { ...programme, introduction: { ...programme.introduction, file: 'media/film.mp4', captions: 'media/film.vtt' } } });
  });
  after(async () => {
    await withFilm.close();
    await test.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('is shown with its captions, from our own host', async () => {
    const { body } = await withFilm.app.inject('/');
    expect(body).to.match(/<video[^>]*controls/).and.to.contain('src="/media/film.mp4"').and.to.match(/<track[^>]*src="\/media\/film\.vtt"/);
  });

  it('is served whole and in parts', async () => {
    expect((await withFilm.app.inject('/media/film.mp4')).body).to.equal('not really a film');
    const part = await withFilm.app.inject({ url: '/media/film.mp4', headers: { range: 'bytes=4-9' } });
    expect([part.statusCode, part.body]).to.deep.equal([206, 'really']);
  });

  it('is all that is served from there', async () => {
    for (const path of ['/media/../secret.txt', '/media/..%2fsecret.txt', '/media/none.mp4', '/media/']) {
      expect((await withFilm.app.inject(path)).statusCode, path).to.be.oneOf([400, 404]);
    }
  });

  it('gives way to the same in words where there is none', async () => {
    const { body } = await test.app.inject('/');
    expect(body).not.to.contain('<video');
    expect(body).to.contain(test.programme.introduction.points[0]?.title);
    expect((await test.app.inject('/media/film.mp4')).statusCode).to.equal(404);
  });
});
