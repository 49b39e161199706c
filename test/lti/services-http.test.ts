import { describe, it } from 'mocha';
import { expect } from 'chai';
import { isOwnHost, nextLink, withQuery } from '../../server/lti/services-http.ts';
import type { PlatformServices, ServiceCall } from '../../server/lti/services-http.ts';
import { answer, fakePlatform, registration } from './fake-platform.ts';

const scope = 'https://purl.imsglobal.org/spec/lti-ags/scope/score';
const url = 'https://lms.example/ags/1/scores';
const call: ServiceCall = { scopes: [scope], method: 'POST', url, contentType: 'application/vnd.ims.lis.v1.score+json', json: { a: 'é' } };

describe('lti services: one call', () => {
  it('goes with a token, the exact media types and JSON', async () => {
    const { services, calls } = fakePlatform(() => answer(200, { id: 1 }, { link: '<https://lms.example/2>; rel="next"' }));
    expect(await services.call(registration, { ...call, accept: 'application/vnd.x+json', maxBytes: 99 })).to.deep.equal({ outcome: 'done', status: 200, json: { id: 1 }, link: '<https://lms.example/2>; rel="next"' });
    expect(calls).to.deep.equal([{
      method: 'POST', url, body: '{"a":"é"}', maxBytes: 99,
      headers: { authorization: 'Bearer token-1', accept: 'application/vnd.x+json', 'content-type': 'application/vnd.ims.lis.v1.score+json' },
    }]);
  });

  it('sends no body, and no header of one, where there is none', async () => {
    const { services, calls } = fakePlatform(() => answer(204));
    expect(await services.call(registration, { scopes: [scope], method: 'DELETE', url })).to.deep.equal({ outcome: 'done', status: 204, json: undefined, link: undefined });
    expect(calls).to.deep.equal([{ method: 'DELETE', url, headers: { authorization: 'Bearer token-1' } }]);
  });

  it('rule 94: after a 401 tries one new token, and only one', async () => {
    const mended = fakePlatform((_request, number) => answer(number === 1 ? 401 : 200));
    expect(await mended.services.call(registration, call)).to.include({ outcome: 'done' });
    expect(mended.calls.map(({ headers }) => headers?.['authorization'])).to.deep.equal(['Bearer token-1', 'Bearer token-2']);

    const broken = fakePlatform(() => answer(401, 'not you'));
    expect(await broken.services.call(registration, call)).to.deep.equal({ outcome: 'refused', code: 'call.unauthorised', status: 401, said: 'not you' });
    expect([broken.calls.length, broken.tokenCalls.length]).to.deep.equal([2, 2]);
    await broken.services.call(registration, call);
    expect([broken.calls.length, broken.tokenCalls.length]).to.deep.equal([4, 4]);
  });

  it('rule 72: without the scope no call is made', async () => {
    const { services, calls, tokenCalls } = fakePlatform(() => answer(200));
    const missing = { outcome: 'refused', code: 'scope.missing' };
    expect(await services.call({ ...registration, grantedScopes: ['other'] }, call)).to.deep.equal(missing);
    expect(await services.call({ ...registration, grantedScopes: [] }, call)).to.deep.equal(missing);
    expect(await services.call(registration, { ...call, scopes: [] })).to.deep.equal(missing);
    expect([calls.length, tokenCalls.length]).to.deep.equal([0, 0]);
    expect(await services.call({ ...registration, grantedScopes: [scope] }, call)).to.include({ outcome: 'done' });
    // What a launch offers by name is newer than what the registration was told.
    expect(await services.call({ ...registration, grantedScopes: [] }, { ...call, namedByLaunch: true })).to.include({ outcome: 'done' });

    const narrower = fakePlatform(() => answer(200), () => answer(200, { access_token: 'x', scope: 'other' }));
    expect(await narrower.services.call(registration, call)).to.deep.equal(missing);
    expect(narrower.calls).to.have.length(0);
    // Moodle grants one of two that mean the same here.
    const oneOfTwo = fakePlatform(() => answer(200), () => answer(200, { access_token: 'x', scope: 'other' }));
    expect(await oneOfTwo.services.call(registration, { ...call, scopes: [scope, 'other'] })).to.include({ outcome: 'done' });
  });

  it('a token that cannot be had is the call’s problem', async () => {
    const { services, calls } = fakePlatform(() => answer(200), () => answer(503, '', { 'retry-after': '9' }));
    expect(await services.call(registration, call)).to.deep.equal({ outcome: 'retry', code: 'platform.failed', status: 503, retryAfterSeconds: 9 });
    expect(calls).to.have.length(0);
  });

  const stale = { staleBy: /before last updated/ };
  const meanings: [string, Parameters<typeof answer>, Partial<ServiceCall>, string][] = [
    ['200', [200], {}, 'done'],
    ['201', [201, '{}'], {}, 'done'],
    ['a page instead of an answer', [200, ' <!doctype html><h1>Please log in</h1>'], {}, 'retry answer.not_json'],
    ['400', [400], {}, 'refused call.invalid'],
    ['400 that says it is stale', [400, 'Provided timestamp before last updated'], stale, 'stale score.stale'],
    ['400 that says so of something undated', [400, 'Provided timestamp before last updated'], {}, 'refused call.invalid'],
    ['403', [403], {}, 'refused call.forbidden'],
    ['403 of Canvas’s throttle', [403, '403 Forbidden (Rate Limit Exceeded)\n'], {}, 'retry platform.throttled'],
    ['404', [404], {}, 'refused call.not_found'],
    ['408', [408], {}, 'retry platform.failed'],
    ['409', [409], stale, 'stale score.stale'],
    ['409 of something undated', [409], {}, 'refused call.invalid'],
    ['410', [410], {}, 'refused call.not_found'],
    ['412', [412], {}, 'refused call.invalid'],
    ['422', [422], {}, 'refused call.invalid'],
    ['429', [429], {}, 'retry platform.throttled'],
    ['500', [500], {}, 'retry platform.failed'],
    ['503', [503], {}, 'retry platform.failed'],
  ];
  for (const [name, given, change, expected] of meanings) {
    it(`${name}: ${expected}`, async () => {
      const outcome = await fakePlatform(() => answer(...given)).services.call(registration, { ...call, ...change });
      expect(outcome.outcome === 'done' ? 'done' : `${outcome.outcome} ${outcome.code}`).to.equal(expected);
    });
  }

  const failures = { 'timeout': 'retry platform.timeout', 'network': 'retry platform.unreachable', 'redirect': 'retry platform.redirect', 'private-address': 'refused address.private', 'too-large': 'refused answer.too_large' } as const;
  for (const [reason, expected] of Object.entries(failures)) {
    it(`${reason}: ${expected}`, async () => {
      const outcome = await fakePlatform(() => ({ ok: false, reason: reason as keyof typeof failures })).services.call(registration, call);
      expect(outcome.outcome === 'done' ? 'done' : `${outcome.outcome} ${outcome.code}`).to.equal(expected);
    });
  }

  it('says how long to wait, where the platform does in seconds', async () => {
    for (const [header, seconds] of [['7', 7], [' 7 ', 7], ['99999999', 86_400], ['Fri, 31 Dec 1999 23:59:59 GMT', undefined], ['-1', undefined], ['soon', undefined]] as const) {
      const outcome = await fakePlatform(() => answer(429, '', { 'retry-after': header })).services.call(registration, call);
      expect('retryAfterSeconds' in outcome ? outcome.retryAfterSeconds : undefined, header).to.equal(seconds);
    }
  });

  it('keeps of what the platform said one readable line, and nothing of a page', async () => {
    const said = async (body: unknown) => {
      const outcome = await fakePlatform(() => answer(422, body)).services.call(registration, call);
      return 'said' in outcome ? outcome.said : undefined;
    };
    expect(await said('a\r\n\u0000\u202eb  c')).to.equal('a b c');
    expect(await said({ errors: { message: 'User not found' } })).to.equal('{"errors":{"message":"User not found"}}');
    expect(await said('<html><script>')).to.equal(undefined);
    expect((await said('x'.repeat(5000)))?.length).to.equal(300);
  });
});

describe('lti services: whose host (rule 71)', () => {
  const own = { issuer: 'https://lms.school.edu', authenticationUrl: 'https://lms.school.edu/auth', tokenUrl: 'https://auth.brightspace.com/core/connect/token', keysetUrl: 'https://lms.school.edu/keys' };
  const canvas = { issuer: 'https://canvas.instructure.com', authenticationUrl: 'https://sso.canvaslms.com/api/lti/authorize_redirect', tokenUrl: 'https://sso.canvaslms.com/login/oauth2/token', keysetUrl: 'https://sso.canvaslms.com/api/lti/security/jwks' };
  const selfHosted = { issuer: 'https://canvas.instructure.com', authenticationUrl: 'https://canvas.school.edu/api/lti/authorize_redirect', tokenUrl: 'https://canvas.school.edu/login/oauth2/token', keysetUrl: 'https://canvas.school.edu/api/lti/security/jwks' };
  const blackboard = { issuer: 'https://blackboard.com', authenticationUrl: 'https://developer.blackboard.com/api/v1/gateway/oidcauth', tokenUrl: 'https://developer.blackboard.com/api/v1/gateway/oauth2/jwttoken', keysetUrl: 'https://developer.blackboard.com/api/v1/management/applications/x/jwks.json' };
  const schoology = { issuer: 'https://schoology.schoology.com', authenticationUrl: 'https://lti-service.svc.schoology.com/lti-service/authorize-redirect', tokenUrl: 'https://lti-service.svc.schoology.com/lti-service/access-token', keysetUrl: 'https://lti-service.svc.schoology.com/lti-service/.well-known/jwks' };
  const practice = { issuer: 'http://127.0.0.1:3001', authenticationUrl: 'http://127.0.0.1:3001/auth', tokenUrl: 'http://127.0.0.1:3001/token', keysetUrl: 'http://127.0.0.1:3001/keys' };
  const openedx = { issuer: 'https://courses.school.edu', authenticationUrl: 'https://courses.school.edu/api/lti_consumer/v1/launch/', tokenUrl: 'https://courses.school.edu/api/lti_consumer/v1/token/x', keysetUrl: 'https://courses.school.edu/api/lti_consumer/v1/public_keysets/x' };

  const cases: [string, typeof own, string, boolean][] = [
    ['its own host', own, 'https://lms.school.edu/ags/1', true],
    ['another service of the same school', own, 'https://grades.school.edu/ags/1', true],
    ['below the host of the token URL', own, 'https://eu.auth.brightspace.com/x', true],
    ['another school', own, 'https://lms.other.edu/ags/1', false],
    ['a name that ends alike', own, 'https://evil-lms.school.edu.evil.example/ags/1', false],
    ['another port', own, 'https://lms.school.edu:8443/ags/1', false],
    ['no address', own, 'nonsense', false],
    ['Canvas, school on instructure.com', canvas, 'https://school.instructure.com/api/lti/courses/1/line_items', true],
    ['Canvas, school with a name of its own', canvas, 'https://canvas.school.edu/api/lti/courses/1/names_and_roles', true],
    ['Canvas, not https', canvas, 'http://canvas.school.edu/api/lti/courses/1/names_and_roles', false],
    ['Canvas, odd port', canvas, 'https://canvas.school.edu:22/', false],
    ['self-hosted Canvas', selfHosted, 'https://canvas.school.edu/api/lti/courses/1/line_items', true],
    ['self-hosted Canvas, foreign host', selfHosted, 'https://evil.example/api/lti/courses/1/line_items', false],
    ['Blackboard, school with a name of its own', blackboard, 'https://learn.school.edu/learn/api/v1/lti/courses/_4_1/lineItems', true],
    ['Schoology', schoology, 'https://lti-service.svc.schoology.com/lti-service/tool/1/services', true],
    ['Schoology, foreign host', schoology, 'https://evil.example/lti-service', false],
    ['Open edX’s studio', openedx, 'https://studio.school.edu/api/lti_consumer/v1/lti/1/lti-ags', true],
    ['the practice LMS', practice, 'http://127.0.0.1:3001/ags', true],
    ['another port beside the practice LMS', practice, 'http://127.0.0.1:5432/ags', false],
    ['another number', practice, 'http://127.0.0.2:3001/ags', false],
  ];
  for (const [name, platform, address, expected] of cases) it(`${name}: ${expected}`, () => expect(isOwnHost(address, platform)).to.equal(expected));

  const refused: [string, string][] = [
    ['https://evil.example/x', 'address.foreign'], ['http://lms.example/x', 'address.bad'], ['https://me:pw@lms.example/x', 'address.bad'],
    ['javascript:0', 'address.bad'], ['', 'address.bad'], ['/x', 'address.bad'], [`https://lms.example/${'x'.repeat(5000)}`, 'address.bad'],
  ];
  for (const [address, code] of refused) {
    it(`no call goes to ${address.slice(0, 40) || 'nowhere'}: ${code}`, async () => {
      const { services, calls, tokenCalls } = fakePlatform(() => answer(200));
      expect(await services.call(registration, { ...call, url: address })).to.deep.equal({ outcome: 'refused', code });
      expect([calls.length, tokenCalls.length]).to.deep.equal([0, 0]);
    });
  }
});

describe('lti services: page after page', () => {
  const first = 'https://lms.example/members?limit=2';
  const read = async (services: PlatformServices) => {
    const steps: unknown[] = [];
    for await (const step of services.pages(registration, { scopes: [scope], url: first, accept: 'application/x' })) {
      steps.push(step.kind === 'page' ? step.json : step.end.outcome === 'complete' ? 'complete' : step.end.problem.code);
    }
    return steps;
  };
  const next = (target: string) => ({ link: `<${target}>; rel="next"` });

  it('reads all of them, with one token', async () => {
    const { services, calls, tokenCalls } = fakePlatform((_request, number) => answer(200, [number], number < 3 ? next(`?page=${number + 1}`) : {}));
    expect(await read(services)).to.deep.equal([[1], [2], [3], 'complete']);
    expect(calls.map(({ url: asked }) => asked)).to.deep.equal([first, 'https://lms.example/members?page=2', 'https://lms.example/members?page=3']);
    expect(tokenCalls).to.have.length(1);
  });

  const ends: [string, (number: number) => ReturnType<typeof answer>, unknown[]][] = [
    ['rule 88: next on another host', () => answer(200, [1], next('https://evil.example/members?page=2')), [[1], 'pages.elsewhere']],
    ['rule 88: next by another scheme', () => answer(200, [1], next('http://lms.example/members?page=2')), [[1], 'pages.elsewhere']],
    ['rule 88: next on another port', () => answer(200, [1], next('https://lms.example:444/members?page=2')), [[1], 'pages.elsewhere']],
    ['rule 88: next on a host beside it', () => answer(200, [1], next('https://other.lms.example/members?page=2')), [[1], 'pages.elsewhere']],
    ['rule 88: next is no address', () => answer(200, [1], next('https://[')), [[1], 'pages.elsewhere']],
    ['rule 89: next is the same page', () => answer(200, [1], next(first)), [[1], 'pages.loop']],
    ['rule 89: a ring of pages', (number) => answer(200, [number], next(number === 1 ? '?page=2' : first)), [[1], [2], 'pages.loop']],
    ['rule 89: page 2 fails', (number) => (number === 1 ? answer(200, [1], next('?page=2')) : answer(500)), [[1], 'platform.failed']],
    ['the first page fails', () => answer(404), ['call.not_found']],
    ['a page that is no JSON', () => answer(200, 'oops'), ['answer.not_json']],
    ['a page that is empty', () => answer(200), ['answer.not_json']],
  ];
  for (const [name, serve, expected] of ends) it(name, async () => expect(await read(fakePlatform((_request, number) => serve(number)).services)).to.deep.equal(expected));

  it('ends when a platform never does', async () => {
    const { services, calls } = fakePlatform((_request, number) => answer(200, [], next(`?page=${number + 1}`)));
    expect((await read(services)).at(-1)).to.equal('pages.too_many');
    expect(calls).to.have.length(1000);
  });

  it('asks for no further page when its reader stops', async () => {
    const { services, calls } = fakePlatform((_request, number) => answer(200, [], next(`?page=${number + 1}`)));
    for await (const step of services.pages(registration, { scopes: [scope], url: first })) if (step.kind === 'page') break;
    expect(calls).to.have.length(1);
  });

  const base = 'https://lms.example/a?b=1';
  const utf8 = (text: string) => Buffer.from(text).toString('latin1');
  const headers: [string, string | undefined, string | null][] = [
    ['none', undefined, null],
    ['empty', '', null],
    ['plain', '<https://lms.example/2>; rel="next"', 'https://lms.example/2'],
    ['without quotes', '<https://lms.example/2>; rel=next', 'https://lms.example/2'],
    ['in capitals', '<https://lms.example/2>; REL="Next"', 'https://lms.example/2'],
    ['several relations', '<https://lms.example/2>; rel="last next"', 'https://lms.example/2'],
    ['among others', '<https://lms.example/1>; rel="first", <https://lms.example/2>; rel="next"; title="a, <b>", <https://lms.example/9>; rel="last"', 'https://lms.example/2'],
    ['only others', '<https://lms.example/1>; rel="first",<https://lms.example/9>; rel="last"', null],
    ['another parameter first', '<https://lms.example/2>; title="x"; rel="next"', 'https://lms.example/2'],
    ['a relation that begins alike', '<https://lms.example/2>; rel="next-archive"', null],
    ['relative', '<?page=2>; rel="next"', 'https://lms.example/a?page=2'],
    ['a comma in the address', '<https://lms.example/2?a=1,2>; rel="next"', 'https://lms.example/2?a=1,2'],
    ['Moodle’s', utf8('Link: <https://lms.example/1?type_id=1&amp;from=0>; rel=“first”, <https://lms.example/2?type_id=1&amp;from=2>; rel=“next”'), 'https://lms.example/2?type_id=1&from=2'],
  ];
  for (const [name, header, expected] of headers) it(`Link header: ${name}`, () => expect(nextLink(header, base)).to.equal(expected));

  it('adds parameters to a query that is there', () => {
    expect(withQuery('https://lms.example/a?type_id=1', { limit: 5, tag: 'a&b', none: null, absent: undefined })).to.equal('https://lms.example/a?type_id=1&limit=5&tag=a%26b');
  });
});
