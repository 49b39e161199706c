import { expect } from 'chai';
import { afterEach, before, beforeEach, describe, it } from 'mocha';
import { join } from 'node:path';
import { loadProgramme } from '../../server/content/library.ts';
import type { Programme } from '../../server/content/programme.ts';
import { materialChanges } from '../../server/features/material/changes.ts';
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
