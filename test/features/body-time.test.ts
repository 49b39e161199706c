// A body that drips is not waited for; one that is meant to take long may.
import { expect } from 'chai';
import fastify from 'fastify';
import { describe, it } from 'mocha';
import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { bodyTime } from '../../server/plugins/body-time.ts';
import { answerRawError } from '../../server/plugins/raw-errors.ts';

describe('a request whose body is late', () => {
  it('is ended with a page, whether it was answered or not; a route may allow more', async () => {
    const app = fastify({ clientErrorHandler: answerRawError });
    bodyTime(app);
    app.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body));
    app.post('/short', { config: { bodySeconds: 0.05 } }, async () => 'done');
    app.post('/long', { config: { bodySeconds: 60 } }, async () => 'done');
    await app.listen({ port: 0, host: '127.0.0.1' });
    const open = (path: string) => {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1');
      socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\ncontent-length: 4\r\nconnection: close\r\n\r\nab`);
      return socket;
    };
    const long = open('/long');
    expect(await text(open('/short'))).to.contain('408 Request Timeout').and.contain('That took too long');
    long.write('cd');
    expect(await text(long)).to.contain('200 OK').and.contain('done');
    const gone = open('/long');
    await once(gone, 'connect');
    gone.destroy();
    await app.close();
  });
});
