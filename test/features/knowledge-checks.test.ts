import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { CheckQuestion } from '../../server/content/programme.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';
import { choicesOf } from '../support/questions.ts';

type Person = Awaited<ReturnType<typeof signIn>>;

describe('a knowledge check', () => {
  let test: TestApp;
  let questions: CheckQuestion[];
  beforeEach(async () => {
    test = await startTestApp();
    await startCohort(test);
    questions = test.programme.weeks[0]?.check?.questions ?? [];
  });
  afterEach(() => test.close());

  const pathOf = (number: number, place: number): string => `/weeks/1/check/tries/${number}/questions/${questions[place]?.key}`;
  /** The key of a choice that is right, or of one that is not. */
  const choiceOf = (place: number, right = true): string => choicesOf(questions[place]).find((choice) => choice.right === right)?.key ?? '';
  const answer = (person: Person, number: number, place: number, right = true): Promise<LightMyRequestResponse> => person.submit(`${pathOf(number, place)}/answer`, { choice: choiceOf(place, right) });
  /** A whole try with so many right answers; a minute passes. */
  const take = async (person: Person, number: number, right: number): Promise<void> => {
    for (const place of questions.keys()) expect((await answer(person, number, place, place < right)).statusCode).to.equal(303);
    test.clock.advance({ minutes: 1 });
  };
  const scores = async () => (await test.sql.query('select s.version, s.score_given::float as given, s.score_maximum::float as maximum, s.comment, s.state, s.activity_progress as activity, s.grading_progress as grading, s.submitted_at, l.resource_id as resource, l.tag, l.label from score s join line_item l on l.id = s.line_item_id')).rows;
  const jobs = async (): Promise<number> => (await test.sql.query(`select count(*)::int as n from pgboss.job where name = 'deliver-score'`)).rows[0].n;
  const rows = async (): Promise<{ tries: number; answers: number; scores: number }> => (await test.sql.query('select (select count(*)::int from knowledge_check_attempt) as tries, (select count(*)::int from knowledge_check_answer) as answers, (select count(*)::int from score) as scores')).rows[0];
  const personOf = async (name: string): Promise<string> => (await test.sql.query('select id from person where name like $1', [`%${name}%`])).rows[0]?.id;

  describe('as a learner takes it', () => {
    it('is led to by the week, begins with what it is, and asks one question at a time', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      expect((await learner.page('/weeks/1')).body).to.contain(`href="${learner.base}/weeks/1/check"`).and.contain('Begin the check');
      const start = await learner.page('/weeks/1/check');
      expect(heading(start)).to.equal('Check what you know');
      expect(start.body).to.contain('Ten questions, about 15 minutes').and.contain(`href="${learner.base}${pathOf(1, 0)}"`);
      const page = await learner.page(pathOf(1, 0));
      expect(heading(page)).to.equal('Question 1 of 10');
      expect(page.body.match(/type="radio"/g)).to.have.lengthOf(choicesOf(questions[0]).length);
      expect(await rows(), 'looking keeps nothing').to.deep.equal({ tries: 0, answers: 0, scores: 0 });
    });

    it('sends neither explanation nor right answer before the answer is given, and then those of that question alone', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      const told = (body: string) => questions.flatMap((question) => (choicesOf(question).some(({ explanationHtml }) => body.includes(explanationHtml)) ? [question.key] : []));
      const before = await Promise.all(['/weeks/1', '/weeks/1/check', ...questions.keys().map((place) => pathOf(1, place))].map((path) => learner.page(path)));
      for (const { body } of before) {
        expect(told(body)).to.deep.equal([]);
        expect(body).not.to.match(/Right answer|data-is=|explanation/);
      }
      // The choices are the same elements but for key and text: nothing marks the right one.
      for (const [, labels = ''] of before[2]?.body.matchAll(/<div class="choices">(.*?)<\/div>/gs) ?? []) {
        const shapes = labels.split('</label>').slice(0, -1).map((label) => label.replace(/value="[^"]*"/, '').replace(/<span>.*<\/span>/s, '').trim());
        expect(new Set(shapes).size).to.equal(1);
      }
      await answer(learner, 1, 3);
      expect(told((await learner.page(pathOf(1, 3))).body)).to.deep.equal([questions[3]?.key]);
      for (const path of ['/weeks/1/check', pathOf(1, 2), pathOf(1, 4)]) expect(told((await learner.page(path)).body), path).to.deep.equal([]);
    });

    it('explains every choice at once, in the order in which they were asked, and goes on', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      const given = await answer(learner, 1, 0, false);
      expect(given.headers.location).to.equal(`${learner.base}${pathOf(1, 0)}#explanation`);
      const { body } = await learner.follow(given);
      expect(body).to.contain('id="explanation"').and.contain('Not this time').and.contain('Your answer').and.contain('Right answer');
      const places = choicesOf(questions[0]).map(({ explanationHtml }) => body.indexOf(explanationHtml));
      expect(places.toSorted((one, other) => one - other)).to.deep.equal(places);
      expect(places[0]).to.be.greaterThan(0);
      expect(body).to.contain(`href="${learner.base}/weeks/1#${questions[0]?.section}"`);
      expect(body).to.contain(`href="${learner.base}${pathOf(1, 1)}">Next question`);
      expect((await learner.follow(await answer(learner, 1, 1))).body).to.contain('That is right');
    });

    it('keeps each answer as it is given: another browser carries on', async () => {
      await Promise.all([answer(await signIn(test, { link: 'week-1' }), 1, 0), answer(await signIn(test, { person: 'zsofia', link: 'week-1' }), 1, 4)]);
      const elsewhere = await signIn(test, { link: 'week-1' });
      const start = await elsewhere.page('/weeks/1/check');
      expect(start.body).to.contain('You have answered one of ten questions').and.contain('Carry on with question 2');
      expect((await elsewhere.page('/weeks/1')).body).to.contain('You have answered one of ten questions').and.contain('Carry on');
      expect(await rows()).to.include({ tries: 2, answers: 2 });
    });

    it('asks again when nothing, or nothing of this question, was chosen', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      for (const form of [{}, { choice: 'nothing-of-this' }, { choice: choiceOf(1) }]) {
        const again = await learner.submit(`${pathOf(1, 0)}/answer`, form as Record<string, string>);
        expect(again.statusCode).to.equal(422);
        expect(again.body).to.contain('Nothing was chosen').and.contain('type="radio"');
      }
      expect(await rows()).to.include({ tries: 0, answers: 0 });
    });
  });

  describe('in two windows', () => {
    it('keeps the first answer; the other window is told and shown', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      await answer(learner, 1, 0, false);
      const late = await answer(learner, 1, 0, true);
      expect(late.headers.location).to.contain('earlier=1');
      const { body } = await learner.follow(late);
      expect(body).to.contain('This question was answered before').and.contain('Not this time');
      expect((await test.sql.query('select points::int as points from knowledge_check_answer')).rows).to.deep.equal([{ points: 0 }]);
    });

    it('takes a second press of the button as the first', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      const presses = await Promise.all(Array.from({ length: 5 }, () => answer(learner, 1, 0)));
      for (const press of presses) expect(press.headers.location).to.equal(`${learner.base}${pathOf(1, 0)}#explanation`);
      expect(await rows()).to.include({ tries: 1, answers: 1 });
    });

    it('of all answers at once loses none, keeps one to a question and sets the score once', async () => {
      const [one, other] = [await signIn(test, { link: 'week-1' }), await signIn(test, { link: 'week-1' })];
      const all = await Promise.all(questions.keys().flatMap((place) => [answer(one, 1, place, true), answer(other, 1, place, false)]));
      expect(all.filter(({ statusCode }) => statusCode !== 303)).to.deep.equal([]);
      expect(all.filter(({ headers }) => String(headers.location).includes('earlier=1'))).to.have.lengthOf(10);
      expect(await rows()).to.deep.equal({ tries: 1, answers: 10, scores: 1 });
      expect((await scores())[0]).to.include({ version: 1 });
    });

    it('shows a window that stayed behind in a finished try what was answered there, and begins nothing', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      await take(learner, 1, 10);
      const behind = await answer(learner, 1, 2, false);
      expect((await learner.follow(behind)).body).to.contain('This question was answered before').and.contain('That is right');
      expect(await rows()).to.include({ tries: 1, answers: 10 });
    });
  });

  describe('when it is finished', () => {
    it('shows the points, what to read again, and the way to another try', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      for (const place of questions.keys()) await answer(learner, 1, place, place < 8);
      expect((await learner.page(pathOf(1, 9))).body).to.contain('See your result');
      const result = await learner.page('/weeks/1/check');
      expect(heading(result)).to.equal('8 of 10');
      for (const section of new Set([questions[8]?.section, questions[9]?.section])) expect(result.body).to.contain(`href="${learner.base}/weeks/1#${section}"`);
      expect(result.body).not.to.contain(`href="${learner.base}/weeks/1#${questions[0]?.section}"`);
      expect(result.body).to.contain(`href="${learner.base}${pathOf(2, 0)}">Try again`);
      expect((await learner.page('/weeks/1')).body).to.contain('Your best result: 8 of 10');
    });

    it('sets the score for the course in the same transaction', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      await take(learner, 1, 6);
      const [score, ...others] = await scores();
      expect(others).to.deep.equal([]);
      expect(score).to.deep.include({
        version: 1, given: 6, maximum: 10, comment: 'First try: 6 of 10', state: 'waiting', activity: 'Completed', grading: 'FullyGraded',
        resource: 'week-1', tag: 'knowledge-check', label: 'Week 1: knowledge check',
      });
      expect(score.submitted_at).not.to.equal(null);
      expect(await jobs()).to.equal(1);
      expect((await learner.page('/weeks/1/check')).body).to.contain('on its way to your course');
    });

    it('keeps nothing of the last answer when the score cannot be set', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      for (const place of [...questions.keys()].slice(0, -1)) await answer(learner, 1, place);
      await test.sql.query('alter table score add constraint never check (false)');
      try {
        expect((await answer(learner, 1, 9)).statusCode).to.equal(500);
        expect(await rows()).to.deep.equal({ tries: 1, answers: 9, scores: 0 });
      } finally {
        await test.sql.query('alter table score drop constraint never');
      }
      expect((await answer(learner, 1, 9)).statusCode).to.equal(303);
      expect(await rows()).to.deep.equal({ tries: 1, answers: 10, scores: 1 });
    });

    it('sends a better try and no other (rule 95)', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      await take(learner, 1, 6);
      await take(learner, 2, 3);
      expect((await scores())[0]).to.include({ version: 1, given: 6, comment: 'First try: 6 of 10' });
      await take(learner, 3, 6);
      expect((await scores())[0], 'an equal one').to.include({ version: 1 });
      await take(learner, 4, 8);
      expect((await scores())[0]).to.include({ version: 2, given: 8, comment: 'Best of 4 tries: 8 of 10' });
      const worse = await learner.page('/weeks/1/check/tries/2');
      expect(heading(worse)).to.equal('3 of 10');
      expect(worse.body).to.contain('Your best result counts: it is 8 of 10').and.contain('Try 4: 8 of 10');
      expect((await learner.page('/weeks/1')).body).to.contain('Your best result: 8 of 10');
    });

    it('sends nothing to be kept but the 0 of a first try, which is a result too', async () => {
      await take(await signIn(test, { link: 'week-1' }), 1, 0);
      expect((await scores())[0]).to.include({ given: 0, comment: 'First try: 0 of 10' });
    });

    const grades: [what: string, change: string, words: string][] = [
      ['arrived', `update score set state = 'sent', sent_version = version, sent_at = now()`, 'Your course shows 8 of 10'],
      ['was refused', `update score set state = 'refused', reason = 'not-enrolled'`, 'could not be sent to your course; your faculty can see why'],
      ['was changed there', `update score set state = 'sent', sent_version = version, sent_at = now(), result_score = 40, result_maximum = 100, result_read_at = now() + interval '1 minute'`, 'Your course shows 40 of 100: somebody has changed it there'],
    ];
    for (const [what, change, words] of grades) {
      it(`says so, on the result and on the week, when the grade ${what}`, async () => {
        const learner = await signIn(test, { link: 'week-1' });
        await take(learner, 1, 8);
        await test.sql.query(change);
        for (const path of ['/weeks/1/check', '/weeks/1']) expect((await learner.page(path)).body, path).to.contain(words);
      });
    }

    it('reaches every course of the cohort in which the learner learns', async () => {
      const { rows: [{ code }] } = await test.sql.query('select join_code as code from cohort');
      await (await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' })).submit('/cohort/link', { code });
      await signIn(test, { course: 'autumn', link: 'week-1' });
      await take(await signIn(test, { link: 'week-1' }), 1, 7);
      expect((await scores()).map(({ given }) => given)).to.deep.equal([7, 7]);
    });
  });

  describe('when nothing is kept', () => {
    const others: [who: string, choice: Parameters<typeof signIn>[1], words: string][] = [
      ['an LMS’s test learner', { fault: 'student-view', link: 'week-1' }, 'Nothing you do here is recorded'],
      ['faculty', { person: 'eleanor' }, 'Nothing that you answer is recorded'],
      ['an assistant', { person: 'jonas' }, 'Nothing that you answer is recorded'],
      ['an administrator', { person: 'ruth' }, 'Nothing that you answer is recorded'],
      ['a mentor', { person: 'siobhan', fault: 'mentor' }, 'Nothing that you answer is recorded'],
    ];
    for (const [who, choice, words] of others) {
      it(`is taken from beginning to end by ${who}, and leaves no trace`, async () => {
        const reader = await signIn(test, choice);
        let page = await reader.page(pathOf(1, 0));
        expect(page.body).to.contain(words);
        for (const place of questions.keys()) {
          const trial = /name="trial" value="([^"]*)"/.exec(page.body)?.[1] ?? '';
          const explained = await reader.follow(await reader.submit(`${pathOf(1, place)}/answer`, { choice: choiceOf(place, place !== 4), trial }));
          expect(explained.body, `question ${place + 1}`).to.contain(place === 4 ? 'Not this time' : 'That is right');
          const next = /class="btn main" href="([^"]+)"/.exec(explained.body)?.[1]?.replaceAll('&amp;', '&') ?? '';
          page = await reader.get(next);
        }
        expect(heading(page)).to.equal('9 of 10');
        expect(page.body).to.contain('This was a trial: nothing of it was kept or sent.').and.contain('Try again').and.not.contain('your course');
        expect(await rows()).to.deep.equal({ tries: 0, answers: 0, scores: 0 });
        expect(heading(await reader.page('/weeks/1/check')), 'and begins anew').to.equal('Check what you know');
      });
    }

    it('the first answer stands in a trial too', async () => {
      const reader = await signIn(test, { person: 'eleanor' });
      const first = await reader.submit(`${pathOf(1, 0)}/answer`, { choice: choiceOf(0, false) });
      const trial = /trial=([\w-]+)/.exec(String(first.headers.location))?.[1] ?? '';
      expect((await reader.follow(await reader.submit(`${pathOf(1, 0)}/answer`, { choice: choiceOf(0), trial }))).body).to.contain('Not this time');
    });

    it('an address that was tampered with is a trial without those answers', async () => {
      const reader = await signIn(test, { person: 'eleanor' });
      const made = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
      for (const trial of ['x', '%00', 'e30', made(null), made([1]), made('x'), made({ [questions[0]?.key ?? '']: null }), made({ [questions[0]?.key ?? '']: { choice: 7 } }), made({ __proto__: { choice: 'x' } }), 'a'.repeat(9_000)]) {
        const page = await reader.page(`${pathOf(1, 0)}?trial=${trial}`);
        expect(page.statusCode, trial.slice(0, 40)).to.equal(200);
        expect(heading(page)).to.equal('Question 1 of 10');
        expect(page.body).to.contain('type="radio"');
      }
      expect((await reader.page(`/weeks/1/check/tries/1?trial=${made({})}`)).statusCode, 'no result without answers').to.equal(303);
    });

    it('does not let a learner bring answers along in the address', async () => {
      const learner = await signIn(test, { link: 'week-1' });
      const trial = Buffer.from(JSON.stringify(Object.fromEntries(questions.map(({ key }, place) => [key, { choice: choiceOf(place) }])))).toString('base64url');
      expect((await learner.page(`${pathOf(1, 0)}?trial=${trial}`)).body).to.contain('type="radio"').and.not.contain('Right answer');
      expect((await learner.page(`/weeks/1/check/tries/1?trial=${trial}`)).statusCode).to.equal(303);
    });
  });

  describe('of a week that is not open', () => {
    beforeEach(() => test.sql.query(`update cohort set starts_on = '2026-06-01'`));

    it('sends learners, test learners and mentors to the week, which says when it opens, and takes no answer', async () => {
      for (const choice of [{}, { fault: 'student-view' as const }, { person: 'siobhan', fault: 'mentor' as const }]) {
        const reader = await signIn(test, { link: 'week-1', ...choice });
        for (const path of ['/weeks/1/check', pathOf(1, 0), '/weeks/1/check/tries/1']) {
          const locked = await reader.follow(await reader.page(path));
          expect(locked.statusCode, path).to.be.oneOf([403]);
          expect(heading(locked)).to.equal('This week opens on Monday 1 June');
        }
        expect((await answer(reader, 1, 0)).statusCode).to.equal(404);
      }
      expect(await rows()).to.include({ tries: 0, answers: 0 });
    });

    it('lets staff prepare, and does not lock what was begun', async () => {
      expect((await (await signIn(test, { person: 'eleanor' })).page(pathOf(1, 0))).statusCode).to.equal(200);
      await test.sql.query(`update cohort set starts_on = '2026-05-11'`);
      const learner = await signIn(test, { link: 'week-1' });
      await answer(learner, 1, 0);
      await test.sql.query(`update cohort set starts_on = '2026-06-01'`);
      expect((await learner.page('/weeks/1/check')).statusCode).to.equal(200);
      expect((await answer(learner, 1, 1)).statusCode).to.equal(303);
    });
  });

  it('that is not there is 404, or leads back to the check', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    for (const path of ['/weeks/13/check', '/weeks/99/check', '/weeks/0/check', '/weeks/x/check', '/weeks/1/check/tries/x', '/weeks/1/check/tries/0', '/weeks/1/check/tries/1/questions/nothing', '/weeks/1/check/tries/1/questions/%00', '/weeks/1/check/of/x']) {
      expect((await learner.page(path)).statusCode, path).to.equal(404);
    }
    for (const path of ['/weeks/1/check/tries/1', '/weeks/1/check/tries/7', pathOf(2, 0)]) expect((await learner.page(path)).headers.location, path).to.equal(`${learner.base}/weeks/1/check`);
    expect((await answer(learner, 2, 0)).statusCode, 'a try that is not yet').to.equal(404);
    expect((await answer(learner, 9999, 0)).statusCode).to.equal(404);
    expect(await rows()).to.include({ tries: 0, answers: 0 });
  });

  it('before there is a cohort leads home', async () => {
    const early = await signIn(test, { person: 'siobhan', course: 'autumn' });
    expect((await early.page('/weeks/1/check')).headers.location).to.equal(`${early.base}/`);
  });

  it('costs a page at most four statements', async () => {
    const learner = await signIn(test, { link: 'week-1' });
    await take(learner, 1, 5);
    for (const path of ['/weeks/1/check', pathOf(2, 0), '/weeks/1']) expect(await test.countStatements(() => learner.page(path)), path).to.be.at.most(4);
  });

  describe('that was handed in', () => {
    it('is looked at by staff of the cohort: the best try, question by question, all tries, and what the LMS was told', async () => {
      const learner = await signIn(test, { person: 'amara', link: 'week-1' });
      await take(learner, 1, 8);
      await take(learner, 2, 2);
      await answer(learner, 3, 0);
      await test.sql.query(`update score set state = 'sent', sent_version = version, sent_at = '2026-05-11T09:00:00Z'`);
      const id = await personOf('Amara');
      for (const person of ['eleanor', 'jonas', 'ruth']) {
        const page = await (await signIn(test, { person })).page(`/weeks/1/check/of/${id}`);
        expect(page.statusCode, person).to.equal(200);
        expect(heading(page)).to.contain('Amara');
        expect(page.body).to.contain('8 of 10, the best of two tries').and.contain('Monday 11 May 2026, 09:00 BST').and.contain('Try 2: 2 of 10').and.contain('1 of ten questions answered');
        expect(page.body).to.contain('Sent on Monday 11 May 2026, 10:00 BST: 8 of 10, with the comment “First try: 8 of 10”.');
        expect(page.body.match(/Their answer/g)).to.have.lengthOf(10);
        expect(page.body.match(/Right answer/g)).to.have.lengthOf(10);
      }
    });

    it('says so when nothing is finished', async () => {
      await signIn(test, { person: 'amara', link: 'week-1' });
      const page = await (await signIn(test, { person: 'eleanor' })).page(`/weeks/1/check/of/${await personOf('Amara')}`);
      expect(page.statusCode).to.equal(200);
      expect(page.body).to.contain('No try is finished yet').and.contain('Nothing is sent before a try is finished');
    });

    it('leads the learner to her own result, and shows her nobody else’s', async () => {
      const amara = await signIn(test, { person: 'amara', link: 'week-1' });
      await signIn(test, { person: 'zsofia', link: 'week-1' });
      const own = await amara.page(`/weeks/1/check/of/${await personOf('Amara')}`);
      expect([own.statusCode, own.headers.location]).to.deep.equal([303, `${amara.base}/weeks/1/check`]);
      expect((await amara.page(`/weeks/1/check/of/${await personOf('Zs')}`)).statusCode).to.equal(404);
      for (const choice of [{ person: 'siobhan', fault: 'mentor' as const }, { person: 'priya', fault: 'guest' as const }]) {
        expect((await (await signIn(test, choice)).page(`/weeks/1/check/of/${await personOf('Amara')}`)).statusCode).to.equal(403);
      }
      expect((await (await signIn(test, { fault: 'student-view' })).page(`/weeks/1/check/of/${await personOf('Amara')}`)).statusCode, 'a test learner').to.equal(404);
    });

    it('is 404 for staff of another cohort, for faculty as a learner, and for somebody who is not there', async () => {
      await startCohort(test, { course: 'autumn', name: 'Autumn 2026' });
      await take(await signIn(test, { person: 'amara', link: 'week-1' }), 1, 8);
      const [amara, eleanor] = [await personOf('Amara'), await personOf('Eleanor')];
      expect((await (await signIn(test, { person: 'ngozi', course: 'autumn' })).page(`/weeks/1/check/of/${amara}`)).statusCode, 'another cohort').to.equal(404);
      const faculty = await signIn(test, { person: 'eleanor' });
      expect((await faculty.page(`/weeks/1/check/of/${eleanor}`)).statusCode, 'no learner').to.equal(404);
      expect((await faculty.page('/weeks/1/check/of/00000000-0000-4000-8000-000000000000')).statusCode).to.equal(404);
      expect((await faculty.page(`/weeks/13/check/of/${amara}`)).statusCode, 'no such check').to.equal(404);
    });

    it('stays readable when the learner has left the course', async () => {
      await take(await signIn(test, { person: 'amara', link: 'week-1' }), 1, 8);
      await test.sql.query(`update enrolment set active = false where role = 'learner'`);
      expect((await (await signIn(test, { person: 'eleanor' })).page(`/weeks/1/check/of/${await personOf('Amara')}`)).statusCode).to.equal(200);
    });
  });
});
