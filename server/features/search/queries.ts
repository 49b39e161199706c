// Full text search over the material that a cohort has (PostgreSQL, English dictionary), as far as a reader may see it.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { asAsked, hitEnd, hitStart, mostFound, searchEdition } from '../../domain/programme-search.ts';
import type { PassageKind, SearchAnswer } from '../../domain/programme-search.ts';

// What is for staff alone has no words but those that only staff search; it is asked for twice, since a search may also say what is not there (`-word`). Excerpts are made of the few rows that are shown.
const findPassages = {
  name: 'search-programme',
  text: `
    with asked as materialized (select websearch_to_tsquery('english', $2) as query),
    hits as materialized (
      select p.place, p.kind, p.week, p.part, p.target, p.title, p.body, p.week is null or p.week = any($5::smallint[]) as is_open,
             ts_rank(case when p.staff_words is null then p.words else p.staff_words end, asked.query, 1)
               * case when p.kind = 'term' then 2 when p.kind in ('reading', 'check', 'journal', 'notes') then 0.5 else 1 end as rank
        from programme_passage p, asked
       where p.version_id = $1 and ($3 or p.staff_words is null) and (p.words @@ asked.query or p.staff_words @@ asked.query) and p.kind <> all($4::text[])
    )
    select coalesce((select json_agg(json_build_object('kind', kind, 'week', week, 'part', part, 'target', target, 'title', title, 'excerpt',
                     ts_headline('english', body, asked.query, 'StartSel=${hitStart}, StopSel=${hitEnd}, MaxWords=34, MinWords=18, MaxFragments=1')) order by rank desc, place)
              from (select * from hits where is_open order by rank desc, place limit ${mostFound + 1}) best), '[]') as found,
           coalesce((select json_agg(distinct week order by week) from hits where not is_open), '[]') as later,
           numnode(asked.query) = 0 as "isEmpty"
      from asked`,
};

export type Searcher = {
  /** Whether this reader sees what is for those who run workshops. */
  isStaff: boolean;
  /** Kinds whose pages are not for this reader. */
  hidden: readonly PassageKind[];
  openWeeks: readonly number[];
};

/** What of a version holds every word of `search`, the best first, one more than `mostFound` at most; of weeks not yet open only that they have some. */
export async function searchProgramme(sql: Sql, versionId: string, { isStaff, hidden, openWeeks }: Searcher, search: string): Promise<SearchAnswer> {
  const [answer] = await run<SearchAnswer>(sql, findPassages, [versionId, asAsked(search), isStaff, hidden, openWeeks]);
  return answer ?? { found: [], later: [], isEmpty: true };
}

const isIndexedStatement = { name: 'is-programme-indexed', text: 'select 1 as there from programme_passage where version_id = $1 and edition >= $2 limit 1' };

/** Whether a version is searchable by this edition of the index, or by a later one that a newer server made. */
export async function isIndexed(sql: Sql, versionId: string): Promise<boolean> {
  return (await run(sql, isIndexedStatement, [versionId, searchEdition])).length > 0;
}
