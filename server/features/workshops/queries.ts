// The days of workshops that a cohort has on its calendar.
import { run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Session } from '../../domain/workshop-sessions.ts';
import { sessionColumns, sessionOf } from '../../workshop-news.ts';
import type { SessionRow } from '../../workshop-news.ts';

const listSessionsStatement = {
  name: 'list-workshop-sessions',
  text: `select s.id, s.revision, ${sessionColumns} from workshop w join workshop_session s on s.workshop_id = w.id where w.cohort_id = $1 order by s.starts_at, w.key, s.day`,
};

/** Every day of every workshop of a cohort that the viewer belongs to, earliest first; cancelled ones too. */
export async function listSessions(sql: Sql, cohortId: string): Promise<Session[]> {
  return (await run<SessionRow & Revision>(sql, listSessionsStatement, [cohortId])).map(toSession);
}

const lockSessionsStatement = {
  name: 'lock-workshop-sessions',
  text: `select s.id, s.revision, ${sessionColumns} from workshop w join workshop_session s on s.workshop_id = w.id where w.cohort_id = $1 and w.key = $2 order by s.day for update`,
};

/** The days of one workshop, held until the end of the transaction, in order; none where it is not scheduled. */
export async function lockSessions(sql: Sql, { cohortId, key }: { cohortId: string; key: string }): Promise<Session[]> {
  return (await run<SessionRow & Revision>(sql, lockSessionsStatement, [cohortId, key])).map(toSession);
}

type Revision = { id: string; revision: number };

function toSession(row: SessionRow & Revision): Session {
  return { ...sessionOf(row), id: row.id, revision: row.revision };
}
