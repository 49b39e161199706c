// The claims of a launch, part by part (LTI Core 1.3, 5.3 and 5.4). A further message or service adds a part.
import type { Profile } from './profiles.ts';
import { profiles } from './profiles.ts';
import type { Course, CourseLink, CourseRole, Person } from './school.ts';

/** Where the tool opens (the `document_target` of launch_presentation). */
export type LaunchPlace = 'iframe' | 'window';

/** What a tester can have go wrong, or be unusual, in one launch. */
export const launchFaults = ['none', 'unknown-deployment', 'wrong-key-id', 'student-view', 'no-context', 'guest', 'mentor'] as const;
export type LaunchFault = (typeof launchFaults)[number];

/** The claims of an id_token, loosely typed so that a test can break any of them. */
export type Claims = Record<string, unknown>;

/** What every message is made of. */
export type MessageFacts = {
  issuer: string;
  clientId: string;
  deploymentId: string;
  targetLinkUri: string;
  person: Person;
  course: Course;
  place: LaunchPlace;
  fault: LaunchFault;
  nonce: string;
  now: Temporal.Instant;
  /** Which LMS is played; the one by the book when absent. */
  profile?: Profile;
  /** What the tool is told of the person; everything when absent. */
  personFields?: Claims;
  /** Finished custom parameters. */
  custom?: Readonly<Record<string, string>>;
  /** The claims of the services that the launch offers. */
  services?: Claims;
};

export type LaunchFacts = MessageFacts & { link: CourseLink };

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

/** What each role of a course is in launches. */
export const rolesOf: Record<CourseRole, readonly string[]> = {
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
    [ltiClaim('resource_link')]: resourceLinkOf(facts.link),
    ...platformClaims(facts),
    [ltiClaim('custom')]: facts.custom ?? {},
    ...(facts.fault !== 'no-context' && facts.services),
  };
}

/** A link as messages tell of it. */
export function resourceLinkOf({ resourceLinkId, title, text }: CourseLink): Claims {
  return { id: resourceLinkId, title, ...(text !== undefined && { description: text }) };
}

export function tokenClaims({ issuer, clientId, nonce, now, profile = profiles.generic }: MessageFacts): Claims {
  const iat = Math.floor(now.epochMilliseconds / 1000);
  return { iss: issuer, aud: profile.listsAudience ? [clientId] : clientId, nonce, iat, exp: iat + tokenLifetimeSeconds };
}

export function personClaims({ person, course, fault, personFields }: MessageFacts): Claims {
  // Canvas: student view is a person of its own, one per course, without an address.
  if (fault === 'student-view') return { sub: `student-view-${course.contextId}`, name: 'Test Student' };
  return { sub: person.sub, ...(personFields ?? namesAndAddress(person)) };
}

/** Name and address of a person, as launches and rosters say them. */
export function namesAndAddress({ name, email, givenName, familyName }: Person): Claims {
  return { name, email, ...(givenName && { given_name: givenName }), ...(familyName && { family_name: familyName }) };
}

export function messageClaims(messageType: string, { deploymentId, targetLinkUri }: MessageFacts): Claims {
  return {
    [ltiClaim('message_type')]: messageType,
    [ltiClaim('version')]: '1.3.0',
    [ltiClaim('deployment_id')]: deploymentId,
    [ltiClaim('target_link_uri')]: targetLinkUri,
  };
}

export function roleClaims({ person, course, fault, profile = profiles.generic }: MessageFacts): Claims {
  const roles = ltiClaim('roles');
  switch (fault) {
    case 'guest': return { [roles]: [roleUris.guest] };
    case 'student-view': return { [roles]: [roleUris.learner, roleUris.student, roleUris.testUser] };
    case 'mentor': return { [roles]: [roleUris.mentor] };
    default: {
      const role = course.members[person.id];
      return { [roles]: role ? [...rolesOf[role], ...profile.idleRoles] : [] };
    }
  }
}

export function courseClaims({ course, fault, profile = profiles.generic }: MessageFacts): Claims {
  if (fault === 'no-context') return {};
  return { [ltiClaim('context')]: contextOf(course, profile) };
}

/** A course as launches and notices tell of it. */
export function contextOf({ contextId, label, title }: Course, { context }: Profile): Claims {
  return { id: contextId, ...(context.hasLabel && { label }), title, type: context.type };
}

export function platformClaims({ issuer, person, course, place, profile = profiles.generic }: MessageFacts): Claims {
  return {
    ...(profile.toolPlatform && { [ltiClaim('tool_platform')]: { ...profile.toolPlatform, url: issuer } }),
    [ltiClaim('launch_presentation')]: {
      document_target: place,
      return_url: `${issuer}/as/${person.id}/courses/${course.id}/return`,
      locale: 'en-GB',
    },
  };
}
