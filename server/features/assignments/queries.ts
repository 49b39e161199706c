// A learner's own accounts of assignments, and those that the staff of their cohort read.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { accountsPerPage } from '../../domain/assignment.ts';
import type { Report } from '../../domain/assignment.ts';
import { shownName } from '../../person-name.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

/** One learner's assignments in one cohort. */
export type Learner = { cohortId: string; personId: string };

type ReportRow = { account: string; version: number; written_at: string; done_at: string | null };

const findReportStatement = {
  name: 'find-assignment-report',
  text: 'select account, version, written_at, done_at from assignment_report where cohort_id = $1 and person_id = $2 and assignment = $3',
};

/** The learner's own account of an assignment, one that was taken back too; null where nothing was told yet. */
export async function findOptionalReport(sql: Sql, { cohortId, personId }: Learner, key: string): Promise<Report | null> {
  const [row] = await run<ReportRow>(sql, findReportStatement, [cohortId, personId, key]);
  return row ? { account: row.account, version: row.version, writtenAt: toInstant(row.written_at), doneAt: row.done_at === null ? null : toInstant(row.done_at) } : null;
}

/** What a learner told, as the staff of the cohort read it. */
export type ToldReport = { assignment: string; personId: string; name: string | null; account: string; writtenAt: Temporal.Instant; doneAt: Temporal.Instant };
type ToldRow = { assignment: string; personId: string; name: string | null; account: string; written_at: string; done_at: string; total: number };

// The condition on done_at is the promise of the form: what was taken back is the learner's alone.
const toldColumns = `r.assignment, r.person_id as "personId", ${shownName('p')} as name, r.account, r.written_at, r.done_at, count(*) over ()::int as total`;
const listToldStatement = {
  name: 'list-told-assignment-reports',
  text: `
    select ${toldColumns} from assignment_report r join person p on p.id = r.person_id
     where r.cohort_id = $1 and r.assignment = $2 and r.done_at is not null
       and exists (select 1 from enrolment e join context c on c.id = e.context_id where e.person_id = r.person_id and c.cohort_id = $1 and e.role = 'learner' and e.active)
     order by r.done_at desc, r.person_id limit $3 offset $4`,
};

/** What the learners of the viewer's cohort told of an assignment, newest first. @param page from 1; one beyond the last is empty, with a total of 0 */
export async function listToldFor(sql: Sql, { cohort }: Viewer, key: string, page: number): Promise<{ total: number; reports: ToldReport[] }> {
  return toTold(await run<ToldRow>(sql, listToldStatement, [cohort?.id ?? null, key, accountsPerPage, (page - 1) * accountsPerPage]));
}

const findLearnerStatement = {
  name: 'find-learner-of-assignments',
  text: `
    select ${shownName('p')} as name from person p
     where p.id = $2 and exists (select 1 from enrolment e join context c on c.id = e.context_id where e.person_id = p.id and c.cohort_id = $1 and e.role = 'learner')`,
};
const listOfLearnerStatement = {
  name: 'list-assignment-reports-of-learner',
  text: `select ${toldColumns} from assignment_report r join person p on p.id = r.person_id where r.cohort_id = $1 and r.person_id = $2 and r.done_at is not null`,
};

/** Everything that one learner of the viewer's cohort told, also one who has left it. Throws NotFound for anybody else. */
export async function findLearnersReportsFor(sql: Sql, { cohort }: Viewer, personId: string): Promise<{ name: string | null; reports: ToldReport[] }> {
  const [[learner], rows] = await Promise.all([
    run<{ name: string | null }>(sql, findLearnerStatement, [cohort?.id ?? null, personId]),
    run<ToldRow>(sql, listOfLearnerStatement, [cohort?.id ?? null, personId]),
  ]);
  if (!learner) throw new NotFound();
  return { name: learner.name, reports: toTold(rows).reports };
}

function toTold(rows: readonly ToldRow[]): { total: number; reports: ToldReport[] } {
  return { total: rows[0]?.total ?? 0, reports: rows.map(({ total: _total, written_at: writtenAt, done_at: doneAt, ...row }) => ({ ...row, writtenAt: toInstant(writtenAt), doneAt: toInstant(doneAt) })) };
}
