// People post, reply, mend and take back; faculty mark what helps and take away what must not stand.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { addresseesOf, namings } from '../../domain/discussion.ts';
import type { Addressee, Participant, Post, PostMark, WriterRole } from '../../domain/discussion.ts';
import { queueMail } from '../../mail-outbox.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Queues } from '../../queues.ts';

/** Who writes, where. */
export type Writer = { cohortId: string; week: number; personId: string; role: WriterRole };

/** `chosen`: people from the list, beside those named in the text. `parent`: the post that it replies to. */
export type NewPost = { text: string; key: string; chosen: readonly string[]; parent: Post | null };

// A reply waits for whoever takes its post away, and finds it gone.
const lockParent = { name: 'lock-discussion-post', text: 'select 1 from discussion_post where id = $1 and removed_at is null for share' };
// Committed before it is acknowledged, whatever the database's own habit: a browser forgets what it is told stands there.
const durably = `set_config('synchronous_commit', 'on', true)`;
const insertPost = {
  name: 'insert-discussion-post',
  text: `
    insert into discussion_post (cohort_id, week, author_id, author_role, parent_id, text, key, posted_at) values ($1, $2, $3, $4, $5, $6, $7, $8)
    on conflict (author_id, key) do nothing returning id, ${durably}`,
};
const findByKey = { name: 'find-discussion-post-by-key', text: 'select id, cohort_id, week, parent_id, text, removed_at is not null as removed from discussion_post where author_id = $1 and key = $2' };

/** posted: it stands there, also when it was sent twice. other: this form has made another post already. gone: what it replies to was taken away. */
export type PostOutcome = { outcome: 'posted'; id: string } | { outcome: 'other' | 'gone' };

/** The database, and the queues that mail to those who are told goes into. */
export type Tools = { pool: Pool; queues: Pick<Queues, 'add'> };

/** Posts, once however often the form is sent. People who are no participants are mentioned by nobody. */
export async function post({ pool, queues }: Tools, writer: Writer, { text, key, chosen, parent }: NewPost, participants: readonly Participant[], now: Temporal.Instant): Promise<PostOutcome> {
  const { cohortId, week, personId, role } = writer;
  return inTransaction(pool, async (sql) => {
    const [before] = await run<{ id: string; cohort_id: string; week: number; parent_id: string | null; text: string; removed: boolean }>(sql, findByKey, [personId, key]);
    const isSame = before && before.cohort_id === cohortId && before.week === week && before.parent_id === (parent?.id ?? null) && before.text === text && !before.removed;
    if (before) return isSame ? { outcome: 'posted', id: before.id } : { outcome: 'other' };
    if (parent && (await run(sql, lockParent, [parent.id])).length === 0) return { outcome: 'gone' };

    const [made] = await run<{ id: string }>(sql, insertPost, [cohortId, week, personId, role, parent?.id ?? null, text, key, String(now)]);
    if (!made) {
      // The same form, sent twice at once: the other one was quicker, and is there now.
      const [other] = await run<{ id: string }>(sql, findByKey, [personId, key]);
      return other ? { outcome: 'posted', id: other.id } : { outcome: 'other' };
    }
    const known = new Set(participants.map((one) => one.personId));
    const mentioned = [...chosen.map((id) => id.toLowerCase()).filter((id) => known.has(id)), ...namings(text, participants).map((one) => one.personId)];
    await tellPeople({ sql, queues }, { ...writer, id: made.id, writtenBy: nameOf(personId, participants) }, addresseesOf({ authorId: personId, mentioned, answered: parent?.authorId ?? null }), now);
    return { outcome: 'posted', id: made.id };
  });
}

/** More posts of one person than these send no mail within an hour. */
const mailedPostsAnHour = 30;
const countRecentPosts = { name: 'count-recent-posts', text: `select count(*)::int as count from discussion_post where author_id = $1 and posted_at > $2::timestamptz - interval '1 hour'` };

const insertAddressees = {
  name: 'insert-discussion-addressees',
  text: `
    insert into discussion_addressee (post_id, person_id, because) select $1, person_id, because from unnest($2::uuid[], $3::text[]) as told (person_id, because)
    on conflict do nothing returning person_id as "personId", because`,
};

/** A post that speaks to somebody. `writtenBy`: null where the LMS withholds the name. */
type Telling = Pick<Writer, 'cohortId' | 'week' | 'personId'> & { id: string; writtenBy: string | null };

/**
 * Records whom a post speaks to. Their home says so, and a mail to those who want one: who and where, and not what, for a
 * mail cannot be taken back with its post.
 */
async function tellPeople({ sql, queues }: { sql: Sql; queues: Tools['queues'] }, { cohortId, week, personId, id, writtenBy }: Telling, addressees: readonly Addressee[], now: Temporal.Instant): Promise<void> {
  if (addressees.length === 0) return;
  const told = await run<Addressee>(sql, insertAddressees, [id, addressees.map((one) => one.personId), addressees.map(({ because }) => because)]);
  // Homes still say so; but nobody's posts become a flood of mail.
  const [recent] = await run<{ count: number }>(sql, countRecentPosts, [personId, String(now)]);
  if ((recent?.count ?? 0) > mailedPostsAnHour) return;
  const who = writtenBy ?? 'Somebody in your cohort';
  for (const [because, subject] of [['reply', `${who} replied to you`], ['mention', `${who} mentioned you`]] as const) {
    const personIds = told.filter((one) => one.because === because).map((one) => one.personId);
    if (personIds.length === 0) continue;
    await queueMail({ sql, queues }, {
      kind: 'reply', cohortId, personIds, senderId: personId, onceKey: `discussion ${id}`, subject, paragraphs: [`It stands in the discussion of week ${week}.`],
      link: { path: `/discussion/weeks/${week}/posts/${id}`, label: 'Read it and answer' },
    }, now);
  }
}

function nameOf(personId: string, participants: readonly Participant[]): string | null {
  return participants.find((one) => one.personId === personId)?.name ?? null;
}

const mendPost = {
  name: 'mend-discussion-post',
  text: 'update discussion_post set text = $3, edited_at = $4 where id = $1 and author_id = $2 and removed_at is null and text <> $3 returning id',
};

/** Changes the words of an own post. People who are named anew are told; nobody is told twice. */
export async function mend({ pool, queues }: Tools, writer: Writer, { id, text }: { id: string; text: string }, participants: readonly Participant[], now: Temporal.Instant): Promise<void> {
  const { personId } = writer;
  await inTransaction(pool, async (sql) => {
    if ((await run(sql, mendPost, [id, personId, text, String(now)])).length === 0) return;
    await tellPeople({ sql, queues }, { ...writer, id, writtenBy: nameOf(personId, participants) }, addresseesOf({ authorId: personId, mentioned: namings(text, participants).map((one) => one.personId), answered: null }), now);
  });
}

const removePost = {
  name: 'remove-discussion-post',
  text: `
    update discussion_post set removed_at = $3, removed_by = $2, removal_reason = $4, text = case when author_id = $2 then '' else text end
     where id = $1 and removed_at is null and (author_id = $2 or $4::text is not null) returning author_id, week`,
};
const audit = { name: 'audit-discussion', text: 'insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, $2, $3, $4, $5)' };

/** Takes a post away; its place stays. @param reason why faculty do; null where the author does */
export async function remove(pool: Pool, viewer: Viewer, { cohortId, week, personId }: Writer, { id, reason }: { id: string; reason: string | null }, now: Temporal.Instant): Promise<void> {
  await inTransaction(pool, async (sql) => {
    const [row] = await run<{ author_id: string }>(sql, removePost, [id, personId, String(now), reason]);
    if (!row) return;
    await run(sql, audit, [String(now), reason === null ? 'discussion.withdrawn' : 'discussion.removed', viewer.organisation?.id ?? null, personId, JSON.stringify({ cohortId, week, postId: id, authorId: row.author_id, ...(reason !== null && { reason }) })]);
  });
}

const insertMark = {
  name: 'insert-discussion-mark',
  text: 'insert into discussion_mark (post_id, mark, marked_at, marked_by) select id, $2, $3, $4 from discussion_post where id = $1 and removed_at is null on conflict do nothing',
};
const deleteMark = { name: 'delete-discussion-mark', text: 'delete from discussion_mark where post_id = $1 and mark = $2' };

/** Marks a post for everybody; doing so twice keeps the first. */
export async function setMark(sql: Sql, { personId }: Writer, id: string, mark: PostMark, now: Temporal.Instant): Promise<void> {
  await run(sql, insertMark, [id, mark, String(now), personId]);
}

/** Takes a mark back, whoever gave it. */
export async function removeMark(sql: Sql, id: string, mark: PostMark): Promise<void> {
  await run(sql, deleteMark, [id, mark]);
}
