// What staff see of the scores of their cohort.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { shownName } from '../../person-name.ts';

export type ColumnRow = {
  id: string;
  label: string;
  scoreMaximum: number;
  course: string;
  issuer: string;
  productFamilyCode: string | null;
  /** Why there is no column at the platform: a reason code. */
  problem: string | null;
  counts: { total: number; sent: number; waiting: number; refused: number; differing: number };
};

// What the LMS shows differs when it was read after we sent, and is not what we sent on its own scale, to half a hundredth.
const differs = `(s.state = 'sent' and s.sent_at is not null and s.result_read_at >= s.sent_at
  and (s.result_score is null) is distinct from (s.sent_score is null)
   or s.state = 'sent' and s.result_read_at >= s.sent_at and abs(s.result_score / nullif(s.result_maximum, 0) - s.sent_score / s.score_maximum) * s.score_maximum > 0.0051)`;

const columnsOf = (where: string) => `
  select l.id, l.label, l.score_maximum, l.problem, coalesce(c.title, c.label, c.context_id) as course, r.issuer, r.product_family_code,
         count(s.id)::int as total, count(s.id) filter (where s.state = 'sent')::int as sent, count(s.id) filter (where s.state = 'waiting')::int as waiting,
         count(s.id) filter (where s.state = 'refused')::int as refused, count(s.id) filter (where ${differs})::int as differing
    from line_item l join context c on c.id = l.context_id
    join deployment d on d.id = c.deployment_id join platform_registration r on r.id = d.registration_id
    left join score s on s.line_item_id = l.id
   where c.cohort_id = $1${where}
   group by l.id, c.id, r.id
   order by length(l.resource_id), l.resource_id, l.tag, c.created_at, l.id`;
const listColumnsStatement = { name: 'list-score-columns', text: columnsOf('') };
const findColumnStatement = { name: 'find-score-column', text: columnsOf(' and l.id = $2') };

type ColumnSqlRow = {
  id: string; label: string; score_maximum: string; problem: string | null; course: string; issuer: string; product_family_code: string | null;
  total: number; sent: number; waiting: number; refused: number; differing: number;
};

/** The columns of every course of a cohort, week by week. */
export async function listColumns(sql: Sql, cohortId: string): Promise<ColumnRow[]> {
  return (await run<ColumnSqlRow>(sql, listColumnsStatement, [cohortId])).map(toColumn);
}

/** One column of the cohort; null when it is not one of its. */
export async function findOptionalColumn(sql: Sql, cohortId: string, columnId: string): Promise<ColumnRow | null> {
  const [row] = await run<ColumnSqlRow>(sql, findColumnStatement, [cohortId, columnId]);
  return row ? toColumn(row) : null;
}

function toColumn(row: ColumnSqlRow): ColumnRow {
  const { total, sent, waiting, refused, differing } = row;
  return {
    id: row.id, label: row.label, scoreMaximum: Number(row.score_maximum), course: row.course, issuer: row.issuer, productFamilyCode: row.product_family_code,
    problem: row.problem, counts: { total, sent, waiting, refused, differing },
  };
}

export type ScoreRow = {
  id: string;
  /** Null where the LMS withholds it. */
  name: string | null;
  state: 'waiting' | 'sent' | 'refused';
  scoreGiven: number | null;
  scoreMaximum: number;
  reason: string | null;
  status: number | null;
  changedAt: Temporal.Instant;
  /** Null when the LMS was never told. */
  sentAt: Temporal.Instant | null;
  sentScore: number | null;
  differs: boolean;
  /** What the LMS showed, on its own scale, when it was last read; null when it showed none, or was not read. */
  result: { score: number; maximum: number } | null;
};

const listScoresStatement = {
  name: 'list-scores',
  text: `
    select s.id, ${shownName('p')} as name, s.state, s.score_given, s.score_maximum, s.reason, s.status,
           s.changed_at, s.sent_at, s.sent_score, ${differs} as differs, s.result_score, s.result_maximum
      from score s join person p on p.id = s.person_id
     where s.line_item_id = $1
     order by case when s.state = 'refused' then 0 when ${differs} then 1 when s.state = 'waiting' then 2 else 3 end, name nulls last, s.id
     limit $2 offset $3`,
};

type ScoreSqlRow = {
  id: string; name: string | null; state: ScoreRow['state']; score_given: string | null; score_maximum: string; reason: string | null; status: number | null;
  changed_at: string; sent_at: string | null; sent_score: string | null; differs: boolean | null; result_score: string | null; result_maximum: string | null;
};

/** Learners of a column whom the viewer was already shown to be entitled to see: those whose score needs somebody first. */
export async function listScores(sql: Sql, columnId: string, { limit, offset }: { limit: number; offset: number }): Promise<ScoreRow[]> {
  return (await run<ScoreSqlRow>(sql, listScoresStatement, [columnId, limit, offset])).map((row) => ({
    id: row.id, name: row.name, state: row.state, reason: row.reason, status: row.status,
    scoreGiven: amount(row.score_given), scoreMaximum: Number(row.score_maximum),
    changedAt: toInstant(row.changed_at), sentAt: row.sent_at === null ? null : toInstant(row.sent_at), sentScore: amount(row.sent_score),
    differs: row.differs === true,
    result: row.result_score === null ? null : { score: Number(row.result_score), maximum: Number(row.result_maximum ?? 1) },
  }));
}

function amount(text: string | null): number | null {
  return text === null ? null : Number(text);
}
