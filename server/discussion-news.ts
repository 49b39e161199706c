// What is new in the discussions since somebody last read them, for pages that only mention it: columns for a statement
// that reads more, and the words.
import { mostWeeks } from './domain/week-schedule.ts';
import { plural, inWords, sentence } from './format.ts';

/** New posts of others in one week, of a great many only so many that it shows; `mentions` of them name the reader and `replies` answer them. */
export type DiscussionNews = { week: number; posts: number; mentions: number; replies: number };

/** As `discussionNewsColumns` arrive; null where nothing is new. */
export type DiscussionNewsRow = { discussion_news: DiscussionNews[] | null };

/** New posts of a week beyond these are told as "more than": in a cohort of thousands somebody who never reads has thousands. */
const mostCounted = 100;

const isNew = `p.cohort_id = h.id and p.week = w.week and p.author_id <> s.person_id and p.removed_at is null and p.posted_at > coalesce(r.read_at, '-infinity')`;
const addressed = (because: 'mention' | 'reply'): string => `
  (select count(*) from discussion_addressee a join discussion_post p on p.id = a.post_id where a.person_id = s.person_id and a.because = '${because}' and ${isNew})`;

/**
 * Columns for a statement in which `s` is the sign-in and `h` its cohort.
 * A discussion that was never opened is new as a whole. Mentors and test users take no part, and have no news. Week by
 * week, so that a large cohort's index leads to what is new, and what is old is not looked at.
 */
export const discussionNewsColumns = `
  case when s.role <> 'mentor' and not s.test_user then (
    select json_agg(json_build_object('week', w.week, 'posts', n.posts, 'mentions', ${addressed('mention')}, 'replies', ${addressed('reply')}) order by w.week)
      from generate_series(1, ${mostWeeks}) w (week)
      left join discussion_reading r on r.cohort_id = h.id and r.week = w.week and r.person_id = s.person_id
     cross join lateral (select count(*) as posts from (select 1 from discussion_post p where ${isNew} limit ${mostCounted + 1}) found) n
     where n.posts > 0) end as discussion_news`;

/** "Three new posts in week 4, one mentions you"; "One new post in week 2, which answers you". */
export function discussionNewsWords({ week, ...counts }: DiscussionNews): string {
  return wordsOf(counts, `week ${week}`);
}

function wordsOf({ posts, mentions, replies }: Omit<DiscussionNews, 'week'>, place: string): string {
  const isMany = posts > mostCounted;
  const about = (count: number, verb: string): string[] => {
    if (count === 0) return [];
    if (posts === 1) return [`which ${verb}s you`];
    return [`${isMany || count < posts ? inWords(count) : count === 2 ? 'both' : 'all'} ${count === 1 ? `${verb}s` : verb} you`];
  };
  return [`${isMany ? `More than ${mostCounted} new posts` : sentence(plural(posts, 'new post'))} in ${place}`, ...about(mentions, 'mention'), ...about(replies, 'answer')].join(', ');
}

/** More weeks than these are told in one sentence. */
const MOST_WEEKS = 3;

/** What a home says: a sentence for each week with news, with the path to it; of many weeks one for all. */
export function discussionNewsLines(news: readonly DiscussionNews[]): { words: string; path: string }[] {
  if (news.length <= MOST_WEEKS) return news.map((one) => ({ words: `${discussionNewsWords(one)}.`, path: `/discussion/weeks/${one.week}` }));
  const all = (key: 'posts' | 'mentions' | 'replies') => news.reduce((sum, one) => sum + one[key], 0);
  const total = { posts: all('posts'), mentions: all('mentions'), replies: all('replies') };
  return [{ words: `${wordsOf(total, `the discussions of ${plural(news.length, 'week')}`)}.`, path: '/discussion' }];
}
