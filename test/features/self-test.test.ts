// The self-test of a connection, against the practice LMS as each of its kinds and with its faults.
import { expect } from 'chai';
import { after, afterEach, before, describe, it } from 'mocha';
import { profileNames } from '../../scripts/practice-lms/profiles.ts';
import { makeAdministratorLink } from '../../server/features/people/actions.ts';
import { launchFindings } from '../../server/features/self-test/findings.ts';
import type { Finding } from '../../server/features/self-test/findings.ts';
import type { LaunchReport } from '../../server/lti/launch-report.ts';
import { openSchool } from '../scores/school.ts';
import type { School } from '../scores/school.ts';
import { heading, openBrowser, signIn } from '../support/browser-session.ts';

type Findings = Record<string, Finding['state']>;

describe('self-test', () => {
  for (const profile of profileNames) {
    it(`tells what ${profile} does, and leaves no column behind`, async () => {
      const school = await openSchool({ profile });
      try {
        await school.enrol('amara');
        const { page, findings } = await runAs(school, 'ruth');
        expect(page.statusCode).to.equal(200);
        const problems = findings.filter(({ state }) => state === 'problem');
        expect(problems, JSON.stringify(problems)).to.deep.equal([]);
        const states: Findings = Object.fromEntries(findings.map(({ name, state }) => [name, state]));
        expect(states['List of participants']).to.equal('good');
        expect(states['Grade book']).to.equal('good');
        // Open edX gives a link its one column, and tools none.
        if (profile !== 'openedx') expect([states['A score there'], states['And back'], states['Tidying up']], JSON.stringify(findings)).to.deep.equal(['good', 'good', 'good']);
        expect(school.lms.gradeBook.columns('spring').filter((column) => JSON.stringify(column).includes('self-test'))).to.deep.equal([]);
      } finally {
        await school.close();
      }
    });
  }

  describe('where things go wrong', () => {
    let school: School;
    before(async () => {
      school = await openSchool({ timeoutMs: 300 });
      await school.enrol('amara');
    });
    after(() => school.close());
    afterEach(() => school.lms.faults.clear());

    const rows: [name: string, arrange: () => void, expected: Findings][] = [
      ['the token endpoint answers with a page', () => { school.lms.faults.at['token'] = 'html'; }, { 'Access': 'problem' }],
      ['the roster hangs', () => { school.lms.faults.at['memberships'] = 'hang'; }, { 'List of participants': 'problem', 'And back': 'good' }],
      ['the columns hang', () => { school.lms.faults.at['line-items'] = 'hang'; }, { 'List of participants': 'good', 'Grade book': 'problem' }],
      ['scores are refused', () => { school.lms.faults.at['scores'] = 'not-found'; }, { 'A score there': 'problem', 'Tidying up': 'good' }],
      ['results are garbage', () => { school.lms.faults.at['results'] = 'broken-json'; }, { 'A score there': 'good', 'And back': 'problem', 'Tidying up': 'good' }],
    ];
    for (const [name, arrange, expected] of rows) {
      it(name, async () => {
        arrange();
        const { page, findings } = await runAs(school, 'ruth');
        const states = Object.fromEntries(findings.map((finding) => [finding.name, finding.state]));
        expect(states, JSON.stringify(findings.filter(({ state }) => state !== 'good'))).to.include(expected);
        expect(page.body).to.contain('What to do:');
        for (const finding of findings.filter(({ state }) => state === 'problem')) expect(finding.toDo, finding.name).to.be.a('string');
      });
    }

    it('without the tick no score is sent', async () => {
      const before = school.lms.gradeBook.arrivals.length;
      const { findings } = await runAs(school, 'ruth', {});
      expect(findings.find(({ name }) => name === 'A score there and back')?.state).to.equal('skipped');
      expect(school.lms.gradeBook.arrivals.length).to.equal(before);
    });

    it('is kept, and noted in the audit, without a token or anybody’s address', async () => {
      await runAs(school, 'ruth');
      const { rows: [row] } = await school.sql.query<{ findings: object[]; detail: { problems: number } }>(`
        select t.findings, a.detail from self_test t, audit_event a where a.action = 'self_test.ran' order by t.ran_at desc, a.id desc limit 1`);
      expect(row?.detail.problems).to.equal(0);
      expect(JSON.stringify(row)).not.to.match(/eyJ|@/);
    });
  });

  describe('who may', () => {
    let school: School;
    before(async () => { school = await openSchool(); });
    after(() => school.close());

    it('faculty and learners may not', async () => {
      for (const person of ['eleanor', 'amara']) {
        const someone = await signIn(school, { person });
        expect((await someone.page('/self-test')).statusCode).to.equal(403);
        expect((await someone.submit('/self-test', {})).statusCode).to.equal(403);
      }
    });

    it('a link of its own leads there', async () => {
      const someone = await signIn(school, { person: 'ruth', link: 'home', targetLinkUri: 'http://localhost:3000/self-test' });
      expect(someone.launched.headers.location).to.match(/\/self-test$/);
    });

    it('who came by a link of the command line is told to launch', async () => {
      const browser = openBrowser(school);
      const base = String((await browser.get(`/sign-in/${await makeAdministratorLink(school.sql, { email: 'op@example.org', organisationId: null }, school.clock.now)}`)).headers.location).replace('/admin/platforms', '');
      expect(heading(await browser.get(`${base}/self-test`))).to.equal('The self-test begins in the LMS');
      expect((await browser.post(`${base}/self-test`, {})).statusCode).to.equal(303);
      expect((await school.sql.query('select 1 from self_test')).rows).to.deep.equal([]);
    });
  });

  describe('the launch in words', () => {
    const report = (change: Partial<LaunchReport>): LaunchReport => ({
      at: '2026-05-11T08:00:00Z', messageType: 'LtiResourceLinkRequest', claims: [], gradeScopes: null, lineItems: false, lineItem: false, roster: false, noticeTypes: null,
      browser: 'cookie', documentTarget: 'iframe', clockOffset: 0, productFamilyCode: null, version: null, ...change,
    });
    const clocks: [number, Finding['state'], RegExp][] = [
      [0, 'good', /agree to the second/], [20, 'good', /agree/], [-20, 'good', /agree/], [21, 'attention', /21 seconds ahead/], [-45, 'attention', /45 seconds behind ours, or the sign-in/], [61, 'problem', /ahead/], [-300, 'problem', /behind/],
    ];
    for (const [offset, state, words] of clocks) {
      it(`a clock that is ${offset} seconds off: ${state}`, () => {
        const clock = launchFindings(report({ clockOffset: offset }), 'Moodle').find(({ name }) => name === 'Clock');
        expect(clock?.state).to.equal(state);
        expect(clock?.happened).to.match(words);
      });
    }
    it('withheld names are told, with where to look', () => {
      const names = launchFindings(report({ claims: [{ name: 'name', present: false }] }), 'Canvas').find(({ name }) => name === 'Names');
      expect(names).to.include({ state: 'attention', toDo: 'In the privacy settings of the tool in Canvas, let Coachline see names.' });
    });
    it('any one of the name claims will do', () => {
      expect(launchFindings(report({ claims: [{ name: 'name', present: false }, { name: 'given_name', present: true }] }), 'the LMS').find(({ name }) => name === 'Names')?.state).to.equal('good');
    });
  });
});

async function runAs(school: School, person: string, form: Record<string, string> = { score: 'true' }) {
  school.clock.advance({ seconds: 1 });   // which of two tests is the last
  const someone = await signIn(school, { person, link: 'home' });
  const page = await someone.follow(await someone.submit('/self-test', form));
  const { rows: [row] } = await school.sql.query<{ findings: Finding[] }>('select findings from self_test order by ran_at desc, id limit 1');
  return { page, findings: row?.findings ?? [] };
}
