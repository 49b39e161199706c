// contract.md, "Who is who", row by row: the role of the sign-in, where a launch lands, and what is recorded.
import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { signIn, startCohort } from '../support/browser-session.ts';
import type { LaunchOptions } from '../support/browser-session.ts';

const lis = 'http://purl.imsglobal.org/vocab/lis/v2/';
const member = (name: string) => `${lis}membership#${name}`;
const assistant = `${lis}membership/Instructor#TeachingAssistant`;
const institution = (name: string) => `${lis}institution/person#${name}`;
const system = (name: string) => `${lis}system/person#${name}`;
const testUser = 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser';

type Outcome = { role: string; lands: string; enrolled: string | null };
const administrator: Outcome = { role: 'administrator', lands: '/cohort', enrolled: 'administrator' };
const faculty: Outcome = { role: 'faculty', lands: '/cohort', enrolled: 'faculty' };
const assists: Outcome = { role: 'assistant', lands: '/cohort', enrolled: 'assistant' };
const learner: Outcome = { role: 'learner', lands: '/', enrolled: 'learner' };
const mentor: Outcome = { role: 'mentor', lands: '/', enrolled: 'mentor' };
const guest: Outcome = { role: 'guest', lands: '/programme', enrolled: null };
const outside: Outcome = { ...guest, lands: '/programme?guest=no-course' };
const trial: Outcome = { role: 'learner', lands: '/', enrolled: null };

describe('lti launch: who is who', () => {
  let test: TestApp;
  let number = 0;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  after(() => test.close());

  /** Somebody new, with these roles. */
  const somebody = (roles: unknown, { context = true } = {}): LaunchOptions => {
    number += 1;
    const sub = `somebody-${number}`;
    return {
      link: 'home',
      change: (claims) => {
        Object.assign(claims, { sub, name: `Somebody No ${number}`, given_name: undefined, family_name: undefined, email: `${sub}@lms.example`, [ltiClaim('roles')]: roles });
        if (!context) delete claims[ltiClaim('context')];
      },
    };
  };

  async function outcomeOf(choice: LaunchOptions) {
    const signedIn = await signIn(test, choice);
    const id = signedIn.base.slice('/in/'.length);
    const { rows: [row] } = await test.sql.query<{ role: string; test_user: boolean; person_id: string | null; context_id: string | null; enrolled: string | null }>(`
      select s.role, s.test_user, s.person_id, s.context_id, e.role as enrolled
        from sign_in s left join enrolment e on e.person_id = s.person_id and e.context_id = s.context_id where s.id = $1`, [id]);
    if (!row) throw new Error('no sign-in');
    return { signedIn, ...row, lands: String(signedIn.launched.headers.location).slice(signedIn.base.length) };
  }

  const people = async (): Promise<number> => (await test.sql.query<{ count: number }>('select count(*)::int as count from person')).rows[0]?.count ?? 0;

  const rows: [words: string, roles: unknown, expected: Outcome][] = [
    ['context membership#Learner', [member('Learner')], learner],
    ['context membership#Instructor', [member('Instructor')], faculty],
    ['context membership#ContentDeveloper', [member('ContentDeveloper')], faculty],
    ['context membership/Instructor#TeachingAssistant', [assistant], assists],
    ['the same beside membership#Instructor', [member('Instructor'), assistant], assists],
    ['context membership#Administrator', [member('Administrator')], administrator],
    ['context membership#Manager', [member('Manager')], administrator],
    ['institution/person#Administrator', [institution('Administrator')], administrator],
    ['rule 73: institution/person#Instructor alone', [institution('Instructor')], guest],
    ['rule 73: institution/person#Instructor who learns here', [institution('Instructor'), member('Learner')], learner],
    ['rule 74: system/person#Administrator alone', [system('Administrator')], guest],
    ['rule 74: system/person#SysAdmin who learns here', [system('SysAdmin'), member('Learner')], learner],
    ['rule 75: membership#Mentor', [member('Mentor')], mentor],
    ['rule 75: membership#Observer', [member('Observer')], mentor],
    ['no recognised course role', ['http://example.org/role#Dreamer'], guest],
    ['institution/person#Student alone', [institution('Student')], guest],
    ['membership#Member', [member('Member')], guest],
    ['an empty list', [], guest],
    ['an empty role', [''], guest],
    ['short Learner', ['Learner'], learner],
    ['short Instructor', ['Instructor'], faculty],
    ['short Administrator', ['Administrator'], administrator],
    ['short Mentor', ['Mentor'], mentor],
    ['a learner who also teaches', [member('Learner'), member('Instructor')], faculty],
  ];

  for (const [words, roles, expected] of rows) {
    it(`${words} → ${expected.role}, on ${expected.lands}, ${expected.enrolled ? 'enrolled' : 'not enrolled'}`, async () => {
      const before = await people();
      const { signedIn, role, test_user, person_id, context_id, enrolled, lands } = await outcomeOf(somebody(roles));
      expect({ role, lands, enrolled }).to.deep.equal(expected);
      expect(test_user).to.equal(false);
      expect(person_id === null, 'nobody is kept of a guest').to.equal(expected.role === 'guest');
      expect(context_id === null, 'no course is kept of a guest').to.equal(expected.role === 'guest');
      expect(await people()).to.equal(before + (expected.role === 'guest' ? 0 : 1));
      const page = await signedIn.follow(signedIn.launched);
      expect(page.statusCode).to.equal(200);
      expect(page.body.match(/<h1[\s>]/g)).to.have.length(1);
    });
  }

  for (const roles of [[member('Learner')], [member('Instructor')], [institution('Administrator')], []]) {
    it(`rule 61: no context, ${JSON.stringify(roles)} → guest, nothing recorded`, async () => {
      const before = await people();
      const { role, lands, enrolled, person_id, signedIn } = await outcomeOf(somebody(roles, { context: false }));
      expect({ role, lands, enrolled }).to.deep.equal(outside);
      expect(person_id).to.equal(null);
      expect(await people()).to.equal(before);
      expect((await signedIn.follow(signedIn.launched)).body).to.contain('outside a course');
    });
  }

  it('a guest reads the programme and nothing of the course', async () => {
    const { signedIn } = await outcomeOf(somebody([]));
    const page = await signedIn.follow(signedIn.launched);
    expect(page.body).to.contain('You are here as a guest').and.contain(test.programme.tagline);
    expect(page.body).not.to.contain('Spring 2026').and.not.to.contain('Improvement coaching, spring').and.not.to.contain('Whitfield');
    for (const path of ['/', '/weeks/1', '/cohort', '/cohorts', '/cohort/start', '/admin/platforms']) {
      expect((await signedIn.page(path)).statusCode, path).to.equal(403);
    }
  });

  it('an operator can turn institution/person#Administrator off per registration', async () => {
    await test.sql.query('update platform_registration set institution_administrators = false where id = $1', [test.registrationId]);
    try {
      expect((await outcomeOf(somebody([institution('Administrator')]))).role).to.equal('guest');
      expect((await outcomeOf(somebody([institution('Administrator'), member('Learner')]))).role).to.equal('learner');
      expect((await outcomeOf(somebody([institution('Administrator'), member('Administrator')]))).role).to.equal('administrator');
    } finally {
      await test.sql.query('update platform_registration set institution_administrators = true where id = $1', [test.registrationId]);
    }
  });

  it('rule 75: a mentor is never on the roster', async () => {
    const { signedIn } = await outcomeOf(somebody([member('Mentor')]));
    const name = `Somebody No ${number}`;
    expect((await signedIn.page('/weeks/1')).statusCode).to.equal(200);
    const teacher = await signIn(test, { person: 'eleanor', link: 'home' });
    const cohort = await teacher.page('/cohort');
    expect(cohort.statusCode).to.equal(200);
    expect(cohort.body).not.to.contain(name);
    expect((await signedIn.page('/cohort')).body, 'and does not see it').not.to.contain('Whitfield');
  });

  it('whoever comes back with another role has that role from then on', async () => {
    const asLearner = somebody([member('Learner')]);
    expect((await outcomeOf(asLearner)).enrolled).to.equal('learner');
    const promoted: LaunchOptions = { link: 'home', change: (claims, header) => { asLearner.change?.(claims, header); claims[ltiClaim('roles')] = [member('Instructor')]; } };
    expect((await outcomeOf(promoted)).enrolled).to.equal('faculty');
    expect((await outcomeOf(asLearner)).enrolled).to.equal('learner');
  });

  it('and an older sign-in of the role that was taken away ends', async () => {
    const course = { person: 'ngozi', course: 'autumn', link: 'home' };
    const before = await signIn(test, course);
    const elsewhere = await signIn(test, { ...course, course: 'spring' });
    const after = await signIn(test, { ...course, change: (claims) => { claims['https://purl.imsglobal.org/spec/lti/claim/roles'] = ['http://purl.imsglobal.org/vocab/lis/v2/membership#Learner']; } });
    expect((await before.page('/programme')).statusCode).to.equal(401);
    expect((await after.page('/programme')).statusCode).to.equal(200);
    expect((await elsewhere.page('/programme')).statusCode, 'in another course').to.equal(200);
  });

  it('one person may be two things in two courses', async () => {
    expect((await outcomeOf({ person: 'jonas', course: 'spring', link: 'home' })).role).to.equal('assistant');
    expect((await outcomeOf({ person: 'jonas', course: 'autumn', link: 'home' })).role).to.equal('learner');
  });

  describe('rule 76: the test user', () => {
    const trials: [words: string, roles: string[]][] = [
      ['as Canvas sends it', [member('Learner'), institution('Student'), testUser]],
      ['by the name of the other vocabularies', [member('Learner'), system('TestUser')]],
      ['alone', [testUser]],
      ['with an instructor’s role', [member('Instructor'), testUser]],
    ];
    for (const [words, roles] of trials) {
      it(`${words} → a learner with a banner, of whom nothing is recorded`, async () => {
        const before = await people();
        const { signedIn, role, lands, enrolled, test_user, person_id } = await outcomeOf(somebody(roles));
        expect({ role, lands, enrolled, test_user, person_id }).to.deep.equal({ ...trial, test_user: true, person_id: null });
        expect((await signedIn.page('/')).body).to.contain('Nothing you do here is recorded');
        expect(await people()).to.equal(before);
      });
    }

    it('whatever it does leaves no trace', async () => {
      const counts = async () => (await test.sql.query(`
        select (select count(*) from person) as people, (select count(*) from enrolment) as enrolments,
               (select count(*) from section_completion) as completions, (select count(*) from reading_place) as places`)).rows;
      const before = await counts();
      const student = await signIn(test, { fault: 'student-view' });
      const section = test.programme.weeks[0]?.material?.sections[0]?.key ?? '';
      expect((await student.submit(`/weeks/1/sections/${section}/completion`)).statusCode).to.equal(303);
      expect((await student.submit('/weeks/1/place', { section })).statusCode).to.be.within(200, 303);
      expect((await student.page('/weeks/1')).statusCode).to.equal(200);
      expect(await counts()).to.deep.equal(before);
    });
  });

  describe('a course that has no cohort yet', () => {
    const inAutumn = async (person: string, fault?: 'mentor' | 'student-view') => {
      const signedIn = await signIn(test, { person, course: 'autumn', link: 'home', ...(fault && { fault }) });
      return signedIn.follow(signedIn.launched);
    };

    it('shows its learners, mentors and test learners a friendly 200 page', async () => {
      for (const page of [await inAutumn('amara'), await inAutumn('amara', 'mentor'), await inAutumn('amara', 'student-view')]) {
        expect(page.statusCode).to.equal(200);
        expect(page.body).to.contain('Improvement coaching, autumn');
      }
    });

    it('offers its faculty and administrators to start one', async () => {
      for (const person of ['ngozi', 'ruth']) {
        const page = await inAutumn(person);
        expect(page.statusCode).to.equal(200);
        expect(page.body).to.contain('name="startsOn"');
      }
    });
  });
});
