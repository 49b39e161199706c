import http from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { after, before, describe, it } from 'mocha';
import { expect } from 'chai';
import { createOutbound, isAllowed } from '../../server/lti/outbound.ts';

const options = { userAgent: 'Coachline-test/1', timeoutMs: 400, maxBytes: 256 * 1024 };
const local = createOutbound({ ...options, allowLocal: true });
const strict = createOutbound({ ...options, allowLocal: false });

describe('lti outbound calls', () => {
  let server: http.Server;
  let base: string;
  let requests: http.IncomingMessage[];
  let aborted: Promise<void>;
  const timers: NodeJS.Timeout[] = [];

  before(async () => {
    requests = [];
    let sawAbort: () => void;
    aborted = new Promise((done) => { sawAbort = done; });
    const pages: Record<string, (response: http.ServerResponse, request: http.IncomingMessage) => void> = {
      '/json': (response) => response.setHeader('content-type', 'text/html').end('{"keys":[]}'),
      '/bom': (response) => response.end('\ufeff{"a":1}'),
      '/garbage': (response) => response.end('<html>nope'),
      '/binary': (response) => response.end(Buffer.from([0x22, 0xff, 0x22])),
      '/empty': (response) => response.end(),
      '/missing': (response) => response.writeHead(404).end('{"error":"x"}'),
      '/broken': (response) => response.writeHead(503).end(),
      '/redirect': (response) => response.writeHead(302, { location: '/json' }).end(),
      '/silent': () => {},
      '/drip': (response) => {
        response.write('[');
        timers.push(setInterval(() => response.write(' '), 20));
      },
      '/large': (response) => {
        const chunk = Buffer.alloc(64 * 1024, 0x20);
        let sent = 0;
        const more = () => {
          while (sent < 10 * 1024 * 1024 && !response.destroyed) {
            sent += chunk.length;
            if (!response.write(chunk)) return void response.once('drain', more);
          }
          response.end();
        };
        response.once('close', () => { if (!response.writableFinished) sawAbort(); });
        more();
      },
      '/announced': (response) => response.writeHead(200, { 'content-length': 10 * 1024 * 1024 }).write('['),
      '/cut': (response) => { response.writeHead(200, { 'content-length': 100 }).write('{'); setTimeout(() => response.destroy(), 20); },
      '/echo': (response, request) => void request.toArray().then((chunks) => response.writeHead(201, { 'x-method': request.method ?? '' }).end(Buffer.concat(chunks as Buffer[]))),
    };
    server = http.createServer((request, response) => {
      requests.push(request);
      (pages[request.url ?? ''] ?? pages['/missing'])?.(response, request);
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  after(async () => {
    timers.forEach(clearInterval);
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });

  const outcome = async (url: string, outbound = local) => {
    const result = await outbound.fetchJson(url);
    return result.ok ? 'ok' : result.reason;
  };

  it('reads JSON whatever its content type says, and says who calls', async () => {
    expect(await local.fetchJson(`${base}/json`)).to.deep.equal({ ok: true, json: { keys: [] } });
    expect(await local.fetchJson(`${base}/bom`)).to.deep.equal({ ok: true, json: { a: 1 } });
    expect(requests[0]?.headers['user-agent']).to.equal('Coachline-test/1');
  });

  it('gives every failure as a value', async () => {
    expect(await outcome(`${base}/garbage`)).to.equal('not-json');
    expect(await outcome(`${base}/binary`)).to.equal('not-json');
    expect(await outcome(`${base}/empty`)).to.equal('not-json');
    expect(await local.fetchJson(`${base}/missing`)).to.deep.equal({ ok: false, reason: 'status', status: 404 });
    expect(await local.fetchJson(`${base}/broken`)).to.deep.equal({ ok: false, reason: 'status', status: 503 });
    expect(await outcome(`${base}/cut`)).to.equal('network');
    expect(await local.fetchJson('http://127.0.0.1:1/')).to.deep.equal({ ok: false, reason: 'network', detail: 'ECONNREFUSED' });
    expect(await outcome('http://no-such-host.invalid/')).to.be.oneOf(['network', 'timeout']);
  });

  it('follows no redirect', async () => {
    const before = requests.length;
    expect(await local.fetchJson(`${base}/redirect`)).to.deep.equal({ ok: false, reason: 'redirect', status: 302 });
    expect(requests.length).to.equal(before + 1);
  });

  it('ends in time: a silent server, and a body that drips', async () => {
    for (const path of ['/silent', '/drip']) {
      const started = performance.now();
      expect(await outcome(base + path), path).to.equal('timeout');
      expect(performance.now() - started).to.be.within(380, 1500);
    }
  });

  it('ends in time when the name does not resolve', async () => {
    const deaf = createOutbound({ ...options, allowLocal: true, timeoutMs: 100, resolve: () => {} });
    expect(await outcome('http://lms.example/', deaf)).to.equal('timeout');
  });

  it('stops reading at the limit, and hangs up', async () => {
    expect(await outcome(`${base}/large`)).to.equal('too-large');
    await aborted;
    expect(await outcome(`${base}/announced`)).to.equal('too-large');
    const small = await local.request({ method: 'GET', url: `${base}/json`, maxBytes: 5 });
    expect(small).to.deep.equal({ ok: false, reason: 'too-large' });
  });

  it('sends a method, headers and a body, and gives any status but a redirect', async () => {
    const answer = await local.request({ method: 'POST', url: `${base}/echo`, headers: { 'content-type': 'text/plain' }, body: 'héllo' });
    expect(answer.ok && { status: answer.status, body: answer.body.toString(), method: answer.headers['x-method'] }).to.deep.equal({ status: 201, body: 'héllo', method: 'POST' });
    expect(requests.at(-1)?.headers).to.include({ 'content-type': 'text/plain', 'content-length': '6' });
    const missing = await local.request({ method: 'DELETE', url: `${base}/missing` });
    expect(missing.ok && missing.status).to.equal(404);
  });

  it('gives a failure for a header that HTTP does not allow', async () => {
    expect((await local.request({ method: 'GET', url: `${base}/json`, headers: { authorization: 'Bearer a\r\nx: y' } })).ok).to.equal(false);
  });

  it('refuses addresses that are not https, or hide a user name', async () => {
    for (const url of ['', 'nonsense', '/path', 'ftp://lms.example/', 'file:///etc/passwd', 'javascript:0', 'http://lms.example/', 'https://user@lms.example/', 'https://:pass@lms.example/']) {
      expect(await outcome(url, strict), url).to.equal('bad-url');
    }
    expect(await outcome('http://user:pass@127.0.0.1/', local)).to.equal('bad-url');
  });

  it('refuses private addresses in every spelling, and names that resolve to one', async () => {
    const port = new URL(base).port;
    const hosts = ['127.0.0.1', '127.1', '2130706433', '0x7f.0.0.1', '0177.0.0.1', '0', '[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '10.0.0.1', '169.254.169.254', 'localhost'];
    const before = requests.length;
    for (const host of hosts) expect(await outcome(`https://${host}:${port}/json`, strict), host).to.equal('private-address');
    expect(requests.length).to.equal(before);
  });

  it('uses the very address that it checked, even if the name points elsewhere a moment later', async () => {
    const answers: LookupAddress[][] = [[{ address: '127.0.0.1', family: 4 }], [{ address: '93.184.215.14', family: 4 }]];
    let asked = 0;
    const rebinding = createOutbound({ ...options, allowLocal: false, resolve: (_name, _options, callback) => callback(null, answers[asked++] ?? []) });
    expect(await outcome('https://rebind.example/', rebinding)).to.equal('private-address');
    expect(asked).to.equal(1);
  });

  it('leaves the private ones out of several addresses of a name', async () => {
    const port = Number(new URL(base).port);
    const mixed = createOutbound({ ...options, allowLocal: true, resolve: (_name, _options, callback) => callback(null, [{ address: '169.254.169.254', family: 4 }, { address: '127.0.0.1', family: 4 }]) });
    expect(await outcome(`http://mixed.example:${port}/json`, mixed)).to.equal('ok');
  });
});

describe('lti outbound: which addresses', () => {
  const cases: [string, 'public' | 'local' | 'never'][] = [
    ['8.8.8.8', 'public'], ['93.184.215.14', 'public'], ['172.15.255.255', 'public'], ['172.32.0.0', 'public'], ['100.63.255.255', 'public'], ['100.128.0.0', 'public'], ['223.255.255.255', 'public'],
    ['2606:4700::1111', 'public'], ['2a00:1450:4001::8b', 'public'], ['::ffff:8.8.8.8', 'public'], ['64:ff9b::808:808', 'public'],
    ['127.0.0.1', 'local'], ['127.255.255.255', 'local'], ['10.0.0.1', 'local'], ['172.16.0.1', 'local'], ['172.31.255.255', 'local'], ['192.168.1.1', 'local'], ['100.64.0.1', 'local'],
    ['::1', 'local'], ['fc00::1', 'local'], ['fdff::1', 'local'], ['::ffff:10.0.0.1', 'local'], ['::ffff:7f00:1', 'local'], ['::127.0.0.1', 'local'], ['64:ff9b::a00:1', 'local'],
    ['0.0.0.0', 'never'], ['0.1.2.3', 'never'], ['169.254.169.254', 'never'], ['192.0.0.192', 'never'], ['192.0.2.1', 'never'], ['198.18.0.1', 'never'], ['203.0.113.9', 'never'],
    ['224.0.0.1', 'never'], ['240.0.0.1', 'never'], ['255.255.255.255', 'never'], ['100.100.100.200', 'never'], ['168.63.129.16', 'never'],
    ['::', 'never'], ['fe80::1', 'never'], ['fe80::1%eth0', 'never'], ['ff02::1', 'never'], ['fd00:ec2::254', 'never'], ['2001:db8::1', 'never'], ['2002:7f00:1::', 'never'], ['2001::1', 'never'],
    ['::ffff:169.254.169.254', 'never'], ['64:ff9b::a9fe:a9fe', 'never'], ['64:ff9b:1::1', 'never'],
    ['nonsense', 'never'], ['', 'never'],
  ];
  for (const [address, kind] of cases) {
    it(`${address || 'nothing'} is ${kind}`, () => {
      expect([isAllowed(address, false), isAllowed(address, true)]).to.deep.equal([kind === 'public', kind !== 'never']);
    });
  }
});
