// Makes a version's material searchable, once for each edition of the index.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import { inBritish, isForStaff, passagesOf, searchEdition } from '../../domain/programme-search.ts';
import type { SearchableProgramme } from '../../domain/programme-search.ts';

// Rows of an earlier edition are replaced, in the order of their places, in which everybody who does so takes them; what
// another server wrote of this edition or of a later one stays.
const upsertPassages = {
  name: 'upsert-programme-passages',
  text: `
    insert into programme_passage as kept (version_id, place, kind, week, part, target, title, body, edition, words, staff_words)
    select $1, place, kind, week, part, target, title, body, $3::smallint,
           case when for_staff then null else lexemes end, case when for_staff then lexemes end
      from (select *, setweight(to_tsvector('english', spelt_title), 'A') || setweight(to_tsvector('english', spelt_body), 'B') as lexemes
              from json_to_recordset($2) as passage (place smallint, kind text, week smallint, part text, target text, title text, body text, for_staff boolean, spelt_title text, spelt_body text)) made
     order by place
    on conflict (version_id, place) do update
       set kind = excluded.kind, week = excluded.week, part = excluded.part, target = excluded.target, title = excluded.title, body = excluded.body,
           edition = excluded.edition, words = excluded.words, staff_words = excluded.staff_words
     where kept.edition < excluded.edition`,
};
const deleteEarlier = { name: 'delete-earlier-passages', text: 'delete from programme_passage where version_id = $1 and edition < $2' };

/** Writes the passages of a version in place of those of an earlier edition: all of them or none. Two who do so at once write the same. */
export async function indexProgramme(pool: Pool, versionId: string, programme: SearchableProgramme): Promise<void> {
  const passages = passagesOf(programme).map((passage, index) => ({
    ...passage, place: index + 1, part: passage.part?.slice(0, 500) ?? null, title: passage.title.slice(0, 500),
    for_staff: isForStaff(passage), spelt_title: inBritish(passage.title), spelt_body: inBritish(passage.body),
  }));
  await inTransaction(pool, async (sql) => {
    await run(sql, upsertPassages, [versionId, JSON.stringify(passages), searchEdition]);
    await run(sql, deleteEarlier, [versionId, searchEdition]);
  });
}
