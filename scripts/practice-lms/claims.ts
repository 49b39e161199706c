// The claims of a launch, part by part (LTI Core 1.3, 5.3 and 5.4). A further message or service adds a part.
import type { Course, CourseLink, CourseRole, Person } from './school.ts';

/** Where the tool opens (the `document_target` of launch_presentation). */
export type LaunchPlace = 'iframe' | 'window';

/** What a tester can have go wrong, or be unusual, in one launch. */
export const launchFaults = ['none', 'unknown-deployment', 'wrong-key-id', 'student-view', 'no-context', 'guest', 'mentor'] as const;
export type LaunchFault = (typeof launchFaults)[number];

/** The claims of an id_token, loosely typed so that a test can break any of them. */
export type Claims = Record<string, unknown>;

export type LaunchFacts = {
  issuer: string;
  clientId: string;
  deploymentId: string;
  targetLinkUri: string;
  person: Person;
  course: Course;
  link: CourseLink;
  place: LaunchPlace;
  fault: LaunchFault;
  nonce: string;
  now: Temporal.Instant;
};

export const ltiClaim = (name: string) => `https://purl.imsglobal.org/spec/lti/claim/${name}`;

const lis = 'http://purl.imsglobal.org/vocab/lis/v2';

/** Role URIs by name (LTI Core 1.3, A.2). */
export const roleUris = {
  learner: `${lis}/membership#Learner`,
  instructor: `${lis}/membership#Instructor`,
  teachingAssistant: `${lis}/membership/Instructor#TeachingAssistant`,
  courseAdministrator: `${lis}/membership#Administrator`,
  mentor: `${lis}/membership#Mentor`,
  student: `${lis}/institution/person#Student`,
  administrator: `${lis}/institution/person#Administrator`,
  guest: `${lis}/institution/person#Guest`,
  // The test user is of LTI's own vocabulary, not of LIS (LTI Core 1.3, A.2.4).
  testUser: 'http://purl.imsglobal.org/vocab/lti/system/person#TestUser',
} as const;

const rolesOf: Record<CourseRole, readonly string[]> = {
  learner: [roleUris.learner, roleUris.student],
  faculty: [roleUris.instructor],
  assistant: [roleUris.instructor, roleUris.teachingAssistant],
  administrator: [roleUris.administrator, roleUris.courseAdministrator],
};

const tokenLifetimeSeconds = 300;

/** Every claim of a resource link launch. */
export function resourceLinkClaims(facts: LaunchFacts): Claims {
  return {
    ...tokenClaims(facts),
    ...personClaims(facts),
    ...messageClaims('LtiResourceLinkRequest', facts),
    ...roleClaims(facts),
    ...courseClaims(facts),
    [ltiClaim('resource_link')]: { id: facts.link.resourceLinkId, title: facts.link.title },
    ...platformClaims(facts),
    [ltiClaim('custom')]: {},
  };
}

function tokenClaims({ issuer, clientId, nonce, now }: LaunchFacts): Claims {
  const iat = Math.floor(now.epochMilliseconds / 1000);
  return { iss: issuer, aud: clientId, nonce, iat, exp: iat + tokenLifetimeSeconds };
}

function personClaims({ person, course, fault }: LaunchFacts): Claims {
  // Canvas: student view is a person of its own, one per course, without an address.
  if (fault === 'student-view') return { sub: `student-view-${course.contextId}`, name: 'Test Student' };
  return {
    sub: person.sub,
    name: person.name,
    email: person.email,
    ...(person.givenName && { given_name: person.givenName }),
    ...(person.familyName && { family_name: person.familyName }),
  };
}

function messageClaims(messageType: string, { deploymentId, targetLinkUri }: LaunchFacts): Claims {
  return {
    [ltiClaim('message_type')]: messageType,
    [ltiClaim('version')]: '1.3.0',
    [ltiClaim('deployment_id')]: deploymentId,
    [ltiClaim('target_link_uri')]: targetLinkUri,
  };
}

function roleClaims({ person, course, fault }: LaunchFacts): Claims {
  const roles = ltiClaim('roles');
  switch (fault) {
    case 'guest': return { [roles]: [roleUris.guest] };
    case 'student-view': return { [roles]: [roleUris.learner, roleUris.student, roleUris.testUser] };
    case 'mentor': return { [roles]: [roleUris.mentor] };
    default: {
      const role = course.members[person.id];
      return { [roles]: role ? [...rolesOf[role]] : [] };
    }
  }
}

function courseClaims({ course, fault }: LaunchFacts): Claims {
  if (fault === 'no-context') return {};
  return {
    [ltiClaim('context')]: { id: course.contextId, label: course.label, title: course.title, type: [`${lis}/course#CourseOffering`] },
  };
}

function platformClaims({ issuer, person, course, place }: LaunchFacts): Claims {
  return {
    [ltiClaim('tool_platform')]: { guid: 'practice-lms', name: 'Practice LMS', url: issuer, product_family_code: 'practice-lms', version: '1' },
    [ltiClaim('launch_presentation')]: {
      document_target: place,
      return_url: `${issuer}/as/${person.id}/courses/${course.id}/return`,
      locale: 'en-GB',
    },
  };
}
