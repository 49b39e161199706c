import { expect } from 'chai';
import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { run } from '../../server/database.ts';
import { findCohortNews } from '../../server/cohort-news.ts';
import { discussionNewsOf, discussionsRead } from '../../server/discussion-news.ts';
import type { DiscussionNews, DiscussionsRead } from '../../server/discussion-news.ts';
import { startTestApp } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { heading, signIn, startCohort } from '../support/browser-session.ts';

type Person = Awaited<ReturnType<typeof signIn>>;

describe('the discussion of a week', () => {
  let test: TestApp;
  let amara: Person;
  let zsofia: Person;
  let faculty: Person;
  beforeEach(async () => {
    test = await startTestApp();
    faculty = await startCohort(test);
    amara = await signIn(test);
    zsofia = await signIn(test, { person: 'zsofia' });
  });
  afterEach(() => test.close());

  const rows = async () => (await test.sql.query('select id, text, parent_id, removed_at is not null as removed from discussion_post order by posted_at, id')).rows;
  const personId = async (givenName: string): Promise<string> => (await test.sql.query('select id from person where given_name = $1', [givenName])).rows[0].id;
  const told = async () => (await test.sql.query('select p.given_name as who, a.because from discussion_addressee a join person p on p.id = a.person_id order by 1')).rows;
  /** Posts in week 1 and returns the post's id. */
  async function say(who: Person, text: string, { parent, mention, key = randomUUID() }: { parent?: string; mention?: string[]; key?: string } = {}): Promise<string> {
    const answer = await who.submit(`/discussion/weeks/1/posts${parent ? `/${parent}/replies` : ''}`, { text, key, ...(mention && { mention }) });
    expect(answer.statusCode, answer.body.slice(0, 200)).to.equal(303);
    return /#post-(.+)$/.exec(String(answer.headers.location))?.[1] ?? '';
  }
  const news = async ({ base }: Person): Promise<DiscussionNews[]> => {
    const statement = { name: 'test-discussion-news', text: `select s.person_id, h.id as cohort_id, ${discussionsRead} as discussions_read from sign_in s join context c on c.id = s.context_id join cohort h on h.id = c.cohort_id where s.id = $1` };
    const [row] = await run<{ person_id: string; cohort_id: string; discussions_read: DiscussionsRead }>(test.sql, statement, [base.slice('/in/'.length)]);
    return discussionNewsOf((await findCohortNews(test.sql, row!.cohort_id)).discussions, { personId: row!.person_id, read: row!.discussions_read });
  };

  it('mails those who are answered or named, once: who and where, and not what', async () => {
    const first = await say(amara, 'What worked?');
    const key = randomUUID();
    for (let count = 0; count < 2; count += 1) await say(faculty, 'A secret of ours, @Zsófia Horváth', { parent: first, key, mention: [await personId('Zsófia')] });
    const { rows: mails } = await test.sql.query(`select p.given_name as who, m.kind, m.subject, m.paragraphs, m.path from mail m join person p on p.id = m.person_id order by 1`);
    const reply = /^\/discussion\/weeks\/1\/posts\/[\w-]+$/;
    expect(mails.map(({ who, kind, subject }) => `${who}: ${kind}, ${subject}`)).to.deep.equal(['Amara: reply, Dr Eleanor Whitfield replied to you', 'Zsófia: reply, Dr Eleanor Whitfield mentioned you']);
    for (const { paragraphs, path } of mails) {
      expect(path).to.match(reply);
      expect(paragraphs).to.deep.equal(['It stands in the discussion of week 1.']);
    }
  });

  it('tells the script of the page in JSON where a post stands, or why it does not; sent again it is the same post, in replies too', async () => {
    const key = randomUUID();
    const send = (path: string, form: Record<string, string>) => amara.submit(`/discussion/weeks/1/posts${path}`, form, { accept: 'application/json' });
    const [first, again] = [await send('', { text: 'Once', key }), await send('', { text: 'Once', key })];
    expect(first.statusCode).to.equal(200);
    expect(first.json().address).to.match(/\/discussion\/weeks\/1#post-[\w-]+$/).and.to.equal(again.json().address);
    const parent = (await rows())[0].id;
    const reply = randomUUID();
    await Promise.all([send(`/${parent}/replies`, { text: 'And so', key: reply }), send(`/${parent}/replies`, { text: 'And so', key: reply })]);
    expect((await rows()).map(({ text }) => text)).to.have.members(['Once', 'And so']);

    const other = await send('', { text: 'Other words', key });
    expect([other.statusCode, other.json().problem]).to.deep.equal([409, 'This form has made a post already, with other words. Post again if you want these words to stand beside it.']);
    expect((await send('', { text: 'Other words', key: other.json().key })).statusCode, 'with the key that it was given').to.equal(200);
    expect((await send('', { text: ' ', key: randomUUID() })).json().problem).to.contain('nothing to post yet');
    await faculty.submit(`/discussion/weeks/1/posts/${parent}/removal`, { reason: 'It told of a patient.' });
    const gone = await send(`/${parent}/replies`, { text: 'Too late', key: randomUUID() });
    expect([gone.statusCode, gone.json().place], 'and where the words can go').to.deep.equal([409, 'weeks/1/posts']);
    expect((await rows()).length).to.equal(3);
  });

  it('begins empty; posts and replies stand as text, with https links, the liveliest first', async () => {
    expect((await amara.page('/discussion/weeks/1')).body).to.contain('Nobody has written yet');
    const first = await say(amara, 'First <img src=x onerror=alert(1)> https://example.org/a"onmouseover=alert(1)');
    test.clock.advance({ minutes: 1 });
    await say(zsofia, 'Second');
    test.clock.advance({ minutes: 1 });
    await say(faculty, 'A reply', { parent: first });
    const { body } = await zsofia.page('/discussion/weeks/1');
    expect(body).to.contain('First &lt;img src=x').and.to.contain('<a href="https://example.org/a" target="_blank" rel="noopener nofollow">').and.not.to.contain('<img');
    expect(['First', 'A reply', 'Second'].map((text) => body.indexOf(text)), 'in this order').to.satisfy((places: number[]) => places.every((place, index) => place > (places[index - 1] ?? 0)));
    expect(body).to.contain('<span class="tag">faculty</span>').and.to.contain('replies to Amara Okonkwo');
    expect((await amara.page('/discussion')).body).to.contain('Three posts, the last on Monday 11 May, 09:02 BST').and.to.contain('Two new posts');
    const reply = (await rows())[2].id;
    expect((await zsofia.submit(`/discussion/weeks/1/posts/${reply}/replies`, { text: 'Deeper', key: randomUUID() })).statusCode, 'one level').to.equal(404);
    expect((await zsofia.page(`/discussion/weeks/1/posts/${reply}/replies`)).headers.location, 'and the page leads to the post').to.match(new RegExp(`#post-${first}$`));
  });

  it('refuses what is empty or too long with 422, the words kept; a form sent twice is one post', async () => {
    for (const [text, words] of [['', 'There is nothing to post yet'], ['x'.repeat(5_001), 'This one has 5,001']] as const) {
      const answer = await amara.submit('/discussion/weeks/1/posts', { text, key: randomUUID(), mention: [await personId('Zsófia')] });
      expect(answer.statusCode).to.equal(422);
      expect(answer.body).to.contain(words).and.to.contain(text).and.to.match(/data-short="Zsófia" checked/);
    }
    const key = randomUUID();
    const both = await Promise.all([say(amara, 'Once', { key }), say(amara, 'Once', { key })]);
    expect(both[0]).to.equal(both[1]);
    expect(await say(amara, 'Once', { key })).to.equal(both[0]);
    const other = await amara.submit('/discussion/weeks/1/posts', { text: 'Other words', key });
    expect(other.statusCode).to.equal(409);
    expect(other.body).to.contain('Other words').and.to.contain('has made a post already');
    expect(await rows()).to.have.length(1);
    const wrong: Record<string, string>[] = [{ text: 'a' }, { text: 'a', key: 'x' }, { text: 'a', key, mention: 'nobody' }];
    for (const form of wrong) expect((await amara.submit('/discussion/weeks/1/posts', form)).statusCode).to.equal(400);
  });

  it('records whom a post mentions or answers, by name after @ or from the list; home can say so until they read', async () => {
    const first = await say(amara, 'Ask @Zsófia, @Nobody and me@eleanor.example', { mention: [await personId('Eleanor'), randomUUID()] });
    expect(await told()).to.deep.equal([{ who: 'Eleanor', because: 'mention' }, { who: 'Zsófia', because: 'mention' }]);
    const { body } = await amara.page('/discussion/weeks/1');
    expect(body).to.contain('<b>@Zsófia</b>').and.to.contain('Mentions Dr Eleanor Whitfield and Zsófia Þórðardóttir-O&#39;Brien');
    expect(await news(zsofia)).to.deep.equal([{ week: 1, posts: 1, mentions: 1, replies: 0 }]);
    expect((await zsofia.page('/')).body).to.contain('One new post in week 1, which mentions you.').and.to.contain(`${zsofia.base}/discussion/weeks/1`);
    expect((await (await signIn(test, { person: 'siobhan', fault: 'mentor' })).page('/')).body, 'mentors take no part').not.to.contain('new post');
    expect(await news(amara), 'one’s own is no news').to.deep.equal([]);
    test.clock.advance({ minutes: 1 });
    expect((await zsofia.page('/discussion/weeks/1')).body).to.contain('Mentions Dr Eleanor Whitfield and you');
    expect(await news(zsofia)).to.deep.equal([]);
    test.clock.advance({ minutes: 1 });
    await say(zsofia, 'Yes', { parent: first });
    expect(await news(amara)).to.deep.equal([{ week: 1, posts: 1, mentions: 0, replies: 1 }]);
    const again = await amara.page('/discussion/weeks/1');
    expect(again.body.match(/class="tag new"/g)).to.have.length(1);
    expect((await amara.page('/discussion/weeks/1')).body, 'read').not.to.contain('class="tag new"');
  });

  it('is told by home as it stands at each visit, whoever was there before', async () => {
    const told = async (who: Person) => /[^>]*new posts? in week 1[^<]*/.exec((await who.page('/')).body)?.[0].trim() ?? null;
    expect([await told(amara), await told(zsofia)]).to.deep.equal([null, null]);
    const id = await say(amara, 'Who has a template?');
    expect([await told(amara), await told(zsofia)]).to.deep.equal([null, 'One new post in week 1.']);
    await amara.submit(`/discussion/weeks/1/posts/${id}/mending`, { text: 'Who has a template? @Zsófia' });
    expect(await told(zsofia)).to.equal('One new post in week 1, which mentions you.');
    await amara.submit(`/discussion/weeks/1/posts/${id}/removal`);
    expect(await told(zsofia)).to.equal(null);
    await say(faculty, 'I have one');
    expect([await told(amara), await told(faculty)]).to.deep.equal(['One new post in week 1.', null]);
    await amara.page('/discussion/weeks/1');
    expect([await told(amara), await told(zsofia)]).to.deep.equal([null, 'One new post in week 1.']);
  });

  it('of a great many new posts counts a hundred and one, and misses no old one that names the reader', async () => {
    await say(amara, 'Long ago, @Zsófia');
    test.clock.advance({ minutes: 1 });
    await test.sql.query(`insert into discussion_post (cohort_id, week, author_id, author_role, text, key, posted_at)
                          select cohort_id, week, author_id, author_role, 'And another', gen_random_uuid(), $1 from discussion_post, generate_series(1, 1500)`, [String(test.clock.now)]);
    expect(await news(zsofia)).to.deep.equal([{ week: 1, posts: 101, mentions: 1, replies: 0 }]);
    expect((await zsofia.page('/')).body).to.contain('More than 100 new posts in week 1, one mentions you.');
    test.clock.advance({ minutes: 1 });
    await zsofia.page('/discussion/weeks/1');
    test.clock.advance({ minutes: 1 });
    await say(amara, 'One more');
    expect(await news(zsofia)).to.deep.equal([{ week: 1, posts: 1, mentions: 0, replies: 0 }]);
  });

  it('lets an author change a post for fifteen minutes, and nobody else; later words are kept in the form', async () => {
    const id = await say(amara, 'Frist');
    const path = `/discussion/weeks/1/posts/${id}/mending`;
    for (const other of [zsofia, faculty]) {
      expect((await other.page(path)).statusCode).to.equal(404);
      expect((await other.submit(path, { text: 'Mine' })).statusCode).to.equal(404);
    }
    expect((await amara.page(path)).body).to.contain('You can change it until 09:15 BST');
    expect((await amara.submit(path, { text: '' })).statusCode).to.equal(422);
    expect((await amara.submit(path, { text: 'First, @Zsófia' })).statusCode).to.equal(303);
    expect((await rows())[0].text).to.equal('First, @Zsófia');
    expect(await told()).to.deep.equal([{ who: 'Zsófia', because: 'mention' }]);
    expect((await zsofia.page('/discussion/weeks/1')).body).to.contain('changed later').and.not.to.contain('/mending');
    test.clock.advance({ minutes: 15 });
    expect((await amara.page('/discussion/weeks/1')).body).not.to.contain('/mending');
    expect((await amara.page(path)).statusCode).to.equal(303);
    const late = await amara.submit(path, { text: 'Too late' });
    expect(late.statusCode).to.equal(409);
    expect(late.body).to.contain('Fifteen minutes have passed').and.to.contain('Too late');
    expect((await rows())[0].text).to.equal('First, @Zsófia');
  });

  it('lets authors take back their own, without its words; faculty anybody’s, with a reason; both are audited', async () => {
    const own = await say(amara, 'Regretted');
    const theirs = await say(zsofia, 'Mrs Smith of ward 7');
    const assistant = await signIn(test, { person: 'jonas', link: 'home' });
    for (const other of [zsofia, assistant]) expect((await other.submit(`/discussion/weeks/1/posts/${own}/removal`, { reason: 'No' })).statusCode).to.equal(404);
    await say(zsofia, 'Still here', { parent: own });
    expect((await amara.submit(`/discussion/weeks/1/posts/${own}/removal`)).statusCode).to.equal(303);
    expect((await faculty.submit(`/discussion/weeks/1/posts/${theirs}/removal`)).statusCode, 'a reason is wanted').to.equal(422);
    expect((await faculty.submit(`/discussion/weeks/1/posts/${theirs}/removal`, { reason: 'It named <b>a patient</b>.' })).statusCode).to.equal(303);
    const { body } = await zsofia.page('/discussion/weeks/1');
    expect(body).to.contain('Removed by its author.').and.to.contain('Removed by faculty: It named &lt;b&gt;a patient&lt;/b&gt;.').and.to.contain('Still here').and.not.to.contain('Regretted').and.not.to.contain('ward 7');
    expect((await rows()).map(({ text }) => text)).to.have.members(['', 'Mrs Smith of ward 7', 'Still here']);
    expect((await test.sql.query(`select action, detail ->> 'reason' as reason from audit_event where action like 'discussion.%' order by id`)).rows).to.deep.equal([{ action: 'discussion.withdrawn', reason: null }, { action: 'discussion.removed', reason: 'It named <b>a patient</b>.' }]);
    const gone = await zsofia.submit(`/discussion/weeks/1/posts/${own}/replies`, { text: 'Kept words', key: randomUUID() });
    expect(gone.statusCode).to.equal(409);
    expect(gone.body).to.contain('was taken away meanwhile').and.to.contain('Kept words');
    expect((await amara.submit(`/discussion/weeks/1/posts/${own}/removal`)).statusCode, 'once').to.equal(404);
    expect((await amara.submit(`/discussion/weeks/1/posts/${own}/mending`, { text: 'Back' })).statusCode).to.equal(404);
  });

  it('lets faculty and assistants mark what answers and what is worth reading', async () => {
    const id = await say(amara, 'One patient is enough');
    const path = `/discussion/weeks/1/posts/${id}/marks`;
    expect((await faculty.submit(`${path}/answer`)).headers.location).to.equal(`${faculty.base}/discussion/weeks/1#post-${id}`);
    await faculty.submit(`${path}/answer`);
    await (await signIn(test, { person: 'jonas', link: 'home' })).submit(`${path}/worth-reading`);
    expect((await zsofia.page('/discussion/weeks/1')).body).to.contain('Answers it').and.to.contain('Worth reading').and.not.to.contain('/marks/');
    await faculty.submit(`${path}/answer/removal`);
    expect((await zsofia.page('/discussion/weeks/1')).body).to.contain('Worth reading').and.not.to.contain('Answers it');
    expect((await faculty.submit(`${path}/silly`)).statusCode).to.equal(404);
  });

  it('is of one week and one cohort: anything else is not there', async () => {
    const id = await say(amara, 'Of the spring');
    const autumn = await startCohort(test, { course: 'autumn' });
    const elsewhere = await signIn(test, { course: 'autumn' });
    expect((await elsewhere.page('/discussion/weeks/1')).body).not.to.contain('Of the spring');
    for (const path of [`${id}/replies`, `${id}/mending`, `${id}/removal`]) {
      expect((await elsewhere.page(`/discussion/weeks/1/posts/${path}`)).statusCode, path).to.equal(404);
      expect((await amara.page(`/discussion/weeks/2/posts/${path}`)).statusCode, path).to.equal(404);
    }
    expect((await autumn.submit(`/discussion/weeks/1/posts/${id}/removal`, { reason: 'Not yours' })).statusCode).to.equal(404);
    expect((await autumn.submit(`/discussion/weeks/1/posts/${id}/marks/answer`)).statusCode).to.equal(404);
    expect((await rows())[0].removed).to.equal(false);
  });

  it('opens with its week for learners, and always for staff; mentors take no part', async () => {
    const locked = await amara.page('/discussion/weeks/9');
    expect([locked.statusCode, locked.headers.location]).to.deep.equal([303, `${amara.base}/weeks/9`]);
    expect((await amara.submit('/discussion/weeks/9/posts', { text: 'Early', key: randomUUID() })).headers.location).to.equal(`${amara.base}/weeks/9`);
    expect(heading(await faculty.page('/discussion/weeks/9'))).to.equal('Discussion, week 9');
    expect((await amara.page('/discussion/weeks/13')).statusCode).to.equal(404);
    expect((await (await signIn(test, { person: 'siobhan', fault: 'mentor' })).page('/discussion')).statusCode).to.equal(403);
    expect(await rows()).to.deep.equal([]);
  });

  it('keeps nothing of a test learner, and says so', async () => {
    const student = await signIn(test, { fault: 'student-view' });
    const answer = await student.submit('/discussion/weeks/1/posts', { text: 'Try', key: randomUUID() });
    expect((await student.follow(answer)).body).to.contain('Nothing was posted');
    expect(await rows()).to.deep.equal([]);
    expect((await test.sql.query('select 1 from discussion_reading')).rows).to.deep.equal([]);
  });

  it('reads a page of fifty in three statements, however much is said', async () => {
    const cohort = (await test.sql.query('select id from cohort')).rows[0].id;
    await test.sql.query(`
      with begun as (insert into discussion_post (cohort_id, week, author_id, author_role, text, key, posted_at)
                     select $1, 1, $2, 'learner', 'Post ' || n, gen_random_uuid(), $3::timestamptz + n * interval '1 minute' from generate_series(1, 60) n returning id, posted_at)
      insert into discussion_post (cohort_id, week, author_id, author_role, text, key, posted_at, parent_id)
      select $1, 1, $2, 'learner', 'Reply', gen_random_uuid(), posted_at, id from begun`, [cohort, await personId('Amara'), String(test.clock.now)]);
    await zsofia.page('/discussion/weeks/1');
    let page = await zsofia.page('/discussion/weeks/1');
    expect(await test.countStatements(async () => { page = await zsofia.page('/discussion/weeks/1'); })).to.be.at.most(3);
    expect(page.body.match(/<article/g)).to.have.length(50);
    expect(page.body).to.contain('Page 1 of 3, 120 posts').and.to.contain('Post 60').and.to.contain('?page=2').and.not.to.contain('Post 35');
    expect((await zsofia.page('/discussion/weeks/1?page=3')).body.match(/<article/g)).to.have.length(20);
    expect((await zsofia.page('/discussion/weeks/1?page=9')).body).to.contain('There are fewer pages now');

    // Wherever a post stands by now, what leads to it leads there.
    const placeOf = async (text: string) => {
      const { rows: [post] } = await test.sql.query<{ id: string }>('select id from discussion_post where text = $1', [text]);
      return { id: post!.id, leads: (await zsofia.page(`/discussion/weeks/1/posts/${post!.id}`)).headers.location };
    };
    for (const [text, on] of [['Post 60', ''], ['Post 20', '?page=2'], ['Post 1', '?page=3']] as const) {
      const { id, leads } = await placeOf(text);
      expect(leads, text).to.equal(`${zsofia.base}/discussion/weeks/1${on}#post-${id}`);
      expect((await zsofia.page(`/discussion/weeks/1${on}`)).body, text).to.contain(`id="post-${id}"`);
    }
    const { id: oldest } = await placeOf('Post 1');
    const marked = await faculty.submit(`/discussion/weeks/1/posts/${oldest}/marks/answer`);
    expect(marked.headers.location, 'and after it was marked').to.equal(`${faculty.base}/discussion/weeks/1?page=3#post-${oldest}`);
    expect((await zsofia.page(`/discussion/weeks/2/posts/${oldest}`)).statusCode, 'of another week').to.equal(404);
  });
});
