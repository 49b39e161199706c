import { expect } from 'chai';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import { ltiClaim } from '../../scripts/practice-lms/platform.ts';
import type { Claims } from '../../scripts/practice-lms/claims.ts';
import { programmeHash } from '../../server/content/library.ts';
import { approveDeployment } from '../../server/features/platforms/actions.ts';
import { startSecondApp, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';

/** A Wednesday. */
const wednesday = '2026-05-13T08:00:00Z';
const good = { name: 'Spring 2026', startsOn: '2026-05-18', timeZone: 'Europe/London' };

describe('a course without a cohort', () => {
  let test: TestApp;
  beforeEach(async () => { test = await startTestApp({ now: wednesday }); });
  afterEach(() => test.close());

  for (const person of ['eleanor', 'ruth']) {
    it(`leads ${person === 'ruth' ? 'an administrator' : 'faculty'} from the first launch to the form that starts one, filled in with good values`, async () => {
      const decider = await signIn(test, { person, link: 'home' });
      const page = await decider.follow(decider.launched);
      expect(page.statusCode).to.equal(200);
      expect(heading(page)).to.equal('Start a cohort here');
      expect(valueOf(page.body, 'name'), 'the title of the course').to.equal('Improvement coaching, spring');
      expect(valueOf(page.body, 'startsOn'), 'the next Monday').to.equal('2026-05-18');
      expect(page.body).to.contain('<option value="Europe/London" selected>');
    });
  }

  it('leads faculty to the form from the link of a week too', async () => {
    const faculty = await signIn(test, { person: 'eleanor', link: 'week-3' });
    expect(heading(await faculty.follow(faculty.launched))).to.equal('Start a cohort here');
  });

  it('offers the zone of the organisation’s newest cohort, and the next Monday there', async () => {
    await startCohort(test, { timeZone: 'Pacific/Auckland' });
    test.clock.now = Temporal.Instant.from('2026-05-17T13:00:00Z');   // Monday already in Auckland
    const faculty = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
    const page = await faculty.follow(faculty.launched);
    expect(page.body).to.contain('<option value="Pacific/Auckland" selected>');
    expect(valueOf(page.body, 'startsOn')).to.equal('2026-05-18');
  });

  for (const [who, choice] of Object.entries({ 'a learner': { person: 'amara' }, 'an assistant': { person: 'jonas' }, 'a mentor': { fault: 'mentor' as const }, 'a test learner': { fault: 'student-view' as const } })) {
    it(`tells ${who} kindly, with 200, that it has not begun`, async () => {
      for (const link of ['home', 'week-2']) {
        const reader = await signIn(test, { ...choice, link });
        const page = await reader.follow(reader.launched);
        expect(page.statusCode, link).to.equal(200);
        expect(heading(page), link).to.equal('Your faculty have not started the programme here yet');
        expect((await reader.page('/cohort/start')).statusCode).to.equal(403);
        expect((await reader.submit('/cohort', good)).statusCode).to.equal(403);
      }
    });
  }

  const faults: [what: string, form: Record<string, string>, field: string, words: RegExp][] = [
    ['no name', { ...good, name: '' }, 'name', /Give the cohort a name/],
    ['a name of spaces', { ...good, name: '   ' }, 'name', /Give the cohort a name/],
    ['a name of 256 letters', { ...good, name: 'x'.repeat(256) }, 'name', /Shorten the name/],
    ['no day', { ...good, startsOn: '' }, 'startsOn', /Choose the first day/],
    ['a day that does not exist', { ...good, startsOn: '2026-02-30' }, 'startsOn', /Choose the first day/],
    ['a day in another notation', { ...good, startsOn: '18/05/2026' }, 'startsOn', /Choose the first day/],
    ['a year that is a slip of the keyboard', { ...good, startsOn: '0206-05-18' }, 'startsOn', /Check the year/],
    ['no zone', { ...good, timeZone: '' }, 'timeZone', /Choose a time zone/],
    ['a zone that does not exist', { ...good, timeZone: 'Europe/Atlantis' }, 'timeZone', /Choose a time zone/],
    ['an offset instead of a zone', { ...good, timeZone: '+01:00' }, 'timeZone', /Choose a time zone/],
    ['markup for a zone', { ...good, timeZone: '"><script>alert(1)</script>' }, 'timeZone', /Choose a time zone/],
  ];
  it('is not started with a wrong name, day or zone: 422, words beside the field, what was typed kept', async () => {
    const faculty = await signIn(test, { person: 'eleanor', link: 'home' });
    for (const [what, form, field, words] of faults) {
      const page = await faculty.submit('/cohort', form);
      expect(page.statusCode, what).to.equal(422);
      expect(new RegExp(`<p class="msg" id="${field}-m">.*?</p>`, 's').exec(page.body)?.[0], what).to.match(words);
      for (const kept of ['name', 'startsOn'] as const) {
        if (kept !== field && form[kept]) expect(valueOf(page.body, kept), `${what}: ${kept}`).to.equal(form[kept]);
      }
      if (field !== 'timeZone') expect(page.body, what).to.contain('<option value="Europe/London" selected>');
      expect(page.body, what).not.to.contain('<script>alert');
    }
    expect(await count('cohort')).to.equal(0);
    expect(await count('programme_version')).to.equal(0);
  });

  it('names every fault of a form at once', async () => {
    const faculty = await signIn(test, { person: 'eleanor', link: 'home' });
    const page = await faculty.submit('/cohort', { startsOn: 'soon' });
    expect(page.body.match(/<p class="msg"/g)).to.have.length(3);
  });

  it('is started once when two press at the same time; the other is shown the same cohort', async () => {
    const first = await signIn(test, { person: 'eleanor', link: 'home' });
    const second = await signIn(test, { person: 'ngozi', link: 'home' });
    const answers = await Promise.all([first.submit('/cohort', good), second.submit('/cohort', { ...good, name: 'The other one' })]);
    expect(answers.map(({ statusCode }) => statusCode)).to.deep.equal([303, 303]);
    expect(await count('cohort')).to.equal(1);
    expect(await count('context where cohort_id is not null')).to.equal(1);
    expect(await count(`audit_event where action = 'cohort.started'`)).to.equal(1);
    const { rows: [cohort] } = await test.sql.query('select name from cohort');
    for (const faculty of [first, second]) expect((await faculty.page('/cohort')).body).to.contain(cohort.name);
  });

  it('once started shows its cohort instead of the form', async () => {
    const faculty = await startCohort(test);
    const page = await faculty.page('/cohort/start');
    expect(page.headers.location).to.equal(`${faculty.base}/cohort`);
    const again = await faculty.submit('/cohort', { ...good, name: 'Once more' });
    expect(again.headers.location).to.equal(`${faculty.base}/cohort`);
    expect(await count('cohort')).to.equal(1);
  });

  it('refuses a field that stands twice, and changes nothing', async () => {
    const faculty = await signIn(test, { person: 'eleanor', link: 'home' });
    expect((await faculty.submit('/cohort', { ...good, name: ['One', 'Two'] })).statusCode).to.equal(400);
    expect(await count('cohort')).to.equal(0);
  });

  const count = async (what: string): Promise<number> => (await test.sql.query(`select count(*)::int as n from ${what}`)).rows[0].n;
});

describe('joining a cohort that is there', () => {
  let test: TestApp;
  let code: string;
  let cohortId: string;
  beforeEach(async () => {
    test = await startTestApp({ now: wednesday });
    await startCohort(test);
    ({ id: cohortId, code } = await onlyCohort(test));
  });
  afterEach(() => test.close());

  it('is possible for faculty with the code, in whatever way they type it', async () => {
    const spellings = [code, code.toLowerCase(), ` ${code} `, `${code.slice(0, 4)} ${code.slice(4)}`, `${code.slice(0, 4)}-${code.slice(4).toLowerCase()}`];
    for (const typed of spellings) {
      const faculty = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
      const answer = await faculty.submit('/cohort/link', { code: typed });
      expect(answer.headers.location, typed).to.equal(`${faculty.base}/cohort?notice=joined`);
      const page = await faculty.follow(answer);
      expect(page.body).to.contain('This course is now part of Spring 2026');
      expect(page.body).to.contain('Improvement coaching, spring').and.contain('Improvement coaching, autumn');
      await test.sql.query(`update context set cohort_id = null where context_id = 'course-autumn'`);
    }
  });

  const wrongCodes: [what: string, code: string][] = [['unknown', 'ABCD2345'], ['too long', 'A'.repeat(5000)], ['with a NUL', 'ABCD\0'], ['of another script', '日本語'], ['with a quote', `' or 1=1 --`]];
  it('answers an unknown code with 422, words beside the field, what was typed kept', async () => {
    const faculty = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
    for (const [what, typed] of wrongCodes) {
      const page = await faculty.submit('/cohort/link', { code: typed });
      expect(page.statusCode, what).to.equal(422);
      expect(/<p class="msg" id="code-m">.*?<\/p>/s.exec(page.body)?.[0], what).to.match(/No cohort of your organisation has this code/);
    }
    const refused = (await faculty.submit('/cohort/link', { code: 'ABCD2345' })).body;
    expect(valueOf(refused, 'code')).to.equal('ABCD2345');
    expect(valueOf(refused, 'startsOn'), 'the form beside it keeps its proposal').to.match(/^\d{4}-\d{2}-\d{2}$/);
    expect((await faculty.submit('/cohort/link', {})).body).to.contain('Type the code');
  });

  it('is not possible for faculty by the cohort’s id', async () => {
    const faculty = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
    expect((await faculty.submit('/cohort/link', { cohort: cohortId })).statusCode).to.equal(422);
    expect((await faculty.submit('/cohort/link', { cohort: cohortId, code: cohortId })).statusCode).to.equal(422);
    expect(await linked()).to.equal(1);
  });

  it('is possible for administrators, who choose any cohort of the organisation from a list', async () => {
    const administrator = await signIn(test, { person: 'ruth', course: 'autumn', link: 'home' });
    const form = await administrator.follow(administrator.launched);
    expect(form.body).to.contain(`<input type="radio" name="cohort" value="${cohortId}"`);
    const answer = await administrator.submit('/cohort/link', { cohort: cohortId });
    expect(answer.headers.location).to.equal(`${administrator.base}/cohort?notice=joined`);
    expect(await linked()).to.equal(2);
  });

  for (const cohort of ['', '00000000-0000-4000-8000-000000000000', 'no-id-at-all', '\0']) {
    it(`answers an administrator’s choice of ${JSON.stringify(cohort)} with 422 and words beside the list`, async () => {
      const administrator = await signIn(test, { person: 'ruth', course: 'autumn', link: 'home' });
      const page = await administrator.submit('/cohort/link', { cohort });
      expect(page.statusCode).to.equal(422);
      expect(page.body).to.contain('id="cohort-m"');
      expect(await linked()).to.equal(1);
    });
  }

  it('never reaches into another organisation: its codes are unknown, its cohorts are not there', async () => {
    await approveDeployment(test.sql, { registrationId: test.registrationId, deploymentId: 'elsewhere', organisation: 'elsewhere' }, test.clock.now);
    const faculty = await signIn(test, { person: 'eleanor', link: 'home', deploymentId: 'elsewhere', change: inCourse('course-elsewhere') });
    expect((await faculty.submit('/cohort/link', { code })).statusCode).to.equal(422);

    const administrator = await signIn(test, { person: 'ruth', link: 'home', deploymentId: 'elsewhere', change: inCourse('course-elsewhere') });
    expect((await administrator.follow(administrator.launched)).body).not.to.contain(cohortId);
    expect((await administrator.submit('/cohort/link', { cohort: cohortId })).statusCode).to.equal(422);
    expect((await administrator.page(`/cohorts/${cohortId}`)).statusCode).to.equal(404);
    expect((await administrator.page('/cohorts')).body).not.to.contain('Spring 2026');
    expect(await linked()).to.equal(1);
  });

  it('leaves a course where it is when it has a cohort already', async () => {
    const faculty = await startCohort(test, { course: 'autumn', name: 'Autumn 2026' });
    const answer = await faculty.submit('/cohort/link', { code });
    expect(answer.headers.location).to.equal(`${faculty.base}/cohort`);
    expect((await faculty.page('/cohort')).body).to.contain('Autumn 2026').and.not.contain('Spring 2026');
  });

  const linked = async (): Promise<number> => (await test.sql.query('select count(*)::int as n from context where cohort_id = $1', [cohortId])).rows[0].n;
});

describe('the material of a cohort', () => {
  it('is stored under its hash when the cohort starts, and stays when the content on disk is newer', async () => {
    const test = await startTestApp();
    await startCohort(test);
    const hash = programmeHash(test.programme);
    const versions = async () => (await test.sql.query('select id, programme_key from programme_version order by created_at')).rows;
    expect(await versions()).to.deep.equal([{ id: hash, programme_key: 'improvement-coach' }]);

    const newer = structuredClone(test.programme);
    newer.weeks[0]!.title = 'A newer first week';
    newer.title = 'A newer programme';
    const upgraded = await startSecondApp(test, { programme: newer });
    try {
      const oldTitle = test.programme.weeks[0]!.title;
      const learner = await signIn(upgraded, { link: 'week-1' });
      expect(heading(await learner.page('/weeks/1'))).to.equal(oldTitle);
      expect((await learner.page('/programme')).body).to.contain(oldTitle).and.not.contain('A newer');
      expect((await upgraded.app.inject('/')).body, 'the public page').to.contain('A newer first week');

      test.clock.advance({ hours: 1 });
      await startCohort(upgraded, { course: 'autumn', name: 'Autumn 2026' });
      expect(await versions()).to.deep.equal([{ id: hash, programme_key: 'improvement-coach' }, { id: programmeHash(newer), programme_key: 'improvement-coach' }]);
      const later = await signIn(upgraded, { course: 'autumn', link: 'week-1' });
      expect(heading(await later.page('/weeks/1'))).to.equal('A newer first week');
      const onTheOldServer = await signIn(test, { course: 'autumn', link: 'week-1' });
      expect(heading(await onTheOldServer.page('/weeks/1')), 'a server that was not upgraded yet').to.equal('A newer first week');
    } finally {
      await upgraded.close();
      await test.close();
    }
  });

  it('is stored once for cohorts that start with the same', async () => {
    const test = await startTestApp();
    await startCohort(test);
    await startCohort(test, { course: 'autumn', name: 'Autumn 2026' });
    expect((await test.sql.query('select id from programme_version')).rows).to.have.length(1);
    await test.close();
  });
});

describe('the cohort page', () => {
  let test: TestApp;
  let cohortId: string;
  let joinCode: string;
  before(async () => {
    test = await startTestApp();   // a Monday, the first day of week 5 of a cohort that began on 13 April
    await startCohort(test);
    ({ id: cohortId, code: joinCode } = await onlyCohort(test));
  });
  after(() => test.close());
  beforeEach(() => test.sql.query(`delete from assignment_report; delete from section_completion; delete from knowledge_check_attempt; delete from enrolment where role = 'learner'`));

  it('says so when nobody has come in yet', async () => {
    expect(heading(await (await signIn(test, { person: 'eleanor', link: 'home' })).page('/cohort'))).to.equal('Nobody has come in yet');
  });

  it('shows those who need help first, then by name', async () => {
    await addLearners(['Zoe on course', 'Adam on course'], { weeksDone: [1, 2, 3, 4], daysAway: 1 });
    await passChecks([1, 2, 3, 4]);
    await tellAssignments([1, 2, 3, 4]);
    await addLearners(['Bea one week behind'], { weeksDone: [1, 2, 3], daysAway: 1 });
    await addLearners(['Cy two weeks behind'], { weeksDone: [1, 2], daysAway: 1 });
    await addLearners(['Dee three weeks behind'], { weeksDone: [1], daysAway: 1 });
    await addLearners(['Eve a fortnight away'], { weeksDone: [1, 2, 3], daysAway: 15 });
    const page = await (await signIn(test, { person: 'eleanor', link: 'home' })).page('/cohort');
    expect(learnersOf(page.body)).to.deep.equal(['Dee three weeks behind', 'Eve a fortnight away', 'Cy two weeks behind', 'Bea one week behind', 'Adam on course', 'Zoe on course']);
    expect(heading(page)).to.equal('Two learners need you today');
  });

  it('marks as behind the weeks that the reason names, and no others: who has more time has it on the map too', async () => {
    await addLearners(['Bo with a week more'], { weeksDone: [1], daysAway: 1 });
    await test.sql.query(`insert into learner_pace (cohort_id, person_id, extension_days, changed_at) select $1, person_id, 7, now() from enrolment where role = 'learner'`, [cohortId]);
    const faculty = await signIn(test, { person: 'eleanor', link: 'home' });
    const page = (await faculty.page('/cohort')).body;
    expect(page).to.contain('Two weeks behind: weeks 2 and 3.');
    for (const { body, where } of [{ body: page, where: 'cohort' }, { body: (await faculty.page(`/learners/${/\/learners\/([0-9a-f-]{36})/.exec(page)?.[1]}`)).body, where: 'learner' }]) {
      expect([...body.matchAll(/Week (\d+): behind, /g)].map(([, week]) => week), where).to.deep.equal(['2', '3']);
      expect(body, where).to.contain('Week 4: not begun');
    }
    expect(page).to.contain('undone beyond what completing lets pass');
  });

  it('counts neither staff nor mentors nor those who have left, and a learner of two of its courses once', async () => {
    const faculty = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
    await faculty.submit('/cohort/link', { code: joinCode });
    for (const course of ['spring', 'autumn']) await signIn(test, { person: 'zsofia', course, link: 'home' });
    await signIn(test, { person: 'jonas', link: 'home' });
    await signIn(test, { fault: 'mentor', link: 'home' });
    await signIn(test, { fault: 'student-view', link: 'home' });
    await addLearners(['Gone away'], { weeksDone: [], daysAway: 1 });
    await test.sql.query(`update enrolment set active = false where person_id in (select id from person where name = 'Gone away')`);
    expect(learnersOf((await faculty.page('/cohort')).body)).to.deep.equal(['Zsófia Þórðardóttir-O&#39;Brien']);
    await test.sql.query(`update context set cohort_id = null where context_id = 'course-autumn'`);
  });

  it('pages through three hundred, fifty at a time, each learner once', async () => {
    await addLearners(Array.from({ length: 300 }, (_, index) => `Learner ${String(index + 1).padStart(3, '0')}`), { weeksDone: [1, 2, 3], daysAway: 1 });
    const faculty = await signIn(test, { person: 'eleanor', link: 'home' });
    const seen: string[] = [];
    let address: string | undefined = `${faculty.base}/cohort`;
    while (address) {
      const { body } = await faculty.get(address);
      expect(learnersOf(body)).to.have.length(50);
      seen.push(...learnersOf(body));
      address = /rel="next" href="([^"]+)"/.exec(body)?.[1];
    }
    expect(seen).to.have.length(300);
    expect(new Set(seen).size).to.equal(300);
    expect((await faculty.page('/cohort?page=3')).body).to.contain('Learners 101 to 150 of 300');
    expect(learnersOf((await faculty.page('/cohort?page=99')).body), 'a page beyond the last shows the last').to.have.length(50);
    for (const page of ['0', '-1', 'x', '1e9', '']) expect((await faculty.page(`/cohort?page=${page}`)).statusCode, page).to.be.oneOf([200, 400]);
  });

  it('takes at most five statements, whatever the size of the cohort', async () => {
    const faculty = await signIn(test, { person: 'eleanor', link: 'home' });
    const administrator = await signIn(test, { person: 'ruth', link: 'home' });
    const counts = async () => [
      await test.countStatements(() => faculty.page('/cohort')),
      await test.countStatements(() => administrator.page(`/cohorts/${cohortId}`)),
      await test.countStatements(() => administrator.page('/cohorts')),
    ];
    await addLearners(['Only one'], { weeksDone: [1], daysAway: 1 });
    const small = await counts();
    await addLearners(Array.from({ length: 300 }, (_, index) => `One of many ${index}`), { weeksDone: [1, 2, 3], daysAway: 1 });
    expect(await counts()).to.deep.equal(small);
    for (const statements of small) expect(statements).to.be.at.most(5);
  });

  it('prints names as text, and says whose name the LMS withholds', async () => {
    const name = '<img src=x onerror=alert(1)> & "Bobby"';
    await signIn(test, { person: 'amara', change: (claims) => { claims['name'] = name; } });
    await signIn(test, { person: 'budiman', change: (claims) => { for (const claim of ['name', 'given_name', 'family_name', 'email']) delete claims[claim]; } });
    const { body } = await (await signIn(test, { person: 'eleanor', link: 'home' })).page('/cohort');
    expect(body).not.to.contain('<img src=x');
    expect(learnersOf(body)).to.deep.equal(['&lt;img src=x onerror=alert(1)&gt; &amp; &quot;Bobby&quot;', 'Name withheld by your learning platform']);
  });

  it('prints the titles of course and cohort as text', async () => {
    const title = 'Care & <b>repair</b>';
    const change = (claims: Claims) => { claims[ltiClaim('context')] = { id: 'course-markup', title }; claims[ltiClaim('resource_link')] = { id: 'markup-home' }; };
    const faculty = await signIn(test, { person: 'eleanor', link: 'home', change });
    expect((await faculty.page('/cohort/start')).body).not.to.contain('<b>repair');
    await faculty.submit('/cohort', { name: title, startsOn: '2026-05-18', timeZone: 'Europe/London' });
    for (const path of ['/cohort', '/', '/weeks/1']) expect((await faculty.page(path)).body, path).not.to.contain('<b>repair');
  });

  it('shows the join code to faculty and administrators, not to assistants', async () => {
    for (const [person, shown] of [['eleanor', true], ['ruth', true], ['jonas', false]] as const) {
      const { body } = await (await signIn(test, { person, link: 'home' })).page('/cohort');
      expect(body.includes(joinCode), person).to.equal(shown);
    }
  });

  it('is 403 for learners and mentors, and shows them nothing of others', async () => {
    await addLearners(['Somebody Else'], { weeksDone: [], daysAway: 1 });
    for (const choice of [{ person: 'amara' }, { fault: 'mentor' as const }, { fault: 'student-view' as const }]) {
      const reader = await signIn(test, choice);
      const page = await reader.page('/cohort');
      expect(page.statusCode).to.equal(403);
      expect(page.body).not.to.contain('Somebody Else').and.not.contain(joinCode);
      for (const path of ['/cohorts', `/cohorts/${cohortId}`]) expect((await reader.page(path)).statusCode, path).to.equal(403);
    }
  });

  it('is shown to the organisation’s administrators from any course by its id; unknown ids are 404, other spellings 4xx', async () => {
    const administrator = await signIn(test, { person: 'ruth', course: 'autumn', link: 'home' });
    expect((await administrator.page(`/cohorts/${cohortId}`)).statusCode).to.equal(200);
    expect((await administrator.page('/cohorts')).body).to.contain(`${administrator.base}/cohorts/${cohortId}`);
    expect((await administrator.page('/cohorts/00000000-0000-4000-8000-000000000000')).statusCode).to.equal(404);
    expect((await administrator.page('/cohorts/nonsense')).statusCode).to.be.oneOf([400, 404]);
  });

  /** Everybody who is there has told of the assignments of these weeks. */
  async function tellAssignments(weeks: number[]): Promise<void> {
    const keys = test.programme.weeks.flatMap(({ number, assignment }) => (assignment && weeks.includes(number) ? [assignment.key] : []));
    await test.sql.query(`insert into assignment_report (cohort_id, person_id, assignment, account, written_at, done_at)
                          select $1, e.person_id, key, 'We met.', $3, $3 from enrolment e, unnest($2::text[]) as given (key) where e.role = 'learner'`, [cohortId, keys, String(test.clock.now)]);
  }

  /** Everybody who is there has done these checks well. */
  async function passChecks(weeks: number[]): Promise<void> {
    await test.sql.query(`insert into knowledge_check_attempt (cohort_id, person_id, week, begun_at, finished_at, points, maximum)
      select $1, person_id, week, now(), now(), 9, 10 from enrolment, unnest($2::int[]) as week where role = 'learner'`, [cohortId, weeks]);
  }

  type Seed = { weeksDone: number[]; daysAway: number };
  async function addLearners(names: string[], { weeksDone, daysAway }: Seed): Promise<void> {
    const seenAt = String(test.clock.now.subtract({ hours: 24 * daysAway }));
    await test.sql.query(`
      with someone as (
        insert into person (registration_id, organisation_id, sub, name, created_at)
        select r.id, r.organisation_id, 'seed ' || gen_random_uuid(), given, $2::timestamptz from platform_registration r, unnest($1::text[]) given returning id
      ), enrolled as (
        insert into enrolment (context_id, person_id, role, created_at, last_seen_at)
        select c.id, s.id, 'learner', $2::timestamptz, $2::timestamptz from someone s, context c where c.context_id = 'course-spring'
      )
      insert into section_completion (cohort_id, person_id, week, section, done_at)
      select $3::uuid, s.id, (d->>'week')::int, d->>'section', $2::timestamptz from someone s, jsonb_array_elements($4::jsonb) d`, [
      names, seenAt, cohortId,
      JSON.stringify(weeksDone.flatMap((week) => (test.programme.weeks[week - 1]?.material?.sections ?? []).map(({ key }) => ({ week, section: key })))),
    ]);
  }
});

async function onlyCohort(test: TestApp): Promise<{ id: string; code: string }> {
  const { rows: [cohort, second] } = await test.sql.query<{ id: string; code: string }>('select id, join_code as code from cohort');
  if (!cohort || second) throw new Error('there is not exactly one cohort');
  return cohort;
}

/** The names in the table, in order, as they stand in the page's source. */
const learnersOf = (body: string): string[] => [...body.matchAll(/<th role="rowheader"[^>]*>(.*?)<\/th>/gs)].map(([, name = '']) => name.replace(/<\/?a[^>]*>/g, ''));

/** What stands in a field of the form. */
const valueOf = (body: string, id: string): string | undefined => new RegExp(`<input[^>]*\\bid="${id}"[^>]*\\bvalue="([^"]*)"`).exec(body)?.[1];

/** Makes a token speak of another course, whose links have other ids too. */
const inCourse = (id: string) => (claims: Claims) => {
  claims[ltiClaim('context')] = { id, title: 'Another course' };
  claims[ltiClaim('resource_link')] = { id: `${id}-home` };
};
