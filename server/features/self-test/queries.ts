// What a self-test needs to know of the course that it was launched from, and what the last one found.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { LaunchReport } from '../../lti/launch-report.ts';
import type { ServiceRegistration } from '../../lti/services-http.ts';
import { shownName } from '../../person-name.ts';
import type { Viewer } from '../../plugins/sign-in.ts';
import type { Finding } from './findings.ts';

export type TestPlace = {
  report: LaunchReport;
  deploymentId: string;
  platformName: string;
  lineItemsUrl: string | null;
  gradeScopes: string[];
  membershipsUrl: string | null;
  notices: { serviceUrl: string | null; registeredAt: Temporal.Instant | null; problem: string | null };
  registration: ServiceRegistration & { keysetUrl: string };
  /** Somebody to whom a score can be sent and taken away again; null while nobody learns here. */
  learner: { sub: string; name: string | null } | null;
};

const placeStatement = {
  name: 'self-test-place',
  text: `
    select s.launch_report as report, d.id as "deploymentId", d.notices_url, d.notices_registered_at, d.notices_problem,
           c.line_items_url as "lineItemsUrl", c.grade_scopes as "gradeScopes", c.memberships_url as "membershipsUrl",
           r.id, r.name as "platformName", r.issuer, r.client_id as "clientId", r.token_url as "tokenUrl", r.token_audience as "tokenAudience",
           r.product_family_code as "productFamilyCode", r.authentication_url as "authenticationUrl", r.keyset_url as "keysetUrl", r.granted_scopes as "grantedScopes",
           l.sub as learner_sub, l.name as learner_name
      from sign_in s join deployment d on d.id = s.deployment_id join platform_registration r on r.id = d.registration_id
      left join context c on c.id = s.context_id
      left join lateral (
        select p.sub, ${shownName('p')} as name from enrolment e join person p on p.id = e.person_id
         where e.context_id = c.id and e.role = 'learner' and e.active order by e.created_at, e.id limit 1
      ) l on true
     where s.id = $1 and s.launch_report is not null`,
};

type PlaceRow = Omit<TestPlace, 'notices' | 'registration' | 'learner'> & ServiceRegistration & {
  notices_url: string | null; notices_registered_at: string | null; notices_problem: string | null; learner_sub: string | null; learner_name: string | null;
};

/** The course that the viewer's own launch came from; null for those who came by a link of the command line. */
export async function findOptionalTestPlace(sql: Sql, { signInId }: Viewer): Promise<TestPlace | null> {
  const [row] = await run<PlaceRow>(sql, placeStatement, [signInId]);
  if (!row) return null;
  const { report, deploymentId, platformName, lineItemsUrl, gradeScopes, membershipsUrl, notices_url, notices_registered_at, notices_problem, learner_sub, learner_name, ...registration } = row;
  return {
    report, deploymentId, platformName, lineItemsUrl, gradeScopes: gradeScopes ?? [], membershipsUrl, registration,
    notices: { serviceUrl: notices_url, registeredAt: notices_registered_at === null ? null : toInstant(notices_registered_at), problem: notices_problem },
    learner: learner_sub === null ? null : { sub: learner_sub, name: learner_name },
  };
}

const lastStatement = {
  name: 'last-self-test',
  text: 'select findings, ran_at from self_test where registration_id = $1 and deployment_id = $2 order by ran_at desc limit 1',
};

/** The last self-test of a deployment. */
export async function findOptionalLastTest(sql: Sql, registrationId: string, deploymentId: string): Promise<{ findings: Finding[]; ranAt: Temporal.Instant } | null> {
  const [row] = await run<{ findings: Finding[]; ran_at: string }>(sql, lastStatement, [registrationId, deploymentId]);
  return row ? { findings: row.findings, ranAt: toInstant(row.ran_at) } : null;
}
