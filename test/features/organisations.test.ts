import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { ensureOrganisation } from '../../server/features/platforms/actions.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, openBrowser, signIn, startCohort } from '../support/browser-session.ts';

const good = { name: 'Northern Teaching Hospitals', telephone: '+44 20 7946 0123', days: 'Monday to Friday', hours: '09:00–17:00 UK time' };

describe('the settings of an organisation', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  after(() => test.close());

  it('are changed by an administrator, and by whom is kept', async () => {
    const administrator = await signIn(test, { person: 'ruth', link: 'home' });
    expect(heading(await administrator.page('/admin/organisation'))).to.equal('default');
    const answer = await administrator.submit('/admin/organisation', good);
    expect(answer.headers.location).to.equal(`${administrator.base}/admin/organisation?notice=changed`);
    const page = await administrator.follow(answer);
    expect(heading(page)).to.equal(good.name);
    expect(page.body).to.contain('The settings are saved');
    expect(valueOf(page.body, 'telephone')).to.equal(good.telephone);

    const { rows } = await test.sql.query(`select p.name, a.detail from audit_event a join person p on p.id = a.actor_id join organisation o on o.id = a.organisation_id where a.action = 'organisation.changed'`);
    const help = { telephone: good.telephone, days: good.days, hours: good.hours };
    expect(rows).to.deep.equal([{ name: 'Ruth Castellanos', detail: { before: { name: 'default', help: null }, after: { name: good.name, help } } }]);
    await administrator.submit('/admin/organisation', good);
    expect(await changes(), 'the same once more leaves no row').to.equal(1);
  });

  it('put the help line into the foot of every page of that organisation, and of no other', async () => {
    const administrator = await signIn(test, { person: 'ruth', link: 'home' });
    await administrator.submit('/admin/organisation', good);
    for (const [choice, paths] of [
      [{ person: 'amara' }, ['/', '/weeks/1', '/programme']], [{ person: 'eleanor' }, ['/cohort', '/cohort/settings']], [{ person: 'ruth' }, ['/cohorts', '/admin/platforms', '/admin/organisation']], [{ fault: 'guest' as const }, ['/programme']],
    ] as const) {
      const reader = await signIn(test, { ...choice, link: 'home' });
      for (const path of paths) expect((await reader.page(path)).body, path).to.contain('href="tel:+442079460123"').and.contain(good.hours);
    }
    const stranger = await byLink('elsewhere');
    expect((await stranger.page('/admin/organisation')).body).not.to.contain(good.telephone);
    expect((await test.app.inject('/')).body, 'the public page').not.to.contain(good.telephone);

    await administrator.submit('/admin/organisation', { name: good.name });
    expect((await administrator.page('/cohorts')).body).to.contain(test.programme.help.telephone).and.not.contain('tel:+442079460123');
  });

  const faults: [what: string, form: Record<string, string>, fields: string[]][] = [
    ['no name', { ...good, name: '' }, ['name']],
    ['a name of spaces', { ...good, name: ' \t ' }, ['name']],
    ['a name of 256 letters', { ...good, name: 'x'.repeat(256) }, ['name']],
    ['a telephone alone', { ...good, days: '', hours: '' }, ['days', 'hours']],
    ['no telephone', { ...good, telephone: '' }, ['telephone']],
    ['hours alone', { ...good, telephone: '', days: ' ' }, ['telephone', 'days']],
    ['words for a number', { ...good, telephone: 'ask Mary' }, ['telephone']],
    ['an extension, which a tap would dial', { ...good, telephone: '020 7946 0123 ext. 4' }, ['telephone']],
    ['two digits', { ...good, telephone: '+ 12' }, ['telephone']],
    ['a number of 31 letters', { ...good, telephone: `+44 ${'1'.repeat(27)}` }, ['telephone']],
    ['days without end', { ...good, days: 'Monday and '.repeat(20) }, ['days']],
  ];
  it('are refused with 422 and words beside each field when something is wrong; what was typed is kept', async () => {
    const administrator = await signIn(test, { person: 'ruth', link: 'home' });
    const before = await changes();
    for (const [what, form, fields] of faults) {
      const page = await administrator.submit('/admin/organisation', form);
      expect(page.statusCode, what).to.equal(422);
      expect([...page.body.matchAll(/<p class="msg" id="(\w+)-m">/g)].map(([, field]) => field), what).to.deep.equal(fields);
      for (const field of fields) expect(page.body, `${what}: tied to its words`).to.match(new RegExp(`id="${field}"[^>]* aria-describedby="${field}-h ${field}-m" aria-invalid="true"`));
      for (const field of ['telephone', 'days', 'hours'].filter((name) => form[name]?.trim())) expect(valueOf(page.body, field), `${what}: ${field}`).to.equal(form[field]);
    }
    expect(await changes()).to.equal(before);
  });

  it('are kept on one line each and printed as text', async () => {
    const administrator = await signIn(test, { person: 'ruth', link: 'home' });
    await administrator.submit('/admin/organisation', { ...good, name: ' The <b>ward</b>\r\n of\0 mine ', hours: '<i>9–5</i>' });
    const { body } = await administrator.page('/admin/organisation');
    expect(valueOf(body, 'name')).to.equal('The &lt;b&gt;ward&lt;/b&gt; of mine');
    expect(body).not.to.contain('<b>ward').and.not.contain('<i>9');
  });

  it('are 403 for everybody who does not administer', async () => {
    for (const choice of [{ person: 'eleanor' }, { person: 'jonas' }, { person: 'amara' }, { fault: 'mentor' as const }, { fault: 'guest' as const }]) {
      const reader = await signIn(test, { ...choice, link: 'home' });
      expect((await reader.page('/admin/organisation')).statusCode).to.equal(403);
      expect((await reader.submit('/admin/organisation', good)).statusCode).to.equal(403);
      expect((await reader.page('/programme')).body).not.to.contain('/admin/organisation');
    }
  });

  it('are an operator’s to choose from a list, and administrators’ of their own only', async () => {
    const { rows: [{ id }] } = await test.sql.query(`select id from organisation where short_name = 'default'`);
    const operator = await byLink(null);
    const list = await operator.page('/admin/organisations');
    expect(heading(list)).to.equal('Two organisations');
    expect(list.body).to.contain(`/admin/organisations/${id}"`).and.contain('One cohort, one platform').and.contain('elsewhere');
    const answer = await operator.submit(`/admin/organisations/${id}`, { ...good, name: 'Named by the operator' });
    expect(answer.headers.location).to.match(new RegExp(`/admin/organisations/${id}\\?notice=changed$`));
    expect(heading(await operator.follow(answer))).to.equal('Named by the operator');
    expect((await operator.submit(`/admin/organisations/${id}`, {})).statusCode).to.equal(422);
    for (const unknown of ['00000000-0000-4000-8000-000000000000', 'nonsense']) {
      expect((await operator.page(`/admin/organisations/${unknown}`)).statusCode).to.be.oneOf([400, 404]);
      for (const form of [good, {}]) expect((await operator.submit(`/admin/organisations/${unknown}`, form)).statusCode).to.be.oneOf([400, 404]);
    }

    const stranger = await byLink('elsewhere');
    expect((await stranger.page('/admin/organisations')).statusCode).to.equal(403);
    expect((await stranger.submit(`/admin/organisations/${id}`, good)).statusCode).to.equal(403);
    await stranger.submit('/admin/organisation', { name: 'Elsewhere General' });
    expect((await test.sql.query('select name from organisation order by short_name')).rows).to.deep.equal([{ name: 'Named by the operator' }, { name: 'Elsewhere General' }]);
  });

  const changes = async (): Promise<number> => (await test.sql.query(`select count(*)::int as n from audit_event where action = 'organisation.changed'`)).rows[0].n;

  /** A browser signed in by an administrator's link; null is the operator. */
  async function byLink(organisation: string | null) {
    const organisationId = organisation === null ? null : await ensureOrganisation(test.sql, organisation, test.clock.now);
    const browser = openBrowser(test);
    const answer = await browser.get(`/sign-in/${await makeAdministratorLink(test.sql, { email: 'ada@example.org', organisationId }, test.clock.now)}`);
    const base = /^\/in\/[\w-]+/.exec(String(answer.headers.location))?.[0] ?? '';
    return { page: (path: string) => browser.get(`${base}${path}`), submit: (path: string, form: Record<string, string>) => browser.post(`${base}${path}`, form), follow: browser.follow };
  }
});

/** What stands in a field of the form. */
const valueOf = (body: string, id: string): string | undefined => new RegExp(`<input[^>]*\\bid="${id}"[^>]*\\bvalue="([^"]*)"`).exec(body)?.[1];
