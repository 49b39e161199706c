// Coaching plans as they were handed in, written straight into their tables.
import type { Pool } from 'pg';
import type { Rubric } from '../../server/content/programme.ts';

export type HandedIn = {
  /** What the learner's name begins with; the person and the cohort must be there. */
  name: string;
  number?: number;
  at?: string;
  state?: 'submitted' | 'withdrawn' | 'returned' | 'released';
  answers?: Record<string, string>;
  evidence?: object[];
  /** By default that of the spring course. */
  cohortId?: string;
};

/** Hands a plan in; makes the plan when there is none. Returns the submission's id. */
export async function handIn(sql: Pool, { name, number = 1, at = '2026-05-08T09:00:00Z', state = 'submitted', answers = { 'goals.first': 'The team reads its own chart.\nWithout me.' }, evidence = [], cohortId }: HandedIn): Promise<string> {
  const { rows: [plan] } = await sql.query<{ id: string }>(
    `insert into coaching_plan (cohort_id, person_id, created_at)
     select coalesce($3, h.id), p.id, $2 from person p, (select cohort_id as id from context where context_id = 'course-spring') h where p.name like $1 || '%' order by p.created_at limit 1
     on conflict (cohort_id, person_id) do update set created_at = excluded.created_at returning id`, [name, at, cohortId ?? null]);
  const { rows: [submission] } = await sql.query<{ id: string }>(
    `insert into submission (plan_id, number, receipt, answers, evidence, state, submitted_at, state_at)
     values ($1, $2, upper(substr(md5(random()::text), 1, 8)), $3, $4, $5, $6, $6) returning id`, [plan?.id, number, JSON.stringify(answers), JSON.stringify(evidence), state, at]);
  if (!submission) throw new Error('nothing was handed in');
  return submission.id;
}

/** The fields of a rubric's form with every criterion at the level of this place, 0 for the best. */
export function marked(rubric: Rubric | undefined, place = 1, more: Record<string, string> = {}): Record<string, string> {
  const levels = (rubric?.criteria ?? []).map(({ key, levels: all }): [string, string] => [`level.${key}`, all[place]?.key ?? '']);
  return { ...Object.fromEntries(levels), version: '0', ...more };
}
