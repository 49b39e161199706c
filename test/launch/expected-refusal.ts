// What every refused login and launch owes: a page that says why, an audit row, and nothing else at all.
import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import type { Session } from '../support/browser-session.ts';
import { beginLogin, openBrowser } from '../support/browser-session.ts';
import type { LaunchOptions } from '../support/browser-session.ts';
import type { TestApp } from '../support/app.ts';
import { practiceCourses, practicePeople } from '../../scripts/practice-lms/school.ts';

type Fields = Record<string, string | string[]>;

/** How a launch differs from a good one: in its token, or in what is posted with it. */
export type Breakage = LaunchOptions & {
  /** Changes the finished token, as text. */
  token?: (token: string) => string;
  /** Changes the posted fields in place; deleting counts. */
  fields?: (fields: Fields) => void;
  /** What happens between login and launch. */
  meanwhile?: () => Promise<unknown> | void;
  headers?: Record<string, string>;
};

/** A launch by a browser of its own, with one thing broken. Everything it sent is in `secrets`. */
export async function launchBroken(test: TestApp, { token: changeToken = (token) => token, fields: changeFields, meanwhile, headers = {}, ...choice }: Breakage, session: Session = openBrowser(test)) {
  const { answer: login, state, nonce } = await beginLogin(session, test.platform, choice);
  expect(login.statusCode, 'the login').to.equal(302);
  await meanwhile?.();
  const token = changeToken(test.platform.idToken({ ...choice, nonce }));
  const fields: Fields = { state, id_token: token };
  changeFields?.(fields);
  const answer = await session.post('/lti/launch', fields, { origin: test.platform.issuer, 'sec-fetch-site': 'cross-site', ...headers });
  return { session, answer, secrets: [state, nonce, token] };
}

/** Nothing of these may stand on a page for somebody who proved nothing. */
const claimValues = [
  ...practicePeople.flatMap(({ sub, name, email, givenName, familyName }) => [sub, name, email, givenName, familyName]),
  ...practiceCourses.flatMap(({ contextId, label, title }) => [contextId, label, title]),
].filter((value) => value !== undefined);

export type Trace = { refusals: { reason: string; reference: string; detail: unknown }[]; signIns: number; people: number; enrolments: number; contexts: number };

async function traceOf({ sql }: TestApp): Promise<Trace> {
  const { rows: [row] } = await sql.query<Trace>(`
    select coalesce((select json_agg(json_build_object('reason', reason, 'reference', reference, 'detail', detail) order by id) from audit_event where action = 'launch.refused'), '[]') as refusals,
           (select count(*)::int from sign_in) as "signIns", (select count(*)::int from person) as people,
           (select count(*)::int from enrolment) as enrolments, (select count(*)::int from context) as contexts`);
  if (!row) throw new Error('the statement returned no row');
  return row;
}

/**
 * Does something that must be refused, and checks all that a refusal owes (contract.md, Refusals; lti.md, section 2).
 * `expected` is status and reason code, such as `401 state.unknown`. Gives the answer for what is special about it.
 */
export async function expectRefused(test: TestApp, expected: string, act: () => Promise<LightMyRequestResponse | { answer: LightMyRequestResponse; secrets: readonly string[] }>): Promise<LightMyRequestResponse> {
  const before = await traceOf(test);
  const done = await act();
  const { answer, secrets } = 'secrets' in done ? done : { answer: done, secrets: [] };
  const after = await traceOf(test);

  const [refusal, ...more] = after.refusals.slice(before.refusals.length);
  expect(`${answer.statusCode} ${refusal?.reason ?? 'without an audit row'}`).to.equal(expected);
  expect(more, 'further audit rows').to.deep.equal([]);
  expect({ ...after, refusals: null }, 'what was recorded').to.deep.equal({ ...before, refusals: null });

  expectRefusalPage(answer, refusal?.reference ?? 'no reference');
  const audited = JSON.stringify(refusal);
  for (const value of [...claimValues, ...secrets]) {
    expect(answer.body.includes(value), `the page shows ${value}`).to.equal(false);
    expect(audited.includes(value), `the audit row holds ${value}`).to.equal(false);
  }
  return answer;
}

/** The page itself, framed by anyone, leading nowhere and signing nobody in. */
function expectRefusalPage(answer: LightMyRequestResponse, reference: string): void {
  expect(answer.headers['content-type']).to.equal('text/html; charset=utf-8');
  expect(answer.body.match(/<h1[\s>]/g), 'headings').to.have.length(1);
  expect(reference).to.match(/^[\w-]{6,64}$/);
  expect(answer.body, 'the reference number').to.contain(reference);
  expect(answer.headers.location, 'Location').to.equal(undefined);
  expect(answer.cookies.filter(({ name }) => name.startsWith('__Host-in-')), 'sign-in cookies').to.deep.equal([]);
  expect(frameAncestors(answer)).to.equal('*');
  expect(answer.headers).not.to.have.property('x-frame-options');
  expect(answer.headers['referrer-policy']).to.equal('same-origin');
}

/** The sources of `frame-ancestors`, as they stand in the header; undefined when the header is not one policy. */
export function frameAncestors(answer: LightMyRequestResponse): string | undefined {
  const policy = String(answer.headers['content-security-policy']);
  expect(policy, 'one policy').not.to.contain(',');
  const directives = policy.split(';').map((directive) => directive.trim());
  return directives.find((directive) => directive.startsWith('frame-ancestors '))?.slice('frame-ancestors '.length);
}
