// What is new in a cohort and the same for all who are in it: its workshops and its discussions. Home tells of it at each
// visit, and it changes some times a day.
import { run } from './database.ts';
import type { Sql } from './database.ts';
import { discussionsColumn, discussionsOf } from './discussion-news.ts';
import type { Discussions } from './discussion-news.ts';
import { newsSessionsOf, sessionsColumn } from './workshop-news.ts';
import type { NewsSession } from './workshop-news.ts';

/** `sessions`: all of the cohort, by their times. */
export type CohortNews = { sessions: NewsSession[]; discussions: Discussions };

/** SQL for the version of a cohort's news, where `h` is the cohort. */
export const newsVersion = 'h.news_version';

const findStatement = { name: 'find-cohort-news', text: `select ${sessionsColumn} as sessions, ${discussionsColumn} as discussions` };

/** Reads the news of a cohort; one statement. */
export async function findCohortNews(sql: Sql, cohortId: string): Promise<CohortNews> {
  const [row] = await run<{ sessions: Parameters<typeof newsSessionsOf>[0]; discussions: Parameters<typeof discussionsOf>[0] }>(sql, findStatement, [cohortId]);
  return { sessions: newsSessionsOf(row?.sessions ?? null), discussions: discussionsOf(row?.discussions ?? null) };
}

/** Of the cohorts whose people come, the last; a small one takes some ten kilobytes, one with twelve thousand posts a megabyte. */
const mostCohorts = 200;

/**
 * Gives the news of a cohort, read again when its version is another than what was read last (migration cohort_news).
 * Whoever asks names the version that their own statement saw, and what is given is never older than that: the news are
 * read after it, and each transaction that changes them makes a new version.
 */
export function rememberCohortNews(sql: Sql): (cohortId: string, version: number) => Promise<CohortNews> {
  const remembered = new Map<string, { version: number; news: Promise<CohortNews> }>();
  return (cohortId, version) => {
    let known = remembered.get(cohortId);
    if (known?.version !== version) {
      const news = findCohortNews(sql, cohortId);
      // What could not be read is not remembered; whoever asked is told.
      news.catch(() => { if (remembered.get(cohortId)?.news === news) remembered.delete(cohortId); });
      known = { version, news };
    }
    // Taken out and put in again, it is the last; the one that nobody asked for the longest is the first.
    remembered.delete(cohortId);
    remembered.set(cohortId, known);
    const [oldest] = remembered.keys();
    if (remembered.size > mostCohorts && oldest !== undefined) remembered.delete(oldest);
    return known.news;
  };
}
