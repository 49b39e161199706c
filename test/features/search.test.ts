import { expect } from 'chai';
import { after, before, describe, it } from 'mocha';
import { passagesOf, plainText, searchEdition } from '../../server/domain/programme-search.ts';
import { indexProgramme } from '../../server/features/search/actions.ts';
import { startSecondApp, startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { signIn, startCohort } from '../support/browser-session.ts';

describe('search', () => {
  let test: TestApp;
  let learner: Awaited<ReturnType<typeof signIn>>;
  before(async () => {
    test = await startTestApp({ now: '2026-04-21T08:00:00Z' });   // week 2
    await startCohort(test);
    learner = await signIn(test, { link: 'week-1' });
  });
  after(() => test.close());
  const search = async (person: typeof learner, words: string) => person.page(`/search?${new URLSearchParams({ q: words }).toString()}`);

  it('asks for words first, and keeps what was typed', async () => {
    expect((await learner.page('/search')).body).to.contain('type="search"').and.not.contain('found-h');
    expect((await search(learner, '"><script>')).body).to.contain('value="&quot;&gt;&lt;script&gt;"');
  });

  it('finds a section by its stem, marks the hit, and leads to the section', async () => {
    const { body } = await search(learner, 'sponsors');
    expect(body).to.match(new RegExp(`href="${learner.base}/weeks/[12]#[a-z-]+"`)).and.match(/<mark>sponsors?<\/mark>/i);
  });

  it('finds American spelling in British text', async () => {
    expect((await search(learner, 'organization')).body).to.match(/<mark>organisation/i);
  });

  it('gives a learner nothing of weeks that open later, and says that there is more; faculty get it all', async () => {
    const later = await search(learner, 'PDSA prediction');
    expect(later.body).to.contain('later.');
    expect(later.body).to.not.contain('/weeks/3#');
    const faculty = await signIn(test, { person: 'eleanor' });
    expect((await search(faculty, 'PDSA prediction')).body).to.contain('/weeks/3#');
  });

  it('says so when there is nothing, whatever was typed', async () => {
    for (const words of ['xylophone', '"', '(', '-', '!!!', ':*', '\0', 'a & | b']) {
      const answer = await search(learner, words);
      expect(answer.statusCode, words).to.equal(200);
    }
    expect((await search(learner, 'xylophone')).body).to.contain('Nothing was found');
  });

  it('says in words what is too long, what is nothing but small words, and takes whatever else an address holds', async () => {
    const long = await search(learner, 'word '.repeat(50));
    expect([long.statusCode, long.body.includes('That is too long to search for'), long.body.includes('these are 249')]).to.deep.equal([200, true, true]);
    expect((await search(learner, 'the of and')).body).to.contain('Nothing but small words');
    expect((await learner.page('/search?q=run&q=chart')).body).to.contain('value="run chart"').and.contain('<mark>');
    for (const query of ['q[]=x', 'q[a]=x', 'q=%00%01', 'q=%ED%A0%80', 'p=1', `q=${'-'.repeat(200)}`, `q=${'-%20'.repeat(66)}`, `q=${'-a'.repeat(100)}`, 'q=%22run%20chart', 'q=-the']) expect((await learner.page(`/search?${query}`)).statusCode, query).to.equal(200);
  });

  it('finds goals, outcomes, workshops, reading, cards, the plan’s questions and what is ahead at a glance, and says what each is', async () => {
    const { weeks, outcomes, plan } = test.programme;
    const [first, second] = weeks;
    const section = plan?.sections[0];
    const shown: [words: string, where: string, path: string][] = [
      [first?.material?.goals[0] ?? '', 'Week 1, its goals', '/weeks/1#goals-h'],
      [outcomes[2] ?? '', 'Outcome 3 of the programme', '/programme#outcome-3'],
      [first?.workshop?.title ?? '', 'Workshop of week 1', `/workshops/${first?.workshop?.key}`],
      ['Baskerville facilitation', 'Week 1, further reading', '/weeks/1#ref-baskerville'],
      [second?.cards?.[0]?.title ?? '', 'Week 2, teaching card', `/cards/${second?.cards?.[0]?.key}`],
      [section?.fields[0]?.label ?? '', `Coaching plan, ${section?.title}`, `/plan/sections/${section?.key}#${section?.fields[0]?.key}`],
      [weeks[8]?.summary ?? '', 'Week 9 at a glance', '/programme#week-9'],
    ];
    for (const [words, where, path] of shown) expect((await search(learner, words.slice(0, 190))).body, words).to.contain(`${learner.base}${path}"`).and.contain(where);
    const practice = first?.material?.sections.find(({ kind }) => kind === 'practice');
    expect((await search(learner, practice?.title ?? '')).body).to.contain('Week 1, practice with your team');
  });

  it('finds a knowledge check by its title, and never what it asks or answers', async () => {
    expect((await search(learner, 'check what you know')).body).to.contain('Week 1, knowledge check').and.contain('/weeks/1#check').and.not.contain('/weeks/9#check');
    const { rows } = await test.sql.query<{ kind: string; body: string }>(`select kind, body from programme_passage where kind = 'check'`);
    expect(new Set(rows.map(({ body }) => body))).to.deep.equal(new Set(['']));
    const passages = JSON.stringify((await test.sql.query('select title, body from programme_passage')).rows);
    for (const { check } of test.programme.weeks) {
      for (const question of check?.questions ?? []) expect(passages).not.to.contain(JSON.stringify(plainText('explanationHtml' in question ? question.explanationHtml : question.choices[0]?.explanationHtml ?? '')).slice(1, -1));
    }
  });

  it('keeps facilitator’s notes to those who run workshops', async () => {
    const workshop = test.programme.weeks.flatMap((week) => week.workshop ?? []).find(({ notes }) => notes);
    const words = workshop?.notes?.purpose.split(' ').slice(0, 12).join(' ') ?? '';
    for (const person of [{ person: 'eleanor' }, { person: 'ruth' }]) {
      const one = await signIn(test, person);
      const { body } = await search(one, words);
      expect(body).to.contain(`/workshops/${workshop?.key}/notes"`).and.contain('Facilitator’s notes');
      expect(body, 'nobody is led to a page that is not theirs').not.to.contain('/plan/sections/').and.not.to.contain('/journal/');
    }
    const mentor = await signIn(test, { person: 'priya', fault: 'mentor' });
    // What is not there matches a text without words, unless something forbids it.
    for (const person of [learner, mentor]) {
      for (const asked of [words, '-zzzz', 'worries or -zzzz', '-"a team"', 'coach -zzzz']) expect((await search(person, asked)).body, asked).not.to.contain('/notes').and.not.to.contain('Facilitator');
    }
    expect((await search(await signIn(test, { person: 'eleanor' }), 'worries or -zzzz')).body).to.contain('/notes');
    expect((await search(mentor, 'coaching plan')).body).not.to.contain('/plan');
  });

  it('leads to a place that is there, from every passage of the programme', async () => {
    const faculty = await signIn(test, { person: 'eleanor' });
    const pages = new Map<string, string>();
    for (const { kind, target, week } of passagesOf(test.programme)) {
      const [path = '', fragment] = target.split('#');
      if (kind === 'journal' && week !== 1) continue;
      if (!pages.has(path)) {
        const answer = await (kind === 'plan' || kind === 'journal' ? learner : faculty).page(path);
        expect(answer.statusCode, path).to.equal(200);
        pages.set(path, answer.body);
      }
      if (fragment !== undefined) expect(pages.get(path)?.includes(`id="${fragment}"`), target).to.equal(true);
    }
  });

  it('takes two statements once the material is known to be there', async () => {
    expect(await test.countStatements(() => search(learner, 'sponsor'))).to.equal(2);
  });
});

describe('the index of a version', () => {
  let test: TestApp;
  before(async () => {
    test = await startTestApp();
    await startCohort(test);
  });
  after(() => test.close());
  const count = async (condition = 'true') => Number((await test.sql.query<{ n: string }>(`select count(*) as n from programme_passage where ${condition}`)).rows[0]?.n);
  const versionId = async () => (await test.sql.query<{ id: string }>('select id from programme_version')).rows[0]?.id ?? '';
  const whole = () => passagesOf(test.programme).length;
  /** As the first edition wrote it, with a row more than there are passages today. */
  const writeFirstEdition = async () => {
    await test.sql.query('delete from programme_passage');
    await test.sql.query(`insert into programme_passage (version_id, place, kind, week, target, title, body, words) select $1, n, 'section', 1, '/weeks/1#old', 'Old', 'xylophone', to_tsvector('english', 'xylophone') from generate_series(1, $2) n`, [await versionId(), whole() + 1]);
  };

  it('is made anew when it is of an earlier edition, and nothing of that one is left', async () => {
    await writeFirstEdition();
    const learner = await signIn(test, { link: 'week-1' });
    expect((await learner.page('/search?q=xylophone')).body).to.contain('Nothing was found');
    expect((await learner.page('/search?q=sponsor')).body).to.contain('<mark>');
    expect([await count(), await count(`edition = ${searchEdition}`)]).to.deep.equal([whole(), whole()]);
  });

  it('is whole when several servers make it at the same time, beside one that still writes the first edition', async () => {
    for (const begin of [writeFirstEdition, () => test.sql.query('delete from programme_passage')]) {
      await begin();
      const id = await versionId();
      const old = () => test.sql.query(`insert into programme_passage (version_id, place, kind, week, target, title, body, words) select $1, n, 'section', 1, '/weeks/1#old', 'Old', 'xylophone', to_tsvector('english', 'xylophone') from generate_series(1, 100) n on conflict do nothing`, [id]);
      await Promise.all([indexProgramme(test.sql, id, test.programme), old(), indexProgramme(test.sql, id, test.programme), indexProgramme(test.sql, id, test.programme)]);
      expect([await count(), await count(`edition = ${searchEdition} and title <> 'Old'`)]).to.deep.equal([whole(), whole()]);
    }
  });

  it('is made once by a server, however many search at first, and anew after it could not be made', async () => {
    await test.sql.query('delete from programme_passage');
    const second = await startSecondApp(test);
    const learner = await signIn({ ...test, app: second.app }, { link: 'week-1' });
    const query = test.sql.query.bind(test.sql);
    let begun = 0;
    let isBroken = true;
    // Whoever makes the index asks first whether it is there.
    test.sql.query = function counted(...args: unknown[]) {
      const [statement] = args as [{ name?: string }];
      if (statement.name !== 'is-programme-indexed') return (query as (...given: unknown[]) => unknown)(...args);
      begun += 1;
      return isBroken ? Promise.reject(new Error('no connection')) : (query as (...given: unknown[]) => unknown)(...args);
    } as typeof test.sql.query;
    try {
      const searches = async () => (await Promise.all(Array.from({ length: 8 }, () => learner.page('/search?q=sponsor')))).map(({ statusCode }) => statusCode);
      expect(await searches()).to.deep.equal(Array.from({ length: 8 }, () => 500));
      isBroken = false;
      const before = begun;
      expect(await searches()).to.deep.equal(Array.from({ length: 8 }, () => 200));
      expect(begun - before).to.equal(1);
      expect(await count()).to.equal(whole());
    } finally {
      test.sql.query = query;
      await second.close();
    }
  });

  it('is left as it is by a server of an earlier edition, and shows that one no notes', async () => {
    await test.sql.query(`update programme_passage set edition = ${searchEdition + 1}, title = 'Newer' where place = 1`);
    const second = await startSecondApp(test);
    const learner = await signIn({ ...test, app: second.app }, { link: 'week-1' });
    await learner.page('/search?q=sponsor');
    await second.close();
    expect(await count(`title = 'Newer'`)).to.equal(1);
    expect(await count(`kind = 'notes'`)).to.be.greaterThan(10);
    expect(await count(`kind = 'notes' and words is not null`), 'the words that the first edition searched').to.equal(0);
    expect(await count(`kind <> 'notes' and staff_words is not null`)).to.equal(0);
  });
});
