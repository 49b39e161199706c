// The pace of a cohort and of its learners.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { CalendarBreak } from '../../domain/calendar.ts';
import { shownName } from '../../person-name.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

export type LearnerPaceRow = { personId: string; name: string | null; breaks: CalendarBreak[]; pausedOn: Temporal.PlainDate | null; extensionDays: number; reason: string | null };

type Row = { person_id: string; name: string | null; breaks: CalendarBreak[] | null; paused_on: string | null; extension_days: number | null; reason: string | null };

const listStatement = {
  name: 'list-learner-paces',
  text: `select p.id as person_id, ${shownName('p')} as name, t.breaks, t.paused_on, t.extension_days, t.reason
           from (select distinct e.person_id from enrolment e join context c on c.id = e.context_id where c.cohort_id = $1 and e.role = 'learner' and e.active) l
           join person p on p.id = l.person_id left join learner_pace t on t.cohort_id = $1 and t.person_id = p.id
          order by name nulls last, p.id`,
};
const findStatement = {
  name: 'find-learner-pace',
  text: `select p.id as person_id, ${shownName('p')} as name, t.breaks, t.paused_on, t.extension_days, t.reason
           from person p left join learner_pace t on t.cohort_id = $1 and t.person_id = p.id
          where p.id = $2 and exists (select 1 from enrolment e join context c on c.id = e.context_id where e.person_id = p.id and c.cohort_id = $1 and e.role = 'learner' and e.active)`,
};

/** Every active learner of the cohort with what is theirs alone, by name. */
export async function listPaces(sql: Sql, cohortId: string): Promise<LearnerPaceRow[]> {
  return (await run<Row>(sql, listStatement, [cohortId])).map(toPace);
}

/** One learner of the viewer's cohort. Throws NotFound for anybody else. */
export async function findPaceFor(sql: Sql, viewer: Viewer, personId: string): Promise<LearnerPaceRow> {
  const [row] = await run<Row>(sql, findStatement, [viewer.cohort?.id ?? null, personId]);
  if (!row) throw new NotFound();
  return toPace(row);
}

function toPace({ person_id: personId, name, breaks, paused_on: pausedOn, extension_days: extensionDays, reason }: Row): LearnerPaceRow {
  return { personId, name, breaks: breaks ?? [], pausedOn: pausedOn === null ? null : Temporal.PlainDate.from(pausedOn), extensionDays: extensionDays ?? 0, reason };
}
