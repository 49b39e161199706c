// lti.md, section 2, rules 12 to 62: one thing of a good launch is broken at a time.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ltiClaim, newSigningKey } from '../../scripts/practice-lms/platform.ts';
import type { Claims } from '../../scripts/practice-lms/claims.ts';
import type { SigningKey } from '../../scripts/practice-lms/keys.ts';
import { issuer, publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, heading, launch, openBrowser } from '../support/browser-session.ts';
import type { Session } from '../support/browser-session.ts';
import { expectRefused, launchBroken } from './expected-refusal.ts';
import type { Breakage } from './expected-refusal.ts';
import { addRegistration, anotherPlatform, approve } from './more-platforms.ts';

/** A claim set to something else; undefined removes it. Names without a scheme are LTI's own, beside those of OpenID. */
const claim = (name: string, value: unknown): Breakage => ({ change: (claims) => { claims[standard.includes(name) ? name : ltiClaim(name)] = value; } });
const standard = ['iss', 'aud', 'azp', 'exp', 'iat', 'nbf', 'nonce', 'sub', 'name', 'given_name', 'family_name', 'email', 'locale'];
const header = (name: string, value: unknown): Breakage => ({ change: (_claims, head) => { head[name] = value; } });
const field = (name: string, value: string | string[] | undefined): Breakage => ({
  fields: (fields) => {
    if (value === undefined) delete fields[name];
    else fields[name] = value;
  },
});
const only = (wanted: (name: string) => boolean, added: Claims = {}): Breakage => ({
  change: (claims) => {
    for (const name of Object.keys(claims)) if (!wanted(name)) delete claims[name];
    Object.assign(claims, added);
  },
});
const text = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('lti launch: one thing broken at a time', () => {
  let test: TestApp;
  let stranger: SigningKey;
  before(async () => {
    test = await startTestApp();
    stranger = await newSigningKey();
  });
  after(() => test.close());

  const seconds = Math.floor(Temporal.Instant.from('2026-05-11T08:00:00Z').epochMilliseconds / 1000);
  const day = 24 * 3600;

  const rows: [rule: string, broken: Breakage | (() => Breakage), expected: string][] = [
    ['rule 12: launch without state', field('state', undefined), '400 state.missing'],
    ['rule 12: state empty', field('state', ''), '400 state.missing'],
    ['rule 12: state twice', { fields: (fields) => { fields['state'] = [String(fields['state']), String(fields['state'])]; } }, '400 launch.malformed'],
    ['rule 13: state never issued', field('state', 'x'.repeat(43)), '401 state.unknown'],
    ['rule 13: state tampered', { fields: (fields) => { fields['state'] = `${String(fields['state']).slice(0, -1)}!`; } }, '401 state.unknown'],
    ['rule 13: state with a NUL', field('state', '\0'), '401 state.unknown'],
    ['rule 18: id_token missing', field('id_token', undefined), '400 token.missing'],
    ['rule 18: id_token twice', field('id_token', ['a', 'b']), '400 launch.malformed'],

    ['rule 22: not three parts', { token: (token) => token.split('.').slice(0, 2).join('.') }, '400 token.malformed'],
    ['rule 22: five parts, as of an encrypted token', { token: (token) => `${token}.x.x` }, '400 token.malformed'],
    ['rule 22: bad base64', { token: (token) => token.replace('.', '.*') }, '400 token.malformed'],
    ['rule 22: no token at all', field('id_token', 'hello'), '400 token.malformed'],
    ['rule 22: header is not JSON', { token: (token) => token.replace(/^[^.]*/, 'aaaa') }, '400 token.malformed'],
    ['rule 22: header is a JSON list', { token: (token) => token.replace(/^[^.]*/, text(['RS256'])) }, '400 token.malformed'],
    ['rule 22: token with a NUL', { token: (token) => `${token}\0` }, '400 token.malformed'],
    ['rule 23: alg none', { alg: 'none' }, '401 token.unsigned'],
    ['rule 23: alg None in another spelling', { alg: 'none', ...header('alg', 'nOnE') }, '401 token.unsigned'],
    ['rule 23: alg none with the old signature', header('alg', 'none'), '401 token.unsigned'],
    ['rule 23: a good header whose signature was cut off', { token: (token) => token.replace(/[^.]*$/, '') }, '401 token.bad_signature'],
    ['rule 24: HS256 signed with the public key', { alg: 'HS256' }, '401 token.bad_algorithm'],
    ['rule 24: HS256 signed with the public key, called RS256', { alg: 'HS256', ...header('alg', 'RS256') }, '401 token.bad_signature'],
    ['rule 25: alg RS384', { alg: 'RS384' }, '401 token.bad_algorithm'],
    ['rule 25: alg RS512', { alg: 'RS512' }, '401 token.bad_algorithm'],
    ['rule 25: alg PS256', { alg: 'PS256' }, '401 token.bad_algorithm'],
    ['rule 25: alg missing', header('alg', undefined), '401 token.bad_algorithm'],
    ['rule 25: alg is a list', header('alg', ['RS256']), '401 token.bad_algorithm'],
    ['rule 25: header names an extension that one must understand', header('crit', ['exp']), '400 token.malformed'],
    ['rule 26: no kid', header('kid', undefined), '401 token.no_kid'],
    ['rule 26: kid empty', header('kid', ''), '401 token.no_kid'],
    ['rule 26: kid is a number', header('kid', 1), '401 token.no_kid'],
    ['rule 27: wrong kid', { fault: 'wrong-key-id' }, '401 token.unknown_key'],
    ['rule 27: a kid of a thousand characters', header('kid', 'k'.repeat(1000)), '401 token.unknown_key'],
    ['rule 28: right kid, another key', () => ({ key: { ...stranger, kid: test.platform.keys.current().kid } }), '401 token.bad_signature'],
    ['rule 28: right kid, claims changed after signing', { token: (token) => token.replace(/\.[^.]*\./, `.${text({ sub: 'somebody-else' })}.`) }, '401 token.bad_signature'],
    ['rule 29: header jwk brings its own key', () => ({ key: { ...stranger, kid: test.platform.keys.current().kid }, ...header('jwk', stranger.publicJwk) }), '401 token.bad_signature'],
    ['rule 29: header jku points elsewhere', () => ({ key: { ...stranger, kid: test.platform.keys.current().kid }, ...header('jku', 'https://evil.example/keys') }), '401 token.bad_signature'],
    ['rule 29: header x5u points elsewhere', () => ({ key: { ...stranger, kid: test.platform.keys.current().kid }, ...header('x5u', 'https://evil.example/cert') }), '401 token.bad_signature'],
    ['rule 31: id_token over 64 kB', claim('custom', { much: 'x'.repeat(65_000) }), '413 token.too_large'],
    ['rule 31: a body over 256 kB', claim('custom', { much: 'x'.repeat(300_000) }), '413 launch.too_large'],

    ['rule 32: iss of another', claim('iss', 'https://evil.example'), '401 token.wrong_issuer'],
    ['rule 32: iss with a slash at its end', claim('iss', `${issuer}/`), '401 token.wrong_issuer'],
    ['rule 32: iss missing', claim('iss', undefined), '401 token.wrong_issuer'],
    ['rule 32: iss is a list', claim('iss', [issuer]), '401 token.wrong_issuer'],
    ['rule 33: aud is not our client_id', claim('aud', 'someone-else'), '401 token.wrong_audience'],
    ['rule 33: aud missing', claim('aud', undefined), '401 token.wrong_audience'],
    ['rule 34: aud list lacks our client_id', claim('aud', ['a', 'b']), '401 token.wrong_audience'],
    ['rule 34: aud list is empty', claim('aud', []), '401 token.wrong_audience'],
    ['rule 34: aud list with a second audience', { change: (claims) => { claims['aud'] = ['practice-client-1', 'other']; claims['azp'] = 'practice-client-1'; } }, '401 token.wrong_audience'],
    ['rule 35: aud list of two without azp', claim('aud', ['practice-client-1', 'other']), '401 token.missing_azp'],
    ['rule 36: azp is another client', claim('azp', 'other'), '401 token.wrong_azp'],
    ['rule 36: azp is null', claim('azp', null), '401 token.wrong_azp'],
    ['rule 37: exp past', claim('exp', seconds - 60), '401 token.expired'],
    ['rule 38: exp missing', claim('exp', undefined), '401 token.missing_exp'],
    ['rule 38: exp is text', claim('exp', String(seconds + 60)), '401 token.missing_exp'],
    ['rule 39: iat more than 24 h past', claim('iat', seconds - day - 1), '401 token.too_old'],
    ['rule 40: iat in the future', claim('iat', seconds + 61), '401 token.from_future'],
    ['rule 40: iat missing', claim('iat', undefined), '401 token.missing_iat'],
    ['rule 41: nbf in the future', claim('nbf', seconds + 61), '401 token.not_yet_valid'],
    ['rule 42: nonce missing', claim('nonce', undefined), '401 nonce.missing'],
    ['rule 42: nonce empty', claim('nonce', ''), '401 nonce.missing'],
    ['rule 43: nonce is not the one issued with this state', claim('nonce', 'x'.repeat(43)), '401 nonce.mismatch'],
    ['rule 45: sub missing', claim('sub', undefined), '400 sub.missing'],
    ['rule 45: sub is null', claim('sub', null), '400 sub.missing'],
    ['rule 46: sub empty', claim('sub', ''), '400 sub.malformed'],
    ['rule 46: sub of 256 characters', claim('sub', 's'.repeat(256)), '400 sub.malformed'],
    ['rule 46: sub is a number', claim('sub', 42), '400 sub.malformed'],
    ['rule 46: sub with a NUL', claim('sub', 'a\0b'), '400 sub.malformed'],
    ['rule 46: sub with half a character', claim('sub', 'a\ud83d'), '400 sub.malformed'],

    ['rule 47: not an LTI payload', only((name) => !name.startsWith('https:'), { name: 'badltilaunch' }), '400 claim.not_lti'],
    ['rule 47: nothing but a name', only(() => false, { name: 'badltilaunch' }), '401 token.wrong_issuer'],
    ['rule 48: version missing', claim('version', undefined), '400 claim.missing'],
    ['rule 49: version 11.3', claim('version', '11.3'), '400 version.unsupported'],
    ['rule 49: version 1.3', claim('version', '1.3'), '400 version.unsupported'],
    ['rule 49: version 2.0', claim('version', '2.0'), '400 version.unsupported'],
    ['rule 49: version is a number', claim('version', 1.3), '400 claim.wrong_type'],
    ['rule 50: message_type missing', claim('message_type', undefined), '400 claim.missing'],
    ['rule 51: message_type unknown', claim('message_type', 'LtiStartProctoring'), '400 message_type.unsupported'],
    ['rule 51: message_type that every object has', claim('message_type', 'toString'), '400 message_type.unsupported'],
    ['rule 52: roles missing', claim('roles', undefined), '400 claim.missing'],
    ['rule 52: roles a string', claim('roles', 'Learner'), '400 claim.wrong_type'],
    ['rule 52: roles a list of numbers', claim('roles', [1]), '400 claim.wrong_type'],
    ['rule 53: deployment_id missing', claim('deployment_id', undefined), '400 claim.missing'],
    ['rule 54: deployment_id empty', claim('deployment_id', ''), '400 claim.missing'],
    ['rule 54: deployment_id of 256 characters', claim('deployment_id', 'd'.repeat(256)), '400 claim.malformed'],
    ['rule 54: deployment_id is a number', claim('deployment_id', 1), '400 claim.wrong_type'],
    ['rule 56: deployment_id is not the one of the login', claim('deployment_id', 'practice-deployment-9'), '401 deployment.mismatch'],
    ['rule 57: resource_link missing', claim('resource_link', undefined), '400 claim.missing'],
    ['rule 57: resource_link.id missing', claim('resource_link', { title: 'Week 1' }), '400 claim.missing'],
    ['rule 57: resource_link.id empty', claim('resource_link', { id: '' }), '400 claim.missing'],
    ['rule 57: resource_link.id is a number', claim('resource_link', { id: 7 }), '400 claim.wrong_type'],
    ['rule 58: target_link_uri missing', claim('target_link_uri', undefined), '401 target.missing'],
    ['rule 58: target_link_uri on a foreign host', claim('target_link_uri', 'https://evil.example/weeks/1'), '401 target.mismatch'],
    ['rule 58: target_link_uri is not the one at login', claim('target_link_uri', `${publicUrl}/weeks/2`), '401 target.mismatch'],
    ['rule 58: target_link_uri is javascript:', claim('target_link_uri', 'javascript:alert(1)'), '401 target.mismatch'],
    ['rule 58: target_link_uri is our login address', claim('target_link_uri', `${publicUrl}/lti/login`), '401 target.mismatch'],
    ['rule 59: several required claims missing at once', only((name) => !/roles|resource_link|version$/.test(name)), '400 claim.missing'],
    ['rule 60: context is a list', claim('context', []), '400 claim.wrong_type'],
    ['rule 60: context is a string', claim('context', 'course-spring'), '400 claim.wrong_type'],
    ['rule 60: context.id missing', claim('context', { title: 'Course' }), '400 claim.missing'],
    ['rule 60: context.id is an object', claim('context', { id: {} }), '400 claim.wrong_type'],
    ['rule 60: custom is a string', claim('custom', 'x=1'), '400 claim.wrong_type'],
    ['rule 60: custom is a filled list', claim('custom', ['x']), '400 claim.wrong_type'],
    ['rule 60: name is a number', claim('name', 5), '400 claim.wrong_type'],
    ['rule 60: email is an object', claim('email', { at: 'x' }), '400 claim.wrong_type'],
    ['rule 60: launch_presentation is a string', claim('launch_presentation', 'iframe'), '400 claim.wrong_type'],
    ['rule 60: tool_platform is a number', claim('tool_platform', 5), '400 claim.wrong_type'],
    ['rule 60: resource_link is true', claim('resource_link', true), '400 claim.wrong_type'],
    ['rule 60: a NUL in context.id', claim('context', { id: 'a\0b' }), '400 claim.malformed'],
    ['rule 60: a NUL in resource_link.id', claim('resource_link', { id: '\0' }), '400 claim.malformed'],
    ['rule 60: a NUL in deployment_id', claim('deployment_id', 'a\0'), '400 claim.malformed'],
    ['rule 60: a NUL in target_link_uri', claim('target_link_uri', `${publicUrl}/weeks/1\0`), '400 claim.malformed'],
    ['rule 60: half a character in context.id', claim('context', { id: '\udc00' }), '400 claim.malformed'],
  ];

  for (const [rule, broken, expected] of rows) {
    it(`${rule} → ${expected}`, () => expectRefused(test, expected, () => launchBroken(test, typeof broken === 'function' ? broken() : broken)));
  }

  it('rule 45: an anonymous launch is told which setting helps', async () => {
    const { answer } = await launchBroken(test, claim('sub', undefined));
    expect(answer.body).to.contain('anonymous launches').and.contain('privacy settings');
  });

  describe('rule 18: the launch address takes posts alone', () => {
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const) {
      it(`${method} → 405 launch.wrong_method`, async () => {
        const { state, nonce } = await beginLogin(openBrowser(test), test.platform);
        const url = `/lti/launch?${new URLSearchParams({ state, id_token: test.platform.idToken({ nonce }) }).toString()}`;
        if (method === 'HEAD') return expect((await test.app.inject({ method, url })).statusCode).to.equal(405);
        const answer = await expectRefused(test, '405 launch.wrong_method', () => test.app.inject({ method, url }));
        return expect(answer.headers['allow']).to.equal('POST');
      });
    }

    it('a post with everything in its address → 400 state.missing', () =>
      expectRefused(test, '400 state.missing', async () => {
        const browser = openBrowser(test);
        const { state, nonce } = await beginLogin(browser, test.platform);
        return browser.postFrom(issuer, `/lti/launch?${new URLSearchParams({ state, id_token: test.platform.idToken({ nonce }) }).toString()}`, {});
      }));

    const wrongTypes: [contentType: string, payload: string, expected: string][] = [
      ['multipart/form-data; boundary=x', '--x\r\ncontent-disposition: form-data; name="state"\r\n\r\nx\r\n--x--', '400 launch.malformed'],
      ['application/xml', '<state/>', '400 launch.malformed'],
      ['text/plain', 'state=x', '400 state.missing'],
      ['application/json', '{"state":', '400 launch.malformed'],
      ['application/json', '{"state":{"$ne":""}}', '400 launch.malformed'],
      ['application/json', '{"constructor":{"prototype":{"state":"x"}}}', '400 launch.malformed'],
      ['application/json', '[]', '400 state.missing'],
    ];
    for (const [contentType, payload, expected] of wrongTypes) {
      it(`${contentType} ${payload.slice(0, 20)} → ${expected}`, () => expectRefused(test, expected, () =>
        test.app.inject({ method: 'POST', url: '/lti/launch', payload, headers: { 'content-type': contentType, origin: issuer } })));
    }
  });

  describe('rule 14: the time between login and launch', () => {
    it('state expired after ten minutes → 401 state.expired, and the page says to start again', async () => {
      const answer = await expectRefused(test, '401 state.expired', () => launchBroken(test, { meanwhile: () => test.clock.advance({ minutes: 10 }) }));
      expect(answer.body).to.contain('Start again from your course');
    });

    it('somebody who signs in at the LMS for nearly ten minutes gets in', async () => {
      const { answer } = await launchBroken(test, { meanwhile: () => test.clock.advance({ minutes: 9, seconds: 59 }) });
      expect(answer.statusCode).to.equal(303);
    });
  });

  describe('rule 17: two registrations', () => {
    it('state of registration X, token of registration Y', async () => {
      const other = await anotherPlatform(test, 'http://127.0.0.1:4001', { clientId: 'other-client' });
      await addRegistration(test, { issuer: other.issuer, tool: other.tools[0]! });
      await expectRefused(test, '401 token.unknown_key', async () => {
        const browser = openBrowser(test);
        const { state, nonce } = await beginLogin(browser, test.platform);
        const token = other.idToken({ nonce });
        return { answer: await browser.postFrom(other.issuer, '/lti/launch', { state, id_token: token }), secrets: [state, nonce, token] };
      });
    });

    it('even where both sign with one key: another client of the same issuer', async () => {
      await addRegistration(test, { issuer, tool: { ...test.platform.tools[0]!, clientId: 'practice-client-2' } });
      await expectRefused(test, '401 token.wrong_audience', () => launchBroken(test, claim('aud', 'practice-client-2')));
    });
  });

  describe('rule 9: a registration that is switched off between login and launch', () => {
    const turn = (active: boolean) => test.sql.query('update platform_registration set active = $2 where id = $1', [test.registrationId, active]);
    after(() => turn(true));
    it('→ 403 registration.disabled', () => expectRefused(test, '403 registration.disabled', () => launchBroken(test, { meanwhile: () => turn(false) })));
  });

  describe('rule 19: the platform answers with an error', () => {
    const errors: [error: string, description: string][] = [
      ['login_required', 'The user must sign in'],
      ['launch_no_longer_valid', 'It was begun an hour ago'],
      ['<script>alert(1)</script>', '<img src=x onerror=alert(1)>'],
      ['a\0b', 'a NUL, which PostgreSQL refuses'],
      [`${'x'.repeat(99)}😀`, 'half a character, which it refuses too'],
      ['😀'.repeat(5000), 'a long one'],
    ];
    for (const [error, description] of errors) {
      it(`${JSON.stringify(error).slice(0, 40)} → 400 platform.error, and the state is consumed`, async () => {
        const browser = openBrowser(test);
        const { state, nonce } = await beginLogin(browser, test.platform);
        const answer = await expectRefused(test, '400 platform.error', async () => ({
          answer: await browser.postFrom(issuer, '/lti/launch', { state, error, error_description: description, error_uri: 'https://evil.example/' }),
          secrets: [state, nonce],
        }));
        expect(answer.body).not.to.contain('<script>alert').and.not.to.contain('<img').and.not.to.contain('evil.example');
        expect(answer.body, 'rule 80: what it says, escaped').to.contain(`It said: “${description.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}”`);
        const { rows: [row] } = await test.sql.query<{ detail: string }>('select detail::text from audit_event order by id desc limit 1');
        expect(row?.detail, 'it may name people').not.to.contain(description);
        await expectRefused(test, '409 state.used', () => browser.postFrom(issuer, '/lti/launch', { state, id_token: test.platform.idToken({ nonce }) }));
      });
    }

    it('an error for a state that nobody issued → 400 platform.error, and nobody’s words', async () => {
      const answer = await expectRefused(test, '400 platform.error', () => openBrowser(test).postFrom(issuer, '/lti/launch', { state: 'x'.repeat(43), error: 'login_required', error_description: 'Call 555' }));
      expect(answer.body).not.to.contain('Call 555');
    });
    it('what it says is for the browser in which the login began, once: anybody can begin one', async () => {
      const mine = openBrowser(test);
      const [{ state }, { state: again }] = [await beginLogin(mine, test.platform), await beginLogin(mine, test.platform)];
      const post = (browser: Session, of: string) => browser.postFrom('https://evil.example', '/lti/launch', { state: of, error: 'login_required', error_description: 'Call 555' });
      expect((await post(openBrowser(test), state)).body).not.to.contain('Call 555');
      expect((await post(mine, again)).body).to.contain('Call 555');
      expect((await post(mine, again)).body).not.to.contain('Call 555');
    });
    it('of a long explanation the beginning', async () => {
      const browser = openBrowser(test);
      const { state } = await beginLogin(browser, test.platform);
      const answer = await browser.postFrom(issuer, '/lti/launch', { state, error: 'login_required', error_description: '😀'.repeat(400) });
      expect(answer.body).to.contain(`“${'😀'.repeat(300)}”`);
    });
    it('an error without state → 400 state.missing', () =>
      expectRefused(test, '400 state.missing', () => openBrowser(test).postFrom(issuer, '/lti/launch', { error: 'login_required' })));
  });

  describe('rule 55: a deployment that nobody approved', () => {
    const unknown = 'deployment-<b>7</b>';

    it('→ 403 deployment.unknown: the page names the id, a row waits, and once it is approved the link works', async () => {
      const answer = await expectRefused(test, '403 deployment.unknown', () => launchBroken(test, { deploymentId: unknown }));
      expect(answer.body).to.contain('deployment-&lt;b&gt;7&lt;/b&gt;').and.not.to.contain(unknown);
      expect(answer.body).to.contain(issuer).and.contain('practice-client-1');

      const waiting = await test.sql.query<{ organisation_id: string | null; first_seen_as: string }>('select organisation_id, first_seen_as from deployment where deployment_id = $1', [unknown]);
      expect(waiting.rows).to.deep.equal([{ organisation_id: null, first_seen_as: 'Practice LMS, Improvement coaching, spring' }]);

      await expectRefused(test, '403 deployment.unknown', () => launchBroken(test, { deploymentId: unknown, person: 'priya' }));
      expect((await test.sql.query('select 1 from deployment where deployment_id = $1', [unknown])).rows, 'still one row').to.have.length(1);

      await approve(test, test.registrationId, unknown);
      expect((await launch(openBrowser(test), test.platform, { deploymentId: unknown })).statusCode).to.equal(303);
    });

    it('the state is spent with it', async () => {
      const browser = openBrowser(test);
      const { state, nonce } = await beginLogin(browser, test.platform, { fault: 'unknown-deployment' });
      const post = () => browser.postFrom(issuer, '/lti/launch', { state, id_token: test.platform.idToken({ nonce, fault: 'unknown-deployment' }) });
      await expectRefused(test, '403 deployment.unknown', post);
      await expectRefused(test, '409 state.used', post);
    });

    it('a deployment of another registration is unknown here', async () => {
      const other = await anotherPlatform(test, 'http://127.0.0.1:4002', { clientId: 'third-client', deploymentIds: ['their-deployment'] });
      await addRegistration(test, { issuer: other.issuer, tool: other.tools[0]! });
      await expectRefused(test, '403 deployment.unknown', () => launchBroken(test, { deploymentId: 'their-deployment' }));
    });
  });

  it('rule 61: a launch without a context is a readable page', async () => {
    const browser = openBrowser(test);
    const page = await browser.follow(await launch(browser, test.platform, { fault: 'no-context' }));
    expect(page.statusCode).to.equal(200);
    expect(heading(page)).to.equal(test.programme.title);
  });
});
