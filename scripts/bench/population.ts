// Who is there before the bench begins: people, courses, cohorts, past launches and progress, written by the thousand in SQL.
import type { ClientBase } from 'pg';
import type { Programme } from '../../server/content/programme.ts';
import { plannedWorkshops } from '../../server/domain/workshop-schedule.ts';
import type { Course, CourseLink, Person } from '../practice-lms/school.ts';

/** A learner with the course and link of their launch, as the practice platform's tokens tell of them. */
export type BenchPerson = { person: Person; course: Course; link: CourseLink };

/** Learners of the cohort whose heat map is measured; it is the second course of a large population. */
export const heatMapSize = 200;

/** The people of one database: number 0 on, in courses filled one after the other. */
export type Population = {
  users: number;
  /** Learners by course; each course has a cohort of its own, in its fifth week. */
  courses: readonly number[];
};

/** 100 or more users: the first courses have the sizes that pages are measured with, the others are of fifty. */
export function populationOf(users: number): Population {
  const courses: number[] = [];
  let left = users;
  for (const size of users > 10_000 ? [30, heatMapSize, 3_000] : [30]) {
    courses.push(size);
    left -= size;
  }
  for (; left > 0; left -= 50) courses.push(Math.min(50, left));
  return { users, courses };
}

/** A learner who is there already: `index` within course `course`. */
export function learnerAt({ courses }: Population, course: number, index: number, path: '/' | '/weeks/1' = '/weeks/1'): BenchPerson {
  const number = courses.slice(0, course).reduce((sum, size) => sum + size, 0) + index;
  return benchPerson(number, course, path);
}

/** `count` learners who are there already, spread evenly over all courses; `salt` shifts the choice. */
export function knownLearners(population: Population, count: number, salt: number): BenchPerson[] {
  const starts: number[] = [];
  population.courses.reduce((start, size, index) => { starts[index] = start; return start + size; }, 0);
  return Array.from({ length: count }, (_, index) => {
    const number = (salt + Math.floor((index * population.users) / count)) % population.users;
    const course = starts.findLastIndex((start) => start <= number);
    return benchPerson(number, course, '/weeks/1');
  });
}

/** `count` people whom nobody has seen, each in one of the courses, but for the one whose heat map has its size. `salt` must differ between calls. */
export function newLearners({ courses }: Population, count: number, salt: number): BenchPerson[] {
  const open = [...courses.keys()].filter((course) => courses[course] !== heatMapSize);
  return Array.from({ length: count }, (_, index) => benchPerson(10_000_000 + salt + index, open[(salt + index) % open.length] ?? 0, '/weeks/1'));
}

function benchPerson(number: number, course: number, path: '/' | '/weeks/1'): BenchPerson {
  const id = `learner-${number}`;
  const link = path === '/' ? { id: 'home', resourceLinkId: `course-${course}-home`, title: 'Programme home', path } : { id: 'week-1', resourceLinkId: `course-${course}-week-1`, title: 'Week 1', path };
  return {
    person: { id, sub: `lms-${id}`, name: `Given${number} Family${number}`, givenName: `Given${number}`, familyName: `Family${number}`, email: `${id}@lms.example` },
    course: { id: `course-${course}`, contextId: `context-${course}`, label: `IC-${course}`, title: `Improvement coaching ${course}`, members: { [id]: 'learner', faculty: 'faculty' }, links: [link] },
    link,
  };
}

/** Faculty of a course, who come to its cohort's page. */
export function facultyOf(course: number): BenchPerson {
  const base = benchPerson(20_000_000 + course, course, '/');
  return { ...base, person: { ...base.person, id: 'faculty' } };
}

type Registered = { registrationId: string; programme: { id: string; programme: Programme } };

/**
 * Writes the population: for every user a person, an enrolment, three past sign-ins, a finished login attempt and ten
 * completed sections; for one cohort checks and assignments too; their standings; for every course a cohort, its links, its
 * workshops and discussions. Then brings the planner's statistics up to date.
 */
export async function populate(client: ClientBase, { courses }: Population, { registrationId, programme }: Registered): Promise<void> {
  const sections = programme.programme.weeks.flatMap(({ number, material }) => (material?.sections ?? []).map(({ key }) => ({ number, key }))).slice(0, 10);
  const fill = (text: string, ...values: unknown[]) => client.query(text, values);
  await client.query('begin');
  // The rows fit by construction; checking a million references one by one would be most of the run.
  await client.query('set local session_replication_role = replica');
  await fill('insert into programme_version (id, programme_key, content, created_at) values ($1, $2, $3, now())', programme.id, programme.programme.key, JSON.stringify(programme.programme));
  await fill('create temporary table of_course on commit drop as select (n - 1)::int as course, size::int, (sum(size) over (order by n) - size)::int as first, gen_random_uuid() as context, gen_random_uuid() as cohort from unnest($1::int[]) with ordinality as given (size, n)', courses);
  await fill(`insert into cohort (id, organisation_id, programme_version_id, name, starts_on, time_zone, join_code, created_at)
              select cohort, (select organisation_id from deployment where registration_id = $1), $2, 'Cohort ' || course, current_date - 28 - (extract(isodow from current_date)::int - 1), 'Europe/London', 'CODE' || course, now() from of_course`, registrationId, programme.id);
  await fill(`insert into context (id, deployment_id, context_id, title, label, cohort_id, created_at)
              select context, (select id from deployment where registration_id = $1), 'context-' || course, 'Improvement coaching ' || course, 'IC-' || course, cohort, now() from of_course`, registrationId);
  // With their targets, as the past launches have left them.
  await fill(`insert into resource_link (context_id, resource_link_id, title, target, created_at)
              select context, 'course-' || course || '-week-' || week, 'Week ' || week, '/weeks/' || week, now() from of_course, generate_series(1, 12) week
              union all select context, 'course-' || course || '-home', 'Programme home', '/', now() from of_course`);
  await client.query('create temporary table of_user on commit drop as select first + n as number, context, cohort, gen_random_uuid() as person from of_course, generate_series(0, size - 1) n');
  await fill(`insert into person (id, registration_id, organisation_id, sub, name, given_name, family_name, email, created_at)
              select person, $1, (select organisation_id from deployment where registration_id = $1), 'lms-learner-' || number, 'Given' || number || ' Family' || number, 'Given' || number, 'Family' || number, 'learner-' || number || '@lms.example', now() - interval '28 days' from of_user`, registrationId);
  await client.query(`insert into enrolment (context_id, person_id, role, created_at, last_seen_at) select context, person, 'learner', now() - interval '28 days', now() - interval '2 days' from of_user`);
  await fill(`insert into sign_in (id, secret_hash, role, deployment_id, person_id, context_id, created_at, last_seen_at)
              select left(md5(number || '-' || visit), 16), sha256((number || '-' || visit)::bytea), 'learner', (select id from deployment where registration_id = $1), person, context, now() - visit * interval '2 days', now() - visit * interval '2 days'
                from of_user, generate_series(1, 3) visit`, registrationId);
  await fill(`insert into login_attempt (state_hash, nonce_hash, browser_hash, registration_id, target, address, expires_at, consumed_at)
              select sha256(number::text::bytea), sha256('n'), sha256('b'), $1, '/weeks/1', '192.0.2.' || number % 250, now() - interval '20 minutes', now() - interval '25 minutes' from of_user`, registrationId);
  await fill(`insert into section_completion (cohort_id, person_id, week, section, done_at)
              select cohort, person, week, section, now() - interval '10 days' from of_user, unnest($1::int[], $2::text[]) as done (week, section)`, sections.map(({ number }) => number), sections.map(({ key }) => key));
  await fill(`insert into reading_place (cohort_id, person_id, week, section, read_at) select cohort, person, $1, $2, now() - interval '9 days' from of_user`, sections.at(-1)?.number ?? 1, sections.at(-1)?.key ?? 'none');
  // Workshops on the calendar of every cohort, each in its week; in the discussions every tenth learner wrote once a week,
  // and every second reads them, last the day before yesterday.
  const workshops = plannedWorkshops(programme.programme.weeks);
  await fill('insert into workshop (cohort_id, key, created_at) select cohort, key, now() from of_course, unnest($1::text[]) key', workshops.map(({ key }) => key));
  await fill(`insert into workshop_session (workshop_id, day, starts_at, ends_at, time_zone, venue, address, created_at)
              select w.id, day, at, at + interval '2 hours', 'Europe/London', 'Ward 7 meeting room', 'Northmoor General Hospital', now()
                from workshop w join cohort h on h.id = w.cohort_id join unnest($1::text[], $2::int[], $3::int[]) as planned (key, week, days) on planned.key = w.key,
                     generate_series(1, planned.days) day, lateral (select h.starts_on + 7 * (planned.week - 1) + day + interval '14 hours' as at) a`,
  workshops.map(({ key }) => key), workshops.map(({ week }) => week), workshops.map(({ days }) => days));
  await fill(`insert into discussion_post (cohort_id, week, author_id, author_role, text, key, posted_at)
              select cohort, week, person, 'learner', 'We tried it on one ward, for one day.', gen_random_uuid(), now() - (5 - week) * interval '7 days' + number % 7 * interval '1 day' from of_user, generate_series(1, 4) week where number % 10 = 0`);
  await fill(`insert into discussion_reading (cohort_id, person_id, week, read_at) select cohort, person, week, now() - interval '2 days' from of_user, generate_series(1, 4) week where number % 2 = 0`);
  // What the heat map weighs beside sections: checks of four weeks and assignments of two, for most of its learners.
  const ofHeatMap = 'from of_user u join of_course c on c.cohort = u.cohort and c.course = 1 and c.size = $1';
  await fill(`insert into knowledge_check_attempt (cohort_id, person_id, week, begun_at, finished_at, points, maximum)
              select u.cohort, u.person, week, now() - interval '9 days', now() - interval '9 days', 4 + (u.number + week) % 7, 10 ${ofHeatMap}, generate_series(1, 4) week where u.number % 5 > 0`, heatMapSize);
  await fill(`insert into assignment_report (cohort_id, person_id, assignment, account, written_at, done_at)
              select u.cohort, u.person, key, 'We met for an hour.', now() - interval '8 days', now() - interval '8 days' ${ofHeatMap}, unnest($2::text[]) as done (key) where u.number % 3 > 0`, heatMapSize, programme.programme.weeks.flatMap(({ assignment }) => assignment?.key ?? []).slice(0, 2));
  // The standings that PostgreSQL puts together when rows come one by one.
  await client.query('insert into learner_standing (cohort_id, person_id, facts) select cohort, person, learner_facts(cohort, person) from of_user');
  await client.query('commit');
  await client.query('vacuum analyze');
}
