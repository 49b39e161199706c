// Who studies and teaches at the practice LMS, and what its courses link to. Every id is the same in every run.

/** What a person is in one course. */
export type CourseRole = 'learner' | 'faculty' | 'assistant' | 'administrator';

export type Person = {
  /** The word in the LMS's own addresses: /as/amara. */
  id: string;
  /** What the tool gets as `sub`. */
  sub: string;
  name: string;
  email: string;
  /** Absent for people who have one name only. */
  givenName?: string;
  familyName?: string;
};

export type CourseLink = {
  id: string;
  resourceLinkId: string;
  title: string;
  /** Path at the tool. */
  path: string;
  /** A whole address where a deep-linked item named one. */
  url?: string;
  text?: string;
  /** Sent with each launch, with the platform's variables put in. */
  custom?: Readonly<Record<string, string>>;
  available?: Period;
  submission?: Period;
  window?: { targetName?: string; width?: number; height?: number };
  /** The tool whose link it is; absent for those that the course began with. */
  clientId?: string;
  /** Ids of the links that this one was copied from, the nearest first. */
  history?: readonly string[];
};

/** As a content item names it: ISO 8601, either end may be open. */
export type Period = { startDateTime?: string; endDateTime?: string };

export type Course = {
  id: string;
  contextId: string;
  label: string;
  title: string;
  /** Role by person id; who is not named is not in the course. */
  members: Record<string, CourseRole>;
  links: CourseLink[];
  /** Context ids of the courses that this one was copied from, the nearest first. */
  history?: readonly string[];
};

export const practicePeople: readonly Person[] = [
  // Ten learners, with names as they are: long, short, of one word, from right to left.
  person('amara', 1001, 'Amara', 'Okonkwo'),
  person('zsofia', 1002, 'Zsófia', 'Þórðardóttir-O\'Brien'),
  person('minghua', 1003, '明華', '李', '李 明華'),
  person('lukasz', 1004, 'Łukasz', 'Wiśniewski'),
  person('thao', 1005, 'Phương Thảo', 'Nguyễn Thị', 'Nguyễn Thị Phương Thảo'),
  person('muhammad', 1006, 'محمد', 'عبد الرحمن الشريف'),
  { id: 'budiman', sub: 'lms-user-1007', name: 'Budiman', email: 'budiman@lms.example' },
  person('conceicao', 1008, 'Maria da Conceição', 'Vasconcelos de Albuquerque e Sousa-Montenegro'),
  person('siobhan', 1009, 'Siobhán', 'Ní Dhomhnaill'),
  person('priya', 1010, 'Priya', 'Venkataraghavan'),
  person('eleanor', 2001, 'Eleanor', 'Whitfield', 'Dr Eleanor Whitfield'),
  person('ngozi', 2002, 'Ngozi', 'Adeyemi-Clarke'),
  person('jonas', 3001, 'Jonas', 'Lindqvist'),
  person('ruth', 4001, 'Ruth', 'Castellanos'),
];

export const practiceCourses: readonly Course[] = [
  course('spring', 'IC-SPRING', 'Improvement coaching, spring', {
    ...everyLearner(),
    eleanor: 'faculty', ngozi: 'faculty', jonas: 'assistant', ruth: 'administrator',
  }),
  // A smaller course in which Jonas learns: one person may be two things in two courses.
  course('autumn', 'IC-AUTUMN', 'Improvement coaching, autumn', {
    amara: 'learner', zsofia: 'learner', lukasz: 'learner', thao: 'learner', siobhan: 'learner', jonas: 'learner',
    ngozi: 'faculty', ruth: 'administrator',
  }),
];

function person(id: string, number: number, givenName: string, familyName: string, name = `${givenName} ${familyName}`): Person {
  return { id, sub: `lms-user-${number}`, name, givenName, familyName, email: `${id}@lms.example` };
}

function everyLearner(): Record<string, CourseRole> {
  return Object.fromEntries(practicePeople.slice(0, 10).map(({ id }) => [id, 'learner']));
}

function course(id: string, label: string, title: string, members: Record<string, CourseRole>): Course {
  const home = { id: 'home', resourceLinkId: `${id}-home`, title: 'Programme home', path: '/' };
  const weeks = Array.from({ length: 12 }, (_, index) => {
    const week = index + 1;
    return { id: `week-${week}`, resourceLinkId: `${id}-week-${week}`, title: `Week ${week}`, path: `/weeks/${week}` };
  });
  return { id, contextId: `course-${id}`, label, title, members, links: [home, ...weeks] };
}
