// What is new in the discussions since somebody last read them, for pages that only mention it.
import { mostWeeks } from './domain/week-schedule.ts';
import { plural, inWords, sentence } from './format.ts';

/** New posts of others in one week, of a great many only so many that it shows; `mentions` of them name the reader and `replies` answer them. */
export type DiscussionNews = { week: number; posts: number; mentions: number; replies: number };

/** New posts of a week beyond these are told as "more than": in a cohort of thousands somebody who never reads has thousands. */
const mostCounted = 100;

/** Of each week as many of the newest posts are known: enough to tell that there are more than are counted, as nobody writes the half of them without reading. */
const mostKnown = 200;

const milliseconds = (moment: string): string => `(extract(epoch from ${moment}) * 1000)::bigint`;

/** Column by column: an array of each post's own takes PostgreSQL three times as long, and there may be thousands. */
type PostColumns = [weeks: number[], postedAt: number[], authorIds: string[]];
type AddresseeColumns = [weeks: number[], postedAt: number[], personIds: string[], because: Addressed['because'][]];

/** The newest posts of each week in the cohort `$1`, by week and the newest first, as one value of JSON; null for none. */
export const postsColumn = `
  (select json_build_array(json_agg(week), json_agg(posted_at), json_agg(author_id))
     from (select w.week, ${milliseconds('p.posted_at')} as posted_at, p.author_id
             from generate_series(1, ${mostWeeks}) w (week)
            cross join lateral (select author_id, posted_at from discussion_post
                                 where cohort_id = $1 and week = w.week and removed_at is null order by posted_at desc limit ${mostKnown}) p
            order by w.week, p.posted_at desc) known having count(*) > 0)`;

/** Whom the posts of the cohort `$1` name or answer, however old they are, as one value of JSON; null for nobody. */
export const addresseesColumn = `
  (select json_build_array(json_agg(p.week), json_agg(${milliseconds('p.posted_at')}), json_agg(a.person_id), json_agg(a.because))
     from discussion_post p join discussion_addressee a on a.post_id = p.id
    where p.cohort_id = $1 and p.removed_at is null and a.person_id <> p.author_id having count(*) > 0)`;

type Post = { postedAt: number; authorId: string };
type Addressed = { week: number; postedAt: number; because: 'mention' | 'reply' };

/** The discussions of a cohort; times are milliseconds. */
export type Discussions = {
  /** By week and the newest first. */
  byWeek: ReadonlyMap<number, readonly Post[]>;
  /** Posts of others that name or answer somebody, by that person. */
  byAddressee: ReadonlyMap<string, readonly Addressed[]>;
  /** How many entries there are in both. */
  size: number;
};

/** Reads what `postsColumn` and `addresseesColumn` give. */
export function discussionsOf(posts: PostColumns | null, addressees: AddresseeColumns | null): Discussions {
  const byWeek = new Map<number, Post[]>();
  const [weeks, postedAt, authorIds] = posts ?? [[], [], []];
  for (const [index, week] of weeks.entries()) byWeek.getOrInsertComputed(week, () => []).push({ postedAt: postedAt[index]!, authorId: authorIds[index]! });
  const byAddressee = new Map<string, Addressed[]>();
  const [toldIn, toldAt, personIds, because] = addressees ?? [[], [], [], []];
  for (const [index, personId] of personIds.entries()) byAddressee.getOrInsertComputed(personId, () => []).push({ week: toldIn[index]!, postedAt: toldAt[index]!, because: because[index]! });
  return { byWeek, byAddressee, size: weeks.length + personIds.length };
}

/** SQL for when somebody last read each week's discussion, where `s` is the sign-in and `h` its cohort; null for never any. */
export const discussionsRead = '(select json_object_agg(r.week, r.read_at) from discussion_reading r where r.cohort_id = h.id and r.person_id = s.person_id)';

/** As `discussionsRead` arrives: moments in ISO 8601, by week. */
export type DiscussionsRead = Record<string, string> | null;

/** What is new to one person, by week; a discussion that was never opened is new as a whole. */
export function discussionNewsOf({ byWeek, byAddressee }: Discussions, { personId, read }: { personId: string; read: DiscussionsRead }): DiscussionNews[] {
  const addressed = byAddressee.get(personId) ?? [];
  const news: DiscussionNews[] = [];
  for (const [week, known] of byWeek) {
    const readAt = read?.[week];
    const since = readAt === undefined ? -Infinity : Date.parse(readAt);
    let posts = 0;
    for (const { postedAt, authorId } of known) {
      if (posts > mostCounted || postedAt <= since) break;
      if (authorId !== personId) posts += 1;
    }
    const because = (reason: 'mention' | 'reply') => addressed.filter((one) => one.week === week && one.postedAt > since && one.because === reason).length;
    if (posts > 0) news.push({ week, posts, mentions: because('mention'), replies: because('reply') });
  }
  return news;
}

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
