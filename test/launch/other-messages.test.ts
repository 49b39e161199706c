// Launches of other kinds than a link's: choosing content, reviewing work, asking about one's data (lti.md, rules 63 to 70).
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import type { Claims } from '../../scripts/practice-lms/claims.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, heading, openBrowser, signIn, startCohort } from '../support/browser-session.ts';
import { expectRefused, launchBroken } from './expected-refusal.ts';
import type { Breakage } from './expected-refusal.ts';

const settingsClaim = 'https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings';
const agsClaim = 'https://purl.imsglobal.org/spec/lti-ags/claim/endpoint';
const lineItem = 'http://127.0.0.1:3001/line-items/1';

type Changes = Record<string, unknown>;

/** A launch of another kind: `changes` are claims, undefined removes one. */
function message(type: string, claims: Changes, changes: Changes, choice: Breakage): Breakage {
  return {
    ...choice,
    change: (all: Claims) => {
      Object.assign(all, { [ltiClaim('message_type')]: type, ...claims, ...changes });
      for (const [name, value] of Object.entries(all)) if (value === undefined) delete all[name];
    },
  };
}

const settings = { accept_types: ['ltiResourceLink'], accept_presentation_document_targets: ['iframe', 'window'], deep_link_return_url: 'http://127.0.0.1:3001/deep-linking/return', data: 'csrf:é"<1>' };
const deepLinking = (changes: Changes = {}, choice: Breakage = {}): Breakage =>
  message('LtiDeepLinkingRequest', { [ltiClaim('resource_link')]: undefined, [settingsClaim]: settings }, changes, { person: 'eleanor', link: 'home', ...choice });
const reviewOf = (sub: string, changes: Changes = {}, choice: Breakage = {}): Breakage =>
  message('LtiSubmissionReviewRequest', { [ltiClaim('for_user')]: { user_id: sub }, [agsClaim]: { scope: [], lineitem: lineItem } }, changes, { person: 'eleanor', link: 'week-1', ...choice });
const privacy = (changes: Changes = {}, choice: Breakage = {}): Breakage =>
  message('DataPrivacyLaunchRequest', { [ltiClaim('context')]: undefined, [ltiClaim('resource_link')]: undefined }, changes, { person: 'amara', link: 'home', ...choice });

describe('lti launch: other messages', () => {
  let test: TestApp;
  let amara: { sub: string; id: string };
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
    await signIn(test, { person: 'amara' });
    const { rows: [row] } = await test.sql.query<{ sub: string; id: string }>(`select sub, id from person where name like 'Amara%'`);
    amara = row!;
    // Her week-1 link has a column of its own, as the platform says with the grade claim of its launches.
    await signIn(test, { person: 'amara', change: (claims) => { claims[agsClaim] = { scope: [], lineitem: lineItem }; } });
  });
  after(() => test.close());

  const refused: [string, () => Breakage, string][] = [
    ['rule 63: no settings', () => deepLinking({ [settingsClaim]: undefined }), '400 deep_linking.malformed'],
    ['rule 63: no return address', () => deepLinking({ [settingsClaim]: { ...settings, deep_link_return_url: undefined } }), '400 deep_linking.malformed'],
    ['rule 63: a return address of another scheme', () => deepLinking({ [settingsClaim]: { ...settings, deep_link_return_url: 'javascript:alert(1)' } }), '400 deep_linking.malformed'],
    ['rule 63: data with a NUL', () => deepLinking({ [settingsClaim]: { ...settings, data: 'a\0b' } }), '400 deep_linking.malformed'],
    ['rule 64: a learner chooses content', () => deepLinking({}, { person: 'amara' }), '403 deep_linking.not_for_you'],
    ['rule 64: a mentor chooses content', () => deepLinking({}, { fault: 'mentor' }), '403 deep_linking.not_for_you'],
    ['choosing content outside a course', () => deepLinking({ [ltiClaim('context')]: undefined }), '400 claim.missing'],
    ['rule 67: no for_user', () => reviewOf('x', { [ltiClaim('for_user')]: undefined }), '400 claim.missing'],
    ['rule 67: for_user without an id', () => reviewOf('x', { [ltiClaim('for_user')]: { name: 'Somebody' } }), '400 claim.missing'],
    ['rule 68: no line item', () => reviewOf(amara.sub, { [agsClaim]: { scope: [] } }), '400 claim.missing'],
    ['rule 68: a line item that is not ours', () => reviewOf(amara.sub, { [agsClaim]: { scope: [], lineitem: `${lineItem}9` } }), '404 submission_review.unknown'],
    ['rule 68: a user whom nobody knows here', () => reviewOf('nobody'), '404 submission_review.unknown'],
    ['rule 69: a learner reviews another’s work', () => reviewOf(amara.sub, {}, { person: 'zsofia' }), '403 submission_review.not_for_you'],
    ['rule 69: a mentor reviews a learner’s work', () => reviewOf(amara.sub, {}, { fault: 'mentor' }), '403 submission_review.not_for_you'],
    ['rule 70: privacy with a course', () => message('DataPrivacyLaunchRequest', { [ltiClaim('resource_link')]: undefined }, {}, { link: 'home' }), '400 privacy.in_course'],
    ['rule 70: privacy with a link, by its other name', () => message('LtiDataPrivacyLaunchRequest', { [ltiClaim('context')]: undefined }, {}, { link: 'home' }), '400 privacy.in_course'],
  ];
  for (const [name, broken, expected] of refused) {
    it(`${name} → ${expected}`, () => expectRefused(test, expected, () => launchBroken(test, broken())));
  }

  it('a refused launch has spent its state', async () => {
    const browser = openBrowser(test);
    const broken = deepLinking({}, { person: 'amara' });
    const { state, nonce } = await beginLogin(browser, test.platform, broken);
    const post = () => browser.postFrom(test.platform.issuer, '/lti/launch', { state, id_token: test.platform.idToken({ ...broken, nonce }) });
    await expectRefused(test, '403 deep_linking.not_for_you', post);
    await expectRefused(test, '409 state.used', post);
  });

  it('a launch refused after its token had verified offers the way back, with the reason for the LMS to show', async () => {
    const { answer } = await launchBroken(test, deepLinking({}, { person: 'amara' }));
    const href = /<a class="btn" href="([^"]+)">Back to your LMS/.exec(answer.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const back = new URL(href);
    expect(back.origin).to.equal(test.platform.issuer);
    expect(back.searchParams.get('lti_errormsg')).to.match(/^Adding content is for faculty\./);
    expect(back.searchParams.get('lti_errorlog')).to.match(/^deep_linking\.not_for_you [\w-]+$/);
  });

  it('one whose token did not verify offers none', async () => {
    const { answer } = await launchBroken(test, deepLinking({}, { alg: 'none' }));
    expect(answer.statusCode).to.equal(401);
    expect(answer.body).not.to.contain('Back to your LMS');
  });

  it('choosing content lands on the chooser, with what the platform accepts kept byte by byte', async () => {
    const { answer } = await launchBroken(test, deepLinking());
    expect(answer.statusCode).to.equal(303);
    const id = /\/deep-linking\/([0-9a-f-]{36})$/.exec(String(answer.headers.location))?.[1];
    const { rows: [request] } = await test.sql.query<{ settings: { data: string; returnUrl: string; acceptTypes: string[] } }>('select settings from deep_linking_request where id = $1', [id]);
    expect(request?.settings).to.include({ data: settings.data, returnUrl: settings.deep_link_return_url });
    expect(request?.settings.acceptTypes).to.deep.equal(['ltiResourceLink']);
  });

  it('reviewing a submission lands on that learner’s work', async () => {
    const { answer } = await launchBroken(test, reviewOf(amara.sub));
    expect(answer.headers.location).to.match(new RegExp(`^/in/[\\w-]+/weeks/1/check/of/${amara.id}$`));
  });

  it('reviewing attendance lands on it', async () => {
    const column = `${lineItem}-attendance`;
    await test.sql.query(`insert into line_item (context_id, resource_id, tag, label, score_maximum, url, created_at) select id, 'attendance', 'attendance', 'Attendance', 11, $1, now() from context where context_id = 'course-spring'`, [column]);
    const { answer } = await launchBroken(test, reviewOf(amara.sub, { [agsClaim]: { scope: [], lineitem: column } }));
    expect(answer.headers.location).to.match(/^\/in\/[\w-]+\/attendance$/);
  });

  it('a learner may review their own', async () => {
    const { answer } = await launchBroken(test, reviewOf(amara.sub, {}, { person: 'amara' }));
    expect(answer.headers.location).to.match(new RegExp(`/weeks/1/check/of/${amara.id}$`));
  });

  it('a review does not change what the link opens', async () => {
    await launchBroken(test, reviewOf(amara.sub));
    const { rows } = await test.sql.query('select target, line_item_url from resource_link where line_item_url is not null');
    expect(rows).to.deep.equal([{ target: '/weeks/1', line_item_url: lineItem }]);
  });

  it('the link forgets its column when the platform says that it is gone', async () => {
    await signIn(test, { person: 'zsofia', change: (claims) => { claims[agsClaim] = { scope: [], lineitem: '' }; } });
    expect((await test.sql.query('select 1 from resource_link where line_item_url is not null')).rows).to.deep.equal([]);
    await signIn(test, { person: 'amara', change: (claims) => { claims[agsClaim] = { scope: [], lineitem: lineItem }; } });
  });

  for (const type of ['DataPrivacyLaunchRequest', 'LtiDataPrivacyLaunchRequest']) {
    it(`${type} shows what is kept of the one who asks, and nothing of a course`, async () => {
      const { session, answer } = await launchBroken(test, { ...privacy(), change: (claims) => { privacy().change?.(claims, {}); claims[ltiClaim('message_type')] = type; } });
      expect(answer.headers.location).to.match(/^\/in\/[\w-]+\/privacy$/);
      const page = await session.get(String(answer.headers.location));
      expect(heading(page)).to.equal('Your data in Coachline');
      expect(page.body).to.contain('Amara').and.contain('Improvement coaching, spring');
      const base = String(answer.headers.location).replace('/privacy', '');
      expect((await session.get(`${base}/weeks/1`)).statusCode, 'no course').to.equal(403);
    });
  }

  it('privacy: of somebody whom nobody knows, nothing is kept then either', async () => {
    const { session, answer } = await launchBroken(test, privacy({}, { person: 'priya' }));
    expect((await session.get(String(answer.headers.location))).body).to.contain('Nothing is kept about you');
    expect((await test.sql.query(`select 1 from person where name like 'Priya%'`)).rows).to.deep.equal([]);
  });

  it('staff who come first want the roster read, once', async () => {
    const roster = (claims: Claims) => { claims['https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice'] = { context_memberships_url: 'http://127.0.0.1:3001/members', service_versions: ['2.0'] }; };
    await test.sql.query('delete from roster_sync');
    await signIn(test, { person: 'amara', change: roster });
    expect((await test.sql.query('select 1 from roster_sync')).rows, 'a learner').to.deep.equal([]);
    await signIn(test, { person: 'eleanor', change: roster });
    await signIn(test, { person: 'eleanor', change: roster });
    expect((await test.sql.query('select 1 from roster_sync')).rows).to.have.length(1);
    expect((await test.sql.query('select memberships_url from context where memberships_url is not null')).rows).to.deep.equal([{ memberships_url: 'http://127.0.0.1:3001/members' }]);
  });

  it('a course that says which course it was copied from is noted as a copy, once, and only of a course with a cohort', async () => {
    const copied = (history: string) => (claims: Claims) => { claims[ltiClaim('custom')] = { context_id_history: history }; };
    const { rows: [spring] } = await test.sql.query<{ id: string; context_id: string }>('select id, context_id from context where cohort_id is not null');
    await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home', change: copied('somewhere-else') });
    expect((await test.sql.query('select 1 from context_copy')).rows, 'an origin that is not ours').to.deep.equal([]);
    await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home', change: copied(`in-between, ${spring?.context_id}`) });
    await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home', change: copied(`in-between, ${spring?.context_id}`) });
    const { rows } = await test.sql.query<{ origin_id: string; source: string; decision: string | null }>('select origin_id, source, decision from context_copy');
    expect(rows).to.deep.equal([{ origin_id: spring?.id, source: 'history', decision: null }]);
  });

  it('an administrator’s launch leaves a report for the self-test, without anybody’s data', async () => {
    await signIn(test, { person: 'ruth', link: 'home' });
    const { rows } = await test.sql.query<{ role: string; launch_report: { claims: { name: string; present: boolean }[]; clockOffset: number } }>('select role, launch_report from sign_in where launch_report is not null');
    expect(rows.map(({ role }) => role)).to.deep.equal(['administrator']);
    expect(rows[0]?.launch_report.claims).to.deep.include({ name: 'email', present: true });
    expect(JSON.stringify(rows[0])).not.to.contain('Ruth').and.not.to.contain('@');
  });

  it('the kind of LMS is kept with its registration', async () => {
    await signIn(test, { person: 'amara', change: (claims) => { claims[ltiClaim('tool_platform')] = { guid: 'g', product_family_code: 'moodle' }; } });
    expect((await test.sql.query('select product_family_code from platform_registration')).rows).to.deep.equal([{ product_family_code: 'moodle' }]);
  });
});

describe('lti launch: choosing content where local platforms are not allowed', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp({ env: { ALLOW_LOCAL_PLATFORMS: 'false' } }); });
  after(() => test.close());

  it('rule 63: a return address on plain http → 400 deep_linking.malformed', () =>
    expectRefused(test, '400 deep_linking.malformed', () => launchBroken(test, deepLinking())));
  it('one on https is good', async () => {
    const { answer } = await launchBroken(test, deepLinking({ [settingsClaim]: { ...settings, deep_link_return_url: 'https://lms.example/return' } }));
    expect(answer.statusCode).to.equal(303);
  });
});
