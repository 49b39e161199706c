// The discussions of a cohort: a page of one, a post of it, who takes part, and how far each week is.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { postsPerPage } from '../../domain/discussion.ts';
import type { Participant, Post, ThreadStanding } from '../../domain/discussion.ts';
import { shownName } from '../../person-name.ts';
import { NotFound } from '../../plugins/errors.ts';

/** The discussion of a week in one cohort, as one person reads it; null for readers of whom nothing is kept. */
export type Thread = { cohortId: string; week: number; personId: string | null };

/** Everything a page prints of a post `p` whose author is `a`. What was removed leaves the database without its words. */
const postObject = `
  json_build_object(
    'id', p.id, 'parentId', p.parent_id, 'authorId', p.author_id, 'author', ${shownName('a')}, 'authorRole', p.author_role,
    'replyTo', (select ${shownName('r')} from discussion_post q join person r on r.id = q.author_id where q.id = p.parent_id),
    'text', case when p.removed_at is null then p.text else '' end, 'postedAt', p.posted_at, 'editedAt', p.edited_at,
    'removed', case when p.removed_at is not null then json_build_object('byAuthor', p.removed_by = p.author_id, 'reason', p.removal_reason) end,
    'mentions', (select coalesce(json_agg(json_build_object('personId', m.id, 'name', ${shownName('m')}, 'givenName', m.given_name) order by ${shownName('m')}), '[]')
                   from discussion_addressee d join person m on m.id = d.person_id where d.post_id = p.id and d.because = 'mention'),
    'marks', (select coalesce(json_agg(k.mark order by k.mark), '[]') from discussion_mark k where k.post_id = p.id))`;

/** The last post or reply brings a post to the top, its replies stay under it in their order. */
const postsInPlace = `
    posts as (
      select p.*, coalesce(p.parent_id, p.id) as root, max(p.posted_at) over (partition by coalesce(p.parent_id, p.id)) as latest
        from discussion_post p where p.cohort_id = $1 and p.week = $2
    ), placed as (
      select *, row_number() over (order by latest desc, root, parent_id nulls first, posted_at, id) as place from posts
    )`;

// Reading is noted in the same statement, which still sees when the reader was here before.
const readThreadStatement = {
  name: 'read-discussion',
  text: `
    with noted as (
      insert into discussion_reading as d (cohort_id, person_id, week, read_at)
      select $1::uuid, $3::uuid, $2::smallint, $4::timestamptz where $3::uuid is not null and $5::int = 0
      on conflict (cohort_id, person_id, week) do update set read_at = excluded.read_at where d.read_at < excluded.read_at
    ), ${postsInPlace}, shown as (
      select * from placed order by place limit ${postsPerPage} offset $5
    )
    select (select read_at from discussion_reading where cohort_id = $1 and week = $2 and person_id = $3) as read_at,
           (select count(*)::int from posts) as total,
           (select json_agg(${postObject} order by p.place) from shown p join person a on a.id = p.author_id) as posts`,
};

type PostRow = Omit<Post, 'postedAt' | 'editedAt'> & { postedAt: string; editedAt: string | null };

/** A page of a discussion, and when its reader last opened it; opening its first page is noted. @param page from 1 */
export async function readThread(sql: Sql, { cohortId, week, personId }: Thread, page: number, now: Temporal.Instant): Promise<{ readAt: Temporal.Instant | null; total: number; posts: Post[] }> {
  const [row] = await run<{ read_at: string | null; total: number; posts: PostRow[] | null }>(sql, readThreadStatement, [cohortId, week, personId, String(now), (page - 1) * postsPerPage]);
  return { readAt: row?.read_at ? toInstant(row.read_at) : null, total: row?.total ?? 0, posts: (row?.posts ?? []).map(postOf) };
}

const findPostStatement = {
  name: 'find-discussion-post',
  text: `select ${postObject} as post from discussion_post p join person a on a.id = p.author_id where p.cohort_id = $1 and p.week = $2 and p.id = $3`,
};

/** One post of a discussion. Throws NotFound for one of another week, cohort or organisation. */
export async function findPost(sql: Sql, { cohortId, week }: Thread, id: string): Promise<Post> {
  const [row] = await run<{ post: PostRow }>(sql, findPostStatement, [cohortId, week, id]);
  if (!row) throw new NotFound();
  return postOf(row.post);
}

const findPageOfPostStatement = {
  name: 'find-page-of-discussion-post',
  text: `with ${postsInPlace} select ((place - 1) / ${postsPerPage} + 1)::int as page from placed where id = $3`,
};

/** The page of a discussion on which a post stands now, from 1. Throws NotFound for a post of another week, cohort or organisation. */
export async function findPageOfPost(sql: Sql, { cohortId, week }: Thread, id: string): Promise<number> {
  const [row] = await run<{ page: number }>(sql, findPageOfPostStatement, [cohortId, week, id]);
  if (!row) throw new NotFound();
  return row.page;
}

const listParticipantsStatement = {
  name: 'list-discussion-participants',
  text: `
    select p.id as "personId", ${shownName('p')} as name, p.given_name as "givenName", min(e.role) as role
      from enrolment e join context c on c.id = e.context_id join person p on p.id = e.person_id
     where c.cohort_id = $1 and e.active and e.role in ('administrator', 'faculty', 'assistant', 'learner')
     group by p.id order by name nulls last, p.id`,
};

/** Everybody of the cohort who takes part, by name; mentors do not. */
export async function listParticipants(sql: Sql, cohortId: string): Promise<Participant[]> {
  return run<Participant>(sql, listParticipantsStatement, [cohortId]);
}

const listThreadsStatement = {
  name: 'list-discussions',
  text: `
    select p.week, count(*) filter (where p.removed_at is null)::int as posts, max(p.posted_at) as latest_at,
           count(*) filter (where p.removed_at is null and p.author_id <> $2 and (r.read_at is null or p.posted_at > r.read_at))::int as fresh
      from discussion_post p left join discussion_reading r on r.cohort_id = p.cohort_id and r.week = p.week and r.person_id = $2
     where p.cohort_id = $1 group by p.week`,
};

/** The weeks in which anything was said; `fresh` is 0 for readers of whom nothing is kept. */
export async function listThreads(sql: Sql, cohortId: string, personId: string | null): Promise<Map<number, ThreadStanding>> {
  const rows = await run<{ week: number; posts: number; latest_at: string; fresh: number }>(sql, listThreadsStatement, [cohortId, personId]);
  return new Map(rows.map(({ latest_at: latestAt, ...row }) => [row.week, { ...row, latestAt: toInstant(latestAt) }]));
}

function postOf({ postedAt, editedAt, ...post }: PostRow): Post {
  return { ...post, postedAt: toInstant(postedAt), editedAt: editedAt === null ? null : toInstant(editedAt) };
}
