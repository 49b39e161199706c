// What is new in a cohort, kept in memory as long as PostgreSQL says that nothing of it changed (migration cohort_news).
import { expect } from 'chai';
import { after, before, beforeEach, describe, it } from 'mocha';
import { newsVersion, rememberCohortNews } from '../server/cohort-news.ts';
import type { Sql } from '../server/database.ts';
import { startTestApp } from './support/app.ts';
import type { TestApp } from './support/app.ts';
import { insertBareCohort, insertBarePeople, withTwoClients } from './support/database.ts';

const id = (last: string) => `00000000-0000-4000-8000-0000000000${last}`;
const cohort = id('0a');
const another = id('0b');
const author = id('0c');
const reader = id('0d');

describe('the news of a cohort', () => {
  let test: TestApp;
  before(async () => { test = await startTestApp(); });
  after(() => test.close());
  beforeEach(async () => {
    await test.sql.query('delete from discussion_reading; delete from discussion_post; delete from workshop_session; delete from workshop; delete from cohort; delete from cohort_news_version; delete from person');
    for (const one of [cohort, another]) await insertBareCohort(test.sql, one);
    await insertBarePeople(test.sql, test.registrationId, [author, reader]);
    for (const statement of [post('01'), workshop('02', 'teams'), session('03', '02', 1)]) await test.sql.query(statement);
  });

  const post = (last: string, of = cohort) => `insert into discussion_post (id, cohort_id, week, author_id, author_role, text, key, posted_at) values ('${id(last)}', '${of}', 2, '${author}', 'learner', 'Words', gen_random_uuid(), '2026-05-05T10:00:00Z')`;
  const workshop = (last: string, key: string) => `insert into workshop (id, cohort_id, key, created_at) values ('${id(last)}', '${cohort}', '${key}', now())`;
  const session = (last: string, of: string, day: number) => `insert into workshop_session (id, workshop_id, day, starts_at, ends_at, time_zone, created_at) values ('${id(last)}', '${id(of)}', ${day}, '2026-05-1${day}T13:00Z', '2026-05-1${day}T15:00Z', 'Europe/London', now())`;
  const versionOf = async (of: string): Promise<number | null> => (await test.sql.query<{ version: number | null }>(`select ${newsVersion}::float as version from cohort h where h.id = $1`, [of])).rows[0]!.version;

  const changes: Record<string, string> = {
    'a post': post('11'),
    'a post that is taken away': `update discussion_post set removed_at = now(), removed_by = author_id`,
    'a post that is gone': 'delete from discussion_post',
    'somebody who is named': `insert into discussion_addressee (post_id, person_id, because) values ('${id('01')}', '${reader}', 'mention')`,
    'a workshop': workshop('12', 'data'),
    'a day of a workshop': session('13', '02', 2),
    'a day that is moved': `update workshop_session set starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day', changed_at = now()`,
    'a day that is cancelled': 'update workshop_session set cancelled_at = now()',
    'a link': `update workshop_session set meeting_url = 'https://meet.example.org'`,
    'a day that is gone': 'delete from workshop_session',
  };
  for (const [what, statement] of Object.entries(changes)) {
    it(`have a new version with ${what}, and those of another cohort have not`, async () => {
      const before = [await versionOf(cohort), await versionOf(another)];
      await test.sql.query(statement);
      expect(await versionOf(cohort)).not.to.equal(before[0]);
      expect(await versionOf(another)).to.equal(before[1]);
    });
  }

  it('have a new version in both cohorts where something goes from one to the other', async () => {
    const before = [await versionOf(cohort), await versionOf(another)];
    await test.sql.query('update discussion_post set cohort_id = $1', [another]);
    expect(await versionOf(cohort)).not.to.equal(before[0]);
    expect(await versionOf(another)).not.to.equal(before[1]);
  });

  it('keep their version when other words are in a post, a mark is set or somebody reads', async () => {
    const version = await versionOf(cohort);
    await test.sql.query(`update discussion_post set text = 'Other words', edited_at = now()`);
    await test.sql.query(`insert into discussion_mark (post_id, mark, marked_at, marked_by) values ($1, 'answer', now(), $2)`, [id('01'), reader]);
    await test.sql.query(`insert into discussion_reading (cohort_id, person_id, week, read_at) values ($1, $2, 2, now())`, [cohort, reader]);
    expect(await versionOf(cohort)).to.equal(version);
  });

  it('have a version for each of two transactions that write at the same time, and none for one that is rolled back', async () => {
    await withTwoClients(async (one, other) => {
      const before = await versionOf(cohort);
      for (const [index, client] of [one, other].entries()) {
        await client.query('begin');
        await client.query(post(`2${index}`));
        await client.query(post(`3${index}`));
      }
      expect(await versionOf(cohort), 'nothing is seen before it is committed').to.equal(before);
      await one.query('commit');
      const first = await versionOf(cohort);
      await other.query('commit');
      expect(new Set([before, first, await versionOf(cohort)])).to.have.property('size', 3);

      const kept = await versionOf(cohort);
      await one.query('begin');
      await one.query(post('41'));
      await one.query('rollback');
      expect(await versionOf(cohort)).to.equal(kept);
    });
  });

  it('are noted when whoever holds the cohort waits for what is changed, as a break does that moves its workshops', async () => {
    await withTwoClients(async (mover, holder) => {
      for (const client of [mover, holder]) await client.query('begin');
      await mover.query(`update workshop_session set changed_at = now()`);
      await holder.query('select from cohort where id = $1 for update', [cohort]);
      const waiting = holder.query(`update workshop_session set starts_at = starts_at - interval '1 day'`);
      await mover.query('commit');
      await waiting;
      await holder.query('commit');
    });
  });

  describe('in memory', () => {
    let reads: string[];
    let breaks: boolean;
    let quick: boolean;
    const counting = {
      query: (statement: { name: string; text: string; values: string[] }) => {
        reads.push(statement.values[0] ?? '');
        if (quick) return Promise.resolve({ rows: [] });
        return breaks ? Promise.reject(new Error('away')) : test.sql.query(statement);
      },
    } as unknown as Sql;
    beforeEach(() => { reads = []; breaks = false; quick = false; });

    it('are read once a version, however many ask at once', async () => {
      const newsOf = rememberCohortNews(counting);
      const version = await versionOf(cohort);
      const [one, other] = await Promise.all([newsOf(cohort, version), newsOf(cohort, version)]);
      expect(one).to.equal(other);
      expect(one.sessions.map(({ session: { key, day } }) => [key, day])).to.deep.equal([['teams', 1]]);
      expect(one.discussions.byWeek.get(2)).to.deep.equal([{ postedAt: Date.parse('2026-05-05T10:00:00Z'), authorId: author }]);
      await test.sql.query(post('51'));
      const later = await newsOf(cohort, await versionOf(cohort));
      expect(later.discussions.byWeek.get(2)).to.have.length(2);
      await newsOf(another, await versionOf(another));
      expect(reads).to.deep.equal([cohort, cohort, another]);
    });

    it('are not remembered where they could not be read', async () => {
      const newsOf = rememberCohortNews(counting);
      breaks = true;
      expect(await newsOf(cohort, 1).catch((error: unknown) => String(error))).to.equal('Error: away');
      breaks = false;
      expect((await newsOf(cohort, 1)).sessions).to.have.length(1);
    });

    it('are forgotten of whom nobody asked for the longest, when there are too many', async () => {
      const newsOf = rememberCohortNews(counting);
      const numbered = (number: number) => id('00').slice(0, -5) + String(10_000 + number);
      // With nothing to tell a cohort weighs ten of the two hundred thousand.
      const oneByOne = async (from: number, to: number) => { for (let number = from; number < to; number += 1) await newsOf(numbered(number), null); };
      quick = true;
      await oneByOne(0, 20_000);
      await newsOf(numbered(0), null);
      await newsOf(numbered(20_000), null);
      reads = [];
      await newsOf(numbered(0), null);
      expect(reads).to.deep.equal([]);
      await newsOf(numbered(1), null);
      expect(reads).to.deep.equal([numbered(1)]);
    });
  });
});
