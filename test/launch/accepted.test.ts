// lti.md, section 2, "Must be accepted": the certification suite's valid launches, and what LMSs are known to send.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import type { Claims } from '../../scripts/practice-lms/claims.ts';
import { publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, launch, openBrowser, signIn } from '../support/browser-session.ts';
import type { LaunchOptions } from '../support/browser-session.ts';

const lis = 'http://purl.imsglobal.org/vocab/lis/v2/';
const seconds = Temporal.Instant.from('2026-05-11T08:00:00Z').epochMilliseconds / 1000;

/** Claims changed; undefined removes one. Names without a colon are LTI's, unless they are OpenID's. */
const changed = (changes: Claims): LaunchOptions => ({
  change: (claims) => { for (const [name, value] of Object.entries(changes)) claims[openId.includes(name) || name.includes(':') ? name : ltiClaim(name)] = value; },
});
const openId = ['iss', 'aud', 'azp', 'exp', 'iat', 'nbf', 'sub', 'name', 'given_name', 'family_name', 'middle_name', 'email', 'locale', 'picture', 'auth_time', 'errors'];
const noNames = { name: undefined, given_name: undefined, family_name: undefined };

describe('lti launch: what must be accepted', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  /** Status and, when it got in, the role. */
  async function outcome(choice: LaunchOptions): Promise<string> {
    const answer = await launch(openBrowser(test), test.platform, choice);
    const id = /^\/in\/([\w-]+)/.exec(String(answer.headers.location))?.[1] ?? '';
    const { rows: [row] } = await test.sql.query<{ role: string }>('select role from sign_in where id = $1', [id]);
    return `${answer.statusCode} ${row?.role ?? 'nobody'}`;
  }

  for (const [who, person, role, name] of [['a teacher', 'eleanor', 'faculty', 'Instructor'], ['a learner', 'amara', 'learner', 'Learner']] as const) {
    const variants: [words: string, changes: Claims, expected: string][] = [
      ['normal', {}, role],
      ['many roles', { roles: [`${lis}membership#${name}`, `${lis}institution/person#Student`, `${lis}institution/person#Staff`, `${lis}system/person#User`, 'urn:lti:sysrole:ims/lis/None', 'http://example.org/other'] }, role],
      ['short role', { roles: [name] }, role],
      ['unknown role', { roles: ['http://example.org/role#Dreamer'] }, 'guest'],
      ['an empty role', { roles: [''] }, 'guest'],
      ['only email', noNames, role],
      ['only names', { email: undefined }, role],
      ['no PII', { ...noNames, email: undefined }, role],
      ['email without context', { ...noNames, context: undefined }, 'guest'],
      ['only resource link', { ...noNames, email: undefined, context: undefined, tool_platform: undefined, launch_presentation: undefined, custom: undefined }, 'guest'],
    ];
    for (const [words, changes, expected] of variants) {
      it(`${who}: ${words} → ${expected}`, async () => expect(await outcome({ person, ...changed(changes) })).to.equal(`303 ${expected}`));
    }
  }

  const facts: [words: string, choice: LaunchOptions][] = [
    ['aud as a list of one', changed({ aud: ['practice-client-1'] })],
    ['aud as a list of one, with azp', changed({ aud: ['practice-client-1'], azp: 'practice-client-1' })],
    ['our own client id twice in aud, with azp', changed({ aud: ['practice-client-1', 'practice-client-1'], azp: 'practice-client-1' })],
    ['unknown extra claims', changed({ 'https://www.example.org/extension': { deep: [{ er: null }] }, errors: { errors: {} }, picture: 'https://lms.example/me.png', 'http://www.brightspace.com': { tenant_id: 'x' } })],
    ['an iat 0.15 s in the future', changed({ iat: seconds + 0.15 })],
    ['an iat a minute in the future', changed({ iat: seconds + 60 })],
    ['an exp a little past, within the leeway', changed({ exp: seconds - 59 })],
    ['an iat of yesterday, as long as exp is to come', changed({ iat: seconds - 24 * 3600 })],
    ['D2L’s nbf a little in the future', changed({ nbf: seconds + 30 })],
    ['times with fractions', changed({ iat: seconds - 0.5, exp: seconds + 30.25 })],
    ['custom missing', changed({ custom: undefined })],
    ['custom as PHP’s empty list', changed({ custom: [] })],
    ['custom of numbers, booleans and nothing', changed({ custom: { a: 1, b: true, c: null, d: { e: 1 } } })],
    ['no AGS, no NRPS', changed({ 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': undefined, 'https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice': undefined })],
    ['AGS with Moodle’s empty line item', changed({ 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint': { scope: [], lineitem: '' } })],
    ['claims that are null', changed({ ...noNames, email: null, custom: null, tool_platform: null, launch_presentation: null, locale: null })],
    ['Moodle’s short context type', changed({ context: { id: '2', label: 'C', title: 'Course', type: ['CourseSection'] } })],
    ['a context of an id alone, as Open edX may send', changed({ context: { id: 'course-v1:X+Y+Z' } })],
    ['a link title of nothing', changed({ resource_link: { id: '7', title: '' } })],
    ['a tool_platform whose version is a number', changed({ tool_platform: { guid: 'x', version: 4.5 } })],
    ['a return_url that is no address', changed({ launch_presentation: { return_url: 'about:blank', document_target: 'iframe' } })],
    ['a sub of 255 characters', changed({ sub: 's'.repeat(255) })],
    ['ids in other scripts', changed({ sub: 'käyttäjä-€-😀', context: { id: '課程-😀' }, resource_link: { id: 'ссылка' } })],
    ['very long names', changed({ name: 'n'.repeat(5000), context: { id: 'long', title: '😀'.repeat(500), label: 'l'.repeat(5000) }, resource_link: { id: 'long', title: 't'.repeat(5000) } })],
    ['rule 60: NULs in names and titles', changed({ name: 'A\0mara', given_name: '\0', context: { id: 'nul', title: 'Co\0urse', label: '\0' }, resource_link: { id: 'nul', title: 'W\0' }, tool_platform: { guid: 'g', name: '\0' } })],
    ['halves of characters in names', changed({ name: 'A\ud83d', context: { id: 'half', title: '\udc00' } })],
    ['a target link written another way', changed({ target_link_uri: `${publicUrl}/weeks/../weeks/1` })],
    ['a header with fields that mean nothing to us', { change: (_claims, header) => { Object.assign(header, { typ: 'jwt', cty: 'x', x5t: 'abc', jku: 'https://evil.example/keys' }); } }],
    ['a header without typ', { change: (_claims, header) => { delete header['typ']; } }],
  ];
  for (const [words, choice] of facts) {
    it(words, async () => {
      expect(await outcome(choice), 'at its first launch').to.equal('303 learner');
      expect(await outcome(choice), 'and its second').to.equal('303 learner');
    });
  }

  for (const method of ['GET', 'POST'] as const) {
    it(`login by ${method}, all its parameters echoed, in a frame and in a window`, async () => {
      for (const place of ['iframe', 'document']) {
        const browser = openBrowser(test);
        const parameters = test.platform.launchParameters();
        const headers = { 'sec-fetch-dest': place, 'user-agent': 'Mozilla/5.0 Chrome/140.0.0.0 Safari/537.36' };
        const answer = method === 'GET'
          ? await browser.get(`/lti/login?${new URLSearchParams(parameters).toString()}`, headers)
          : await browser.postFrom(test.platform.issuer, '/lti/login', parameters, headers);
        expect(answer.statusCode).to.equal(302);
        const token = test.platform.authenticate(new URL(String(answer.headers.location)).searchParams);
        if (token.outcome !== 'id-token') throw new Error(JSON.stringify(token));
        expect((await browser.postFrom(test.platform.issuer, '/lti/launch', { state: token.state, id_token: token.idToken })).statusCode).to.equal(303);
      }
    });
  }

  it('a launch that posts more than state and token (session_state, iss, scope)', async () => {
    const browser = openBrowser(test);
    const { state, nonce } = await beginLogin(browser, test.platform);
    const answer = await browser.postFrom(test.platform.issuer, '/lti/launch', { state, id_token: test.platform.idToken({ nonce }), session_state: 'x', iss: 'y', lti_storage_target: '_parent' });
    expect(answer.statusCode).to.equal(303);
  });

  it('our launch address as the target leads home', async () => {
    const learner = await signIn(test, { targetLinkUri: `${publicUrl}/lti/launch` });
    expect(learner.launched.headers.location).to.equal(`${learner.base}/`);
  });

  it('a target with a query keeps it', async () => {
    const learner = await signIn(test, { targetLinkUri: `${publicUrl}/weeks/2?from=lms&x=%C3%A9` });
    expect(learner.launched.headers.location).to.equal(`${learner.base}/weeks/2?from=lms&x=%C3%A9`);
  });

  it('a target that does not exist is a 404 page of ours, signed in', async () => {
    const learner = await signIn(test, { targetLinkUri: `${publicUrl}/no-such-place` });
    expect((await learner.follow(learner.launched)).statusCode).to.equal(404);
  });

  it('everybody of a course at once', async () => {
    const people = test.platform.courses[0]?.members ?? {};
    const answers = await Promise.all(Object.keys(people).map((person) => launch(openBrowser(test), test.platform, { person, link: 'week-5' })));
    expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal(Object.keys(people).map(() => 303));
  });
});
