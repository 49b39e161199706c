// One learner of the viewer's cohort, and everything that happened with them, in the order of time.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { rollOpensMinutesBefore } from '../../domain/attendance.ts';
import { unknownAfterSeconds } from '../../domain/mail-log.ts';
import { findOptionalLearner } from '../../learner-facts.ts';
import type { LearnerProgress } from '../../learner-facts.ts';
import { mailStateColumn } from '../../mail-outbox.ts';
import { shownName } from '../../person-name.ts';
import { NotFound } from '../../plugins/errors.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import { lettersRead, readsJournals } from './events.ts';
import type { LearnerEvent } from './events.ts';

/** A learner of the viewer's cohort, also one who has left it. Throws NotFound for anybody else. */
export async function findLearnerFor(sql: Sql, viewer: Viewer, personId: string, now: Temporal.Instant): Promise<LearnerProgress> {
  const learner = viewer.cohort && await findOptionalLearner(sql, { cohortId: viewer.cohort.id, personId }, now);
  if (!learner) throw new NotFound();
  return learner;
}

const byOf = (column: string) => `(select ${shownName('a')} from person a where a.id = ${column})`;
const audited = `e.organisation_id = $5 and e.detail->>'personId' = $2::text and e.detail->>'cohortId' = $1::text`;

// The detail of a visit, and what only its writer and its readers know (answers, plans, words of a grade, reasons of a
// pause, private entries), stay where they are. A tools self-assessment is the learner's own until the form is handed in.
// $8: the journal is shared with faculty and assistants, and nobody else.
const listEventsStatement = {
  name: 'list-learner-events',
  text: `
    select at, event from (
      select max(done_at) as at, jsonb_build_object('kind', 'sections', 'week', week, 'count', count(*)) as event
        from section_completion where cohort_id = $1 and person_id = $2 group by week, (done_at at time zone $3)::date
      union all
      select coalesce(finished_at, begun_at), jsonb_build_object('kind', case when finished_at is null then 'check-begun' else 'check' end, 'week', week, 'points', points, 'maximum', maximum)
        from knowledge_check_attempt where cohort_id = $1 and person_id = $2
      union all
      select done_at, jsonb_build_object('kind', 'assignment', 'assignment', assignment, 'words', left(account, ${lettersRead}))
        from assignment_report where cohort_id = $1 and person_id = $2 and done_at is not null
      union all
      select s.starts_at, jsonb_build_object('kind', 'roll', 'key', w.key, 'day', s.day, 'mark', a.status)
        from attendance a join workshop_session s on s.id = a.session_id join workshop w on w.id = s.workshop_id
       where w.cohort_id = $1 and a.person_id = $2 and s.cancelled_at is null and s.starts_at <= $4::timestamptz + interval '${rollOpensMinutesBefore} minutes'
      union all
      select u.submitted_at, jsonb_build_object('kind', 'submission', 'submissionId', u.id, 'number', u.number)
        from coaching_plan c join submission u on u.plan_id = c.id where c.cohort_id = $1 and c.person_id = $2
      union all
      select u.state_at, jsonb_build_object('kind', 'withdrawal', 'submissionId', u.id, 'number', u.number)
        from coaching_plan c join submission u on u.plan_id = c.id where c.cohort_id = $1 and c.person_id = $2 and u.state = 'withdrawn'
      union all
      select g.decided_at, jsonb_build_object('kind', 'decision', 'submissionId', u.id, 'number', u.number, 'decision', g.decision, 'passed', g.passed, 'points', g.points, 'maximum', g.maximum, 'by', ${byOf('g.grader_id')})
        from coaching_plan c join submission u on u.plan_id = c.id join grade g on g.submission_id = u.id where c.cohort_id = $1 and c.person_id = $2
      union all
      select e.at, jsonb_build_object('kind', 'pace', 'change', replace(e.action, 'learner.pace-', ''), 'extensionDays', coalesce(e.detail->'extensionDays', '0'), 'by', ${byOf('e.actor_id')})
        from audit_event e where ${audited} and e.action in ('learner.pace-more-time', 'learner.pace-pause', 'learner.pace-resume')
      union all
      select e.at, jsonb_build_object('kind', 'eligibility', 'step', replace(e.action, 'eligibility.', ''), 'words', left(e.detail->>'word', ${lettersRead}), 'by', ${byOf('e.actor_id')})
        from audit_event e where ${audited} and e.action in ('eligibility.submitted', 'eligibility.accepted', 'eligibility.returned')
      union all
      select t.saved_at, jsonb_build_object('kind', 'tools', 'moment', t.moment, 'answered', (select count(*) from jsonb_object_keys(t.answers)))
        from tools_assessment t join eligibility f on f.cohort_id = t.cohort_id and f.person_id = t.person_id
       where t.cohort_id = $1 and t.person_id = $2 and f.state <> 'draft' and t.answers <> '{}'
      union all
      select coalesce(m.handed_over_at, m.queued_at), jsonb_build_object('kind', 'mail', 'mailId', m.id, 'mail', m.kind, 'subject', m.subject,
               'state', ${mailStateColumn(`$4::timestamptz - interval '${unknownAfterSeconds} seconds'`)})
        from mail m where m.cohort_id = $1 and m.person_id = $2
      union all
      select d.posted_at, jsonb_build_object('kind', 'post', 'postId', d.id, 'week', d.week, 'isReply', d.parent_id is not null, 'words', case when d.removed_at is null then left(d.text, ${lettersRead}) end)
        from discussion_post d where d.cohort_id = $1 and d.author_id = $2 and d.removed_by is distinct from d.author_id
      union all
      select j.shared_at, jsonb_build_object('kind', 'journal', 'week', j.week, 'words', left(j.text, ${lettersRead}))
        from journal_entry j where $8::boolean and j.cohort_id = $1 and j.person_id = $2 and j.shared_at is not null and j.text <> ''
      union all
      select max(i.created_at), jsonb_build_object('kind', 'visit')
        from sign_in i join context c on c.id = i.context_id
       where c.cohort_id = $1 and i.person_id = $2 and i.role = 'learner' group by (i.created_at at time zone $3)::date
    ) happened order by at desc, event limit $6 offset $7`,
};

type EventRow = { at: string; event: Omit<LearnerEvent, 'at'> };

/**
 * What happened with a learner of the viewer's cohort, newest first; one more than `size` where there are more pages.
 * @param page from 1
 */
export async function listEvents(sql: Sql, viewer: Viewer, personId: string, { page, size }: { page: number; size: number }, now: Temporal.Instant): Promise<LearnerEvent[]> {
  const { cohort, organisation, role } = viewer;
  const rows = await run<EventRow>(sql, listEventsStatement, [cohort?.id ?? null, personId, cohort?.timeZone ?? 'UTC', String(now), organisation?.id ?? null, size + 1, (page - 1) * size, readsJournals(role)]);
  return rows.map(({ at, event }) => ({ ...event, at: toInstant(at) }) as LearnerEvent);
}
