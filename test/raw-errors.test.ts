import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { startTestApp } from './support/app.ts';
import type { TestApp } from './support/app.ts';

describe('what is not quite HTTP', () => {
  let test: TestApp;
  let port: number;
  before(async () => {
    test = await startTestApp();
    await test.app.listen({ port: 0, host: '127.0.0.1' });
    ({ port } = test.app.server.address() as AddressInfo);
  });
  after(() => test.close());

  const cases: [string, string, number][] = [
    ['headers of 20 kB', `GET / HTTP/1.1\r\nhost: localhost\r\ncookie: a=${'x'.repeat(20_000)}\r\n\r\n`, 431],
    ['an address of 20 kB', `GET /lti/login?iss=${'x'.repeat(20_000)} HTTP/1.1\r\nhost: localhost\r\n\r\n`, 431],
    ['no HTTP at all', 'HELO mail.example.org\r\n\r\n', 400],
  ];
  for (const [name, sent, status] of cases) {
    it(`${name} get a page that says what to do`, async () => {
      const socket = connect(port, '127.0.0.1');
      socket.write(sent);
      const answer = await text(socket);
      expect(answer.split('\r\n')[0]).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer).to.contain('content-type: text/html').and.to.match(/<h1>[^<]+<\/h1>/).and.to.match(/Reference <code>[0-9a-f]{12}<\/code>/);
    });
  }

  it('an address that cannot be unescaped gets our page for what is not there', async () => {
    for (const url of ['/%zz', '/in/aaaaaaaaaaaa/%', '/weeks/%ff']) {
      const answer = await test.app.inject(url);
      expect(answer.statusCode, url).to.equal(404);
      expect(answer.body).to.match(/<h1>/);
    }
  });
});
