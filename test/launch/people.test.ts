// lti.md, section 2, rules 78 to 80: what an LMS says of a person gives no rights, and is only ever shown as text.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { openBrowser, signIn, startCohort } from '../support/browser-session.ts';
import { launchBroken } from './expected-refusal.ts';

const script = '<script>alert("x")</script><img src=x onerror=alert(1)>';

describe('lti launch: what is believed of a person', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());

  const personRow = async (sub: string) =>
    (await test.sql.query<Record<string, string | null>>('select name, given_name, family_name, email from person where sub = $1', [sub])).rows[0];

  it('rule 78: an e-mail equal to an administrator’s gives nothing', async () => {
    const { rows: [organisation] } = await test.sql.query<{ id: string }>('select id from organisation');
    for (const organisationId of [null, organisation?.id ?? null]) {
      const token = await makeAdministratorLink(test.sql, { email: 'amara@lms.example', organisationId }, test.clock.now);
      const boss = openBrowser(test);
      expect((await boss.follow(await boss.get(`/sign-in/${token}`))).statusCode, 'the administrator').to.equal(200);
    }
    const learner = await signIn(test);
    const { rows } = await test.sql.query('select role, administrator_id from sign_in where id = $1', [learner.base.slice('/in/'.length)]);
    expect(rows).to.deep.equal([{ role: 'learner', administrator_id: null }]);
    for (const path of ['/admin/platforms', '/cohorts', '/cohort/start']) expect((await learner.page(path)).statusCode, path).to.equal(403);
  });

  describe('rule 79: variables that the LMS did not fill in', () => {
    const unsubstituted = { name: '$Person.name.full', given_name: '$Person.name.given', family_name: '$Person.name.family', email: '$Person.email.primary' };

    it('count as absent at a first launch: the name is withheld', async () => {
      const learner = await signIn(test, { change: (claims) => { Object.assign(claims, unsubstituted, { sub: 'unfilled' }); } });
      expect(await personRow('unfilled')).to.deep.equal({ name: null, given_name: null, family_name: null, email: null });
      const page = await learner.follow(learner.launched);
      expect(page.body).to.contain('Name withheld by your LMS').and.not.to.contain('$Person');
    });

    it('leave alone what an earlier launch said', async () => {
      await signIn(test, { person: 'zsofia' });
      await signIn(test, { person: 'zsofia', change: (claims) => { Object.assign(claims, unsubstituted); } });
      expect(await personRow('lms-user-1002')).to.include({ name: 'Zsófia Þórðardóttir-O\'Brien', email: 'zsofia@lms.example' });
    });

    it('two of them for a full name count as absent too', async () => {
      await signIn(test, { change: (claims) => { Object.assign(claims, { sub: 'unfilled-2', name: '$Person.name.given $Person.name.family', given_name: undefined, family_name: undefined }); } });
      expect((await personRow('unfilled-2'))?.['name']).to.equal(null);
    });

    it('a title that was not filled in is no title', async () => {
      await signIn(test, { change: (claims) => { claims[ltiClaim('context')] = { id: 'unfilled', title: '$Context.title', label: '$Context.label' }; } });
      expect((await test.sql.query(`select title, label from context where context_id = 'unfilled'`)).rows).to.deep.equal([{ title: null, label: null }]);
    });
  });

  it('a name with a dollar in it is a name', async () => {
    await signIn(test, { change: (claims) => { Object.assign(claims, { sub: 'rapper', name: 'A$AP Rocky' }); } });
    expect((await personRow('rapper'))?.['name']).to.equal('A$AP Rocky');
  });

  it('a new name is kept, and a name left out leaves the old one', async () => {
    const named = (name: string | undefined) => signIn(test, { change: (claims) => { Object.assign(claims, { sub: 'renamed', name, email: name === undefined ? undefined : 'r@lms.example' }); } });
    await named('Ada');
    await named('Ada Lovelace');
    await named(undefined);
    expect(await personRow('renamed')).to.include({ name: 'Ada Lovelace', email: 'r@lms.example' });
  });

  describe('rule 80: HTML and script', () => {
    it('in name and titles are shown escaped, to the person and to faculty', async () => {
      await startCohort(test);
      const change = (claims: Record<string, unknown>) => {
        Object.assign(claims, { sub: 'scripted', name: script, given_name: script, family_name: script, email: `"${script}"@lms.example` });
        claims[ltiClaim('context')] = { ...(claims[ltiClaim('context')] as object), title: `Course ${script}`, label: script };
        claims[ltiClaim('resource_link')] = { id: 'scripted', title: script };
        claims[ltiClaim('tool_platform')] = { guid: 'x', name: script, url: `https://lms.example/${script}` };
      };
      const learner = await signIn(test, { change });
      const faculty = await signIn(test, { person: 'eleanor', link: 'home', change: (claims) => { claims[ltiClaim('context')] = { ...(claims[ltiClaim('context')] as object), title: `Course ${script}` }; } });
      const pages = [await learner.follow(learner.launched), await learner.page('/'), await faculty.page('/cohort'), await faculty.page('/')];
      for (const page of pages) {
        expect(page.statusCode).to.equal(200);
        expect(page.body).not.to.contain('<script>alert').and.not.to.contain('<img src=x');
      }
      expect(pages[0]?.body, 'the name, escaped').to.contain('&lt;script&gt;');
      expect(pages[2]?.body, 'the course, escaped').to.contain('Course &lt;script&gt;');
    });

    it('in the title of a course without a cohort', async () => {
      const change = (claims: Record<string, unknown>) => { claims[ltiClaim('context')] = { id: 'scripted', title: `Course ${script}` }; };
      for (const person of ['amara', 'eleanor', 'ruth']) {
        const somebody = await signIn(test, { person, link: 'home', change });
        const page = await somebody.follow(somebody.launched);
        expect(page.statusCode).to.equal(200);
        expect(page.body).not.to.contain('<script>alert').and.not.to.contain('<img src=x');
      }
    });

    it('in what an unapproved deployment calls itself, as administrators see it', async () => {
      const change = (claims: Record<string, unknown>) => {
        claims[ltiClaim('tool_platform')] = { guid: 'x', name: script };
        claims[ltiClaim('context')] = { id: 'c', title: script };
      };
      expect((await launchBroken(test, { fault: 'unknown-deployment', change })).answer.statusCode).to.equal(403);
      const administrator = await signIn(test, { person: 'ruth', link: 'home' });
      const page = await administrator.page('/admin/platforms');
      expect(page.statusCode).to.equal(200);
      expect(page.body).to.contain('&lt;script&gt;').and.not.to.contain('<script>alert');
    });
  });
});
