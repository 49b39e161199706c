// How far a learner's score has got on its way to the course: for every page that shows a grade. Reads only; score-outbox.ts writes.
import { run, toInstant } from './database.ts';
import type { Sql } from './database.ts';
import type { ScoreStanding } from './domain/course-grade.ts';

export type ScoreOf = {
  personId: string;
  cohortId: string;
  /** The course at hand comes first; where it keeps no such column, another course of the cohort may. */
  contextId: string | null;
  /** As in `setScore`. */
  resourceId: string;
  tag: string;
};

export type SentScore = ScoreStanding & { comment: string | null };

type ScoreRow = {
  state: ScoreStanding['state']; points: string; maximum: string; comment: string | null; sent_at: string | null;
  seen: string | null; seen_maximum: string | null; seen_at: string | null;
};

const findScoreStatement = {
  name: 'find-score-standing',
  text: `
    select s.state, s.score_given as points, s.score_maximum as maximum, s.comment, s.sent_at,
           s.result_score as seen, coalesce(s.result_maximum, s.score_maximum) as seen_maximum, s.result_read_at as seen_at
      from score s join line_item l on l.id = s.line_item_id join context c on c.id = l.context_id
     where s.person_id = $1 and c.cohort_id = $2 and l.resource_id = $4 and l.tag = $5 and s.score_given is not null
     order by c.id = $3 desc nulls last, c.id
     limit 1`,
};

/** What the LMS was or shall be told of one result of a learner; null where it is told nothing, or no grade yet. */
export async function findOptionalScore(sql: Sql, { personId, cohortId, contextId, resourceId, tag }: ScoreOf): Promise<SentScore | null> {
  const [row] = await run<ScoreRow>(sql, findScoreStatement, [personId, cohortId, contextId, resourceId, tag]);
  if (!row) return null;
  return {
    state: row.state,
    points: Number(row.points),
    maximum: Number(row.maximum),
    comment: row.comment,
    sentAt: row.sent_at === null ? null : toInstant(row.sent_at),
    seen: row.seen_at === null ? null : { points: row.seen === null ? null : Number(row.seen), maximum: Number(row.seen_maximum), at: toInstant(row.seen_at) },
  };
}
