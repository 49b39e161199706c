import { describe, it } from 'mocha';
import { expect } from 'chai';
import { authenticationRequestUrl, confirmTarget, hashSecret, newSecret, readLoginRequest, readTarget } from '../../server/lti/login.ts';
import { refusals } from '../../server/lti/refusal.ts';

const publicUrl = 'https://coach.example:8443';
const valid = { iss: 'https://lms.example', login_hint: 'u 1', target_link_uri: `${publicUrl}/weeks/3?from=lms` };

function code(parameters: unknown): string {
  const result = readLoginRequest(parameters, { publicUrl });
  return result.ok ? 'ok' : result.refusal.code;
}

describe('lti login: reading what a platform asks', () => {
  it('accepts the three required parameters alone', () => {
    expect(readLoginRequest(valid, { publicUrl })).to.deep.equal({
      ok: true, value: { issuer: 'https://lms.example', loginHint: 'u 1', target: '/weeks/3?from=lms' },
    });
  });

  it('keeps every character of the optional parameters, and ignores those that LTI does not name', () => {
    const hint = '{"cmid":7,"launchid":"a+b %20"}';
    const parameters = Object.assign(Object.create(null) as object, valid, {
      client_id: 'c1', lti_deployment_id: 'd1', lti_message_hint: hint, lti_storage_target: 'post_message_forwarding', canvas_region: ['x', 'y'],
    });
    const result = readLoginRequest(parameters, { publicUrl });
    expect(result.ok && result.value).to.deep.include({ clientId: 'c1', deploymentId: 'd1', messageHint: hint, storageTarget: 'post_message_forwarding' });
  });

  const refused: [string, unknown, string][] = [
    ['rule 1: no iss', { ...valid, iss: undefined }, 'login.missing_iss'],
    ['rule 1: empty iss', { ...valid, iss: '' }, 'login.missing_iss'],
    ['rule 2: no login_hint', { ...valid, login_hint: undefined }, 'login.missing_login_hint'],
    ['rule 3: no target_link_uri', { ...valid, target_link_uri: undefined }, 'login.missing_target_link_uri'],
    ['rule 10: iss twice', { ...valid, iss: ['a', 'b'] }, 'login.repeated_parameter'],
    ['rule 10: client_id twice', { ...valid, client_id: ['a', 'a'] }, 'login.repeated_parameter'],
    ['rule 10: over 2 kB', { ...valid, login_hint: 'x'.repeat(2049) }, 'login.too_long'],
    ['rule 10: over 2 kB in bytes', { ...valid, login_hint: 'é'.repeat(1025) }, 'login.too_long'],
    ['rule 10: NUL', { ...valid, lti_message_hint: 'a\0b' }, 'login.bad_characters'],
    ['an object for a string', { ...valid, iss: { toString: 'x' } }, 'login.malformed'],
    ['no parameters', undefined, 'login.malformed'],
    ['a list', [], 'login.malformed'],
    ['null', null, 'login.malformed'],
  ];
  for (const [name, parameters, expected] of refused) it(`refuses ${name}`, () => expect(code(parameters)).to.equal(expected));

  it('accepts exactly 2 kB', () => expect(code({ ...valid, login_hint: 'x'.repeat(2048) })).to.equal('ok'));
});

describe('lti login: where a link leads', () => {
  const accepted: [string, string][] = [
    [publicUrl, '/'],
    [`${publicUrl}/`, '/'],
    [`${publicUrl}/workshops/kick-off`, '/workshops/kick-off'],
    [`${publicUrl}/weeks/3#part`, '/weeks/3'],
    [`HTTPS://COACH.EXAMPLE:8443/plan`, '/plan'],
    [`${publicUrl}/lti/launch`, '/'],
    [`${publicUrl}/lti/launch/`, '/'],
    [`${publicUrl}/lti/launch?x=1`, '/'],
    [`${publicUrl}/lti/loginish`, '/lti/loginish'],
    [`${publicUrl}/a/../weeks/1`, '/weeks/1'],
  ];
  for (const [uri, path] of accepted) it(`${uri} is ${path}`, () => expect(readTarget(uri, { publicUrl })).to.deep.equal({ ok: true, value: path }));

  const refused: [string, string][] = [
    ['https://evil.example/weeks/3', 'target.foreign'],
    ['https://coach.example/weeks/3', 'target.foreign'],          // another port
    ['https://coach.example:9443/weeks/3', 'target.foreign'],
    ['http://coach.example:8443/weeks/3', 'target.foreign'],
    ['javascript:alert(1)', 'target.foreign'],
    [' \tjavascript:alert(1)', 'target.foreign'],
    ['data:text/html,x', 'target.foreign'],
    ['blob:https://coach.example:8443/x', 'target.foreign'],
    ['//evil.example/weeks/3', 'target.foreign'],
    ['/weeks/3', 'target.foreign'],
    ['weeks', 'target.foreign'],
    ['', 'target.foreign'],
    ['https://coach.example:8443@evil.example/', 'target.foreign'],
    ['https://evil.example@coach.example:8443/', 'target.foreign'],
    ['https://coach.example:8443.evil.example/', 'target.foreign'],
    ['https://coach.example.evil.example:8443/', 'target.foreign'],
    ['https:\\\\evil.example\\@coach.example:8443/', 'target.foreign'],
    [`${publicUrl}//evil.example/`, 'target.foreign'],
    [`${publicUrl}/\\evil.example/`, 'target.foreign'],
    [`${publicUrl}/lti/login`, 'target.loop'],
    [`${publicUrl}/lti/login/`, 'target.loop'],
    [`${publicUrl}/lti/login?iss=x`, 'target.loop'],
    [`${publicUrl}/lti/login/42`, 'target.loop'],
    [`${publicUrl}/lti/%6Cogin`, 'target.loop'],
    [`${publicUrl}/lti//login`, 'target.loop'],
    [`${publicUrl}/x/../lti/login`, 'target.loop'],
  ];
  for (const [uri, expected] of refused) {
    it(`refuses ${JSON.stringify(uri)} as ${expected}`, () => {
      const result = readTarget(uri, { publicUrl });
      expect(result.ok ? 'ok' : result.refusal.code).to.equal(expected);
    });
  }

  it('rule 58: the signed target must be the one of the login, in any spelling of the same address', () => {
    expect(confirmTarget(`${publicUrl}/weeks/3`, '/weeks/3', { publicUrl }).ok).to.equal(true);
    expect(confirmTarget('https://COACH.example:8443/weeks/3', '/weeks/3', { publicUrl }).ok).to.equal(true);
    expect(confirmTarget(`${publicUrl}/lti/launch`, '/', { publicUrl }).ok).to.equal(true);
    for (const other of [`${publicUrl}/weeks/4`, 'https://evil.example/weeks/3', 'nonsense']) {
      expect(confirmTarget(other, '/weeks/3', { publicUrl })).to.deep.equal({ ok: false, refusal: { code: 'target.mismatch', status: 401 } });
    }
  });
});

describe('lti login: the authentication request', () => {
  const request = { authenticationUrl: 'https://lms.example/auth', clientId: 'c 1', redirectUri: `${publicUrl}/lti/launch`, state: 's', nonce: 'n', loginHint: 'a+b c&d' };

  it('asks for an id_token by form post, without a prompt', () => {
    const url = new URL(authenticationRequestUrl({ ...request, messageHint: '{"a":1}' }));
    expect(url.origin + url.pathname).to.equal('https://lms.example/auth');
    expect(Object.fromEntries(url.searchParams)).to.deep.equal({
      scope: 'openid', response_type: 'id_token', response_mode: 'form_post', prompt: 'none', client_id: 'c 1',
      redirect_uri: `${publicUrl}/lti/launch`, state: 's', nonce: 'n', login_hint: 'a+b c&d', lti_message_hint: '{"a":1}',
    });
    expect(url.search).to.contain('login_hint=a%2Bb%20c%26d');
  });

  it('keeps the query that the address already has, and says nothing of a hint that was not given', () => {
    const url = authenticationRequestUrl({ ...request, authenticationUrl: 'https://lms.example/auth?tenant=a%20b+c#top' });
    expect(url).to.match(/^https:\/\/lms\.example\/auth\?tenant=a%20b\+c&scope=openid&/);
    expect(url).not.to.match(/lti_message_hint|#/);
  });

  it('makes secrets of 32 random bytes and stores their SHA-256', () => {
    const secret = newSecret();
    expect(secret).to.match(/^[\w-]{43}$/);
    expect(newSecret()).not.to.equal(secret);
    expect(hashSecret('abc').toString('hex')).to.equal('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

describe('lti refusals', () => {
  it('have words for people and a status of 4xx, each of them', () => {
    for (const [name, { status, title, happened, toDo }] of Object.entries(refusals)) {
      expect(name).to.match(/^[a-z_]+\.[a-z_]+$/);
      expect([400, 401, 403, 404, 405, 409, 413, 424, 429]).to.include(status);
      expect(title, name).to.match(/^[A-Z].*[^.]$/);
      expect(happened, name).to.match(/^[A-Z].*\.$/);
      expect(toDo, name).to.match(/^[A-Z].*\.$/);
    }
  });
});
