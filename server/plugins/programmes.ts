// The programme's material: what the content folder holds now, and what running cohorts started with.
import { run } from '../database.ts';
import type { Sql } from '../database.ts';
import type { PlanForm, Programme, Rubric } from '../content/programme.ts';

export type Programmes = {
  /** What new cohorts start with, and what the public page shows. `id` is the hash of its content. */
  current: { id: string; programme: Programme };
  /** The programme's own folder, whose media/ holds the introductory film; null where there is none. */
  folder: string | null;
  /** The material of a cohort. A version never changes, so each is read from the database once a process. */
  find: (id: string) => Promise<Programme>;
  /**
   * The form of the plan and the rubric of every version of the programme that this one is of, the newest first: what a
   * question or a criterion was called that is there no more. Read from the database once a process, as above.
   */
  history: (id: string) => Promise<readonly FormAndRubric[]>;
};

export type FormAndRubric = Pick<Programme, 'plan' | 'rubric'>;

const findVersion = { name: 'find-programme-version', text: 'select content from programme_version where id = $1' };

// No more than the ids: a content that is looked into is unpacked as a whole.
const listVersions = {
  name: 'list-programme-versions',
  text: 'select id from programme_version where programme_key = (select programme_key from programme_version where id = $1) order by created_at desc, id',
};
const listParts = {
  name: 'list-forms-and-rubrics',
  text: `select id, content -> 'plan' as plan, content -> 'rubric' as rubric from programme_version where id = any($1)`,
};

export function createProgrammes(sql: Sql, current: Programmes['current'], folder: string | null = null): Programmes {
  const kept = new Map<string, Programme>();
  const parts = new Map<string, Promise<FormAndRubric>>();
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
    history: async (id) => {
      const ids = (await run<{ id: string }>(sql, listVersions, [id])).map((row) => row.id);
      readParts(ids.filter((one) => !parts.has(one)));
      return Promise.all(ids.map(async (one) => (await parts.get(one)) ?? {}));
    },
  };

  /** All that are missing with one statement. Who asks meanwhile waits for the same; after a failure the next asks anew. */
  function readParts(ids: readonly string[]): void {
    if (ids.length === 0) return;
    const read = run<PartsRow>(sql, listParts, [ids]);
    for (const id of ids) {
      const part = read.then((rows) => partsOf(rows.find((row) => row.id === id)));
      parts.set(id, part);
      part.catch(() => parts.delete(id));
    }
  }
}

type PartsRow = { id: string; plan: PlanForm | null; rubric: Rubric | null };

function partsOf(row: PartsRow | undefined): FormAndRubric {
  return { ...(row?.plan && { plan: row.plan }), ...(row?.rubric && { rubric: row.rubric }) };
}
