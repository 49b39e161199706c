// What a practice installation may do, production may not.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ConfigError, loadConfig } from '../../server/config.ts';
import { createOutbound, isAllowed } from '../../server/lti/outbound.ts';
import { publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser-session.ts';

describe('production', () => {
  const production = { NODE_ENV: 'production', PUBLIC_URL: 'https://coachline.example.org' };

  it('is served over https: plain http would show every token, and browsers would keep no cookie', () => {
    for (const url of ['http://coachline.example.org', 'http://10.0.0.5:3000', 'http://localhost.example.org', 'http://127.0.0.1.example.org', 'http://[2001:db8::1]']) {
      expect(() => loadConfig({ ...production, PUBLIC_URL: url }), url).to.throw(ConfigError, /PUBLIC_URL must begin with https/);
    }
    for (const url of ['https://coachline.example.org', 'http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:3000']) {
      expect(loadConfig({ ...production, PUBLIC_URL: url }).publicUrl).to.equal(url);
    }
    expect(loadConfig({ PUBLIC_URL: 'http://coachline.example.org' }).production, 'elsewhere it may be anything').to.equal(false);
  });

  it('goes to no private address, in none of its spellings', async () => {
    const { allowLocalPlatforms } = loadConfig(production);
    const outbound = createOutbound({ allowLocal: allowLocalPlatforms, userAgent: 'test', maxBytes: 1_000, resolve: () => { throw new Error('a literal address is not looked up'); } });
    const spellings = [
      '127.0.0.1', '127.1', '0x7f.1', '2130706433', '017700000001', '0.0.0.0', '10.0.0.1', '172.31.255.255', '192.168.0.1', '169.254.169.254', '100.64.0.1', '100.100.100.200', '168.63.129.16',
      '[::]', '[::1]', '[::ffff:127.0.0.1]', '[::ffff:a00:1]', '[::127.0.0.1]', '[64:ff9b::a00:1]', '[64:ff9b::169.254.169.254]', '[64:ff9b:1::1]', '[fd00::1]', '[fe80::1]', '[fec0::1]', '[2002:a00:1::]', '[2001:0:a00:1::]', '[ff02::1]', '[fd00:ec2::254]',
      '１２７.0.0.1', '127。0。0。1',
    ];
    for (const host of spellings) {
      const answer = await outbound.request({ method: 'GET', url: `https://${host}/` });
      expect(!answer.ok && answer.reason, host).to.equal('private-address');
    }
    for (const url of ['http://lms.example/', 'file:///etc/passwd', 'ftp://lms.example/', 'https://user@lms.example/', 'https://:pass@lms.example/', 'data:application/json,{}', 'gopher://lms.example/', '//lms.example/', '']) {
      const answer = await outbound.request({ method: 'GET', url });
      expect(!answer.ok && answer.reason, url).to.equal('bad-url');
    }
  });

  it('nor does a name help, whichever of its addresses is private: metadata is never reached, practice or not', () => {
    for (const address of ['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', 'fe80::1%eth0', 'fd00:ec2::254', '100.100.100.200', '168.63.129.16', '0.0.0.0', 'not an address']) {
      expect(isAllowed(address, true), address).to.equal(false);
    }
  });

  describe('answers', () => {
    let test: TestApp;
    before(async () => { test = await startTestApp({ env: { ...production, PUBLIC_URL: publicUrl } }); });
    after(() => test.close());

    it('say nothing of what went wrong inside', async () => {
      const query = test.sql.query.bind(test.sql);
      test.sql.query = () => Promise.reject(new Error('relation "secret_table" does not exist'));
      try {
        for (const url of ['/lti/jwks', '/lti/register/x', `/lti/login?${new URLSearchParams(test.platform.launchParameters({})).toString()}`]) {
          const answer = await openBrowser(test).get(url);
          expect(answer.statusCode, url).to.equal(500);
          expect(answer.body, url).not.to.contain('secret_table').and.not.contain('.ts:').and.not.contain('node_modules');
        }
      } finally {
        test.sql.query = query;
      }
    });

    it('carry the same headers when they are refusals', async () => {
      for (const url of ['/', '/nowhere', '/%zz', '/in/x/', '/sign-in/x', '/lti/launch', '/lti/register/x', '/metrics']) {
        const { headers } = await test.app.inject({ url, headers: { 'x-forwarded-for': '192.0.2.1' } });
        expect(headers['x-content-type-options'], url).to.equal('nosniff');
        expect(headers['content-security-policy'], url).to.match(/default-src 'none'/);
        expect(headers['access-control-allow-origin'], url).to.equal(undefined);
        expect(headers['server'] ?? headers['x-powered-by'], url).to.equal(undefined);
      }
    });
  });
});
