// What each learner of a cohort did, in one statement whatever the size of the cohort: for the heat map, a learner's page,
// the CSV, and a learner's own progress. Reads only, and never what anybody wrote.
import { run, toInstant } from './database.ts';
import type { Sql } from './database.ts';
import { rollOpensMinutesBefore } from './domain/attendance.ts';
import type { CalendarBreak } from './domain/calendar.ts';
import type { PlanStanding, PlanState } from './domain/completion.ts';
import type { Result } from './domain/knowledge-check.ts';
import { shownName } from './person-name.ts';

export type LearnerProgress = {
  personId: string;
  /** Null where the LMS withholds it. */
  name: string | null;
  email: string | null;
  /** False for who has left every course of the cohort. */
  isHere: boolean;
  /** Null for those whom only the roster named. */
  lastSeenAt: Temporal.Instant | null;
  /** Sections done by week number; weeks in which nothing was done are absent. */
  sectionsDone: ReadonlyMap<number, number>;
  /** What their calendar has of its own; null for those who keep the cohort's. */
  pace: { breaks: CalendarBreak[]; pausedOn: Temporal.PlainDate | null; extensionDays: number } | null;
  /** The best finished try by week number. */
  bestChecks: ReadonlyMap<number, Result>;
  /** The keys of the assignments that they have told of as done; also of those that their material no longer has. */
  assignmentsDone: ReadonlySet<string>;
  /** Days of workshops that were missed without an excuse. */
  absences: number;
  plan: PlanStanding;
};

type LearnerRow = {
  person_id: string; name: string | null; email: string | null; is_here: boolean; last_seen_at: string | null; weeks: Record<string, number> | null;
  breaks: CalendarBreak[] | null; paused_on: string | null; extension_days: number;
  checks: Record<string, [points: number, maximum: number]> | null; assignments: string[] | null; absences: number | null;
  plan_begun: boolean | null; plan_state: 'submitted' | 'returned' | 'released' | null; plan_passed: boolean | null; plan_points: number | null; plan_maximum: number | null;
};

// $2: one learner, also one who has left; null for everybody who is here. Marks on a day that is cancelled, or that was
// moved ahead, do not count, as in domain/attendance.ts. A withdrawn plan is one that was not handed in. A released grade
// is the last that was released: a later version that waits leaves it standing.
const listStatement = {
  name: 'list-learner-facts',
  text: `
    with learner as (
      select e.person_id, max(e.last_seen_at) as last_seen_at, bool_or(e.active) as is_here
        from enrolment e join context c on c.id = e.context_id
       where c.cohort_id = $1 and e.role = 'learner' and (e.active or e.person_id = $2) and ($2::uuid is null or e.person_id = $2)
       group by e.person_id
    ), progress as (
      select person_id, jsonb_object_agg(week, sections) as weeks
        from (select person_id, week, count(*)::int as sections from section_completion where cohort_id = $1 and ($2::uuid is null or person_id = $2) group by person_id, week) counted
       group by person_id
    ), checked as (
      select person_id, jsonb_object_agg(week, jsonb_build_array(points, maximum)) as checks
        from (select distinct on (person_id, week) person_id, week, points, maximum from knowledge_check_attempt
               where cohort_id = $1 and finished_at is not null and maximum > 0 and ($2::uuid is null or person_id = $2)
               order by person_id, week, points / maximum desc, finished_at) best
       group by person_id
    ), told as (
      select person_id, json_agg(assignment) as assignments
        from assignment_report where cohort_id = $1 and done_at is not null and ($2::uuid is null or person_id = $2)
       group by person_id
    ), missed as (
      select a.person_id, count(*)::int as absences
        from workshop w join workshop_session s on s.workshop_id = w.id join attendance a on a.session_id = s.id
       where w.cohort_id = $1 and a.status = 'absent' and s.cancelled_at is null and s.starts_at <= $3::timestamptz + interval '${rollOpensMinutesBefore} minutes'
         and ($2::uuid is null or a.person_id = $2)
       group by a.person_id
    )
    select l.person_id, ${shownName('p')} as name, p.email, l.is_here, l.last_seen_at, g.weeks, t.breaks, t.paused_on, t.extension_days,
           k.checks, y.assignments, m.absences, c.id is not null and (s.state is not null or exists (select 1 from coaching_plan_answer x where x.plan_id = c.id and x.text <> '')) as plan_begun,
           s.state as plan_state, r.passed as plan_passed, r.points::float as plan_points, r.maximum::float as plan_maximum
      from learner l join person p on p.id = l.person_id left join progress g on g.person_id = l.person_id
      left join learner_pace t on t.cohort_id = $1 and t.person_id = l.person_id
      left join checked k on k.person_id = l.person_id
      left join told y on y.person_id = l.person_id
      left join missed m on m.person_id = l.person_id
      left join coaching_plan c on c.cohort_id = $1 and c.person_id = l.person_id
      left join lateral (select state from submission where plan_id = c.id and state <> 'withdrawn' order by number desc limit 1) s on true
      left join lateral (select d.passed, d.points, d.maximum from submission u join grade d on d.submission_id = u.id
                          where u.plan_id = c.id and d.decision = 'released' order by u.number desc limit 1) r on true
     order by name nulls last, l.person_id`,
};

/** Every active learner of a cohort with what they did, by name; of days still to come no mark counts. */
export async function listLearners(sql: Sql, cohortId: string, now: Temporal.Instant): Promise<LearnerProgress[]> {
  return (await run<LearnerRow>(sql, listStatement, [cohortId, null, String(now)])).map(toLearner);
}

/** One learner of a cohort, also one who has left; null for anybody else. */
export async function findOptionalLearner(sql: Sql, { cohortId, personId }: { cohortId: string; personId: string }, now: Temporal.Instant): Promise<LearnerProgress | null> {
  const [row] = await run<LearnerRow>(sql, listStatement, [cohortId, personId, String(now)]);
  return row ? toLearner(row) : null;
}

function toLearner(row: LearnerRow): LearnerProgress {
  return {
    personId: row.person_id,
    name: row.name,
    email: row.email,
    isHere: row.is_here,
    lastSeenAt: row.last_seen_at === null ? null : toInstant(row.last_seen_at),
    sectionsDone: new Map(Object.entries(row.weeks ?? {}).map(([week, sections]) => [Number(week), sections])),
    pace: row.breaks && { breaks: row.breaks, pausedOn: row.paused_on === null ? null : Temporal.PlainDate.from(row.paused_on), extensionDays: row.extension_days },
    bestChecks: new Map(Object.entries(row.checks ?? {}).map(([week, [points, maximum]]) => [Number(week), { points, maximum }])),
    assignmentsDone: new Set(row.assignments ?? []),
    absences: row.absences ?? 0,
    plan: { state: planState(row), points: row.plan_points === null || row.plan_maximum === null ? null : { points: row.plan_points, maximum: row.plan_maximum } },
  };
}

function planState({ plan_begun: isBegun, plan_state: state, plan_passed: passed }: LearnerRow): PlanState {
  if (state === null) return isBegun ? 'begun' : 'none';
  if (state === 'released') return passed ? 'passed' : 'not-passed';
  return state;
}
