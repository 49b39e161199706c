import { expect } from 'chai';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { join } from 'node:path';
import { loadProgramme } from '../../server/content/library.ts';
import type { Programme, Rubric } from '../../server/content/programme.ts';
import { answerKey } from '../../server/domain/coaching-plan.ts';
import { materialChanges } from '../../server/features/material/changes.ts';
import { materialPage } from '../../server/features/material/pages.ts';
import { recordStatements, startSecondApp, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, openBrowser, signIn, startCohort } from '../support/browser-session.ts';
import { decide, fillPlan } from './coaching-plans-support.ts';

describe('the material of a running cohort', () => {
  let test: TestApp;
  let newer: Awaited<ReturnType<typeof startSecondApp>>;
  beforeEach(async () => {
    test = await startTestApp();
    await startCohort(test);
    const programme: Programme = structuredClone(test.programme);
    const section = programme.weeks[1]?.material?.sections[0];
    if (!section) throw new Error('week 2 has no section');
    section.source = `A new <b>beginning</b>. ${section.source}`;
    section.bodyHtml = '<p>A new beginning.</p>';
    newer = await startSecondApp(test, { programme });
  });
  afterEach(async () => {
    await newer?.close();
    await test.close();
  });

  it('brings the script of the live preview to pages that show the folder, and to no other; without a preview to none', async () => {
    const writing = await startSecondApp(test, { programme: newer.programme, preview: { state: () => ({ version: 'the third', problems: [] }), subscribe: () => () => {} } });
    try {
      const faculty = await signIn({ ...test, app: writing.app }, { person: 'eleanor' });
      const script = 'data-preview="the third"';
      expect((await faculty.page('/weeks/2?material=current')).body).to.contain(script).and.contain('A new beginning.');
      for (const path of ['/weeks/2', '/', '/cohort', '/programme']) expect((await faculty.page(path)).body, path).not.to.contain(script);
      expect((await faculty.get('/preview/weeks/2')).body, 'as a learner of nobody’s cohort, who reads the folder').to.contain(script).and.contain('A new beginning.').and.contain('Mark this section as done').and.not.contain('Eleanor');
      const before = (await test.sql.query('select (select count(*) from section_completion) + (select count(*) from reading_place) + (select count(*) from knowledge_check_attempt) as rows')).rows;
      const [section] = writing.programme.weeks[1]?.material?.sections ?? [];
      expect((await faculty.post(`/preview/weeks/2/sections/${section?.key}/completion`)).statusCode).to.equal(303);
      expect((await faculty.post('/preview/weeks/2/place', { section: section?.key ?? '' })).statusCode).to.equal(204);
      expect((await test.sql.query('select (select count(*) from section_completion) + (select count(*) from reading_place) + (select count(*) from knowledge_check_attempt) as rows')).rows).to.deep.equal(before);
    } finally {
      await writing.close();
    }
    const plain = await signIn({ ...test, app: newer.app }, { person: 'eleanor' });
    expect((await plain.page('/weeks/2?material=current')).body).not.to.contain('data-preview');
    expect((await plain.get('/preview/weeks/2')).statusCode).to.equal(404);
  });

  it('stays what it was until faculty accept the newer one, which is shown word by word', async () => {
    const place = { ...test, app: newer.app };
    const learner = await signIn(place, { link: 'week-1' });
    expect((await learner.page('/weeks/2')).body).not.to.contain('A new beginning.');
    const faculty = await signIn(place, { person: 'eleanor' });
    const page = await faculty.page('/cohort/material');
    expect(heading(page)).to.equal('There is newer material: one part differs');
    expect(page.body).to.contain('A new &lt;b&gt;beginning&lt;/b&gt;.').and.contain('<ins>');
    expect((await faculty.page('/weeks/2?material=current')).body, 'read before it is accepted').to.contain('A new beginning.').and.contain('has not accepted yet');
    expect((await learner.page('/weeks/2?material=current')).body, 'not by a learner').not.to.contain('A new beginning.');
    const [, from = '', to = ''] = /name="from" value="(\w+)".*?name="to" value="(\w+)"/s.exec(page.body) ?? [];
    expect((await faculty.submit('/cohort/material/acceptance', { from, to: 'another' })).headers.location).to.contain('notice=elsewhere');
    expect((await faculty.submit('/cohort/material/acceptance', { from, to })).headers.location).to.contain('notice=accepted');
    expect((await learner.page('/weeks/2')).body).to.contain('A new beginning.');
    expect((await faculty.submit('/cohort/material/acceptance', { from, to })).headers.location, 'twice').to.contain('notice=elsewhere');
    expect(heading(await faculty.page('/cohort/material'))).to.equal('Your cohort has the current material');
    expect((await test.sql.query(`select count(*)::int as n from audit_event where action = 'cohort.material-accepted'`)).rows).to.deep.equal([{ n: 1 }]);
    expect((await learner.page('/cohort/material')).statusCode).to.equal(403);
  });
});

describe('newer material and what is under way', () => {
  let test: TestApp;
  let newer: Awaited<ReturnType<typeof startSecondApp>>;
  let gone: { key: string; label: string; section: string };
  let toDate: { key: string; label: string; section: string };
  let dropped: Rubric['criteria'][number];
  let faculty: Awaited<ReturnType<typeof signIn>>;
  let graded: Awaited<ReturnType<typeof signIn>>;
  let waiting: Awaited<ReturnType<typeof signIn>>;
  const rows = async (text: string) => (await test.sql.query<Record<string, unknown>>(text)).rows;
  const idOf = async (state: string) => String((await rows(`select id from submission where state = '${state}'`))[0]?.['id']);
  beforeEach(async () => {
    test = await startTestApp();
    await startCohort(test);
    const programme: Programme = structuredClone(test.programme);
    const { plan, rubric } = programme;
    const [one, two] = plan?.sections ?? [];
    const [first] = one?.fields ?? [];
    const text = two?.fields.find(({ kind, required }) => kind === 'text' && required);
    const [criterion, other] = rubric?.criteria ?? [];
    if (!plan || !rubric || !one || !two || !first || !text || !criterion || !other) throw new Error('the programme is too small');
    gone = { key: answerKey(one.key, first.key), label: first.label, section: one.key };
    toDate = { key: answerKey(two.key, text.key), label: text.label, section: two.key };
    dropped = structuredClone(criterion);
    one.fields = [...one.fields.slice(1), { key: 'new-question', label: 'A new question', help: null, kind: 'line', required: true }];
    text.kind = 'date';
    rubric.criteria = rubric.criteria.slice(1);
    for (const level of other.levels) level.key = `newer-${level.key}`;

    graded = await signIn(test, { person: 'conceicao', link: 'week-1' });
    waiting = await signIn(test, { person: 'zsofia', link: 'week-1' });
    faculty = await signIn(test, { person: 'eleanor' });
    await fillPlan(test, 'Concei');
    await graded.submit('/plan/submission');
    await decide(test, 'released', { criteria: { [dropped.key]: { level: dropped.levels[0]?.key, points: dropped.maximum, comment: 'Very clear.' } }, comment: 'Well done.' });
    await fillPlan(test, 'Zs');
    await waiting.submit('/plan/submission');
    await faculty.submit(`/grading/submissions/${await idOf('submitted')}/draft`, { [`level.${dropped.key}`]: dropped.levels[1]?.key ?? '', [`comment.${dropped.key}`]: 'The aim is bold.', [`level.${other.key}`]: test.programme.rubric?.criteria[1]?.levels[0]?.key ?? '', [`comment.${other.key}`]: 'Half of it.', version: '0' });
    newer = await startSecondApp(test, { programme });
    for (const person of [faculty, graded, waiting]) Object.assign(person, await again(person));
  });
  afterEach(async () => {
    await newer?.close();
    await test.close();
  });
  /** The same visit, at the server with the newer material. */
  async function again(person: Awaited<ReturnType<typeof signIn>>): Promise<Partial<Awaited<ReturnType<typeof signIn>>>> {
    const session = openBrowser({ app: newer.app });
    for (const [name, value] of person.cookies) session.cookies.set(name, value);
    return { page: (path, headers) => session.get(`${person.base}${path}`, headers), submit: (path, form, headers) => session.post(`${person.base}${path}`, form, headers) };
  }
  const accept = async () => {
    const page = await faculty.page('/cohort/material');
    const [, from = '', to = ''] = /name="from" value="(\w+)".*?name="to" value="(\w+)"/s.exec(page.body) ?? [];
    expect((await faculty.submit('/cohort/material/acceptance', { from, to })).headers.location).to.contain('notice=accepted');
    return { from, to };
  };

  it('is said in words before anybody accepts: what goes, what is kept, who wrote there, what waits and what is graded', async () => {
    const { body } = await faculty.page('/cohort/material');
    for (const words of ['What accepting it means for what is under way', 'Two learners have written something under', 'Nothing of it is deleted', 'where the newer form takes less', '“A new question” is answered too', 'One plan waits and will be graded by the newer rubric', 'Somebody has begun to grade it', 'One plan was returned or graded']) expect(body).to.contain(words);
    expect(body).to.contain('The form of the coaching plan').and.contain('The rubric');
  });

  it('leaves what was handed in and graded with its own form and rubric, for the learner and for graders, corrections too', async () => {
    const { from, to } = await accept();
    expect(await rows('select distinct programme_version_id from grade')).to.deep.equal([{ programme_version_id: from }]);
    const { body } = await graded.page('/plan/submissions/1');
    expect(body).to.contain(`<dt>${gone.label}</dt>`).and.contain(dropped.title).and.contain('Very clear.').and.contain(`${dropped.maximum} of ${dropped.maximum} points`).and.not.contain('asked no more');
    const desk = `/grading/submissions/${await idOf('released')}`;
    expect((await faculty.page(desk)).body).to.contain(dropped.title).and.contain(gone.label).and.not.contain('Handed in besides');
    const correction = await faculty.page(`${desk}/correction`);
    expect(correction.body).to.contain(`level.${dropped.key}"`);
    const [, decidedAt = ''] = /name="decidedAt" value="([^"]+)"/.exec(correction.body) ?? [];
    expect(correction.body).to.contain(`name="rubricVersion" value="${from}"`);
    const form = Object.fromEntries((test.programme.rubric?.criteria ?? []).map(({ key, levels }) => [`level.${key}`, levels[0]?.key ?? '']));
    const unseen = await faculty.submit(`${desk}/correction`, { ...form, decidedAt, rubricVersion: to, reason: 'By another rubric.', comment: 'Written before.' });
    expect([unseen.statusCode, unseen.body.includes('The rubric changed while you wrote'), unseen.body.includes('By another rubric.</textarea>'), unseen.body.includes('Written before.</textarea>')]).to.deep.equal([409, true, true, true]);
    expect(unseen.body).to.contain(`name="rubricVersion" value="${from}"`);
    expect((await rows(`select 1 from audit_event where action = 'grade.corrected'`)), 'nothing was corrected').to.deep.equal([]);
    expect((await faculty.submit(`${desk}/correction`, { ...form, decidedAt, reason: 'Added up anew.' })).headers.location).to.contain('notice=corrected');
    expect(await rows(`select maximum::int, programme_version_id from grade`)).to.deep.equal([{ maximum: 100, programme_version_id: from }]);
    expect(to).not.to.equal(from);
  });

  it('keeps every answer of a plan that is being written: to be read under its question, and untouched by a form that takes less', async () => {
    const before = await rows(`select a.field, a.text from coaching_plan_answer a order by 1, 2`);
    await accept();
    expect((await waiting.page('/plan')).body).to.contain('One answer stands under questions that the plan does not ask any more');
    const whole = (await waiting.page('/plan/whole')).body;
    expect(whole).to.contain('Written under questions that are asked no more').and.contain(`: ${gone.label}</dt><dd class="typed">${gone.label}: written.`);
    const { body } = await waiting.page(`/plan/sections/${toDate.section}`);
    expect(body).to.contain('This was written when the plan took a longer text here').and.contain(`${toDate.label}: written.</textarea>`);
    const form = Object.fromEntries([...body.matchAll(/name="((?:version|loaded)\.[^"]+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
    for (const [, key = '', value = ''] of body.matchAll(/name="answer\.([^"]+)"[^>]*>\n([^<]*)<\/textarea>/g)) form[`answer.${key}`] = value;
    for (const [, key = '', value = ''] of body.matchAll(/name="answer\.([^"]+)" value="([^"]*)"/g)) form[`answer.${key}`] = value;
    expect((await waiting.submit(`/plan/sections/${toDate.section}/answers`, form)).statusCode, 'nothing was touched').to.equal(303);
    expect(await rows(`select a.field, a.text from coaching_plan_answer a order by 1, 2`)).to.deep.equal(before);
    const refused = await waiting.submit(`/plan/sections/${toDate.section}/answers`, { ...form, [`answer.${toDate.key.split('.')[1]}`]: 'some day' });
    expect(refused.statusCode, 'what is written now has to be a day').to.equal(422);
    expect((await waiting.submit('/plan/submissions/1/withdrawal')).statusCode).to.equal(303);
    expect((await waiting.submit('/plan/submission')).body, 'the new question is required').to.contain('A new question');
  });

  it('lets a grader go on: what the newer rubric has is kept, what it has not is shown beside it and stays in the draft', async () => {
    const { to } = await accept();
    const id = await idOf('submitted');
    const desk = await faculty.page(`/grading/submissions/${id}`);
    expect(desk.body).to.contain('From your draft, by the earlier rubric').and.contain(dropped.title).and.contain('The aim is bold.').and.contain('Half of it.');
    expect(desk.body, 'its level is there no more').not.to.contain(' checked>Exemplary');
    const [criterion] = newer.programme.rubric?.criteria ?? [];
    const form = Object.fromEntries((newer.programme.rubric?.criteria ?? []).map(({ key, levels }) => [`level.${key}`, levels[0]?.key ?? '']));
    expect((await faculty.submit(`/grading/submissions/${id}/draft`, { ...form, [`comment.${criterion?.key}`]: 'All of it.', version: '1' })).statusCode).to.equal(303);
    expect((await faculty.page(`/grading/submissions/${id}`)).body).to.contain('The aim is bold.').and.contain('All of it.');
    expect((await faculty.submit(`/grading/submissions/${id}/decision`, { ...form, decision: 'released', version: '2', rubricVersion: to })).headers.location).to.contain('notice=released');
    expect(await rows(`select maximum::int, programme_version_id from grade where submission_id = '${id}'`)).to.deep.equal([{ maximum: 100 - dropped.maximum, programme_version_id: to }]);
  });

  it('loses nothing of what somebody is writing on a page that was open before', async () => {
    await accept();
    const [section = '', field = ''] = gone.key.split('.');
    const saved = await waiting.submit(`/plan/sections/${section}/fields/${field}/answer`, { text: 'Typed meanwhile.', version: '1' }, { accept: 'application/json' });
    expect(saved.json()).to.include({ isKept: true });
    expect((await waiting.submit(`/plan/sections/${section}/answers`, { [`answer.${field}`]: 'Typed without a script.', [`version.${field}`]: '2', [`loaded.${field}`]: 'x' })).statusCode).to.equal(303);
    expect((await waiting.page('/plan/whole')).body).to.contain('Typed without a script.');
    await test.sql.query('delete from coaching_plan_answer where field = $1', [gone.key]);
    const first = await waiting.submit(`/plan/sections/${section}/fields/${field}/answer`, { text: 'The first words there.', version: '0' }, { accept: 'application/json' });
    expect(first.json(), 'nobody had answered it yet').to.include({ isKept: true });
    expect((await waiting.submit(`/plan/sections/${section}/fields/never-there/answer`, { text: 'x', version: '0' })).statusCode).to.equal(404);
    expect((await waiting.submit('/plan/sections/never-there/answers', { 'answer.x': 'x' })).statusCode).to.equal(404);
    const id = await idOf('submitted');
    const older = { [`level.${dropped.key}`]: dropped.levels[0]?.key ?? '', [`comment.${dropped.key}`]: 'Written meanwhile.', 'comment.never-there': 'x', decision: 'released', version: '1' };
    const refused = await faculty.submit(`/grading/submissions/${id}/decision`, older);
    expect(refused.statusCode, 'made with another rubric').to.equal(409);
    expect(refused.body).to.contain('Written meanwhile.');
    expect(await rows(`select array(select key from jsonb_each(assessment -> 'criteria') where key = 'never-there') as never from grade_draft where version > 0`)).to.deep.equal([{ never: [] }]);
  });

  for (const { what, hasField, decision } of [
    { what: 'a release', hasField: true, decision: 'released' }, { what: 'a release by a page that does not say its rubric', hasField: false, decision: 'released' }, { what: 'a return', hasField: true, decision: 'returned' },
  ]) {
    it(`${what} from a page of the earlier rubric is not made unseen: everything is kept, and the page says so`, async () => {
      const id = await idOf('submitted');
      const path = `/grading/submissions/${id}`;
      const { from, to } = await accept();
      // Complete by either rubric: each criterion has a level, and both levels and keys of the newer one are there.
      const form = { ...Object.fromEntries((newer.programme.rubric?.criteria ?? []).map(({ key, levels }) => [`level.${key}`, levels[0]?.key ?? ''])), [`level.${dropped.key}`]: dropped.levels[0]?.key ?? '', [`comment.${dropped.key}`]: 'Long and well considered.', comment: 'About the whole.' };
      const refused = await faculty.submit(`${path}/decision`, { ...form, decision, version: '1', ...(hasField && { rubricVersion: from }) });
      expect(refused.statusCode).to.equal(409);
      expect(refused.body).to.contain('The rubric changed while you wrote: look at it once more').and.contain('Long and well considered.').and.contain(dropped.title).and.contain('About the whole.</textarea>').and.contain(`name="rubricVersion" value="${to}"`);
      expect(await rows(`select 1 from grade where submission_id = '${id}'`), 'nothing was decided').to.deep.equal([]);
      expect(await rows(`select assessment -> 'criteria' -> '${dropped.key}' ->> 'comment' as dropped, assessment ->> 'comment' as whole, version from grade_draft`)).to.deep.equal([{ dropped: 'Long and well considered.', whole: 'About the whole.', version: 2 }]);
      const [, version = ''] = /name="version" value="(\d+)" data-version>\s*<input type="hidden" name="rubricVersion"/.exec(refused.body) ?? [];
      expect((await faculty.submit(`${path}/decision`, { ...form, decision, version, rubricVersion: to })).headers.location, 'looked at once more').to.contain(`notice=${decision}`);
    });
  }

  it('shows what a page of the earlier rubric says beyond the newer one also where another window saved meanwhile', async () => {
    const path = `/grading/submissions/${await idOf('submitted')}`;
    const { from } = await accept();
    const form = { ...Object.fromEntries((newer.programme.rubric?.criteria ?? []).map(({ key, levels }) => [`level.${key}`, levels[0]?.key ?? ''])), [`comment.${dropped.key}`]: 'Of the second window.', rubricVersion: from };
    const refused = await faculty.submit(`${path}/decision`, { ...form, decision: 'released', version: '0' });
    expect(refused.statusCode).to.equal(409);
    expect(refused.body).to.contain('You changed this draft in another window').and.contain('The rubric changed while you wrote').and.contain('not saved yet').and.contain('Of the second window.').and.contain('The aim is bold.');
    expect(await rows('select version from grade_draft')).to.deep.equal([{ version: 1 }]);
  });

  it('is asked for the forms and rubrics of every version once a process, whatever names a request makes up', async () => {
    await accept();
    const path = `/grading/submissions/${await idOf('submitted')}`;
    const [section = ''] = gone.key.split('.');
    const texts = await recordStatements(test.sql, async () => {
      for (let round = 0; round < 3; round += 1) {
        await Promise.all(['a', 'b'].map((name) => waiting.submit(`/plan/sections/${section}/answers`, { [`answer.${name}`]: 'x', [`version.${name}`]: '1' })));
        await faculty.submit(`${path}/draft`, { 'comment.made-up': 'x', version: String(round + 1) });
      }
    });
    expect(texts.filter((text) => text.includes(`content -> 'plan'`) || text.includes(`content -> 'rubric'`))).to.have.lengthOf(1);
  });

  it('without a form of the plan leaves it to be read', async () => {
    await newer.close();
    const programme: Programme = structuredClone(test.programme);
    delete programme.plan;
    newer = await startSecondApp(test, { programme });
    for (const person of [faculty, waiting]) Object.assign(person, await again(person));
    expect((await faculty.page('/cohort/material')).body).to.contain('The newer material has no form of the coaching plan');
    await accept();
    expect(heading(await waiting.page('/plan'))).to.equal('Your plan can be read, and not changed just now');
    expect((await waiting.page('/plan/whole')).body).to.contain(`${gone.label}: written.`);
    expect((await waiting.page('/plan/submissions/1')).body).to.contain(`<dt>${gone.label}</dt>`);
  });
});

describe('the difference between two versions', () => {
  let programme: Programme;
  before(async () => { programme = await loadProgramme(join(import.meta.dirname, '../../content/improvement-coach')); });
  /** The programme with one thing changed. */
  const changed = (change: (programme: Programme) => void): Programme => {
    const copy = structuredClone(programme);
    change(copy);
    return copy;
  };
  const first = <T>(items: readonly T[] | undefined): T => {
    if (items?.[0] === undefined) throw new Error('there is none');
    return items[0];
  };

  it('is nothing between a version and itself, as PostgreSQL gives it back too', () => {
    const turned = JSON.parse(JSON.stringify(programme, (_key, value: unknown) => (value !== null && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).toReversed()) : value))) as Programme;
    expect(materialChanges(programme, turned)).to.deep.equal([]);
  });

  it('shows two texts whole where nearly every word differs, which would take seconds to compare', () => {
    const words = (of: string, count: number) => Array.from({ length: count }, (_none, index) => `${of}${index}`).join(' ');
    const piecesOf = (before: string, after: string) => materialPage({
      at: (path) => path, cohortName: 'Spring', consequences: null, from: 'a', to: 'b', notice: null, changes: [{ area: 'week', week: 1, part: 'A section', before, after }],
    }).data.groups[0]?.changes[0]?.pieces;
    expect(piecesOf(words('old', 3_000), words('new', 3_000))).to.deep.equal([{ kind: 'removed', text: words('old', 3_000) }, { kind: 'added', text: words('new', 3_000) }]);
    expect(piecesOf('Ask the team first.', 'Ask your team first.')?.map(({ kind }) => kind)).to.deep.equal(['same', 'removed', 'added', 'same']);
  });

  it('is never empty, whatever is changed or taken away anywhere in a programme', function () {
    this.timeout(30_000);
    // What a week holds is changed in a programme of that week alone, so that little else is looked through; of what comes in rows, the first two.
    const alone = programme.weeks.map((week): Programme => ({ ...programme, weeks: [week], glossary: [] }));
    const tried = new Map<string, number>();
    for (const whole of [{ ...programme, weeks: [] }, ...alone]) {
      const copy = structuredClone(whole);
      const isWeek = copy.weeks.length > 0;
      for (const [path, change] of leaves(isWeek ? first(copy.weeks) : copy)) {
        const shape = `${isWeek ? 'week' : ''}${path.replaceAll(/\/\d+/g, '/*')}`;
        const times = (tried.get(shape) ?? 0) + 1;
        tried.set(shape, times);
        if (times > 2) continue;
        const restore = change();
        if (materialChanges(whole, copy).length === 0) expect.fail(`${path} of ${isWeek ? `week ${copy.weeks[0]?.number}` : 'the programme'} can differ unseen`);
        restore();
      }
      expect(materialChanges(whole, copy), 'everything was put back').to.deep.equal([]);
    }
    expect([...tried.keys()]).to.include.members(['/glossary/*/also/*', '/plan/sections/*/fields/*/required', '/rubric/criteria/*/levels/*/to', '/completion/sectionsPercent', 'week/workshop/notes/days/*/agenda/*/how', 'week/check/questions/*/choices/*/right', 'week/cards/*/trigger']);
  });

  it('has what nobody knows yet: a field that is new in a programme, a week, a form or a rubric', () => {
    for (const [area, change] of [
      ['programme', (one: object) => Object.assign(one, { badge: 'Gold' })],
      ['week', (one: Programme) => Object.assign(first(one.weeks), { badge: 'Gold' })],
      ['week', (one: Programme) => Object.assign(first(one.weeks).material ?? {}, { badge: 'Gold' })],
      ['plan', (one: Programme) => Object.assign(one.plan ?? {}, { badge: 'Gold' })],
      ['rubric', (one: Programme) => Object.assign(one.rubric ?? {}, { badge: 'Gold' })],
    ] as const) expect(materialChanges(programme, changed((one) => { change(one); })).map((one) => one.area)).to.deep.equal([area]);
  });

  it('tells glossary, form, rubric and policies part by part, new and gone ones too', () => {
    const after = changed((one) => {
      const [gone, kept] = one.glossary ?? [];
      if (!gone || !kept || !one.plan || !one.rubric || !one.completion) throw new Error('the programme is too small');
      one.glossary = [{ ...kept, definition: 'Something else.' }, ...(one.glossary ?? []).slice(2), { key: 'new-word', term: 'new word', also: [], definition: 'New.', week: 1 }];
      first(one.plan.sections).fields = [{ key: 'new-field', label: 'New field', help: null, kind: 'line', required: true }, ...first(one.plan.sections).fields.slice(1)];
      const criterion = first(one.rubric.criteria);
      criterion.critical = !criterion.critical;
      first(criterion.levels).to += 5;
      criterion.maximum += 5;
      one.completion.sectionsPercent = 12;
    });
    const changes = materialChanges(programme, after);
    const section = first(programme.plan?.sections);
    expect(changes.map(({ area, part, before, after: now }) => [area, part, before === null ? 'new' : now === null ? 'gone' : 'changed'])).to.deep.equal([
      ['glossary', programme.glossary?.[1]?.term, 'changed'], ['glossary', 'new word', 'new'], ['glossary', programme.glossary?.[0]?.term, 'gone'],
      ['plan', `${section.title}: New field`, 'new'], ['plan', `${section.title}: ${section.fields[0]?.label}`, 'gone'],
      ['rubric', 'The rubric', 'changed'], ['rubric', first(programme.rubric?.criteria).title, 'changed'],
      ['policies', 'What completing the programme asks', 'changed'],
    ]);
    expect(changes.find(({ part }) => part.endsWith('New field'))?.after).to.equal('New field\nA short answer of up to 500 letters\nRequired');
    expect(changes.at(-2)?.after).to.contain('Critical:').and.contain('points at most');
    expect(changes.at(-1)?.after).to.contain('12 % of the sections');
  });

  it('tells a new order, and a difference that is not in the words', () => {
    const turned = materialChanges(programme, changed((one) => { const { material } = first(one.weeks); if (material) material.sections = material.sections.toReversed(); }));
    expect(turned.map(({ week, part }) => [week, part])).to.deep.equal([[1, 'The order of what stands here']]);
    const [drawn] = materialChanges(programme, changed((one) => { first(first(one.weeks).material?.sections).bodyHtml += '<svg></svg>'; }));
    expect(drawn?.before).to.equal(drawn?.after);
  });

  it('tells everything as gone where the newer material has no glossary, form or rubric, and the other way as new', () => {
    const without = changed((one) => { delete one.glossary; delete one.plan; delete one.rubric; delete one.completion; delete one.attendance; });
    for (const [changes, side] of [[materialChanges(programme, without), 'after'], [materialChanges(without, programme), 'before']] as const) {
      expect(new Set(changes.map(({ area }) => area))).to.deep.equal(new Set(['glossary', 'plan', 'rubric', 'policies']));
      expect(changes.every((one) => one[side] === null)).to.equal(true);
    }
  });
});

/** For what is null, where a text would be of the wrong kind. */
const standIns: Record<string, unknown> = { workshop: { kind: 'virtual', title: 'x', days: 1 }, labels: ['x'] };

/** Each leaf below a value, with what changes it and gives back what undoes that: another value, or none; and each list, which loses its last. */
function* leaves(value: object, path = ''): Generator<[path: string, change: () => () => void]> {
  for (const [key, inner] of Object.entries(value) as [string, unknown][]) {
    const holder = value as Record<string, unknown>;
    const at = `${path}/${key}`;
    const put = (other: unknown) => () => {
      holder[key] = other;
      return () => { holder[key] = inner; };
    };
    if (inner !== null && typeof inner === 'object') {
      if (Array.isArray(inner) && inner.length > 0) yield [at, put(inner.slice(0, -1))];
      yield* leaves(inner, at);
    } else yield [at, put(typeof inner === 'string' ? `${inner} x` : typeof inner === 'number' ? inner + 1 : typeof inner === 'boolean' ? !inner : standIns[key] ?? 'x')];
  }
}
