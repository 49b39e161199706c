// What is new in the discussions since somebody last read them, for pages that only mention it: columns for a statement
// that reads more, and the words.
import { plural, inWords, sentence } from './format.ts';

/** New posts of others in one week; of them `mentions` name the reader and `replies` answer them. */
export type DiscussionNews = { week: number; posts: number; mentions: number; replies: number };

/** As `discussionNewsColumns` arrive; null where nothing is new. */
export type DiscussionNewsRow = { discussion_news: DiscussionNews[] | null };

/**
 * Columns for a statement in which `s` is the sign-in and `h` its cohort (as `progressColumns` of plugins/progress.ts).
 * A discussion that was never opened is new as a whole. Mentors and test users take no part, and have no news.
 */
export const discussionNewsColumns = `
  (select json_agg(news order by news.week) from (
     select p.week, count(*)::int as posts,
            count(*) filter (where a.because = 'mention')::int as mentions, count(*) filter (where a.because = 'reply')::int as replies
       from discussion_post p
       left join discussion_reading r on r.cohort_id = p.cohort_id and r.week = p.week and r.person_id = s.person_id
       left join discussion_addressee a on a.post_id = p.id and a.person_id = s.person_id
      where p.cohort_id = h.id and s.role <> 'mentor' and not s.test_user and p.author_id <> s.person_id and p.removed_at is null and (r.read_at is null or p.posted_at > r.read_at)
      group by p.week) news) as discussion_news`;

/** "Three new posts in week 4, one mentions you"; "One new post in week 2, which answers you". */
export function discussionNewsWords({ week, ...counts }: DiscussionNews): string {
  return wordsOf(counts, `week ${week}`);
}

function wordsOf({ posts, mentions, replies }: Omit<DiscussionNews, 'week'>, place: string): string {
  const about = (count: number, verb: string): string[] => {
    if (count === 0) return [];
    if (posts === 1) return [`which ${verb}s you`];
    return [`${count < posts ? inWords(count) : count === 2 ? 'both' : 'all'} ${count === 1 ? `${verb}s` : verb} you`];
  };
  return [`${sentence(plural(posts, 'new post'))} in ${place}`, ...about(mentions, 'mention'), ...about(replies, 'answer')].join(', ');
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
