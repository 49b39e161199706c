// From the roles that a platform sends to the one role a person has in a course.
// Source: contract, "Who is who"; the vocabulary is LTI 1.3 core, appendix A.2.

export type CourseRole = 'administrator' | 'faculty' | 'assistant' | 'learner' | 'mentor' | 'guest';

/** testUser: the platform's own trial person (Canvas Student View): a learner of whom nothing is recorded. */
export type RoleDecision = { role: CourseRole; testUser: boolean };

export type RolePolicy = {
  /** Whether an administrator of the whole institution administers Coachline's organisation too; set per registration. */
  institutionAdministrators: boolean;
};

/**
 * The role in this course. Without a context there is no course, and everyone is a guest.
 * Of several roles the first of these counts: administrator, assistant, faculty, learner, mentor.
 * Assistant stands before faculty because platforms send a teaching assistant both names, and the sub-role narrows.
 * Learner stands before mentor because the specification's own example sends both for a learner.
 */
export function courseRole(roles: readonly string[], hasContext: boolean, { institutionAdministrators }: RolePolicy): RoleDecision {
  const meanings = new Set(roles.map((role) => roleMeanings.get(role)));
  const testUser = meanings.has('test-user');
  if (!hasContext) return { role: 'guest', testUser };
  // Whatever else a trial person carries, it is there to see what a learner sees.
  if (testUser) return { role: 'learner', testUser };
  if (institutionAdministrators && meanings.has('institution-administrator')) return { role: 'administrator', testUser };
  const order = ['administrator', 'assistant', 'faculty', 'learner', 'mentor'] as const;
  return { role: order.find((role) => meanings.has(role)) ?? 'guest', testUser };
}

type RoleMeaning = Exclude<CourseRole, 'guest'> | 'institution-administrator' | 'test-user';

/**
 * Roles in the course, by the name that follows `membership#`. Names that are not here (Member, Officer) mean nothing.
 * A sub-role alone means nothing either: platforms send its principal role beside it, as the specification advises,
 * and a Support or Developer sub-role of Administrator must not open an organisation. The teaching assistant's are the exception.
 */
const contextRoles: Record<string, RoleMeaning> = {
  Administrator: 'administrator',
  Manager: 'administrator',
  Instructor: 'faculty',
  ContentDeveloper: 'faculty',
  TeachingAssistant: 'assistant',   // a principal role in LTI 1.1, still sent as a short name
  Learner: 'learner',
  Mentor: 'mentor',
  Observer: 'mentor',
};

const teachingAssistants = [
  'TeachingAssistant', 'TeachingAssistantGroup', 'TeachingAssistantOffering', 'TeachingAssistantSection',
  'TeachingAssistantSectionAssociation', 'TeachingAssistantTemplate',
];

/** Every spelling that counts, to what it means. Spelling is exact: vocabularies are case-sensitive. */
const roleMeanings: ReadonlyMap<string, RoleMeaning> = new Map(spellings());

function* spellings(): Generator<[string, RoleMeaning]> {
  for (const [name, meaning] of Object.entries(contextRoles)) {
    yield [name, meaning];                                 // short names are the context's
    yield [`urn:lti:role:ims/lis/${name}`, meaning];       // LTI 1.1, which migrated links still send beside the new ones
    yield* purl(`lis/v2/membership#${name}`, meaning);
  }
  for (const name of teachingAssistants) {
    yield [`Instructor/${name}`, 'assistant'];
    yield [`urn:lti:role:ims/lis/Instructor/${name}`, 'assistant'];
    yield [`urn:lti:role:ims/lis/TeachingAssistant/${name}`, 'assistant'];
    yield* purl(`lis/v2/membership/Instructor#${name}`, 'assistant');
  }
  yield* purl('lis/v2/institution/person#Administrator', 'institution-administrator');
  yield ['urn:lti:instrole:ims/lis/Administrator', 'institution-administrator'];
  yield* purl('lti/system/person#TestUser', 'test-user');      // as the specification writes it
  yield* purl('lis/v2/system/person#TestUser', 'test-user');   // as it is written by analogy with the others
}

/** The vocabulary's names begin with http. Some platforms write https: no other party owns that name, so it means the same. */
function* purl(name: string, meaning: RoleMeaning): Generator<[string, RoleMeaning]> {
  yield [`http://purl.imsglobal.org/vocab/${name}`, meaning];
  yield [`https://purl.imsglobal.org/vocab/${name}`, meaning];
}
