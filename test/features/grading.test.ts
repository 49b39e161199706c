import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Rubric } from '../../server/content/programme.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';
import { handIn, marked } from '../support/submissions.ts';

type Person = Awaited<ReturnType<typeof signIn>>;

describe('grading', () => {
  let test: TestApp;
  let rubric: Rubric;
  let eleanor: Person;
  beforeEach(async () => {
    test = await startTestApp();
    eleanor = await startCohort(test);
    rubric = test.programme.rubric!;
    await signIn(test, { person: 'amara' });
  });
  afterEach(() => test.close());

  const pathOf = (id: string) => `/grading/submissions/${id}`;
  const save = (grader: Person, id: string, form: Record<string, string>, headers?: Record<string, string>) => grader.submit(`${pathOf(id)}/draft`, form, headers);
  const decide = (grader: Person, id: string, decision: 'released' | 'returned', form: Record<string, string>) => grader.submit(`${pathOf(id)}/decision`, { ...form, decision });
  const asScript = { accept: 'application/json' };
  const rows = async (text: string): Promise<Record<string, unknown>[]> => (await test.sql.query(text)).rows;
  const grades = () => rows(`select g.decision, g.points::float, g.maximum::float, g.band, g.passed, g.assessment->>'comment' as comment, s.state, p.name as grader from grade g join submission s on s.id = g.submission_id join person p on p.id = g.grader_id`);
  const drafts = () => rows('select d.version, d.assessment, p.name from grade_draft d join person p on p.id = d.grader_id where d.version > 0 order by p.name');
  const scores = () => rows(`select s.version, s.score_given::float as given, s.score_maximum::float as maximum, s.comment, s.activity_progress as activity, s.grading_progress as grading, s.submitted_at, l.resource_id as resource, l.tag, l.label, l.target from score s join line_item l on l.id = s.line_item_id`);
  const firstCriterion = () => rubric.criteria[0]!;

  describe('the queue', () => {
    it('says what will come where nothing was handed in', async () => {
      const page = await eleanor.page('/grading');
      expect(heading(page)).to.equal('No plan waits for a grade');
      expect(page.body).to.contain('Coaching plans will appear here').and.not.to.contain('Grade the next plan');
      expect((await eleanor.follow(await eleanor.page('/grading/next'))).body).to.contain('none waits for a grade');
    });

    it('has those that wait first, the oldest first, and filters by state', async () => {
      for (const person of ['zsofia', 'lukasz', 'siobhan']) await signIn(test, { person });
      await handIn(test.sql, { name: 'Amara', state: 'released', at: '2026-05-01T09:00:00Z' });
      await handIn(test.sql, { name: 'Zsófia', at: '2026-05-07T09:00:00Z' });
      await handIn(test.sql, { name: 'Łukasz', at: '2026-05-06T09:00:00Z' });
      await handIn(test.sql, { name: 'Siobhán', state: 'withdrawn', at: '2026-05-02T09:00:00Z' });
      const page = await eleanor.page('/grading');
      expect(heading(page)).to.equal('Two plans wait for a grade');
      expect(namesIn(page)).to.deep.equal(['Łukasz', 'Zsófia', 'Amara', 'Siobhán']);
      expect(namesIn(await eleanor.page('/grading?state=waiting'))).to.deep.equal(['Łukasz', 'Zsófia']);
      expect(namesIn(await eleanor.page('/grading?state=withdrawn'))).to.deep.equal(['Siobhán']);
      expect((await eleanor.page('/grading?state=returned')).body).to.contain('There is none in this state');
      expect((await eleanor.page('/grading?page=7')).body).to.contain('There are fewer pages now');
      expect((await eleanor.page('/grading?state=lost')).statusCode).to.equal(400);
    });

    it('leads to the next that nobody else has open, goes on after one that is skipped, and begins anew at its end', async () => {
      for (const person of ['zsofia', 'lukasz']) await signIn(test, { person });
      const first = await handIn(test.sql, { name: 'Amara', at: '2026-05-06T09:00:00Z' });
      const second = await handIn(test.sql, { name: 'Zsófia', at: '2026-05-07T09:00:00Z' });
      const third = await handIn(test.sql, { name: 'Łukasz', at: '2026-05-08T09:00:00Z' });
      const ngozi = await signIn(test, { person: 'ngozi' });
      const nextOf = async (grader: Person, after = '') => String((await grader.page(`/grading/next${after && `?after=${after}`}`)).headers.location).split('/').at(-1);
      expect(await nextOf(eleanor)).to.equal(first);
      await eleanor.page(pathOf(first));
      expect(await nextOf(ngozi), 'Eleanor has the first open').to.equal(second);
      expect(await nextOf(eleanor), 'to herself it is still the first').to.equal(first);
      expect(await nextOf(eleanor, first)).to.equal(second);
      expect(await nextOf(eleanor, third), 'from the end').to.equal(first);
      await eleanor.page(pathOf(second));
      expect(await nextOf(ngozi), 'she went on').to.equal(first);
      test.clock.advance({ minutes: 31 });
      await ngozi.page(pathOf(third));
      expect(await nextOf(eleanor, second), 'one that somebody has open comes last').to.equal(first);
      await test.sql.query(`update submission set state = 'withdrawn' where id <> $1`, [third]);
      expect(await nextOf(eleanor), 'and comes when there is no other').to.equal(third);
      expect((await eleanor.follow(await eleanor.page(`/grading/next?after=${third}`))).body).to.contain('the only plan that waits');
    });

    it('of two thousand shows fifty a page, and takes at most eight statements from “next” to the grading page, sign-in included', async () => {
      await test.sql.query(`
        with made as (
          insert into person (registration_id, organisation_id, sub, name, created_at)
          select r.registration_id, r.organisation_id, 'many-' || n, 'Learner ' || n, now() from (select registration_id, organisation_id from person limit 1) r, generate_series(1, 2000) n returning id
        ), plans as (
          insert into coaching_plan (cohort_id, person_id, created_at) select h.id, m.id, now() from made m, (select id from cohort limit 1) h returning id
        )
        insert into submission (plan_id, number, receipt, answers, evidence, submitted_at, state_at)
        select id, 1, substr(md5(id::text), 1, 12), '{"goals.first":"Something"}', '[]', timestamptz '2026-05-01' + interval '1 minute' * row_number() over (order by id), now() from plans`);
      await test.sql.query(`
        insert into grade_draft (submission_id, grader_id, assessment, version, saved_at)
        select s.id, p.id, '{"criteria":{},"comment":""}', 1, $1 from (select id from submission order by submitted_at limit 1500) s, (select id from person where name like 'Amara%') p`, [String(test.clock.now)]);
      await test.sql.query('analyze submission, coaching_plan, grade_draft');
      let page: LightMyRequestResponse | undefined;
      const statements = await test.countStatements(async () => { page = await eleanor.follow(await eleanor.page('/grading/next')); });
      expect(page?.statusCode).to.equal(200);
      expect(page?.body).to.contain('name="decision" value="released"');
      expect(statements).to.be.at.most(8);
      const queue = await eleanor.page('/grading?page=2');
      expect(heading(queue)).to.equal('2000 plans wait for a grade');
      expect(queue.body).to.contain('Submissions 51 to 100 of 2000').and.contain('?page=3');
      expect(namesIn(queue)).to.have.lengthOf(50);
      expect(await test.countStatements(() => eleanor.page('/grading?page=40'))).to.be.at.most(5);
    });
  });

  describe('a submission', () => {
    it('shows the plan as it was handed in, its evidence, and what was said about earlier ones', async () => {
      const before = await handIn(test.sql, { name: 'Amara', at: '2026-05-01T09:00:00Z' });
      await decide(eleanor, before, 'returned', { comment: 'Add a prediction to each test.' });
      const id = await handIn(test.sql, { name: 'Amara', number: 2, answers: { 'nowhere.known': 'First line\n<b>second</b>' }, evidence: [{ id: '00000000-0000-4000-8000-00000000000e', name: 'Chart.pdf', mediaType: 'application/pdf', bytes: 240_000 }] });
      const page = await eleanor.page(pathOf(id));
      expect(heading(page)).to.equal('Amara Okonkwo');
      expect(page.body).to.contain('First line\n&lt;b&gt;second&lt;/b&gt;').and.contain('nowhere.known');
      expect(page.body).to.contain(`href="${eleanor.base}/plan/evidence/00000000-0000-4000-8000-00000000000e"`).and.contain('240 kB');
      expect(page.body).to.contain('Submission 1').and.contain('Add a prediction to each test.').and.contain('Dr Eleanor Whitfield');
      expect(page.body).to.contain('All eight criteria are still to be marked').and.contain('One strength, one question and one next step');
    });

    it('follows the form of the plan where the programme has one, in its order', async () => {
      const id = await handIn(test.sql, { name: 'Amara', answers: { 'goals.by': '2026-09-30', 'goals.what': 'Alone', 'old.field': 'From before' } });
      const plan = { title: 'Plan', introduction: [], sections: [{ key: 'goals', title: 'Coaching goals', help: '', fields: [
        { key: 'what', label: 'What will the team do?', help: null, kind: 'text', required: true }, { key: 'by', label: 'By when?', help: null, kind: 'date', required: true }, { key: 'more', label: 'What else?', help: null, kind: 'line', required: false },
      ] }] };
      await changeMaterial({ plan });
      const { body } = await eleanor.page(pathOf(id));
      const places = ['Coaching goals', 'What will the team do?', 'Alone', 'By when?', 'September', 'What else?', 'Left empty', 'Handed in besides', 'old.field', 'From before'].map((words) => body.indexOf(words));
      expect(places).to.deep.equal(places.toSorted((a, b) => a - b));
      expect(places[0]).to.be.greaterThan(0);
    });

    it('of another cohort or another organisation is not there, whatever is asked', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      const { rows: [other] } = await test.sql.query(`insert into cohort (organisation_id, programme_version_id, name, starts_on, time_zone, join_code, created_at) select organisation_id, programme_version_id, 'Other', starts_on, time_zone, 'OTHER111', now() from cohort limit 1 returning id`);
      await test.sql.query('update coaching_plan set cohort_id = $1', [other.id]);
      const jonas = await signIn(test, { person: 'jonas' });
      for (const grader of [eleanor, jonas]) {
        expect((await grader.page(pathOf(id))).statusCode).to.equal(404);
        expect((await save(grader, id, marked(rubric))).statusCode).to.equal(404);
        expect((await save(grader, id, marked(rubric), asScript)).statusCode).to.equal(404);
      }
      for (const decision of ['released', 'returned'] as const) expect((await decide(eleanor, id, decision, marked(rubric, 1, { comment: 'x' }))).statusCode).to.equal(404);
      expect((await decide(eleanor, id, 'released', {})).statusCode).to.equal(404);
      expect((await eleanor.page(`${pathOf(id)}/correction`)).statusCode).to.equal(404);
      expect((await eleanor.submit(`${pathOf(id)}/correction`, marked(rubric, 1, { reason: 'x', decidedAt: String(test.clock.now) }))).statusCode).to.equal(404);
      expect((await eleanor.submit(`${pathOf(id)}/draft/adoption`, { grader: id })).statusCode).to.equal(404);
      expect((await eleanor.page('/grading')).body).not.to.contain('Amara');
      expect(await rows('select 1 from grade_draft')).to.deep.equal([]);
      expect(await grades()).to.deep.equal([]);
    });

    it('can be read and not graded where the cohort’s material has no rubric', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      await changeMaterial({ rubric: undefined });
      for (const path of ['/grading', pathOf(id)]) expect((await eleanor.page(path)).body, path).to.contain('There is no rubric to grade by');
      expect((await eleanor.page(pathOf(id))).body).to.contain('The team reads its own chart').and.not.to.contain('<fieldset');
      expect((await save(eleanor, id, marked(rubric))).statusCode).to.equal(404);
    });
  });

  describe('a draft', () => {
    it('is kept as one goes, with its total, and seen by nobody else', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      await eleanor.page(pathOf(id));
      const one = await save(eleanor, id, { version: '0', [`level.${firstCriterion().key}`]: 'proficient', [`comment.${firstCriterion().key}`]: 'Clear.\r\nVery.' }, asScript);
      expect(one.statusCode).to.equal(200);
      expect(one.json()).to.deep.include({ version: 1, saved: 'Draft saved 09:00', total: '7', of: 'of 10 so far', marked: '1 of 8 marked', verdict: '', problems: [] });
      expect(one.json().missing[0]).to.match(/^Still to be marked: Team assessment and coaching goals, /);
      const all = await save(eleanor, id, marked(rubric, 0, { version: '1' }), asScript);
      expect(all.json()).to.deep.include({ version: 2, marked: '8 of 8 marked', verdict: 'Complete: Distinction.', of: 'of 100, Distinction', missing: [] });
      const low = await save(eleanor, id, marked(rubric, 0, { version: '2', 'level.testing': 'not-yet' }), asScript);
      expect(low.json().verdict).to.equal('Revise and hand in again. Testing plan with PDSA cycles is at the lowest level, so the plan does not pass whatever its points.');
      expect((await eleanor.page(pathOf(id))).body).to.contain('Draft saved 09:00').and.match(/value="not-yet"[^>]* checked/);
      for (const person of ['ngozi', 'jonas', 'ruth']) expect((await (await signIn(test, { person })).page(pathOf(id))).body, person).not.to.match(/value="not-yet"[^>]* checked/);
    });

    it('is saved by a button where there is no script', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      const answer = await save(eleanor, id, marked(rubric, 2, { comment: 'So far.' }));
      expect(answer.headers.location).to.equal(`${eleanor.base}${pathOf(id)}#rubric`);
      expect((await eleanor.follow(answer)).body).to.contain('Draft saved').and.contain('So far.');
      expect(await drafts()).to.have.lengthOf(1);
    });

    it('of two windows of one grader is overwritten by neither unseen: both are shown', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      await save(eleanor, id, marked(rubric, 0));
      const behind = await save(eleanor, id, { version: '0', comment: 'From the other window' }, asScript);
      expect(behind.statusCode).to.equal(409);
      expect(behind.json()).to.include({ because: 'conflict' });
      const page = await save(eleanor, id, { version: '0', comment: 'From the other window' });
      expect(page.statusCode).to.equal(409);
      expect(page.body).to.contain('You changed this draft in another window').and.contain('Both assessments').and.contain('Exemplary, 9 of 10');
      expect(page.body).to.contain('>From the other window</textarea>').and.contain('name="version" value="1"');
      expect((await drafts())[0]).to.deep.include({ version: 1 });
      expect((await decide(eleanor, id, 'returned', { version: '0', comment: 'x' })).statusCode, 'nor by a decision').to.equal(409);
      expect((await decide(eleanor, id, 'released', { version: '0', comment: 'x' })).body, 'nor by one that has to wait').to.contain('You changed this draft in another window');
      expect((await drafts())[0]).to.deep.include({ version: 1 });
      expect((await save(eleanor, id, { version: '1', comment: 'From the other window' })).statusCode, 'seen, it replaces').to.equal(303);
      expect((await save(eleanor, id, { version: '1', comment: 'From the other window' })).statusCode, 'who wants what stands there has no quarrel').to.equal(303);
    });

    const faults: [what: string, form: Record<string, string>, words: string][] = [
      ['points above the level', { 'level.testing': 'developing', 'points.testing': '11' }, '“Developing” gives 7 to 10 points: write a whole number from there'],
      ['points that are no number', { 'level.testing': 'developing', 'points.testing': 'ten' }, '“Developing” gives 7 to 10 points'],
      ['a level that is not in the rubric', { 'level.testing': 'superb' }, 'The rubric has no such level. Choose one of the four.'],
      ['points without a level', { 'points.testing': '9' }, 'Choose the level first'],
      ['a comment that is too long', { 'comment.testing': 'x'.repeat(2001) }, '2001 characters are too many'],
    ];
    for (const [what, form, words] of faults) {
      it(`with ${what} is refused in words; the rest is kept, and what was typed stands there`, async () => {
        const id = await handIn(test.sql, { name: 'Amara' });
        const typed = { version: '0', comment: 'Kept.', 'level.data': 'proficient', ...form };
        const page = await save(eleanor, id, typed);
        expect(page.statusCode).to.equal(422);
        expect(page.body.replaceAll('&quot;', '"')).to.contain(words).and.contain('One thing to put right');
        if (form['points.testing']) expect(page.body).to.contain(`value="${form['points.testing']}" aria-describedby="m-testing" aria-invalid="true"`);
        expect((await drafts())[0]?.['assessment']).to.deep.include({ comment: 'Kept.' });
        const byScript = await save(eleanor, id, { ...typed, version: '1' }, asScript);
        expect(byScript.statusCode).to.equal(422);
        expect(byScript.json().problems[0].words).to.contain(words);
        const decided = await decide(eleanor, id, 'returned', { ...typed, version: '2' });
        expect(decided.statusCode).to.equal(422);
        expect(await grades()).to.deep.equal([]);
      });
    }

    it('of an assistant is seen by those who decide, marked as such, and can be taken over', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      const jonas = await signIn(test, { person: 'jonas' });
      expect((await jonas.page(pathOf(id))).body).to.contain('decide.').and.not.to.contain('name="decision"');
      await save(jonas, id, marked(rubric, 1, { comment: 'As I see it' }));
      expect((await decide(jonas, id, 'released', marked(rubric))).statusCode, 'assistants never release').to.equal(403);
      const page = await eleanor.page(pathOf(id));
      expect(page.body).to.contain('Draft by Jonas Lindqvist, assistant').and.contain('As I see it').and.contain('Take this draft over');
      const [, grader = ''] = /name="grader" value="([^"]+)"/.exec(page.body) ?? [];
      const taken = await eleanor.submit(`${pathOf(id)}/draft/adoption`, { grader, version: '0' });
      expect((await eleanor.follow(taken)).body).to.contain('The draft is yours now').and.contain('>As I see it</textarea>');
      expect(await drafts()).to.have.lengthOf(2);
      await save(eleanor, id, marked(rubric, 0, { version: '1', comment: 'As I see it now' }));
      expect((await eleanor.page(pathOf(id))).body).to.contain('Replace my draft with this one');
      const stale = await eleanor.submit(`${pathOf(id)}/draft/adoption`, { grader, version: '1' });
      expect(stale.statusCode, 'of a page that is behind').to.equal(409);
      expect((await drafts())[0]?.['assessment']).to.deep.include({ comment: 'As I see it now' });
      // Another of the faculty is not an assistant: nobody takes over from them.
      const ngozi = await signIn(test, { person: 'ngozi' });
      await save(ngozi, id, marked(rubric, 3, { comment: 'Private' }));
      expect((await eleanor.page(pathOf(id))).body).not.to.contain('Private');
      const { rows: [{ id: ngoziId }] } = await test.sql.query(`select id from person where name like 'Ngozi%'`);
      expect((await eleanor.submit(`${pathOf(id)}/draft/adoption`, { grader: ngoziId, version: '2' })).statusCode).to.equal(404);
    });

    it('with every character that a browser can send is kept or refused, and never breaks', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      const strange = { version: '\u0000x', comment: 'a\u0000b\u0007c', 'comment.testing': '\ud800 lone', 'level.testing': '\u0000', 'points.data': '\u0000', 'level.__proto__': 'x', 'comment.constructor': 'x' };
      expect((await save(eleanor, id, strange)).statusCode).to.equal(422);
      expect((await drafts())[0]?.['assessment']).to.deep.include({ comment: 'abc' });
      expect((await eleanor.submit(`${pathOf(id)}/draft`, { comment: ['one', 'two'] })).statusCode).to.be.below(500);
    });
  });

  describe('a release', () => {
    it('is graded by the rubric, read by the learner, and goes to the LMS in the same step', async () => {
      const id = await handIn(test.sql, { name: 'Amara', at: '2026-05-08T09:00:00Z' });
      await save(eleanor, id, marked(rubric));
      const answer = await decide(eleanor, id, 'released', marked(rubric, 1, { version: '1', comment: 'Well done.', 'points.aim-and-theory': '8' }));
      expect(answer.headers.location).to.equal(`${eleanor.base}${pathOf(id)}?notice=released`);
      expect(await grades()).to.deep.equal([{ decision: 'released', points: 77, maximum: 100, band: 'Pass', passed: true, comment: 'Well done.', state: 'released', grader: 'Dr Eleanor Whitfield' }]);
      expect(await drafts()).to.deep.equal([]);
      const [score, ...others] = await scores();
      expect(others).to.deep.equal([]);
      expect(score).to.deep.include({ version: 1, given: 77, maximum: 100, comment: 'Pass. Well done.', activity: 'Completed', grading: 'FullyGraded', resource: 'coaching-plan', tag: 'coaching-plan', label: 'Coaching plan', target: '/plan' });
      expect(String(score?.['submitted_at'])).to.contain('2026-05-08');
      expect(await rows(`select detail->>'points' as points, detail->>'band' as band from audit_event where action = 'grade.released'`)).to.deep.equal([{ points: '77', band: 'Pass' }]);
      const page = await eleanor.follow(answer);
      expect(page.body).to.contain('The grade is released').and.contain('77 of 100, Pass').and.contain('On its way to the LMS').and.contain('has not read it yet').and.not.to.contain('name="decision"');
    });

    it('waits for a complete assessment, says what is missing, and keeps the draft', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      const { 'level.data': _open, ...form } = marked(rubric, 1, { comment: 'Nearly.' });
      const page = await decide(eleanor, id, 'released', form);
      expect(page.statusCode).to.equal(422);
      expect(page.body).to.contain('Choose a level.').and.contain('Still to be marked: Data for improvement.').and.contain('>Nearly.</textarea>').and.contain('name="version" value="1"');
      expect(await drafts()).to.have.lengthOf(1);
      expect([await grades(), await scores()]).to.deep.equal([[], []]);
    });

    it('fails a plan whose critical criterion is at its lowest level, whatever the points', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      await decide(eleanor, id, 'released', marked(rubric, 0, { 'level.data': 'not-yet', 'points.data': '6', 'points.aim-and-theory': '10' }));
      expect((await grades())[0]).to.deep.include({ points: 85, band: 'Revise and hand in again', passed: false });
    });

    it('keeps nothing when the score cannot be set', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      await test.sql.query('alter table score add constraint never check (false)');
      try {
        expect((await decide(eleanor, id, 'released', marked(rubric))).statusCode).to.equal(500);
      } finally {
        await test.sql.query('alter table score drop constraint never');
      }
      expect(await grades()).to.deep.equal([]);
      expect(await rows('select state from submission')).to.deep.equal([{ state: 'submitted' }]);
    });

    it('goes on when another window saved just the same', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      await save(eleanor, id, marked(rubric));
      expect((await decide(eleanor, id, 'released', marked(rubric))).statusCode).to.equal(303);
    });

    it('pressed twice is one', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      const presses = await Promise.all(Array.from({ length: 4 }, () => decide(eleanor, id, 'released', marked(rubric))));
      expect(presses.map(({ statusCode }) => statusCode)).to.deep.equal([303, 303, 303, 303]);
      expect(await grades()).to.have.lengthOf(1);
      expect((await scores())[0]).to.include({ version: 1 });
    });
  });

  describe('a return for revision', () => {
    it('wants a comment, gives no points, and tells the LMS that work goes on', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      const page = await decide(eleanor, id, 'returned', marked(rubric));
      expect(page.statusCode).to.equal(422);
      expect(page.body).to.contain('Write what the learner should revise');
      await decide(eleanor, id, 'returned', { version: '1', comment: 'Predict, please.' });
      expect(await grades()).to.deep.equal([{ decision: 'returned', points: null, maximum: 100, band: null, passed: null, comment: 'Predict, please.', state: 'returned', grader: 'Dr Eleanor Whitfield' }]);
      expect((await scores())[0]).to.include({ given: null, activity: 'InProgress', grading: 'NotReady' });
      expect((await eleanor.page(pathOf(id))).body).to.contain('Returned for revision');
    });

    it('takes an earlier grade from nobody', async () => {
      await decide(eleanor, await handIn(test.sql, { name: 'Amara', at: '2026-05-01T09:00:00Z' }), 'released', marked(rubric, 2, { comment: 'First.' }));
      const [before] = await scores();
      await decide(eleanor, await handIn(test.sql, { name: 'Amara', number: 2 }), 'returned', { version: '0', comment: 'Again.' });
      expect(await scores()).to.deep.equal([before]);
    });
  });

  describe('by two graders', () => {
    it('says who has it open, and since when', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      await eleanor.page(pathOf(id));
      test.clock.advance({ minutes: 5 });
      const ngozi = await signIn(test, { person: 'ngozi' });
      expect((await ngozi.page(pathOf(id))).body).to.contain('Dr Eleanor Whitfield has had this open since 09:00');
      expect((await ngozi.page('/grading')).body).to.contain('Dr Eleanor Whitfield has it open just now');
      await save(eleanor, id, marked(rubric));
      expect((await ngozi.page(pathOf(id))).body).to.contain('Dr Eleanor Whitfield is grading this too');
      test.clock.advance({ hours: 3 });
      expect((await ngozi.page(pathOf(id))).body).to.contain('Dr Eleanor Whitfield has begun to grade this');
    });

    it('is decided once: the second sees both side by side, replaces nothing, and keeps the draft', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      const ngozi = await signIn(test, { person: 'ngozi' });
      await decide(eleanor, id, 'released', marked(rubric, 0, { comment: 'Splendid.' }));
      for (const decision of ['released', 'returned'] as const) {
        const late = await decide(ngozi, id, decision, marked(rubric, 2, { comment: 'Not so sure.', version: '1' }));
        expect(late.statusCode).to.equal(409);
        expect(late.body).to.contain('Somebody decided while you were grading').and.contain('What Dr Eleanor Whitfield decided').and.contain('Splendid.').and.contain('Not so sure.').and.contain('Exemplary, 9 of 10').and.contain('Developing, 5 of 10');
        expect(late.body).not.to.contain('name="decision"');
      }
      expect((await save(ngozi, id, { version: '2', comment: 'Still typing.' }, asScript)).json()).to.include({ because: 'already' });
      expect((await grades())[0]).to.include({ grader: 'Dr Eleanor Whitfield', comment: 'Splendid.' });
      expect(await drafts()).to.have.lengthOf(1);
      expect((await ngozi.page(pathOf(id))).body).to.contain('Both assessments');
      expect((await eleanor.page(pathOf(id))).body).not.to.contain('Not so sure.');
    });

    it('at the same moment has one decision, and each is told the truth', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      const ngozi = await signIn(test, { person: 'ngozi' });
      const answers = await Promise.all([decide(eleanor, id, 'released', marked(rubric, 0)), decide(ngozi, id, 'returned', { version: '0', comment: 'Again.' }), decide(eleanor, id, 'released', marked(rubric, 0)), decide(ngozi, id, 'returned', { version: '0', comment: 'Again.' })]);
      expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).to.deep.equal([303, 303, 409, 409]);
      expect(await grades()).to.have.lengthOf(1);
    });

    it('and withdrawn meanwhile cannot be decided: the page says so, and keeps the draft', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      await eleanor.page(pathOf(id));
      await test.sql.query(`update submission set state = 'withdrawn'`);
      for (const answer of [await decide(eleanor, id, 'released', marked(rubric, 1, { comment: 'Mine.' })), await save(eleanor, id, marked(rubric, 1, { comment: 'Mine.', version: '1' })), await decide(eleanor, id, 'released', { comment: 'Mine.', version: '2' })]) {
        expect(answer.statusCode).to.equal(409);
        expect(answer.body).to.contain('Amara Okonkwo withdrew this plan while you were grading').and.contain('kept as your draft').and.contain(`href="${eleanor.base}/grading"`).and.contain('Mine.').and.not.to.contain('<fieldset');
      }
      expect((await save(eleanor, id, marked(rubric, 1, { version: '3', comment: 'Mine.' }), asScript)).json()).to.include({ because: 'withdrawn' });
      expect(await grades()).to.deep.equal([]);
      expect(await drafts()).to.have.lengthOf(1);
      expect((await eleanor.page(pathOf(id))).body).to.contain('This submission was withdrawn').and.contain('Your draft');
    });
  });

  describe('a correction', () => {
    it('replaces a released grade with a reason; the LMS gets the new score, and the former is kept', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      await decide(eleanor, id, 'released', marked(rubric, 1, { comment: 'First.' }));
      await test.sql.query('update grade set read_at = now()');
      const { decidedAt, body } = await correctionForm(eleanor, id);
      expect(body).to.contain('>First.</textarea>').and.match(/value="proficient"[^>]* checked/);
      test.clock.advance({ minutes: 1 });
      const correct = (grader: Person, more: Record<string, string>) => grader.submit(`${pathOf(id)}/correction`, marked(rubric, 0, { comment: 'Second.', decidedAt, ...more }));
      const without = await correct(eleanor, {});
      expect(without.statusCode).to.equal(422);
      expect(without.body).to.contain('Write why the grade is corrected');
      expect((await correct(eleanor, { reason: 'x', 'points.data': '3' })).statusCode).to.equal(422);
      const done = await correct(eleanor, { reason: 'I had overlooked the second chart.' });
      expect((await eleanor.follow(done)).body).to.contain('The grade is corrected');
      expect((await grades())[0]).to.include({ decision: 'released', band: 'Distinction', comment: 'Second.' });
      expect((await scores())[0]).to.include({ version: 2, comment: 'Distinction. Second.' });
      expect(await rows('select read_at from grade'), 'it is news again').to.deep.equal([{ read_at: null }]);
      expect(await rows(`select detail->>'reason' as reason, detail->'before'->>'points' as points, detail->'before'->'assessment'->>'comment' as comment from audit_event where action = 'grade.corrected'`)).to.deep.equal([{ reason: 'I had overlooked the second chart.', points: '76', comment: 'First.' }]);
      const ngozi = await signIn(test, { person: 'ngozi' });
      const late = await ngozi.submit(`${pathOf(id)}/correction`, marked(rubric, 2, { decidedAt, reason: 'Too kind.' }));
      expect(late.statusCode, 'made with the former grade').to.equal(409);
      expect(late.body).to.contain('Somebody corrected this grade after you opened the form').and.contain('Both assessments');
      expect((await grades())[0]).to.include({ comment: 'Second.' });
    });

    it('is for a grade that is released alone', async () => {
      const id = await handIn(test.sql, { name: 'Amara' });
      expect((await eleanor.page(`${pathOf(id)}/correction`)).headers.location).to.equal(`${eleanor.base}${pathOf(id)}`);
      expect((await eleanor.submit(`${pathOf(id)}/correction`, marked(rubric, 0, { reason: 'x', decidedAt: String(test.clock.now) }))).headers.location).to.equal(`${eleanor.base}${pathOf(id)}`);
      expect(await grades()).to.deep.equal([]);
    });

    async function correctionForm(grader: Person, id: string): Promise<{ decidedAt: string; body: string }> {
      const { body } = await grader.page(`${pathOf(id)}/correction`);
      return { body, decidedAt: /name="decidedAt" value="([^"]+)"/.exec(body)?.[1] ?? '' };
    }
  });

  describe('a review from the LMS', () => {
    const personOf = async (name: string): Promise<string> => String((await test.sql.query('select id from person where name like $1', [`${name}%`])).rows[0]?.id);

    it('shows staff the newest submission of that person, or says that there is none', async () => {
      const amara = await personOf('Amara');
      const nothing = await eleanor.page(`/grading/of/${amara}`);
      expect([nothing.statusCode, heading(nothing)]).to.deep.equal([200, 'Amara Okonkwo']);
      await handIn(test.sql, { name: 'Amara', state: 'returned', at: '2026-05-01T09:00:00Z' });
      const second = await handIn(test.sql, { name: 'Amara', number: 2 });
      await handIn(test.sql, { name: 'Amara', number: 3, state: 'withdrawn' });
      expect((await eleanor.page(`/grading/of/${amara}`)).headers.location).to.equal(`${eleanor.base}${pathOf(second)}`);
      expect((await eleanor.page(`/grading/of/${await personOf('Dr Eleanor')}`)).statusCode, 'no learner').to.equal(404);
    });

    it('leads a learner to the own feedback, and to nobody else’s', async () => {
      const amara = await signIn(test, { person: 'amara' });
      const own = await personOf('Amara');
      expect((await amara.page(`/grading/of/${own}`)).headers.location).to.equal(`${amara.base}/plan`);
      await decide(eleanor, await handIn(test.sql, { name: 'Amara' }), 'returned', { version: '0', comment: 'Again.' });
      await handIn(test.sql, { name: 'Amara', number: 2 });
      expect((await amara.page(`/grading/of/${own}`)).headers.location).to.equal(`${amara.base}/plan/submissions/1`);
      await signIn(test, { person: 'zsofia' });
      expect((await amara.page(`/grading/of/${await personOf('Zs')}`)).statusCode).to.equal(404);
      expect((await (await signIn(test, { fault: 'student-view' })).page(`/grading/of/${own}`)).statusCode).to.equal(404);
    });
  });

  /** The cohort's material with another plan form or rubric, as an older or a newer version has it. */
  async function changeMaterial(change: object): Promise<void> {
    const id = 'f'.repeat(64);
    await test.sql.query('insert into programme_version (id, programme_key, content, created_at) values ($1, $2, $3, now())', [id, 'changed', JSON.stringify({ ...test.programme, ...change })]);
    await test.sql.query('update cohort set programme_version_id = $1', [id]);
  }
});

/** The first names of the learners on a page of the queue, in order. */
function namesIn({ body }: LightMyRequestResponse): string[] {
  return [...body.matchAll(/<th scope="row"><a [^>]*>([^ <]+)/g)].map(([, name = '']) => name);
}
