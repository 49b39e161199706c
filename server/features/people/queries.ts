// What is kept about one person, for that person.
import { run, toInstant } from '../../database.ts';
import type { Sql } from '../../database.ts';
import type { Viewer } from '../../plugins/sign-in.ts';

export type KeptCourse = { course: string; role: string; active: boolean; since: Temporal.Instant; lastSeenAt: Temporal.Instant | null };

export type KeptData = {
  name: string | null;
  givenName: string | null;
  familyName: string | null;
  email: string | null;
  since: Temporal.Instant;
  platform: string;
  courses: KeptCourse[];
  /** Counts of rows that speak of this person. */
  sectionsDone: number;
  answers: number;
  scores: number;
  assignments: number;
  journalEntries: number;
  posts: number;
  signIns: number;
};

const keptStatement = {
  name: 'kept-about-person',
  text: `
    select p.name, p.given_name as "givenName", p.family_name as "familyName", p.email, p.created_at as since, r.name as platform,
           (select count(*)::int from section_completion s where s.person_id = p.id) as "sectionsDone",
           (select count(*)::int from knowledge_check_answer a join knowledge_check_attempt t on t.id = a.attempt_id where t.person_id = p.id) as answers,
           (select count(*)::int from score s where s.person_id = p.id) as scores,
           (select count(*)::int from assignment_report r where r.person_id = p.id) as assignments,
           (select count(*)::int from journal_entry j where j.person_id = p.id and j.text <> '') as "journalEntries",
           (select count(*)::int from discussion_post d where d.author_id = p.id and d.removed_at is null) as posts,
           (select count(*)::int from sign_in s where s.person_id = p.id) as "signIns"
      from person p join platform_registration r on r.id = p.registration_id
     where p.id = $1`,
};

const coursesStatement = {
  name: 'courses-of-person',
  text: `select coalesce(c.title, c.label, c.context_id) as course, e.role, e.active, e.created_at as since, e.last_seen_at as "lastSeenAt"
           from enrolment e join context c on c.id = e.context_id where e.person_id = $1 order by e.created_at, e.id`,
};

/** Everything that is kept about the viewer, counted where it is work; null where nothing is. */
export async function findOptionalKeptData(sql: Sql, { personId }: Viewer): Promise<KeptData | null> {
  if (personId === null) return null;
  const [[person], courses] = await Promise.all([
    run<Omit<KeptData, 'courses' | 'since'> & { since: string }>(sql, keptStatement, [personId]),
    run<Omit<KeptCourse, 'since' | 'lastSeenAt'> & { since: string; lastSeenAt: string | null }>(sql, coursesStatement, [personId]),
  ]);
  return person ? {
    ...person,
    since: toInstant(person.since),
    courses: courses.map((course) => ({ ...course, since: toInstant(course.since), lastSeenAt: course.lastSeenAt === null ? null : toInstant(course.lastSeenAt) })),
  } : null;
}
