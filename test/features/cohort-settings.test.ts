import { expect } from 'chai';
import { after, beforeEach, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { approveDeployment } from '../../server/features/platforms/actions.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, openBrowser, signIn, startCohort } from '../support/browser-session.ts';

/** As `startCohort` makes them, the way the form sends them back. */
const loaded = { loadedName: 'Spring 2026', loadedStartsOn: '2026-04-13', loadedTimeZone: 'Europe/London' };
const unchanged = { name: 'Spring 2026', startsOn: '2026-04-13', timeZone: 'Europe/London', ...loaded };

describe('the settings of a cohort', () => {
  let test: TestApp | undefined;
  let app: TestApp;
  let cohortId: string;
  beforeEach(async () => {
    await test?.close();
    app = test = await startTestApp();   // a Monday, the first day of week 5
    await startCohort(app);
    cohortId = (await app.sql.query('select id from cohort')).rows[0].id;
  });
  after(() => test?.close());

  it('are found from the calendar of the cohort’s page, by those who may change them', async () => {
    for (const [person, shown] of [['eleanor', true], ['ruth', true], ['jonas', false]] as const) {
      const reader = await signIn(app, { person, link: 'home' });
      expect((await reader.page('/cohort')).body.includes(`href="${reader.base}/cohort/settings"`), person).to.equal(shown);
    }
  });

  it('stand in the form, with what was loaded beside them', async () => {
    const faculty = await signIn(app, { person: 'eleanor', link: 'home' });
    const page = await faculty.page('/cohort/settings');
    expect(heading(page)).to.equal('Settings of the cohort');
    expect(valueOf(page.body, 'name')).to.equal('Spring 2026');
    expect(valueOf(page.body, 'startsOn')).to.equal('2026-04-13');
    expect(page.body).to.contain('<option value="Europe/London" selected>').and.contain('What learners have done stays open').and.not.contain('data-own-zone');
    expect(loadedOf(page.body)).to.deep.equal(loaded);
  });

  for (const person of ['eleanor', 'ngozi', 'ruth']) {
    it(`are changed by ${person === 'ruth' ? 'an administrator' : `faculty (${person})`}: the page says so, an audit row says by whom`, async () => {
      const decider = await signIn(app, { person, link: 'home' });
      const answer = await decider.submit('/cohort/settings', { ...unchanged, name: ' Summer\r\n2026 ', startsOn: '2026-05-18', timeZone: 'europe/madrid' });
      expect(answer.headers.location).to.equal(`${decider.base}/cohort?notice=changed`);
      const page = await decider.follow(answer);
      expect(page.body).to.contain('The settings are saved').and.contain('Monday 18 May 2026').and.contain('Madrid time');
      expect(await settings()).to.deep.equal({ name: 'Summer 2026', startsOn: '2026-05-18', timeZone: 'Europe/Madrid' });
      const { rows } = await app.sql.query(`select p.sub, a.organisation_id is not null as in_organisation, a.detail from audit_event a join person p on p.id = a.actor_id where a.action = 'cohort.changed'`);
      expect(rows).to.deep.equal([{
        sub: { eleanor: 'lms-user-2001', ngozi: 'lms-user-2002', ruth: 'lms-user-4001' }[person], in_organisation: true,
        detail: { cohortId, before: { name: 'Spring 2026', startsOn: '2026-04-13', timeZone: 'Europe/London' }, after: { name: 'Summer 2026', startsOn: '2026-05-18', timeZone: 'Europe/Madrid' } },
      }]);
    });
  }

  it('leave no audit row when nothing changed', async () => {
    const faculty = await signIn(app, { person: 'eleanor', link: 'home' });
    expect((await faculty.submit('/cohort/settings', unchanged)).statusCode).to.equal(303);
    expect(await changes()).to.equal(0);
  });

  it('move the weeks: those ahead open later, and what a learner has done stays open', async () => {
    const learner = await signIn(app, { link: 'home' });
    const section = app.programme.weeks[1]?.material?.sections[0]?.key;
    await learner.submit(`/weeks/2/sections/${section}/completion`);
    const faculty = await signIn(app, { person: 'eleanor', link: 'home' });
    await faculty.submit('/cohort/settings', { ...unchanged, startsOn: '2026-06-01' });
    expect((await learner.page('/weeks/2')).statusCode, 'done in').to.equal(200);
    expect((await learner.page('/weeks/1')).statusCode, 'open before, nothing done').to.equal(403);
    expect(heading(await learner.page('/weeks/3'))).to.equal('This week opens on Monday 15 June');
    await faculty.submit('/cohort/settings', { ...unchanged, loadedStartsOn: '2026-06-01' });
    expect((await learner.page('/weeks/5')).statusCode).to.equal(200);
  });

  const faults: [what: string, form: Record<string, string>, fields: string[]][] = [
    ['nothing', { name: '', startsOn: '', timeZone: '' }, ['name', 'startsOn', 'timeZone']],
    ['a name of 256 letters', { name: 'x'.repeat(256) }, ['name']],
    ['a day that does not exist', { startsOn: '2026-02-30' }, ['startsOn']],
    ['a year that is a slip of the keyboard', { startsOn: '2206-04-13' }, ['startsOn']],
    ['a zone that does not exist', { timeZone: 'Europe/Atlantis' }, ['timeZone']],
  ];
  it('are refused with 422 and words beside each field; what was typed and what was loaded are kept', async () => {
    const faculty = await signIn(app, { person: 'eleanor', link: 'home' });
    for (const [what, change, fields] of faults) {
      const page = await faculty.submit('/cohort/settings', { ...unchanged, ...change });
      expect(page.statusCode, what).to.equal(422);
      expect([...page.body.matchAll(/<p class="msg" id="(\w+)-m">/g)].map(([, field]) => field), what).to.deep.equal(fields);
      for (const field of fields) expect(page.body, what).to.match(new RegExp(`id="${field}"[^>]* aria-describedby="${field}-h ${field}-m" aria-invalid="true"`)).and.contain(`href="#${field}"`);
      for (const [field, typed] of Object.entries(change)) if (typed && field !== 'timeZone') expect(valueOf(page.body, field), what).to.equal(typed);
      expect(loadedOf(page.body), what).to.deep.equal(loaded);
    }
    expect(await changes()).to.equal(0);
    expect((await faculty.submit('/cohort/settings', { ...unchanged, name: ['One', 'Two'] })).statusCode).to.equal(400);
  });

  it('may keep a first day that lies many years back', async () => {
    await app.sql.query(`update cohort set starts_on = '2019-04-15'`);
    const faculty = await signIn(app, { person: 'eleanor', link: 'home' });
    expect((await faculty.submit('/cohort/settings', { ...unchanged, name: 'Long ago', startsOn: '2019-04-15', loadedStartsOn: '2019-04-15' })).statusCode).to.equal(303);
    expect((await faculty.submit('/cohort/settings', { ...unchanged, name: 'Long ago', startsOn: '2019-04-22', loadedName: 'Long ago', loadedStartsOn: '2019-04-15' })).statusCode).to.equal(422);
  });

  it('are not overwritten unseen: the second to save is shown both, and may then save hers', async () => {
    const [eleanor, ngozi] = [await signIn(app, { person: 'eleanor', link: 'home' }), await signIn(app, { person: 'ngozi', link: 'home' })];
    await ngozi.submit('/cohort/settings', { ...unchanged, startsOn: '2026-05-04' });
    const page = await eleanor.submit('/cohort/settings', { ...unchanged, name: 'Eleanor’s <b>cohort</b>' });
    expect(page.statusCode).to.equal(409);
    expect(page.body).to.contain('These settings changed after you opened this page').and.contain('role="alert"').and.not.contain('<b>cohort');
    expect(differencesIn(page.body)).to.deep.equal([
      ['Name', 'Spring 2026', 'Eleanor’s &lt;b&gt;cohort&lt;/b&gt;'],
      ['First day of week 1', 'Monday 4 May 2026', 'Monday 13 April 2026'],
    ]);
    expect(await settings()).to.deep.equal({ name: 'Spring 2026', startsOn: '2026-05-04', timeZone: 'Europe/London' });

    expect(valueOf(page.body, 'name')).to.equal('Eleanor’s &lt;b&gt;cohort&lt;/b&gt;');
    const again = await eleanor.submit('/cohort/settings', { name: 'Eleanor’s', startsOn: '2026-04-13', timeZone: 'Europe/London', ...loadedOf(page.body) });
    expect(again.statusCode).to.equal(303);
    expect(await settings()).to.deep.equal({ name: 'Eleanor’s', startsOn: '2026-04-13', timeZone: 'Europe/London' });
  });

  it('of two who press at the same moment are saved once; two who want the same have no quarrel', async () => {
    const deciders = [await signIn(app, { person: 'eleanor', link: 'home' }), await signIn(app, { person: 'ruth', link: 'home' })];
    const answers = await Promise.all(deciders.map((decider, index) => decider.submit('/cohort/settings', { ...unchanged, name: `Name ${index}` })));
    expect(answers.map(({ statusCode }) => statusCode)).to.have.members([303, 409]);
    expect(await changes()).to.equal(1);
    const { name } = await settings();
    expect((await deciders[0]!.submit('/cohort/settings', { ...unchanged, name })).statusCode, 'wants what is saved').to.equal(303);
    expect((await deciders[0]!.submit('/cohort/settings', { name: 'No word of what was loaded', startsOn: '2026-04-13', timeZone: 'Europe/London' })).statusCode).to.equal(409);
  });

  it('are an administrator’s of the organisation by the cohort’s id, from any course or by link; an operator’s too', async () => {
    const path = `/cohorts/${cohortId}/settings`;
    const fromAnotherCourse = await signIn(app, { person: 'ruth', course: 'autumn', link: 'home' });
    expect((await fromAnotherCourse.page(`/cohorts/${cohortId}`)).body).to.contain(`href="${fromAnotherCourse.base}${path}"`);
    const answer = await fromAnotherCourse.submit(path, { ...unchanged, name: 'Renamed' });
    expect(answer.headers.location).to.equal(`${fromAnotherCourse.base}/cohorts/${cohortId}?notice=changed`);
    expect((await fromAnotherCourse.follow(answer)).body).to.contain('The settings are saved').and.contain('Renamed');

    const operator = await byLink(null);
    expect(valueOf((await operator.page(path)).body, 'name')).to.equal('Renamed');
    expect((await operator.submit(path, { ...unchanged, loadedName: 'Renamed' })).statusCode).to.equal(303);
    const stale = await operator.submit(path, { ...unchanged, name: 'Stale', loadedName: 'Renamed' });
    expect(stale.statusCode).to.equal(409);
    expect(stale.body).to.contain(`action="${operator.base}${path}"`);
    expect((await app.sql.query(`select count(*)::int as n from audit_event where action = 'cohort.changed' and actor_id is not null and organisation_id is not null`)).rows).to.deep.equal([{ n: 2 }]);
  });

  it('are 404 for other organisations and for ids that name nothing', async () => {
    await approveDeployment(app.sql, { registrationId: app.registrationId, deploymentId: 'elsewhere', organisation: 'elsewhere' }, app.clock.now);
    const stranger = await signIn(app, { person: 'ruth', link: 'home', deploymentId: 'elsewhere', change: (claims) => {
      claims[ltiClaim('context')] = { id: 'course-elsewhere', title: 'Another course' };
      claims[ltiClaim('resource_link')] = { id: 'elsewhere-home' };
    } });
    for (const id of [cohortId, '00000000-0000-4000-8000-000000000000']) {
      expect((await stranger.page(`/cohorts/${id}/settings`)).statusCode).to.equal(404);
      for (const form of [unchanged, { name: '' }]) expect((await stranger.submit(`/cohorts/${id}/settings`, form)).statusCode).to.equal(404);
    }
    expect((await stranger.page('/cohorts/nonsense/settings')).statusCode).to.be.oneOf([400, 404]);
    expect(await settings()).to.deep.equal({ name: 'Spring 2026', startsOn: '2026-04-13', timeZone: 'Europe/London' });
  });

  it('are 403 for assistants, learners, mentors and guests; faculty reach them by their course alone', async () => {
    for (const choice of [{ person: 'jonas' }, { person: 'amara' }, { fault: 'mentor' as const }, { fault: 'student-view' as const }, { fault: 'guest' as const }, { person: 'eleanor' }]) {
      const reader = await signIn(app, { ...choice, link: 'home' });
      for (const path of ['/cohort/settings', `/cohorts/${cohortId}/settings`].slice('person' in choice && choice.person === 'eleanor' ? 1 : 0)) {
        expect((await reader.page(path)).statusCode).to.equal(403);
        expect((await reader.submit(path, { ...unchanged, name: 'Mine' })).statusCode).to.equal(403);
      }
    }
    expect(await changes()).to.equal(0);
  });

  it('of a course without a cohort lead to where one is started', async () => {
    const faculty = await signIn(app, { person: 'ngozi', course: 'autumn', link: 'home' });
    expect(heading(await faculty.follow(await faculty.page('/cohort/settings')))).to.equal('Start a cohort here');
    expect((await faculty.submit('/cohort/settings', unchanged)).statusCode).to.equal(404);
    const administrator = await byLink('default');
    expect((await administrator.follow(await administrator.page('/cohort/settings'))).statusCode).to.equal(200);
  });

  const settings = async () => (await app.sql.query('select name, starts_on as "startsOn", time_zone as "timeZone" from cohort')).rows[0];
  const changes = async (): Promise<number> => (await app.sql.query(`select count(*)::int as n from audit_event where action = 'cohort.changed'`)).rows[0].n;

  /** A browser signed in by an administrator's link; null is the operator. */
  async function byLink(organisation: string | null) {
    const organisationId = organisation === null ? null : (await app.sql.query('select id from organisation where short_name = $1', [organisation])).rows[0].id;
    const browser = openBrowser(app);
    const answer = await browser.get(`/sign-in/${await makeAdministratorLink(app.sql, { email: 'ada@example.org', organisationId }, app.clock.now)}`);
    const base = /^\/in\/[\w-]+/.exec(String(answer.headers.location))?.[0] ?? '';
    return { base, page: (path: string) => browser.get(`${base}${path}`), submit: (path: string, form: Record<string, string>) => browser.post(`${base}${path}`, form), follow: browser.follow };
  }
});

/** What stands in a field of the form. */
const valueOf = (body: string, id: string): string | undefined => new RegExp(`<input[^>]*\\bid="${id}"[^>]*\\bvalue="([^"]*)"`).exec(body)?.[1];

/** The hidden fields. */
const loadedOf = (body: string) => Object.fromEntries([...body.matchAll(/<input type="hidden" name="(loaded\w+)" value="([^"]*)">/g)].map(([, name, value]) => [name, value]));

/** Setting, what is saved, what was typed. */
const differencesIn = (body: string) => [...body.matchAll(/<th scope="row">(.*?)<\/th><td[^>]*>(.*?)<\/td><td[^>]*>(.*?)<\/td>/g)].map(([, ...cells]) => cells);
