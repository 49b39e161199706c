// Administrators outside any LMS, and the one-time links that sign them in.
import type { Pool } from 'pg';
import { inTransaction, run } from '../../database.ts';
import type { Sql } from '../../database.ts';
import { hashSecret, newSecret } from '../../lti/login.ts';
import { newSignInId } from '../../plugins/sign-in.ts';

const linkLasts = Temporal.Duration.from({ minutes: 15 });

const upsertAdministrator = {
  name: 'upsert-administrator',
  text: `insert into administrator as a (email, organisation_id, created_at) values ($1, $2, $3)
         on conflict (email, organisation_id) do update set email = a.email returning id`,
};
const insertLink = { name: 'insert-sign-in-link', text: 'insert into sign_in_link (token_hash, administrator_id, expires_at) values ($1, $2, $3)' };
const auditLink = {
  name: 'audit-sign-in-link',
  text: `insert into audit_event (at, action, organisation_id, actor_id, detail) values ($1, 'administrator.link', $2, $3, $4)`,
};

/**
 * Makes somebody an administrator of an organisation (its id), or with null an operator of the whole, and
 * returns the token of a sign-in link: good once, for fifteen minutes.
 */
export async function makeAdministratorLink(pool: Pool, { email, organisationId }: { email: string; organisationId: string | null }, now: Temporal.Instant): Promise<string> {
  return inTransaction(pool, async (sql) => {
    const [administrator] = await run<{ id: string }>(sql, upsertAdministrator, [email, organisationId, String(now)]);
    if (!administrator) throw new Error('the administrator was not made');
    const token = newSecret();
    await run(sql, insertLink, [hashSecret(token), administrator.id, String(now.add(linkLasts))]);
    await run(sql, auditLink, [String(now), organisationId, administrator.id, JSON.stringify({ email })]);
    return token;
  });
}

const spendLink = {
  name: 'spend-sign-in-link',
  text: `
    with spent as (
      update sign_in_link set used_at = $2::timestamptz where token_hash = $1 and used_at is null and expires_at > $2::timestamptz returning administrator_id
    ), noted as (
      insert into audit_event (at, action, organisation_id, actor_id)
      select $2::timestamptz, 'administrator.signed_in', a.organisation_id, a.id from spent join administrator a on a.id = spent.administrator_id
    )
    insert into sign_in (id, secret_hash, role, administrator_id, created_at, last_seen_at)
    select $3, $4, case when a.organisation_id is null then 'operator' else 'administrator' end, a.id, $2::timestamptz, $2::timestamptz
      from spent join administrator a on a.id = spent.administrator_id
    returning id`,
};

/** Spends a sign-in link and begins a sign-in. Null when the link is unknown, used or late. */
export async function signInByLink(sql: Sql, token: string, now: Temporal.Instant): Promise<{ id: string; secret: string } | null> {
  const signIn = { id: newSignInId(), secret: newSecret() };
  const begun = await run(sql, spendLink, [hashSecret(token), String(now), signIn.id, hashSecret(signIn.secret)]);
  return begun.length > 0 ? signIn : null;
}

const purgeSignInsStatement = { name: 'purge-sign-ins', text: `delete from sign_in where last_seen_at < $1::timestamptz - interval '30 days'` };

/** Removes sign-ins that nobody used for thirty days. Returns how many. */
export async function purgeSignIns(sql: Pool, now: Temporal.Instant): Promise<number> {
  return (await sql.query({ ...purgeSignInsStatement, values: [String(now)] })).rowCount ?? 0;
}

const purgeLinksStatement = { name: 'purge-sign-in-links', text: `delete from sign_in_link where expires_at < $1::timestamptz - interval '30 days'` };

/** Removes sign-in links thirty days after their end, used or not; the audit keeps that they were. Returns how many. */
export async function purgeSignInLinks(sql: Pool, now: Temporal.Instant): Promise<number> {
  return (await sql.query({ ...purgeLinksStatement, values: [String(now)] })).rowCount ?? 0;
}
