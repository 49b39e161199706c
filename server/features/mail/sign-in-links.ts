// Signing in by a mailed link, for learners whose organisation allows it: to the address that the LMS gave, good once.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { hashSecret, newSecret } from '../../lti/login.ts';
import { mailJob } from '../../mail-outbox.ts';
import type { WaitingMail } from '../../mail-outbox.ts';
import { newSignInId } from '../../plugins/sign-in.ts';
import type { Queues } from '../../queues.ts';

const linkLasts = { minutes: 15 };
/** So many a quarter of an hour, whoever asks: nobody's mailbox is filled by somebody who found an old mail. */
const mostLinks = 3;

// Learners alone: what staff may do in a course is for their LMS to say, each time.
const askStatement = {
  name: 'ask-for-mailed-sign-in',
  text: `
    with asked as (
      select m.organisation_id, m.cohort_id, m.person_id, m.path,
             (select c.id from enrolment e join context c on c.id = e.context_id where c.cohort_id = m.cohort_id and e.person_id = m.person_id and e.role = 'learner' and e.active order by e.last_seen_at desc nulls last limit 1) as context_id
        from mail m join mail_setting s on s.organisation_id = m.organisation_id and s.sign_in_links join person p on p.id = m.person_id and p.email is not null
       where m.id = $1
         and (select count(*) from mail o where o.person_id = m.person_id and o.kind = 'sign-in' and o.queued_at > $2::timestamptz - interval '15 minutes') < $4
    ), queued as (
      insert into mail (organisation_id, cohort_id, person_id, kind, subject, paragraphs, path, link_label, good_until, queued_at)
      select organisation_id, cohort_id, person_id, 'sign-in', $5, $6::text[], path, $7, $3, $2 from asked where context_id is not null
      returning id, organisation_id
    ), noted as (
      insert into mail_sign_in (mail_id, context_id, expires_at) select q.id, a.context_id, $3 from queued q, asked a
    )
    select id as "mailId", organisation_id as "organisationId" from queued`,
};

const lockPerson = { name: 'lock-person-of-mail', text: `select p.id from mail m join person p on p.id = m.person_id where m.id = $1 for no key update of p` };

/** Queues a link that signs the reader of a mail in and leads to its page; or does not, where it may not be. Nobody is told which. */
export async function askForSignInLink({ pool, queues }: { pool: Pool; queues: Pick<Queues, 'add'> }, mailId: string, now: Temporal.Instant): Promise<void> {
  await inTransaction(pool, async (sql) => {
    await run(sql, lockPerson, [mailId]);   // so that two who ask at once are counted one after the other
    const rows = await run<WaitingMail>(sql, askStatement, [
      mailId, String(now), String(now.add(linkLasts)), mostLinks,
      'Your link into Coachline', ['With this link you are signed in, once and within fifteen minutes of asking for it. Do not pass it on.'], 'Sign in and open the page',
    ]);
    await queues.add(sql, 'send-mail', rows.map((row) => mailJob(row)));
  });
}

const spendStatement = {
  name: 'spend-mailed-sign-in',
  text: `
    with spent as (
      update mail_sign_in s set used_at = $2::timestamptz
        from mail m join mail_setting g on g.organisation_id = m.organisation_id and g.sign_in_links
       where s.mail_id = $1 and m.id = s.mail_id and s.used_at is null and s.expires_at > $2::timestamptz
         and exists (select 1 from enrolment e where e.context_id = s.context_id and e.person_id = m.person_id and e.role = 'learner' and e.active)
      returning s.context_id, m.person_id, m.organisation_id, m.path
    ), noted as (
      insert into audit_event (at, action, organisation_id, actor_id) select $2::timestamptz, 'mail.signed_in', organisation_id, person_id from spent
    ), begun as (
      insert into sign_in (id, secret_hash, role, deployment_id, person_id, context_id, created_at, last_seen_at)
      select $3, $4, 'learner', c.deployment_id, t.person_id, c.id, $2::timestamptz, $2::timestamptz from spent t join context c on c.id = t.context_id
    )
    select path from spent`,
};

/** Spends a mailed link and begins a sign-in in its course. Null when it was used, is late, or is allowed no more. */
export async function signInByMail(sql: Sql, mailId: string, now: Temporal.Instant): Promise<{ id: string; secret: string; path: string } | null> {
  const signIn = { id: newSignInId(), secret: newSecret() };
  const [spent] = await run<{ path: string }>(sql, spendStatement, [mailId, String(now), signIn.id, hashSecret(signIn.secret)]);
  return spent ? { ...signIn, path: spent.path } : null;
}
