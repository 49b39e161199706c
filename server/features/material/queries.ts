// What people of a cohort have under way that newer material would touch.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { UnderWay } from './changes.ts';

const countUnderWay = {
  name: 'count-under-way-for-material',
  text: `
    with plan as (select id from coaching_plan where cohort_id = $1)
    select (select count(distinct a.plan_id)::int from coaching_plan_answer a join plan on plan.id = a.plan_id where a.text <> '') as plans,
           (select count(distinct a.plan_id)::int from coaching_plan_answer a join plan on plan.id = a.plan_id where a.text <> '' and a.field = any($2::text[])) as "inGone",
           (select count(distinct a.plan_id)::int from coaching_plan_answer a join plan on plan.id = a.plan_id where a.text <> '' and a.field = any($3::text[])) as "inShorter",
           (select count(*)::int from submission s join plan on plan.id = s.plan_id where s.state = 'submitted') as waiting,
           (select count(distinct d.submission_id)::int from grade_draft d join submission s on s.id = d.submission_id join plan on plan.id = s.plan_id where s.state = 'submitted' and d.version > 0) as drafted,
           (select count(*)::int from grade g join submission s on s.id = g.submission_id join plan on plan.id = s.plan_id) as decided,
           (select count(*)::int from workshop where cohort_id = $1 and key <> all($4::text[])) as workshops`,
};

/** @param keys of the plan's fields that go and that will take less, and of the workshops that the newer material has */
export async function findUnderWay(sql: Sql, cohortId: string, { gone, shorter, workshops }: { gone: readonly string[]; shorter: readonly string[]; workshops: readonly string[] }): Promise<UnderWay> {
  const [row] = await run<UnderWay>(sql, countUnderWay, [cohortId, gone, shorter, workshops]);
  return row ?? { plans: 0, inGone: 0, inShorter: 0, waiting: 0, drafted: 0, decided: 0, workshops: 0 };
}
