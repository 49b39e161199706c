// Launches: what is chosen by its ids, found, and turned into the claims of its message.
import { resourceLinkClaims } from './claims.ts';
import type { Claims, LaunchFault, LaunchPlace } from './claims.ts';
import type { Column } from './grade-book.ts';
import { dataPrivacyClaims, deepLinkingClaims, submissionReviewClaims } from './messages.ts';
import type { Message } from './messages.ts';
import type { Platform } from './platform.ts';
import type { RegisteredTool } from './registered-tool.ts';
import type { Course, CourseLink, Person } from './school.ts';
import { courseServiceClaims, noticeClaims, ownHistoryClaims, rosterClaim } from './service-claims.ts';

/** What is launched by whom. What is left out is Amara, a learner, opening week 1 of the spring course in a frame. */
export type LaunchChoice = {
  person?: string;
  course?: string;
  link?: string;
  place?: LaunchPlace;
  fault?: LaunchFault;
  clientId?: string;
  deploymentId?: string;
  targetLinkUri?: string;
  /** Another message than the launch of a link. */
  message?: Message;
};

/** A choice with every id turned into what it names. */
export type Launch = {
  tool: RegisteredTool;
  person: Person;
  course: Course;
  place: LaunchPlace;
  fault: LaunchFault;
  deploymentId: string;
  targetLinkUri: string;
  message: FoundMessage;
};

type FoundMessage =
  | { type: 'LtiResourceLinkRequest'; link: CourseLink }
  | { type: 'LtiDeepLinkingRequest'; settings: Extract<Message, { type: 'LtiDeepLinkingRequest' }>['settings']; editing: CourseLink | undefined }
  | { type: 'LtiSubmissionReviewRequest'; column: Column; link: CourseLink | undefined; forPerson: Person }
  | { type: 'DataPrivacyLaunchRequest' | 'LtiDataPrivacyLaunchRequest'; forPerson: Person | undefined };

/** Finds what a choice names, defaults filled in. Throws on an id that is not here, so that a typo in a test is loud. */
export function findLaunch(platform: Platform, choice: LaunchChoice): Launch {
  const { person: personId = 'amara', course: courseId = 'spring', place = 'iframe', fault = 'none', clientId, deploymentId, targetLinkUri } = choice;
  const person = findPerson(platform, personId);
  const course = found(platform.courses, courseId, 'course');
  const message = findMessage(platform, choice, course);
  const toolId = clientId ?? ('link' in message ? message.link?.clientId : undefined);
  const tool = toolId === undefined ? platform.tools[0] : platform.tools.find((each) => each.clientId === toolId);
  if (!tool) throw new Error(`The platform has no tool ${toolId ?? ''}`);
  return {
    tool, person, course, place, fault, message,
    deploymentId: deploymentId ?? (fault === 'unknown-deployment' ? 'deployment-that-nobody-approved' : tool.deploymentIds[0]!),
    targetLinkUri: targetLinkUri ?? targetOf(tool, message),
  };
}

/** The claims of a launch's message. */
export function launchClaims(platform: Platform, { tool, person, course, place, fault, deploymentId, targetLinkUri, message }: Launch, nonce: string): Claims {
  const facts = {
    issuer: platform.issuer, clientId: tool.clientId, deploymentId, targetLinkUri, person, course, place, fault, nonce, now: platform.clock(),
    profile: platform.profile, personFields: platform.personFields(tool, person),
  };
  const notices = noticeClaims(platform, tool, deploymentId);
  switch (message.type) {
    case 'LtiResourceLinkRequest': {
      const { link } = message;
      const services = { ...courseServiceClaims(platform, { tool, course, link }), ...ownHistoryClaims(platform, { course, link }), ...notices };
      return resourceLinkClaims({ ...facts, link, custom: platform.customOf({ tool, person, course, link }), services });
    }
    case 'LtiDeepLinkingRequest': {
      const { [rosterClaim]: roster, ...grades } = courseServiceClaims(platform, { tool, course });
      const lacksRoster = roster === undefined || (platform.profile.deepLinking.firstLacksRoster && !course.links.some(({ clientId }) => clientId === tool.clientId));
      const services = { ...grades, ...(!lacksRoster && { [rosterClaim]: roster }), ...ownHistoryClaims(platform, { course }), ...notices };
      const settings = platform.deepLinking.begin({ tool, person, course, deploymentId, settings: message.settings, editing: message.editing });
      return deepLinkingClaims({ ...facts, custom: platform.customOf({ tool, person, course }), services }, settings);
    }
    case 'LtiSubmissionReviewRequest': {
      const { column, link, forPerson } = message;
      const custom = { ...platform.customOf({ tool, person, course, ...(link && { link }) }), ...column.facts.submissionReview?.custom };
      const services = courseServiceClaims(platform, { tool, course, columnUrl: platform.gradeBook.urlOf(column) });
      return submissionReviewClaims({ ...facts, custom, services }, { forPerson, forPersonFields: platform.personFields(tool, forPerson), link });
    }
    case 'DataPrivacyLaunchRequest':
    case 'LtiDataPrivacyLaunchRequest':
      return dataPrivacyClaims({ ...facts, services: notices }, message.type, message.forPerson);
  }
}

function findMessage(platform: Platform, { link: linkId = 'week-1', message = { type: 'LtiResourceLinkRequest' } }: LaunchChoice, course: Course): FoundMessage {
  switch (message.type) {
    case 'LtiResourceLinkRequest': return { type: message.type, link: found<CourseLink>(course.links, linkId, 'link') };
    case 'LtiDeepLinkingRequest':
      return { type: message.type, settings: message.settings, editing: message.editing === undefined ? undefined : found<CourseLink>(course.links, message.editing, 'link') };
    case 'LtiSubmissionReviewRequest': {
      const column = platform.gradeBook.column(course.id, message.column);
      if (!column) throw new Error(`The platform has no column ${message.column} in ${course.id}`);
      const link = course.links.find(({ resourceLinkId }) => resourceLinkId === column.facts.resourceLinkId);
      return { type: message.type, column, link, forPerson: findPerson(platform, message.forPerson) };
    }
    case 'DataPrivacyLaunchRequest':
    case 'LtiDataPrivacyLaunchRequest':
      return { type: message.type, forPerson: message.forPerson === undefined ? undefined : findPerson(platform, message.forPerson) };
  }
}

/** Where a message opens: the link's own address, or what the tool or the column names for its type. */
function targetOf(tool: RegisteredTool, message: FoundMessage): string {
  const linkTarget = (link: CourseLink) => link.url ?? `${tool.url}${link.path}`;
  const ownTarget = tool.messageTargets[message.type];
  switch (message.type) {
    case 'LtiResourceLinkRequest': return linkTarget(message.link);
    case 'LtiSubmissionReviewRequest': return message.column.facts.submissionReview?.url ?? ownTarget ?? (message.link ? linkTarget(message.link) : `${tool.url}/`);
    default: return ownTarget ?? `${tool.url}/`;
  }
}

function findPerson(platform: Platform, id: string): Person {
  const person = platform.findPerson(id);
  if (!person) throw new Error(`The platform has no person ${id}`);
  return person;
}

function found<Thing extends { id: string }>(things: readonly Thing[], id: string, kind: string): Thing {
  const thing = things.find((each) => each.id === id);
  if (!thing) throw new Error(`The platform has no ${kind} ${id}`);
  return thing;
}
