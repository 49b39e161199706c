// The demo's own data: the practice LMS registered, and its spring course with a cohort in the fifth week.
import { join } from 'node:path';
import type { Pool } from 'pg';
import { loadProgramme, programmeHash } from '../../server/content/library.ts';
import type { Programme } from '../../server/content/programme.ts';
import { run } from '../../server/database.ts';
import { openOrm, sqlPool } from '../../server/orm.ts';
import type { CourseRole } from '../../server/domain/roles.ts';
import { joinEmbeddedPostgres } from '../../server/embedded-postgres.ts';
import { startCohort } from '../../server/features/cohorts/actions.ts';
import { addPlatform } from '../../server/features/platforms/actions.ts';
import type { Platform } from '../practice-lms/platform.ts';
import { tellDemoAssignment } from './assignments.ts';
import { takeDemoCheck } from './checks.ts';
import { startDemoEligibility } from './eligibility.ts';
import { isFilled } from './filled.ts';
import { letDemoMailGo, queueDemoCalendarMail, queueDemoNudge } from './mail.ts';
import { demoViewer } from './place.ts';
import type { DemoPlace } from './place.ts';
import { startDemoPlans } from './plans.ts';
import { startDemoDiscussions, startDemoJournals, startDemoPace } from './talk.ts';
import { startDemoWorkshops } from './workshops.ts';

const timeZone = 'Europe/London';
const weeksGone = 4;

/** How far each learner of the spring course has come: sections done in weeks 1 to 5, and days since they were last here. */
const journeys: Record<string, { done: number[]; daysAway: number } | null> = {
  amara: { done: [7, 4], daysAway: 0 },
  zsofia: { done: [7, 7, 7, 7, 2], daysAway: 1 },
  minghua: { done: [7, 7, 3], daysAway: 2 },
  lukasz: { done: [2], daysAway: 19 },
  thao: { done: [7, 7, 7, 7, 4], daysAway: 0 },
  muhammad: { done: [7, 6], daysAway: 8 },
  budiman: { done: [7, 7, 5, 2], daysAway: 3 },
  conceicao: { done: [7, 7, 7, 7], daysAway: 0 },
  siobhan: { done: [7, 2], daysAway: 4 },
  priya: null,   // has never opened Coachline
};

/** Registers the platform and fills in the cohort, unless an earlier run did. The server must be running. */
export async function startDemoData({ dataDir, platform, now }: { dataDir: string; platform: Platform; now: Temporal.Instant }): Promise<void> {
  const database = await joinEmbeddedPostgres({ dataDir });
  if (!database) throw new Error('The server ended before the demo could give it data.');
  const orm = openOrm(database.url, { poolSize: 2 });
  try {
    await fillDemo(await sqlPool(orm), { platform, now });
  } finally {
    await orm.close();
  }
}

/** As `startDemoData`, in a database that is open. */
export async function fillDemo(sql: Pool, { platform, now }: { platform: Platform; now: Temporal.Instant }): Promise<void> {
  const [tool] = platform.tools;
  if (!tool) throw new Error('the practice LMS knows no tool');
  if (await isFilled(sql, platform)) return;
  const programme = await loadProgramme(join(import.meta.dirname, '../../content/improvement-coach'));
  const added = await addPlatform(sql, {
    name: 'Practice LMS', issuer: platform.issuer, clientId: tool.clientId, deploymentId: tool.deploymentIds[0] ?? '', organisation: 'default',
    authenticationUrl: platform.authorizationUrl, tokenUrl: `${platform.issuer}/token`, keysetUrl: platform.jwksUrl,
  }, now);
  if (added.added) await fillSpringCourse(sql, platform, programme, { registrationId: added.id, publicUrl: new URL(tool.redirectUris[0] ?? '').origin }, now);
}

async function fillSpringCourse(sql: Pool, platform: Platform, programme: Programme, { registrationId, publicUrl }: { registrationId: string; publicUrl: string }, now: Temporal.Instant): Promise<void> {
  const spring = platform.courses.find(({ id }) => id === 'spring');
  if (!spring) throw new Error('the practice LMS has no spring course');
  const [found] = await run<{ deployment: string; organisation: string }>(sql, findDeployment, [registrationId]);
  if (!found) throw new Error('the demo’s deployment is missing');
  const organisation = { id: found.organisation, name: 'Northmoor Teaching Hospitals', help: null };
  await run(sql, nameOrganisation, [organisation.id, organisation.name]);

  const today = now.toZonedDateTimeISO(timeZone).toPlainDate();
  const startsOn = today.subtract({ days: today.dayOfWeek - 1 + 7 * weeksGone });
  const began = startsOn.toZonedDateTime({ timeZone, plainTime: '09:00' }).toInstant();
  const [course] = await run<{ id: string }>(sql, insertContext, [found.deployment, spring.contextId, spring.title, spring.label, String(began)]);
  if (!course) throw new Error('the demo’s course was not made');
  const context = { id: course.id, title: spring.title };

  const versionId = programmeHash(programme);
  const started = await startCohort(sql, demoViewer({ cohort: null, organisation, context, people: new Map() }), { id: versionId, programme }, { name: 'Spring cohort', startsOn, timeZone }, began);
  if (!started.linked) throw new Error('the demo’s cohort was not made');
  const people = new Map<string, { id: string; role: CourseRole; name: string }>();
  for (const person of platform.people) {
    const role = spring.members[person.id];
    const journey = journeys[person.id];
    if (!role || journey === null) continue;
    const seenAt = now.subtract({ hours: 24 * (journey?.daysAway ?? 1) });
    const [row] = await run<{ id: string }>(sql, insertPerson, [registrationId, organisation.id, person.sub, person.name, person.givenName ?? null, person.familyName ?? null, person.email, String(began)]);
    if (!row) throw new Error(`${person.id} was not made`);
    await run(sql, insertEnrolment, [context.id, row.id, role, String(began), String(seenAt)]);
    people.set(person.id, { id: row.id, role, name: person.name });
    for (const [index, count] of (journey?.done ?? []).entries()) {
      const sections = programme.weeks[index]?.material?.sections.slice(0, count) ?? [];
      // On the Wednesday of the week, or when they were last here.
      const doneAt = earlier(began.add({ hours: 24 * (7 * index + 2) }), seenAt);
      for (const section of sections) await run(sql, insertCompletion, [started.cohortId, row.id, index + 1, section.key, String(doneAt)]);
      // Amara takes her first check in the demo itself.
      if (sections.length === programme.weeks[index]?.material?.sections.length && person.id !== 'amara') {
        await takeDemoCheck(sql, programme, { cohortId: started.cohortId, personId: row.id, week: index + 1, slip: 3 + (person.name.length % 4) }, earlier(doneAt.add({ hours: 10 }), seenAt.subtract({ minutes: 15 })));
        // Not everybody has told of every assignment.
        if ((person.name.length + index) % 4 > 0) await tellDemoAssignment(sql, programme, { cohortId: started.cohortId, personId: row.id, week: index + 1, turn: person.name.length }, earlier(doneAt.add({ hours: 30 }), seenAt.subtract({ minutes: 5 })));
      }
    }
  }
  const cohort = { id: started.cohortId, name: 'Spring cohort', startsOn, timeZone, breaks: [], programmeVersionId: versionId };
  const place: DemoPlace = { cohort, organisation, context, people };
  const learners = new Map([...people].filter(([, { role }]) => role === 'learner').map(([name, { id }]) => [name, id]));
  const faculty = 'eleanor';
  await startDemoWorkshops(sql, programme, { cohortId: cohort.id, calendar: cohort, viewer: demoViewer(place), learners, recordedBy: people.get(faculty)?.id ?? null }, now);
  await startDemoPlans(sql, programme, { cohortId: cohort.id, timeZone, learners }, now);
  await startDemoEligibility(sql, place, faculty);
  await startDemoDiscussions(sql, place, faculty);
  await startDemoJournals(sql, place);
  await startDemoPace(sql, place, faculty);
  await queueDemoNudge(sql, place, faculty);
  await queueDemoCalendarMail(sql, place, now);
  await letDemoMailGo(sql, place, publicUrl);
}

const earlier = (a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant => (Temporal.Instant.compare(a, b) <= 0 ? a : b);

const findDeployment = { name: 'demo-deployment', text: 'select id as deployment, organisation_id as organisation from deployment where registration_id = $1' };
const nameOrganisation = { name: 'demo-organisation', text: 'update organisation set name = $2 where id = $1 and name = short_name' };
const insertContext = { name: 'demo-context', text: 'insert into context (deployment_id, context_id, title, label, created_at) values ($1, $2, $3, $4, $5) returning id' };
const insertPerson = {
  name: 'demo-person',
  text: 'insert into person (registration_id, organisation_id, sub, name, given_name, family_name, email, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8) returning id',
};
const insertEnrolment = { name: 'demo-enrolment', text: 'insert into enrolment (context_id, person_id, role, created_at, last_seen_at) values ($1, $2, $3, $4, $5)' };
const insertCompletion = { name: 'demo-completion', text: 'insert into section_completion (cohort_id, person_id, week, section, done_at) values ($1, $2, $3, $4, $5)' };
