import { expect } from 'chai';
import { describe, it } from 'mocha';
import { evidenceLimits, fileName, judgeFile, whyFull } from '../../server/domain/evidence.ts';
import type { Content } from '../../server/domain/evidence.ts';

const docx = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
const is = (mediaType: string | null, isText = false): Content => ({ mediaType, isText });

describe('whether a file is taken', () => {
  const cases: [name: string, content: Content, verdict: string][] = [
    ['plan.pdf', is('application/pdf'), 'application/pdf'],
    ['PLAN.PDF', is('application/pdf', true), 'application/pdf'],
    ['plan.docx', is(docx), docx],
    ['chart.v2.png', is('image/png'), 'image/png'],
    ['photo.jpg', is('image/jpeg'), 'image/jpeg'],
    ['photo.jpeg', is('image/jpeg'), 'image/jpeg'],
    ['days.csv', is(null, true), 'text/csv'],
    ['BMI.csv', is('image/bmp', true), 'text/csv'],
    ['notes.txt', is('application/xml', true), 'text/plain'],
    ['plan.pdf', is('image/png'), 'not-what-its-name-says'],
    ['plan.pdf', is(null, true), 'not-what-its-name-says'],
    ['plan.pdf', is('application/x-msdownload'), 'not-what-its-name-says'],
    ['plan.docx', is('application/zip'), 'not-what-its-name-says'],
    ['plan.docx', is('application/vnd.ms-word.document.macroenabled.12'), 'not-what-its-name-says'],
    ['notes.txt', is('application/pdf', true), 'not-what-its-name-says'],
    ['days.csv', is(null, false), 'not-what-its-name-says'],
    ['drawing.svg', is('application/xml', true), 'unknown-kind'],
    ['page.html', is(null, true), 'unknown-kind'],
    ['plan.pdf.exe', is('application/pdf'), 'unknown-kind'],
    ['plan', is('application/pdf'), 'unknown-kind'],
    ['pdf', is('application/pdf'), 'unknown-kind'],
  ];
  for (const [name, content, expected] of cases) {
    it(`${name} with ${content.mediaType ?? 'no signature'}${content.isText ? ', readable as text' : ''}: ${expected}`, () => {
      const verdict = judgeFile({ name, bytes: 10, content });
      expect(verdict.taken ? verdict.mediaType : verdict.reason).to.equal(expected);
    });
  }
  it('not when it is empty, and up to 25 MB', () => {
    expect(judgeFile({ name: 'a.txt', bytes: 0, content: is(null, true) })).to.deep.equal({ taken: false, reason: 'empty' });
    expect(judgeFile({ name: 'a.txt', bytes: evidenceLimits.fileBytes, content: is(null, true) })).to.include({ taken: true });
    expect(judgeFile({ name: 'a.txt', bytes: evidenceLimits.fileBytes + 1, content: is(null, true) })).to.deep.equal({ taken: false, reason: 'too-large' });
  });
});

describe('whether there is room for a file', () => {
  const MB = 2 ** 20;
  const cases: [files: number, current: number, kept: number, bytes: number, why: string | null][] = [
    [0, 0, 0, 25 * MB, null], [9, 75 * MB, 75 * MB, 25 * MB, null], [10, 0, 0, 1, 'too-many'], [4, 90 * MB, 90 * MB, 11 * MB, 'too-much'], [0, 0, 490 * MB, 11 * MB, 'too-much'],
  ];
  for (const [files, current, kept, bytes, why] of cases) {
    it(`${files} files of ${current / MB} MB, ${kept / MB} MB kept, and one of ${bytes} bytes: ${why ?? 'yes'}`, () =>
      expect(whyFull({ current: { files, bytes: current }, kept: { bytes: kept }, bytes })).to.equal(why));
  }
});

describe('the name of a file', () => {
  const cases: [given: string | undefined, name: string][] = [
    ['Run chart.png', 'Run chart.png'], ['C:\\Users\\ann\\plan.pdf', 'plan.pdf'], ['../../etc/passwd', 'passwd'], ['a\r\nb\0.txt', 'a b .txt'], ['photo\u202egpj.exe', 'photo gpj.exe'],
    ['<b>"x"</b>.pdf', 'b_.pdf'], ['..', 'file'], ['', 'file'], [undefined, 'file'], ['Übergabe 李.docx', 'Übergabe 李.docx'], [`${'x'.repeat(300)}.pdf`, `${'x'.repeat(251)}.pdf`],
  ];
  for (const [given, name] of cases) it(JSON.stringify(given?.slice(0, 40) ?? null), () => expect(fileName(given)).to.equal(name));
});
