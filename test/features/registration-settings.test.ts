import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { approveDeployment, ensureOrganisation } from '../../server/features/platforms/actions.ts';
import { issuer, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { beginLogin, heading, launch, openBrowser, signIn, startCohort } from '../support/browser-session.ts';

const good = { name: 'Practice LMS', active: 'true' };
const institutionAdministrator = 'http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator';
const learnerRole = 'http://purl.imsglobal.org/vocab/lis/v2/membership#Learner';
const rolesClaim = 'https://purl.imsglobal.org/spec/lti/claim/roles';

describe('the settings of a registration', () => {
  let test: TestApp;
  let path: string;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
    path = `/admin/platforms/${test.registrationId}`;
  });
  after(() => test.close());
  beforeEach(() => test.sql.query(`delete from audit_event; update platform_registration set name = 'Practice LMS', active = true, frame_origins = '{}', institution_administrators = true`));

  it('are found from the list of platforms', async () => {
    const administrator = await signIn(test, { person: 'ruth', link: 'home' });
    expect((await administrator.page('/admin/platforms')).body).to.contain(`href="${administrator.base}${path}"`);
    expect(heading(await administrator.page(path))).to.equal('Practice LMS');
  });

  it('show the addresses to paste into the LMS, and what the LMS told us', async () => {
    const { body } = await (await byLink('default')).page(path);
    for (const address of [`/lti/login/${test.registrationId}`, '/lti/launch', '/lti/jwks', '/']) expect(body, address).to.contain(`data-copy="http://localhost:3000${address}"`);
    for (const told of [issuer, test.platform.tools[0]?.clientId, test.platform.authorizationUrl, `${issuer}/token`, test.platform.jwksUrl]) expect(body, told).to.contain(`<code class="id">${told}</code>`);
    expect((await launch(openBrowser(test), test.platform)).statusCode).to.equal(303);
  });

  it('switch it off: logins and launches under way are refused with registration.disabled; on again, people come in', async () => {
    const administrator = await byLink('default');
    const underWay = openBrowser(test);
    const { request } = await beginLogin(underWay, test.platform);
    const answer = await administrator.submit(path, { name: 'Practice LMS' });
    expect(answer.headers.location).to.equal(`${administrator.base}${path}?notice=changed`);
    expect((await administrator.follow(answer)).body).to.contain('The settings are saved');
    expect((await administrator.page('/admin/platforms')).body).to.contain('Switched off');

    const refused = await openBrowser(test).get(`/lti/login?${new URLSearchParams(test.platform.launchParameters()).toString()}`);
    expect(refused.statusCode).to.equal(403);
    expect(heading(refused)).to.equal('This connection is switched off');
    const token = test.platform.authenticate(request);
    if (token.outcome !== 'id-token') throw new Error('no token');
    expect((await underWay.postFrom(issuer, '/lti/launch', { state: token.state, id_token: token.idToken })).statusCode).to.equal(403);
    const { rows } = await test.sql.query(`select reason from audit_event where action = 'launch.refused'`);
    expect(rows).to.deep.equal([{ reason: 'registration.disabled' }, { reason: 'registration.disabled' }]);

    await administrator.submit(path, good);
    expect((await launch(openBrowser(test), test.platform)).statusCode).to.equal(303);
  });

  it('name further origins, which may frame the pages of the next sign-in', async () => {
    const administrator = await byLink('default');
    const before = await signIn(test, { link: 'home' });
    await administrator.submit(path, { ...good, frameOrigins: 'https://Portal.example.org/\r\nhttp://localhost:4000\r\nhttps://portal.example.org:443' });
    expect(framedBy(await (await signIn(test, { link: 'home' })).page('/'))).to.include.members([issuer, 'https://portal.example.org', 'http://localhost:4000']);
    expect(framedBy(await before.page('/')), 'a sign-in from before').not.to.include('https://portal.example.org');
    expect(/<textarea[^>]*>([^<]*)<\/textarea>/.exec((await administrator.page(path)).body)?.[1]).to.equal('https://portal.example.org\nhttp://localhost:4000');

    await administrator.submit(path, good);
    expect(framedBy(await (await signIn(test, { link: 'home' })).page('/'))).not.to.include('https://portal.example.org');
  });

  it('are refused with 422 and words for every wrong line; what was typed is kept, and nothing else happens', async () => {
    const administrator = await byLink('default');
    const typed = 'https://portal.example.org\r\nhttp://intranet.example.org\r\n"><script>alert(1)</script>';
    const page = await administrator.submit(path, { name: '  ', frameOrigins: typed });
    expect(page.statusCode).to.equal(422);
    expect(page.body).to.contain('Three things to put right').and.contain('id="name-m"').and.not.contain('<script>alert');
    expect(page.body.match(/<li class="msg">/g)).to.have.length(2);
    expect(page.body).to.match(/<textarea[^>]*aria-describedby="frameOrigins-h frameOrigins-m" aria-invalid="true">https:\/\/portal\.example\.org\r?\nhttp:\/\/intranet/);
    expect(page.body, 'the box that was emptied stays empty').to.match(/id="active" name="active" value="true" aria-describedby/);
    expect(await changes()).to.deep.equal([]);
    expect((await administrator.submit(path, { ...good, active: 'perhaps' })).statusCode).to.equal(400);
    expect((await administrator.submit(path, { ...good, name: ['a', 'b'] })).statusCode).to.equal(400);
  });

  it('leave an audit row with who, and what it was before; none when nothing changed', async () => {
    const administrator = await signIn(test, { person: 'ruth', link: 'home' });
    await administrator.submit(path, good);
    expect(await changes()).to.deep.equal([]);
    await administrator.submit(path, { name: ' Moodle  of the\r\nhospitals ' });
    expect(await changes()).to.deep.equal([{ name: 'Ruth Castellanos', registration_id: test.registrationId, detail: { before: { name: 'Practice LMS', active: true }, after: { name: 'Moodle of the hospitals', active: false } } }]);
  });

  it('let an operator, and nobody else, say whether administrators of the institution become ours', async () => {
    const roleOf = async () => {
      const reader = await signIn(test, { person: 'amara', link: 'home', change: (claims) => { claims[rolesClaim] = [institutionAdministrator, learnerRole]; } });
      return /Signed in as [^<]*, (\w+)\./.exec((await reader.page('/programme')).body)?.[1];
    };
    expect(await roleOf()).to.equal('administrator');
    const administrator = await byLink('default');
    expect((await administrator.page(path)).body).not.to.contain('institutionAdministrators');
    await administrator.submit(path, good);
    expect(await roleOf(), 'an administrator’s form says nothing of it').to.equal('administrator');

    const operator = await byLink(null);
    expect((await operator.page(path)).body).to.contain('name="institutionAdministrators" value="true" checked');
    await operator.submit(path, good);
    expect(await roleOf()).to.equal('learner');
    await administrator.submit(path, { ...good, institutionAdministrators: 'true' });
    expect(await roleOf(), 'whatever an administrator sends').to.equal('learner');
    await operator.submit(path, { ...good, institutionAdministrators: 'true' });
    expect(await roleOf()).to.equal('administrator');
  });

  it('are 404 for other organisations, even one that has a deployment of it, and 403 for those who do not administer', async () => {
    await approveDeployment(test.sql, { registrationId: test.registrationId, deploymentId: 'shared', organisation: 'tenant' }, test.clock.now);
    for (const organisation of ['elsewhere', 'tenant']) {
      const stranger = await byLink(organisation);
      expect((await stranger.page(path)).statusCode).to.equal(404);
      for (const form of [good, {}]) expect((await stranger.submit(path, form)).statusCode).to.equal(404);
      expect((await stranger.page('/admin/platforms')).body).not.to.contain(path);
    }
    for (const choice of [{ person: 'eleanor' }, { person: 'jonas' }, { person: 'amara' }, { fault: 'mentor' as const }]) {
      const reader = await signIn(test, choice);
      expect((await reader.page(path)).statusCode).to.equal(403);
      expect((await reader.submit(path, good)).statusCode).to.equal(403);
    }
    const operator = await byLink(null);
    for (const id of ['00000000-0000-4000-8000-000000000000', 'nonsense']) {
      expect((await operator.page(`/admin/platforms/${id}`)).statusCode).to.be.oneOf([400, 404]);
      expect((await operator.submit(`/admin/platforms/${id}`, good)).statusCode).to.be.oneOf([400, 404]);
    }
  });

  const changes = async () => (await test.sql.query(`select p.name, a.registration_id, a.detail from audit_event a left join person p on p.id = a.actor_id where a.action = 'registration.changed'`)).rows;

  /** A browser signed in by an administrator's link; null is the operator. */
  async function byLink(organisation: string | null) {
    const organisationId = organisation === null ? null : await ensureOrganisation(test.sql, organisation, test.clock.now);
    const browser = openBrowser(test);
    const answer = await browser.get(`/sign-in/${await makeAdministratorLink(test.sql, { email: 'ada@example.org', organisationId }, test.clock.now)}`);
    const base = /^\/in\/[\w-]+/.exec(String(answer.headers.location))?.[0] ?? '';
    return { base, page: (at: string) => browser.get(`${base}${at}`), submit: (at: string, form: Record<string, string | string[]>) => browser.post(`${base}${at}`, form), follow: browser.follow };
  }
});

describe('where local platforms are not allowed', () => {
  it('plain http may not frame Coachline, not even from this machine', async () => {
    const test = await startTestApp({ env: { ALLOW_LOCAL_PLATFORMS: 'false' } });
    try {
      const administrator = await signIn(test, { person: 'ruth', link: 'home' });
      const answer = await administrator.submit(`/admin/platforms/${test.registrationId}`, { ...good, frameOrigins: 'http://localhost:4000' });
      expect(answer.statusCode).to.equal(422);
    } finally {
      await test.close();
    }
  });
});

const framedBy = ({ headers }: { headers: Record<string, unknown> }): string[] => /frame-ancestors ([^;]*)/.exec(String(headers['content-security-policy']))?.[1]?.split(' ') ?? [];
