// lti.md, section 2, rules 1 to 10: what a third-party-initiated login must say, by GET and by POST.
import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import { after, before, describe, it } from 'mocha';
import { toolAt } from '../../scripts/practice-lms/platform.ts';
import { issuer, publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { openBrowser } from '../support/browser-session.ts';
import { expectRefused } from './expected-refusal.ts';
import { addRegistration } from './more-platforms.ts';

type Parameters = [name: string, value: string][];

const otherUuid = '01234567-89ab-4cde-8f01-23456789abcd';

describe('lti login', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  /** The parameters of a good login, one of them changed, removed (undefined) or added. */
  const good = (): Record<string, string> => test.platform.launchParameters();
  const withOne = (name: string, value: string | undefined) => (): Parameters => Object.entries({ ...good(), [name]: value }).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const withTarget = (target: string) => withOne('target_link_uri', target);

  const send = (method: 'GET' | 'POST', parameters: Parameters, path = '/lti/login') => {
    const text = new URLSearchParams(parameters).toString();
    return method === 'GET'
      ? test.app.inject({ method, url: `${path}?${text}` })
      : test.app.inject({ method, url: path, payload: text, headers: { 'content-type': 'application/x-www-form-urlencoded', origin: issuer, 'sec-fetch-site': 'cross-site' } });
  };

  const refused: [rule: string, parameters: () => Parameters, expected: string][] = [
    ['rule 1: no iss', withOne('iss', undefined), '400 login.missing_iss'],
    ['rule 1: iss is empty', withOne('iss', ''), '400 login.missing_iss'],
    ['rule 1: no parameters at all', () => [], '400 login.missing_iss'],
    ['rule 2: no login_hint', withOne('login_hint', undefined), '400 login.missing_login_hint'],
    ['rule 3: no target_link_uri', withOne('target_link_uri', undefined), '400 login.missing_target_link_uri'],
    ['rule 4: unknown iss', withOne('iss', 'https://evil.example'), '403 registration.unknown'],
    ['rule 4: iss with a slash at its end', withOne('iss', `${issuer}/`), '403 registration.unknown'],
    ['rule 5: iss known, client_id unknown', withOne('client_id', 'someone-else'), '403 registration.unknown'],
    ['rule 7: target on another host', withTarget('https://evil.example/weeks/1'), '400 target.foreign'],
    ['rule 7: target is javascript:', withTarget('javascript:alert(1)'), '400 target.foreign'],
    ['rule 7: target is data:', withTarget('data:text/html,hello'), '400 target.foreign'],
    ['rule 7: target is blob: of ours', withTarget(`blob:${publicUrl}/weeks/1`), '400 target.foreign'],
    ['rule 7: target is //evil', withTarget('//evil.example/weeks/1'), '400 target.foreign'],
    ['rule 7: target is a path alone', withTarget('/weeks/1'), '400 target.foreign'],
    ['rule 7: target hides the host behind userinfo', withTarget('http://localhost:3000@evil.example/'), '400 target.foreign'],
    ['rule 7: target carries userinfo', withTarget('http://evil.example@localhost:3000/'), '400 target.foreign'],
    ['rule 7: target on another port', withTarget('http://localhost:3001/weeks/1'), '400 target.foreign'],
    ['rule 7: target on another scheme', withTarget('https://localhost:3000/weeks/1'), '400 target.foreign'],
    ['rule 7: target that would redirect to another host', withTarget(`${publicUrl}//evil.example`), '400 target.foreign'],
    ['rule 7: target with a backslash that would', withTarget(`${publicUrl}/\\evil.example`), '400 target.foreign'],
    ['rule 7: target is not an address', withTarget('week 1'), '400 target.foreign'],
    ['rule 8: target is our login address', withTarget(`${publicUrl}/lti/login`), '400 target.loop'],
    ['rule 8: target is a login address of one registration', withTarget(`${publicUrl}/lti/login/${otherUuid}?x=1`), '400 target.loop'],
    ['rule 8: target is our login address, escaped', withTarget(`${publicUrl}/lti/%6cogin/`), '400 target.loop'],
    ['rule 10: iss twice', () => [...withOne('iss', issuer)(), ['iss', 'https://evil.example']], '400 login.repeated_parameter'],
    ['rule 10: the same client_id twice', () => [...Object.entries(good()), ['client_id', 'practice-client-1']], '400 login.repeated_parameter'],
    ['rule 10: a value over 2 kB', withOne('login_hint', 'x'.repeat(2049)), '400 login.too_long'],
    ['rule 10: a value over 2 kB in bytes', withOne('lti_message_hint', 'é'.repeat(1025)), '400 login.too_long'],
    ['rule 10: a target that is over 2 kB once it is escaped', withTarget(`${publicUrl}/weeks/1?${'é'.repeat(900)}`), '400 login.too_long'],
    ['rule 10: a deployment longer than any is', withOne('lti_deployment_id', 'd'.repeat(256)), '400 login.too_long'],
    ['rule 10: a storage frame longer than any name is', withOne('lti_storage_target', 'f'.repeat(256)), '400 login.too_long'],
    ['rule 10: a NUL byte in login_hint', withOne('login_hint', 'a\0b'), '400 login.bad_characters'],
    ['rule 10: a NUL byte in iss', withOne('iss', `${issuer}\0`), '400 login.bad_characters'],
    ['rule 10: a NUL byte in client_id', withOne('client_id', '\0'), '400 login.bad_characters'],
  ];

  for (const method of ['GET', 'POST'] as const) {
    describe(`by ${method}`, () => {
      for (const [rule, parameters, expected] of refused) {
        it(`${rule} → ${expected}`, async () => {
          const answer = await expectRefused(test, expected, () => send(method, parameters()));
          expect(answer.cookies, 'cookies').to.deep.equal([]);
        });
      }

      it('a good one goes straight to the platform, echoing its hints', async () => {
        const parameters = good();
        const answer = await send(method, Object.entries(parameters));
        expect(answer.statusCode).to.equal(302);
        const url = new URL(String(answer.headers.location));
        expect(url.origin + url.pathname).to.equal(test.platform.authorizationUrl);
        const { state, nonce, ...told } = Object.fromEntries(url.searchParams);
        expect(told).to.deep.equal({
          scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none',
          client_id: 'practice-client-1', redirect_uri: `${publicUrl}/lti/launch`,
          login_hint: parameters['login_hint'], lti_message_hint: parameters['lti_message_hint'],
        });
        expect(state).to.match(/^[\w-]{43}$/).and.not.equal(nonce);
        expect(nonce).to.match(/^[\w-]{43}$/);
      });

      it('echoes hints of any characters as they came', async () => {
        const hint = '{"cmid":7,"t":"ü & + %20 = ¿"}';
        const answer = await send(method, withOne('lti_message_hint', hint)());
        expect(new URL(String(answer.headers.location)).searchParams.get('lti_message_hint')).to.equal(hint);
      });

      it('needs no lti_message_hint, no client_id and no deployment, as with some platforms', async () => {
        const { iss = '', login_hint: hint = '', target_link_uri: target = '' } = good();
        const answer = await send(method, [['iss', iss], ['login_hint', hint], ['target_link_uri', target]]);
        expect(answer.statusCode).to.equal(302);
        const query = new URL(String(answer.headers.location)).searchParams;
        expect(query.get('client_id')).to.equal('practice-client-1');
        expect(query.has('lti_message_hint')).to.equal(false);
      });

      it('does not look at parameters that LTI does not name', async () => {
        const answer = await send(method, [...Object.entries(good()), ['canvas_region', 'eu'], ['canvas_region', 'us'], ['extra', 'x'.repeat(3000)]]);
        expect(answer.statusCode).to.equal(302);
      });
    });
  }

  it('rule 8: our launch address as the target means the home page', async () => {
    const answer = await send('GET', withTarget(`${publicUrl}/lti/launch`)());
    expect(answer.statusCode).to.equal(302);
    expect((await test.sql.query('select target from login_attempt order by expires_at desc limit 1')).rows).to.deep.equal([{ target: '/' }]);
  });

  it('rule 9: registration disabled → 403 registration.disabled', async () => {
    await test.sql.query('update platform_registration set active = false where id = $1', [test.registrationId]);
    try {
      for (const method of ['GET', 'POST'] as const) await expectRefused(test, '403 registration.disabled', () => send(method, Object.entries(good())));
      await expectRefused(test, '403 registration.disabled', () => send('GET', Object.entries(good()), `/lti/login/${test.registrationId}`));
    } finally {
      await test.sql.query('update platform_registration set active = true where id = $1', [test.registrationId]);
    }
  });

  it('sets one cookie for the attempt and keeps hashes alone', async () => {
    const browser = openBrowser(test);
    const answer = await browser.get(`/lti/login?${new URLSearchParams(good()).toString()}`);
    const lines = [answer.headers['set-cookie']].flat();
    expect(lines).to.have.length(1);
    const [, name = '', value = '', attributes = ''] = /^([^=]+)=([^;]*); (.*)$/.exec(String(lines[0])) ?? [];
    expect(name).to.match(/^__Host-login-[0-9a-f]{16}$/);
    expect(attributes.split('; ').toSorted()).to.deep.equal(['HttpOnly', 'Max-Age=600', 'Partitioned', 'Path=/', 'SameSite=None', 'Secure']);

    const state = new URL(String(answer.headers.location)).searchParams.get('state') ?? '';
    expect(value).not.to.equal(state);
    const kept = JSON.stringify((await test.sql.query(`select l::text as row from login_attempt l`)).rows);
    for (const secret of [state, value]) {
      expect(kept).not.to.contain(secret);
      expect(kept).not.to.contain(Buffer.from(secret).toString('hex'));
    }
  });

  describe('several registrations of one issuer', () => {
    const secondTool = toolAt(publicUrl, { clientId: 'practice-client-2', deploymentIds: ['practice-deployment-2'] });
    let second: string;
    before(async () => { second = await addRegistration(test, { issuer, tool: secondTool }); });

    const asSecond = () => Object.entries({ ...good(), client_id: 'practice-client-2' });
    const withoutClient = () => withOne('client_id', undefined)();
    const clientOf = (answer: LightMyRequestResponse) => `${answer.statusCode} ${URL.parse(String(answer.headers.location))?.searchParams.get('client_id')}`;

    it('rule 6: no client_id → 400 registration.ambiguous', async () => {
      for (const method of ['GET', 'POST'] as const) {
        const answer = await expectRefused(test, '400 registration.ambiguous', () => send(method, withoutClient()));
        expect(answer.body).to.contain('login address');
      }
    });

    it('the client_id tells which', async () => {
      expect(clientOf(await send('GET', Object.entries(good())))).to.equal('302 practice-client-1');
      expect(clientOf(await send('POST', asSecond()))).to.equal('302 practice-client-2');
    });

    it('rule 5: a third client_id never falls back to one of them', () =>
      expectRefused(test, '403 registration.unknown', () => send('GET', withOne('client_id', 'practice-client-3')())));

    it('a login address of its own tells which', async () => {
      for (const method of ['GET', 'POST'] as const) {
        expect(clientOf(await send(method, withoutClient(), `/lti/login/${second}`))).to.equal('302 practice-client-2');
        expect(clientOf(await send(method, asSecond(), `/lti/login/${second}`))).to.equal('302 practice-client-2');
        expect(clientOf(await send(method, withoutClient(), `/lti/login/${test.registrationId}`))).to.equal('302 practice-client-1');
      }
    });

    const wrongAddresses: [words: string, parameters: () => Parameters, path: () => string][] = [
      ['names another client than the parameters', () => Object.entries(good()), () => second],
      ['names another issuer than the parameters', withOne('iss', 'https://evil.example'), () => second],
      ['names nobody', withoutClient, () => otherUuid],
      ['is no id', withoutClient, () => 'practice'],
      ['looks like an id', withoutClient, () => 'a'.repeat(36)],
      ['is all hyphens', withoutClient, () => '-'.repeat(36)],
      ['holds an escaped NUL', withoutClient, () => `${second}%00`],
    ];
    for (const [words, parameters, path] of wrongAddresses) {
      it(`a login address that ${words} → 403 registration.unknown`, () =>
        expectRefused(test, '403 registration.unknown', () => send('GET', parameters(), `/lti/login/${path()}`)));
    }

    it('a login address of its own still wants iss', () => expectRefused(test, '400 login.missing_iss', () => send('GET', withOne('iss', undefined)(), `/lti/login/${second}`)));
  });

  describe('bodies that are no form', () => {
    const post = (contentType: string, payload: string | Buffer) =>
      test.app.inject({ method: 'POST', url: '/lti/login', payload, headers: { 'content-type': contentType, origin: issuer, 'sec-fetch-site': 'cross-site' } });

    it('a body over the limit → 413 launch.too_large', () =>
      expectRefused(test, '413 launch.too_large', () => post('application/x-www-form-urlencoded', `iss=${'x'.repeat(300_000)}`)));

    const wrongTypes: [contentType: string, payload: string | Buffer, expected: string][] = [
      ['multipart/form-data; boundary=x', '--x--', '400 launch.malformed'],
      ['application/xml', '<iss/>', '400 launch.malformed'],
      ['text/plain', 'iss=a', '400 login.malformed'],
      ['application/json', '{"iss":', '400 launch.malformed'],
      ['application/json', '[]', '400 login.malformed'],
      ['application/json', '"iss"', '400 login.malformed'],
      ['application/json', '{"iss":{"a":1}}', '400 login.malformed'],
      ['application/json', '{"iss":["a"]}', '400 login.repeated_parameter'],
      ['application/json', '{"__proto__":{"iss":"a"}}', '400 launch.malformed'],
    ];
    for (const [contentType, payload, expected] of wrongTypes) {
      it(`${contentType} ${String(payload)} → ${expected}`, () => expectRefused(test, expected, () => post(contentType, payload)));
    }
  });
});
