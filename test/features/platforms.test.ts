import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { setTimeout as sleep } from 'node:timers/promises';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { addPlatform, approveDeployment, ensureOrganisation } from '../../server/features/platforms/actions.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, launch, openBrowser, signIn } from '../support/browser-session.ts';

const unknown = '00000000-0000-4000-8000-000000000000';

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  for (let waited = 0; !(await isSo()); waited += 20) {
    if (waited > 5_000) throw new Error('waited in vain');
    await sleep(20);
  }
}

describe('connected platforms', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  /** A browser signed in by an administrator's link; null is the operator. */
  const administrator = async (organisation: string | null) => {
    const organisationId = organisation === null ? null : await ensureOrganisation(test.sql, organisation, test.clock.now);
    const browser = openBrowser(test);
    const answer = await browser.get(`/sign-in/${await makeAdministratorLink(test.sql, { email: 'ada@example.org', organisationId }, test.clock.now)}`);
    const base = /^\/in\/[\w-]+/.exec(String(answer.headers.location))?.[0] ?? '';
    return { page: (path: string) => browser.get(`${base}${path}`), submit: (path: string, form: Record<string, string> = {}) => browser.post(`${base}${path}`, form), follow: browser.follow };
  };
  /** A launch from a deployment that nobody approved: it is refused, and noted. */
  const knock = async (deploymentId: string) => {
    const answer = await launch(openBrowser(test), test.platform, { person: 'eleanor', link: 'home', deploymentId });
    expect(answer.statusCode).to.equal(403);
    const { rows: [row] } = await test.sql.query('select id from deployment where deployment_id = $1', [deploymentId]);
    return String(row.id);
  };

  it('shows what to type into an LMS', async () => {
    const { body } = await (await administrator('default')).page('/admin/platforms');
    for (const address of ['/lti/login', '/lti/launch', '/lti/jwks']) expect(body).to.contain(`http://localhost:3000${address}`);
  });

  it('shows a deployment that knocked once, with what it called itself, and lets it in after approval', async () => {
    const id = await knock('knocks');
    await knock('knocks');
    const ada = await administrator('default');
    const list = await ada.page('/admin/platforms');
    expect(heading(list)).to.equal('One deployment waits for you');
    expect(list.body).to.contain('knocks').and.contain('as Practice LMS, Improvement coaching, spring');

    const answer = await ada.submit(`/admin/platforms/deployments/${id}/approval`);
    expect(answer.statusCode).to.equal(303);
    expect((await ada.follow(answer)).body).to.contain('Launches from deployment knocks come in from now on');
    expect((await launch(openBrowser(test), test.platform, { person: 'eleanor', link: 'home', deploymentId: 'knocks' })).statusCode).to.equal(303);

    const { rows } = await test.sql.query(`select actor_id is not null as by_somebody from audit_event where action = 'deployment.approved' and detail->>'deploymentId' = 'knocks'`);
    expect(rows).to.deep.equal([{ by_somebody: true }]);
  });

  it('approves once: the second press finds nothing waiting', async () => {
    const id = await knock('twice');
    const ada = await administrator('default');
    const answers = await Promise.all([ada.submit(`/admin/platforms/deployments/${id}/approval`), ada.submit(`/admin/platforms/deployments/${id}/approval`)]);
    for (const { statusCode } of answers) expect(statusCode).to.be.oneOf([303, 404]);
    expect((await ada.submit(`/admin/platforms/deployments/${id}/approval`)).statusCode).to.equal(404);
    expect((await test.sql.query('select organisation_id is not null as approved from deployment where id = $1', [id])).rows).to.deep.equal([{ approved: true }]);
  });

  it('is not another organisation’s to see or approve, even the deployment it was told of', async () => {
    const id = await knock('not-yours');
    const stranger = await administrator('elsewhere');
    expect((await stranger.page('/admin/platforms')).body).not.to.contain('not-yours').and.not.contain('Practice LMS');
    expect((await stranger.submit(`/admin/platforms/deployments/${id}/approval`)).statusCode).to.equal(404);
    expect((await stranger.submit(`/admin/platforms/deployments/${unknown}/approval`)).statusCode).to.equal(404);
    expect((await stranger.submit('/admin/platforms/deployments/nonsense/approval')).statusCode).to.be.oneOf([400, 404]);
    expect((await test.sql.query('select approved_at from deployment where id = $1', [id])).rows).to.deep.equal([{ approved_at: null }]);
  });

  const ownerOf = async (id: string) => (await test.sql.query('select o.short_name from deployment d left join organisation o on o.id = d.organisation_id where d.id = $1', [id])).rows[0]?.short_name ?? null;

  it('is the operator’s to see and approve: for the organisation that registered the platform, or another that they choose', async () => {
    const id = await knock('by-operator');
    const operator = await administrator(null);
    const { body } = await operator.page('/admin/platforms');
    expect(body).to.contain('by-operator').and.contain('All organisations').and.contain('Choose whose people come in from it');
    const own = await ensureOrganisation(test.sql, 'default', test.clock.now);
    expect(body).to.contain(`<option value="${own}" selected>`);
    expect((await operator.submit(`/admin/platforms/deployments/${id}/approval`)).statusCode).to.equal(303);
    expect(await ownerOf(id)).to.equal('default');

    const theirs = await knock('of-another');
    expect((await operator.submit(`/admin/platforms/deployments/${theirs}/approval`, { organisation: unknown })).statusCode).to.equal(404);
    const another = await ensureOrganisation(test.sql, 'another-hospital', test.clock.now);
    expect((await operator.submit(`/admin/platforms/deployments/${theirs}/approval`, { organisation: another })).statusCode).to.equal(303);
    expect(await ownerOf(theirs)).to.equal('another-hospital');
    expect((await operator.page('/admin/platforms')).body).to.contain(' for another-hospital');
  });

  it('is an administrator’s for their own organisation alone, whatever they send', async () => {
    const id = await knock('own-alone');
    // By now another organisation comes in by this registration: whose this one is, only an operator can tell.
    const ada = await administrator('default');
    expect((await ada.page('/admin/platforms')).body).not.to.contain('own-alone');
    expect((await ada.submit(`/admin/platforms/deployments/${id}/approval`)).statusCode).to.equal(404);
    await test.sql.query(`delete from deployment where deployment_id = 'of-another'`);
    const another = await ensureOrganisation(test.sql, 'another-hospital', test.clock.now);
    expect((await ada.page('/admin/platforms')).body).to.contain('own-alone').and.not.contain('<select');
    expect((await ada.submit(`/admin/platforms/deployments/${id}/approval`, { organisation: another })).statusCode).to.equal(303);
    expect(await ownerOf(id)).to.equal('default');
  });

  it('can be taken back while no course of it has a cohort: it waits again, and nothing of its courses is left', async () => {
    const id = await knock('mistaken');
    const ada = await administrator('default');
    await ada.submit(`/admin/platforms/deployments/${id}/approval`);
    const browser = openBrowser(test);
    const arrived = await launch(browser, test.platform, { person: 'ngozi', course: 'autumn', link: 'home', deploymentId: 'mistaken' });
    expect((await browser.follow(arrived)).statusCode).to.equal(200);
    const stranger = await administrator('elsewhere');
    expect((await stranger.submit(`/admin/platforms/deployments/${id}/approval/removal`)).statusCode, 'of another organisation').to.equal(404);

    expect((await ada.page('/admin/platforms')).body).to.contain(`/deployments/${id}/approval/removal`);
    const answer = await ada.submit(`/admin/platforms/deployments/${id}/approval/removal`);
    expect((await ada.follow(answer)).body).to.contain('Launches from deployment mistaken wait again');
    expect(await ownerOf(id)).to.equal(null);
    expect((await browser.get(String(arrived.headers.location))).statusCode, 'whoever had come in').to.equal(401);
    expect((await test.sql.query('select 1 from context where deployment_id = $1', [id])).rows).to.deep.equal([]);
    expect((await launch(openBrowser(test), test.platform, { person: 'ngozi', course: 'autumn', link: 'home', deploymentId: 'mistaken' })).statusCode).to.equal(403);
    expect((await ada.submit(`/admin/platforms/deployments/${id}/approval/removal`)).statusCode, 'once').to.equal(404);

    const operator = await administrator(null);
    const another = await ensureOrganisation(test.sql, 'another-hospital', test.clock.now);
    await operator.submit(`/admin/platforms/deployments/${id}/approval`, { organisation: another });
    expect((await launch(openBrowser(test), test.platform, { person: 'ngozi', course: 'autumn', link: 'home', deploymentId: 'mistaken' })).statusCode).to.equal(303);
    expect((await test.sql.query(`select distinct o.short_name from context c join enrolment e on e.context_id = c.id join person p on p.id = e.person_id join organisation o on o.id = p.organisation_id where c.deployment_id = $1`, [id])).rows).to.deep.equal([{ short_name: 'another-hospital' }]);
    expect((await test.sql.query(`select action from audit_event where action like 'deployment.%' and detail->>'deploymentId' = 'mistaken' order by id`)).rows.map(({ action }) => action)).to.deep.equal(['deployment.approved', 'deployment.withdrawn', 'deployment.approved']);
  });

  it('is not taken back by whoever came in by it, nor approved by another than had it', async () => {
    const ruth = await signIn(test, { person: 'ruth', link: 'home' });
    const { rows: [own] } = await test.sql.query(`select id from deployment where deployment_id = 'practice-deployment-1'`);
    expect((await ruth.page('/admin/platforms')).body).not.to.contain(`/deployments/${own.id}/approval/removal`);
    expect((await ruth.submit(`/admin/platforms/deployments/${own.id}/approval/removal`)).statusCode).to.equal(404);

    await test.sql.query(`update deployment set organisation_id = (select id from organisation where short_name = 'default') where organisation_id is not null`);
    const theirs = await knock('had-by-another');
    const another = await ensureOrganisation(test.sql, 'another-hospital', test.clock.now);
    await (await administrator(null)).submit(`/admin/platforms/deployments/${theirs}/approval`, { organisation: another });
    expect((await (await administrator('another-hospital')).submit(`/admin/platforms/deployments/${theirs}/approval/removal`)).statusCode).to.equal(303);
    const ada = await administrator('default');
    expect((await ada.page('/admin/platforms')).body).not.to.contain('had-by-another');
    expect((await ada.submit(`/admin/platforms/deployments/${theirs}/approval`)).statusCode).to.equal(404);
  });

  it('a launch that was under way when it was taken back is a refusal, and its sign-in ends with the next approval', async () => {
    const id = await knock('under-way');
    const operator = await administrator(null);
    await operator.submit(`/admin/platforms/deployments/${id}/approval`);
    const arrive = (person: string) => launch(openBrowser(test), test.platform, { person, course: 'autumn', link: 'home', deploymentId: 'under-way' });
    expect((await arrive('ngozi')).statusCode).to.equal(303);
    const holder = await test.sql.connect();
    await holder.query('begin');
    await holder.query('lock table audit_event in access exclusive mode');
    const removal = operator.submit(`/admin/platforms/deployments/${id}/approval/removal`);
    await waitFor(async () => (await test.sql.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like 'insert into audit_event%'`)).rows.length > 0);
    const launches = Promise.all(['siobhan', 'ngozi'].map(arrive));
    await waitFor(async () => (await test.sql.query(`select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%login_attempt%'`)).rows.length > 0);
    await holder.query('commit');
    holder.release();
    expect((await removal).statusCode).to.equal(303);
    for (const { statusCode } of await launches) expect(statusCode).to.be.oneOf([303, 403]);
    await operator.submit(`/admin/platforms/deployments/${id}/approval`, { organisation: await ensureOrganisation(test.sql, 'another-hospital', test.clock.now) });
    expect((await test.sql.query('select 1 from sign_in where deployment_id = $1 and ended_at is null', [id])).rows).to.deep.equal([]);
    expect((await test.sql.query('select 1 from context where deployment_id = $1', [id])).rows).to.deep.equal([]);
  });

  it('cannot be taken back once people work there', async () => {
    const id = await knock('in-use');
    const operator = await administrator(null);
    await operator.submit(`/admin/platforms/deployments/${id}/approval`);
    const faculty = await signIn(test, { person: 'eleanor', link: 'home', deploymentId: 'in-use' });
    await faculty.submit('/cohort', { name: 'Spring', startsOn: '2026-05-11', timeZone: 'Europe/London' });
    expect((await test.sql.query('select 1 from context where deployment_id = $1 and cohort_id is not null', [id])).rows).to.have.length(1);
    expect((await operator.page('/admin/platforms')).body).not.to.contain(`/deployments/${id}/approval/removal`);
    expect((await operator.submit(`/admin/platforms/deployments/${id}/approval/removal`)).statusCode).to.equal(404);
    expect(await ownerOf(id)).to.equal('default');
  });

  it('shows an organisation its own deployment of a shared registration, and none of the others', async () => {
    await approveDeployment(test.sql, { registrationId: test.registrationId, deploymentId: 'shared', organisation: 'tenant' }, test.clock.now);
    const { body } = await (await administrator('tenant')).page('/admin/platforms');
    expect(body).to.contain('shared').and.contain('Practice LMS').and.not.contain('practice-deployment-1');
    expect((await (await administrator('default')).page('/admin/platforms')).body).not.to.contain('>shared<');
  });

  it('prints what a platform calls itself as text', async () => {
    await launch(openBrowser(test), test.platform, {
      person: 'eleanor', link: 'home', deploymentId: '<i>id</i>',
      change: (claims) => { claims[ltiClaim('tool_platform')] = { guid: 'g', name: '<script>alert(1)</script>' }; },
    });
    const { body } = await (await administrator(null)).page('/admin/platforms?approved=%3Cscript%3Ealert(2)%3C/script%3E');
    expect(body).not.to.contain('<script>alert').and.not.contain('<i>id');
    expect(body).to.contain('&lt;script&gt;alert(1)');
  });

  it('is for administrators and operators alone', async () => {
    expect((await (await signIn(test, { person: 'ruth', link: 'home' })).page('/admin/platforms')).statusCode, 'by launch').to.equal(200);
    for (const choice of [{ person: 'eleanor' }, { person: 'jonas' }, { person: 'amara' }, { fault: 'guest' as const }]) {
      const reader = await signIn(test, choice);
      expect((await reader.page('/admin/platforms')).statusCode).to.equal(403);
      expect((await reader.submit(`/admin/platforms/deployments/${unknown}/approval`)).statusCode).to.equal(403);
    }
  });

  it('never overwrites a registration, and never moves a deployment to another organisation', async () => {
    const [tool] = test.platform.tools;
    const again = await addPlatform(test.sql, {
      name: 'Impostor', issuer: test.platform.issuer, clientId: tool?.clientId ?? '', deploymentId: 'x', organisation: 'nowhere',
      authenticationUrl: 'https://evil.example/auth', tokenUrl: 'https://evil.example/token', keysetUrl: 'https://evil.example/keys',
    }, test.clock.now);
    expect(again).to.deep.equal({ added: false, reason: 'exists' });
    expect((await test.sql.query('select name, keyset_url from platform_registration')).rows).to.deep.equal([{ name: 'Practice LMS', keyset_url: test.platform.jwksUrl }]);
    const moved = await approveDeployment(test.sql, { registrationId: test.registrationId, deploymentId: 'practice-deployment-1', organisation: 'nowhere' }, test.clock.now);
    expect(moved).to.deep.equal({ approved: false, reason: 'other-organisation' });
    expect((await test.sql.query(`select 1 from organisation where short_name = 'nowhere'`)).rows, 'nothing was made for them').to.deep.equal([]);
  });
});
