// Who is asking: the address names a sign-in, the cookie of the same name proves it.
import createError from '@fastify/error';
import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { hash, timingSafeEqual } from 'node:crypto';
import type { Pool } from 'pg';
import { run, toInstant } from '../database.ts';
import type { Statement } from '../database.ts';
import type { CourseRole } from '../domain/roles.ts';
import { readerEnglish } from '../format.ts';
import type { English } from '../format.ts';
import type { CalendarBreak } from '../domain/calendar.ts';
import { standingOfSignIn } from '../learner-standing.ts';
import type { LearnerStanding } from '../learner-standing.ts';
import { shownName } from '../person-name.ts';
import { randomText } from '../random-text.ts';
import { progressOf } from './progress.ts';
import type { Progress } from './progress.ts';

export type SignInRole = CourseRole | 'operator';

/** The person behind a request, and the one course and cohort that this sign-in speaks of. */
export type Viewer = {
  signInId: string;
  role: SignInRole;
  /** Student view: shown as a learner, nothing recorded. */
  testUser: boolean;
  personId: string | null;
  administratorId: string | null;
  /** Null where the LMS withholds the name. */
  name: string | null;
  organisation: { id: string; name: string; help: { telephone: string; days: string; hours: string } | null } | null;
  context: { id: string; title: string | null } | null;
  cohort: ViewerCohort | null;
  returnUrl: string | null;
  /** How days and times are told, by what the LMS says of this reader's language. */
  english: English;
};

export type ViewerCohort = {
  id: string;
  name: string;
  startsOn: Temporal.PlainDate;
  timeZone: string;
  /** Holidays of the cohort, which move later weeks. */
  breaks: readonly CalendarBreak[];
  programmeVersionId: string;
};

/**
 * What a page reads of its cohort in the statement that reads its sign-in: a statement of its own would be a quarter of all
 * that the page costs. In the expressions `s` is the sign-in, `c` its course and `h` its cohort.
 */
export type Facts = {
  /** Part of the prepared statement's name, so each name stands for one text only. */
  name: string;
  /** SQL, whose values arrive in this order. */
  expressions: readonly string[];
};

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Reads the learner's progress with the sign-in, as `request.progress`. */
    withProgress?: boolean;
    /** What else is read with the sign-in, as `request.facts`. */
    facts?: Facts;
  }
  interface FastifyRequest {
    /** Only on signed-in pages. */
    viewer: Viewer;
    /** Only on signed-in pages whose route asks for it. */
    progress: Progress;
    /** The values of `config.facts`, as JSON has them; whoever wrote the expressions knows what they are. Empty without a cohort. */
    facts: unknown[];
    /** Prefixes a path of ours with this sign-in: `/weeks/1` → `/in/SIGNIN/weeks/1`. */
    at: (path: string) => string;
  }
}

/** Sign-ins that one browser keeps (contract.md). */
const mostKept = 20;
/** What a sign-in's id looks like. */
const signInId = /^[\w-]{8,32}$/;
/** Idle time after which a sign-in ends (contract.md). */
const idleLimit = { ms: 12 * 3_600_000 };
/** Reading does not write: the time last seen is kept to this grain. */
const touchAfter = { ms: 10 * 60_000 };

export const SignInEnded = createError('COACHLINE_SIGN_IN_ENDED', 'Your visit has ended or was begun in another browser.', 401);

/** A public name for a sign-in, short because it stands in every address. */
export const newSignInId = (): string => randomText(12);

export const cookieOfSignIn = (id: string): string => `__Host-in-${id}`;

/** `__Host-` wants Secure and Path=/; frames on other sites want SameSite=None and Partitioned (CHIPS). */
export const cookieAttributes = { path: '/', httpOnly: true, secure: true, sameSite: 'none', partitioned: true } as const;

/**
 * What belongs to a sign-in is looked up rather than joined: of six joins or seven PostgreSQL spends as much time on handing
 * two dozen columns from one to the next as on finding the rows. Each of them is an array, because names of keys cost time too.
 */
const findSignInStatement = (name: string, ofCohort: readonly string[] = []): Statement => ({
  name,
  quick: true,
  text: `
    select s.secret_hash, s.role, s.test_user, s.person_id, s.administrator_id, s.frame_origins, s.return_url, s.locale, s.last_seen_at,
           coalesce((select ${shownName('p')} from person p where p.id = s.person_id), (select a.email from administrator a where a.id = s.administrator_id)) as name,
           (select json_build_array(o.id, o.name, o.help_telephone, o.help_days, o.help_hours)
              from organisation o
             where o.id = coalesce((select d.organisation_id from deployment d where d.id = s.deployment_id), (select a.organisation_id from administrator a where a.id = s.administrator_id))) as organisation,
           (select json_build_array(c.id, c.title, (select json_build_array(${['h.id', 'h.name', 'h.starts_on', 'h.time_zone', 'h.breaks', 'h.programme_version_id', ...ofCohort].join(', ')}) from cohort h where h.id = c.cohort_id))
              from context c where c.id = s.context_id) as context
      from sign_in s
     where s.id = $1 and s.ended_at is null`,
});
const findSignIn = findSignInStatement('find-sign-in');

/** The one statement that reads all that a route wants. */
function statementFor({ withProgress, facts }: FastifyContextConfig): Statement {
  if (!withProgress && !facts) return findSignIn;
  const name = ['find-sign-in', withProgress && 'with-progress', facts && `and-${facts.name}`].filter(Boolean).join('-');
  return findSignInStatement(name, [...(withProgress ? progressExpressions : []), ...(facts?.expressions ?? [])]);
}

const progressExpressions = ['h.eligibility_required', standingOfSignIn];
type ProgressValues = [eligibilityRequired: boolean, standing: LearnerStanding | null];

type SignInRow = {
  secret_hash: Buffer; role: SignInRole; test_user: boolean; person_id: string | null; administrator_id: string | null;
  frame_origins: string[]; return_url: string | null; locale: string | null; last_seen_at: string; name: string | null;
  organisation: [id: string, name: string, telephone: string | null, days: string | null, hours: string | null] | null;
  context: [id: string, title: string | null, cohort: CohortRow | null] | null;
};

type CohortRow = [id: string, name: string, startsOn: string, timeZone: string, breaks: CalendarBreak[], programmeVersionId: string, ...more: unknown[]];

const touchSignIn = {
  name: 'touch-sign-in',
  text: `
    with touched as (update sign_in set last_seen_at = $2 where id = $1 returning context_id, person_id)
    update enrolment e set last_seen_at = $2
      from touched t where e.context_id = t.context_id and e.person_id = t.person_id and e.last_seen_at < $2`,
};

const endSignInStatement = { name: 'end-sign-in', text: 'update sign_in set ended_at = $2 where id = $1 and ended_at is null' };

/** Adds `request.viewer` and `request.at` to everything registered after it on `app`, whose prefix is `/in/:signIn`. */
export function signIn(app: FastifyInstance, { sql }: { sql: Pool }): void {
  app.decorateRequest('viewer');
  app.decorateRequest('progress');
  app.decorateRequest('facts');
  app.decorateRequest('at');
  const statements = new WeakMap<FastifyContextConfig, Statement>();
  app.addHook('onRequest', async (request, reply) => {
    const { signIn: id } = request.params as { signIn: string };
    const { config } = request.routeOptions;
    const statement = statements.get(config) ?? statementFor(config);
    statements.set(config, statement);
    const proven = await provenSignIn(sql, request, id, statement);
    if (!proven) throw new SignInEnded();
    const { row, idleMs } = proven;
    if (idleMs > touchAfter.ms) await run(sql, touchSignIn, [id, String(request.now)]);
    const [viewer, more] = viewerOf(id, row);
    request.viewer = viewer;
    if (config.withProgress) {
      const [eligibilityRequired = false, standing = null] = more.splice(0, progressExpressions.length) as Partial<ProgressValues>;
      request.progress = progressOf(standing ?? {}, { eligibilityRequired, held: isHeld(viewer, eligibilityRequired, standing) });
    }
    request.facts = more;
    request.at = (path) => `/in/${id}${path}`;
    reply.frameOrigins = row.frame_origins;
  });
}

/** Whether this browser holds the secret of a sign-in that still lives. */
export async function holdsSignIn(sql: Pool, request: FastifyRequest, id: string): Promise<boolean> {
  return (await provenSignIn(sql, request, id, findSignIn)) !== null;
}

const livingSignIns = {
  name: 'living-sign-ins',
  text: `select s.id from unnest($1::varchar[], $2::bytea[]) as shown (id, secret_hash)
           join sign_in s on s.id = shown.id and s.secret_hash = shown.secret_hash
          where s.ended_at is null order by s.created_at desc, s.id`,
};
const endSignIns = { name: 'end-sign-ins', text: 'update sign_in set ended_at = $2 where id = any($1) and ended_at is null' };

/** Gives this browser the cookie of a new sign-in. It keeps twenty: of more, the oldest end. */
export async function giveSignIn(sql: Pool, request: FastifyRequest, reply: FastifyReply, { id, secret }: { id: string; secret: string }): Promise<void> {
  const held = heldIds(request).filter((other) => other !== id);
  if (held.length >= mostKept) {
    // The address of a sign-in is no secret: only the cookie's value proves that it is this browser's to end.
    const secrets = held.map((other) => hash('sha256', request.cookies[cookieOfSignIn(other)] ?? '', 'buffer'));
    const living = (await run<{ id: string }>(sql, livingSignIns, [held, secrets])).map((row) => row.id);
    const kept = new Set(living.slice(0, mostKept - 1));
    await run(sql, endSignIns, [living.slice(mostKept - 1), String(request.now)]);
    for (const other of held) if (!kept.has(other)) reply.clearCookie(cookieOfSignIn(other), cookieAttributes);
  }
  reply.setCookie(cookieOfSignIn(id), secret, cookieAttributes);
}

/** Of the sign-ins that a request brings a cookie of, the ids; cookies of that prefix may hold anything. */
function heldIds({ cookies }: FastifyRequest): string[] {
  const prefix = cookieOfSignIn('');
  return Object.keys(cookies).filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length)).filter((id) => signInId.test(id));
}

/** The sign-ins that this browser holds and that still live: for a link from elsewhere, which names none. A browser keeps twenty at most. */
export async function listHeldSignIns(sql: Pool, request: FastifyRequest): Promise<Viewer[]> {
  const held = await Promise.all(heldIds(request).slice(0, mostHeld).map(async (id) => ({ id, proven: await provenSignIn(sql, request, id, findSignIn) })));
  return held.flatMap(({ id, proven }) => (proven ? [viewerOf(id, proven.row)[0]] : []));
}

/** More than a browser keeps; whoever sends a thousand cookies is answered as cheaply as anybody. */
const mostHeld = 30;

/** Ends a sign-in and takes its cookie back. */
export async function endSignIn(sql: Pool, request: FastifyRequest, reply: FastifyReply): Promise<void> {
  await run(sql, endSignInStatement, [request.viewer.signInId, String(request.now)]);
  reply.clearCookie(cookieOfSignIn(request.viewer.signInId), cookieAttributes);
}

/** The sign-in of that id, when this browser's cookie proves it, and how long nobody used it; null for one that has ended. */
async function provenSignIn(sql: Pool, request: FastifyRequest, id: string, statement: Statement): Promise<{ row: SignInRow; idleMs: number } | null> {
  const secret = request.cookies[cookieOfSignIn(id)];
  if (!secret || !signInId.test(id)) return null;
  const [row] = await run<SignInRow>(sql, statement, [id]);
  if (!row || !timingSafeEqual(hash('sha256', secret, 'buffer'), row.secret_hash)) return null;
  const idleMs = request.now.epochMilliseconds - toInstant(row.last_seen_at).epochMilliseconds;
  return idleMs > idleLimit.ms ? null : { row, idleMs };
}

/** Days on which cohorts begin: few, and of every page. The same day is the same object, by which domain/calendar.ts keeps what follows from it. */
const firstDays = new Map<string, Temporal.PlainDate>();
const mostFirstDays = 1_000;

function firstDay(text: string): Temporal.PlainDate {
  if (firstDays.size >= mostFirstDays) firstDays.clear();
  return firstDays.getOrInsertComputed(text, () => Temporal.PlainDate.from(text));
}

/** Whether the cohort wants a form about team and project of this learner, and has not accepted it. */
function isHeld({ role, personId }: Viewer, eligibilityRequired: boolean, standing: LearnerStanding | null): boolean {
  return eligibilityRequired && role === 'learner' && personId !== null && standing?.eligibility?.state !== 'accepted';
}

/** Who a row tells of, and what else it brings of the cohort. */
function viewerOf(signInId: string, row: SignInRow): [viewer: Viewer, more: unknown[]] {
  const [contextId, title = null, cohortRow = null] = row.context ?? [];
  const [cohort, more]: [ViewerCohort | null, unknown[]] = cohortRow ? cohortOf(cohortRow) : [null, []];
  return [{
    signInId,
    role: row.role,
    testUser: row.test_user,
    personId: row.person_id,
    administratorId: row.administrator_id,
    name: row.name,
    organisation: row.organisation && organisationOf(row.organisation),
    context: contextId === undefined ? null : { id: contextId, title },
    cohort,
    returnUrl: row.return_url,
    english: readerEnglish(row.locale),
  }, more];
}

function cohortOf([id, name, startsOn, timeZone, breaks, programmeVersionId, ...more]: CohortRow): [cohort: ViewerCohort, more: unknown[]] {
  return [{ id, name, startsOn: firstDay(startsOn), timeZone, breaks, programmeVersionId }, more];
}

function organisationOf([id, name, telephone, days, hours]: NonNullable<SignInRow['organisation']>): Viewer['organisation'] {
  return { id, name, help: telephone && days && hours ? { telephone, days, hours } : null };
}
