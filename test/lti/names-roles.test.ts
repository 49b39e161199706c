import { describe, it } from 'mocha';
import { expect } from 'chai';
import { membershipScope, readRoster } from '../../server/lti/names-roles.ts';
import type { Member, RosterEnd } from '../../server/lti/names-roles.ts';
import { answer, fakePlatform, registration } from './fake-platform.ts';

const url = 'https://lms.example/courses/1/memberships?a=1';
const learner = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner';
const page = (members: unknown, next?: string) => answer(200, { id: url, context: { id: 'c1' }, members }, next === undefined ? {} : { link: `<${next}>; rel="next"` });

async function read(serve: Parameters<typeof fakePlatform>[0], { change = {}, rlid }: { change?: Partial<typeof registration>; rlid?: string } = {}) {
  const platform = fakePlatform(serve);
  const pages: Member[][] = [];
  let end: RosterEnd | undefined;
  for await (const step of readRoster(platform.services, { ...registration, ...change }, url, rlid === undefined ? {} : { rlid })) {
    expect(end, 'nothing comes after the end').to.equal(undefined);
    if (step.kind === 'members') pages.push(step.members);
    else end = step.end;
  }
  return { ...platform, pages, members: pages.flat(), end: end?.outcome === 'incomplete' ? end.problem.code : end };
}

describe('lti roster', () => {
  it('reads members page by page, with the one scope and the exact media type', async () => {
    const { pages, end, calls, tokenCalls } = await read((_request, number) => (number === 1
      ? page([{ status: 'Active', user_id: 'u1', roles: [learner], name: 'Amara Osei', given_name: 'Amara', family_name: 'Osei', email: 'amara@lms.example', picture: 'x' }], '?page=2')
      : page([{ status: 'Inactive', user_id: 'u2', roles: ['Learner'] }])));
    expect(pages).to.deep.equal([
      [{ userId: 'u1', roles: [learner], status: 'Active', name: 'Amara Osei', givenName: 'Amara', familyName: 'Osei', email: 'amara@lms.example' }],
      [{ userId: 'u2', roles: ['Learner'], status: 'Inactive' }],
    ]);
    expect(end).to.deep.equal({ outcome: 'complete', unreadable: 0 });
    expect(calls[0]).to.include({ url: 'https://lms.example/courses/1/memberships?a=1&limit=200', maxBytes: 4 * 1024 * 1024 });
    expect(calls[0]?.headers).to.include({ accept: 'application/vnd.ims.lti-nrps.v2.membershipcontainer+json' });
    expect(new URLSearchParams(tokenCalls[0]?.body).get('scope')).to.equal(membershipScope);
  });

  it('asks Canvas for 50, and names a link only where the LMS bears it', async () => {
    expect((await read(() => page([]), { change: { productFamilyCode: 'canvas' }, rlid: 'l1' })).calls[0]?.url).to.equal('https://lms.example/courses/1/memberships?a=1&limit=50&rlid=l1');
    expect((await read(() => page([]), { rlid: 'l1' })).calls[0]?.url).to.equal('https://lms.example/courses/1/memberships?a=1&limit=200');
  });

  // Rule 90: line by line.
  const lines: [string, unknown, Partial<Member> | null][] = [
    ['no user_id', { roles: [learner] }, null],
    ['user_id is empty', { user_id: '' }, null],
    ['user_id is a number', { user_id: 5 }, null],
    ['user_id with NUL', { user_id: 'a\0' }, null],
    ['null', null, null],
    ['a text', 'u1', null],
    ['a list', ['u1'], null],
    ['no status', { user_id: 'u1' }, { status: 'Active' }],
    ['status ACTIVE', { user_id: 'u1', status: 'ACTIVE' }, { status: 'Active' }],
    ['status deleted', { user_id: 'u1', status: 'deleted' }, { status: 'Deleted' }],
    ['status that nobody knows', { user_id: 'u1', status: 'Suspended' }, { status: 'Inactive' }],
    ['status is a number', { user_id: 'u1', status: 1 }, { status: 'Inactive' }],
    ['no roles', { user_id: 'u1' }, { roles: [] }],
    ['roles is a text', { user_id: 'u1', roles: learner }, { roles: [learner] }],
    ['roles with odd ones', { user_id: 'u1', roles: [learner, learner, '', 5, null, 'x'.repeat(300)] }, { roles: [learner] }],
    ['a name not filled in', { user_id: 'u1', name: '$Person.name.full' }, {}],
    ['a name with NUL and a direction mark', { user_id: 'u1', name: ' A\0m\u202eara ' }, { name: 'Amara' }],
    ['a name that is an object', { user_id: 'u1', name: {} }, {}],
    ['an endless address', { user_id: 'u1', email: `${'x'.repeat(300)}@lms.example` }, {}],
    ['custom parameters of a link', { user_id: 'u1', message: [{ 'https://purl.imsglobal.org/spec/lti/claim/custom': { group: 'a', number: 5 } }] }, { custom: { group: 'a' } }],
    ['a message without them', { user_id: 'u1', message: [{}] }, {}],
  ];
  for (const [name, line, expected] of lines) {
    it(`rule 90: ${name}`, async () => {
      const { members, end } = await read(() => page([line, { user_id: 'u9', roles: [], status: 'Active' }]));
      expect(members.at(-1)).to.deep.equal({ userId: 'u9', roles: [], status: 'Active' });
      expect(end).to.deep.equal({ outcome: 'complete', unreadable: expected ? 0 : 1 });
      if (expected) expect(members[0]).to.deep.equal({ userId: 'u1', roles: [], status: 'Active', ...expected });
      else expect(members).to.have.length(1);
    });
  }

  it('rule 90: somebody in two lines comes once, with all roles, and is in as long as one line says so', async () => {
    const { pages } = await read((_request, number) => (number === 1
      ? page([{ user_id: 'u1', roles: ['Learner'], status: 'Inactive' }, { user_id: 'u2' }, { user_id: 'u1', roles: ['Mentor'], status: 'Active', name: 'Amara' }], '?page=2')
      : page([{ user_id: 'u1', roles: ['Instructor'], status: 'Deleted' }, { user_id: 'u3' }])));
    expect(pages[0]?.[0]).to.deep.equal({ userId: 'u1', roles: ['Learner', 'Mentor'], status: 'Active', name: 'Amara' });
    expect(pages.map((members) => members.map(({ userId }) => userId))).to.deep.equal([['u1', 'u2'], ['u3']]);
  });

  const ends: [string, Parameters<typeof fakePlatform>[0], string, number][] = [
    ['rule 88: next on another origin', () => page([{ user_id: 'u1' }], 'https://evil.example/2'), 'pages.elsewhere', 1],
    ['rule 89: a loop', () => page([{ user_id: 'u1' }], 'https://lms.example/courses/1/memberships?a=1&limit=200'), 'pages.loop', 1],
    ['rule 89: page 2 fails', (_request, number) => (number === 1 ? page([{ user_id: 'u1' }], '?page=2') : answer(500)), 'platform.failed', 1],
    ['page 2 is no roster', (_request, number) => (number === 1 ? page([{ user_id: 'u1' }], '?page=2') : page('none')), 'answer.not_json', 1],
    ['no members', () => answer(200, {}), 'answer.not_json', 0],
    ['a list', () => answer(200, []), 'answer.not_json', 0],
    ['403', () => answer(403), 'call.forbidden', 0],
    ['too large a page', () => ({ ok: false, reason: 'too-large' }), 'answer.too_large', 0],
  ];
  for (const [name, serve, expected, count] of ends) {
    it(`incomplete: ${name}`, async () => {
      const { members, end } = await read(serve);
      expect([members.length, end]).to.deep.equal([count, expected]);
    });
  }

  it('an empty course is complete; an address that is none is not', async () => {
    expect((await read(() => page([]))).end).to.deep.equal({ outcome: 'complete', unreadable: 0 });
    for await (const step of readRoster(fakePlatform(() => page([])).services, registration, '')) {
      expect(step).to.deep.equal({ kind: 'end', end: { outcome: 'incomplete', problem: { outcome: 'refused', code: 'address.bad' } } });
    }
  });
});
