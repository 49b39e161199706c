import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort, textOf } from '../support/browser-session.ts';

const script = { accept: 'application/json' };

describe('the reflection journal', () => {
  let test: TestApp;
  let learner: Awaited<ReturnType<typeof signIn>>;
  let faculty: Awaited<ReturnType<typeof startCohort>>;
  beforeEach(async () => {
    test = await startTestApp();
    faculty = await startCohort(test);
    learner = await signIn(test);
  });
  afterEach(() => test.close());

  const entries = async () => (await test.sql.query('select week, text, version, shared_at is not null as shared from journal_entry order by week')).rows;
  const audits = async () => (await test.sql.query(`select action from audit_event where action like 'journal.%' order by id`)).rows.map(({ action }) => action);

  it('asks the question of the week and keeps what is written, by the button and by the script', async () => {
    const empty = await learner.page('/journal/weeks/2');
    expect(heading(empty)).to.equal('Journal, week 2');
    expect(empty.body).to.contain(test.programme.weeks[1]?.reflection ?? 'none').and.to.contain('Private: nobody but you');
    const saved = await learner.submit('/journal/weeks/2/entry', { text: 'One\r\ntwo', version: '0' });
    expect([saved.statusCode, saved.headers.location]).to.deep.equal([303, `${learner.base}/journal/weeks/2`]);
    expect(textOf(await learner.page('/journal/weeks/2'))).to.equal('One\ntwo');
    expect((await learner.submit('/journal/weeks/2/entry', { text: 'Three', version: '1' }, script)).json()).to.deep.equal({ version: 2 });
    expect((await learner.submit('/journal/weeks/2/entry', { text: 'Three', version: '1' }, script)).json(), 'sent twice').to.deep.equal({ version: 2 });
    expect(await entries()).to.deep.equal([{ week: 2, text: 'Three', version: 2, shared: false }]);
    expect((await learner.page('/journal')).body).to.contain('Three').and.to.contain('Nothing written yet');
    expect((await learner.submit('/journal/weeks/2/entry', { version: '2' }, script)).json(), 'emptied').to.deep.equal({ version: 3 });
    expect((await learner.submit('/journal/weeks/3/entry', { version: '0' })).statusCode).to.equal(303);
    expect(await entries(), 'nothing is no entry').to.deep.equal([{ week: 2, text: '', version: 3, shared: false }]);
  });

  it('never overwrites what another window saved: both texts are shown, and the choice is the learner’s', async () => {
    await learner.submit('/journal/weeks/1/entry', { text: 'First', version: '0' });
    const late = await learner.submit('/journal/weeks/1/entry', { text: 'Mine <b>', version: '0' }, script);
    expect(late.statusCode).to.equal(409);
    expect(late.json()).to.deep.equal({ version: 1, text: 'First' });
    const page = await learner.submit('/journal/weeks/1/entry', { text: 'Mine <b>', version: '0' });
    expect(page.statusCode).to.equal(409);
    expect(textOf(page)).to.equal('Mine &lt;b&gt;');
    expect(page.body).to.contain('<blockquote class="quote typed">First</blockquote>').and.to.contain('name="version" value="1"');
    expect((await learner.submit('/journal/weeks/1/entry', { text: 'Mine <b>', version: '1' })).statusCode, 'the page’s “Save mine”').to.equal(303);
    expect(await entries()).to.deep.equal([{ week: 1, text: 'Mine <b>', version: 2, shared: false }]);
  });

  it('says what cannot be kept, and keeps it in the form', async () => {
    const text = 'x'.repeat(20_001);
    const page = await learner.submit('/journal/weeks/1/entry', { text, version: '0' });
    expect(page.statusCode).to.equal(422);
    expect(page.body).to.contain('This one has 20,001').and.to.contain('role="alert"');
    expect(textOf(page)).to.equal(text);
    expect((await learner.submit('/journal/weeks/1/entry', { text, version: '0' }, script)).json().problem).to.contain('20,001');
    expect((await learner.submit('/journal/weeks/1/sharing', { version: '0' })).body).to.contain('There is nothing to share yet');
    for (const form of [{ text: 'a' }, { text: 'a', version: 'x' }, { text: ['a', 'b'], version: '0' }]) expect((await learner.submit('/journal/weeks/1/entry', form as Record<string, string>)).statusCode).to.equal(400);
    expect(await entries()).to.deep.equal([]);
  });

  it('is read by nobody else, until an entry is shared with faculty; and that can be taken back', async () => {
    const assistant = await signIn(test, { person: 'jonas', link: 'home' });
    await learner.submit('/journal/weeks/1/entry', { text: 'Secret one', version: '0' });
    for (const person of ['eleanor', 'jonas', 'ruth', 'siobhan']) {
      const other = await signIn(test, { person, link: 'home', ...(person === 'siobhan' && { fault: 'mentor' as const }) });
      for (const path of ['/journal', '/journal/weeks/1', '/journal/shared']) expect((await other.page(path)).body, `${person} ${path}`).not.to.contain('Secret');
    }
    expect((await (await signIn(test, { person: 'zsofia' })).page('/journal/weeks/1')).body).not.to.contain('Secret');
    expect((await faculty.page('/journal/shared')).body).to.contain('Nothing is shared yet');

    const shared = await learner.submit('/journal/weeks/2/sharing', { text: 'See https://example.org/x & <script>alert(1)</script>', version: '0' });
    expect(shared.statusCode, 'saved and shared by one press').to.equal(303);
    await learner.submit('/journal/weeks/2/sharing', { text: 'See https://example.org/x & <script>alert(1)</script>', version: '1' });
    expect((await learner.page('/journal/weeks/2')).body).to.contain('Shared since Monday 11 May, 09:00 BST').and.to.contain('Dr Eleanor Whitfield (faculty) and Jonas Lindqvist (assistant)');
    for (const reader of [faculty, assistant]) {
      const { body } = await reader.page('/journal/shared');
      expect(body).to.contain('Amara Okonkwo').and.to.contain('<a href="https://example.org/x" target="_blank" rel="noopener nofollow">').and.to.contain('&lt;script&gt;').and.not.to.contain('Secret');
      expect(body, 'to read only').not.to.contain('/journal/weeks');
    }
    expect((await (await signIn(test, { person: 'ruth', link: 'home' })).page('/journal/shared')).statusCode).to.equal(403);

    await learner.submit('/journal/weeks/2/sharing/removal', { text: 'Changed', version: '1' });
    expect((await faculty.page('/journal/shared')).body).to.contain('Nothing is shared yet');
    expect((await entries())[1]).to.deep.equal({ week: 2, text: 'Changed', version: 2, shared: false });
    expect(await audits()).to.deep.equal(['journal.shared', 'journal.unshared']);
  });

  it('becomes private whatever is wrong with the words; and is not shared where they could not be saved', async () => {
    await learner.submit('/journal/weeks/1/sharing', { text: 'One', version: '0' });
    expect((await learner.submit('/journal/weeks/1/sharing/removal', { text: 'x'.repeat(20_001), version: '1' })).statusCode).to.equal(422);
    expect(await entries()).to.deep.equal([{ week: 1, text: 'One', version: 1, shared: false }]);
    expect((await learner.submit('/journal/weeks/1/sharing', { text: 'Two', version: '7' })).statusCode).to.equal(409);
    expect(await entries()).to.deep.equal([{ week: 1, text: 'One', version: 1, shared: false }]);
  });

  it('does not cross cohorts', async () => {
    await learner.submit('/journal/weeks/1/sharing', { text: 'Of the spring', version: '0' });
    const autumn = await startCohort(test, { course: 'autumn' });
    expect((await autumn.page('/journal/shared')).body).not.to.contain('Of the spring');
    expect((await (await signIn(test, { course: 'autumn' })).page('/journal')).body).not.to.contain('Of the spring');
  });

  it('opens with the week, and what was written stays open', async () => {
    const locked = await learner.page('/journal/weeks/9');
    expect([locked.statusCode, locked.headers.location]).to.deep.equal([303, `${learner.base}/weeks/9`]);
    expect((await learner.submit('/journal/weeks/9/entry', { text: 'Early', version: '0' })).statusCode).to.equal(404);
    expect((await learner.page('/journal/weeks/13')).statusCode).to.equal(404);
    await learner.submit('/journal/weeks/5/entry', { text: 'Written', version: '0' });
    await test.sql.query(`update cohort set starts_on = '2026-05-11'`);
    expect((await learner.page('/journal/weeks/5')).statusCode).to.equal(200);
    expect((await learner.page('/journal')).body).to.contain('Written');
  });

  it('keeps nothing of a test learner', async () => {
    const student = await signIn(test, { fault: 'student-view' });
    expect((await student.submit('/journal/weeks/1/sharing', { text: 'Try', version: '0' })).statusCode).to.equal(303);
    expect((await student.submit('/journal/weeks/1/entry', { text: 'Try', version: '0' }, script)).json()).to.deep.equal({ version: 0 });
    expect((await student.page('/journal/weeks/1')).body).not.to.contain('data-journal');
    expect(await entries()).to.deep.equal([]);
  });

  it('stands on the week’s page, and sends those who have no cohort home', async () => {
    expect((await learner.page('/weeks/1')).body).to.contain(`href="${learner.base}/journal/weeks/1"`).and.to.contain(`href="${learner.base}/discussion/weeks/1"`);
    expect((await faculty.page('/weeks/4')).body).to.contain(`${faculty.base}/discussion/weeks/4`).and.not.to.contain('/journal/weeks');
    expect((await (await signIn(test, { course: 'autumn' })).page('/journal')).statusCode).to.equal(303);
  });
});
