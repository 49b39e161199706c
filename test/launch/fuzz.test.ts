// Whatever a browser or a platform sends, the answer is never a 5xx (contract.md, Refusals). The seed is fixed.
import { expect } from 'chai';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { after, before, describe, it } from 'mocha';
import { issuer, publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, openBrowser } from '../support/browser-session.ts';

/** Mulberry32: small, and the same on every machine. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Sent = { method: string; url: string; headers: Record<string, string>; payload?: string | Buffer };

describe('lti login and launch: malformed requests', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  const random = randomFrom(20260511);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const chance = (share: number): boolean => random() < share;

  const strange = (): string => pick([
    '', ' ', '\0', 'a\0b', '%', '%zz', '\u202e', '😀', '\ud83d', '__proto__', 'constructor', 'null', 'undefined', '-1', '1e309', 'NaN',
    '\'', '"; drop table person; --', '{{7*7}}', '<%= 1 %>', '../../etc/passwd', 'javascript:alert(1)', '//evil.example', '[object Object]',
    'x'.repeat(256), 'x'.repeat(2048), 'é'.repeat(1500), 'x'.repeat(70_000), '\\u0000', '\r\nset-cookie: a=b', '00000000-0000-0000-0000-000000000000', 'f'.repeat(36),
    `${publicUrl}/${'%F0%9F%98%80'.repeat(200)}`, `${publicUrl}/weeks/1`, 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImEifQ.e30.x', 'a.b.c', '.'.repeat(1000),
    `${Buffer.from(`{"alg":"RS256","kid":"${'k'.repeat(400)}"}`).toString('base64url')}.e30.AAAA`,
    `${Buffer.from(`{"alg":"RS256","kid":"a"}`).toString('base64url')}.${Buffer.from('['.repeat(20_000)).toString('base64url')}.AAAA`,
    `${Buffer.from('['.repeat(20_000)).toString('base64url')}.e30.AAAA`,
  ]);
  const names = ['iss', 'login_hint', 'target_link_uri', 'client_id', 'lti_deployment_id', 'lti_message_hint', 'lti_storage_target', 'state', 'id_token', 'error', 'error_description', 'storage_secret', '__proto__', 'iss[]', 'iss[a]', 'state.x'];

  const pairs = (): [string, string][] => {
    const good: [string, string][] = chance(0.7) ? Object.entries(test.platform.launchParameters()) : [];
    const changed = good.map(([name, value]): [string, string] => [name, chance(0.15) ? strange() : value]).filter(() => !chance(0.05));
    const added = Array.from({ length: Math.floor(random() * 4) }, (): [string, string] => [pick(names), strange()]);
    return [...changed, ...added];
  };
  const form = (): string => {
    const text = new URLSearchParams(pairs()).toString();
    return chance(0.2) ? `${text}&${pick(['%', '%c3%28', '=', '&&&', 'a=%00', '%00=1', 'state', 'iss=%ff%fe', 'a=1&'.repeat(3000)])}` : text;
  };
  const deep = (): string => pick([
    '{"a":'.repeat(5000) + '1' + '}'.repeat(5000), '['.repeat(50_000), JSON.stringify({ state: ['x'], id_token: { a: 1 } }), JSON.stringify(Object.fromEntries(pairs())),
    '{"iss":"\\u0000"}', '{"iss":"\\ud800","login_hint":"\\ud800","target_link_uri":"\\ud800"}', '{"__proto__":1}', '{"constructor":{"prototype":1}}', 'null', '1', '""', '{', '\uFEFF{}',
    JSON.stringify({ ...test.platform.launchParameters(), lti_deployment_id: '\ud800', lti_storage_target: '\ud800' }),
    JSON.stringify({ state: '\ud800', error: '\ud800' }), JSON.stringify({ state: 'x', error: '\0' }), JSON.stringify({ state: true, id_token: 1 }),
  ]);

  function request(): Sent {
    const method = pick(['GET', 'GET', 'POST', 'POST', 'POST', 'POST', 'PUT', 'DELETE', 'PATCH', 'HEAD', 'OPTIONS']);
    const path = pick([
      '/lti/login', '/lti/login', '/lti/launch', '/lti/launch', '/lti/login/', '/lti/launch/', `/lti/login/${test.registrationId}`, `/lti/login/${'f'.repeat(36)}`, `/lti/login/${encodeURIComponent(strange().toWellFormed()).slice(0, 300)}`,
      '/lti/login/%00', '/lti/login/%ff', '/lti/login/%', '/lti//login', '/LTI/LOGIN', `/lti/arrival/${'a'.repeat(16)}`, `/lti/window/${'a'.repeat(16)}`, '/lti/window/%00',
    ]);
    const query = chance(0.6) ? `?${path.includes('window') || path.includes('arrival') ? `ticket=${'t'.repeat(43)}&to=${encodeURIComponent(pick(['/', '/weeks/1', '//x', '/\0', `/${'é'.repeat(500)}`, '/é\n']))}` : form().slice(0, 12_000)}` : '';
    const headers: Record<string, string> = { ...(chance(0.3) && { 'sec-fetch-dest': pick(['iframe', 'document', strange().replace(/[^\x20-\x7e]/g, '')]) }) };
    if (chance(0.3)) headers['user-agent'] = pick(['', 'Chrome/', 'Firefox/999999999999', 'Version/.Safari/', 'x'.repeat(5000)]);
    if (chance(0.3)) headers['cookie'] = pick(['=', ';;;', '__Host-login-0=%', '__Host-in-=x', `__Host-in-${'a'.repeat(16)}=%E0%A4%A`, Array.from({ length: 40 }, (_, number) => `__Host-in-made-up-${number}=x`).join('; '), '__proto__=1; constructor=2', '__Host-theme=<script>']);
    if (chance(0.1)) headers['host'] = pick(['evil.example', '', 'a:b:c']);
    if (chance(0.1)) headers['x-forwarded-for'] = pick(['x', '1.2.3.4, 5.6.7.8', ',,,']);
    if (method === 'GET' || method === 'HEAD' || method === 'OPTIONS' || chance(0.1)) return { method, url: path + query, headers };
    const [contentType, payload] = pick<() => [string, string | Buffer]>([
      () => ['application/x-www-form-urlencoded', form()],
      () => ['application/x-www-form-urlencoded', form()],
      () => ['application/x-www-form-urlencoded; charset=utf-16', form()],
      () => ['application/x-www-form-urlencoded', Buffer.from([0x69, 0x73, 0x73, 0x3d, 0xff, 0xfe, 0xc3, 0x28, 0x00, 0x80])],
      () => ['application/x-www-form-urlencoded', 'x'.repeat(300_000)],
      () => ['application/json', deep()],
      () => ['text/plain', strange()],
      () => ['multipart/form-data', strange()],
      () => ['x', 'y'],
      () => ['', form()],
    ])();
    return { method, url: path + query, headers: { ...headers, 'content-type': contentType }, payload };
  }

  async function expectNo5xx(number: number | string, sent: Sent): Promise<LightMyRequestResponse> {
    const answer = await test.app.inject(sent as InjectOptions);
    const told = `${number}: ${sent.method} ${sent.url.slice(0, 300)} ${JSON.stringify(sent.headers).slice(0, 300)} ${String(sent.payload ?? '').slice(0, 300)}`;
    expect(answer.statusCode, told).to.be.within(200, 499);
    if (answer.statusCode >= 400 && sent.method !== 'HEAD') {
      expect(answer.headers['content-type'], told).to.match(/^text\/html/);
      expect(answer.body.match(/<h1[\s>]/g), told).to.have.length(1);
    }
    return answer;
  }

  it('300 random ones never give a 5xx, and every refusal is a page', async () => {
    const statuses = new Map<number, number>();
    for (let number = 0; number < 300; number += 1) {
      const { statusCode } = await expectNo5xx(number, request());
      statuses.set(statusCode, (statuses.get(statusCode) ?? 0) + 1);
    }
    // The mixture reaches past the first check: some logins are good.
    expect([...statuses.keys()]).to.include.members([302, 400, 403, 404, 405, 413]);
  });

  it('150 launches with strange claims, well signed, never give a 5xx', async () => {
    const values: unknown[] = [
      null, true, 0, -1, 1e308, '', ' ', '\0', 'a\0b', '\ud83d', '😀'.repeat(300), 'x'.repeat(256), 'x'.repeat(9000), [], [null], [[]], ['\0'], ['\ud800'], {}, { id: null }, { id: '\0' }, { id: 'x', title: { a: 1 } },
      { id: 'x', title: '\0\ud800', label: '\u0001' }, { return_url: 'https://*;,/', url: 'https://a;b/' }, { return_url: `https://a.example/${'é'.repeat(700)}` }, { return_url: 'http://[::1]:9/', url: 'https://xn--/' },
      { name: '\0', guid: '\0' }, { toString: 1 }, JSON.parse('{"__proto__":{"id":"x"}}'), Array.from({ length: 500 }, () => 'Learner'), Object.fromEntries(Array.from({ length: 500 }, (_, number) => [`k${number}`, '\0'])),
      `${publicUrl}/weeks/1`, 'https://evil.example', 'Learner', '1.3.0', 'LtiResourceLinkRequest', ['Learner'],
    ];
    for (let number = 0; number < 150; number += 1) {
      const browser = openBrowser(test);
      const { state, nonce } = await beginLogin(browser, test.platform);
      const changes: string[] = [];
      const token = test.platform.idToken({
        nonce,
        change: (claims) => {
          for (let count = 0; count < 1 + Math.floor(random() * 3); count += 1) {
            const name = pick(Object.keys(claims));
            const value = pick(values);
            changes.push(`${name}=${JSON.stringify(value)?.slice(0, 100)}`);
            claims[name] = value;
          }
        },
      });
      const answer = await browser.postFrom(issuer, '/lti/launch', { state, id_token: token });
      expect(answer.statusCode, `${number}: ${changes.join(' ')}`).to.be.within(300, 499);
      if (answer.statusCode === 303) expect((await browser.follow(answer)).statusCode, `${number}: ${changes.join(' ')}`).to.be.within(200, 499);
    }
  });
});
