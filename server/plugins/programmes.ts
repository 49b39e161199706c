// The programme's material: what the content folder holds now, and what running cohorts started with.
import { run } from '../database.ts';
import type { Sql } from '../database.ts';
import type { Programme } from '../content/programme.ts';

export type Programmes = {
  /** What new cohorts start with, and what the public page shows. `id` is the hash of its content. */
  current: { id: string; programme: Programme };
  /** The programme's own folder, whose media/ holds the introductory film; null where there is none. */
  folder: string | null;
  /** The material of a cohort. A version never changes, so each is read from the database once a process. */
  find: (id: string) => Promise<Programme>;
};

const findVersion = { name: 'find-programme-version', text: 'select content from programme_version where id = $1' };

export function createProgrammes(sql: Sql, current: Programmes['current'], folder: string | null = null): Programmes {
  const kept = new Map<string, Programme>();
  return {
    current,
    folder,
    find: async (id) => {
      const known = kept.get(id);
      if (known) return known;
      const [row] = await run<{ content: Programme }>(sql, findVersion, [id]);
      if (!row) throw new Error(`There is no programme version ${id}`);
      kept.set(id, row.content);
      return row.content;
    },
  };
}
