// Full text search over the material that a cohort has (PostgreSQL, English dictionary).
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { hitEnd, hitStart, inBritish, mostFound } from '../../domain/programme-search.ts';
import type { Found } from '../../domain/programme-search.ts';

const findPassages = {
  name: 'search-programme',
  text: `
    with asked as (select websearch_to_tsquery('english', $2) as query)
    select p.kind, p.week, p.target, p.title,
           ts_headline('english', p.body, asked.query, 'StartSel=${hitStart}, StopSel=${hitEnd}, MaxWords=34, MinWords=18, MaxFragments=1') as excerpt
      from programme_passage p, asked
     where p.version_id = $1 and p.words @@ asked.query
     order by ts_rank(p.words, asked.query, 1) * case p.kind when 'term' then 2 else 1 end desc, p.place
     limit ${mostFound + 1}`,
};

/** The passages of a version that hold every word of `search`, the best first; one more than `mostFound` at most. */
export async function searchProgramme(sql: Sql, versionId: string, search: string): Promise<Found[]> {
  return run<Found>(sql, findPassages, [versionId, inBritish(search)]);
}

const isIndexedStatement = { name: 'is-programme-indexed', text: 'select 1 as there from programme_passage where version_id = $1 limit 1' };

export async function isIndexed(sql: Sql, versionId: string): Promise<boolean> {
  return (await run(sql, isIndexedStatement, [versionId])).length > 0;
}
