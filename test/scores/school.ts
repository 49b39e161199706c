// A cohort at a practice LMS that answers by HTTP, and what delivers scores to it.
import { ensureToolKey } from '../../server/features/tool-keys/actions.ts';
import { startPracticeLms } from '../../scripts/practice-lms/server.ts';
import type { PracticeLms } from '../../scripts/practice-lms/server.ts';
import type { ProfileName } from '../../scripts/practice-lms/profiles.ts';
import type { Platform } from '../../scripts/practice-lms/platform.ts';
import { inTransaction } from '../../server/database.ts';
import { deliverScore } from '../../server/features/scores/actions.ts';
import type { DeliveryTools } from '../../server/features/scores/actions.ts';
import { createAccessTokens } from '../../server/lti/access-tokens.ts';
import { createOutbound } from '../../server/lti/outbound.ts';
import { createPlatformServices } from '../../server/lti/services-http.ts';
import type { Worked } from '../../server/queues.ts';
import { setScore } from '../../server/score-outbox.ts';
import type { NewScore } from '../../server/score-outbox.ts';
import { createSealing } from '../../server/sealing.ts';
import { signingKey } from '../../server/tool-signing-key.ts';
import { publicUrl, register, startTestApp, testSecretKey } from '../support/app.ts';
import type { TestApp } from '../support/app.ts';
import { signIn, startCohort } from '../support/browser-session.ts';
import type { SignedIn } from '../support/browser-session.ts';

export type School = Pick<TestApp, 'app' | 'sql' | 'queues' | 'clock'> & {
  lms: PracticeLms;
  platform: Platform;
  registrationId: string;
  cohortId: string;
  faculty: SignedIn & { page: SignedIn['get']; submit: SignedIn['post'] };
  tools: DeliveryTools;
  /** Signs people in as learners; gives their person ids. */
  enrol: (...people: string[]) => Promise<string[]>;
  /** Notes a score of week 1's check, 7 of 10 unless told otherwise; gives the id of the row, if it changed. */
  grade: (personId: string, change?: Partial<NewScore>) => Promise<string | undefined>;
  /** Delivers, as one job does. */
  deliver: (scoreId: string | undefined) => Promise<Worked>;
  row: (scoreId: string | undefined) => Promise<ScoreRow>;
  close: () => Promise<void>;
};

export type ScoreRow = {
  state: string; reason: string | null; status: number | null; version: number; sent_version: number; sent_score: string | null; attempts: number;
  timestamp: string; sent_at: string | null; lease_until: string | null; result_score: string | null;
};

export const label = 'Week 1: knowledge check';

/**
 * A school whose faculty have begun a cohort in the spring course. Close it at the end of the suite.
 * @param realTime for tests that run real processes
 */
export async function openSchool({ profile = 'generic', timeoutMs, realTime = false }: { profile?: ProfileName; timeoutMs?: number; realTime?: boolean } = {}): Promise<School> {
  let lms: PracticeLms;
  const outbound = createOutbound({ allowLocal: true, userAgent: 'Coachline tests', maxBytes: 1024 * 1024, ...(timeoutMs !== undefined && { timeoutMs }) });
  const test = await startTestApp({ outbound, fetchKeySet: async () => ({ ok: true, json: lms.platform.jwks() }), ...(realTime && { now: String(Temporal.Now.instant()) }) });
  const platformClock = realTime ? () => Temporal.Now.instant() : () => test.clock.now;
  lms = await startPracticeLms({ toolUrl: publicUrl, profile, clock: platformClock, fetchToolKeys: async () => (await test.app.inject('/lti/jwks')).json<unknown>() });
  const { app, sql, queues, clock } = test;
  const { platform } = lms;
  const registrationId = await register(sql, platform, clock.now);
  const sealing = createSealing(testSecretKey);
  await ensureToolKey(sql, sealing, clock.now);
  const faculty = await startCohort({ app, platform });
  const { rows: [cohort] } = await sql.query<{ id: string }>('select id from cohort');
  const cohortId = cohort?.id ?? '';

  const now = () => clock.now;
  const tokens = createAccessTokens({ outbound, signingKey: () => signingKey(sql, sealing, clock.now), now });
  const tools: DeliveryTools = { sql, services: createPlatformServices({ outbound, tokens, allowLocal: true }), clock: now };

  return {
    app, sql, queues, clock, lms, platform, registrationId, cohortId, faculty, tools,
    enrol: async (...people) => {
      for (const person of people) await signIn({ app, platform }, { person, link: 'week-1' });
      const ids = people.map((person) => platform.findPerson(person)?.sub);
      const { rows } = await sql.query<{ id: string; sub: string }>('select id, sub from person where registration_id = $1', [registrationId]);
      return ids.map((sub) => rows.find((row) => row.sub === sub)?.id ?? '');
    },
    grade: async (personId, change = {}) => {
      const [id] = await inTransaction(sql, (inside) => setScore({ sql: inside, queues }, { ...sevenOfTen(cohortId, personId, clock.now), ...change }, clock.now));
      return id;
    },
    deliver: (scoreId) => deliverScore(tools, scoreId ?? ''),
    row: async (scoreId) => (await sql.query<ScoreRow>('select * from score where id = $1', [scoreId])).rows[0]!,
    close: async () => {
      await lms.close();
      await test.close();
    },
  };
}

export function sevenOfTen(cohortId: string, personId: string, submittedAt: Temporal.Instant): NewScore {
  return {
    course: { cohortId }, personId, resourceId: 'week-1', tag: 'knowledge-check', target: '/weeks/1', label,
    scoreMaximum: 10, scoreGiven: 7, comment: 'Seven of ten.', activityProgress: 'Completed', gradingProgress: 'FullyGraded', submittedAt,
  };
}

/** Puts made-up learners into the spring course on both sides, without launches; their `sub` by person id. */
export async function addLearners({ lms, sql, registrationId, clock }: Pick<School, 'lms' | 'sql' | 'registrationId' | 'clock'>, count: number): Promise<Map<string, string>> {
  lms.roster.fill('spring', count);
  const subs = lms.platform.people.slice(-count).map(({ sub }) => sub);
  const { rows } = await sql.query<{ id: string; sub: string }>(`
    with who as (
      insert into person (registration_id, organisation_id, sub, name, created_at)
      select $1, d.organisation_id, sub, 'Learner ' || sub, $3 from deployment d, unnest($2::text[]) as sub where d.registration_id = $1 returning id, sub
    ), enrolled as (
      insert into enrolment (context_id, person_id, role, active, created_at, last_seen_at) select c.id, who.id, 'learner', true, $3, $3 from who, context c where c.context_id = 'course-spring'
    )
    select id, sub from who`, [registrationId, subs, String(clock.now)]);
  return new Map(rows.map(({ id, sub }) => [id, sub]));
}
