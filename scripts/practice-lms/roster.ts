// Who is in which course as the tool is told, and what can go wrong in telling it.
import { roleUris, rolesOf } from './claims.ts';
import type { Platform } from './platform.ts';
import type { Course, CourseRole, Person } from './school.ts';

/** One entry of a membership container (NRPS 2.0, 2.2), loosely typed so that a test can break any of them. */
export type Member = Record<string, unknown>;

export type Roster = {
  /** For tests: page size when no limit is asked; undefined leaves it to the profile, null gives all. */
  pageSize: number | null | undefined;
  /** For tests: elsewhere: the next page is at another origin. loop: it is the first again. page-2-fails: 500 from the second on. */
  paging: 'good' | 'elsewhere' | 'loop' | 'page-2-fails';
  /** For tests: what is wrong with the first member of every page. upper-case: with the status of all. duplicates: each comes twice. */
  members: 'good' | 'no-user-id' | 'no-status' | 'upper-case' | 'duplicates' | 'empty';
  /** For tests: changes the members of one page in place, after everything else. */
  change: ((members: Member[]) => void) | null;
  /** Every call, oldest first. */
  readonly requests: { courseId: string; query: string; status: number }[];
  /** Puts a person in a course, or gives them another role there. A person who is not in the LMS yet comes into it. */
  add(courseId: string, person: string | Person, role?: CourseRole): void;
  /** Takes a person out: off the roster altogether, or left on it as inactive or deleted. */
  drop(courseId: string, personId: string, as?: 'absent' | 'Inactive' | 'Deleted'): void;
  /** Brings a dropped person back in the role they had. */
  bringBack(courseId: string, personId: string): void;
  /** Puts `count` made-up learners in a course. Ten thousand take a moment. */
  fill(courseId: string, count: number): void;
  /** How the person of this `sub` stands in a course. */
  standing(courseId: string, sub: string): 'learner' | 'member' | 'stranger';
  /** Everybody whom the service tells of, in order. */
  entries(course: Course): { person: Person; role: CourseRole; status: 'Active' | 'Inactive' | 'Deleted' }[];
  url(courseId: string): string;
};

export function createRoster(platform: Pick<Platform, 'issuer' | 'courses' | 'people' | 'findPerson' | 'personOfSub' | 'addPeople'>): Roster {
  /** Who was dropped: course and person → the role that they had, and what the roster still says of them. */
  const dropped = new Map<string, { role: CourseRole; as: 'absent' | 'Inactive' | 'Deleted' }>();

  return {
    pageSize: undefined, paging: 'good', members: 'good', change: null, requests: [],
    add(courseId, who, role = 'learner') {
      const personId = typeof who === 'string' ? who : who.id;
      if (typeof who !== 'string' && !platform.findPerson(who.id)) platform.addPeople([who]);
      if (!platform.findPerson(personId)) throw new Error(`The platform has no person ${personId}`);
      courseOf(courseId).members[personId] = role;
      dropped.delete(`${courseId} ${personId}`);
    },
    drop(courseId, personId, as = 'absent') {
      const { members } = courseOf(courseId);
      const role = members[personId] ?? dropped.get(`${courseId} ${personId}`)?.role;
      if (!role) throw new Error(`${personId} is not in ${courseId}`);
      delete members[personId];
      dropped.set(`${courseId} ${personId}`, { role, as });
    },
    bringBack(courseId, personId) {
      const was = dropped.get(`${courseId} ${personId}`);
      if (!was) throw new Error(`${personId} was not dropped from ${courseId}`);
      courseOf(courseId).members[personId] = was.role;
      dropped.delete(`${courseId} ${personId}`);
    },
    fill(courseId, count) {
      const { members } = courseOf(courseId);
      const first = platform.people.length;
      const made = Array.from({ length: count }, (_, index): Person => {
        const number = first + index + 1;
        return { id: `learner-${number}`, sub: `lms-learner-${number}`, name: `Given${number} Family${number}`, givenName: `Given${number}`, familyName: `Family${number}`, email: `learner-${number}@lms.example` };
      });
      platform.addPeople(made);
      for (const { id } of made) members[id] = 'learner';
    },
    standing(courseId, sub) {
      const person = platform.personOfSub(sub);
      const role = person && courseOf(courseId).members[person.id];
      if (!role) return 'stranger';
      return role === 'learner' ? 'learner' : 'member';
    },
    entries(course) {
      const there = Object.entries(course.members).map(([id, role]) => ({ person: platform.findPerson(id)!, role, status: 'Active' as const }));
      const gone = [...dropped].flatMap(([key, { role, as }]) => {
        const [courseId, personId] = key.split(' ') as [string, string];
        return courseId === course.id && as !== 'absent' ? [{ person: platform.findPerson(personId)!, role, status: as }] : [];
      });
      return [...there, ...gone];
    },
    url: (courseId) => `${platform.issuer}/courses/${courseId}/memberships`,
  };

  function courseOf(courseId: string): Course {
    const course = platform.courses.find(({ id }) => id === courseId);
    if (!course) throw new Error(`The platform has no course ${courseId}`);
    return course;
  }
}

/** Role URIs of a course, in the short form that some LMSs send (LTI Core 1.3, A.2.3). System and institution roles have none. */
export function courseRoles(role: CourseRole, { short }: { short: boolean }): string[] {
  const uris = rolesOf[role].filter((uri) => uri !== roleUris.student && uri !== roleUris.administrator);
  return short ? [...new Set(uris.map((uri) => (uri === roleUris.teachingAssistant ? 'Instructor' : uri.slice(uri.indexOf('#') + 1))))] : uris;
}
