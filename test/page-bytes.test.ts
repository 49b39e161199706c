import { expect } from 'chai';
import Fastify from 'fastify';
import type { FastifyInstance } from 'fastify';
import { after, before, describe, it } from 'mocha';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pageBytes } from '../server/plugins/page-bytes.ts';
import type { ConstantPart } from '../server/plugins/page-bytes.ts';
import { errorPage, views } from '../server/plugins/views.ts';

describe('the bytes of a page', () => {
  let app: FastifyInstance;
  let port: number;
  let constantPart: ConstantPart;
  /** Begins and ends with a part, has two beside each other, one twice, and now and then one that makes it longer than a buffer. */
  const withParts = (number: number, part: ConstantPart): string =>
    `${part('<b>Łódź</b>')}${number} “Siobhán”${part('’'.repeat(500))}${part('<i>two</i>')}<p>\u001A-->${number % 7 === 0 ? part('👩‍⚕️'.repeat(30_000)) : ''}${part('<b>Łódź</b>')}`;
  const textOf = (number: number): string => `${number} “Siobhán” 👩‍⚕️ `.repeat(1 + (number % 7) * 900);
  before(async () => {
    app = Fastify();
    ({ constantPart } = pageBytes(app));
    app.get<{ Params: { number: string } }>('/parts/:number', (request, reply) => reply.type('text/html; charset=utf-8').send(withParts(Number(request.params.number), constantPart)));
    app.get<{ Params: { number: string } }>('/:number', (request, reply) => reply.type('text/plain; charset=utf-8').send(textOf(Number(request.params.number))));
    app.get('/long', (_request, reply) => reply.type('text/plain; charset=utf-8').send('’'.repeat(300_000)));
    await app.listen({ port: 0, host: '127.0.0.1' });
    ({ port } = app.server.address() as AddressInfo);
  });
  after(() => app.close());

  const textFrom = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}${path}`)).text();

  it('are those of its text, also of one that is longer than a buffer', async () => {
    expect(await textFrom('/6')).to.equal(textOf(6));
    expect(await textFrom('/long')).to.equal('’'.repeat(300_000));
    expect((await app.inject('/13')).body).to.equal(textOf(13));
  });

  it('have their constant parts in their places, also when they are longer than a buffer, and as many as there are', async () => {
    for (let number = 1; number <= 15; number += 1) expect(await textFrom(`/parts/${number}`) === withParts(number, (html) => html), `page ${number}`).to.equal(true);
    const many = Array.from({ length: 2_500 }, (_, number) => constantPart(`<p>${number}</p>`));
    expect(many[2_400]).to.equal('<p>2400</p>');
    expect(await textFrom('/parts/7') === withParts(7, (html) => html)).to.equal(true);
  });

  it('hold no part that somebody’s own words call for', async () => {
    const standIn = constantPart('<b>Łódź</b>');
    const guessed = Fastify();
    const other = pageBytes(guessed);
    other.constantPart('<b>hidden</b>');
    guessed.get('/', (_request, reply) => reply.type('text/plain').send(`words with ${standIn} of another server`));
    expect((await guessed.inject('/')).body).to.equal(`words with ${standIn} of another server`);
    await guessed.close();
  });

  it('are written into such buffers for pages of templates too, whatever else turns answers into bytes', async () => {
    const pages = Fastify();
    views(pages, { production: true, asset: (name) => `/assets/${name}`, ...pageBytes(pages) });
    const lengths: number[] = [];
    pages.addHook('onSend', (_request, _reply, payload, done) => {
      if (Buffer.isBuffer(payload)) lengths.push(payload.buffer.byteLength);
      done();
    });
    pages.get('/', (_request, reply) => reply.page(errorPage({ status: 404, reference: 'abc', home: null })));
    expect((await pages.inject('/')).body).to.contain('abc');
    await pages.close();
    expect(lengths).to.deep.equal([256 * 1024]);
  });

  it('are never another page’s, however many are on their way, read slowly, or broken off', async () => {
    const answers: { number: number; text: Promise<string> }[] = [];
    const slow = [6, 13, 20, 27].map((number) => ({ number, text: readSlowly(number, 60) }));
    await sleep(50);
    for (let round = 0; round < 12; round += 1) {
      for (let index = 0; index < 25; index += 1) {
        const number = round * 25 + index;
        if (index % 5 === 3) breakOff(number);
        else answers.push({ number, text: textFrom(`/${number}`) });
      }
      await sleep(5);
    }
    for (const { number, text } of answers) expect((await text) === textOf(number), `page ${number}`).to.equal(true);
    for (const { number, text } of slow) expect((await text) === textOf(number).repeat(60), `page ${number}, read slowly`).to.equal(true);
  }).timeout(20_000);

  /** Asks for more than the system takes at once, and lets it stand in the way for a while: the texts of the answers, one after the other. */
  function readSlowly(number: number, times: number): Promise<string> {
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = [];
      const asked = (last: boolean) => `GET /${number} HTTP/1.1\r\nhost: a\r\n${last ? 'connection: close\r\n' : ''}\r\n`;
      const socket = connect(port, '127.0.0.1', () => socket.write(asked(false).repeat(times - 1) + asked(true)));
      socket.pause();
      setTimeout(() => socket.resume(), 400);
      socket.on('data', (chunk: Buffer) => { chunks.push(chunk); }).on('error', reject);
      socket.on('end', () => resolve(Buffer.concat(chunks).toString().split('\r\n\r\n').slice(1).map((text) => text.split('HTTP/1.1')[0]).join('')));
    });
  }

  /** Asks, and goes away at the first of what comes. */
  function breakOff(number: number): void {
    const socket = connect(port, '127.0.0.1', () => socket.write(`GET /${number} HTTP/1.1\r\nhost: a\r\n\r\n`));
    socket.on('data', () => socket.destroy()).on('error', () => {});
  }
});
