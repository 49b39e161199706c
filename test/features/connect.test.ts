import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { ensureOrganisation } from '../../server/features/platforms/actions.ts';
import { lmsGuides } from '../../server/features/registration/lms-guides.ts';
import { publicUrl, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, openBrowser } from '../support/browser-session.ts';

const moodle = {
  name: 'Moodle of the north', issuer: 'https://moodle.north.example', clientId: 'client-1', authenticationUrl: 'https://moodle.north.example/auth',
  tokenUrl: 'https://moodle.north.example/token', keysetUrl: 'https://moodle.north.example/keys', deploymentId: '3',
};

describe('connecting an LMS', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await ensureOrganisation(test.sql, 'north', test.clock.now);
  });
  after(() => test.close());

  it('begins at the list of platforms, with a page for each LMS', async () => {
    const administrator = await byLink('north');
    expect((await administrator.page('/admin/platforms')).body).to.contain(`href="${administrator.base}/platforms/connect"`);
    const { body } = await administrator.page('/platforms/connect');
    expect(body).to.match(/aria-current="page">Platforms/);
    expect([...body.matchAll(/\/platforms\/connect\/(\w+)"/g)].map(([, code]) => code)).to.deep.equal(['moodle', 'canvas', 'blackboard', 'brightspace', 'sakai', 'schoology', 'openedx', 'generic']);
    for (const code of ['webct', 'constructor', 'Moodle']) expect((await administrator.page(`/platforms/connect/${code}`)).statusCode, code).to.equal(404);
  });

  for (const { code, name, byLink: link } of lmsGuides) {
    it(`${name}: every address to paste can be selected and copied, with the switches that matter and a form for what comes back`, async () => {
      const { body, statusCode } = await (await byLink('north')).page(`/platforms/connect/${code}`);
      expect(statusCode).to.equal(200);
      for (const path of ['/lti/login', '/lti/launch', '/lti/jwks', '/']) {
        expect(body, path).to.contain(`<code class="id">${publicUrl}${path}</code>`).and.contain(`data-copy="${publicUrl}${path}" hidden`);
      }
      if (code !== 'openedx') expect(body).to.contain('<code class="id">context_id_history=$Context.id.history</code>');
      expect(body, 'names').to.match(/people have no names/);
      expect(body, 'grades').to.match(/no result reaches the gradebook|one fixed column/);
      expect(body, 'roster').to.match(/people appear only once they have come in|no roster is read/);
      expect(body, 'deep linking').to.match(/faculty (?:cannot|must)|each component opens/);
      for (const field of ['name', 'issuer', 'clientId', 'authenticationUrl', 'tokenUrl', 'keysetUrl', 'deploymentId']) expect(body, field).to.contain(`name="${field}"`);
      expect(body.includes('Make a link')).to.equal(link !== null);
    });
  }

  it('Canvas: the addresses that are the same for everybody stand in the form; the configuration has an address', async () => {
    const { body } = await (await byLink('north')).page('/platforms/connect/canvas');
    for (const address of ['https://canvas.instructure.com', 'https://sso.canvaslms.com/api/lti/authorize_redirect', 'https://sso.canvaslms.com/login/oauth2/token', 'https://sso.canvaslms.com/api/lti/security/jwks']) expect(body).to.contain(`value="${address}"`);
    expect(body).to.contain(`<code class="id">${publicUrl}/lti/canvas.json</code>`);
  });

  it('an administrator makes a link for their own organisation, whatever the form says; it is shown once and kept as a hash', async () => {
    const administrator = await byLink('north');
    const elsewhere = await ensureOrganisation(test.sql, 'elsewhere', test.clock.now);
    expect((await administrator.submit('/platforms/connect/moodle/link', { organisation: elsewhere })).statusCode).to.equal(422);
    const page = await administrator.submit('/platforms/connect/moodle/link');
    const link = /<code class="id">([^<]*\/lti\/register\/[\w-]+)<\/code>/.exec(page.body)?.[1] ?? '';
    expect(link).to.contain(publicUrl);
    expect((await administrator.page('/platforms/connect/moodle')).body).not.to.contain('/lti/register/');
    const opened = await openBrowser(test).get(link.slice(publicUrl.length));
    expect(heading(opened)).to.equal('This link is for your LMS');
    const { rows } = await test.sql.query(`select o.short_name, a.actor_id is not null as known from audit_event a join organisation o on o.id = a.organisation_id where a.action = 'registration.link'`);
    expect(rows).to.deep.equal([{ short_name: 'north', known: true }]);
    const { rows: kept } = await test.sql.query(`select row_to_json(l)::text as row from registration_link l union all select row_to_json(a)::text from audit_event a`);
    for (const { row } of kept) expect(row).not.to.contain(link.split('/').at(-1));
  });

  it('an operator says for which organisation', async () => {
    const operator = await byLink(null);
    const unsaid = await operator.submit('/platforms/connect/sakai/link');
    expect(unsaid.statusCode).to.equal(422);
    expect(unsaid.body).to.contain('href="#link-organisation"').and.contain('id="link-organisation-m"');
    const north = await ensureOrganisation(test.sql, 'north', test.clock.now);
    expect((await operator.submit('/platforms/connect/sakai/link', { organisation: north })).body).to.contain('The link is ready').and.contain(`value="${north}" selected`);
    expect((await operator.submit('/platforms/connect/sakai/link', { organisation: '00000000-0000-4000-8000-000000000000' })).statusCode).to.equal(422);
    for (const code of ['blackboard', 'schoology', 'openedx']) expect((await operator.submit(`/platforms/connect/${code}/link`, { organisation: north })).statusCode, code).to.equal(404);
  });

  it('by hand: what the LMS gave back is registered, its deployment approved, with an audit row that says who', async () => {
    const administrator = await byLink('north');
    const answer = await administrator.submit('/platforms/connect/moodle', { ...moodle, name: ' Moodle  of the north ' });
    expect(answer.statusCode).to.equal(303);
    const page = await administrator.follow(answer);
    expect(heading(page)).to.equal('Moodle of the north');
    expect(page.body).to.contain('If the LMS shows the tool as pending');
    const { rows: [row] } = await test.sql.query(`
      select o.short_name, r.active, r.held_reason, r.product_family_code, r.granted_scopes, r.token_audience, d.deployment_id, d.approved_at is not null as approved
        from platform_registration r join organisation o on o.id = r.organisation_id join deployment d on d.registration_id = r.id where r.client_id = 'client-1'`);
    expect(row).to.deep.equal({ short_name: 'north', active: true, held_reason: null, product_family_code: 'moodle', granted_scopes: null, token_audience: null, deployment_id: '3', approved: true });
    const { rows: audit } = await test.sql.query(`select action, actor_id is not null as known from audit_event where action in ('platform.registered', 'deployment.approved') and actor_id is not null order by id`);
    expect(audit).to.deep.equal([{ action: 'platform.registered', known: true }, { action: 'deployment.approved', known: true }]);
  });

  it('rule 87: by hand nothing is overwritten, by anybody, and what was typed is kept', async () => {
    for (const organisation of ['north', 'elsewhere', null]) {
      const somebody = await byLink(organisation);
      const page = await somebody.submit('/platforms/connect/moodle', { ...moodle, name: 'Taken over', ...(organisation === null && { organisation: await ensureOrganisation(test.sql, 'elsewhere', test.clock.now) }) });
      expect(page.statusCode).to.equal(409);
      expect(page.body).to.contain('The older connection was not touched').and.contain('value="Taken over"');
    }
    const { rows } = await test.sql.query(`select name from platform_registration where client_id = 'client-1'`);
    expect(rows).to.deep.equal([{ name: 'Moodle of the north' }]);
  });

  it('rule 84: by hand with strange hosts it waits for an operator, unless an operator typed it', async () => {
    const strange = { ...moodle, clientId: 'client-2', keysetUrl: 'https://keys.example.net/keys' };
    const administrator = await byLink('north');
    const page = await administrator.follow(await administrator.submit('/platforms/connect/moodle', strange));
    expect(page.body).to.contain('Waits for an operator').and.contain('Whoever runs this Coachline').and.not.contain('Reject and remove');
    expect((await administrator.page('/admin/platforms')).body).to.contain('Waits for an operator: nobody can come in');
    const operator = await byLink(null);
    const north = await ensureOrganisation(test.sql, 'north', test.clock.now);
    expect((await operator.follow(await operator.submit('/platforms/connect/moodle', { ...strange, clientId: 'client-3', organisation: north }))).body).not.to.contain('Waits for an operator');
  });

  it('a form with mistakes is 422, with words beside each and nothing registered', async () => {
    const administrator = await byLink('north');
    const page = await administrator.submit('/platforms/connect/canvas', { name: '"><script>alert(1)</script>', issuer: `${publicUrl}/lti/login` });
    expect(page.statusCode).to.equal(422);
    expect(page.body).to.contain('one of Coachline’s own addresses').and.contain('id="clientId-m"').and.not.contain('<script>alert');
    for (const form of [{ ...moodle, name: ['a', 'b'] }, { ...moodle, organisation: 'nonsense' }]) expect((await administrator.submit('/platforms/connect/moodle', form)).statusCode).to.equal(400);
  });

  /** A browser signed in by an administrator's link; null is the operator. */
  async function byLink(organisation: string | null) {
    const organisationId = organisation === null ? null : await ensureOrganisation(test.sql, organisation, test.clock.now);
    const browser = openBrowser(test);
    const answer = await browser.get(`/sign-in/${await makeAdministratorLink(test.sql, { email: 'ada@example.org', organisationId }, test.clock.now)}`);
    const base = /^\/in\/[\w-]+/.exec(String(answer.headers.location))?.[0] ?? '';
    return { base, page: (at: string) => browser.get(`${base}${at}`), submit: (at: string, form: Record<string, string | string[]> = {}) => browser.post(`${base}${at}`, form), follow: browser.follow };
  }
});
