import { expect } from 'chai';
import type { LightMyRequestResponse } from 'fastify';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';
import { allTools, handInForm, typeInto, wholeForm, writeWhole } from '../support/eligibility.ts';

type Person = Awaited<ReturnType<typeof signIn>>;

/** The cohort is in week 5. */
describe('eligibility', () => {
  let test: TestApp;
  let faculty: Person;
  let amara: Person;
  beforeEach(async () => {
    test = await startTestApp();
    faculty = await startCohort(test);
    amara = await signIn(test, { person: 'amara', link: 'week-1' });
  });
  afterEach(() => test.close());

  const rows = async (statement: string): Promise<Record<string, unknown>[]> => (await test.sql.query(statement)).rows;
  const form = async () => (await rows('select state, version, word, answers from eligibility'))[0] ?? {};
  const answer = async (key: string) => ((await form())['answers'] as Record<string, string> | undefined)?.[key];
  const personId = async (name = 'Amara') => String((await rows(`select id from person where name like '%${name}%'`))[0]?.['id']);
  const pathOf = async () => `/eligibility/forms/${await personId()}`;
  const save = (person: Person, key: string, text: string, version: number): Promise<LightMyRequestResponse> => person.submit(`/eligibility/fields/${key}/answer`, { text, version: String(version) }, { accept: 'application/json' });
  const decide = async (person: Person, values: Record<string, string>): Promise<LightMyRequestResponse> => {
    const { body } = await person.page(await pathOf());
    return person.submit(`${await pathOf()}/decision`, { version: /name="version" value="(\d+)"/.exec(body)?.[1] ?? '0', ...values });
  };

  describe('the form', () => {
    it('saves itself field by field; of two windows the second is shown what the first one saved', async () => {
      const first = await save(amara, 'project-title', 'Safer letters', 0);
      expect([first.statusCode, first.json()]).to.deep.equal([200, { version: first.json().version, isKept: true }]);
      const late = await save(amara, 'project-title', 'Other words', 0);
      expect([late.statusCode, late.json()]).to.deep.equal([409, { version: first.json().version, text: 'Safer letters' }]);
      expect((await save(amara, 'sponsor-name', 'Helena', 0)).statusCode, 'another field is another matter').to.equal(200);
      expect((await save(amara, 'project-title', 'Other words', first.json().version)).statusCode).to.equal(200);
      expect(await answer('project-title')).to.equal('Other words');
      expect(await answer('sponsor-name')).to.equal('Helena');
      expect((await amara.page('/eligibility')).body).to.contain('value="Other words"').and.contain('Last saved on 11 May');
    });

    it('answers what cannot be kept with words, and keeps nothing of it', async () => {
      expect((await save(amara, 'sponsor-email', 'helena', 0)).json()).to.deep.equal({ problem: 'Write a whole address, such as name@hospital.example.' });
      expect((await save(amara, 'statement', 'x'.repeat(4_001), 0)).statusCode).to.equal(422);
      expect((await save(amara, 'project-state', 'finished', 0)).statusCode).to.equal(422);
      expect((await save(amara, 'nothing', 'x', 0)).statusCode).to.equal(404);
      expect((await save(amara, 'statement', 'x', -1)).statusCode).to.equal(400);
      expect((await save(amara, 'member-1-name', 'A\0b', 0)).statusCode).to.equal(200);
      expect((await form())['answers']).to.deep.equal({ 'member-1-name': 'A b' });
    });

    it('is saved whole without scripts; what another window changed meanwhile stays, and both texts are shown', async () => {
      const shown = await typeInto(amara, '/eligibility', { ...wholeForm, 'project-title': 'Mine' });
      await save(amara, 'project-title', 'By the other window', 0);
      const refused = await amara.submit('/eligibility/answers', shown);
      expect(refused.statusCode).to.equal(409);
      expect(refused.body).to.contain('Somebody was quicker').and.contain('value="Mine"').and.contain('By the other window').and.contain('What you call it: choose which text stays');
      expect(await answer('sponsor-name'), 'the others are kept').to.equal('Helena Brandt');
      expect(await answer('project-title')).to.equal('By the other window');
      const again = { ...(await typeInto(amara, '/eligibility', { ...wholeForm, 'project-title': 'Mine' })), 'keep.project-title': 'mine' };
      expect((await amara.submit('/eligibility/answers', again)).statusCode).to.equal(303);
      expect(await answer('project-title')).to.equal('Mine');
      const wrong = await amara.submit('/eligibility/answers', await typeInto(amara, '/eligibility', { ...wholeForm, 'sponsor-email': '<helena>', 'project-title': 'Mine' }));
      expect(wrong.statusCode).to.equal(422);
      expect(wrong.body).to.contain('value="&lt;helena&gt;"').and.contain('One thing to put right');
    });

    it('names what is missing with links, and cannot be handed in before', async () => {
      await save(amara, 'member-1-name', 'Rosa', 0);
      const page = await amara.page('/eligibility/submission');
      expect(heading(page)).to.equal('Not quite ready to hand in');
      expect(page.body).to.contain(`href="${amara.base}/eligibility#member-1-role"`).and.contain('Two more members of your team, with name and role').and.contain(`href="${amara.base}/eligibility/tools"`).and.not.contain('Hand in this form');
      const refused = await amara.submit('/eligibility/submission', { version: '2' });
      expect([refused.statusCode, (await form())['state']]).to.deep.equal([422, 'draft']);
      expect((await amara.submit('/eligibility/submission', {})).statusCode).to.equal(400);
    });

    it('is handed in as it was read through: a change that came in meanwhile is read first', async () => {
      await writeWhole(amara);
      const { body } = await amara.page('/eligibility/submission');
      expect(body).to.contain('Safer discharge letters').and.contain('Hand in this form');
      const seen = /name="version" value="(\d+)"/.exec(body)?.[1] ?? '';
      await amara.submit('/eligibility/answers', await typeInto(amara, '/eligibility', { ...wholeForm, statement: 'Another reason' }));
      const late = await amara.submit('/eligibility/submission', { version: seen });
      expect(late.statusCode).to.equal(409);
      expect(late.body).to.contain('Your form changed after you opened this page').and.contain('Another reason');
      expect((await handInForm(amara)).statusCode).to.equal(303);
      expect((await form())['state']).to.equal('submitted');
      expect(heading(await amara.page('/eligibility'))).to.equal('Your form is with your faculty');
      expect(await rows(`select actor_id from audit_event where action = 'eligibility.submitted'`)).to.deep.equal([{ actor_id: await personId() }]);
    });

    it('is closed while it is with faculty: nothing that arrives late is written into it', async () => {
      await writeWhole(amara);
      await handInForm(amara);
      const before = await form();
      expect((await save(amara, 'statement', 'Late', 0)).json()).to.deep.equal({ problem: 'This form was handed in or accepted meanwhile, so nothing more is written into it.' });
      const whole = await amara.submit('/eligibility/answers', { 'answer.statement': 'Late' });
      expect([whole.statusCode, whole.body.includes('What you sent was not saved')]).to.deep.equal([409, true]);
      expect((await amara.submit('/eligibility/tools/before/fields/run-chart/answer', { text: 'Could teach it', version: '0' })).statusCode).to.equal(422);
      expect((await handInForm(amara)).statusCode).to.equal(303);
      expect(await form()).to.deep.equal(before);
    });

    it('of a test learner can be looked at and tried, and nothing of it is kept', async () => {
      const tester = await signIn(test, { person: 'amara', fault: 'student-view', link: 'week-1' });
      expect((await tester.page('/eligibility')).statusCode).to.equal(200);
      expect((await save(tester, 'statement', 'Tried', 0)).json()).to.deep.equal({ version: 0, isKept: false });
      expect((await tester.submit('/eligibility/answers', await typeInto(tester, '/eligibility', wholeForm))).statusCode).to.equal(303);
      expect((await tester.submit('/eligibility/tools/before/answers', { 'answer.run-chart': 'Could teach it' })).statusCode).to.equal(303);
      expect((await tester.submit('/eligibility/submission', { version: '0' })).statusCode).to.equal(303);
      expect(await rows('select 1 from eligibility union all select 1 from tools_assessment')).to.deep.equal([]);
    });

    it('is pointed at by week 1, with how it stands', async () => {
      expect((await amara.page('/weeks/1')).body).to.contain('Your team and project').and.contain('Not handed in yet');
      await writeWhole(amara);
      await handInForm(amara);
      expect((await amara.page('/weeks/1')).body).to.contain('With your faculty');
      expect((await amara.page('/weeks/2')).body).not.to.contain('Your team and project');
      expect((await faculty.page('/weeks/1')).body).not.to.contain('Your team and project');
    });
  });

  describe('a decision', () => {
    beforeEach(async () => {
      await writeWhole(amara);
      await handInForm(amara);
    });

    it('returns a form with a word; it is changed, handed in again and accepted', async () => {
      await rows('update cohort set eligibility_required = true');
      expect((await faculty.page('/cohort')).body).to.contain('One form waits for a decision');
      expect((await faculty.page(await pathOf())).body).to.contain('Rosa Lindqvist').and.contain('Have heard of it');
      expect((await decide(faculty, { decision: 'returned', word: 'Who <b>pays</b>?' })).statusCode).to.equal(303);
      expect((await amara.page('/eligibility')).body).to.contain('Your faculty returned this form on 11 May').and.contain('Who &lt;b&gt;pays&lt;/b&gt;?');
      await amara.submit('/eligibility/answers', await typeInto(amara, '/eligibility', { ...wholeForm, 'sponsor-role': 'Chief executive' }));
      await handInForm(amara);
      expect((await amara.page('/weeks/2')).statusCode).to.equal(403);
      expect((await decide(faculty, { decision: 'accepted', word: 'Welcome.' })).statusCode).to.equal(303);
      expect((await amara.page('/weeks/2')).statusCode).to.equal(200);
      expect((await amara.page('/eligibility')).body).to.contain('Your form is accepted').and.contain('Welcome.');
      expect((await rows(`select action, actor_id from audit_event where action like 'eligibility.%' order by id`)).slice(-1)).to.deep.equal([{ action: 'eligibility.accepted', actor_id: await personId('Eleanor') }]);
      expect((await faculty.page('/cohort')).body).to.contain('None waits for a decision');
    });

    it('is told at home: returned with faculty’s word until it is handed in again, accepted once, and neither where the cohort does not ask for the form', async () => {
      await decide(faculty, { decision: 'returned', word: `Who <b>pays</b>?\n${'We need to know it. '.repeat(40)}` });
      const home = async () => (await amara.page('/')).body;
      expect(await home()).not.to.contain('came back');
      await rows('update cohort set eligibility_required = true');
      expect(await home()).to.contain('Your form about your team and project came back. Your faculty wrote: “Who &lt;b&gt;pays&lt;/b&gt;? We need to know it.').and.contain(' …”').and.contain(`<a href="${amara.base}/eligibility">Change it and hand it in again</a>`);
      await amara.page('/eligibility');
      expect(await home(), 'it still has to be mended').to.contain('came back');
      expect((await (await signIn(test, { person: 'conceicao', link: 'home' })).page('/')).body, 'another learner').not.to.contain('came back');
      expect((await faculty.page('/')).body, 'faculty').not.to.contain('came back');
      await handInForm(amara);
      expect(await home()).not.to.contain('came back');
      await decide(faculty, { decision: 'accepted', word: 'Welcome.' });
      expect(await home()).to.contain('Your faculty have accepted your form about your team and project. They wrote: “Welcome.”').and.contain('See your form');
      expect((await amara.page('/eligibility')).body).to.contain('Your form is accepted');
      expect(await home(), 'told once').not.to.contain('accepted your form');
    });

    it('of two who decide at once the second is told, and keeps what was written', async () => {
      const version = String((await form())['version']);
      await decide(faculty, { decision: 'accepted' });
      const late = await faculty.submit(`${await pathOf()}/decision`, { version, decision: 'returned', word: 'Name a sponsor.' });
      expect(late.statusCode).to.equal(409);
      expect(late.body).to.contain('This form changed after you opened it').and.contain('It is now accepted').and.contain('Name a sponsor.');
      expect(await form()).to.deep.include({ state: 'accepted', word: null });
    });

    it('that cannot be is refused in words', async () => {
      const unsaid = await decide(faculty, { decision: 'returned' });
      expect([unsaid.statusCode, unsaid.body.includes('Say what should change')]).to.deep.equal([422, true]);
      const none = await decide(faculty, { word: 'A <i>word</i>' });
      expect(none.statusCode).to.equal(422);
      expect(none.body).to.contain('Choose whether you accept the form or return it.').and.contain('A &lt;i&gt;word&lt;/i&gt;');
      expect((await decide(faculty, { decision: 'refused' })).statusCode).to.equal(400);
      expect((await form())['state']).to.equal('submitted');
    });

    it('is faculty’s and administrators’; assistants read', async () => {
      const assistant = await signIn(test, { person: 'jonas' });
      expect((await assistant.page(await pathOf())).body).to.contain('Rosa Lindqvist').and.not.contain('Your decision');
      expect((await assistant.page('/eligibility/forms')).body).to.contain('Amara').and.not.contain('Let weeks wait');
      expect((await decide(assistant, { decision: 'accepted' })).statusCode).to.equal(403);
      const administrator = await signIn(test, { person: 'ruth' });
      expect((await decide(administrator, { decision: 'accepted' })).statusCode).to.equal(303);
      expect((await form())['state']).to.equal('accepted');
    });
  });

  describe('the list of forms', () => {
    it('shows who waits first, and a form only once it is handed in', async () => {
      const other = await signIn(test, { person: 'conceicao', link: 'week-1' });
      await save(other, 'statement', 'Not yet for anybody', 0);
      await writeWhole(amara);
      await handInForm(amara);
      const { body } = await faculty.follow(await faculty.page('/eligibility'));
      expect(body).to.contain('One form waits for a decision');
      expect(body.indexOf('Amara')).to.be.lessThan(body.indexOf('Not handed in yet'));
      expect((await faculty.page('/eligibility/forms?page=9')).statusCode).to.equal(200);
      const unread = await faculty.page(`/eligibility/forms/${await personId('Concei')}`);
      expect(unread.body).to.contain('You can read this form once it is handed in').and.not.contain('Not yet for anybody');
    });

    it('lets weeks wait for the form, and no longer; noted, and once only', async () => {
      const set = (required: string) => faculty.submit('/eligibility/requirement', { required });
      expect((await set('yes')).headers.location).to.equal(`${faculty.base}/eligibility/forms?notice=required`);
      await set('yes');
      expect((await amara.page('/weeks/2')).statusCode).to.equal(403);
      expect((await faculty.page('/eligibility/forms')).body).to.contain('Only week 1 is open').and.contain('Open the weeks without the form');
      await set('no');
      expect((await amara.page('/weeks/2')).statusCode).to.equal(200);
      expect((await rows(`select detail->>'required' as required from audit_event where action = 'eligibility.requirement' order by id`)).map(({ required }) => required)).to.deep.equal(['true', 'false']);
      expect((await set('perhaps')).statusCode).to.equal(400);
    });

    it('ends at the cohort: another cohort’s or organisation’s form is not there, and learners and mentors see nobody’s', async () => {
      await writeWhole(amara);
      await handInForm(amara);
      const path = await pathOf();
      await startCohort(test, { course: 'autumn', name: 'Autumn 2026' });
      const outsider = await signIn(test, { person: 'ngozi', course: 'autumn', link: 'home' });
      expect((await outsider.page(path)).statusCode).to.equal(404);
      expect((await outsider.submit(`${path}/decision`, { decision: 'accepted', version: '1' })).statusCode).to.equal(404);
      expect((await outsider.page('/eligibility/forms')).body).not.to.contain('Amara');
      expect((await faculty.page('/eligibility/forms/00000000-0000-4000-8000-000000000000')).statusCode).to.equal(404);
      expect((await faculty.page('/eligibility/forms/nobody')).statusCode).to.equal(404);
      for (const person of [amara, await signIn(test, { person: 'siobhan', fault: 'mentor' })]) expect((await person.page(path)).statusCode).to.equal(403);
      expect((await form())['state']).to.equal('submitted');
    });
  });

  describe('the tools self-assessment', () => {
    const rate = (person: Person, moment: string, key: string, text: string, version = 0) => person.submit(`/eligibility/tools/${moment}/fields/${key}/answer`, { text, version: String(version) });

    it('saves itself tool by tool, and takes an answer back', async () => {
      const first = await rate(amara, 'before', 'run-chart', 'Have heard of it');
      expect(first.statusCode).to.equal(200);
      expect((await rate(amara, 'before', 'run-chart', 'Could teach it')).json()).to.deep.include({ text: 'Have heard of it' });
      expect((await rate(amara, 'before', 'run-chart', 'Very well', first.json().version)).statusCode).to.equal(422);
      expect((await rate(amara, 'before', 'pie-chart', 'Could teach it')).statusCode).to.equal(404);
      expect(await rows('select moment, answers from tools_assessment')).to.deep.equal([{ moment: 'before', answers: { 'run-chart': 2 } }]);
      expect((await amara.page('/eligibility/tools')).body).to.contain('One of 15 tools has an answer');
      await rate(amara, 'before', 'run-chart', '', first.json().version);
      expect(await rows('select answers from tools_assessment')).to.deep.equal([{ answers: {} }]);
    });

    it('is repeated in week 12, and shows the change to the learner and to faculty', async () => {
      await writeWhole(amara);
      await handInForm(amara);
      expect((await rate(amara, 'after', 'run-chart', 'Could teach it')).statusCode, 'not before week 12').to.equal(422);
      expect((await amara.follow(await amara.page('/eligibility/tools/after'))).body).to.contain('In week 12 you answer again');
      test.clock.advance({ hours: 24 * 7 * 7 });
      amara = await signIn(test, { person: 'amara', link: 'week-1' });
      expect((await amara.page('/eligibility/tools')).body).to.contain('It is time to answer again');
      await decide(await signIn(test, { person: 'eleanor' }), { decision: 'accepted' });
      expect((await amara.page('/weeks/12')).body).to.contain('The tools, once more').and.contain(`href="${amara.base}/eligibility/tools/after"`);
      await amara.submit('/eligibility/tools/after/answers', await typeInto(amara, '/eligibility/tools/after', { ...allTools(2), 'run-chart': 'Could teach it', 'pareto-chart': 'Never heard of it' }));
      const { body } = await amara.page('/eligibility/tools');
      expect(body).to.contain('One tool higher than at the beginning, 13 the same, one lower.').and.contain('Three levels up').and.contain('One level down').and.contain('As before');
      faculty = await signIn(test, { person: 'eleanor' });
      expect((await faculty.page(await pathOf())).body).to.contain('Three levels up');
      expect((await rate(amara, 'before', 'run-chart', 'Never heard of it', 1)).statusCode, 'the first stays what it was').to.equal(422);
    });
  });
});
