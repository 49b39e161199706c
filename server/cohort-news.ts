// What is new in a cohort and the same for all who are in it: its workshops and its discussions. Home tells of it at each
// visit, and it changes seldom beside that.
import { LRUCache } from 'lru-cache';
import { run } from './database.ts';
import type { Sql } from './database.ts';
import { addresseesColumn, discussionsOf, postsColumn } from './discussion-news.ts';
import type { Discussions } from './discussion-news.ts';
import { newsSessionsOf, sessionsColumn } from './workshop-news.ts';
import type { NewsSession } from './workshop-news.ts';

/** `sessions`: all of the cohort, by their times. */
export type CohortNews = { sessions: NewsSession[]; discussions: Discussions };

/** SQL for the version of a cohort's news, where `h` is the cohort; null while there was never any. */
export const newsVersion = '(select v.version from cohort_news_version v where v.cohort_id = h.id)';

type NewsRow = { sessions: Parameters<typeof newsSessionsOf>[0]; posts: Parameters<typeof discussionsOf>[0]; addressees: Parameters<typeof discussionsOf>[1] };

const findStatement = { name: 'find-cohort-news', text: `select ${sessionsColumn} as sessions, ${postsColumn} as posts, ${addresseesColumn} as addressees` };

/** Reads the news of a cohort; one statement. */
export async function findCohortNews(sql: Sql, cohortId: string): Promise<CohortNews> {
  const [row] = await run<NewsRow>(sql, findStatement, [cohortId]);
  return { sessions: newsSessionsOf(row?.sessions ?? null), discussions: discussionsOf(row?.posts ?? null, row?.addressees ?? null) };
}

/** As many sessions, posts and addressees are remembered, some 150 bytes each: those of a few thousand small cohorts, or of a dozen of the largest. */
const mostRemembered = 200_000;
/** What a cohort weighs beside them. */
const ofEach = 10;

/**
 * Gives the news of a cohort, read when its version was not asked for before (migration cohort_news). Whoever asks names
 * the version that their own statement saw, and what is given is never older than that: it was read after that statement,
 * and each transaction that changes anything makes a new version. Nobody asks for an old one again, so it is the next to go.
 */
export function rememberCohortNews(sql: Sql): (cohortId: string, version: number | null) => Promise<CohortNews> {
  const remembered = new LRUCache<string, CohortNews, string>({
    maxSize: mostRemembered,
    sizeCalculation: ({ sessions, discussions }) => ofEach + sessions.length + discussions.size,
    fetchMethod: (_key, _stale, { context: cohortId }) => findCohortNews(sql, cohortId),
  });
  return async (cohortId, version) => {
    const key = `${cohortId} ${version}`;
    return remembered.get(key) ?? remembered.forceFetch(key, { context: cohortId });
  };
}
