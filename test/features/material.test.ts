import { expect } from 'chai';
import { afterEach, beforeEach, describe, it } from 'mocha';
import type { Programme } from '../../server/content/programme.ts';
import { materialChanges } from '../../server/domain/material-changes.ts';
import { startSecondApp, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';

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

  it('differs by part: openings, sections, questions of the journal, checks and cards, new and gone ones too', () => {
    const week = { number: 1, title: 'One', material: { lede: 'L', goals: ['g'], sections: [{ key: 'a', title: 'A', source: 'x' }, { key: 'b', title: 'B', source: 'y' }] } };
    expect(materialChanges({ weeks: [week] }, { weeks: [week] })).to.deep.equal([]);
    const after = { ...week, title: 'Uno', reflection: 'What now?', check: { questions: [{ promptHtml: '<em>Why</em>?', choices: [{ right: true, textHtml: 'So' }] }] }, material: { ...week.material, sections: [{ key: 'a', title: 'A', source: 'z' }, { key: 'c', title: 'C', source: 'y' }] } };
    expect(materialChanges({ weeks: [week] }, { weeks: [after] })).to.deep.equal([
      { week: 1, part: 'Opening and goals', before: 'One\nL\ng', after: 'Uno\nL\ng' },
      { week: 1, part: 'A', before: 'A\nx', after: 'A\nz' },
      { week: 1, part: 'C', before: null, after: 'C\ny' },
      { week: 1, part: 'Question of the journal', before: null, after: 'What now?' },
      { week: 1, part: 'Knowledge check', before: null, after: 'true\nSo\nWhy?' },
      { week: 1, part: 'B', before: 'B\ny', after: null },
    ]);
  });
});
