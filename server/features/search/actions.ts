// Makes a version's material searchable, once.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { inBritish, passagesOf } from '../../domain/programme-search.ts';
import type { SearchableProgramme } from '../../domain/programme-search.ts';

const insertPassages = {
  name: 'insert-programme-passages',
  text: `
    insert into programme_passage (version_id, place, kind, week, target, title, body, words)
    select $1, place, kind, week, target, title, body, setweight(to_tsvector('english', spelt_title), 'A') || setweight(to_tsvector('english', spelt_body), 'B')
      from json_to_recordset($2) as passage (place smallint, kind text, week smallint, target text, title text, body text, spelt_title text, spelt_body text)
    on conflict do nothing`,
};

/** Writes the passages of a version. Two who do so at once write the same. */
export async function indexProgramme(sql: Sql, versionId: string, programme: SearchableProgramme): Promise<void> {
  const passages = passagesOf(programme).map((passage, index) => ({ ...passage, place: index + 1, spelt_title: inBritish(passage.title), spelt_body: inBritish(passage.body) }));
  await run(sql, insertPassages, [versionId, JSON.stringify(passages)]);
}
